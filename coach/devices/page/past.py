"""Past: what was trained, and how the computer is, for devices that are paired."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coach.devices.memory import sqlite_file
from coach.devices.memory.log import Entry, read_log, read_people
from coach.devices.memory.session_detail import PastSession, read_session
from coach.devices.page.guard import is_of_another_site
from coach.devices.page.kept_journals import KeptJournals
from coach.devices.screen.history_table import as_record
from coach.devices.system.wall_clock import SystemCalendar, iso_date
from coach.display.plain_text import as_name
from coach.errors import MemoryFileError


class Past:
    """Answers what the page of past training asks.

    ``memory`` is the file of what is remembered, ``counts`` are those of a full descent and
    ``names`` the names in words, both by the exercise. ``examine`` returns what the doctor finds,
    in a thread of its own, once at a time. ``is_paired`` is whether a request is answered at all.
    """

    def __init__(
        self,
        memory: Path,
        counts: Mapping[str, float],
        names: Mapping[str, str],
        journals: KeptJournals | None,
        examine: Callable[[], Mapping[str, Any]],
        is_paired: Callable[[Request], bool],
    ) -> None:
        self._memory = memory
        self._counts = counts
        self._names = names
        self._journals = journals
        self._examine = examine
        self._is_paired = is_paired
        self._working = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Where it is asked."""
        answers: Mapping[str, Callable[[Mapping[str, str]], Mapping[str, Any]]] = {
            "/people": self._people,
            "/sessions": self._sessions,
            "/session": self._session,
            "/doctor": lambda _asked: self._examine(),
        }
        return [Route(path, self._answered(answer)) for path, answer in answers.items()]

    def _answered(self, answer: Callable[[Mapping[str, str]], Mapping[str, Any]]) -> Any:
        async def endpoint(request: Request) -> Response:
            if is_of_another_site(request.headers) or not self._is_paired(request):
                raise HTTPException(403, "This device is not paired.")
            async with self._working:
                try:
                    return JSONResponse(await asyncio.to_thread(answer, request.query_params))
                except MemoryFileError as error:
                    return JSONResponse({"why": str(error)}, 500)

        return endpoint

    def _people(self, _asked: Mapping[str, str]) -> dict[str, Any]:
        if not sqlite_file.has_content(self._memory):
            return {"people": []}
        with sqlite_file.opened(self._memory) as connection:
            return {"people": [person.name for person in read_people(connection)]}

    def _sessions(self, asked: Mapping[str, str]) -> dict[str, Any]:
        entries: tuple[Entry, ...] = ()
        if sqlite_file.has_content(self._memory):
            with sqlite_file.opened(self._memory) as connection:
                entries = read_log(connection, asked.get("profile", ""), None, self._counts)
        sessions = [
            {**as_record(entry), "exercise_name": self._name(entry.exercise)} for entry in entries
        ]
        return {"today": iso_date(SystemCalendar().now().day), "sessions": sessions}

    def _session(self, asked: Mapping[str, str]) -> dict[str, Any]:
        found = None
        if sqlite_file.has_content(self._memory):
            with sqlite_file.opened(self._memory) as connection:
                person, session = asked.get("profile", ""), asked.get("session", "")
                found = read_session(connection, person, session)
        if found is None:
            raise HTTPException(404, "There is no such session.")
        return self._in_words(found)

    def _in_words(self, found: PastSession) -> dict[str, Any]:
        lines = None if self._journals is None else self._journals.transcript(found.marks_s)
        return {
            "sets": [{**asdict(each), "name": self._name(each.exercise)} for each in found.sets],
            "holds": [{**asdict(each), "name": self._name(each.exercise)} for each in found.holds],
            "mistakes": found.mistakes,
            "transcript": lines,
        }

    def _name(self, exercise: str | None) -> str:
        return "" if exercise is None else self._names.get(exercise, as_name(exercise))

"""Torture audit: what a coach has left on the disk, however it ended, compared with itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.app.recordings import sidecar_path
from coach.devices.memory.schema import tables
from coach.devices.recordings.audio_file import read_microphone
from coach.devices.recordings.sidecar_file import read_sidecar
from coach.training.history import RATING
from coach.units import RATE_HZ

_BLOCK_SECONDS = 0.1
"""An event is in the journal before the block in which it happened is in the recording."""

Rep = tuple[str, int, int, bool]
"""Of which exercise, in which set, which number, and whether it was perfect."""
Tell = Callable[[str], None]
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """What one process left of its session: its journal, and the reps in it that count."""

    journal: Sequence[Record]
    reps: Sequence[Rep]

    @property
    def resumed(self) -> bool:
        """Whether it took up an earlier session."""
        return any(each.get("phase") == "resumed" for each in self.journal)

    @property
    def is_past_planning(self) -> bool:
        """Whether it got far enough to show if it took one up."""
        moves = [each["to"] for each in self.journal if each["event"] == "state"]
        return bool(set(moves) - {"waiting", "screening", "planning", *RATING, "paused", "stopped"})

    @property
    def ended(self) -> Record | None:
        """The record of its end."""
        return next((each for each in self.journal if each.get("phase") == "end"), None)


def audit_journal(path: Path, fell: Tell) -> Left:
    """The journal: each line whole, and all of them in order."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if text and not text.endswith("\n"):
        fell(f"the journal ends within a line: {text.splitlines()[-1]!r:.100}")
    records, now = [], 0.0
    for number, line in enumerate(text.splitlines(), 1):
        try:
            record: dict[str, Any] = json.loads(line)
        except ValueError:
            fell(f"line {number} of the journal is none: {line!r:.100}")
            continue
        at = record.get("end_s" if record["event"] == "said" else "decided_s", record["at_s"])
        if at < now:
            fell(f"line {number} of the journal goes back in time, from {now} to {at}")
        now = max(now, at)
        records.append(record)
    return Left(records, _reps(records))


def _reps(records: Sequence[Record]) -> list[Rep]:
    reps: list[Rep] = []
    for each in records:
        if each["event"] == "rep":
            reps.append((each["exercise"], each["set"], each["rep"], each["perfect"]))
        elif each["event"] == "rep_corrected":
            which = each["exercise"], each["set"], each["rep"]
            kept = [rep for rep in reps if rep[:3] != which]
            reps = kept if each["perfect"] is None else [*kept, (*which, each["perfect"])]
    return reps


def audit_recording(path: Path, left: Left, fell: Tell) -> None:
    """The recording can be read to its last sample, and its sidecar says how to replay it."""
    if not path.exists() or path.stat().st_size == 0:
        if left.journal and left.journal[-1]["at_s"] > _BLOCK_SECONDS:
            fell(f"{path.name} has no sound, and the journal goes on")
        return
    frames = (path.stat().st_size - 44) // 4
    if frames <= 0:
        return
    sound = read_microphone(path, lambda _line: None)
    if len(sound) != frames:
        fell(f"{len(sound)} of {frames} samples of the recording can be read")
    last = max((each["at_s"] for each in left.journal), default=0.0)
    if len(sound) / RATE_HZ < last - _BLOCK_SECONDS:
        fell(f"the recording ends at {len(sound) / RATE_HZ:.2f} s, the journal at {last:.2f} s")
    read_sidecar(sidecar_path(path))


def audit_memory(path: Path, fell: Tell) -> list[Rep]:
    """The database is whole, and agrees with itself. Returns all of its reps, in order."""
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        for check in ("integrity_check", "foreign_key_check"):
            found = connection.execute(f"PRAGMA {check}").fetchall()
            if found not in ([], [("ok",)]):
                fell(f"{check}: {found!r:.200}")
        if "sessions" not in {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema")
        }:
            return []
        for query, what in _SAME.items():
            if rows := connection.execute(query).fetchall():
                fell(f"{what}: {rows!r:.200}")
        rows = connection.execute(
            "SELECT reps.exercise, in_set, number, reps.perfect "
            "FROM reps JOIN sessions ON id = session ORDER BY person, nth, place"
        ).fetchall()
    return [(exercise, set_, number, bool(perfect)) for exercise, set_, number, perfect in rows]


_SAME = {
    "SELECT id, reps, perfect FROM sessions WHERE (reps, perfect) IS NOT (SELECT count(*), "
    "coalesce(sum(perfect), 0) FROM reps WHERE session = id)": "a session counts otherwise",
    "SELECT id, holds FROM sessions WHERE holds IS NOT "
    "(SELECT count(*) FROM holds WHERE session = id)": "a session counts its holds otherwise",
    "SELECT session, in_set, number, count(*) FROM reps GROUP BY session, in_set, number "
    "HAVING count(*) > 1": "a rep is doubled",
    "SELECT person, nth, count(*) FROM sessions GROUP BY person, nth HAVING count(*) > 1": (
        "two sessions have one place"
    ),
}
"""Queries that find nothing in a memory that agrees with itself."""


def compare_reps(
    before: Sequence[Rep],
    left: Left,
    after: Sequence[Rep],
    fell: Tell,
    *,
    late: bool = False,
) -> None:
    """The memory has all that the journal has, and at most the fact at which the process died.

    ``late`` is whether the session may have gone on before the disk had the last fact.
    """
    expected = [*before, *left.reps]
    missing, known = len(expected) - len(after), min(len(expected), len(after))
    if expected[:known] != list(after[:known]) or not -1 <= missing <= int(late):
        fell(f"the memory has {list(after)[len(before) :]}, the journal told {list(left.reps)}")


def may_go_on(path: Path) -> bool:
    """Whether the memory's last session of anybody was cut off where it can be taken up."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as connection:
        if "sessions" not in tables(connection):  # killed before it had made them
            return False
        row = connection.execute(
            "SELECT outcome, state, exercise FROM sessions WHERE got_anywhere = 1 "
            "ORDER BY nth DESC LIMIT 1"
        ).fetchone()
    if row is None:
        return False
    outcome, state, exercise = row
    under_way = state not in ("waiting", "screening", "planning", *RATING, "finished", "stopped")
    return outcome in (None, "abandoned") and under_way and exercise is not None

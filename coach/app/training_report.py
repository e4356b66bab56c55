"""Training report: past training, and what the coach recommends today, put together for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.app.language_files import LanguagePack, read_text
from coach.app.own_programmes import exercises_of, trainable
from coach.devices.memory import sqlite_file
from coach.devices.memory.file_errors import NO_VALUE, DamagedError
from coach.devices.memory.log import Entry, read_log
from coach.devices.memory.recall import recall
from coach.devices.memory.reported import Reported, read_reported
from coach.devices.screen.history_plot import can_be_dated
from coach.devices.screen.report_lines import Report
from coach.devices.screen.report_page import report_page
from coach.devices.system.wall_clock import WallClock
from coach.display.report_words import parse_report_words
from coach.training.history import Day, History
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.training.progression import recommend


@dataclass(frozen=True, slots=True)
class _Remembered:
    entries: tuple[Entry, ...]
    reported: Reported
    history: History


def make_report(path: Path, person: str, clock: WallClock, pack: LanguagePack) -> Report | None:
    """The report of ``person`` from the memory at ``path``; None without any training that has a
    day. Raises MemoryFileError.
    """
    programmes, today = trainable(person, pack), clock.now().day
    known = exercises_of(programmes)
    counts = {name: float(it.tempo.counts) for name, it in known.items()}
    found = _remembered(path, person, clock, counts)
    entries = tuple(each for each in found.entries if can_be_dated(each, today))
    if not entries:
        return None
    undated = {each.session for each in found.entries} - {each.session for each in entries}
    return Report(
        person=person,
        today=today,
        entries=sorted(entries, key=lambda each: each.day),
        left_out=len(undated),
        reported=found.reported,
        history=found.history,
        plan=_plan(found.history, today, programmes),
        names={name: it.name for name, it in known.items()},
        counts=counts,
    )


def _plan(history: History, today: Day, programmes: Sequence[Programme]) -> Plan:
    """What the programme recommends that has the exercise of the last training; else the usual."""
    last = history.trainings[-1].exercise if history.trainings else None
    suited = (each for each in programmes if last in each.exercises)
    chosen = next(suited, programmes[0])
    routine = chosen.routine
    start, beginner = routine.exercise, routine.beginner
    return recommend(history, today, start, chosen.exercises, None, beginner)


def _remembered(path: Path, person: str, clock: WallClock, counts: dict[str, float]) -> _Remembered:
    if not sqlite_file.has_content(path):
        return _Remembered((), Reported(), History())
    with sqlite_file.opened(path) as connection:
        entries = read_log(connection, person, None, counts)
        reported = read_reported(connection, person)
        try:
            today, now = clock.now().day, clock.utc_seconds()
            history = recall(connection, person, None, today, now, counts)
        except NO_VALUE:
            raise DamagedError from None
    return _Remembered(entries, reported, history)


def page_of(report: Report, pack: LanguagePack) -> str:
    """The report as an HTML page, in the words of a language. Raises DataError."""
    words = parse_report_words(read_text(pack.report), str(pack.report))
    return report_page(report, words, pack.page.past.mistakes, pack.name)

"""Report lines: what is recommended today and why, and what was reported, as lines of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coach.devices.memory.log import Entry
from coach.devices.memory.reported import Reported
from coach.devices.system.wall_clock import iso_date
from coach.display.plain_text import as_name
from coach.display.report_words import EventWords, ReasonWords
from coach.training.care import EASIER_FROM, EASY_FROM, Level
from coach.training.exercise import turning_angle_degrees
from coach.training.history import Day, History
from coach.training.plan import Plan
from coach.training.progression import REPS_TO_ADVANCE

_SHOWN_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of. None of the days is after ``today``."""

    person: str
    today: Day
    entries: Sequence[Entry]
    """All training that has a day, the newest last."""
    left_out: int
    """How many sessions have a day that cannot be."""
    reported: Reported
    history: History
    plan: Plan
    """What would be trained today."""
    names: Mapping[str, str]
    """What exercises are called in words, by the names of their files."""
    counts: Mapping[str, float]
    """The counts of a full descent, by exercise."""

    def name(self, exercise: str) -> str:
        """An exercise in words; one that is not known any more by the name of its file."""
        return as_name(self.names.get(exercise, exercise))


def recommended(report: Report, words: ReasonWords) -> Iterator[str]:
    """What is recommended today, and why."""
    plan = report.plan
    exercise = report.name(plan.exercise)
    yield _capital(words.of_plan(plan.reason).format(exercise=exercise, easier_from=EASIER_FROM))
    if plan.floor is None:
        yield words.no_floor
    else:
        counts = report.counts[plan.exercise]
        angle = f"{turning_angle_degrees(plan.floor, counts):.0f}"
        yield words.floor.format(angle=angle, count=f"{plan.floor:g}", counts=f"{counts:g}")
    if plan.fewer_sets:
        yield words.fewer_sets
    if plan.screens:
        yield words.screens
    if plan.hurt_twice:
        yield words.hurt_twice
    elif plan.asks_pain_level:
        yield words.asks_pain.format(easier_from=EASIER_FROM, easy_from=EASY_FROM)
    if plan.easy is not None:
        yield words.of_easy(plan.easy)
    if plan.offers:
        yield words.offers.format(exercises=", ".join(map(report.name, plan.offers)))
    yield words.rule.format(reps=REPS_TO_ADVANCE)


@dataclass(frozen=True, slots=True)
class _Event:
    day: Day
    text: str
    level: Level | None = None
    hurt: bool = False


def events(report: Report, words: EventWords) -> list[tuple[str, str]]:
    """What was reported, with the dates, the newest first; the oldest in one line."""
    found = [each for each in _all_events(report, words) if each.day <= report.today]
    found.sort(key=lambda each: each.day, reverse=True)
    shown, earlier = found[:_SHOWN_EVENTS], found[_SHOWN_EVENTS:]
    lines = [(iso_date(each.day), each.text) for each in shown]
    if earlier:
        levels = [each.level for each in earlier if each.level is not None]
        hurt = sum(each.hurt for each in earlier)
        told = words.earlier if levels else words.earlier_hurt
        first, last = iso_date(earlier[-1].day), iso_date(earlier[0].day)
        highest = max(levels, default=0)
        fills = {"count": len(earlier), "first": first, "last": last, "hurt": hurt}
        lines.append(("", told.format(**fills, level=highest)))
    return lines


def _all_events(report: Report, words: EventWords) -> Iterator[_Event]:
    reported = report.reported
    for each in reported.hurt:
        exercise = each.exercise and report.name(each.exercise)
        told = words.hurt_in.format(exercise=exercise) if exercise else words.hurt
        yield _Event(each.day, told, hurt=True)
    for day, level in reported.pain_levels:
        yield _Event(day, words.pain_level.format(level=level), level)
    if reported.screened is not None:
        yield _Event(reported.screened, words.advised if reported.advised else words.screened)


def habits(history: History, words: EventWords) -> Iterator[str]:
    """What the person has told about themselves."""
    for told, wording in ((history.sits, words.sits), (history.practised, words.practised)):
        if told is not None:
            yield wording.format(answer=words.yes if told else words.no)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Report words: what a report for somebody who treats the person says, from ``report.toml``."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Annotated, get_args

from pydantic import Field

from coach.datafile import Strict, parse_toml
from coach.errors import DataError
from coach.training.plan import EasyReason, Reason

_Pair = Annotated[tuple[str, str], Field(strict=False)]


class GlanceWords(Strict):
    """The figures at the top."""

    sessions: str
    days_a_week: str
    due: str
    kept: str
    first_week: str
    longest_break: str
    share: str
    of_reps: str
    turning: str
    turning_from: str
    pain: str
    of_ten: str
    on_day: str
    never_asked: str
    hurt: str


class ColumnWords(Strict):
    """The heads of the tables, and what is filled into their cells."""

    exercise: str
    period: str
    sessions: str
    days: str
    due: str
    reps: str
    share: str
    turning: str
    lowest: str
    from_to: str
    plank: str
    seconds: str
    range: str
    day: str
    what: str
    mistake: str
    times: str
    last: str
    before: str


class ChartWords(Strict):
    """What stands at the charts. ``each_…`` say what a point is."""

    share: str
    turning: str
    ratings: str
    pain: str
    effort: str
    hurt: str
    nothing: str
    others: str
    each_session: str
    each_week: str
    each_month: str
    each_quarter: str
    each_year: str


class EventWords(Strict):
    """What was reported, a line for each."""

    hurt_in: str
    hurt: str
    pain_level: str
    screened: str
    advised: str
    earlier: str
    earlier_hurt: str
    not_kept: str
    sits: str
    practised: str
    yes: str
    no: str


class ReasonWords(Strict):
    """What is recommended, and why. The names of the first ones are those of ``Reason``."""

    plan_first_time: str
    plan_as_last_time: str
    plan_as_asked: str
    plan_after_pain: str
    plan_two_weeks_off: str
    plan_four_weeks_off: str
    plan_all_perfect: str
    floor: str
    no_floor: str
    fewer_sets: str
    easy_today: str
    easy_yesterday: str
    easy_three_times: str
    hurt_twice: str
    asks_pain: str
    offers: str
    screens: str
    rule: str

    def of_plan(self, reason: Reason) -> str:
        """Why an exercise was chosen."""
        return str(getattr(self, reason))

    def of_easy(self, reason: EasyReason) -> str:
        """Why an easy session is offered."""
        return str(getattr(self, reason))


class ReportWords(Strict):
    """The words of the report. What a word needs is filled in for a ``{name}``."""

    title: str
    span: str
    from_to: str
    written: str
    exercises: str
    how_often: str
    recommended: str
    over_time: str
    reported: str
    means: str
    left_out: str
    definitions: Annotated[tuple[_Pair, ...], Field(strict=False)]
    """Terms, and what each means."""
    glance: GlanceWords
    columns: ColumnWords
    charts: ChartWords
    events: EventWords
    reasons: ReasonWords


_FIELDS = {
    "from_to": "first last",
    "left_out": "count",
    "glance.due": "fewest most",
    "glance.kept": "fewest kept weeks",
    "glance.longest_break": "days",
    "glance.of_reps": "perfect reps",
    "glance.turning_from": "exercise first",
    "glance.of_ten": "level",
    "glance.on_day": "day",
    "glance.hurt": "count",
    "columns.seconds": "seconds",
    "columns.range": "fewest most",
    "columns.before": "year",
    "events.hurt_in": "exercise",
    "events.pain_level": "level",
    "events.earlier": "count first last hurt level",
    "events.earlier_hurt": "count first last hurt",
    "events.sits": "answer",
    "events.practised": "answer",
    **dict.fromkeys((f"reasons.{each}" for each in get_args(Reason)), "exercise"),
    "reasons.plan_after_pain": "exercise easier_from",
    "reasons.floor": "angle count counts",
    "reasons.asks_pain": "easier_from easy_from",
    "reasons.offers": "exercises",
    "reasons.rule": "reps",
}
"""What is filled into a word."""

_OF_A_DEFINITION = {"fewest", "most", "easier_from"}
"""What may be filled into a definition."""


def parse_report_words(text: str, path: str) -> ReportWords:
    """The words in ``text``. Raises DataError with the key of the first mistake."""
    words = parse_toml(text, path, ReportWords)
    for key, worded in _worded(words):
        named, wanted = _named(worded, path, key), set(_FIELDS.get(key, "").split())
        if missing := sorted(wanted - named):
            raise DataError(path, key, f"should have a {{{missing[0]}}}")
        allowed = _OF_A_DEFINITION if key == "definitions" else wanted
        if more := sorted(named - allowed):
            raise DataError(path, key, f"{{{more[0]}}} cannot be filled in here")
    return words


def _named(worded: str, path: str, key: str) -> set[str]:
    """What a text names as plain ``{name}``. Raises DataError for anything else in braces."""
    try:
        parts = [part for part in string.Formatter().parse(worded) if part[1] is not None]
    except ValueError as error:
        raise DataError(path, key, str(error)) from None
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise DataError(path, key, "what is filled in is written {name}")
    return {str(name) for _, name, _, _ in parts}


def _worded(words: Strict, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its key."""
    for name in type(words).model_fields:
        value = getattr(words, name)
        match value:
            case str():
                yield f"{place}{name}", value
            case Strict():
                yield from _worded(value, f"{name}.")
            case _:
                yield from ((name, text) for pair in value for text in pair)

"""Page feed: what a page in a browser is told of a session - a snapshot first, then changes.

The sound's thread only replaces ``PageFeed.moment``, which is never changed, and knows of no page.
Each page has a reader, which any thread may ask what the page lacks. A page that was slow is told
no old states: what it lacks is found by comparison with what it has, and if more lines were
written meanwhile than are kept for that, it gets a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from coach.display.plain_text import as_name
from coach.display.seen import Seen
from coach.display.view_model import ViewModel
from coach.display.way import Way
from coach.messages.events import Event, Heard, SpeechBegan, Spoken, ToneBegan
from coach.messages.facts import ExerciseChosen, StateChanged
from coach.messages.prompt_ids import PromptId
from coach.messages.states import Part
from coach.units import RATE_HZ, Block, Samples, seconds

KEPT_LINES = 1000
"""How many lines of the transcript a snapshot has: more than a session of half an hour."""

QUEUED = 32
"""How many lines a page may be behind before it gets a snapshot."""

_LEVEL_STEP_DB = 3
"""A smaller change of the level is not told."""

_HIDDEN: PromptId = "pair_digit"
_UNTOLD = "\N{BULLET}"
"""The digits that pair a device are for who is in the room; what stands in their place."""

Kind = Literal["said", "tone", "heard", "ignored", "doubted"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript, by its ``number`` from 0 on; a later one of the same number
    replaces it. ``text`` of a tone is its name. ``cut`` is whether the coach broke off."""

    number: int
    at: Samples
    kind: Kind
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a page may be told at one moment of session number ``session``.

    ``lines`` are the last ones of the transcript; ``queued`` are the last of all ``written`` lines,
    in the order in which they were written. ``live`` is whether it has opened. ``chosen`` is what
    is trained today, and why.
    """

    session: int
    live: bool
    seen: Seen
    chosen: ExerciseChosen | None = None
    lines: tuple[Line, ...] = ()
    queued: tuple[Line, ...] = ()
    written: int = 0


class PageFeed:
    """An observer of events, and through ``add`` of the sound; both must come in one thread.

    ``make_view`` makes the view model of a session that has not begun; another one is made when
    another session opens.
    """

    def __init__(self, make_view: Callable[[], ViewModel]) -> None:
        self._make_view = make_view
        self._view = make_view()
        self._speaking: Line | None = None
        self.moment = Moment(session=0, live=False, seen=self._view.seen)

    def add(self, microphone: Block, speaker: Block) -> None:
        """Take a block of each, mono int16, for the level meter and the clock."""
        self._view.add(microphone, speaker)
        self.moment = replace(self.moment, seen=self._view.seen)

    def __call__(self, event: Event) -> None:
        before = self.moment
        if isinstance(event, StateChanged) and event.source is None:
            self._view, self._speaking = self._make_view(), None
            # What is chosen is told before the session opens.
            number, chosen = before.session + 1, before.chosen
            before = Moment(number, live=True, seen=self._view.seen, chosen=chosen)
        self._view(event)
        if isinstance(event, ExerciseChosen):
            before = replace(before, chosen=event)
        after = replace(before, seen=self._view.seen)
        line = self._line(event, after)
        self.moment = after if line is None else _with(after, line)

    def _line(self, event: Event, moment: Moment) -> Line | None:
        number = moment.lines[-1].number + 1 if moment.lines else 0
        match event:
            case SpeechBegan():
                text = _UNTOLD if event.prompt == _HIDDEN else event.text
                self._speaking = Line(number, event.at, "said", text)
                return self._speaking
            case Spoken() if event.interrupted and self._speaking is not None:
                return replace(self._speaking, cut=True)
            case ToneBegan():
                return Line(number, event.at, "tone", event.name)
            case Heard():
                unheeded: Kind = "doubted" if event.doubtful else "ignored"
                kind: Kind = "heard" if event.accepted else unheeded
                return Line(number, event.decided, kind, event.text)
            case _:
                return None


def _with(moment: Moment, line: Line) -> Moment:
    """The moment after ``line`` was written. The numbers of ``lines`` have no gaps."""
    lines = moment.lines
    place = line.number - lines[0].number if lines else 0
    if place >= 0:  # a line that is so old that it is gone is told, but not kept
        lines = (*lines[:place], line, *lines[place + 1 :])
    return replace(
        moment,
        lines=lines[-KEPT_LINES:],
        queued=(*moment.queued, line)[-QUEUED:],
        written=moment.written + 1,
    )


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell a page: the name of the message, and what it holds, for JSON."""

    name: Literal["snapshot", "change"]
    content: Mapping[str, Any]


class PageReader:
    """What one page has been told. ``exercises`` are the names of exercises in words, by those of
    their files. One thread at a time."""

    def __init__(self, exercises: Mapping[str, str]) -> None:
        self._exercises = exercises
        self._had: Moment | None = None
        self._fields: Mapping[str, Any] = {}

    def read(self, moment: Moment) -> Message | None:
        """What the page lacks of ``moment``; None for nothing. It counts as told from now on."""
        had, before = self._had, self._fields
        if moment is had:
            return None
        self._had, self._fields = moment, page_fields(moment, self._exercises)
        if had is None or had.session != moment.session:
            return self._snapshot(moment)
        unread = moment.written - had.written
        if unread > len(moment.queued):
            return self._snapshot(moment)
        content: dict[str, Any] = {
            name: value for name, value in self._fields.items() if before[name] != value
        }
        if unread:
            content["lines"] = [_line_fields(line) for line in moment.queued[-unread:]]
        return Message("change", content) if content else None

    def _snapshot(self, moment: Moment) -> Message:
        lines = [_line_fields(line) for line in moment.lines]
        return Message("snapshot", {**self._fields, "lines": lines})


def page_fields(moment: Moment, exercises: Mapping[str, str]) -> dict[str, Any]:
    """What a page shows of a moment, but for the transcript: numbers, and words of the language."""
    seen = moment.seen
    exercise = exercises.get(seen.trained.replace(" ", "_"), seen.trained)
    return {
        "live": moment.live,
        "at": seen.at // RATE_HZ,
        "state": seen.state,
        "exercise": exercise,
        "plan": _plan_fields(moment, exercises),
        "sign": seen.sign,
        "number": seen.number,
        "in_a_set": seen.in_a_set,
        "set": seen.set,
        "sets": seen.sets,
        "reps": seen.reps,
        "marks": list(seen.marks),
        "perfect": seen.perfect,
        "floor": seen.floor,
        "minutes": seen.minutes_left,
        "way": _way_fields(seen.way),
        "offers": list(seen.offers),
        "level": round(seen.level_dbfs / _LEVEL_STEP_DB) * _LEVEL_STEP_DB,
        "notices": [{"text": each.text, "trouble": each.trouble} for each in seen.notices],
    }


def _plan_fields(moment: Moment, exercises: Mapping[str, str]) -> dict[str, str] | None:
    """What is recommended and why, before the training; None after that."""
    chosen = moment.chosen
    if chosen is None or moment.seen.state not in ("waiting", "screening", "planning"):
        return None
    return {"exercise": _named(chosen.exercise, exercises), "reason": chosen.reason}


def _named(exercise: str, exercises: Mapping[str, str]) -> str:
    """The exercise in words, by the name of its file."""
    return exercises.get(exercise, as_name(exercise))


def _way_fields(way: Way) -> list[tuple[Part, str]]:
    """Each part of the session, with where it is on the way."""
    now: tuple[Part, ...] = () if way.now is None else (way.now,)
    places = (("done", way.done), ("now", now), ("to_come", way.to_come))
    return [(part, place) for place, parts in places for part in parts]


def _line_fields(line: Line) -> dict[str, Any]:
    return {
        "n": line.number,
        "at": round(seconds(line.at), 2),
        "kind": line.kind,
        "text": line.text,
        "cut": line.cut,
    }

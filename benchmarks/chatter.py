"""Chatter: a Conversation that never stops talking, so that every word is said over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.app.ears import EVERYTHING
from coach.dialogue.steps import LONGEST_UTTERANCE, OPENING_SECONDS
from coach.hearing.acceptance import Wanted
from coach.messages.actions import Action, ArmTimer, Say, Silence, Tone
from coach.messages.events import Happening, Heard, Spoken
from coach.messages.prompt_ids import PromptId
from coach.session.cues import beats
from coach.session.lesson import Lesson
from coach.session.wordings import fill_ranges
from coach.units import Samples, samples

_PAUSE: Samples = samples(0.5)
"""For how long it is silent after a command, as a session is before it answers at length."""
_OPENING: Samples = samples(OPENING_SECONDS)
_NEXT = "next"


@dataclass(frozen=True, slots=True)
class Line:
    """A wording, and how long after its beginning the next one begins; None: when it ends."""

    say: Say
    beat: Samples | None


def every_line(lesson: Lesson) -> list[Line]:
    """All that can be said in a lesson, in order.

    Counts follow each other as in a descent. The breaths of cat and cow are longer than their
    words; here they are not waited for, because the coach must never be silent.
    """
    on_beat = beats(lesson.programme)
    ranges = fill_ranges(lesson.programme, lesson.grammar, lesson.prompts.language)
    said: Iterable[tuple[PromptId, str]] = lesson.prompts.wordings(ranges)
    wordings = dict.fromkeys((*said, *lesson.programme.texts()))
    return [
        Line(
            Say(prompt, text, on_beat=prompt in on_beat),
            on_beat["count"] if prompt == "count" else None,
        )
        for prompt, text in wordings
    ]


def with_descents(lines: Sequence[Line]) -> list[Line]:
    """The same with the counts of a descent after every third line, as often as in a session."""
    counts = [line for line in lines if line.beat]
    others = [line for line in lines if not line.beat]
    return [
        each
        for number, line in enumerate(others, start=1)
        for each in (line, *(counts if number % 3 == 0 else ()))
    ]


class Chatter:
    """Says line after line from the ``first`` on, over and over, and wants to hear everything.

    After a command that is accepted or in doubt it breaks off, and goes on with the next line after
    a pause.
    """

    def __init__(self, lines: Sequence[Line], first: int) -> None:
        self._lines = lines
        self._next = first
        self._beat: Samples | None = None

    @property
    def wanted(self) -> Wanted:
        """Every intent."""
        return EVERYTHING

    def begin(self) -> Sequence[Action]:
        """Open as a session does, and then speak: nobody has heard anything of the room yet."""
        return [Tone("opening"), ArmTimer(_NEXT, _OPENING, LONGEST_UTTERANCE)]

    def handle(self, event: Happening) -> Sequence[Action]:
        """See Conversation."""
        match event:
            case Heard():
                breaks_off = event.accepted or event.doubtful
                return [Silence(), ArmTimer(_NEXT, event.decided + _PAUSE)] * breaks_off
            case Spoken() if self._beat is not None:
                return [ArmTimer(_NEXT, max(event.start + self._beat, event.end + 1))]
            case _:
                return [self._go_on()]

    def abandon(self, now: Samples) -> Sequence[Action]:  # noqa: ARG002 - of the protocol
        """Nothing is to be done."""
        return []

    def _go_on(self) -> Say:
        line = self._lines[self._next % len(self._lines)]
        self._next += 1
        self._beat = line.beat
        return line.say


class Mute:
    """A Conversation that says nothing, and wants to hear everything."""

    @property
    def wanted(self) -> Wanted:
        """Every intent."""
        return EVERYTHING

    def begin(self) -> Sequence[Action]:
        """Nothing."""
        return []

    def handle(self, event: Happening) -> Sequence[Action]:  # noqa: ARG002 - of the protocol
        """Nothing."""
        return []

    def abandon(self, now: Samples) -> Sequence[Action]:  # noqa: ARG002 - of the protocol
        """Nothing is to be done."""
        return []

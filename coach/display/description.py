"""Description: an event in words, for everything that shows or logs a session line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    EchoFound,
    EchoRemains,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    RecogniserReady,
    Refusal,
    SpeechBegan,
    ToneBegan,
)
from coach.messages.facts import (
    FloorFound,
    HoldEnded,
    RepCorrected,
    RepEnded,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.units import Samples, seconds


@dataclass(frozen=True, slots=True)
class Description:
    """An event in words: ``topic`` is one short word, for a column; ``text`` says what happened."""

    at: Samples
    topic: str
    text: str


NOT_UNDERSTOOD = " (no answer that I know)"
"""What to add where words were heard that are no sentence of the grammar."""

_REFUSED: Mapping[Refusal | None, str] = {
    None: "does not count",
    "own voice": "my own voice",
    "spoken over": "I was speaking",
    "of before": "part of what was said before",
    "too soon": "said before I asked",
    "unclear": "not clear enough",
    "no voice": "hardly a voice",
    "no answer": "no answer to this question",
    "not now": "not now",
}


def describe(event: Event) -> Description | None:
    """The event in words; None for an event that is of no interest to a person."""
    return _said(event) or _of_the_sound(event) or _of_the_training(event)


def note_on(heard: Heard) -> str:
    """Why the words that were heard do not count, as a note after them; empty if they do."""
    if heard.accepted:
        return ""
    if heard.doubtful:
        return " (in doubt)"
    return f" ({_REFUSED[heard.refused]})"


def _said(event: Event) -> Description | None:
    match event:
        case SpeechBegan():
            return Description(event.at, "coach", event.text)
        case ToneBegan():
            return Description(event.at, "tone", event.name.replace("_", " "))
        case Heard():
            return Description(event.decided, "you", event.text + note_on(event))
        case _:
            return None


def _of_the_sound(event: Event) -> Description | None:  # noqa: PLR0911 - a table of events
    match event:
        case AudioLost():
            return Description(event.at, "lost", f"{seconds(event.samples):.2f} s of sound")
        case DeviceLost():
            return Description(event.at, "lost", f"the {event.device}, {event.why}")
        case DeviceFound():
            return Description(event.at, "found", f"the {event.device}, {event.name}")
        case MicrophoneClipped():
            return Description(event.at, "loud", "the microphone is set too loud, and clips")
        case EchoRemains():
            return Description(event.at, "echo", "cannot be cancelled in this room")
        case MemoryFailed():
            return Description(event.at, "memory", "cannot be written")
        case RecogniserReady():
            return Description(event.at, "ears", "the recogniser listens")
        case EchoFound():
            return Description(event.at, "echo", f"after {seconds(event.delay):.3f} s")
        case _:
            return None


_CORRECTED = {None: "does not count", True: "was perfect", False: "was not perfect"}


def _of_the_training(fact: Event) -> Description | None:  # noqa: PLR0911 - a table of events
    match fact:
        case StateChanged():
            why = fact.trigger or "the session opens"
            return Description(fact.at, "state", f"{fact.dest.replace('_', ' ')} ({why})")
        case SetBegan():
            exercise = fact.exercise.replace("_", " ")
            text = f"{fact.set} of {fact.sets}: {exercise}, to count {fact.floor:g}"
            return Description(fact.at, "set", text)
        case RepEnded():
            result = "perfect" if fact.perfect else f"{fact.reason} at {fact.count:g}"
            return Description(fact.at, "rep", f"{fact.rep} of {fact.reps}: {result}")
        case RepCorrected():
            return Description(fact.at, "rep", f"{fact.rep} {_CORRECTED[fact.perfect]}")
        case FloorFound():
            return Description(fact.at, "turn", f"turning point at count {fact.count:g}")
        case HoldEnded():
            return Description(fact.at, "held", f"{fact.seconds:g} s")
        case SessionEnded():
            text = f"{fact.outcome}, {fact.perfect_reps} perfect reps"
            return Description(fact.at, "end", text)
        case _:
            return None

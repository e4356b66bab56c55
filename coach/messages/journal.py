"""Journal: events as JSON Lines, a stable format documented in docs/rehearsals-and-journal.md.

Every line has ``at_s``, in seconds of microphone time, and ``event``. A prompt is written when it
ends, with ``at_s`` the moment at which it began.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from coach.messages.events import (
    AudioLost,
    Cleared,
    DeviceFound,
    DeviceLost,
    DoubleTalkBegan,
    DoubleTalkEnded,
    EchoFound,
    EchoRemains,
    Event,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    NotUnderstood,
    RecogniserReady,
    SpeechBegan,
    Spoken,
    Suspected,
    TimerDue,
    ToneBegan,
)
from coach.messages.facts import (
    CountBegan,
    DeliveryChanged,
    EffortRated,
    ExerciseChosen,
    Fact,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    PainRated,
    PairingOffered,
    PractiseTold,
    Progress,
    RepBegan,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SecondsPassed,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.units import Samples, seconds


class Journal:
    """An observer that passes each event's line, newline included, to ``write`` at once."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def __call__(self, event: Event) -> None:
        record = to_record(event)
        if record is not None:
            self._write(json.dumps(record, ensure_ascii=False) + "\n")


def to_record(event: Event) -> dict[str, Any] | None:
    """The journal's record of an event; None for an event that the journal leaves out."""
    match event:
        case Spoken():
            return _record(event.start, "said", _said_fields(event))
        case ToneBegan():
            return _record(event.at, "tone", {"name": event.name})
        case Heard():
            counts = {
                "accepted": event.accepted,
                "doubtful": event.doubtful,
                "refused": event.refused,
                "origin": event.origin,
            }
            return _record(event.decided, "heard", {**heard_fields(event), **counts})
        case (
            AudioLost()
            | EchoFound()
            | EchoRemains()
            | DeviceLost()
            | DeviceFound()
            | MicrophoneClipped()
        ):
            return _sound_record(event)
        case (
            Suspected()
            | Cleared()
            | NotUnderstood()
            | DoubleTalkBegan()
            | DoubleTalkEnded()
            | SpeechBegan()
            | TimerDue()
            | MemoryFailed()
            | RecogniserReady()
            | PairingOffered()
        ):
            return None
        case _:
            return _record(event.at, _NAMES[type(event)], _training_fields(event))


_NAMES = {
    SessionBegan: "session",
    SessionResumed: "session",
    SessionEnded: "session",
    StateChanged: "state",
    ExerciseChosen: "exercise",
    SetBegan: "set",
    RepBegan: "rep_began",
    CountBegan: "count",
    SecondsPassed: "seconds",
    DeliveryChanged: "delivery",
    RepEnded: "rep",
    RepCorrected: "rep_corrected",
    FloorFound: "floor",
    HoldEnded: "hold",
    MistakeNoted: "mistake",
    HabitTold: "habit",
    PractiseTold: "practised",
    ScreeningPassed: "screening",
    PainRated: "pain_rated",
    EffortRated: "effort_rated",
}


def _training_fields(event: Fact | Progress) -> dict[str, Any]:
    fields = asdict(event)
    del fields["at"]
    match event:
        case SessionBegan():
            return {"phase": "start"}
        case SessionResumed():
            return {"phase": "resumed"}
        case SessionEnded():
            return {"phase": "end", **fields}
        case StateChanged():
            return {"from": event.source, "to": event.dest, "trigger": event.trigger}
        case _:
            return fields


def _sound_record(
    event: AudioLost | EchoFound | EchoRemains | DeviceLost | DeviceFound | MicrophoneClipped,
) -> dict[str, Any]:
    match event:
        case AudioLost():
            return _record(event.at, "audio_lost", {"samples": event.samples})
        case EchoFound():
            return _record(event.at, "echo", {"delay_s": seconds(event.delay)})
        case DeviceLost():
            return _record(event.at, "device_lost", {"device": event.device, "why": event.why})
        case DeviceFound():
            return _record(event.at, "device_found", {"device": event.device, "name": event.name})
        case EchoRemains():
            return _record(event.at, "echo_remains", {})
        case MicrophoneClipped():
            return _record(event.at, "clipped", {})


def _said_fields(spoken: Spoken) -> dict[str, Any]:
    return {
        "prompt": spoken.prompt,
        "text": spoken.text,
        "interrupted": spoken.interrupted,
        "end_s": seconds(spoken.end),
    }


def heard_fields(heard: Heard) -> dict[str, Any]:
    """The fields of a Heard in the journal and in the output of ``coach hear``."""
    return {
        "intent": heard.intent,
        "text": heard.text,
        "confidence": round(heard.confidence, 3),
        "start_s": seconds(heard.start),
        "end_s": seconds(heard.end),
        "reacted_s": seconds(heard.reacted),
        "decided_s": seconds(heard.decided),
        "urgent": heard.urgent,
    }


def _record(at: Samples, event: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"at_s": seconds(at), "event": event, **fields}

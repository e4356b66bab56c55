"""Talked over: the systems side by side. Each is an ear in a room in which the coach talks.

Whatever is compared, the engine, the room and the recogniser are the same; the canceller differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any, cast

import numpy as np

from coach.devices.speexdsp_canceller import SpeexdspCanceller
from coach.hearing import Finding, Hearing
from coach.judging import Wanted
from coach.listening import Listening
from coach.units import RATE_HZ, Block, Samples, rms, samples, silence

_FRAME: Samples = samples(0.01)
_HALF_DUPLEX_TAIL: Samples = samples(0.2)


class Aec3Canceller:
    """WebRTC's AEC3: without its noise suppression and gain control, with its high-pass filter.

    Raises ImportError without pywebrtc-audio, a development dependency.
    """

    def __init__(self) -> None:
        from pywebrtc_audio import EchoCanceller  # noqa: PLC0415 - a development dependency

        self._aec3 = EchoCanceller(sample_rate=RATE_HZ)

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        """See EchoCanceller."""
        frames = (slice(at, at + _FRAME) for at in range(0, len(microphone), _FRAME))
        return np.concatenate([self._aec3.process(microphone[at], speaker[at]) for at in frames])


class HalfDuplexCanceller:
    """Muted ears: silence while the speaker plays and for 0.2 s after."""

    def __init__(self) -> None:
        self._played_before: Samples = _HALF_DUPLEX_TAIL

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        """See EchoCanceller."""
        clean = microphone.copy()
        for at in range(0, len(microphone), _FRAME):
            playing = np.any(speaker[at : at + _FRAME])
            self._played_before = 0 if playing else self._played_before + _FRAME
            if self._played_before < _HALF_DUPLEX_TAIL:
                clean[at : at + _FRAME] = silence(_FRAME)
        return clean


def this_coach(hearing: Hearing) -> Listening:
    """The ear that ``coach run`` has."""
    return Listening(hearing, SpeexdspCanceller())


SYSTEMS: Mapping[str, tuple[str, Callable[[Hearing], Listening]]] = {
    "coach": ("this coach, the objects that `coach run` uses", this_coach),
    "none": ("no cancellation", Listening),
    "aec3": ("WebRTC AEC3 in place of the canceller", lambda h: Listening(h, Aec3Canceller())),
    "half-duplex": (
        "muted ears while it speaks and 0.2 s longer",
        lambda h: Listening(h, HalfDuplexCanceller()),
    ),
}


class Watch:
    """Looks over an ear's shoulder: how loud each frame came in, what was left of it for the
    recogniser, and the processor seconds of both halves.
    """

    def __init__(self, make: Callable[[Hearing], Listening], hearing: Hearing) -> None:
        self.before: list[float] = []
        self.after: list[float] = []
        self.hearing_seconds = 0.0
        self.listening_seconds = 0.0
        watched = cast(Hearing, _WatchedHearing(hearing, self))
        self.listening = cast(Listening, _WatchedListening(make(watched), self))


class _WatchedHearing:
    def __init__(self, hearing: Hearing, watch: Watch) -> None:
        self._hearing = hearing
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hearing, name)

    def accept(self, frame: Block, *rest: Any) -> list[Finding]:
        began = process_time()
        self._watch.after.append(rms(frame))
        found = self._hearing.accept(frame, *rest)
        self._watch.hearing_seconds += process_time() - began
        return found


class _WatchedListening:
    def __init__(self, listening: Listening, watch: Watch) -> None:
        self._listening = listening
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listening, name)

    def accept(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Finding]:
        self._watch.before.append(rms(microphone))
        began = process_time()
        found = self._listening.accept(microphone, speaker, wanted)
        self._watch.listening_seconds += process_time() - began
        return found

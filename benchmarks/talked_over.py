"""Talked over: the systems that are compared, in a room in which the coach talks.

Engine, room and recogniser are the same for all; they differ in what is done about the echo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import process_time
from typing import Any, cast

import numpy as np

from benchmarks.workers import BenchmarkError
from coach.app.ears import Ears
from coach.audio.levels import LevelMeter, MeasuredFrame
from coach.devices.sound.speexdsp import SpeexdspCanceller
from coach.echo.canceller import EchoCanceller
from coach.echo.double_talk import DoubleTalk
from coach.echo.poor_cancellation import PoorCancellation
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.front_end import FrontEnd, Noticed
from coach.ports import AdaptiveFilter
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
        """See AdaptiveFilter."""
        frames = (slice(at, at + _FRAME) for at in range(0, len(microphone), _FRAME))
        return np.concatenate([self._aec3.process(microphone[at], speaker[at]) for at in frames])


class HalfDuplexCanceller:
    """Muted ears: silence while the speaker plays and for 0.2 s after."""

    def __init__(self) -> None:
        self._played_before: Samples = _HALF_DUPLEX_TAIL

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        """See AdaptiveFilter."""
        clean = microphone.copy()
        for at in range(0, len(microphone), _FRAME):
            playing = np.any(speaker[at : at + _FRAME])
            self._played_before = 0 if playing else self._played_before + _FRAME
            if self._played_before < _HALF_DUPLEX_TAIL:
                clean[at : at + _FRAME] = silence(_FRAME)
        return clean


class _Bare:
    """A canceller by itself, in place of EchoCanceller: without delay estimation and guard."""

    def __init__(self, canceller: AdaptiveFilter | None = None) -> None:
        self._canceller = canceller
        self._meter = LevelMeter()
        nothing = ResidualEcho()
        self.guard = SelfSpeechGuard(nothing)
        self.double_talk = DoubleTalk(nothing)
        self.poor = PoorCancellation(nothing)
        self.delay: Samples | None = None

    def align(self, delay: Samples) -> None:
        """See EchoCanceller. The simulated room has no delay but the echo's own."""

    def cancel(self, microphone: MeasuredFrame, speaker: Block) -> MeasuredFrame:
        """See EchoCanceller."""
        if self._canceller is None:
            return microphone
        return self._meter.measure(self._canceller.cancel(microphone.sound, speaker))


def _bare(canceller: AdaptiveFilter | None, ears: Ears) -> FrontEnd:
    return FrontEnd(ears.endpointer(), cast(EchoCanceller, _Bare(canceller)))


def _this_coach(ears: Ears) -> FrontEnd:
    warnings: list[str] = []
    listening = ears.front_end(warnings.append)
    if warnings:
        raise BenchmarkError(warnings[0])
    return listening


SYSTEMS: Mapping[str, tuple[str, Callable[[Ears], FrontEnd]]] = {
    "coach": ("this coach, the objects that `coach run` uses", _this_coach),
    "none": ("no cancellation", lambda ears: _bare(None, ears)),
    "speexdsp": (
        "libspeexdsp's filter in place of it all",
        lambda ears: _bare(SpeexdspCanceller(), ears),
    ),
    "aec3": ("WebRTC AEC3 in place of it all", lambda ears: _bare(Aec3Canceller(), ears)),
    "half-duplex": (
        "muted ears while it speaks and 0.2 s longer",
        lambda ears: _bare(HalfDuplexCanceller(), ears),
    ),
}


class Supervision:
    """Measures a system: the level of each frame before and after cancellation, and the processor
    seconds of cancellation and of the rest.
    """

    def __init__(self, listening: FrontEnd) -> None:
        self.before: list[float] = []
        self.after: list[float] = []
        self.cancelling_seconds = 0.0
        self.listening_seconds = 0.0
        listening.canceller = cast(EchoCanceller, _WatchedEcho(listening.canceller, self))
        self.listening = cast(FrontEnd, _WatchedListening(listening, self))


class _WatchedEcho:
    def __init__(self, echo: Any, watch: Supervision) -> None:
        self._echo = echo
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._echo, name)

    def cancel(self, microphone: MeasuredFrame, speaker: Block) -> MeasuredFrame:
        self._watch.before.append(rms(microphone.sound))
        began = process_time()
        clean: MeasuredFrame = self._echo.cancel(microphone, speaker)
        self._watch.cancelling_seconds += process_time() - began
        self._watch.after.append(rms(clean.sound))
        return clean


class _WatchedListening:
    def __init__(self, listening: FrontEnd, watch: Supervision) -> None:
        self._listening = listening
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listening, name)

    def process(self, *frames_and_wanted: Any) -> list[Noticed]:
        began = process_time()
        found = self._listening.process(*frames_and_wanted)
        self._watch.listening_seconds += process_time() - began
        return found

"""Opening: the earcon tells how late the coach is heard, and is never taken for a voice."""

from __future__ import annotations

import numpy as np
import pytest

from coach.audio.levels import LevelMeter
from coach.devices.sound.speexdsp import SpeexdspCanceller
from coach.echo.canceller import EchoCanceller
from coach.messages.events import SpeechBegan, ToneBegan
from coach.speaking.tones import tone_sound
from coach.units import Block, Samples, gain, samples

FRAME: Samples = samples(0.03)
OVER: Samples = samples(2.1)
"""When the earcon and its echo are over."""


def beside_the_earcon(delay_seconds: float, level_db: float) -> EchoCanceller:
    """A canceller that has heard the earcon come back, in a room with a little noise."""
    earcon = np.zeros(OVER)
    earcon[: len(tone_sound("opening"))] = tone_sound("opening")
    random = np.random.default_rng(3)
    path = np.zeros(samples(0.8))
    at = samples(delay_seconds)
    tail = random.normal(0.0, 0.02, samples(0.2)) * np.exp(-np.arange(samples(0.2)) / 1600)
    path[at : at + len(tail)] = tail
    path[at] += 1.0
    echo = np.convolve(earcon, path)[:OVER] * gain(level_db) + random.normal(0.0, 5.0, OVER)
    canceller = EchoCanceller(SpeexdspCanceller)
    canceller.guard.observe(ToneBegan("opening", 0))
    meter = LevelMeter()
    for start in range(0, OVER - FRAME + 1, FRAME):
        canceller.cancel(meter.measure(block(echo, start)), block(earcon, start))
    return canceller


def block(sound: np.ndarray[tuple[int, ...], np.dtype[np.float64]], start: Samples) -> Block:
    return np.round(sound[start : start + FRAME]).astype(np.int16)


@pytest.mark.parametrize("delay_seconds", [0.02, 0.09, 0.2, 0.35])
@pytest.mark.parametrize("level_db", [-20, 0])
def test_the_delay_is_known_before_the_first_word(delay_seconds: float, level_db: float) -> None:
    canceller = beside_the_earcon(delay_seconds, level_db)
    assert canceller.delay == pytest.approx(samples(delay_seconds), abs=samples(0.001))


def test_what_is_said_over_the_earcon_is_a_person_s() -> None:
    guard = beside_the_earcon(0.1, 0).guard
    over_the_earcon = samples(0.3), samples(0.9)
    assert not guard.coach_speaks(*over_the_earcon)
    assert not guard.is_own_voice(*over_the_earcon, urgent=False)
    assert not guard.is_strict(*over_the_earcon)
    assert guard.suppression_db(FRAME) == 0.0


def test_from_the_first_word_on_the_coach_may_be_heard() -> None:
    guard = beside_the_earcon(0.1, 0).guard
    guard.observe(SpeechBegan("greeting", "I am your coach.", samples(0.2)))
    assert guard.coach_speaks(samples(0.3), samples(0.9))

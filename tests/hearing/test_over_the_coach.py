"""Over the coach: what hushes it while it speaks."""

from __future__ import annotations

import numpy as np
import pytest

from coach.app.ears import EVERYTHING
from coach.audio.levels import LevelMeter
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.endpointer import Endpointer
from coach.hearing.grammar import Grammar
from coach.messages.events import SpeechBegan, Suspected
from coach.simulation.fakes import ScriptedRecogniser
from coach.units import Samples, samples
from tests.hearing.listened import FRAME, SETTINGS, frames_until, said

WORD: Samples = samples(0.4)
AT: Samples = frames_until(samples(6.0))


@pytest.mark.parametrize("text", ["arched", "one thousand arched"])
@pytest.mark.parametrize(
    ("user", "lag_seconds", "hushed"),
    [
        # RMS over a residual echo of 10, from the end of the word to the partial result
        (14.5, 0.0, True),
        (14.5, 0.2, True),
        (14.5, 0.5, False),
        (9.0, 0.0, False),
        (9.0, 0.2, False),
    ],
)
def test_a_word_is_as_loud_as_it_was_though_the_recogniser_lags(
    grammar: Grammar, user: float, lag_seconds: float, hushed: bool, text: str
) -> None:
    """Also where the recogniser has read what is left of the coach before it."""
    random = np.random.default_rng(0)
    residual, meters = ResidualEcho(), [LevelMeter() for _ in range(3)]
    guard = SelfSpeechGuard(residual)
    guard.observe(SpeechBegan("cue", "Inhale.", 0))
    recogniser = ScriptedRecogniser([said(text, AT, WORD + samples(lag_seconds))])
    endpointer = Endpointer(recogniser, grammar, SETTINGS, guard=guard)
    found = []
    for now in range(0, AT + samples(2.0), FRAME):
        spoken = user if AT <= now < AT + WORD else 0.0
        levels = (1000.0, np.hypot(1000.0, spoken), np.hypot(10.0, spoken))
        sounds = [random.normal(0.0, rms, FRAME).astype(np.int16) for rms in levels]
        measured = [meter.measure(sound) for meter, sound in zip(meters, sounds, strict=True)]
        residual.measure(*measured)
        found += endpointer.process(measured[-1], EVERYTHING)
    assert any(isinstance(each, Suspected) for each in found) is hushed

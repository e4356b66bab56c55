"""Self speech: the words that the coach says are its own while it says them, and shortly after."""

from __future__ import annotations

import pytest

from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.messages.events import SpeechBegan, Spoken
from coach.units import samples

CUE = "Tell me that it arched, and say Stop."
SAID = Spoken("cue", CUE, 0, samples(3.0), interrupted=False)


@pytest.mark.parametrize(
    ("text", "at_seconds", "own"),
    [
        ("arched", 2.0, True),
        ("it arched", 2.0, True),
        ("stop", 3.3, True),
        ("stop", 3.6, False),
        ("pause", 2.0, False),
        ("stop now", 2.0, False),
    ],
)
def test_own_words_are_the_coach_s_until_half_a_second_later(
    text: str, at_seconds: float, own: bool
) -> None:
    guard = SelfSpeechGuard(ResidualEcho())
    guard.observe(SpeechBegan("cue", CUE, 0))
    assert guard.are_own_words("arched", samples(1.0))
    guard.observe(SAID)
    assert guard.are_own_words(text, samples(at_seconds)) is own
    guard.observe(SpeechBegan("next", "Inhale.", samples(3.1)))
    assert guard.are_own_words(text, samples(at_seconds)) is own

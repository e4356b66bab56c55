"""Recording: a word is understood wherever in the recording it stands."""

from __future__ import annotations

import pytest

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer
from coach.hearing.recording import AROUND_CLIP, hear_recording
from coach.messages.intents import URGENT, Intent
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Samples, samples
from tests.hearing.listened import LENGTH, SETTINGS, UNKNOWN


@pytest.mark.parametrize(
    ("words", "wanted", "found"),
    [
        ("done", EVERYTHING, ["done"]),
        ("arched", EVERYTHING, ["arched"]),
        ("done", Wanted(frozenset({"stop"}), URGENT), []),
        (UNKNOWN, EVERYTHING, []),
    ],
)
@pytest.mark.parametrize("margin", [0, 1, 4000])
def test_a_recording_may_begin_and_end_with_the_word(
    words: str, wanted: Wanted, found: list[Intent], margin: Samples
) -> None:
    """Its times are the recording's own."""
    clip = speech_sound([Utterance(margin, words, LENGTH)], margin + LENGTH)
    recogniser = ScriptedRecogniser([Utterance(AROUND_CLIP + margin, words, LENGTH)])
    heard = hear_recording(Endpointer(recogniser, load_grammar(), SETTINGS), clip, wanted)
    assert [each.intent for each in heard] == found
    assert all((each.start, each.end) == (margin, margin + LENGTH) for each in heard)
    assert all(each.end <= each.decided < each.end + samples(1) for each in heard)

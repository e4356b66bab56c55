"""Front end: one frame after the other, in memory that the caller uses again."""

from __future__ import annotations

import numpy as np

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.echo.canceller import EchoCanceller
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.simulation.fakes import ScriptedRecogniser, speech_sound
from coach.units import Block, silence
from tests.hearing.listened import END, FRAME, SETTINGS, said


class Keeper(ScriptedRecogniser):
    """Keeps the sound that it is given."""

    def __init__(self) -> None:
        super().__init__([said("done")])
        self.decoded: list[Block] = []

    def accept_waveform(self, block: Block) -> None:
        self.decoded.append(block.copy())
        super().accept_waveform(block)


def test_the_lead_in_is_what_was_heard_before_the_word_without_libraries_too() -> None:
    """Nothing that processes the sound copies it there, and the engine has one buffer."""
    recogniser = Keeper()
    endpointer = Endpointer(recogniser, load_grammar(), SETTINGS)
    front_end = FrontEnd(endpointer, EchoCanceller(None))
    sound = speech_sound([said("done")], END + FRAME)
    frames, buffer = [], silence(FRAME)
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        frames.append(sound[start : start + FRAME])
        buffer[:] = frames[-1]
        front_end.process(buffer, silence(FRAME), EVERYTHING)
    decoded = len(recogniser.decoded)
    assert decoded * FRAME > SETTINGS.lead_in
    assert np.array_equal(np.concatenate(recogniser.decoded), np.concatenate(frames[-decoded:]))

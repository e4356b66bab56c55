"""Cues: every wording of a session rendered beforehand, so that nothing waits for the voice."""

from __future__ import annotations

from collections.abc import Callable

from coach.grammar import Grammar
from coach.ports import Voice
from coach.programme import Programme
from coach.prompts import Prompts, fill_ranges
from coach.script import beats
from coach.units import Block, Samples, samples

_BREATH_BEFORE_BEAT: Samples = samples(0.05)
"""Silence that is left before the next beat."""


def prepare_cues(
    prompts: Prompts,
    programme: Programme,
    grammar: Grammar,
    voice: Voice,
    progress: Callable[[int, int], None],
) -> dict[str, Block]:
    """The sound of every wording; what is on a beat fits into it.

    ``progress`` is told how many of how many are done. Raises VoiceError.
    """
    wordings = [*prompts.wordings(fill_ranges(programme, grammar)), *programme.texts()]
    longest = beats(programme)
    cues: dict[str, Block] = {}
    for done, (prompt, text) in enumerate(wordings):
        progress(done, len(wordings))
        beat = longest.get(prompt)
        room = None if beat is None else beat - _BREATH_BEFORE_BEAT
        cues[text] = voice.render(text, longest=room)
    progress(len(wordings), len(wordings))
    return cues

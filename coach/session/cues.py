"""Cues: every wording of a session rendered beforehand, so that nothing waits for the voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from coach.dialogue.prompts import Prompts
from coach.hearing.grammar import Grammar
from coach.messages.prompt_ids import PromptId
from coach.ports import Voice
from coach.session.wordings import fill_ranges
from coach.training.programme import Programme
from coach.units import Block, Samples, samples

_BREATH_BEFORE_BEAT: Samples = samples(0.05)
"""Silence that is left before the next beat."""


class Cues(Mapping[str, Block]):
    """The sound of every wording; each is fetched when it is asked for and held by nobody here."""

    def __init__(self, fetch: Mapping[str, Callable[[], Block]]) -> None:
        self._fetch = fetch

    def __getitem__(self, text: str) -> Block:
        return self._fetch[text]()

    def __contains__(self, text: object) -> bool:
        return text in self._fetch

    def __iter__(self) -> Iterator[str]:
        return iter(self._fetch)

    def __len__(self) -> int:
        return len(self._fetch)


def prepare_cues(
    prompts: Prompts,
    programme: Programme,
    grammar: Grammar,
    voice: Voice,
    progress: Callable[[int, int], None],
) -> Cues:
    """The sound of every wording; what is on a beat fits into it.

    ``progress`` is told how many of how many are done. Raises VoiceError.
    """
    ranges = fill_ranges(programme, grammar, prompts.language)
    wordings: list[tuple[PromptId, str]] = [*prompts.wordings(ranges), *programme.texts()]
    longest = beats(programme)
    fetch: dict[str, Callable[[], Block]] = {}
    for done, (prompt, text) in enumerate(wordings):
        progress(done, len(wordings))
        beat = longest.get(prompt)
        room = None if beat is None else beat - _BREATH_BEFORE_BEAT
        fetch[text] = voice.prepare(text, longest=room)
    progress(len(wordings), len(wordings))
    return Cues(fetch)


def beats(programme: Programme) -> dict[str, Samples]:
    """The prompts that are on a beat, and how long the beat is: their words must fit into it."""
    breath = samples(programme.routine.cat_cow.breath_seconds)
    count = min(exercise.count for exercise in programme.exercises.values())
    return {
        "count": count,
        "half_count": count // 2,
        "cat": breath,
        "cat_round": breath,
        "cow": breath,
    }

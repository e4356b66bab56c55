"""Cues: every wording of a session, rendered before it starts, so that no prompt has to wait."""

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
"""The least silence between the end of the words and the next beat."""


class Cues(Mapping[str, Block]):
    """The sound of every wording, by its text. A sound is fetched at each access and not cached."""

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
    """Render every wording of ``programme``; the words of a prompt on a beat fit into the beat.

    ``progress`` is called with the number of wordings rendered so far and their total. Raises
    VoiceError.
    """
    ranges = fill_ranges(programme, grammar, prompts.language)
    wordings: list[tuple[PromptId, str]] = [*prompts.wordings(ranges), *programme.texts()]
    rooms = beat_rooms(programme)
    fetch: dict[str, Callable[[], Block]] = {}
    for done, (prompt, text) in enumerate(wordings):
        progress(done, len(wordings))
        fetch[text] = voice.prepare(text, longest=rooms.get(prompt))
    progress(len(wordings), len(wordings))
    return Cues(fetch)


def beats(programme: Programme) -> dict[str, Samples]:
    """The prompts that are spoken on a beat, each with the length of the beat."""
    breath = samples(programme.routine.cat_cow.breath_seconds)
    count = min(exercise.count for exercise in programme.exercises.values())
    return {
        "count": count,
        "half_count": count // 2,
        "cat": breath,
        "cat_round": breath,
        "cow": breath,
    }


def beat_rooms(programme: Programme) -> dict[str, Samples]:
    """How long the words may be of each prompt that is spoken on a beat."""
    return {prompt: beat - _BREATH_BEFORE_BEAT for prompt, beat in beats(programme).items()}

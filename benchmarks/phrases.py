"""Phrases: every wording of ``tests/phrases``, each said by a synthetic voice drawn from a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
from pydantic import RootModel

from benchmarks.corpus import Clip, speech_of
from benchmarks.streams import Stream, clip_streams
from benchmarks.synthetic_voices import draw_speaker, speak
from coach.app.language_files import read_text
from coach.datafile import parse_yaml
from coach.messages.intents import Intent

PHRASES = Path(__file__).parents[1] / "tests" / "phrases" / "en.yaml"

_SPOKEN = re.compile(r"[a-z']+( [a-z']+)*")
"""Wordings that differ from these only when they are read, such as "Ready", are not said."""


class _Phrases(RootModel[dict[str, Intent | None]]):
    pass


def read_phrases(path: Path = PHRASES) -> dict[str, Intent | None]:
    """The wordings that can be said, each with its intent; None for what means nothing.

    Raises DataError.
    """
    phrases, _ = parse_yaml(read_text(path), str(path), _Phrases)
    return {words: intent for words, intent in phrases.root.items() if _SPOKEN.fullmatch(words)}


def sampled(phrases: dict[str, Intent | None], seed: int, every: int) -> dict[str, Intent | None]:
    """About one wording of ``every``. Which ones does not change when others are added."""
    return {words: phrases[words] for words in phrases if _number(seed, words) % every == 0}


def phrase_streams(seed: int, every: int) -> Iterator[Stream]:
    """A stream for each voice, which says its wordings one after the other in a quiet room."""
    said = sampled(read_phrases(), seed, every)
    return clip_streams([_clip(words, intent, seed) for words, intent in said.items()], {}, [])


def _clip(words: str, intent: Intent | None, seed: int) -> Clip:
    speaker = draw_speaker(np.random.default_rng(_number(seed, words)))
    sound = speak(speaker, words)
    speech = speech_of(sound)
    return Clip(str(speaker), speaker.voice, words, intent, speech, timed=True, sound=sound)


def _number(seed: int, words: str) -> int:
    return crc32(f"{seed} {words}".encode())

"""People: a folder of real people's recordings -> streams, each heard as a session would hear it.

``commands/**/WORD__speaker.flac`` are commands, ``near/`` words that mean nothing, and
``negatives/<kind>/`` sound in which no command is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from benchmarks.corpus import Clip, Talk, load_clips, load_talk
from benchmarks.streams import Stream, single_streams, talk_streams
from coach.errors import AudioFileError
from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.messages.states import State

WORDS = ("commands", "near")
"""The folders of single words."""
NEGATIVES = "negatives"

_ASKED: Mapping[Intent, State] = {
    "ready": "waiting",
    "done": "tension_check",
    "yes": "tension_check",
    "no": "tension_check",
    "resume": "paused",
    "pair": "waiting",
    "not_me": "stopped",
    "skip_stretching": "stretching",
    "go_back": "cat_cow",
    "number": "rating",
    "louder": "cat_cow",
    "quieter": "cat_cow",
    "speak_slower": "cat_cow",
    "speak_faster": "cat_cow",
    "talk_less": "cat_cow",
    "talk_more": "cat_cow",
    "what_time": "cat_cow",
}
"""Answers are heard where they are asked for."""
_ELSEWHERE: State = "working"
"""Where every other intent counts."""


def state_of(clip: Clip) -> State | None:
    """The state in which a clip is heard; None, where everything counts, for what means nothing."""
    return None if clip.intent is None else state_for(clip.intent)


def state_for(intent: Intent) -> State:
    """A state in which an intent counts."""
    return _ASKED.get(intent, _ELSEWHERE)


def people_streams(folder: Path, grammar: Grammar) -> Iterator[Stream]:
    """All that lies in a folder of people. Raises AudioFileError."""
    if not folder.is_dir():
        raise AudioFileError(f"{folder}: there is no such folder")
    there = [name for name in (*WORDS, NEGATIVES) if (folder / name).is_dir()]
    if not there:
        raise AudioFileError(f"{folder}: none of commands, near and negatives is in it")
    clips = [clip for name in WORDS if name in there for clip in load_clips(folder / name, grammar)]
    negatives = _negatives(folder / NEGATIVES) if NEGATIVES in there else []
    return chain(single_streams(clips, state_of), talk_streams(negatives))


def _negatives(folder: Path) -> list[Talk]:
    """Grouped by kind, however deep a recording lies."""
    kinds = sorted(path for path in folder.iterdir() if path.is_dir())
    if not kinds:
        raise AudioFileError(f"{folder}: there is no folder of a kind of sound in it")
    return [replace(talk, group=kind.name) for kind in kinds for talk in load_talk(kind)]

"""Assembly: files, model and voice -> an engine. Used by the command line alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from coach.app.ears import Ears
from coach.app.language_files import ENGLISH, load_language
from coach.devices.memory import sqlite_file
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.speech.piper_synthesiser import SUFFIX, PiperSynthesiser, natural_model
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedVoice, Synthesiser
from coach.devices.system.wall_clock import SystemCalendar
from coach.dialogue.verbosity import Verbosity
from coach.display.view_model import ViewModel, outline
from coach.engine import Engine, Lesson, Observer
from coach.messages.prompt_ids import PromptId
from coach.ports import Voice
from coach.session.cues import prepare_cues
from coach.session.wordings import fill_ranges
from coach.training.exercise import Exercise
from coach.training.history import Day, History
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.training.progression import recommend
from coach.units import Block

NATURAL = "natural"
"""The voice of the extra that is called so, as ``--voice`` names it."""


def make_voice(voice: str | None, rate_wpm: int, language: str = ENGLISH) -> RenderedVoice:
    """``natural``, the .onnx file of a voice of Piper, else a voice by eSpeak NG's name: without
    any, that of ``language``.

    Its renderings are kept among the user's caches. Raises VoiceError.
    """
    cache = user_cache_path("flatback", appauthor=False) / "voice"
    synthesiser = _synthesiser(voice or load_language(language).language.voice)
    return RenderedVoice(synthesiser, cache, rate_wpm)


def _synthesiser(voice: str) -> Synthesiser:
    if voice == NATURAL:
        return PiperSynthesiser(natural_model())
    if voice.endswith(SUFFIX):
        return PiperSynthesiser(Path(voice).expanduser())
    return Pyttsx3Synthesiser(voice)


def open_memory(
    person: str, exercises: Mapping[str, Exercise], warn: Callable[[str], None]
) -> SqliteMemory:
    """What is remembered of a person on this computer. Raises MemoryFileError for a newer file."""
    counts = {name: exercise.tempo.counts for name, exercise in exercises.items()}
    return SqliteMemory(sqlite_file.default_path(), person, SystemCalendar(), warn, counts)


@dataclass(frozen=True, slots=True)
class Coach:
    """A lesson and ears for it; ``engine`` makes a session of it."""

    lesson: Lesson
    ears: Ears

    def engine(
        self, plan: Plan, observers: Iterable[Observer], warn: Callable[[str], None]
    ) -> Engine:
        """A session; ``warn`` is told when the coach will have to hear its own echo."""
        listening = self.ears.listening(warn)
        return Engine(self.lesson.session(plan), self.lesson.cues, listening, observers)

    def plan(self, history: History, today: Day) -> Plan:
        """What to train today; see recommend."""
        programme = self.lesson.programme
        start, exercises = programme.routine.exercise, programme.exercises
        return recommend(history, today, start, exercises, programme.asked)

    def view(self) -> ViewModel:
        """What a person sees of a session, before it begins."""
        lesson = self.lesson
        known = outline(lesson.programme, lesson.grammar)
        return ViewModel(self.ears.pack.signs, known)

    def wordings(self) -> Iterator[tuple[PromptId, str]]:
        """Every (prompt, text) that may be said."""
        lesson = self.lesson
        prompts = lesson.prompts
        yield from prompts.wordings(fill_ranges(lesson.programme, lesson.grammar, prompts.language))
        yield from lesson.programme.texts()

    def reference(self) -> Block:
        """All of the coach's speech, to take its level from."""
        return np.concatenate(list(self.lesson.cues.values()))


def make_coach(
    programme: Programme,
    ears: Ears,
    voice: Voice,
    progress: Callable[[int, int], None],
    verbosity: Verbosity = "full",
) -> Coach:
    """A coach whose every wording is rendered; see prepare_cues for ``progress``. It speaks the
    language that it hears.
    """
    prompts = ears.pack.prompts
    cues = prepare_cues(prompts, programme, ears.grammar, voice, progress)
    return Coach(Lesson(ears.grammar, prompts, programme, cues, verbosity), ears)

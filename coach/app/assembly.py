"""Assembly: a voice, a memory, and a coach put together from its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from coach.dialogue.delivery import Delivery
from coach.dialogue.verbosity import Verbosity
from coach.display.outline import outline
from coach.display.view_model import ViewModel
from coach.engine import Engine, Observer
from coach.messages.prompt_ids import PromptId
from coach.ports import Voice
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.session.wordings import fill_ranges
from coach.training.exercise import Exercise
from coach.training.history import Day, History
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.training.progression import recommend
from coach.units import Block

NATURAL = "natural"
"""What ``--voice`` calls the neural voice of the optional extra of that name."""


def make_voice(voice: str | None, rate_wpm: int, language: str = ENGLISH) -> RenderedVoice:
    """The voice named ``voice``; without a name, that of ``language``.

    A name is ``natural``, the path of a Piper voice (.onnx), or what eSpeak NG calls a voice.
    Rendered speech is cached in the user's cache folder. Raises VoiceError.
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
    """The memory of ``person`` on this computer; ``warn`` is called with one line when it fails.

    Raises MemoryFileError when a newer version of the coach wrote the file.
    """
    counts = {name: exercise.tempo.counts for name, exercise in exercises.items()}
    return SqliteMemory(sqlite_file.default_path(), person, SystemCalendar(), warn, counts)


@dataclass(frozen=True, slots=True)
class Coach:
    """A lesson and the ears for it, from which any number of sessions can be made."""

    lesson: Lesson
    ears: Ears

    def engine(
        self, plan: Plan, observers: Iterable[Observer], warn: Callable[[str], None]
    ) -> Engine:
        """The engine of a new session.

        ``warn`` is called with one line when the echo cannot be cancelled.
        """
        front_end = self.ears.front_end(warn)
        lesson = self.lesson
        return Engine(lesson.session(plan), lesson.cues, front_end, observers, lesson.gain_db)

    def speaking(self, delivery: Delivery) -> Coach:
        """This coach, which speaks in another way at first; its cues stay as they are."""
        lesson = replace(
            self.lesson,
            gain_db=delivery.gain_db,
            verbosity=delivery.verbosity,
            rate_wpm=delivery.rate_wpm,
        )
        return replace(self, lesson=lesson)

    def plan(self, history: History, today: Day) -> Plan:
        """What to train today; see ``recommend``."""
        programme = self.lesson.programme
        routine, exercises = programme.routine, programme.exercises
        start, beginner = routine.exercise, routine.beginner
        return recommend(history, today, start, exercises, programme.asked, beginner)

    def view(self) -> ViewModel:
        """The view model of a session that has not begun."""
        lesson = self.lesson
        known = outline(lesson.programme, lesson.grammar)
        return ViewModel(self.ears.pack.signs, known)

    def wordings(self) -> Iterator[tuple[PromptId, str]]:
        """Every prompt and wording that a session may say."""
        lesson = self.lesson
        prompts = lesson.prompts
        yield from prompts.wordings(fill_ranges(lesson.programme, lesson.grammar, prompts.language))
        yield from lesson.programme.texts()

    def speech(self) -> Block:
        """All of the coach's speech, mono int16, from which its level is measured."""
        return np.concatenate(list(self.lesson.cues.values()))


def make_coach(
    programme: Programme,
    ears: Ears,
    voice: Voice,
    progress: Callable[[int, int], None],
    verbosity: Verbosity = "full",
) -> Coach:
    """A coach with every wording rendered in ``voice``, in the language of ``ears``.

    ``progress`` is called with how many wordings are rendered and how many there are.
    """
    prompts = ears.pack.prompts
    cues = prepare_cues(prompts, programme, ears.grammar, voice, progress)
    return Coach(Lesson(ears.grammar, prompts, programme, cues, verbosity), ears)

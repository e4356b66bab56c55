"""Assembly: files, model and voice -> an engine. Used by the command line alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from coach.app.language_files import ENGLISH, LanguagePack, load_grammar, load_language
from coach.devices.memory import sqlite_file
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.sound.speexdsp import SpeexdspCanceller, SpeexdspSuppressor
from coach.devices.speech import model_store
from coach.devices.speech.loading_model import LoadingModel, RecogniserModel
from coach.devices.speech.model_manifest import project_manifest
from coach.devices.speech.openfst_file import read_word_numbers
from coach.devices.speech.piper_synthesiser import SUFFIX, PiperSynthesiser, natural_model
from coach.devices.speech.pyttsx3_synthesiser import Pyttsx3Synthesiser
from coach.devices.speech.rendered_voice import RenderedVoice, Synthesiser
from coach.devices.speech.vosk_recogniser import GRAPH, SpeechModel
from coach.devices.system.wall_clock import SystemCalendar
from coach.dialogue.verbosity import Verbosity
from coach.display.view_model import ViewModel, outline
from coach.echo.canceller import EchoCanceller
from coach.echo.self_speech import SelfSpeechGuard
from coach.engine import Engine, Lesson, Observer
from coach.errors import DeviceError
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, Explain, no_explanation
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.hearing.grammar_fst import grammar_fst
from coach.hearing.recogniser_feed import Awake
from coach.hearing.recording import hear_recording
from coach.messages.events import Heard
from coach.messages.intents import INTENTS
from coach.messages.prompt_ids import PromptId
from coach.ports import NoiseSuppressor, Voice
from coach.session.cues import prepare_cues
from coach.session.table import URGENT, urgent_intents, wanted_intents
from coach.session.wordings import fill_ranges
from coach.settings import GraphCosts, HearingSettings
from coach.training.exercise import Exercise
from coach.training.history import Day, History
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.training.progression import recommend
from coach.units import Block

NATURAL = "natural"
"""The voice of the extra that is called so, as ``--voice`` names it."""

EVERYTHING = Wanted(frozenset(INTENTS), URGENT)
"""No state narrows what counts: every intent does, and every urgent one is urgent."""


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
class Ears:
    """A grammar, and a model that listens for it; ``awake`` tells whether it is there, if it may
    not be from the beginning. ``pack`` is the language that they are of."""

    grammar: Grammar
    model: RecogniserModel
    awake: Awake | None = None
    settings: HearingSettings = field(default_factory=HearingSettings)
    pack: LanguagePack = field(default_factory=load_language)

    def endpointer(
        self,
        explain: Explain = no_explanation,
        suppressor: NoiseSuppressor | None = None,
        guard: SelfSpeechGuard | None = None,
    ) -> Endpointer:
        """A new ear, for one session or one recording; without libspeexdsp it hears all noise."""
        with contextlib.suppress(DeviceError):
            suppressor = suppressor or SpeexdspSuppressor()
        parts = self.model.recogniser(), self.grammar, self.settings
        return Endpointer(*parts, suppressor, explain, guard, self.awake)

    def front_end(self, warn: Callable[[str], None]) -> FrontEnd:
        """A new ear beside a speaker; ``warn`` is told when it cannot take out the echo."""
        try:
            suppressor = SpeexdspSuppressor()
        except DeviceError as error:
            warn(str(error))
            canceller = EchoCanceller(None)
            return FrontEnd(self.endpointer(guard=canceller.guard), canceller)

        def make_filter() -> SpeexdspCanceller:
            new = SpeexdspCanceller()
            suppressor.follow(new)
            return new

        canceller = EchoCanceller(make_filter)
        return FrontEnd(self.endpointer(suppressor=suppressor, guard=canceller.guard), canceller)

    def hear(
        self, recording: Block, state: str | None, explain: Explain = no_explanation
    ) -> list[Heard]:
        """What is understood in a recording in ``state``; of all intents without one."""
        wanted = EVERYTHING
        if state is not None:
            wanted = Wanted(wanted_intents(state), urgent_intents(state))
        return hear_recording(self.endpointer(explain), recording, wanted)


def load_ears(model: Path | None, language: str = ENGLISH) -> Ears:
    """Ears for a language, from the model named, else its own. Raises ModelError and DataError."""
    pack, grammar = load_language(language), load_grammar(language)
    manifest = project_manifest(pack.language.model)
    folder = model_store.resolve(model, manifest.name)
    model_store.verify(folder, manifest)
    return replace(make_ears(grammar, folder), pack=pack)


def load_ears_meanwhile(model: Path | None, language: str = ENGLISH) -> Ears:
    """Ears that open while the session goes on; what is said before is not lost.

    Raises ModelError and DataError as ``load_ears`` does, but for a model that is there and
    damaged, or does not know a word: the session raises those.
    """
    pack, grammar = load_language(language), load_grammar(language)
    manifest = project_manifest(pack.language.model)
    folder = model_store.resolve(model, manifest.name)
    model_store.look_for(folder, manifest)

    def load() -> SpeechModel:
        model_store.verify(folder, manifest)
        return _load_model(grammar, folder)

    loading = LoadingModel(load)
    return Ears(grammar, loading, loading.awake, pack=pack)


def make_ears(grammar: Grammar, folder: Path) -> Ears:
    """Ears from a verified model. Raises ModelError, and DataError for a word it cannot hear."""
    return Ears(grammar, _load_model(grammar, folder))


def _load_model(grammar: Grammar, folder: Path) -> SpeechModel:
    graph = grammar_fst(grammar, GraphCosts())
    numbers = read_word_numbers(folder / GRAPH, graph.words())
    grammar.check_vocabulary(numbers.__contains__)
    return SpeechModel(folder, graph, numbers)


@dataclass(frozen=True, slots=True)
class Coach:
    """A lesson and ears for it; ``engine`` makes a session of it."""

    lesson: Lesson
    ears: Ears

    def engine(
        self, plan: Plan, observers: Iterable[Observer], warn: Callable[[str], None]
    ) -> Engine:
        """A session; ``warn`` is told when the coach will have to hear its own echo."""
        front_end = self.ears.front_end(warn)
        return Engine(self.lesson.session(plan), self.lesson.cues, front_end, observers)

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
    """A coach whose every wording is rendered; see prepare_cues for ``progress``. It speaks the
    language that it hears.
    """
    prompts = ears.pack.prompts
    cues = prepare_cues(prompts, programme, ears.grammar, voice, progress)
    return Coach(Lesson(ears.grammar, prompts, programme, cues, verbosity), ears)

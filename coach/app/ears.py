"""Ears: a grammar and a speech model -> what listens, in a session or to a recording."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.app.language_files import ENGLISH, LanguagePack, load_grammar, load_language
from coach.devices.sound.speexdsp import SpeexdspCanceller, SpeexdspSuppressor
from coach.devices.speech import model_store
from coach.devices.speech.loading_model import LoadingModel, RecogniserModel
from coach.devices.speech.model_manifest import project_manifest
from coach.devices.speech.openfst_file import read_word_numbers
from coach.devices.speech.vosk_recogniser import GRAPH, SpeechModel
from coach.echo.canceller import EchoCanceller
from coach.echo.self_speech import SelfSpeechGuard
from coach.errors import DeviceError
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, Explain, hear_recording, keep_to_oneself
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.hearing.grammar_fst import grammar_fst
from coach.hearing.recogniser_feed import Awake
from coach.messages.events import Heard
from coach.messages.intents import INTENTS
from coach.ports import NoiseSuppressor
from coach.session.table import URGENT, urgent_intents, wanted_intents
from coach.settings import GraphCosts, HearingSettings
from coach.units import Block

EVERYTHING = Wanted(frozenset(INTENTS), URGENT)
"""No state narrows what counts: every intent does, and every urgent one is urgent."""


@dataclass(frozen=True, slots=True)
class Ears:
    """A grammar, and a model that listens for it; ``awake`` tells whether it is there, if it may
    not be from the beginning. ``pack`` is the language that they are of."""

    grammar: Grammar
    model: RecogniserModel
    awake: Awake | None = None
    settings: HearingSettings = field(default_factory=HearingSettings)
    pack: LanguagePack = field(default_factory=load_language)

    def hearing(
        self,
        explain: Explain = keep_to_oneself,
        suppressor: NoiseSuppressor | None = None,
        guard: SelfSpeechGuard | None = None,
    ) -> Endpointer:
        """A new ear, for one session or one recording; without libspeexdsp it hears all noise."""
        with contextlib.suppress(DeviceError):
            suppressor = suppressor or SpeexdspSuppressor()
        parts = self.model.recogniser(), self.grammar, self.settings
        return Endpointer(*parts, suppressor, explain, guard, self.awake)

    def listening(self, warn: Callable[[str], None]) -> FrontEnd:
        """A new ear beside a speaker; ``warn`` is told when it cannot take out the echo."""
        try:
            suppressor = SpeexdspSuppressor()
        except DeviceError as error:
            warn(str(error))
            echo = EchoCanceller(None)
            return FrontEnd(self.hearing(guard=echo.guard), echo)

        def canceller() -> SpeexdspCanceller:
            new = SpeexdspCanceller()
            suppressor.follow(new)
            return new

        echo = EchoCanceller(canceller)
        return FrontEnd(self.hearing(suppressor=suppressor, guard=echo.guard), echo)

    def hear(
        self, recording: Block, state: str | None, explain: Explain = keep_to_oneself
    ) -> list[Heard]:
        """What is understood in a recording in ``state``; of all intents without one."""
        wanted = EVERYTHING
        if state is not None:
            wanted = Wanted(wanted_intents(state), urgent_intents(state))
        return hear_recording(self.hearing(explain), recording, wanted)


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

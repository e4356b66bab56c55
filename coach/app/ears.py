"""Ears: a grammar and a speech model, from which endpointers and front ends are made."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.app.language_files import ENGLISH, LanguagePack, load_grammar, load_language
from coach.devices.sound.speexdsp import SpeexdspCanceller, SpeexdspSuppressor
from coach.devices.speech import model_store
from coach.devices.speech.loading_model import LoadingModel, RecogniserModel
from coach.devices.speech.model_manifest import Manifest, project_manifest
from coach.devices.speech.openfst_file import read_word_numbers
from coach.devices.speech.silero_detector import SileroDetector
from coach.devices.speech.vosk_recogniser import GRAPH, SpeechModel
from coach.echo.canceller import EchoCanceller
from coach.echo.self_speech import SelfSpeechGuard
from coach.errors import DeviceError
from coach.hearing.acceptance import Wanted
from coach.hearing.confirmation import Confirmation
from coach.hearing.endpointer import Endpointer, Explain, no_explanation
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.hearing.grammar_fst import grammar_fst
from coach.hearing.recogniser_feed import Awake
from coach.hearing.recording import hear_recording
from coach.messages.events import Heard
from coach.messages.intents import INTENTS, URGENT
from coach.ports import NoiseSuppressor
from coach.session.table import urgent_intents, wanted_intents
from coach.settings import GraphCosts, HearingSettings
from coach.units import Block

_LOGGER = logging.getLogger("coach.model")

EVERYTHING = Wanted(frozenset(INTENTS), URGENT)
"""What counts where no state narrows it: every intent, and every urgent one as urgent."""


@dataclass(frozen=True, slots=True)
class Ears:
    """A grammar, and the speech model that recognises it.

    ``awake`` says whether the model is loaded at a sample; None if it is from the beginning.
    ``pack`` is the language of both.
    """

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
        """A new endpointer, for one session or one recording.

        It suppresses noise with ``suppressor``, or else with one of its own, if libspeexdsp is
        installed.
        """
        with contextlib.suppress(DeviceError):
            suppressor = suppressor or SpeexdspSuppressor()
        return Endpointer(
            self.model.recogniser(),
            self.grammar,
            self.settings,
            suppressor=suppressor,
            explain=explain,
            guard=guard,
            awake=self.awake,
            confirmation=Confirmation(
                self.model.recogniser, SileroDetector(), self.grammar, self.settings
            ),
        )

    def front_end(self, warn: Callable[[str], None]) -> FrontEnd:
        """A new front end, for one session beside a speaker.

        ``warn`` is called with one line when the echo cannot be cancelled.
        """
        try:
            suppressor = SpeexdspSuppressor()
        except DeviceError as error:
            warn(str(error))
            echo = EchoCanceller(None)
            return FrontEnd(self.endpointer(guard=echo.guard), echo)

        def canceller() -> SpeexdspCanceller:
            new = SpeexdspCanceller()
            suppressor.follow(new)
            return new

        echo = EchoCanceller(canceller)
        return FrontEnd(self.endpointer(suppressor=suppressor, guard=echo.guard), echo)

    def hear(
        self, recording: Block, state: str | None, explain: Explain = no_explanation
    ) -> list[Heard]:
        """What is understood of a recording in ``state``; every intent counts if that is None."""
        return hear_recording(self.endpointer(explain), recording, wanted_in(state))


def wanted_in(state: str | None) -> Wanted:
    """What counts in a state; everything if that is None."""
    if state is None:
        return EVERYTHING
    return Wanted(wanted_intents(state), urgent_intents(state))


def load_ears(model: Path | None, language: str = ENGLISH) -> Ears:
    """Ears for a language, once its speech model is verified and loaded.

    ``model`` is the folder of a speech model; None takes the installed one of the language. Raises
    ModelError, and DataError.
    """
    pack, grammar = load_language(language), load_grammar(language)
    manifest = project_manifest(pack.language.model)
    folder = model_store.resolve(model, manifest.name)
    model_store.verify(folder, manifest)
    return replace(make_ears(grammar, folder, manifest), pack=pack)


def load_ears_meanwhile(model: Path | None, language: str = ENGLISH) -> Ears:
    """Ears whose speech model is loaded while the session runs.

    What is said before is recognised once it is loaded. Raises ModelError and DataError as
    ``load_ears`` does, but for a model that is damaged or does not know a word they are raised
    during the session.
    """
    pack, grammar = load_language(language), load_grammar(language)
    manifest = project_manifest(pack.language.model)
    folder = model_store.resolve(model, manifest.name)
    model_store.look_for(folder, manifest)

    def load() -> SpeechModel:
        model_store.verify(folder, manifest)
        return _load_model(grammar, folder, manifest)

    loading = LoadingModel(load)
    return Ears(grammar, loading, loading.awake, pack=pack)


def make_ears(grammar: Grammar, folder: Path, manifest: Manifest | None = None) -> Ears:
    """Ears from the folder of a verified speech model, whose files ``manifest`` lists.

    Raises ModelError, and DataError for a word of the grammar that the model does not know.
    """
    return Ears(grammar, _load_model(grammar, folder, manifest or project_manifest()))


def _load_model(grammar: Grammar, folder: Path, manifest: Manifest) -> SpeechModel:
    if others := model_store.others(folder, manifest):
        _LOGGER.warning("%s", model_store.unused(folder, others))
    graph = grammar_fst(grammar, GraphCosts())
    numbers = read_word_numbers(folder / GRAPH, graph.words())
    grammar.check_vocabulary(numbers.__contains__)
    return SpeechModel(folder, manifest.files, graph, numbers)

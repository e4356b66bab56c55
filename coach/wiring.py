"""Wiring: files, model and voice -> an engine. Used by the command line alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from coach.cues import prepare_cues
from coach.devices import model_store
from coach.devices.pyttsx3_voice import Pyttsx3Voice
from coach.devices.speexdsp_canceller import SpeexdspCanceller
from coach.devices.vosk_recogniser import SpeechModel, VoskRecogniser
from coach.engine import Engine, Lesson, Observer
from coach.errors import DataError, DeviceError
from coach.grammar import INTENTS, Grammar, parse_grammar
from coach.hearing import Hearing, Wanted, hear_recording
from coach.messages import Heard
from coach.programme import Programme, parse_programme
from coach.prompts import Prompts, fill_ranges, parse_prompts
from coach.settings import HearingSettings
from coach.table import URGENT, urgent_intents, wanted_intents
from coach.units import Block

_PACKAGE = Path(__file__).parent
LANGUAGE = "en"


def data_folder(name: str) -> Path:
    """A folder that lies beside the package in a checkout and inside it when installed."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def read_text(path: Path) -> str:
    """A data file as text. Raises DataError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(str(path), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(str(path), f"byte {error.start}", "not UTF-8 text") from None


def load_grammar(path: Path | None = None) -> Grammar:
    path = path or data_folder("grammars") / f"{LANGUAGE}.yaml"
    return parse_grammar(read_text(path), str(path))


def load_prompts(path: Path | None = None) -> Prompts:
    path = path or _PACKAGE / "prompts" / f"{LANGUAGE}.toml"
    return parse_prompts(read_text(path), str(path))


def load_programme(path: Path | None = None) -> Programme:
    path = path or _PACKAGE / "programmes" / "leg_lift.toml"
    return parse_programme(read_text(path), str(path))


def load_model(folder: Path | None, grammar: Grammar) -> SpeechModel:
    """The verified speech model, which knows every word of the grammar."""
    place = model_store.resolve(folder)
    model_store.verify(place)
    model = SpeechModel(place)
    grammar.check_vocabulary(model.knows)
    return model


def make_voice(voice: str, rate: int) -> Pyttsx3Voice:
    return Pyttsx3Voice(user_cache_path("flatback", appauthor=False) / "voice", voice, rate)


@dataclass(frozen=True, slots=True)
class Coach:
    """A lesson and ears for it, loaded and checked; ``engine`` makes a session of it."""

    lesson: Lesson
    model: SpeechModel

    def engine(self, observers: Iterable[Observer], warn: Callable[[str], None]) -> Engine:
        """A session; ``warn`` is told when the coach will have to hear its own echo."""
        recogniser = VoskRecogniser(self.model, self.lesson.grammar.phrases())
        try:
            canceller = SpeexdspCanceller()
        except DeviceError as error:
            warn(str(error))
            canceller = None
        return Engine(self.lesson, recogniser, HearingSettings(), observers, canceller)

    def wordings(self) -> Iterator[tuple[str, str]]:
        """Every (prompt, text) that may be said."""
        lesson = self.lesson
        return lesson.prompts.wordings(fill_ranges(lesson.programme, lesson.grammar))

    def reference(self) -> Block:
        """All of the coach's speech, to take its level from."""
        return np.concatenate(list(self.lesson.cues.values()))


def load_coach(
    programme: Programme,
    *,
    model: Path | None,
    voice: str,
    rate: int,
    progress: Callable[[int, int], None],
) -> Coach:
    """Everything, in the order in which a person can mend it fastest."""
    grammar = load_grammar()
    prompts = load_prompts()
    speaker = make_voice(voice, rate)
    speech_model = load_model(model, grammar)
    cues = prepare_cues(prompts, programme, grammar, speaker, progress)
    return Coach(Lesson(grammar, prompts, programme, cues), speech_model)


def load_ear(model: Path | None, state: str | None) -> Callable[[Block], list[Heard]]:
    """A listener to recordings, by the ears of a session in ``state``; of any intent without."""
    grammar = load_grammar()
    speech_model = load_model(model, grammar)
    settings = HearingSettings()
    if state is None:
        wanted = Wanted(frozenset(INTENTS), URGENT)
    else:
        wanted = Wanted(wanted_intents(state), urgent_intents(state))

    def listen(recording: Block) -> list[Heard]:
        recogniser = VoskRecogniser(speech_model, grammar.phrases())
        hearing = Hearing(recogniser, grammar, settings)
        return hear_recording(hearing, recording, wanted, settings.frame)

    return listen

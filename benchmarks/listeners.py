"""Listeners: the systems that are compared. Each takes in a whole stream, and returns its commands.

They are loaded and timed in processes of their own, see ``benchmarks.workers``.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from coach.app.ears import EVERYTHING, Ears, load_ears
from coach.app.language_files import load_grammar
from coach.audio.levels import measured_frames
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer
from coach.hearing.grammar import Grammar
from coach.messages.events import Cleared, Event, Heard, Suspected
from coach.messages.intents import Intent
from coach.settings import GainSettings, HearingSettings
from coach.units import RATE_HZ, Block, Samples, samples

_VOSK_BLOCK: Samples = 4000
"""What Vosk's own examples feed at a time."""
_KEYPHRASE_BLOCK: Samples = samples(0.03)


@dataclass(frozen=True, slots=True)
class Command:
    """What a listener took for a command; times in samples of the stream. ``ended`` is where its
    last word ends, None where the listener does not tell.
    """

    intent: Intent
    text: str
    reacted: Samples
    decided: Samples
    ended: Samples | None = None


@dataclass(frozen=True, slots=True)
class Listened:
    """What came of one stream. ``needless`` are the times of hushes that nothing came of.

    ``doubts`` are what the coach would ask about: "Did you say stop?"
    """

    commands: tuple[Command, ...]
    needless: tuple[Samples, ...] = ()
    doubts: tuple[Command, ...] = ()


class Listener(Protocol):
    """A system that hears commands."""

    def begin(self, wanted: Wanted = EVERYTHING) -> None:
        """Forget what was heard: a new session opens, in which ``wanted`` counts."""
        ...

    def listen(self, sound: Block) -> Listened:
        """What is heard in a stream."""
        ...


class CoachListener:
    """The coach's hearing, with the objects that a session uses."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._endpointer: Endpointer = ears.endpointer()
        self._wanted = EVERYTHING

    def begin(self, wanted: Wanted = EVERYTHING) -> None:
        """A new session's hearing."""
        self._endpointer, self._wanted = self._ears.endpointer(), wanted

    def listen(self, sound: Block) -> Listened:
        """What Endpointer accepts."""
        overhearing = Overhearing()
        for frame in measured_frames(sound, self._endpointer.frame):
            for finding in self._endpointer.process(frame, self._wanted):
                overhearing.take_in(finding)
        return overhearing.listened()


class Overhearing:
    """Makes commands and needless hushes of what the coach finds."""

    def __init__(self) -> None:
        self._commands: list[Command] = []
        self._needless: list[Samples] = []
        self._doubts: list[Command] = []
        self._suspected: Samples | None = None

    def take_in(self, event: Event) -> None:
        """What happened next; most does not matter."""
        match event:
            case Suspected():
                self._suspected = event.at
            case Cleared():
                self._needless += [] if self._suspected is None else [self._suspected]
                self._suspected = None
            case Heard() if event.accepted:
                self._commands.append(_command(event))
                self._suspected = None
            case Heard() if event.doubtful:
                self._needless.append(event.reacted)
                self._doubts.append(_command(event))
                self._suspected = None

    def listened(self) -> Listened:
        """All of it; a hush that is not over was needless."""
        left = [] if self._suspected is None else [self._suspected]
        return Listened(tuple(self._commands), (*self._needless, *left), tuple(self._doubts))


def _command(heard: Heard) -> Command:
    return Command(heard.intent, heard.text, heard.reacted, heard.decided, heard.end)


Reader = Callable[[str], Sequence[tuple[Intent, str]]]
"""A final result -> the intents in it, each with its words."""


class VoskListener:
    """Vosk as its examples use it: blocks of a quarter second, and final results.

    ``phrases`` None is the open vocabulary.
    """

    def __init__(self, folder: Path, phrases: Sequence[str] | None, read: Reader) -> None:
        import vosk  # noqa: PLC0415 - opens a shared library

        vosk.SetLogLevel(-1)
        self._model: Any = vosk.Model(str(folder))
        self._grammar = () if phrases is None else (json.dumps(phrases),)
        self._intents_in = read
        self._recogniser: Any = None
        self._wanted = EVERYTHING

    def begin(self, wanted: Wanted = EVERYTHING) -> None:
        """A new recogniser."""
        import vosk  # noqa: PLC0415

        self._wanted = wanted
        self._recogniser = vosk.KaldiRecognizer(self._model, RATE_HZ, *self._grammar)

    def listen(self, sound: Block) -> Listened:
        """What the final results read as."""
        commands: list[Command] = []
        for start in range(0, len(sound), _VOSK_BLOCK):
            block = sound[start : start + _VOSK_BLOCK]
            if self._recogniser.AcceptWaveform(block.tobytes()):
                commands += self._read(self._recogniser.Result(), start + len(block))
        commands += self._read(self._recogniser.FinalResult(), len(sound))
        return Listened(tuple(commands))

    def _read(self, result: str, now: Samples) -> Iterator[Command]:
        for intent, text in self._intents_in(str(json.loads(result)["text"])):
            if intent in self._wanted.intents:
                yield Command(intent, text, now, now)


def whole_in(grammar: Grammar) -> Reader:
    """Reads an utterance whole: it is a sentence, or nothing."""

    def read(text: str) -> list[tuple[Intent, str]]:
        intent = grammar.intent_of(text)
        return [(intent, text)] if intent else []

    return read


def anywhere_in(grammar: Grammar) -> Reader:
    """Finds every sentence that occurs in an utterance, the longest first."""
    longest_first = sorted(grammar.intents, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")

    def read(text: str) -> list[tuple[Intent, str]]:
        return [(grammar.intents[found], found) for found in pattern.findall(text)]

    return read


class PocketsphinxListener:
    """PocketSphinx's keyphrase spotting with the model it brings.

    Sentences with a word that its dictionary lacks are left out.
    """

    def __init__(self, grammar: Grammar) -> None:
        from pocketsphinx import Decoder  # noqa: PLC0415 - a development dependency

        self._grammar = grammar
        self._decoder: Any = Decoder(lm=None, loglevel="FATAL")
        with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
            for text in grammar.intents:
                if all(self._decoder.lookup_word(word) for word in text.split()):
                    file.write(f"{text} /{_threshold(text)}/\n")
            file.flush()
            self._decoder.add_kws("commands", file.name)
        self._decoder.activate_search("commands")
        self._wanted = EVERYTHING

    def begin(self, wanted: Wanted = EVERYTHING) -> None:
        """Every stream is an utterance of its own."""
        self._wanted = wanted

    def listen(self, sound: Block) -> Listened:
        """Every keyphrase that is spotted; the spotting begins anew after each."""
        commands: list[Command] = []
        self._decoder.start_utt()
        for start in range(0, len(sound), _KEYPHRASE_BLOCK):
            block = sound[start : start + _KEYPHRASE_BLOCK]
            self._decoder.process_raw(block.tobytes())
            found = self._decoder.hyp()
            if found is None:
                continue
            self._decoder.end_utt()
            self._decoder.start_utt()
            now = start + len(block)
            for text in found.hypstr.split("  "):  # more than one are parted by two spaces
                intent = self._grammar.intents[words := text.strip()]
                if intent in self._wanted.intents:
                    commands.append(Command(intent, words, now, now))
        self._decoder.end_utt()
        return Listened(tuple(commands))


def _threshold(text: str) -> str:
    """The threshold of a keyphrase, which is to be tuned. These recalled most of the fixtures."""
    return f"1e-{len(text.replace(' ', ''))}"


SYSTEMS: Mapping[str, str] = {
    "coach": "this coach's hearing, the objects that `coach run` uses",
    "coach-no-gain": "this coach's hearing without its automatic gain",
    "vosk-same-grammar": "bare Vosk with the coach's phrase list, whole final results",
    "vosk-open": "Vosk with its open vocabulary, sentences found in final results",
    "vosk-words": "Vosk with the plain word list, no [unk], sentences found in final results",
    "pocketsphinx": "PocketSphinx keyphrase spotting with the model it brings",
}


def make_listener(system: str, folder: Path) -> Listener:
    """One of SYSTEMS, the speech model in ``folder``."""
    grammar = load_grammar()
    match system:
        case "coach":
            return CoachListener(load_ears(folder))
        case "coach-no-gain":
            ungained = HearingSettings(gain=GainSettings(most_db=0.0))
            return CoachListener(replace(load_ears(folder), settings=ungained))
        case "vosk-same-grammar":
            return VoskListener(folder, grammar.phrases(), whole_in(grammar))
        case "vosk-open":
            return VoskListener(folder, None, anywhere_in(grammar))
        case "vosk-words":
            return VoskListener(folder, list(grammar.intents), anywhere_in(grammar))
        case _:
            return PocketsphinxListener(grammar)

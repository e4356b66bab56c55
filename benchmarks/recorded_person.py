"""Recorded person: a folder in which somebody's words and consent are kept.

``scripts/bench_hearing --people`` reads it: what is a sentence of the grammar lies in
``commands/``, and what must mean nothing in ``near/``.
"""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import soundfile

from benchmarks.workers import BenchmarkError
from coach.app.language_files import data_folder, read_text
from coach.datafile import Strict, parse_yaml
from coach.devices.files.private_file import make_folder, replace_private
from coach.errors import OutputError
from coach.hearing.grammar import Grammar
from coach.messages.intents import Intent
from coach.units import RATE_HZ, Block

CONSENT = (
    "My voice is recorded, one word after the other, and kept in this folder. The recordings may "
    "be used to measure and to improve how well the coach hears. Nothing is sent anywhere. I may "
    "stop at any time, and have everything deleted that was kept: the files with my name."
)

_NAME = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")


class _Wordings(Strict):
    language: str
    everyone: dict[Intent, list[str]]
    dealt: dict[Intent, list[str]]
    nothing: list[str]
    nothing_dealt: list[str]


def words_to_say() -> list[str]:
    """The short wordings of every intent, and near misses. Raises DataError."""
    path = data_folder("audio_fixtures") / "wordings.yaml"
    wordings, _ = parse_yaml(read_text(path), str(path), _Wordings)
    return [words for each in wordings.everyone.values() for words in each] + wordings.nothing


class RecordedPerson:
    """What is kept of ``speaker`` below ``folder``.

    Raises BenchmarkError for a name that cannot be a part of a file's.
    """

    def __init__(self, folder: Path, speaker: str, grammar: Grammar) -> None:
        if not _NAME.fullmatch(speaker) or "__" in speaker:
            raise BenchmarkError(f"--speaker {speaker!r}: letters and figures expected")
        self._folder, self._speaker = folder, speaker
        known = {words.replace("'", ""): words for words in grammar.intents}
        self._commands = frozenset(known)

    @property
    def consent(self) -> Path:
        """Where it is kept that the person has agreed, and when."""
        return self._folder / "consent" / f"{self._speaker}.txt"

    def agree(self, today: date) -> None:
        """Keep that the person has agreed. Raises OutputError."""
        text = f"{today.isoformat()}\n{self._speaker} has agreed to this:\n{CONSENT}\n"
        _keep(self.consent, text.encode())

    def place(self, words: str) -> Path:
        """Where the recording of a wording lies."""
        plain = words.replace("'", "")
        kind = "commands" if plain in self._commands else "near"
        name = f"{plain.replace(' ', '_')}__{self._speaker}.flac"
        return self._folder / kind / self._speaker / name

    def left(self, words: list[str]) -> list[str]:
        """The words that are not recorded yet."""
        return [each for each in words if not self.place(each).exists()]

    def keep(self, words: str, sound: Block) -> None:
        """Keep a take, all of it or nothing, in place of an older one. Raises OutputError."""
        encoded = io.BytesIO()
        soundfile.write(encoded, sound, RATE_HZ, format="FLAC")
        _keep(self.place(words), encoded.getvalue())


def _keep(path: Path, content: bytes) -> None:
    make_folder(path.parent)
    try:
        replace_private(path, content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

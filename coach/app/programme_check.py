"""Programme check: whether a programme that somebody else wrote may be trained with.

A stranger's file is held to more than one's own: whatever in it is spoken has to be words of the
language, short, and no command; and none of its names may pass for one that is shipped.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from coach.app.language_files import LanguagePack
from coach.app.programme_files import load_programme
from coach.app.shared_programme import SharedProgramme, parse_shared
from coach.devices.files.bounded_file import read_text
from coach.dialogue.prompts import faults
from coach.errors import DataError
from coach.hearing.grammar import Grammar
from coach.session.wordings import fill_ranges
from coach.training.exercise import Exercise, Hold
from coach.training.programme import Programme

MOST_BYTES = 64 << 10
"""The largest file: twenty exercises are a third of that."""
_LONGEST_NAME = 40
_LONGEST_TEXT = 200
_MOST_TEXTS = 80
"""The most wordings of one piece."""
_SIGNS = " .,;:?!'\"()-"


def read_strangers(file: Path) -> SharedProgramme:
    """The programme in a file that somebody else wrote, which is yet to be checked.

    Raises DataError for any other file, and for a character that a person would not see in it.
    """
    path = str(file)
    text = read_text(file, MOST_BYTES)
    _refuse_unseen(text, path)
    shared = parse_shared(text, path)
    if shared is None:
        problem = "is no shared programme; one's own file is trained with: coach run --programme"
        raise DataError(path, "kind", f"{problem} {file.name}")
    return shared


def _refuse_unseen(text: str, path: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        for one in line:
            if not one.isprintable() and one != "\t":
                problem = f"there is a character that cannot be seen, U+{ord(one):04X}"
                raise DataError(path, f"line {number}", problem)


def check_shared(
    shared: SharedProgramme, path: Path, pack: LanguagePack, grammar: Grammar
) -> Programme:
    """The programme in the file at ``path``, which is ``shared``. Raises DataError."""
    programme = load_programme(path, pack=pack)
    reached = {shared.trains, *programme.exercises, *programme.holds}
    for name in shared.pieces:
        if name not in reached:
            raise DataError(str(path), f"pieces.{name}", "nothing names this piece: leave it out")
    check = _Check(pack, grammar, str(path))
    for name in shared.pieces:
        piece = shared.piece(name, str(path), pack)
        if isinstance(piece, Exercise | Hold):
            check.refuse_piece(name, piece)
    check.refuse_sentences(programme, shared)
    return programme


class _Check:
    """The rules for what is spoken. Each method raises DataError."""

    def __init__(self, pack: LanguagePack, grammar: Grammar, path: str) -> None:
        self._pack, self._grammar, self._path = pack, grammar, path
        usual = load_programme(pack=pack)
        pieces: tuple[Exercise | Hold, ...] = (*usual.exercises.values(), *usual.holds.values())
        self._shipped = {_plain(piece.name) for piece in pieces}

    def refuse_piece(self, name: str, piece: Exercise | Hold) -> None:
        """Refuse a piece for one of its texts."""
        texts = list(piece.texts())
        if len(texts) > _MOST_TEXTS:
            problem = f"{len(texts)} wordings are too many (at most {_MOST_TEXTS})"
            raise DataError(self._path, f"pieces.{name}", problem)
        for place, text in (("name", piece.name), *(("sides", side) for side in piece.sides)):
            self._refuse_text(f"pieces.{name}.{place}", text, _LONGEST_NAME)
        if _plain(piece.name) in self._shipped:
            problem = f"{piece.name!r} is what one is called that is shipped: name it otherwise"
            raise DataError(self._path, f"pieces.{name}.name", problem)
        for prompt, text in texts:
            self._refuse_text(f"pieces.{name}: {prompt}", text, _LONGEST_TEXT)

    def refuse_sentences(self, programme: Programme, shared: SharedProgramme) -> None:
        """Refuse a name for a sentence of the coach in which it would be a command."""
        prompts = self._pack.prompts
        pieces: dict[str, Exercise | Hold] = {**programme.exercises, **programme.holds}
        own = {name: pieces[name].name for name in shared.pieces if name in pieces}
        ranges = fill_ranges(programme, self._grammar, prompts.language)
        for prompt, text in prompts.wordings(ranges):
            for name, called in own.items():
                if re.search(rf"\b{re.escape(called)}\b", text, re.IGNORECASE):
                    self._refuse_faults(f"pieces.{name}.name: in {prompt}", text)

    def _refuse_text(self, where: str, text: str, longest: int) -> None:
        if len(text) > longest:
            problem = f"{len(text)} characters are too many (at most {longest}): {text[:40]!r}"
            raise DataError(self._path, where, problem)
        letter = re.compile(f"[{self._pack.language.letters}]")
        for one in text:
            if one not in _SIGNS and not letter.fullmatch(one.lower()):
                known = unicodedata.name(one, f"U+{ord(one):04X}")
                raise DataError(self._path, where, f"{one!r} has no place here: {known}")
        self._refuse_faults(where, text)

    def _refuse_faults(self, where: str, text: str) -> None:
        for fault in faults(text, self._grammar, self._pack.language):
            raise DataError(self._path, where, f"{text!r}: {fault}")


def _plain(name: str) -> str:
    """A name as it is heard: without what only the eye sees."""
    heard = (one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum())
    return "".join(heard)

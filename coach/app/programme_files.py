"""Programme files: routines, exercises and holds, found by name.

Files beside a person's own programme come before those that come with the coach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from coach.app.language_files import LanguagePack, load_language, read_source, read_text
from coach.app.shared_programme import SharedProgramme, read_shared
from coach.errors import DataError
from coach.training.exercise import PLAIN_NAME, PLAIN_NAME_WANTED, Exercise, Hold
from coach.training.programme import Piece, Programme, Routine, parse_piece, parse_worded

SHIPPED = Path(__file__).parents[1] / "programmes"
USUAL = "leg_lift"
EASY = "easy"
_SUFFIXES = (".toml", ".TOML")

AnyPiece = TypeVar("AnyPiece", Routine, Exercise, Hold)


def read_piece(path: Path, pack: LanguagePack) -> Piece:
    """The routine, exercise or hold in a file.

    A file of SHIPPED takes its words from ``pack``; any other holds its own. Raises DataError.
    """
    source, usual = read_source(path), pack.language.cues
    if path.resolve().parent == SHIPPED:
        return parse_worded(source, lambda: pack.exercise_words(path.stem), usual)
    return parse_piece(source.text, source.path, usual)


def whole_text(name: str, pack: LanguagePack) -> str:
    """A file of SHIPPED as one TOML text, with its numbers and with its words from ``pack``.

    Raises DataError.
    """
    path = SHIPPED / f"{name}.toml"
    numbers = read_text(path)
    if isinstance(read_piece(path, pack), Routine):
        return numbers
    heads, tables = zip(
        *(_split(text) for text in (numbers, pack.exercise_words(name).text)), strict=True
    )
    return "\n\n".join(["\n".join(heads), *filter(None, tables)]) + "\n"


def _split(text: str) -> tuple[str, str]:
    """The part of a TOML text before its first table, and the rest."""
    head, bracket, tables = f"\n{text}".partition("\n[")
    return head.strip(), f"{bracket}{tables}".strip()


def load_programme(
    path: Path | None = None,
    exercise: str | None = None,
    *,
    asked_by: str = "--exercise",
    pack: LanguagePack | None = None,
) -> Programme:
    """The programme of the file at ``path``, or the usual one.

    A file holds a routine, or an exercise or hold that takes its place in the usual routine, or a
    programme that was shared, with all that it names beside what is shipped.
    ``exercise`` is the one to begin with, in place of the routine's; ``asked_by`` is where a person
    asked for it, for an error. ``pack`` is English unless it is given. Raises DataError.
    """
    pack = pack or load_language()
    files = _files(path, pack)
    piece = files.named_piece()
    routine, source = files.find(USUAL, Routine, "", ""), str(path or SHIPPED / f"{USUAL}.toml")
    if exercise is not None:
        files.refuse_unknown(exercise, asked_by)
    if piece is not None:
        if isinstance(piece, Exercise) and not PLAIN_NAME.fullmatch(files.name):
            raise DataError(source, "the file's name", f"{PLAIN_NAME_WANTED}, found {files.name!r}")
        routine = _with_piece(routine, piece, files.name)
        exercise = exercise or (files.name if isinstance(piece, Exercise) else None)
    if exercise is not None:
        routine = routine.model_copy(update={"exercise": exercise})
    easy = files.find(EASY, Routine, source, "easy")
    wanted = (("hold", (routine.hold, easy.hold)), ("stretches", routine.stretches))
    holds = {n: files.find(n, Hold, source, key) for key, names in wanted for n in names}
    exercises = files.chain(routine.exercise, source)
    if routine.beginner is not None:
        exercises |= files.chain(routine.beginner, source, "beginner")
    if path is not None:
        _link_back(exercises, {name for name in exercises if files.is_own(name)})
    _refuse_circles(exercises, source)
    _refuse_sides(holds, (routine.hold, easy.hold), source)
    return Programme(routine, easy, exercises, holds, exercise)


def _files(path: Path | None, pack: LanguagePack) -> _Files:
    shared = None if path is None else read_shared(path)
    if path is None or shared is not None:
        _refuse_shadows(shared, str(path))
        return _Files((SHIPPED,), pack, path, shared)
    return _Files((path.parent, SHIPPED), pack, path)


def own_files(name: str, folder: Path) -> Iterator[Path]:
    """The file called ``name`` in a folder; two of them, if its suffix is written in two ways."""
    files = (folder / f"{name}{suffix}" for suffix in _SUFFIXES)
    return (file for file in files if file.is_file())


def is_shipped(name: str) -> bool:
    """Whether an exercise, hold or routine of this name comes with the coach."""
    return (SHIPPED / f"{name}.toml").is_file()


def _refuse_shadows(shared: SharedProgramme | None, path: str) -> None:
    for name in () if shared is None else shared.pieces:
        if is_shipped(name):
            problem = "comes with the coach, and nothing may take its place: name it otherwise"
            raise DataError(path, f"pieces.{name}", f"{name!r} {problem}")


def _toml_files(folder: Path) -> Iterator[Path]:
    return (file for suffix in _SUFFIXES for file in folder.glob(f"*{suffix}"))


def _with_piece(routine: Routine, piece: Piece, name: str) -> Routine:
    """``piece``, called ``name``, as the routine or in its place in ``routine``."""
    match piece:
        case Routine():
            return piece
        case Exercise():
            return routine.model_copy(update={"exercise": name})
        case Hold():
            place = {"stretches": (name,)} if piece.sides else {"hold": name}
            return routine.model_copy(update=place)


def _link_back(exercises: dict[str, Exercise], own: set[str]) -> None:
    """Link the exercises that a person's own exercise names as easier or harder back to it."""
    for name in sorted(own):
        easier = exercises[name].easier
        if easier is not None and name not in exercises[easier].harder:
            after = (name, *exercises[easier].harder)
            exercises[easier] = exercises[easier].model_copy(update={"harder": after})
        for harder in exercises[name].harder:
            if harder not in own:
                exercises[harder] = exercises[harder].model_copy(update={"easier": name})


def _refuse_circles(exercises: Mapping[str, Exercise], path: str) -> None:
    for name in exercises:
        way = [name]
        while (easier := exercises[way[-1]].easier) is not None:
            if easier in way:
                circle = ", ".join((*way, easier))
                raise DataError(path, "easier", f"leads in a circle: {circle}")
            way.append(easier)


def _refuse_sides(holds: Mapping[str, Hold], planks: Iterable[str], path: str) -> None:
    for name in planks:
        if holds[name].sides:
            raise DataError(path, "hold", f"{name!r} has sides: the plank's place takes none")


@dataclass(slots=True)
class _Files:
    """The folders in which files are looked for, in this order.

    ``named`` is the file that a person named; its suffix may be any. If it is a ``shared``
    programme, its pieces come first.
    """

    folders: tuple[Path, ...]
    pack: LanguagePack
    named: Path | None
    shared: SharedProgramme | None = None
    _exercises: dict[str, Exercise] = field(default_factory=dict)

    def find(self, name: str, kind: type[AnyPiece], path: str, key: str) -> AnyPiece:
        """The piece called ``name``, for the ``key`` of the file at ``path``."""
        if self.shared is not None and name in self.shared.pieces:
            within: Piece = self.shared.piece(name, str(self.named), self.pack)
            if not isinstance(within, kind):
                wanted = f"{name!r} should be of kind {kind.__name__.lower()!r}"
                raise DataError(path, key, f"{wanted}, found {within.kind!r}")
            return within
        for folder in self.folders:
            if (file := self.path_of(name, folder)) is not None:
                piece: Piece = read_piece(file, self.pack)
                if not isinstance(piece, kind):
                    problem = f"{file} should be of kind {kind.__name__.lower()!r}"
                    raise DataError(path, key, f"{problem}, found {piece.kind!r}")
                return piece
        looked = " and ".join(str(folder / f"{name}.toml") for folder in self.folders)
        raise DataError(path, key, f"there is no {name!r}: looked for {looked}")

    @property
    def name(self) -> str:
        """What is trained of the file that a person named."""
        return (
            self.shared.trains if self.shared is not None else self.named.stem if self.named else ""
        )

    def named_piece(self) -> Piece | None:
        """What a person named; None for the usual."""
        if self.named is None:
            return None
        if self.shared is not None:
            return self.shared.piece(self.name, str(self.named), self.pack)
        return read_piece(self.named, self.pack)

    def is_own(self, name: str) -> bool:
        """Whether a piece is a person's own, and not shipped."""
        if self.named is None:
            return False
        if self.shared is not None:
            return name in self.shared.pieces
        return self.path_of(name, self.named.parent) is not None

    def path_of(self, name: str, folder: Path) -> Path | None:
        """The file called ``name`` in ``folder``, whether it ends in .toml or in .TOML."""
        if self.named is not None and (self.named.parent, self.named.stem) == (folder, name):
            return self.named
        return next(own_files(name, folder), None)

    def refuse_unknown(self, name: str, asked_by: str) -> None:
        """Raise DataError, which lists every exercise, when there is none called ``name``."""
        within = self.shared is not None and name in self.shared.pieces
        if not within and all(self.path_of(name, folder) is None for folder in self.folders):
            known = ", ".join(sorted(self._exercise_names()))
            raise DataError(asked_by, "", f"there is no exercise {name!r}; there are {known}")
        self.find(name, Exercise, asked_by, "")

    def _exercise_names(self) -> set[str]:
        names = set()
        for file in (file for folder in self.folders for file in _toml_files(folder)):
            with suppress(DataError):  # any other TOML may lie beside a programme
                if isinstance(read_piece(file, self.pack), Exercise):
                    names.add(file.stem)
        return names

    def chain(self, name: str, path: str, key: str = "exercise") -> dict[str, Exercise]:
        """The exercise, and every one that is reached from it by easier and harder."""
        if name not in self._exercises:
            exercise = self.find(name, Exercise, path, key)
            self._exercises[name] = exercise
            named_by = name if self.shared is None else f"{self.named}: {name}"
            if exercise.easier is not None:
                self.chain(exercise.easier, named_by, "easier")
            for harder in exercise.harder:
                self.chain(harder, named_by, "harder")
        return self._exercises

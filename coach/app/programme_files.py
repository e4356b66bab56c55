"""Programme files: routines, exercises and holds by name, a person's own before those shipped."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from coach.app.language_files import LanguagePack, load_language, read_source, read_text
from coach.errors import DataError
from coach.training.exercise import Exercise, Hold
from coach.training.programme import Piece, Programme, Routine, parse_piece, parse_worded

SHIPPED = Path(__file__).parents[1] / "programmes"
USUAL = "leg_lift"
EASY = "easy"

AnyPiece = TypeVar("AnyPiece", Routine, Exercise, Hold)


def read_piece(path: Path, pack: LanguagePack) -> Piece:
    """The routine, exercise or hold of a file. The words of what is shipped are those of ``pack``;
    a file of one's own has them itself. Raises DataError.
    """
    source, usual = read_source(path), pack.language.cues
    if path.resolve().parent == SHIPPED:
        return parse_worded(source, lambda: pack.exercise_words(path.stem), usual)
    return parse_piece(source.text, source.path, usual)


def whole_text(name: str, pack: LanguagePack) -> str:
    """What is shipped under that name as one file, with its numbers and its words.

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
    """What stands before the first table of a TOML file, and its tables."""
    head, bracket, tables = f"\n{text}".partition("\n[")
    return head.strip(), f"{bracket}{tables}".strip()


def load_programme(
    path: Path | None = None,
    exercise: str | None = None,
    *,
    asked_by: str = "--exercise",
    pack: LanguagePack | None = None,
) -> Programme:
    """The programme that is shipped, or that of a file: a routine, or what the usual one is to be
    trained with. ``exercise`` is another to begin with, named in ``asked_by``. The words are those
    of ``pack``, English unless told otherwise. Raises DataError.
    """
    pack = pack or load_language()
    piece = None if path is None else read_piece(path, pack)
    files = _Files((SHIPPED,) if path is None else (path.parent, SHIPPED), pack)
    routine, source = files.find(USUAL, Routine, "", ""), str(path or SHIPPED / f"{USUAL}.toml")
    if exercise is not None:
        files.refuse_unknown(exercise, asked_by)
    match piece:
        case Routine():
            routine = piece
        case Exercise() if path is not None:
            exercise = exercise or path.stem
        case Hold() if path is not None:
            place = {"stretches": (path.stem,)} if piece.sides else {"hold": path.stem}
            routine = routine.model_copy(update=place)
    if exercise is not None:
        routine = routine.model_copy(update={"exercise": exercise})
    easy = files.find(EASY, Routine, source, "easy")
    wanted = (("hold", (routine.hold, easy.hold)), ("stretches", routine.stretches))
    holds = {n: files.find(n, Hold, source, key) for key, names in wanted for n in names}
    exercises = files.line(routine.exercise, source)
    if path is not None:
        _let_in(exercises, {name for name in exercises if (path.parent / f"{name}.toml").is_file()})
    _refuse_circles(exercises, source)
    for key, name in (("hold", routine.hold), ("hold", easy.hold)):
        if holds[name].sides:
            raise DataError(source, key, f"{name!r} has sides: the plank's place takes none")
    return Programme(routine, easy, exercises, holds, exercise)


def _let_in(exercises: dict[str, Exercise], own: set[str]) -> None:
    """Let the neighbours that an exercise of one's own names lead to it."""
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


@dataclass(slots=True)
class _Files:
    """The folders to look into, in this order."""

    folders: tuple[Path, ...]
    pack: LanguagePack
    _exercises: dict[str, Exercise] = field(default_factory=dict)

    def find(self, name: str, kind: type[AnyPiece], path: str, key: str) -> AnyPiece:
        """The piece called ``name``, for the ``key`` of the file at ``path``."""
        for folder in self.folders:
            file = folder / f"{name}.toml"
            if file.is_file():
                piece: Piece = read_piece(file, self.pack)
                if not isinstance(piece, kind):
                    problem = f"{file} should be of kind {kind.__name__.lower()!r}"
                    raise DataError(path, key, f"{problem}, found {piece.kind!r}")
                return piece
        looked = " and ".join(str(folder / f"{name}.toml") for folder in self.folders)
        raise DataError(path, key, f"there is no {name!r}: looked for {looked}")

    def refuse_unknown(self, name: str, asked_by: str) -> None:
        """An exercise that a person named: they are told which there are."""
        if not any((folder / f"{name}.toml").is_file() for folder in self.folders):
            known = ", ".join(sorted(self._exercise_names()))
            raise DataError(asked_by, "", f"there is no exercise {name!r}; there are {known}")
        self.find(name, Exercise, asked_by, "")

    def _exercise_names(self) -> set[str]:
        names = set()
        for file in (file for folder in self.folders for file in folder.glob("*.toml")):
            with suppress(DataError):  # beside one's own there may be any other TOML
                if isinstance(read_piece(file, self.pack), Exercise):
                    names.add(file.stem)
        return names

    def line(self, name: str, path: str, key: str = "exercise") -> dict[str, Exercise]:
        """The exercise and all that easier and harder lead to from it."""
        if name not in self._exercises:
            exercise = self.find(name, Exercise, path, key)
            self._exercises[name] = exercise
            if exercise.easier is not None:
                self.line(exercise.easier, name, "easier")
            for harder in exercise.harder:
                self.line(harder, name, "harder")
        return self._exercises

"""Programme: coach programme list, check and new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import SHIPPED, load_programme, read_piece, whole_text
from coach.cli.command_group import Group, tell
from coach.dialogue.language import Language
from coach.dialogue.prompts import faults
from coach.errors import DataError, OutputError
from coach.hearing.grammar import Grammar
from coach.training.exercise import Exercise, Hold
from coach.training.programme import Piece, Programme, Routine

programme_app = typer.Typer(
    name="programme",
    cls=Group,
    no_args_is_help=True,
    help="Exercises and routines: list them, check or begin one's own.",
    epilog="Example: coach programme list",
)


@programme_app.command("list", epilog="Example: coach programme list")
def list_programmes() -> None:
    """List what is shipped: the exercises from the easiest to the hardest, holds, routines."""
    pack, programme = load_language(), load_programme()
    for name in _from_easiest(programme):
        typer.echo(f"exercise  {name:20}{programme.exercises[name].why}")
    for path in sorted(SHIPPED.glob("*.toml")):
        piece = read_piece(path, pack)
        if isinstance(piece, Hold):
            typer.echo(f"hold      {path.stem:20}{piece.why}")
        elif isinstance(piece, Routine):
            typer.echo(f"routine   {path.stem:20}{_parts(piece)}")


@programme_app.command(epilog="Example: coach programme check frog_lift.toml")
def check(files: Annotated[list[Path], typer.Argument(help="Routines, exercises, holds.")]) -> None:
    """Check whether files can be trained with; exit status 2 when one cannot."""
    grammar, pack = load_grammar(), load_language()
    for file in files:
        piece = read_piece(file, pack)
        load_programme(file)
        _refuse_faults(file, piece, grammar, pack.language)
        tell(f"{file}: good; {_described(piece)}")


@programme_app.command(epilog="Example: coach programme new frog_lift.toml --like dead_bug")
def new(
    file: Annotated[Path, typer.Argument(help="The file to make.")],
    like: Annotated[str, typer.Option(help="What is shipped to begin from.")] = "straight_leg_lift",
) -> None:
    """Begin an exercise, hold or routine of one's own as a copy of a shipped one, to be edited."""
    if not (SHIPPED / f"{like}.toml").is_file():
        known = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
        raise typer.BadParameter(f"{like!r} is not shipped; there are {known}")
    text = whole_text(like, load_language())
    try:
        with file.open("x", encoding="utf-8") as own:
            own.write(text)
    except FileExistsError:
        raise OutputError(f"{file}: exists already; name another file") from None
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror}") from None
    tell(f"{file}: begun like {like}; edit it, then: coach programme check {file}")


def _refuse_faults(file: Path, piece: Piece, grammar: Grammar, language: Language) -> None:
    if isinstance(piece, Routine):
        return
    for prompt, text in piece.texts():
        for fault in faults(text, grammar, language):
            raise DataError(str(file), prompt, f"{text!r}: {fault}")


def _described(piece: Piece) -> str:
    match piece:
        case Routine():
            sets = f"{piece.sets} sets of {piece.reps}; " if "working" in piece.parts else ""
            return f"{sets}{_parts(piece)}"
        case Exercise():
            harder = ", ".join(piece.harder) or "nothing"
            easier = piece.easier or "nothing"
            return f"{len(list(piece.texts()))} wordings; easier: {easier}; harder: {harder}"
        case Hold():
            return f"held for {piece.seconds} seconds at first"


def _parts(routine: Routine) -> str:
    return ", ".join(part.replace("_", " ") for part in routine.parts)


def _from_easiest(programme: Programme) -> list[str]:
    def steps(name: str) -> int:
        easier = programme.exercises[name].easier
        return 0 if easier is None else 1 + steps(easier)

    return sorted(programme.exercises, key=steps)

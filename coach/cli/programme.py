"""Programme: coach programme list, check, new, share, add and remove."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from coach.app import own_programmes
from coach.app.language_files import load_grammar, load_language
from coach.app.programme_check import check_shared, read_strangers
from coach.app.programme_files import SHIPPED, load_programme, read_piece, whole_text
from coach.app.shared_programme import read_shared
from coach.cli.command_group import Group, tell
from coach.cli.options import DEFAULT_PROFILE, Profile
from coach.devices.files.private_file import write_by_pieces
from coach.dialogue.language import Language
from coach.dialogue.prompts import faults
from coach.errors import DataError, OutputError
from coach.hearing.grammar import Grammar
from coach.training.exercise import PLAIN_NAME, PLAIN_NAME_WANTED, Exercise, Hold
from coach.training.programme import Piece, Programme, Routine

programme_app = typer.Typer(
    name="programme",
    cls=Group,
    no_args_is_help=True,
    help="Exercises and routines: list them, check or begin one's own, share, add and remove them.",
    epilog="Example: coach programme list",
)


_HEAD = """\
# A programme of Flatback, the exercise coach: a routine or exercise with all that belongs to it.
# You may edit it. "coach programme check", with its name, finds mistakes, and "coach programme add"
# installs it.

"""


@programme_app.command("list", epilog="Example: coach programme list")
def list_programmes(profile: Profile = DEFAULT_PROFILE) -> None:
    """List what is shipped, exercises from the easiest to the hardest, and what was added."""
    pack, programme = load_language(), load_programme()
    for name in _from_easiest(programme):
        typer.echo(f"exercise  {name:20}{programme.exercises[name].why}")
    for path in sorted(SHIPPED.glob("*.toml")):
        piece = read_piece(path, pack)
        if isinstance(piece, Hold):
            typer.echo(f"hold      {path.stem:20}{piece.why}")
        elif isinstance(piece, Routine):
            typer.echo(f"routine   {path.stem:20}{_parts(piece)}")
    for name, path in own_programmes.added(profile).items():
        shared = read_shared(path)
        others = [] if shared is None else [each for each in shared.pieces if each != name]
        with_them = f"with {', '.join(others)}; " if others else ""
        tell(f"added     {name:20}{with_them}coach run --programme {name}")


@programme_app.command(epilog="Example: coach programme check frog_lift.toml")
def check(files: Annotated[list[Path], typer.Argument(help="Routines, exercises, holds.")]) -> None:
    """Check whether files can be trained with; exit status 2 when one cannot."""
    grammar, pack = load_grammar(), load_language()
    for file in files:
        if (shared := read_shared(file)) is not None:
            check_shared(shared, file, pack, grammar)
            tell(f"{file}: good; trains {shared.trains}")
            continue
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
    if not PLAIN_NAME.fullmatch(file.stem):
        raise OutputError(f"{file}: the file's name: {PLAIN_NAME_WANTED}, found {file.stem!r}")
    text = whole_text(like, load_language())
    try:
        with file.open("x", encoding="utf-8") as own:
            own.write(text)
    except FileExistsError:
        raise OutputError(f"{file}: exists already; name another file") from None
    except OSError as error:
        raise OutputError(f"{file}: cannot be written: {error.strerror}") from None
    tell(f"{file}: begun like {like}; edit it, then: coach programme check {file}")


@programme_app.command(
    epilog="Example: coach programme share for_anna.toml --programme frog_lift.toml"
)
def share(
    file: Annotated[Path, typer.Argument(help="What to write, TOML.")],
    programme: Annotated[
        Path | None,
        typer.Option(help="A file of your own, or the name of one that was added."),
    ] = None,
    profile: Profile = DEFAULT_PROFILE,
) -> None:
    """Write a routine or exercise of one's own, with all it names, as one file to hand on."""
    wanted = own_programmes.find(programme, profile) or _only_one(profile)
    shared = own_programmes.gather(wanted)
    with tempfile.TemporaryDirectory(prefix="flatback-") as folder:
        written = Path(folder) / "shared.toml"
        written.write_text(shared.text(), encoding="utf-8")
        try:
            check_shared(shared, written, load_language(), load_grammar())
        except DataError as error:
            path = error.path.replace(str(written), str(wanted))
            raise DataError(path, error.where, error.problem) from None
    write_by_pieces(file, [_HEAD.encode(), shared.text().encode()])
    tell(f"{file}: {', '.join(shared.pieces)}; who gets it types: coach programme add {file.name}")


@programme_app.command(epilog="Example: coach programme add for_anna.toml --profile Anna")
def add(
    file: Annotated[Path, typer.Argument(help="What `coach programme share` wrote.")],
    profile: Profile = DEFAULT_PROFILE,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of one of the same name.")
    ] = False,
) -> None:
    """Check a programme that somebody else wrote, and add it to those of a profile."""
    shared = read_strangers(file)
    check_shared(shared, file, load_language(), load_grammar())
    there = own_programmes.refuse_conflict(shared, profile, replace=replace)
    place = there or own_programmes.add(shared, profile)
    whose = "" if profile == DEFAULT_PROFILE else f' --profile "{profile}"'
    done = "is there already" if there else "added"
    tell(f"{place}: {done}; train it with: coach run --programme {shared.trains}{whose}")


@programme_app.command(epilog="Example: coach programme remove frog_lift --profile Anna")
def remove(
    name: Annotated[str, typer.Argument(help="What `coach programme list` says was added.")],
    profile: Profile = DEFAULT_PROFILE,
) -> None:
    """Remove a programme that was added; what was trained with it stays remembered."""
    place, others = own_programmes.remove(name, profile)
    with_it = f", with its {', '.join(others)}" if others else ""
    tell(f"{place}: removed{with_it}")


def _only_one(profile: str) -> Path:
    """The only programme that was added. Raises BadParameter where there is another number."""
    known = own_programmes.added(profile)
    if len(known) != 1:
        there = f"there are {', '.join(known)}" if known else "none was added"
        raise typer.BadParameter(f"--programme: name what to share, a file or a name; {there}")
    return next(iter(known.values()))


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

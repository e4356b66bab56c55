"""Own programmes: those that were added for a profile, one file each, found by their names."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import platformdirs
import tomli_w

from coach.app.language_files import LanguagePack, read_text
from coach.app.programme_files import SHIPPED, load_programme, own_files
from coach.app.shared_programme import SharedProgramme, parse_shared, read_shared
from coach.datafile import read_toml
from coach.devices.files.private_file import make_folder, write_by_pieces
from coach.errors import DataError, OutputError
from coach.training.exercise import Exercise
from coach.training.programme import Programme

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def folder_of(profile: str) -> Path:
    """Where the programmes of a profile are: in the user's data folder, for its owner alone."""
    data = platformdirs.user_data_path("flatback", appauthor=False)
    return data / "programmes" / profile


def added(profile: str) -> Mapping[str, Path]:
    """The programmes that were added for a profile, by their names, in order."""
    files = sorted(folder_of(profile).glob("*.toml"))
    return {file.stem: file for file in files if _NAME.fullmatch(file.stem)}


def find(programme: Path | None, profile: str) -> Path | None:
    """The file that ``programme`` names, which may also be one that was added, by its name.

    Raises DataError for the name of none.
    """
    if programme is None or not _NAME.fullmatch(str(programme)) or programme.is_file():
        return programme
    known = added(profile)
    if (file := known.get(str(programme))) is None:
        problem = f"is no file, and no programme that was added for {profile}; {_there(known)}"
        raise DataError("--programme", "", f"{str(programme)!r} {problem}")
    return file


def remove(name: str, profile: str) -> tuple[Path, Sequence[str]]:
    """Remove what was added under ``name``; where it was, and what else it held.

    No file elsewhere is ever removed, since ``name`` is no path. One that cannot be read is
    removed, too. Raises DataError for the name of none, and OutputError.
    """
    known = added(profile)
    if (file := known.get(name)) is None:
        problem = f"is no programme that was added for {profile}; {_there(known)}"
        raise DataError("programme remove", "", f"{name!r} {problem}")
    with_it: Sequence[str] = ()
    with contextlib.suppress(DataError):
        shared = read_shared(file)
        with_it = () if shared is None else [each for each in shared.pieces if each != name]
    try:
        file.unlink()
    except OSError as error:
        raise OutputError(f"{file}: cannot be removed: {error.strerror}") from None
    return file, with_it


def _there(known: Mapping[str, Path]) -> str:
    return f"there are {', '.join(known)}" if known else "none was"


def trainable(profile: str, pack: LanguagePack) -> list[Programme]:
    """The usual programme, and those that were added; a file that cannot be read is passed over."""
    programmes = [load_programme(pack=pack)]
    for file in added(profile).values():
        with contextlib.suppress(DataError):
            programmes.append(load_programme(file, pack=pack))
    return programmes


def exercises_of(programmes: Sequence[Programme]) -> dict[str, Exercise]:
    """All exercises by their names; what is shipped comes before what was added."""
    return {name: it for each in reversed(programmes) for name, it in each.exercises.items()}


def forget_all(profile: str) -> None:
    """Remove all programmes of a profile."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder_of(profile))


def gather(programme: Path) -> SharedProgramme:
    """A file of one's own, with all that it names and that is not shipped, as one programme.

    Raises DataError.
    """
    path = str(programme)
    if (shared := read_shared(programme)) is not None:
        return shared
    if programme.resolve().parent == SHIPPED:
        raise DataError(path, "", "comes with the coach: whom you share it with has it")
    whole = load_programme(programme)
    pieces = {programme.stem: read_toml(read_text(programme), path)}
    for name in sorted({*whole.exercises, *whole.holds, "easy"} - {programme.stem}):
        file = next(own_files(name, programme.parent), None)
        if file is not None:
            pieces[name] = read_toml(read_text(file), str(file))
    tree = {"kind": "programme", "version": 1, "trains": programme.stem, "pieces": pieces}
    gathered = parse_shared(tomli_w.dumps(tree), path)
    if gathered is None:
        raise DataError(path, "", "cannot be shared")
    return gathered


def refuse_conflict(shared: SharedProgramme, profile: str, *, replace: bool) -> Path | None:
    """Where ``shared`` is already; None if it has to be written. Raises DataError.

    What was added under its name is replaced only if ``replace``; a piece of another programme is
    never, since past training is remembered by the name of the exercise.
    """
    for name, file in added(profile).items():
        other = read_shared(file)
        if name == shared.trains:
            if other is not None and other.text() == shared.text():
                return file
            if not replace:
                problem = "is there already, and is another one: --replace puts this in its place"
                raise DataError(str(file), "", problem)
        elif other is not None:
            for piece in shared.pieces.keys() & other.pieces.keys():
                if shared.pieces[piece] != other.pieces[piece]:
                    problem = "is another one in what is added here: name one of them otherwise"
                    raise DataError(str(file), f"pieces.{piece}", f"{piece!r} {problem}")
    return None


def add(shared: SharedProgramme, profile: str) -> Path:
    """Write ``shared``, which was checked, for a profile. Raises OutputError."""
    folder = folder_of(profile)
    make_folder(folder)
    file = folder / f"{shared.trains}.toml"
    write_by_pieces(file, [shared.text().encode()])
    return file

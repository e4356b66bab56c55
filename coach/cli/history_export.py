"""History export: what is remembered, in a file for another machine or for another program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from coach.cli.command_group import complain
from coach.cli.options import DEFAULT_PROFILE, Profile
from coach.cli.profiles import counted, emptied, nothing_of, refuse_stranger, was_typed
from coach.devices.exports.fit_activity import FitEncoder
from coach.devices.exports.openweight_log import json_pieces
from coach.devices.exports.workout_csv import csv_pieces
from coach.devices.files.private_file import (
    telling_whoever_named,
    write_by_pieces,
    write_private_folder,
)
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive_reader import ArchiveReader
from coach.devices.memory.copies import is_emptied
from coach.devices.memory.rescue import opened_to_rescue
from coach.devices.memory.workouts import WorkoutReader
from coach.devices.system.wall_clock import SystemCalendar
from coach.display.plain_text import on_screen
from coach.errors import OutputError

Format = Literal["flatback", "json", "csv", "fit"]

Piece = TypeVar("Piece", bytes, tuple[str, bytes])

_STDOUT = Path("-")


def export_history(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="What to write; - is standard output. For fit a new folder."),
    ],
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="flatback is for import, and of everybody; the others are for other programs: "
            "json is the openweight log, csv as from Hevy, fit a file for each session.",
        ),
    ] = "flatback",
    profile: Profile = DEFAULT_PROFILE,
    limit: Annotated[
        int | None, typer.Option(min=1, help="The last sessions only, for other programs.")
    ] = None,
) -> None:
    """Write what is remembered, into a file for another machine, or for another program."""
    if kind == "flatback":
        _refuse_options(context, "profile", "limit")
        _export_archive(file)
        return
    refuse_stranger(context, profile)
    if kind == "fit":
        _export_fit(file, profile, limit)
        return
    format_as = json_pieces if kind == "json" else csv_pieces
    with _reading(file, profile, limit) as reader:
        printed = _save(file, _some(format_as(reader.read()), reader, file))
    _print(printed)
    _report(file, reader)


def _refuse_options(context: typer.Context, *names: str) -> None:
    for name in names:
        if was_typed(context, name):
            problem = "says nothing to --format flatback, which is about everybody: leave it out"
            raise typer.BadParameter(f"--{name} {problem}")


def _export_archive(file: Path) -> None:
    clock = SystemCalendar()
    with opened_to_rescue(sqlite_file.default_path()) as connection:
        archive = ArchiveReader(connection, clock.now().day, clock.utc_seconds())
        printed = _save(file, archive.pieces())
    _print(printed)
    for line in archive.left_out:
        complain(line)
    what = counted(archive.sessions, "session", "sessions")
    _tell(file, f"{what} of {counted(archive.people, 'person', 'people')}")


def _export_fit(folder: Path, profile: str, limit: int | None) -> None:
    if folder == _STDOUT or folder.suffix.lower() == ".fit":
        raise OutputError(f"{folder}: is not written: a FIT file holds one session: name a folder")
    encoder = FitEncoder()
    with _reading(folder, profile, limit) as reader, telling_whoever_named(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder}: is there already: name a new folder")
        write_private_folder(folder, _some(_fit_files(encoder, reader), reader, folder))
    _report(folder, reader)


def _fit_files(encoder: FitEncoder, reader: WorkoutReader) -> Iterator[tuple[str, bytes]]:
    for workout in reader.read():
        content = encoder.encode(workout)
        if content is None:
            reader.refuse(workout, "FIT has no such date")
        else:
            yield f"{workout.began:%Y-%m-%d-%H%M}-{workout.number:08x}.fit", content


@contextlib.contextmanager
def _reading(target: Path, profile: str, limit: int | None) -> Iterator[WorkoutReader]:
    path = sqlite_file.default_path()
    if is_emptied(path):
        raise OutputError(emptied(path))
    if not sqlite_file.has_content(path):
        raise OutputError(f"{target}: is not written: {nothing_of(profile)}")
    with sqlite_file.opened(path) as connection:
        yield WorkoutReader(connection, profile, limit)


def _some(pieces: Iterable[Piece], reader: WorkoutReader, target: Path) -> Iterator[Piece]:
    """The pieces. Raises OutputError if there was no workout to make them of."""
    yield from pieces
    if reader.workouts == 0:
        none = "there is no rep and no plank in these sessions"
        why = none if reader.without_sets else nothing_of(reader.person)
        raise OutputError(f"{target}: is not written: {(*reader.left_out, why)[0]}")


def _save(file: Path, pieces: Iterable[bytes]) -> bytes:
    """Write a file, or return what is to be printed, once the memory is closed: an error of
    standard output would be taken for one of the memory."""
    if file == _STDOUT:
        return b"".join(pieces)
    write_by_pieces(file, pieces)
    return b""


def _print(content: bytes) -> None:
    typer.echo(content, nl=False)


def _report(target: Path, reader: WorkoutReader) -> None:
    for line in reader.left_out:
        complain(line)
    empty = reader.without_sets
    aside = f"; {empty} without a rep or a plank left out" if empty else ""
    sessions = counted(reader.workouts, "session", "sessions")
    _tell(target, f"{sessions} of {reader.person}{aside}")


def _tell(target: Path, what: str) -> None:
    """Say what was written; beside what was printed, on standard error."""
    is_printed = target == _STDOUT
    typer.echo(on_screen(what if is_printed else f"{target}: {what}"), err=is_printed)

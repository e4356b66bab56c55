"""Profiles: whose training is remembered, and what is printed when a profile is not among them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from coach.devices.memory import sqlite_file
from coach.devices.memory.log import Person, read_people
from coach.devices.system.wall_clock import iso_date
from coach.display.plain_text import on_screen

NOTHING = "no training is remembered yet: `coach run` begins the first"


def known_people() -> tuple[Person, ...]:
    """Everybody who is remembered on this computer. Raises MemoryFileError."""
    path = sqlite_file.default_path()
    if not sqlite_file.has_content(path):
        return ()
    with sqlite_file.opened(path) as connection:
        return read_people(connection)


def among(people: Sequence[Person], profile: str) -> bool:
    """Whether ``profile`` is that of one of ``people``."""
    return any(person.name == profile for person in people)


def others(people: Sequence[Person], profile: str) -> str:
    """Which profiles there are instead, as the end of a sentence; first the one that was meant."""
    names = [person.name for person in people]
    alike = [name for name in names if name.casefold() == profile.casefold()]
    known = f"profiles are {', '.join(names)}"
    if len(names) == 1:
        known = f"only profile is {names[0]}"
    return f"did you mean {alike[0]}? The {known}" if alike else f"the {known}"


def list_people(people: Sequence[Person]) -> None:
    """Print one line for each person."""
    width = max((len(person.name) for person in people), default=0)
    for person in people:
        trained = "no session yet"
        if person.last is not None:
            plural = "" if person.sessions == 1 else "s"
            trained = f"{person.sessions} session{plural}, the last on {iso_date(person.last)}"
        typer.echo(on_screen(f"{person.name:{width}}  {trained}"))


def refuse_stranger(context: typer.Context, profile: str) -> None:
    """Refuse a profile named on the command line that is not stored."""
    people = known_people() if was_typed(context, "profile") else ()
    if people and not among(people, profile):
        raise typer.BadParameter(f"nothing is remembered of {profile}; {others(people, profile)}")


def nothing_of(profile: str) -> str:
    """Why there is nothing of ``profile``, and what to do about it."""
    people = known_people()
    if not people or among(people, profile):
        return NOTHING
    return on_screen(f"nothing is remembered of {profile}; {others(people, profile)}")


def emptied(path: Path) -> str:
    """What is told of a memory at ``path`` that was emptied, and what to do about it."""
    return f"{path}: held what was trained before, and is empty now: see `coach history restore`"


def was_typed(context: typer.Context, name: str) -> bool:
    """Whether an option was given on the command line."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def counted(count: int, one: str, several: str) -> str:
    """The count with its noun."""
    return f"{count} {one if count == 1 else several}"

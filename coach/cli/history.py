"""History: ``coach history`` shows and moves what is remembered, ``coach forget`` erases.

``--json`` and ``--csv`` have the fields of an Entry, but ``day`` and ``minute``: ``date`` and
``time`` say the same to a person.
"""
# ruff: noqa: PLC0415 - what reads a language is imported only where one is wanted: an export needs none

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.command_group import Group, complain
from coach.cli.history_export import export_history
from coach.cli.history_report import report
from coach.cli.options import DEFAULT_PROFILE, Profile, checked_png
from coach.cli.profiles import (
    NOTHING,
    counted,
    emptied,
    known_people,
    list_people,
    nothing_of,
    others,
    refuse_stranger,
    was_typed,
)
from coach.devices.files import delivery_file
from coach.devices.files.delivery_file import DeliveryFile
from coach.devices.files.private_file import write_by_pieces
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import write_archive
from coach.devices.memory.archive_file import opened_archive
from coach.devices.memory.copies import all_copies, is_emptied, put_back, whole_copies
from coach.devices.memory.erasure import forget, is_known
from coach.devices.memory.log import Entry, read_log
from coach.devices.screen import history_plot
from coach.devices.screen.history_table import as_record, print_tables
from coach.devices.system.wall_clock import SystemCalendar, iso_date
from coach.display.plain_text import as_name, in_cell, in_json, on_screen
from coach.errors import DataError, OutputError

_SHOWN_SESSIONS = 20

memory_app = typer.Typer()
history_app = typer.Typer(
    cls=Group,
    help="What was trained: show it, or move it to another machine.",
    epilog="Example: coach history --limit 5",
)
memory_app.add_typer(history_app, name="history")
history_app.command(epilog="Example: coach history report training.html")(report)
history_app.command("export", epilog="Example: coach history export training.json")(export_history)


@history_app.callback(invoke_without_command=True)
def history(
    context: typer.Context,
    profile: Profile = DEFAULT_PROFILE,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated values.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(callback=checked_png, metavar="FILE.png", help="Draw how it went over time."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="The last sessions only; 20 in a table by default."),
    ] = None,
) -> None:
    """Show what was trained, the newest last."""
    if context.invoked_subcommand is not None:
        _refuse_options_before(context)
        return
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv are two ways to say the same: choose one")
    refuse_stranger(context, profile)
    in_table = not (as_json or as_csv or plot)
    entries = _entries(profile, limit or (_SHOWN_SESSIONS if in_table else None))
    if plot is not None:
        _plot(plot, entries, profile, on_stderr=as_json or as_csv)
    if as_json:
        for entry in entries:
            typer.echo(in_json(as_record(entry)))
    if as_csv:
        _print_csv(entries)
    if in_table and not entries:
        typer.echo(nothing_of(profile))
    elif in_table:
        print_tables(entries)


def _refuse_options_before(context: typer.Context) -> None:
    """Refuse options of ``history`` itself, which would be lost on ``history export``."""
    for option in context.command.params:
        if was_typed(context, option.name or ""):
            asked, verb = option.opts[0], context.invoked_subcommand
            why, cure = "which is about everybody", "leave it out"
            if verb == "report":
                why = "which has options of its own"
                cure = "write it after the file" if asked == "--profile" else cure
            elif verb == "export" and option.name in ("profile", "limit"):
                cure = "leave it out, or put it after export, with a --format"
            raise typer.BadParameter(f"{asked} says nothing to {verb}, {why}: {cure}")


@history_app.command(epilog="Example: coach history profiles")
def profiles() -> None:
    """List the profiles, as --profile takes them."""
    people = known_people()
    if not people:
        typer.echo(NOTHING)
    list_people(people)


def _plot(file: Path, entries: Sequence[Entry], profile: str, *, on_stderr: bool) -> None:
    if not entries:
        raise OutputError(f"{file}: is not drawn: {NOTHING}")
    if not any(history_plot.has_figures(entry) for entry in entries):
        raise OutputError(f"{file}: is not drawn: there is nothing to draw in these sessions")
    today = SystemCalendar().now().day
    drawn = [entry for entry in entries if history_plot.can_be_drawn(entry, today)]
    if not drawn:
        raise OutputError(f"{file}: is not drawn: these sessions are dated ahead, or before 1970")
    undated = sum(map(history_plot.has_figures, entries)) - len(drawn)
    if undated:
        complain(f"{undated} left out of the plot: dated ahead of today, or before 1970")
    title = "Training" if profile == DEFAULT_PROFILE else f"Training of {as_name(profile)}"
    write_by_pieces(file, [history_plot.draw(drawn, title)])
    typer.echo(on_screen(f"plot: {file}"), err=on_stderr)


@history_app.command("import", epilog="Example: coach history import training.json")
def import_history(
    file: Annotated[Path, typer.Argument(help="What `coach history export` wrote.")],
) -> None:
    """Add what is in such a file to what is remembered here; what is here already stays."""
    clock = SystemCalendar()
    with opened_archive(file) as archive:
        people = archive.check(clock.now().day, clock.utc_seconds())
        with sqlite_file.opened(sqlite_file.default_path()) as connection:
            try:
                changed = write_archive(connection, people, archive.sessions())
            except sqlite3.IntegrityError:
                raise DataError(str(file), "", "two things have one place in a session") from None
    typer.echo(f"{changed} of {archive.session_count} sessions were new here or went further")


@history_app.command("restore", epilog="Example: coach history restore")
def restore(
    date: Annotated[str | None, typer.Argument(help="The day of the copy to put back.")] = None,
) -> None:
    """List the copies of the memory that are kept beside it, or put one of them back."""
    path = sqlite_file.default_path()
    kept = {copy.date: copy for copy in whole_copies(path, complain)}
    if date is None:
        for copy in kept.values():
            typer.echo(on_screen(f"{copy.date}  {counted(copy.sessions, 'session', 'sessions')}"))
    if not all_copies(path):
        typer.echo("no copy is kept yet: one is made after a session, at most once a day")
    if date is None:
        return
    if date not in kept:
        raise typer.BadParameter(
            f"there is no whole copy of {date}: {', '.join(kept) or 'none'} is"
        )
    aside = put_back(path, kept[date], SystemCalendar().now().day)
    sessions = counted(kept[date].sessions, "session", "sessions")
    typer.echo(f"the copy of {date} is put back, with {sessions}")
    if aside is not None:
        typer.echo(on_screen(f"what was there before is kept: {aside}"))


@memory_app.command("forget", epilog="Example: coach forget --profile Anna")
def forget_person(
    profile: Profile = DEFAULT_PROFILE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all that is remembered of somebody, for good."""
    from coach.app.own_programmes import added, forget_all

    path = sqlite_file.default_path()
    if not (is_known(path, profile) or added(profile)):
        people = known_people()
        instead = on_screen(f"; {others(people, profile)}") if people else ""
        typer.echo(f"nothing was remembered of {profile}{instead}")
        return
    if not (yes or _agreed(profile)):
        typer.echo("nothing forgotten")
        return
    if is_known(path, profile):
        forget(path, profile)
    DeliveryFile(delivery_file.default_path(), complain).forget(profile)
    forget_all(profile)
    typer.echo(f"all that was remembered of {profile} is erased")
    for aside in sqlite_file.all_set_aside(path):
        typer.echo(on_screen(f"a damaged memory may still hold some of it: {aside}"))


def _agreed(profile: str) -> bool:
    entries = _entries(profile, None)
    sessions = counted(len({entry.session for entry in entries}), "session", "sessions")
    since = f" since {iso_date(entries[0].day)}" if entries else ""
    try:
        return typer.confirm(f"Forget all that is remembered of {profile}, {sessions}{since}?")
    except typer.Abort:
        typer.echo()
        complain("nothing forgotten, for nobody answered: --yes forgets without asking")
        raise typer.Exit(130) from None


def _entries(profile: str, limit: int | None) -> tuple[Entry, ...]:
    path = sqlite_file.default_path()
    if is_emptied(path):
        complain(emptied(path))
    if not sqlite_file.has_content(path):
        return ()
    from coach.app.language_files import load_language
    from coach.app.own_programmes import exercises_of, trainable

    with sqlite_file.opened(path) as connection:
        known = exercises_of(trainable(profile, load_language()))
        counts = {name: it.tempo.counts for name, it in known.items()}
        return read_log(connection, profile, limit, counts)


def _print_csv(entries: Sequence[Entry]) -> None:
    names = ["date", "time", *(name for name in Entry.__slots__ if name not in ("day", "minute"))]
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow({name: in_cell(value) for name, value in as_record(entry).items()})

"""History report: ``coach history report``, a page for somebody who treats the person."""
# ruff: noqa: PLC0415 - the other commands of the group do without what a report loads

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.cli.command_group import tell
from coach.cli.options import DEFAULT_LANGUAGE, DEFAULT_PROFILE, LanguageName, Profile
from coach.cli.profiles import counted, nothing_of, refuse_stranger
from coach.devices.files.private_file import write_by_pieces
from coach.devices.memory import sqlite_file
from coach.devices.system.wall_clock import SystemCalendar
from coach.errors import OutputError


def _checked_name(path: Path) -> Path:
    """Raises OutputError for a name that promises another format."""
    if path.suffix.lower() not in (".html", ".pdf"):
        told = "a report is HTML or PDF; let its name end in .html or .pdf"
        raise OutputError(f"{path}: cannot be written: {told}")
    return path


def report(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            callback=_checked_name, help="What to write: its name ends in .html or .pdf."
        ),
    ],
    profile: Profile = DEFAULT_PROFILE,
    language: LanguageName = DEFAULT_LANGUAGE,
) -> None:
    """Write a report of one person's training, to be printed for somebody who treats them."""
    refuse_stranger(context, profile)
    from coach.app.language_files import load_language
    from coach.app.training_report import make_report, page_of
    from coach.devices.screen.report_pdf import as_pdf

    pack = load_language(language)
    made = make_report(sqlite_file.default_path(), profile, SystemCalendar(), pack)
    if made is None:
        raise OutputError(f"{file}: is not written: {nothing_of(profile)}")
    page = page_of(made, pack)
    write_by_pieces(file, [as_pdf(page) if file.suffix.lower() == ".pdf" else page.encode()])
    sessions = len({each.session for each in made.entries})
    tell(f"{file}: a report of {counted(sessions, 'session', 'sessions')}")

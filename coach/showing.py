"""Showing: a session while a person watches it; what a person is told goes to standard error."""

from __future__ import annotations

import typer
from rich.console import Console

from coach.calibration import Calibration
from coach.engine import Observer
from coach.history import Memory
from coach.logs import EventLog
from coach.performance import Outputs, perform
from coach.plan import Plan
from coach.ports import Duplex, Voice
from coach.programme import Programme
from coach.screen import Screen
from coach.terminal import voice_bar
from coach.verbosity import Verbosity
from coach.wiring import Coach, Ears, make_coach


def complain(line: str) -> None:
    """One line on standard error."""
    typer.echo(f"coach: {line}", err=True)


def prepare(
    programme: Programme, ears: Ears, speaker: Voice, verbosity: Verbosity | None, *, quiet: bool
) -> Coach:
    """A coach whose cues are rendered, with a bar while that takes its time."""
    with voice_bar(shown=not quiet) as progress:
        return make_coach(programme, ears, speaker, progress, verbosity or "full")


def show(
    coach: Coach,
    plan: Plan,
    duplex: Duplex,
    outputs: Outputs,
    *observers: Observer,
    quiet: bool,
    calibration: Calibration | None = None,
    memory: Memory | None = None,
) -> None:
    """Run a session, shown as it happens unless ``quiet``; Ctrl-C is exit status 130."""
    if not quiet:
        # A journal on standard output has it for itself.
        observers = (*observers, Screen(Console(stderr=outputs.journal == "-")))
    try:
        perform(
            coach, plan, duplex, (*observers, EventLog()), outputs, complain, calibration, memory
        )
    except KeyboardInterrupt:
        complain("interrupted; rest well")
        raise typer.Exit(130) from None

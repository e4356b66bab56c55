"""Page: ``coach page``, which devices may press the buttons of the page."""

from __future__ import annotations

from typing import Annotated

import typer

from coach.devices.page.pairings import CODE_SECONDS, Pairings, default_path

page_app = typer.Typer()


@page_app.command(epilog="Example: coach page --pair")
def page(
    pair: Annotated[
        bool, typer.Option("--pair", help="Print a code with which one device can be paired.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take back every pairing.")] = False,
) -> None:
    """Say which devices may press the buttons of the page that `coach run --page` shows."""
    if pair and forget:
        raise typer.BadParameter(
            "--pair adds a device, --forget removes all: leave out one of them"
        )
    pairings = Pairings(default_path())
    if pair:
        minutes = CODE_SECONDS // 60
        typer.echo(f"code: {pairings.offer()}")
        typer.echo(f"Type it on the page, under Pair. It counts once, and for {minutes} minutes.")
    elif forget:
        typer.echo(f"pairings taken back: {pairings.forget()}")
    else:
        days = pairings.days()
        for day in days:
            typer.echo(f"a device that was paired on {day}")
        if not days:
            typer.echo("no device is paired; coach page --pair prints a code for one")

"""Model: ``coach model`` fetches, checks and finds the speech model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.cli.command_group import Group
from coach.cli.options import ModelFolder
from coach.cli.progress import download_bar
from coach.devices.speech import model_store

model_app = typer.Typer(
    cls=Group, no_args_is_help=True, help="The speech model.", epilog="Example: coach model install"
)


@model_app.command(epilog="Example: coach model install --from vosk-model-small-en-us-0.15.zip")
def install(
    source: Annotated[Path | None, typer.Option("--from", help="A copy: file or folder.")] = None,
    model: ModelFolder = None,
) -> None:
    """Fetch the speech model, check every byte, and put it into its place."""
    with download_bar() as progress:
        folder = model_store.install(model_store.resolve(model), source, progress)
    typer.echo(folder)


@model_app.command(epilog="Example: coach model verify")
def verify(model: ModelFolder = None) -> None:
    """Check every file of the installed model."""
    folder = model_store.resolve(model)
    model_store.verify(folder)
    typer.echo(f"{folder}: every file is as it should be")


@model_app.command(epilog="Example: coach model path")
def path(model: ModelFolder = None) -> None:
    """Print where the model is, or would be."""
    typer.echo(model_store.resolve(model))

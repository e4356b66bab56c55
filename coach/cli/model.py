"""Model: ``coach model`` fetches, checks and finds the speech model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.app.language_files import ENGLISH, load_language
from coach.cli.command_group import Group, complain, tell
from coach.cli.options import LanguageName, ModelFolder
from coach.cli.progress import download_bar
from coach.devices.speech import model_store
from coach.devices.speech.model_manifest import Manifest, project_manifest

model_app = typer.Typer(
    name="model",
    cls=Group,
    no_args_is_help=True,
    help="The speech model.",
    epilog="Example: coach model install",
)


@model_app.command(epilog="Example: coach model install --from vosk-model-small-en-us-0.15.zip")
def install(
    source: Annotated[Path | None, typer.Option("--from", help="A copy: file or folder.")] = None,
    model: ModelFolder = None,
    language: LanguageName = ENGLISH,
) -> None:
    """Fetch the speech model, check every byte, and put it into its place."""
    with download_bar() as progress:
        manifest = _manifest(language)
        place = model_store.resolve(model, manifest.name)
        folder = model_store.install(place, source, progress, manifest)
    typer.echo(folder)


@model_app.command(epilog="Example: coach model verify")
def verify(model: ModelFolder = None, language: LanguageName = ENGLISH) -> None:
    """Check every file of the installed model."""
    manifest = _manifest(language)
    folder = model_store.resolve(model, manifest.name)
    model_store.verify(folder, manifest)
    tell(f"{folder}: every file is as it should be")
    if others := model_store.others(folder, manifest):
        complain(model_store.unused(folder, others))


@model_app.command(epilog="Example: coach model path")
def path(model: ModelFolder = None, language: LanguageName = ENGLISH) -> None:
    """Print where the model is, or would be."""
    typer.echo(model_store.resolve(model, _manifest(language).name))


def _manifest(language: str) -> Manifest:
    return project_manifest(load_language(language).language.model)

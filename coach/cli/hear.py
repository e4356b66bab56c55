"""Hear: coach hear, devices, states and sentences - what is understood, and what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from coach.app.ears import load_ears
from coach.app.language_files import ENGLISH
from coach.app.sentence_list import sentence_list
from coach.cli.command_group import complain, tell
from coach.cli.options import LanguageName, ModelFolder
from coach.cli.progress import Thoughts
from coach.devices.recordings.audio_file import read_audio
from coach.devices.sound.sounddevice_devices import list_devices
from coach.errors import NoDeviceError
from coach.messages.journal import heard_fields
from coach.messages.states import STATES
from coach.session.diagram import diagram

inspection_app = typer.Typer()


@inspection_app.command(epilog="Example: coach hear arched.flac --state working --json")
def hear(
    audio: Annotated[list[Path], typer.Argument(help="Recordings; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print how it came to that.")] = False,
    state: Annotated[str | None, typer.Option(help="What counts in this state only.")] = None,
    model: ModelFolder = None,
) -> None:
    """Print what is understood in recordings, one line each."""
    if state is not None and state not in STATES:
        raise typer.BadParameter(f"{state!r} is no state; there are {', '.join(STATES)}")
    recordings = [(path, read_audio(path, complain)) for path in audio]
    ears = load_ears(model)
    thoughts = Thoughts(shown=explain, on_stderr=as_json)
    for path, recording in recordings:
        heard = ears.hear(recording, state, thoughts.print_line)
        if as_json:
            for each in heard:
                typer.echo(json.dumps({"file": str(path), **heard_fields(each)}))
        else:
            said = "; ".join(f"{each.intent} ({each.text})" for each in heard)
            tell(f"{path}: {said or 'nothing'}")


@inspection_app.command(epilog="Example: coach devices")
def devices() -> None:
    """List the sound devices; a star marks the ones in use by default."""
    known = list_devices()
    if not known:
        raise NoDeviceError("there are no sound devices")
    for device in known:
        star = "*" if device.default_input or device.default_output else " "
        ways = f"{device.inputs} in, {device.outputs} out, {device.rate_hz} Hz"
        tell(f"{star} {device.index:3}  {device.name} ({ways})")


@inspection_app.command(epilog="Example: coach states > states.mmd")
def states() -> None:
    """Print the state machine as a mermaid diagram."""
    typer.echo(diagram())


@inspection_app.command(epilog="Example: coach sentences")
def sentences(language: LanguageName = ENGLISH) -> None:
    """Print everything that can be said to the coach, and in which states it counts."""
    for line in sentence_list(language):
        typer.echo(line)

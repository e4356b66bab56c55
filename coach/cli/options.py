"""Options: what the commands that run a session understand in the same way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from coach.app.logs import Level
from coach.cli.page_option import page_address
from coach.devices.page.address import Address
from coach.dialogue.verbosity import Verbosity
from coach.errors import OutputError
from coach.training.history import PROFILE

Sets = Annotated[int | None, typer.Option(min=1, max=10, help="Sets to train.")]
Reps = Annotated[int | None, typer.Option(min=1, max=30, help="Reps a set.")]
JournalPath = Annotated[str | None, typer.Option(help="Write a JSON Lines journal; - is stdout.")]
Render = Annotated[Path | None, typer.Option(help="Write the session as a stereo WAV.")]


def checked_png(path: Path | None) -> Path | None:
    """Raises OutputError for a name that promises another format."""
    if path is not None and path.suffix.lower() != ".png":
        raise OutputError(f"{path}: cannot be written: pictures are PNG; let its name end in .png")
    return path


Picture = Annotated[
    Path | None,
    typer.Option(
        callback=checked_png, metavar="FILE.png", help="Draw the session when it is over."
    ),
]
ProgrammeFile = Annotated[
    Path | None,
    typer.Option(
        "--programme", help="A routine, exercise or hold of your own, or the name of an added one."
    ),
]
ExerciseName = Annotated[str | None, typer.Option("--exercise", help="Begin with this exercise.")]
Words = Annotated[
    Verbosity | None,
    typer.Option("--verbosity", show_default="full", help="How much is said in words."),
]
VoiceAsked = Annotated[str | None, typer.Option("--voice", help="Voice, as in run.")]
RateAsked = Annotated[int | None, typer.Option("--rate", help="Words a minute, as in run.")]
KeepAudio = Annotated[
    Path | None, typer.Option(help="Keep the sound after all, in this folder, to be replayed.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing while it runs.")]
PrepareOnly = Annotated[
    bool, typer.Option("--prepare-only", help="Check the model, render every cue, and end.")
]
PageAddress = Annotated[
    Address | None,
    typer.Option(
        "--page",
        parser=page_address,
        metavar="[ADDRESS:PORT]",
        help="Show the session in a browser too; without an address, on this computer alone.",
    ),
]
ServiceWanted = Annotated[
    bool, typer.Option("--service", help='Wait for "ready", train, and wait again, for ever.')
]
EventsPath = Annotated[
    Path | None,
    typer.Option(
        "--events",
        metavar="SOCKET",
        help="Tell programs of this computer what happens, by a socket; needs --service.",
    ),
]
Plain = Annotated[
    bool, typer.Option("--plain", help="Print lines, where a terminal would show a view.")
]
LogLevel = Annotated[
    Level | None,
    typer.Option(
        case_sensitive=False,
        help="How much to log on standard error; warning by default.",
    ),
]
RunLogLevel = Annotated[
    Level | None,
    typer.Option(
        "--log-level",
        case_sensitive=False,
        help="How much to log on standard error; warning by default, info of a service.",
    ),
]
WithoutScreening = Annotated[
    bool,
    typer.Option(
        "--skip-screening",
        help="Do not ask about your health, which the coach does at first and twice a year.",
    ),
]
NOT_SCREENED = (
    "--skip-screening: the questions about your health are not asked: "
    "the README says who should ask a doctor first"
)
DEFAULT_PROFILE = "default"


def _checked_profile(name: str) -> str:
    if not re.fullmatch(PROFILE, name):
        raise typer.BadParameter(
            f"{name!r} is no name for a profile: 1 to 40 letters, digits, spaces, - and _"
        )
    return name


Profile = Annotated[
    str, typer.Option(callback=_checked_profile, metavar="NAME", help="Whose training it is.")
]

ModelFolder = Annotated[Path | None, typer.Option(help="Folder of the speech model.")]
VoiceName = Annotated[
    str | None,
    typer.Option(
        help="Voice: `coach voices` shows what can stand here. [default: the language's own]"
    ),
]
DEFAULT_LANGUAGE = "en"
"""ENGLISH of the language files, which take long to import."""

LanguageName = Annotated[
    str, typer.Option("--language", help="What it speaks and hears: a folder of coach/languages.")
]
Rate = Annotated[int, typer.Option(help="Words a minute, 80 to 450.")]
RunRate = Annotated[
    int | None,
    typer.Option("--rate", show_default="150", help="Words a minute, 80 to 450."),
]
DeviceName = Annotated[
    str | None, typer.Option(help="Sound device: number, part of a name, or INPUT,OUTPUT.")
]
SpeakerName = Annotated[
    str | None, typer.Option("--device", help="Speaker: number or part of a name; or as in run.")
]

"""Session options: what the commands that run a session understand in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from coach.logs import Level
from coach.verbosity import Verbosity

Sets = Annotated[int | None, typer.Option(min=1, max=10, help="Sets to train.")]
Reps = Annotated[int | None, typer.Option(min=1, max=30, help="Reps a set.")]
JournalPath = Annotated[str | None, typer.Option(help="Write a JSON Lines journal; - is stdout.")]
Render = Annotated[Path | None, typer.Option(help="Write the session as a stereo WAV.")]
ProgrammeFile = Annotated[
    Path | None, typer.Option("--programme", help="A routine, exercise or hold of your own.")
]
ExerciseName = Annotated[str | None, typer.Option("--exercise", help="Begin with this exercise.")]
Words = Annotated[
    Verbosity | None, typer.Option("--verbosity", help="How much is said in words. [default: full]")
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
LogLevel = Annotated[
    Level, typer.Option(case_sensitive=False, help="How much to log on standard error.")
]

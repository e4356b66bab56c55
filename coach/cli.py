"""Command line: arguments and wiring; the only place that catches CoachError and prints."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.exceptions import TyperException

from coach import __version__
from coach.calibration import Calibration
from coach.devices.pyttsx3_synthesiser import DEFAULT_VOICE
from coach.devices.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.room_duplex import RoomDuplex, load_clips, load_noise
from coach.devices.sidecar_file import Sidecar
from coach.devices.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system_calendar import SystemCalendar
from coach.devices.wav_duplex import WavDuplex
from coach.engine import Observer
from coach.errors import CoachError, OutputError
from coach.history import History, Memory
from coach.history_commands import DEFAULT_PROFILE, Profile, memory_app
from coach.inspection_commands import inspection_app
from coach.keeping import Asked, kept_in, read_session, sidecar_path
from coach.model_commands import Model, model_app
from coach.performance import Outputs, perform
from coach.plan import Plan
from coach.ports import Duplex, Voice
from coach.programme import Programme
from coach.programme_commands import programme_app
from coach.programme_files import load_programme, read_text
from coach.rehearsal import User, check_said, parse_rehearsal
from coach.remembered import TODAY
from coach.screen import Screen
from coach.terminal import voice_bar
from coach.verbosity import Verbosity
from coach.voice_commands import DeviceName, Rate, VoiceName, voice_app
from coach.wiring import (
    Coach,
    Ears,
    data_folder,
    load_ears,
    make_coach,
    make_voice,
    open_memory,
)

RECORDINGS = Path("recordings")

app = typer.Typer(
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Flatback, the hands-free leg-lift coach. Without a command it runs a session.",
    epilog="Example: coach run --sets 2 --reps 8",
)
app.add_typer(model_app, name="model")
app.add_typer(voice_app)
app.add_typer(inspection_app)
app.add_typer(programme_app, name="programme")
app.add_typer(memory_app)

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


def main() -> None:
    """Entry point: whatever a person can mend becomes one line and exit status 2."""
    arguments = _with_default_command(sys.argv[1:])
    try:
        sys.exit(app(arguments, prog_name="coach", standalone_mode=False))
    except (CoachError, TyperException) as error:
        _complain(error.format_message() if isinstance(error, TyperException) else str(error))
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _with_default_command(arguments: list[str]) -> list[str]:
    """``coach --sets 2`` is ``coach run --sets 2``."""
    if arguments and (arguments[0] in ("--help", "--version") or arguments[0][0:1] != "-"):
        return arguments
    return ["run", *arguments]


def _complain(line: str) -> None:
    typer.echo(f"coach: {line}", err=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coach {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="And exit.")
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: coach run --sets 2 --reps 8 --journal today.jsonl")
def run(
    sets: Sets = None,
    reps: Reps = None,
    voice: VoiceName = DEFAULT_VOICE,
    rate: Rate = DEFAULT_RATE_WPM,
    device: DeviceName = None,
    model: Model = None,
    journal: JournalPath = None,
    quiet: Quiet = False,
    verbosity: Words = None,
    programme: ProgrammeFile = None,
    exercise: ExerciseName = None,
    profile: Profile = DEFAULT_PROFILE,
    keep_audio: KeepAudio = None,
) -> None:
    """Train: listen to the microphone, speak through the speaker, and keep no sound of it."""
    ears, speaker = load_ears(model), make_voice(voice, rate)
    duplex = SounddeviceDuplex(device)
    chosen = load_programme(programme, exercise).resized(sets, reps)
    coach = _coach(chosen, ears, speaker, quiet, verbosity)
    with open_memory(profile, chosen.exercises, _complain) as memory:
        plan = coach.plan(memory.recall(), SystemCalendar().now().day)
        outputs = Outputs(journal)
        if keep_audio is not None:
            sidecar = Sidecar(
                programme=chosen,
                plan=plan,
                verbosity=coach.lesson.verbosity,
                voice=voice,
                rate_wpm=rate,
            )
            outputs = kept_in(keep_audio, datetime.now(), sidecar, journal)
        _perform(coach, plan, duplex, outputs, quiet, memory=memory)


@app.command(epilog="Example: coach replay session.wav --journal session.jsonl")
def replay(
    audio: Annotated[Path, typer.Argument(help="A recording; of a stereo one the left channel.")],
    sets: Sets = None,
    reps: Reps = None,
    voice: VoiceAsked = None,
    rate: RateAsked = None,
    model: Model = None,
    journal: JournalPath = None,
    render: Render = None,
    quiet: Quiet = False,
    verbosity: Words = None,
    programme: ProgrammeFile = None,
    exercise: ExerciseName = None,
) -> None:
    """Run a session with a recording as the microphone; one that was kept replays exactly."""
    asked = Asked(sets, reps, verbosity, voice, rate, programme, exercise)
    recording, kept = read_session(audio, asked, _complain)
    ears, speaker = load_ears(model), make_voice(kept.voice, kept.rate_wpm)
    coach = _coach(kept.programme, ears, speaker, quiet, kept.verbosity)
    outputs = Outputs(journal, render, (audio, sidecar_path(audio)))
    duplex = WavDuplex(recording, kept.delay, kept.losses)
    plan = kept.plan or coach.plan(History(), TODAY)
    _perform(coach, plan, duplex, outputs, quiet, calibration=kept.calibration)


@app.command(epilog="Example: coach rehearse my_session.yaml --render my_session.wav")
def rehearse(
    file: Annotated[Path, typer.Argument(help="A rehearsal, YAML.")],
    voice: VoiceName = DEFAULT_VOICE,
    rate: Rate = DEFAULT_RATE_WPM,
    model: Model = None,
    journal: JournalPath = None,
    render: Render = None,
    quiet: Quiet = False,
    verbosity: Words = None,
) -> None:
    """Run a session with a simulated user in a simulated room. Exit 1 when it does not end."""
    rehearsal = parse_rehearsal(read_text(file), str(file))
    clips = load_clips(rehearsal, file)
    noise = load_noise(rehearsal.room, file)
    wanted = rehearsal.settings
    own = None if wanted.programme is None else file.parent / wanted.programme
    programme = load_programme(own, wanted.exercise).resized(wanted.sets, wanted.reps)
    ears, speaker = load_ears(model), make_voice(voice, rate)
    coach = _coach(programme, ears, speaker, quiet, verbosity or wanted.verbosity)
    check_said(rehearsal, coach.wordings(), str(file))
    user = User(rehearsal)
    plan = coach.plan(rehearsal.remembered.history(), TODAY)
    room = RoomDuplex(rehearsal, user, clips, noise, coach.reference())
    _perform(coach, plan, room, Outputs(journal, render, (file,)), quiet, user)
    if room.timed_out:
        _complain(f"{file}: the session had not ended after {rehearsal.limit_s:g} s")
        raise typer.Exit(1)


@app.command(epilog="Example: coach demo --to recordings")
def demo(
    to: Annotated[Path, typer.Option(help="Folder of recording and journal.")] = RECORDINGS,
    voice: VoiceName = DEFAULT_VOICE,
    rate: Rate = DEFAULT_RATE_WPM,
    model: Model = None,
    verbosity: Words = None,
) -> None:
    """Show a whole rehearsed session, and keep it as a WAV and a journal."""
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{to}: cannot be made: {error.strerror}") from None
    journal, render = to / "flatback-demo.jsonl", to / "flatback-demo.wav"
    rehearsal = data_folder("audio_fixtures") / "demo.yaml"
    rehearse(rehearsal, voice, rate, model, str(journal), render, verbosity=verbosity)
    typer.echo(f"\nrecording (left the microphone, right the coach): {render}")
    typer.echo(f"journal: {journal}")


def _coach(
    programme: Programme, ears: Ears, speaker: Voice, quiet: bool, verbosity: Verbosity | None
) -> Coach:
    with voice_bar(shown=not quiet) as progress:
        return make_coach(programme, ears, speaker, progress, verbosity or "full")


def _perform(
    coach: Coach,
    plan: Plan,
    duplex: Duplex,
    outputs: Outputs,
    quiet: bool,
    *observers: Observer,
    calibration: Calibration | None = None,
    memory: Memory | None = None,
) -> None:
    if not quiet:
        # A journal on standard output has it for itself.
        observers = (*observers, Screen(Console(stderr=outputs.journal == "-")))
    try:
        perform(coach, plan, duplex, observers, outputs, _complain, calibration, memory)
    except KeyboardInterrupt:
        _complain("interrupted; rest well")
        raise typer.Exit(130) from None

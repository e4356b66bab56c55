"""Rehearse: ``coach replay``, ``rehearse`` and ``demo``, which need no sound card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from coach.app.assembly import make_voice
from coach.app.ears import load_ears
from coach.app.language_files import ENGLISH, data_folder, load_language, read_text
from coach.app.logs import begin_logging
from coach.app.outputs import Outputs
from coach.app.programme_files import load_programme
from coach.app.recordings import ReplayOptions, parts_of, read_session, sidecar_path
from coach.cli.command_group import complain, tell
from coach.cli.options import (
    ExerciseName,
    JournalPath,
    LanguageName,
    LogLevel,
    ModelFolder,
    Picture,
    ProgrammeFile,
    Quiet,
    Rate,
    RateAsked,
    Render,
    Reps,
    Sets,
    SpeakerName,
    VoiceAsked,
    VoiceName,
    Words,
)
from coach.cli.session_display import prepare, show
from coach.devices.files.private_file import make_folder
from coach.devices.recordings.audio_file import read_mixed
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.room_duplex import RoomDuplex, load_clips, load_noise
from coach.devices.sound.sounddevice_speaker import SounddeviceSpeaker
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.dialogue.delivery import Delivery
from coach.display.buttons import RecordedPresses
from coach.simulation.rehearsal import User, check_said, parse_rehearsal
from coach.simulation.remembered import OPENS_AT, TODAY, Remembered
from coach.units import seconds

RECORDINGS = Path("recordings")

rehearsal_app = typer.Typer()


@rehearsal_app.command(epilog="Example: coach replay session.wav --journal session.jsonl")
def replay(
    audio: Annotated[Path, typer.Argument(help="A recording; of a stereo one the left channel.")],
    sets: Sets = None,
    reps: Reps = None,
    voice: VoiceAsked = None,
    rate: RateAsked = None,
    model: ModelFolder = None,
    journal: JournalPath = None,
    render: Render = None,
    picture: Picture = None,
    quiet: Quiet = False,
    verbosity: Words = None,
    programme: ProgrammeFile = None,
    exercise: ExerciseName = None,
    log_level: LogLevel = None,
) -> None:
    """Run a session with a recording as the microphone; one that was kept replays exactly."""
    begin_logging(log_level)
    asked = ReplayOptions(sets, reps, verbosity, voice, rate, programme, exercise)
    recording, kept = read_session(audio, asked, complain)
    ears = replace(load_ears(model, kept.language), awake=kept.is_awake)
    speaker = make_voice(kept.voice, kept.rate_wpm)
    begun = Delivery(kept.gain_db, kept.verbosity, kept.rate_wpm)
    coach = prepare(kept.programme, ears, speaker, kept.verbosity, quiet=quiet).speaking(begun)
    inputs = (audio, sidecar_path(audio), *parts_of(audio, kept))
    outputs = Outputs(journal, render, inputs, picture=picture)
    presses = RecordedPresses(kept.presses)
    devices = kept.delay, kept.losses, kept.device_events, kept.delays
    duplex = WavDuplex(recording, *devices, presses.places)
    plan = kept.plan or coach.plan(Remembered().history(), TODAY)
    pressed, known = presses.take, kept.calibration
    show(coach, plan, duplex, outputs, quiet=quiet, calibration=known, presses=pressed)


@rehearsal_app.command(epilog="Example: coach rehearse my_session.yaml --render my_session.wav")
def rehearse(
    file: Annotated[Path, typer.Argument(help="A rehearsal, YAML.")],
    voice: VoiceName = None,
    rate: Rate = DEFAULT_RATE_WPM,
    model: ModelFolder = None,
    journal: JournalPath = None,
    render: Render = None,
    picture: Picture = None,
    quiet: Quiet = False,
    verbosity: Words = None,
    language: LanguageName = ENGLISH,
    log_level: LogLevel = None,
) -> None:
    """Run a session with a simulated user in a simulated room. Exit 1 when it does not end."""
    begin_logging(log_level)
    pack = load_language(language)
    rehearsal = parse_rehearsal(read_text(file), str(file))
    clips = load_clips(rehearsal, file)
    noise = load_noise(rehearsal.room, file)
    wanted = rehearsal.settings
    own = None if wanted.programme is None else file.parent / wanted.programme
    place = f"{file}: {rehearsal.where('settings', 'exercise')}"
    chosen = load_programme(own, wanted.exercise, asked_by=place, pack=pack)
    programme = chosen.resized(wanted.sets, wanted.reps)
    ears, speaker = load_ears(model, language), make_voice(voice, rate, language)
    coach = prepare(programme, ears, speaker, verbosity or wanted.verbosity, quiet=quiet)
    check_said(rehearsal, coach.wordings(), str(file))
    user = User(rehearsal)
    plan = replace(
        coach.plan(rehearsal.remembered.history(), TODAY), opening=wanted.opening, minute=OPENS_AT
    )
    room = RoomDuplex(rehearsal, user, clips, noise, coach.speech())
    outputs = Outputs(journal, render, (file,), picture=picture)
    show(coach, plan, room, outputs, user, quiet=quiet)
    if room.timed_out:
        complain(f"{file}: the session had not ended after {rehearsal.limit_s:g} s")
        raise typer.Exit(1)


@rehearsal_app.command(epilog="Example: coach demo --to recordings")
def demo(
    to: Annotated[Path, typer.Option(help="Folder of recording and journal.")] = RECORDINGS,
    play: Annotated[
        bool, typer.Option("--play", help="Play the recording when it is complete.")
    ] = False,
    device: SpeakerName = None,
    voice: VoiceName = None,
    rate: Rate = DEFAULT_RATE_WPM,
    model: ModelFolder = None,
    picture: Picture = None,
    verbosity: Words = None,
) -> None:
    """Show a whole rehearsed session, and keep it as a WAV and a journal; nothing is played."""
    speaker = SounddeviceSpeaker(device) if play else None
    make_folder(to)
    journal, render = to / "flatback-demo.jsonl", to / "flatback-demo.wav"
    if speaker is None:
        tell(f"The demo plays nothing: it is recorded in {render}. With --play you hear it.")
    rehearsal = data_folder("audio_fixtures") / "demo.yaml"
    rehearse(rehearsal, voice, rate, model, str(journal), render, picture, verbosity=verbosity)
    typer.echo()
    tell(f"recording (left the microphone, right the coach): {render}")
    tell(f"journal: {journal}")
    if picture is not None:
        tell(f"picture: {picture}")
    if speaker is not None:
        _play(render, speaker)


def _play(recording: Path, speaker: SounddeviceSpeaker) -> None:
    sound = read_mixed(recording)
    minutes, rest = divmod(round(seconds(len(sound))), 60)
    typer.echo(f"playing it, which takes {minutes}:{rest:02d}; Ctrl-C ends it")
    try:
        speaker.play(sound)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None

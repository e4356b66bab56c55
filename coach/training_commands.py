"""Training commands: ``coach run``, through microphone and speaker."""

from __future__ import annotations

from datetime import datetime

import typer

from coach.devices.pyttsx3_synthesiser import DEFAULT_VOICE
from coach.devices.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.sidecar_file import Sidecar
from coach.devices.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system_calendar import SystemCalendar
from coach.history_commands import DEFAULT_PROFILE, Profile
from coach.keeping import kept_in
from coach.logs import Level, begin_logging
from coach.model_commands import Model
from coach.performance import Outputs
from coach.programme_files import load_programme
from coach.session_options import (
    ExerciseName,
    JournalPath,
    KeepAudio,
    LogLevel,
    PrepareOnly,
    ProgrammeFile,
    Quiet,
    Reps,
    Sets,
    Words,
)
from coach.showing import complain, prepare, show
from coach.voice_commands import DeviceName, Rate, VoiceName
from coach.wiring import (
    load_ears,
    make_voice,
    open_memory,
)

training_app = typer.Typer()


@training_app.command(epilog="Example: coach run --sets 2 --reps 8 --journal today.jsonl")
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
    log_level: LogLevel = Level.WARNING,
    prepare_only: PrepareOnly = False,
) -> None:
    """Train: listen to the microphone, speak through the speaker, and keep no sound of it."""
    begin_logging(log_level)
    ears, speaker = load_ears(model), make_voice(voice, rate)
    chosen = load_programme(programme, exercise).resized(sets, reps)
    if prepare_only:
        prepare(chosen, ears, speaker, verbosity, quiet=quiet)
        return
    duplex = SounddeviceDuplex(device)
    coach = prepare(chosen, ears, speaker, verbosity, quiet=quiet)
    with open_memory(profile, chosen.exercises, complain) as memory:
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
        show(coach, plan, duplex, outputs, quiet=quiet, memory=memory)

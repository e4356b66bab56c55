"""Training commands: ``coach run``, through microphone and speaker."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from coach.devices.pyttsx3_synthesiser import DEFAULT_VOICE
from coach.devices.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system_calendar import SystemCalendar
from coach.logs import Level, begin_logging
from coach.performance import Outputs
from coach.plan import Plan
from coach.programme_files import load_programme
from coach.session_options import (
    DEFAULT_PROFILE,
    DeviceName,
    ExerciseName,
    JournalPath,
    KeepAudio,
    LogLevel,
    Model,
    Profile,
    ProgrammeFile,
    Quiet,
    Rate,
    Reps,
    Sets,
    VoiceName,
    Words,
)
from coach.showing import complain, prepare, show
from coach.wiring import (
    Coach,
    load_ears_meanwhile,
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
) -> None:
    """Train: listen to the microphone, speak through the speaker, and keep no sound of it."""
    begin_logging(log_level)
    ears, speaker = load_ears_meanwhile(model), make_voice(voice, rate)
    duplex = SounddeviceDuplex(device)
    chosen = load_programme(programme, exercise).resized(sets, reps)
    coach = prepare(chosen, ears, speaker, verbosity, quiet=quiet)
    with open_memory(profile, chosen.exercises, complain) as memory:
        plan = coach.plan(memory.recall(), SystemCalendar().now().day)
        outputs = Outputs(journal)
        if keep_audio is not None:
            outputs = _kept(keep_audio, coach, plan, (voice, rate), journal)
        show(coach, plan, duplex, outputs, quiet=quiet, memory=memory)


def _kept(
    folder: Path, coach: Coach, plan: Plan, spoken: tuple[str, int], journal: str | None
) -> Outputs:
    """Where the session's sound is kept, with what its replay needs."""
    # ruff: noqa: PLC0415 - few sessions are kept, and the others should begin soon
    from coach.devices.sidecar_file import Sidecar
    from coach.keeping import kept_in

    voice, rate_wpm = spoken
    sidecar = Sidecar(
        programme=coach.lesson.programme,
        plan=plan,
        verbosity=coach.lesson.verbosity,
        voice=voice,
        rate_wpm=rate_wpm,
        listening_since_s=None,
    )
    return kept_in(folder, datetime.now(), sidecar, journal)

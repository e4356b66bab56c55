"""Run: ``coach run``, one session through microphone and speaker, or a service."""

# ruff: noqa: PLC0415 - imported late, so that a plain run starts fast

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import typer

from coach.app.assembly import Coach, make_coach, make_voice, open_memory
from coach.app.ears import load_ears, load_ears_meanwhile
from coach.app.language_files import ENGLISH, load_language
from coach.app.library_lines import log_library_lines
from coach.app.logs import Level, begin_logging
from coach.app.outputs import Outputs
from coach.app.own_programmes import find as find_programme
from coach.app.programme_files import load_programme
from coach.cli.command_group import complain
from coach.cli.options import (
    DEFAULT_PROFILE,
    NOT_SCREENED,
    DeviceName,
    EventsPath,
    ExerciseName,
    JournalPath,
    KeepAudio,
    LanguageName,
    ModelFolder,
    PageAddress,
    Plain,
    PrepareOnly,
    Profile,
    ProgrammeFile,
    Quiet,
    Reps,
    RunLogLevel,
    RunRate,
    ServiceWanted,
    Sets,
    VoiceName,
    WithoutScreening,
    Words,
)
from coach.cli.page_option import pairing_secret
from coach.cli.run_service import serve
from coach.cli.session_display import ENDING, Looks, prepare, show_live
from coach.devices.files import delivery_file
from coach.devices.files.delivery_file import DeliveryFile, PersonalDelivery
from coach.devices.page.address import Address
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.devices.system.signals import ended_by_sigterm
from coach.devices.system.wall_clock import SystemCalendar
from coach.dialogue.verbosity import Verbosity
from coach.errors import VoiceError
from coach.ports import Duplex
from coach.training.history import History
from coach.training.plan import Plan
from coach.training.programme import Programme

_HELP = f"""Train: listen to the microphone, speak through the speaker, and keep no sound of it.

The session goes on when its terminal is closed. {ENDING}"""

training_app = typer.Typer()


@training_app.command(
    help=_HELP, epilog="Example: coach run --sets 2 --reps 8 --journal today.jsonl"
)
def run(
    sets: Sets = None,
    reps: Reps = None,
    voice: VoiceName = None,
    rate: RunRate = None,
    device: DeviceName = None,
    model: ModelFolder = None,
    journal: JournalPath = None,
    quiet: Quiet = False,
    plain: Plain = False,
    verbosity: Words = None,
    language: LanguageName = ENGLISH,
    programme: ProgrammeFile = None,
    exercise: ExerciseName = None,
    profile: Profile = DEFAULT_PROFILE,
    keep_audio: KeepAudio = None,
    skip_screening: WithoutScreening = False,
    page: PageAddress = None,
    service: ServiceWanted = False,
    events: EventsPath = None,
    prepare_only: PrepareOnly = False,
    log_level: RunLogLevel = None,
) -> None:
    """Train, or with ``service`` hold session after session; ``_HELP`` is what a person reads."""
    _begin_log(log_level, service, journal, keep_audio, events)
    chosen = _chosen(programme, exercise, profile, language).resized(sets, reps)
    told, screens = _told(profile, device, verbosity, rate, voice), not skip_screening
    (named, speaker), looks = _speaker(told, language), _looks(quiet, plain)
    with ended_by_sigterm():
        if prepare_only:
            prepare(chosen, load_ears(model, language), speaker, told.now.verbosity, quiet=quiet)
        elif service:
            make = partial(make_coach, chosen, load_ears(model, language), speaker)
            serve(make, device, profile, Outputs(journal), told, page, events, screens=screens)
        else:
            ears, duplex = load_ears_meanwhile(model, language), SounddeviceDuplex(device)
            coach = prepare(chosen, ears, speaker, None, quiet=quiet).speaking(told.now)
            kept = partial(_outputs, keep_audio, journal, (named, told.now.rate_wpm), coach)
            _train(coach, duplex, profile, kept, looks, page, told, screens=screens)


def _train(
    coach: Coach,
    duplex: Duplex,
    profile: str,
    kept: Callable[[Plan], Outputs],
    looks: Looks,
    page: Address | None,
    told: PersonalDelivery,
    *,
    screens: bool,
) -> None:
    """Hold one session."""
    with open_memory(profile, coach.lesson.programme.exercises, complain) as memory:
        plan = _plan(coach, memory.recall(), pairing_secret(page), screens=screens)
        show_live(coach, plan, duplex, kept(plan), memory, looks, page, told)


def _chosen(programme: Path | None, exercise: str | None, profile: str, language: str) -> Programme:
    """What to train; ``programme`` is a file, or the name of one that was added for ``profile``."""
    found = find_programme(programme, profile)
    return load_programme(found, exercise, pack=load_language(language))


def _told(
    profile: str,
    device: str | None,
    verbosity: Verbosity | None,
    rate_wpm: int | None,
    voice: str | None,
) -> PersonalDelivery:
    """How the person has asked the coach to speak, aloud, on a page or by the options."""
    file = DeliveryFile(delivery_file.default_path(), complain)
    return PersonalDelivery(file, profile, device or "", verbosity, rate_wpm, voice)


def _speaker(told: PersonalDelivery, language: str) -> tuple[str | None, RenderedVoice]:
    """The name of the voice, None for the usual one, and the voice. One that the person chose once
    may be gone; one that the command line names has to be there. Raises VoiceError."""
    name, rate_wpm = told.voice, told.now.rate_wpm
    try:
        return name, make_voice(name, rate_wpm, language)
    except VoiceError as error:
        if name is None or told.asked_voice is not None:
            raise
        complain(f"{error}; until then the coach speaks in its usual voice")
        return None, make_voice(None, rate_wpm, language)


def _begin_log(
    level: Level | None,
    service: bool,
    journal: str | None,
    keep_audio: Path | None,
    events: Path | None,
) -> None:
    """Begin the log, unless the options contradict each other."""
    _refuse_what_is_of_one_session(service, journal, keep_audio)
    if events is not None and not service:
        raise typer.BadParameter("--events tells of a service: write --service, too")
    if service:
        log_library_lines()
    begin_logging(level or (Level.INFO if service else None))


def _plan(coach: Coach, history: History, secret: str, *, screens: bool) -> Plan:
    now = SystemCalendar().now()
    plan = coach.plan(history, now.day)
    if plan.screens and not screens:
        complain(NOT_SCREENED)
    screens &= plan.screens
    return replace(plan, minute=now.minute, screens=screens, pairing_secret=secret)


def _looks(quiet: bool, plain: bool) -> Looks:
    return "nothing" if quiet else "lines" if plain else "view"


def _outputs(
    folder: Path | None,
    journal: str | None,
    spoken: tuple[str | None, int],
    coach: Coach,
    plan: Plan,
) -> Outputs:
    """Where the session is written: its sound, if it is kept, with all that its replay needs."""
    if folder is None:
        return Outputs(journal)
    from coach.app.recordings import outputs_in
    from coach.devices.recordings.sidecar_file import Sidecar

    voice, rate_wpm = spoken
    sidecar = Sidecar(
        programme=coach.lesson.programme,
        plan=plan,
        verbosity=coach.lesson.verbosity,
        gain_db=coach.lesson.gain_db,
        voice=voice or coach.ears.pack.language.voice,
        rate_wpm=rate_wpm,
        language=coach.ears.pack.name,
        listening_since_s=None,
    )
    return outputs_in(folder, datetime.now(), sidecar, journal)


def _refuse_what_is_of_one_session(
    service: bool,
    journal: str | None,
    keep_audio: Path | None,
) -> None:
    if service and journal not in (None, "-"):
        raise typer.BadParameter(
            f"{journal} would hold the last session of the service only: "
            "leave out --journal, or write - for standard output"
        )
    if service and keep_audio is not None:
        raise typer.BadParameter(
            "a service hears all that is said in the room, all day: leave out --keep-audio"
        )

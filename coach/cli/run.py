"""Run: ``coach run``, one session through microphone and speaker, or a service."""

# ruff: noqa: PLC0415 - imported late, so that a plain run starts fast

from __future__ import annotations

import logging
import os
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
from coach.app.programme_files import load_programme
from coach.cli.command_group import complain
from coach.cli.options import (
    DEFAULT_PROFILE,
    DeviceName,
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
from coach.cli.page_option import opened_page, page_of_service
from coach.cli.session_display import ENDING, Looks, prepare, show_live
from coach.devices.files import delivery_file
from coach.devices.files.delivery_file import DeliveryFile, PersonalDelivery
from coach.devices.page.address import Address
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system.boot import BootNote, default_path
from coach.devices.system.signals import ended_by_sigterm
from coach.devices.system.wall_clock import SystemCalendar
from coach.dialogue.verbosity import Verbosity
from coach.messages.events import Event, SpeechBegan
from coach.training.history import History
from coach.training.plan import Plan

_HELP = f"""Train: listen to the microphone, speak through the speaker, and keep no sound of it.

The session goes on when its terminal is closed. {ENDING}"""

_NOT_SCREENED = (
    "--skip-screening: the questions about your health are not asked: "
    "the README says who should ask a doctor first"
)

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
    prepare_only: PrepareOnly = False,
    log_level: RunLogLevel = None,
) -> None:
    """Train, or with ``service`` hold session after session; ``_HELP`` is what a person reads."""
    _begin_log(log_level, service, journal, keep_audio)
    chosen = load_programme(programme, exercise, pack=load_language(language)).resized(sets, reps)
    told, screens = _told(profile, device, verbosity, rate), not skip_screening
    speaker, looks = make_voice(voice, told.now.rate_wpm, language), _looks(quiet, plain)
    with ended_by_sigterm():
        if prepare_only:
            prepare(chosen, load_ears(model, language), speaker, told.now.verbosity, quiet=quiet)
        elif service:
            make = partial(make_coach, chosen, load_ears(model, language), speaker)
            _serve(make, device, profile, Outputs(journal), told, page, screens=screens)
        else:
            ears, duplex = load_ears_meanwhile(model, language), SounddeviceDuplex(device)
            coach = prepare(chosen, ears, speaker, None, quiet=quiet).speaking(told.now)
            with open_memory(profile, chosen.exercises, complain) as memory:
                plan = _plan(coach, memory.recall(), screens=screens)
                outputs = _outputs(keep_audio, coach, plan, (voice, told.now.rate_wpm), journal)
                show_live(coach, plan, duplex, outputs, memory, looks, page, told, own_voice=voice)


def _told(
    profile: str, device: str | None, verbosity: Verbosity | None, rate_wpm: int | None
) -> PersonalDelivery:
    """How the person has asked the coach to speak, aloud or by the options."""
    file = DeliveryFile(delivery_file.default_path(), complain)
    return PersonalDelivery(file, profile, device or "", verbosity, rate_wpm)


def _begin_log(
    level: Level | None,
    service: bool,
    journal: str | None,
    keep_audio: Path | None,
) -> None:
    """Begin the log, unless the options contradict each other."""
    _refuse_what_is_of_one_session(service, journal, keep_audio)
    if service:
        log_library_lines()
    begin_logging(level or (Level.INFO if service else None))


def _plan(coach: Coach, history: History, *, screens: bool) -> Plan:
    now = SystemCalendar().now()
    plan = coach.plan(history, now.day)
    if plan.screens and not screens:
        complain(_NOT_SCREENED)
    return replace(plan, minute=now.minute, screens=plan.screens and screens)


def _looks(quiet: bool, plain: bool) -> Looks:
    return "nothing" if quiet else "lines" if plain else "view"


def _outputs(
    folder: Path | None,
    coach: Coach,
    plan: Plan,
    spoken: tuple[str | None, int],
    journal: str | None,
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


def _serve(
    make: Callable[[Callable[[int, int], None]], Coach],
    device: str | None,
    profile: str,
    outputs: Outputs,
    told: PersonalDelivery,
    page: Address | None,
    *,
    screens: bool,
) -> None:
    """Hold sessions until a signal comes; ``make`` makes the coach, and reports its progress."""
    from coach.app.service import Service
    from coach.devices.sound.silent_microphone import SelfGating
    from coach.devices.system.systemd_notifier import SystemdNotifier

    warn, notifier = logging.getLogger("coach.service").warning, SystemdNotifier()
    if not screens:
        warn(_NOT_SCREENED)
    coach, greeted = make(notifier.preparing), BootNote(default_path())
    duplexes = partial(SounddeviceDuplex, device, patient=True, gating=SelfGating())
    try:
        with (
            opened_page(page_of_service(page), coach) as shown,
            open_memory(profile, coach.lesson.programme.exercises, warn) as memory,
        ):
            Service(
                *(coach, duplexes, SystemCalendar(), memory, notifier, warn),
                outputs=outputs,
                observers=[partial(_note_greeting, greeted), *shown.observers, told],
                meters=shown.meters,
                presses=shown.presses,
                screens=screens,
                delivery=lambda: told.now,
                greets=_greets(greeted),
            ).run()
    except KeyboardInterrupt:
        complain("interrupted; rest well")
        raise typer.Exit(130) from None
    finally:
        notifier.close()


def _greets(greeted: BootNote) -> bool:
    """A service that systemd has to start again should not speak up in the middle of the night."""
    return "NOTIFY_SOCKET" not in os.environ or not greeted.is_made


def _note_greeting(note: BootNote, event: Event) -> None:
    if isinstance(event, SpeechBegan) and event.prompt == "greeting":
        note.make()

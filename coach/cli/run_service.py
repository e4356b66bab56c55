"""Run service: ``coach run --service``, session after session, until a signal comes."""

# ruff: noqa: PLC0415 - imported late, so that a plain run starts fast

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from coach.app.assembly import Coach, open_memory
from coach.app.outputs import Outputs
from coach.cli.command_group import complain
from coach.cli.options import NOT_SCREENED
from coach.cli.page_option import OpenPage, opened_page, page_of_service, pairing_secret
from coach.devices.files.delivery_file import PersonalDelivery
from coach.devices.page.address import Address
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system.boot import BootNote, default_path
from coach.devices.system.wall_clock import SystemCalendar
from coach.messages.events import Event, SpeechBegan
from coach.training.history import Memory

if TYPE_CHECKING:
    from coach.app.service import Service
    from coach.app.supervision import Notifier
    from coach.cli.events_option import OpenEvents


def serve(
    make: Callable[[Callable[[int, int], None]], Coach],
    device: str | None,
    profile: str,
    outputs: Outputs,
    told: PersonalDelivery,
    address: Address | None,
    events: Path | None,
    *,
    screens: bool,
) -> None:
    """Hold sessions until a signal comes; ``make`` makes the coach, and reports its progress."""
    from coach.cli.events_option import opened_events
    from coach.devices.system.systemd_notifier import SystemdNotifier

    warn, notifier = logging.getLogger("coach.service").warning, SystemdNotifier()
    if not screens:
        warn(NOT_SCREENED)
    coach = make(notifier.preparing)
    try:
        with (
            opened_page(page_of_service(address), coach, told) as page,
            opened_events(events, coach) as others,
            open_memory(profile, coach.lesson.programme.exercises, warn) as memory,
        ):
            service = partial(_make_service, coach, memory, notifier, page, others)
            service(device, outputs, told, screens=screens).run()
    except KeyboardInterrupt:
        complain("interrupted; rest well")
        raise typer.Exit(130) from None
    finally:
        notifier.close()


def _make_service(
    coach: Coach,
    memory: Memory,
    notifier: Notifier,
    page: OpenPage,
    others: OpenEvents,
    device: str | None,
    outputs: Outputs,
    told: PersonalDelivery,
    *,
    screens: bool,
) -> Service:
    from coach.app.service import Service
    from coach.cli.events_option import WatchedNotifier, first_of
    from coach.devices.sound.silent_microphone import SelfGating

    greeted = BootNote(default_path())
    note = partial(_note_greeting, greeted)
    duplexes = partial(SounddeviceDuplex, device, patient=True, gating=SelfGating())
    return Service(
        *(coach, duplexes, SystemCalendar(), memory),
        *(WatchedNotifier(notifier, others.look), logging.getLogger("coach.service").warning),
        outputs=outputs,
        observers=[note, told, *page.observers, *others.observers],
        meters=page.meters,
        presses=first_of(page.presses, others.presses),
        screens=screens,
        delivery=lambda: told.now,
        secret=partial(pairing_secret, page.url),
        greets=_greets(greeted),
        remembered=others.remembered,
    )


def _greets(greeted: BootNote) -> bool:
    """A service that systemd has to start again should not speak up in the middle of the night."""
    return "NOTIFY_SOCKET" not in os.environ or not greeted.is_made


def _note_greeting(note: BootNote, event: Event) -> None:
    if isinstance(event, SpeechBegan) and event.prompt == "greeting":
        note.make()

"""Page option: the page of a session in a browser, as ``coach run --page`` serves it."""

# ruff: noqa: PLC0415 - what serves the page is imported only where one is wanted

from __future__ import annotations

import importlib.util
import logging
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from coach.devices.page.address import Address, listen, parse_address, url
from coach.devices.page.invitation import invite
from coach.devices.system.passed_socket import passed_socket
from coach.errors import PageError, VoiceError

if TYPE_CHECKING:
    from coach.app.assembly import Coach
    from coach.app.outputs import Meter
    from coach.app.run_session import TakePress
    from coach.devices.files.delivery_file import PersonalDelivery
    from coach.engine import Observer

_LOGGER = logging.getLogger("coach.page")

INSTALL = "run scripts/setup --page in the project's folder"

SOCKET_NAME = "page"
"""What scripts/flatback-page.socket calls its socket."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """What shows a session on a page and takes what is pressed there, and its place; nothing where
    there is none."""

    observers: tuple[Observer, ...] = ()
    meters: tuple[Meter, ...] = ()
    presses: TakePress = lambda _now: None
    url: str = ""
    invite: Callable[[], str] = lambda: ""
    """Returns its place with a new code that pairs a device. Raises PageError."""


def pairing_secret(page: object) -> str:
    """What nobody can guess, for the codes that one session says; empty where there is no page."""
    return secrets.token_hex(16) if page else ""


def page_address(text: str) -> Address:
    """Where the page is to be served. Raises PageError, also when what serves it is missing."""
    _refuse_without_server()
    return parse_address(text)


def page_of_service(asked: Address | None) -> Address | socket.socket | None:
    """Where a service shows its page: on the socket that systemd passed, else where it was asked
    to. Raises PageError when both are there, or what serves the page is missing."""
    passed = passed_socket(SOCKET_NAME)
    if passed is None:
        return asked
    if asked is not None:
        passed.close()
        raise PageError(
            "systemd listens for the page already, at the address of flatback-page.socket: "
            "leave out --page"
        )
    _refuse_without_server()
    return passed


def _refuse_without_server() -> None:
    if not all(map(importlib.util.find_spec, ("starlette", "uvicorn", "segno"))):
        raise PageError(
            f"a page needs Starlette, uvicorn and segno, which are not all installed: {INSTALL}"
        )


def _voices() -> dict[str, str | None]:
    """The voices that a page offers, by the word for each."""
    from coach.app.assembly import NATURAL
    from coach.devices.speech.piper_synthesiser import natural_model

    try:
        natural_model()
    except VoiceError:
        return {"usual": None}
    return {"usual": None, "natural": NATURAL}


@contextmanager
def opened_page(
    place: Address | socket.socket | None, coach: Coach, told: PersonalDelivery
) -> Iterator[OpenPage]:
    """Serve the page of the sessions of ``coach`` at an address or on a socket that listens, which
    is closed then; None: at none. ``told`` keeps the voice chosen there. Raises PageError."""
    if place is None:
        yield OpenPage()
        return
    from coach.devices.page.document import document
    from coach.devices.page.live_stream import LiveStream
    from coach.devices.page.page_server import PageServer
    from coach.devices.page.pairings import Pairings, default_path
    from coach.devices.page.remote import Remote
    from coach.devices.page.said_codes import SaidCodes
    from coach.devices.page.voices import Voices
    from coach.display.buttons import START, Buttons
    from coach.display.page_feed import PageFeed

    listening = listen(place) if isinstance(place, Address) else place
    names = place.names if isinstance(place, Address) else frozenset()
    feed, pack = PageFeed(coach.view), coach.ears.pack
    exercises = {name: each.name for name, each in coach.lesson.programme.exercises.items()}
    page = document(pack.page.of_session(), pack.name)
    buttons = Buttons(
        coach.lesson.grammar,
        seconds_now=time.monotonic,
        counts=lambda name: name != START or feed.moment.seen.state == "waiting",
    )
    pairings = Pairings(default_path())
    remote = Remote(pairings, buttons.press, Voices(told, _voices()))
    live = LiveStream(lambda: feed.moment, exercises)
    server = PageServer(listening, page, live, remote.routes(), names)
    where = url(listening)
    server.begin()
    _LOGGER.info("the page: %s", where)
    try:
        observers, inviting = (feed, SaidCodes(pairings)), partial(invite, where, pairings)
        yield OpenPage(observers, (feed.add,), buttons.take, where, inviting)
    finally:
        server.end()

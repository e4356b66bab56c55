"""Page option: the page of a session in a browser, as ``coach run --page`` serves it."""

# ruff: noqa: PLC0415 - what serves the page is imported only where one is wanted

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.devices.page.address import Address, listen, parse_address, url
from coach.errors import PageError

if TYPE_CHECKING:
    from coach.app.assembly import Coach
    from coach.app.outputs import Meter
    from coach.app.run_session import TakePress
    from coach.engine import Observer

_LOGGER = logging.getLogger("coach.page")

INSTALL = "run scripts/setup --page in the project's folder"


@dataclass(frozen=True, slots=True)
class OpenPage:
    """What shows a session on a page and takes what is pressed there, and its place; nothing where
    there is none."""

    observers: tuple[Observer, ...] = ()
    meters: tuple[Meter, ...] = ()
    presses: TakePress = lambda _now: None
    url: str = ""


def page_address(text: str) -> Address:
    """Where the page is to be served. Raises PageError, also when what serves it is missing."""
    if not all(map(importlib.util.find_spec, ("starlette", "uvicorn"))):
        raise PageError(f"a page needs Starlette and uvicorn, which are not installed: {INSTALL}")
    return parse_address(text)


@contextmanager
def opened_page(address: Address | None, coach: Coach) -> Iterator[OpenPage]:
    """Serve the page of the sessions of ``coach``, if there is an address. Raises PageError."""
    if address is None:
        yield OpenPage()
        return
    from coach.devices.page.document import document
    from coach.devices.page.live_stream import LiveStream
    from coach.devices.page.page_server import PageServer
    from coach.devices.page.pairings import Pairings, default_path
    from coach.devices.page.remote import Remote
    from coach.display.buttons import START, Buttons
    from coach.display.page_feed import PageFeed

    listening = listen(address)
    feed, pack = PageFeed(coach.view), coach.ears.pack
    exercises = {name: each.name for name, each in coach.lesson.programme.exercises.items()}
    page = document(pack.page.of_session(), pack.name)
    buttons = Buttons(
        coach.lesson.grammar,
        seconds_now=time.monotonic,
        counts=lambda name: name != START or feed.moment.seen.state == "waiting",
    )
    remote = Remote(Pairings(default_path()), buttons.press)
    live = LiveStream(lambda: feed.moment, exercises)
    server = PageServer(listening, page, live, remote.routes(), address.names)
    where = url(listening)
    server.begin()
    _LOGGER.info("the page: %s", where)
    try:
        yield OpenPage((feed,), (feed.add,), buttons.take, where)
    finally:
        server.end()

"""A page that is served on this computer, of a session that the test tells."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from coach.app.language_files import load_grammar, load_language
from coach.devices.files.delivery_file import DeliveryFile, PersonalDelivery
from coach.devices.page.address import listen, parse_address, url
from coach.devices.page.document import document
from coach.devices.page.live_stream import LiveStream
from coach.devices.page.page_server import PageServer
from coach.devices.page.pairings import Pairings
from coach.devices.page.remote import Remote
from coach.devices.page.voices import Voices
from coach.display.buttons import Buttons
from coach.display.page_feed import PageFeed
from coach.messages.facts import StateChanged
from tests.devices.page.chromium import CHROMIUM
from tests.display.test_view_model import view

EXERCISES = {"straight_leg_lift": "straight leg lift"}


@dataclass
class Served:
    """A feed, and where its page is."""

    feed: PageFeed
    server: PageServer
    pairings: Pairings
    buttons: Buttons
    told: PersonalDelivery
    url: str
    port: int


def serve(folder: Path, port: int = 0) -> Served:
    """Serve a session that has just opened; who is paired is kept in ``folder``."""
    return serve_on(listen(parse_address(f"127.0.0.1:{port}")), folder)


def serve_on(listening: socket.socket, folder: Path) -> Served:
    """The same on a socket that listens."""
    feed = PageFeed(view)
    feed(StateChanged(0, None, "waiting", None))
    page, names = document(load_language().page.of_session(), "en"), frozenset({"mat.lan"})
    pairings, buttons = Pairings(folder / "page.json"), Buttons(load_grammar())
    told = PersonalDelivery(DeliveryFile(folder / "delivery.json", pytest.fail), "Anna", "")
    remote = Remote(pairings, buttons.press, Voices(told, {"usual": None, "natural": "natural"}))
    live = LiveStream(lambda: feed.moment, EXERCISES)
    server = PageServer(listening, page, live, remote.routes(), names)
    where = url(listening)
    server.begin()
    return Served(
        feed, server, pairings, buttons, told, where, int(where.rstrip("/").rpartition(":")[2])
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    it = serve(tmp_path)
    yield it
    it.server.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """For a module, so that the browser is closed before other tests use asyncio."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a second, where it is used

    with sync_playwright() as playwright:
        # Without its sandbox, which root may not use; it opens nothing but the page.
        options = ["--no-sandbox", "--disable-gpu"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()

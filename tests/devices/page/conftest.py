"""A page that is served on this computer, of a session that the test tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from coach.app.language_files import load_language
from coach.devices.page.address import listen, parse_address, url
from coach.devices.page.document import document
from coach.devices.page.page_server import PageServer
from coach.display.page_feed import PageFeed
from coach.messages.facts import StateChanged
from tests.display.test_view_model import view

EXERCISES = {"straight_leg_lift": "straight leg lift"}


@dataclass
class Served:
    """A feed, and where its page is."""

    feed: PageFeed
    server: PageServer
    url: str
    port: int


def serve(port: int = 0) -> Served:
    """Serve a session that has just opened."""
    feed = PageFeed(view)
    feed(StateChanged(0, None, "waiting", None))
    listening = listen(parse_address(f"127.0.0.1:{port}"))
    page, names = document(load_language().page, "en"), frozenset({"mat.lan"})
    server = PageServer(listening, page, lambda: feed.moment, EXERCISES, names)
    where = url(listening)
    server.begin()
    return Served(feed, server, where, int(where.rstrip("/").rpartition(":")[2]))


@pytest.fixture
def served() -> Iterator[Served]:
    it = serve()
    yield it
    it.server.end()

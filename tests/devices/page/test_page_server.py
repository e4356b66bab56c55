"""Page server: who may ask, what is answered, and what strangers cannot do to it."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import pytest

from coach.devices.page.address import Address, listen, parse_address, url
from coach.devices.page.guard import is_of_another_site, is_own_host
from coach.devices.page.page_server import MOST_OF_ONE
from coach.errors import PageError
from coach.messages.events import SpeechBegan
from tests.devices.page.conftest import Served

pytestmark = pytest.mark.filterwarnings("default")


def ask(
    served: Served, path: str = "/", method: str = "GET", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=5)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    return connection.getresponse()


def connected(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=30)


# Addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8750", Address("127.0.0.1", 8750)),
        ("0.0.0.0", Address("0.0.0.0", 8750)),  # noqa: S104
        ("9000", Address("127.0.0.1", 9000)),
        (":9000", Address("127.0.0.1", 9000)),
        ("[::1]:9000", Address("::1", 9000)),
        ("[::]", Address("::", 8750)),
        ("mat.lan:80", Address("mat.lan", 80)),
    ],
)
def test_an_address_is_understood(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["::1", "a:b", "1.2.3.4:99999", "http://a", "[::1", "1:2:3"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(PageError, match=r"is no address: write it as in 127\.0\.0\.1:8750"):
        parse_address(text)


def test_a_port_that_is_taken_is_told(served: Served) -> None:
    with pytest.raises(PageError, match="in use; choose another port"):
        listen(Address("127.0.0.1", served.port))


def test_the_page_of_all_addresses_is_found_at_one() -> None:
    with listen(Address("0.0.0.0", 0)) as listening:  # noqa: S104
        assert re.fullmatch(r"http://[\d.]+:\d+/", url(listening))


# Who may ask


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8750", True),
        ("192.168.1.7", True),
        ("[::1]:8750", True),
        ("[fe80::1]", True),
        ("localhost", True),
        ("LOCALHOST:80", True),
        ("coach.local", True),
        ("coach.local.:8750", True),
        ("mat.lan", True),
        ("", False),
        ("stranger.example", False),
        ("127.0.0.1.stranger.example", False),
        ("stranger.example:8750", False),
        ("local", False),
        ("xlocalhost", False),
        ("[stranger.example]", False),
        ("[::1]x", False),
        ("::1", False),
    ],
)
def test_a_request_asks_for_this_computer(host: str, own: bool) -> None:
    assert is_own_host(host, frozenset({"mat.lan"})) == own


@pytest.mark.parametrize(
    ("headers", "another"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": "http://10.0.0.1:8750", "host": "10.0.0.1:8750"}, False),
        ({"origin": "http://10.0.0.1:9000", "host": "10.0.0.1:8750"}, True),
        ({"origin": "null", "host": "10.0.0.1:8750"}, True),
    ],
)
def test_another_site_is_told_from_the_page_itself(
    headers: Mapping[str, str], another: bool
) -> None:
    assert is_of_another_site(headers) == another


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/", "GET", {}, 200),
        ("/", "HEAD", {}, 200),
        ("/", "GET", {"Host": "stranger.example"}, 403),
        ("/live", "GET", {"Host": "stranger.example"}, 403),
        ("/live", "GET", {"Origin": "http://stranger.example"}, 403),
        ("/live", "GET", {"Origin": "null"}, 403),
        ("/live", "GET", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("/live", "HEAD", {}, 200),
        ("/", "POST", {}, 405),
        ("/live", "DELETE", {}, 405),
        ("/page.html", "GET", {}, 404),
        ("/../../../etc/passwd", "GET", {}, 404),
        ("/%2e%2e/%2e%2e/etc/passwd", "GET", {}, 404),
    ],
)
def test_what_is_asked_is_answered_or_refused(
    served: Served, path: str, method: str, headers: dict[str, str], status: int
) -> None:
    answer = ask(served, path, method, **headers)
    assert answer.status == status
    given = {name.lower(): value for name, value in answer.getheaders()}
    assert given["cache-control"] == "no-store"
    assert given["referrer-policy"] == "no-referrer"
    assert given["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in given["content-security-policy"]
    assert not {name for name in given if name.startswith("access-control") or name == "server"}


# The page and its stream


def test_the_page_names_no_other_place_and_is_what_old_televisions_know(served: Served) -> None:
    page = ask(served).read().decode()
    assert re.findall(r"https?://", page) == []
    assert re.findall(r"\?\.|\?\?|:has\(|\.{3}|clamp\(|\bgap:|@[A-Z]+@", page) == []
    assert "'unsafe" not in ask(served).getheader("content-security-policy", "")


def events(answer: http.client.HTTPResponse, count: int) -> list[tuple[str, Any]]:
    """The next events of the stream."""
    found: list[tuple[str, Any]] = []
    while len(found) < count:
        name = answer.readline().decode()
        if name.startswith("event: "):
            data = answer.readline().decode().removeprefix("data: ")
            found.append((name[len("event: ") :].strip(), json.loads(data)))
    return found


def test_a_page_gets_a_snapshot_and_then_changes(served: Served) -> None:
    answer = ask(served, "/live")
    assert answer.getheader("content-type") == "text/event-stream; charset=utf-8"
    ((name, first),) = events(answer, 1)
    assert (name, first["state"], first["live"], first["lines"]) == (
        "snapshot",
        "waiting",
        True,
        [],
    )
    served.feed(SpeechBegan("lift", "Lift.\n\ndata: <b>", 16000))
    ((name, change),) = events(answer, 1)
    assert (name, change["sign"]) == ("change", "Lift")
    assert change["lines"][0]["text"] == "Lift.\n\ndata: <b>"


def test_the_end_is_told_and_takes_less_than_two_seconds(served: Served) -> None:
    """Although pages look on, of which one takes nothing, and somebody asks for nothing."""
    streams = [ask(served, "/live") for _ in range(3)]
    for stream in streams:
        events(stream, 1)
    silent, stalled = connected(served), connected(served)
    stalled.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    began = monotonic()
    served.server.end()
    assert monotonic() - began < 2
    for stream in streams:
        assert stream.read().endswith(b"event: over\ndata: {}\n\n")
    with pytest.raises(OSError):  # noqa: PT011 - refused, or reset
        connected(served)
    silent.close()
    stalled.close()


# What strangers cannot do


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: stranger.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\nless",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: upgrade\r\n\r\n",
    ],
    ids=["large header", "no host", "two hosts", "TLS", "lie", "negative", "websocket"],
)
def test_nonsense_disturbs_nobody(
    served: Served, nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    steady = ask(served, "/live")
    events(steady, 1)
    with connected(served) as stranger:
        threading.Thread(target=_send_anyway, args=(stranger, nonsense)).start()
        _read_some(stranger)
        served.feed(SpeechBegan("lift", "Lift.", 16000))
        assert events(steady, 1)[0][1]["sign"] == "Lift"
    assert ask(served).status == 200
    assert caplog.messages == []


def _send_anyway(stranger: socket.socket, nonsense: bytes) -> None:
    with suppress(OSError):  # the other side has heard enough
        stranger.sendall(nonsense)


def _read_some(stranger: socket.socket) -> None:
    with suppress(OSError):  # reset
        stranger.recv(100)


def test_one_address_has_only_so_many_connections(served: Served) -> None:
    """The others are closed; who looks on already goes on."""
    steady = ask(served, "/live")
    events(steady, 1)
    others = [connected(served) for _ in range(3 * MOST_OF_ONE)]
    closed = [_is_closed(other) for other in others[MOST_OF_ONE:]]
    assert all(closed)
    served.feed(SpeechBegan("lift", "Lift.", 16000))
    told = next(each for name, each in iter(lambda: events(steady, 1)[0], None) if name != "beat")
    assert told["sign"] == "Lift"
    for other in others:
        other.close()


def _is_closed(other: socket.socket) -> bool:
    try:
        return other.recv(1) == b""
    except ConnectionError:
        return True

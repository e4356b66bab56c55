"""Remote: who may press a button, and what is refused."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from coach.devices.files.delivery_file import DeliveryFile, PersonalDelivery
from coach.devices.page.pairings import CODE_SECONDS, Pairings
from coach.devices.page.remote import is_of_the_page
from coach.devices.page.said_codes import SaidCodes
from coach.devices.page.voices import Voices
from coach.display.buttons import BUTTONS
from coach.errors import PageError
from coach.hearing.grammar import Grammar
from coach.messages.facts import PairingOffered, StateChanged
from tests.devices.page.conftest import Served

pytestmark = pytest.mark.filterwarnings("default")

JSON = {"Content-Type": "application/json"}


def send(
    served: Served,
    path: str,
    content: object,
    headers: Mapping[str, str | None] | None = None,
    method: str = "POST",
) -> http.client.HTTPResponse:
    """What the page would send, with other headers; one that is None is left out."""
    own = {"Origin": f"http://127.0.0.1:{served.port}", **JSON}
    named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
    given = {name: value for name, value in {**own, **named}.items() if value is not None}
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    connection.request(method, path, body, given)
    return connection.getresponse()


def pair(served: Served) -> str:
    """The cookie of a device that is now paired."""
    answer = send(served, "/pair", {"code": served.pairings.offer()})
    assert answer.status == 200
    cookie, *attributes = answer.getheader("set-cookie", "").split("; ")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes)
    return cookie


def is_paired(served: Served, cookie: str) -> Any:
    answer = send(served, "/paired", b"", {"Cookie": cookie}, "GET")
    return json.loads(answer.read())["paired"]


# Buttons


@pytest.mark.parametrize("name", BUTTONS)
def test_a_paired_device_presses_a_button(served: Served, name: str, grammar: Grammar) -> None:
    answer = send(served, "/press", {"button": name}, {"Cookie": pair(served)})
    assert answer.status == 200
    pressed = served.buttons.take(0)
    assert pressed is not None
    assert grammar.intent_of(pressed.text) == pressed.intent == BUTTONS[name]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ({"button": "pause"}, {"Cookie": None}, 403),
        ({"button": "pause"}, {"Cookie": "flatback=somebody"}, 403),
        ({"button": "pause"}, {"Host": "stranger.example"}, 403),
        ({"button": "pause"}, {"Origin": "http://stranger.example"}, 403),
        ({"button": "pause"}, {"Origin": "null"}, 403),
        ({"button": "pause"}, {"Origin": None}, 403),
        ({"button": "pause"}, {"Sec_Fetch_Site": "cross-site"}, 403),
        ({"button": "pause"}, {"Sec_Fetch_Site": "same-site"}, 403),
        ({"button": "pause"}, {"Content_Type": "text/plain"}, 415),
        ({"button": "pause"}, {"Content_Type": None}, 415),
        ({"button": "pain"}, {}, 400),
        ({"button": "ready"}, {}, 400),
        ({"button": 1}, {}, 400),
        (["pause"], {}, 400),
        (b"{", {}, 400),
        (b"\xff", {}, 400),
        (b"[" * 1000, {}, 400),
        (b'{"button": "pause"' + b" " * 2000 + b"}", {}, 413),
    ],
)
def test_everything_else_presses_nothing(
    served: Served, content: object, headers: Mapping[str, str | None], status: int
) -> None:
    answer = send(served, "/press", content, {"Cookie": pair(served), **headers})
    assert answer.status == status
    assert served.buttons.take(0) is None


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}, False),
        ({"origin": "http://a:1", "host": "a:1"}, True),
        ({"origin": "http://a:1", "host": "a:2"}, False),
        ({"origin": "null", "host": "null"}, False),
    ],
)
def test_the_page_itself_is_told_from_others(headers: Mapping[str, str], own: bool) -> None:
    assert is_of_the_page(headers) == own


# Pairing


def test_a_code_counts_once(served: Served) -> None:
    code = served.pairings.offer()
    assert send(served, "/pair", {"code": code}).status == 200
    assert send(served, "/pair", {"code": code}).status == 403


def test_after_a_wrong_code_the_next_one_has_to_wait(served: Served) -> None:
    """Even the right one; whoever asks from elsewhere does not."""
    code = served.pairings.offer()
    assert send(served, "/pair", {"code": "000"}).status == 403
    assert send(served, "/pair", {"code": "000000"}).status == 403
    refused = send(served, "/pair", {"code": code})
    assert (refused.status, refused.getheader("retry-after")) == (429, "1")
    assert is_paired(served, "flatback=") is False
    assert served.pairings.redeem(code) is not None


def test_a_pairing_lasts_until_it_is_taken_back(served: Served) -> None:
    cookie, other = pair(served), pair(served)
    assert (is_paired(served, cookie), is_paired(served, other)) == (True, True)
    assert is_paired(served, "flatback=x") is False
    assert len(served.pairings.days()) == 2
    assert served.pairings.forget() == 2
    assert (is_paired(served, cookie), is_paired(served, other)) == (False, False)


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("later_seconds", "counts"),
    [(0, True), (CODE_SECONDS - 1, True), (CODE_SECONDS, False), (-1, False)],
)
def test_a_code_is_good_for_five_minutes(
    tmp_path: Path, later_seconds: float, counts: bool
) -> None:
    watch = Watch()
    pairings = Pairings(tmp_path / "page.json", watch)
    code = pairings.offer()
    watch.now += later_seconds
    assert (pairings.redeem(code) is not None) == counts


def test_wrong_codes_do_not_use_a_right_one_up(tmp_path: Path) -> None:
    pairings = Pairings(tmp_path / "page.json")
    printed = pairings.offer()
    pairings.offer_spoken("4702")
    assert {pairings.redeem(f"{wrong}") for wrong in range(100)} == {None}
    assert [pairings.redeem(code) is not None for code in (printed, "4702")] == [True, True]
    assert [pairings.redeem(code) for code in (printed, "4702")] == [None, None]


def test_a_new_code_replaces_the_one_of_its_kind(tmp_path: Path) -> None:
    pairings = Pairings(tmp_path / "page.json")
    first = pairings.offer()
    pairings.offer_spoken("4702")
    pairings.offer_spoken("1385")
    assert pairings.redeem("4702") is None
    assert pairings.redeem(first) is not None
    pairings.offer()
    assert pairings.redeem("1385") is not None


def test_the_file_is_private_and_holds_neither_code_nor_token(tmp_path: Path) -> None:
    path = tmp_path / "a" / "page.json"
    pairings = Pairings(path)
    code = pairings.offer()
    assert code not in path.read_text()
    token = pairings.redeem(code)
    assert token is not None
    assert token not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(PageError, match=r"page\.json: is damaged: remove it"):
        Pairings(path).offer()


def test_a_code_that_was_said_pairs_a_device(served: Served) -> None:
    said = SaidCodes(served.pairings)
    said(StateChanged(0, None, "waiting", None))
    said(PairingOffered(0, "4702"))
    for thread in threading.enumerate():
        if thread.name == "said code":
            thread.join()
    assert send(served, "/pair", {"code": "4702"}).status == 200
    assert send(served, "/pair", {"code": "4702"}).status == 403


def test_a_code_that_cannot_be_kept_ends_no_session(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "page.json").mkdir()
    SaidCodes(Pairings(tmp_path / "page.json"))(PairingOffered(0, "4702"))
    for thread in threading.enumerate():
        if thread.name == "said code":
            thread.join()
    assert "no device can be paired" in caplog.text


# The voice


def test_a_paired_device_chooses_the_voice_of_the_next_start(served: Served) -> None:
    cookie = {"Cookie": pair(served)}
    told = json.loads(send(served, "/voice", b"", cookie, "GET").read())
    assert told == {"voices": ["usual", "natural"], "now": "usual"}
    told = json.loads(send(served, "/voice", {"voice": "natural"}, cookie).read())
    assert (told["now"], served.told.voice) == ("natural", "natural")
    assert send(served, "/voice", {"voice": "usual"}, cookie).status == 200
    assert served.told.voice is None


@pytest.mark.parametrize(
    ("content", "headers", "method", "status"),
    [
        ({"voice": "natural"}, {"Cookie": None}, "POST", 403),
        ({"voice": "natural"}, {"Origin": "http://stranger.example"}, "POST", 403),
        ({"voice": "/etc/passwd"}, {}, "POST", 400),
        ({}, {}, "POST", 400),
        ({}, {"Cookie": None}, "GET", 403),
        ({}, {"Sec_Fetch_Site": "cross-site"}, "GET", 403),
    ],
)
def test_nobody_else_chooses_or_is_told_a_voice(
    served: Served, content: object, headers: Mapping[str, str | None], method: str, status: int
) -> None:
    answer = send(served, "/voice", content, {"Cookie": pair(served), **headers}, method)
    assert answer.status == status
    assert served.told.voice is None


def test_where_the_command_line_names_a_voice_there_is_nothing_to_choose(tmp_path: Path) -> None:
    file = DeliveryFile(tmp_path / "delivery.json", pytest.fail)
    voices = Voices(PersonalDelivery(file, "Anna", "", voice="natural"), {"usual": None})
    assert voices.as_record() == {"voices": [], "now": ""}
    assert not voices.choose("usual")

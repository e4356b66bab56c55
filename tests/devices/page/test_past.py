"""Past: what a paired device is told of past training, and that nobody else is told anything."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from coach.app.language_files import load_language
from coach.devices.memory import sqlite_file
from coach.devices.memory.log import read_log
from coach.devices.page.address import listen, parse_address, url
from coach.devices.page.document import document
from coach.devices.page.kept_journals import KeptJournals
from coach.devices.page.page_server import PageServer
from coach.devices.page.pairings import Pairings
from coach.devices.page.past import Past
from coach.devices.page.remote import COOKIE, Remote
from coach.devices.screen.history_table import as_record
from coach.messages.events import Event, Heard, Spoken, ToneBegan
from coach.messages.facts import EffortRated, Fact, HoldEnded, MistakeNoted, PainRated
from coach.messages.journal import Journal
from coach.units import samples
from tests.memories import HandClock, a_set, begin, end, remember, session, tell

pytestmark = pytest.mark.filterwarnings("default")

NAMES = {"straight_leg_lift": "straight leg lift", "plank": "plank"}
FOUND = {"ready": True, "verdict": "Ready.", "findings": []}
PATHS = ("/people", "/sessions?profile=Anna", "/session?profile=Anna&session=x", "/doctor")

RICH: list[Fact] = [
    *begin(),
    *a_set(1, "pppa", floor=2.5),
    MistakeNoted(samples(200), "head"),
    *a_set(2, "pp", floor=2.0),
    PainRated(samples(300), 2),
    HoldEnded(samples(400), "plank", 20.4, whole=True),
    EffortRated(samples(500), 7),
    *end(),
]
TALK: list[Event] = [
    Spoken("lift", "Breathe out <b>.", samples(1), samples(2), interrupted=True),
    Heard("arched", "arched", 0.9, 3, 4, 5, samples(6), urgent=True),
    Heard("arched", "arched", 0.9, 3, 4, 5, samples(7), urgent=True, accepted=False),
    ToneBegan("perfect", samples(8)),
]


@dataclass
class PastServed:
    """A page of past training, and what it is made from."""

    server: PageServer
    pairings: Pairings
    memory: Path
    journals: Path
    url: str
    port: int


def remembered(folder: Path) -> Path:
    """The memory of three sessions: two of Anna, of which the last has a journal, and one of Bo."""
    memory, clock = folder / "memory.db", HandClock()
    later = [replace(fact, at=fact.at + 7) for fact in RICH]
    for person, facts in (("Anna", session()), ("Bo", session("pa", "pain")), ("Anna", later)):
        with remember(memory, clock, person) as told:
            tell(told, facts)
        clock.turn(days=1)
    journals = folder / "journals"
    journals.mkdir()
    write_journal(journals / "later.jsonl", [*TALK, *later])
    write_journal(journals / "other.jsonl", [replace(fact, at=fact.at + 9) for fact in RICH])
    (journals / "odd.jsonl").write_bytes(b'\xff\n[]\n{"at_s": NaN, "event": "set"}\n' + b"[" * 9999)
    return memory


def write_journal(path: Path, events: list[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        journal = Journal(lambda line: print(line, end="", file=file))
        for event in events:
            journal(event)


def serve_past(folder: Path) -> PastServed:
    memory, pairings = remembered(folder), Pairings(folder / "page.json")
    remote = Remote(pairings, lambda _name: False)
    journals = KeptJournals(folder / "journals")
    counts = {"straight_leg_lift": 3.0}
    past = Past(memory, counts, NAMES, journals, lambda: FOUND, remote.is_paired)
    listening = listen(parse_address("127.0.0.1:0"))
    page = document(load_language().page.of_past(), "en", "past")
    routes = [*remote.routes(), *past.routes()]
    server = PageServer(listening, page, None, routes, frozenset())
    where = url(listening)
    server.begin()
    port = int(where.rstrip("/").rpartition(":")[2])
    return PastServed(server, pairings, memory, folder / "journals", where, port)


@pytest.fixture
def past(tmp_path: Path) -> Iterator[PastServed]:
    it = serve_past(tmp_path)
    yield it
    it.server.end()


def ask(past: PastServed, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """The status of the answer to a paired device, and what it holds."""
    token = past.pairings.redeem(past.pairings.offer())
    connection = http.client.HTTPConnection("127.0.0.1", past.port, timeout=10)
    connection.request("GET", path, headers={"Cookie": f"{COOKIE}={token}", **(headers or {})})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.getheader("cache-control") == "no-store"
    return answer.status, json.loads(body) if answer.status in (200, 500) else body


# Who is told


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": ""},
        {"Cookie": f"{COOKIE}=guessed"},
        {"Host": "stranger.example"},
        {"Origin": "http://stranger.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_nobody_else_is_told_anything(past: PastServed, headers: Mapping[str, str]) -> None:
    for path in PATHS:
        status, body = ask(past, path, headers)
        assert (path, status) == (path, 403)
        assert b"Anna" not in body


def test_what_is_taken_back_is_taken_back_at_once(past: PastServed) -> None:
    token = past.pairings.redeem(past.pairings.offer())
    past.pairings.forget()
    assert ask(past, "/people", {"Cookie": f"{COOKIE}={token}"})[0] == 403


# What is told


def test_the_numbers_are_those_of_the_history(past: PastServed) -> None:
    assert ask(past, "/people") == (200, {"people": ["Anna", "Bo"]})
    status, told = ask(past, "/sessions?profile=Anna")
    with sqlite_file.opened(past.memory) as connection:
        entries = read_log(connection, "Anna", None, {"straight_leg_lift": 3.0})
    named = [{**as_record(entry), "exercise_name": "straight leg lift"} for entry in entries]
    assert (status, told["sessions"]) == (200, named)
    assert told["sessions"][-1]["angle_degrees"] == 30.0
    assert ask(past, "/sessions?profile=Nobody")[1]["sessions"] == []


def test_a_session_is_told_rep_by_rep_with_its_transcript(past: PastServed) -> None:
    opened = ask(past, "/sessions?profile=Anna")[1]["sessions"][-1]["session"]
    status, told = ask(past, f"/session?profile=Anna&session={opened}")
    assert status == 200
    sets = [(each["name"], each["number"], each["floor"]) for each in told["sets"]]
    assert sets == [("straight leg lift", 1, 2.5), ("straight leg lift", 2, 2.0)]
    reps = [[rep["perfect"] for rep in each["reps"]] for each in told["sets"]]
    assert reps == [[True, True, True, False], [True, True]]
    assert [(each["name"], each["seconds"]) for each in told["holds"]] == [("plank", 20.4)]
    assert told["mistakes"] == ["head"]
    lines = [(line["kind"], line["text"], line["cut"]) for line in told["transcript"]]
    assert lines == [
        ("said", "Breathe out <b>.", True),
        ("heard", "arched", False),
        ("ignored", "arched", False),
        ("tone", "perfect", False),
    ]


def test_a_session_without_a_journal_has_no_transcript(past: PastServed) -> None:
    first = ask(past, "/sessions?profile=Anna")[1]["sessions"][0]["session"]
    assert ask(past, f"/session?profile=Anna&session={first}")[1]["transcript"] is None


def test_the_session_of_somebody_else_is_none_of_hers(past: PastServed) -> None:
    other = ask(past, "/sessions?profile=Bo")[1]["sessions"][0]["session"]
    assert ask(past, f"/session?profile=Anna&session={other}")[0] == 404
    assert ask(past, "/session")[0] == 404


def test_what_the_doctor_finds_is_told(past: PastServed) -> None:
    assert ask(past, "/doctor") == (200, FOUND)


def test_a_damaged_memory_is_told_in_a_line(past: PastServed) -> None:
    past.memory.write_bytes(b"no memory" * 1000)
    for path in PATHS[:3]:
        status, told = ask(past, path)
        assert (status, "is damaged" in told["why"]) == (500, True)


def test_before_the_first_session_there_is_nobody(past: PastServed) -> None:
    past.memory.unlink()
    assert ask(past, "/people") == (200, {"people": []})
    assert ask(past, "/sessions?profile=Anna")[1]["sessions"] == []
    assert ask(past, PATHS[2])[0] == 404


def test_a_page_without_a_session_has_no_stream_and_no_buttons(past: PastServed) -> None:
    assert ask(past, "/live")[0] == 404

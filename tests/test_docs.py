"""README and docs: what they show of the coach is what the coach is, and what they type works."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.exceptions import TyperException

from coach.app.assembly import Coach
from coach.app.language_files import ENGLISH, load_language
from coach.app.programme_files import load_programme
from coach.app.sentence_list import sentence_list
from coach.devices.memory import sqlite_file
from coach.devices.mqtt import discovery
from coach.devices.mqtt.board import REP, SESSION, SESSION_EVENTS, Board
from coach.devices.mqtt.mqtt_file import MqttFile, read_settings
from coach.dialogue.prompts import Prompts, faults
from coach.hearing.grammar import Grammar
from coach.session.diagram import diagram
from coach.simulation.rehearsal import parse_rehearsal
from tests import documents
from tests.cli import test_main
from tests.documents import CONTRIBUTING, DOCS, HOUSE, README, ROOT
from tests.memories import HandClock, remember, session, tell
from tests.test_architecture import WINGS
from tests.typed_commands import OF_THE_COACH, known_options, understand

command, ready = test_main.command, test_main.ready

PAGES = (README, *DOCS, CONTRIBUTING)
HOME = ROOT / "docs/home-automation.md"
LANGUAGES = {"sh", "text", "ini", "toml", "yaml", "mermaid"}

NOT_RUN = (
    *(("run",), ("stop",), ("doctor",), ("devices",)),  # a sound card, or somebody in front of it
    *(("demo",), ("replay",), ("model", "install")),  # as much again as a rehearsal; the network
    *(("voices", "--play"), ("forget",)),  # a speaker; an answer
    ("voices", "--render"),  # seconds, which test_main has spent on it
    ("bridge", "mqtt"),  # a broker; it goes on until it is ended
    *(("page", "8751"), ("page", "0.0.0.0:8750")),  # they serve a page until they are ended
)
"""What is understood without being run; with ``--help``, and ``forget --yes``, it is run."""

HEARING = (("rehearse",), ("hear",), ("model", "verify"))
"""What needs the model."""


def test_the_readme_is_a_page() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", [*DOCS, CONTRIBUTING], ids=lambda page: page.name)
def test_a_page_says_first_for_whom_it_is(page: Path) -> None:
    title, first, *_ = page.read_text(encoding="utf-8").split("\n\n")
    assert title.startswith("# ")
    assert first.startswith("This page is for the person who")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in documents.links(page):
        assert target.exists(), target
        assert not anchor or anchor in documents.anchors(target), f"{target}#{anchor}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = {target.resolve() for target, _ in documents.links(README)}
    assert reached >= {*DOCS, CONTRIBUTING}


# What is shown of the coach


def test_the_diagram_is_that_of_the_table() -> None:
    (drawn,) = documents.written_in(HOUSE, "mermaid")
    hint = "put what scripts/coach states prints into docs/how-it-is-built.md"
    assert drawn.splitlines() == diagram().splitlines(), hint


def test_all_that_can_be_said_is_written_down() -> None:
    """By lines, so that the first one that differs is told."""
    (written,) = documents.written_in(ROOT / "docs/sentences.md", "text")
    hint = "put what scripts/coach sentences prints into the text block of docs/sentences.md"
    assert written.splitlines() == [*sentence_list(ENGLISH)], hint


def test_the_wings_are_those_of_the_house_in_their_order() -> None:
    rows = re.findall(r"^\| (`.+?) \|", HOUSE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    shown = [name for row in rows for name in re.findall(r"`([\w/]+)(?:/|\.py)`", row)]
    assert [name.replace("/", ".") for name in shown] == [*WINGS[:-1]]


def test_every_folder_is_named() -> None:
    named = set(re.findall(r"`([\w/]+)/`", HOUSE.read_text(encoding="utf-8")))
    places = ROOT, ROOT / "coach"
    assert [name for name in named if not any((place / name).is_dir() for place in places)] == []
    folders = {path.name for path in (ROOT / "coach").iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders <= {name.split("/")[0] for name in named}


def shown(name: str, language: str) -> str:
    """The first block of a language on a page of docs/."""
    return documents.written_in(ROOT / "docs" / name, language)[0]


def test_the_exercise_it_shows_can_be_trained(
    tmp_path: Path, grammar: Grammar, prompts: Prompts
) -> None:
    file = tmp_path / "frog_lift.toml"
    file.write_text(shown("exercises-of-your-own.md", "toml"), encoding="utf-8")
    programme = load_programme(file)
    assert programme.asked == "frog_lift"
    frog = programme.exercises["frog_lift"]
    for _, text in frog.texts():
        assert not list(faults(text, grammar, prompts.language)), text
    assert programme.exercises["single_leg_raise"].easier == "frog_lift"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != HOME], ids=lambda page: page.name
)
def test_what_it_shows_of_a_rehearsal_is_one(page: Path) -> None:
    for text in documents.written_in(page, "yaml"):
        whole = text if "user:" in text else f"{text}clips: .\nuser: []\n"
        parse_rehearsal(whole, page.name)


def test_the_settings_it_shows_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "mqtt.toml"
    text = shown(HOME.name, "toml")
    file.write_text(text.replace('ca_file = "', '# ca_file = "'), encoding="utf-8")
    assert read_settings(file).place == "homeassistant.local:8883"
    named = set(re.findall(r"^(\w+) = ", text, re.MULTILINE)) | {"password_file"}
    assert named == set(MqttFile.model_fields)


def test_the_automations_it_shows_are_of_entities_that_there_are() -> None:
    """Home Assistant names an entity after the device and itself."""
    words = load_language().home.model_dump()
    message = json.loads(discovery.payload("id", words, health=False))
    named = {
        f"{entity['platform']}.{words['device']}_{entity['name']}".lower().replace(" ", "_")
        for entity in message["cmps"].values()
        if "name" in entity  # one that has none is removed by it
    }
    text = shown(HOME.name, "yaml")
    used = set(re.findall(r"\b\w+\.flatback_\w+", text))
    assert len(used) == 3
    assert used <= named
    assert set(re.findall(r"event_type == '(\w+)'", text)) <= {*SESSION_EVENTS}


def test_the_topics_it_lists_are_those_that_there_are() -> None:
    rows = re.findall(r"^\| (`.*?) \|", HOME.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([\w/]+)`", row)}
    board = Board(lambda: None, health=False)
    board.take({"event": "status"})
    others = {discovery.BRIDGE, discovery.COMMAND, REP, SESSION}
    assert listed == {*board.states(), *others}


# What is to be typed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_says_what_it_is(page: Path) -> None:
    """A block without a language may hold commands that no test knows of."""
    assert {language for language, _ in documents.blocks(page)} <= LANGUAGES


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    list(dict.fromkeys(typed for page in PAGES for typed in documents.commands(page))),
    ids=" ".join,
)
def test_every_command_is_understood(typed: documents.Command) -> None:
    understand(typed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        *(
            "pip install flatback",
            "scripts/nosuch",
            "scripts/setup --loud",
            "scripts/bench_memory -x",
        ),
        *(
            "coach run --loud",
            "coach --sets 11",
            "scripts/coach sing",
            "sudo flatback history sing",
        ),
        *("coach rehearse", "sudo systemctl stop coach", "pkill -INT -f 'coach run'"),
        ".venv/bin/python -m tests.nosuch",
    ],
)
def test_a_command_that_would_not_work_is_found(line: str) -> None:
    with pytest.raises((AssertionError, TyperException, pytest.fail.Exception)):
        understand(tuple(shlex.split(line)))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_is_one(page: Path) -> None:
    assert documents.options(page) - known_options() == set()


def run_on(page: Path, *, hearing: bool) -> list[documents.Command]:
    """The arguments of the commands on a page that are run: those that hear, or the others."""
    typed = [tuple(word for word in each if word != "sudo") for each in documents.commands(page)]
    of_the_coach = [each[1:] for each in typed if each[0] in OF_THE_COACH]
    return [each for each in of_the_coach if is_run(each) and starts(each, HEARING) is hearing]


def is_run(arguments: documents.Command) -> bool:
    if "--help" in arguments or arguments in (("forget", "--yes"), ("--version",)):
        return True
    begins_session = not arguments or arguments[0].startswith("-")
    return not (begins_session or arguments == ("page",) or starts(arguments, NOT_RUN))


def rehearses(page: Path) -> bool:
    """Whether a whole session is among what is run, which takes its time."""
    return any(arguments[0] == "rehearse" for arguments in run_on(page, hearing=True))


def starts(arguments: documents.Command, names: tuple[documents.Command, ...]) -> bool:
    return any(arguments[: len(name)] == name for name in names)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader types: the files that the pages show are there, and two people trained."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for person in ("default", "Anna"):
        with remember(sqlite_file.default_path(), HandClock(), person) as memory:
            tell(memory, session("pap"))
    (tmp_path / "audio_fixtures").symlink_to(ROOT / "audio_fixtures")
    for name, page, language in (
        ("frog_lift.toml", "exercises-of-your-own.md", "toml"),
        ("first.yaml", "rehearsals-and-journal.md", "yaml"),
    ):
        (tmp_path / name).write_text(shown(page, language), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_need_no_device_work(
    command: test_main.Command, folder: Path, page: Path
) -> None:
    for arguments in run_on(page, hearing=False):
        ran = command(*arguments)
        assert ran.status == 0, (arguments, ran.err)


@pytest.mark.model
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.thorough] if rehearses(page) else [])
        for page in PAGES
        if run_on(page, hearing=True)
    ],
    ids=lambda page: page.name,
)
def test_commands_that_hear_work(
    command: test_main.Command, ready: Coach, folder: Path, page: Path
) -> None:
    for arguments in run_on(page, hearing=True):
        ran = command(*arguments)
        assert ran.status == 0, (arguments, ran.err)

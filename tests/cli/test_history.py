"""History commands: what was trained is shown, moved to another machine, and forgotten."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import sys
import tracemalloc
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from coach.app.assembly import open_memory
from coach.cli.main import main
from coach.devices.memory import sqlite_file
from coach.devices.memory.log import read_log
from coach.devices.system.wall_clock import SystemCalendar, iso_date
from coach.messages.facts import (
    EffortRated,
    Fact,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    PainRated,
    PractiseTold,
    ScreeningPassed,
)
from tests.cli.test_main import Command, Ran, complaint
from tests.memories import HandClock, a_set, begin, end, remember, session, tell
from tests.unprivileged import unprivileged

BUG = "dead_bug"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's machine keeps its memory."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "one"))
    return sqlite_file.default_path()


@pytest.fixture
def typed(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Command:
    """Run ``coach`` with arguments on it, in a folder of the test."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, answer: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["coach", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


def trained(path: Path, *sessions: list[Fact], person: str = "default") -> None:
    """A session a day."""
    clock = HandClock()
    for facts in sessions:
        with remember(path, clock, person) as memory:
            tell(memory, facts)
        clock.turn(days=1, minutes=65)


RICH: tuple[list[Fact], ...] = (
    [*begin(BUG), *a_set(1, "pap", exercise=BUG, floor=2.0), *end()],
    [
        *begin(),
        *(MistakeNoted(0, "head"), HabitTold(0, sits=True)),
        *(PractiseTold(0, practised=False), ScreeningPassed(0, advised=True)),
        *a_set(1, "pppa", floor=2.5),
        *a_set(2, "pp", exercise=BUG),
        FloorFound(0, BUG, 2.5),
        *(PainRated(0, 4), EffortRated(0, 7)),
        HoldEnded(0, "plank", 20.4, whole=True),
        *end("stopped"),
    ],
    [*begin(), *a_set(1, "ppp"), *end("pain")],
    [*begin(), *a_set(1, "p")],
)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def without_rows(path: Path) -> set[tuple[object, ...]]:
    """All that is remembered, but for the numbers of rows."""
    with closing(sqlite3.connect(path)) as connection:
        named = (
            "SELECT name, sits, practised, screened_day, advised, uuid, sessions.* "
            "FROM sessions JOIN people ON person = people.id"
        )
        found = {("sessions", *row[:6], *row[9:]) for row in connection.execute(named)}
        for table in ("sets", "reps", "holds", "mistakes", "floors", "pain"):
            rows = connection.execute(
                f"SELECT uuid, {table}.* FROM {table} JOIN sessions ON session = id"  # noqa: S608
            )
            skipped = {"floors": 5, "pain": 2}.get(table)
            for row in rows:
                kept = [value for at, value in enumerate(row[2:]) if at != skipped]
                found.add((table, row[0], *kept))
        return found


# Shown


def test_before_the_first_training_it_says_so(typed: Command, machine: Path) -> None:
    told = "no training is remembered yet: `coach run` begins the first\n"
    assert typed("history") == Ran(0, told, "")
    assert not machine.exists()
    assert typed("history", "--json") == Ran(0, "", "")


def test_the_table_has_a_line_for_every_exercise_and_bars_below(
    typed: Command, machine: Path
) -> None:
    trained(machine, *RICH)
    ran = typed("history")
    assert (ran.status, ran.err) == (0, "")
    assert [line.rstrip() for line in ran.out.splitlines()] == [
        " date        time   exercise           perfect  turning point  plank  ended",
        " 2024-04-24  10:00  dead bug               2/3              2         finished",
        " 2024-04-25  11:05  straight leg lift      3/4            2.5   20 s  stopped",
        " 2024-04-25  11:05  dead bug               2/2            2.5   20 s  stopped",
        " 2024-04-26  12:10  straight leg lift      3/3              3         pain",
        " 2024-04-27  13:15  straight leg lift      1/1              3         abandoned",
        "",
        " date        pain, 0 to 10  effort, 0 to 10",
        " 2024-04-25              4                7",
        "",
        " exercise           perfect reps  turning point  angle",
        " dead bug           ██ 2 → 2      ▇█ 2 → 2.5     30° → 15°",
        " straight leg lift  ██▃ 3 → 1     ▇██ 2.5 → 3    15° → 0°",
    ]


def test_an_effort_of_none_is_a_number_and_no_number_is_none(typed: Command, machine: Path) -> None:
    trained(machine, [*begin(), *a_set(1, "p"), EffortRated(0, 0), *end()], session("p"))
    lines = typed("history").out.splitlines()
    at = next(number for number, line in enumerate(lines) if "0 to 10" in line)
    assert [line.split() for line in lines[at + 1 : at + 3]] == [["2024-04-24", "0"], []]


def test_a_session_without_reps_is_listed(typed: Command, machine: Path) -> None:
    trained(machine, [*begin(), HoldEnded(0, "plank", 9.0, whole=False), *end()])
    (_, line) = typed("history").out.splitlines()
    assert line.split() == ["2024-04-24", "10:00", "9", "s", "finished"]


JSON_LINE = {
    "date": "2024-04-25",
    "time": "11:05",
    "exercise": "straight_leg_lift",
    "perfect": 3,
    "reps": 4,
    "floor": 2.5,
    "angle_degrees": 15.0,
    "hold_seconds": 20.4,
    "pain_level": 4,
    "effort": 7,
    "outcome": "stopped",
}


def test_json_and_csv_have_the_same_of_all_sessions(typed: Command, machine: Path) -> None:
    trained(machine, *RICH)
    records = typed("history", "--json").records
    assert len(records) == 5
    assert {name: records[1][name] for name in JSON_LINE} == JSON_LINE
    rows = list(csv.DictReader(io.StringIO(typed("history", "--csv").out)))
    as_text = [
        {name: "" if value is None else str(value) for name, value in record.items()}
        for record in records
    ]
    assert rows == as_text


@pytest.mark.parametrize(("limit", "dates"), [(1, ["27"]), (2, ["26", "27"]), (99, [])])
def test_a_limit_leaves_the_last_sessions(
    typed: Command, machine: Path, limit: int, dates: list[str]
) -> None:
    trained(machine, *RICH)
    records = typed("history", "--json", "--limit", limit).records
    everything = ["24", "25", "25", "26", "27"]
    assert [record["date"][-2:] for record in records] == (dates or everything)


def test_everybody_sees_their_own(typed: Command, machine: Path) -> None:
    trained(machine, session("ppp"), person="Anna")
    trained(machine, session("a"), person="Jörg-Ben 2")
    for name, perfect in (("Anna", 3), ("Jörg-Ben 2", 0)):
        (record,) = typed("history", "--json", "--profile", name).records
        assert record["perfect"] == perfect
    told = "nothing is remembered of default; the profiles are Anna, Jörg-Ben 2\n"
    assert typed("history") == Ran(0, told, "")
    assert typed("history", "--json") == Ran(0, "", "")


@pytest.mark.parametrize("option", [(), ("--json",), ("--csv",), ("--plot", "all.png")])
@pytest.mark.parametrize(
    ("people", "told"),
    [
        (["Maria"], "did you mean Maria? The only profile is Maria"),
        (["Ben", "MARIA"], "did you mean MARIA? The profiles are Ben, MARIA"),
        (["ben", "Anna"], "the profiles are Anna, ben"),
    ],
)
def test_of_somebody_unknown_the_profiles_there_are_are_named(
    typed: Command, machine: Path, people: list[str], told: str, option: tuple[str, ...]
) -> None:
    for person in people:
        trained(machine, session(), person=person)
    line = complaint(typed("history", "--profile", "maria", *option))
    assert line.endswith(f"nothing is remembered of maria; {told}\n")


def test_the_profiles_are_listed(typed: Command, machine: Path) -> None:
    told = "no training is remembered yet: `coach run` begins the first\n"
    assert typed("history", "profiles") == Ran(0, told, "")
    trained(machine, *RICH, person="Maria")
    trained(machine, session(), person="ben 2")
    trained(machine, [HabitTold(0, sits=True)], person="Zoe")
    ran = typed("history", "profiles")
    assert (ran.status, ran.err) == (0, "")
    assert [line.split(maxsplit=1)[0] for line in ran.out.splitlines()] == ["ben", "Maria", "Zoe"]
    assert "ben 2  1 session, the last on 2024-04-24" in ran.out
    assert "Maria  4 sessions, the last on 2024-04-27" in ran.out
    assert "Zoe    no session yet" in ran.out


@pytest.mark.parametrize("name", ["", " ", " Anna", "a/b", "a\nb", "x" * 41, "né?"])
@pytest.mark.parametrize("command", ["history", "forget", "run"])
def test_a_name_that_is_none_is_told(typed: Command, command: str, name: str) -> None:
    assert "is no name for a profile" in complaint(typed(command, "--profile", name))


def test_two_formats_at_once_are_refused(typed: Command) -> None:
    assert "choose one" in complaint(typed("history", "--json", "--csv"))


@pytest.mark.slow
def test_a_plot_is_a_picture_for_its_owner_alone(
    typed: Command, machine: Path, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    trained(machine, *RICH)
    assert typed("history", "--plot", "all.png") == Ran(0, "plot: all.png\n", "")
    assert (tmp_path / "all.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "all.png").stat().st_mode & 0o777 == 0o600
    assert complaint(typed("history", "--plot", "no/all.png")).startswith(
        "coach: no/all.png: cannot be written: No such file"
    )


def test_beside_records_the_plot_is_told_aside(typed: Command, machine: Path) -> None:
    pytest.importorskip("matplotlib")
    trained(machine, session("p"))
    ran = typed("history", "--json", "--plot", "all.png")
    assert (len(ran.records), ran.err) == (1, "plot: all.png\n")


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        ((), "no training is remembered yet: `coach run` begins the first"),
        (
            ([*begin(), *end()],),
            "there is nothing to draw in these sessions",
        ),
    ],
)
def test_where_nothing_can_be_drawn_no_plot_is_made(
    typed: Command, machine: Path, tmp_path: Path, sessions: tuple[list[Fact], ...], told: str
) -> None:
    trained(machine, *sessions)
    line = complaint(typed("history", "--plot", "all.png"))
    assert line == f"coach: all.png: is not drawn: {told}\n"
    assert not (tmp_path / "all.png").exists()


@pytest.mark.parametrize("option", [("--profile", "Anna"), ("--profile", "default"), ("--json",)])
@pytest.mark.parametrize("verb", ["export", "import", "profiles"])
def test_what_would_be_lost_on_a_move_is_refused(
    typed: Command, tmp_path: Path, option: tuple[str, ...], verb: str
) -> None:
    file = [] if verb == "profiles" else ["all.json"]
    line = complaint(typed("history", *option, verb, *file))
    assert f"{option[0]} says nothing to {verb}, which is about everybody" in line
    assert not (tmp_path / "all.json").exists()


@pytest.mark.parametrize("name", ["all.txt", "all", "all.png.bak"])
def test_a_plot_of_another_name_than_a_png_is_refused(
    typed: Command, tmp_path: Path, name: str
) -> None:
    line = complaint(typed("history", "--plot", name))
    told = f"{name}: cannot be written: pictures are PNG; let its name end in .png"
    assert line == f"coach: {told}\n"
    assert not (tmp_path / name).exists()


def test_without_matplotlib_the_command_that_installs_it_is_told(
    typed: Command, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(machine, session("p"))
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)  # Python takes that for missing
    line = complaint(typed("history", "--plot", "all.png"))
    assert "run scripts/setup --plots" in line
    assert "pip" not in line  # a stranger's package has the project's name in the registry


def test_what_cannot_be_written_is_shown_all_the_same(typed: Command, machine: Path) -> None:
    trained(machine, *RICH)
    known = typed("history")
    machine.parent.chmod(0o500)
    try:
        with unprivileged():
            assert typed("history") == known
    finally:
        machine.parent.chmod(0o700)


@pytest.mark.parametrize("command", ["history", "history export x.json", "forget --yes"])
def test_a_damaged_memory_is_told_and_left_as_it_is(
    typed: Command, machine: Path, command: str
) -> None:
    machine.parent.mkdir(parents=True)
    machine.write_bytes(b"?" * 5000)
    line = complaint(typed(*command.split()))
    assert line.startswith(f"coach: {machine}: is damaged: `coach run` keeps it under another name")
    assert machine.read_bytes() == b"?" * 5000


def test_a_memory_of_a_newer_version_is_told(typed: Command, machine: Path) -> None:
    trained(machine, session())
    with closing(sqlite3.connect(machine)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "is of a newer Flatback" in complaint(typed("history"))


# What nobody here has written


def written_by_hand(path: Path, **columns: object) -> None:
    """A session in which columns of every table have other values."""
    trained(path, RICH[1])
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("sessions", "sets", "reps", "holds", "floors"):
            known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for column, value in columns.items():
                if column in known:
                    connection.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608


NAMES = ["[/]", "[bold]x", "=1+1", "\x1b]0;owned\x07\x1b[2J", "@SUM(A1)", "\t=1", "\x9b2J"]
NAMES += ["$\\frac$"]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_name_of_an_exercise_it_does_nothing(
    typed: Command, machine: Path, name: str
) -> None:
    written_by_hand(machine, exercise=name, outcome=name, uuid=name)
    for option in ((), ("--csv",), ("--json",)):
        ran = typed("history", *option)
        assert (ran.status, ran.err) == (0, "")
        assert all(one.isprintable() for line in ran.out.split("\n") for one in line)
    (record,) = typed("history", "--json").records
    assert record["exercise"] == name
    (row,) = csv.DictReader(io.StringIO(typed("history", "--csv").out))
    assert row["exercise"][:1] not in "=+-@"
    assert (
        "the session of default on 2024-04-24 is left out: uuid"
        in typed("history", "export", "all.json").err
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_whatever_the_name_of_an_exercise_it_is_drawn(
    typed: Command, machine: Path, name: str
) -> None:
    pytest.importorskip("matplotlib")
    written_by_hand(machine, exercise=name)
    assert typed("history", "--plot", "all.png") == Ran(0, "plot: all.png\n", "")


@pytest.mark.parametrize("day", [0, -5, 3_652_059, 3_652_060, 2**62])
def test_a_day_that_cannot_be_is_shown_and_not_drawn(
    typed: Command, machine: Path, tmp_path: Path, day: int
) -> None:
    written_by_hand(machine, day=day)
    for option in ((), ("--csv",), ("--json",)):
        assert typed("history", *option).status == 0
    line = complaint(typed("history", "--plot", "all.png"))
    assert "is not drawn: these sessions are dated ahead, or before 1970" in line
    assert not (tmp_path / "all.png").exists()


def test_what_is_dated_ahead_moves_to_another_machine_as_of_today(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_by_hand(machine, day=3_652_059, began_utc=1e300, last_utc=1e300)
    move(typed, monkeypatch, tmp_path / "two")
    today = SystemCalendar().now().day
    assert typed("history", "--json").records[0]["date"] == iso_date(today)


def test_text_in_place_of_a_number_is_damage(typed: Command, machine: Path) -> None:
    written_by_hand(machine, minute="early", seconds="long")
    assert "is damaged" in complaint(typed("history"))


def test_of_a_damaged_memory_the_sessions_that_are_whole_are_exported(
    typed: Command, machine: Path, tmp_path: Path
) -> None:
    trained(machine, *[session("p" * 9)] * 30)
    machine.write_bytes(machine.read_bytes()[:-4096] + b"\xa5" * 4096)
    ran = typed("history", "export", "all.json")
    missing = ran.err.splitlines()
    assert ran.status == 0
    assert 0 < len(missing) < 30
    assert all("is left out: " in line for line in missing)
    whole = json.loads((tmp_path / "all.json").read_bytes())
    assert len(whole["people"][0]["sessions"]) == 30 - len(missing)


# Moved


def move(typed: Command, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Export here, import there; from then on the commands run there."""
    assert typed("history", "export", "all.json").status == 0
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    assert typed("history", "import", "all.json").status == 0
    return sqlite_file.default_path()


def test_everything_moves_to_another_machine(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(machine, *RICH)
    trained(machine, session(outcome="pain"), person="Anna")
    known = typed("history", "--json")
    assert typed("history", "export", "all.json") == Ran(
        0, "all.json: 5 sessions of 2 people\n", ""
    )
    assert (tmp_path / "all.json").stat().st_mode & 0o777 == 0o600
    there = move(typed, monkeypatch, tmp_path / "two")
    assert typed("history", "--json") == known
    assert without_rows(there) == without_rows(machine)
    clock = HandClock()
    with remember(machine, clock) as one, remember(there, clock) as two:
        assert one.recall() == two.recall()
    before = dump(there)
    again = typed("history", "import", "all.json")
    assert again == Ran(0, "0 of 5 sessions were new here or went further\n", "")
    assert dump(there) == before


def test_what_went_further_takes_the_place_of_what_did_not(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandClock()
    with remember(machine, clock) as memory:
        tell(memory, [*begin(), *a_set(1, "pp")])
        assert typed("history", "export", "early.json").status == 0
        tell(memory, [*a_set(2, "p"), *end()])
    there = move(typed, monkeypatch, tmp_path / "two")
    complete = without_rows(there)
    assert complete == without_rows(machine)
    assert typed("history", "import", "early.json").out.startswith("0 of 1")
    assert without_rows(there) == complete
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "three"))
    assert typed("history", "import", "early.json").out.startswith("1 of 1")
    assert typed("history", "import", "all.json").out.startswith("1 of 1")
    assert without_rows(sqlite_file.default_path()) == complete


def test_two_machines_become_one(
    typed: Command, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(machine, session("p"), session("pp"))
    there = tmp_path / "two" / "flatback" / "memory.db"
    trained(there, session("ppp"))
    merged = move(typed, monkeypatch, tmp_path / "two")
    assert merged == there
    assert [record["reps"] for record in typed("history", "--json").records] in (
        [1, 3, 2],
        [3, 1, 2],
    )


def test_one_is_not_called_several(typed: Command) -> None:
    trained(sqlite_file.default_path(), session())
    assert typed("history", "export", "all.json").out == "all.json: 1 session of 1 person\n"


def test_without_a_memory_an_empty_one_is_exported(typed: Command, tmp_path: Path) -> None:
    assert typed("history", "export", "all.json").out == "all.json: 0 sessions of 0 people\n"
    assert typed("history", "import", "all.json").status == 0


def archive(screened_day: int | None = None, **changes: object) -> bytes:
    """An archive of a session, of which something is changed."""
    own: dict[str, object] = {
        "uuid": "6f1c1f4e-8f0e-4c43-9d5e-0a7f6f1f7b11",
        **{"began_utc": 1.7e9, "last_utc": 1.7e9, "day": 739000, "minute": 600.0},
        **{"outcome": None, "state": "working", "exercise": None, "floor": None},
        **{"facts": 2, "got_anywhere": True, "pain": None},
        **{part: [] for part in ("sets", "reps", "holds", "mistakes", "floors")},
    }
    people: list[dict[str, object]] = [{"name": "new", "sits": None, "sessions": [own | changes]}]
    if screened_day is not None:  # which no archive of an older version has
        people[0] |= {"screened_day": screened_day, "advised": False}
    whole = {"format": "flatback training", "version": 1, "people": people}
    return json.dumps(whole).encode()


FLOOR = {"place": 1, "at_s": 1.0, "exercise": "x", "count": 2.0}
HOLD = {"place": 2, "at_s": 1.0, "exercise": "plank", "seconds": 20.0, "whole": True}
BAD_ARCHIVES = {
    "nothing": (b"", "not JSON, or not all of it"),
    "cut short": (archive()[:-20], "not JSON, or not all of it"),
    "no text": (b"\xff\xfa", "not JSON, or not all of it"),
    "wide text": (archive().decode().encode("utf-16"), "is UTF-16 text: save it as UTF-8"),
    "something else": (b"[]", "the file: "),
    "of another program": (b'{"format": "x"}', "format: "),
    "of a newer version": (b'{"version": 2, "people": []}', "version: input should be 1, found 2"),
    "no number": (archive(began_utc=float("nan")), "began_utc: "),
    "a time that is none": (archive(last_utc=1e300), "last_utc: "),
    "a time ahead": (archive(last_utc=4e9), "sessions[0].last_utc: is ahead of this computer's"),
    "no day": (archive(day=0), "day: "),
    "a day of another age": (archive(day=600_000), "day: "),
    "a day ahead": (archive(day=800_000), "sessions[0].day: is ahead of this computer's clock"),
    "a screening ahead": (archive(800_000), "people[0].screened_day: is ahead of this computer's"),
    "a screening of another age": (archive(600_000), "screened_day: "),
    "pain ahead": (archive(pain={"day": 800_000, "exercise": None}), "pain.day: is ahead"),
    "pain beyond ten": (archive(pain_level=11), "pain_level: input should be less"),
    "effort below none": (archive(effort=-1), "effort: input should be greater"),
    "effort in words": (archive(effort="some"), "effort: input should be a valid integer"),
    "a floor above the top": (archive(floor=0.5), "floor: input should be greater"),
    "a floor below the bottom": (archive(floors=[FLOOR | {"count": 4.5}]), "count: "),
    "a hold below zero": (archive(holds=[HOLD | {"seconds": -1e9}]), "holds[0].seconds: "),
    "a hold of a year": (archive(holds=[HOLD | {"seconds": 3e7}]), "holds[0].seconds: "),
    "markup": (archive(exercise="[/]"), "exercise: should be a name"),
    "a formula": (archive(floors=[FLOOR | {"exercise": "=1+1"}]), "exercise: should be a name"),
    "a control character": (archive(state="\x1b[2J"), "state: should be a name"),
    "a name without an end": (archive(exercise="x" * 61), "exercise: should be a name"),
    "a name of nothing": (archive(exercise=""), "exercise: should be a name"),
    "no outcome": (archive(outcome="bored"), "outcome: "),
    "no name of a session": (archive(uuid="x"), "uuid: should be a UUID"),
    "something more": (archive(weight=80), "weight: this key is not known here"),
    "a key twice": (archive().replace(b'"sits"', b'"name"'), "name: this key stands there twice"),
    "something behind it": (archive() + b"{}", "not JSON, or not all of it"),
    "people that are none": (b'{"people": {}}', "people: "),
    "a person that is none": (b'{"people": [7]}', "people[0]: "),
    "sessions that are none": (
        b'{"people": [{"name": "a", "sits": null, "sessions": 7}]}',
        "people[0].sessions: ",
    ),
    "no sessions": (b'{"people": [{"name": "a", "sits": null}]}', "people[0].sessions: this key"),
    "a bad one behind good ones": (
        archive().replace(b"}]}]}", b'}, {"uuid": 3}]}]}'),
        "people[0].sessions[1].uuid: ",
    ),
    "one place twice": (archive(floors=[FLOOR, FLOOR]), "two things have one place in a session"),
}


@pytest.mark.parametrize(("content", "told"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES)
def test_a_bad_archive_is_told_and_changes_nothing(
    typed: Command, machine: Path, tmp_path: Path, content: bytes, told: str
) -> None:
    trained(machine, *RICH)
    before = dump(machine)
    (tmp_path / "bad.json").write_bytes(content)
    line = complaint(typed("history", "import", "bad.json"))
    assert line.startswith("coach: bad.json: ")
    assert told in line
    assert dump(machine) == before


def test_a_good_archive_of_that_kind_is_taken(typed: Command, tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(archive(floors=[FLOOR]))
    assert typed("history", "import", "good.json").out.startswith("1 of 1")


def test_the_keys_of_an_archive_stand_in_any_order(typed: Command, tmp_path: Path) -> None:
    (person,) = json.loads(archive())["people"]
    turned = {"people": [dict(reversed(person.items()))], "version": 1}
    (tmp_path / "turned.json").write_text("\ufeff" + json.dumps(turned, indent=1), encoding="utf-8")
    assert typed("history", "import", "turned.json").out.startswith("1 of 1")


def test_an_archive_comes_through_a_pipe(typed: Command, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=(tmp_path / "pipe").write_bytes, args=(archive(),))
    writer.start()
    assert typed("history", "import", "pipe").out.startswith("1 of 1")
    writer.join()


@pytest.mark.thorough
def test_a_long_archive_takes_little_memory(typed: Command, tmp_path: Path) -> None:
    rep = {"place": 0, "at_s": 1.0, "exercise": "x", "in_set": 1, "number": 1, "perfect": True}
    reps = [{**rep, "place": place, "reason": None, "count": 3.0} for place in range(300)]
    first, last = archive(reps=reps).split(b"6f1c1f4e-8f0e-4c43-9d5e-0a7f6f1f7b11")
    before, after = first.split(b'"sessions": [')
    ids = (f"6f1c1f4e-8f0e-4c43-9d5e-{number:012x}".encode() for number in range(1000))
    with (tmp_path / "long.json").open("wb") as file:
        file.write(before + b'"sessions": [')
        file.write(b",".join(after + each + last.removesuffix(b"]}]}") for each in ids))
        file.write(b"]}]}")
    size = (tmp_path / "long.json").stat().st_size
    tracemalloc.start()
    try:
        assert typed("history", "import", "long.json").out.startswith("1000 of 1000")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size / 4


def test_nobody_takes_the_session_of_somebody_else(
    typed: Command, machine: Path, tmp_path: Path
) -> None:
    trained(machine, session("p"), person="Anna")
    (mine,) = typed("history", "--json", "--profile", "Anna").records
    (tmp_path / "theirs.json").write_bytes(archive(uuid=mine["session"], facts=999))
    assert typed("history", "import", "theirs.json").out.startswith("0 of 1")
    assert typed("history", "--json", "--profile", "Anna").records == [mine]


def test_an_archive_that_is_not_there_is_told(typed: Command) -> None:
    line = complaint(typed("history", "import", "none.json"))
    assert line == "coach: none.json: cannot be read: No such file or directory\n"


# Forgotten


@pytest.mark.parametrize("answer", ["n\n", "\n", "no\n"])
def test_who_says_no_forgets_nothing(typed: Command, machine: Path, answer: str) -> None:
    trained(machine, *RICH)
    before = dump(machine)
    ran = typed("forget", answer=answer)
    assert ran.status == 0
    assert "Forget all that is remembered of default, 4 sessions since 2024-04-24?" in ran.out
    assert ran.out.endswith("nothing forgotten\n")
    assert dump(machine) == before


def test_where_nobody_answers_nothing_is_forgotten_and_that_is_told(
    typed: Command, machine: Path
) -> None:
    trained(machine, session())
    before = dump(machine)
    ran = typed("forget", answer="")
    assert ran.status == 130
    assert ran.out.endswith("default, 1 session since 2024-04-24? [y/N]: \n")
    assert ran.err == (
        "coach: nothing forgotten, for nobody answered: --yes forgets without asking\n"
    )
    assert dump(machine) == before


@pytest.mark.parametrize("options", [(), ("--yes",)])
def test_who_says_yes_forgets_everything(
    typed: Command, machine: Path, options: tuple[str, ...]
) -> None:
    trained(machine, *RICH)
    machine.with_name("memory.damaged-2024-04-24.db").write_bytes(b"?")
    ran = typed("forget", *options, answer="y\n")
    assert ran.status == 0
    assert ran.out.endswith("all that was remembered of default is erased\n")
    assert list(machine.parent.iterdir()) == []
    assert typed("history").out.startswith("no training")


@pytest.mark.slow
def test_of_one_who_is_forgotten_no_byte_stays_beside_the_others(
    typed: Command, machine: Path
) -> None:
    trained(machine, *RICH * 30, person="Anna-Wilhelmine")
    trained(machine, session(exercise="quite_another"), person="Ben")
    known = typed("history", "--profile", "Ben")
    before = machine.stat().st_size
    assert b"Anna-Wilhelmine" in machine.read_bytes()
    assert typed("forget", "--yes", "--profile", "Anna-Wilhelmine").status == 0
    assert typed("history", "--profile", "Ben") == known
    content = b"".join(file.read_bytes() for file in machine.parent.iterdir())
    assert b"Anna-Wilhelmine" not in content
    assert b"straight_leg_lift" not in content
    assert b"quite_another" in content
    assert machine.stat().st_size < before


def test_a_damaged_memory_beside_it_is_named(typed: Command, machine: Path) -> None:
    trained(machine, session(), person="Anna")
    trained(machine, session(), person="Ben")
    aside = machine.with_name("memory.damaged-2024-04-24.db")
    aside.write_bytes(b"?")
    assert str(aside) in typed("forget", "--yes", "--profile", "Anna").out
    assert aside.exists()


def test_who_is_forgotten_is_forgotten_in_every_copy(typed: Command, machine: Path) -> None:
    trained(machine, *[session(exercise="annas_own")] * 2, person="Anna-Wilhelmine")
    trained(machine, session(), session(), session(), person="Ben")
    assert typed("history", "restore", "2024-04-25").status == 0
    assert typed("forget", "--yes", "--profile", "Anna-Wilhelmine").status == 0
    content = b"".join(file.read_bytes() for file in machine.parent.iterdir())
    assert b"Anna-Wilhelmine" not in content
    assert b"annas_own" not in content
    assert b"Ben" in content
    assert typed("forget", "--yes", "--profile", "Ben").status == 0
    assert list(machine.parent.iterdir()) == []


def test_who_is_in_a_copy_only_can_be_forgotten(typed: Command, machine: Path) -> None:
    trained(machine, session())
    machine.unlink()
    assert typed("forget", "--yes").out == "all that was remembered of default is erased\n"
    assert list(machine.parent.iterdir()) == []


# Put back


def test_a_memory_that_is_empty_now_is_told_as_often_as_it_is_looked_at(
    typed: Command, machine: Path
) -> None:
    trained(machine, session())
    machine.write_bytes(b"")
    for _ in range(2):
        ran = typed("history")
        assert ran.err == (
            f"coach: {machine}: held what was trained before, and is empty now: "
            "see `coach history restore`\n"
        )
    assert typed("history", "restore", "2024-04-24").status == 0
    assert "straight leg lift" in typed("history").out


def test_copies_are_listed_and_put_back(typed: Command, machine: Path) -> None:
    told = "no copy is kept yet: one is made after a session, at most once a day\n"
    assert typed("history", "restore") == Ran(0, told, "")
    trained(machine, *RICH)
    ran = typed("history", "restore")
    assert ran == Ran(
        0,
        "2024-04-24  1 session\n2024-04-25  2 sessions\n2024-04-26  3 sessions\n",
        "",
    )
    assert "there is no whole copy of 2020-01-01" in complaint(
        typed("history", "restore", "2020-01-01")
    )
    ran = typed("history", "restore", "2024-04-25")
    assert ran.out.startswith("the copy of 2024-04-25 is put back, with 2 sessions\nwhat was there")
    assert len(typed("history", "--json").records) == 3


def test_a_copy_that_cannot_be_read_is_told(typed: Command, machine: Path) -> None:
    trained(machine, session())
    (copy,) = machine.parent.glob("memory.copy-*")
    copy.write_bytes(b"damaged")
    told = "the copy of 2024-04-24 cannot be read: it is damaged, or its disk fails"
    assert typed("history", "restore") == Ran(0, "", f"coach: {copy}: {told}\n")
    ran = typed("history", "restore", "2024-04-24")
    assert ran.status == 2
    assert told in ran.err
    assert "there is no whole copy of 2024-04-24" in ran.err


def test_of_somebody_unknown_there_is_nothing_to_forget(typed: Command, machine: Path) -> None:
    told = "nothing was remembered of Anna\n"
    assert typed("forget", "--yes", "--profile", "Anna") == Ran(0, told, "")
    trained(machine, session())
    told = "nothing was remembered of Anna; the only profile is default\n"
    assert typed("forget", "--yes", "--profile", "Anna") == Ran(0, told, "")
    assert typed("forget", "--profile", "Anna", answer="y\n") == Ran(0, told, "")
    assert "straight leg lift" in typed("history").out


def test_nothing_is_forgotten_under_the_eyes_of_another_coach(
    typed: Command, machine: Path
) -> None:
    trained(machine, session())
    with remember(machine, HandClock()) as memory:
        tell(memory, begin())
        line = complaint(typed("forget", "--yes"))
        assert line == f"coach: {machine}: is in use by another coach; end it first\n"
        tell(memory, end())
    assert "straight leg lift" in typed("history").out


def test_what_was_exported_and_forgotten_comes_back(typed: Command, machine: Path) -> None:
    trained(machine, *RICH)
    with remember(machine, HandClock()) as memory:
        known = memory.recall()
    assert typed("history", "export", "all.json").status == 0
    assert typed("forget", "--yes").status == 0
    assert typed("history", "import", "all.json").status == 0
    with remember(machine, HandClock()) as memory:
        assert memory.recall() == known


# Wired


def test_the_memory_of_a_session_is_the_one_that_is_shown(typed: Command, machine: Path) -> None:
    with open_memory("Anna", {}, pytest.fail) as memory:
        tell(memory, session("ppp"))
    # Not before it is closed: on a busy machine a session does not wait for the disk.
    (record,) = typed("history", "--json", "--profile", "Anna").records
    assert record["perfect"] == 3


def test_the_log_reads_as_many_sessions_as_are_asked_for(machine: Path) -> None:
    trained(machine, *RICH)
    with sqlite_file.opened(machine) as connection:
        assert [len(read_log(connection, "default", limit)) for limit in (1, 3, None)] == [1, 4, 5]

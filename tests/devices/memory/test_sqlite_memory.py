"""Sqlite memory: what was told is there, whatever becomes of the process, the disk and the file."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_up_training import made_up
from coach.devices.memory import sqlite_file
from coach.devices.memory.archive import whole_archive, write_archive
from coach.devices.memory.archive_reader import ArchiveReader
from coach.devices.memory.archive_records import SessionRecord
from coach.devices.memory.copies import put_back, whole_copies
from coach.devices.memory.erasure import forget
from coach.devices.memory.schema import MIGRATIONS, migrate, version_of
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.errors import MemoryFileError
from coach.messages.events import TimerDue
from coach.messages.facts import (
    EffortRated,
    ExerciseChosen,
    Fact,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    Outcome,
    PainRated,
    PractiseTold,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SessionBegan,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.training.history import CutOff, History, Pain, Training
from tests.memories import (
    LIFT,
    PATIENT_SECONDS,
    TODAY,
    UNDER_WAY,
    HandClock,
    a_set,
    begin,
    end,
    remember,
    session,
    tell,
)
from tests.remembering import Remembering
from tests.unprivileged import unprivileged

Disk = Callable[[int], AbstractContextManager[None]]
BUG = "dead_bug"

VERSION_1 = (Path(__file__).parents[2] / "memory_version_1.sql").read_text(encoding="utf-8")
"""What the first version wrote of ``session("ppa")``; it never changes."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "flatback" / "memory.db"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def recalled(path: Path, clock: HandClock, person: str = "default") -> History:
    """As another start would have it."""
    with remember(path, clock, person) as memory:
        return memory.recall()


def told(path: Path, clock: HandClock, facts: list[Fact], person: str = "default") -> History:
    with remember(path, clock, person) as memory:
        tell(memory, facts)
    return recalled(path, clock, person)


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        return int(found)


# What is known


def test_of_somebody_new_nothing_is_known(path: Path, clock: HandClock) -> None:
    assert recalled(path, clock) == History()


TRAININGS = {
    "the last set counts": (
        [*a_set(1, "ppa"), *a_set(2, "pp", floor=2.0, down_seconds=3.5)],
        Training(TODAY, "finished", LIFT, 2.0, 3.0, 5, 4, 2),
    ),
    "a run goes on from set to set": (
        [*a_set(1, "app"), *a_set(2, "pppa", down_seconds=3.5)],
        Training(TODAY, "finished", LIFT, 3.0, 3.0, 7, 5, 5),
    ),
    "a rep not all the way down ends a run": (
        [*a_set(1, "pp"), *a_set(2, "p", floor=2.0), *a_set(3, "p")],
        Training(TODAY, "finished", LIFT, 3.0, 3.0, 4, 4, 2),
    ),
    "without a run the last way down is told": (
        a_set(1, "pp", floor=2.0, down_seconds=4.0),
        Training(TODAY, "finished", LIFT, 2.0, 4.0, 2, 2, 0),
    ),
    "the last exercise counts, the reps of all": (
        [*a_set(1, "ppp", exercise=BUG), *a_set(2, "p")],
        Training(TODAY, "finished", LIFT, 3.0, 3.0, 4, 4, 1),
    ),
    "a set that was not begun to be trained does not": (
        [*a_set(1, "ppp", exercise=BUG), *a_set(2, "")],
        Training(TODAY, "finished", BUG, 3.0, 3.0, 3, 3, 3),
    ),
    "a floor that is raised within the set takes its place": (
        [*a_set(1, "paa"), FloorFound(0, LIFT, 2.0)],
        Training(TODAY, "finished", LIFT, 2.0, 3.0, 3, 1, 1),
    ),
    "a plank": (
        [*a_set(1, "p"), HoldEnded(0, "plank", 12.5, whole=False)],
        Training(TODAY, "finished", LIFT, 3.0, 3.0, 1, 1, 1, 12.5),
    ),
}


@pytest.mark.parametrize(("facts", "training"), TRAININGS.values(), ids=TRAININGS)
def test_what_a_session_was(
    path: Path, clock: HandClock, facts: list[Fact], training: Training
) -> None:
    assert told(path, clock, [*begin(), *facts, *end()]).trainings == (training,)


def test_how_far_all_the_way_is_may_be_told_by_exercise(path: Path, clock: HandClock) -> None:
    tell_all = [*begin(), *a_set(1, "pp", floor=2.0), *end()]
    with SqliteMemory(path, "a", clock, pytest.fail, {LIFT: 2.0}, PATIENT_SECONDS) as memory:
        tell(memory, tell_all)
        assert [training.longest_run for training in memory.recall().trainings] == [2]


@pytest.mark.parametrize(
    ("days_ago", "known"),
    [([0], [0]), ([6, 3, 0], [6, 3, 0]), ([7, 6], [7, 6]), ([9, 8, 7], [8, 7]), ([400], [400])],
)
def test_the_last_seven_days_are_known_and_the_last_two_sessions_however_long_ago(
    path: Path, clock: HandClock, days_ago: list[int], known: list[int]
) -> None:
    today = TODAY + 1000
    for days in days_ago:
        told(path, HandClock(600.0 + 1440.0 * (1000 - days)), session())
    clock.turn(days=1000)
    history = recalled(path, clock)
    assert [today - training.day for training in history.trainings] == known


def test_a_session_without_reps_is_no_training(path: Path, clock: HandClock) -> None:
    told(path, clock, session())
    clock.turn(days=1)
    history = told(path, clock, [*begin(), HoldEnded(0, "plank", 20.0, whole=True), *end()])
    assert [training.day for training in history.trainings] == [TODAY]
    assert history.last_hold == Training(TODAY + 1, "finished", hold_seconds=20.0, hold_whole=True)


def test_the_floor_last_found_of_every_exercise_is_known(path: Path, clock: HandClock) -> None:
    told(path, clock, [*begin(BUG), FloorFound(0, BUG, 1.5), *end()])
    clock.turn(days=100)
    history = told(path, clock, [*begin(), FloorFound(0, LIFT, 3.0), *end()])
    assert history.floors == {BUG: 1.5, LIFT: 3.0}


@pytest.mark.parametrize(
    ("facts", "pain", "ended"),
    [
        ([*begin(), *end("pain")], Pain(TODAY, None), True),
        ([*begin(), *a_set(1, ""), *end("pain")], Pain(TODAY, LIFT), True),
        ([*session(), *end("pain")], Pain(TODAY, LIFT), True),
        ([*session(), *end("pain"), *end("abandoned")], Pain(TODAY, LIFT), True),
        ([SessionBegan(0), *end("pain")], Pain(TODAY, None), True),
        (session(), None, False),
        ([*session(outcome="pain"), *session()], Pain(TODAY, LIFT), False),
        # A look at the coach is no session that went well
        ([*session(outcome="pain"), SessionBegan(0), *end("abandoned")], Pain(TODAY, LIFT), True),
    ],
)
def test_pain_is_known_and_whether_it_was_the_end_of_the_last_session(
    path: Path, clock: HandClock, facts: list[Fact], pain: Pain | None, *, ended: bool
) -> None:
    history = told(path, clock, facts)
    assert (history.pain, history.ended_in_pain) == (pain, ended)


def test_the_mistakes_of_the_last_ten_sessions_are_counted(path: Path, clock: HandClock) -> None:
    noted = [MistakeNoted(0, "head"), MistakeNoted(0, "head"), MistakeNoted(0, "ribs")]
    told(path, clock, [*begin(), MistakeNoted(0, "belly"), *end()])
    for _ in range(9):
        told(path, clock, [*begin(), *end()])
    assert told(path, clock, [*begin(), *noted, *end()]).mistakes == {"head": 2, "ribs": 1}


@pytest.mark.parametrize(("answers", "known"), [([], None), ([True], True), ([True, False], False)])
def test_whether_somebody_sits_is_known_once_they_said_so(
    path: Path, clock: HandClock, answers: list[bool], known: bool | None
) -> None:
    history = told(path, clock, [SessionBegan(0), *(HabitTold(0, each) for each in answers)])
    assert history.sits is known


def test_the_day_of_the_last_screening_is_known(path: Path, clock: HandClock) -> None:
    told(path, clock, [SessionBegan(0), ScreeningPassed(0, advised=True)])
    clock.turn(days=200)
    assert recalled(path, clock).screened == TODAY
    assert told(path, clock, [ScreeningPassed(0, advised=False)]).screened == TODAY + 200


def test_the_last_number_for_pain_and_the_day_of_that_for_effort_are_known(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, [SessionBegan(0), PainRated(0, 8), PainRated(0, 4), *session("pp")[1:]])
    clock.turn(days=2)
    told(path, clock, [*begin(), *a_set(1, "pp"), EffortRated(0, 7), *end()])
    clock.turn(days=2)
    history = told(path, clock, session("pp"))
    assert (history.pain_level, history.effort_day) == (4, TODAY + 2)


@pytest.mark.parametrize("ends", ["pp", "pf", "fp", "ff"])
def test_pain_in_two_sessions_running_is_known(path: Path, clock: HandClock, ends: str) -> None:
    for each in ends:
        told(path, clock, [*begin(), *a_set(1, "pp"), *end("pain" if each == "p" else "finished")])
        clock.turn(days=2)
    assert recalled(path, clock).hurt_twice == (ends == "pp")


def test_of_two_people_each_has_a_memory_of_their_own(path: Path, clock: HandClock) -> None:
    anna = told(path, clock, session("ppp"), "Anna")
    ben = told(path, clock, [*session("a", "pain"), HabitTold(0, sits=True)], "Ben")
    assert recalled(path, clock, "Anna") == anna
    assert anna.trainings[0].perfect == 3
    assert (ben.trainings[0].perfect, ben.sits) == (0, True)
    assert recalled(path, clock) == History()


def test_a_session_under_way_is_not_past(path: Path, clock: HandClock) -> None:
    with remember(path, clock) as memory:
        tell(memory, [*begin(), *a_set(1, "pp")])
        assert memory.recall() == History(floors={LIFT: 2.0})
        tell(memory, end())
        assert len(memory.recall().trainings) == 1


def test_what_is_no_fact_is_not_kept(path: Path, clock: HandClock) -> None:
    with remember(path, clock) as memory:
        memory(TimerDue("step", 3))
        memory(RepEnded(0, LIFT, 1, 1, 10, perfect=True, reason=None, count=3.0))
    assert recalled(path, clock) == History()


# Cut off


CUT_OFF = CutOff(4.0, "working", LIFT, 3.0, 2, 2, 4)


# One that was stopped may have been so by a sound that was taken for the word.
@pytest.mark.parametrize(
    "ending",
    [[], end("abandoned"), [StateChanged(0, "working", "stopped", "stop"), *end("stopped")]],
    ids=["killed", "interrupted", "stopped"],
)
def test_a_session_that_broke_off_may_go_on(
    path: Path, clock: HandClock, ending: list[Fact]
) -> None:
    told(path, clock, [*UNDER_WAY, *ending])
    clock.turn(minutes=4)
    assert recalled(path, clock).cut_off == CUT_OFF


def test_a_session_in_a_state_that_is_not_known_any_more_does_not_go_on(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, UNDER_WAY)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE sessions SET state = 'juggling'")
    assert recalled(path, clock).cut_off is None


PAUSED = StateChanged(0, "working", "paused", "pause")
DOUBTED = StateChanged(0, "working", "in_doubt", "doubted")
STRETCHED = StateChanged(0, "waiting", "cat_cow", "ready")
NO_CUT_OFF = {
    "it ended": [*UNDER_WAY, *end("finished")],
    "it hurt": [*UNDER_WAY, *end("pain")],
    "it was over": [*UNDER_WAY, StateChanged(0, "working", "finished", "played")],
    "nothing had begun": [SessionBegan(0), ExerciseChosen(0, LIFT, "easier")],
    "nothing but a pause had": [
        *(SessionBegan(0), ExerciseChosen(0, LIFT, "easier")),
        StateChanged(0, "waiting", "paused", "unanswered"),
    ],
    "nothing but a doubt had": [
        *(SessionBegan(0), ExerciseChosen(0, LIFT, "easier")),
        StateChanged(0, "waiting", "in_doubt", "doubted"),
    ],
    "nobody knows what with": [SessionBegan(0), STRETCHED],
    "another came after it": [*UNDER_WAY, *session()],
}


@pytest.mark.parametrize("facts", NO_CUT_OFF.values(), ids=NO_CUT_OFF)
def test_there_is_nothing_to_go_on_with(path: Path, clock: HandClock, facts: list[Fact]) -> None:
    assert told(path, clock, facts).cut_off is None


@pytest.mark.parametrize(
    ("minutes", "ago"),
    [
        (0, 0.0),
        (29.9, 29.9),
        (30.1, None),
        (1440, None),
        # The clock of a box without a battery stands where it last noted the time
        (-59, 0.0),
        (-61, None),
    ],
)
def test_one_goes_on_within_half_an_hour(
    path: Path, clock: HandClock, minutes: float, ago: float | None
) -> None:
    told(path, clock, UNDER_WAY)
    clock.turn(minutes=minutes)
    cut_off = recalled(path, clock).cut_off
    assert (cut_off and pytest.approx(cut_off.minutes_ago)) == ago


@pytest.mark.parametrize("interruption", [PAUSED, DOUBTED])
def test_one_goes_on_with_what_was_interrupted(
    path: Path, clock: HandClock, interruption: StateChanged
) -> None:
    cut_off = told(path, clock, [*UNDER_WAY, interruption]).cut_off
    assert cut_off is not None
    assert cut_off.state == "working"


def test_a_start_that_came_to_nothing_does_not_stand_in_the_way(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, UNDER_WAY)
    clock.turn(minutes=1)
    told(path, clock, [*begin()[:3], *end("abandoned")])
    clock.turn(minutes=3)
    assert recalled(path, clock).cut_off == CUT_OFF


def test_what_goes_on_is_one_session(path: Path, clock: HandClock) -> None:
    told(path, clock, UNDER_WAY)
    clock.turn(minutes=4)
    rep = RepEnded(0, LIFT, 2, 3, 10, perfect=True, reason=None, count=3.0)
    more = [SessionBegan(0), SessionResumed(0), rep, *end()]
    history = told(path, clock, more)
    assert history.trainings == (Training(TODAY, "finished", LIFT, 3.0, 3.0, 6, 5, 4),)
    assert history.cut_off is None
    assert count(path, "sessions") == 1


@pytest.mark.parametrize(
    ("corrected", "reps", "perfect"),
    [
        ([RepCorrected(0, LIFT, 2, 2, perfect=True)], 5, 5),
        ([RepCorrected(0, LIFT, 2, 1, perfect=False)], 5, 3),
        ([RepCorrected(0, LIFT, 2, 2, None)], 4, 4),
        ([RepCorrected(0, LIFT, 2, 2, None), RepCorrected(0, LIFT, 2, 1, None)], 3, 3),
        ([RepCorrected(0, LIFT, 3, 1, None)], 5, 4),
    ],
)
def test_a_rep_may_get_another_verdict_or_none(
    path: Path, clock: HandClock, corrected: list[Fact], reps: int, perfect: int
) -> None:
    history = told(path, clock, [*UNDER_WAY, *corrected, *end()])
    (training,) = history.trainings
    assert (training.reps, training.perfect) == (reps, perfect)


@pytest.mark.parametrize("outcome", ["stopped", "pain"])
def test_an_end_that_nobody_meant_is_as_if_it_had_not_been(
    path: Path, clock: HandClock, outcome: Outcome
) -> None:
    rep = RepEnded(0, LIFT, 2, 3, 10, perfect=True, reason=None, count=3.0)
    stopped = StateChanged(0, "working", "stopped", "stop")
    back = StateChanged(0, "stopped", "working", "not_me")
    taken_back = [*UNDER_WAY, stopped, *end(outcome), SessionResumed(0), back, rep]
    history = told(path, clock, taken_back)
    assert (history.pain, history.ended_in_pain) == (None, False)
    assert history.cut_off == replace(CUT_OFF, minutes_ago=0.0, reps=3, perfect=5)
    history = told(path, clock, [*taken_back, *end()])
    assert (history.pain, history.cut_off) == (None, None)
    assert count(path, "sessions") == 2


def test_a_session_in_which_nobody_did_a_rep_is_none(path: Path, clock: HandClock) -> None:
    nobody = [RepCorrected(0, LIFT, 1, number, None) for number in (3, 2, 1)]
    assert told(path, clock, [*session()[:-1], *nobody, *end("abandoned")]).trainings == ()


def test_what_goes_on_may_break_off_again(path: Path, clock: HandClock) -> None:
    told(path, clock, [*UNDER_WAY, *end("abandoned")])
    for reps in (3, 4):
        clock.turn(minutes=20)
        rep = RepEnded(0, LIFT, 2, reps, 10, perfect=True, reason=None, count=3.0)
        cut_off = told(path, clock, [SessionBegan(0), SessionResumed(0), rep]).cut_off
        assert cut_off is not None
        assert (cut_off.reps, cut_off.perfect) == (reps, reps + 2)


def test_nothing_goes_on_where_nothing_broke_off(path: Path, clock: HandClock) -> None:
    history = told(path, clock, [SessionBegan(0), SessionResumed(0), *session()[1:]])
    assert len(history.trainings) == 1


def test_a_clock_that_was_set_back_keeps_the_order(path: Path, clock: HandClock) -> None:
    told(path, clock, session("p"))
    clock.turn(minutes=-50)
    told(path, clock, session("pp"))
    clock.turn(minutes=-50)
    history = told(path, clock, session("ppp"))
    assert [training.reps for training in history.trainings] == [1, 2, 3]


# Clocks that were wrong


def days_of(history: History) -> list[int]:
    return [training.day - TODAY for training in history.trainings]


@pytest.mark.parametrize("ahead", [1, 2, 3, 400, 2_900_000])
def test_a_session_dated_ahead_counts_once_as_the_day_on_which_it_was_found(
    path: Path, clock: HandClock, ahead: int
) -> None:
    clock.jump(days=ahead)
    told(path, clock, session(outcome="pain"))
    clock.jump(days=-ahead)
    for later in range(8):
        history = recalled(path, clock)
        assert days_of(history) == [0]
        assert history.pain == Pain(TODAY, LIFT)
        assert clock.now().day == TODAY + later
        clock.turn(days=1)


def test_a_day_on_which_it_was_found_and_that_itself_is_yet_to_come_does_not_count(
    path: Path, clock: HandClock
) -> None:
    clock.jump(days=400)
    told(path, clock, session(outcome="pain"))
    clock.jump(days=-100)
    recalled(path, clock)
    clock.jump(days=-300)
    for _ in range(3):
        history = recalled(path, clock)
        assert days_of(history) == [0]
        assert history.pain == Pain(TODAY, LIFT)
        clock.turn(days=1)


@pytest.mark.parametrize("back", [-5.0, -300.0, -1440.0, -400 * 1440.0])
def test_a_session_in_which_the_clock_was_set_back_goes_on_like_any_other(
    path: Path, clock: HandClock, back: float
) -> None:
    with remember(path, clock) as memory:
        tell(memory, begin())
        clock.jump(minutes=back)
        tell(memory, [*a_set(1, "ppp"), *a_set(2, "pa")])
    clock.turn(minutes=29)
    history = recalled(path, clock)
    assert history.cut_off is not None
    assert history.cut_off.minutes_ago == pytest.approx(29)
    assert history.clock_went_back is (back < -60.0)
    clock.turn(minutes=2)
    assert recalled(path, clock).cut_off is None


@pytest.mark.parametrize("ahead", [3, 400])
def test_what_was_written_later_is_newer_whatever_the_clock_said(
    path: Path, clock: HandClock, ahead: int
) -> None:
    clock.jump(days=ahead)
    told(path, clock, [*session(outcome="pain"), FloorFound(0, LIFT, 1.5)])
    clock.jump(days=-ahead)
    history = told(path, clock, [*begin(), FloorFound(0, LIFT, 2.5), *a_set(1, "pp"), *end()])
    assert [one.reps for one in history.trainings] == [3, 2]
    assert not history.ended_in_pain
    assert history.floors == {LIFT: 2.5}


def test_a_clock_that_was_behind_for_a_while_changes_no_day(path: Path, clock: HandClock) -> None:
    for _ in range(3):
        told(path, clock, session())
        clock.turn(days=1)
    known = days_of(told(path, clock, session()))
    clock.jump(days=-5000)
    assert days_of(recalled(path, clock))[-1] + 5000 <= 3
    clock.jump(days=5000)
    assert days_of(recalled(path, clock)) == known == [0, 1, 2, 3]


def test_an_older_memory_is_put_in_the_order_in_which_it_was_written(
    path: Path, clock: HandClock
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(VERSION_1)
        connection.execute("UPDATE sessions SET began_utc = 1e11, day = 1000000")
    assert [one.reps for one in told(path, clock, session("p")).trainings] == [3, 1]


def test_what_was_cut_off_in_this_process_goes_on_whatever_the_clock_says(
    path: Path, clock: HandClock
) -> None:
    with remember(path, clock) as memory:
        tell(memory, [*UNDER_WAY, *end("abandoned")])
        clock.jump(minutes=500)
        clock.turn(minutes=10)
        cut_off = memory.recall().cut_off
        assert cut_off is not None
        assert cut_off.minutes_ago == pytest.approx(10)
        clock.turn(minutes=21)
        assert memory.recall().cut_off is None


# Nothing is lost


TELLING = """
import sys
from pathlib import Path
from tests.memories import UNDER_WAY, HandClock, remember
memory = remember(Path(sys.argv[1]), HandClock())
for fact in UNDER_WAY[:int(sys.argv[2])]:
    memory(fact)
print("told", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.parametrize("facts", [1, 5, 7, 8, 10, len(UNDER_WAY)])
def test_whenever_it_is_killed_all_that_was_told_is_there(
    tmp_path: Path, clock: HandClock, facts: int
) -> None:
    path = tmp_path / "killed" / "memory.db"
    with subprocess.Popen(
        [sys.executable, "-c", TELLING, path, str(facts)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as telling:
        assert telling.stdout is not None
        assert telling.stdout.readline() == b"told\n"
        assert recalled(path, clock).cut_off is None, "a living coach is leading that session"
        os.kill(telling.pid, signal.SIGKILL)
    expected = told(tmp_path / "whole" / "memory.db", clock, UNDER_WAY[:facts])
    assert recalled(path, clock) == expected


def test_it_is_for_its_owner_alone(path: Path, clock: HandClock) -> None:
    path.parent.mkdir(mode=0o755)
    with sqlite_file.opened(path):
        path.chmod(0o644)
    with remember(path, clock) as memory:
        tell(memory, UNDER_WAY)
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        beside = {"memory.db-wal", "memory.db-shm", "memory.db-lock"}
        assert modes == dict.fromkeys({"memory.db", *beside}, 0o600)
        tell(memory, end())
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert modes == {"memory.db": 0o600, "memory.copy-2024-04-24.db": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_committed_outlives_a_power_cut(path: Path) -> None:
    """Nobody cuts the power here: SQLite promises it of this setting alone (pragma.html)."""
    with sqlite_file.opened(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_two_coaches_may_write_at_once(path: Path, clock: HandClock) -> None:
    with remember(path, clock, "Anna") as anna, remember(path, clock, "Ben") as ben:
        for fact in session():
            anna(fact)
            ben(fact)
    assert recalled(path, clock, "Anna") == recalled(path, clock, "Ben")
    assert len(recalled(path, clock, "Ben").trainings) == 1


@pytest.mark.slow
def test_what_another_program_keeps_busy_is_written_when_it_is_done(
    path: Path, clock: HandClock
) -> None:
    said: list[str] = []
    memory = SqliteMemory(path, "default", clock, said.append, patience_seconds=PATIENT_SECONDS)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        memory(SessionBegan(0))
        assert memory.failed
    tell(memory, session()[1:])
    memory.close()
    assert not memory.failed
    assert said == [
        f"{path}: is in use by another coach; the session goes on, and writing is tried again"
    ]
    assert len(recalled(path, clock).trainings) == 1


def test_a_slow_disk_keeps_nobody_waiting(path: Path, clock: HandClock) -> None:
    """Here it is another program that keeps it; all together wait no longer than the patience."""
    patience_seconds, told = 0.5, session()
    memory = SqliteMemory(path, "default", clock, pytest.fail, patience_seconds=patience_seconds)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        tell(memory, told)
        assert time.monotonic() - began < len(told) * patience_seconds / 2
    memory.close()
    assert len(recalled(path, clock).trainings) == 1


def test_on_a_full_disk_the_session_goes_on_and_is_written_when_there_is_room(
    path: Path, clock: HandClock, disk_of: Disk
) -> None:
    said: list[str] = []
    memory = SqliteMemory(path, "default", clock, said.append, patience_seconds=PATIENT_SECONDS)
    facts = session("pppaaappp")
    tell(memory, facts[:3])
    with disk_of(path.with_name("memory.db-wal").stat().st_size):
        tell(memory, facts[3:-1])
        assert memory.failed
        assert memory.recall() == History()
    memory(facts[-1])
    memory.close()
    assert not memory.failed
    (line,) = said
    assert line.startswith(f"{path}: cannot be ")
    assert recalled(path, clock) == told(path.with_name("other.db"), clock, facts)


def test_what_never_was_written_is_told_in_the_end(
    path: Path, clock: HandClock, disk_of: Disk
) -> None:
    told(path, clock, session())
    said: list[str] = []
    with disk_of(0):
        memory = SqliteMemory(path, "default", clock, said.append, patience_seconds=PATIENT_SECONDS)
        assert len(memory.recall().trainings) == 1
        tell(memory, session())
        memory.close()
    assert said[-1] == f"{path}: not all of this session could be written; what is missing is lost"
    assert len(recalled(path, clock).trainings) == 1


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_in_a_folder_that_cannot_be_written_the_session_goes_on(
    path: Path, clock: HandClock, mode: int
) -> None:
    known = told(path, clock, session())
    said: list[str] = []
    path.parent.chmod(mode)
    try:
        with unprivileged(), SqliteMemory(path, "default", clock, said.append) as memory:
            assert memory.recall() == (known if mode else History())
            tell(memory, session())
    finally:
        path.parent.chmod(0o700)
    assert len(said) == 2
    assert recalled(path, clock) == known


def test_a_file_that_cannot_be_written_is_read(path: Path, clock: HandClock) -> None:
    known = told(path, clock, session())
    said: list[str] = []
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        with unprivileged(), SqliteMemory(path, "default", clock, said.append) as memory:
            assert memory.recall() == known
            tell(memory, session())
    finally:
        path.parent.chmod(0o700)
    assert recalled(path, clock) == known


def test_without_a_folder_the_session_goes_on(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "in_the_way").write_text("")
    said: list[str] = []
    path = tmp_path / "in_the_way" / "memory.db"
    with SqliteMemory(path, "default", clock, said.append) as memory:
        assert memory.recall() == History()
        tell(memory, session())
        assert memory.failed
    assert len(said) == 2


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """As Linux leaves a disk that fails; only root can do that."""

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)

    try:
        mount("--bind", str(folder), str(folder))
        mount("-o", "remount,bind,ro", str(folder))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root can mount a disk to read")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_can_only_be_read_is_read_and_told(path: Path, clock: HandClock) -> None:
    known = told(path, clock, session(outcome="pain"))
    said: list[str] = []
    with (
        read_only(path.parent),
        SqliteMemory(path, "default", clock, said.append, patience_seconds=60.0) as memory,
    ):
        assert memory.recall() == known
        tell(memory, session())
        assert memory.failed
    assert len(said) == 2
    assert recalled(path, clock) == known


def test_of_a_disk_that_can_only_be_read_the_log_is_read_as_well(
    path: Path, clock: HandClock
) -> None:
    with remember(path, clock) as memory:
        tell(memory, session())
        kept = {file: file.read_bytes() for file in path.parent.iterdir()}
    known = recalled(path, clock)
    for file, content in kept.items():
        file.write_bytes(content)
    path.with_name("memory.db-shm").unlink()
    path.parent.chmod(0o500)
    try:
        with unprivileged(), SqliteMemory(path, "default", clock, lambda _: None) as memory:
            assert memory.recall() == known
    finally:
        path.parent.chmod(0o700)


# Damage


def garbage_page(content: bytes) -> bytes:
    middle = len(content) // 2 // 4096 * 4096
    return content[:middle] + b"\xa5" * 4096 + content[middle + 4096 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "text": lambda _: b"not a database, but long enough to be one\n" * 1000,
    "garbage at the beginning": lambda content: b"\xa5" * 100 + content[100:],
    "garbage in the middle": garbage_page,
    "cut in half": lambda content: content[: len(content) // 2],
    "cut within the first page": lambda content: content[:1000],
    "another program's": lambda _: other_database(),
    "a table whose name is no text": lambda content: content.replace(
        b"TABLE sets", b"TABLE s\xbdts"
    ),
    "a word that is no text": lambda content: content.replace(b"REFERENCES", b"\xbd" * 10),
    "a version below the first": lambda content: altered(content, "PRAGMA user_version = -1"),
    "text for a number": lambda content: altered(content, "UPDATE sessions SET reps = 'many'"),
    "text for the number of a session of long ago": lambda content: altered(
        content, "UPDATE sessions SET minute = 'noon' WHERE id = 2"
    ),
    "bytes for a state": lambda content: altered(
        content, "UPDATE sessions SET state = x'bdff' WHERE id = 2"
    ),
    "a UUID that is none": lambda content: altered(
        content, "UPDATE sessions SET uuid = replace(uuid, '-4', '&4') WHERE id = 2"
    ),
    "a flipped bit in the table alone, not in its index": lambda content: re.sub(
        rb"([0-9a-f]{4})-(4[0-9a-f]{3}-)", rb"\1&\2", content, count=1
    ),
    "bytes for text": lambda content: altered(
        content, "UPDATE floors SET exercise = CAST(x'bdff' AS TEXT)"
    ),
}


def altered(content: bytes, statement: str) -> bytes:
    """The database after an SQL statement."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(content[:18] + b"\1\1" + content[20:])  # no log in memory
        connection.execute(statement)
        changed = connection.serialize()
        return changed[:18] + content[18:20] + changed[20:]


def other_database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
        return connection.serialize()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(
    path: Path, clock: HandClock, damage: Callable[[bytes], bytes]
) -> None:
    for _ in range(9):
        told(path, clock, session("ppppppppp"))
    (copy,) = whole_copies(path)
    damaged, copied = damage(path.read_bytes()), copy.path.read_bytes()
    path.write_bytes(damaged)
    said: list[str] = []
    with SqliteMemory(path, "default", clock, said.append) as memory:
        history = memory.recall()
        assert history.damaged
        assert len(history.trainings) >= copy.sessions  # in which nothing is damaged
        tell(memory, session())
    aside = path.with_name("memory.damaged-2024-04-24.db")
    (line,) = said
    assert line.startswith(f"{path}: is damaged; it is kept as {aside.name}, and a new one begun")
    assert memory.set_aside == aside
    assert aside.read_bytes() == damaged
    assert aside.stat().st_mode & 0o777 == 0o600
    assert copy.path.read_bytes() == copied
    after = recalled(path, clock)
    assert (len(after.trainings), after.damaged) == (len(history.trainings) + 1, False)


# What can be read of a damaged file


def begun_anew(path: Path, clock: HandClock) -> tuple[str, list[SessionRecord]]:
    """What was said when it was opened, and the sessions that the new memory has."""
    said: list[str] = []
    with SqliteMemory(path, "default", clock, said.append) as memory:
        assert memory.recall().damaged
    return said[0].rpartition("begun")[2], kept_in(path, clock)


def kept_in(path: Path, clock: HandClock) -> list[SessionRecord]:
    with sqlite_file.opened(path) as connection:
        reader = ArchiveReader(connection, clock.now().day, clock.utc_seconds())
        with reader.records() as (_, sessions):
            return [each for _, each in sessions]


@pytest.mark.parametrize(
    "damage", ["a version below the first", "text for a number", "a table whose name is no text"]
)
def test_what_is_whole_of_a_damaged_file_is_carried_over(
    path: Path, clock: HandClock, damage: str
) -> None:
    for letter in "pa":
        told(path, clock, session(letter * 4, outcome="pain"))
        clock.turn(days=1)
    known = kept_in(path, clock)
    if damage == "a table whose name is no text":
        known = [each.model_copy(update={"sets": []}) for each in known]
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    path.with_name("memory.copy-2024-04-24.db").unlink()
    path.with_name("memory.copy-2024-04-25.db").unlink()
    assert begun_anew(path, clock) == (" with what can be read, 2 of its sessions", known)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET uuid = 'none' WHERE id = 2",
        "UPDATE sessions SET state = CAST(x'bdff' AS TEXT) WHERE id = 2",
        "UPDATE sessions SET day = 'some' WHERE id = 2",
    ],
)
def test_of_sessions_of_which_one_is_damaged_the_others_are_carried_over(
    path: Path, clock: HandClock, statement: str
) -> None:
    for _ in range(3):
        told(path, clock, session())
    known = kept_in(path, clock)
    path.with_name("memory.copy-2024-04-24.db").unlink()
    path.write_bytes(altered(path.read_bytes(), statement))
    line = " with what can be read, 2 of its sessions"
    assert begun_anew(path, clock) == (line, [known[0], known[2]])


def test_a_uuid_may_be_written_in_any_of_its_forms(path: Path, clock: HandClock) -> None:
    known = told(path, clock, session())
    path.write_bytes(altered(path.read_bytes(), "UPDATE sessions SET uuid = upper(uuid)"))
    assert recalled(path, clock) == known


def test_of_a_session_the_rows_that_can_be_read_are_carried_over(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, session("pap"))
    (known,) = kept_in(path, clock)
    path.with_name("memory.copy-2024-04-24.db").unlink()
    statement = "UPDATE reps SET exercise = CAST(x'bdff' AS TEXT) WHERE number = 2"
    damaged = altered(path.read_bytes(), "UPDATE sessions SET reps = 'many'")
    path.write_bytes(altered(damaged, statement))
    reps = [known.reps[0], known.reps[2]]
    assert begun_anew(path, clock)[1] == [known.model_copy(update={"reps": reps})]


@pytest.mark.slow
def test_where_a_page_is_lost_the_others_and_the_copy_are_carried_over(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, session("p" * 20))
    for _ in range(60):
        told(path, clock, session("p" * 20))
    content = path.read_bytes()
    assert len(content) > 20 * 4096
    known = kept_in(path, clock)
    (copy,) = whole_copies(path)
    whole: list[int] = []
    for page in range(2, len(content) // 4096, 5):
        path.write_bytes(content[: page * 4096] + b"\xa5" * 4096 + content[(page + 1) * 4096 :])
        carried = {each.uuid: each for each in begun_anew(path, clock)[1]}
        assert carried[known[0].uuid] == known[0]  # which is in the copy
        whole.append(sum(carried.get(each.uuid) == each for each in known))
    assert copy.sessions == 1
    assert max(whole) >= 50
    assert sum(whole) > len(whole) * 20


@pytest.mark.parametrize(
    ("damaged_copies", "told_of"),
    [
        (0, " with the copy of 2024-04-26, 3 sessions; what came later cannot be read"),
        (1, " with the copy of 2024-04-25, 2 sessions; what came later cannot be read"),
        (2, " with the copy of 2024-04-24, 1 session; what came later cannot be read"),
        (3, ""),
    ],
)
def test_where_nothing_can_be_read_the_newest_copy_that_can_is_put_in_its_place(
    path: Path, clock: HandClock, damaged_copies: int, told_of: str
) -> None:
    for _ in range(3):
        told(path, clock, session())
        clock.turn(days=1)
    copies = [copy.path for copy in whole_copies(path)]
    known = kept_in(path, clock)
    for file in (path, *copies[3 - damaged_copies :]):
        file.write_bytes(DAMAGES["text"](b""))
    assert begun_anew(path, clock) == (told_of, known[: 3 - damaged_copies])


def test_what_is_damaged_in_a_copy_is_taken_from_the_copy_before_it(
    path: Path, clock: HandClock
) -> None:
    for _ in range(2):
        told(path, clock, session())
        clock.turn(days=1)
    known = kept_in(path, clock)
    newest = path.with_name("memory.copy-2024-04-25.db")
    damaged = altered(newest.read_bytes(), "UPDATE sessions SET uuid = 'none' WHERE id = 1")
    newest.write_bytes(damaged)
    path.write_bytes(DAMAGES["text"](b""))
    assert begun_anew(path, clock)[1] == known


def test_a_damaged_file_that_was_cut_short_is_read_as_far_as_it_goes(
    path: Path, clock: HandClock
) -> None:
    with sqlite_file.opened(path) as connection:
        write_archive(connection, *whole_archive(made_up(1, TODAY, clock.utc_seconds())))
    content, known = path.read_bytes(), kept_in(path, clock)
    path.write_bytes(content[: len(content) * 3 // 4])
    carried = begun_anew(path, clock)[1]
    assert len(carried) > len(known) / 2
    assert {each.uuid for each in carried} < {each.uuid for each in known}


def test_of_an_older_memory_without_a_version_the_columns_tell_it(
    path: Path, clock: HandClock
) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    content, known = path.read_bytes(), path.with_name("known.db")
    known.write_bytes(content)
    path.write_bytes(altered(content, "PRAGMA user_version = -1"))
    expected = kept_in(known, clock)
    assert expected
    assert begun_anew(path, clock)[1] == expected


def test_a_new_memory_that_cannot_be_written_is_told_once(
    path: Path, clock: HandClock, disk_of: Disk
) -> None:
    told(path, clock, session())
    path.write_bytes(b"?" * 5000)
    said: list[str] = []
    with disk_of(0), SqliteMemory(path, "default", clock, said.append) as memory:
        assert memory.recall() == History(damaged=True)
    assert said[0] == (
        f"{path}: is damaged; it is kept as memory.damaged-2024-04-24.db, and a new one begun"
    )
    assert len(said) == 2
    assert "disk" in said[1]


@pytest.mark.slow
def test_damage_is_found_also_where_nobody_looked_for_long(path: Path, clock: HandClock) -> None:
    with sqlite_file.opened(path) as connection:
        write_archive(connection, *whole_archive(made_up(2, TODAY, clock.utc_seconds())))
    path.write_bytes(garbage_page(path.read_bytes()))
    with SqliteMemory(path, "default", clock, lambda _: None) as memory:
        assert memory.set_aside is not None


def test_what_only_looks_damaged_without_its_log_is_left_as_it_is(
    path: Path, clock: HandClock, disk_of: Disk
) -> None:
    """After a power cut in a checkpoint the log has what the file lacks; here the disk is full."""
    log = path.with_name("memory.db-wal")
    with remember(path, clock) as memory:
        tell(memory, session())
        whole_log = log.read_bytes()
    known = recalled(path, clock)
    content = path.read_bytes()
    torn = content[:4096] + b"\xa5" * (len(content) - 4096)
    path.write_bytes(torn)
    log.write_bytes(whole_log)
    said: list[str] = []
    with disk_of(0), SqliteMemory(path, "default", clock, said.append) as memory:
        assert memory.recall() == History()
    assert (path.read_bytes(), log.read_bytes()) == (torn, whole_log)
    assert len(said) == 1
    assert recalled(path, clock) == known


def is_told_to_be_empty(path: Path, clock: HandClock) -> bool:
    said: list[str] = []
    with SqliteMemory(path, "default", clock, said.append) as memory:
        history = memory.recall()
    assert history == History(damaged=bool(said))
    assert all("held what was trained before, and is empty now" in line for line in said)
    return bool(said)


def test_a_memory_that_was_there_and_is_empty_now_is_told(path: Path, clock: HandClock) -> None:
    assert not is_told_to_be_empty(path, clock)
    assert not is_told_to_be_empty(path, clock)
    path.write_bytes(b"")
    assert is_told_to_be_empty(path, clock)
    assert not is_told_to_be_empty(path, clock)
    told(path, clock, session())
    path.unlink()
    assert is_told_to_be_empty(path, clock)


def test_a_folder_in_its_place_is_kept_aside(path: Path, clock: HandClock) -> None:
    (path / "inside").mkdir(parents=True)
    said: list[str] = []
    with SqliteMemory(path, "default", clock, said.append) as memory:
        assert memory.recall().damaged
    assert path.is_file()
    assert (path.with_name("memory.damaged-2024-04-24.db") / "inside").is_dir()


def test_a_second_damaged_file_of_a_day_has_a_name_of_its_own(path: Path, clock: HandClock) -> None:
    path.parent.mkdir()
    for _ in range(3):
        path.write_bytes(b"?" * 100)
        with SqliteMemory(path, "default", clock, lambda _: None) as memory:
            assert memory.recall().damaged
    names = ["memory.damaged-2024-04-24-2.db", "memory.damaged-2024-04-24-3.db"]
    names += ["memory.damaged-2024-04-24.db", "memory.db"]
    assert sorted(file.name for file in path.parent.iterdir()) == names


def test_damage_that_is_met_within_a_session_costs_nothing_of_it(
    path: Path, clock: HandClock
) -> None:
    told(path, clock, session("p" * 30))
    facts = session("ppppp")
    said: list[str] = []
    memory = SqliteMemory(path, "default", clock, said.append, patience_seconds=PATIENT_SECONDS)
    tell(memory, facts[:8])
    # Another program empties the page cache by a change, and the pages behind it are garbage
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute("INSERT INTO people (name) VALUES ('x')")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    tell(memory, facts[8:])
    assert memory.recall().damaged
    memory.close()
    assert [line.split(";")[0] for line in said] == [f"{path}: is damaged"]
    # Also of the session before, which was copied
    another = path.with_name("other.db")
    told(another, clock, session("p" * 30))
    assert recalled(path, clock) == told(another, clock, facts)


# Copies


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_copy_a_day_is_kept_and_seven_of_them(path: Path, clock: HandClock) -> None:
    for _ in range(9):
        told(path, clock, session())
        told(path, clock, session())
        clock.turn(days=1)
    days = ["2024-04-26", "2024-04-27", "2024-04-28", "2024-04-29", "2024-04-30"]
    days += ["2024-05-01", "2024-05-02"]
    assert names_in(path.parent) == [*(f"memory.copy-{day}.db" for day in days), "memory.db"]
    assert [copy.sessions for copy in whole_copies(path)] == [5, 7, 9, 11, 13, 15, 17]


def test_copies_dated_ahead_by_a_wrong_clock_count_as_the_oldest(
    path: Path, clock: HandClock
) -> None:
    clock.jump(days=400)
    for _ in range(7):
        told(path, clock, session())
        clock.turn(days=1)
    clock.jump(days=-407)
    for _ in range(3):
        told(path, clock, session())
        clock.turn(days=1)
    dates = [copy.date for copy in whole_copies(path)]
    assert (len(dates), dates[:3]) == (7, ["2024-04-24", "2024-04-25", "2024-04-26"])
    path.write_bytes(DAMAGES["text"](b""))
    told_of = " with the copy of 2024-04-26, 10 sessions; what came later cannot be read"
    assert begun_anew(path, clock)[0] == told_of


@pytest.mark.parametrize(
    "name",
    [
        ".memory.copy-2024-04-23.db.x1",
        ".memory.copy-2024-04-23.db.x1-shm",
        "..memory.db.new.x1",
        ".memory.db.new",
    ],
)
def test_what_a_kill_left_of_a_copy_is_removed_with_the_next_copy_and_with_the_person(
    path: Path, clock: HandClock, name: str
) -> None:
    old, new = path.with_name(name), path.with_name(f"{name}2")
    path.parent.mkdir()
    for file in (old, new):
        file.write_bytes(b"unfinished")
    os.utime(old, (0.0, 0.0))
    told(path, clock, session())
    assert [file.exists() for file in (old, new)] == [False, True]  # it may be under way
    assert forget(path, "default")
    assert not new.exists()


def test_a_copy_is_put_back_and_what_it_replaces_is_kept(path: Path, clock: HandClock) -> None:
    known = told(path, clock, session())
    for _ in range(2):
        clock.turn(days=1)
        told(path, clock, session("p"))
    before = recalled(path, clock)
    aside = put_back(path, whole_copies(path)[0], TODAY + 2)
    assert recalled(path, clock) == known
    assert aside is not None
    assert recalled(aside, clock) == before
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_copy_is_put_back_under_the_eyes_of_another_coach(path: Path, clock: HandClock) -> None:
    told(path, clock, session())
    with remember(path, clock) as memory:
        tell(memory, begin())
        with pytest.raises(MemoryFileError, match="is in use by another coach"):
            put_back(path, whole_copies(path)[0], TODAY)
    assert names_in(path.parent) == ["memory.copy-2024-04-24.db", "memory.db"]


@pytest.mark.parametrize("damage", [b"", b"?" * 5000, None])
def test_a_copy_takes_the_place_of_what_is_damaged_or_gone(
    path: Path, clock: HandClock, damage: bytes | None
) -> None:
    known = told(path, clock, session())
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    put_back(path, whole_copies(path)[0], TODAY)
    assert recalled(path, clock) == known


# Versions


def test_a_memory_of_a_newer_version_is_left_as_it_is(path: Path, clock: HandClock) -> None:
    told(path, clock, UNDER_WAY)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(MemoryFileError) as caught:
        remember(path, clock)
    assert str(caught.value).startswith(f"{path}: is of a newer Flatback (version 99")
    assert str(caught.value).endswith("update Flatback")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_memory_of_version_1_is_read_and_written(path: Path, clock: HandClock) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    assert recalled(path, clock) == told(path.with_name("other.db"), clock, session("ppa"))
    assert len(told(path, clock, session()).trainings) == 2
    with closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == len(MIGRATIONS)


ADDED = "ALTER TABLE people ADD COLUMN shoe_size REAL; UPDATE people SET shoe_size = 42"


@pytest.mark.parametrize(
    ("added", "newer", "sizes"),
    [
        ((), 0, None),
        ((ADDED,), 1, [42.0]),
        ((ADDED, "UPDATE people SET shoe_size = 43"), 2, [43.0]),
        ((ADDED, "UPDATE people SET shoe_size = 43; nonsense"), 0, None),
    ],
)
def test_a_memory_becomes_one_of_today_or_stays_what_it_was(
    path: Path, clock: HandClock, added: tuple[str, ...], newer: int, sizes: list[float] | None
) -> None:
    known = told(path, clock, session())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if added and "nonsense" in added[-1]:
            with pytest.raises(sqlite3.OperationalError):
                migrate(connection, (*MIGRATIONS, *added))
            assert not connection.in_transaction
        else:
            migrate(connection, (*MIGRATIONS, *added))
        assert version_of(connection) == len(MIGRATIONS) + newer
        if sizes is not None:
            assert connection.execute("SELECT shoe_size FROM people").fetchall() == [tuple(sizes)]
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    assert recalled(path, clock) == known


# Whatever is told

EXERCISES = st.sampled_from([LIFT, BUG])
STATES = st.sampled_from(
    [
        *("waiting", "screening", "planning", "rating"),
        *("working", "paused", "in_doubt", "resting", "finished"),
    ]
)
COUNTS = st.sampled_from([1.0, 1.5, 2.0, 3.0])
AT = st.just(0)
OUTCOMES = st.sampled_from(["finished", "stopped", "pain", "abandoned"])
SECONDS = st.sampled_from([3.0, 3.5, 4.0])
NUMBERS = st.integers(1, 3)
TURNS = st.sampled_from([0.0, 1.0, 29.0, 31.0, 1440.0, 4 * 1440.0])
FACTS = st.one_of(
    st.builds(SessionBegan, AT),
    st.builds(SessionResumed, AT),
    st.builds(SessionEnded, AT, OUTCOMES, NUMBERS, COUNTS),
    st.builds(StateChanged, AT, STATES, STATES, st.just("ready")),
    st.builds(ExerciseChosen, AT, EXERCISES, st.just("easier")),
    st.builds(SetBegan, AT, EXERCISES, NUMBERS, NUMBERS, NUMBERS, COUNTS, SECONDS),
    st.builds(RepEnded, AT, EXERCISES, NUMBERS, NUMBERS, NUMBERS, st.booleans(), st.none(), COUNTS),
    st.builds(RepCorrected, AT, EXERCISES, NUMBERS, NUMBERS, st.sampled_from([True, None])),
    st.builds(FloorFound, AT, EXERCISES, COUNTS),
    st.builds(HoldEnded, AT, st.just("plank"), SECONDS, st.booleans()),
    st.builds(MistakeNoted, AT, st.sampled_from(["head", "ribs"])),
    st.builds(HabitTold, AT, st.booleans()),
    st.builds(PractiseTold, AT, st.booleans()),
    st.builds(ScreeningPassed, AT, st.booleans()),
    st.builds(PainRated, AT, st.integers(0, 10)),
    st.builds(EffortRated, AT, st.integers(0, 10)),
)
STARTS = st.tuples(TURNS, st.lists(st.one_of(FACTS, TURNS), max_size=12))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(STARTS, max_size=5), st.booleans())
def test_whatever_is_told_is_known(
    tmp_path_factory: pytest.TempPathFactory,
    starts: list[tuple[float, list[Fact | float]]],
    orderly: bool,
) -> None:
    """Every start of the coach is preceded by a time in which nothing happens."""
    path = tmp_path_factory.mktemp("memory") / "memory.db"
    clock = HandClock()
    model = Remembering(clock)
    for pause, happening in starts:
        clock.turn(minutes=pause)
        model.restart()
        with remember(path, clock) as memory:
            for each in [SessionBegan(0), *happening] if orderly else happening:
                if isinstance(each, float):
                    clock.turn(minutes=each)
                else:
                    memory(each)
                    model(each)
            assert comparable(memory.recall()) == comparable(model.recall())
    model.restart()
    assert comparable(recalled(path, clock)) == comparable(model.recall())


def comparable(history: History) -> History:
    """Minutes to a thousandth: in seconds since 1970 they are rounded."""
    if history.cut_off is None:
        return history
    rounded = round(history.cut_off.minutes_ago, 3)
    return replace(history, cut_off=replace(history.cut_off, minutes_ago=rounded))


def test_what_the_disk_says_is_told_and_not_what_sqlite_makes_of_it(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(path.name)
    told = "cannot be used: Too many levels of symbolic links"
    with pytest.raises(MemoryFileError, match=told), sqlite_file.opened(path):
        pytest.fail("it was opened")

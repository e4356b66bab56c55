"""A memory and a session: what a session leaves, and what the next one makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.engine import Engine
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.messages.events import Spoken
from coach.messages.facts import ExerciseChosen, SessionEnded, SessionResumed, StateChanged
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.training.plan import Plan
from coach.training.progression import recommend
from coach.units import samples
from tests.memories import HandClock, remember, session, tell
from tests.openings import skips_to
from tests.stories import Recorder, lesson

TAUGHT = lesson(2, 3)
TO_THE_SET = ["ready", "no", "skip", *skips_to("working")]


def planned(memory: SqliteMemory, clock: HandClock) -> Plan:
    programme = TAUGHT.programme
    day = clock.now().day
    history = replace(memory.recall(), screened=day, practised=True, effort_day=day)
    return recommend(history, day, programme.routine.exercise, programme.exercises)


def trained(
    memory: SqliteMemory,
    clock: HandClock,
    words: list[str],
    length_seconds: float,
    every_seconds: float = 2.0,
) -> tuple[Engine, Recorder]:
    """A session in which ``words`` are said one after the other, until the power fails."""
    said = [Utterance(samples(1 + every_seconds * i), word) for i, word in enumerate(words)]
    recorder = Recorder()
    hearing = Endpointer(ScriptedRecogniser(said), TAUGHT.grammar, HearingSettings())
    session = TAUGHT.session(planned(memory, clock))
    engine = Engine(session, TAUGHT.cues, FrontEnd(hearing), [memory, recorder])
    engine.process(speech_sound(said, samples(length_seconds)))
    return engine, recorder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


@pytest.mark.slow
def test_a_session_that_was_cut_off_goes_on_as_one(file: Path) -> None:
    """The power fails after two reps of the first set; six minutes later it is back."""
    clock = HandClock()
    before = remember(file, clock)
    _, first = trained(before, clock, TO_THE_SET, 62.0)
    assert first.of(SessionEnded) == []
    clock.turn(minutes=6)
    with remember(file, clock) as memory:
        cut_off = memory.recall().cut_off
        assert cut_off is not None
        assert (cut_off.state, cut_off.set, cut_off.reps) == ("working", 1, 2)
        _, second = trained(memory, clock, ["ready", *["yes"] * 14], 300.0, 20.0)
        assert len(second.of(SessionResumed)) == 1
        assert [event.dest for event in second.of(StateChanged)][:3] == [
            "waiting",
            "planning",
            "working",
        ]
        (ended,) = second.of(SessionEnded)
        assert (ended.outcome, ended.perfect_reps) == ("finished", 6)
        (training,) = memory.recall().trainings
        assert (training.reps, training.perfect, training.outcome) == (6, 6, "finished")


def test_after_half_an_hour_a_session_that_was_cut_off_is_past(file: Path) -> None:
    clock = HandClock()
    trained(remember(file, clock), clock, TO_THE_SET, 62.0)
    clock.turn(minutes=31)
    with remember(file, clock) as memory:
        assert planned(memory, clock).cut_off is None


def test_who_does_not_go_on_begins_anew_and_both_sessions_count(file: Path) -> None:
    clock = HandClock()
    trained(remember(file, clock), clock, TO_THE_SET, 62.0)
    clock.turn(minutes=6)
    with remember(file, clock) as memory:
        _, second = trained(memory, clock, ["ready", "no"], 30.0)
        assert second.of(SessionResumed) == []
        said = [event.prompt for event in second.of(Spoken)]
        assert "ask_easy" in said


def test_the_day_after_pain_it_asks_and_takes_something_easier(file: Path) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        trained(memory, clock, [*TO_THE_SET, *["how many"] * 12, "it hurts"], 70.0)
    clock.turn(days=1)
    with remember(file, clock) as memory:
        plan = planned(memory, clock)
        easier = TAUGHT.programme.exercises["straight_leg_lift"].easier
        assert (plan.exercise, plan.asks_after_pain, plan.may_advance) == (easier, True, False)
        _, second = trained(memory, clock, ["ready", "yes"], 20.0)
        assert second.of(ExerciseChosen)[0].reason == "plan_after_pain"


def test_a_floor_that_was_found_is_where_the_next_session_begins(file: Path) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        engine, _ = trained(memory, clock, TO_THE_SET, 100.0)
        engine.abandon()
    clock.turn(days=2)
    with remember(file, clock) as memory:
        assert planned(memory, clock).floor == 3


def test_a_memory_that_fails_is_told_aloud_and_the_session_goes_on() -> None:
    engine, recorder = trained(remember_nothing(), HandClock(), TO_THE_SET, 40.0)
    engine.report_memory_failed()
    engine.process(speech_sound([], samples(60.0)))
    said = [event.prompt for event in recorder.of(Spoken)]
    assert said.count("memory_failed") == 1
    assert said.index("memory_failed") < len(said) - 3
    assert not any(
        event.interrupted and event.prompt == "memory_failed" for event in recorder.of(Spoken)
    )


def remember_nothing() -> SqliteMemory:
    """A memory where no file can be: it warns, and lets the session be."""
    return SqliteMemory(Path("/dev/null/memory.db"), "default", HandClock(), lambda _line: None)


def test_a_memory_that_was_damaged_is_told_aloud(file: Path) -> None:
    file.write_bytes(b"not a database" * 1000)
    told: list[str] = []
    clock = HandClock()
    with SqliteMemory(file, "default", clock, told.append) as memory:
        _, recorder = trained(memory, clock, ["ready"], 20.0)
    assert recorder.of(Spoken)[0].prompt == "memory_damaged"
    assert len(told) == 1


@pytest.mark.parametrize(
    ("back", "is_told"),
    [
        ({"days": -1}, True),
        ({"days": -400}, True),
        ({"minutes": -61}, True),
        ({"minutes": -59}, False),  # a clock that is saved once an hour, after a power cut
        ({"days": 1}, False),
    ],
)
def test_a_clock_that_went_back_is_told_aloud_once(
    file: Path, back: dict[str, float], *, is_told: bool
) -> None:
    clock = HandClock()
    with remember(file, clock, "Anna") as memory:  # who trained last does not matter
        tell(memory, session("ppp"))
    clock.turn(**back)
    for told in (is_told, False):
        with remember(file, clock) as memory:
            _, recorder = trained(memory, clock, ["ready"], 20.0)
            assert ("clock_went_back" in [word.prompt for word in recorder.of(Spoken)]) is told
            tell(memory, session("ppp"))


def test_a_clock_that_is_set_back_between_two_sessions_of_a_service_is_told(file: Path) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        tell(memory, session("ppp"))
        assert not memory.recall().clock_went_back
        clock.jump(days=-2)
        assert memory.recall().clock_went_back

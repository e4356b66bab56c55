"""Soak: half an hour of waiting and session after session leave nothing behind in the process.

``scripts/bench_budget --parts soak`` is the same for eight hours and two hundred sessions.
"""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from pathlib import Path

import pytest

from benchmarks.budget_sessions import quiet_room
from benchmarks.budget_soak import resident_bytes, soak_sessions
from coach.app.assembly import Coach
from coach.dialogue.prompts import Prompts
from coach.engine import Engine
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, ToneVoice, Utterance
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples

MINUTE: Samples = samples(60)


def open_files() -> set[str]:
    return {str(link.resolve()) for link in Path("/proc/self/fd").iterdir() if link.exists()}


def engine_of(lesson: Lesson, plan: Plan) -> tuple[Engine, ScriptedRecogniser]:
    recogniser = ScriptedRecogniser([])
    hearing = Endpointer(recogniser, lesson.grammar, HearingSettings())
    return Engine(lesson.session(plan), lesson.cues, FrontEnd(hearing)), recogniser


@pytest.fixture(scope="module")
def lesson(grammar: Grammar, prompts: Prompts, programme: Programme) -> Lesson:
    cues = prepare_cues(prompts, programme, grammar, ToneVoice(), lambda _done, _total: None)
    return Lesson(grammar, prompts, programme, cues)


@pytest.mark.thorough
@pytest.mark.whole_session
def test_half_an_hour_that_nobody_answers_takes_no_memory(lesson: Lesson) -> None:
    engine, _ = engine_of(lesson, Plan("straight_leg_lift"))
    minute = quiet_room(MINUTE, 1)
    blocks, resident = [], []
    for _ in range(30):
        for at in range(0, MINUTE, 4800):
            assert engine.process(minute[at : at + 4800]) is not None
        blocks.append(sys.getallocatedblocks())
        resident.append(resident_bytes())
    assert max(blocks[10:]) - blocks[10] < 200
    assert max(resident[10:]) - resident[10] < 2e6
    assert engine.until_timer is None


def test_a_session_that_is_over_has_no_timer_and_can_be_forgotten(lesson: Lesson) -> None:
    engine, recogniser = engine_of(lesson, Plan("straight_leg_lift"))
    recogniser.add(Utterance(samples(1), "stop"))
    sound = quiet_room(MINUTE, 1)
    sound[samples(1) : samples(1.5)] += 4000
    for at in range(0, MINUTE, 480):
        if engine.process(sound[at : at + 480]) is None:
            break
    else:
        pytest.fail("it did not end")
    assert engine.until_timer is None
    gone = weakref.ref(engine)
    del engine
    gc.collect()
    assert gone() is None


@pytest.mark.model
@pytest.mark.thorough
def test_session_after_session_leaves_no_file_no_thread_and_no_engine(coach: Coach) -> None:
    soak_sessions(coach, 1)
    files, threads = open_files(), threading.active_count()
    residue = soak_sessions(coach, 3)
    assert residue.outcomes == {"stopped": 3}
    assert (residue.timers, residue.engines) == (0, 0)
    assert threading.active_count() == threads
    assert open_files() <= files

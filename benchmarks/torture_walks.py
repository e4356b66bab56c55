"""Torture walks: random walks of words, silences, lost sound and clock jumps through the engine.

A walk is a few sessions of one person, on one memory: what is broken off is taken up or is not.
Everything but the recogniser, the voice and the person is the product's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from benchmarks.torture_clock import DAYS, agree, agree_but_for_days, set_back
from benchmarks.torture_invariants import Watch
from benchmarks.torture_person import BLOCKS, CLIPPED, MUMBLE, NOISE, Person
from benchmarks.torture_trials import Trial
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.messages.events import Event
from coach.messages.facts import Fact
from coach.messages.intents import ENDING, INTENTS, Intent
from coach.messages.states import FINAL
from coach.session.lesson import Lesson
from coach.training.history import History
from coach.training.plan import Plan
from coach.training.progression import recommend
from coach.units import RATE_HZ, Samples, samples, seconds
from tests.memories import HandClock
from tests.remembering import Remembering
from tests.stories import lesson

_ANSWERS: Mapping[str, tuple[Intent, ...]] = {
    "waiting": ("ready",),
    "screening": ("no", "no", "no", "yes"),
    "planning": ("yes", "no", "no"),
    "stretching": ("skip",),
    "cat_cow": ("skip",),
    "tension_check": ("done",),
    "first_rep": ("skip",),
    "slow_descent": ("skip", "arched"),
    "stop_point": ("skip", "arched"),
    "working": ("arched", "arched", "how_many", "pause", "skip"),
    "offering_easier": ("yes", "no"),
    "resting": ("ready", "how_many"),
    "asking_there": ("yes", "no"),
    "plank": ("skip", "done"),
    "rating": ("number", "number", "skip"),
    "checking_rating": ("yes", "yes", "no"),
    "paused": ("resume",),
    "in_doubt": ("no",),
}
"""The answers that lead through a session; random intents would hardly leave its beginning."""

_SIZES = ((1, 2), (2, 3), (3, 1), (1, 18))
"""Sets, and reps in each: also more of them than are done without asking who is there."""

_TALK = ("mumble", "one two three", "hello there", "stop it now please", "the of and")
_GAVE_UP_SECONDS = 40.0 * 60.0
"""A session on call is over by then if nobody says a word: its longest parts, and the pause."""


@dataclass(slots=True)
class _Walk:
    """One person, their memory, and the model of what it should remember."""

    trial: Trial
    chance: Random
    taught: Lesson
    clock: HandClock
    memory: SqliteMemory
    model: Remembering
    follows: float = 1.0
    """How often the person says what the coach waits for, if they say anything."""
    days_back: float | None = None
    """By how many days the clock is still to be set back in this session."""

    def pass_time(self, passed_seconds: float) -> None:
        self.clock.turn(minutes=passed_seconds / 60.0)

    def remember(self, event: Event) -> None:
        self.memory(event)
        if isinstance(event, Fact):
            self.model(event)


def walk(trial: Trial) -> None:
    """One walk."""
    chance, clock = trial.chance, HandClock()
    taught = _drawn_lesson(chance)
    walked = _Walk(trial, chance, taught, clock, _memory(trial, clock), Remembering(clock))
    for _ in range(chance.choice([1, 1, 2, 3])):
        _session(walked)
        remembered, expected = _restarted(walked)
        otherwise = f"remembered is {remembered}, told was {expected}"
        trial.expect(agree(remembered, expected), otherwise)
        _let_time_pass(walked)
    if chance.random() < 0.5:
        walked.days_back = chance.choice(DAYS)
        _session(walked)
        agree_but_for_days(trial, clock, *_restarted(walked))
    set_back(trial, chance, clock, walked.memory)
    walked.memory.close()


def _restarted(walked: _Walk) -> tuple[History, History]:
    """What another start of the coach recalls, and what it should."""
    walked.memory.close()
    walked.model.restart()
    walked.memory = _memory(walked.trial, walked.clock)
    return walked.memory.recall(), walked.model.recall()


def _drawn_lesson(chance: Random) -> Lesson:
    sets, reps = chance.choice(_SIZES)
    return lesson(sets, reps, chance.choice(["full", "full", "short", "tones"]))


def _memory(trial: Trial, clock: HandClock) -> SqliteMemory:
    path: Path = trial.folder / "memory.db"
    return SqliteMemory(path, "default", clock, trial.fell.append, patience_seconds=60.0)


def _let_time_pass(walked: _Walk) -> None:
    """Until the next session: minutes or days, or some minutes back on the same day."""
    chance, clock = walked.chance, walked.clock
    back = chance.choice([1.0, 45.0])
    if chance.random() < 0.2 and clock.now().minute > back:
        walked.trial.tried["clock goes back"] += 1
        clock.jump(minutes=-back)
    else:
        clock.turn(minutes=chance.choice([0.1, 5.0, 29.0, 31.0, 600.0, 1440.0, 14_400.0]))


def _session(walked: _Walk) -> None:
    chance, trial = walked.chance, walked.trial
    plan = _plan(walked)
    watch = Watch(walked.taught.programme, plan, trial.fell.append)
    person = Person(
        walked.taught,
        plan,
        [walked.remember, watch],
        block=chance.choice(BLOCKS),
        hears_itself=chance.random() < 0.5,
        passed=walked.pass_time,
    )
    walked.follows = chance.choice([0.5, 0.9, 0.95, 0.97])
    person.wait(chance.uniform(0.1, 10.0))
    for _ in range(chance.choice([3, 15, 40, 80])):
        if person.engine.over:
            break
        _step(walked, person, watch)
    ends = chance.choices(_ENDS, (6.0, 1.0, 3.0, 3.0))[0]
    ends(walked, person, watch)
    trial.tried["sessions"] += 1
    trial.tried["events"] += watch.events
    trial.tried["minutes"] += round(seconds(person.now) / 60.0)
    watch.heard_out(person.speaker)


def _plan(walked: _Walk) -> Plan:
    programme, chance = walked.taught.programme, walked.chance
    day, history = walked.clock.now().day, walked.memory.recall()
    start, exercises = programme.routine.exercise, programme.exercises
    beginner = programme.routine.beginner
    plan = recommend(history, day, start, exercises, programme.asked, beginner)
    return replace(plan, opening=chance.choice(["guided", "guided", "greeting", "silent"]))


def _step(walked: _Walk, person: Person, watch: Watch) -> None:
    chance = walked.chance
    found = person.gone is not None and chance.random() < 0.3
    step = _devices_change if found else chance.choices(_STEPS, _WEIGHTS)[0]
    walked.trial.tried[step.__name__.strip("_").replace("_", " ")] += 1
    step(walked, person, watch)


def _says_something(walked: _Walk, person: Person, watch: Watch) -> None:
    chance = walked.chance
    if watch.state == "working" and chance.random() < 0.75:
        person.wait(chance.uniform(3.0, 20.0))  # busy with a rep
        return
    answers = _ANSWERS.get(watch.state, INTENTS) if chance.random() < walked.follows else INTENTS
    intent: Intent = chance.choice(answers)
    if intent in ENDING:
        _says_an_end(walked, person, watch, intent)
        return
    sentence = chance.choice(walked.taught.grammar.sentences(intent))
    person.say(sentence, chance.uniform(0.2, 1.2), chance.choice([1.0, 1.0, 1.0, 0.6, 0.2]))


def _says_an_end(walked: _Walk, person: Person, watch: Watch, intent: Intent = "stop") -> None:
    """Whatever is going on, it is over or on hold within a second."""
    chance = walked.chance
    person.wait(1.6)  # so that it is no part of the talk before
    if person.engine.over:
        return
    before, ended = watch.state, len(watch.ended)
    sentence = chance.choice(walked.taught.grammar.sentences(intent))
    said = person.say(sentence, 0.3 * len(sentence.split()), chance.choice([1.0, 1.0, 0.7]))
    person.wait(max(0.0, 1.0 - seconds(person.now - said)))
    waits = before == "waiting" and watch.plan.on_call  # in doubt it only listens for a moment
    can_hear = person.gone is None
    if can_hear and before not in FINAL and not waits:
        over = len(watch.ended) > ended or watch.state == "in_doubt"
        walked.trial.expect(over, f"{sentence!r} in {before} leaves the coach in {watch.state}")


def _mumbles(walked: _Walk, person: Person, _watch: Watch) -> None:
    person.say(walked.chance.choice(_TALK), walked.chance.uniform(0.3, 4.0), sound=MUMBLE)


def _is_silent(walked: _Walk, person: Person, _watch: Watch) -> None:
    person.wait(10.0 ** walked.chance.uniform(-1.3, 1.6))


def _makes_noise(walked: _Walk, person: Person, _watch: Watch) -> None:
    person.wait(walked.chance.uniform(0.05, 5.0), walked.chance.choice([NOISE, CLIPPED]))


def _sound_is_lost(walked: _Walk, person: Person, _watch: Watch) -> None:
    person.lose(samples(10.0 ** walked.chance.uniform(-3.0, 1.0)))


def _devices_change(walked: _Walk, person: Person, _watch: Watch) -> None:
    if not person.engine.over:
        person.change_devices(walked.chance)


def _memory_fails(_walked: _Walk, person: Person, _watch: Watch) -> None:
    person.engine.report_memory_failed()


def _clock_jumps(walked: _Walk, _person: Person, _watch: Watch) -> None:
    """It is set in the middle of a session, by minutes, or once and for all by days."""
    chance, clock = walked.chance, walked.clock
    minutes = chance.choice([1.0, 61.0, -1.0, -45.0, -300.0])
    if walked.days_back is not None:
        walked.trial.tried["clock goes back by days in a session"] += 1
        clock.jump(days=-walked.days_back)
        walked.days_back = None
    elif clock.now().minute + minutes >= 0.0:
        walked.trial.tried["clock goes back in a session"] += minutes < 0.0
        clock.jump(minutes=minutes)


_STEPS: tuple[Callable[[_Walk, Person, Watch], None], ...] = (
    *(_says_something, _mumbles, _is_silent, _makes_noise, _sound_is_lost),
    *(_devices_change, _memory_fails, _clock_jumps),
)
_WEIGHTS = (64.0, 3.0, 18.0, 3.0, 3.0, 1.5, 1.0, 2.0)


def _finds_devices(walked: _Walk, person: Person) -> None:
    if person.gone is not None and not person.engine.over:
        person.change_devices(walked.chance)


def _stops(walked: _Walk, person: Person, watch: Watch) -> None:
    """It is ended, and says no more than its farewell."""
    _finds_devices(walked, person)
    asked: Samples = person.now
    for _ in range(4):
        if person.engine.over or watch.ended:
            break
        _says_an_end(walked, person, watch, walked.chance.choice(sorted(ENDING)))
        person.wait(3.0)
    on_call = watch.state == "waiting" and watch.plan.on_call
    walked.trial.expect(
        bool(watch.ended) or on_call,
        f"four times it was told to end, from {asked / RATE_HZ:.2f} s on, and it is {watch.state}",
    )
    person.wait(90.0)
    walked.trial.expect(person.engine.over or on_call, "its farewell has no end")
    person.engine.abandon()


def _falls_silent(walked: _Walk, person: Person, watch: Watch) -> None:
    """Nobody is there any more: it ends, or waits in silence for somebody to come back."""
    _finds_devices(walked, person)
    until = person.now + samples(_GAVE_UP_SECONDS)
    waiting = "waiting" if watch.plan.on_call else "paused"
    while person.now < until and not person.engine.over and watch.state != waiting:
        person.wait(10.0)
    walked.trial.expect(
        person.engine.over or watch.state == waiting,
        f"after {_GAVE_UP_SECONDS / 60:g} minutes without a word it is {watch.state}",
    )
    person.engine.abandon()


def _is_interrupted(walked: _Walk, person: Person, watch: Watch) -> None:
    person.engine.abandon()
    walked.trial.expect(bool(watch.ended), "it was interrupted, and did not end")


def _loses_power(_walked: _Walk, _person: Person, _watch: Watch) -> None:
    """Nothing more happens."""


_ENDS = (_stops, _falls_silent, _is_interrupted, _loses_power)

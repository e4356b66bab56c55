"""Service: a room over hours and days, with a box in it that nobody starts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from coach.app.assembly import Coach
from coach.app.ears import Ears
from coach.app.language_files import load_language
from coach.app.outputs import Outputs
from coach.app.service import DeferredMemory, Service
from coach.app.supervision import LOOKING
from coach.devices.memory import sqlite_file
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.engine import Observer
from coach.errors import CoachError, DeviceError, SoundHangs
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd, Noticed
from coach.messages.events import Event, SpeechBegan, Spoken
from coach.messages.facts import HabitTold, SessionBegan, SessionResumed, StateChanged
from coach.ports import Duplex, DuplexHandler
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance
from coach.training.history import History, Memory
from coach.training.plan import Plan
from coach.units import Block, Samples, samples
from tests.app.notices import RecordedNotices
from tests.memories import HandClock, begin, remember, session, tell
from tests.openings import skips_to
from tests.stories import Recorder, lesson

pytestmark = pytest.mark.slow

BLOCK: Samples = samples(1.0)
HOUR_SECONDS = 3600.0
TAUGHT = lesson(1, 2)
TO_THE_SET = ["ready", "skip", "skip", *skips_to("working")]
INTO_THE_SET = [*TO_THE_SET, "how many"]
"""For somebody new."""


@dataclass
class Room:
    """Time goes by in it, on the clock as well, whatever session is on.

    ``said`` are words, and the second at which they begin. ``coarse`` ears hear them no worse, but
    examine longer frames. ``broken`` is how often there is no microphone, ``broken_by`` the error,
    and ``unplugged_at_seconds`` when it goes. Where nothing at all is ``said`` no recogniser runs,
    which would take time.
    """

    clock: HandClock
    said: list[tuple[float, str]] = field(default_factory=list)
    length_seconds: float = 60.0
    coarse: bool = False
    broken: int = 0
    unplugged_at_seconds: float | None = None
    broken_by: CoachError = field(default_factory=lambda: DeviceError("no microphone"))
    now: Samples = 0

    def is_over(self) -> bool:
        return self.now >= samples(self.length_seconds)

    def open(self) -> Duplex:
        if self.broken:
            self.broken -= 1
            raise self.broken_by
        return RoomDuplex(self)

    def front_end(self, _warn: Callable[[str], None]) -> FrontEnd:
        told = [Utterance(samples(at_seconds) - self.now, words) for at_seconds, words in self.said]
        recogniser = ScriptedRecogniser(each for each in told if each.at >= 0)
        settings = HearingSettings(frame=samples(0.9)) if self.coarse else HearingSettings()
        listening = FrontEnd if self.said else Asleep
        return listening(Endpointer(recogniser, TAUGHT.grammar, settings))

    def speaks(self, at: Samples) -> bool:
        return any(
            samples(at_seconds) - BLOCK < at < samples(at_seconds + 1.0)
            for at_seconds, _ in self.said
        )


class RoomDuplex:
    """Its microphone is the room's: noise where somebody speaks, to a tenth of a second."""

    def __init__(self, room: Room) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._room = room

    def run(self, handler: DuplexHandler) -> None:
        room = self._room
        while not room.is_over():
            if room.unplugged_at_seconds is not None and room.now >= samples(
                room.unplugged_at_seconds
            ):
                room.unplugged_at_seconds = None
                raise DeviceError("the microphone is gone")
            block = _sound(room)
            room.now += len(block)
            room.clock.turn(minutes=len(block) / BLOCK / 60.0)
            if handler.process(block) is None:
                return


def _sound(room: Room) -> Block:
    """A second of quiet, or a hundredth in which somebody may speak."""
    if not room.speaks(room.now):
        return _QUIET
    aloud = any(samples(s) <= room.now < samples(s + 0.5) for s, _ in room.said)
    return (_LOUD if aloud else _QUIET)[: samples(0.01)]


_QUIET = np.tile(np.array([3, -3], np.int16), BLOCK // 2)
_LOUD = np.tile(np.array([4000, -4000], np.int16), BLOCK // 2)


class Asleep(FrontEnd):
    """Ears for a room in which nothing is said."""

    def process(self, microphone: Block, speaker: Block, wanted: Wanted) -> list[Noticed]:
        return []


class RoomEars(Ears):
    """Ears that know what is said in a room."""

    room: Room

    def front_end(self, warn: Callable[[str], None]) -> FrontEnd:
        return self.room.front_end(warn)


@dataclass
class Day:
    """What came of a service in a room."""

    recorder: Recorder
    told: RecordedNotices
    waited: list[float]

    @property
    def states(self) -> list[list[str]]:
        """Those of each session."""
        sessions: list[list[str]] = []
        for event in self.recorder.of(StateChanged):
            if event.source is None:
                sessions.append([])
            sessions[-1].append(event.dest)
        return sessions

    @property
    def said(self) -> list[str]:
        return [event.prompt for event in self.recorder.of(Spoken)]


class Acquainted(Coach):
    """A coach to whom everybody has told whether they are new to it, and how hard it was."""

    def plan(self, history: History, today: int) -> Plan:
        return super().plan(replace(history, practised=True, effort_day=today), today)


def serve(
    room: Room,
    memory: Memory,
    *,
    greets: bool = True,
    screens: bool = False,
    watching: Observer | None = None,
) -> Day:
    ears = object.__new__(RoomEars)
    object.__setattr__(ears, "room", room)
    object.__setattr__(ears, "pack", load_language())
    day = Day(Recorder(), RecordedNotices(), [])
    service = Service(
        *(Acquainted(TAUGHT, ears), room.open, room.clock, memory, day.told, pytest.fail),
        outputs=Outputs(),
        observers=[day.recorder, *([watching] if watching else [])],
        wait=day.waited.append,
        greets=greets,
        screens=screens,
    )
    service.run(room.is_over)
    return day


@pytest.mark.parametrize("words", [["ready", *["no"] * 5], ["ready", "no", "no"]])
def test_health_is_asked_about_until_all_of_it_was_answered(file: Path, words: list[str]) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        answers = [(50 + 15.0 * i, word) for i, word in enumerate(words[1:])]
        day = serve(Room(clock, [(5, words[0]), *answers], 130), memory, screens=True)
        answered = len(words) == 6
        assert day.states[0][:2] == ["waiting", "screening"]
        assert ("planning" in day.states[0]) == answered
        assert (memory.recall().screened is not None) == answered


def one_by_one(words: list[str], from_seconds: float) -> list[tuple[float, str]]:
    return [(from_seconds + 2.5 * i, word) for i, word in enumerate(words)]


def rows(file: Path) -> int:
    """How many sessions the memory holds, empty ones as well."""
    with closing(sqlite_file.open_file(file)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
    return int(count)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


# One after another


def test_ready_begins_and_after_the_goodbye_it_waits_again(file: Path) -> None:
    clock = HandClock()
    # Who trained today is asked one more thing: whether it shall be the same.
    again = ["ready", "skip", *INTO_THE_SET[1:]]
    twice = one_by_one(INTO_THE_SET, 30) + one_by_one(again, 400)
    room = Room(clock, twice, length_seconds=800)
    with remember(file, clock) as memory:
        day = serve(room, memory)
        assert [(each.outcome, each.perfect) for each in memory.recall().trainings] == [
            ("finished", 2),
            ("finished", 2),
        ]
    assert [(states[0], states[-1]) for states in day.states] == [
        ("waiting", "finished"),
        ("waiting", "finished"),
        ("waiting", "waiting"),
    ]
    assert day.said.count("greeting") == 1
    assert day.said.count("next_time") == 2
    assert rows(file) == 2
    assert day.told.lines[:3] == ["waiting", "ready", "training: straight leg lift, planning"]
    assert day.told.lines[-2:] == ["waiting", "stopping"]
    assert day.told.beats > 500


def test_each_session_knows_of_the_ones_before_it(file: Path) -> None:
    clock = HandClock()
    room = Room(clock, [*one_by_one(INTO_THE_SET, 5), (400, "ready")], length_seconds=420)
    with remember(file, clock) as memory:
        day = serve(room, memory)
    assert "easy_today" in day.said
    assert "ask_sitting" not in day.said[day.said.index("goodbye") :]


# Waiting


def test_it_waits_for_eight_hours_without_a_word_or_a_trace(file: Path) -> None:
    clock = HandClock(minutes=12 * 60)
    room = Room(clock, length_seconds=8 * HOUR_SECONDS, coarse=True)
    with remember(file, clock) as memory:
        day = serve(room, memory)
    assert [event.prompt for event in day.recorder.of(SpeechBegan)] == ["greeting"]
    assert day.states == [["waiting"]]
    assert rows(file) == 0


def test_a_waiting_session_is_replaced_at_midnight_without_a_word(file: Path) -> None:
    """What was trained before midnight was trained yesterday, when ready is said after it."""
    clock = HandClock(minutes=24 * 60 - 0.5)
    with remember(file, clock) as memory:
        tell(memory, [HabitTold(0, sits=False), *session()])
        day = serve(Room(clock, [(50, "ready")], length_seconds=65), memory, greets=False)
    assert day.states == [["waiting"], ["waiting", "planning"]]
    assert day.said[:3] == ["say_hurts", "say_stop", "easy_yesterday"]


def test_somebody_who_trains_across_midnight_is_not_disturbed(file: Path) -> None:
    clock = HandClock(minutes=24 * 60 - 1)
    room = Room(clock, one_by_one(INTO_THE_SET, 5), length_seconds=300)
    with remember(file, clock) as memory:
        day = serve(room, memory)
    assert day.states[0][-1] == "finished"


@pytest.mark.parametrize(
    "words", ["yes", "skip", "pause", "start over", "why", "how many", "easier"]
)
def test_what_a_room_says_all_day_means_nothing_to_it(file: Path, words: str) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        day = serve(Room(clock, [(10, words)]), memory, greets=False)
    assert day.recorder.of(SpeechBegan) == []
    assert day.states == [["waiting"]]


def test_stop_silences_the_greeting_and_nothing_else(file: Path) -> None:
    clock = HandClock()
    room = Room(clock, [(3, "stop"), (20, "stop"), (30, "ready")])
    with remember(file, clock) as memory:
        day = serve(room, memory)
    assert day.recorder.of(Spoken)[0].interrupted
    assert day.states[0][:2] == ["waiting", "planning"]


def test_pain_is_answered_and_remembered_and_it_waits_again(file: Path) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        day = serve(Room(clock, [(10, "it hurts")]), memory)
        assert memory.recall().ended_in_pain
    assert "pain_professional" in day.said
    assert day.states == [["waiting", "stopped"], ["waiting"]]


# An empty room


def test_a_session_that_nobody_takes_part_in_ends_by_itself_and_leaves_no_trace(file: Path) -> None:
    """The television says ready."""
    clock = HandClock()
    room = Room(clock, [(10, "ready")], length_seconds=1400, coarse=True)
    with remember(file, clock) as memory:
        tell(memory, [])
        day = serve(room, memory)
        assert memory.recall() == History()
    assert [states[-1] for states in day.states] == ["paused", "waiting"]
    assert day.said[-1] == "waiting_quietly"
    assert rows(file) == 0


@pytest.mark.parametrize(("back_seconds", "offered"), [(1600, True), (3000, False)])
def test_who_left_in_the_middle_is_offered_to_go_on_for_half_an_hour(
    file: Path, back_seconds: float, *, offered: bool
) -> None:
    """By the same box, which gave up after a quarter of an hour."""
    clock = HandClock()
    words = ["ready", "no", "skip", "skip"]
    room = Room(
        clock,
        [*one_by_one(words, 5), (back_seconds, "ready")],
        length_seconds=back_seconds + 30,
        coarse=True,
    )
    with remember(file, clock) as memory:
        day = serve(room, memory)
    assert day.states[0][-1] == "paused"
    assert ("ask_take_up" in day.said) is offered


# Power


@dataclass
class Mains:
    """A Memory that is told nothing any more from the moment on at which the power fails."""

    memory: Memory
    room: Room
    fails_at_seconds: float

    @property
    def failed(self) -> bool:
        return self.memory.failed

    def recall(self) -> History:
        return self.memory.recall()

    def __call__(self, event: Event) -> None:
        if self.room.now < samples(self.fails_at_seconds):
            self.memory(event)


def test_a_session_that_a_power_cut_broke_off_is_offered_again(file: Path) -> None:
    clock = HandClock()
    room = Room(clock, one_by_one(TO_THE_SET, 5), length_seconds=55)
    before = remember(file, clock)
    first = serve(room, Mains(before, room, 54))
    assert first.states[0][-1] == "working"
    clock.turn(minutes=6)
    back = Room(clock, [(10, "ready"), (24, "yes")], length_seconds=210)
    with remember(file, clock) as memory:
        day = serve(back, memory)
        (training,) = memory.recall().trainings
    assert day.said[:4] == ["greeting", "say_hurts", "say_stop", "ask_take_up"]
    assert len(day.recorder.of(SessionResumed)) == 1
    assert (training.outcome, training.perfect) == ("finished", 2)


# Devices


def test_it_looks_for_a_microphone_until_there_is_one(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock()
    with remember(file, clock) as memory:
        day = serve(Room(clock, broken=3), memory)
    assert day.waited == [2.0, 2.0, 2.0]
    assert day.told.lines[:2] == [LOOKING, "ready"]
    assert day.said == ["greeting"]
    told = [record.message for record in caplog.records if record.name == "coach.service"]
    assert told == ["no microphone; trying again"]


def test_a_sound_library_that_hangs_ends_it_for_another_process_to_begin(file: Path) -> None:
    clock = HandClock()
    room = Room(clock, broken=1, broken_by=SoundHangs("it hangs"))
    with remember(file, clock) as memory, pytest.raises(SoundHangs):
        serve(room, memory)


def test_a_microphone_that_goes_ends_the_session_which_can_be_gone_on_with(file: Path) -> None:
    clock = HandClock()
    words = [*one_by_one(TO_THE_SET, 5), (70, "ready")]
    with remember(file, clock) as memory:
        day = serve(Room(clock, words, length_seconds=90, unplugged_at_seconds=60), memory)
    assert [states[-1] for states in day.states] == ["working", "planning"]
    assert "ask_take_up" in day.said
    assert LOOKING in day.told.lines


# The memory


def test_what_was_held_back_is_told_with_its_times_from_the_ready(file: Path) -> None:
    told = Recorder()

    class Listener:
        failed = True

        def recall(self) -> History:
            return History()

        def __call__(self, event: Event) -> None:
            told(event)

    held = DeferredMemory(Listener())
    days = samples(2 * 24 * HOUR_SECONDS)
    facts = begin()
    for fact in facts[:3]:
        held(fact)
    for fact in facts[3:]:
        held(replace(fact, at=fact.at + days))
    assert (told.events, held.failed) == ([], False)
    for fact in session()[len(facts) :]:
        held(replace(fact, at=fact.at + days))
    assert held.failed
    assert told.of(SessionBegan)[0].at == 0
    assert max(event.at for event in told.of(StateChanged)) == samples(91) - samples(5)


def test_a_memory_keeps_of_past_sessions_only_what_is_in_its_file(file: Path) -> None:
    clock = HandClock()
    with SqliteMemory(file, "default", clock, pytest.fail, patience_seconds=60.0) as memory:
        for _ in range(20):
            tell(memory, session())
            clock.turn(minutes=60)
        assert len(memory._facts) == len(session())
    assert rows(file) == 20

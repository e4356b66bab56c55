"""Calibration: what one session finds out about its devices, the next one begins with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from coach.app.assembly import Coach
from coach.app.outputs import Outputs
from coach.app.run_session import run_session
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.sound.speexdsp import SpeexdspCanceller
from coach.echo.canceller import Calibration, EchoCanceller
from coach.echo.delay_estimator import LONGEST
from coach.engine import Engine, Observer
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.messages.events import EchoFound
from coach.ports import DuplexHandler
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser
from coach.training.history import History
from coach.training.plan import Plan
from coach.units import Block, Samples, samples, silence
from tests.echo.test_canceller import COACH, SETTLED, USER, cancelled, echo_of, reduction_db

NOTHING = Wanted(frozenset(), frozenset())
MIC = "USB Mic → Speakers"
LATE: Samples = samples(0.4)
NEARLY: Samples = samples(0.001)


# The echo


@pytest.mark.slow
def test_an_echo_that_was_known_is_cancelled_before_it_is_found_again() -> None:
    coming_back = echo_of(COACH, samples(0.6), 0, USER)
    reductions = []
    for kept in (None, Calibration(samples(0.6))):
        echo = EchoCanceller(SpeexdspCanceller)
        if kept:
            echo.calibrate(kept)
        clean = cancelled(echo, coming_back, COACH)
        beginning = slice(samples(0.6), samples(2.5))
        reductions.append(reduction_db(coming_back, clean, beginning))
    assert reductions[1] > reductions[0] + 1.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kept_seconds", "delay_seconds"),
    [(0.6, 0.19), (0.05, 0.5), (0.75, 0.03), (0.23, 0.19), (0.0, 0.05)],
)
def test_a_calibration_that_is_wrong_is_mended(kept_seconds: float, delay_seconds: float) -> None:
    """Another room, another driver: what was kept costs no more than the first words."""
    coming_back = echo_of(COACH, samples(delay_seconds), 0, USER)
    echo = EchoCanceller(SpeexdspCanceller)
    echo.calibrate(Calibration(samples(kept_seconds)))
    assert echo.calibration is None
    clean = cancelled(echo, coming_back, COACH)
    assert reduction_db(coming_back, clean, SETTLED) > 15
    assert echo.calibration is not None
    assert echo.calibration.delay == pytest.approx(samples(delay_seconds), abs=NEARLY)


def front_end(grammar: Grammar, echo: EchoCanceller | None) -> FrontEnd:
    return FrontEnd(Endpointer(ScriptedRecogniser([]), grammar, HearingSettings()), echo)


def found(front: FrontEnd, coming_back: Block, speaker: Block) -> list[EchoFound]:
    frames = range(0, len(speaker) - front.frame + 1, front.frame)
    spans = [slice(start, start + front.frame) for start in frames]
    noticed = [front.process(coming_back[span], speaker[span], NOTHING) for span in spans]
    return [each for findings in noticed for each in findings if isinstance(each, EchoFound)]


def test_an_echo_is_made_known_when_it_is_found_and_when_it_jumps(grammar: Grammar) -> None:
    front = front_end(grammar, EchoCanceller(SpeexdspCanceller))
    said = COACH[: samples(6) // front.frame * front.frame]
    first, none, jumped = (
        found(front, echo_of(said, samples(delay_seconds), 0, USER), said)
        for delay_seconds in (0.06, 0.063, 0.31)
    )
    assert none == []
    assert [each.delay for each in (*first, *jumped)] == [
        pytest.approx(samples(delay_seconds), abs=NEARLY) for delay_seconds in (0.06, 0.31)
    ]
    assert first[0].at < samples(3)
    assert 2 * len(said) < jumped[0].at < 2 * len(said) + samples(4)
    assert front.calibration is not None
    assert front.calibration.delay == pytest.approx(samples(0.31), abs=NEARLY)


def test_where_nothing_comes_back_nothing_is_learnt(grammar: Grammar) -> None:
    for echo in (None, EchoCanceller(SpeexdspCanceller)):
        front = front_end(grammar, echo)
        front.calibrate(Calibration(LATE))
        assert found(front, silence(len(COACH)), COACH) == []
        assert front.calibration is None


# From one session to the next


class FarEnds:
    """An AdaptiveFilter that cancels nothing and keeps where it was to look for the echo."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        self.blocks.append(speaker)
        return microphone


@dataclass(frozen=True, slots=True)
class DeafCoach(Coach):
    """The real coach, who minds its echo and understands no word."""

    far_ends: FarEnds

    def engine(
        self, plan: Plan, observers: Iterable[Observer], warn: Callable[[str], None]
    ) -> Engine:
        front = front_end(self.lesson.grammar, EchoCanceller(lambda: self.far_ends))
        return Engine(self.lesson.session(plan), self.lesson.cues, front, observers)


class Speakerphone:
    """A Duplex in a quiet room. ``echo`` is when the speaker is heard, None for headphones."""

    def __init__(self, name: str | None, echo: Samples | None, *, interrupted: bool = False):
        self.delay: Samples = samples(0.12)
        self.name = name
        self._echo = echo
        self._interrupted = interrupted
        self.played: list[Block] = []

    def run(self, handler: DuplexHandler) -> None:
        noise = np.random.default_rng(4).normal(0.0, 3.0, samples(6)).astype(np.int16)
        coming = silence(self._echo or 320)
        for start in range(0, len(noise), 320):
            answer = handler.process(coming[:320] // 2 + noise[start : start + 320])
            assert answer is not None
            self.played.append(answer)
            back = silence(320) if self._echo is None else answer
            coming = np.concatenate([coming[320:], back])
        if self._interrupted:
            raise KeyboardInterrupt


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session after another with the same files."""

    coach: Coach
    folder: Path

    @property
    def kept(self) -> Path:
        return self.folder / "calibration.json"

    def expected(self, duplex: Speakerphone, warn: Callable[[str], None] = pytest.fail) -> Samples:
        """Run a session; when it expected the echo, until it had found it."""
        far_ends = FarEnds()
        coach = DeafCoach(self.coach.lesson, self.coach.ears, far_ends)
        outputs = Outputs(str(self.folder / "journal.jsonl"), calibrations=self.kept)
        run_session(coach, coach.plan(History(), 0), duplex, [], outputs, warn)
        first = [onset(blocks) for blocks in (far_ends.blocks, duplex.played)]
        return first[0] - first[1]

    def delays_seconds(self) -> list[float]:
        """Of the echoes of the last session's journal."""
        lines = (self.folder / "journal.jsonl").read_text().splitlines()
        records = [json.loads(line) for line in lines]
        return [record["delay_s"] for record in records if record["event"] == "echo"]


def onset(blocks: list[Block]) -> Samples:
    return int(np.flatnonzero(np.concatenate(blocks))[0])


@pytest.fixture
def sitting(coach: Coach, tmp_path: Path) -> Sitting:
    return Sitting(coach, tmp_path)


@pytest.mark.model
def test_the_next_start_begins_with_what_the_last_one_found(sitting: Sitting) -> None:
    assert sitting.expected(Speakerphone(MIC, LATE)) == samples(0.12)
    assert sitting.delays_seconds() == [pytest.approx(0.4, abs=0.001)]
    assert LATE - samples(0.03) < sitting.expected(Speakerphone(MIC, LATE)) < LATE
    assert sitting.expected(Speakerphone("another", LATE)) == samples(0.12)


@pytest.mark.model
def test_what_was_kept_is_replaced_where_the_devices_have_changed(sitting: Sitting) -> None:
    CalibrationFile(sitting.kept, pytest.fail).keep(MIC, Calibration(LONGEST))
    sitting.expected(Speakerphone(MIC, LATE))
    kept = CalibrationFile(sitting.kept, pytest.fail).find(MIC)
    assert kept is not None
    assert kept.delay == pytest.approx(LATE, abs=NEARLY)


@pytest.mark.model
def test_no_echo_is_expected_sooner_than_the_devices_can_play(sitting: Sitting) -> None:
    CalibrationFile(sitting.kept, pytest.fail).keep(MIC, Calibration(0))
    assert sitting.expected(Speakerphone(MIC, LATE)) == samples(0.12)


@pytest.mark.model
def test_a_session_that_is_interrupted_keeps_what_it_found(sitting: Sitting) -> None:
    with pytest.raises(KeyboardInterrupt):
        sitting.expected(Speakerphone(MIC, LATE, interrupted=True))
    assert CalibrationFile(sitting.kept, pytest.fail).find(MIC) is not None


@pytest.mark.model
def test_what_has_no_name_neither_keeps_nor_reads(sitting: Sitting) -> None:
    sitting.expected(Speakerphone(None, LATE))
    assert not sitting.kept.exists()
    sitting.kept.write_text("damaged")
    assert sitting.expected(Speakerphone(None, LATE)) == samples(0.12)
    assert sitting.kept.read_text() == "damaged"


@pytest.mark.model
def test_who_finds_nothing_leaves_what_was_kept(sitting: Sitting) -> None:
    CalibrationFile(sitting.kept, pytest.fail).keep(MIC, Calibration(LATE))
    before = sitting.kept.read_bytes()
    sitting.expected(Speakerphone(MIC, None))
    assert sitting.kept.read_bytes() == before
    assert sitting.delays_seconds() == []


@pytest.mark.model
@pytest.mark.parametrize("damage", ["damaged file", "no folder"])
def test_a_session_runs_without_the_file(sitting: Sitting, damage: str) -> None:
    if damage == "damaged file":
        sitting.kept.write_text("{")
    else:
        sitting.kept.mkdir()
    said: list[str] = []
    assert sitting.expected(Speakerphone(MIC, LATE), said.append) == samples(0.12)
    assert len(said) == 1

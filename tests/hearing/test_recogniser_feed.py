"""Gate: what reaches the recogniser is every sample in its place, or is told to be skipped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.hearing.recogniser_feed import RecogniserFeed
from coach.ports import Word
from coach.settings import HearingSettings
from coach.units import Block, Samples

Step = Literal["loud", "quiet", "rest"]
FRAME: Samples = 100


class Tape:
    """A Recogniser that keeps what it is given, and always has a word on its lips."""

    def __init__(self) -> None:
        self.now: Samples = 0
        self.heard: list[int] = []
        self.skipped: list[Samples] = []
        self.closed_at: list[Samples] = []

    def accept_waveform(self, block: Block) -> None:
        assert block[0] == self.now, "a sample is its own place: none is missing, none comes twice"
        self.heard += block.tolist()
        self.now += len(block)

    def skip(self, count: Samples) -> None:
        assert count > 0
        self.skipped.append(count)
        self.now += count

    def partial(self) -> str:
        return "word"

    def result(self) -> tuple[Word, ...]:
        self.closed_at.append(self.now)
        return (Word("word", 0, self.now, 1.0),)


class Room:
    """A microphone whose every sample is its own place in time, before a feed."""

    def __init__(self, lead_in: Samples) -> None:
        self.tape = Tape()
        self.feed = RecogniserFeed(self.tape, lead_in)
        self.now: Samples = 0

    def take(self, step: Step, length: Samples = FRAME) -> None:
        if step == "rest":
            self.feed.rest()
            return
        frame = np.arange(self.now, self.now + length, dtype=np.int16)
        self.now += length
        self.feed.feed(frame, loud=step == "loud")

    @property
    def held(self) -> Samples:
        """What the recogniser has not been told of yet."""
        return self.now - self.tape.now


def played(steps: Iterable[Step], lead_in: Samples) -> Room:
    room = Room(lead_in)
    for step in steps:
        room.take(step)
    return room


Q: list[Step] = ["quiet"]
L: list[Step] = ["loud"]
R: list[Step] = ["rest"]


@pytest.mark.parametrize(
    ("steps", "lead_in", "heard", "skipped"),
    [
        (Q * 9, 250, [], [100] * 7),
        (Q * 2, 250, [], []),
        (L, 250, [(0, 100)], []),
        (Q * 2 + L, 250, [(0, 300)], []),
        (Q * 9 + L, 250, [(700, 1000)], [100] * 7),
        (Q * 9 + L, 200, [(700, 1000)], [100] * 7),
        (Q * 9 + L, 199, [(800, 1000)], [100] * 8),
        (Q * 9 + L, 0, [(900, 1000)], [100] * 9),
        (Q * 9 + L + Q * 3, 250, [(700, 1300)], [100] * 7),
        (L + Q * 3 + R + Q * 4, 250, [(0, 400)], [100] * 2),
        (L + R + Q * 4 + L, 250, [(0, 100), (300, 600)], [100] * 2),
        (L + R + L, 250, [(0, 200)], []),
        (L + R + Q + R + Q * 2 + L, 250, [(0, 100), (200, 500)], [100]),
    ],
)
def test_the_lead_in_is_handed_over_with_the_first_sound(
    steps: list[Step], lead_in: Samples, heard: list[tuple[int, int]], skipped: list[Samples]
) -> None:
    tape = played(steps, lead_in).tape
    assert tape.heard == [sample for span in heard for sample in range(*span)]
    assert tape.skipped == skipped


@pytest.mark.parametrize(
    ("steps", "listening"),
    [
        ([], False),
        (Q, False),
        (L, True),
        (L + Q * 50, True),
        (L + R, False),
        (L + R + Q, False),
        (L + R + L, True),
        (R, False),
    ],
)
def test_it_listens_from_the_first_sound_until_it_is_told_to_rest(
    steps: list[Step], listening: bool
) -> None:
    feed = played(steps, 250).feed
    assert feed.listening is listening
    assert feed.partial() == ("word" if listening else "")


def test_a_rest_closes_the_utterance_before_time_goes_on() -> None:
    tape = played(L + Q + R + Q * 9, 250).tape
    assert tape.closed_at == [200]


def test_a_result_closes_the_utterance_and_it_goes_on_listening() -> None:
    room = played(L, 250)
    assert room.feed.result() == (Word("word", 0, FRAME, 1.0),)
    room.take("quiet")
    assert room.feed.listening
    assert room.tape.now == room.now


Steps = st.lists(
    st.tuples(st.sampled_from(["loud", "quiet", "quiet", "quiet", "rest"]), st.integers(1, 400)),
    max_size=60,
)


@given(Steps, st.integers(0, 1500))
def test_every_sample_is_heard_once_or_skipped_but_for_what_is_held(
    steps: list[tuple[Step, Samples]], lead_in: Samples
) -> None:
    """``Tape`` itself sees to order; no more is held than the lead-in, and no less."""
    room = Room(lead_in)
    for step, length in steps:
        before, forgotten = room.held, len(room.tape.skipped)
        room.take(step, length)
        tape = room.tape
        assert len(tape.heard) + sum(tape.skipped) == room.now - room.held
        if room.feed.listening:
            assert room.held == 0
            assert len(tape.skipped) == forgotten, "what leads up to a sound is not lost"
        else:
            assert room.held <= lead_in
            if len(tape.skipped) > forgotten:
                assert room.held + tape.skipped[-1] > lead_in, "nothing is forgotten too soon"
            elif step == "quiet":
                assert room.held == before + length


@given(st.lists(st.sampled_from(["loud", "quiet"]), max_size=60))
def test_the_settings_of_the_coach_hold_whole_frames(steps: list[Step]) -> None:
    settings = HearingSettings()
    room = Room(settings.lead_in)
    for step in steps:
        room.take(step, settings.frame)
    quiet = steps.index("loud") if "loud" in steps else len(steps)
    lead_in = min(quiet, settings.lead_in // settings.frame)
    assert len(room.tape.skipped) == quiet - lead_in
    assert room.held == (0 if "loud" in steps else lead_in * settings.frame)

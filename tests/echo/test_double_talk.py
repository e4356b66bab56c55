"""Double talk: while somebody speaks over it the coach is softer, and loses no word by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.levels import measured_frames
from coach.echo.canceller import EchoCanceller
from coach.messages.actions import Say
from coach.speaking.mixer import Mixer, Volume
from coach.units import Block, Samples, rms, samples

FRAME: Samples = samples(0.03)


def noise(level: float, length_seconds: float, seed: int = 0) -> Block:
    return np.random.default_rng(seed).normal(0.0, level, samples(length_seconds)).astype(np.int16)


def goes_on(user: Block, coach: Block) -> list[tuple[float, float]]:
    """From when to when, in seconds, there is double talk; the echo is as loud as the coach."""
    canceller = EchoCanceller(None)
    spans: list[tuple[float, float]] = []
    for index, frame in enumerate(measured_frames(coach + user, FRAME)):
        at = index * FRAME
        canceller.cancel(frame, coach[at : at + FRAME])
        now = (at + FRAME) / 16_000
        if canceller.double_talk.going_on:
            began = spans.pop()[0] if spans and spans[-1][1] == round(now - 0.03, 2) else now
            spans.append((began, round(now, 2)))
    return spans


def over(length_seconds: float, *sounds: tuple[float, float]) -> Block:
    """A user who is silent but for sounds, each from a second to a second."""
    user = noise(3.0, length_seconds)
    for begin, end in sounds:
        user[samples(begin) : samples(end)] = noise(4000.0, end - begin, 1)
    return user


COACH = noise(300.0, 12.0, 2)


def test_a_cough_is_double_talk_from_its_first_tenth_until_half_a_second_after_it() -> None:
    ((began, ended),) = goes_on(over(12, (6.0, 6.4)), COACH)
    assert 6.05 < began < 6.2
    assert 6.8 < ended < 7.05


def test_nobody_speaks_over_a_coach_who_is_silent() -> None:
    assert goes_on(over(12, (6.0, 7.0)), np.zeros_like(COACH)) == []


def test_the_coach_alone_does_not_speak_over_itself() -> None:
    assert goes_on(over(12), COACH) == []


def test_what_does_not_end_is_not_meant_for_the_coach() -> None:
    """Music, or a talk: the voice is raised again after three seconds, and stays up."""
    ((began, ended),) = goes_on(over(12, (4.0, 11.5)), COACH)
    assert ended - began == pytest.approx(3.0, abs=0.1)


def test_after_a_second_of_quiet_it_listens_up_again() -> None:
    spans = goes_on(over(12, (2.0, 5.5), (10.0, 10.5)), COACH)
    assert len(spans) == 2
    assert 10.0 < spans[1][0] < 10.2


# The voice


LONG: Block = np.full(samples(3), 8000, dtype=np.int16)


def speak(sizes: Sequence[int], *, on_beat: bool = False) -> Block:
    """Three seconds of a cue, ducked after one and raised after two, rendered in blocks."""
    speaking = Mixer({"Inhale.": LONG})
    speaking.say(Say("inhale", "Inhale.", on_beat), 0)
    played, now, turn = [], 0, 0
    changes = {samples(1): speaking.duck, samples(2): speaking.unduck}
    while now < len(LONG):
        if now in changes:
            changes.pop(now)()
        until = min([*(at for at in changes if at > now), len(LONG)])
        count = min(sizes[turn % len(sizes)], until - now)
        played.append(speaking.render(count))
        now, turn = now + count, turn + 1
    return np.concatenate(played)


@pytest.mark.parametrize(
    ("begin_seconds", "end_seconds", "level_db"),
    [(0.0, 1.0, 0.0), (1.05, 2.0, -15.0), (2.2, 3.0, 0.0)],
    ids=["before", "50 ms later", "raised within 200 ms"],
)
def test_a_ducked_voice_is_15_db_softer(
    begin_seconds: float, end_seconds: float, level_db: float
) -> None:
    part = speak([480])[samples(begin_seconds) : samples(end_seconds)]
    assert 20 * np.log10(rms(part) / 8000) == pytest.approx(level_db, abs=0.05)


def test_it_does_not_click() -> None:
    assert np.max(np.abs(np.diff(speak([480]).astype(int)))) < 20


def test_a_count_is_never_ducked() -> None:
    assert np.array_equal(speak([480], on_beat=True), LONG)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 4000), min_size=1, max_size=6).filter(lambda s: sum(s) > 200))
def test_slicing_does_not_change_how_it_is_ducked(sizes: list[int]) -> None:
    assert np.array_equal(speak(sizes), speak([480]))


def test_a_volume_that_is_changed_on_its_way_goes_on_from_there() -> None:
    volume = Volume()
    volume.change(0.0, 100)
    volume.advance(50)
    volume.change(1.0, 100)
    assert volume.ahead(101)[[0, 50, 100]] == pytest.approx([0.5, 0.75, 1.0])

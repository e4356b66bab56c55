"""Chirp: the echo of it is found where it is and as loud as it is, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from coach.doctor.chirp import LATEST, LENGTH, LEVEL_DBFS, chirp, find_echo
from coach.doctor.noise import dbfs
from coach.simulation.echo_path import BLOCK, EchoPath, at_microphone_db
from coach.simulation.rehearsal import RoomEcho
from coach.units import Block, Samples, rms, samples, silence

STARTS = tuple(samples(0.5) + number * (LENGTH + LATEST) for number in range(3))
WHOLE: Samples = STARTS[-1] + LENGTH + LATEST


def noise(level: float, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, level, WHOLE)


def played() -> Block:
    sound = silence(WHOLE)
    for start in STARTS:
        sound[start : start + LENGTH] = chirp()
    return sound


def microphone(delay: Samples, gain_db: float, level: float) -> Block:
    sound = noise(level)
    sound[delay:] += played()[: WHOLE - delay] * 10.0 ** (gain_db / 20.0)
    return np.clip(np.round(sound), -32768, 32767).astype(np.int16)


def test_it_is_short_as_loud_as_the_coach_and_without_a_click() -> None:
    assert len(chirp()) == samples(0.5)
    assert dbfs(rms(chirp())) == pytest.approx(LEVEL_DBFS, abs=0.1)
    assert max(abs(int(chirp()[0])), abs(int(chirp()[-1]))) < 10
    assert int(np.max(np.abs(chirp()))) < 8000


@pytest.mark.parametrize("delay_seconds", [0.0, 0.001, 0.06, 0.18, 0.749, 0.95])
@pytest.mark.parametrize(("gain_db", "level"), [(-10.0, 10.0), (-40.0, 10.0), (-10.0, 1500.0)])
def test_the_delay_is_found_to_the_sample(
    delay_seconds: float, gain_db: float, level: float
) -> None:
    delay = samples(delay_seconds)
    echo = find_echo(microphone(delay, gain_db, level), STARTS, level)
    assert echo is not None
    assert (echo.delay, echo.agreeing) == (delay, 3)
    assert echo.gain_db == pytest.approx(gain_db, abs=1.0)


def test_in_a_room_the_level_is_that_of_the_whole_echo() -> None:
    room = RoomEcho(gain_db=-9.0, delay_ms=80.0)
    path = EchoPath(room, 1.0, np.random.default_rng(4))
    heard = []
    for start in range(0, WHOLE, BLOCK):
        heard.append(path.arriving().copy())
        path.feed(played()[start : start + BLOCK])
    sound = np.clip(np.round(np.concatenate(heard) + noise(8.0)), -32768, 32767).astype(np.int16)
    echo = find_echo(sound, STARTS, 8.0)
    assert echo is not None
    assert echo.delay == pytest.approx(samples(0.08), abs=samples(0.001))
    assert echo.gain_db == pytest.approx(at_microphone_db(room), abs=2.0)


def whistle() -> Block:
    wave = 6000.0 * np.sin(2 * np.pi * 1500.0 / 16_000 * np.arange(WHOLE))
    return np.asarray(wave + noise(5.0), dtype=np.int16)


def other_sweeps() -> Block:
    """Something like it, each time at another moment."""
    sound = noise(5.0)
    for number, start in enumerate(STARTS):
        at = start + samples(0.1 + 0.2 * number)
        sound[at : at + LENGTH] += chirp()
    return sound.astype(np.int16)


@pytest.mark.parametrize(
    "sound",
    [
        silence(WHOLE),
        silence(0),
        noise(10.0).astype(np.int16),
        noise(3000.0).astype(np.int16),
        whistle(),
        other_sweeps(),
        played()[: STARTS[0]],
    ],
)
def test_what_is_no_echo_is_not_taken_for_one(sound: Block) -> None:
    assert find_echo(sound, STARTS, 10.0) is None


def test_one_chirp_that_is_drowned_does_not_matter() -> None:
    sound = microphone(samples(0.1), -20.0, 10.0)
    sound[STARTS[1] : STARTS[1] + LENGTH + LATEST] = silence(LENGTH + LATEST)
    echo = find_echo(sound, STARTS, 10.0)
    assert echo is not None
    assert (echo.delay, echo.agreeing) == (samples(0.1), 2)

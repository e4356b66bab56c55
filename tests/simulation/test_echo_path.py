"""Echo path: when the coach's voice comes back, how loud, and how that changes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from coach.devices.sound.room_duplex import RoomDuplex
from coach.doctor.announce import Announcer
from coach.simulation.echo_path import BLOCK, EchoPath, at_microphone_db
from coach.simulation.rehearsal import Jump, Rehearsal, Room, RoomEcho, UserSpeech
from coach.units import Block, gain, rms, samples

HISS: Block = np.random.default_rng(1).normal(0.0, 1000.0, samples(2)).astype(np.int16)
DRY = RoomEcho(gain_db=0.0, direct_to_tail_db=60.0)


def heard(speaker: Block, echo: RoomEcho, level: float = 1.0) -> NDArray[np.float64]:
    """What arrives of a sound, from the sample at which it begins to be played."""
    path = EchoPath(echo, level, np.random.default_rng(7))
    arrived = []
    for start in range(0, len(speaker), BLOCK):
        arrived.append(path.arriving())
        path.feed(speaker[start : start + BLOCK])
    return np.concatenate(arrived)


def clicks(*at_s: float) -> Block:
    sound = np.zeros(samples(3), dtype=np.int16)
    sound[[samples(at) for at in at_s]] = 10_000
    return sound


def test_an_echo_is_direct_sound_and_a_tail_six_decibels_below_it() -> None:
    random = np.random.default_rng(7)
    tail = random.normal(0.0, 1.0, 2400) * np.exp(-np.arange(2400) / 640)
    tail *= gain(-6.0) / np.sqrt(np.sum(tail**2))
    tail[0] += 1.0
    expected = np.zeros(len(HISS))
    expected[samples(0.083) :] = (
        0.5 * gain(-3.0) * np.convolve(HISS, tail)[: len(HISS) - samples(0.083)]
    )
    echo = RoomEcho(gain_db=-3.0, delay_ms=83.0)
    assert heard(HISS, echo, 0.5) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("direct_to_tail_db", [6.0, 0.0, -6.0])
@pytest.mark.parametrize("decay_ms", [40.0, 100.0])
def test_the_whole_echo_is_as_loud_as_it_says(direct_to_tail_db: float, decay_ms: float) -> None:
    echo = RoomEcho(gain_db=2.0, direct_to_tail_db=direct_to_tail_db, decay_ms=decay_ms)
    level = 20 * np.log10(rms(heard(HISS, echo)[samples(0.8) :]) / rms(HISS))
    assert level == pytest.approx(at_microphone_db(echo), abs=0.5)


@pytest.mark.parametrize("later_ms", [20.0, 60.0, 140.0])
def test_the_delay_jumps_at_its_time(later_ms: float) -> None:
    jump = Jump(at_s=1.5, delay_ms=later_ms)
    sound = heard(clicks(0.5, 1.0, 2.0), DRY.model_copy(update={"jump": jump}))
    loud = np.flatnonzero(sound > 5_000)
    assert loud.tolist() == [samples(0.56), samples(1.06), samples(2.0 + later_ms / 1000)]


@pytest.mark.parametrize("drift_ppm", [0.5, 50.0, 1000.0])
def test_a_slower_speaker_plays_later_and_later(drift_ppm: float) -> None:
    length, hz = samples(6), 900.0
    speaker = 8000.0 * np.sin(2 * np.pi * hz / 16_000 * np.arange(length))
    sound = heard(
        np.round(speaker).astype(np.int16), DRY.model_copy(update={"drift_ppm": drift_ppm})
    )
    moments = (np.arange(length) - samples(0.06)) / (1.0 + drift_ppm * 1e-6)
    expected = 8000.0 * np.sin(2 * np.pi * hz / 16_000 * moments)
    settled = slice(samples(1), None)
    assert rms(sound[settled] - expected[settled]) < 0.01 * rms(expected)


def test_a_small_loudspeaker_saturates_softly() -> None:
    tone = 8000.0 * np.sin(2 * np.pi * 1000 / 16_000 * np.arange(samples(1)))
    sound = heard(np.round(tone).astype(np.int16), DRY.model_copy(update={"speaker_limit": 8000.0}))
    spectrum = np.abs(np.fft.rfft(sound[samples(0.5) :]))
    third = spectrum[1500] / spectrum[500]
    # tanh x = x - x³/3 + …: a third harmonic of 6.7 % where the amplitude is the limit
    assert third == pytest.approx(0.067, abs=0.002)
    assert np.abs(sound).max() < 8000.0


class Nobody:
    def pop(self) -> list[UserSpeech]:
        return []


@pytest.mark.parametrize(
    ("room", "loudest", "quiet"),
    [
        (Room(echo=RoomEcho(gain_db=20.0)), 32767, 3.0),
        (Room(echo=RoomEcho(gain_db=20.0), saturation=8000), 8000, 3.0),
        (Room(echo=RoomEcho(gain_db=20.0), self_noise=50.0), 32767, 50.0),
    ],
)
def test_the_microphone_hisses_and_clips(room: Room, loudest: int, quiet: float) -> None:
    rehearsal = Rehearsal(clips="", user=[], room=room, limit_s=1.0)
    blocks: list[Block] = []
    duplex = RoomDuplex(rehearsal, Nobody(), {"a": HISS}, None, HISS)

    def process(block: Block) -> Block:
        blocks.append(block)
        return HISS[: len(block)] * 8

    duplex.run(Announcer(process))
    sound = np.concatenate(blocks)
    assert (sound.max(), sound.min()) == (loudest, -loudest - 1)
    assert rms(sound[: samples(0.05)]) == pytest.approx(quiet, rel=0.15)


class Once:
    """Says one thing."""

    def __init__(self, speech: UserSpeech) -> None:
        self._left = [speech]

    def pop(self) -> list[UserSpeech]:
        left, self._left = self._left, []
        return left


def test_sound_is_lost_before_the_words_and_no_part_of_them() -> None:
    rehearsal = Rehearsal(clips="", user=[], room=Room(self_noise=0.0), limit_s=1.0)
    said = UserSpeech("a", samples(0.2), lost=samples(0.15))
    word = np.full(samples(0.1), 1000, np.int16)
    duplex = RoomDuplex(rehearsal, Once(said), {"a": word}, None, HISS)
    heard: list[Block] = []
    lost: list[tuple[int, int]] = []

    def process(block: Block) -> Block:
        heard.append(block)
        return block * 0

    duplex.run(Announcer(process, lambda count: lost.append((sum(map(len, heard)), count))))
    assert lost == [(said.at, said.lost)]
    sound = np.concatenate(heard)
    assert len(sound) == samples(1.0) - said.lost
    assert np.flatnonzero(sound).tolist() == [*range(said.at, said.at + len(word))]

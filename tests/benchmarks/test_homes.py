"""Homes: drawn from a seed, and what they do to sound."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.home_sound import (
    HomeEcho,
    HomeMicrophone,
    Reverberation,
    Waveform,
    active_level,
    responses,
    reverberant,
    shift,
)
from benchmarks.homes import SABINE, Clocks, Home, draw_home
from coach.app.language_files import data_folder
from coach.devices.recordings.audio_file import read_audio
from coach.simulation.echo_path import BLOCK
from coach.units import RATE_HZ, Block, gain, samples

SPEECH: Block = read_audio(data_folder("audio_fixtures") / "en/flite_slt/my_back_arched.flac")
SPEECH = SPEECH[: len(SPEECH) // BLOCK * BLOCK]
DIRECT = np.array([1.0])


def home(**own: object) -> Home:
    plain: dict[str, object] = {
        "seed": 0,
        "number": 0,
        "size": (4.0, 3.5, 2.5),
        "rt60_s": 0.4,
        "loudspeaker_at": (1.0, 1.0, 0.5),
        "microphone_at": (1.5, 1.0, 0.5),
        "person_at": (2.5, 2.0, 0.2),
        "delay_ms": 100.0,
        "level_db": 0.0,
        "clocks": Clocks(),
        "loudspeaker": "plain",
        "microphone": "plain",
        "noise_db": 30.0,
        "warm": False,
        "natural": False,
    }
    return Home(**{**plain, **own})  # type: ignore[arg-type]


def test_a_seed_and_a_number_are_one_home() -> None:
    assert draw_home(3, 5) == draw_home(3, 5)
    assert len({draw_home(seed, number) for seed in (3, 4) for number in range(20)}) == 40


def test_homes_are_as_different_as_those_of_people() -> None:
    homes = [draw_home(0, number) for number in range(200)]
    for at_most, at_least, figures in (
        (30.0, 380.0, [each.delay_ms for each in homes]),
        (0.3, 1.1, [each.rt60_s for each in homes]),
        (-8.0, 18.0, [each.level_db for each in homes]),
        (17.0, 38.0, [each.noise_db for each in homes]),
    ):
        assert min(figures) <= at_most < at_least <= max(figures)
    assert {each.loudspeaker for each in homes} == {"plain", "small", "saturating"}
    assert len({each.microphone for each in homes}) == 4
    kinds = {(bool(c.ppm), bool(c.wander_ppm), bool(c.jump_ms)) for c in (h.clocks for h in homes)}
    assert len(kinds) == 4
    assert 20 <= sum(each.linear for each in homes) <= 80


def test_everybody_is_within_the_walls() -> None:
    for number in range(200):
        drawn = draw_home(1, number)
        for place in (drawn.loudspeaker_at, drawn.microphone_at, drawn.person_at):
            assert all(0.0 < at < wall for at, wall in zip(place, drawn.size, strict=True))


def test_no_room_is_drier_than_its_walls_can_make_it() -> None:
    for number in range(200):
        drawn = draw_home(1, number)
        x, y, z = drawn.size
        assert drawn.rt60_s > SABINE * x * y * z / (2 * (x * y + x * z + y * z))


@pytest.mark.slow
def test_a_room_reverberates_as_long_as_was_drawn() -> None:
    _, of_person = responses(home())
    left = np.cumsum(of_person[::-1] ** 2)[::-1]
    fallen = 10 * np.log10(left / left[0] + 1e-12)
    rt60 = 3 * (np.argmax(fallen < -25) - np.argmax(fallen < -5)) / RATE_HZ
    assert rt60 == pytest.approx(0.4, rel=0.25)


def test_a_room_is_a_convolution_block_by_block() -> None:
    random = np.random.default_rng(0)
    response = random.normal(size=9000) * np.exp(-np.arange(9000) / 2000)
    sound = random.normal(size=60 * BLOCK)
    room, arrived = Reverberation(response), []
    for block in sound.reshape(-1, BLOCK):
        room.feed(block)
        arrived.append(room.arriving)
    np.testing.assert_allclose(
        np.concatenate(arrived), np.convolve(sound, response)[: len(sound)], atol=1e-9
    )


def echoed(of: Home, level: float = 1000.0) -> Waveform:
    echo, arrived = HomeEcho(of, DIRECT, SPEECH, level), []
    for block in np.concatenate([SPEECH, np.zeros(RATE_HZ, np.int16)]).reshape(-1, BLOCK):
        arrived.append(echo.arriving())
        echo.feed(block)
    return np.concatenate(arrived)


def test_the_coach_arrives_late_and_as_loud_as_was_drawn() -> None:
    arrived = echoed(home(delay_ms=100.0))
    late = samples(0.1)
    assert np.corrcoef(arrived[late : late + len(SPEECH)], SPEECH)[0, 1] > 0.999
    assert active_level(arrived) == pytest.approx(1000.0, rel=0.05)


@pytest.mark.parametrize(
    ("clocks", "at_s", "late_ms"),
    [
        (Clocks(), 60.0, 0.0),
        (Clocks(ppm=50.0), 60.0, 3.0),
        (Clocks(ppm=-50.0), 60.0, -3.0),
        (Clocks(wander_ppm=100.0, period_s=30.0), 30.0, 0.0),
        (Clocks(wander_ppm=100.0, period_s=30.0), 15.0, 0.955),
        (Clocks(jump_ms=20.0, jump_every_s=10.0), 9.0, 0.0),
        (Clocks(jump_ms=20.0, jump_every_s=10.0), 11.0, 20.0),
        (Clocks(jump_ms=20.0, jump_every_s=10.0), 21.0, 0.0),
    ],
)
def test_an_echo_moves_as_its_clocks_say(clocks: Clocks, at_s: float, late_ms: float) -> None:
    assert shift(clocks, np.array([at_s]))[0] * 1000 == pytest.approx(late_ms, abs=0.01)


def test_a_loudspeaker_that_saturates_adds_what_was_not_there() -> None:
    plain, saturated = echoed(home()), echoed(home(loudspeaker="saturating"))
    scale = float(np.dot(plain, saturated) / np.dot(plain, plain))
    rest = saturated - scale * plain
    assert np.sum(rest**2) > gain(-25.0) ** 2 * np.sum(saturated**2)


def test_a_small_loudspeaker_has_no_bass() -> None:
    bass = [
        np.abs(np.fft.rfft(echoed(home(loudspeaker=kind))))[: round(0.005 * 40000)].max()
        for kind in ("plain", "small")
    ]
    assert bass[1] < 0.3 * bass[0]


def test_a_microphone_clips() -> None:
    loud = np.array([-5000.0, 200.0, 5000.0])
    assert HomeMicrophone("plain", 1000.0).record(loud).tolist() == [-5000, 200, 5000]
    assert HomeMicrophone("clipping", 1000.0).record(loud).tolist() == [-1000, 200, 1000]


def test_a_gain_control_brings_soft_and_loud_together() -> None:
    microphone = HomeMicrophone("gain control", 0.0)
    wave = np.sin(np.arange(BLOCK) * 0.3)
    levels = {}
    for amplitude in (500.0, 20000.0):
        for _ in range(1000):
            recorded = microphone.record(wave * amplitude)
        levels[amplitude] = float(np.abs(recorded).max())
    assert levels[20000.0] < 4 * levels[500.0]


def test_what_is_said_arrives_with_its_reverberation() -> None:
    heard = reverberant(SPEECH.astype(np.float64), np.array([0.0, 0.0, 0.5]))
    np.testing.assert_allclose(heard[2:], SPEECH * 0.5, atol=1e-6)

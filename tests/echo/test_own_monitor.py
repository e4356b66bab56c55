"""Own monitor: a copy of what was played is told from whatever a room makes of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import soxr

from coach.doctor.chirp import chirp
from coach.echo.monitor_watch import MonitorWatch
from coach.echo.own_monitor import is_own_monitor, unlike_db
from coach.simulation.echo_path import BLOCK, EchoPath
from coach.simulation.rehearsal import RoomEcho
from coach.speaking.tones import tone_sound
from coach.units import Block, Samples, rms, samples, silence

LATE: Samples = samples(0.08)
Path = Callable[[Block], Block]


def room(
    direct_to_tail_db: float, gain_db: float = 0.0, speaker_limit: float | None = None
) -> Path:
    def heard(played: Block) -> Block:
        echo = RoomEcho(
            gain_db=gain_db,
            delay_ms=80.0,
            direct_to_tail_db=direct_to_tail_db,
            speaker_limit=speaker_limit,
        )
        path = EchoPath(echo, 1.0, np.random.default_rng(4))
        arriving = []
        for start in range(0, len(played), BLOCK):
            arriving.append(path.arriving().copy())
            path.feed(played[start : start + BLOCK])
        noise = np.random.default_rng(5).normal(0.0, 3.0, len(played))
        sound = np.concatenate(arriving) + noise
        return np.clip(np.round(sound), -32768, 32767).astype(np.int16)

    return heard


def monitor(volume: float = 1.0, hiss: float = 0.0) -> Path:
    """Through a server that runs at 48 kHz, a fraction of a sample late."""

    def heard(played: Block) -> Block:
        fast = soxr.resample(played.astype(np.float64) * volume, 16_000, 48_000)
        late = np.concatenate([np.zeros(3 * LATE + 1), fast])
        slow = soxr.resample(late, 48_000, 16_000)[: len(played)]
        noise = np.random.default_rng(6).normal(0.0, 1.0, len(slow)) * hiss
        return np.asarray(np.round(slow + noise), dtype=np.int16)

    return heard


PATHS = [
    pytest.param(monitor(), True, id="monitor"),
    pytest.param(monitor(volume=0.125), True, id="turned down"),
    pytest.param(monitor(hiss=2.0), True, id="with a hiss"),
    pytest.param(monitor(volume=0.25, hiss=2.0), False, id="softer, with a hiss"),
    pytest.param(room(6.0), False, id="room"),
    pytest.param(room(20.0), False, id="dry room"),
    pytest.param(room(60.0, -12.0), False, id="no room, but softer"),
    pytest.param(room(20.0, 0.0, 3000.0), False, id="a speaker that distorts"),
    pytest.param(np.zeros_like, False, id="headphones"),
]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_the_echo_of_a_chirp(path: Path, expected: bool) -> None:
    played = np.concatenate([silence(samples(0.1)), chirp(), silence(samples(0.3))])
    heard = path(played)
    at = samples(0.1) + LATE
    echo = heard[at : at + len(chirp())]
    gain_db = 20.0 * float(np.log10(max(1.0, rms(echo)) / rms(chirp())))
    silent = not np.any(heard[: samples(0.09)])
    unlike = unlike_db(echo, chirp())
    assert is_own_monitor(unlike, gain_db, silent_before=silent) is expected, unlike


@pytest.mark.parametrize(("path", "expected"), PATHS)
@pytest.mark.parametrize("block", [480, 70_000])
def test_the_first_sounds_of_a_session(path: Path, expected: bool, block: Samples) -> None:
    played = np.concatenate([silence(samples(0.32)), tone_sound("opening"), silence(samples(1.58))])
    heard, told = path(played), list[str]()
    watch = MonitorWatch(lambda: told.append("once"))
    for start in range(0, len(played), block):
        watch(heard[start : start + block], played[start : start + block])
    assert told == (["once"] if expected else [])


def test_a_sound_card_that_stumbles_at_the_start_does_not_hide_it() -> None:
    played = np.concatenate([tone_sound("opening"), tone_sound("opening"), silence(samples(1.0))])
    heard, told = monitor()(played), list[str]()
    heard = np.concatenate([heard[: samples(0.3)], silence(samples(0.09)), heard[samples(0.3) :]])
    MonitorWatch(lambda: told.append("once"))(heard[: len(played)], played)
    assert told == ["once"]


def test_a_coach_that_stays_silent_is_waited_for() -> None:
    told: list[str] = []
    watch = MonitorWatch(lambda: told.append("once"))
    for _ in range(50):
        watch(silence(16_000), silence(16_000))
    sound = np.concatenate([tone_sound("opening"), silence(samples(1.5))])
    watch(monitor()(sound), sound)
    assert told == ["once"]

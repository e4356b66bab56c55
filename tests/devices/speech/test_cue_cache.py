"""Cue cache: what is no longer said is cleared, and what somebody needs is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.devices.speech.cue_cache import MOST_BYTES, UNSAID_SECONDS, CueCache
from coach.units import Block

DAY = 86_400.0

ANOTHER_COACH = """
import sys
from pathlib import Path
from coach.devices.speech.cue_cache import CueCache
cache = CueCache(Path(sys.argv[1]))
cache.has(sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
"""


def cue(length: int = 1000) -> Block:
    return np.ones(length, np.int16)


def fill(folder: Path, days: dict[str, float], length: int = 1000) -> None:
    """Cues as an earlier coach left them, by how many days ago they were last said."""
    cache = CueCache(folder)
    for name, ago in days.items():
        cache.keep(name, cue(length))
        then = time.time() - ago * DAY
        os.utime(folder / f"{name}.npy", (then, then))


def left(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".npy") for path in folder.iterdir())


@contextmanager
def another_coach(folder: Path, says: str) -> Iterator[None]:
    """A process that uses the cache."""
    command = [sys.executable, "-c", ANOTHER_COACH, str(folder), says]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as coach:
        assert coach.stdout is not None
        assert coach.stdout.readline() == b"ready\n"
        yield
        coach.kill()


def test_what_was_not_said_for_a_month_is_cleared(tmp_path: Path) -> None:
    fill(tmp_path, {"new": 0, "lately": 29, "former": 31, "ancient": 400})
    cache = CueCache(tmp_path)
    cache.has("new")
    assert cache.clear() == 2
    assert left(tmp_path) == ["lately", "new"]


def test_what_is_said_stays_however_old_and_however_much(tmp_path: Path) -> None:
    fill(tmp_path, {"asked": 400, "read": 400})
    cache = CueCache(tmp_path)
    assert cache.has("asked")
    assert cache.read("read") is not None
    cache.keep("made", cue())
    assert cache.clear(most_bytes=0) == 0
    assert left(tmp_path) == ["asked", "made", "read"]


def test_what_is_said_is_noted_for_the_next_coach(tmp_path: Path) -> None:
    fill(tmp_path, {"said": 29, "unsaid": 29})
    CueCache(tmp_path).has("said")
    for path in tmp_path.iterdir():
        then = path.stat().st_mtime - 2 * DAY
        os.utime(path, (then, then))
    cache = CueCache(tmp_path)
    cache.keep("other", cue())
    assert cache.clear() == 1
    assert left(tmp_path) == ["other", "said"]


def test_a_start_on_the_same_day_writes_nothing(tmp_path: Path) -> None:
    fill(tmp_path, {"said": 0.5})
    before = (tmp_path / "said.npy").stat().st_mtime_ns
    CueCache(tmp_path).has("said")
    assert (tmp_path / "said.npy").stat().st_mtime_ns == before


def test_of_too_much_the_oldest_goes(tmp_path: Path) -> None:
    fill(tmp_path, {"new": 1, "old": 3, "older": 5})
    size = (tmp_path / "new.npy").stat().st_size
    cache = CueCache(tmp_path)
    cache.keep("said", cue())
    assert cache.clear(most_bytes=2 * size) == 1
    assert left(tmp_path) == ["new", "old", "said"]


def test_nothing_is_cleared_while_another_coach_runs(tmp_path: Path) -> None:
    fill(tmp_path, {"theirs": 0, "former": 400})
    cache = CueCache(tmp_path)
    cache.keep("mine", cue())
    with another_coach(tmp_path, "theirs"):
        assert cache.clear(most_bytes=0) == 0
        # and neither is what this one says, from the other side
    assert cache.clear(most_bytes=0) == 2
    assert left(tmp_path) == ["mine"]


def test_who_could_not_clear_is_still_known_to_use_the_cache(tmp_path: Path) -> None:
    fill(tmp_path, {"mine": 400})
    mine, other = CueCache(tmp_path), CueCache(tmp_path)
    mine.has("mine")
    other.keep("other", cue())
    assert mine.clear() == 0
    assert other.clear(most_bytes=0) == 0
    assert "mine" in left(tmp_path)


def test_what_a_killed_coach_left_half_written_goes_and_the_files_of_others_stay(
    tmp_path: Path,
) -> None:
    fill(tmp_path, {"said": 0})
    (tmp_path / ".said.npy.x1y2").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "folder.npy").mkdir()
    cache = CueCache(tmp_path)
    cache.has("said")
    assert cache.clear() == 0
    assert left(tmp_path) == ["folder", "notes.txt", "said"]


def test_where_there_is_no_cache_there_is_nothing_to_clear(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "none", tmp_path / "file"):
        cache = CueCache(folder)
        assert not cache.has("cue")
        assert cache.clear() == 0


def test_one_coach_with_all_it_says_fits_several_times_into_the_bound() -> None:
    """About 500 wordings of three seconds."""
    assert MOST_BYTES > 5 * 500 * 3 * 32_000
    assert UNSAID_SECONDS >= 28 * DAY


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 90), max_size=8),
    st.sets(st.sampled_from("abcdefgh")),
    st.integers(0, 20_000),
)
def test_a_cleared_cache_is_bounded_and_has_what_is_said(
    tmp_path_factory: pytest.TempPathFactory, days: dict[str, float], said: set[str], most: int
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    fill(folder, days)
    cache = CueCache(folder)
    for name in said:
        if not cache.has(name):
            cache.keep(name, cue())
    before = {*left(folder)}
    assert cache.clear(most_bytes=most) == len(before) - len(left(folder)) or not said
    rest = {*left(folder)} - said
    assert {*left(folder)} >= said
    assert not said or sum((folder / f"{name}.npy").stat().st_size for name in rest) <= most
    assert not said or all(days[name] <= UNSAID_SECONDS / DAY for name in rest)

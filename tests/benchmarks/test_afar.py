"""Afar: what a room makes of a command, which commands are said, what is counted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.afar import AFAR_ROOMS, afar_streams
from benchmarks.afar_tables import afar_record, by_room, print_afar
from benchmarks.corpus import Clip
from benchmarks.figures import Outcome, Take
from benchmarks.hearing import main
from benchmarks.listeners import Command
from benchmarks.people import state_for
from benchmarks.streams import Condition, Stream
from coach.audio.loudness import active_rms
from coach.messages.intents import Intent
from coach.units import Block, rms, samples

CLICK: Block = np.full(samples(0.02), 20000, dtype=np.int16)
ROOMS = {room.name: room for room in AFAR_ROOMS}
DRY, _, _, NOISY, LIVE, BATH = ROOMS


def clip(intent: Intent | None, name: str = "one") -> Clip:
    speech = (0, len(CLICK))
    return Clip(name, "ann", intent or "gone", intent, speech, timed=True, sound=CLICK)


def in_room(streams: list[Stream], room: str) -> Stream:
    (stream,) = (each for each in streams if each.place.condition.noise == room)
    return stream


@pytest.fixture(scope="module")
def streams() -> list[Stream]:
    return list(afar_streams([clip("stop"), clip(None)], seed=1))


@pytest.mark.slow
def test_every_command_is_said_once_in_every_room(streams: list[Stream]) -> None:
    assert [each.place.condition.noise for each in streams] == list(ROOMS)
    said = [spot.clip.intent for each in streams for spot in each.place.spots]
    assert said == ["stop"] * len(ROOMS)
    assert {each.place.state for each in streams} == {state_for("stop")}


def test_rooms_ring_as_long_as_they_should(streams: list[Stream]) -> None:
    def level(room: str, after_s: float) -> float:
        stream = in_room(streams, room)
        at = stream.place.spots[0].start + samples(after_s)
        return rms(stream.sound[at : at + samples(0.05)])

    assert level(DRY, 0.2) < 0.3 * level(LIVE, 0.2)
    assert level(LIVE, 0.3) < level(BATH, 0.3)


def test_noise_is_as_far_below_the_voice_as_it_should_be(streams: list[Stream]) -> None:
    def before(room: str) -> float:
        return rms(in_room(streams, room).sound[: samples(1.0)])

    voice = 32768 * 10 ** (-30 / 20)
    assert before(DRY) == pytest.approx(voice * 10 ** (-30 / 20), rel=0.05)
    assert before(NOISY) == pytest.approx(voice * 10 ** (-10 / 20), rel=0.15)
    assert active_rms(in_room(streams, DRY).sound) > 0.5 * voice


def test_rooms_are_drawn_from_the_seed() -> None:
    def sound(seed: int) -> Block:
        (stream,) = afar_streams([clip("stop")], seed, rooms=AFAR_ROOMS[:1])
        return stream.sound

    assert np.array_equal(sound(1), sound(1))
    assert not np.array_equal(sound(1), sound(2))


def test_a_sample_is_not_the_same_in_all_rooms() -> None:
    clips = [clip("stop", f"{number}.flac") for number in range(40)]
    said: dict[str, list[str]] = {}
    for each in afar_streams(clips, seed=1, every=8, rooms=AFAR_ROOMS[:2]):
        said.setdefault(each.place.condition.noise, []).append(each.place.spots[0].clip.name)
    few, others = said.values()
    assert few != others
    assert len(few) + len(others) == pytest.approx(10, abs=5)


def take(room: str, said: Intent, *heard: Intent, asked: Intent | None = None) -> Take:
    found = tuple(Command(each, each, 9, 9) for each in heard)
    doubts = (Command(asked, asked, 9, 9),) if asked else ()
    return Take(clip(said), Condition(room), 10, found, doubts)


RUN = Outcome(
    (
        take(DRY, "stop", "stop"),
        take(DRY, "pain", asked="pain"),
        take(BATH, "done", "stop"),
        take(BATH, "skip", "no"),
        take(BATH, "why"),
    ),
    *((), 0, 100, 2.0, 1_000_000),
)


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    assert [counted.said for counted in by_room(RUN.takes).values()] == [2, 3]
    written = json.loads(json.dumps(afar_record({"coach": RUN}, 7, 2), allow_nan=False))
    assert (written["seed"], written["every"]) == (7, 2)
    assert written["systems"]["coach"]["rooms"][BATH]["wrong_urgent"] == 1
    console = Console(width=100, markup=False)
    with console.capture() as printed:
        print_afar(console, {"coach": RUN})
    lines = [" ".join(line.split()) for line in printed.get().splitlines()]
    assert f"{DRY} 2 1 50.0 1 0 0 0" in lines
    assert f"{BATH} 3 0 0.0 0 1 2 1" in lines
    assert "all 5 1 20.0 1 1 2 1" in lines
    wrong = [line for line in lines if line.endswith(BATH)]
    assert [line.split()[0] for line in wrong] == ["done", "skip"]


@pytest.mark.parametrize("other", ["--phrases", "--negatives {tmp}", "--check {tmp}/least.json"])
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    assert main(["--far", *other.format(tmp=tmp_path).split()]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--far is heard by itself, without other" in line


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_run_over_a_few_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--far", "--every", "120", "--systems", "coach", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)["systems"]["coach"]
    assert measured["right"] >= 0.6 * measured["said"]
    assert measured["wrong_urgent"] == 0

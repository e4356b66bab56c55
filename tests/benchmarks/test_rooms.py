"""Rooms: who says what in which home, and what is counted of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.corpus import Clip
from benchmarks.figures import Take
from benchmarks.home_scenes import EARLY, HomeScene, home_scene
from benchmarks.home_sitting import HomeSitting, beside_a_silent_coach
from benchmarks.homes import draw_home
from benchmarks.homes_alone import Alone, alone_record, alone_table, nobody_in
from benchmarks.listeners import Command
from benchmarks.rooms import main
from benchmarks.rooms_bars import bars
from benchmarks.rooms_figures import AtHome, Rooms
from benchmarks.rooms_tables import print_tables, record
from benchmarks.streams import CLEAN
from benchmarks.tables import print_table
from coach.messages.intents import Intent
from coach.units import Samples, samples

SEED = 0
WORDS: tuple[Intent, ...] = ("stop", "pain", "arched", "pause", "done", "yes", "no", "skip", "why")


def clip(word: Intent, speaker: str = "ann") -> Clip:
    sound = np.full(samples(0.6), 500, dtype=np.int16)
    speech = (samples(0.1), samples(0.5))
    return Clip(f"{speaker}/{word}", speaker, word, word, speech, timed=True, sound=sound)


CLIPS = [clip(word, speaker) for speaker in ("ann", "bob") for word in WORDS]


def scene(number: int = 0) -> HomeScene:
    return home_scene(draw_home(0, number), CLIPS, samples(20.0), 50)


def sitting(
    of: HomeScene, *, understood: int, own: int = 0, reduction_db: float | None = 25.0
) -> HomeSitting:
    """A sitting in which the first so many words are understood, 0.2 s after they end."""

    def heard(number: int, end: Samples, intent: Intent | None) -> tuple[Command, ...]:
        at = end + samples(0.2)
        return (Command(intent, intent, at, at),) if intent and number < understood else ()

    takes = tuple(
        Take(spot.clip, CLEAN, spot.end, heard(number, spot.end, spot.clip.intent))
        for number, spot in enumerate(of.spots)
    )
    stray = (Command("stop", "stop", 0, samples(9.0)),) * own
    return HomeSitting(
        of, takes, stray, 2, fell_silent=True, reduction_db=reduction_db,
        hearing_seconds=4.0, cancelling_seconds=1.0,
    )  # fmt: skip


def at_home(number: int, *, over: int, silent: int, own: int = 0) -> AtHome:
    of = scene(number)
    beside = sitting(beside_a_silent_coach(of), understood=silent)
    return AtHome(sitting(of, understood=over, own=own), beside)


# Who says what


def test_a_home_has_one_speaker_who_says_a_word_early_and_insists_at_the_end() -> None:
    for number in range(20):
        of = scene(number)
        assert {spot.clip.speaker for spot in of.spots} == {of.speaker}
        assert EARLY[0] <= of.spots[0].start < EARLY[1]
        assert of.spots[1].start > samples(10.0)
        threefold = of.spots[of.insisting :]
        assert len(threefold) == 3
        assert {spot.clip.intent for spot in threefold} <= {"stop", "pain"}
        assert of.length > threefold[-1].end + samples(20.0)


def test_no_two_words_run_into_each_other() -> None:
    spots = scene().spots
    assert all(one.end < other.start for one, other in pairwise(spots))


def test_beside_a_silent_coach_the_same_is_said_at_the_same_moments() -> None:
    of = scene()
    assert beside_a_silent_coach(of).spots == of.spots
    assert beside_a_silent_coach(of).length < of.length


# What is counted


def test_words_are_counted_of_those_that_a_silent_coach_understands() -> None:
    of = at_home(0, over=6, silent=9)
    urgent, other = of.words(urgent=True), of.words(urgent=False)
    assert (urgent.heard + other.heard, urgent.ceiling + other.ceiling) == (5, 8)
    assert (of.early.heard, of.early.ceiling, of.early.said) == (1, 1, 1)


def test_what_nobody_said_is_its_own_voice() -> None:
    rooms = Rooms((at_home(0, over=3, silent=9), at_home(1, over=3, silent=9, own=2)))
    assert (rooms.own, rooms.needless) == (2, 4)
    assert rooms.per_hour(rooms.needless) == pytest.approx(
        4 * 3600 * 16000 / sum(each.over.scene.length for each in rooms.homes)
    )


def test_the_bars_are_met_where_all_is_understood_and_not_where_nothing_is() -> None:
    numbers = range(40)
    good = Rooms(tuple(at_home(number, over=99, silent=99) for number in numbers))
    deaf = Rooms(tuple(at_home(number, over=0, silent=99, own=1) for number in numbers))
    for bar in bars(good):
        assert bar.met or "hushes" in bar.name, bar
    missed = [bar.name for bar in bars(deaf) if bar.met is False]
    assert "commands by its own voice" in missed
    assert sum(name.startswith("urgent words") for name in missed) == 4


def test_a_home_without_enough_echo_has_no_reduction() -> None:
    of = scene()
    silent = sitting(of, understood=9, reduction_db=None)
    assert Rooms((AtHome(silent, silent),)).reductions_db == []


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    rooms = {"coach": Rooms((at_home(0, over=5, silent=9, own=1),))}
    against = list(bars(rooms["coach"]))
    written = json.loads(json.dumps(record(rooms, against), allow_nan=False))
    (told,) = written["systems"]["coach"]
    assert told["home"]["number"] == 0
    assert told["own_commands"] == [{"text": "stop", "intent": "stop", "at_s": 9.0}]
    console = Console(width=170, file=StringIO(), markup=False)
    with console.capture() as printed:
        print_tables(console, rooms, against)
    assert str(draw_home(0, 0)) in printed.get()


def test_where_nobody_is_a_command_is_told_with_its_home_and_time() -> None:
    empty = nobody_in(scene(), samples(12.0))
    assert (empty.spots, empty.length, empty.home.natural) == ((), samples(12.0), False)
    command = Command("stop", "stop", samples(9.0), samples(9.25))
    told = [Alone(empty.home, empty.length, (command,), needless=1)]
    (written,) = json.loads(json.dumps(alone_record(told), allow_nan=False))
    assert written["own_commands"] == [{"text": "stop", "intent": "stop", "at_s": 9.25}]
    assert (written["spoken_s"], written["needless_hushes"]) == (12.0, 1)
    console = Console(width=170, file=StringIO(), markup=False)
    with console.capture() as printed:
        print_table(console, alone_table(told))
    assert "stop (9.25 s)" in printed.get()
    assert "0.2 minutes" in printed.get()


# The program


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("--systems ears", "no system 'ears'"),
        ("--rooms 0", "'--rooms': should be at least 1"),
        ("--seed -1", "'--seed': should be at least 0"),
        ("--clips {tmp}", "{tmp}: there are no recordings in it"),
    ],
)
@pytest.mark.usefixtures("model_folder")
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    assert main(arguments.format(tmp=tmp_path).split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("bench_rooms: ")
    assert problem.format(tmp=tmp_path) in line


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
@pytest.mark.thorough
def test_a_run_of_one_home(capsys: pytest.CaptureFixture[str]) -> None:
    home = next(
        n for n in range(99) if draw_home(0, n).level_db < 0 and not draw_home(0, n).natural
    )
    typed = f"--seed 0 --first {home} --rooms 1 --alone 0 --systems coach --jobs 1 --json --check"
    assert main(typed.split()) == 0
    (told,) = json.loads(capsys.readouterr().out)["systems"]["coach"]
    assert told["home"] == json.loads(json.dumps(asdict(draw_home(0, home))))
    assert told["urgent"]["ceiling"] >= 3
    assert told["urgent"]["heard"] >= 1


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
@pytest.mark.thorough
def test_a_run_of_one_home_with_nobody_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    typed = f"--nobody --seed {SEED} --rooms 1 --alone 0.1 --jobs 1 --json --check"
    assert main(typed.split()) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["spoken_s"] == 6.0
    assert told["own_commands"] == []

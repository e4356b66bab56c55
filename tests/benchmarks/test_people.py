"""People: how a folder of recordings is read, in which state a word is heard, what is counted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.corpus import Clip
from benchmarks.figures import Outcome, Overheard, Take
from benchmarks.hearing import main
from benchmarks.listeners import Command
from benchmarks.people import people_streams, state_for
from benchmarks.people_figures import Answers, answers, people_record, urgent_first
from benchmarks.people_tables import print_people
from benchmarks.streams import CLEAN
from coach.app.language_files import data_folder
from coach.devices.recordings.audio_file import write_audio
from coach.hearing.grammar import Grammar
from coach.messages.intents import INTENTS, Intent
from coach.session.table import wanted_intents
from coach.units import Block, samples

TONE: Block = np.round(8000.0 * np.sin(np.arange(samples(0.5)) * 0.3)).astype(np.int16)


def take(said: Intent | None, *heard: Intent, asked: Intent | None = None) -> Take:
    clip = Clip(f"{said}.flac", "ann", said or "gone", said, (0, 10), timed=False, sound=TONE)
    found = tuple(Command(each, each, 9, 9) for each in heard)
    doubts = (Command(asked, asked, 9, 9),) if asked else ()
    return Take(clip, CLEAN, 10, found, doubts)


def record_there(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_audio(path, TONE)
    return folder


@pytest.mark.parametrize("intent", INTENTS)
def test_a_command_is_heard_in_a_state_that_wants_it(intent: Intent) -> None:
    assert intent in wanted_intents(state_for(intent))


@pytest.mark.parametrize(
    ("name", "words", "intent", "state"),
    [
        ("commands/stop__ann.flac", "stop", "stop", "working"),
        ("commands/home/it_hurts__ann.flac", "it hurts", "pain", "working"),
        ("commands/home/im_done__ann.flac", "im done", "done", "tension_check"),
        ("commands/yes__ann.flac", "yes", "yes", "tension_check"),
        ("commands/go__ann.flac", "go", "ready", "waiting"),
        ("commands/banana__ann.flac", "banana", None, None),
        ("near/left__ann.flac", "left", None, None),
    ],
)
def test_a_word_means_what_the_grammar_says(
    tmp_path: Path, grammar: Grammar, name: str, words: str, intent: str | None, state: str | None
) -> None:
    (stream,) = people_streams(record_there(tmp_path, name), grammar)
    (spot,) = stream.place.spots
    assert (spot.clip.words, spot.clip.intent, stream.place.state) == (words, intent, state)


def test_negatives_are_grouped_by_the_kind_of_sound(tmp_path: Path, grammar: Grammar) -> None:
    names = "negatives/cough/a.flac", "negatives/talk/home/b.wav"
    streams = people_streams(record_there(tmp_path, *names), grammar)
    places = [stream.place for stream in streams]
    assert [(each.kind, each.group, each.name, each.state) for each in places] == [
        ("talk", "cough", "a.flac", None),
        ("talk", "talk", "b.wav", None),
    ]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (take("stop", "stop"), Answers(1, 1, 0, 0, 0, 0)),
        (take("stop", asked="stop"), Answers(1, 0, 1, 0, 0, 0)),
        (take("stop", asked="pain"), Answers(1, 0, 0, 0, 0, 1)),
        (take("stop", "done"), Answers(1, 0, 0, 1, 0, 0)),
        (take("done", "pain"), Answers(1, 0, 0, 1, 1, 0)),
        (take("stop", "stop", "stop"), Answers(1, 0, 0, 1, 0, 0)),
        (take("stop"), Answers(1, 0, 0, 0, 0, 1)),
        (take(None, "pain"), Answers(0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_wrong_command_is_no_miss(made: Take, expected: Answers) -> None:
    assert answers([made]) == expected


def test_urgent_mistakes_come_first() -> None:
    harmless, urgent = take("done", "ready"), take("ready", "stop")
    assert urgent_first([harmless, urgent]) == [urgent, harmless]


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    takes = (take("ready", "stop"), take("stop", "stop"), take(None, "pain"), take(None))
    false = (Command("pain", "ouch", 9, 9),)
    hour = Overheard("talk", "cough", "a.flac", samples(3600), false, 0, false)
    outcome = Outcome(takes, (hour,), 0, samples(100), 2.0, 1_000_000)
    written = json.loads(json.dumps(people_record({"coach": outcome}), allow_nan=False))["systems"]
    assert written["coach"]["commands"]["wrong_urgent"] == 1
    assert written["coach"]["words"]["ready"]["state"] == "waiting"
    assert written["coach"]["near_misses"] == {"gone": {"said": 2, "accepted": 1}}
    assert written["coach"]["negatives"]["cough"]["pain"] == 1
    assert written["coach"]["negatives"]["cough"]["asked"] == 1
    console = Console(width=100, markup=False)
    with console.capture() as printed:
        print_people(console, {"coach": outcome, "vosk-open": outcome})
    lines = [" ".join(line.split()) for line in printed.get().splitlines()]
    assert "gone 1 of 2 1 of 2" in lines
    assert "pain 1.0 (1) 1.0 (1)" in lines
    assert max(map(len, printed.get().splitlines())) <= 100


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("--people {tmp}/nowhere", "{tmp}/nowhere: there is no such folder"),
        ("--people {tmp}", "{tmp}: none of commands, near and negatives is in it"),
        ("--people {tmp}/none", "{tmp}/none/commands: there are no recordings in it"),
        ("--people {tmp}/kindless", "{tmp}/kindless/negatives: there is no folder of a kind"),
        ("--people {tmp} --noise {tmp}", "--people is heard by itself, without other clips"),
    ],
)
def test_a_folder_without_people_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    (tmp_path / "none" / "commands").mkdir(parents=True)
    (tmp_path / "kindless" / "negatives").mkdir(parents=True)
    assert main(arguments.format(tmp=tmp_path).split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"bench_hearing: {problem.format(tmp=tmp_path)}")


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_run_over_one_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = data_folder("audio_fixtures") / "en" / "flite_slt"
    for name, source in (
        ("commands/yes__slt.flac", "yes"),
        ("commands/stop__slt.flac", "stop"),
        ("near/gone__slt.flac", "oov_gone"),
        ("negatives/talk/a.flac", "oov_dont_stop"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(said / f"{source}.flac", tmp_path / name)
    status = main(f"--people {tmp_path} --systems coach,vosk-open --jobs 1 --json".split())
    measured = json.loads(capsys.readouterr().out)["systems"]
    assert (status, list(measured)) == (0, ["coach", "vosk-open"])
    assert measured["coach"]["commands"]["right"] == 2
    assert measured["coach"]["near_misses"]["gone"]["said"] == 1
    assert measured["coach"]["negatives"]["talk"]["commands"] == 0

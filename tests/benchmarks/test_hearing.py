"""Benchmarks: how figures are counted, how sound is mixed, and what wrong input is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.bars import Bar, Baseline, bars, regressions
from benchmarks.corpus import Clip, Talk, load_clips, load_noises, load_talk
from benchmarks.figures import (
    Outcome,
    Spread,
    Take,
    attribute,
    delays,
    false_commands,
    outcome,
    spread,
    tallies,
    tally,
)
from benchmarks.hearing import main
from benchmarks.listeners import SYSTEMS, Command, Listened, anywhere_in, whole_in
from benchmarks.record import record
from benchmarks.streams import (
    CLEAN,
    Condition,
    Place,
    Spot,
    Stream,
    clip_streams,
    noise_streams,
    talk_streams,
)
from benchmarks.tables import print_tables
from benchmarks.workers import Heeded
from coach.app.language_files import data_folder
from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import write_audio
from coach.errors import CoachError
from coach.hearing.grammar import Grammar
from coach.messages.intents import URGENT, Intent
from coach.units import Block, rms, samples

HUM: Block = np.random.default_rng(5).normal(0.0, 400.0, samples(3)).astype(np.int16)
TONE: Block = np.round(8000.0 * np.sin(np.arange(samples(1)) * 0.3)).astype(np.int16)
KITCHEN_10 = Condition("kitchen", 10.0)


def clip(
    intent: Intent | None, name: str = "a", *, speaker: str = "ann", timed: bool = True
) -> Clip:
    return Clip(name, speaker, intent or "gone", intent, (0, len(TONE)), timed, TONE)


def command(intent: Intent, decided_s: float, reacted_s: float | None = None) -> Command:
    reacted = decided_s if reacted_s is None else reacted_s
    return Command(intent, intent, samples(reacted), samples(decided_s))


def take(said: Clip, *heard: Command, condition: Condition = CLEAN) -> Take:
    return Take(said, condition, samples(1.0), heard)


def made_of(*takes: Take, seconds_a_second: float = 0.02) -> Outcome:
    decoding = seconds_a_second * 100
    return Outcome(takes, (), 0, samples(100), decoding, 1_000_000)


# What becomes of a clip


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("stop", ["stop"], "understood"),
        ("stop", [], "missed"),
        ("stop", ["pause"], "confused"),
        ("stop", ["stop", "stop"], "confused"),
        ("stop", ["stop", "ready"], "confused"),
        (None, [], ""),
        (None, ["done"], "accepted"),
    ],
)
def test_a_clip_is_understood_as_its_one_intent_once(
    said: Intent | None, heard: list[Intent], expected: str
) -> None:
    made = take(clip(said), *(command(intent, 1.0) for intent in heard))
    verdicts = ("understood", "missed", "confused", "accepted")
    assert [name for name in verdicts if getattr(made, name)] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("decided_s", "clip_number"),
    [(1.9, None), (2.0, 0), (4.9, 0), (5.0, 1), (60.0, 1)],
)
def test_a_command_is_of_the_clip_that_began_last(
    decided_s: float, clip_number: int | None
) -> None:
    spots = [Spot(clip("stop"), samples(at), samples(at + 1)) for at in (2.0, 5.0)]
    heard = command("stop", decided_s)
    of_spots, stray = attribute(spots, [heard])
    assert stray == ((heard,) if clip_number is None else ())
    assert [bool(each) for each in of_spots] == [clip_number == 0, clip_number == 1]


def test_clips_are_counted_together_and_apart() -> None:
    takes = [
        take(clip("stop", speaker="ann"), command("stop", 1.0)),
        take(clip("stop", speaker="bob"), command("pause", 1.0)),
        take(clip("done", speaker="bob")),
        take(clip(None, speaker="bob"), command("done", 1.0)),
        take(clip(None, speaker="bob")),
    ]
    counted = tally(takes)
    assert (counted.clips, counted.understood, counted.confused, counted.missed) == (3, 1, 1, 1)
    assert (counted.confusables, counted.accepted) == (2, 1)
    assert counted.recall == pytest.approx(1 / 3)
    apart = tallies(takes, lambda each: each.clip.speaker)
    assert {who: each.understood for who, each in apart.items()} == {"ann": 1, "bob": 0}
    assert tally([]).recall is None


# False commands


def heeded(place: Place, *commands: Command, needless: Sequence[int] = ()) -> Heeded:
    return Heeded(place, Listened(commands, tuple(needless)), place.length, 0.5, 1_000_000)


def test_false_commands_an_hour_are_of_the_recordings_own_length() -> None:
    ordering, music = samples(900), samples(1800)
    made = outcome(
        [
            heeded(Place("talk", "a.flac", ordering, "orders"), command("stop", 1.0)),
            heeded(
                Place("talk", "b.flac", ordering, "orders"),
                command("yes", 1.0),
                command("done", 2.0),
                needless=[5, 6],
            ),
            heeded(Place("talk", "c.flac", ordering, "talk")),
            heeded(Place("noise", "fan", music), command("pain", 1.0)),
        ]
    )
    talk = false_commands(made.of("talk"), URGENT)
    assert (talk.files, talk.files_with_command, talk.commands, talk.urgent) == (3, 2, 3, 1)
    assert talk.per_hour(talk.commands) == pytest.approx(4.0)
    assert talk.per_hour(talk.needless_hushes) == pytest.approx(2 / 0.75)
    assert talk.share == pytest.approx(2 / 3)
    noise = false_commands(made.of("noise"), URGENT)
    assert noise.per_hour(noise.commands) == pytest.approx(2.0)
    nothing = false_commands([], URGENT)
    assert (nothing.share, nothing.per_hour(0)) == (None, None)


# Delays


@pytest.mark.parametrize(
    ("delays_s", "expected"),
    [
        ([], None),
        ([0.2], Spread(1, 0.2, 0.2, 0.2)),
        ([0.4, 0.1, 0.2, 0.3], Spread(4, 0.2, 0.4, 0.4)),
        ([-0.1, 0.0, 0.1], Spread(3, 0.0, 0.1, 0.1)),
        ([n / 100 for n in range(100, 0, -1)], Spread(100, 0.5, 0.95, 1.0)),
    ],
)
def test_a_spread_names_delays_that_were_there(
    delays_s: list[float], expected: Spread | None
) -> None:
    assert spread(samples(each) for each in delays_s) == expected


def test_delays_are_of_understood_clips_whose_end_is_known() -> None:
    takes = [
        take(clip("stop"), command("stop", 1.3, reacted_s=1.1)),
        take(clip("stop"), command("pause", 1.9)),
        take(clip("stop", timed=False), command("stop", 1.9)),
        take(clip("done"), command("done", 1.5)),
    ]
    urgent, other = delays(takes, urgent=True), delays(takes, urgent=False)
    assert urgent.reaction == Spread(1, 0.1, 0.1, 0.1)
    assert urgent.decision == Spread(1, 0.3, 0.3, 0.3)
    assert other.reaction == other.decision == Spread(1, 0.5, 0.5, 0.5)


# Bars and the baseline


@pytest.mark.parametrize(
    ("sign", "value", "met"),
    [
        ("≥", 99.0, True),
        ("≥", 98.9, False),
        ("≤", 99.0, True),
        ("≤", 99.1, False),
        ("≤", None, None),
    ],
)
def test_a_bar_is_met_up_to_its_limit(sign: str, value: float | None, met: bool | None) -> None:
    assert Bar("recall", sign, 99.0, "%", value).met is met


def by_name(found: list[Bar]) -> dict[str, Bar]:
    return {bar.name: bar for bar in found}


def test_the_bars_are_of_the_worst_speaker_and_of_the_worst_noise() -> None:
    understood = command("stop", 1.1)
    coach = made_of(
        take(clip("stop", speaker="ann"), understood),
        take(clip("stop", speaker="bob")),
        take(clip("stop"), understood, condition=KITCHEN_10),
        take(clip("stop"), condition=Condition("fan", 10.0)),
        seconds_a_second=0.03,
    )
    found = by_name(bars(coach, made_of(seconds_a_second=0.02)))
    clean = found["recall clean, every speaker"]
    assert (clean.value, clean.of, clean.met) == (0.0, "0 of 1, bob", False)
    assert found["recall at 10 dB, every noise"].of == "0 of 1, fan"
    assert found["decode time against bare Vosk"].value == pytest.approx(1.5)


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    found = by_name(bars(made_of(take(clip("stop"), command("stop", 1.1))), None))
    assert {name for name, bar in found.items() if bar.met is not None} == {
        "recall clean, every speaker",
        *(
            f"urgent, word end to {what}, {of}"
            for what in ("reaction", "decision")
            for of in ("median", "p95")
        ),
    }


RUN = (
    take(clip("stop", "stop.flac"), command("stop", 1.1)),
    take(clip("done", "done.flac")),
    take(clip(None, "gone.flac"), command("done", 1.1)),
    take(clip("done", "noisy.flac"), condition=KITCHEN_10),
)


@pytest.mark.parametrize(
    ("baseline", "lines"),
    [
        ((2, 1, 1, 1), []),
        ((2, 0, 1, 1), []),
        ((2, 2, 1, 1), ["understood 1 of 2, at least 2 expected; not understood: done.flac"]),
        ((2, 1, 1, 0), ["1 confusables accepted, at most 0 expected: gone.flac"]),
        ((3, 1, 1, 1), ["2 commands and 1 confusables were said, the baseline is of 3 and 1"]),
    ],
)
def test_a_regression_is_told_with_the_clips_that_failed(
    baseline: tuple[int, int, int, int], lines: list[str]
) -> None:
    clips, understood, confusables, accepted = baseline
    least = Baseline(
        clips=clips,
        understood=understood,
        confusables=confusables,
        confusables_accepted=accepted,
    )
    assert regressions(made_of(*RUN), least) == lines


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    talk = heeded(Place("talk", "a.flac", samples(60), "orders"), command("stop", 1.0))
    coach = outcome([talk, *(heeded(place_of(each), *each.commands) for each in RUN)])
    found = bars(coach, None)
    written = json.loads(json.dumps(record({"coach": coach}, found), allow_nan=False))
    of_coach = written["systems"]["coach"]
    assert of_coach["conditions"]["clean"]["understood"] == 1
    assert [each["clip"] for each in of_coach["conditions"]["clean"]["missed_clips"]] == [
        "done.flac"
    ]
    assert of_coach["talk"]["groups"]["orders"]["share_with_command"] == 1.0
    assert of_coach["noise"] is None
    console = Console(width=100, file=StringIO(), markup=False)
    with console.capture() as printed:
        print_tables(console, dict.fromkeys(SYSTEMS, coach), found)
    assert "recall clean, every speaker" in printed.get()
    assert "no [unk]" in printed.get()
    assert "60.0 (1)" in printed.get()
    assert max(map(len, printed.get().splitlines())) <= 100


def place_of(made: Take) -> Place:
    spots = (Spot(made.clip, 0, made.end),)
    return Place("clips", "ann", len(TONE), condition=made.condition, spots=spots)


# Sound


@pytest.mark.parametrize("snr_db", [20.0, 0.0])
def test_the_noise_is_as_loud_as_the_ratio_says(snr_db: float) -> None:
    clean, noisy = clip_streams([clip("stop")], {"kitchen": HUM}, [snr_db])
    (spot,) = noisy.place.spots
    noise = rms(noisy.sound[: spot.start])
    both = rms(noisy.sound[spot.start : spot.end])
    speech = np.sqrt(both**2 - noise**2)
    assert 20 * np.log10(speech / noise) == pytest.approx(snr_db, abs=0.3)
    assert str(noisy.place.condition) == f"kitchen {snr_db:g} dB"
    # as recorded where it is quiet
    assert rms(clean.sound[spot.start : spot.end]) == pytest.approx(active_rms(TONE), rel=0.01)
    assert rms(clean.sound[: spot.start]) == pytest.approx(3.0, rel=0.05)


def test_the_noise_never_stops() -> None:
    _, noisy = clip_streams([clip("stop"), clip("done")], {"kitchen": HUM}, [20.0])
    first, second = noisy.place.spots
    parts = (
        noisy.sound[: first.start],
        noisy.sound[first.end : second.start],
        noisy.sound[second.end :],
    )
    assert [rms(part) for part in parts] == pytest.approx([rms(parts[0])] * 3, rel=0.05)


def test_every_condition_has_the_same_clips_in_the_same_places() -> None:
    clips = [
        clip("stop", str(number), speaker=who) for number in range(4) for who in ("ann", "bob")
    ]
    streams = list(clip_streams(clips, {"kitchen": HUM}, [10.0]))
    assert [(each.place.name, str(each.place.condition)) for each in streams] == [
        ("ann", "clean"),
        ("bob", "clean"),
        ("ann", "kitchen 10 dB"),
        ("bob", "kitchen 10 dB"),
    ]
    assert streams[0].place.spots == streams[2].place.spots
    again = list(clip_streams(clips, {"kitchen": HUM}, [10.0]))
    assert all(np.array_equal(*both) for both in zip(sounds(streams), sounds(again), strict=True))


def sounds(streams: Sequence[Stream]) -> list[Block]:
    return [stream.sound for stream in streams]


def test_talk_is_in_a_quiet_room_and_noise_is_alone() -> None:
    (talk,) = talk_streams([Talk("a.flac", "orders", TONE)])
    assert talk.place.length == len(TONE) < len(talk.sound)
    (noise,) = noise_streams({"kitchen": HUM})
    assert np.array_equal(noise.sound, HUM)


# Files


@pytest.mark.parametrize(
    ("name", "speaker", "words", "intent"),
    [
        ("stop__man1.flac", "man1", "stop", "stop"),
        ("Stop__man1.wav", "man1", "stop", "stop"),
        ("bob/let's_go.flac", "bob", "let's go", "ready"),
        ("bob/lets_go.flac", "bob", "lets go", "ready"),
        ("oov_stop__man1.flac", "man1", "stop", None),
        ("where_are_my_shoes__man1.flac", "man1", "where are my shoes", None),
    ],
)
def test_a_file_is_named_after_what_is_said_in_it(
    tmp_path: Path, grammar: Grammar, name: str, speaker: str, words: str, intent: str | None
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    write_audio(path, np.pad(TONE, samples(0.5)))
    (loaded,) = load_clips(tmp_path, grammar)
    assert (loaded.speaker, loaded.words, loaded.intent) == (speaker, words, intent)
    assert loaded.speech == pytest.approx((samples(0.5), samples(1.5)), abs=samples(0.01))
    assert not loaded.timed


def test_a_manifest_tells_what_is_said_and_where(tmp_path: Path, grammar: Grammar) -> None:
    row = {"words": "done", "intent": "done", "speaker": "ann", "speech_samples": [10, 90]}
    write_manifest(tmp_path, row)
    (loaded,) = load_clips(tmp_path, grammar)
    assert (loaded.intent, loaded.speaker, loaded.speech, loaded.timed) == (
        "done",
        "ann",
        (10, 90),
        True,
    )


def write_manifest(folder: Path, row: object) -> None:
    (folder / "manifest.json").write_text(json.dumps({"files": {"x.flac": row}}))
    write_audio(folder / "x.flac", TONE)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"intent": "dance"}, "files.x.flac.intent: input should be 'ready'"),
        ({"words": None}, "files.x.flac.words: input should be a valid string"),
        ({"speech_samples": [90, 10]}, "x.flac: no speech from 90 to 10: it has 16000"),
        ({"speech_samples": [0, 99999]}, "x.flac: no speech from 0 to 99999: it has 16000"),
    ],
)
def test_a_wrong_manifest_is_told(
    tmp_path: Path, grammar: Grammar, row: dict[str, object], problem: str
) -> None:
    right = {"words": "done", "intent": "done", "speaker": "ann", "speech_samples": [10, 90]}
    write_manifest(tmp_path, right | row)
    with pytest.raises(CoachError) as told:
        load_clips(tmp_path, grammar)
    assert problem in str(told.value)


def test_talk_is_grouped_by_its_folder_and_noise_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    write_audio(tmp_path / "orders" / "one.flac", TONE)
    ((talk),) = load_talk(tmp_path)
    assert (talk.group, talk.name) == ("orders", "one.flac")
    assert list(load_noises(tmp_path)) == ["one"]


# Reading what Vosk understood


@pytest.mark.parametrize(
    ("text", "whole", "anywhere"),
    [
        ("stop", ["stop"], ["stop"]),
        ("i said stop", [], ["stop"]),
        ("i'm not done", [], ["done"]),
        ("my back hurts", ["pain"], ["pain"]),
        ("unstoppable", [], []),
        ("", [], []),
    ],
)
def test_final_results_are_read_whole_or_searched(
    grammar: Grammar, text: str, whole: list[str], anywhere: list[str]
) -> None:
    assert [intent for intent, _ in whole_in(grammar)(text)] == whole
    assert [intent for intent, _ in anywhere_in(grammar)(text)] == anywhere


# Wrong input


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("--clips {tmp}/nowhere", "{tmp}/nowhere: there is no such folder"),
        ("--clips {tmp}/empty", "{tmp}/empty: there are no recordings in it"),
        ("--negatives {tmp}/empty", "{tmp}/empty: there are no recordings in it"),
        ("--noise {tmp}/silent", "{tmp}/silent/x.wav: the noise is digital silence"),
        ("--clips {tmp}/bad", "{tmp}/bad/x.flac: the file is empty"),
        ("--systems coach,ears", "no system 'ears'"),
        ("--snr loud", "--snr: 'loud': numbers expected, such as 20,10"),
        ("--snr 10,nan", "--snr: '10,nan': numbers expected, such as 20,10"),
        ("--jobs 0", "'--jobs': should be at least 1"),
        ("--jobs x", "'--jobs': a whole number is expected"),
        ("--check {tmp}/nothing.json", "{tmp}/nothing.json: cannot be read"),
        ("--check {tmp}/wrong.json", "{tmp}/wrong.json: understood: this key is missing"),
        ("--frobnicate", "No such option: --frobnicate"),
    ],
)
@pytest.mark.usefixtures("model_folder")
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    for folder in ("empty", "silent", "bad"):
        (tmp_path / folder).mkdir()
    write_audio(tmp_path / "silent" / "x.wav", np.zeros(1600, dtype=np.int16))
    (tmp_path / "bad" / "x.flac").touch()
    (tmp_path / "wrong.json").write_text('{"clips": 1}')
    if "--clips" not in arguments:
        (tmp_path / "clips").mkdir()
        write_audio(tmp_path / "clips" / "stop__ann.flac", TONE)
        arguments += " --clips {tmp}/clips"
    assert main(arguments.format(tmp=tmp_path).split()) == 2
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith("bench_hearing: ")
    assert problem.format(tmp=tmp_path) in line
    assert told.out == ""


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
def test_a_run_over_one_clip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "clips").mkdir()
    source = data_folder("audio_fixtures") / "en" / "flite_slt" / "stop.flac"
    (tmp_path / "clips" / "stop__ann.flac").write_bytes(source.read_bytes())
    (tmp_path / "least.json").write_text(
        '{"clips": 1, "understood": 1, "confusables": 0, "confusables_accepted": 0}'
    )
    run = f"--clips {tmp_path}/clips --systems coach --jobs 1 --json --check {tmp_path}/least.json"
    status = main(run.split())
    printed = capsys.readouterr()
    assert (status, printed.err.count("bench_hearing: ")) == (0, 0)
    measured = json.loads(printed.out)["systems"]["coach"]
    assert measured["conditions"]["clean"]["understood"] == 1
    assert measured["peak_memory_bytes"] > 50_000_000

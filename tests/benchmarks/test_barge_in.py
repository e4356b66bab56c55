"""Barge in: what is said over the coach's own speech, how that is followed, and what it counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from io import StringIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.barge_in import main
from benchmarks.barge_in_bars import Baseline, bars, regressions
from benchmarks.barge_in_figures import tried
from benchmarks.barge_in_record import record
from benchmarks.barge_in_tables import print_tables
from benchmarks.chatter import Chatter, Line, every_line, with_descents
from benchmarks.corpus import Clip
from benchmarks.figures import Spread
from benchmarks.following import HOP, Convergence, audible, convergence, fell_silent
from benchmarks.listeners import Command
from benchmarks.scenes import CONDITIONS, WORDS, Scene, Setting, all_settings, scenes
from benchmarks.sitting import Sitting, sit
from benchmarks.talked_over import SYSTEMS, Aec3Canceller, HalfDuplexCanceller
from coach.app.language_files import load_language
from coach.engine import Engine
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.messages.events import SpeechBegan, Spoken
from coach.messages.intents import Intent
from coach.ports import AdaptiveFilter
from coach.settings import HearingSettings
from coach.simulation.echo_path import at_microphone_db
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, gain, rms, samples, silence
from tests.stories import Recorder, lesson

HISS: Block = np.random.default_rng(5).normal(0.0, 3000.0, samples(3)).astype(np.int16)


# The coach that never stops talking


def some_lines() -> list[Line]:
    """Enough of what can be said for a test: cues, and the counts of a descent."""
    lines = every_line(lesson())
    return [*(line for line in lines if not line.beat)][:60] + [line for line in lines if line.beat]


def chatter(said: Sequence[Utterance], length_s: float, first: int = 0) -> Recorder:
    taught, recorder = lesson(), Recorder()
    hearing = Endpointer(ScriptedRecogniser(said), taught.grammar, HearingSettings())
    talk = Chatter(some_lines(), first)
    engine = Engine(talk, taught.cues, FrontEnd(hearing), [recorder])
    engine.process(speech_sound(said, samples(length_s)))
    return recorder


@cache
def whole_chatter() -> Recorder:
    return chatter([], 480.0)


@pytest.mark.slow
def test_it_says_every_wording_in_order_without_a_pause() -> None:
    lines = some_lines()
    recorder = whole_chatter()
    begun = recorder.of(SpeechBegan)
    assert [each.text for each in begun[: len(lines)]] == [line.say.text for line in lines]
    assert begun[len(lines)].text == lines[0].say.text
    ends = {each.start: each.end for each in recorder.of(Spoken)}
    for line, this, following in zip(lines, begun, begun[1:], strict=False):
        gap = following.at - ends[this.at]
        assert gap == 0 if line.beat is None else following.at - this.at == line.beat


@pytest.mark.slow
def test_counts_are_on_the_beat_of_a_descent() -> None:
    counts = [each for each in whole_chatter().of(SpeechBegan) if each.prompt == "count"]
    first = counts[: len({each.text for each in counts})]
    assert len(first) > 2
    assert {b.at - a.at for a, b in pairwise(first)} == {samples(1.0)}


def test_a_descent_comes_after_every_third_line() -> None:
    lines = some_lines()
    told = [bool(line.beat) for line in with_descents(lines)]
    counts = sum(bool(line.beat) for line in lines)
    assert told[: 2 * (3 + counts)] == ([False] * 3 + [True] * counts) * 2
    assert [line for line in with_descents(lines) if not line.beat] == [
        line for line in lines if not line.beat
    ]


@pytest.mark.parametrize(("words", "breaks_off"), [("stop", True), ("done", True), ("", False)])
def test_a_command_ends_the_line_and_it_goes_on_with_the_next(words: str, breaks_off: bool) -> None:
    said = [Utterance(samples(3.0), words)] if words else []
    recorder = chatter(said, 20.0)
    assert any(each.interrupted for each in recorder.of(Spoken)) == breaks_off
    texts = [each.text for each in recorder.of(SpeechBegan)]
    assert texts == [line.say.text for line in some_lines()][: len(texts)]
    assert len(texts) > 2


# What the speaker played


def talking(length_s: float) -> tuple[Block, list[SpeechBegan], dict[str, Block]]:
    """A cue of three seconds from 0.5 s on, in a sound of some length."""
    played = silence(samples(length_s))
    played[samples(0.5) :][: len(HISS)] = HISS
    return played, [SpeechBegan("x", "Hiss.", samples(0.5))], {"Hiss.": HISS}


def spans_s(heard: np.ndarray) -> list[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(int)))
    return [
        (round(a * HOP / 16000, 3), round(b * HOP / 16000, 3))
        for a, b in edges.reshape(-1, 2).tolist()
    ]


def test_a_cue_is_heard_from_its_beginning_to_its_end() -> None:
    assert spans_s(audible(*talking(5.0))) == [(0.5, 3.5)]


@pytest.mark.parametrize(
    ("ducked_db", "spans"),
    [
        (-3.0, [(0.5, 3.5)]),
        (-11.0, [(0.5, 3.5)]),
        (-13.0, [(0.5, 1.5), (2.0, 3.5)]),
        (-90.0, [(0.5, 1.5), (2.0, 3.5)]),
    ],
)
def test_what_is_ducked_by_twelve_decibels_is_not_heard(
    ducked_db: float, spans: list[tuple[float, float]]
) -> None:
    played, begun, cues = talking(5.0)
    part = slice(samples(1.5), samples(2.0))
    played[part] = np.round(played[part] * gain(ducked_db)).astype(np.int16)
    assert spans_s(audible(played, begun, cues)) == spans


def test_a_cue_that_is_held_and_goes_on_is_followed() -> None:
    played, begun, cues = talking(6.0)
    at, hold = samples(1.5), samples(0.7003)
    played[at + hold :] = played[at:-hold].copy()
    played[at : at + hold] = 0
    (first, second) = spans_s(audible(played, begun, cues))
    assert first == (0.5, 1.5)
    assert second == pytest.approx((2.2, 4.2), abs=0.006)


@pytest.mark.parametrize(
    ("hushed_s", "decided_s", "silent_s"),
    [(1.5, 1.7, 1.5), (1.5, 1.5, 1.5), (None, 1.7, 1.715), (0.6, 1.7, 1.2), (0.5, 9.9, 1.2)],
)
def test_it_is_silent_since_the_last_that_was_heard_of_it(
    hushed_s: float | None, decided_s: float, silent_s: float
) -> None:
    """The word began at 1.2 s: what was silent before was not so because of it."""
    played, begun, cues = talking(5.0)
    played[samples(decided_s if hushed_s is None else hushed_s) :] = 0
    if hushed_s is None:
        played, _, _ = talking(5.0)
    since = fell_silent(audible(played, begun, cues), samples(1.2), samples(decided_s))
    assert since / 16_000 == pytest.approx(silent_s, abs=0.006)


# What was left of the echo


def levels(*of: tuple[float, float]) -> list[float]:
    """(level, seconds) after each other, in frames of 30 ms."""
    return [level for level, length_s in of for _ in range(round(length_s / 0.03))]


@pytest.mark.parametrize(
    ("left_over", "first", "for_good"),
    [
        ([(10.0, 30.0)], 0.0, 0.0),
        ([(900.0, 2.4), (10.0, 27.6)], 2.4, 2.4),
        ([(900.0, 2.4), (10.0, 2.4), (900.0, 4.8), (10.0, 20.4)], 2.4, 9.6),
        ([(10.0, 28.8), (900.0, 1.2)], 0.0, None),
        ([(300.0, 30.0)], None, None),
    ],
)
def test_it_has_converged_when_the_echo_is_down_for_good(
    left_over: list[tuple[float, float]], first: float | None, for_good: float | None
) -> None:
    found = convergence(levels((1000.0, 30.0)), levels(*left_over), samples(0.03))
    told = [None if each is None else each / 16_000 for each in (found.first, found.for_good)]
    assert told == [first, for_good]


def test_where_there_is_no_echo_nothing_can_be_left_of_it() -> None:
    before = levels((1000.0, 12.0), (3.0, 6.0), (1000.0, 12.0))
    after = levels((10.0, 12.0), (3.0, 6.0), (10.0, 12.0))
    assert convergence(before, after, samples(0.03)) == Convergence(0, 0, 1.0)
    assert convergence([], [], samples(0.03)) == Convergence(None, None, None)


# Scenes


def clip(word: Intent, speaker: str = "ann") -> Clip:
    sound = np.pad(HISS[: samples(0.5)], samples(0.3))
    speech = (samples(0.3), samples(0.8))
    return Clip(f"{speaker}/{word}.flac", speaker, word, word, speech, timed=True, sound=sound)


CLIPS = [clip("stop"), clip("done"), clip("stop", "bob")]


def test_the_same_words_are_said_at_the_same_moments_in_every_setting() -> None:
    settings = all_settings(CONDITIONS, [-6.0, 12.0])
    told = list(scenes(CLIPS, settings, 3, samples(60), 105))
    assert all_settings(["clipping", "plain"], [6.0]) == [Setting("plain", 6.0)]
    for who, count in (("ann", 6), ("bob", 3)):
        of_speaker = [
            [(spot.clip.name, spot.start, spot.end) for spot in each.spots]
            for each in told
            if each.name == who
        ]
        assert of_speaker == of_speaker[:1] * len(settings)
        said = next(each.spots for each in told if each.name == who)
        assert len(said) == count
        assert said[0].start >= samples(12.5)
        assert all(b.start - a.end >= samples(2.5) for a, b in pairwise(said))
    alone = [each for each in told if not each.spots and each.setting == settings[0]]
    assert sum(each.length for each in alone) == samples(60)
    assert len({each.first_line for each in alone}) == 4


@pytest.mark.parametrize("setting", all_settings(CONDITIONS, [-6.0, 0.0, 12.0]), ids=str)
def test_the_coach_is_as_loud_as_the_setting_says(setting: Setting) -> None:
    room = Scene(setting, "", 0, samples(60), 0, ()).room()
    assert room.echo is not None
    assert at_microphone_db(room.echo) == pytest.approx(setting.level_db)
    assert (room.echo.jump is not None) == (setting.condition == "jump")
    assert (room.echo.drift_ppm == 50.0) == (setting.condition == "drift")
    assert (room.echo.speaker_limit is not None) == (setting.condition == "distortion")
    assert (room.saturation < 32767) == (setting.condition == "clipping")
    assert room.echo.delay_ms == {"delay-120": 120, "delay-220": 220, "delay-320": 320}.get(
        setting.condition, 60
    )


# Cancellers


@pytest.mark.parametrize(
    ("canceller", "least_db", "most_db"),
    [(Aec3Canceller(), 20.0, 200.0), (HalfDuplexCanceller(), 200.0, 400.0)],
    ids=["aec3", "half-duplex"],
)
def test_an_echo_goes_away(canceller: AdaptiveFilter, least_db: float, most_db: float) -> None:
    speaker = np.tile(HISS, 3)
    microphone = np.concatenate([silence(800), speaker[:-800] // 2]).astype(np.int16)
    clean = np.concatenate(
        [
            canceller.cancel(microphone[at : at + 480], speaker[at : at + 480])
            for at in range(0, len(speaker), 480)
        ]
    )
    assert len(clean) == len(microphone)
    late = slice(samples(6), None)
    down_db = 20 * np.log10(rms(microphone[late]) / max(1e-9, rms(clean[late])))
    assert least_db < down_db < most_db


def test_ears_are_muted_a_little_longer_than_it_speaks() -> None:
    speaker = silence(samples(1))
    speaker[samples(0.3) : samples(0.5)] = 1000
    microphone = np.full(samples(1), 100, dtype=np.int16)
    clean = HalfDuplexCanceller().cancel(microphone, speaker)
    muted = np.flatnonzero(clean == 0)
    assert (muted[0], muted[-1] + 1) == (samples(0.3), pytest.approx(samples(0.7), abs=160))


@pytest.mark.model
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_can_sit_through_a_scene(
    system: str, model_folder: Path, voice_folder: Path
) -> None:
    setting = Setting("plain", 0.0)
    scene = Scene(setting, "", 0, samples(3), 0, (clip("stop"),))
    sitting = sit(system, model_folder, load_language().language.voice, scene)
    assert (sitting.commands, sitting.stray) == ((), ())
    assert sitting.hearing_seconds > 0.0


# Figures


def sitting(
    level_db: float, *heard: Intent | None, stray: int = 0, condition: str = "plain"
) -> Sitting:
    """A speaker says «stop» as often as there is something heard of it, 0.2 s later."""
    setting = Setting(condition, level_db)
    spots = next(iter(scenes([clip("stop")], [setting], len(heard), 0, 105))).spots
    commands = tuple(
        (Command(each, each, spot.end + samples(0.2), spot.end + samples(0.4)),) if each else ()
        for spot, each in zip(spots, heard, strict=True)
    )
    strays = tuple(Command("pause", "wait", samples(1), samples(1)) for _ in range(stray))
    scene = Scene(setting, "ann", 0, samples(60), 0, (clip("stop"),), spots)
    return Sitting(scene, commands, strays, 0, Convergence(0, samples(2), 1.0), 4.0, 0.6)


def test_the_bars_are_of_their_level_and_of_everything() -> None:
    coach = [sitting(0.0, "stop", "stop"), sitting(6.0, "stop", None, stray=1)]
    found = {bar.name: bar for bar in bars(coach)}
    assert [found[f"recall over its own speech, {level} dB"].value for level in ("+0", "+6")] == [
        100.0,
        50.0,
    ]
    assert found["recall over its own speech, +12 dB"].met is None
    by_itself = found["commands by itself, everywhere"]
    assert (by_itself.met, by_itself.of.split(" in ")[0]) == (False, "1")
    assert found["urgent, word end to silence, p95"].value == 0.2
    assert found["canceller, of one core"].value == pytest.approx(1.0)


def test_other_conditions_do_not_count_for_the_plain_room() -> None:
    found = {bar.name: bar for bar in bars([sitting(0.0, None, condition="jump")])}
    assert found["recall over its own speech, +0 dB"].met is None


def test_sittings_are_counted() -> None:
    of = tried([sitting(0.0, "stop", "pause"), sitting(0.0, None)])
    assert of.reaction == Spread(1, 0.2, 0.2, 0.2)
    assert of.convergences == ()
    assert of.canceller_to_hearing == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("baseline", "told"),
    [
        ((2, 1, 1), []),
        ((2, 0, 2), []),
        ((2, 2, 1), ["understood 1 of 2, at least 2 expected; not understood: ann/stop.flac"]),
        ((2, 1, 0), ["1 commands by itself, at most 0 expected: wait"]),
        ((3, 1, 1), ["2 words were said, the baseline is of 3"]),
    ],
)
def test_a_regression_is_told(baseline: tuple[int, int, int], told: list[str]) -> None:
    words, understood, by_itself = baseline
    least = Baseline(words=words, understood=understood, commands_by_itself=by_itself)
    assert regressions([sitting(0.0, "stop", None, stray=1)], least) == told


def test_a_run_can_be_read_by_people_and_by_programs() -> None:
    coach = [sitting(0.0, "stop", None), sitting(12.0, "pause", stray=2, condition="clipping")]
    against = list(bars(coach))
    written = json.loads(json.dumps(record({"coach": coach}, against), allow_nan=False))
    settings = written["systems"]["coach"]["settings"]
    assert settings["plain +0 dB"]["recall"] == 0.5
    assert settings["clipping +12 dB"]["coach_alone"]["commands"] == 2
    console = Console(width=100, file=StringIO(), markup=False)
    with console.capture() as printed:
        print_tables(console, dict.fromkeys(SYSTEMS, coach), against)
    assert "50.0 1/2" in printed.get()
    assert CONDITIONS["clipping"] in printed.get()
    assert max(map(len, printed.get().splitlines())) <= 100


# The program


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("--levels loud", "--levels: 'loud': numbers expected"),
        ("--conditions plain,cave", "no condition 'cave': there are plain,"),
        ("--systems ears", "no system 'ears'"),
        ("--speakers nobody", "no speaker 'nobody': there are "),
        ("--rounds 0", "'--rounds': should be at least 1"),
        ("--conditions clipping --levels 0", "the microphone clips from +12 dB on"),
        ("--systems none --check {tmp}/x.json", "--check is of the coach"),
        ("--check {tmp}/x.json", "{tmp}/x.json: cannot be read"),
        ("--clips {tmp}", "{tmp}: there are no recordings in it"),
    ],
)
@pytest.mark.usefixtures("model_folder")
def test_wrong_input_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: str, problem: str
) -> None:
    assert main(arguments.format(tmp=tmp_path).split()) == 2
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith("bench_barge_in: ")
    assert problem.format(tmp=tmp_path) in line
    assert told.out == ""


@pytest.mark.model
@pytest.mark.usefixtures("model_folder")
@pytest.mark.thorough
def test_a_run_of_one_speaker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "least.json").write_text('{"words": 4, "understood": 3, "commands_by_itself": 9}')
    status = main(
        f"--speakers flite_slt --levels -6 --conditions plain --systems coach --rounds 1 --alone 1 "
        f"--jobs 1 --json --check {tmp_path}/least.json".split()
    )
    printed = capsys.readouterr()
    assert (status, printed.err.count("bench_barge_in: ")) == (0, 0)
    measured = json.loads(printed.out)["systems"]["coach"]["settings"]["plain -6 dB"]
    assert set(measured["speakers"]) == {"flite_slt"}
    assert measured["understood"] >= 3
    assert measured["coach_alone"]["length_s"] > 60
    assert set(WORDS) == {"arched", "done", "stop", "pause"}

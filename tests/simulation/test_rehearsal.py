"""Rehearsal files: a good one says what the user does, a bad one is told with line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from coach.app.language_files import data_folder, read_text
from coach.devices.recordings.audio_file import write_audio
from coach.devices.sound.room_duplex import load_clips, load_noise
from coach.errors import CoachError, DataError
from coach.messages.events import SpeechBegan
from coach.messages.facts import StateChanged
from coach.simulation.rehearsal import (
    Entry,
    Jump,
    Rehearsal,
    Room,
    RoomEcho,
    User,
    UserSpeech,
    When,
    check_said,
    clip_names,
    parse_rehearsal,
)
from coach.units import samples

GOOD = """\
settings: {sets: 2, reps: 3, verbosity: short}
clips: ../clips/ada
seed: 7
room: {noise: kitchen.flac, snr_db: 10, echo: {gain_db: -6, delay_ms: 80}}
user:
  - {when: {state: waiting}, after_s: 1.5, says: ready}
  - {when: {state: slow_descent, said: two}, says: my back arched, times: 2}
  - when: {said: ask_stable}
    says: "yes"
    times: always
limit_s: 90
"""
WORDINGS = [("ask_stable", "Does that feel stable?"), ("count", "Two-one-thousand.")]


def test_a_good_file_says_what_happens() -> None:
    rehearsal = parse_rehearsal(GOOD, "some.yaml")
    assert (rehearsal.settings.sets, rehearsal.settings.reps) == (2, 3)
    assert rehearsal.settings.verbosity == "short"
    assert (rehearsal.clips, rehearsal.seed, rehearsal.limit_s) == ("../clips/ada", 7, 90.0)
    assert (rehearsal.room.noise, rehearsal.room.snr_db) == ("kitchen.flac", 10.0)
    assert rehearsal.room.echo is not None
    assert (rehearsal.room.echo.gain_db, rehearsal.room.echo.delay_ms) == (-6.0, 80.0)
    assert rehearsal.user == [
        Entry(when=When(state="waiting"), says="ready", after_s=1.5),
        Entry(when=When(state="slow_descent", said="two"), says="my back arched", times=2),
        Entry(when=When(said="ask_stable"), says="yes", times="always"),
    ]
    assert [entry.says for entry in rehearsal.user] == ["ready", "my back arched", "yes"]


def test_a_room_can_be_made_difficult() -> None:
    hard = "delay_ms: 80, direct_to_tail_db: 0, decay_ms: 70, drift_ppm: 50, "
    text = GOOD.replace("delay_ms: 80", hard + "jump: {at_s: 20, delay_ms: 140}")
    text = text.replace("snr_db: 10", "snr_db: 10, self_noise: 30, saturation: 16000")
    room = parse_rehearsal(text, "some.yaml").room
    assert (room.self_noise, room.saturation) == (30.0, 16000)
    assert room.echo == RoomEcho(
        gain_db=-6.0,
        delay_ms=80.0,
        direct_to_tail_db=0.0,
        decay_ms=70.0,
        drift_ppm=50.0,
        jump=Jump(at_s=20.0, delay_ms=140.0),
    )


def test_most_of_it_may_be_left_out() -> None:
    rehearsal = parse_rehearsal("clips: here\nuser: []\n", "some.yaml")
    assert (rehearsal.clips, rehearsal.user) == ("here", [])
    assert (rehearsal.settings.sets, rehearsal.settings.reps) == (None, None)
    assert rehearsal.settings.verbosity is None
    assert rehearsal.room == Room()
    assert (rehearsal.limit_s, rehearsal.seed) == (900.0, 0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("seed: 7", "seeds: 7", "seeds: this key is not known here"),
        ("seed: 7", "seed: seven", "seed: input should be a valid integer, found 'seven'"),
        ("seed: 7", "seed: 7.5", "seed: input should be a valid integer, found 7.5"),
        ("seed: 7", "seed: -1", "seed: input should be greater than or equal to 0, found -1"),
        ("sets: 2", "sets: 0", "settings.sets: input should be greater than or equal to 1"),
        ("reps: 3", "reps: 31", "settings.reps: input should be less than or equal to 30"),
        ("verbosity: short", "verbosity: terse", "settings.verbosity: input should be 'full', "),
        ("reps: 3", "rep: 3", "settings.rep: this key is not known here"),
        ("state: waiting", "state: wating", "user[0].when.state: input should be 'waiting', "),
        ("state: waiting", "state: wating", "found 'wating'"),
        ("state: waiting", "state: 3", "user[0].when.state: input should be 'waiting', "),
        ("{state: waiting}", "{}", "user[0].when: name a state or something said"),
        ("{state: waiting}", "waiting", "user[0].when: "),
        ("when: {state: waiting}", "wenn: {state: waiting}", "user[0].wenn: this key is not known"),
        ("after_s: 1.5", "after: 1.5", "user[0].after: this key is not known here"),
        ("after_s: 1.5", "after_s: soon", "user[0].after_s: input should be a valid number"),
        ("after_s: 1.5", "after_s: soon", "found 'soon'"),
        ("after_s: 1.5", "after_s: '2'", "user[0].after_s: input should be a valid number"),
        ("after_s: 1.5", "after_s: true", "user[0].after_s: input should be a valid number"),
        ("after_s: 1.5", "after_s: -1", "user[0].after_s: input should be greater than or equal"),
        ("after_s: 1.5", "after_s: .nan", "user[0].after_s: "),
        (
            "says: ready",
            "say: ready",
            "user[0].say: this key is not known here: did",
        ),
        ("says: ready", "says: 3", "user[0].says: input should be a valid string, found 3"),
        ("says: ready", "says: ''", "user[0].says: "),
        ("times: 2", "times: 0", "user[1].times: "),
        ("times: 2", "times: often", "user[1].times: "),
        ("times: 2", "times: often", "found 'often'"),
        ("times: always", "times: never", "user[2].times: "),
        ("snr_db: 10", "snr_db: loud", "room.snr_db: input should be a valid number"),
        ("snr_db: 10", "snr: 10", "room.snr: this key is not known here"),
        ("gain_db: -6, ", "", "room.echo.gain_db: this key is missing"),
        ("delay_ms: 80", "delay_ms: 5", "room.echo.delay_ms: input should be greater than or eq"),
        ("delay_ms: 80", "decay_ms: 1", "room.echo.decay_ms: input should be greater than or eq"),
        ("delay_ms: 80", "drift_ppm: -50", "room.echo.drift_ppm: input should be greater than or"),
        ("delay_ms: 80", "speaker_limit: 0", "room.echo.speaker_limit: input should be greater"),
        ("delay_ms: 80", "jump: 140", "room.echo.jump: "),
        ("delay_ms: 80", "jump: {at_s: 9}", "room.echo.jump.delay_ms: this key is missing"),
        ("snr_db: 10", "saturation: 0", "room.saturation: input should be greater than or equal"),
        ("snr_db: 10", "self_noise: -1", "room.self_noise: input should be greater than or equal"),
        ("limit_s: 90", "limit_s: 0", "limit_s: input should be greater than 0, found 0"),
        ("limit_s: 90", "limit_s: .inf", "limit_s: "),
        ("limit_s: 90", "seed: 8", 'not YAML: found duplicate key "seed"'),
        ("limit_s: 90", "limit_s: [90", "not YAML: "),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_found(
    before: str, after: str, told: str
) -> None:
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    with pytest.raises(DataError) as caught:
        parse_rehearsal(text, "my/rehearsal.yaml")
    line = str(caught.value)
    number = GOOD[: GOOD.index(before)].count("\n") + 1
    places = [f"my/rehearsal.yaml: line {at}, " for at in (number, number + ("[" in after))]
    assert line.startswith(tuple(places))
    assert "\n" not in line
    assert told in line


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "my/rehearsal.yaml: the file is empty"),
        ("user: []\n", "clips: this key is missing"),
        ("clips: here\n", "user: this key is missing"),
        ("clips: here\nuser:\n", "line 2, user: input should be a valid list, found None"),
        ("clips: here\nuser: [ready]\n", "line 2, user[0]: "),
        ("- ready\n", "line 1, the file: "),
    ],
)
def test_what_is_missing_is_named(text: str, told: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_rehearsal(text, "my/rehearsal.yaml")
    assert told in str(caught.value)


# What is said, by the coach and by the user


@pytest.mark.parametrize("said", ["ask_stable", "stable", "STABLE", "two", "thousand", "count"])
def test_a_prompt_or_a_word_of_its_text_can_be_waited_for(said: str) -> None:
    rehearsal = parse_rehearsal(GOOD.replace("said: two", f"said: {said}"), "some.yaml")
    check_said(rehearsal, WORDINGS, "some.yaml")


@pytest.mark.parametrize("said", ["twelve", "ask_nothing", "feel stable", "''"])
def test_what_the_coach_never_says_is_told_with_its_line(said: str) -> None:
    rehearsal = parse_rehearsal(GOOD.replace("said: two", f"said: {said}"), "my/rehearsal.yaml")
    with pytest.raises(DataError) as caught:
        check_said(rehearsal, WORDINGS, "my/rehearsal.yaml")
    line = str(caught.value)
    assert line.startswith("my/rehearsal.yaml: line 7, user[1].when.said: ")
    assert repr(said.strip("'")) in line


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("stop", ("stop.flac", "stop.wav")),
        ("my back arched", ("my_back_arched.flac", "my_back_arched.wav")),
        ("i'm done", ("im_done.flac", "im_done.wav", "i'm_done.flac", "i'm_done.wav")),
    ],
)
def test_a_clip_is_named_after_its_words(words: str, names: tuple[str, ...]) -> None:
    assert clip_names(words) == names


@pytest.fixture
def room(tmp_path: Path) -> Callable[[str], tuple[Rehearsal, Path]]:
    """A rehearsal file among a few clips: every sentence of GOOD, and the noise."""
    clips = tmp_path / "clips" / "ada"
    clips.mkdir(parents=True)
    folder = tmp_path / "rehearsals"
    folder.mkdir()
    hum = np.full(1600, 100, dtype=np.int16)
    for path in (clips / "ready.wav", clips / "my_back_arched.flac", clips / "yes.flac"):
        write_audio(path, hum)
    write_audio(folder / "kitchen.flac", hum)
    path = folder / "some.yaml"

    def write(text: str) -> tuple[Rehearsal, Path]:
        path.write_text(text, encoding="utf-8")
        return parse_rehearsal(read_text(path), str(path)), path

    return write


def test_clips_and_noise_are_found_beside_the_file(
    room: Callable[[str], tuple[Rehearsal, Path]],
) -> None:
    rehearsal, path = room(GOOD)
    assert {words: len(clip) for words, clip in load_clips(rehearsal, path).items()} == {
        "ready": 1600,
        "my back arched": 1600,
        "yes": 1600,
    }
    noise = load_noise(rehearsal.room, path)
    assert noise is not None
    assert len(noise) == 1600
    assert load_noise(Room(), path) is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("says: my back arched", "says: my hat", "line 7, user[1].says: there is no clip for"),
        ("says: my back arched", "says: my hat", "my_hat.flac"),
        ("clips: ../clips/ada", "clips: ../clips/bob", "there is no clip for 'ready'"),
        ("noise: kitchen.flac", "noise: attic.flac", "attic.flac: there is no such recording"),
    ],
)
def test_a_missing_recording_is_named(
    room: Callable[[str], tuple[Rehearsal, Path]], before: str, after: str, told: str
) -> None:
    rehearsal, path = room(GOOD.replace(before, after))
    with pytest.raises(CoachError) as caught:
        (load_noise(rehearsal.room, path), load_clips(rehearsal, path))
    assert told in str(caught.value)


def test_the_demo_is_a_good_rehearsal_with_all_its_clips() -> None:
    path = data_folder("audio_fixtures") / "demo.yaml"
    rehearsal = parse_rehearsal(read_text(path), str(path))
    assert set(load_clips(rehearsal, path)) == {entry.says for entry in rehearsal.user}


# The user


STORY = (
    StateChanged(0, None, "waiting", None),
    SpeechBegan("ask_stable", "Does that feel stable?", 100),
    StateChanged(16_000, "waiting", "slow_descent", "skip"),
    SpeechBegan("count", "One-one-thousand.", 32_000),
    SpeechBegan("count", "Two-one-thousand.", 48_000),
    StateChanged(64_000, "slow_descent", "stop_point", "played"),
    SpeechBegan("count", "Two-one-thousand.", 80_000),
    StateChanged(96_000, "stop_point", "slow_descent", "played"),
    SpeechBegan("count", "Two-one-thousand.", 112_000),
)


@pytest.mark.parametrize(
    ("entry", "at"),
    [
        ("when: {state: waiting}, after_s: 1.5", [24_000]),
        ("when: {state: waiting}", [0]),
        ("when: {state: slow_descent}", [16_000]),
        ("when: {state: slow_descent}, times: 2", [16_000, 96_000]),
        ("when: {state: slow_descent, said: two}, times: always", [48_000, 112_000]),
        ("when: {state: slow_descent, said: two}, after_s: 0.2", [48_000 + samples(0.2)]),
        ("when: {said: Two}, times: always", [48_000, 80_000, 112_000]),
        ("when: {said: count}, times: 2", [32_000, 48_000]),
        ("when: {said: ask_stable}", [100]),
        ("when: {state: slow_descent, said: ask_stable}, times: always", []),
        ("when: {state: resting}, times: always", []),
    ],
)
def test_the_user_speaks_when_what_was_waited_for_happens(entry: str, at: list[int]) -> None:
    user = User(parse_rehearsal(f"clips: x\nuser:\n  - {{{entry}, says: hey}}\n", "some.yaml"))
    said = []
    for event in STORY:
        user(event)
        said += list(user.pop())
    assert said == [UserSpeech("hey", moment) for moment in at]


def test_sound_can_be_lost_before_what_the_user_says() -> None:
    entry = "{when: {state: waiting}, says: hey, lost_s: 0.15}"
    user = User(parse_rehearsal(f"clips: x\nuser:\n  - {entry}\n", "some.yaml"))
    user(STORY[0])
    assert [*user.pop()] == [UserSpeech("hey", 0, lost=samples(0.15))]

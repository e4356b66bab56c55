"""Recordings: a recorded session replays from its files, to the byte."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import stat
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from coach import __version__
from coach.app.assembly import Coach
from coach.app.language_files import load_language
from coach.app.outputs import Outputs
from coach.app.programme_files import load_programme
from coach.app.recordings import outputs_in
from coach.app.run_session import run_session
from coach.cli.main import main
from coach.devices.files.calibration_file import CalibrationFile
from coach.devices.recordings.sidecar_file import Loss, Sidecar
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.display.buttons import Press, RecordedPresses
from coach.doctor.announce import Announcer
from coach.echo.canceller import Calibration
from coach.echo.delay_estimator import LONGEST
from coach.errors import DeviceError, OutputError
from coach.messages.events import Event, SpeechBegan
from coach.ports import DuplexHandler
from coach.simulation.rehearsal import User, parse_rehearsal
from coach.training.history import CutOff
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import RATE_HZ, Block, Samples, samples, seconds, silence

pytestmark = pytest.mark.model

WHEN = datetime(2025, 11, 21, 18, 5, 9)
NAME = "2025-11-21_18-05-09"
DEVICES = "microphone → speaker"
FIXTURES = Path(__file__).parents[2] / "audio_fixtures"

LIVELY = f"""\
clips: {FIXTURES / "en" / "flite_slt"}
seed: 3
limit_s: 60
room: {{echo: {{gain_db: -6, delay_ms: 310}}}}
user:
  - {{when: {{state: waiting, said: ask_comfortable}}, after_s: 2.5, says: ready}}
  - {{when: {{state: cat_cow, said: two}}, after_s: 1.5, says: stop}}
"""
"""A user beside a speaker, whose echo comes late, and who soon has enough."""


PLAN = Plan("straight_leg_lift", stretch=False, mistakes={"belly": 2}, floors={"dead_bug": 2.5})


class Flaky:
    """A Duplex of a room: blocks of all lengths, of which every so many are lost."""

    def __init__(self, room: RoomDuplex) -> None:
        self.delay: Samples = samples(0.12) + 7
        self.name: str | None = DEVICES
        self.room = room

    def run(self, handler: DuplexHandler) -> None:
        chance = random.Random(5)  # noqa: S311 - no secret

        def pieces(microphone: Block) -> Block | None:
            answers, at = [], 0
            while at < len(microphone):
                piece = microphone[at : at + chance.randint(1, 250)]
                at += len(piece)
                if chance.random() < 0.001:
                    handler.lose(chance.randint(1, 9000))
                answer = handler.process(piece)
                if answer is None:
                    return None
                answers.append(answer)
            return np.concatenate(answers)

        self.room.run(Announcer(pieces))


class Unplugged:
    """A Duplex of a room, whose devices come and go, one of them at the sample of a loss.

    Those that come back have a delay and a name of their own.
    """

    def __init__(
        self, room: RoomDuplex, delay: Samples | None = None, name: str | None = DEVICES
    ) -> None:
        self._back = room.delay if delay is None else delay, name
        self.delay = room.delay
        self.name: str | None = DEVICES
        self._room = room

    def run(self, handler: DuplexHandler) -> None:
        blocks = 0

        def process(microphone: Block) -> Block | None:
            nonlocal blocks
            blocks += 1
            if blocks == 500:
                handler.lose_device("microphone", "unplugged")
                handler.lose(4001)
                handler.lose_device("speaker", "unplugged as well")
            elif blocks == 800:
                self.delay, self.name = self._back
                handler.find_device("microphone and speaker", "the same")
            return handler.process(microphone)

        self._room.run(Announcer(process))
        handler.lose_device("microphone", "and again")


class Losing:
    """A Duplex that loses five thousand samples between two blocks, and then the power."""

    delay: Samples = samples(0.12)
    name: str | None = None

    def run(self, handler: DuplexHandler) -> None:
        handler.process(np.full(101, 7, dtype=np.int16))
        handler.lose(5000)
        handler.process(np.full(99, 8, dtype=np.int16))
        raise OSError("power cut")


class Silent:
    """A Duplex whose microphone is switched off, and which is unplugged after a while."""

    delay: Samples = samples(0.12)
    name: str | None = DEVICES

    def __init__(self, blocks: int) -> None:
        self._blocks = blocks

    def run(self, handler: DuplexHandler) -> None:
        for _ in range(self._blocks):
            handler.process(silence(319))
        raise DeviceError("unplugged")


def lively(coach: Coach, limit_seconds: int = 60) -> tuple[Flaky, User]:
    path = "lively.yaml"
    rehearsal = parse_rehearsal(LIVELY.replace("limit_s: 60", f"limit_s: {limit_seconds}"), path)
    user = User(rehearsal)
    clips = load_clips(rehearsal, Path(path))
    return Flaky(RoomDuplex(rehearsal, user, clips, None, coach.speech())), user


def outputs(coach: Coach, folder: Path, journal: str | None = None) -> Outputs:
    sidecar = Sidecar(
        programme=coach.lesson.programme,
        plan=PLAN,
        verbosity=coach.lesson.verbosity,
        gain_db=coach.lesson.gain_db,
        voice=load_language().language.voice,
        rate_wpm=DEFAULT_RATE_WPM,
    )
    kept = outputs_in(folder, WHEN, sidecar, journal)
    return replace(kept, calibrations=folder.parent / "calibration.json")


@pytest.fixture
def brief(coach: Coach) -> Coach:
    """Another size and verbosity than the usual."""
    lesson = coach.lesson
    programme = lesson.programme.resized(2, 3)
    return replace(
        coach, lesson=replace(lesson, programme=programme, verbosity="tones", gain_db=4.0)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a session is to be recorded; it does not exist yet."""
    return tmp_path / "kept"


Replay = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def replay(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Replay:
    """``coach replay``: its status, the journal it wrote, and what it complained of."""

    def run(recording: Path, *options: object) -> tuple[int, bytes, str]:
        journal = tmp_path / "replayed.jsonl"
        journal.unlink(missing_ok=True)
        typed = ["replay", recording, "--quiet", "--journal", journal, *options]
        monkeypatch.setattr(sys, "argv", ["coach", *map(str, typed)])
        with pytest.raises(SystemExit) as ended:
            main()
        written = journal.read_bytes() if journal.exists() else b""
        return int(ended.value.code or 0), written, capfd.readouterr().err

    return run


def events(journal: bytes) -> list[str]:
    return [json.loads(line)["event"] for line in journal.splitlines()]


# The same again


def test_a_live_session_replays_to_the_byte(brief: Coach, folder: Path, replay: Replay) -> None:
    """With all that its sound does not tell: delay, calibration, gaps, sizes, verbosity, volume."""
    kept = outputs(brief, folder)
    CalibrationFile(kept.calibrations, pytest.fail).keep(DEVICES, Calibration(samples(0.31)))
    duplex, user = lively(brief)
    assert run_session(brief, PLAN, duplex, [user], kept, pytest.fail) == "stopped"
    live = (folder / f"{NAME}.jsonl").read_bytes()
    assert {"said", "heard", "state", "echo", "audio_lost"} <= set(events(live))
    again = folder.parent / "again.wav"
    assert replay(folder / f"{NAME}.wav", "--render", again) == (0, live, "")
    assert again.read_bytes() == (folder / f"{NAME}.wav").read_bytes()
    assert_differs_without(folder, replay, {"calibration_s": None})


def assert_differs_without(folder: Path, replay: Replay, changed: dict[str, Any]) -> None:
    """The session replays as another one when the sidecar does not tell that."""
    sidecar = folder / f"{NAME}.json"
    sidecar.write_text(json.dumps({**json.loads(sidecar.read_bytes()), **changed}))
    status, journal, _ = replay(folder / f"{NAME}.wav")
    assert status == 0
    assert journal != (folder / f"{NAME}.jsonl").read_bytes()


def test_a_session_whose_devices_come_and_go_replays_to_the_byte(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    """Also one that goes when there is no more sound to come."""
    kept = outputs(brief, folder)
    flaky, user = lively(brief, limit_seconds=30)
    run_session(brief, PLAN, Unplugged(flaky.room), [user], kept, pytest.fail)
    live = (folder / f"{NAME}.jsonl").read_bytes()
    devices = [event for event in events(live) if event.startswith("device_")]
    assert devices == ["device_lost", "device_lost", "device_found", "device_lost"]
    assert CalibrationFile(kept.calibrations, pytest.fail).find(DEVICES) is not None
    assert replay(folder / f"{NAME}.wav") == (0, live, "")


def test_a_session_with_buttons_replays_to_the_byte(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    kept = outputs(brief, folder)
    times = samples(4.321), samples(6.5), samples(6.5), samples(9.87)
    pressed = [Press(each, each) for each in ("pause", "resume", "pause")]
    pressed.append(Press("stop", "stop", "bridge"))
    presses = RecordedPresses(zip(times, pressed, strict=True)).take
    duplex, user = lively(brief)
    how = run_session(brief, PLAN, duplex, [user], kept, pytest.fail, presses=presses)
    assert how == "stopped"
    live = (folder / f"{NAME}.jsonl").read_bytes()
    origins = [json.loads(line).get("origin") for line in live.splitlines()]
    assert (origins.count("page"), origins.count("bridge")) == (3, 1)
    assert replay(folder / f"{NAME}.wav") == (0, live, "")


@pytest.mark.thorough
def test_devices_that_come_back_with_another_delay_replay_to_the_byte(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    kept = outputs(brief, folder)
    flaky, user = lively(brief, limit_seconds=60)
    run_session(brief, PLAN, Unplugged(flaky.room, samples(0.3)), [user], kept, pytest.fail)
    live = (folder / f"{NAME}.jsonl").read_bytes()
    assert replay(folder / f"{NAME}.wav") == (0, live, "")
    sidecar = folder / f"{NAME}.json"
    content = json.loads(sidecar.read_bytes())
    assert [each.pop("delay_s", None) for each in content["devices"]] == [None, None, 0.3, None]
    sidecar.write_text(json.dumps(content), encoding="utf-8")
    status, journal, _ = replay(folder / f"{NAME}.wav")
    assert status == 0
    assert journal != live


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("delay", "name", "kept"),
    [(None, DEVICES, True), (samples(0.3), DEVICES, False), (None, "others", False)],
)
def test_devices_that_come_and_go_are_remembered_only_where_they_are_the_same(
    brief: Coach, folder: Path, delay: Samples | None, name: str, *, kept: bool
) -> None:
    files = outputs(brief, folder)
    flaky, user = lively(brief, limit_seconds=60)
    run_session(brief, PLAN, Unplugged(flaky.room, delay, name), [user], files, pytest.fail)
    calibrations = CalibrationFile(files.calibrations, pytest.fail)
    assert [calibrations.find(each) is not None for each in (DEVICES, "others")] == [kept, False]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("delay", "without"),
    [
        (samples(0.3), {"delay_s": 0.0}),
        (samples(0.12), {"lost": []}),
        (samples(0.12), {"verbosity": "full"}),
    ],
)
def test_nothing_in_the_sidecar_could_be_left_out(
    brief: Coach, folder: Path, replay: Replay, delay: Samples, without: dict[str, Any]
) -> None:
    """The calibration neither: test_a_live_session_replays_to_the_byte."""
    kept = outputs(brief, folder)
    duplex, user = lively(brief)
    duplex.delay = delay
    run_session(brief, PLAN, duplex, [user], kept, pytest.fail)
    assert_differs_without(folder, replay, without)


def test_a_microphone_that_is_switched_off_is_not_mistaken_for_the_coach(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    with pytest.raises(DeviceError, match="unplugged"):
        run_session(brief, PLAN, Silent(400), [], outputs(brief, folder), pytest.fail)
    live = (folder / f"{NAME}.jsonl").read_bytes()
    assert b"abandoned" in live.splitlines()[-1]
    assert replay(folder / f"{NAME}.wav") == (0, live, "")


def test_a_recording_that_grows_too_large_goes_on_in_files_that_replay_to_the_byte(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    kept = replace(outputs(brief, folder), most_bytes=500_000)
    duplex, user = lively(brief, limit_seconds=20)
    run_session(brief, PLAN, duplex, [user], kept, pytest.fail)
    live = (folder / f"{NAME}.jsonl").read_bytes()
    parts = [f"{NAME}.part2.wav", f"{NAME}.part3.wav"]
    assert json.loads((folder / f"{NAME}.json").read_bytes())["parts"] == parts
    names = [f"{NAME}.wav", *parts]
    assert sorted(path.name for path in folder.glob("*.wav")) == sorted(names)
    assert all((folder / name).stat().st_size <= 500_000 for name in names)
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names} == {0o600}
    whole = folder.parent / "whole.wav"
    assert replay(folder / f"{NAME}.wav", "--render", whole) == (0, live, "")
    sounds = [soundfile.read(folder / name, dtype="int16")[0] for name in names]
    assert np.array_equal(np.concatenate(sounds), soundfile.read(whole, dtype="int16")[0])

    status, _, complaint = replay(folder / parts[0])
    assert status == 2
    assert complaint.startswith(
        f"coach: {folder / parts[0]}: {NAME}.wav goes on in it: replay that"
    )
    status, _, complaint = replay(folder / f"{NAME}.wav", "--render", folder / parts[1])
    assert (status, "is read or written already" in complaint) == (2, True)
    (folder / parts[0]).unlink()
    status, _, complaint = replay(folder / f"{NAME}.wav")
    assert (status, complaint.count("\n")) == (2, 1)
    assert f"{parts[0]}: there is no such recording" in complaint


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_in_the_middle_of_a_block_is_replayed_as_well(
    brief: Coach, folder: Path, replay: Replay
) -> None:
    """Pressed again and again, until it is over."""
    seen = 0

    def press(event: Event) -> None:
        nonlocal seen
        seen += isinstance(event, SpeechBegan)
        if seen >= 2:
            signal.raise_signal(signal.SIGINT)

    duplex, user = lively(brief)
    with pytest.raises(KeyboardInterrupt):
        run_session(brief, PLAN, duplex, [user, press], outputs(brief, folder), pytest.fail)
    live = (folder / f"{NAME}.jsonl").read_bytes()
    assert replay(folder / f"{NAME}.wav") == (0, live, "")


# The files


def test_a_session_lies_in_three_files_for_their_owner_alone(brief: Coach, folder: Path) -> None:
    before = os.umask(0)
    try:
        duplex, user = lively(brief, limit_seconds=2)
        run_session(brief, PLAN, duplex, [user], outputs(brief, folder), pytest.fail)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {f"{NAME}.{suffix}": 0o600 for suffix in ("wav", "json", "jsonl")}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_next_session_of_the_same_second_is_kept_beside_it(coach: Coach, folder: Path) -> None:
    names = []
    for _ in range(3):
        kept = outputs(coach, folder)
        with pytest.raises(DeviceError):
            run_session(coach, PLAN, Silent(1), [], kept, pytest.fail)
        names.append(kept.render)
    assert names == [folder / f"{name}.wav" for name in (NAME, f"{NAME}_2", f"{NAME}_3")]
    assert len(list(folder.iterdir())) == 9


def test_a_journal_that_is_asked_for_elsewhere_is_there_alone(coach: Coach, folder: Path) -> None:
    journal = folder.parent / "mine.jsonl"
    with pytest.raises(DeviceError):
        run_session(coach, PLAN, Silent(1), [], outputs(coach, folder, str(journal)), pytest.fail)
    assert journal.stat().st_size > 0
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".wav"]


def test_sessions_that_begin_in_one_second_have_files_of_their_own(folder: Path) -> None:
    sidecar = Sidecar(programme=load_programme(), voice="some", rate_wpm=150)
    several = [outputs_in(folder, WHEN, sidecar, None) for _ in range(3)]
    assert len({each.render for each in several} | {each.journal for each in several}) == 6


def test_a_session_that_never_began_leaves_no_files(coach: Coach, folder: Path) -> None:
    with pytest.raises(DeviceError):
        run_session(coach, PLAN, Silent(0), [], outputs(coach, folder), pytest.fail)
    assert list(folder.iterdir()) == []


def test_what_was_lost_is_silence_in_the_recording(coach: Coach, folder: Path) -> None:
    """And known at once, whatever becomes of the session."""
    with pytest.raises(OSError, match="power cut"):
        run_session(coach, PLAN, Losing(), [], outputs(coach, folder), pytest.fail)
    sound, rate_hz = soundfile.read(folder / f"{NAME}.wav", dtype="int16")
    assert rate_hz == RATE_HZ
    assert sound[:, 0].tolist() == [7] * 101 + [0] * 5000 + [8] * 99
    assert not np.any(sound[101:5101, 1])
    (loss,) = json.loads((folder / f"{NAME}.json").read_bytes())["lost"]
    assert loss == {"at_s": 0.006313, "samples": 5000}


def test_a_folder_that_cannot_be_made_is_told(coach: Coach, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file: is a file: name a folder"):
        outputs(coach, tmp_path / "file")


@pytest.mark.parametrize(
    "size", [0, *(pytest.param(size, marks=pytest.mark.thorough) for size in (100, 1500))]
)
def test_on_a_full_disk_the_session_goes_on_and_everything_that_failed_is_told(
    coach: Coach, folder: Path, disk_of: Callable[[int], AbstractContextManager[None]], size: int
) -> None:
    duplex, user = lively(coach, limit_seconds=2)
    kept = outputs(coach, folder, "-")
    told: list[str] = []
    with disk_of(size), pytest.raises(OutputError, match="ends early") as caught:
        run_session(coach, PLAN, duplex, [user], kept, told.append)
    told.append(str(caught.value))
    assert any(".wav: the recording ends early" in line for line in told)
    assert any(".json: ends early, the recording cannot be replayed" in line for line in told)


# Replaying


@pytest.fixture
def kept(coach: Coach, folder: Path) -> Path:
    """The WAV of a recorded session."""
    with pytest.raises(DeviceError):
        run_session(coach, PLAN, Silent(20), [], outputs(coach, folder), pytest.fail)
    return folder / f"{NAME}.wav"


@pytest.mark.parametrize(
    ("option", "same", "other"),
    [
        ("--sets", 1, 2),
        pytest.param("--reps", 5, 6, marks=pytest.mark.thorough),
        pytest.param("--verbosity", "full", "tones", marks=pytest.mark.thorough),
        ("--voice", load_language().language.voice, "en-us+m3"),
        pytest.param("--rate", DEFAULT_RATE_WPM, 200, marks=pytest.mark.thorough),
    ],
)
def test_an_option_that_contradicts_the_recording_is_an_error(
    kept: Path, replay: Replay, option: str, same: object, other: object
) -> None:
    live = kept.with_suffix(".jsonl").read_bytes()
    assert replay(kept, option, same) == (0, live, "")
    status, journal, complaint = replay(kept, option, other)
    assert (status, journal) == (2, b"")
    told = f"recorded with {option} {same}: leave out {option} {other}, or move {NAME}.json away"
    assert told in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "other"),
    [("--sets", 2), pytest.param("--verbosity", "tones", marks=pytest.mark.thorough)],
)
def test_without_its_sidecar_a_recording_replays_as_it_is_asked_to(
    kept: Path, replay: Replay, option: str, other: object
) -> None:
    kept.with_suffix(".json").unlink()
    assert replay(kept, option, other)[0] == 0


def test_a_session_of_another_version_is_replayed_with_a_warning(
    kept: Path, replay: Replay
) -> None:
    sidecar = kept.with_suffix(".json")
    text = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(text.replace(f'"{__version__}"', '"0.0.7"'), encoding="utf-8")
    status, journal, complaint = replay(kept)
    assert (status, journal) == (0, kept.with_suffix(".jsonl").read_bytes())
    assert complaint == (
        f"coach: {sidecar}: was recorded by version 0.0.7, and this is {__version__}: "
        "the replay may differ\n"
    )


def test_no_output_of_a_replay_takes_the_place_of_what_it_is_made_from(
    kept: Path, replay: Replay
) -> None:
    before = kept.with_suffix(".json").read_bytes()
    status, _, complaint = replay(kept, "--render", kept.with_suffix(".json"))
    assert status == 2
    assert "is read or written already" in complaint
    assert kept.with_suffix(".json").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: b"", "is damaged, or no session's"),
        (lambda _: b"{", "is damaged, or no session's"),
        (lambda _: b"[]", "is damaged, or no session's"),
        (lambda _: b"\xff", "is damaged, or no session's"),
        (lambda _: b"[" * 100_000, "is damaged, or no session's"),
        (lambda _: b"{}", "format 1 is expected, found None"),
        (
            lambda text: text.replace(b'"format": 1', b'"format": 2'),
            "format 1 is expected, found 2",
        ),
        (lambda text: text[: len(text) // 2], "is damaged, or no session's"),
        (lambda text: text.replace(b'"delay_s": 0.12', b'"delay_s": -1'), "delay_s: is damaged"),
        (lambda text: text.replace(b'"delay_s": 0.12', b'"delay_s": NaN'), "delay_s: is damaged"),
        (lambda text: text.replace(b'"delay_s"', b'"later_s"'), "later_s: is damaged"),
        (lambda text: text.replace(b'"full"', b'"terse"'), "verbosity: is damaged"),
        (
            lambda text: text.replace(b'"reps": 5', b'"reps": 99'),
            "programme.routine.reps: is damaged",
        ),
        (lambda text: text.replace(b'"lost": []', b'"lost": [3]'), "lost.0: is damaged"),
        (lambda text: text.replace(b'"plan": {', b'"plan": 3, "x": {'), "plan: is damaged"),
        (lambda text: text.replace(b'"parts": []', b'"parts": ["../a"]'), "parts.0: is damaged"),
    ],
    ids=itertools.count(),
)
def test_a_sidecar_that_cannot_be_used_is_told_in_one_line(
    kept: Path, replay: Replay, change: Callable[[bytes], bytes], told: str
) -> None:
    sidecar = kept.with_suffix(".json")
    content = sidecar.read_bytes()
    assert change(content) != content
    sidecar.write_bytes(change(content))
    status, journal, complaint = replay(kept)
    assert (status, journal) == (2, b"")
    assert complaint.startswith(f"coach: {sidecar}: {told}")
    assert complaint.endswith("move it away to replay the sound alone\n")
    assert complaint.count("\n") == 1


def test_a_plan_comes_back_as_it_was(programme: Programme) -> None:
    cut_off = CutOff(12.5, "working", "bent_knee_lift", 2.5, 1, 4, 3)
    plan = Plan(
        "bent_knee_lift",
        "plan_after_pain",
        floor=2.5,
        offers=("dead_bug", "plank"),
        stretch=True,
        easy="easy_today",
        mistakes={"breath": 3},
        floors={"dead_bug": 2.0},
        cut_off=cut_off,
    )
    sidecar = Sidecar(programme=programme, voice="en", rate_wpm=150, plan=plan)
    assert Sidecar.model_validate_json(sidecar.model_dump_json()) == sidecar


def test_a_voice_in_a_file_is_found_from_any_folder(
    programme: Programme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sidecar = Sidecar(programme=programme, voice="mine.onnx", rate_wpm=150)
    assert sidecar.voice == str(tmp_path / "mine.onnx")


@given(st.integers(0, LONGEST), st.integers(0, 10**9), st.integers(1, 10**6))
def test_seconds_in_a_sidecar_are_true_to_the_sample(delay: int, at: int, lost: int) -> None:
    loss = Loss(at_s=seconds(at), samples=lost)
    sidecar = Sidecar(
        programme=load_programme(),
        voice="en",
        rate_wpm=150,
        delay_s=seconds(delay),
        calibration_s=seconds(delay),
        lost=(loss,),
    )
    read = Sidecar.model_validate_json(sidecar.model_dump_json())
    assert (read.delay, read.calibration) == (delay, Calibration(delay))
    assert read.losses == {at: lost}

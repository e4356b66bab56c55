"""Shared programmes: what one person writes, another one trains, and nothing of it is believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from coach.app.own_programmes import folder_of
from coach.app.programme_check import MOST_BYTES
from coach.devices.memory import sqlite_file
from coach.messages.facts import ExerciseChosen, SessionEnded, SetBegan
from coach.simulation.rehearsal import parse_rehearsal
from tests import documents
from tests.cli.test_main import Command, Ran, command, complaint
from tests.documents import ROOT
from tests.memories import HandClock, a_set, begin, end, remember, tell
from tests.stories import SESSIONS, rehearse

__all__ = ["command"]

FROG = documents.written_in(ROOT / "docs/exercises-of-your-own.md", "toml")[0]
ROUTINE = """\
kind = "routine"
exercise = "frog_lift"
hold = "long_plank"
parts = ["cat_cow", "tension_check", "first_rep", "slow_descent", "stop_point", "working", "plank"]
"""
HOLD = """\
kind = "hold"
name = "long plank"
seconds = 30
setup = ["Lean on your elbows, with your toes on the floor."]
begin = "Hold it there."
end = "Come down slowly."
why = "A long plank makes a strong middle."
"""
SHARED = f"""\
kind = "programme"
version = 1
trains = "frog_lift"
[pieces.frog_lift]
{FROG.replace("[cues]", "[pieces.frog_lift.cues]")}"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Move to the home of somebody; the files lie where everybody types."""
    monkeypatch.chdir(tmp_path)

    def move(name: str) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / f"home of {name}"))

    move("Ann")
    return move


@pytest.fixture
def written(tmp_path: Path, home: object) -> Path:
    """A folder with a routine, and the exercise and the hold that it names."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in (("knees", ROUTINE), ("frog_lift", FROG), ("long_plank", HOLD)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def added_files() -> list[str]:
    return sorted(str(path) for path in folder_of("default").parent.rglob("*"))


def test_what_is_shared_is_added_in_another_home_and_trained(
    command: Command, written: Path, home: Callable[[str], None], tmp_path: Path
) -> None:
    ran = command("programme", "share", "knees.toml", "--programme", written / "knees.toml")
    told = "knees.toml: knees, frog_lift, long_plank; who gets it types: coach programme add"
    assert ran == Ran(0, f"{told} knees.toml\n", "")
    text = (tmp_path / "knees.toml").read_text(encoding="utf-8")
    assert 'keep = "Keep your back glued to the floor."' in text
    home("Bo")
    ran = command("programme", "add", "knees.toml")
    file = folder_of("default") / "knees.toml"
    assert ran.out == f"{file}: added; train it with: coach run --programme knees\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    (line,) = re.findall("^added .*$", command("programme", "list").out, re.MULTILINE)
    assert line.split(maxsplit=2)[1:] == [
        "knees",
        "with frog_lift, long_plank; coach run --programme knees",
    ]
    story = (SESSIONS / "first_timer.yaml").read_text(encoding="utf-8")
    settings = f'settings: {{sets: 1, reps: 3, programme: "{file}"}}'
    led = rehearse(parse_rehearsal(re.sub("settings: .*", settings, story, count=1), "story"))
    assert {each.exercise for each in led.of(ExerciseChosen)} == {"frog_lift"}
    assert [each.exercise for each in led.of(SetBegan)] == ["frog_lift"]
    assert [each.outcome for each in led.of(SessionEnded)] == ["finished"]


def test_it_can_be_handed_on_as_it_came(command: Command, written: Path, tmp_path: Path) -> None:
    command("programme", "share", "a.toml", "--programme", written / "knees.toml")
    command("programme", "add", "a.toml")
    assert command("programme", "share", "b.toml").status == 0
    assert command("programme", "share", "c.toml", "--programme", "knees").status == 0
    texts = {(tmp_path / f"{name}.toml").read_text(encoding="utf-8") for name in "abc"}
    assert len(texts) == 1
    assert command("programme", "check", "a.toml").out == "a.toml: good; trains knees\n"


def test_what_is_there_is_replaced_only_when_asked(
    command: Command, home: object, tmp_path: Path
) -> None:
    file, there = tmp_path / "s.toml", folder_of("default") / "frog_lift.toml"
    file.write_text(SHARED, encoding="utf-8")
    command("programme", "add", "s.toml")
    assert "is there already; train it with" in command("programme", "add", "s.toml").out
    before = there.read_bytes()
    file.write_text(SHARED.replace("glued to", "down on"), encoding="utf-8")
    line = complaint(command("programme", "add", "s.toml"))
    told = "is there already, and is another one: --replace puts this in its place"
    assert line == f"coach: {there}: {told}\n"
    assert there.read_bytes() == before
    assert command("programme", "add", "s.toml", "--replace").status == 0
    assert b"down on" in there.read_bytes()


def test_an_exercise_of_another_programme_stays_what_it_is(
    command: Command, written: Path, tmp_path: Path
) -> None:
    """Past training is remembered by its name."""
    (tmp_path / "s.toml").write_text(SHARED.replace("glued to", "down on"), encoding="utf-8")
    command("programme", "add", "s.toml")
    command("programme", "share", "k.toml", "--programme", written / "knees.toml")
    line = complaint(command("programme", "add", "k.toml", "--replace"))
    assert "pieces.frog_lift: 'frog_lift' is another one in what is added here" in line
    assert [Path(name).name for name in added_files()] == ["default", "frog_lift.toml"]


def test_everybody_has_their_own_until_they_are_forgotten(
    command: Command, home: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.toml").write_text(SHARED, encoding="utf-8")
    ran = command("programme", "add", "s.toml", "--profile", "Anna B")
    assert ran.out.endswith('coach run --programme frog_lift --profile "Anna B"\n')
    assert "added" not in command("programme", "list").out
    assert "added" in command("programme", "list", "--profile", "Anna B").out
    command("forget", "--profile", "Anna B", "--yes")
    assert not folder_of("Anna B").exists()


def test_what_was_added_is_removed_by_its_name(
    command: Command, written: Path, tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text(SHARED, encoding="utf-8")
    command("programme", "share", "k.toml", "--programme", written / "knees.toml")
    for name in "sk":
        assert command("programme", "add", f"{name}.toml").status == 0
    file = folder_of("default") / "knees.toml"
    ran = command("programme", "remove", "knees")
    assert ran == Ran(0, f"{file}: removed, with its frog_lift, long_plank\n", "")
    assert [Path(name).name for name in added_files()] == ["default", "frog_lift.toml"]
    assert command("programme", "add", "k.toml").status == 0
    (folder_of("default") / "frog_lift.toml").write_bytes(b"\xff")  # it can be read no more
    assert command("programme", "remove", "frog_lift").out.endswith("frog_lift.toml: removed\n")
    assert [Path(name).name for name in added_files()] == ["default", "knees.toml"]


@pytest.mark.parametrize(
    "name", ["frog_lift.toml", "mine/frog_lift", "../default/knees", "frog_lift", "easy", "/", ""]
)
def test_what_was_not_added_is_never_removed(
    command: Command, written: Path, tmp_path: Path, name: str
) -> None:
    """Not even a file that is called so, here or among those of somebody else."""
    command("programme", "share", "k.toml", "--programme", written / "knees.toml")
    (tmp_path / "s.toml").write_text(SHARED, encoding="utf-8")
    command("programme", "add", "k.toml")
    command("programme", "add", "s.toml", "--profile", "Anna")
    (tmp_path / "frog_lift.toml").write_text(SHARED, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    line = complaint(command("programme", "remove", name))
    told = f"{name!r} is no programme that was added for default; there are knees"
    assert line == f"coach: programme remove: {told}\n"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "--programme: name what to share, a file or a name; none was added"),
        (("--programme", "nothing.toml"), "nothing.toml: cannot be read: No such file"),
        (("--programme", ROOT / "coach/programmes/easy.toml"), "comes with the coach"),
        (("--programme", "theirs/plank.toml"), "pieces.plank: 'plank' comes with the coach"),
        (("--programme", "mine/Frog Lift.toml"), "string should match pattern"),
        (("--programme", "mine/says_stop.toml"), "says_stop: keep: 'Stop.': the coach would hear"),
    ],
)
def test_what_cannot_be_shared_is_told(
    command: Command, written: Path, tmp_path: Path, arguments: tuple[object, ...], told: str
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/plank.toml").write_text(HOLD, encoding="utf-8")
    (written / "Frog Lift.toml").write_text(FROG, encoding="utf-8")
    says = FROG.replace("Keep your back glued to the floor.", "Stop.")
    (written / "says_stop.toml").write_text(says, encoding="utf-8")
    line = complaint(command("programme", "share", "s.toml", *arguments))
    assert told in line
    assert "flatback-" not in line
    assert not (tmp_path / "s.toml").exists()


def test_a_report_knows_an_exercise_that_was_added(
    command: Command, home: object, tmp_path: Path
) -> None:
    four = TEMPO.format("counts = 4\ndown_seconds = 4.0")
    (tmp_path / "s.toml").write_text(SHARED.replace(CUES, four), encoding="utf-8")
    command("programme", "add", "s.toml")
    clock = HandClock()
    with remember(sqlite_file.default_path(), clock) as memory:
        facts = [*begin("frog_lift"), *a_set(1, "pa", exercise="frog_lift", floor=2.0), *end()]
        tell(memory, facts)
    assert command("history", "report", "r.html").status == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<td class="name">frog lift</td>' in page
    assert '<td class="number">45°</td>' in page
    assert "Bent knee leg lift, one step easier than before" in page
    (record,) = command("history", "--json").records
    assert record["angle_degrees"] == 45.0


def test_a_name_of_nothing_is_told(command: Command, home: object) -> None:
    line = complaint(command("run", "--programme", "toads"))
    told = "'toads' is no file, and no programme that was added for default; none was"
    assert line == f"coach: --programme: {told}\n"


# A stranger's

CUE = "Keep your back glued to the floor."
LONG = '"A.",' * 200
CUES = "[pieces.frog_lift.cues]"
TEMPO = "[pieces.frog_lift.tempo]\n{}\n[pieces.frog_lift.cues]"
TRAINS = 'trains = "frog_lift"\n'
MANY = "\n".join(f"[pieces.p{number}]" for number in range(30))
HOSTILE: dict[str, tuple[str, str, str]] = {
    "a command": (CUE, "Breathe out, please stop.", "the coach would hear 'please stop'"),
    "a command by itself": (CUE, "Stop.", "the coach would hear 'Stop' as its own command"),
    "a command as a name": ('"frog lift"', '"pause"', "pieces.frog_lift.name: 'pause'"),
    "markup": (CUE, "Keep <b>still</b>.", "'<' has no place here: LESS-THAN SIGN"),
    "markup of speech": (CUE, "Keep & hold.", "'&' has no place here: AMPERSAND"),
    "a homoglyph": (CUE, "Keep your b\u0430ck down.", "CYRILLIC SMALL LETTER A"),
    "a name like a shipped one": ('"frog lift"', '"Dead  Bug"', "is what one is called that"),
    "a name that looks so": ('"frog lift"', '"de\u0430d bug"', "CYRILLIC SMALL LETTER A"),
    "bidi": (CUE, "Keep \u202eyour back.", "a character that cannot be seen, U+202E"),
    "bidi in a comment": ("[pieces", "# \u2066\n[pieces", "line 4: there is a character that"),
    "a hidden space": (CUE, "Keep\u200byour back.", "cannot be seen, U+200B"),
    "an escape": (CUE, "\\u001b[2JKeep.", "there is a control character in it"),
    "a raw escape": (CUE, "\x1b[2JKeep.", "cannot be seen, U+001B"),
    "a long cue": (CUE, f"{'A' * 500}.", "501 characters are too many (at most 200)"),
    "many words": (CUE, f"{'So ' * 30}on.", "31 words are too many to keep in mind"),
    "a long name": ('"frog lift"', f'"{"frog" * 12}"', "48 characters are too many (at most 40)"),
    "digits": (CUE, "Count to 3.", "'3' has no place here: DIGIT THREE"),
    "a format": (CUE, "Keep {0}.", "nothing but {side} can be filled in"),
    "a path": ('"frog_lift"\n[', '"../../x"\n[', "trains: string should match pattern"),
    "a path as a piece": ("pieces.frog_lift]", "pieces.'../x']", "string should match pattern"),
    "a path as a neighbour": ('"bent_knee_lift"', '"/etc/passwd"', "string should match pattern"),
    "a neighbour that is not there": ('"bent_knee_lift"', '"x_lift"', "there is no 'x_lift'"),
    "a circle": ('"bent_knee_lift"', '"frog_lift"', "leads in a circle"),
    "a shipped exercise": ("frog_lift", "dead_bug", "'dead_bug' comes with the coach"),
    "a shipped routine": ("frog_lift", "easy", "'easy' comes with the coach"),
    "a piece that nothing names": (TRAINS, f"{TRAINS}[pieces.toad]\n{HOLD}", "toad: nothing names"),
    "many pieces": (TRAINS, f"{TRAINS}{MANY}\n", "pieces: dictionary should have at most 20"),
    "a long list": ('["Lie on', f'[{LONG} "Lie on', "wordings are too many"),
    "a wrong type": ('name = "frog lift"', "name = 3", "name: input should be a valid string"),
    "a table for a text": ('"frog lift"', "{a = 1}", "name: input should be a valid string"),
    "an unknown key": ('name = "f', 'exec = "rm"\nname = "f', "exec: this key is not known here"),
    "a number out of range": (CUES, TEMPO.format("counts = 999"), "tempo.counts: input should be"),
    "no number": (CUES, TEMPO.format("inhale_seconds = nan"), "tempo.inhale_seconds: "),
    "an endless number": (CUES, TEMPO.format("inhale_seconds = inf"), "tempo.inhale_seconds: "),
    "many digits": ("version = 1", f"version = {'9' * 5000}", "too many digits"),
    "another version": ("version = 1", "version = 2", "version: input should be 1"),
    "another kind": ('kind = "programme"', 'kind = "exercise"', "is no shared programme"),
    "no kind": ('kind = "programme"\n', "", "is no shared programme"),
    "nothing to train": ('trains = "frog_lift"', 'trains = "toad_lift"', "there is no piece 'toad"),
    "deep lists": ("version = 1", f"version = {'[' * 5000}{']' * 5000}", "nested deeper than"),
    "deep keys": ("version = 1", f"{'a.' * 5000}b = 1", "nested deeper than"),
    "a bomb of YAML": (SHARED, "a: &a [x]\nb: &b [*a, *a]\n", "not TOML"),
    "twice the same": ("version = 1", "version = 1\nversion = 1", "not TOML"),
    "nothing": (SHARED, "", "is no shared programme"),
    "a large file": ("version = 1", f"version = 1\n#{'x' * MOST_BYTES}", "is larger than 64 kB"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_of_what_is_wrong_nothing_is_taken(
    command: Command, home: object, tmp_path: Path, what: str
) -> None:
    old, new, told = HOSTILE[what]
    assert old in SHARED
    (tmp_path / "s.toml").write_text(SHARED.replace(old, new), encoding="utf-8")
    line = complaint(command("programme", "add", "s.toml"))
    assert line.startswith("coach: s.toml: ")
    assert told in line
    assert len(line) < 2000
    assert all(one.isprintable() for one in line.rstrip("\n"))
    assert added_files() == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfea\0", "is UTF-16 text"),
        (b'kind = "\xe9"', "not UTF-8 text"),
        (bytes(range(256)), "not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_told(
    command: Command, home: object, tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "s.toml").write_bytes(content)
    assert told in complaint(command("programme", "add", "s.toml"))


def test_on_a_full_disk_nothing_is_added(
    command: Command,
    home: object,
    tmp_path: Path,
    disk_of: Callable[[int], AbstractContextManager[None]],
) -> None:
    (tmp_path / "s.toml").write_text(SHARED, encoding="utf-8")
    with disk_of(300):
        line = complaint(command("programme", "add", "s.toml"))
    assert "frog_lift.toml: cannot be written: File too large" in line
    assert [Path(name).name for name in added_files()] == ["default"]

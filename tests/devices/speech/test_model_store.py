"""The model store, with a model of three small files; the real one where it is installed."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from coach.app.language_files import load_language
from coach.devices.speech import model_store, model_workplace
from coach.devices.speech.model_manifest import Manifest, project_manifest
from coach.errors import ModelError
from tests.devices.speech.tiny_model import (
    AGAIN,
    FILES,
    TINY,
    held,
    mark,
    not_a_zip,
    pack,
    quiet,
    write,
)

pytestmark = pytest.mark.usefixtures("no_index")

# Where the model is


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"COACH_MODEL": "/models/mine"}, "/models/mine"),
        ({"XDG_DATA_HOME": "/data"}, "/data/flatback/vosk-model-small-en-us-0.15"),
        (
            {"COACH_MODEL": "", "XDG_DATA_HOME": "/data"},
            "/data/flatback/vosk-model-small-en-us-0.15",
        ),
        ({"HOME": "/home/me"}, "/home/me/.local/share/flatback/vosk-model-small-en-us-0.15"),
    ],
)
def test_the_default_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("COACH_MODEL", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert model_store.resolve(None) == model_store.default_folder() == Path(expected)
    assert model_store.resolve(Path("named")) == Path("named")


# Checking


def test_a_whole_model_passes(tmp_path: Path) -> None:
    model_store.verify(write(tmp_path / "model", {"README": b"more is no harm"}), TINY)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("am/final.mdl", None, "is missing"),
        ("conf/model.conf", b"--sample-freq", "is cut short (13 bytes of 25)"),
        ("conf/model.conf", b"", "is cut short (0 bytes of 25)"),
        ("conf/model.conf", b"--sample-frequency=16000\n#", "is altered (more than 25 bytes)"),
        ("conf/model.conf", b"--sample-frequency=8000 \n", "is altered (another SHA-256)"),
    ],
)
def test_a_file_at_fault_is_named(
    tmp_path: Path, name: str, content: bytes | None, problem: str
) -> None:
    model = write(tmp_path / "model", {name: content})
    with pytest.raises(ModelError) as caught:
        model_store.verify(model, TINY)
    assert str(caught.value) == f"{model}: {name} {problem}: {AGAIN}"


def test_a_folder_in_the_place_of_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    model = write(tmp_path / "model", {"am/final.mdl": None})
    (model / "am" / "final.mdl").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"am/final\.mdl cannot be read \(Is a directory"):
        model_store.verify(model, TINY)


def test_without_a_model_in_the_default_folder_the_command_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COACH_MODEL", str(tmp_path / "model"))
    with pytest.raises(ModelError) as caught:
        model_store.verify(model_store.default_folder())
    assert (
        str(caught.value) == f"no speech model in {tmp_path / 'model'}: run `coach model install`"
    )


@pytest.mark.parametrize("kind", ["nothing", "a file", "an empty folder", "another folder"])
def test_a_named_folder_without_a_model_is_said_not_to_be_one(tmp_path: Path, kind: str) -> None:
    named = tmp_path / "named"
    if kind == "a file":
        named.write_bytes(b"text")
    elif kind != "nothing":
        named.mkdir()
    if kind == "another folder":
        (named / "holiday.jpg").write_bytes(b"beach")
    told = "there is no such folder" if kind == "nothing" else r"is not the speech model tiny$"
    with pytest.raises(ModelError, match=f"named:? {told}"):
        model_store.verify(named, TINY)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "am/../../evil"])
def test_a_manifest_cannot_point_out_of_the_folder(name: str) -> None:
    document = TINY.model_dump() | {"files": {name: mark(b"").model_dump()}}
    with pytest.raises(ValidationError, match="leaves the model folder"):
        Manifest.model_validate(document)


def test_what_else_lies_there_is_told(tmp_path: Path) -> None:
    model = write(tmp_path / "model", {"README": b"of its makers"})
    assert model_store.others(model, TINY) == []
    write(model, {"graph/HCLG.fst": b"", "am/tree": b"", "notes": b""})
    (model / "empty").mkdir()
    found = model_store.others(model, TINY)
    assert found == ["am/tree", "graph/HCLG.fst", "notes"]
    assert model_store.unused(model, found) == (
        f"{model} holds am/tree and 2 more, which is no part of the speech model and is not read"
    )
    assert "holds am/tree, which" in model_store.unused(model, found[:1])


# What is there already


def test_a_good_model_is_left_as_it_is(tmp_path: Path) -> None:
    place = write(tmp_path / "model")
    before = place.stat()
    model_store.install(place, tmp_path / "no such source", quiet, TINY)
    assert place.stat() == before


@pytest.mark.parametrize(
    "changes", [{"am/final.mdl": None}, {"am/final.mdl": b"acou"}, {"README": b"of old"}]
)
def test_a_damaged_model_is_replaced(tmp_path: Path, changes: dict[str, bytes | None]) -> None:
    place = write(tmp_path / "data" / "model", {"conf/model.conf": b"", **changes})
    model_store.install(place, write(tmp_path / "good"), quiet, TINY)
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}


def test_a_damaged_model_survives_a_bad_source(tmp_path: Path) -> None:
    place = write(tmp_path / "data" / "model", {"conf/model.conf": b""})
    with pytest.raises(ModelError):
        model_store.install(place, not_a_zip(tmp_path), quiet, TINY)
    assert (place / "am" / "final.mdl").read_bytes() == FILES["am/final.mdl"]
    assert [path.name for path in place.parent.iterdir()] == ["model"]


def test_a_model_is_installed_where_a_link_points(tmp_path: Path) -> None:
    (tmp_path / "big disk").mkdir()
    (tmp_path / "model").symlink_to(tmp_path / "big disk")
    model_store.install(tmp_path / "model", write(tmp_path / "good"), quiet, TINY)
    assert (tmp_path / "model").is_symlink()
    model_store.verify(tmp_path / "big disk", TINY)


def test_the_files_of_a_person_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.odt").write_bytes(b"years of work")
    (tmp_path / "file").write_bytes(b"more work")
    for place, problem in [
        ("home", "home holds thesis.odt, which is no part of the speech model"),
        ("file", "file: a file is in the way: name a folder"),
        ("file/model", "file/model: a file is in the way: name a folder"),
    ]:
        with pytest.raises(ModelError, match=problem):
            model_store.install(tmp_path / place, write(tmp_path / "good"), quiet, TINY)
    assert held(tmp_path / "home") == {"thesis.odt": b"years of work"}
    assert (tmp_path / "file").read_bytes() == b"more work"


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^cannot install the speech model in /proc/1/model: "):
        model_store.install(Path("/proc/1/model"), write(tmp_path / "good"), quiet, TINY)


# Interrupted, and two at once


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_installation_leaves_nothing(tmp_path: Path, after: int) -> None:
    calls = 0

    def interrupt(_what: str, _done: int, _total: int | None) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            raise KeyboardInterrupt

    place = tmp_path / "data" / "model"
    with pytest.raises(KeyboardInterrupt):
        model_store.install(place, pack(tmp_path / "model.zip", ""), interrupt, TINY)
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize("before", ["nothing", "a damaged model"])
def test_installations_in_threads_at_once_all_end_with_a_good_model(
    tmp_path: Path, before: str
) -> None:
    place = tmp_path / "data" / "model"
    if before == "a damaged model":
        write(place, {"conf/model.conf": b""})
    source = pack(tmp_path / "model.zip", "m/")
    together = threading.Barrier(4)

    def wait(_what: str, done: int, _total: int | None) -> None:
        if done == TINY.size:
            together.wait(timeout=30)  # all four have built theirs: the renames race

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(model_store.install, place, source, wait, TINY) for _ in range(4)]
        assert [run.result() for run in runs] == [place] * 4
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}


@pytest.mark.slow
def test_installations_in_processes_at_once_all_end_with_a_good_model(tmp_path: Path) -> None:
    place = tmp_path / "data" / "model"
    source = pack(tmp_path / "model.zip", "m/")
    program = (
        "import sys; from pathlib import Path; from coach.devices.speech import model_store\n"
        "from coach.devices.speech.model_manifest import Manifest\n"
        "place, source, manifest = sys.argv[1:]\n"
        "model_store.install(Path(place), Path(source), lambda *_: None,"
        " Manifest.model_validate_json(manifest))\n"
    )
    command = [sys.executable, "-c", program, str(place), str(source), TINY.model_dump_json()]
    runs = [subprocess.Popen(command, cwd=Path(__file__).parents[3]) for _ in range(3)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}


KILLED = """
import os, signal, sys
from pathlib import Path
from coach.devices.speech import model_store
from coach.devices.speech.model_manifest import Manifest
place, source, manifest = sys.argv[1:]
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
model_store.install(Path(place), Path(source), die, Manifest.model_validate_json(manifest))
"""


def test_what_a_killed_installation_leaves_the_next_one_clears_away(tmp_path: Path) -> None:
    place, source = tmp_path / "data" / "model", pack(tmp_path / "model.zip", "m/")
    command = [sys.executable, "-c", KILLED, str(place), str(source), TINY.model_dump_json()]
    assert subprocess.run(command, cwd=Path(__file__).parents[3], check=False).returncode == -9
    left = list(place.parent.iterdir())
    assert len(left) == 1
    with model_workplace.workplace(place) as of_another:
        model_store.install(place, source, quiet, TINY)
        assert set(place.parent.iterdir()) == {place, of_another}
    left[0].mkdir()
    model_store.install(place, source, quiet, TINY)
    assert list(place.parent.iterdir()) == [place]


# The real model


def test_the_manifest_of_the_project_is_the_model_of_the_default_folder() -> None:
    manifest = project_manifest()
    assert manifest.name == load_language().language.model == model_store.default_folder().name
    assert {name.split("/")[0] for name in manifest.files} == {"am", "conf", "graph", "ivector"}


def test_a_model_that_nobody_tested_is_told() -> None:
    with pytest.raises(ModelError, match="does not know the speech model 'vosk-model-dodo'"):
        project_manifest("vosk-model-dodo")


@pytest.mark.model
def test_the_real_model_passes_and_one_altered_byte_of_it_does_not(tmp_path: Path) -> None:
    real = model_store.default_folder()
    if not real.is_dir():
        pytest.skip("the speech model is not installed")
    model_store.verify(real)
    copied = model_store.install(tmp_path / "copy", real, quiet)
    model_store.verify(copied)
    path = copied / "ivector" / "final.ie"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"ivector/final\.ie is altered"):
        model_store.verify(copied)

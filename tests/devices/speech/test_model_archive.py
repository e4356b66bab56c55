"""Model archive: a model out of a zip, a wheel or a folder, and what is wrong with others."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coach.devices.speech import model_store
from coach.errors import ModelError
from tests.devices.speech.tiny_model import FILES, TINY, held, not_a_zip, pack, quiet, write

pytestmark = pytest.mark.usefixtures("no_index")

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

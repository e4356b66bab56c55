"""Tiny model: a speech model of three small files, good, damaged or packed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from coach.devices.speech.model_manifest import FileMark, Manifest, WheelSource

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


def not_a_zip(to: Path) -> Path:
    (to / "model.zip").write_bytes(b"<html>404</html>")
    return to / "model.zip"

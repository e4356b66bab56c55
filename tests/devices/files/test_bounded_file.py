"""Bounded file: text that is not UTF-8 is told to be what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.datafile import parse_json
from coach.devices.files.bounded_file import read_text
from coach.devices.recordings.sidecar_file import Sidecar, read_sidecar
from coach.errors import DataError

TEXT = '{"name": "a"}\n'
ENCODINGS = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
}


@pytest.mark.parametrize(("encoding", "name"), ENCODINGS.items())
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_text_is_told(tmp_path: Path, encoding: str, name: str, mark: str) -> None:
    path = tmp_path / "file"
    content = (mark + TEXT).encode(encoding)
    path.write_bytes(content)
    told = f"{path}: is {name} text: save it as UTF-8 (some editors call UTF-16 Unicode)"
    with pytest.raises(DataError) as caught:
        read_text(path, 1000)
    assert str(caught.value) == told
    with pytest.raises(DataError) as caught:
        parse_json(content, str(path), Sidecar)
    assert str(caught.value) == told
    with pytest.raises(DataError) as caught:
        read_sidecar(path)
    assert str(caught.value) == told


@pytest.mark.parametrize("text", ["", "a", "ab: 1\n", "\ufeffname: ä\r\n"])
def test_other_text_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode())
    assert read_text(path, 1000) == text.removeprefix("\ufeff").replace("\r\n", "\n")


def test_text_of_another_encoding_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("naïve".encode("latin-1"))
    with pytest.raises(DataError, match="file: byte 2: not UTF-8 text"):
        read_text(path, 1000)

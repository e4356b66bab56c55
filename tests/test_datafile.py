"""Data files: what is wrong in a YAML or TOML file is told with its place and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field

from coach.app.language_files import read_text
from coach.datafile import Strict, parse_toml, parse_yaml
from coach.errors import DataError

PATH = "some/where.file"


class Leg(Strict):
    side: str


class Body(Strict):
    name: str
    weight: float
    legs: tuple[Leg, ...] = Field(default=(), strict=False)
    notes: dict[str, int] = Field(default_factory=dict)


YAML = """\
# a body
name: Ada
weight: 60
legs:
  - side: left
  - {side: right}
notes:
  "on": 1
"""
TOML = """\
name = "Ada"
weight = 60.5
notes = {on = 1}
[[legs]]
side = "left"
[[legs]]
side = "right"
"""


def complaint(text: str, parse: str) -> str:
    with pytest.raises(DataError) as caught:
        (parse_yaml if parse == "yaml" else parse_toml)(text, PATH, Body)
    line = str(caught.value)
    assert line.startswith(f"{PATH}: ")
    assert "\n" not in line
    return line.removeprefix(f"{PATH}: ")


@pytest.mark.parametrize(
    ("parse", "text"),
    [("yaml", YAML), ("yaml", "\ufeff" + YAML), ("toml", TOML)],
    ids=["yaml", "yaml with a byte order mark", "toml"],
)
def test_a_good_file_becomes_its_record(parse: str, text: str) -> None:
    body = parse_yaml(text, PATH, Body)[0] if parse == "yaml" else parse_toml(text, PATH, Body)
    assert body.name == "Ada"
    assert body.weight in (60.0, 60.5)
    assert [leg.side for leg in body.legs] == ["left", "right"]
    assert body.notes == {"on": 1}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("name:", "nam:", "line 1, name: this key is missing"),
        ("notes:", "remarks:", "line 7, remarks: this key is not known here"),
        ("weight: 60", "weight: heavy", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight: heavy", "found 'heavy'"),
        ("weight: 60", "weight: '60'", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight: true", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight:", "found None"),
        ("name: Ada", "name: 3", "line 2, name: input should be a valid string, found 3"),
        ("{side: right}", "{side: 3}", "line 6, legs[1].side: input should be a valid string"),
        ("{side: right}", "{sid: right}", "line 6, legs[1].side: this key is missing"),
        ("{side: right}", "right", "line 6, legs[1]: "),
        ("- side: left", "- side: left\n    toes: 5", "line 6, legs[0].toes: this key"),
        ('"on": 1', '"on": many', "line 8, notes.on: input should be a valid integer"),
        ('"on": 1', '"on": yes', "found 'yes'"),
        ('"on": 1', "1: 1", "line 8, notes[1]: input should be a valid string, found 1"),
        ("weight: 60", "name: Bob", 'line 3, column 1: not YAML: found duplicate key "name"'),
        ("weight: 60", "weight: [60", "line 4, column 5: not YAML: "),
        ("weight: 60", "\tweight: 60", "line 3, column 1: not YAML: "),
        ("weight: 60", "weight: *heavy", "line 3, column 9: not YAML: found undefined alias"),
        ("weight: 60", "weight: &a [*a]", "line 3, weight: "),
        ("weight: 60", "weight: 60\n---\nweight: 61", "line 4, column 1: not YAML: "),
        ("weight: 60", "weight: \a", "not YAML: "),
        ("weight: 60", "weight: !!python/name:os.system x", "line 3, weight: "),
        ("weight: 60", "weight: 2020-02-02", "line 3, weight: "),
    ],
)
def test_a_mistake_in_yaml_is_told_with_its_line(before: str, after: str, told: str) -> None:
    assert before in YAML
    assert told in complaint(YAML.replace(before, after, 1), "yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ("# only a remark\n", "the file is empty"),
        ("---\n", "the file is empty"),
        ("- name\n- weight\n", "line 1, the file: "),
        ("Ada", "found 'Ada'"),
        ("{}", "line 1, name: this key is missing"),
        ("\0", "not YAML: "),
        ("'", "line 1, column 2: not YAML: "),
    ],
)
def test_a_yaml_file_that_is_something_else_is_told(text: str, told: str) -> None:
    assert told in complaint(text, "yaml")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "Ada"', "", "name: this key is missing"),
        ("notes =", "remarks =", "remarks: this key is not known here"),
        ("60.5", '"heavy"', "weight: input should be a valid number, found 'heavy'"),
        ("60.5", "true", "weight: input should be a valid number, found True"),
        ('"right"', "3", "legs[1].side: input should be a valid string, found 3"),
        ('side = "right"', 'sid = "right"', "legs[1].side: this key is missing"),
        ("{on = 1}", "{on = 1.5}", "notes.on: input should be a valid integer"),
        ("60.5", "60.5.5", "not TOML: "),
        ("60.5", "60.5.5", "at line 2, column "),
        ("weight = 60.5", 'name = "Bob"', "at line 2, column "),
        ('"Ada"', '"Ada', "at line 1, column "),
    ],
)
def test_a_mistake_in_toml_is_told_with_its_key(before: str, after: str, told: str) -> None:
    assert before in TOML
    assert told in complaint(TOML.replace(before, after, 1), "toml")


def test_an_empty_toml_file_misses_its_first_key() -> None:
    assert complaint("", "toml") == "name: this key is missing"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("a folder", "cannot be read: Is a directory"),
        (b"name: \xff\n", "byte 6: not UTF-8 text"),
        ("Grüße".encode("utf-16"), "byte 0: not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | str | None, told: str
) -> None:
    path = tmp_path / "file.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with pytest.raises(DataError) as caught:
        read_text(path)
    assert str(caught.value) == f"{path}: {told}"


def test_text_is_read_as_utf_8_whatever_the_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("name: Zoë\r\nweight: 1\r\n".encode())
    assert parse_yaml(read_text(path), PATH, Body)[0] == Body(name="Zoë", weight=1.0)

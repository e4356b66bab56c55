"""Data files: what is wrong in a YAML or TOML file is told with its place and what was found."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from coach.app.language_files import read_text
from coach.datafile import Strict, parse_json, parse_toml, parse_yaml
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


JSON = """\
{"name": "Ada", "weight": 60, "notes": {"on": 1}, "legs": [{"side": "left"}, {"side": "right"}]}
"""


PARSERS: dict[str, Callable[[str, str, type[Body]], object]] = {
    "yaml": parse_yaml,
    "toml": parse_toml,
    "json": lambda text, path, record: parse_json(text.encode(), path, record),
}


def complaint(text: str, parse: str) -> str:
    with pytest.raises(DataError) as caught:
        PARSERS[parse](text, PATH, Body)
    line = str(caught.value)
    assert line.startswith(f"{PATH}: ")
    assert "\n" not in line
    return line.removeprefix(f"{PATH}: ")


@pytest.mark.parametrize(
    ("parse", "text"),
    [("yaml", YAML), ("toml", TOML), ("json", JSON)],
    ids=["yaml", "toml", "json"],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "with a byte order mark"])
def test_a_good_file_becomes_its_record(parse: str, text: str, mark: str) -> None:
    found = PARSERS[parse](mark + text, PATH, Body)
    body = found[0] if isinstance(found, tuple) else found
    assert isinstance(body, Body)
    assert body.name == "Ada"
    assert body.weight in (60.0, 60.5)
    assert [leg.side for leg in body.legs] == ["left", "right"]
    assert body.notes == {"on": 1}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("name:", "nam:", "line 2, nam: this key is not known here: did you mean 'name'?"),
        ("name: Ada", "age: 30", "line 1, name: this key is missing"),
        ("notes:", "remarks:", "line 7, remarks: this key is not known here"),
        ("weight: 60", "weight: heavy", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight: heavy", "found 'heavy'"),
        ("weight: 60", "weight: '60'", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight: true", "line 3, weight: input should be a valid number"),
        ("weight: 60", "weight:", "found None"),
        ("name: Ada", "name: 3", "line 2, name: input should be a valid string, found 3"),
        ("{side: right}", "{side: 3}", "line 6, legs[1].side: input should be a valid string"),
        (
            "{side: right}",
            "{SIDE: right}",
            "legs[1].SIDE: this key is not known here: did you",
        ),
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
        ("weight: 60", "weight: !!python/name:os.system x", "line 3, column 9: not YAML: a tag "),
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
        (
            'side = "right"',
            'sid = "right"',
            "known here: did you mean 'side'?",
        ),
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


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in itertools.pairwise("abcdefghij")
)
CHAIN = "a: &a0 [x]\n" + "".join(f"b{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000))

HOSTILE = {
    "lists in lists": ("yaml", "name: " + "[" * 50_000, "column 38: not YAML: nested deeper"),
    "maps in maps": ("yaml", "name: " + "{a: " * 50_000, "nested deeper than 32"),
    "steps in steps": ("yaml", "\n".join(" " * n + "a:" for n in range(500)), "nested deeper"),
    "a billion laughs": ("yaml", LAUGHS, "there are more than 10000 values, aliases repeated"),
    "a chain of aliases": ("yaml", CHAIN, "nested deeper than 32"),
    "a list as a key": ("yaml", "? [a]\n: 1", "line 1, column 3: not YAML: a key should be a word"),
    "a map as a key": ("yaml", "{a: 1}: 1", "line 1, column 1: not YAML: a key should be a word"),
    "an alias as a key": ("yaml", "a: &a [1]\n*a : 1", "line 2, column 1: not YAML: a key"),
    "an anchor twice": ("yaml", "a: &a 1\nb: &a 2\n", "line 1, name: this key is missing"),
    "a long number": (
        "yaml",
        f"name: x\nweight: {'9' * 4400}",
        "line 2, column 9: not YAML: the n",
    ),
    "a long hex number": ("yaml", f"weight: 0x{'f' * 9000}", "weight: the number is too large"),
    "a long fraction": ("yaml", f"name: x\nweight: 1.{'9' * 4400}\nnotes: 1", "line 3, notes: "),
    "a large number": ("yaml", f"weight: {1 << 63}", "line 1, weight: the number is too large"),
    "no date": ("yaml", "\nname: 2020-13-45", "line 2, column 7: not YAML: a value cannot be read"),
    "no number at all": ("yaml", "name: -0x_", "line 1, column 7: not YAML: a value"),
    "no character": ("yaml", r'name: "\U7FFFFFFF"', "not YAML: chr() arg not in range"),
    "odd comments": ("yaml", "a: #-\n|2\n\r...\n", "not YAML: overlap in comment"),
    "a merge of itself": ("yaml", "a: &a\n  <<: *a\n", "line 2, column 3: not YAML: <<"),
    "no number": ("yaml", "name: !!int x", "line 1, column 7: not YAML: a tag has no place here"),
    "a command": ("yaml", r'name: "\e[2J"', "line 1, name: there is a control character in it"),
    "many values": ("yaml", "[" + "x, " * 60_000, "more than 10000 values"),
    "a long text": ("yaml", "x" * (1 << 20), "the file has more than 262144 characters"),
    "arrays in arrays": (
        "toml",
        "a = [[1], [2]]\nname = " + "[" * 50_000,
        "line 2: nested deeper than 32",
    ),
    "tables in tables": ("toml", "a = " + "{b = " * 5_000, "line 1: nested deeper than 32"),
    "many headers": (
        "toml",
        f"[{'a.' * 20}a]\n[{'a.' * 20}a.{'a.' * 19}a]",
        "line 2: nested deeper",
    ),
    "a dotted key": ("toml", f"{'a.' * 120_000}a = 1", "line 1: nested deeper than 32"),
    "a dotted table": ("toml", f"\n[{'a . ' * 60_000}a]", "line 2: nested deeper than 32"),
    "a quoted table": ("toml", "[" + '"a".' * 50_000 + "a]", "line 1: nested deeper than 32"),
    "a long number in TOML": ("toml", f"\n\na = {'9' * 4400}", "line 3: the number has too many"),
    "a hex number in TOML": ("toml", f"weight = 0x{'f' * 9000}", "weight: the number is too large"),
    "a command in TOML": ("toml", r'name = "\u001b[2J"', "name: there is a control character"),
    "many values in TOML": ("toml", f"a = [{'1, ' * 60_000}]", "more than 10000 values"),
    "a long text in TOML": ("toml", "#" * (1 << 20), "the file has more than 262144 characters"),
    "arrays in JSON": (
        "json",
        '{"name":\n' + "[" * 100_000,
        "line 2, column 201: nested too deeply",
    ),
    "a longer number in JSON": (
        "json",
        '{"name":\n "Ada", "weight": ' + "9" * 4400 + "}",
        "line 2, column 4320: the number has too many digits",
    ),
    "half of a JSON": ("json", '{"name": "Ada",\n', "line 2, column 0: not JSON, or not all of it"),
    "a long number in JSON": ("json", '{"name": ' + "9" * 4299 + "}", "name: input should be"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_take_all_time_and_memory_is_refused_in_a_line(kind: str) -> None:
    parse, text, told = HOSTILE[kind]
    assert told in complaint(text, parse)


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.text(alphabet="{}[]:,-?&*!|>'\"%@#\n\t 019.e_xo~<=ab\\\x00\u2028", max_size=60))
def test_no_text_ends_in_anything_but_a_record_or_a_line(parse: str, text: str) -> None:
    with contextlib.suppress(DataError):
        PARSERS[parse](text, PATH, Body)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        ("toml", f"name = 'Ada'\nweight = 1.0\n{'x' * 100_000} = 1"),
        ("yaml", f"name: Ada\nweight: 1.0\n{'x' * 100_000}: 1"),
        ("json", f'{{"name": "Ada", "weight": 1.0, "{"x" * 100_000}": 1}}'),
        ("yaml", f"name: [{'word, ' * 5000}]\nname: Ada\n"),
    ],
)
def test_what_is_quoted_of_a_file_does_not_fill_the_screen(parse: str, text: str) -> None:
    assert 40 < len(complaint(text, parse)) < 2000


@pytest.mark.parametrize(
    ("parse", "text", "told"),
    [
        ("yaml", "nmae: Ada\nweight: 1", "nmae: this key is not known here: did you mean 'name'?"),
        ("yaml", "name: Ada\nwieght: 1", "did you mean 'weight'?"),
        ("yaml", "name: Ada\nweight: 1\nNotes: {}", "Notes: this key is not known here: did you"),
        ("yaml", "name: A\nweight: 1\nlegs: [{side: a, sides: b}]", "legs[0].sides: this key is"),
        ("yaml", "name: Ada\nweight: 1\nshoes: 2", "line 3, shoes: this key is not known here"),
        (
            "toml",
            'name = "Ada"\nwheight = 1.5',
            "wheight: this key is not known here: did",
        ),
        ("json", '{"Name": "Ada", "weight": 1}', "Name: this key is not known here: did you mean"),
    ],
)
def test_the_key_that_was_meant_is_named(parse: str, text: str, told: str) -> None:
    assert told in complaint(text, parse)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("a folder", "cannot be read: Is a directory"),
        (bytes(1 << 20), "the file is larger than 256 kB: is it the one you mean?"),
        (b"name: \xff\n", "byte 6: not UTF-8 text"),
        ("Grüße".encode("latin-1"), "byte 2: not UTF-8 text"),
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

"""Openfst file: what is written, read back by the format's own reference; words of a model."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from coach.devices.speech.openfst_file import graph_bytes, read_word_numbers
from coach.devices.speech.vosk_recogniser import GRAPH
from coach.errors import ModelError
from coach.hearing.grammar import UNKNOWN, Grammar
from coach.hearing.grammar_fst import START, Arc, GrammarFst, grammar_fst
from coach.settings import GraphCosts

NUMBERS = {"stop": 300, "the": 7, "session": 70_000, UNKNOWN: 2, "naïve": 9}
GRAPH_OF_TWO = GrammarFst(
    (
        (Arc("stop", 2.5, 1), Arc("stop", 1.0, 2), Arc("naïve", 0.0, 2), Arc(UNKNOWN, 3.0, 2)),
        (Arc("the", 0.25, 1),),
        (),
    ),
    {0: 0.0, 2: 1.5},
)
NEVER = float("inf")


class Reader:
    """Takes a file apart, field by field."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 0

    def take(self, fields: str) -> Iterator[Any]:
        """Numbers in the order of the file's bytes, without gaps."""
        values = struct.unpack_from(f"<{fields}", self._content, self.at)
        self.at += struct.calcsize(f"<{fields}")
        return iter(values)

    def text(self) -> str:
        """A string: its length in bytes, and they."""
        (length,) = self.take("i")
        self.at += length
        return self._content[self.at - length : self.at].decode()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file of OpenFst's type ``vector``: see fst/vector-fst.h and fst/symbol-table.h."""

    types: tuple[str, str]
    version: int
    flags: int
    properties: int
    start: int
    symbols: list[dict[str, int]]
    finals: list[float]
    arcs: list[list[tuple[int, int, float, int]]]


def parse(content: bytes) -> Parsed:
    """Read a whole file; what the header counts is what is there, and nothing follows."""
    reader = Reader(content)
    assert next(reader.take("i")) == 2125659606
    types = (reader.text(), reader.text())
    version, flags, properties, start, states, arcs = reader.take("iiQqqq")
    symbols = [parse_symbols(reader), parse_symbols(reader)]
    finals, leaving = [], []
    for _ in range(states):
        final, count = reader.take("fq")
        finals.append(final)
        leaving.append([tuple(reader.take("iifi")) for _ in range(count)])
    assert reader.at == len(content)
    assert sum(map(len, leaving)) == arcs
    return Parsed(types, version, flags, properties, start, symbols, finals, leaving)


def parse_symbols(reader: Reader) -> dict[str, int]:
    assert next(reader.take("i")) == 2125658996
    reader.text()
    available, count = reader.take("qq")
    table: dict[str, int] = {}
    for _ in range(count):
        word = reader.text()
        table[word] = next(reader.take("q"))
    assert len(table) == count
    assert available > max(table.values())
    return table


def as_read(graph: GrammarFst) -> list[list[tuple[int, int, float, int]]]:
    """The arcs of a graph as they ought to stand in the file, but for their order."""
    return [
        [(NUMBERS[arc.word], NUMBERS[arc.word], arc.cost, arc.to) for arc in arcs]
        for arcs in graph.arcs
    ]


def test_the_header_says_what_kind_of_graph_it_is() -> None:
    parsed = parse(graph_bytes(GRAPH_OF_TWO, NUMBERS))
    assert parsed.types == ("vector", "standard")
    assert (parsed.version, parsed.start) == (2, START)
    assert parsed.flags == 3, "symbols on both sides, not aligned"


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("acceptor", 0x10000),
        ("no epsilons", 0x800000),
        ("no input epsilons", 0x2000000),
        ("no output epsilons", 0x8000000),
        ("sorted by input label", 0x10000000),
        ("sorted by output label", 0x40000000),
    ],
)
def test_what_the_decoder_relies_on_is_claimed_and_its_contrary_is_not(
    name: str, claimed: int
) -> None:
    """OpenFst keeps every property as two bits: it holds, it does not; here are both."""
    contrary = claimed >> 1 if "epsilons" in name else claimed << 1
    properties = parse(graph_bytes(GRAPH_OF_TWO, NUMBERS)).properties
    assert properties & claimed
    assert not properties & contrary


def test_both_symbol_tables_number_the_words_of_the_graph_as_the_model_does() -> None:
    on_arcs = {word: NUMBERS[word] for word in ("stop", "the", "naïve", UNKNOWN)}
    expected = {"<eps>": 0, **on_arcs}
    assert parse(graph_bytes(GRAPH_OF_TWO, NUMBERS)).symbols == [expected, expected]


def test_every_arc_is_there_sorted_by_label_with_its_cost_and_its_end() -> None:
    parsed = parse(graph_bytes(GRAPH_OF_TWO, NUMBERS))
    assert parsed.arcs == [sorted(arcs) for arcs in as_read(GRAPH_OF_TWO)]
    assert parsed.finals == [0.0, NEVER, 1.5]


def test_the_same_graph_is_written_in_the_same_bytes() -> None:
    shuffled = GrammarFst(tuple(arcs[::-1] for arcs in GRAPH_OF_TWO.arcs), {2: 1.5, 0: 0.0})
    assert graph_bytes(shuffled, NUMBERS) == graph_bytes(GRAPH_OF_TWO, NUMBERS)


@pytest.mark.slow
def test_the_graph_of_the_shipped_grammar_survives(grammar: Grammar) -> None:
    graph = grammar_fst(grammar, GraphCosts())
    numbers = {word: number for number, word in enumerate(sorted(graph.words()), 1)}
    parsed = parse(graph_bytes(graph, numbers))
    assert parsed.symbols == [{"<eps>": 0, **numbers}] * 2
    for state, arcs in enumerate(graph.arcs):
        read = parsed.arcs[state]
        assert [label for label, *_ in read] == sorted(numbers[arc.word] for arc in arcs)
        assert {(label, to) for label, _, _, to in read} == {
            (numbers[arc.word], arc.to) for arc in arcs
        }
        assert sum(cost for *_, cost, _ in read) == pytest.approx(sum(arc.cost for arc in arcs))
        assert parsed.finals[state] == pytest.approx(graph.finals.get(state, NEVER))


# The words of a model


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A graph as a file."""
    path = tmp_path / "Gr.fst"
    path.write_bytes(graph_bytes(GRAPH_OF_TWO, NUMBERS))
    return path


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["stop", "the"], ["stop", "the"]),
        (["naïve", UNKNOWN], ["naïve", UNKNOWN]),
        (["session", "stop"], ["stop"]),
        (["sto", "top", "to", "stopp", "unk", "h", "he", "e", "e.*", "na"], []),
        (["the", "the"], ["the"]),
    ],
)
def test_a_word_has_the_number_of_the_file_and_a_part_of_a_word_none(
    written: Path, words: list[str], found: list[str]
) -> None:
    assert read_word_numbers(written, words) == {word: NUMBERS[word] for word in found}


@pytest.mark.model
def test_the_real_model_numbers_its_words(model_folder: Path) -> None:
    """Found without reading the table entry by entry, as here."""
    content = (model_folder / GRAPH).read_bytes()
    reader = Reader(content)
    reader.at = content.index(struct.pack("<i", 2125658996))
    table = parse_symbols(reader)
    asked = ["<eps>", "ready", "stop", "arched", UNKNOWN, "read", "arch", "top", "rched", "ready "]
    expected = {word: table[word] for word in asked if word in table}
    assert read_word_numbers(model_folder / GRAPH, asked) == expected
    assert set(asked) - set(expected) == {"rched", "ready "}


SYMBOLS = struct.pack("<iiiqq", 2125659606, 2125658996, 0, 0, 1 << 62)
"""The beginning of a graph whose list has more words than there are."""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "not a graph of words"),
        (b"\xd6", "not a graph of words"),
        (b"#!/bin/sh\n" * 200, "not a graph of words"),
        (struct.pack("<i", 2125659606) + bytes(2000), "not a graph of words"),
        (struct.pack("<i", 2125658996) + bytes(2000), "not a graph of words"),
        (SYMBOLS + struct.pack("<i", 3) + bytes(20), "its list of words is cut short"),
        (SYMBOLS + struct.pack("<i", -12) + bytes(20), "its list of words is cut short"),
    ],
    ids=[
        *("missing", "empty", "a byte", "text", "no symbols", "symbols alone", "cut short"),
        "a word that leads back to itself",
    ],
)
def test_a_file_that_is_no_graph_is_told_in_one_line(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "Gr.fst"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        read_word_numbers(path, ["stop"])
    line = str(caught.value)
    assert line.startswith(f"{path}: {told}")
    assert "\n" not in line


def test_a_folder_is_no_graph(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: Is a directory"):
        read_word_numbers(tmp_path, ["stop"])

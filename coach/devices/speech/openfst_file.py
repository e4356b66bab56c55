"""Openfst file: writes a grammar in the format that Kaldi reads, and reads a model's word numbers.

The format is OpenFst's ``vector`` type, version 2, in the byte order of x86-64 and aarch64. It is
defined by ``fst/vector-fst.h`` and ``fst/symbol-table.h``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from coach.errors import ModelError
from coach.hearing.grammar_fst import GrammarFst

_FST_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HAS_SYMBOLS = 0x1 | 0x2
_VERSION = 2
_PROPERTIES = (
    0x1  # expanded
    | 0x2  # mutable
    | 0x10000  # acceptor
    | 0x800000  # no epsilons: neither on both sides …
    | 0x2000000  # … nor on the input …
    | 0x8000000  # … nor on the output
    | 0x10000000  # arcs sorted by input label
    | 0x40000000  # and by output label
    | 0x100000000  # weighted
)
"""Properties of the acceptor, as ``fst/properties.h`` numbers them."""

_SYMBOLS_WITHIN = 16 * 2**20
"""Bytes of the file that are read: the vocabulary is at its beginning and shorter than this."""


def read_word_numbers(path: Path, words: Iterable[str]) -> dict[str, int]:
    """The numbers that a model's graph gives to words; an unknown word is left out.

    Raises ModelError when the file cannot be read or is no graph with symbols.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_SYMBOLS_WITHIN)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    symbols = head.find(struct.pack("<i", _SYMBOLS_MAGIC), 0, 1000)
    if head[:4] != struct.pack("<i", _FST_MAGIC) or symbols < 0:
        raise ModelError(f"{path}: not a graph of words; this model cannot be used")
    try:
        return _numbers_of({word.encode() for word in words}, head, symbols)
    except struct.error:
        raise ModelError(f"{path}: its list of words is cut short") from None


def _numbers_of(wanted: set[bytes], head: bytes, symbols: int) -> dict[str, int]:
    """Read entry by entry: a word's length, the word and its number. Raises struct.error.

    To search for all of the words at once takes ten times as long.
    """
    (name_length,) = struct.unpack_from("<I", head, symbols + 4)
    at = symbols + 8 + name_length
    _, count = struct.unpack_from("<qq", head, at)
    at += 16
    numbers = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<I", head, at)  # never back to where it was read already
        end = at + 4 + length
        word = head[at + 4 : end]
        if word in wanted:
            (numbers[word.decode()],) = struct.unpack_from("<q", head, end)
        at = end + 8
    return numbers


def graph_bytes(graph: GrammarFst, numbers: Mapping[str, int]) -> bytes:
    """The content of a graph file; ``numbers`` must have every word of the graph."""
    words = sorted({(0, "<eps>")} | {(numbers[word], word) for word in graph.words()})
    arcs = sum(map(len, graph.arcs))
    parts = [
        struct.pack("<i", _FST_MAGIC) + _text("vector") + _text("standard"),
        struct.pack("<iiQ", _VERSION, _HAS_SYMBOLS, _PROPERTIES),
        struct.pack("<qqq", 0, len(graph.arcs), arcs),
        2 * _symbol_table(words),
    ]
    for state, leaving in enumerate(graph.arcs):
        parts.append(struct.pack("<fq", graph.finals.get(state, float("inf")), len(leaving)))
        for number, cost, to in sorted((numbers[arc.word], arc.cost, arc.to) for arc in leaving):
            parts.append(struct.pack("<iifi", number, number, cost, to))
    return b"".join(parts)


def _symbol_table(words: list[tuple[int, str]]) -> bytes:
    head = struct.pack("<i", _SYMBOLS_MAGIC) + _text("words")
    entries = (_text(word) + struct.pack("<q", number) for number, word in words)
    return head + struct.pack("<qq", words[-1][0] + 1, len(words)) + b"".join(entries)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<i", len(encoded)) + encoded

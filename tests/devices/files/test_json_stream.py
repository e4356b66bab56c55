"""Json stream: a value at a time it reads what JSON says, however the file is cut into blocks."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.devices.files import json_stream
from coach.devices.files.json_stream import JsonStream
from coach.errors import DataError

TEXTS = st.text() | st.sampled_from(['"', "\\", '\\"', "}", "]{", "\n", "\N{BYTE ORDER MARK}"])
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def walked(stream: JsonStream, depth: int) -> Any:
    """The value, whose outer ``depth`` levels are walked through."""
    if depth and stream.begins(b"{"):
        return {key: walked(stream, depth - 1) for key in stream.members()}
    if depth and stream.begins(b"["):
        return [walked(stream, depth - 1) for _ in stream.items()]
    return json.loads(stream.value())


def read(content: bytes, depth: int = 0) -> Any:
    stream = JsonStream(io.BytesIO(content), "a.json")
    found = walked(stream, depth)
    stream.end()
    return found


@pytest.fixture(scope="module", params=[1, 2, 7, 1 << 16])
def _block(request: pytest.FixtureRequest) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_BLOCK", request.param)
        yield


@pytest.mark.usefixtures("_block")
@given(
    TREES,
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([None, 2]),
    st.sampled_from(["", "\ufeff"]),
)
def test_it_reads_what_was_written(
    tree: Any, depth: int, escaped: bool, indent: int | None, mark: str
) -> None:
    text = mark + json.dumps(tree, ensure_ascii=escaped, indent=indent) + "\n"
    assert read(text.encode(errors="surrogatepass"), depth) == tree


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b" ",
            b"{",
            b"[",
            b'"',
            b'"a',
            b'{"a"',
            b'{"a":',
            b'{"a":1',
            b'{"a":1,',
            b"[1",
            b"[1,",
        ),
        *(b"[1,]", b'{"a":1,}', b"{1:2}", b"{a:1}", b"[1 2]", b'{"a" 1}', b"[1}", b"{}{}", b"[]]"),
        *(b'{"\\x":1}', b"[,1]", b'{"a":}', b"nothing at all"),
    ],
)
def test_what_is_broken_is_told(content: bytes) -> None:
    with pytest.raises((DataError, ValueError), match=r"not JSON, or not all of it|Expecting"):
        read(content, 3)


@pytest.mark.usefixtures("_block")
@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"{a:1}", "line 1, column 2"),
        (b'{"a": [1, 2],\n\n "b": [3 4]}', "line 3, column 10"),
        (b'{"a":' + b"\n" * 50 + b'"x",\n  nothing}', "line 52, column 3"),
        (b"[[1], [2],\n [3", "line 2, column 4"),
    ],
)
def test_what_is_broken_is_told_with_its_place(content: bytes, place: str) -> None:
    with pytest.raises(DataError, match=f"a.json: {place}: not JSON"):
        read(content, 3)


def test_a_key_that_stands_twice_is_told() -> None:
    with pytest.raises(DataError, match="b: this key stands there twice"):
        read(b'{"b": 1, "b": 2}', 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b'"' + b"x" * (5 << 20),
        pytest.param(b"[" * (5 << 20), marks=pytest.mark.thorough),
        b"1" * (5 << 20),
    ],
)
def test_a_value_without_an_end_takes_little_memory(content: bytes) -> None:
    stream = JsonStream(io.BytesIO(content), "a.json")
    with pytest.raises(DataError, match="a value has more than 4 MB"):
        stream.value()


@pytest.mark.slow
def test_a_long_list_takes_no_memory() -> None:
    content = b"[" + b'{"a": "some text", "b": [1, 2, 3]}, ' * 40_000 + b"1]"
    stream = JsonStream(io.BytesIO(content), "a.json")
    tracemalloc.start()
    try:
        read_values = sum(1 for _ in stream.items() if stream.value())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read_values == 40_001
    assert peak < 1 << 20

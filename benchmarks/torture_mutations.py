"""Torture mutations: a valid file, damaged as disks, editors and people damage files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_WORDS = (
    *(
        b"",
        b"null",
        b"true",
        b"nan",
        b"-nan",
        b"inf",
        b"-inf",
        b"1e999",
        b"-1",
        b"0",
        b"1e308",
        b"0x10",
    ),
    *(
        b"9" * 5000,
        b"1" + b"0" * 18,
        b"9223372036854775808",
        b"-9223372036854775809",
        b"4294967296",
    ),
    *(
        b"{" * 200,
        b"[" * 2000,
        b"a." * 200,
        b'"' * 3,
        b"'''",
        b"&a *a",
        b"!!python/none",
        b"<<: *a",
    ),
    *(b"\x00", b"\x1b[2J", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(
        b"x" * 100_000,
        b"a: " * 500,
        b"(a|" * 50,
        b"[a] " * 60,
        b"{x}",
        b"{}",
        b"{0}",
        b"{a.b}",
        b"%s",
    ),
    *(b"2026-13-45", b"12:61", b"1_000", b"..", b"../../../etc/passwd", b"~", b"- - - -", b"? :"),
)
"""What stands for a word or a number, and mostly should not."""

_NUMBERS = (
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    32767,
    65535,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    1 << 62,
    *(-1, -2, -4, -8, -12, -16),
)
_TOKEN = re.compile(rb"[\w.+-]+")
_MOST = 4 << 20
"""No mutated file is larger."""

Change = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(content: bytes, chance: Random, others: Sequence[bytes], *, text: bool) -> bytes:
    """``content`` after a few changes; what is spliced in comes from ``others``."""
    changes = _OF_TEXT if text else _OF_BYTES
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        content = chance.choice(changes)(content, chance, others)[:_MOST]
    return content


def _span(content: bytes, chance: Random) -> tuple[int, int]:
    begin = chance.randint(0, len(content))
    length = min(len(content) - begin, int(10 ** chance.uniform(0.0, 4.0)))
    return begin, begin + length


def _flip(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 4, 32]) if content else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    begin, end = _span(content, chance)
    filled = chance.choice([b"\x00", b"\xff", chance.randbytes(1)]) * (end - begin)
    return content[:begin] + filled + content[end:]


def _number(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    width, order = chance.choice([1, 2, 4, 4, 8]), chance.choice(["little", "big"])
    near = chance.random() < 0.7  # the head of a file has the lengths
    begin = chance.randint(0, min(len(content), 200) if near else len(content))
    number = chance.choice(_NUMBERS) % (1 << 8 * width)
    put = number.to_bytes(width, "little" if order == "little" else "big")
    return content[:begin] + put + content[begin + width :]


def _cut(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    return content[: chance.randint(0, len(content))]


def _leave_out(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    begin, end = _span(content, chance)
    return content[:begin] + content[end:]


def _repeat(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    begin, end = _span(content, chance)
    return content[:end] + content[begin:end] * chance.choice([1, 2, 50]) + content[end:]


def _splice(content: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others) if others else content
    begin, end = _span(other, chance)
    at = chance.randint(0, len(content))
    return content[:at] + other[begin:end] + content[at:]


def _replace_token(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    tokens = list(_TOKEN.finditer(content))
    if not tokens:
        return content + chance.choice(_WORDS)
    token = chance.choice(tokens)
    other = chance.choice(tokens).group()
    new = chance.choice(_WORDS) if chance.random() < 0.7 else other
    return content[: token.start()] + new + content[token.end() :]


def _change_lines(content: bytes, chance: Random, _others: Sequence[bytes]) -> bytes:
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            lines[at], lines[other] = lines[other], lines[at]
        case 1:
            lines[at] = b""
        case 2:
            lines[at] *= chance.choice([2, 2, 3000])
        case _:
            lines[at] = b" " * chance.choice([1, 2, 300]) + lines[at]
    return b"".join(lines)


def _encode_otherwise(content: bytes, _chance: Random, _others: Sequence[bytes]) -> bytes:
    return content.decode("utf-8", "replace").encode("utf-16")


_OF_BYTES: tuple[Change, ...] = (
    *(_flip, _flip, _overwrite, _number, _number, _number),
    *(_cut, _leave_out, _repeat, _splice),
)
_OF_TEXT: tuple[Change, ...] = (
    *(_replace_token,) * 8,
    *(_change_lines,) * 3,
    *(_flip, _cut, _leave_out, _repeat, _splice, _encode_otherwise),
)

"""Claims: how many bytes of sound a file says it has, in formats that have no chunks.

libsndfile reads as much of them as there is, whatever their headers say. The headers of PAF, PVF
and IRCAM do not say their length, nor those of an XI that libsndfile wrote.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

_Order = Literal["little", "big"]

Claim = tuple[int, int]
"""Where the sound begins, and how many bytes of it the header claims."""

_MOST_BLOCKS = 100_000
"""How many blocks of a VOC are read. SoX writes blocks of 16 MB, other programs very short ones."""

_SPHERE_FIELD = re.compile(rb"^(\w+) -i (\d{1,12})\s*$", re.MULTILINE)
_MAT4_BYTES = (8, 4, 4, 2, 2, 1)
"""The bytes of a number, by the kind that the header names."""

_XI_HEAD, _XI_SAMPLE = 298, 40
"""The bytes before the headers of an instrument's samples, and those of one of these headers."""

_SDS_PACKET, _SDS_SOUND = 127, 120
"""The bytes of a packet, and those of it that are sound."""


def find_claim(file: BinaryIO, length: int) -> Claim | None:
    """What the header of ``file`` claims, which is ``length`` bytes long.

    None for another format, or where the length was not known. Raises OSError.
    """
    head = _read(file, 0, 1024).ljust(1024, b"\0")
    found: Claim | None = None
    if head.startswith(b"2BIT"):
        found = 128, _number(head, 26, "big") * (head[15] // 8) * (2 if head[13] else 1)
    elif head.startswith(b"ALawSoundFile**\0"):
        found = 32, _number(head, 18, "big")
    elif head.startswith(b"\x01\x04"):
        found = 42, _number(head, 30) * 2 * (2 if head[21] else 1)
    elif head.startswith(b"NIST_1A\n"):
        found = _of_sphere(head)
    elif head.startswith(b"Creative Voice File\x1a"):
        found = _of_voc(file, length, int.from_bytes(head[20:22], "little"))
    elif head.startswith((b"\0\0\0\0\x01\0\0\0\x01\0\0\0", b"\0\0\x03\xe8\0\0\0\x01\0\0\0\x01")):
        found = _of_mat4(file, "big" if head[3] else "little")
    elif head.startswith(b"Extended Instrument: "):
        found = _of_xi(file, int.from_bytes(head[_XI_HEAD - 2 : _XI_HEAD], "little"))
    elif head.startswith(b"MATLAB 5.0 MAT-file"):
        found = _of_mat5(file, "little" if head[126:128] == b"IM" else "big")
    elif head.startswith(b"\xf0\x7e") and head[3] == 1:
        found = _of_sds(head)
    return found if found is not None and found[1] > 0 else None


def _of_sphere(head: bytes) -> Claim | None:
    """NIST SPHERE: a header of lines, the second of which is its length."""
    fields = {name: int(value) for name, value in _SPHERE_FIELD.findall(head)}
    size = head[8:16].strip()
    if not size.isdigit() or b"shorten" in head:
        return None
    known = 1 if b"law" in head else fields.get(b"sample_n_bytes", 2)
    width = known * fields.get(b"channel_count", 1)
    return int(size), fields.get(b"sample_count", 0) * width


def _of_voc(file: BinaryIO, length: int, at: int) -> Claim | None:
    """Creative Voice: blocks up to one of the kind 0, or the end of the file."""
    first = at
    for _ in range(_MOST_BLOCKS):
        head = _read(file, at, 4)
        if len(head) < 4 or head[0] == 0:
            break
        size = int.from_bytes(head[1:], "little")
        if size == 0:  # not known when it was written
            return None
        at += 4 + size
        if at > length:
            break
    return first, at - first


def _of_mat4(file: BinaryIO, order: _Order) -> Claim:
    """MATLAB 4: a matrix of the rate, and one of the sound."""
    at = _mat4_end(file, 0, order)[1]
    start, end = _mat4_end(file, at, order)
    return start, end - start


def _mat4_end(file: BinaryIO, at: int, order: _Order) -> Claim:
    """Where the numbers of a matrix begin and end."""
    head = _read(file, at, 20).ljust(20, b"\0")
    kind, rows, columns, _, name = (_number(head, place, order) for place in range(0, 20, 4))
    width = _MAT4_BYTES[min(kind % 100 // 10, len(_MAT4_BYTES) - 1)]
    start = at + 20 + name
    return start, start + rows * columns * width


def _of_mat5(file: BinaryIO, order: _Order) -> Claim:
    """MATLAB 5: a matrix of the rate, and one of the sound, behind 128 bytes.

    In a matrix its flags, its dimensions and its name stand before its numbers.
    """
    at = 136 + _tag(file, 128, order)[1] + 8
    for _ in range(3):
        at = sum(_tag(file, at, order))
        at += -at % 8
    return _tag(file, at, order)


def _tag(file: BinaryIO, at: int, order: _Order) -> Claim:
    """Where an element begins, and its bytes; few of them stand within the tag itself."""
    head = _read(file, at, 8).ljust(8, b"\0")
    kind = _number(head, 0, order)
    return (at + 4, 4) if kind >> 16 else (at + 8, _number(head, 4, order))


def _of_xi(file: BinaryIO, samples: int) -> Claim:
    """FastTracker 2's Extended Instrument: the lengths of its samples, and then their sound."""
    heads = _read(file, _XI_HEAD, samples * _XI_SAMPLE)
    lengths = (_number(heads, at) for at in range(0, len(heads), _XI_SAMPLE))
    return _XI_HEAD + samples * _XI_SAMPLE, sum(lengths)


def _of_sds(head: bytes) -> Claim | None:
    """MIDI Sample Dump: packets of numbers of seven bits."""
    samples = head[10] | head[11] << 7 | head[12] << 14
    width = -(-head[6] // 7)
    if width == 0:
        return None
    return 21, -(-samples // (_SDS_SOUND // width)) * _SDS_PACKET


def _number(head: bytes, at: int, order: _Order = "little") -> int:
    return int.from_bytes(head[at : at + 4], order)


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)

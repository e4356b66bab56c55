"""Container: where the sound lies in a file of chunks, and how long the header says it is.

The formats are WAV, RF64, W64, AIFF, SVX and CAF, and AU, which has a single chunk.

libsndfile reads a file that was cut short without a warning, and a file whose header was never
updated only as far as the header says. So the header is compared with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

_Order = Literal["little", "big"]

_GUID = bytes.fromhex("f3acd3118cd100c04f8edb8a")
"""The end of the identifiers of W64 (Sony Wave64)."""

_TAGS = (b"TAG", b"ID3", b"APETAGEX")
"""How a tag begins that another program has appended after the chunks."""

_KNOWN = (b"LIST", b"INFO", b"id3 ", b"ID3 ", b"bext", b"iXML", b"JUNK", b"PAD ", b"cue ", b"smpl")
"""Chunks that hold no sound."""

_MOST_CHUNKS = 1000
"""How many chunks are read: a large file of zeros would be nothing but chunks of length 0."""

_PLACEHOLDERS = ((0, 1), (0x7F000000, 0x7F010000), (0x7FFF0000, 0x80010000), (0xFFFF0000, 1 << 32))
"""Ranges of values that stand for a length that was not known when the header was written: those of
arecord (0x80000000), SoX (0x7FFFF000, in AIFF 0x7F000000) and FFmpeg (0xFFFFFFFF), with or without
the length of the header itself."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a format lays out its chunks: an identifier, a length, what it holds, and padding."""

    magic: bytes
    form: bytes
    form_at: int
    first_at: int
    """Where the first chunk begins."""
    order: _Order = "little"
    identifier: int = 4
    """The bytes of an identifier; ``size`` are those of a length."""
    size: int = 4
    counts_head: bool = False
    """Whether the length of a chunk counts its identifier and its length."""
    align: int = 2
    data: bytes = b"data"
    inside: int = 0
    """The bytes that the chunk of the sound has before the sound."""

    @property
    def head(self) -> int:
        """The bytes before what a chunk holds."""
        return self.identifier + self.size

    def padded(self, length: int) -> int:
        """``length`` with the padding behind it."""
        return -(-length // self.align) * self.align


_LAYOUTS = (
    _Layout(b"RIFF", b"WAVE", 8, 12),
    _Layout(b"RIFX", b"WAVE", 8, 12, order="big"),
    _Layout(b"RF64", b"WAVE", 8, 12),
    _Layout(b"BW64", b"WAVE", 8, 12),
    _Layout(b"FORM", b"AIFF", 8, 12, order="big", data=b"SSND", inside=8),
    _Layout(b"FORM", b"AIFC", 8, 12, order="big", data=b"SSND", inside=8),
    _Layout(b"FORM", b"8SVX", 8, 12, order="big", data=b"BODY"),
    _Layout(b"FORM", b"16SV", 8, 12, order="big", data=b"BODY"),
    _Layout(b"caff", b"", 4, 8, order="big", size=8, align=1, inside=4),
    _Layout(
        b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000"),
        *(b"wave" + _GUID, 24, 40),
        identifier=16,
        size=8,
        counts_head=True,
        align=8,
        data=b"data" + _GUID,
    ),
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the sound of a file lies, in bytes, and the field of the header that has its length."""

    start: int
    there: int
    """The bytes from ``start`` to the end of the file."""
    claimed: int | None
    """The bytes of sound that the header claims, None where it claims nothing."""
    goes_on: bool
    """Whether what follows the claimed bytes is sound as well."""
    field_at: int
    field_size: int
    order: _Order
    extra: int
    """The bytes that the field counts beside the sound."""

    def patch(self) -> tuple[int, bytes]:
        """A place in the header, and the bytes to put there so that it claims all there is."""
        most = (1 << 8 * self.field_size) - 1
        counted = min(self.there + self.extra, most)
        return self.field_at, counted.to_bytes(self.field_size, self.order)


def find_extent(file: BinaryIO, length: int) -> Extent | None:
    """The extent of the sound in ``file``, which is ``length`` bytes long.

    None for a format without such a header, or where no chunk of sound is found. Raises OSError.
    """
    head = _read(file, 0, 40)
    if head[:4] in (b".snd", b"dns."):
        return _of_au(head, length)
    for layout in _LAYOUTS:
        form = head[layout.form_at : layout.form_at + len(layout.form)]
        if head.startswith(layout.magic) and form == layout.form:
            return _of_chunks(file, length, layout)
    return None


def _of_au(head: bytes, length: int) -> Extent | None:
    order: _Order = "big" if head[:4] == b".snd" else "little"
    start, size = (int.from_bytes(head[at : at + 4], order) for at in (4, 8))
    if not 24 <= start <= length:
        return None
    claimed, there = None if _is_placeholder(size, 4) else size, length - start
    return Extent(start, there, claimed, there > size, 8, 4, order, 0)


def _of_chunks(file: BinaryIO, length: int, layout: _Layout) -> Extent | None:
    wide: int | None = None
    for at, identifier, counted in _chunks(file, length, layout, layout.first_at):
        if identifier == b"ds64":
            wide = at + layout.head + 8
        if identifier != layout.data:
            continue
        size, field_at, field_size = counted, at + layout.identifier, layout.size
        if wide is not None and size == 0xFFFFFFFF:
            field_at, field_size = wide, 8
            size = int.from_bytes(_read(file, wide, 8), layout.order)
        extra = layout.inside + (layout.head if layout.counts_head else 0)
        start = at + layout.head + layout.inside
        there = max(0, length - start)
        unknown = _is_placeholder(size, field_size) or size < extra
        claimed = None if unknown else size - extra
        ends = start + (0 if claimed is None else claimed)
        goes_on = ends < length and not _is_of_chunks(file, length, layout, ends)
        return Extent(start, there, claimed, goes_on, field_at, field_size, layout.order, extra)
    return None


def _chunks(
    file: BinaryIO, length: int, layout: _Layout, at: int
) -> Iterator[tuple[int, bytes, int]]:
    """The chunks from ``at`` on: where they begin, their identifier and their length."""
    for _ in range(_MOST_CHUNKS):
        if at + layout.head > length:
            return
        head = _read(file, at, layout.head)
        size = int.from_bytes(head[layout.identifier :], layout.order)
        yield at, head[: layout.identifier], size
        whole = size if layout.counts_head else layout.head + size
        at += layout.padded(max(whole, layout.head))


def _is_of_chunks(file: BinaryIO, length: int, layout: _Layout, ends: int) -> bool:
    """Whether further chunks or a tag, and no sound, follow from ``ends`` on."""
    starts = {ends, layout.padded(ends)}  # some leave out the padding
    return any(_all_chunks(file, length, layout, at) for at in starts)


def _all_chunks(file: BinaryIO, length: int, layout: _Layout, at: int) -> bool:
    begins = _read(file, at, 8)
    if len(begins) < 8 or begins.startswith((*_TAGS, *_KNOWN)):
        return True
    for begin, identifier, size in _chunks(file, length, layout, at):
        if not all(0x20 <= byte < 0x7F for byte in identifier[:4]):
            return begin > at and identifier.startswith(_TAGS)
        if size > length - begin:
            return identifier.startswith(_KNOWN)
    return True


def _is_placeholder(size: int, width: int) -> bool:
    if width == 8:
        return size == 0 or size >= 1 << 62
    return any(low <= size < high for low, high in _PLACEHOLDERS)


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


class Mended:
    """A sound file whose header says how much there is; the file itself is left as it is.

    It has what libsndfile asks of a file: ``read``, ``seek`` and ``tell``.
    """

    def __init__(self, file: BinaryIO, extent: Extent) -> None:
        self._file = file
        self._at, self._bytes = extent.patch()

    def read(self, count: int = -1) -> bytes:
        """Up to ``count`` bytes from where the file stands."""
        begin = self._file.tell()
        content = bytearray(self._file.read(count))
        for number, byte in enumerate(self._bytes, self._at - begin):
            if 0 <= number < len(content):
                content[number] = byte
        return bytes(content)

    def seek(self, place: int, whence: int = 0) -> int:
        """As of any file."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._file.tell()

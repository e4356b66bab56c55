"""Timeline: where on a drawing of a session everything stands. Rows of time, one below the other.

Text has a width of its own: a row holds CHARACTERS of it. What is too long gives way, in whole
words, to what comes after it in its lane and to the end of the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from coach.display.session_trace import SessionTrace
from coach.messages.events import Heard, Spoken
from coach.messages.facts import RepEnded
from coach.units import Samples, samples

CHARACTERS = 215
"""What fits side by side into a row."""

SAID_LANES = 4
HEARD_LANES = 2

_SCALES = ((60.0, 360.0), (120.0, 3600.0), (600.0, 18000.0))
"""Seconds a row, and the longest session that is drawn so; a longer one has rows of an hour."""

_LONGEST_ROW_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Band:
    """A state, or the part of it that is in this row; ``name`` is what fits into it."""

    start: Samples
    end: Samples
    state: str
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text that begins at ``at``, in the lane of that number; 0 is the first."""

    at: Samples
    lane: int
    text: str
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """What happened from ``start`` until ``end``."""

    start: Samples
    end: Samples
    bands: tuple[Band, ...]
    said: tuple[Label, ...]
    heard: tuple[Label, ...]
    reps: tuple[RepEnded, ...]


def lay_out(trace: SessionTrace) -> tuple[TimelineRow, ...]:
    """The rows of a session; at least one."""
    each = row_length(trace.length)
    starts = range(0, max(1, trace.length), each)
    said = [
        *(Label(spoken.start, 0, _short(spoken)) for spoken in trace.said),
        *(Label(counted.at, 0, f"{counted.count:g}") for counted in trace.counts),
    ]
    said.sort(key=lambda label: label.at)
    heard = [Label(heard.start, 0, _quoted(heard), heard.accepted) for heard in trace.heard]
    lanes = ((said, SAID_LANES), (heard, HEARD_LANES))
    placed = [_in_rows(labels, count, starts) for labels, count in lanes]
    return tuple(
        TimelineRow(
            start,
            start + each,
            _bands(trace, start, start + each),
            row_said,
            row_heard,
            tuple(rep for rep in trace.reps if start <= rep.at < start + each),
        )
        for start, row_said, row_heard in zip(starts, *placed, strict=True)
    )


def row_length(length: Samples) -> Samples:
    """How much of a session of that length a row holds."""
    fitting = [scale for scale, longest in _SCALES if length <= samples(longest)]
    return samples(fitting[0] if fitting else _LONGEST_ROW_SECONDS)


def _bands(trace: SessionTrace, start: Samples, end: Samples) -> tuple[Band, ...]:
    width = (end - start) / CHARACTERS
    ends = [*(change.at for change in trace.states[1:]), trace.length]
    bands = []
    for change, change_end in zip(trace.states, ends, strict=False):
        first, last = max(change.at, start), min(change_end, end)
        name = change.dest.replace("_", " ")
        if first < last:
            fits = (len(name) + 2) * width <= last - first
            bands.append(Band(first, last, change.dest, name if fits else ""))
    return tuple(bands)


def _in_rows(labels: Iterable[Label], lanes: int, starts: range) -> list[tuple[Label, ...]]:
    """What is spread in each row; of which no word fits any more, that begins the next row."""
    waiting = list(labels)
    rows = []
    for start in starts:
        end = start + starts.step
        width = starts.step / CHARACTERS
        here = [label for label in waiting if label.at < end]
        late = [label for label in here if _cut(label, end, width) is None]
        rows.append(spread([label for label in here if label not in late], lanes, start, end))
        waiting = [
            *(replace(label, at=end, text=f"… {label.text}") for label in late),
            *(label for label in waiting if label.at >= end),
        ]
    return rows


def _short(spoken: Spoken) -> str:
    return f"{spoken.text.rstrip('.')} …" if spoken.interrupted else spoken.text


def _quoted(heard: Heard) -> str:
    return f"“{heard.text}”" if heard.accepted else f"“{heard.text}” (not now)"


def spread(labels: Iterable[Label], lanes: int, start: Samples, end: Samples) -> tuple[Label, ...]:
    """Labels in order of time, in lanes, so that none overlaps; cut short, or left out, if need be.

    A text begins where it belongs in any case, and ends before ``end``.
    """
    width = (end - start) / CHARACTERS
    placed: list[list[Label]] = [[] for _ in range(lanes)]
    for label in labels:
        whole = _cut(label, end, width)
        if whole is None:
            continue
        free = [lane for lane in placed if not lane or _end(lane[-1], width) <= label.at]
        lane = free[0] if free else min(placed, key=lambda lane: lane[-1].at)
        if not free:
            shorter = _cut(lane[-1], label.at, width)
            if shorter is None:
                continue
            lane[-1] = shorter
        lane.append(replace(whole, lane=placed.index(lane)))
    return tuple(sorted((label for lane in placed for label in lane), key=lambda each: each.at))


def _end(label: Label, width: float) -> float:
    """Where the next text may begin: a space after this one."""
    return label.at + (len(label.text) + 1) * width


def _cut(label: Label, end: Samples, width: float) -> Label | None:
    """As many of its words as there is room for; None where there is none for the first."""
    room = int((end - label.at) / width) - 1
    if len(label.text) <= room:
        return label
    kept = label.text[: max(0, room)].rpartition(" ")[0].rstrip(" .,…")
    return replace(label, text=f"{kept}…") if kept else None

"""Timeline: the layout of a drawing of a session, in rows of time, one below the other.

A row is CHARACTERS wide. A text is cut, in whole words, where the next text of its lane begins and
at the end of the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from coach.display.description import note_on
from coach.display.session_trace import SessionTrace
from coach.messages.events import Heard, Spoken
from coach.messages.facts import RepEnded
from coach.units import Samples, samples

CHARACTERS = 215
"""The number of characters that fit side by side into a row."""

SAID_LANES = 4
HEARD_LANES = 2

_SCALES = ((60.0, 360.0), (120.0, 3600.0), (600.0, 18000.0))
"""The length of a row, and the longest session that is drawn with such rows, both in seconds."""

_LONGEST_ROW_SECONDS = 3600.0
"""The length of a row for a session that is longer than all of these."""


@dataclass(frozen=True, slots=True)
class Band:
    """The time in one state, as far as it is in this row; ``name`` is empty if it does not fit."""

    start: Samples
    end: Samples
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text that begins at ``at``, in lane number ``lane``, from 0."""

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
    """The rows of the drawing of a session; at least one."""
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
    """The length of a row for a session of ``length``."""
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
            colour = trace.colours[change.dest]
            bands.append(Band(first, last, colour, name if fits else ""))
    return tuple(bands)


def _in_rows(labels: Iterable[Label], lanes: int, starts: range) -> list[tuple[Label, ...]]:
    """The labels of each row. A label of which not one word fits moves to the next row."""
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
    return f"“{heard.text}”{note_on(heard)}"


def spread(labels: Iterable[Label], lanes: int, start: Samples, end: Samples) -> tuple[Label, ...]:
    """Distribute ``labels``, which are in order of time, over ``lanes`` without an overlap.

    A label keeps its beginning and ends before ``end``; it is cut, or left out, if it must be.
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
    """Where the next label of the lane may begin at the earliest: one space after this one."""
    return label.at + (len(label.text) + 1) * width


def _cut(label: Label, end: Samples, width: float) -> Label | None:
    """The label with as many words as fit before ``end``; None if not even the first one does.

    ``width`` is the width of a character in samples.
    """
    room = int((end - label.at) / width) - 1
    if len(label.text) <= room:
        return label
    kept = label.text[: max(0, room)].rpartition(" ")[0].rstrip(" .,…")
    return replace(label, text=f"{kept}…") if kept else None

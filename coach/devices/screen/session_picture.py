"""Session picture: a session as a PNG, in rows of time.

The colours are those of Okabe and Ito, which colour-blind people can distinguish; a name or a shape
says the same as well.
"""

from __future__ import annotations

import importlib.util
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from coach.devices.files.private_file import replace_private
from coach.devices.screen.history_plot import INSTALL
from coach.display.plain_text import on_screen
from coach.display.session_trace import Envelope, SessionTrace
from coach.display.timeline import Label, TimelineRow, lay_out
from coach.errors import OutputError
from coach.messages.facts import RepEnded
from coach.units import RATE_HZ, Samples, seconds

DPI = 110
_WIDTH_INCHES = 14.0
_ROW_INCHES = 2.0
_HEAD_INCHES = 0.75
_COLUMNS = 1600
"""Points of an envelope in a row: a little more than there are pixels."""

_MICROPHONE, _COACH, _ARCHED, _PERFECT = "#0072B2", "#444444", "#D55E00", "#009E73"

_BAND_AT, _REPS_AT, _HEARD_AT = 9.6, 8.72, 7.88
_MICROPHONE_AT, _COACH_AT, _SAID_AT = 5.85, 3.45, 1.85
_HALF_WAVE, _LANE = 1.2, 0.62
_TOP = 10.2
"""Positions and sizes in a row, in units of its vertical axis."""

_QUIET = 1500.0
"""A recording whose peak is below this, in int16 units, is not drawn larger than it is."""


def check_installed() -> None:
    """Raises OutputError without Matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        raise OutputError(f"a picture needs Matplotlib, which is not installed: {INSTALL}")


def draw_session(trace: SessionTrace) -> bytes:
    """The PNG. ``trace`` must have some sound. Raises OutputError without Matplotlib."""
    check_installed()
    from matplotlib.figure import Figure  # noqa: PLC0415 - optional, and slow to import

    rows = lay_out(trace)
    inches = _HEAD_INCHES + len(rows) * _ROW_INCHES
    figure = Figure(figsize=(_WIDTH_INCHES, inches), facecolor="white")
    top = 1.0 - _HEAD_INCHES / inches
    grid = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    figure.subplots_adjust(0.07, 0.28 / inches, 0.965, top, hspace=0.18)
    scales = [_loudest(envelope) for envelope in (trace.microphone, trace.speaker)]
    for axes, row in zip(grid, rows, strict=True):
        draw_row(axes, row, trace, scales[0], scales[1])
    _head(figure, trace, inches)
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=DPI)
    return image.getvalue()


def draw_row(
    axes: Any, row: TimelineRow, trace: SessionTrace, microphone: float, speaker: float
) -> None:
    """Draw one row. ``microphone`` and ``speaker`` are the sample values of the full height."""
    axes.set_xlim(row.start / RATE_HZ, row.end / RATE_HZ)
    axes.set_ylim(-0.4, _TOP)
    for band in row.bands:
        start, end = band.start / RATE_HZ, band.end / RATE_HZ
        colour = band.colour
        axes.axvspan(start, end, color=colour, alpha=0.13, linewidth=0)
        axes.axvspan(start, end, _BAND_AT / _TOP - 0.04, 1, color=colour, alpha=0.75, linewidth=0)
        axes.text(start, _BAND_AT + 0.02, f" {band.name}", va="center", fontsize=8, clip_on=True)
    _wave(axes, row, trace.microphone, _MICROPHONE_AT, microphone, _MICROPHONE)
    _wave(axes, row, trace.speaker, _COACH_AT, speaker, _COACH)
    for label in row.heard:
        _write(axes, label, _HEARD_AT, _MICROPHONE)
    for label in row.said:
        _write(axes, label, _SAID_AT, _COACH)
    for perfect, marker, colour in ((True, "o", _PERFECT), (False, "X", _ARCHED)):
        ends = [rep.at / RATE_HZ for rep in row.reps if rep.perfect == perfect]
        places = [_REPS_AT] * len(ends)
        axes.plot(ends, places, marker, color=colour, markersize=9, linestyle="none", zorder=5)
        # No higher than the waves, since the words that were heard are above them.
        low, high = _COACH_AT - _HALF_WAVE, _MICROPHONE_AT + _HALF_WAVE
        axes.vlines(ends, low, high, color=colour, linewidth=1, alpha=0.7)
    for rep in row.reps:
        _number(axes, rep, row)
    axes.set_yticks([_HEARD_AT, _MICROPHONE_AT, _COACH_AT, _SAID_AT - _LANE])
    axes.set_yticklabels(["heard", "microphone", "coach", "said"], fontsize=8)
    step = max(5, round(seconds(row.end - row.start) / 12))
    ticks = range(row.start // RATE_HZ, row.end // RATE_HZ + 1, step)
    axes.set_xticks(ticks)
    axes.set_xticklabels([_clock(tick * RATE_HZ) for tick in ticks], fontsize=7)
    axes.tick_params(length=2, pad=2)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _wave(
    axes: Any, row: TimelineRow, envelope: Envelope, at: float, loudest: float, colour: str
) -> None:
    end = min(row.end, envelope.length)
    if end <= row.start:
        return
    bounds = (envelope.between(row.start, end, _COLUMNS) / loudest).clip(-1, 1) * _HALF_WAVE
    times = np.linspace(row.start, end, len(bounds), endpoint=False) / RATE_HZ
    axes.fill_between(times, at + bounds[:, 0], at + bounds[:, 1], color=colour, linewidth=0.3)


def _write(axes: Any, label: Label, first_lane: float, colour: str) -> None:
    place = (label.at / RATE_HZ, first_lane - label.lane * _LANE)
    style = "normal" if label.accepted else "italic"
    axes.text(
        *place,
        on_screen(label.text),
        va="center",
        fontsize=7,
        style=style,
        color=colour,
        clip_on=False,
        parse_math=False,
    )


def _number(axes: Any, rep: RepEnded, row: TimelineRow) -> None:
    """Write the rep's number beside its mark; to the left of it at the end of a row."""
    lost = rep.reason or "not perfect"
    text = f"rep {rep.rep}" if rep.perfect else f"rep {rep.rep}: {lost} at {rep.count:g}"
    late = rep.at - row.start > 0.87 * (row.end - row.start)
    axes.annotate(
        text,
        (rep.at / RATE_HZ, _REPS_AT),
        (-7 if late else 7, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
        fontsize=8,
        fontweight="bold",
    )


def _loudest(envelope: Envelope) -> float:
    """The sample value of the full height: all but the highest peaks; noise stays small."""
    bounds = envelope.between(0, envelope.length, envelope.length)
    sounding = abs(bounds.astype(float)).max(axis=1, initial=0.0)
    loud = sounding[sounding > _QUIET]
    return float(np.percentile(loud, 99)) if len(loud) else _QUIET


def headline(trace: SessionTrace) -> str:
    """How long the session took, and how it ended."""
    text = f"Flatback, {_clock(trace.length)}"
    if trace.end is None:
        return text
    reps = trace.end.perfect_reps
    text += f": {trace.end.outcome}, {reps} perfect {'rep' if reps == 1 else 'reps'}"
    if trace.end.floor is not None:
        text += f", turning point at count {trace.end.floor:g}"
    return text


def _head(figure: Any, trace: SessionTrace, inches: float) -> None:
    middle = 1.0 - 0.27 / inches
    figure.text(
        0.07, middle, on_screen(headline(trace)), fontsize=13, va="center", parse_math=False
    )
    from matplotlib.lines import Line2D  # noqa: PLC0415 - as above

    handles = [
        Line2D([], [], marker=marker, color=colour, linestyle="none", markersize=9, label=label)
        for marker, colour, label in (
            ("o", _PERFECT, "perfect rep"),
            ("X", _ARCHED, "lost rep: the back arched"),
        )
    ]
    place = (0.965, middle)
    figure.legend(handles=handles, loc="center right", bbox_to_anchor=place, ncols=2, frameon=False)


def _clock(at: Samples) -> str:
    minutes, rest = divmod(at // RATE_HZ, 60)
    return f"{minutes}:{rest:02d}"


class PictureFile:
    """Writes the picture of a session when the block is left, unless the session had no sound.

    ``colours`` are those of the states. The session is to be recorded in ``trace``. Raises
    OutputError when the file cannot be made, or without Matplotlib. When it cannot be written in
    the end, ``failure`` says why.
    """

    def __init__(self, path: Path, colours: Mapping[str, str]) -> None:
        self.trace = SessionTrace(colours)
        self.failure: OutputError | None = None
        self._path = path
        check_installed()
        if path.is_dir():
            raise OutputError(f"{path}: cannot be written: it is a folder")
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

    def __enter__(self) -> PictureFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.trace.length == 0:
            return
        try:
            replace_private(self._path, draw_session(self.trace))
        except OSError as problem:
            self.failure = OutputError(f"{self._path}: cannot be written: {problem.strerror}")

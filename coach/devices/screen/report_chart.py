"""Report chart: a small chart over time as SVG, black on white, and the marks of its legend.

Lines are told from each other by their marks and dashes, since a printer may have no colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from coach.devices.screen.report_figures import Points
from coach.training.history import Day

_WIDTH, _HEIGHT = 720.0, 140.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, 12.0, 8.0, 20.0
_SIZE = 2.6
_MOST_DATES = 11
_DASHES = ("", "5 2", "1.5 2", "7 2 1.5 2")
_LOOKS = {
    "grid": {"stroke": "#ccc", "stroke-width": "0.7"},
    "axis": {"stroke": "#000", "stroke-width": "0.7"},
    "noted": {"stroke": "#000", "stroke-width": "0.8", "stroke-dasharray": "2 3"},
    "line": {"stroke": "#000", "stroke-width": "0.8", "fill": "none"},
    "full": {"stroke": "#000", "stroke-width": "0.6", "fill": "#000"},
    "hollow": {"stroke": "#000", "stroke-width": "0.9", "fill": "#fff"},
}
"""As attributes: what makes a PDF passes over the styles of the page."""
_SHAPES = ("circle", "square", "triangle", "diamond")

Ticks = Sequence[tuple[float, str]]
"""Where on an axis there is a line, with what stands beside it."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is drawn of one thing over time; ``number`` chooses its mark and its dash."""

    number: int
    points: Points
    break_days: int | None = None
    """Over a longer time without a point there is no line; None for points without lines."""


def chart(
    lines: Sequence[Line],
    days: tuple[Day, Day],
    ticks: Ticks,
    label: str,
    noted: Iterable[Day] = (),
) -> Element:
    """The SVG element. ``days`` are the first and the last one, ``label`` what it shows in words.

    ``ticks`` are those of the values, from the lowest to the highest. On the days of ``noted``
    there is a vertical line.
    """
    box = Element("svg", viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img")
    box.set("class", "chart")
    box.set("aria-label", label)
    place = _Place(days, (ticks[0][0], ticks[-1][0]))
    for value, text in ticks:
        y = place.y(value)
        _rule(box, (_LEFT, y), (_WIDTH - _RIGHT, y), "grid")
        _text(box, _LEFT - 5, y + 3.5, "end", text)
    for day, text in date_ticks(*days):
        x = place.x(day)
        _rule(box, (x, _HEIGHT - _BOTTOM), (x, _HEIGHT - _BOTTOM + 3), "axis")
        side = "start" if x < _LEFT + 25 else "end" if x > _WIDTH - _RIGHT - 25 else "middle"
        _text(box, x, _HEIGHT - 5, side, text)
    for day in noted:
        _rule(box, (place.x(day), _TOP), (place.x(day), _HEIGHT - _BOTTOM), "noted")
    for line in lines:
        _draw(box, line, place)
    return box


def sign(line: Line) -> Element:
    """The mark of a line, for a legend."""
    box, number = _small_box(), line.number
    if line.break_days is not None:
        _rule(box, (0, 6), (24, 6), "line", _DASHES[number % len(_DASHES)])
    SubElement(box, "path", {"d": _mark(number, 12, 6), **_look(number)})
    return box


def noted_sign() -> Element:
    """The vertical line of a day that is noted, for a legend."""
    box = _small_box()
    _rule(box, (12, 0), (12, 12), "noted")
    return box


def date_ticks(first: Day, last: Day) -> list[tuple[Day, str]]:
    """Days from the first to the last one, with their dates: years, months or days."""
    begin, end = date.fromordinal(first), date.fromordinal(last)
    months = 12 * (end.year - begin.year) + end.month - begin.month
    if months >= 30:
        step = (end.year - begin.year) // _MOST_DATES + 1
        years = range(begin.year + 1, end.year + 1, step)
        return [(date(year, 1, 1).toordinal(), str(year)) for year in years]
    if months >= 4:
        step = months // _MOST_DATES + 1
        known = [divmod(12 * begin.year + begin.month - 1 + n, 12) for n in range(1, months + 1)]
        starts = [date(year, month + 1, 1) for year, month in known[::step]]
        return [(start.toordinal(), start.isoformat()[:7]) for start in starts]
    step = (last - first) // 6 + 1
    return [(day, date.fromordinal(day).isoformat()) for day in range(first, last + 1, step)]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a day and a value are in the box."""

    days: tuple[Day, Day]
    values: tuple[float, float]

    def x(self, day: Day) -> float:
        first, last = self.days
        room = _WIDTH - _LEFT - _RIGHT - 12
        return _LEFT + 6 + (room * (day - first) / (last - first) if last > first else room / 2)

    def y(self, value: float) -> float:
        lowest, highest = self.values
        share = (highest - min(max(value, lowest), highest)) / (highest - lowest)
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * share


def _draw(box: Element, line: Line, place: _Place) -> None:
    at = [(day, place.x(day), place.y(value)) for day, value in line.points]
    if not at:
        return
    if line.break_days is not None and len(at) > 1:
        path = f"M{at[0][1]:.1f} {at[0][2]:.1f}" + "".join(
            f"{'L' if day - before <= line.break_days else 'M'}{x:.1f} {y:.1f}"
            for (before, _, _), (day, x, y) in pairwise(at)
        )
        joined = SubElement(box, "path", {"d": path, **_LOOKS["line"]})
        _dash(joined, _DASHES[line.number % len(_DASHES)])
    marks = "".join(_mark(line.number, x, y) for _, x, y in at)
    SubElement(box, "path", {"d": marks, **_look(line.number)})


def _mark(number: int, x: float, y: float) -> str:
    """A path around a point."""
    size, shape = _SIZE, _SHAPES[number % len(_SHAPES)]
    if shape == "circle":
        arc = f"a{size} {size} 0 1 0"
        return f"M{x - size:.1f} {y:.1f}{arc} {2 * size} 0{arc} {-2 * size} 0z"
    if shape == "square":
        return f"M{x - size:.1f} {y - size:.1f}h{2 * size}v{2 * size}h{-2 * size}z"
    if shape == "triangle":
        wide = 1.3 * size
        return f"M{x:.1f} {y - wide:.1f}l{wide:.1f} {2 * size:.1f}h{-2 * wide:.1f}z"
    far = 1.4 * size
    return f"M{x:.1f} {y - far:.1f}l{far:.1f} {far:.1f}l{-far:.1f} {far:.1f}l{-far:.1f} {-far:.1f}z"


def _look(number: int) -> dict[str, str]:
    """Every second mark is hollow, and with the next four it is the other ones."""
    return _LOOKS["hollow" if (number + number // len(_SHAPES)) % 2 else "full"]


def _small_box() -> Element:
    return Element("svg", {"viewBox": "0 0 24 12", "class": "sign", "aria-hidden": "true"})


def _rule(
    box: Element, begin: tuple[float, float], end: tuple[float, float], kind: str, dash: str = ""
) -> None:
    (x1, y1), (x2, y2) = begin, end
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    line = SubElement(box, "line", {name: f"{value:.1f}" for name, value in ends.items()})
    line.attrib.update(_LOOKS[kind])
    _dash(line, dash)


def _dash(drawn: Element, dash: str) -> None:
    if dash:
        drawn.set("stroke-dasharray", dash)


def _text(box: Element, x: float, y: float, anchor: str, text: str) -> None:
    font = {"font-family": "Arial, Liberation Sans, DejaVu Sans, sans-serif", "font-size": "11"}
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, **font}
    SubElement(box, "text", place).text = text

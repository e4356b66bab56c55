"""Report charts: the charts of a report, each with its caption and legend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from coach.devices.screen.report_chart import Line, Ticks, chart, noted_sign, sign
from coach.devices.screen.report_figures import (
    Spacing,
    highest_pain,
    last_angle,
    mean_effort,
    points,
    share_percent,
    shown_exercises,
    spacing,
)
from coach.devices.screen.report_lines import Report
from coach.display.report_words import ChartWords
from coach.training.history import Day

_SHARES: Ticks = ((0, "0 %"), (25, ""), (50, "50 %"), (75, ""), (100, "100 %"))
_ANGLES: Ticks = ((0, "0°"), (30, "30°"), (60, "60°"), (90, "90°"))
_LEVELS: Ticks = ((0, "0"), (2, "2"), (4, "4"), (6, "6"), (8, "8"), (10, "10"))
_EFFORT, _PAIN = 4, 5
"""Numbers of a hollow circle and a full square."""
_MOST_NOTED = 40
_BREAK_DAYS: Mapping[Spacing, int] = {
    "session": 20,
    "week": 21,
    "month": 62,
    "quarter": 185,
    "year": 740,
}
"""Over a longer time without a point there is no line."""


def figures(report: Report, words: ChartWords) -> Iterator[Element]:
    """The three charts, and what a point of them is."""
    entries = report.entries
    apart, days = spacing(entries), (min(each.day for each in entries), report.today)
    told: dict[Spacing, str] = {
        "session": words.each_session,
        "week": words.each_week,
        "month": words.each_month,
        "quarter": words.each_quarter,
        "year": words.each_year,
    }
    note = Element("p", {"class": "note"})
    note.text = told[apart]
    yield note
    names = [(name, report.name(name)) for name in shown_exercises(entries)]
    for ticks, value, label in (
        (_SHARES, share_percent, words.share),
        (_ANGLES, last_angle, words.turning),
    ):
        groups = [(name, [each for each in entries if each.exercise == key]) for key, name in names]
        lines = [
            Line(n, points(group, value, apart), _BREAK_DAYS[apart])
            for n, (_, group) in enumerate(groups)
        ]
        legend = [
            (sign(line), name) for line, (name, _) in zip(lines, groups, strict=True) if line.points
        ]
        yield _figure(chart(lines, days, ticks, label), label, legend, words)
    yield _ratings(report, words, apart, days)


def _ratings(report: Report, words: ChartWords, apart: Spacing, days: tuple[Day, Day]) -> Element:
    sessions = list({each.session: each for each in report.entries}.values())
    effort = Line(_EFFORT, points(sessions, mean_effort, apart), _BREAK_DAYS[apart])
    pain = Line(_PAIN, points(sessions, highest_pain, apart))
    hurt = [each.day for each in report.reported.hurt if days[0] <= each.day <= days[1]]
    noted = sorted(set(hurt))[-_MOST_NOTED:]
    drawn = chart((effort, pain), days, _LEVELS, words.ratings, noted)
    legend = [
        *([(sign(pain), words.pain)] if pain.points else []),
        *([(sign(effort), words.effort)] if effort.points else []),
        *([(noted_sign(), words.hurt)] if noted else []),
    ]
    return _figure(drawn, words.ratings, legend, words)


def _figure(
    drawn: Element, label: str, legend: Sequence[tuple[Element, str]], words: ChartWords
) -> Element:
    figure = Element("figure")
    SubElement(figure, "figcaption").text = label
    if not legend:
        SubElement(figure, "p", {"class": "note"}).text = words.nothing
        return figure
    figure.append(drawn)
    listed = SubElement(figure, "ul", {"class": "legend"})
    for mark, name in legend:
        item = SubElement(listed, "li")
        mark.tail = name
        item.append(mark)
    return figure

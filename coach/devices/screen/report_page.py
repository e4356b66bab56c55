"""Report page: past training as one HTML file to be printed, for somebody who treats the person.

It has no script and asks for nothing; whatever a name holds is escaped where it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from coach.devices.screen.report_charts import figures
from coach.devices.screen.report_figures import ExerciseSum, PeriodSum, by_exercise, by_period
from coach.devices.screen.report_lines import Report, events, habits, recommended
from coach.devices.system.wall_clock import iso_date
from coach.display.plain_text import as_name
from coach.display.report_words import ReportWords
from coach.messages.facts import Mistake
from coach.training.care import EASIER_FROM
from coach.training.frequency import FEWEST_A_WEEK, MOST_A_WEEK, kept
from coach.training.history import Day

_STYLE = Path(__file__).with_name("report.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

Cell = tuple[str, str]
"""The class of a cell, and what is in it."""


def report_page(
    report: Report, words: ReportWords, mistakes: Mapping[Mistake, str], language: str
) -> str:
    """The page in ``words``; ``mistakes`` are those of their names, ``language`` is their tag."""
    page = Element("html", lang=language)
    _head(SubElement(page, "head"), report, words)
    body = SubElement(page, "body")
    _title(SubElement(body, "header"), report, words)
    main = SubElement(body, "main")
    _glance(main, report, words)
    _section(main, words.recommended).append(_bullets(recommended(report, words.reasons)))
    _frequency(_section(main, words.how_often), report, words)
    if any(each.exercise is not None for each in report.entries):
        _exercises(_section(main, words.exercises), report, words)
    charts = _section(main, words.over_time)
    charts.extend(figures(report, words.charts))
    _reported(_section(main, words.reported), report, words, mistakes)
    _definitions(_section(main, words.means), words)
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _head(head: Element, report: Report, words: ReportWords) -> None:
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", name="viewport", content="width=device-width")
    title = f"{words.title}: {as_name(report.person)}, {iso_date(report.today)}"
    SubElement(head, "title").text = title
    SubElement(head, "style").text = f"\n{_STYLE.read_text(encoding='utf-8')}"


def _title(header: Element, report: Report, words: ReportWords) -> None:
    SubElement(header, "h1").text = f"{words.title}: {as_name(report.person)}"
    days = [each.day for each in report.entries]
    written = f"{words.written} {iso_date(report.today)}."
    span = _span(min(days), max(days), words)
    SubElement(header, "p").text = f"{words.span}: {span}. {written}"
    if report.left_out:
        SubElement(header, "p").text = words.left_out.format(count=report.left_out)


def _glance(main: Element, report: Report, words: ReportWords) -> None:
    """The figures that are read first, with what they are to be held against."""
    told = words.glance
    row = SubElement(SubElement(SubElement(main, "table"), "tbody"), "tr")
    main[-1].set("class", "glance")
    main[-1].set("role", "presentation")
    sessions = {each.session for each in report.entries}
    hurt = len(report.reported.hurt)
    _box(row, told.sessions, str(len(sessions)), [told.hurt.format(count=hurt)] if hurt else [])
    often = kept([each.day for each in report.entries], report.today)
    mean = often.days_a_week
    goal = told.due.format(fewest=FEWEST_A_WEEK, most=MOST_A_WEEK)
    weeks = told.kept.format(fewest=FEWEST_A_WEEK, kept=often.kept_weeks, weeks=often.weeks)
    longest = told.longest_break.format(days=often.longest_break_days)
    notes = [goal, weeks, longest] if often.weeks else [goal, told.first_week]
    _box(row, told.days_a_week, "—" if mean is None else f"{mean:.1f}", notes)
    reps = sum(each.reps for each in report.entries)
    perfect = sum(each.perfect for each in report.entries)
    of = [told.of_reps.format(perfect=perfect, reps=reps)]
    _box(row, told.share, _share(perfect, reps), of)
    _glance_turning(row, report, words)
    _glance_pain(row, report, words)


def _glance_turning(row: Element, report: Report, words: ReportWords) -> None:
    known = [each for each in report.entries if each.angle_degrees is not None]
    if not known:
        return
    last = known[-1]
    first = next(each for each in known if each.exercise == last.exercise)
    exercise = report.name(last.exercise or "")
    note = words.glance.turning_from.format(exercise=exercise, first=_degrees(first.angle_degrees))
    _box(row, words.glance.turning, _degrees(last.angle_degrees), [note])


def _glance_pain(row: Element, report: Report, words: ReportWords) -> None:
    told, levels = words.glance, report.reported.pain_levels
    if not levels:
        _box(row, told.pain, "—", [told.never_asked])
        return
    day, level = levels[-1]
    _box(row, told.pain, told.of_ten.format(level=level), [told.on_day.format(day=iso_date(day))])


def _box(row: Element, what: str, figure: str, notes: Iterable[str]) -> None:
    cell = SubElement(row, "td")
    cell.text = what
    SubElement(cell, "b").text = figure
    for note in notes:
        SubElement(cell, "small").text = note


def _frequency(section: Element, report: Report, words: ReportWords) -> None:
    told = words.columns
    heads = (told.period, told.sessions, told.days, told.due, told.reps, told.share, told.plank)

    def row(each: PeriodSum) -> list[Cell]:
        fewest, most = each.due
        span = told.range.format(fewest=fewest, most=most) if fewest < most else str(most)
        held = each.hold_seconds
        return [
            ("", each.name or told.before.format(year=each.until)),
            *_numbers(each.sessions, each.days, span, each.reps),
            ("number", _share(each.perfect, each.reps)),
            ("number", "" if held is None else told.seconds.format(seconds=f"{held:.0f}")),
        ]

    section.append(_table(heads, map(row, by_period(report.entries, report.today)), fixed=True))


def _exercises(section: Element, report: Report, words: ReportWords) -> None:
    told = words.columns
    heads = (told.exercise, told.from_to, told.sessions, told.reps, told.share)

    def row(each: ExerciseSum) -> list[Cell]:
        name = words.charts.others if each.exercise is None else report.name(each.exercise)
        angles = each.angles_degrees if each.exercise is not None else ()
        turning = " → ".join(
            _degrees(angle) for angle in dict.fromkeys((*angles[:1], *angles[-1:]))
        )
        return [
            ("name", name),
            ("day", _span(each.first, each.last, words)),
            *_numbers(each.sessions, each.reps, _share(each.perfect, each.reps)),
            *_numbers(turning, _degrees(min(angles)) if angles else ""),
        ]

    rows = [row(each) for each in by_exercise(report.entries)]
    section.append(_table((*heads, told.turning, told.lowest), rows))


def _reported(
    section: Element, report: Report, words: ReportWords, mistakes: Mapping[Mistake, str]
) -> None:
    told, lines = words.columns, events(report, words.events)
    if lines:
        rows = [[("day", day), ("what name", text)] for day, text in lines]
        section.append(_table((told.day, told.what), rows, fixed=True))
    if noted := report.reported.mistakes:
        noted_rows = [
            [
                ("name", mistakes[each.mistake]),
                *_numbers(each.times),
                ("number", iso_date(each.last)),
            ]
            for each in noted
        ]
        section.append(_table((told.mistake, told.times, told.last), noted_rows))
    for line in (*habits(report.history, words.events), words.events.not_kept):
        SubElement(section, "p", {"class": "note"}).text = line


def _definitions(section: Element, words: ReportWords) -> None:
    listed = SubElement(section, "dl")
    fills = {"fewest": FEWEST_A_WEEK, "most": MOST_A_WEEK, "easier_from": EASIER_FROM}
    for term, meaning in words.definitions:
        SubElement(listed, "dt").text = term
        SubElement(listed, "dd").text = meaning.format(**fills)


def _section(main: Element, title: str) -> Element:
    section = SubElement(main, "section")
    SubElement(section, "h2").text = title
    return section


def _bullets(lines: Iterable[str]) -> Element:
    bullets = Element("ul")
    for line in lines:
        SubElement(bullets, "li").text = line
    return bullets


def _table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, fixed: bool = False) -> Element:
    """A table whose heads are aligned as the cells of the first row are.

    The columns of a ``fixed`` one are as wide as its head says: nothing has to measure every cell.
    """
    table, found = Element("table", {"class": "list fixed" if fixed else "list"}), list(rows)
    head = SubElement(SubElement(table, "thead"), "tr")
    for text, (kind, _) in zip(heads, found[0], strict=True):
        SubElement(head, "th", {"scope": "col", "class": kind}).text = text
    body = SubElement(table, "tbody")
    for cells in found:
        row = SubElement(body, "tr")
        for kind, text in cells:
            SubElement(row, "td", {"class": kind} if kind else {}).text = text
    return table


def _numbers(*values: object) -> list[Cell]:
    return [("number", str(value)) for value in values]


def _span(first: Day, last: Day, words: ReportWords) -> str:
    if first == last:
        return iso_date(first)
    return words.from_to.format(first=iso_date(first), last=iso_date(last))


def _share(perfect: int, reps: int) -> str:
    return f"{100 * perfect / reps:.0f} %" if reps else ""


def _degrees(angle: float | None) -> str:
    return "" if angle is None else f"{angle:.0f}°"

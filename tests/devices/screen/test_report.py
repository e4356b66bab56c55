"""Report: one page that can be read and printed anywhere, whatever the names in it are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from coach.app.language_files import load_language
from coach.app.training_report import make_report, page_of
from coach.devices.memory.reported import Hurt, Noted, Reported
from coach.devices.screen.report_chart import Line, chart, date_ticks
from coach.devices.screen.report_figures import MOST_POINTS, by_period, spacing
from coach.devices.screen.report_lines import Report
from coach.messages.facts import (
    EffortRated,
    Fact,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    PainRated,
    ScreeningPassed,
)
from tests.memories import TODAY, HandClock, a_set, begin, end, remember, session, tell

BUG = "dead_bug"
EMPTY = {"meta", "path", "line"}


class Read(HTMLParser):
    """What a browser would find: elements with their attributes, and text without the style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open and data.strip():
            self.texts.append(data)
            if self._open[-1] in ("td", "th"):
                self.rows[-1].append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def made(path: Path, *sessions: list[Fact], days_later: int = 0) -> Report:
    """The report after a session on every second day, so many days after the last one."""
    clock = HandClock()
    for facts in sessions:
        clock.turn(days=2)
        with remember(path, clock) as memory:
            tell(memory, facts)
    clock.turn(days=days_later)
    report = make_report(path, "default", clock, load_language())
    assert report is not None
    return report


def read(report: Report) -> Read:
    return Read(page_of(report, load_language()))


RICH: tuple[list[Fact], ...] = (
    [
        *(ScreeningPassed(0, advised=True), HabitTold(0, sits=True)),
        *(*begin(BUG), *a_set(1, "pap", exercise=BUG, floor=1.0), *end()),
    ],
    [*begin(BUG), *a_set(1, "pppp", exercise=BUG, floor=2.0), EffortRated(0, 7), *end()],
    [*begin(), *a_set(1, "aa"), MistakeNoted(0, "head"), *end("pain")],
    [*begin(BUG), PainRated(0, 4), *a_set(1, "pp", exercise=BUG, floor=2.5)],
)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of two exercises, of pain, numbers and answers; a day after the last session."""
    return made(tmp_path_factory.mktemp("rich") / "m.db", *RICH, days_later=1)


def test_it_tells_who_when_how_often_what_and_how_well(rich: Report) -> None:
    page = read(rich)
    assert "Training report: default" in page.texts
    first, last = (date.fromordinal(TODAY + days) for days in (2, 8))
    assert f"Training: {first} to {last}. Report of {date.fromordinal(TODAY + 9)}." in page.texts
    assert page.rows[2] == ["2024-04", "3", "3", "1 to 2", "9", "67 %"]
    assert page.rows[3] == ["2024-05", "1", "1", "1", "2", "100 %"]
    bug = ["dead bug", f"{first} to {last}", "3", "9", "89 %", "60° → 15°", "15°"]
    assert page.rows[5] == bug
    assert page.rows[6][-2:] == ["0°", "0°"]
    for told in (
        "due: 2 to 3",
        "2 or more: 1 of 1 weeks",
        "8 of 11",
        "ended in pain or unwell: 1",
    ):
        assert told in page.text
    assert "4 of 10" in page.texts


def test_it_tells_what_was_asked_about_the_newest_first(rich: Report) -> None:
    page = read(rich)
    events = page.rows[page.rows.index(["Day", "What"]) + 1 :]
    assert [text for _, text in events[:3]] == [
        "Asked for a number for the pain: 4 of 10.",
        "Ended in pain, or because the person felt unwell: straight leg lift.",
        "Answered the coach's questions about health; had asked a doctor or physiotherapist first.",
    ]
    assert ["lifted head", "1", f"{date.fromordinal(TODAY + 6)}"] in page.rows
    assert "Sits for most of the day: yes." in page.texts


@pytest.mark.parametrize(
    ("sessions", "days_later", "told"),
    [
        (
            RICH,
            1,
            (
                "Pain was reported. For a week after pain, and until",
                "First it asks how strong the pain is: from 3 on",
                "The person trained on the day before",
            ),
        ),
        (
            (session("pa"),),
            3,
            (
                "Straight leg lift, as in the last session.",
                "Down to a turning point of 30° (count 2 of 3).",
                "The questions about health are due, and come first.",
            ),
        ),
        (
            (session("pp"),),
            20,
            ("more gently than before, after two weeks", "One set less than usual, and a count"),
        ),
        ((session("pp"),), 40, ("one step easier than before, after four weeks",)),
        ((session("a", "pain"),) * 2, 1, ("The last two sessions ended in pain",)),
        ((session("p" * 15),) * 2, 3, ("weighted leg lift, hanging leg raise",)),
        ((session("pa"),), 0, ("The person has trained today already",)),
    ],
)
def test_the_recommendation_of_today_comes_with_its_reason(
    tmp_path: Path, sessions: tuple[list[Fact], ...], days_later: int, told: tuple[str, ...]
) -> None:
    text = read(made(tmp_path / "m.db", *sessions, days_later=days_later)).text
    assert [each for each in told if each not in text] == []


def test_one_session_is_enough_and_one_of_nothing_is_said_to_be_so(tmp_path: Path) -> None:
    held = [*begin(), HoldEnded(0, "plank", 9.0, whole=False), *end()]
    page = read(made(tmp_path / "m.db", held))
    assert page.texts.count("No number for this yet.") == 3
    assert "the first week is not over yet" in page.text
    assert read(made(tmp_path / "n.db", session("pa"))).texts.count("No number for this yet.") == 1


# Whatever is in it

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '" onload="alert(1)',
    "' onclick='x",
    "&lt;b&gt;&#60;img src=x onerror=y&#62;",
    "{exercise} {0} %s",
    "\x1b[2J\x00\u202egnp.exe\u200f",
    "x" * 5000,
    "<!-- --><![CDATA[",
    "javascript:alert(1)//http://example.org/",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_holds_it_is_text(rich: Report, name: str) -> None:
    reported = Reported((Hurt(TODAY, name),), ((TODAY, 3),), (Noted("head", 2, TODAY),), TODAY)
    entries = [replace(each, exercise=name) for each in rich.entries]
    plan = replace(rich.plan, exercise=name, floor=None, offers=(name,))
    report = replace(rich, person=name, entries=entries, reported=reported, plan=plan)
    page = page_of(report, load_language())
    found = Read(page)
    assert {tag for tag, _ in found.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "section"),
        *("h1", "h2", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "b", "small"),
        *("figure", "figcaption", "svg", "line", "path", "text", "dl", "dt", "dd"),
    }
    attributes = {key for _, values in found.elements for key in values}
    assert not any(key.startswith("on") or key in ("href", "src", "style") for key in attributes)
    assert all(one.isprintable() for line in page.split("\n") for one in line)
    assert name[:20].replace("_", " ") in found.text or not name.isprintable()


def test_it_asks_for_nothing_and_has_no_script(rich: Report) -> None:
    page = page_of(rich, load_language())
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert re.findall(r"https?:|url\(|@import|<script|src=|href=", page) == []
    assert "default-src 'none'" in page
    assert "size: A4 portrait" in page


def test_ten_years_are_still_a_page_or_two(rich: Report) -> None:
    (entry, *_), days = rich.entries, range(TODAY - 3650, TODAY, 2)
    entries = [replace(entry, session=str(day), day=day, effort=5) for day in days]
    hurt = tuple(Hurt(day, None) for day in days[::10])
    levels = tuple((day, 4) for day in days[1::10])
    page = read(replace(rich, entries=entries, reported=Reported(hurt, levels)))
    assert spacing(entries) == "quarter"
    assert len(page.rows) < 40
    drawn = [values["d"] or "" for tag, values in page.elements if tag == "path"]
    assert 40 <= max(path.count("M") for path in drawn) <= MOST_POINTS
    assert "Highest number for pain: 4." in page.text


@pytest.mark.parametrize("years", [14, 50])
def test_of_very_many_years_the_first_ones_are_one_row(rich: Report, years: int) -> None:
    report, (old, *_, new) = rich, rich.entries
    entries = [replace(old, day=old.day - 365 * years), new]
    rows = by_period(entries, report.today)
    assert [rows[0].name, rows[0].until, len(rows)] == [None, "2013", 13]
    assert sum(row.sessions for row in rows) == 2


@pytest.mark.parametrize(
    ("first", "days", "labels"),
    [
        ("2024-02-27", 0, ["2024-02-27"]),
        ("2024-02-27", 3, ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]),
        ("2024-02-01", 25, ["2024-02-01", "2024-02-06", "2024-02-11", "2024-02-16", "2024-02-21"]),
        ("2024-02-10", 130, ["2024-03", "2024-04", "2024-05", "2024-06"]),
        ("2024-02-10", 760, ["2024-03", "2024-06", "2024-09", "2024-12", "2025-03"]),
        ("2016-12-01", 3650, ["2017", "2018", "2019", "2020", "2021"]),
        ("1970-01-01", 20_000, ["1971", "1976", "1981", "1986", "1991"]),
    ],
)
def test_dates_stand_where_they_can_be_read(first: str, days: int, labels: list[str]) -> None:
    day = date.fromisoformat(first).toordinal()
    ticks = date_ticks(day, day + days)
    assert [text for _, text in ticks][:5] == labels[:5]
    assert len(ticks) <= 13
    assert all(day <= at <= day + days for at, _ in ticks)


def test_a_line_breaks_where_nothing_was_trained_for_long() -> None:
    points = tuple((TODAY + day, 5.0) for day in (0, 7, 200, 207))
    drawn = chart([Line(0, points, 20)], (TODAY, TODAY + 207), ((0, "0"), (10, "10")), "label")
    joined = next(each for each in drawn.iter("path") if each.get("fill") == "none")
    assert re.sub(r"[^ML]", "", joined.get("d", "")) == "MLML"

"""Page feed: whatever a page misses, it ends with what the view model has, and the transcript."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.display.page_feed import KEPT_LINES, QUEUED, PageFeed, PageReader, page_fields
from coach.display.way import Way
from coach.messages.events import AudioLost, Event, Heard, SpeechBegan, Spoken, ToneBegan
from coach.messages.facts import (
    CountBegan,
    ExerciseChosen,
    FloorFound,
    PairingOffered,
    RepEnded,
    SecondsPassed,
    SetBegan,
    StateChanged,
)
from coach.messages.journal import to_record
from coach.messages.states import PARTS, STATES, State
from coach.units import samples, seconds, silence
from tests.display.test_view_model import view
from tests.stories import SESSIONS, rehearsed

NAMES = {"plank_lift": "plank lift in words"}
OPENED = StateChanged(0, None, "waiting", None)


class Page:
    """What the script of the page makes of the messages, which reach it as JSON."""

    def __init__(self) -> None:
        self.reader = PageReader(NAMES)
        self.fields: dict[str, Any] = {}
        self.lines: dict[int, dict[str, Any]] = {}
        self.snapshots = 0

    def look(self, feed: PageFeed) -> None:
        message = self.reader.read(feed.moment)
        if message is None:
            return
        content = json.loads(json.dumps(message.content))
        if message.name == "snapshot":
            self.snapshots += 1
            self.fields, self.lines = {}, {}
        for line in content.pop("lines", []):
            self.lines[line["n"]] = line
        self.fields.update(content)

    def transcript(self) -> list[tuple[float, str, str, bool]]:
        lines = [self.lines[number] for number in sorted(self.lines)]
        return [(line["at"], line["kind"], line["text"], line["cut"]) for line in lines]


def as_json(fields: dict[str, Any]) -> Any:
    return json.loads(json.dumps(fields))


def told(feed: PageFeed, events: Iterable[Event]) -> PageFeed:
    for event in events:
        feed(event)
    return feed


STATE_CHANGES = st.builds(
    lambda source, dest: StateChanged(0, source, dest, None),
    st.sampled_from([None, "working"]),
    st.sampled_from(STATES),
)
TEXTS = st.sampled_from(["Lift.", "Lower.", "<b>&amp;", "«Grüezi»"])
HEARD = st.builds(
    lambda text, accepted, doubtful: Heard(
        "ready", text, 1.0, 0, 1, 1, 1, urgent=False, accepted=accepted, doubtful=doubtful
    ),
    *(TEXTS, st.booleans(), st.booleans()),
)
EVENTS = st.one_of(
    STATE_CHANGES,
    st.builds(SpeechBegan, st.just("lift"), TEXTS, st.just(5)),
    st.builds(Spoken, st.just("lift"), TEXTS, st.just(5), st.just(6), st.booleans()),
    st.builds(ToneBegan, st.sampled_from(["start", "perfect"]), st.just(7)),
    HEARD,
    st.builds(
        SetBegan, *map(st.just, (0, "plank_lift")), *[st.integers(1, 3)] * 3, *[st.just(3.0)] * 2
    ),
    st.builds(
        RepEnded,
        *map(st.just, (0, "plank_lift", 1, 1, 3)),
        *(st.booleans(), st.none(), st.just(3.0)),
    ),
    st.builds(CountBegan, st.just(0), st.sampled_from([1.0, 1.5, 2.0]), st.just(3)),
    st.builds(SecondsPassed, st.just(0), st.integers(0, 60), st.just(60)),
    st.builds(FloorFound, st.just(0), st.just("plank_lift"), st.sampled_from([1.0, 2.5])),
    st.builds(AudioLost, st.just(0), st.just(8000)),
)
MOMENTS = st.lists(
    st.tuples(st.lists(EVENTS, max_size=2 * QUEUED), st.integers(0, 20000)), max_size=12
)


@pytest.mark.slow
@given(MOMENTS, st.data())
def test_whatever_a_page_misses_it_ends_with_what_the_view_model_has(
    moments: Sequence[tuple[Sequence[Event], int]], data: st.DataObject
) -> None:
    feed, page, steady = PageFeed(view), Page(), Page()
    for events, count in moments:
        told(feed, events).add(silence(count), silence(count))
        steady.look(feed)
        if data.draw(st.booleans()):
            page.look(feed)
    late = Page()
    for each in (page, steady, late):
        each.look(feed)
        assert each.fields == as_json(page_fields(feed.moment, NAMES))
    assert page.lines == steady.lines == late.lines


def test_a_page_that_keeps_up_gets_one_snapshot_and_one_that_does_not_another() -> None:
    feed, page, slow = told(PageFeed(view), [OPENED]), Page(), Page()
    slow.look(feed)
    for at in range(QUEUED + 1):
        feed(SpeechBegan("lift", "Lift.", at))
        page.look(feed)
    slow.look(feed)
    assert (page.snapshots, slow.snapshots) == (1, 2)
    assert page.lines == slow.lines


def test_nothing_new_is_nothing_to_tell() -> None:
    feed, reader = told(PageFeed(view), [OPENED]), PageReader(NAMES)
    assert reader.read(feed.moment) is not None
    assert reader.read(feed.moment) is None
    feed.add(silence(160), silence(160))
    assert reader.read(feed.moment) is None, "a hundredth of a second is nothing to see"


def test_a_change_has_only_what_changed() -> None:
    feed, reader = told(PageFeed(view), [OPENED]), PageReader(NAMES)
    reader.read(feed.moment)
    feed(CountBegan(0, 2.0, 3))
    message = reader.read(feed.moment)
    assert message is not None
    assert (message.name, dict(message.content)) == ("change", {"number": 2.0})


def test_a_session_that_has_not_opened_is_not_live() -> None:
    feed, page = PageFeed(view), Page()
    page.look(feed)
    assert page.fields["live"] is False


def test_another_session_begins_with_a_snapshot_of_its_own() -> None:
    feed, page = told(PageFeed(view), [OPENED, SpeechBegan("lift", "Lift.", 3)]), Page()
    page.look(feed)
    assert (page.fields["live"], len(page.lines)) == (True, 1)
    told(feed, [OPENED])
    page.look(feed)
    assert (page.fields["live"], page.lines, page.snapshots) == (True, {}, 2)


def test_of_a_very_long_session_the_last_lines_are_kept() -> None:
    feed, page = PageFeed(view), Page()
    told(feed, [SpeechBegan("lift", "Lift.", 0)])
    told(feed, (ToneBegan("start", at) for at in range(KEPT_LINES)))
    told(feed, [Spoken("lift", "Lift.", 0, 9, interrupted=True)])
    page.look(feed)
    assert sorted(page.lines) == list(range(1, KEPT_LINES + 1))


@pytest.mark.whole_session
@pytest.mark.parametrize("story", ["first_timer", "false_stop", "by_tones"])
def test_the_transcript_is_the_journal(story: str) -> None:
    feed, page, journal = PageFeed(view), Page(), []
    for event in rehearsed(SESSIONS / f"{story}.yaml").events:
        feed(event)
        page.look(feed)
        record = to_record(event)
        if record is not None and record["event"] in ("said", "tone", "heard"):
            journal.append(record)
    assert len(journal) > 50
    assert sorted(page.transcript()) == sorted(map(as_line, journal))


def as_line(record: dict[str, Any]) -> tuple[float, str, str, bool]:
    """A record of the journal as the page shows it."""
    match record:
        case {"event": "said"}:
            return round(record["at_s"], 2), "said", record["text"], record["interrupted"]
        case {"event": "tone"}:
            return round(record["at_s"], 2), "tone", record["name"], False
        case _:
            unheeded = "doubted" if record["doubtful"] else "ignored"
            kind = "heard" if record["accepted"] else unheeded
            return round(record["at_s"], 2), kind, record["text"], False


# The way through the session


@pytest.mark.parametrize(
    ("states", "way"),
    [
        ([], Way(to_come=PARTS)),
        (["screening", "planning"], Way(to_come=PARTS)),
        (["cat_cow"], Way((), "cat_cow", PARTS[2:])),
        (["cat_cow", "paused"], Way((), "cat_cow", PARTS[2:])),
        (["cat_cow", "tension_check"], Way(("cat_cow",), "tension_check", PARTS[3:])),
        (["cat_cow", "tension_check", "plank"], Way(("cat_cow", "tension_check"), "plank")),
        (["working", "resting", "working"], Way((), "working", ("plank",))),
        (["plank", "rating"], Way(("plank",))),
        (["working", "finished"], Way(("working",))),
        (["working", "stopped"], Way((), "working", ("plank",))),
    ],
    ids=str,
)
def test_the_way_is_what_was_done_and_what_is_to_come(states: Sequence[State], way: Way) -> None:
    shown = view()
    for state in states:
        shown(StateChanged(0, "waiting", state, None))
    assert shown.seen.way == way


def test_times_are_seconds_of_the_session() -> None:
    feed, page = told(PageFeed(view), [OPENED, ToneBegan("start", samples(61.5))]), Page()
    page.look(feed)
    assert page.transcript() == [(seconds(samples(61.5)), "tone", "start", False)]


def test_no_page_is_told_the_digits_that_pair_a_device() -> None:
    """Everybody at home may look at the page; the digits are for who is in the room."""
    page = Page()
    said = [SpeechBegan("pair_code", "Type this code.", 1), SpeechBegan("pair_digit", "Four.", 2)]
    cut = Spoken("pair_digit", "Four.", 2, 3, interrupted=True)
    feed = told(PageFeed(view), [OPENED, *said, PairingOffered(0, "4702"), cut])
    page.look(feed)
    assert [text for _, _, text, _ in page.transcript()] == ["Type this code.", "\N{BULLET}"]
    assert "Four" not in json.dumps(page.fields)


def test_what_is_recommended_and_why_is_told_before_the_training() -> None:
    page, chosen = Page(), ExerciseChosen(0, "plank_lift", "plan_all_perfect")
    feed = told(PageFeed(view), [chosen, OPENED])
    page.look(feed)
    assert page.fields["plan"] == {"exercise": "plank lift in words", "reason": "plan_all_perfect"}
    told(feed, [StateChanged(1, "waiting", "planning", "ready")])
    page.look(feed)
    assert page.fields["plan"] is not None
    told(feed, [StateChanged(2, "planning", "cat_cow", None)])
    page.look(feed)
    assert page.fields["plan"] is None
    told(feed, [ExerciseChosen(3, "own_thing", "plan_as_asked"), OPENED])
    page.look(feed)
    assert page.fields["plan"] == {"exercise": "own thing", "reason": "plan_as_asked"}


def test_what_was_said_in_the_session_before_is_no_line_of_this_one() -> None:
    page, speech = Page(), [SpeechBegan("lift", "Lift.", 5)] * 3
    cut = Spoken("lift", "Lift.", 5, 6, interrupted=True)
    page.look(told(PageFeed(view), [OPENED, *speech, OPENED, ToneBegan("start", 7), cut]))
    assert [kind for _, kind, _, _ in page.transcript()] == ["tone"]

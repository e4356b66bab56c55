"""Endpointer: urgent words first, rest while it is quiet, and an account of every step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.audio.levels import measured_frames
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, HearingEvent
from coach.messages.events import Cleared, Heard, Suspected
from coach.messages.intents import URGENT
from coach.ports import Word
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, Samples, samples, silence
from tests.hearing.listened import (
    AT,
    END,
    FRAME,
    SETTINGS,
    UNKNOWN,
    Listened,
    frames_until,
    kinds,
    listen,
    said,
)

# Urgent words


def test_an_urgent_word_is_suspected_first_and_decided_in_quiet() -> None:
    suspected, heard = listen([said("arched")]).findings
    hushed = frames_until(END + SETTINGS.suspect_quiet)
    assert suspected == Suspected(hushed)
    assert heard == Heard(
        intent="arched",
        text="arched",
        confidence=1.0,
        start=AT,
        end=END,
        reacted=hushed,
        decided=frames_until(END + SETTINGS.urgent_quiet),
        urgent=True,
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        # an urgent word, and what it grows into
        ("stop", ["Suspected", "Heard"]),
        ("stop the session", ["Suspected", "Heard"]),
        ("stop the", ["Suspected", "Cleared"]),
        ("stop the music", ["Suspected", "Cleared"]),
        ("stop elephant", ["Suspected", "Cleared"]),
        ("wait a minute", ["Suspected", "Heard"]),
        ("pain killer", ["Suspected", "Cleared"]),
        # what becomes urgent only with its last word
        ("my back arched", ["Suspected", "Heard"]),
        ("please stop", ["Suspected", "Heard"]),
        ("not stop", []),
        # urgent words in one breath
        ("stop stop stop", ["Suspected", "Heard"]),
        ("wait wait", ["Suspected", "Heard"]),
        ("it hurts it hurts", ["Suspected", "Heard"]),
        ("ouch it hurts", ["Suspected", "Heard"]),
        ("stop stop the music", ["Suspected", "Cleared"]),
        # what is not urgent, and what is none
        ("done", ["Heard"]),
        ("how many", ["Heard"]),
        (UNKNOWN, []),
    ],
)
def test_a_hush_holds_while_it_may_be_urgent_and_is_cleared_when_it_is_not(
    words: str, found: list[str]
) -> None:
    """Slowly, so that every word stands for long enough to be suspected."""
    texts = words.split()
    slowly = said(words, length=len(texts) * samples(0.4))
    listened = listen([slowly])
    assert kinds(listened.findings) == found
    early = [each.urgent and each.reacted < each.decided for each in listened.heard]
    assert early == ["Suspected" in found] * found.count("Heard")


def test_a_hush_for_the_beginning_of_a_sentence_is_cleared_at_its_end() -> None:
    listened = listen([said("stop the", length=samples(0.8))])
    assert kinds(listened.findings) == ["Suspected", "Cleared"]
    assert listened.findings[-1] == Cleared(listened.at("closes")[0])


def test_in_a_sound_that_goes_on_the_text_must_stand_and_a_hush_is_cleared_when_it_grows() -> None:
    suspected, cleared = listen([said("stop elephant", length=samples(1))]).findings
    first, second = AT + samples(0.5), AT + samples(1)
    assert suspected == Suspected(frames_until(first) + frames_until(SETTINGS.suspect_stable))
    assert cleared == Cleared(frames_until(second))


def test_a_text_that_reads_as_urgent_for_too_short_a_time_is_not_suspected() -> None:
    """In fluent speech "stop" soon is more than that."""
    fast = 2 * (frames_until(SETTINGS.suspect_stable) - FRAME)
    assert listen([said("stop elephant", frames_until(AT), fast)]).findings == []


def test_what_is_not_urgent_now_is_not_suspected() -> None:
    calm = Wanted(EVERYTHING.intents, frozenset())
    (heard,) = listen([said("arched")], wanted=calm).heard
    assert heard.decided == frames_until(END + SETTINGS.endpoint_quiet)
    assert not heard.urgent
    assert kinds(listen([said("arched")], wanted=calm).findings) == ["Heard"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EVERYTHING, [("done", True)]),
        (Wanted(frozenset({"stop"}), URGENT), [("done", False)]),
        (Wanted(EVERYTHING.intents, URGENT, since=AT), [("done", True)]),
        (Wanted(EVERYTHING.intents, URGENT, since=AT + 1), [("done", False)]),
    ],
)
def test_what_does_not_count_is_heard_but_not_accepted(
    wanted: Wanted, found: list[tuple[str, bool]]
) -> None:
    heard = listen([said("done")], wanted=wanted).heard
    assert [(each.text, each.accepted) for each in heard] == found


# The recogniser rests


def test_a_minute_of_quiet_is_not_decoded() -> None:
    listened = listen([], speech_sound([], samples(60)))
    assert listened.fed == []
    assert listened.thoughts == []


def test_it_is_fed_from_the_lead_in_until_it_rests_and_no_more() -> None:
    listened = listen([said("done")], speech_sound([said("done")], samples(60)))
    first, last = listened.fed[0], listened.fed[-1] + FRAME
    assert AT - SETTINGS.lead_in - FRAME < first <= AT - SETTINGS.lead_in + FRAME
    rested = listened.at("closes")[0] + frames_until(SETTINGS.rest_after)
    assert listened.at("rests") == [rested] == [last]
    assert listened.fed == list(range(first, last, FRAME))


@pytest.mark.parametrize("pause_seconds", [0.5, 1.0, 5.0, 30.0])
def test_times_are_right_whether_it_rested_or_not(pause_seconds: float) -> None:
    second = said("stop", END + samples(pause_seconds) + SETTINGS.endpoint_quiet)
    heard = listen([said("done"), second]).heard
    assert [(each.start, each.end) for each in heard] == [(AT, END), (second.at, second.end)]


def test_a_noise_in_which_nothing_is_said_ends_with_a_rest() -> None:
    click = speech_sound([Utterance(AT, "", samples(0.02))], samples(10))
    listened = listen([], click)
    assert listened.findings == []
    assert [thought.what for thought in listened.thoughts] == ["listens", "rests"]
    assert listened.at("listens") == [frames_until(AT + FRAME)]


# Somebody is speaking


def test_an_utterance_begins_no_later_than_its_first_word() -> None:
    starts = listen([said("done")]).starts
    closed = frames_until(END + SETTINGS.endpoint_quiet)
    speaking = {now: start for now, start in starts.items() if start is not None}
    assert list(speaking) == list(range(frames_until(END), closed, FRAME))
    assert all(start <= AT for start in speaking.values())


class Doubter(ScriptedRecogniser):
    """Takes back what it thought after ``doubts`` samples."""

    def __init__(self, utterances: Iterable[Utterance], doubts: Samples) -> None:
        super().__init__(utterances)
        self._doubts = doubts

    def partial(self) -> str:
        return super().partial() if self._now < self._doubts else ""

    def result(self) -> tuple[Word, ...]:
        super().result()
        return ()


def test_what_the_recogniser_takes_back_was_never_said() -> None:
    """The hush is cleared at once, nobody speaks, and nothing is heard."""
    doubts = frames_until(END + SETTINGS.suspect_quiet) + FRAME
    sound = speech_sound([said("stop")], END + samples(3))
    endpointer = Endpointer(Doubter([said("stop")], doubts), load_grammar(), SETTINGS)
    findings: list[HearingEvent] = []
    for count, frame in enumerate(measured_frames(sound, FRAME), start=1):
        findings += endpointer.process(frame, EVERYTHING)
        if count * FRAME >= doubts:
            assert endpointer.utterance_start is None
    assert findings == [Suspected(doubts - FRAME), Cleared(doubts)]


# Why


def told(listened: Listened) -> list[str]:
    return [f"{each.what} {each.detail}".strip() for each in listened.thoughts]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "arched",
            ["thinks «arched»", "suspects arched", "closes quiet: arched(1.00)", "judges accepted"],
        ),
        (
            "stop elephant",
            [
                "thinks «stop»",
                "suspects stop",
                "thinks «stop elephant»",
                "clears",
                "closes quiet: stop(1.00) elephant(1.00)",
                "judges no sentence",
            ],
        ),
        ("done", ["thinks «done»", "closes quiet: done(1.00)", "judges accepted"]),
    ],
)
def test_what_went_on_is_told_in_order(words: str, expected: list[str]) -> None:
    listened = listen([said(words, length=samples(0.8))])
    listens, *others, rests = told(listened)
    assert listens.startswith("listens level ")
    assert others == expected
    assert rests == "rests"
    times = [each.at for each in listened.thoughts]
    assert times == sorted(times)


def test_being_told_changes_nothing() -> None:
    script = [said("ready"), said("stop elephant", AT + samples(3)), said("arched", AT * 3)]
    sound = speech_sound(script, AT * 4)
    endpointer = Endpointer(ScriptedRecogniser(script), load_grammar(), SETTINGS)
    frames = measured_frames(sound, FRAME)
    findings = [found for frame in frames for found in endpointer.process(frame, EVERYTHING)]
    assert findings == listen(script, sound).findings


# A suppressor, and longer frames


class Wool:
    """A NoiseSuppressor that takes everything."""

    def suppress(self, block: Block, echo_db: float) -> Block:
        return silence(len(block))


def test_it_hears_what_the_suppressor_leaves() -> None:
    listened = listen([said("done")], suppressor=Wool())
    assert listened.findings == []
    assert listened.fed == []


def test_longer_frames_find_the_same() -> None:
    script = [said("ready"), said("stop", AT + samples(3)), said("done", AT + samples(6))]
    listened = listen(script, settings=replace(SETTINGS, frame=2 * FRAME))
    assert [(each.text, each.start) for each in listened.heard] == [
        (each.words, each.at) for each in script
    ]

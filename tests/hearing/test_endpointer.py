"""Hearing: what is found in a microphone, when, and what went on meanwhile.

The recogniser knows beforehand what will be said; that it is quiet and how loud it is, hearing
finds out by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import AROUND_CLIP, Endpointer, HearingEvent, Thought, hear_recording
from coach.messages.events import Cleared, Heard, Suspected
from coach.messages.intents import Intent
from coach.ports import NoiseSuppressor, Word
from coach.session.table import URGENT
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, Samples, samples, silence

SETTINGS = HearingSettings()
FRAME = SETTINGS.frame
AT: Samples = samples(3)
LENGTH: Samples = samples(0.6)
END: Samples = AT + LENGTH
UNKNOWN = "purple elephant"


def frames_until(at: Samples) -> Samples:
    """The end of the frame in which ``at`` falls: the first time that hearing knows of it."""
    return -(-at // FRAME) * FRAME


def said(words: str, at: Samples = AT, length: Samples = LENGTH) -> Utterance:
    return Utterance(at, words, length)


class Listener(ScriptedRecogniser):
    """Keeps account of what it was fed."""

    def __init__(self, utterances: Iterable[Utterance]) -> None:
        super().__init__(utterances)
        self.fed: list[Samples] = []
        """Where every block began."""
        self._at: Samples = 0

    def accept_waveform(self, block: Block) -> None:
        self.fed.append(self._at)
        self._at += len(block)
        super().accept_waveform(block)

    def skip(self, count: Samples) -> None:
        self._at += count
        super().skip(count)


@dataclass(frozen=True, slots=True)
class Listened:
    """All that came of a microphone."""

    findings: list[HearingEvent]
    thoughts: list[Thought]
    fed: list[Samples]
    starts: dict[Samples, Samples | None]
    """``utterance_start`` after every frame."""

    @property
    def heard(self) -> list[Heard]:
        return [finding for finding in self.findings if isinstance(finding, Heard)]

    def at(self, what: str) -> list[Samples]:
        """When a thought of that name came up."""
        return [thought.at for thought in self.thoughts if thought.what == what]

    def why(self) -> list[str]:
        """The rules by which utterances were closed."""
        return [t.detail.split(":")[0] for t in self.thoughts if t.what == "closes"]


def listen(
    utterances: Iterable[Utterance],
    sound: Block | None = None,
    wanted: Wanted = EVERYTHING,
    settings: HearingSettings = SETTINGS,
    suppressor: NoiseSuppressor | None = None,
) -> Listened:
    """Listen until five seconds after the last word, or to ``sound``."""
    script = list(utterances)
    if sound is None:
        sound = speech_sound(script, max([AT, *(each.end for each in script)]) + samples(5))
    recogniser, thoughts = Listener(script), list[Thought]()
    hearing = Endpointer(recogniser, load_grammar(), settings, suppressor, thoughts.append)
    findings: list[HearingEvent] = []
    starts = {}
    frame = hearing.frame
    for start in range(0, len(sound) - frame + 1, frame):
        findings += hearing.process(sound[start : start + frame], wanted)
        starts[start + frame] = hearing.utterance_start
    return Listened(findings, thoughts, recogniser.fed, starts)


def kinds(findings: Iterable[HearingEvent]) -> list[str]:
    return [type(finding).__name__ for finding in findings]


# The end of an utterance


@pytest.mark.parametrize(
    ("words", "intent", "quiet"),
    [
        ("arched", "arched", SETTINGS.urgent_quiet),
        ("stop the session", "stop", SETTINGS.urgent_quiet),
        ("done", "done", SETTINGS.endpoint_quiet),
        ("how many so far", "how_many", SETTINGS.endpoint_quiet),
        ("not done", None, SETTINGS.endpoint_unknown),
        (UNKNOWN, None, SETTINGS.endpoint_unknown),
    ],
)
@pytest.mark.parametrize("offset", [0, 160, 320])
def test_an_utterance_is_decided_after_its_quiet_to_the_frame(
    words: str, intent: Intent | None, quiet: Samples, offset: Samples
) -> None:
    utterance = said(words, AT + offset)
    listened = listen([utterance])
    closed = frames_until(utterance.end + quiet)
    assert listened.at("closes") == [closed]
    assert listened.why() == ["quiet"]
    heard = [
        (each.intent, each.text, each.start, each.end, each.decided, each.accepted)
        for each in listened.heard
    ]
    assert heard == ([(intent, words, utterance.at, utterance.end, closed, True)] if intent else [])


@pytest.mark.parametrize(
    ("words", "stable"),
    [
        ("arched", SETTINGS.stable),
        ("done", SETTINGS.stable),
        ("stop the session", SETTINGS.stable),
        (UNKNOWN, SETTINGS.stable_unknown),
    ],
)
def test_in_noise_that_hides_the_quiet_a_text_that_stands_is_decided(
    words: str, stable: Samples
) -> None:
    """Somebody starts a mixer while the word is said."""
    utterance = said(words)
    sound = speech_sound([utterance], END + samples(2.5))
    noise = np.random.default_rng(1).integers(-1500, 1501, len(sound) - AT).astype(np.int16)
    sound[AT:] += noise
    listened = listen([utterance], sound)
    assert listened.at("closes")[0] == frames_until(END) + frames_until(stable)
    assert listened.why()[0] == "unchanged"
    assert [each.text for each in listened.heard] == ([] if words == UNKNOWN else [words])


def test_an_utterance_is_cut_when_it_is_too_long() -> None:
    """Somebody talks to somebody else: a word that follows is part of the talk."""
    talk = " ".join(["talk"] * 40)
    long = said(talk, length=SETTINGS.longest_utterance + samples(1.5))
    stop = said("stop", long.end + SETTINGS.pause_after_talk - 160)
    breaths = range(AT, long.end, samples(0.5))
    syllables = [said("", at, samples(0.4)) for at in breaths]
    listened = listen([long, stop], speech_sound([*syllables, stop], stop.end + samples(2)))
    began = listened.at("thinks")[0] - samples(0.8)
    assert listened.at("closes")[0] == frames_until(began + SETTINGS.longest_utterance)
    assert listened.why() == ["too long", "quiet"]
    assert [(each.text, each.accepted) for each in listened.heard] == [("stop", False)]
    assert kinds(listened.findings) == ["Suspected", "Cleared", "Heard"]


def test_in_noise_without_a_word_the_utterance_is_renewed() -> None:
    """Hammering is never quiet, and never steady."""
    sound = speech_sound([], samples(20))
    for start in range(AT, len(sound), samples(0.3)):
        sound[start : start + samples(0.1)] *= 500
    listened = listen([], sound)
    closes = listened.at("closes")
    assert set(listened.why()) == {"noise"}
    assert closes[0] == listened.at("listens")[0] + frames_until(SETTINGS.renew_after)
    assert closes[1] - closes[0] == frames_until(SETTINGS.renew_after)
    assert listened.findings == []


def test_one_utterance_after_the_other_is_decided() -> None:
    words = ["ready", UNKNOWN, "stop", "done", "not done", "arched"]
    script = [said(each, AT + samples(2) * turn) for turn, each in enumerate(words)]
    heard = listen(script).heard
    assert [each.text for each in heard] == ["ready", "stop", "done", "arched"]
    assert [each.start for each in heard] == [script[turn].at for turn in (0, 2, 3, 5)]


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
    assert all(each.reacted < each.decided for each in listened.heard if each.urgent)


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


@pytest.mark.parametrize("pause_s", [0.5, 1.0, 5.0, 30.0])
def test_times_are_right_whether_it_rested_or_not(pause_s: float) -> None:
    second = said("stop", END + samples(pause_s) + SETTINGS.endpoint_quiet)
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
    hearing = Endpointer(Doubter([said("stop")], doubts), load_grammar(), SETTINGS)
    findings: list[HearingEvent] = []
    for start in range(0, len(sound) - FRAME + 1, FRAME):
        findings += hearing.process(sound[start : start + FRAME], EVERYTHING)
        if start + FRAME >= doubts:
            assert hearing.utterance_start is None
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
    hearing = Endpointer(ScriptedRecogniser(script), load_grammar(), SETTINGS)
    frames = (sound[start : start + FRAME] for start in range(0, len(sound) - FRAME + 1, FRAME))
    findings = [found for frame in frames for found in hearing.process(frame, EVERYTHING)]
    assert findings == listen(script, sound).findings


# A suppressor, and recordings


class Wool:
    """A NoiseSuppressor that takes everything."""

    def suppress(self, block: Block, echo_db: float) -> Block:
        return silence(len(block))


def test_it_hears_what_the_suppressor_leaves() -> None:
    listened = listen([said("done")], suppressor=Wool())
    assert listened.findings == []
    assert listened.fed == []


@pytest.mark.parametrize(
    ("words", "wanted", "found"),
    [
        ("done", EVERYTHING, ["done"]),
        ("arched", EVERYTHING, ["arched"]),
        ("done", Wanted(frozenset({"stop"}), URGENT), []),
        (UNKNOWN, EVERYTHING, []),
    ],
)
@pytest.mark.parametrize("margin", [0, 1, 4000])
def test_a_recording_may_begin_and_end_with_the_word(
    words: str, wanted: Wanted, found: list[Intent], margin: Samples
) -> None:
    """Its times are the recording's own."""
    clip = speech_sound([Utterance(margin, words, LENGTH)], margin + LENGTH)
    recogniser = ScriptedRecogniser([Utterance(AROUND_CLIP + margin, words, LENGTH)])
    heard = hear_recording(Endpointer(recogniser, load_grammar(), SETTINGS), clip, wanted)
    assert [each.intent for each in heard] == found
    assert all((each.start, each.end) == (margin, margin + LENGTH) for each in heard)
    assert all(each.end <= each.decided < each.end + samples(1) for each in heard)


def test_longer_frames_find_the_same() -> None:
    script = [said("ready"), said("stop", AT + samples(3)), said("done", AT + samples(6))]
    listened = listen(script, settings=replace(SETTINGS, frame=2 * FRAME))
    assert [(each.text, each.start) for each in listened.heard] == [
        (each.words, each.at) for each in script
    ]

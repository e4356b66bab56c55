"""Confirmation: what a voice says and is read the same twice counts, and nothing else."""

from __future__ import annotations

import pytest

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.audio.levels import measured_frames
from coach.hearing.acceptance import Wanted
from coach.hearing.confirmation import Confirmation
from coach.hearing.endpointer import Endpointer
from coach.messages.events import Heard
from coach.messages.intents import Intent
from coach.ports import Word
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, Samples, samples, silence
from tests.hearing.listened import SETTINGS, said


class Rereader:
    """A Recogniser that reads ``words``, and keeps what it was given to read."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.read: Samples = 0

    def accept_waveform(self, block: Block) -> None:
        self.read += len(block)

    def skip(self, count: Samples) -> None:
        raise AssertionError("nothing is skipped in one utterance")

    def partial(self) -> str:
        return ""

    def result(self) -> tuple[Word, ...]:
        return tuple(Word(text, 0, samples(0.1) * len(text), 1.0) for text in self.words.split())


class OfAMind:
    """A VoiceDetector that is as certain of a voice as it is told, reading by reading."""

    window: Samples = 512

    def __init__(self, *certain: float) -> None:
        self.certain, *self.later = certain
        self.begun = False

    def begin(self) -> None:
        if self.begun and self.later:
            self.certain = self.later.pop(0)
        self.begun = True

    def probability(self, window: Block) -> float:
        assert len(window) == self.window
        return self.certain


def hear(
    first: list[Utterance],
    again: list[str],
    wanted: Wanted = EVERYTHING,
    recogniser: ScriptedRecogniser | None = None,
    voice: tuple[float, ...] = (1.0,),
) -> tuple[list[Heard], list[Rereader]]:
    """What is heard of utterances that are read as ``first`` and then as ``again``.

    ``voice`` is how certain a voice is in each of the further readings; the last of it stays.
    """
    grammar, made = load_grammar(), list[Rereader]()

    def rereader() -> Rereader:
        made.append(Rereader(again[len(made)]))
        return made[-1]

    confirmation = Confirmation(rereader, OfAMind(*voice), grammar, SETTINGS)
    recogniser = recogniser or ScriptedRecogniser(first)
    endpointer = Endpointer(recogniser, grammar, SETTINGS, confirmation=confirmation)
    sound = speech_sound(first, first[-1].end + samples(3))
    found = [
        finding
        for frame in measured_frames(sound, endpointer.frame)
        for finding in endpointer.process(frame, wanted)
    ]
    return [each for each in found if isinstance(each, Heard)], made


@pytest.mark.parametrize(
    ("first", "again", "becomes"),
    [
        ("stop", "stop", "accepted"),
        ("stop", "please stop", "accepted"),
        ("done", "i'm done", "accepted"),
        ("my back arched", "it arched", "accepted"),
        ("it hurts", "", "asked about"),
        ("it hurts", "the hurt", "asked about"),
        ("stop", "slower", "asked about"),
        ("arched", "march", "nothing"),
        ("yes", "no", "nothing"),
    ],
)
def test_what_means_the_same_twice_counts(first: str, again: str, becomes: str) -> None:
    """What would end the session is asked about."""
    (heard,), _ = hear([said(first)], [again, again])
    assert heard.accepted is (becomes == "accepted")
    assert heard.doubtful is (becomes == "asked about")


@pytest.mark.parametrize(
    ("words", "voice", "becomes"),
    [
        ("done", 1.0, "accepted"),
        ("done", 0.5, "accepted"),
        ("done", 0.1, "nothing"),
        ("arched", 0.1, "nothing"),
        ("stop", 0.1, "asked about"),
        ("ouch", 0.1, "asked about"),
    ],
)
def test_what_is_hardly_a_voice_does_not_count(words: str, voice: float, becomes: str) -> None:
    """What would end the session is asked about, here too."""
    (heard,), _ = hear([said(words)], [words] * 2, voice=(voice,))
    assert heard.accepted is (becomes == "accepted")
    assert heard.doubtful is (becomes == "asked about")


@pytest.mark.parametrize(
    ("first", "again", "clean", "clean_voice", "becomes"),
    [
        ("done", "done", "it's gone", 1.0, "accepted"),
        ("done", "done", "it's gone", 0.1, "nothing"),
        ("done", "done", "done", 0.1, "accepted"),
        ("done", "done", "", 1.0, "nothing"),
        ("stop", "stop", "", 1.0, "asked about"),
        ("stop", "stop", "slow", 0.1, "asked about"),
        ("slower", "so now", "slower", 1.0, "accepted"),
        ("slower", "so now", "slower", 0.1, "nothing"),
        ("slower", "so now", "faster", 1.0, "nothing"),
        ("wait", "way", "wait", 1.0, "accepted"),
        ("stop", "top", "stop", 1.0, "asked about"),
        ("it hurts", "it does", "it hurts", 1.0, "asked about"),
    ],
)
def test_without_reverberation_it_is_the_same_or_at_least_speech(
    first: str, again: str, clean: str, clean_voice: float, becomes: str
) -> None:
    """What was not read the same before counts if it is now, unless it would end the session."""
    (heard,), _ = hear([said(first)], [again, clean], voice=(0.9, clean_voice))
    assert heard.accepted is (becomes == "accepted")
    assert heard.doubtful is (becomes == "asked about")


def test_what_is_plainly_a_person_and_read_the_same_is_not_read_a_third_time() -> None:
    (heard,), (_,) = hear([said("done")], ["done"])
    assert heard.accepted


@pytest.mark.parametrize("words", ["purple elephant", "breathing"])
def test_what_is_no_command_now_is_not_read_twice(words: str) -> None:
    only_stop: frozenset[Intent] = frozenset({"stop"})
    _, made = hear([said(words)], [], Wanted(only_stop, only_stop))
    assert made == []


def test_while_it_looks_like_no_command_it_is_not_read_on_and_at_its_end_all_of_it_is() -> None:
    reader, frame = Rereader("stop"), silence(SETTINGS.frame)
    confirmation = Confirmation(lambda: reader, OfAMind(1.0), load_grammar(), SETTINGS)
    confirmation.read_on(0)
    confirmation.take_in(frame)
    confirmation.hold()
    for _ in range(20):
        confirmation.take_in(frame)
    assert reader.read == len(frame)
    assert confirmation.confirms("stop", reader.result(), 0) == "confirmed"
    assert reader.read == 21 * len(frame)


def test_the_voice_in_the_third_reading_is_looked_for_only_where_it_decides() -> None:
    """Here all three mean the same, which counts with hardly a voice in the third."""
    readers, detector = [Rereader("done"), Rereader("done")], OfAMind(0.6, 0.0)
    words = [Word("done", 0, samples(0.6), 1.0)]
    confirmation = Confirmation(readers.pop, detector, load_grammar(), SETTINGS)
    for _ in range(60):
        confirmation.take_in(silence(SETTINGS.frame))
    assert confirmation.confirms("done", words, 0) == "confirmed"
    assert (readers, detector.later) == ([], [0.0])


def test_an_utterance_is_read_from_before_its_beginning_and_by_itself() -> None:
    one, two = said("done", samples(3)), said("arched", samples(4.5))
    heard, made = hear([one, two], ["done", "arched"])
    assert [each.intent for each in heard if each.accepted] == ["done", "arched"]
    first, second = made
    assert first.read > one.length + SETTINGS.confirmation_lead_in
    assert second.read < two.end - one.end + samples(0.6)


class AfterThought(ScriptedRecogniser):
    """It thinks of something else until the utterance is closed, as vosk at times does."""

    def partial(self) -> str:
        return "purple elephant" if super().partial() else ""


def test_what_becomes_a_command_only_at_its_end_is_read_from_its_beginning() -> None:
    utterance = said("done")
    _, (reader,) = hear([utterance], ["done"], recogniser=AfterThought([utterance]))
    assert reader.read > utterance.length + SETTINGS.confirmation_lead_in


def test_what_follows_what_was_not_confirmed_is_part_of_it() -> None:
    cough, next_one = said("it hurts", samples(3)), said("ouch", samples(3.9))
    heard, _ = hear([cough, next_one], ["", "", "ouch"])
    assert [each.accepted for each in heard] == [False, True]
    assert hear([cough, said("ouch", cough.end + samples(0.2))], ["", "", "ouch"])[0][-1].text

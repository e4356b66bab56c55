"""Pairing: the digits that are said are those that count, where and when they may be asked for."""

from __future__ import annotations

import pytest

from coach.messages.events import Heard, Spoken
from coach.messages.facts import PairingOffered
from coach.session.pairing import code_of
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.training.plan import Opening
from coach.units import samples
from tests.stories import Recorder, scripted_engine

MADE_OF = "of the session"
DIGITS = {
    "Zero.": "0",
    "One.": "1",
    "Two.": "2",
    "Three.": "3",
    "Four.": "4",
    "Five.": "5",
    "Six.": "6",
    "Seven.": "7",
    "Eight.": "8",
    "Nine.": "9",
}


def asked(
    *words: str, made_of: str = MADE_OF, opening: Opening = "guided", after_s: float = 25.0
) -> Recorder:
    """The beginning of a session in which this is said, with time for an answer after each."""
    said = [Utterance(samples(4.0 + after_s * turn), each) for turn, each in enumerate(words)]
    recorder = Recorder()
    recogniser = ScriptedRecogniser(said)
    engine = scripted_engine(recogniser, [recorder], opening=opening, pairing_secret=made_of)
    engine.process(speech_sound(said, said[-1].end + samples(after_s)))
    return recorder


def digits(recorder: Recorder) -> str:
    return "".join(DIGITS[e.text] for e in recorder.of(Spoken) if e.prompt == "pair_digit")


def test_the_code_is_said_twice_digit_by_digit() -> None:
    recorder = asked("pair the phone")
    (offered,) = recorder.of(PairingOffered)
    assert (len(offered.code), digits(recorder)) == (4, offered.code * 2)
    assert offered.code == code_of(MADE_OF, 1)


def test_every_time_it_is_another_code() -> None:
    recorder = asked("pair phone", "pair this tablet", "please pair a device")
    codes = [offered.code for offered in recorder.of(PairingOffered)]
    assert codes == [code_of(MADE_OF, number) for number in (1, 2, 3)]
    assert digits(recorder) == "".join(code * 2 for code in codes)


def test_codes_are_four_digits_that_tell_nothing_of_each_other() -> None:
    codes = [code_of(MADE_OF, number) for number in range(1000)]
    assert {len(code) for code in codes} == {4}
    assert len(set(codes)) > 900
    assert [code_of("other", number) for number in range(1000)] != codes


def test_it_is_answered_in_a_pause() -> None:
    recorder = asked("ready", "pause", "pair the phone", after_s=14.0)
    assert len(recorder.of(PairingOffered)) == 1


@pytest.mark.parametrize(
    ("words", "made_of", "opening"),
    [
        (("pair the phone",), "", "guided"),
        (("pair the phone",), MADE_OF, "silent"),
        (("ready", "pair the phone"), MADE_OF, "guided"),
        (("pair",), MADE_OF, "guided"),
    ],
    ids=["no page", "on call", "in a part", "one word"],
)
def test_elsewhere_it_is_not_answered(
    words: tuple[str, ...], made_of: str, opening: Opening
) -> None:
    recorder = asked(*words, made_of=made_of, opening=opening, after_s=14.0)
    assert (recorder.of(PairingOffered), digits(recorder)) == ([], "")
    assert not any(heard.accepted for heard in recorder.of(Heard) if heard.intent == "pair")

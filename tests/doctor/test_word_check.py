"""Word check: four words asked for aloud, by meaning; what comes of it when they come or do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from coach.app.assembly import make_voice
from coach.app.ears import Ears
from coach.app.language_files import LANGUAGES, load_language
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.doctor.word_check import WORDS, Answer, WordCheck, parse_word_prompts
from coach.engine import Engine
from coach.errors import DataError
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.hearing.grammar import Grammar
from coach.messages.events import Heard, SpeechBegan, ToneBegan
from coach.ports import Voice
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, ToneVoice, Utterance, speech_sound
from coach.units import samples, seconds
from tests.stories import Recorder

PROMPTS = load_language().doctor
GOOD = (LANGUAGES / "en" / "doctor.toml").read_text("utf-8")
LANGUAGE = load_language().language
HUM = ToneVoice()
CUES = {text: HUM.render(text)[: samples(1.0)] for text in PROMPTS.texts()}
"""Every wording takes a second."""


def conversation(grammar: Grammar, *said: tuple[float, str]) -> tuple[WordCheck, Recorder]:
    """What comes of it when so much is said, at so many seconds; within two minutes."""
    utterances = [Utterance(samples(at), text) for at, text in said]
    check, recorder = WordCheck(PROMPTS), Recorder()
    hearing = Endpointer(ScriptedRecogniser(utterances), grammar, HearingSettings())
    engine = Engine(check, CUES, FrontEnd(hearing), [recorder])
    engine.process(speech_sound(utterances, samples(120.0)))
    return check, recorder


def summary(check: WordCheck) -> list[tuple[str, int, bool]]:
    return [(each.word, each.tries, each.heard is not None) for each in check.answers]


def spoken(recorder: Recorder) -> list[str]:
    return [event.prompt for event in recorder.of(SpeechBegan)]


def test_every_word_that_comes_is_confirmed_and_the_next_is_asked_for(grammar: Grammar) -> None:
    said = ((2.5, "ready"), (6.5, "i'm done"), (10.5, "arched"), (14.5, "stop"))
    check, recorder = conversation(grammar, *said)
    assert summary(check) == [(word, 1, True) for word in WORDS]
    asked = [prompt for word in WORDS for prompt in (f"ask_{word}", f"heard_{word}")]
    assert spoken(recorder) == ["intro", *asked, "over"]
    assert [event.name for event in recorder.of(ToneBegan)] == ["perfect"] * 4
    assert recorder.of(SpeechBegan)[-1].at < samples(20.0)


def test_nobody_there_is_asked_twice_for_each_word(grammar: Grammar) -> None:
    check, recorder = conversation(grammar)
    assert summary(check) == [(word, 2, False) for word in WORDS]
    tries = [
        prompt for word in WORDS for prompt in (f"ask_{word}", "again", f"ask_{word}", "missed")
    ]
    assert spoken(recorder) == ["intro", *tries, "over"]


def test_another_word_is_a_try_and_kept(grammar: Grammar) -> None:
    said = ((2.5, "no"), (6.5, "ready"), (10.5, "next"), (15.5, "why"))
    check, _ = conversation(grammar, *said)
    first, second, *_ = check.answers
    assert (first.tries, first.mistaken) == (2, ("no",))
    assert first.heard is not None
    assert (second.tries, second.mistaken, second.heard) == (2, ("next", "why"), None)


def test_an_answer_may_come_while_it_still_asks(grammar: Grammar) -> None:
    check, _ = conversation(grammar, (1.2, "ready"))
    assert summary(check)[0] == ("ready", 1, True)


def test_what_comes_too_early_is_no_answer(grammar: Grammar) -> None:
    """And no try: it was not asked for."""
    check, _ = conversation(grammar, (0.3, "ready"))
    assert summary(check)[0] == ("ready", 2, False)
    assert check.answers[0].mistaken == ()


@pytest.mark.parametrize("words", ["stop", "it hurts", "i feel dizzy"])
@pytest.mark.parametrize("at_seconds", [0.3, 2.5])
def test_stop_and_pain_end_it_at_any_time(grammar: Grammar, words: str, at_seconds: float) -> None:
    check, recorder = conversation(grammar, (at_seconds, words))
    assert spoken(recorder)[-1] == "over"
    assert recorder.of(SpeechBegan)[-1].at < samples(5.0)
    assert check.answers[1:] == [Answer(word) for word in WORDS[1:]]


def test_arched_and_stop_are_taken_as_quickly_as_in_a_session(grammar: Grammar) -> None:
    said = ((2.5, "ready"), (6.5, "done"), (10.5, "arched"), (14.5, "stop"))
    _, recorder = conversation(grammar, *said)
    assert [each.urgent for each in recorder.of(Heard)] == [False, False, True, True]


# What it says


@pytest.mark.thorough
@pytest.mark.model
@pytest.mark.parametrize("name", ["en-us+f2", "natural"])
def test_none_of_it_is_heard_as_a_command(ears: Ears, name: str) -> None:
    voice: Voice = make_voice(name, 150)
    heard = {text: ears.hear(voice.render(text), None) for text in PROMPTS.texts()}
    assert not {text: found for text, found in heard.items() if found}


def test_there_is_time_for_a_recording_in_the_slots_that_help_names(
    voice: RenderedVoice,
) -> None:
    """``coach doctor --audio``: the first word at 18 s, the others every 8 s."""
    asked_seconds = 7.5 + seconds(len(voice.render(PROMPTS.intro)))
    for word in WORDS:
        ask = seconds(len(voice.render(PROMPTS.ask.of(word))))
        at_seconds = 18.0 + 8.0 * WORDS.index(word)
        assert asked_seconds < at_seconds < asked_seconds + ask + 6.0
        asked_seconds = at_seconds + 1.5 + seconds(len(voice.render(PROMPTS.heard.of(word))))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda text: text.replace("intro =", "outro ="), "outro: this key is not known"),
        (lambda text: text + "\nsilly = 1", "heard.silly: "),
        (lambda text: text.replace("[ask]", "[asked]"), "asked: this key is not known"),
        (lambda text: text.replace('arched = "Now', 'arch = "Now'), "ask.arch: "),
    ],
)
def test_a_mistake_in_the_file_is_reported(change: Callable[[str], str], error: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_word_prompts(change(GOOD), "my/doctor.toml")
    assert str(caught.value).startswith(f"my/doctor.toml: {error}")

"""The engine: however sound is sliced, the same things happen at the same samples."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.dialogue.verbosity import Verbosity
from coach.messages.events import AudioLost, Event, Heard, Spoken, Suspected, ToneBegan
from coach.messages.facts import SessionEnded, StateChanged
from coach.messages.intents import Intent
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.speaking.tones import tone_sound
from coach.units import Block, samples, silence
from tests.stories import Recorder, lesson, play, scripted_engine

SAID = [
    Utterance(samples(1.003), "ready"),
    Utterance(samples(4.7), "stop the", 2 * HearingSettings().suspect_stable + samples(0.2)),
    Utterance(samples(9.21), "help"),
    Utterance(samples(17.77), "done"),
    Utterance(samples(21.0), "pause"),
    Utterance(samples(25.0), "resume"),
]
SOUND = speech_sound(SAID, samples(32))


def run(sizes: Sequence[int], verbosity: Verbosity = "full") -> tuple[list[Event], Block]:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser(SAID), [recorder], lesson(verbosity=verbosity))
    speaker, done, turn = [], 0, 0
    while done < len(SOUND):
        block = SOUND[done : done + sizes[turn % len(sizes)]]
        answer = engine.process(block)
        assert answer is not None
        assert len(answer) == len(block)
        speaker.append(answer)
        done += len(block)
        turn += 1
    return recorder.events, np.concatenate(speaker)


@cache
def whole(verbosity: Verbosity = "full") -> tuple[list[Event], Block]:
    return run([len(SOUND)], verbosity)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=8).filter(lambda s: sum(s) > 200),
    st.sampled_from(["full", "tones"]),
)
def test_slicing_never_changes_what_happens_nor_what_is_heard(
    sizes: list[int], verbosity: Verbosity
) -> None:
    events, speaker = run(sizes, verbosity)
    assert events == whole(verbosity)[0]
    assert np.array_equal(speaker, whole(verbosity)[1])


def test_the_tones_above_are_heard_at_their_samples() -> None:
    """But for the first milliseconds, in which words that they replace may fade out."""
    events, speaker = whole("tones")
    fade = samples(0.005)
    tones = [event for event in events if isinstance(event, ToneBegan)]
    assert tones
    for tone in tones:
        sound = tone_sound(tone.name)
        heard = speaker[tone.at : tone.at + len(sound)]
        assert np.array_equal(heard[fade:], sound[fade:])


def test_the_story_above_exercises_a_hush_that_was_nothing() -> None:
    names = [type(event).__name__ for event in whole()[0]]
    assert "Suspected" in names
    assert "Cleared" in names


def test_a_hush_falls_silent_at_once_and_goes_on_where_it_was() -> None:
    """The cue that was hushed is spoken to its end: no word of it is lost."""
    undisturbed = play([SAID[0]], 14).of(Spoken)
    hushed = play(SAID[:2], 14).of(Spoken)
    name = "plan_first_time"
    plain = next(each for each in undisturbed if each.prompt == name)
    held = next(each for each in hushed if each.prompt == name)
    assert not held.interrupted
    assert held.start == plain.start
    assert held.end > plain.end
    events, speaker = whole()
    suspected = next(event for event in events if isinstance(event, Suspected))
    fade = samples(0.005)
    assert not np.any(speaker[suspected.at + fade : suspected.at + samples(0.1)])


def test_an_interruption_is_silent_within_a_block() -> None:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser([]), [recorder])
    engine.process(silence(samples(3.0)))
    engine.abandon()
    assert recorder.of(Spoken)[-1].interrupted
    assert recorder.of(SessionEnded)[0].outcome == "abandoned"
    assert engine.process(silence(320)) is None


def test_lost_audio_is_reported_and_time_goes_on() -> None:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser([]), [recorder])
    engine.process(silence(1600))
    engine.lose(4800)
    engine.process(silence(1600))
    engine.abandon()
    assert recorder.of(AudioLost) == [AudioLost(1600, 4800)]
    assert recorder.of(SessionEnded)[0].at == 8000


def test_abandoning_twice_ends_once() -> None:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser([]), [recorder])
    engine.process(silence(320))
    engine.abandon()
    engine.abandon()
    engine.lose(100)
    assert len(recorder.of(SessionEnded)) == 1


def test_a_button_does_what_its_word_does_and_counts_only_where_the_word_would() -> None:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser([]), [recorder])
    engine.process(silence(samples(3.0)))
    buttons: tuple[Intent, ...] = ("pause", "pause", "resume", "stop")
    for button in buttons:
        engine.press(button, button, "page")
        engine.process(silence(samples(0.5)))
    heard = recorder.of(Heard)
    assert {event.origin for event in heard} == {"page"}
    assert [(event.text, event.accepted) for event in heard] == [
        ("pause", True),
        ("pause", False),
        ("resume", True),
        ("stop", True),
    ]
    entered = [event.dest for event in recorder.of(StateChanged)]
    assert entered == ["waiting", "paused", "waiting", "stopped"]
    assert recorder.of(Spoken)[0].interrupted


def test_a_button_of_a_session_that_is_over_does_nothing() -> None:
    recorder = Recorder()
    engine = scripted_engine(ScriptedRecogniser([]), [recorder])
    engine.process(silence(320))
    engine.abandon()
    before = len(recorder.events)
    engine.press("pause", "pause", "page")
    assert len(recorder.events) == before

"""Speaking style: what is asked for is done at once, told, and never beyond the limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coach.dialogue.delivery import HIGHEST_GAIN_DB, LOWEST_GAIN_DB, Delivery
from coach.engine import Engine
from coach.messages.events import Spoken
from coach.messages.facts import DeliveryChanged, RepEnded, SessionEnded
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, samples
from tests.session.test_corners import prompts, told
from tests.stories import Recorder, lesson, scripted_engine

pytestmark = pytest.mark.whole_session


def asked(words: str, times: int, delivery: Delivery) -> Recorder:
    """The beginning of a session in which something is said several times."""
    said = [Utterance(samples(4.0 + 5.0 * turn), words) for turn in range(times)]
    return began(said, delivery)[0]


def began(
    said: list[Utterance], delivery: Delivery, block: int = samples(0.1)
) -> tuple[Recorder, Block]:
    recorder = Recorder()
    taught = replace(
        lesson(),
        gain_db=delivery.gain_db,
        verbosity=delivery.verbosity,
        rate_wpm=delivery.rate_wpm,
    )
    engine: Engine = scripted_engine(ScriptedRecogniser(said), [recorder], taught)
    sound = speech_sound(said, said[-1].end + samples(8.0))
    answers = [engine.process(sound[at : at + block]) for at in range(0, len(sound), block)]
    return recorder, np.concatenate([answer for answer in answers if answer is not None])


@pytest.mark.parametrize(
    ("words", "times", "delivery", "changes", "limit"),
    [
        ("louder", 3, Delivery(), [{"gain_db": 4.0}, {"gain_db": HIGHEST_GAIN_DB}], "loudest"),
        ("speak up", 1, Delivery(HIGHEST_GAIN_DB), [], "loudest"),
        ("quieter", 2, Delivery(-8.0), [{"gain_db": LOWEST_GAIN_DB}], "quietest"),
        (
            "talk less",
            3,
            Delivery(),
            [{"verbosity": "short"}, {"verbosity": "tones"}],
            "fewest_words",
        ),
        ("talk more", 2, Delivery(0.0, "short"), [{"verbosity": "full"}], "most_words"),
        ("speak slower", 2, Delivery(rate_wpm=100), [{"rate_wpm": 90}], "slowest_voice"),
        ("speak slower", 1, Delivery(rate_wpm=80), [], "slowest_voice"),
        ("speak faster", 2, Delivery(rate_wpm=200), [{"rate_wpm": 210}], "fastest_voice"),
        ("speak faster", 1, Delivery(rate_wpm=300), [], "fastest_voice"),
    ],
)
def test_it_changes_step_by_step_and_tells_where_its_limit_is(
    words: str, times: int, delivery: Delivery, changes: list[dict[str, object]], limit: str
) -> None:
    recorder = asked(words, times, delivery)
    changed = recorder.of(DeliveryChanged)
    assert changed == [
        DeliveryChanged(event.at, **change)  # type: ignore[arg-type]
        for event, change in zip(changed, changes, strict=True)
    ]
    assert prompts(recorder).count(limit) == times - len(changes)


@pytest.mark.parametrize(("origin", "changes"), [("page", 1), ("voice", 0)])
def test_on_call_a_button_is_taken_and_a_voice_is_not(origin: str, changes: int) -> None:
    recorder = Recorder()
    said = [Utterance(samples(2.0), "louder")] if origin == "voice" else []
    engine = scripted_engine(ScriptedRecogniser(said), [recorder], opening="silent")
    if origin == "page":
        engine.press("louder", "louder", "page")
    engine.process(speech_sound(said, samples(6.0)))
    assert len(recorder.of(DeliveryChanged)) == changes
    assert prompts(recorder).count("louder_now") == changes


def test_louder_is_louder_from_the_next_word_on() -> None:
    _, up = began([Utterance(samples(4.0), "louder")], Delivery())
    _, down = began([Utterance(samples(4.0), "quieter")], Delivery())
    before, after = slice(0, samples(3.5)), slice(samples(8.0), None)
    assert np.array_equal(up[before], down[before])
    assert 2.3 < np.abs(up[after]).max() / np.abs(down[after]).max() < 2.7


@pytest.mark.parametrize("block", [1_000, 333])
def test_the_same_sound_comes_of_the_same_words_however_it_is_sliced(block: int) -> None:
    said = [Utterance(samples(4.003), "louder"), Utterance(samples(9.01), "talk less")]
    first, again = began(said, Delivery(4.0)), began(said, Delivery(4.0), block)
    assert first[0].events == again[0].events
    assert np.array_equal(first[1], again[1][: len(first[1])])


def test_a_rep_that_is_interrupted_by_it_is_begun_anew() -> None:
    recorder = told("{when: {state: working, said: lift}, after_s: 1, says: louder, times: 1}")
    assert [(rep.rep, rep.perfect) for rep in recorder.of(RepEnded)] == [(1, True), (2, True)]
    assert recorder.of(SessionEnded)[0].perfect_reps == 2


@pytest.mark.parametrize(
    ("opens_at", "told_time"),
    [
        (0.0, ["The clock says twelve.", "And one minutes."]),
        (13.0 * 60 + 59.0, ["The clock says two."]),
        (24.0 * 60 - 1.0, ["The clock says twelve."]),
        (None, ["I have no clock here."]),
    ],
)
def test_the_time_is_that_of_the_opening_and_what_has_passed(
    opens_at: float | None, told_time: list[str]
) -> None:
    recorder = Recorder()
    said = [Utterance(samples(61.0), "what's the time")]
    engine = scripted_engine(ScriptedRecogniser(said), [recorder], opens_at=opens_at)
    engine.process(speech_sound(said, samples(70.0)))
    asked_for = [
        e.text for e in recorder.of(Spoken) if e.prompt in ("time_is", "time_past", "no_clock")
    ]
    assert asked_for == told_time

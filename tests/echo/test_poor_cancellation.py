"""Poor cancellation: it is told once, and from then on the coach leaves pauses to be heard in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from coach.devices.sound.speexdsp import SpeexdspCanceller
from coach.echo.canceller import EchoCanceller
from coach.messages.events import EchoRemains, Spoken
from coach.messages.journal import to_record
from coach.ports import AdaptiveFilter
from coach.simulation.fakes import ScriptedRecogniser, Utterance
from coach.units import Samples, gain, samples, seconds, silence
from tests.stories import Recorder, scripted_engine

BLOCK: Samples = samples(0.02)


def beside_its_voice(
    make_filter: Callable[[], AdaptiveFilter] | None, level_db: float, length_seconds: float = 90.0
) -> Recorder:
    """A session whose voice comes back 40 ms later; somebody is ready after 44 s."""
    recorder = Recorder()
    ready = ScriptedRecogniser([Utterance(samples(44.0), "ready")])
    engine = scripted_engine(ready, [recorder], canceller=EchoCanceller(make_filter))
    random = np.random.default_rng(4)
    earlier = [silence(BLOCK)] * 2
    for _ in range(samples(length_seconds) // BLOCK):
        echo = earlier.pop(0) * gain(level_db) + random.normal(0.0, 5.0, BLOCK)
        speaker = engine.process(np.round(echo).astype(np.int16))
        assert speaker is not None
        earlier.append(speaker)
    engine.abandon()
    return recorder


def pauses_seconds(recorder: Recorder) -> list[float]:
    spoken = [each for each in recorder.of(Spoken) if not each.interrupted]
    return [round(seconds(after.start - before.end), 1) for before, after in pairwise(spoken)]


@pytest.mark.slow
def test_where_its_voice_stays_it_says_so_once_and_leaves_pauses() -> None:
    recorder = beside_its_voice(None, -10.0)
    (found,) = recorder.of(EchoRemains)
    assert samples(17.0) < found.at < samples(30.0)
    assert (to_record(found) or {})["event"] == "echo_remains"
    told = [each for each in recorder.of(Spoken) if each.prompt == "echo_remains"]
    assert [each.text for each in told] == [
        "I hear you badly while I speak. Talk to me when I am silent."
    ]
    said = [each.prompt for each in recorder.of(Spoken) if not each.interrupted]
    pauses, at = pauses_seconds(recorder), said.index("echo_remains")
    assert max(pauses[:2]) < 1.8 <= min(pauses[at : at + 2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make_filter", "level_db"),
    [
        pytest.param(None, -70.0, id="an echo that nobody hears"),
        pytest.param(SpeexdspCanceller, -10.0, id="an echo that is cancelled"),
    ],
)
def test_elsewhere_it_says_nothing(
    make_filter: Callable[[], AdaptiveFilter] | None, level_db: float
) -> None:
    recorder = beside_its_voice(make_filter, level_db)
    assert recorder.of(EchoRemains) == []
    assert not [each for each in recorder.of(Spoken) if each.prompt == "echo_remains"]

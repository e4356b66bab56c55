"""Loading model: a session begins before its recogniser is there, and loses no word of it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from coach.app.ears import EVERYTHING, load_ears_meanwhile
from coach.app.language_files import load_grammar
from coach.audio.levels import LevelMeter, measured_frames
from coach.devices.speech.loading_model import LoadingModel
from coach.errors import ModelError
from coach.hearing.endpointer import Endpointer, HearingEvent
from coach.hearing.recogniser_feed import Awake
from coach.messages.events import Heard, RecogniserReady
from coach.ports import Recogniser
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Samples, samples, silence
from tests.private_pulse import wait_until

FRAME = HearingSettings().frame
SAID = [
    Utterance(samples(0.4), "ready", samples(0.4)),
    Utterance(samples(2.4), "how many", samples(0.6)),
    Utterance(samples(4.5), "stop", samples(0.4)),
    Utterance(samples(9.0), "pause", samples(0.4)),
]


class Scripted:
    """A model whose recognisers hear a script."""

    def recogniser(self) -> Recogniser:
        return ScriptedRecogniser(SAID)


def listened(awake: Awake | None) -> list[HearingEvent]:
    endpointer = Endpointer(Scripted().recogniser(), load_grammar(), HearingSettings(), awake=awake)
    frames = measured_frames(speech_sound(SAID, samples(26)), FRAME)
    return [finding for frame in frames for finding in endpointer.process(frame, EVERYTHING)]


def heard(findings: list[HearingEvent]) -> list[tuple[str, Samples, Samples, bool]]:
    return [(e.text, e.start, e.end, e.accepted) for e in findings if isinstance(e, Heard)]


@pytest.mark.slow
@pytest.mark.parametrize("since_seconds", [0.0, 0.5, 1.0, 3.0, 4.8, 8.0, 12.0])
def test_what_is_said_before_the_recogniser_is_there_is_heard_later(since_seconds: float) -> None:
    since = samples(since_seconds)
    findings = listened(lambda now: now >= since)
    assert heard(findings) == heard(listened(None))
    (ready,) = (each.at for each in findings if isinstance(each, RecogniserReady))
    assert max(since, FRAME) <= ready < since + 2 * FRAME


def test_it_is_caught_up_with_as_fast_as_it_came() -> None:
    """Awake after 3 s, it has caught up 3 s later, and decides without delay from then on."""
    at_once = {each.text: each for each in listened(None) if isinstance(each, Heard)}
    late = {
        each.text: each
        for each in listened(lambda now: now >= samples(3))
        if isinstance(each, Heard)
    }
    assert late["pause"] == at_once["pause"]
    assert samples(3) < late["ready"].decided < samples(4.5)
    assert all(late[text].decided >= each.decided for text, each in at_once.items())


def test_nothing_is_decided_while_it_is_not_there() -> None:
    assert listened(lambda _now: False) == []


# The thread


def test_it_begins_to_load_when_it_is_first_asked() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def load() -> Scripted:
        begun.set()
        go_on.wait(10)
        return Scripted()

    model = LoadingModel(load)
    recogniser = model.recogniser()
    assert not begun.is_set()
    assert not model.awake()
    assert begun.wait(10)
    assert not model.awake()
    go_on.set()
    wait_until(model.awake, "the model to load")
    assert recogniser.partial() == ""
    assert [thread.name for thread in threading.enumerate()].count("speech model") == 0


def test_why_it_cannot_be_loaded_is_raised_where_it_is_asked() -> None:
    def load() -> Scripted:
        raise ModelError("it is damaged")

    model = LoadingModel(load)
    with pytest.raises(ModelError, match="it is damaged"):
        wait_until(model.awake, "the error")
    with pytest.raises(ModelError, match="it is damaged"):
        model.awake()


@pytest.mark.model
def test_a_damaged_model_is_told_while_the_session_goes_on(
    model_folder: Path, tmp_path: Path
) -> None:
    for part in model_folder.rglob("*"):
        if part.is_file():
            link = tmp_path / part.relative_to(model_folder)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(part)
    damaged = tmp_path / "conf" / "mfcc.conf"
    damaged.unlink()
    damaged.write_text("--dither=1\n")
    ears = load_ears_meanwhile(tmp_path)
    endpointer, meter = ears.endpointer(), LevelMeter()

    def hear() -> bool:
        return bool(endpointer.process(meter.measure(silence(endpointer.frame)), EVERYTHING))

    with pytest.raises(ModelError, match=r"conf/mfcc\.conf is cut short"):
        wait_until(hear, "the damage to be found")


def test_no_model_at_all_is_told_before_the_session(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not the speech model"):
        load_ears_meanwhile(tmp_path)

"""Announce: how long a handler bears with a microphone that is deaf, or a speaker that is gone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach.doctor.announce import TolerantAnnouncer
from coach.errors import DeviceError
from coach.messages.events import Gone
from coach.units import samples, silence
from tests.fake_card import WHOLE


@pytest.mark.parametrize(
    ("events", "tolerated"),
    [
        ([], True),
        (["microphone"], False),
        (["microphone", "found"], True),
        (["microphone", "found", "microphone"], False),
    ],
)
def test_a_deaf_microphone_is_tolerated_for_half_a_minute(
    events: Sequence[str], tolerated: bool
) -> None:
    handler = TolerantAnnouncer(lambda block: block)
    second = silence(samples(1.0))
    for _ in range(29):
        assert handler.process(second) is not None
    for each in events:
        if each == "found":
            handler.find_device("microphone", WHOLE)
        else:
            handler.lose_device("microphone", "nothing but zeros come from it")
        assert handler.process(second) is not None
    assert (handler.missed is None) is tolerated
    answers = [handler.process(second) is not None for _ in range(30)]
    assert answers == [True] * (30 if tolerated else 29) + [False] * (not tolerated)


@pytest.mark.parametrize("gone", ["speaker", "microphone and speaker"])
def test_without_a_speaker_it_gives_up(gone: Gone) -> None:
    handler = TolerantAnnouncer(lambda block: block)
    with pytest.raises(DeviceError, match="unplugged: is it plugged in"):
        handler.lose_device(gone, "unplugged")
    assert not handler.looking()

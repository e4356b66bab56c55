"""The speaker alone: which one it is, and that all of a sound is heard without a microphone."""

from __future__ import annotations

import numpy as np
import pytest

from coach.devices.sound.sounddevice_devices import SoundDevice, choose, choose_speaker
from coach.devices.sound.sounddevice_speaker import SounddeviceSpeaker
from coach.errors import DeviceError, NoDeviceError
from coach.units import RATE_HZ, Block, samples
from tests.devices.sound.test_sounddevice_duplex import DEVICES, KNOWN
from tests.fake_card import MICROPHONE, SPEAKER, FakeCard

CHIRP: Block = np.round(9000 * np.sin(np.arange(samples(0.5)) ** 1.4 / 20)).astype(np.int16)


@pytest.mark.parametrize(
    ("wanted", "speaker"),
    [
        (None, 3),
        (5, 5),
        ("hdmi", 2),
        ("usb", 5),
        ("1,2", 2),
        ("USB Microphone,Default", 4),
        ("hw:1,0,hw:0,3", 2),
    ],
)
def test_a_speaker_is_chosen_as_for_a_session(wanted: str | int | None, speaker: int) -> None:
    assert choose_speaker(DEVICES, wanted) == DEVICES[speaker]


@pytest.mark.parametrize("left", [(), (2, 5), (2, 3, 5), (2, 4), (2,)])
def test_no_microphone_is_needed(left: tuple[int, ...]) -> None:
    """Of what can only play: a sound server first, then what is plugged in, a screen last."""
    devices = [
        SoundDevice(*(DEVICES[index].index, DEVICES[index].name, 0, 2, 48_000), False, False)
        for index in left
    ]
    if not left:
        with pytest.raises(NoDeviceError, match="no speaker; the sound devices are: none"):
            choose_speaker(devices, None)
        return
    with pytest.raises(DeviceError, match="no microphone"):
        choose(devices, None)
    best = min(left, key=(3, 4, 5, 2).index)
    assert choose_speaker(devices, None).index == best


def test_a_speaker_there_is_not_is_told_with_the_devices_there_are() -> None:
    with pytest.raises(DeviceError) as told:
        choose_speaker(DEVICES, "kazoo")
    assert str(told.value) == f"no speaker called 'kazoo'; {KNOWN}"


@pytest.mark.slow
@pytest.mark.parametrize("plugged", [{SPEAKER}, {SPEAKER, MICROPHONE}])
@pytest.mark.parametrize("rate_hz", [RATE_HZ, 48_000])
def test_all_of_a_sound_is_played_to_its_end(plugged: set[str], rate_hz: int) -> None:
    card = FakeCard(rate_hz=rate_hz, plugged=plugged)
    card.refuse = lambda asked_hz, _channels: None if asked_hz == rate_hz else -9997
    SounddeviceSpeaker(library=card).play(CHIRP)
    played = np.frombuffer(bytes(card.played), np.int16)[:: rate_hz // RATE_HZ]
    assert card.open_streams == 0
    heard = np.correlate(played.astype(float), CHIRP.astype(float))
    start = int(np.argmax(heard))
    difference = played[start : start + len(CHIRP)].astype(float) - CHIRP
    assert np.sqrt(np.mean(difference**2)) < 0.05 * np.sqrt(np.mean(CHIRP.astype(float) ** 2))


def test_a_speaker_that_cannot_be_opened_is_told() -> None:
    with pytest.raises(DeviceError, match=f"cannot use .{SPEAKER}. as speaker: .*host error"):
        SounddeviceSpeaker(library=FakeCard(plugged={SPEAKER}, fails=["start"])).play(CHIRP)

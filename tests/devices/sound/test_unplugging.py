"""Unplugging: what the sound card's adapter does when devices go, and when they come back."""

from __future__ import annotations

import itertools
import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from coach.devices.sound.silent_microphone import SelfGating, SilentMicrophone
from coach.devices.sound.sounddevice_devices import (
    Choice,
    SoundDevice,
    choose,
    list_devices,
    rescan,
)
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.sound.sounddevice_stream import patiently, within
from coach.devices.system.device_holder import holder_of
from coach.errors import DeviceError, SoundHangs
from coach.messages.events import Gone
from coach.units import Block, Samples, samples, silence
from tests.fake_card import MICROPHONE, SPEAKER, WHOLE, FakeCard, RefusalError, hiss

APART = {MICROPHONE, SPEAKER}
BOTH = "microphone and speaker"
Does = Callable[[], None]


@dataclass
class Watcher:
    """Does something at its n-th block or look, and writes down what is reported to it.

    It ends the session at the block, or the look, that is the last one, or soon after all that was
    lost is found.
    """

    card: FakeCard
    at_block: dict[int, Does] = field(default_factory=dict)
    at_look: dict[int, Does] = field(default_factory=dict)
    at_find: Does = lambda: None
    last_block: int = 10_000
    last_look: int = 100
    says: int = 0
    told: list[tuple[str, ...]] = field(default_factory=list)
    heard: list[Block] = field(default_factory=list)
    looks: int = 0

    def process(self, microphone: Block) -> Block | None:
        self.heard.append(microphone)
        self.card.answered.release()
        self.at_block.get(len(self.heard), lambda: None)()
        if len(self.heard) >= self.last_block:
            return None
        return np.full(len(microphone), self.says, np.int16)

    def lose(self, count: Samples) -> None:
        self.told.append(("lost sound",))
        assert 0 < count < samples(3)

    def lose_device(self, device: Gone, why: str) -> None:
        self.told.append(("lost", device))

    def find_device(self, device: Gone, name: str) -> None:
        self.told.append(("found", device, name))
        self.at_find()
        kinds = [told[0] for told in self.told]
        if kinds.count("found") == kinds.count("lost"):
            self.last_block = len(self.heard) + 20

    def looking(self) -> bool:
        self.looks += 1
        self.at_look.get(self.looks, lambda: None)()
        return self.looks < self.last_look


def duplex_of(
    card: FakeCard, device: str | None = None, *, patient: bool = False
) -> SounddeviceDuplex:
    return SounddeviceDuplex(device, library=card, patient=patient, look_seconds=0.01)


# A session


@pytest.mark.parametrize("plugged", [{WHOLE}, APART])
def test_without_devices_time_stands_still_until_they_are_back(plugged: set[str]) -> None:
    card = FakeCard(plugged={*plugged})
    blocks: list[int] = []
    watch = Watcher(card)
    watch.at_block[30] = card.plugged.clear

    def plug_in() -> None:
        blocks.append(len(watch.heard))
        card.plugged.update(plugged)

    watch.at_look[3] = plug_in
    duplex_of(card).run(watch)
    names = " → ".join([MICROPHONE, SPEAKER] if plugged == APART else [WHOLE, WHOLE])
    assert watch.told == [("lost", BOTH), ("found", BOTH, names)]
    assert watch.looks == 3
    assert 30 <= blocks[0] < 40
    assert len(watch.heard) == blocks[0] + 20
    assert card.open_streams == 0


@pytest.mark.parametrize(("unplugged", "part"), [(MICROPHONE, "microphone"), (SPEAKER, "speaker")])
def test_what_is_left_goes_on_without_the_other(unplugged: str, part: str) -> None:
    card = FakeCard(plugged={*APART})
    watch = Watcher(card)
    watch.at_block[30] = lambda: card.unplug(unplugged)
    watch.at_block[150] = lambda: card.plugged.add(unplugged)
    duplex_of(card).run(watch)
    assert watch.told == [("lost", part), ("found", part, unplugged)]
    assert watch.looks == 0
    without = watch.heard[80]
    assert bool(without.any()) == (part == "speaker")
    assert watch.heard[-1].any()
    assert card.open_streams == 0


def test_one_after_the_other_goes_and_comes_back() -> None:
    card = FakeCard(plugged={*APART})
    watch = Watcher(card)
    watch.at_block[30] = lambda: card.unplug(MICROPHONE)
    watch.at_block[90] = lambda: card.unplug(SPEAKER)
    watch.at_look[2] = lambda: card.plugged.add(SPEAKER)
    watch.at_block[120] = lambda: card.plugged.add(MICROPHONE)
    duplex_of(card).run(watch)
    assert watch.told == [
        ("lost", "microphone"),
        ("lost", "speaker"),
        ("found", "speaker", SPEAKER),
        ("found", "microphone", MICROPHONE),
    ]


def test_a_hitch_is_but_lost_sound_unless_it_comes_again_at_once() -> None:
    card = FakeCard()
    watch = Watcher(card)

    def hitch() -> None:
        card.unplug(WHOLE)
        # The stream ends at its next block, long before anybody looks
        card.ended.wait(0.1)
        card.plugged.add(WHOLE)

    watch.at_block = {20: hitch, 60: hitch}
    duplex_of(card).run(watch)
    assert watch.told == [("lost sound",), ("lost", BOTH), ("found", BOTH, f"{WHOLE} → {WHOLE}")]


@pytest.mark.slow
def test_a_device_that_stops_calling_back_is_noticed_in_time() -> None:
    card = FakeCard(blocks=5)
    watch = Watcher(card, last_look=1)
    watch.at_block[5] = card.plugged.clear
    duplex_of(card).run(watch)
    assert watch.told == [("lost", BOTH)]


def test_nobody_who_is_done_waits_for_a_device() -> None:
    card = FakeCard()
    watch = Watcher(card, last_look=4)
    watch.at_block[10] = card.plugged.clear
    duplex_of(card).run(watch)
    assert (watch.told, watch.looks) == ([("lost", BOTH)], 4)


def test_control_c_while_looking_ends_it() -> None:
    card = FakeCard()
    watch = Watcher(card)

    def press() -> None:
        raise KeyboardInterrupt

    watch.at_block[10] = card.plugged.clear
    watch.at_look[2] = press
    with pytest.raises(KeyboardInterrupt):
        duplex_of(card).run(watch)
    assert card.open_streams == 0


@pytest.mark.slow
@pytest.mark.parametrize("for_long", [False, True])
def test_what_comes_back_at_another_rate_has_another_delay_when_it_is_reported(
    *, for_long: bool
) -> None:
    """However short the hitch."""
    refused: set[int] = set()
    card = FakeCard(
        refuse=lambda rate, _channels: -9997 if rate in refused else None, rate_hz=48_000
    )
    watch = Watcher(card)
    duplex = duplex_of(card)
    seen: list[tuple[Samples, str | None]] = []

    def see() -> None:
        seen.append((duplex.delay, duplex.name))

    def change() -> None:
        see()
        refused.add(16_000)
        card.unplug(WHOLE)
        if not for_long:
            # The stream ends at its next block, long before anybody looks
            card.ended.wait(0.1)
            card.plugged.add(WHOLE)

    watch.at_block[20] = change
    watch.at_look[3] = lambda: card.plugged.add(WHOLE)
    watch.at_find = see
    duplex.run(watch)
    name = f"{WHOLE} → {WHOLE}"
    assert seen == [(samples(0.12), name), (samples(0.24), f"{name} at 48000 Hz")]


# At the start


def test_who_is_patient_waits_for_what_is_missing() -> None:
    card = FakeCard(plugged=set())
    watch = Watcher(card, last_block=5)
    watch.at_look = {2: lambda: card.plugged.add(MICROPHONE), 4: lambda: card.plugged.add(SPEAKER)}
    duplex = duplex_of(card, patient=True)
    assert duplex.name is None
    duplex.run(watch)
    assert (watch.looks, len(watch.heard), watch.told) == (4, 5, [])
    assert duplex.name == f"{MICROPHONE} → {SPEAKER}"


def test_who_is_patient_waits_for_what_is_busy() -> None:
    busy = itertools.chain([-9985] * 3, itertools.repeat(None))
    card = FakeCard(refuse=lambda _rate, _channels: next(busy))
    watch = Watcher(card, last_block=5)
    duplex_of(card, patient=True).run(watch)
    assert (watch.looks, len(watch.heard)) == (3, 5)


def test_who_is_patient_outlasts_a_library_that_cannot_be_initialised() -> None:
    card = FakeCard(plugged=set(), fails=["initialize", "initialize"])
    watch = Watcher(card, last_block=5)
    watch.at_look = {2: lambda: card.plugged.add(WHOLE)}
    duplex_of(card, patient=True).run(watch)
    assert (watch.looks, len(watch.heard), watch.told) == (3, 5, [])


def test_a_session_outlasts_a_library_that_cannot_be_initialised() -> None:
    card = FakeCard()
    watch = Watcher(card)

    def unplug() -> None:
        card.fails += ["initialize", "terminate"]
        card.plugged.clear()

    watch.at_block[10] = unplug
    watch.at_look[3] = lambda: card.plugged.add(WHOLE)
    duplex_of(card).run(watch)
    assert [told[0] for told in watch.told] == ["lost", "found"]


def test_a_library_that_cannot_be_initialised_is_an_error_of_one_line() -> None:
    card = FakeCard(fails=["initialize"])
    with pytest.raises(DeviceError, match=r"no sound: .*Unanticipated host error"):
        rescan(card)
    with pytest.raises(DeviceError, match=r"no sound: .*PortAudio not initialized"):
        list_devices(card)
    rescan(card)
    assert [each.name for each in list_devices(card)] == [WHOLE]


def test_without_patience_a_missing_device_is_an_error() -> None:
    with pytest.raises(DeviceError, match="no microphone; the sound devices are: none"):
        duplex_of(FakeCard(plugged=set()))


def test_the_error_names_the_program_that_holds_a_busy_device(tmp_path: Path) -> None:
    folder = tmp_path / "asound" / "card1" / "pcm0c" / "sub0"
    folder.mkdir(parents=True)
    (folder / "status").write_text("state: RUNNING\nowner_pid   : 4711\ntrigger_time: 1.5\n")
    (tmp_path / "4711").mkdir()
    (tmp_path / "4711" / "comm").write_text("arecord\n")
    assert holder_of("USB Microphone: Audio (hw:1,0)", tmp_path) == "arecord"
    assert holder_of("USB Microphone: Audio (hw:1,1)", tmp_path) is None
    assert holder_of("pulse", tmp_path) is None
    (folder / "status").write_text("closed\n")
    assert holder_of("hw:1,0", tmp_path) is None


# A microphone of zeros

ZEROS, SOUND, SPEECH = "zeros", "sound", "zeros while the coach speaks"


def spells(microphone: SilentMicrophone, *lengths: tuple[str, float]) -> list[bool]:
    """Whether it was silent at the end of each spell, of so many seconds."""
    found = []
    for what, length_seconds in lengths:
        for _ in range(round(length_seconds / 0.02)):
            heard = silence(320) if what != SOUND else hiss(320)
            microphone.observe(heard, hiss(320) if what == SPEECH else silence(320))
        found.append(microphone.silent)
    return found


@pytest.mark.parametrize(
    ("lengths", "silent"),
    [
        ([(SOUND, 1.0), (ZEROS, 1.48), (SOUND, 0.1), (ZEROS, 1.48)], [False] * 4),
        ([(SOUND, 1.0), (ZEROS, 1.5)], [False, True]),
        ([(ZEROS, 2.98)], [False]),
        ([(ZEROS, 3.0), (SOUND, 0.1), (ZEROS, 1.5)], [True, False, True]),
        ([(SOUND, 1.0), (SPEECH, 1.5)], [False, True]),
    ],
)
def test_a_microphone_is_missed_when_it_delivers_nothing_but_zeros(
    lengths: list[tuple[str, float]], silent: list[bool]
) -> None:
    assert spells(SilentMicrophone(), *lengths) == silent


def test_a_microphone_that_gates_itself_is_missed_once() -> None:
    lengths = [(SOUND, 1.0), (ZEROS, 4.0), (SOUND, 0.1), (ZEROS, 60.0)]
    assert spells(SilentMicrophone(), *lengths) == [False, True, False, False]


def test_one_that_was_gone_for_long_or_was_reopened_is_missed_again() -> None:
    away = [(SOUND, 1.0), (ZEROS, 20.0), (SOUND, 0.1), (ZEROS, 2.0)]
    assert spells(SilentMicrophone(), *away) == [False, True, False, True]
    microphone = SilentMicrophone()
    spells(microphone, (SOUND, 1.0), (ZEROS, 4.0))
    microphone.reopened("it")
    assert spells(microphone, (SOUND, 0.1), (ZEROS, 2.0)) == [False, True]


def test_one_that_was_silent_for_long_time_and_again_gates_itself() -> None:
    """Also where it is opened anew meanwhile, for it did not sound because of that."""
    microphone = SilentMicrophone()
    microphone.reopened("it")
    found = []
    for _ in range(3):
        found += spells(microphone, (SOUND, 1.0), (ZEROS, 10.0))
        if microphone.silent:
            microphone.reopened("it")
        spells(microphone, (ZEROS, 5.0), (SOUND, 0.1))
    assert found == [False, True, False, True, False, False]


def test_what_was_learnt_of_a_microphone_holds_for_the_next_session_and_for_no_other() -> None:
    gating = SelfGating()
    for name, found in (
        ("gated", [False, True, False, False]),
        ("gated", [False, False, False, False]),
        ("other", [False, True, False, False]),
    ):
        microphone = SilentMicrophone(gating)
        microphone.reopened(name)
        lengths = [(SOUND, 1.0), (ZEROS, 4.0), (SOUND, 0.1), (ZEROS, 60.0)]
        assert spells(microphone, *lengths) == found


@pytest.mark.slow
def test_a_session_goes_by_what_was_learnt_in_the_one_before() -> None:
    gating, told = SelfGating(), []
    for _ in range(2):
        card = FakeCard()
        watch = Watcher(card, last_block=400)
        mute = {number: partial(setattr, card, "muted", True) for number in (50, 300)}
        sound = {number: partial(setattr, card, "muted", False) for number in (200, 390)}
        watch.at_block = {**mute, **sound}
        SounddeviceDuplex(library=card, look_seconds=5.0, gating=gating).run(watch)
        told.append(watch.told)
    assert told == [[("lost", "microphone"), ("found", "microphone", WHOLE)], []]


def test_the_coach_hearing_itself_is_no_microphone() -> None:
    """A sound server may put the speaker in the place of a microphone that is gone."""
    microphone = SilentMicrophone()
    spells(microphone, (SOUND, 1.0))
    for _ in range(100):
        microphone.observe(hiss(320), hiss(320))
        microphone.observe(silence(320), silence(320))
    assert microphone.silent


def test_a_muted_microphone_is_reported_and_found_when_it_sounds() -> None:
    card = FakeCard()
    watch = Watcher(card)

    def mute(*, muted: bool) -> None:
        card.muted = muted

    watch.at_block = {50: lambda: mute(muted=True), 250: lambda: mute(muted=False)}
    duplex_of(card).run(watch)
    assert watch.told == [("lost", "microphone"), ("found", "microphone", WHOLE)]


# Which device


def device(index: int, name: str, inputs: int, outputs: int, default: str = "") -> SoundDevice:
    return SoundDevice(index, name, inputs, outputs, 48_000, "m" in default, "s" in default)


PI_HDMI = device(0, "vc4-hdmi-0: MAI PCM i2s-hifi-0 (hw:0,0)", 0, 2)
PI_JACK = device(1, "bcm2835 Headphones: - (hw:1,0)", 0, 8)
USB_EAR = device(2, "USB PnP Sound Device: Audio (hw:2,0)", 1, 0)
USB_BOTH = device(3, "Jabra SPEAK 410 USB: Audio (hw:3,0)", 1, 2)
SYSTEM = device(4, "sysdefault", 0, 128)
DEAF_DEFAULT = device(5, "default", 0, 128, "s")
DEFAULT = device(6, "default", 32, 32, "ms")
PULSE = device(7, "pulse", 32, 32)
PIPEWIRE = device(8, "pipewire", 64, 64)
LAPTOP = device(9, "HDA Intel PCH: ALC257 Analog (hw:0,0)", 2, 2)


@pytest.mark.parametrize(
    ("devices", "microphone", "speaker"),
    [
        ([PI_HDMI, USB_BOTH, DEFAULT, PIPEWIRE, PULSE], PULSE, PULSE),
        ([PI_HDMI, USB_BOTH, DEFAULT, PIPEWIRE], PIPEWIRE, PIPEWIRE),
        ([PI_HDMI, USB_BOTH, DEFAULT], DEFAULT, DEFAULT),
        ([PI_HDMI, PI_JACK, USB_EAR, SYSTEM, DEAF_DEFAULT], USB_EAR, DEAF_DEFAULT),
        ([PI_HDMI, PI_JACK, USB_EAR, SYSTEM], USB_EAR, PI_JACK),
        ([PI_HDMI, USB_EAR], USB_EAR, PI_HDMI),
        ([PI_HDMI, PI_JACK, USB_BOTH, DEAF_DEFAULT], USB_BOTH, USB_BOTH),
        ([LAPTOP, USB_EAR, DEAF_DEFAULT], USB_EAR, DEAF_DEFAULT),
        ([LAPTOP, PI_HDMI], LAPTOP, LAPTOP),
    ],
)
def test_what_is_preferred_when_nothing_is_asked_for(
    devices: list[SoundDevice], microphone: SoundDevice, speaker: SoundDevice
) -> None:
    assert choose(devices, None) == (microphone, speaker)
    assert choose(devices[::-1], None) == (microphone, speaker)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, "coach.devices"):
        yield caplog


def test_every_choice_is_logged(log: pytest.LogCaptureFixture) -> None:
    card = FakeCard(
        refuse=lambda rate, _channels: -9997 if rate == 16_000 else None, rate_hz=48_000
    )
    watch = Watcher(card, last_block=3)
    duplex_of(card).run(watch)
    assert log.messages == [
        "PortAudio knows 1 devices of Fake interface",
        "device 0 'Fake card': 1 in, 1 out, 48000 Hz, default microphone, default speaker",
        "chosen by preference: microphone 'Fake card', speaker 'Fake card'",
        "refused: 16000 Hz, 1 channels",
        "refused: 16000 Hz, 2 channels",
        "opened Fake card → Fake card at 48000 Hz, latency 40 ms and 60 ms",
    ]


def test_a_device_is_found_again_under_another_number() -> None:
    card = FakeCard(plugged={"USB Ear: Audio (hw:1,0)"})
    choice = Choice(card, "USB")
    choice.choose()
    card.plugged = {"Another (hw:1,0)", "USB Ear: Audio (hw:2,0)"}
    card._initialize()
    found = choice.find()
    assert [each.name for each in found if each] == ["USB Ear: Audio (hw:2,0)"] * 2
    card.plugged = {"Another (hw:1,0)"}
    card._initialize()
    assert choice.find() == (None, None)


def test_another_device_takes_its_place_only_where_none_was_asked_for(
    log: pytest.LogCaptureFixture,
) -> None:
    card = FakeCard(plugged={"Old"})
    choice = Choice(card, None)
    choice.choose()
    card.plugged = {"New"}
    card._initialize()
    assert [each.name for each in choice.find() if each] == ["New", "New"]
    assert "the default devices have changed" in log.messages


# What hangs


def test_what_takes_too_long_is_left_to_itself() -> None:
    card = FakeCard()
    with pytest.raises(TimeoutError, match=r"no answer for 0\.05 seconds"):
        within(0.05, lambda: card.ended.wait(2.0))
    card.ended.set()


def test_what_is_done_in_time_returns_or_raises() -> None:
    def refuse() -> None:
        raise RefusalError("busy")

    assert within(5.0, lambda: 3) == 3
    with pytest.raises(RefusalError, match="busy"):
        within(5.0, refuse)


@pytest.mark.parametrize("call", ["terminate", "initialize", "start", "stop"])
def test_a_library_that_hangs_is_not_taken_for_a_missing_device(call: str) -> None:
    """Whoever looks on would hang again and again, one thread more each time."""
    lags = call == "stop"
    card = FakeCard(
        plugged={WHOLE} if call in ("start", "stop") else set(),
        trip_seconds=lambda block: 0.5 if lags and block >= 5 else 0.1,
        hangs=call,
    )
    duplex = SounddeviceDuplex(library=card, patient=True, look_seconds=0.01, patience_seconds=0.2)
    try:
        with pytest.raises(SoundHangs, match=r"hangs: no answer for 0\.2 seconds: start again"):
            duplex.run(Watcher(card))
    finally:
        card.ended.set()


def test_what_hushes_itself_and_comes_back_late_leaves_standard_error_as_it_was() -> None:
    """As sounddevice does when it initialises PortAudio."""
    before = os.fstat(2)
    release, done = threading.Event(), threading.Event()

    def initialise() -> None:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        release.wait(20.0)
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)
        done.set()

    with pytest.raises(SoundHangs):
        patiently(initialise, 0.1, hushes_itself=True)
    assert os.path.samestat(os.fstat(2), before)
    release.set()
    assert done.wait(20.0)
    assert os.path.samestat(os.fstat(2), before)

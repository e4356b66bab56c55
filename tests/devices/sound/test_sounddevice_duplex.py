"""The sound card: its bookkeeping with a fake card, and the real PortAudio on a private server.

A fake card calls back as PortAudio does. What concerns real sound runs in a subprocess.
"""

from __future__ import annotations

import itertools
import json
import math
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from coach.devices.sound.sounddevice_devices import (
    SoundDevice,
    choose,
    list_devices,
    load_sounddevice,
)
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.sound.sounddevice_line import LEAD, Line
from coach.doctor.announce import Announcer
from coach.errors import DeviceError
from coach.units import RATE_HZ, Block, samples, silence
from tests.fake_card import FakeCard, RefusalError, Status, When
from tests.private_pulse import PrivatePulse, private_pulse, wait_until

BLOCK = 320
WATCHDOG_SECONDS = 20.0
ALSA = "/usr/share/alsa/alsa.conf"


# --- The fake card ---------------------------------------------------------------------------


def lose_nothing(count: int) -> None:
    raise AssertionError(f"{count} samples lost")


@dataclass
class Process:
    """Answers every block with itself until ``length`` samples have come, and keeps them."""

    card: FakeCard
    length: int
    heard: list[Block] = field(default_factory=list)

    def __call__(self, block: Block) -> Block | None:
        if sum(map(len, self.heard)) >= self.length:
            return None
        self.heard.append(block)
        self.card.answered.release()
        return block


def noise(count: int, seed: int = 1) -> Block:
    """Band-limited noise: it survives resampling."""
    rough = np.random.default_rng(seed).normal(size=count)
    smooth = np.convolve(rough, np.hanning(33), mode="same")
    return np.asarray(smooth / np.abs(smooth).max() * 12_000, dtype=np.int16)


def shift(reference: Block, sound: Block) -> int:
    """Samples by which ``sound`` lags behind ``reference``."""
    size = 2 ** math.ceil(math.log2(len(reference) + len(sound)))
    spectrum = np.fft.rfft(sound.astype(float), size)
    spectrum *= np.conj(np.fft.rfft(reference.astype(float), size))
    return int(np.argmax(np.fft.irfft(spectrum, size)))


# --- Which device ----------------------------------------------------------------------------

DEVICES = (
    SoundDevice(0, "HDA Intel: ALC257 (hw:0,0)", 2, 2, 44_100, False, False),
    SoundDevice(1, "USB Microphone (hw:1,0)", 1, 0, 48_000, True, False),
    SoundDevice(2, "HDMI (hw:0,3)", 0, 8, 48_000, False, False),
    SoundDevice(3, "pulse", 32, 32, 44_100, False, False),
    SoundDevice(4, "default", 32, 32, 44_100, False, True),
    SoundDevice(5, "USB Speaker (hw:2,0)", 0, 2, 48_000, False, False),
)
KNOWN = (
    "the sound devices are: 0 'HDA Intel: ALC257 (hw:0,0)', 1 'USB Microphone (hw:1,0)', "
    "2 'HDMI (hw:0,3)', 3 'pulse', 4 'default', 5 'USB Speaker (hw:2,0)'"
)


@pytest.mark.parametrize(
    ("wanted", "microphone", "speaker"),
    [
        (None, 3, 3),
        (3, 3, 3),
        ("3", 3, 3),
        (" PULSE ", 3, 3),
        ("alc257", 0, 0),
        ("hw:0,0", 0, 0),
        ("usb", 1, 5),
        ("1,2", 1, 2),
        ("1, hdmi", 1, 2),
        ("USB Microphone,Default", 1, 4),
        ("hw:1,0,hw:0,3", 1, 2),
        ("default", 4, 4),
    ],
)
def test_a_device_is_chosen_by_number_by_name_or_as_a_pair(
    wanted: str | int | None, microphone: int, speaker: int
) -> None:
    assert choose(DEVICES, wanted) == (DEVICES[microphone], DEVICES[speaker])


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ("kazoo", "no microphone called 'kazoo'"),
        ("9", "no microphone called '9'"),
        (9, "no microphone called '9'"),
        ("", "no microphone called ''"),
        ("HDMI", "no microphone called 'HDMI'"),
        ("USB Microphone", "no speaker called 'USB Microphone'"),
        ("hdmi,pulse", "no microphone called 'hdmi,pulse'"),
        ("pulse,hw:", "more than one speaker called 'pulse,hw:'"),
    ],
)
def test_a_device_that_will_not_do_is_refused_with_a_list_of_those_that_are_there(
    wanted: str | int, problem: str
) -> None:
    with pytest.raises(DeviceError) as refused:
        choose(DEVICES, wanted)
    assert str(refused.value) == f"{problem}; {KNOWN}"


@pytest.mark.parametrize(
    ("devices", "problem"),
    [
        ((), "no microphone; the sound devices are: none"),
        (DEVICES[1:2], "no speaker; the sound devices are: 1 'USB Microphone (hw:1,0)'"),
        (DEVICES[2:3], "no microphone; the sound devices are: 2 'HDMI (hw:0,3)'"),
    ],
)
def test_without_a_microphone_or_a_speaker_there_is_no_default(
    devices: tuple[SoundDevice, ...], problem: str
) -> None:
    with pytest.raises(DeviceError) as refused:
        choose(devices, None)
    assert str(refused.value) == problem


def test_devices_are_listed_with_what_they_can_do() -> None:
    card = FakeCard(rate_hz=44_100, channels=(1, 2))
    assert list_devices(card) == (SoundDevice(0, "Fake card", 1, 2, 44_100, True, True),)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            OSError("PortAudio library not found"),
            "no sound: PortAudio library not found: run `apt install libportaudio2`",
        ),
        (RefusalError("Error initializing\nPortAudio"), "no sound: Error initializing PortAudio"),
    ],
)
def test_a_missing_library_is_an_error_of_one_line(problem: Exception, message: str) -> None:
    def load(_name: str) -> Any:
        raise problem

    with pytest.raises(DeviceError) as refused:
        load_sounddevice(load)
    assert str(refused.value) == message


# --- The line --------------------------------------------------------------------------------


def call(
    line: Line, indata: bytes, channels: int = 1, when: When | None = None, *, over: bool = False
) -> bytes:
    """One callback; what it puts to the speaker."""
    outdata = bytearray(line.frames * channels * 2)
    line.callback(indata, outdata, line.frames, when or When(), Status(over))
    return bytes(outdata)


def mute(line: Line, channels: int = 1) -> bytes:
    return bytes(line.frames * channels * 2)


@pytest.mark.parametrize("late", [0, 1, 6, 7, 40])
def test_answers_follow_the_microphone_at_a_constant_distance_even_after_late_ones(
    late: int,
) -> None:
    line = Line(RATE_HZ, (1, 1), BLOCK)
    sound = noise(BLOCK * 100)
    waiting = 0
    played = b""
    for number in range(100):
        played += call(line, sound[number * BLOCK :][:BLOCK].tobytes())
        waiting += 1
        if 30 <= number < 30 + late:
            continue
        for _ in range(waiting):
            missed, block = line.hear()
            assert missed == 0
            line.say(block)
        waiting = 0
    heard = np.frombuffer(played, np.int16)
    expected = np.concatenate([silence(LEAD), sound])[: len(heard)]
    # An answer may take the lead's length, less the block that is being played
    dry = max(0, late - LEAD // BLOCK + 1) * BLOCK
    began = 30 * BLOCK + LEAD - BLOCK
    np.testing.assert_array_equal(heard[:began], expected[:began])
    np.testing.assert_array_equal(heard[began + BLOCK + dry :], expected[began + BLOCK + dry :])
    assert (np.count_nonzero(heard != expected) > 0) == (dry > 0)
    assert line.delay == LEAD


@pytest.mark.parametrize("channels", [(1, 1), (2, 2), (1, 8)])
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 32_000, 44_100, 48_000])
def test_resampling_moves_nothing_in_time(rate_hz: int, channels: tuple[int, int]) -> None:
    line = Line(rate_hz, channels, BLOCK)
    sound = noise(line.frames * 150)
    stranger = noise(len(sound), seed=2)
    sides = [sound, *[stranger] * (channels[0] - 1)]
    interleaved = np.stack(sides, axis=1)
    heard, played = [], b""
    for number in range(150):
        data = interleaved[number * line.frames :][: line.frames].tobytes()
        played += call(line, data, channels[1])
        heard.append(line.hear()[1])
        line.say(heard[-1])
    speaker = np.frombuffer(played, np.int16).reshape(-1, channels[1])
    assert all(np.array_equal(speaker[:, 0], speaker[:, side]) for side in range(channels[1]))
    delay = line.delay * rate_hz / RATE_HZ
    assert shift(sound, speaker[:, 0]) == pytest.approx(delay, abs=0.6)
    whole = round(len(sound) * RATE_HZ / rate_hz)
    assert whole - line.delay <= sum(map(len, heard)) <= whole
    ran_dry = np.flatnonzero(speaker[round(delay) + 100 :, 0] == 0)
    assert not np.any(np.diff(ran_dry) == 1)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("skipped", [1, 3, 50])
def test_what_nobody_took_in_time_is_lost_to_the_sample_and_the_speaker_stays_true(
    rate_hz: int, skipped: int
) -> None:
    line = Line(rate_hz, (1, 1), BLOCK, longest=10 * BLOCK)
    blocks = 40 + 10 + skipped + 60
    sound = noise(line.frames * blocks)
    told = 0
    played = b""
    for number in range(blocks):
        played += call(line, sound[number * line.frames :][: line.frames].tobytes())
        if 40 <= number < 50 + skipped:
            continue
        for _ in range(10 if number == 50 + skipped else 1):
            missed, block = line.hear()
            told += missed + len(block)
            line.say(block)
            assert bool(missed) == (number == 51 + skipped), number
            if missed:
                held_back = 0 if rate_hz == RATE_HZ else samples(0.06)
                length = round(skipped * line.frames * RATE_HZ / rate_hz)
                assert length <= missed <= length + held_back + BLOCK
    whole = round(len(sound) * RATE_HZ / rate_hz)
    assert whole - line.delay <= told <= whole
    speaker = np.frombuffer(played, np.int16)
    tail = line.frames * 35
    delay = line.delay * rate_hz / RATE_HZ
    before = len(sound) - tail - round(delay)
    assert shift(sound[before:], speaker[-tail:]) == pytest.approx(0, abs=1.1)


@pytest.mark.parametrize(
    ("adc_seconds", "overflow", "lost"),
    [
        (0.02, False, 0),
        (0.52, False, 0),
        (0.02, True, BLOCK),
        (0.0, True, BLOCK),
        (0.52, True, samples(0.5)),
        (1_000_000.0, True, samples(10)),
    ],
)
@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_what_the_device_dropped_is_known_by_its_time_stamps(
    rate_hz: int, adc_seconds: float, overflow: bool, lost: int
) -> None:
    line = Line(rate_hz, (1, 1), BLOCK)
    call(line, mute(line), when=When(0.0), over=True)
    call(line, mute(line), when=When(adc_seconds), over=overflow)
    call(line, mute(line), when=When(adc_seconds + 0.02))
    assert [line.hear()[0] for _ in range(3)] == [0, lost, 0]


def test_a_device_that_lags_since_a_hitch_is_distinguished_from_one_that_stumbles() -> None:
    line = Line(RATE_HZ, (1, 1), BLOCK)
    trips = [0.08] * 10 + [0.12] * 50 + [0.4] * 24 + [0.1] + [0.4] * 25
    lagged = []
    for number, trip in enumerate(trips):
        adc = number * 0.02
        call(line, mute(line), when=When(adc, adc + trip))
        lagged.append(line.lags())
    assert lagged == [False] * (len(trips) - 1) + [True]
    line.restart()
    call(line, mute(line), when=When(len(trips) * 0.02 + 0.3, len(trips) * 0.02 + 0.7))
    assert not line.lags()
    assert sum(line.hear()[0] for _ in range(len(trips) + 1)) == samples(0.3)


# --- A session on the fake card --------------------------------------------------------------


def test_a_session_hears_all_and_is_heard_to_the_end() -> None:
    sound = noise(RATE_HZ * 2)
    card = FakeCard(sound=sound)
    process = Process(card, RATE_HZ)
    duplex = SounddeviceDuplex(library=card)
    duplex.run(Announcer(process, lose_nothing))
    np.testing.assert_array_equal(np.concatenate(process.heard), sound[:RATE_HZ])
    assert {len(block) for block in process.heard} == {BLOCK}
    played = np.frombuffer(bytes(card.played), np.int16)
    end = played[: np.flatnonzero(played)[-1] + 1]
    assert end[-100:].tolist() == sound[RATE_HZ - 100 : RATE_HZ].tolist()
    assert shift(sound[:RATE_HZ], played) == duplex.delay == LEAD
    assert len(played) - len(end) > samples(0.25)
    assert card.open_streams == 0


@pytest.mark.parametrize(
    ("rate_hz", "channels", "refuse", "opened"),
    [
        (44_100, (2, 2), lambda rate, _c: -9997 if rate == RATE_HZ else None, (44_100, (1, 1))),
        (48_000, (1, 8), lambda _r, c: -9998 if c[1] < 8 else None, (16_000, (1, 8))),
        (48_000, (2, 2), lambda _r, c: -9998 if c[1] < 2 else None, (16_000, (2, 2))),
        (
            48_000,
            (6, 2),
            lambda r, c: -9997 if r == RATE_HZ else -9998 if c[0] < 6 else None,
            (48_000, (6, 2)),
        ),
    ],
)
def test_a_card_that_refuses_mono_at_16_khz_is_used_as_it_will_be(
    rate_hz: int,
    channels: tuple[int, int],
    refuse: Callable[[int, tuple[int, int]], int | None],
    opened: tuple[int, tuple[int, int]],
) -> None:
    card = FakeCard(rate_hz=rate_hz, channels=channels, refuse=refuse)
    process = Process(card, 1600)
    duplex = SounddeviceDuplex(library=card)
    duplex.run(Announcer(process, lose_nothing))
    assert card.tried[0] == (RATE_HZ, (1, 1))
    assert card.tried[-1] == opened
    rate = "" if opened[0] == RATE_HZ else f" at {opened[0]} Hz"
    assert duplex.name == f"Fake card → Fake card{rate}"
    assert sum(map(len, process.heard)) >= 1600


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (FakeCard(refuse=lambda _r, _c: -9997), "('Refused', -9997)"),
        (FakeCard(refuse=lambda _r, _c: -9985), "('Refused', -9985)"),
        (FakeCard(start_fails=True), "('Device unavailable', -9985)"),
    ],
)
def test_a_card_that_cannot_be_used_is_an_error_of_one_line(card: FakeCard, problem: str) -> None:
    with pytest.raises(DeviceError) as refused:
        SounddeviceDuplex(library=card).run(Announcer(lambda block: block, lose_nothing))
    names = "'Fake card' as microphone and 'Fake card' as speaker"
    assert str(refused.value) == f"cannot use {names}: {problem}"
    assert card.open_streams == 0


@pytest.mark.slow
def test_what_is_lost_is_reported_before_the_next_block() -> None:
    card = FakeCard()
    order: list[tuple[str, int]] = []
    stalled = threading.Event()

    def process(block: Block) -> Block | None:
        order.append(("heard", len(block)))
        if len(order) == 5:
            stalled.wait(timeout=0.6)  # nobody sets it: this is how long decoding takes
        return None if len(order) > 60 else block

    SounddeviceDuplex(library=card, longest=10 * BLOCK).run(
        Announcer(process, lambda count: order.append(("lost", count)))
    )
    losses = [number for number, (what, _count) in enumerate(order) if what == "lost"]
    assert losses == [15]
    assert order[15][1] > 0
    assert order[15][1] % BLOCK == 0
    assert order[16] == ("heard", BLOCK)


def test_a_device_that_lags_is_restarted() -> None:
    card = FakeCard(trip_seconds=lambda block: 0.5 if 20 <= block < 60 else 0.1)
    lost: list[int] = []
    SounddeviceDuplex(library=card).run(Announcer(Process(card, BLOCK * 100), lost.append))
    assert card.starts == 2
    assert lost == [BLOCK]


def test_an_interruption_closes_the_stream() -> None:
    card = FakeCard()

    def process(_block: Block) -> Block | None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SounddeviceDuplex(library=card).run(Announcer(process, lose_nothing))
    assert card.open_streams == 0


# --- The real PortAudio, in subprocesses -----------------------------------------------------

PRELUDE = """
import json, signal, sys, time
import numpy as np
import sounddevice
from coach.devices.sound.sounddevice_devices import list_devices
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.errors import DeviceError
from coach.doctor.announce import Announcer

class Stubborn:
    PortAudioError = sounddevice.PortAudioError
    default = sounddevice.default
    query_devices = staticmethod(sounddevice.query_devices)
    query_hostapis = staticmethod(sounddevice.query_hostapis)
    _terminate = staticmethod(sounddevice._terminate)
    _initialize = staticmethod(sounddevice._initialize)

    @staticmethod
    def RawStream(**options):
        if options["samplerate"] == 16000:
            raise sounddevice.PortAudioError("Invalid sample rate", -9997)
        return sounddevice.RawStream(**options)

def ready():
    print("ready", flush=True)

def fail(count):
    raise SystemExit(f"{count} samples lost")
"""

CLICKS = """
# Clicks at uneven distances: which is which can be told by them
GAPS = [3100, 3700, 4300, 5300, 6100]
clicks = [1600 + int(gap) for gap in np.cumsum(GAPS * 8)]
now, heard, lost, began = 0, [], [], False

def gone(count):
    global now
    lost.append([now, count])
    heard.append(np.zeros(count, np.int16))
    now += count

def process(block):
    global now, began
    if not began:
        began = True
        ready()
    if now >= LENGTH:
        return None
    if STALL and not lost and now >= 24000 and not stalled:
        stalled.append(time.sleep(STALL))
    answer = np.zeros(len(block), np.int16)
    for at in clicks:
        answer[max(0, at - now) : max(0, at + 16 - now)] = 20000
    heard.append(block)
    now += len(block)
    return answer

stalled = []
duplex = SounddeviceDuplex(library=LIBRARY, longest=8000)
duplex.run(Announcer(process, gone))
loud = np.flatnonzero(np.abs(np.concatenate(heard).astype(int)) > 5000)
starts = [int(at) for at, before in zip(loud, [-9999, *loud]) if at - before > 800]
print(json.dumps({"clicks": clicks, "heard": starts, "lost": lost, "delay": duplex.delay}))
"""


@dataclass(frozen=True)
class Child:
    """A Python program among the private server's devices."""

    process: subprocess.Popen[str]

    def until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def finish(self) -> tuple[str, str]:
        return self.process.communicate(timeout=WATCHDOG_SECONDS)

    def report(self) -> dict[str, Any]:
        out, err = self.finish()
        if "stopped: " in err:
            # ALSA's plugin for PulseAudio sometimes gives up polling after an underrun; the
            # adapter then says so, which has a test of its own, and there is nothing to measure.
            pytest.skip("the stream of the private server broke down")
        assert self.process.returncode == 0, err
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found


@pytest.fixture
def children() -> Iterator[Callable[..., Child]]:
    """Starts programs; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def start(pulse: PrivatePulse, program: str, **env: str) -> Child:
        process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + textwrap.dedent(program)],
            env=pulse.env | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return Child(process)

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def pulse() -> Iterator[PrivatePulse]:
    with private_pulse() as running:
        yield running


def aligned(found: dict[str, Any]) -> tuple[int, int]:
    """How many clicks came back, and how many of these at the usual distance."""
    nearest = [
        min((at - click for click in found["clicks"] if at >= click + found["delay"]), default=0)
        for at in found["heard"]
    ]
    usual = float(np.median(nearest))
    return len(nearest), sum(abs(distance - usual) <= 480 for distance in nearest)


@pytest.mark.device
def test_the_room_is_heard_and_the_answer_is_heard_in_the_room(
    pulse: PrivatePulse, children: Callable[..., Child], tmp_path: Path
) -> None:
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(16_000 * 3) / 16_000)).astype(np.int16)
    soundfile.write(tmp_path / "tone.wav", tone, 16_000)
    child = children(
        pulse,
        """
        loud = now = 0

        def process(block):
            global loud, now
            if now == 0:
                ready()
            now += len(block)
            loud += len(block) * bool(np.abs(block.astype(int)).max() > 4000)
            return None if loud > 32000 or now > 160000 else block

        SounddeviceDuplex("default").run(Announcer(process, fail))
        print(json.dumps({"loud": loud}))
        """,
    )
    child.until_ready()
    with pulse.recording(tmp_path / "speaker.wav"):
        pulse.play(tmp_path / "tone.wav", wait=False)
        assert child.report()["loud"] > 32_000
    recorded, rate_hz = soundfile.read(tmp_path / "speaker.wav", dtype="int16")
    loud = recorded[np.abs(recorded) > 0]
    assert len(loud) > rate_hz
    spectrum = np.abs(np.fft.rfft(recorded.astype(float)))
    frequencies = np.fft.rfftfreq(len(recorded), 1 / rate_hz)
    assert frequencies[np.argmax(spectrum)] == pytest.approx(1000, abs=5)


@pytest.mark.device
@pytest.mark.parametrize(("library", "stall"), [("sounddevice", 1.3), ("Stubborn", 0.7)])
def test_the_speaker_stays_aligned_with_the_microphone_and_a_stall_is_reported(
    pulse: PrivatePulse, children: Callable[..., Child], library: str, stall: float
) -> None:
    settings = f"LENGTH, STALL, LIBRARY = 72000, {stall}, {library}\n"
    pulse.hiss("speaker")
    found = children(pulse, settings + CLICKS, PULSE_SOURCE="speaker.monitor").report()
    count, steady = aligned(found)
    assert count >= 6
    assert steady >= 0.75 * count, found
    lost = sum(gap for _at, gap in found["lost"])
    assert samples(stall - 0.5) * 0.5 <= lost <= samples(stall + 1)
    assert found["delay"] == (LEAD if library == "sounddevice" else 2 * LEAD)


@pytest.mark.device
def test_a_process_that_was_frozen_catches_up_with_the_room(
    pulse: PrivatePulse, children: Callable[..., Child]
) -> None:
    settings = "LENGTH, STALL, LIBRARY = 88000, 0, sounddevice\n"
    pulse.hiss("speaker")
    child = children(pulse, settings + CLICKS, PULSE_SOURCE="speaker.monitor")
    child.until_ready()
    heard_seconds = time.monotonic() + 1.0
    wait_until(lambda: time.monotonic() > heard_seconds, "some sound")
    child.process.send_signal(signal.SIGSTOP)
    frozen_seconds = time.monotonic() + 0.8
    wait_until(lambda: time.monotonic() > frozen_seconds, "the frost")
    child.process.send_signal(signal.SIGCONT)
    found = child.report()
    assert samples(0.4) <= sum(gap for _at, gap in found["lost"]) <= samples(3.0), found
    last = max(at for at, _gap in found["lost"]) + samples(1.5)
    late = [at for at in found["heard"] if at > last]
    early = [at for at in found["heard"] if at < samples(0.9)]
    assert late
    for at in itertools.chain(early, late):
        trip = min(at - click for click in found["clicks"] if at >= click + found["delay"])
        assert trip < found["delay"] + samples(0.2), found


@pytest.mark.device
def test_devices_of_the_real_portaudio_are_listed(
    pulse: PrivatePulse, children: Callable[..., Child]
) -> None:
    found = children(
        pulse,
        """
        try:
            SounddeviceDuplex("kazoo").run(Announcer(lambda block: block, fail))
        except DeviceError as error:
            devices = {device.name: device.default_input for device in list_devices()}
            print(json.dumps({"devices": devices, "error": str(error)}))
        """,
    ).report()
    assert found["devices"]["default"] is True
    assert found["devices"]["pulse"] is False
    assert found["error"].startswith("no microphone called 'kazoo'; the sound devices are: ")
    assert "'default'" in found["error"]


RUN = """
try:
    SounddeviceDuplex().run(Announcer(lambda block: ready() or block))
except DeviceError as error:
    print(json.dumps({"error": str(error)}))
"""


@pytest.mark.device
def test_without_any_device_there_is_no_microphone(
    pulse: PrivatePulse, children: Callable[..., Child]
) -> None:
    found = children(pulse, RUN, PULSE_SERVER="unix:/nowhere", ALSA_CONFIG_PATH=ALSA).report()
    assert found["error"] == "no microphone; the sound devices are: none"


@pytest.mark.device
def test_a_server_without_devices_cannot_be_used(children: Callable[..., Child]) -> None:
    with private_pulse(sinks=False) as bare:
        found = children(bare, RUN).report()
    assert "\n" not in found["error"]
    assert found["error"].startswith(("cannot use 'pulse' as", "no microphone"))


@pytest.mark.device
def test_a_server_that_goes_away_is_a_device_that_stopped(
    pulse: PrivatePulse, children: Callable[..., Child]
) -> None:
    child = children(pulse, RUN)
    child.until_ready()
    pulse.kill()
    assert child.report()["error"].startswith("the microphone and speaker stopped: ")


@pytest.mark.device
def test_an_interruption_ends_the_program_at_once(
    pulse: PrivatePulse, children: Callable[..., Child]
) -> None:
    child = children(pulse, "signal.signal(signal.SIGINT, signal.default_int_handler)\n" + RUN)
    child.until_ready()
    child.process.send_signal(signal.SIGINT)
    _out, err = child.finish()
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert child.process.returncode == -signal.SIGINT

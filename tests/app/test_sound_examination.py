"""Sound examination: a room in which one thing is wrong.

Everything is real but the microphone and the speaker: a recording or a simulated room stands in
for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from coach.app.ears import Ears
from coach.app.language_files import data_folder, load_language
from coach.app.sound_examination import examine_devices, examine_sound
from coach.devices.recordings.audio_file import read_audio
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.room_duplex import RoomDuplex
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.doctor.findings import Finding
from coach.doctor.sound_check import BEFORE_WORDS, CHIRPED, QUIET, SETTLING
from coach.doctor.word_check import WORDS
from coach.errors import DeviceError
from coach.messages.events import Event, Spoken
from coach.ports import Duplex, DuplexHandler
from coach.simulation.rehearsal import Rehearsal, Room, RoomEcho, UserSpeech
from coach.units import Block, Samples, samples, silence
from tests.fake_card import MICROPHONE, SPEAKER, WHOLE, FakeCard

ENGLISH = load_language()
PROMPTS = ENGLISH.doctor
CLIPS = data_folder("audio_fixtures") / "en"


def clips(speaker: str) -> dict[str, Block]:
    return {word: read_audio(CLIPS / speaker / f"{word}.flac") for word in WORDS}


def louder(clip: Block, gain: float) -> Block:
    return np.clip(np.round(clip * gain), -32768, 32767).astype(np.int16)


class Owner:
    """Says each word when it is asked for, or something else in its place; None says nothing."""

    def __init__(self, instead: Mapping[str, str | None]) -> None:
        self._instead = instead
        self._to_say: list[UserSpeech] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Spoken) and event.prompt.startswith("ask_"):
            word = event.prompt.removeprefix("ask_")
            said = self._instead.get(word, word)
            if said is not None:
                self._to_say.append(UserSpeech(said, BEFORE_WORDS + event.end + samples(0.7)))

    def pop(self) -> Iterable[UserSpeech]:
        said, self._to_say = self._to_say, []
        return said


Sit = Callable[..., dict[str, Finding]]


@pytest.fixture(scope="module")
def sit(ears: Ears, doctor_cues: dict[str, Block]) -> Sit:
    """What is found in a room with its owner in it."""

    def run(
        room: Room,
        *,
        gain: float = 1.0,
        noise: Block | None = None,
        instead: Mapping[str, str | None] | None = None,
        words: bool = True,
    ) -> dict[str, Finding]:
        said = {word: louder(clip, gain) for word, clip in clips("flite_rms").items()}
        owner = Owner(instead or {})
        rehearsal = Rehearsal(clips="", user=[], room=room, limit_s=180.0, seed=2)
        reference = np.concatenate(list(doctor_cues.values()))
        duplex = RoomDuplex(rehearsal, owner, said, noise, reference)
        asked = doctor_cues if words else None
        return by_subject(examine_sound(duplex, ears, asked, PROMPTS, [owner]))

    return run


def by_subject(findings: Sequence[Finding]) -> dict[str, Finding]:
    assert len({finding.subject for finding in findings}) == len(findings)
    return {finding.subject: finding for finding in findings}


def levels(findings: Mapping[str, Finding]) -> dict[str, str]:
    return {subject: finding.level for subject, finding in findings.items()}


FINE = {"microphone": "ok", "noise": "ok", "echo": "ok", "words": "ok"}
BESIDE = Room(echo=RoomEcho(gain_db=-6.0, delay_ms=80.0))


# The room


@pytest.mark.model
def test_beside_its_speaker_all_is_well(sit: Sit) -> None:
    findings = sit(BESIDE)
    assert levels(findings) == FINE
    assert findings["echo"].measured["delay_s"] == pytest.approx(0.08, abs=0.012)
    assert findings["words"].text.count("1.00") >= 2


@pytest.mark.model
@pytest.mark.parametrize(
    ("subject", "level", "text", "room", "gain"),
    [
        pytest.param(*("microphone", "ok", "dBFS", Room(), 0.05), marks=pytest.mark.thorough),
        pytest.param(
            *("microphone", "warning", "which is soft", Room(), 0.015),
            marks=pytest.mark.thorough,
        ),
        ("microphone", "warning", "clips", Room(saturation=32767), 30.0),
        pytest.param(*("echo", "warning", "headphones", Room(), 1.0), marks=pytest.mark.thorough),
        pytest.param(
            *("echo", "problem", "wireless", Room(echo=RoomEcho(gain_db=-6, delay_ms=900)), 1.0),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("echo", "warning", "louder than you"),
            *(Room(echo=RoomEcho(gain_db=16, delay_ms=60)), 1.0),
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_what_is_wrong_in_a_room_is_reported(
    sit: Sit, subject: str, level: str, text: str, room: Room, gain: float
) -> None:
    finding = sit(room, gain=gain)[subject]
    assert (finding.level, text in f"{finding.text} {finding.cure}") == (level, True), finding


@pytest.mark.thorough
@pytest.mark.model
def test_a_soft_voice_of_which_a_word_is_lost_is_too_soft(sit: Sit) -> None:
    finding = sit(Room(), gain=0.015, instead={"done": None})["microphone"]
    assert (finding.level, "too soft" in finding.text) == ("problem", True), finding


@pytest.mark.model
def test_noise_is_reported_against_the_voice(sit: Sit) -> None:
    hiss = np.random.default_rng(3).normal(0, 3000, samples(4)).astype(np.int16)
    finding = sit(Room(noise="hiss", snr_db=8.0), noise=hiss)["noise"]
    assert finding.level == "warning"
    assert finding.measured["below_voice_db"] == pytest.approx(8.0, abs=2.0)


@pytest.mark.model
@pytest.mark.parametrize(
    ("instead", "level", "text"),
    [
        pytest.param(
            *({"done": None}, "problem", "ready 1.00; done not understood; arched"),
            marks=pytest.mark.thorough,
        ),
        ({"arched": "ready"}, "problem", "arched not understood (taken for ready and ready)"),
        pytest.param(
            *(dict.fromkeys(WORDS), "problem", "ready not understood; done not understood"),
            marks=pytest.mark.thorough,
        ),
        ({"ready": "stop"}, "warning", "not checked: it was ended early"),
    ],
)
def test_what_the_owner_does_not_say_is_reported(
    sit: Sit, instead: Mapping[str, str | None], level: str, text: str
) -> None:
    finding = sit(BESIDE, instead=instead)["words"]
    assert (finding.level, text in finding.text) == (level, True), finding


# The microphone


def recorded(length_seconds: float, level: float = 5.0) -> Block:
    return np.random.default_rng(6).normal(0, level, samples(length_seconds)).astype(np.int16)


class Unplugged:
    """A Duplex that fails when its recording is over."""

    def __init__(self, recording: Block) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._recording = recording

    def run(self, handler: DuplexHandler) -> None:
        WavDuplex(self._recording).run(handler)
        raise DeviceError("the sound device stopped: no sound for 2 seconds: is it plugged in?")


class Ragged:
    """A Duplex with blocks of any length, as a sound card at another rate has them."""

    def __init__(self, recording: Block) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._recording = recording

    def run(self, handler: DuplexHandler) -> None:
        at = 0
        for length in np.random.default_rng(1).integers(1, 900, 500).tolist():
            block = self._recording[at : at + length]
            answer = handler.process(block)
            if answer is None:
                return
            assert len(answer) == len(block)
            at += length


@pytest.mark.parametrize(
    ("duplex", "found"),
    [
        (None, {"microphone": "not checked: there is no sound", "echo": "not checked: there is"}),
        (
            WavDuplex(recorded(9.0)),
            {"microphone": "the microphone hears", "echo": "hears no chirp"},
        ),
        (WavDuplex(silence(samples(9.0))), {"microphone": "digital silence", "noise": "digital"}),
        (
            WavDuplex(recorded(0.3)),
            {"microphone": "not checked: the sound ended", "noise": "not checked"},
        ),
        (WavDuplex(recorded(4.0)), {"noise": "dBFS", "echo": "not checked: the sound ended"}),
        (Unplugged(recorded(4.0)), {"microphone": "plugged in?", "noise": "the microphone failed"}),
        (Unplugged(silence(0)), {"microphone": "plugged in?", "words": "not checked"}),
    ],
)
def test_without_ears_the_sound_is_measured_all_the_same(
    duplex: Duplex | None, found: Mapping[str, str]
) -> None:
    findings = by_subject(examine_sound(duplex, None, None, PROMPTS))
    assert list(findings) == ["microphone", "noise", "echo", "words"]
    assert not {
        subject: text for subject, text in found.items() if text not in findings[subject].text
    }
    assert "not checked" in findings["words"].text


class Swift:
    """The Duplex of a fake card that is answered at once; it does something at its n-th block."""

    def __init__(
        self,
        card: FakeCard,
        at: int = 0,
        does: Callable[[], None] = lambda: None,
        look_seconds: float = 0.01,
    ) -> None:
        self._duplex = SounddeviceDuplex(library=card, look_seconds=look_seconds)
        self._card, self._at, self._does = card, at, does
        self.delay = self._duplex.delay
        self.name: str | None = None

    def run(self, handler: DuplexHandler) -> None:
        blocks = 0
        process = handler.process

        def answer(microphone: Block) -> Block | None:
            nonlocal blocks
            blocks += 1
            if blocks == self._at:
                self._does()
            self._card.answered.release()
            return process(microphone)

        handler.process = answer  # type: ignore[method-assign]
        self._duplex.run(handler)


def test_a_muted_microphone_is_to_be_unmuted() -> None:
    findings = by_subject(examine_sound(Swift(FakeCard(muted=True)), None, None, PROMPTS))
    assert findings["microphone"].level == "problem"
    assert (findings["microphone"].cure or "").startswith("unmute it")
    assert findings["noise"].text == "not checked: the microphone sends digital silence"
    assert findings["echo"].text == "not checked: the microphone sends digital silence"


@pytest.mark.model
def test_a_muted_microphone_is_soon_asked_for_no_more_words(
    ears: Ears, doctor_cues: dict[str, Block]
) -> None:
    asked: list[Event] = []
    duplex = Swift(FakeCard(muted=True))
    findings = by_subject(examine_sound(duplex, ears, doctor_cues, PROMPTS, [asked.append]))
    assert (findings["microphone"].cure or "").startswith("unmute it")
    assert findings["words"].text == "not checked: the microphone sends digital silence"
    prompts = {event.prompt for event in asked if isinstance(event, Spoken)}
    assert {"ask_ready", "again"} <= prompts
    assert not prompts & {"ask_arched", "ask_stop"}


def test_a_microphone_that_cuts_off_what_is_soft_is_reported() -> None:
    card = FakeCard(sound=silence(SETTLING + QUIET + 2 * CHIRPED))
    # Whoever looks for another microphone meanwhile opens this one again, and hears it anew.
    microphone, *_ = examine_sound(Swift(card, look_seconds=60.0), None, None, PROMPTS)
    assert (microphone.level, "digital silence between" in microphone.text) == ("warning", True)


@pytest.mark.parametrize(
    ("plugged", "gone"),
    [({WHOLE}, WHOLE), ({MICROPHONE, SPEAKER}, MICROPHONE), ({MICROPHONE, SPEAKER}, SPEAKER)],
)
def test_what_is_unplugged_is_to_be_plugged_in(plugged: set[str], gone: str) -> None:
    card = FakeCard(plugged=plugged)
    duplex = Swift(card, 100, lambda: card.unplug(gone))
    microphone, noise, *_ = examine_sound(duplex, None, None, PROMPTS)
    assert (microphone.level, "is it plugged in?" in microphone.text) == ("problem", True)
    assert noise.text == "not checked: the microphone failed"


def test_lost_sound_is_reported() -> None:
    duplex = WavDuplex(recorded(9.0), losses={samples(1.0): samples(0.25), samples(5.0): 1600})
    (microphone, *_) = examine_sound(duplex, None, None, PROMPTS)
    assert (microphone.level, microphone.measured["lost_seconds"]) == ("warning", 0.35)


def test_blocks_of_any_length_measure_the_same() -> None:
    sound = recorded(9.0)
    findings = [examine_sound(kind(sound), None, None, PROMPTS) for kind in (Ragged, WavDuplex)]
    assert [finding.measured for finding in findings[0][1:]] == [
        finding.measured for finding in findings[1][1:]
    ]


# The devices


def test_a_recording_takes_the_place_of_the_devices() -> None:
    finding, duplex = examine_devices(None, silence(16_000))
    assert (finding.level, "a recording of 1.0 s" in finding.text) == ("ok", True)
    assert isinstance(duplex, WavDuplex)


SERVICE = "0::/system.slice/flatback.service\n"
USER_UNIT = "0::/user.slice/user@1000.service/session.slice/pipewire.service\n"


def hold(proc: Path, name: str, cgroup: str) -> None:
    """A sound card is held by a thread, 4712, of the process 4711."""
    for stream, state in (("pcm0c", "closed\n"), ("pcm0p", "state: RUNNING\nowner_pid   : 4712\n")):
        folder = proc / "asound" / "card1" / stream / "sub0"
        folder.mkdir(parents=True)
        (folder / "status").write_text(state)
    for number in ("4711", "4712"):
        (proc / number).mkdir()
        (proc / number / "status").write_text("Name:\tx\nTgid:\t4711\nPid:\t4712\n")
    (proc / "4711" / "comm").write_text(f"{name}\n")
    (proc / "4711" / "cgroup").write_text(cgroup)


@pytest.mark.parametrize(
    ("name", "cgroup", "cure"),
    [
        ("coach", SERVICE, "stop it first: sudo systemctl stop flatback"),
        ("coach", "0::/user.slice\n", "end coach first, or choose another device"),
        ("pipewire", USER_UNIT, "end pipewire first, or choose another device"),
    ],
)
@pytest.mark.parametrize("device", [None, "USB"])
def test_who_holds_the_sound_card_is_reported_where_none_is_listed(
    tmp_path: Path, name: str, cgroup: str, cure: str, device: str | None
) -> None:
    hold(tmp_path, name, cgroup)
    finding, duplex = examine_devices(device, None, FakeCard(plugged=set()), tmp_path)
    assert (finding.level, duplex) == ("problem", None)
    assert finding.text.endswith(f"; the sound card is used by {name} (4711)")
    assert (finding.cure or "").startswith(cure)


def test_who_holds_a_sound_card_is_nothing_where_there_is_another(tmp_path: Path) -> None:
    hold(tmp_path, "coach", SERVICE)
    assert examine_devices(None, None, FakeCard(), tmp_path)[0].level == "ok"
    several = FakeCard(plugged={"Fake card A", "Fake card B"})
    finding, _ = examine_devices("fake card", None, several, tmp_path)
    assert ("more than one" in finding.text, "used by" in finding.text) == (True, False)


def test_where_nobody_holds_a_card_one_is_to_be_plugged_in(tmp_path: Path) -> None:
    finding, _ = examine_devices(None, None, FakeCard(plugged=set()), tmp_path)
    assert (finding.cure or "").startswith("plug in a microphone and a speaker")

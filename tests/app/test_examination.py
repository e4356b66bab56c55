"""Examination: a machine on which one thing is broken, and a room in which one thing is wrong.

Everything is real but the microphone and the speaker, which a recording or a simulated room is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from coach.app.ears import Ears
from coach.app.examination import Patient, examine, examine_model, examine_voice
from coach.app.language_files import data_folder, load_language
from coach.app.machine_examination import examine_clock, examine_disk, examine_memory, examine_speed
from coach.app.sound_examination import examine_devices, examine_sound
from coach.devices.recordings.audio_file import read_audio
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.room_duplex import RoomDuplex
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system import linux_machine
from coach.doctor.announce import ForbearingAnnouncer
from coach.doctor.findings import Finding
from coach.doctor.sound_check import BEFORE_WORDS, CHIRPED, QUIET, SETTLING
from coach.doctor.word_check import WORDS
from coach.errors import DeviceError, VoiceError
from coach.messages.events import Event, Gone, Spoken
from coach.ports import Duplex, DuplexHandler, Voice
from coach.simulation.fakes import ToneVoice
from coach.simulation.rehearsal import Rehearsal, Room, RoomEcho, UserSpeech
from coach.units import Block, Samples, samples, silence
from tests.fake_card import MICROPHONE, SPEAKER, WHOLE, FakeCard
from tests.unprivileged import unprivileged

ENGLISH = load_language()
PROMPTS = ENGLISH.doctor
CLIPS = data_folder("audio_fixtures") / "en"
SUBJECTS = [
    *("libraries", "model", "voice", "devices", "microphone", "noise", "echo", "words"),
    *("speed", "heat", "disk", "memory", "clock"),
]


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


@pytest.fixture(scope="module")
def cues(voice: Voice) -> dict[str, Block]:
    return {text: voice.render(text) for text in PROMPTS.texts()}


Sit = Callable[..., dict[str, Finding]]


@pytest.fixture(scope="module")
def sit(ears: Ears, cues: dict[str, Block]) -> Sit:
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
        reference = np.concatenate(list(cues.values()))
        duplex = RoomDuplex(rehearsal, owner, said, noise, reference)
        asked = cues if words else None
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
    ("subject", "level", "told", "room", "gain"),
    [
        ("microphone", "ok", "dBFS", Room(), 0.05),
        ("microphone", "warning", "which is soft", Room(), 0.015),
        ("microphone", "warning", "clips", Room(saturation=32767), 30.0),
        ("echo", "warning", "headphones", Room(), 1.0),
        ("echo", "problem", "wireless", Room(echo=RoomEcho(gain_db=-6, delay_ms=900)), 1.0),
        ("echo", "warning", "louder than you", Room(echo=RoomEcho(gain_db=16, delay_ms=60)), 1.0),
    ],
)
def test_what_is_wrong_in_a_room_is_told(
    sit: Sit, subject: str, level: str, told: str, room: Room, gain: float
) -> None:
    finding = sit(room, gain=gain)[subject]
    assert (finding.level, told in f"{finding.text} {finding.cure}") == (level, True), finding


@pytest.mark.model
def test_a_soft_voice_of_which_a_word_is_lost_is_too_soft(sit: Sit) -> None:
    finding = sit(Room(), gain=0.015, instead={"done": None})["microphone"]
    assert (finding.level, "too soft" in finding.text) == ("problem", True), finding


@pytest.mark.model
def test_noise_is_told_against_the_voice(sit: Sit) -> None:
    hiss = np.random.default_rng(3).normal(0, 3000, samples(4)).astype(np.int16)
    finding = sit(Room(noise="hiss", snr_db=8.0), noise=hiss)["noise"]
    assert finding.level == "warning"
    assert finding.measured["below_voice_db"] == pytest.approx(8.0, abs=2.0)


@pytest.mark.model
@pytest.mark.parametrize(
    ("instead", "level", "told"),
    [
        ({"done": None}, "problem", "ready 1.00; done not understood; arched"),
        ({"arched": "ready"}, "problem", "arched not understood (for ready and ready)"),
        (dict.fromkeys(WORDS), "problem", "ready not understood; done not understood"),
        ({"ready": "stop"}, "warning", "not checked: it was broken off"),
    ],
)
def test_what_the_owner_does_not_say_is_told(
    sit: Sit, instead: Mapping[str, str | None], level: str, told: str
) -> None:
    finding = sit(BESIDE, instead=instead)["words"]
    assert (finding.level, told in finding.text) == (level, True), finding


# The microphone


def recorded(length_s: float, level: float = 5.0) -> Block:
    return np.random.default_rng(6).normal(0, level, samples(length_s)).astype(np.int16)


class Unplugged:
    """A Duplex that fails when its recording is over."""

    def __init__(self, recording: Block) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._recording = recording

    def run(self, passage: DuplexHandler) -> None:
        WavDuplex(self._recording).run(passage)
        raise DeviceError("the sound device stopped: no sound for 2 seconds: is it plugged in?")


class Ragged:
    """A Duplex with blocks of any length, as a sound card at another rate has them."""

    def __init__(self, recording: Block) -> None:
        self.delay: Samples = 0
        self.name: str | None = None
        self._recording = recording

    def run(self, passage: DuplexHandler) -> None:
        at = 0
        for length in np.random.default_rng(1).integers(1, 900, 500).tolist():
            block = self._recording[at : at + length]
            answer = passage.process(block)
            if answer is None:
                return
            assert len(answer) == len(block)
            at += length


@pytest.mark.parametrize(
    ("duplex", "found"),
    [
        (None, {"microphone": "not checked: there is no sound", "echo": "not checked: there is"}),
        (WavDuplex(recorded(9.0)), {"microphone": "it hears", "echo": "no chirp is heard"}),
        (WavDuplex(silence(samples(9.0))), {"microphone": "digital silence", "noise": "digital"}),
        (WavDuplex(recorded(0.3)), {"microphone": "not checked: it ended", "noise": "not checked"}),
        (WavDuplex(recorded(4.0)), {"noise": "dBFS", "echo": "not checked: the microphone ended"}),
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
        self, card: FakeCard, at: int = 0, does: Callable[[], None] = lambda: None
    ) -> None:
        self._duplex = SounddeviceDuplex(library=card, look_seconds=0.01)
        self._card, self._at, self._does = card, at, does
        self.delay = self._duplex.delay
        self.name: str | None = None

    def run(self, passage: DuplexHandler) -> None:
        blocks = 0
        process = passage.process

        def answer(microphone: Block) -> Block | None:
            nonlocal blocks
            blocks += 1
            if blocks == self._at:
                self._does()
            self._card.answered.release()
            return process(microphone)

        passage.process = answer  # type: ignore[method-assign]
        self._duplex.run(passage)


def test_a_muted_microphone_is_to_be_unmuted() -> None:
    findings = by_subject(examine_sound(Swift(FakeCard(muted=True)), None, None, PROMPTS))
    assert findings["microphone"].level == "problem"
    assert (findings["microphone"].cure or "").startswith("unmute it")
    assert findings["noise"].text == "not checked: the microphone sends digital silence"
    assert findings["echo"].text == "not checked: the microphone sends digital silence"


@pytest.mark.model
def test_a_muted_microphone_is_soon_asked_for_no_more_words(
    ears: Ears, cues: dict[str, Block]
) -> None:
    asked: list[Event] = []
    duplex = Swift(FakeCard(muted=True))
    findings = by_subject(examine_sound(duplex, ears, cues, PROMPTS, [asked.append]))
    assert (findings["microphone"].cure or "").startswith("unmute it")
    assert findings["words"].text == "not checked: the microphone sends digital silence"
    prompts = {event.prompt for event in asked if isinstance(event, Spoken)}
    assert {"ask_ready", "again"} <= prompts
    assert not prompts & {"ask_arched", "ask_stop"}


def test_a_microphone_that_cuts_off_what_is_soft_is_told() -> None:
    card = FakeCard(sound=silence(SETTLING + QUIET + 2 * CHIRPED))
    microphone, *_ = examine_sound(Swift(card), None, None, PROMPTS)
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


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ([], True),
        (["microphone"], False),
        (["microphone", "found"], True),
        (["microphone", "found", "microphone"], False),
    ],
)
def test_a_deaf_microphone_is_borne_with_for_half_a_minute(told: Sequence[str], kept: bool) -> None:
    passage = ForbearingAnnouncer(lambda block: block)
    second = silence(samples(1.0))
    for _ in range(29):
        assert passage.process(second) is not None
    for each in told:
        if each == "found":
            passage.find_device("microphone", WHOLE)
        else:
            passage.lose_device("microphone", "nothing but zeros come from it")
        assert passage.process(second) is not None
    assert (passage.missed is None) is kept
    answers = [passage.process(second) is not None for _ in range(30)]
    assert answers == [True] * (30 if kept else 29) + [False] * (not kept)


@pytest.mark.parametrize("gone", ["speaker", "microphone and speaker"])
def test_without_a_speaker_it_gives_up(gone: Gone) -> None:
    passage = ForbearingAnnouncer(lambda block: block)
    with pytest.raises(DeviceError, match="unplugged: is it plugged in"):
        passage.lose_device(gone, "unplugged")
    assert not passage.looking()


def test_lost_sound_is_told() -> None:
    duplex = WavDuplex(recorded(9.0), losses={samples(1.0): samples(0.25), samples(5.0): 1600})
    (microphone, *_) = examine_sound(duplex, None, None, PROMPTS)
    assert (microphone.level, microphone.measured["lost_seconds"]) == ("warning", 0.35)


def test_blocks_of_any_length_measure_the_same() -> None:
    sound = recorded(9.0)
    findings = [examine_sound(kind(sound), None, None, PROMPTS) for kind in (Ragged, WavDuplex)]
    assert [finding.measured for finding in findings[0][1:]] == [
        finding.measured for finding in findings[1][1:]
    ]


# What is installed


@pytest.mark.parametrize("what", ["nothing", "another folder", "damaged"])
def test_a_model_that_cannot_be_used_is_told(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "model"
    if what != "nothing":
        folder.mkdir()
    if what == "damaged":
        (folder / "am").mkdir()
        (folder / "am" / "final.mdl").write_bytes(b"short")
    finding, ears = examine_model(folder)
    assert ears is None
    assert finding.level == "problem"
    assert str(folder) in finding.text
    assert finding.cure in ("run `coach model install`", "run `coach model install` again")


@pytest.mark.model
def test_a_model_that_is_whole_makes_ears(model_folder: Path) -> None:
    finding, ears = examine_model(model_folder)
    assert (finding.level, ears is None) == ("ok", False)


class Dumb:
    """A Voice that fails."""

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        raise VoiceError("the voice needs eSpeak NG, which is not there: sudo apt-get install x")


def no_voice() -> Voice:
    raise VoiceError("my.onnx: cannot be read: No such file")


@pytest.mark.parametrize(
    ("make", "level", "text", "cure"),
    [
        (ToneVoice, "ok", "hum speaks", None),
        (Dumb, "problem", "the voice needs eSpeak NG, which is not there", "sudo apt-get "),
        (
            no_voice,
            "problem",
            "my.onnx: cannot be read: No such file",
            "choose another",
        ),
    ],
)
def test_the_voice(make: Callable[[], Voice], level: str, text: str, cure: str | None) -> None:
    finding, cues = examine_voice("hum", make, PROMPTS)
    assert (finding.level, finding.text, cues is None) == (level, text, level != "ok")
    assert (finding.cure or "").startswith(cure or "")


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
def test_who_holds_the_sound_card_is_told_where_none_is_listed(
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


@pytest.mark.model
def test_the_speed_of_this_machine_is_measured(ears: Ears, cues: dict[str, Block]) -> None:
    finding = examine_speed(ears, cues, ENGLISH)
    factor = finding.measured["real_time_factor"]
    assert isinstance(factor, float)
    assert 0.001 < factor < 5.0


def test_the_speed_needs_ears_and_voice() -> None:
    assert examine_speed(None, {}, ENGLISH).text.startswith("not checked: it takes the speech")


# The machine


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o500)
    with unprivileged():
        finding = examine_disk(folder / "flatback")
    assert finding.level == "problem"
    assert "cannot be written: permission denied" in finding.text


def test_a_full_disk_is_told(
    tmp_path: Path, disk_of: Callable[[int], AbstractContextManager[None]]
) -> None:
    with disk_of(100):
        finding = examine_disk(tmp_path)
    assert (finding.level, "file too large" in finding.text) == ("problem", True)


def test_looking_at_the_disk_leaves_nothing(tmp_path: Path) -> None:
    assert examine_disk(tmp_path / "not" / "yet").level == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_memory_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(b"?" * 5000)
    finding, last_utc = examine_memory(path)
    assert (finding.level, last_utc) == ("problem", 0.0)
    assert "is damaged: `coach run` keeps it under another name" in finding.text
    assert path.read_bytes() == b"?" * 5000


def test_a_memory_of_another_user_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "flatback"
    folder.mkdir(mode=0o000)
    with unprivileged():
        finding, last_utc = examine_memory(folder / "memory.db")
    assert (finding.level, last_utc) == ("problem", 0.0)
    assert "memory.db cannot be looked at: permission denied" in finding.text
    assert f"make {folder} your own" in (finding.cure or "")


def test_a_model_of_another_user_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir(mode=0o000)
    with unprivileged():
        finding, _ = examine_model(folder / "model")
    assert finding.level == "problem"


def test_an_empty_file_is_no_memory_yet(tmp_path: Path) -> None:
    """As a power cut may leave it; the next session makes it one."""
    path = tmp_path / "memory.db"
    path.touch()
    finding, _ = examine_memory(path)
    assert (finding.level, finding.measured) == ("ok", {"sessions": 0})
    assert path.read_bytes() == b""


def test_no_memory_is_no_problem(tmp_path: Path) -> None:
    finding, last_utc = examine_memory(tmp_path / "memory.db")
    assert (finding.level, last_utc) == ("ok", 0.0)
    assert list(tmp_path.iterdir()) == []


def test_a_clock_behind_the_last_training_is_told() -> None:
    now = datetime.now(UTC)
    assert examine_clock(now.timestamp() - 60.0, now).level in ("ok", "warning")
    assert "earlier than the last training" in examine_clock(now.timestamp() + 60.0, now).text
    past = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    assert "earlier than the coach was installed" in examine_clock(0.0, past).text


@pytest.mark.parametrize(
    ("zones", "celsius"),
    [({}, None), ({"0": "45123\n"}, 45.123), ({"0": "45000", "1": "61000", "2": "?"}, 61.0)],
)
def test_the_hottest_zone_is_the_temperature(
    tmp_path: Path, zones: Mapping[str, str], celsius: float | None
) -> None:
    for zone, content in zones.items():
        (tmp_path / f"thermal_zone{zone}").mkdir()
        (tmp_path / f"thermal_zone{zone}" / "temp").write_text(content)
    assert linux_machine.celsius(tmp_path) == celsius


@pytest.mark.parametrize(
    ("file", "program", "throttled"),
    [
        ("50005\n", "false", 0x50005),
        ("0", "false", 0),
        (None, "echo throttled=0x50000 #", 0x50000),
        (None, "false", None),
        (None, "echo VCHI initialization failed", None),
        ("?", "echo throttled=0x4 #", 4),
    ],
)
def test_what_throttles_a_raspberry_pi_is_read_where_it_is_told(
    tmp_path: Path, file: str | None, program: str, throttled: int | None
) -> None:
    firmware = tmp_path / "soc" / "soc:firmware"
    firmware.mkdir(parents=True)
    if file is not None:
        (firmware / "get_throttled").write_text(file)
    script = tmp_path / "vcgencmd"
    script.write_text(f"#!/bin/sh\n{program}\n")
    script.chmod(0o755)
    assert linux_machine.throttled(tmp_path, str(script)) == throttled
    assert linux_machine.throttled(tmp_path / "none", str(tmp_path / "missing")) is None


def test_the_kernel_tells_of_the_clock() -> None:
    assert linux_machine.clock_is_synchronised() in (True, False, None)


# All of it


def test_one_broken_thing_hides_no_other(tmp_path: Path) -> None:
    patient = Patient(
        model=tmp_path / "no model",
        voice="none",
        make_voice=no_voice,
        device=None,
        audio=recorded(9.0),
        words=True,
        memory=tmp_path / "memory.db",
    )
    told: list[str] = []
    findings = by_subject(examine(patient, told.append, []))
    assert list(findings) == SUBJECTS
    assert [findings[each].level for each in ("model", "voice")] == ["problem", "problem"]
    assert [findings[each].level for each in ("microphone", "noise", "echo")] == ["ok"] * 3
    assert findings["words"].text == "not checked: there is not the speech model"
    assert findings["speed"].text.startswith("not checked")
    assert any("quiet" in line for line in told)

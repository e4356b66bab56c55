"""Examination: everything that `coach doctor` looks at, one after the other.

One broken thing must not hide the others: what went wrong becomes a finding, and what needs it is
told as not checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

import coach
from coach.app.assembly import EVERYTHING, Ears, load_ears
from coach.app.installed_libraries import library_versions
from coach.app.language_files import ENGLISH, LanguagePack, data_folder, load_language
from coach.devices.memory import sqlite_file
from coach.devices.recordings.audio_file import read_audio
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.sounddevice_devices import choose, list_devices
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.speech import model_store
from coach.devices.system import linux_machine
from coach.devices.system.device_holder import any_holder
from coach.doctor.announce import ForbearingAnnouncer
from coach.doctor.findings import (
    Finding,
    Measured,
    judge_clock,
    judge_disk,
    judge_heat,
    judge_libraries,
    judge_speed,
    not_checked,
)
from coach.doctor.sound_check import Monologue, SoundCheck, work_hard
from coach.doctor.sound_findings import judge_echo, judge_microphone, judge_noise, judge_words
from coach.doctor.word_check import WordCheck, WordPrompts
from coach.engine import Engine, Observer
from coach.errors import (
    AudioFileError,
    DataError,
    DeviceError,
    MemoryFileError,
    ModelError,
    VoiceError,
)
from coach.ports import Duplex, Voice
from coach.units import Block, samples, seconds

Sounds = Mapping[str, Block]
Tell = Callable[[str], None]
"""Told what is being looked at, for who waits."""

_WORK = samples(12.0)
_CURES = ("run ", "sudo ")
_SERVICE = "flatback"
_SPEAKER = "flite_slt"
_CHECK = "see that it is plugged in and nothing else uses it"
_PLUG_IN = "plug in a microphone and a speaker, and choose them: coach devices, --device"


@dataclass(frozen=True, slots=True)
class Patient:
    """What is to be looked at. ``audio`` is a recording in place of microphone and speaker.

    ``make_voice`` raises what it raises when it is called.
    """

    model: Path | None
    voice: str
    make_voice: Callable[[], Voice]
    device: str | None
    audio: Block | None
    words: bool
    memory: Path
    pack: LanguagePack = field(default_factory=load_language)


def examine(patient: Patient, tell: Tell, observers: Iterable[Observer]) -> list[Finding]:
    """Every finding, in the order in which they should be mended.

    Nothing that is wrong with the machine is raised; DataError when the doctor's own words are.
    """
    tell("looking at libraries, model and voice")
    libraries = judge_libraries(library_versions(), *linux_machine.bits())
    model, ears = examine_model(patient.model, patient.pack.name)
    prompts = patient.pack.doctor
    voice, cues = examine_voice(patient.voice, patient.make_voice, prompts)
    devices, duplex = examine_devices(patient.device, patient.audio)
    tell("measuring how fast this machine is")
    speed = examine_speed(ears, cues, patient.pack)
    memory, last_utc = examine_memory(patient.memory)
    body = (speed, judge_heat(linux_machine.celsius(), linux_machine.throttled()))
    rest = (examine_disk(patient.memory.parent), memory, examine_clock(last_utc))
    if duplex is not None:
        tell("listening: please be quiet for ten seconds")
    sound = examine_sound(
        duplex,
        ears,
        cues if patient.words else None,
        prompts,
        observers,
        recorded=patient.audio is not None,
    )
    if not patient.words:
        sound = [*sound[:-1], Finding("words", "ok", "not asked for")]
    return [libraries, model, voice, devices, *sound, *body, *rest]


def examine_model(folder: Path | None, language: str = ENGLISH) -> tuple[Finding, Ears | None]:
    """The speech model, and the ears that it makes."""
    place = model_store.resolve(folder, load_language(language).language.model)
    try:
        ears = load_ears(folder, language)
    except (ModelError, DataError, ImportError, OSError) as error:
        return _problem("model", error, "run `coach model install`"), None
    text = f"{place.name}, every file as it should be"
    return Finding("model", "ok", text, None, {"folder": str(place)}), ears


def examine_voice(
    name: str, make: Callable[[], Voice], prompts: WordPrompts
) -> tuple[Finding, Sounds | None]:
    """The voice, and what the doctor says in it."""
    try:
        voice = make()
        cues = {text: voice.render(text) for text in prompts.texts()}
    except (VoiceError, ImportError, OSError) as error:
        return _problem("voice", error, "choose another: coach voices, --voice"), None
    return Finding("voice", "ok", f"{name} speaks"), cues


def examine_devices(
    device: str | None, audio: Block | None, library: Any = None, proc: Path = Path("/proc")
) -> tuple[Finding, Duplex | None]:
    """Microphone and speaker, or the recording in their place; ``library`` is as in list_devices.

    What another program holds is not listed: who that is is told.
    """
    if audio is not None:
        text = f"a recording of {seconds(len(audio)):.1f} s in place of a microphone"
        return Finding("devices", "ok", text), WavDuplex(audio)
    try:
        microphone, speaker = choose(list_devices(library), device)
        duplex = SounddeviceDuplex(device, library=library)
    except DeviceError as error:
        return _problem_of_sound("devices", error, _PLUG_IN, proc), None
    text = f"{microphone.name} ({microphone.rate_hz} Hz) → {speaker.name} ({speaker.rate_hz} Hz)"
    measured: Measured = {
        "microphone": microphone.name,
        "microphone_rate_hz": microphone.rate_hz,
        "speaker": speaker.name,
        "speaker_rate_hz": speaker.rate_hz,
    }
    return Finding("devices", "ok", text, None, measured), duplex


def examine_sound(
    duplex: Duplex | None,
    ears: Ears | None,
    cues: Sounds | None,
    prompts: WordPrompts,
    observers: Iterable[Observer] = (),
    *,
    recorded: bool = False,
) -> list[Finding]:
    """Microphone, noise, echo and words; no word is asked for without ``cues``."""
    subjects = ("microphone", "noise", "echo", "words")
    if duplex is None:
        return [not_checked(subject, "there is no sound") for subject in subjects]
    asking = WordCheck(prompts)
    engine = None
    if ears is not None and cues is not None:
        listening = ears.front_end(lambda _line: None)  # the libraries have a line of their own
        engine = Engine(asking, cues, listening, observers)
    check = SoundCheck(engine)
    failure = run_through(duplex, check)
    sound = check.measured(None if engine is None else asking)
    understood = engine is None or all(answer.heard is not None for answer in asking.answers)
    findings = [
        judge_microphone(sound, understood=understood),
        judge_noise(sound),
        judge_echo(sound, recorded=recorded),
    ]
    if failure is not None:
        return [
            _failed(failure, heard=sound.heard > 0),
            *(not_checked(subject, "the microphone failed") for subject in subjects[1:]),
        ]
    if engine is None:
        needed = "the speech model" if ears is None else "a voice to ask with"
        return [*findings, not_checked("words", f"there is not {needed}")]
    if sound.dead:
        return [*findings, not_checked("words", "the microphone sends digital silence")]
    return [*findings, judge_words(asking.answers)]


def _failed(failure: DeviceError, *, heard: bool) -> Finding:
    """What was ``heard`` once was not held by another program."""
    if heard:
        return _problem("microphone", failure, _CHECK)
    return _problem_of_sound("microphone", failure, _CHECK)


def run_through(duplex: Duplex, check: SoundCheck) -> DeviceError | None:
    """Let the check run with microphone and speaker to its end; why it could not."""

    def process(microphone: Block) -> Block | None:
        check.delay = duplex.delay
        return check.process(microphone)

    handler = ForbearingAnnouncer(process, check.lose)
    try:
        duplex.run(handler)
    except DeviceError as error:
        return error
    return None if check.began_dead else handler.missed


def examine_speed(ears: Ears | None, cues: Sounds | None, pack: LanguagePack) -> Finding:
    """The time that the hardest work takes: words without a pause while the coach speaks."""
    if ears is None or cues is None:
        return not_checked("speed", "it takes the speech model and a voice to measure")
    try:
        folder = data_folder("audio_fixtures") / pack.name / _SPEAKER
        said = np.concatenate([read_audio(path) for path in sorted(folder.glob("*.flac"))])
    except (AudioFileError, ValueError):
        return not_checked("speed", "the recorded commands are not there")
    listening = ears.front_end(lambda _line: None)
    engine = Engine(Monologue(pack.doctor.intro, EVERYTHING), cues, listening)
    began = time.process_time()
    worked = work_hard(engine, said[:_WORK])
    return judge_speed(time.process_time() - began, worked)


def examine_disk(folder: Path) -> Finding:
    """Whether what is remembered can be written, and for how long."""
    why_not = linux_machine.why_not_writable(folder)
    return judge_disk(str(folder), linux_machine.free_megabytes(folder), why_not)


def examine_memory(path: Path) -> tuple[Finding, float]:
    """What is remembered, and when the last session ended, in seconds since 1970 UTC."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return Finding("memory", "ok", "nothing is remembered yet", None, {"sessions": 0}), 0.0
        sessions, last_utc = sqlite_file.look_into(path)
    except MemoryFileError as error:
        return Finding("memory", "problem", str(error)), 0.0
    except OSError as error:
        text = f"{path} cannot be looked at: {str(error.strerror).lower()}"
        cure = f"train as the user whose memory it is, or make {path.parent} your own"
        return Finding("memory", "problem", text, cure), 0.0
    text = f"{sessions} session{'' if sessions == 1 else 's'}, whole"
    return Finding("memory", "ok", text, None, {"sessions": sessions}), last_utc


def examine_clock(last_utc: float, now: datetime | None = None) -> Finding:
    """Whether the clock is behind what it was itself used for, and whether anything sets it."""
    now = now or datetime.now().astimezone()
    installed = Path(coach.__file__).stat().st_mtime
    return judge_clock(
        f"{now:%Y-%m-%d %H:%M %Z}",
        before_installed=now.timestamp() < installed,
        before_trained=now.timestamp() < last_utc,
        synchronised=linux_machine.clock_is_synchronised(),
    )


def _problem(subject: str, error: Exception, cure: str | None = None) -> Finding:
    """An error as a finding: what to do stands behind its last colon, or is ``cure``."""
    text, _, told = str(error).rpartition(": ")
    if text and told.startswith(_CURES):
        return Finding(subject, "problem", text, told)
    return Finding(subject, "problem", str(error), cure)


def _problem_of_sound(
    subject: str, error: DeviceError, cure: str, proc: Path = Path("/proc")
) -> Finding:
    """As ``_problem``; if another program holds a sound card, that is to be mended first."""
    finding, holder = _problem(subject, error, cure), any_holder(proc)
    if holder is None or finding.cure != cure or "more than one" in finding.text:
        return finding
    text = f"{finding.text}; the sound card is used by {holder.name} ({holder.pid})"
    stop = f"end {holder.name} first, or choose another device: coach devices, --device"
    if holder.service == _SERVICE:
        stop = f"stop it first: sudo systemctl stop {_SERVICE}"
    return replace(finding, text=text, cure=stop)

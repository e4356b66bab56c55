"""Sound examination: what `coach doctor` finds out about microphone, speaker, room and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach.app.ears import Ears
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.sounddevice_devices import choose, list_devices
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system.device_holder import any_holder
from coach.doctor.announce import ForbearingAnnouncer
from coach.doctor.findings import (
    Finding,
    Measured,
    not_checked,
    problem,
)
from coach.doctor.sound_check import SoundCheck
from coach.doctor.sound_findings import judge_echo, judge_microphone, judge_noise, judge_words
from coach.doctor.word_check import WordCheck, WordPrompts
from coach.engine import Engine, Observer
from coach.errors import (
    DeviceError,
)
from coach.ports import Duplex
from coach.units import Block, samples, seconds

Sounds = Mapping[str, Block]
_WORK = samples(12.0)
_CURES = ("run ", "sudo ")
_SERVICE = "flatback"
_SPEAKER = "flite_slt"
_CHECK = "see that it is plugged in and nothing else uses it"
_PLUG_IN = "plug in a microphone and a speaker, and choose them: coach devices, --device"


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
        listening = ears.listening(lambda _line: None)  # the libraries have a line of their own
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
        return problem("microphone", failure, _CHECK)
    return _problem_of_sound("microphone", failure, _CHECK)


def run_through(duplex: Duplex, check: SoundCheck) -> DeviceError | None:
    """Let the check run with microphone and speaker to its end; why it could not."""

    def process(microphone: Block) -> Block | None:
        check.delay = duplex.delay
        return check.process(microphone)

    passage = ForbearingAnnouncer(process, check.lose)
    try:
        duplex.run(passage)
    except DeviceError as error:
        return error
    return None if check.began_dead else passage.missed


def _problem_of_sound(
    subject: str, error: DeviceError, cure: str, proc: Path = Path("/proc")
) -> Finding:
    """As ``_problem``; if another program holds a sound card, that is to be mended first."""
    finding, holder = problem(subject, error, cure), any_holder(proc)
    if holder is None or finding.cure != cure or "more than one" in finding.text:
        return finding
    text = f"{finding.text}; the sound card is used by {holder.name} ({holder.pid})"
    stop = f"end {holder.name} first, or choose another device: coach devices, --device"
    if holder.service == _SERVICE:
        stop = f"stop it first: sudo systemctl stop {_SERVICE}"
    return replace(finding, text=text, cure=stop)

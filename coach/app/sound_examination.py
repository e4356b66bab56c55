"""Sound examination: microphone, speaker and room, and whether words are understood.

Each function measures, and leaves the judgement to ``coach.doctor.sound_findings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach.app.ears import Ears
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.sounddevice_devices import choose, list_devices
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.system.device_holder import any_holder
from coach.devices.system.own_service import SERVICE
from coach.doctor.announce import TolerantAnnouncer
from coach.doctor.findings import (
    Finding,
    Measured,
    not_checked,
    problem_from,
)
from coach.doctor.sound_check import SoundCheck
from coach.doctor.sound_findings import judge_echo, judge_microphone, judge_noise, judge_words
from coach.doctor.word_check import Answer, WordCheck, WordPrompts
from coach.engine import Engine, Observer
from coach.errors import (
    DeviceError,
)
from coach.ports import Duplex
from coach.units import Block, seconds

_PLUG_IN = "plug in a microphone and a speaker, and choose them: coach devices, --device"
_CHECK = "see that it is plugged in and that nothing else uses it"
_SUBJECTS = ("microphone", "noise", "echo", "words")


def examine_devices(
    device: str | None, audio: Block | None, library: Any = None, proc: Path = Path("/proc")
) -> tuple[Finding, Duplex | None]:
    """Whether there are a microphone and a speaker, and the duplex to run them if there are.

    ``audio`` is a recording in their place; ``library`` is as in ``list_devices``. Where there is
    no device, the finding names a program that holds a sound card: a held card is not listed.
    """
    if audio is not None:
        text = f"a recording of {seconds(len(audio)):.1f} s replaces microphone and speaker"
        return Finding("devices", "ok", text), WavDuplex(audio)
    try:
        microphone, speaker = choose(list_devices(library), device)
        duplex = SounddeviceDuplex(device, library=library)
    except DeviceError as error:
        return _problem_of_device("devices", error, _PLUG_IN, proc), None
    heard = f"{microphone.name} ({microphone.rate_hz} Hz)"
    text = f"the coach hears {heard} and speaks through {speaker.name} ({speaker.rate_hz} Hz)"
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
    cues: Mapping[str, Block] | None,
    prompts: WordPrompts,
    observers: Iterable[Observer] = (),
    *,
    recorded: bool = False,
) -> list[Finding]:
    """Findings about microphone, noise, echo and words; without ``cues`` no word is asked for.

    ``recorded`` is whether the duplex is a recording, to which no chirp can be played.
    """
    if duplex is None:
        return [not_checked(subject, "there is no sound") for subject in _SUBJECTS]
    word_check = WordCheck(prompts)
    engine = None
    if ears is not None and cues is not None:
        # What the front end does without is a finding of the libraries.
        front_end = ears.front_end(lambda _line: None)
        engine = Engine(word_check, cues, front_end, observers)
    check = SoundCheck(engine)
    failure = run_through(duplex, check)
    sound = check.measured(None if engine is None else word_check)
    if failure is not None:
        return [
            _microphone_failed(failure, heard=sound.heard > 0),
            *(not_checked(subject, "the microphone failed") for subject in _SUBJECTS[1:]),
        ]
    answers = word_check.answers
    understood = engine is None or all(answer.heard is not None for answer in answers)
    return [
        judge_microphone(sound, understood=understood),
        judge_noise(sound),
        judge_echo(sound, recorded=recorded),
        _judge_words(answers, _why_not_asked(ears, engine, dead=sound.dead)),
    ]


def _why_not_asked(ears: Ears | None, engine: Engine | None, *, dead: bool) -> str | None:
    if engine is None:
        missing = "the speech model is missing"
        return missing if ears is None else "there is no voice to ask with"
    return "the microphone sends digital silence" if dead else None


def _judge_words(answers: Sequence[Answer], why_not_asked: str | None) -> Finding:
    if why_not_asked is not None:
        return not_checked("words", why_not_asked)
    return judge_words(answers)


def run_through(duplex: Duplex, check: SoundCheck) -> DeviceError | None:
    """Run the check on a duplex to its end; return the error that ended it too early, if any."""

    def process(microphone: Block) -> Block | None:
        check.delay = duplex.delay
        return check.process(microphone)

    handler = TolerantAnnouncer(process, check.lose)
    try:
        duplex.run(handler)
    except DeviceError as error:
        return error
    return None if check.began_dead else handler.missed


def _microphone_failed(failure: DeviceError, *, heard: bool) -> Finding:
    """The finding of a microphone that failed.

    One that was ``heard`` before it failed is not held by another program.
    """
    if heard:
        return problem_from("microphone", failure, _CHECK)
    return _problem_of_device("microphone", failure, _CHECK)


def _problem_of_device(
    subject: str, error: DeviceError, cure: str, proc: Path = Path("/proc")
) -> Finding:
    """As ``problem_from``; if a program holds a sound card, the cure is to end that first."""
    finding, holder = problem_from(subject, error, cure), any_holder(proc)
    if holder is None or finding.cure != cure or "more than one" in finding.text:
        return finding
    text = f"{finding.text}; the sound card is used by {holder.name} ({holder.pid})"
    stop = f"end {holder.name} first, or choose another device: coach devices, --device"
    if holder.service == SERVICE:
        stop = f"stop it first: sudo systemctl stop {SERVICE}"
    return replace(finding, text=text, cure=stop)

"""Examination: everything that `coach doctor` looks at, one after the other.

One broken thing must not hide the others: what went wrong becomes a finding, and what needs it is
told as not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coach.app.ears import Ears, load_ears
from coach.app.installed_libraries import library_versions
from coach.app.language_files import ENGLISH, LanguagePack, load_language
from coach.app.machine_examination import examine_clock, examine_disk, examine_memory, examine_speed
from coach.app.sound_examination import examine_devices, examine_sound
from coach.devices.speech import model_store
from coach.devices.system import linux_machine
from coach.doctor.findings import (
    Finding,
    judge_heat,
    judge_libraries,
    problem,
)
from coach.doctor.word_check import WordPrompts
from coach.engine import Observer
from coach.errors import (
    DataError,
    ModelError,
    VoiceError,
)
from coach.ports import Voice
from coach.units import Block

Sounds = Mapping[str, Block]
Tell = Callable[[str], None]
"""Told what is being looked at, for who waits."""


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
        return problem("model", error, "run `coach model install`"), None
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
        return problem("voice", error, "choose another: coach voices, --voice"), None
    return Finding("voice", "ok", f"{name} speaks"), cues

"""Examination: everything that `coach doctor` examines, one subject after another.

One broken thing must not hide the others: an error becomes a finding, and what depends on it is
reported as not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coach.app.ears import Ears, load_ears
from coach.app.installed_libraries import library_versions
from coach.app.language_files import ENGLISH, LanguagePack, load_language
from coach.app.machine_examination import (
    examine_clock,
    examine_disk,
    examine_memory,
    examine_service,
    examine_speed,
)
from coach.app.sound_examination import examine_devices, examine_sound
from coach.devices.speech import model_store
from coach.devices.system import linux_machine, own_service
from coach.doctor.findings import (
    Finding,
    judge_heat,
    judge_libraries,
    problem_from,
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

Progress = Callable[[str], None]
"""Receives one line before each thing that takes time, for the person who waits."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is to be examined.

    ``make_voice`` makes the voice called ``voice``, and may raise VoiceError. ``audio`` is a
    recording in place of microphone and speaker. ``words`` is whether the doctor asks for words.
    ``memory`` is the file of what is remembered.
    """

    model: Path | None
    voice: str
    make_voice: Callable[[], Voice]
    device: str | None
    audio: Block | None
    words: bool
    memory: Path
    pack: LanguagePack = field(default_factory=load_language)


def examine(patient: Patient, report: Progress, observers: Iterable[Observer]) -> list[Finding]:
    """Every finding, in the order in which problems should be mended.

    ``observers`` are called with the events of the conversation in which words are asked for. A
    fault of the machine is a finding, and raises nothing.
    """
    report("looking at libraries, model and voice")
    libraries = judge_libraries(library_versions(), *linux_machine.bits())
    model, ears = examine_model(patient.model, patient.pack.name)
    prompts = patient.pack.doctor
    voice, cues = examine_voice(patient.voice, patient.make_voice, prompts)
    devices, duplex = examine_devices(patient.device, patient.audio)
    report("measuring how fast this machine is")
    speed = examine_speed(ears, cues, patient.pack)
    memory, last_utc = examine_memory(patient.memory)
    machine = (speed, judge_heat(linux_machine.celsius(), linux_machine.throttled()))
    rest = (examine_disk(patient.memory.parent), memory, examine_clock(last_utc))
    if duplex is not None:
        report("listening: please be quiet for ten seconds")
    sound = examine_sound(
        duplex,
        ears,
        cues if patient.words else None,
        prompts,
        observers,
        recorded=patient.audio is not None,
    )
    if not patient.words:
        sound = [*sound[:-1], Finding("words", "ok", "the words were not asked for")]
    service = examine_service(own_service.show())
    return [libraries, *service, model, voice, devices, *sound, *machine, *rest]


def examine_unheard(patient: Patient) -> list[Finding]:
    """As ``examine``, but for what takes sound or much work: nothing is listened to or spoken, and
    no session that is going on is slowed down.
    """
    libraries = judge_libraries(library_versions(), *linux_machine.bits())
    model, _ = examine_model(patient.model, patient.pack.name)
    voice, _ = examine_voice(patient.voice, patient.make_voice, patient.pack.doctor)
    devices, _ = examine_devices(patient.device, patient.audio)
    memory, last_utc = examine_memory(patient.memory)
    heat = judge_heat(linux_machine.celsius(), linux_machine.throttled())
    rest = (heat, examine_disk(patient.memory.parent), memory, examine_clock(last_utc))
    return [libraries, *examine_service(own_service.show()), model, voice, devices, *rest]


def examine_model(folder: Path | None, language: str = ENGLISH) -> tuple[Finding, Ears | None]:
    """Whether the speech model is there and undamaged, and the ears made of it if it is."""
    place = model_store.resolve(folder, load_language(language).language.model)
    try:
        ears = load_ears(folder, language)
    except (ModelError, DataError, ImportError, OSError) as error:
        return problem_from("model", error, "run `coach model install`"), None
    text = f"{place.name} is complete and undamaged"
    return Finding("model", "ok", text, None, {"folder": str(place)}), ears


def examine_voice(
    name: str, make: Callable[[], Voice], prompts: WordPrompts
) -> tuple[Finding, Mapping[str, Block] | None]:
    """Whether the voice speaks, and the sound of everything that the doctor says if it does."""
    try:
        voice = make()
        cues = {text: voice.render(text) for text in prompts.texts()}
    except (VoiceError, ImportError, OSError) as error:
        return problem_from("voice", error, "choose another: coach voices, --voice"), None
    return Finding("voice", "ok", f"{name} speaks"), cues

"""Findings: what measurements of the machine mean for a person, and whether the coach can be used.

Nothing is measured here. Every threshold has its source beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coach.units import Samples, seconds

Severity = Literal["ok", "warning", "problem"]
Measured = Mapping[str, str | float | bool | None]

_UNSHOWN = ("soxr", "numpy")
"""Libraries without which the doctor could not even start: measured, but not shown."""

_LAG_FACTOR, _LATE_FACTOR = 0.5, 0.9
"""Processor seconds per second of sound. Below 0.5, enough is left for everything else that a small
machine does; above 0.9 it falls behind at the first delay, and sound is lost."""

_HOT_C, _TOO_HOT_C = 80.0, 85.0
"""Where a Raspberry Pi 4 or 5 begins to slow down, and where it slows down to its minimum
(Raspberry Pi documentation, "Frequency management and thermal control")."""

_LITTLE_MB, _TOO_LITTLE_MB = 200.0, 20.0
"""Ten years of training are 6 MB (scripts/bench_memory); a recorded session is 100 MB."""

_THROTTLED_NOW = {0: "under-voltage", 1: "frequency capped", 2: "throttled", 3: "hot"}
"""Bits of the firmware's get_throttled; 16 bits higher means "has been so since the start"
(Raspberry Pi documentation, "vcgencmd")."""


_CURES = ("run ", "sudo ")
"""How the last part of an error begins if it says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject: a clause, and what to do about it unless all is well.

    ``measured`` holds the figures behind it, each with its unit in its name.
    """

    subject: str
    level: Severity
    text: str
    cure: str | None = None
    measured: Measured = field(default_factory=dict)


def not_checked(subject: str, why: str, measured: Measured | None = None) -> Finding:
    """The finding for a subject that could not be examined; ``why`` is a clause."""
    return Finding(subject, "warning", f"not checked: {why}", None, measured or {})


def problem_from(subject: str, error: Exception, cure: str | None = None) -> Finding:
    """An error as a finding; what to do is the part after its last colon, or else ``cure``."""
    text, _, advice = str(error).rpartition(": ")
    if text and advice.startswith(_CURES):
        return Finding(subject, "problem", text, advice)
    return Finding(subject, "problem", str(error), cure)


def is_ready(findings: Iterable[Finding]) -> bool:
    """Whether a person can train: there is no problem among the findings."""
    return all(finding.level != "problem" for finding in findings)


def verdict(findings: Sequence[Finding]) -> str:
    """One sentence: that all is ready, or what is to be mended first."""
    first = next((each for each in findings if each.level == "problem"), None)
    if first is not None:
        return f"First, the {first.subject}: {first.cure or first.text}."
    warnings = sum(each.level == "warning" for each in findings)
    if warnings == 0:
        return "Ready."
    return f"Ready, with {warnings} warning{'s' if warnings > 1 else ''}."


def judge_libraries(versions: Mapping[str, str | None], bits: int, machine: str) -> Finding:
    """Whether every library is installed, and the system has 64 bits.

    ``versions`` are by name, None for what is missing; ``bits`` is the width of an address, and
    ``machine`` the name of the processor.
    """
    measured: Measured = {**versions, "bits": bits, "machine": machine}
    if bits != 64:
        return Finding(
            "libraries",
            "problem",
            f"this is a {bits}-bit system ({machine}), but Vosk and the coach need 64 bits",
            "install the 64-bit edition of the system",
            measured,
        )
    packages = [name for name in ("vosk", "sounddevice", "pyttsx3") if versions[name] is None]
    if packages:
        missing = " and ".join(packages)
        cure = "run scripts/setup again"
        return Finding("libraries", "problem", f"{missing} cannot be found", cure, measured)
    if versions["PortAudio"] is None:
        cure = "sudo apt-get install libportaudio2"
        return Finding("libraries", "problem", "PortAudio cannot be loaded", cure, measured)
    there = {name: version for name, version in versions.items() if version is not None}
    shown = [name for name in there if name not in _UNSHOWN]
    known = ", ".join(f"{name} {there[name]}".strip() for name in shown)
    if versions["libspeexdsp"] is None:
        text = "libspeexdsp is missing, so the coach hears its own voice and all of the noise"
        cure = "sudo apt-get install libspeexdsp1"
        return Finding("libraries", "warning", text, cure, measured)
    return Finding("libraries", "ok", f"these are installed for {machine}: {known}", None, measured)


def judge_speed(processor_seconds: float, audio: Samples) -> Finding:
    """Whether the machine keeps up.

    ``processor_seconds`` is how long it took to listen and to speak for ``audio`` samples.
    """
    factor = processor_seconds / max(1e-9, seconds(audio))
    text = f"a second of sound takes {factor:.2f} s of work"
    measured: Measured = {"real_time_factor": round(factor, 4)}
    if factor > _LATE_FACTOR:
        text += ", which is too slow to keep up"
        cure = "use a faster machine, or end what else runs on this one"
        return Finding("speed", "problem", text, cure, measured)
    text += f", {1.0 / max(1e-9, factor):.1f} times as fast as it must be"
    if factor > _LAG_FACTOR:
        cure = "end what else runs on this machine while you train"
        return Finding("speed", "warning", text, cure, measured)
    return Finding("speed", "ok", text, None, measured)


def judge_heat(celsius: float | None, throttled: int | None) -> Finding:
    """Whether the machine slows itself down.

    ``throttled`` is the firmware's get_throttled. Either is None where the machine has no such
    figure.
    """
    now, been = _throttling(throttled), _throttling((throttled or 0) >> 16)
    measured: Measured = {"celsius": celsius, "throttled": throttled}
    text = _heat_in_words(celsius, throttled)
    if "under-voltage" in now:
        cure = "use the power supply made for this Raspberry Pi, and a short cable"
        return Finding("heat", "problem", text, cure, measured)
    if now or (celsius is not None and celsius >= _TOO_HOT_C):
        cure = "give it air, or a fan: it slows itself down"
        return Finding("heat", "problem", text, cure, measured)
    if been:
        text += f"; since the start it reported: {', '.join(been)}"
        weak = "under-voltage" in been
        cure = "use the power supply made for it" if weak else "give it air, or a fan"
        return Finding("heat", "warning", text, cure, measured)
    if celsius is not None and celsius >= _HOT_C:
        return Finding("heat", "warning", text, "give it air, or a fan", measured)
    return Finding("heat", "ok", text, None, measured)


def _throttling(bits: int | None) -> list[str]:
    return [name for bit, name in _THROTTLED_NOW.items() if (bits or 0) >> bit & 1]


def _heat_in_words(celsius: float | None, throttled: int | None) -> str:
    text = "this machine does not report its temperature"
    if celsius is not None:
        text = f"the processor is at {celsius:.0f} °C"
    if throttled is None:
        return text
    now = _throttling(throttled)
    return f"{text}; its firmware reports: {', '.join(now) if now else 'no throttling'}"


def judge_disk(folder: str, free_mb: float | None, problem: str | None) -> Finding:
    """Whether there is room on the disk for what is remembered.

    ``problem`` is why nothing can be written to ``folder``, None when it can be; ``free_mb`` is
    None where it is not known.
    """
    measured: Measured = {"folder": folder, "free_mb": free_mb, "writable": problem is None}
    if problem is not None:
        text = f"{folder} cannot be written: {problem}; nothing will be remembered"
        cure = f"make {folder} writable, or free some of the disk"
        return Finding("disk", "problem", text, cure, measured)
    if free_mb is None:
        return not_checked("disk", f"the free space in {folder} is not known")
    text = f"{_size(free_mb)} are free in {folder}"
    cure = "delete something: old recordings are the first to look at"
    if free_mb < _TOO_LITTLE_MB:
        return Finding("disk", "problem", text, cure, measured)
    if free_mb < _LITTLE_MB:
        return Finding("disk", "warning", text, cure, measured)
    return Finding("disk", "ok", text, None, measured)


def judge_clock(
    now: str, *, before_installed: bool, before_trained: bool, synchronised: bool | None
) -> Finding:
    """Whether the clock can be right: it cannot be earlier than what has already happened.

    ``now`` is the time as it is shown; ``synchronised`` is None where it is not known.
    """
    measured: Measured = {"now": now, "synchronised": synchronised}
    cure = "sudo timedatectl set-ntp true, with a network at times"
    if before_installed or before_trained:
        than = "the last training" if before_trained else "the installation of the coach"
        text = f"the clock shows {now}, earlier than {than}: days of rest will be counted wrong"
        return Finding("clock", "problem", text, cure, measured)
    if synchronised is False:
        text = f"the clock shows {now}, but nothing sets it after a power cut"
        return Finding("clock", "warning", text, cure, measured)
    text = f"the clock shows {now}" + (" and is kept right" if synchronised else "")
    return Finding("clock", "ok", text, None, measured)


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"

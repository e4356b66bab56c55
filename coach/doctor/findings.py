"""Findings: from what was measured to what a person is told, and whether the coach can be used.

Nothing is measured here. Every figure that parts good from bad has its source beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coach.units import Samples, seconds

Severity = Literal["ok", "warning", "problem"]
Measured = Mapping[str, str | float | bool | None]

_UNSHOWN = ("soxr", "numpy")
"""Libraries without which nothing would get as far as this: measured, but not worth a line."""

_LAG_FACTOR, _LATE_FACTOR = 0.5, 0.9
"""Half of the time is left for what else a small machine does; with a tenth it falls behind at
the first hitch, and sound is lost."""

_HOT_C, _TOO_HOT_C = 80.0, 85.0
"""Where a Raspberry Pi 4 or 5 begins to slow down, and where it does so with all its might
(Raspberry Pi documentation, "Frequency management and thermal control")."""

_LITTLE_MB, _TOO_LITTLE_MB = 200.0, 20.0
"""Ten years of training are 6 MB (scripts/bench_memory); a session whose sound is kept, 100."""

_THROTTLED_NOW = {0: "under-voltage", 1: "frequency capped", 2: "throttled", 3: "hot"}
"""Bits of the firmware's get_throttled, each 16 higher for "has been so since the start"
(Raspberry Pi documentation, "vcgencmd")."""


_CURES = ("run ", "sudo ")
"""How what to do begins, where an error says it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a subject, and what to do about it unless it is all right.

    ``measured`` are the figures behind it, each with its unit in its name.
    """

    subject: str
    level: Severity
    text: str
    cure: str | None = None
    measured: Measured = field(default_factory=dict)


def not_checked(subject: str, why: str, measured: Measured | None = None) -> Finding:
    """For what could not be looked at, because of something else."""
    return Finding(subject, "warning", f"not checked: {why}", None, measured or {})


def problem(subject: str, error: Exception, cure: str | None = None) -> Finding:
    """An error as a finding: what to do stands behind its last colon, or is ``cure``."""
    text, _, told = str(error).rpartition(": ")
    if text and told.startswith(_CURES):
        return Finding(subject, "problem", text, told)
    return Finding(subject, "problem", str(error), cure)


def is_ready(findings: Iterable[Finding]) -> bool:
    """Whether one can train."""
    return all(finding.level != "problem" for finding in findings)


def verdict(findings: Sequence[Finding]) -> str:
    """One sentence: ready, or what is to be mended first."""
    first = next((each for each in findings if each.level == "problem"), None)
    if first is not None:
        return f"First, the {first.subject}: {first.cure or first.text}."
    warnings = sum(each.level == "warning" for each in findings)
    if warnings == 0:
        return "Ready."
    return f"Ready, with {warnings} warning{'s' if warnings > 1 else ''}."


def judge_libraries(versions: Mapping[str, str | None], bits: int, machine: str) -> Finding:
    """``versions`` by name, None for what is missing; ``bits`` of an address."""
    measured: Measured = {**versions, "bits": bits, "machine": machine}
    if bits != 64:
        return Finding(
            "libraries",
            "problem",
            f"this is a {bits}-bit system ({machine}); Vosk and the coach need 64 bits",
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
        text = "libspeexdsp is missing: the coach hears its own voice and all of the noise"
        cure = "sudo apt-get install libspeexdsp1"
        return Finding("libraries", "warning", text, cure, measured)
    return Finding("libraries", "ok", f"{known}; {machine}", None, measured)


def judge_speed(processor_seconds: float, audio: Samples) -> Finding:
    """``processor_seconds`` is what hearing and speaking took for so much sound."""
    factor = processor_seconds / max(1e-9, seconds(audio))
    text = f"{factor:.2f} s of work a second of sound"
    measured: Measured = {"real_time_factor": round(factor, 4)}
    if factor > _LATE_FACTOR:
        text += ": too slow to keep up"
        cure = "use a faster machine, or end what else runs on this one"
        return Finding("speed", "problem", text, cure, measured)
    text += f": {1.0 / max(1e-9, factor):.1f}-fold headroom"
    if factor > _LAG_FACTOR:
        cure = "end what else runs on this machine while you train"
        return Finding("speed", "warning", text, cure, measured)
    return Finding("speed", "ok", text, None, measured)


def judge_heat(celsius: float | None, throttled: int | None) -> Finding:
    """``throttled`` as a Raspberry Pi's firmware tells it; None for what no one tells."""
    now = [name for bit, name in _THROTTLED_NOW.items() if (throttled or 0) >> bit & 1]
    been = [name for bit, name in _THROTTLED_NOW.items() if (throttled or 0) >> (bit + 16) & 1]
    measured: Measured = {"celsius": celsius, "throttled": throttled}
    text = "this machine does not tell" if celsius is None else f"{celsius:.0f} °C"
    if throttled is not None:
        text += f"; now: {', '.join(now)}" if now else "; not slowed down"
    if "under-voltage" in now:
        cure = "use the power supply made for this Raspberry Pi, and a short cable"
        return Finding("heat", "problem", text, cure, measured)
    if now or (celsius is not None and celsius >= _TOO_HOT_C):
        cure = "give it air, or a fan: it slows itself down"
        return Finding("heat", "problem", text, cure, measured)
    if been:
        text += f"; since the start: {', '.join(been)}"
        weak = "under-voltage" in been
        cure = "use the power supply made for it" if weak else "give it air, or a fan"
        return Finding("heat", "warning", text, cure, measured)
    if celsius is not None and celsius >= _HOT_C:
        return Finding("heat", "warning", text, "give it air, or a fan", measured)
    return Finding("heat", "ok", text, None, measured)


def judge_disk(folder: str, free_mb: float | None, problem: str | None) -> Finding:
    """``problem`` is why nothing can be written to the folder, None when it can."""
    measured: Measured = {"folder": folder, "free_mb": free_mb, "writable": problem is None}
    if problem is not None:
        text = f"{folder} cannot be written: {problem}; nothing is remembered"
        cure = f"make {folder} writable, or free some of the disk"
        return Finding("disk", "problem", text, cure, measured)
    if free_mb is None:
        return not_checked("disk", f"{folder} does not tell its free space")
    text = f"{_size(free_mb)} free in {folder}"
    cure = "delete something: old recordings are the first to look at"
    if free_mb < _TOO_LITTLE_MB:
        return Finding("disk", "problem", text, cure, measured)
    if free_mb < _LITTLE_MB:
        return Finding("disk", "warning", text, cure, measured)
    return Finding("disk", "ok", text, None, measured)


def judge_clock(
    now: str, *, before_installed: bool, before_trained: bool, synchronised: bool | None
) -> Finding:
    """``now`` is to be shown. A clock is wrong that is behind what it was itself used for."""
    measured: Measured = {"now": now, "synchronised": synchronised}
    cure = "sudo timedatectl set-ntp true, with a network at times"
    if before_installed or before_trained:
        than = "the last training" if before_trained else "the coach was installed"
        text = f"{now} is earlier than {than}: days of rest and pain are counted wrong"
        return Finding("clock", "problem", text, cure, measured)
    if synchronised is False:
        text = f"{now}; nothing sets it after a power cut"
        return Finding("clock", "warning", text, cure, measured)
    return Finding(
        "clock", "ok", now if synchronised is None else f"{now}, kept right", None, measured
    )


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"

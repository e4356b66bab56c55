"""Doctor: every condition of a machine that is told, with its cure, and the sentence at the end."""

from __future__ import annotations

import pytest

from coach.doctor.findings import (
    Finding,
    Severity,
    is_ready,
    judge_clock,
    judge_disk,
    judge_heat,
    judge_libraries,
    judge_speed,
    verdict,
)
from coach.units import samples

VERSIONS: dict[str, str | None] = {
    "vosk": "0.3.45",
    "sounddevice": "0.5.1",
    "pyttsx3": "2.99",
    "soxr": "0.5.0",
    "numpy": "2.2.0",
    "PortAudio": "19.6.0",
    "eSpeak NG": "1.51",
    "libspeexdsp": "",
}
FINE = Finding("voice", "ok", "it speaks")
HOT = Finding("heat", "warning", "81 °C", "give it air")
DEAF = Finding("devices", "problem", "no microphone", "plug one in")
GONE = Finding("model", "problem", "no model")


def found(finding: Finding) -> tuple[Severity, str]:
    """The level and the whole of what is told."""
    return finding.level, f"{finding.text} → {finding.cure}"


@pytest.mark.parametrize(
    ("findings", "ready", "sentence"),
    [
        ([FINE], True, "Ready."),
        ([FINE, HOT], True, "Ready, with 1 warning."),
        ([HOT, FINE, HOT], True, "Ready, with 2 warnings."),
        ([FINE, HOT, DEAF], False, "First, the devices: plug one in."),
        ([GONE, DEAF], False, "First, the model: no model."),
    ],
)
def test_it_ends_with_one_sentence(findings: list[Finding], ready: bool, sentence: str) -> None:
    assert (is_ready(findings), verdict(findings)) == (ready, sentence)


@pytest.mark.parametrize(
    ("missing", "bits", "level", "told"),
    [
        ((), 64, "ok", "vosk 0.3.45, sounddevice 0.5.1, pyttsx3 2.99, "),
        ((), 64, "ok", "PortAudio 19.6.0, eSpeak NG 1.51, libspeexdsp; aarch64 → None"),
        (("eSpeak NG",), 64, "ok", "PortAudio 19.6.0, libspeexdsp"),
        (("libspeexdsp",), 64, "warning", "hears its own voice"),
        (("libspeexdsp",), 64, "warning", "→ sudo apt-get install libspeexdsp1"),
        (("PortAudio",), 64, "problem", "→ sudo apt-get install libportaudio2"),
        (("PortAudio", "libspeexdsp"), 64, "problem", "PortAudio cannot be loaded"),
        (("vosk",), 64, "problem", "vosk cannot be found → run scripts/setup again"),
        (("vosk", "pyttsx3"), 64, "problem", "vosk and pyttsx3 cannot be found"),
        ((), 32, "problem", "this is a 32-bit system (aarch64)"),
    ],
)
def test_libraries(missing: tuple[str, ...], bits: int, level: Severity, told: str) -> None:
    versions = {**VERSIONS, **dict.fromkeys(missing)}
    finding = judge_libraries(versions, bits, "aarch64")
    assert finding.level == level
    assert told in found(finding)[1]
    assert finding.measured == {**versions, "bits": bits, "machine": "aarch64"}


@pytest.mark.parametrize(
    ("processor_seconds", "level", "told"),
    [
        (0.5, "ok", "0.05 s of work a second of sound: 20.0-fold headroom → None"),
        (4.9, "ok", "0.49 s"),
        (5.1, "warning", "2.0-fold headroom → end what else runs"),
        (8.9, "warning", "1.1-fold headroom"),
        (9.1, "problem", "too slow to keep up → use a faster machine"),
        (15.0, "problem", "1.50 s of work a second of sound: too slow"),
    ],
)
def test_speed(processor_seconds: float, level: Severity, told: str) -> None:
    finding = judge_speed(processor_seconds, samples(10.0))
    assert finding.level == level
    assert told in found(finding)[1]
    assert finding.measured == {"real_time_factor": round(processor_seconds / 10, 4)}


@pytest.mark.parametrize(
    ("celsius", "throttled", "level", "told"),
    [
        (None, None, "ok", "this machine does not tell → None"),
        (45.2, None, "ok", "45 °C → None"),
        (45.2, 0, "ok", "45 °C; not slowed down → None"),
        (79.9, 0, "ok", "80 °C; not slowed down"),
        (80.0, 0, "warning", "→ give it air"),
        (85.0, 0, "problem", "it slows itself down"),
        (60.0, 1 << 0, "problem", "now: under-voltage → use the power supply made for this"),
        (60.0, 1 << 1, "problem", "now: frequency capped → give it air"),
        (81.0, 1 << 3, "problem", "81 °C; now: hot → give it air"),
        (None, 1 << 2, "problem", "now: throttled"),
        (60.0, 0x50000, "warning", "not slowed down; since the start: under-voltage, throttled"),
        (60.0, 0x50000, "warning", "→ use the power supply made for it"),
        (60.0, 0x80000, "warning", "since the start: hot → give it air"),
        (60.0, 0x50005, "problem", "now: under-voltage, throttled → use the power supply"),
    ],
)
def test_heat(celsius: float | None, throttled: int | None, level: Severity, told: str) -> None:
    finding = judge_heat(celsius, throttled)
    assert finding.level == level
    assert told in found(finding)[1]


@pytest.mark.parametrize(
    ("free_mb", "problem", "level", "told"),
    [
        (12_345.0, None, "ok", "12.3 GB free in /data → None"),
        (200.0, None, "ok", "200 MB free"),
        (199.0, None, "warning", "199 MB free in /data → delete something"),
        (19.0, None, "problem", "19 MB free"),
        (12_345.0, "read-only file system", "problem", "cannot be written: read-only file system"),
        (0.0, "no space left on device", "problem", "→ make /data writable, or free some"),
        (None, None, "warning", "not checked: /data does not tell its free space"),
    ],
)
def test_disk(free_mb: float | None, problem: str | None, level: Severity, told: str) -> None:
    finding = judge_disk("/data", free_mb, problem)
    assert finding.level == level
    assert told in found(finding)[1]


@pytest.mark.parametrize(
    ("installed", "trained", "synchronised", "level", "told"),
    [
        (False, False, True, "ok", "2026-05-31, kept right → None"),
        (False, False, None, "ok", "2026-05-31 → None"),
        (False, False, False, "warning", "nothing sets it"),
        (True, False, False, "problem", "2026-05-31 is earlier than the coach was installed"),
        (False, True, True, "problem", "earlier than the last training"),
        (True, True, None, "problem", "→ sudo timedatectl set-ntp true"),
    ],
)
def test_clock(
    installed: bool, trained: bool, synchronised: bool | None, level: Severity, told: str
) -> None:
    finding = judge_clock(
        "2026-05-31", before_installed=installed, before_trained=trained, synchronised=synchronised
    )
    assert finding.level == level
    assert told in found(finding)[1]

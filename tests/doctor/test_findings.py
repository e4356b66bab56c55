"""Findings: every condition of a machine with its cure, and the sentence at the end."""

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
    """The level, and all of the text."""
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
    ("missing", "bits", "level", "text"),
    [
        ((), 64, "ok", "these are installed for aarch64: vosk 0.3.45, sounddevice 0.5.1, "),
        ((), 64, "ok", "PortAudio 19.6.0, eSpeak NG 1.51, libspeexdsp → None"),
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
def test_libraries(missing: tuple[str, ...], bits: int, level: Severity, text: str) -> None:
    versions = {**VERSIONS, **dict.fromkeys(missing)}
    finding = judge_libraries(versions, bits, "aarch64")
    assert finding.level == level
    assert text in found(finding)[1]
    assert finding.measured == {**versions, "bits": bits, "machine": "aarch64"}


@pytest.mark.parametrize(
    ("processor_seconds", "level", "text"),
    [
        (
            0.5,
            "ok",
            "a second of sound takes 0.05 s of work, 20.0 times as fast as it must be → None",
        ),
        (4.9, "ok", "0.49 s"),
        (5.1, "warning", "2.0 times as fast as it must be → end what else runs"),
        (8.9, "warning", "1.1 times as fast"),
        (9.1, "problem", "too slow to keep up → use a faster machine"),
        (15.0, "problem", "1.50 s of work, which is too slow"),
    ],
)
def test_speed(processor_seconds: float, level: Severity, text: str) -> None:
    finding = judge_speed(processor_seconds, samples(10.0))
    assert finding.level == level
    assert text in found(finding)[1]
    assert finding.measured == {"real_time_factor": round(processor_seconds / 10, 4)}


@pytest.mark.parametrize(
    ("celsius", "throttled", "level", "text"),
    [
        (None, None, "ok", "this machine does not report its temperature → None"),
        (45.2, None, "ok", "45 °C → None"),
        (45.2, 0, "ok", "45 °C; its firmware reports: no throttling → None"),
        (79.9, 0, "ok", "80 °C; its firmware reports: no throttling"),
        (80.0, 0, "warning", "→ give it air"),
        (85.0, 0, "problem", "it slows itself down"),
        (60.0, 1 << 0, "problem", "reports: under-voltage → use the power supply made for this"),
        (60.0, 1 << 1, "problem", "reports: frequency capped → give it air"),
        (81.0, 1 << 3, "problem", "81 °C; its firmware reports: hot → give it air"),
        (None, 1 << 2, "problem", "temperature; its firmware reports: throttled"),
        (
            60.0,
            0x50000,
            "warning",
            "no throttling; since the start it reported: under-voltage, throttled",
        ),
        (60.0, 0x50000, "warning", "→ use the power supply made for it"),
        (60.0, 0x80000, "warning", "since the start it reported: hot → give it air"),
        (60.0, 0x50005, "problem", "reports: under-voltage, throttled → use the power supply"),
    ],
)
def test_heat(celsius: float | None, throttled: int | None, level: Severity, text: str) -> None:
    finding = judge_heat(celsius, throttled)
    assert finding.level == level
    assert text in found(finding)[1]


@pytest.mark.parametrize(
    ("free_mb", "problem", "level", "text"),
    [
        (12_345.0, None, "ok", "12.3 GB are free in /data → None"),
        (200.0, None, "ok", "200 MB are free"),
        (199.0, None, "warning", "199 MB are free in /data → delete something"),
        (19.0, None, "problem", "19 MB are free"),
        (12_345.0, "read-only file system", "problem", "cannot be written: read-only file system"),
        (0.0, "no space left on device", "problem", "→ make /data writable, or free some"),
        (None, None, "warning", "not checked: the free space in /data is not known"),
    ],
)
def test_disk(free_mb: float | None, problem: str | None, level: Severity, text: str) -> None:
    finding = judge_disk("/data", free_mb, problem)
    assert finding.level == level
    assert text in found(finding)[1]


@pytest.mark.parametrize(
    ("installed", "trained", "synchronised", "level", "text"),
    [
        (False, False, True, "ok", "the clock shows 2026-05-31 and is kept right → None"),
        (False, False, None, "ok", "the clock shows 2026-05-31 → None"),
        (False, False, False, "warning", "nothing sets it"),
        (True, False, False, "problem", "2026-05-31, earlier than the installation of the coach"),
        (False, True, True, "problem", "earlier than the last training"),
        (True, True, None, "problem", "→ sudo timedatectl set-ntp true"),
    ],
)
def test_clock(
    installed: bool, trained: bool, synchronised: bool | None, level: Severity, text: str
) -> None:
    finding = judge_clock(
        "2026-05-31", before_installed=installed, before_trained=trained, synchronised=synchronised
    )
    assert finding.level == level
    assert text in found(finding)[1]

"""Sound findings: every condition of a microphone, a room and a speaker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.doctor.chirp import EchoMeasured
from coach.doctor.findings import Finding, Severity
from coach.doctor.noise import Quiet
from coach.doctor.sound_check import BEFORE_WORDS, SETTLING, SoundMeasured
from coach.doctor.sound_findings import judge_echo, judge_microphone, judge_noise, judge_words
from coach.doctor.word_check import WORDS, Answer
from coach.messages.events import Heard
from coach.messages.intents import Intent
from coach.units import Samples, samples

GOOD = SoundMeasured(
    heard=BEFORE_WORDS + samples(30.0),
    lost=0,
    dead=False,
    loudest=9000,
    clipped=0,
    chirps_clipped=0,
    quiet=Quiet(-65.0, 0.1, dead=False),
    echo=EchoMeasured(samples(0.12), -14.0, 3),
    speech_dbfs=-24.0,
)
UNSPOKEN = replace(GOOD, speech_dbfs=None)
DEAD = Quiet(-100.0, 0.0, dead=True)
AS_LOUD, TURNED_DOWN, OF_A_ROOM = (
    EchoMeasured(samples(0.2), -0.1, 3, -57.0),
    EchoMeasured(samples(0.2), -18.0, 3, -57.0),
    EchoMeasured(samples(0.2), -0.1, 3, -20.0),
)


def found(finding: Finding) -> tuple[Severity, str]:
    """The level, and all of the text."""
    return finding.level, f"{finding.text} → {finding.cure}"


@pytest.mark.parametrize(
    ("sound", "level", "text"),
    [
        (GOOD, "ok", "your voice is at -24 dBFS → None"),
        (UNSPOKEN, "ok", "the level of a voice was not measured"),
        (replace(GOOD, speech_dbfs=-52.4), "ok", "-52 dBFS"),
        (replace(GOOD, speech_dbfs=-53.0), "warning", "soft: first words may be lost → turn its"),
        (replace(GOOD, speech_dbfs=-90.0), "warning", "soft: first words may be lost → turn its"),
        (replace(GOOD, clipped=100), "ok", "your voice"),
        (replace(GOOD, clipped=101), "warning", "clips: 101 samples are at full scale → turn its"),
        (replace(GOOD, quiet=DEAD), "warning", "digital silence between sounds"),
        (replace(GOOD, quiet=DEAD), "warning", "→ turn off noise suppression"),
        (replace(GOOD, dead=True), "problem", "the microphone sends digital silence: it is muted"),
        (replace(GOOD, dead=True, quiet=DEAD), "problem", "→ unmute it"),
        (replace(GOOD, echo=AS_LOUD), "problem", "plays, and no room: it is its monitor → plug in"),
        (replace(GOOD, echo=AS_LOUD, quiet=DEAD), "problem", "it is its monitor"),
        (replace(GOOD, echo=TURNED_DOWN, quiet=DEAD), "problem", "it is its monitor"),
        (replace(GOOD, echo=TURNED_DOWN), "ok", "your voice"),
        (replace(GOOD, echo=OF_A_ROOM), "ok", "your voice"),
        (replace(GOOD, echo=OF_A_ROOM, quiet=DEAD), "warning", "digital silence between sounds"),
        (replace(GOOD, lost=800), "warning", "0.05 s of sound were lost → end what else"),
        (replace(GOOD, lost=800, speech_dbfs=-60.0), "warning", "which is soft"),
        (replace(GOOD, above_telephone_db=-29.0), "ok", "your voice is at -24 dBFS → None"),
        (
            replace(GOOD, above_telephone_db=-31.0),
            "warning",
            "; nothing of it is above 4 kHz",
        ),
        (replace(GOOD, above_telephone_db=-31.0), "warning", "→ use the computer's own microphone"),
        (replace(GOOD, above_telephone_db=-31.0, clipped=101), "warning", "clips"),
        (
            replace(GOOD, heard=SETTLING, quiet=None),
            "warning",
            "not checked: the sound ended before",
        ),
    ],
)
def test_microphone(sound: SoundMeasured, level: Severity, text: str) -> None:
    finding = judge_microphone(sound, understood=True)
    assert finding.level == level
    assert text in found(finding)[1]


@pytest.mark.parametrize(
    ("speech_dbfs", "level", "text"),
    [
        (-52.4, "ok", "-52 dBFS → None"),
        (-53.0, "problem", "which is too soft to be understood → turn its gain"),
    ],
)
def test_a_soft_voice_is_to_be_mended_when_words_were_lost(
    speech_dbfs: float, level: Severity, text: str
) -> None:
    finding = judge_microphone(replace(GOOD, speech_dbfs=speech_dbfs), understood=False)
    assert finding.level == level
    assert text in found(finding)[1]


@pytest.mark.parametrize(
    ("sound", "level", "text"),
    [
        (GOOD, "ok", "the noise is at -65 dBFS, 41 dB below your voice → None"),
        (UNSPOKEN, "ok", "-65 dBFS, 39 dB below a usual voice"),
        (replace(GOOD, quiet=Quiet(-33.0, 0.1, dead=False)), "warning", "→ make it quieter"),
        (replace(GOOD, quiet=Quiet(-28.0, 0.1, dead=False)), "problem", "4 dB below your voice"),
        (replace(GOOD, quiet=Quiet(-60.0, 0.9, dead=False)), "warning", "most of it is mains hum"),
        (replace(GOOD, quiet=Quiet(-80.0, 0.9, dead=False)), "ok", "-80 dBFS"),
        (replace(GOOD, quiet=DEAD), "warning", "not checked: the microphone sends digital"),
        (replace(GOOD, quiet=None), "warning", "not checked: the sound ended before the noise"),
    ],
)
def test_noise(sound: SoundMeasured, level: Severity, text: str) -> None:
    finding = judge_noise(sound)
    assert finding.level == level
    assert text in found(finding)[1]


@pytest.mark.parametrize(
    ("sound", "recorded", "level", "text"),
    [
        (GOOD, False, "ok", "120 ms later, 14 dB softer than it was played → None"),
        (replace(GOOD, echo=EchoMeasured(samples(0.12), 3.0, 3)), False, "ok", "3 dB louder"),
        (replace(GOOD, echo=EchoMeasured(samples(0.76), -9.0, 3)), False, "problem", "wireless"),
        (
            replace(GOOD, echo=EchoMeasured(160, 9.0, 3)),
            False,
            "warning",
            "there it is 13 dB louder than you",
        ),
        (replace(UNSPOKEN, echo=EchoMeasured(160, 9.0, 3)), False, "ok", "10 ms later"),
        (replace(GOOD, chirps_clipped=101), False, "warning", "clips → turn the speaker down"),
        (replace(GOOD, echo=None), False, "warning", "headphones, or the speaker plays nothing"),
        (replace(GOOD, echo=None), False, "warning", "→ with headphones all is well"),
        (
            replace(GOOD, echo=AS_LOUD),
            False,
            "warning",
            "not checked: the microphone is the speaker",
        ),
        (replace(GOOD, echo=None), True, "ok", "the recording has no chirp in it → None"),
        (
            replace(GOOD, echo=None, lost=1600),
            False,
            "warning",
            "no echo was found, but 0.10 s of sound were lost meanwhile → "
            "end what else runs on this machine, and run the doctor again",
        ),
        (replace(GOOD, heard=BEFORE_WORDS - 1), False, "warning", "not checked"),
    ],
)
def test_echo(sound: SoundMeasured, recorded: bool, level: Severity, text: str) -> None:
    finding = judge_echo(sound, recorded=recorded)
    assert finding.level == level
    assert text in found(finding)[1]


def heard(word: Intent, confidence: float, at: Samples = 0) -> Heard:
    return Heard(word, word, confidence, at, at + 8000, at + 9000, at + 9000, urgent=False)


def understood(**other: Answer) -> list[Answer]:
    """Every word at once, but for some."""
    return [other.get(word) or Answer(word, 1, heard(word, 0.97)) for word in WORDS]


@pytest.mark.parametrize(
    ("answers", "level", "text"),
    [
        (
            understood(),
            "ok",
            "every word was understood: ready 0.97; done 0.97; arched 0.97; stop 0.97 → None",
        ),
        (
            understood(done=Answer("done", 2, heard("done", 0.6), ("no",))),
            "warning",
            "done 0.60 at try 2 of 2; arched 0.97; stop 0.97 → speak up",
        ),
        (
            understood(arched=Answer("arched", 2)),
            "problem",
            "arched not understood; stop 0.97 → say each word alone",
        ),
        (
            understood(done=Answer("done", 2, None, ("no", "not really"))),
            "problem",
            "done not understood (taken for no and not really)",
        ),
        (
            understood(arched=Answer("arched"), stop=Answer("stop")),
            "warning",
            "not checked: it was ended early; ready 0.97; done 0.97; arched not asked",
        ),
        ([Answer(word) for word in WORDS], "warning", "not checked: it was ended early; ready not"),
        (
            [Answer(word, 2) for word in WORDS],
            "problem",
            "not every word was understood: ready not understood; done not",
        ),
    ],
)
def test_words(answers: list[Answer], level: Severity, text: str) -> None:
    finding = judge_words(answers)
    assert finding.level == level
    assert text in found(finding)[1]
    assert set(finding.measured) == set(WORDS)

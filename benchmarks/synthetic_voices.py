"""Synthetic voices: the voices that say the wordings: eSpeak NG's variants, and the natural voice.

The eSpeak NG program is used, and not its library as for cues: a pitch for every wording, and one
that is spoken in a fiftieth of a second.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from benchmarks.workers import BenchmarkError
from coach.audio.loudness import active_rms
from coach.devices.speech.piper_synthesiser import PiperSynthesiser, natural_model
from coach.devices.speech.rendered_voice import RenderedSpeech
from coach.units import RATE_HZ, Block, gain

NATURAL = "natural"
VOICES = (
    *(f"en-us+f{number}" for number in range(1, 6)),
    *(f"en-us+m{number}" for number in range(1, 8)),
    NATURAL,
)
RATES_WPM = 130, 190
"""The slowest and the fastest rate, in words a minute."""
PITCHES = 30, 75
"""The lowest and the highest of eSpeak NG, where 50 is that of the variant itself."""

_LEVEL = gain(-26.0) * 32768
"""The level to which everything is scaled, RMS over its active part, int16 units."""
_LONGEST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice, and how it speaks. The natural voice has no pitch to choose."""

    voice: str
    rate_wpm: int
    pitch: int

    def __str__(self) -> str:
        pitch = "" if self.voice == NATURAL else f", pitch {self.pitch}"
        return f"{self.voice}, {self.rate_wpm} words a minute{pitch}"


def draw_speaker(random: np.random.Generator) -> Speaker:
    """A voice, a rate and a pitch, each as likely as the others."""
    voice = VOICES[int(random.integers(len(VOICES)))]
    rate, pitch = (int(random.integers(*each, endpoint=True)) for each in (RATES_WPM, PITCHES))
    return Speaker(voice, rate, pitch)


def speak(speaker: Speaker, words: str) -> Block:
    """The words as they sound. Raises BenchmarkError, and VoiceError without the natural voice."""
    if speaker.voice == NATURAL:
        speech = _natural().speak(words, speaker.rate_wpm)
    else:
        speech = _by_espeak(speaker, words)
    sound = soxr.resample(speech.sound, speech.rate_hz, RATE_HZ, "VHQ") * 32767
    sound *= _LEVEL / active_rms(np.round(sound).astype(np.int16))
    whole: Block = np.clip(np.round(sound), -32768, 32767).astype(np.int16)
    return whole


@cache
def _natural() -> PiperSynthesiser:
    return PiperSynthesiser(natural_model())


def _by_espeak(speaker: Speaker, words: str) -> RenderedSpeech:
    how = ("-v", speaker.voice, "-s", str(speaker.rate_wpm), "-p", str(speaker.pitch))
    with tempfile.TemporaryDirectory(prefix="flatback-voice-") as folder:
        file = Path(folder) / "said.wav"
        command = ["espeak-ng", *how, "-w", str(file), words]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_LONGEST_SECONDS)
        except FileNotFoundError:
            problem = "espeak-ng is not installed: sudo apt-get install espeak-ng"
            raise BenchmarkError(problem) from None
        except subprocess.SubprocessError:
            raise BenchmarkError(f"espeak-ng cannot say {words!r} as {speaker.voice}") from None
        return RenderedSpeech(*soundfile.read(file, dtype="float64"))

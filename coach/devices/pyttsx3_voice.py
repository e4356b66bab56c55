"""Pyttsx3 voice: eSpeak NG through pyttsx3, rendered to 16 kHz PCM and kept on disk.

pyttsx3 never plays anything here: a wording is saved to a file, which can be cut off at any sample
when the engine plays it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from coach.errors import VoiceError
from coach.units import RATE_HZ, Block, Samples, rms, samples

DEFAULT_VOICE = "en-us+f2"
DEFAULT_RATE_WPM = 150
_RATES_WPM = (80, 450)
_CACHE_FORMAT = 2
"""Raised when the same wording comes to sound otherwise."""

_LEVEL = 3000.0
"""RMS of a cue in int16 units, about -21 dBFS."""
_PEAK = 29_000.0
_LONGEST_RENDERING_SECONDS = 20.0
_TRIM_BELOW_PEAK = 0.01
_TRIM_MARGIN: Samples = samples(0.01)


class Pyttsx3Voice:
    """A Voice. ``rate`` in words a minute, 80 to 450; ``voice`` as ``espeak-ng --voices`` names it.

    Raises VoiceError when eSpeak NG or the voice is missing. One thread only.
    """

    def __init__(self, cache: Path, voice: str = DEFAULT_VOICE, rate: int = DEFAULT_RATE_WPM):
        if not _RATES_WPM[0] <= rate <= _RATES_WPM[1]:
            raise VoiceError(f"a rate of {rate} words a minute cannot be spoken: choose 80 to 450")
        self._cache = cache
        self._voice = voice
        self._rate = rate
        self._espeak = _espeak_library()
        self._version = f"pyttsx3 {version('pyttsx3')}, {_espeak_version(self._espeak)}"
        self._pyttsx3: Any = None
        self._written = threading.Event()

    def render(self, text: str, *, longest: Samples | None = None) -> Block:
        if not text.strip():
            raise VoiceError("there is nothing to say")
        facts = [text, self._voice, self._rate, longest, self._version, RATE_HZ, _LEVEL]
        key = json.dumps([_CACHE_FORMAT, *facts])
        path = self._cache / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npy"
        kept = _read(path)
        if kept is not None:
            return kept
        sound = self._render(text, longest)
        _keep(path, sound)
        return sound

    def _render(self, text: str, longest: Samples | None) -> Block:
        rate = self._rate
        while True:
            sound = self._speak(text, rate)
            if longest is None or len(sound) <= longest:
                return sound
            if rate == _RATES_WPM[1]:
                raise VoiceError(f"{text!r} cannot be spoken within {longest / RATE_HZ:.2f} s")
            needed = rate * len(sound) / longest
            rate = min(_RATES_WPM[1], max(rate + 5, round(needed)))

    def _speak(self, text: str, rate: int) -> Block:
        engine = self._engine()
        # pyttsx3 would set the rate from a queue, and cancel what eSpeak is about to say with it.
        self._espeak.SetParameter(self._espeak.RATE, rate, 0)
        self._espeak.Synchronize()
        with tempfile.TemporaryDirectory(prefix="flatback-voice-") as folder:
            file = Path(folder) / "cue.wav"
            # runAndWait returns whether or not the file is written, and even Synchronize may
            # return while its last bytes are; the driver tells when it has closed it.
            self._written.clear()
            engine.save_to_file(text, str(file))
            with contextlib.redirect_stdout(io.StringIO()):
                engine.runAndWait()
                written = self._written.wait(_LONGEST_RENDERING_SECONDS)
                self._espeak.Synchronize()
            if not written or not file.is_file():
                raise VoiceError(
                    f"eSpeak NG did not speak {text!r}; see if 'espeak-ng hello' works"
                )
            sound, rate_hz = soundfile.read(file, dtype="float64")
        return _levelled(_trimmed(soxr.resample(sound, rate_hz, RATE_HZ, "VHQ"), text))

    def _note_written(self, **_facts: object) -> None:
        """Called on eSpeak's thread."""
        self._written.set()

    def _engine(self) -> Any:
        if self._pyttsx3 is None:
            import pyttsx3  # noqa: PLC0415 - only a cache miss needs it, and it loads a library

            try:
                self._pyttsx3 = pyttsx3.init(driverName="espeak")
            except Exception as error:  # pyttsx3 raises whatever its driver does
                raise VoiceError(f"pyttsx3 cannot start eSpeak NG: {error}") from None
            # pyttsx3 queues setProperty and loses its errors, so the name is tried beforehand.
            if self._espeak.SetVoiceByName(self._voice.encode()) != 0:
                self._pyttsx3 = None
                problem = f"eSpeak NG has no voice {self._voice!r}; list them: espeak-ng --voices"
                raise VoiceError(problem)
            self._pyttsx3.setProperty("voice", self._voice)
            self._pyttsx3.connect("finished-utterance", self._note_written)
        return self._pyttsx3


def _espeak_library() -> Any:
    try:
        from pyttsx3.drivers import _espeak  # noqa: PLC0415
    except (ImportError, OSError, RuntimeError, AttributeError):
        raise VoiceError(
            "the voice needs eSpeak NG, which is not installed: "
            "sudo apt-get install libespeak-ng1 espeak-ng"
        ) from None
    return _espeak


def _espeak_version(library: Any) -> str:
    return f"eSpeak NG {library.Info(None).decode().split()[0]}"


def _trimmed(sound: Any, text: str) -> Any:
    loud = np.flatnonzero(np.abs(sound) > _TRIM_BELOW_PEAK * np.max(np.abs(sound), initial=0.0))
    if len(loud) == 0:
        raise VoiceError(f"eSpeak NG spoke {text!r} as silence")
    return sound[max(0, loud[0] - _TRIM_MARGIN) : loud[-1] + _TRIM_MARGIN]


def _levelled(sound: Any) -> Block:
    scaled = sound * 32767.0
    peak = float(np.max(np.abs(scaled)))
    factor = min(_LEVEL / rms(scaled), _PEAK / peak)
    return np.asarray(np.round(scaled * factor), dtype=np.int16)


def _read(path: Path) -> Block | None:
    try:
        sound = np.load(path)
    except (OSError, ValueError, EOFError):
        return None
    return sound if sound.dtype == np.int16 and sound.ndim == 1 and len(sound) else None


def _keep(path: Path, sound: Block) -> None:
    """Write beside, then rename; a cache that cannot be written only costs time."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            np.save(file, sound)
        Path(file.name).replace(path)

"""Pyttsx3 synthesiser: eSpeak NG through pyttsx3.

pyttsx3 never plays anything here: a wording is saved to a file, which becomes a cue.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coach.devices.speech.rendered_voice import RenderedSpeech
from coach.errors import VoiceError

_LONGEST_RENDERING_SECONDS = 20.0


class Pyttsx3Synthesiser:
    """A Synthesiser; ``voice`` as ``espeak-ng --voices`` names it.

    Raises VoiceError when eSpeak NG is missing, and when it speaks, if the voice is. One thread
    only.
    """

    def __init__(self, voice: str) -> None:
        self._voice = voice
        self._espeak = _espeak_library()
        self.identity = f"pyttsx3 {version('pyttsx3')}, eSpeak NG {espeak_version()}, {voice}"
        self._pyttsx3: Any = None
        self._written = threading.Event()

    def speak(self, text: str, rate_wpm: int) -> RenderedSpeech:
        import soundfile  # noqa: PLC0415 - only a cache miss needs it

        engine = self._engine()
        # pyttsx3 would set the rate from a queue, and cancel what eSpeak is about to say with it.
        self._espeak.SetParameter(self._espeak.RATE, rate_wpm, 0)
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
            return RenderedSpeech(*soundfile.read(file, dtype="float64"))

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


def espeak_version() -> str:
    """Which eSpeak NG there is. Raises VoiceError without one."""
    return str(_espeak_library().Info(None).decode().split()[0])


def _espeak_library() -> Any:
    try:
        from pyttsx3.drivers import _espeak  # noqa: PLC0415
    except (ImportError, OSError, RuntimeError, AttributeError):
        raise VoiceError(
            "the voice needs eSpeak NG, which is not installed: "
            "sudo apt-get install libespeak-ng1 espeak-ng"
        ) from None
    return _espeak

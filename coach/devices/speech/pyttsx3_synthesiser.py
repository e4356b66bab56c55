"""Pyttsx3 synthesiser: eSpeak NG by way of pyttsx3.

pyttsx3 plays nothing here: it saves the spoken text to a file.
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
"""How long one text may take."""


class Pyttsx3Synthesiser:
    """A Synthesiser. ``voice`` is a name that ``espeak-ng --voices`` lists.

    Raises VoiceError when eSpeak NG is missing. ``speak`` raises it when the voice is missing. One
    thread only.
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
        # pyttsx3 would set the rate from its queue, and cancel the text that is about to be spoken.
        self._espeak.SetParameter(self._espeak.RATE, rate_wpm, 0)
        self._espeak.Synchronize()
        with tempfile.TemporaryDirectory(prefix="flatback-voice-") as folder:
            file = Path(folder) / "cue.wav"
            # runAndWait may return before the file is written, and Synchronize before its last
            # bytes are. The driver calls _note_written when it has closed the file.
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
        """Called in eSpeak's thread."""
        self._written.set()

    def _engine(self) -> Any:
        if self._pyttsx3 is None:
            import pyttsx3  # noqa: PLC0415 - only a cache miss needs it, and it loads a library

            try:
                self._pyttsx3 = pyttsx3.init(driverName="espeak")
            except Exception as error:  # pyttsx3 raises whatever its driver does
                raise VoiceError(f"pyttsx3 cannot start eSpeak NG: {error}") from None
            # pyttsx3 queues setProperty and drops its errors, so the name is tried beforehand.
            if self._espeak.SetVoiceByName(self._voice.encode()) != 0:
                self._pyttsx3 = None
                problem = f"eSpeak NG has no voice {self._voice!r}; list them: espeak-ng --voices"
                raise VoiceError(problem)
            self._pyttsx3.setProperty("voice", self._voice)
            self._pyttsx3.connect("finished-utterance", self._note_written)
        return self._pyttsx3


def espeak_version() -> str:
    """The version of eSpeak NG. Raises VoiceError when it is missing."""
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

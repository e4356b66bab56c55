"""Vosk recogniser: Kaldi's small English model behind the Recogniser port.

The model's own folder stays untouched: it is loaded through a temporary one that links to it and
brings its own ``conf``. Kaldi adds random noise (dither) to every frame it analyses, which makes
two decodings of the same sound differ; here it is off, so that a session replays exactly.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coach.errors import ModelError
from coach.ports import Word
from coach.units import RATE_HZ, Block, samples

_OVERRIDES = {
    "mfcc.conf": "\n--dither=0\n",
    # Partial results move on every 0.12 s instead of every 0.24 s.
    "model.conf": "\n--frames-per-chunk=12\n",
}


class SpeechModel:
    """The acoustic model and vocabulary, shared by any number of recognisers.

    ``folder`` is a verified model. Raises ModelError when Vosk cannot load it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import vosk  # noqa: PLC0415 - opens a shared library, which a headless import must not
        except OSError as error:
            raise ModelError(f"the recogniser's library cannot be loaded: {error}") from None
        vosk.SetLogLevel(-1)
        with tempfile.TemporaryDirectory(prefix="flatback-model-") as overlay:
            _overlay(folder, Path(overlay))
            try:
                self.vosk_model: Any = vosk.Model(overlay)
            except Exception as error:  # Vosk raises bare Exception
                raise ModelError(f"{folder}: Vosk cannot load this model: {error}") from None

    def knows(self, word: str) -> bool:
        """Whether the word is in the vocabulary: one that is not can never be heard."""
        return int(self.vosk_model.vosk_model_find_word(word)) >= 0


class VoskRecogniser:
    """A Recogniser that listens for ``phrases`` (``[unk]`` among them) and nothing else."""

    def __init__(self, model: SpeechModel, phrases: Sequence[str]) -> None:
        import vosk  # noqa: PLC0415

        self._kaldi: Any = vosk.KaldiRecognizer(model.vosk_model, RATE_HZ, json.dumps(phrases))
        # Words, but not SetPartialWords: partial results with words wait for the lattice and
        # come half a second later, or not before the end of a short utterance.
        self._kaldi.SetWords(True)  # noqa: FBT003 - Vosk's signature

    def accept(self, block: Block) -> bool:
        return bool(self._kaldi.AcceptWaveform(block.tobytes()))

    def partial(self) -> str:
        return str(json.loads(self._kaldi.PartialResult())["partial"])

    def result(self) -> tuple[Word, ...]:
        # Result, not FinalResult: the latter drops the feature pipeline and with it the
        # half second of lead-in that the next word needs.
        return tuple(
            Word(
                word["word"],
                samples(word["start"]),
                samples(word["end"]),
                min(1.0, max(0.0, float(word["conf"]))),
            )
            for word in json.loads(self._kaldi.Result()).get("result", [])
        )


def _overlay(model: Path, overlay: Path) -> None:
    for part in model.resolve().iterdir():
        if part.name != "conf":
            (overlay / part.name).symlink_to(part)
    conf = overlay / "conf"
    conf.mkdir()
    for file in (model / "conf").iterdir():
        text = file.read_text(encoding="ascii")
        (conf / file.name).write_text(text + _OVERRIDES.get(file.name, ""), encoding="ascii")

"""Vosk recogniser: Kaldi with a small English model, as a Recogniser.

The model is loaded through a temporary folder, which links to the files of the manifest but has its
own ``conf`` and grammar. Nothing else in the model's folder is seen: a ``graph/HCLG.fst`` or a
``rescore`` there would change what Vosk understands. Kaldi adds random noise (dither) to every
frame, so that two decodings of the same sound differ; here dither is off, so that a session replays
exactly. The grammar replaces Vosk's phrase list, of which Vosk would make a bigram model that mixes
sentences.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from coach.devices.speech.openfst_file import graph_bytes
from coach.devices.system.signals import held_back
from coach.errors import ModelError
from coach.hearing.grammar_fst import GrammarFst
from coach.ports import Word
from coach.units import RATE_HZ, Block, Samples, samples

GRAPH = Path("graph", "Gr.fst")
"""The file of a model that the coach's grammar replaces."""

_OVERRIDES = {
    "mfcc.conf": "\n--dither=0\n",
    "model.conf": (
        # Partial results are updated every nine frames of 10 ms, more often than by default.
        "\n--frames-per-chunk=9\n"
        # The coach finds the end of an utterance by itself. Kaldi takes [unk] for silence and
        # would end an utterance in the middle of talk.
        + "".join(f"--endpoint.rule{rule}.min-trailing-silence=60\n" for rule in (1, 2, 3, 4))
        + "--endpoint.rule5.min-utterance-length=60\n"
    ),
}

_RENEWED_AFTER: Samples = samples(20.0)
"""The recogniser is made anew after this much sound, when nobody speaks. Vosk would keep the data
of ten minutes, some 60 kB a second, so that a box that waits beside a television would need more
and more memory.
"""


class SpeechModel:
    """The acoustic model with a grammar, shared by any number of recognisers.

    ``folder`` is a verified model, and ``files`` the names of its files within it; ``numbers`` are
    the model's numbers of the words of ``graph``. Raises ModelError when Vosk cannot load it.
    """

    def __init__(
        self, folder: Path, files: Iterable[str], graph: GrammarFst, numbers: Mapping[str, int]
    ) -> None:
        vosk = _import_vosk()
        vosk.SetLogLevel(-1)
        with tempfile.TemporaryDirectory(prefix="flatback-model-") as name:
            overlay = Path(name)
            overlay_model(folder.resolve(), files, overlay)
            (overlay / GRAPH).write_bytes(graph_bytes(graph, numbers))
            try:
                # A Model whose making was interrupted prints an error when it is deleted.
                with held_back():
                    self.vosk_model: Any = vosk.Model(name)
            except Exception as error:  # Vosk raises bare Exception
                raise ModelError(f"{folder}: Vosk cannot load this model: {error}") from None

    def recogniser(self) -> VoskRecogniser:
        """A new recogniser, for one session or one recording."""
        return VoskRecogniser(self)


class VoskRecogniser:
    """A Recogniser of the utterances of the model's grammar."""

    def __init__(self, model: SpeechModel) -> None:
        self._model = model.vosk_model
        self._skipped: Samples = 0
        self._decoded: Samples = 0
        self._kaldi: Any = _kaldi_recogniser(self._model)

    def accept_waveform(self, block: Block) -> None:
        self._decoded += len(block)
        self._kaldi.AcceptWaveform(block.tobytes())

    def skip(self, count: Samples) -> None:
        self._skipped += count
        if self._decoded >= _RENEWED_AFTER:
            self._skipped += self._decoded
            self._decoded = 0
            self._kaldi = _kaldi_recogniser(self._model)

    def partial(self) -> str:
        return str(json.loads(self._kaldi.PartialResult()).get("partial", ""))

    def result(self) -> tuple[Word, ...]:
        # FinalResult would drop the feature pipeline, and with it the half second of lead-in that
        # the next word needs.
        return tuple(
            Word(
                word["word"],
                samples(word["start"]) + self._skipped,
                samples(word["end"]) + self._skipped,
                min(1.0, max(0.0, float(word["conf"]))),
            )
            for word in json.loads(self._kaldi.Result()).get("result", [])
        )


def _kaldi_recogniser(model: Any) -> Any:
    import vosk  # noqa: PLC0415

    kaldi = vosk.KaldiRecognizer(model, RATE_HZ)
    # SetPartialWords stays off: partial results with words wait for the lattice and come half a
    # second later, or not before the end of a short utterance.
    kaldi.SetWords(True)  # noqa: FBT003 - Vosk's signature
    return kaldi


def _import_vosk() -> Any:
    """The module vosk, without ``requests``, with which it would download models.

    The import of ``requests`` opens a socket, to see whether there is IPv6. Raises ModelError.
    """
    placeholder = ModuleType("requests")
    there = sys.modules.setdefault("requests", placeholder)
    try:
        import vosk  # noqa: PLC0415 - opens a shared library, which a headless import must not
    except OSError as error:
        raise ModelError(f"the recogniser's library cannot be loaded: {error}") from None
    finally:
        if there is placeholder:
            del sys.modules["requests"]
    return vosk


def overlay_model(model: Path, files: Iterable[str], overlay: Path) -> None:
    """Fill ``overlay`` with links to those files of the model, and with its configuration as
    overridden. The grammar is left out.
    """
    for name in files:
        place = overlay / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.parent == overlay / "conf":
            text = (model / name).read_text(encoding="ascii") + _OVERRIDES.get(place.name, "")
            place.write_text(text, encoding="ascii")
        elif Path(name) != GRAPH:
            place.symlink_to(model / name)

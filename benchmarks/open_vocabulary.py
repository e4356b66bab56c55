"""Open vocabulary: what the speech model understands without a grammar."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from coach.devices.speech.model_manifest import project_manifest
from coach.devices.speech.vosk_recogniser import GRAPH, overlay_model
from coach.units import RATE_HZ, Block, samples, silence

_BEFORE, _AFTER = silence(samples(0.3)), silence(samples(1.0))


def transcribe(folder: Path, language_model: str, sound: Block) -> list[str]:
    """The words of a cue that is heard by itself; ``folder`` holds the model of that name.

    Like the coach's recogniser it adds no noise, so that the same sound is always heard alike.
    """
    kaldi = _recogniser(folder, language_model)
    kaldi.AcceptWaveform(np.concatenate((_BEFORE, sound, _AFTER)).tobytes())
    # FinalResult drops what was adapted to this cue's sound, so that the next one is heard afresh.
    return str(json.loads(kaldi.FinalResult())["text"]).split()


@cache  # without a grammar, one takes longer to make than a cue to be heard
def _recogniser(folder: Path, name: str) -> Any:
    import vosk  # noqa: PLC0415 - opens a shared library

    vosk.SetLogLevel(-1)
    with tempfile.TemporaryDirectory(prefix="flatback-model-") as place:
        overlay = Path(place)
        overlay_model(folder.resolve(), project_manifest(name).files, overlay)
        (overlay / GRAPH).symlink_to(folder.resolve() / GRAPH)
        return vosk.KaldiRecognizer(vosk.Model(place), RATE_HZ)

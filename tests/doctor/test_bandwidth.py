"""Bandwidth: a voice through a telephone is told from the same voice in full."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr

from coach.app.language_files import data_folder
from coach.devices.recordings.audio_file import read_audio
from coach.doctor.bandwidth import above_telephone_db
from coach.units import RATE_HZ, gain

VOICES = sorted(path for path in (data_folder("audio_fixtures") / "en").iterdir() if path.is_dir())


@pytest.mark.parametrize("noise_rms", [0.0, 3.0])
@pytest.mark.parametrize("softer_db", [0.0, 20.0])
@pytest.mark.parametrize("voice", VOICES, ids=lambda path: path.name)
def test_a_voice_at_8_khz_has_nothing_above_a_telephone(
    voice: Path, softer_db: float, noise_rms: float
) -> None:
    said = np.concatenate([read_audio(voice / f"{word}.flac") for word in ("done", "stop")])
    noise = np.random.default_rng(0).normal(0.0, noise_rms, len(said))
    heard = said * gain(-softer_db) + noise
    narrow = soxr.resample(soxr.resample(heard, RATE_HZ, 8_000), 8_000, RATE_HZ)
    assert above_telephone_db(np.round(heard).astype(np.int16)) > -20.0
    assert above_telephone_db(np.round(narrow).astype(np.int16)) < -32.0


def test_digital_silence_is_no_telephone() -> None:
    assert above_telephone_db(np.zeros(RATE_HZ, np.int16)) == 0.0

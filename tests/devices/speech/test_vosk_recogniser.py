"""Vosk recogniser: what a long time of waiting, or a stranger in its folder, does: nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coach.app.ears import Ears, make_ears
from coach.devices.recordings.audio_file import read_audio
from coach.devices.speech import model_store
from coach.devices.speech.model_manifest import project_manifest
from coach.ports import Word
from coach.units import Samples, samples, silence

pytestmark = pytest.mark.model

CLIP = read_audio(Path(__file__).parents[3] / "audio_fixtures/en/flite_slt/my_back_arched.flac")


def test_a_file_that_is_not_of_the_manifest_is_not_read(
    ears: Ears, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Vosk would take HCLG.fst for its graph, crash on it, and add the options of any conf."""
    manifest, real = project_manifest(), model_store.default_folder()
    for name in manifest.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(real / name, tmp_path / name)
    for name in ("graph/HCLG.fst", "rescore/G.fst", "ivector/other.conf", "conf/other.conf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"a stranger")
    heard = make_ears(ears.grammar, tmp_path)
    assert [word.text for word in words_after(heard, 16_000, 0)] == ["my", "back", "arched"]
    (told,) = caplog.messages
    assert told == (
        f"{tmp_path} holds conf/other.conf and 3 more, which is no part of the speech model and is "
        "not read"
    )


def words_after(ears: Ears, decoded: Samples, skipped: Samples) -> tuple[Word, ...]:
    """What is understood after so much quiet that was decoded, and so much that was not."""
    recogniser = ears.model.recogniser()
    recogniser.accept_waveform(silence(decoded))
    recogniser.result()
    recogniser.skip(skipped)
    for at in range(0, len(CLIP), 480):
        recogniser.accept_waveform(CLIP[at : at + 480])
    return recogniser.result()


@pytest.mark.parametrize(
    ("decoded_seconds", "skipped_seconds"),
    [
        pytest.param(1.0, 3600.0, marks=pytest.mark.thorough),
        pytest.param(19.9, 0.5, marks=pytest.mark.thorough),
        (20.0, 3600.0),
        pytest.param(25.0, 0.5, marks=pytest.mark.thorough),
    ],
)
def test_words_are_where_they_were_said_however_long_it_has_waited(
    ears: Ears, decoded_seconds: float, skipped_seconds: float
) -> None:
    """It begins anew when nobody speaks; Vosk counts from there."""
    waited = samples(decoded_seconds) + samples(skipped_seconds)
    words = words_after(ears, samples(decoded_seconds), samples(skipped_seconds))
    afresh = words_after(ears, samples(1.0), samples(1.0))
    assert [word.text for word in words] == ["my", "back", "arched"]
    for word, expected in zip(words, afresh, strict=True):
        assert word.start - waited == pytest.approx(expected.start - samples(2.0), abs=1000)
        assert word.end - waited == pytest.approx(expected.end - samples(2.0), abs=1000)

"""Claims: a file that says how long it is, is refused when it was cut short, and only then."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from coach.devices.recordings.audio_file import read_audio
from coach.errors import AudioFileError

CLAIMING = ("AVR", "MAT4", "MAT5", "MPC2K", "NIST", "SDS", "SVX", "VOC", "WVE")
KINDS = [
    (form, kind, channels)
    for form in CLAIMING
    for kind in soundfile.available_subtypes(form)
    for channels in (1, 2)
    if soundfile.check_format(form, kind, "FILE") and not (channels == 2 and form in ("SDS", "WVE"))
]
"""Of SVX and SDS libsndfile writes one channel only, of the others one or two."""


def written(folder: Path, form: str, kind: str, channels: int) -> Path | None:
    """A file of half a second, None for what libsndfile does not write."""
    path = folder / f"sound.{form.lower()}"
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (4000, channels))
    try:
        soundfile.write(path, sound, 8000, format=form, subtype=kind)
    except soundfile.LibsndfileError:
        return None
    return path


@pytest.mark.parametrize(("form", "kind", "channels"), KINDS)
def test_what_was_cut_short_is_refused_and_what_was_not_is_read(
    tmp_path: Path, form: str, kind: str, channels: int
) -> None:
    path = written(tmp_path, form, kind, channels)
    if path is None:
        pytest.skip("libsndfile does not write it")
    assert 7900 < len(read_audio(path, pytest.fail)) <= 8200
    content = path.read_bytes()
    for part in (0.5, 0.9):
        path.write_bytes(content[: int(len(content) * part)])
        with pytest.raises(AudioFileError, match=r"the recording is cut short: .* bytes"):
            read_audio(path, pytest.fail)


@pytest.mark.parametrize("kind", ["DPCM_16", "DPCM_8"])
def test_an_instrument_that_was_cut_short_is_refused(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, "XI", kind, 1)
    assert path is not None
    content = bytearray(path.read_bytes())
    assert content[298:302] == bytes(4)  # libsndfile does not write the length of the sample
    content[298:302] = (len(content) - 338).to_bytes(4, "little")
    path.write_bytes(content)
    assert len(read_audio(path, pytest.fail)) > 1000
    path.write_bytes(content[:-200])
    with pytest.raises(AudioFileError, match=r"the recording is cut short: .* bytes"):
        read_audio(path, pytest.fail)


def test_every_format_is_met() -> None:
    assert {form for form, _, _ in KINDS} == set(CLAIMING)


def test_a_voc_whose_writer_did_not_know_the_length_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "VOC", "PCM_16", 1)
    assert path is not None
    content = bytearray(path.read_bytes())
    assert content[26] == 9  # the kind of the block, and then its length
    content[27:30] = bytes(3)
    path.write_bytes(content)
    assert len(read_audio(path, pytest.fail)) > 7900


@pytest.mark.parametrize("form", CLAIMING)
def test_a_header_of_any_bytes_is_read_or_refused(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, form, soundfile.default_subtype(form) or "ALAW", 1)
    assert path is not None
    content, chance = bytearray(path.read_bytes()), np.random.default_rng(2)
    for _ in range(30):
        mutated = content.copy()
        for place in chance.integers(4, 400, 6):
            mutated[place] = int(chance.integers(256))
        path.write_bytes(mutated)
        with suppress(AudioFileError):
            read_audio(path, lambda _line: None)

"""Audio file: reads recordings of any format as 16 kHz mono, and writes sound into files."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile
import soxr

from coach.devices.files.private_file import open_private
from coach.devices.recordings.decoder import Recording, open_recording
from coach.errors import OutputError
from coach.units import RATE_HZ, Block, gain

Warn = Callable[[str], None]
"""Receives one line: what is wrong with a file, and what was done about it."""

_LOGGER = logging.getLogger("coach.recordings")

_DIGITAL_SILENCE = 4.0 / 32768.0
"""The RMS, of 1 for full scale, of a channel that nothing is connected to: dither at most."""

_FAR_BELOW = gain(-40.0)
"""A channel that is so much softer than another one holds only crosstalk."""

_WELL_BELOW = gain(-26.0)
_STEADY = 2.0
"""A channel whose loud frames are no more than twice as loud as its quiet ones holds only hum or
hiss, as speech has pauses. It is passed over if it is so much softer than another one, or"""
_LIVELY = 4.0
"""softer than one whose loud frames are so many times as loud as its quiet ones."""

_FRAME_SECONDS = 0.02
_SPEECH_FRAMES = 5
"""The level of a channel is that of its fifth loudest frame: 0.1 s of speech count, a click does
not."""


def read_audio(path: Path, warn: Warn = _LOGGER.warning) -> Block:
    """A recording as mono int16 at 16 kHz, whatever its rate, depth and format.

    Of several channels the first is taken that is neither silent nor far quieter than another, nor
    hum or hiss that is quieter than another.
    ``-`` is standard input. Raises AudioFileError when the file is missing, empty,
    cut short, not audio, or longer than LONGEST_SECONDS.
    """
    with open_recording(path, warn) as recording:
        channel = 0 if recording.channels == 1 else _first_with_sound(recording)
        return _as_block(recording, lambda sound: sound[:, channel])


def read_microphone(path: Path, warn: Warn = _LOGGER.warning) -> Block:
    """As ``read_audio``, but always the first channel, even if the whole session is silent."""
    with open_recording(path, warn) as recording:
        return _as_block(recording, lambda sound: sound[:, 0])


def read_left(path: Path, warn: Warn = _LOGGER.warning) -> Block:
    """As ``read_audio``, but the first channel that is not zero throughout, however soft it is: the
    microphone of a silent person is the microphone nevertheless."""
    with open_recording(path, warn) as recording:
        present = _levels(recording).present
        channel = int(np.argmax(present))
        return _as_block(recording, lambda sound: sound[:, channel])


def read_mixed(path: Path, warn: Warn = _LOGGER.warning) -> Block:
    """As ``read_audio``, but all channels together: both sides of a session, to be listened to."""
    with open_recording(path, warn) as recording:
        return _as_block(recording, lambda sound: sound.sum(axis=1))


def _as_block(recording: Recording, mixed: Callable[[Any], Any]) -> Block:
    """The recording's sound, of which ``mixed`` makes one channel, block by block."""
    parts = []
    resampler = None
    if recording.rate_hz != RATE_HZ:
        resampler = soxr.ResampleStream(recording.rate_hz, RATE_HZ, 1, "float32", "VHQ")
    for sound in recording.blocks():
        mono = np.ascontiguousarray(mixed(sound))
        parts.append(_as_int16(mono if resampler is None else resampler.resample_chunk(mono)))
    if resampler is not None:
        rest = resampler.resample_chunk(np.zeros(0, np.float32), last=True)
        parts.append(_as_int16(rest))
    whole: Block = np.concatenate(parts)
    return whole


def _as_int16(sound: Any) -> Block:
    whole: Block = np.clip(np.round(sound * 32768.0), -32768, 32767).astype(np.int16)
    return whole


class _Levels(NamedTuple):
    """What each channel holds."""

    loud: Any
    """The RMS of its fifth loudest frame."""
    quiet: Any
    """That of its fifth quietest."""
    present: Any
    """Whether any sample is not zero."""


def _first_with_sound(recording: Recording) -> int:
    """The first channel that is neither silent, nor far below the loudest, nor hum or hiss below
    a voice."""
    loud, quiet, present = _levels(recording)
    least = max(_DIGITAL_SILENCE, float(loud.max()) * _FAR_BELOW)
    well_below = loud < float(loud.max()) * _WELL_BELOW
    lively = loud[loud >= _LIVELY * quiet]
    below_lively = loud < float(lively.max(initial=0.0))
    steady = loud <= _STEADY * quiet
    heard = (loud > least) & ~(steady & (well_below | below_lively))
    return int(np.argmax(heard if heard.any() else present))


def _levels(recording: Recording) -> _Levels:
    length = max(1, round(recording.rate_hz * _FRAME_SECONDS))
    loudest = np.zeros((_SPEECH_FRAMES, recording.channels))
    quietest = np.full((_SPEECH_FRAMES, recording.channels), np.inf)
    present = np.zeros(recording.channels, bool)
    for sound in recording.blocks():
        present |= np.any(sound, axis=0)
        whole = len(sound) // length * length
        frames = sound[:whole].reshape(-1, length, recording.channels).std(axis=1, dtype=np.float64)
        loudest = np.sort(np.concatenate([loudest, frames]), axis=0)[-_SPEECH_FRAMES:]
        quietest = np.sort(np.concatenate([quietest, frames]), axis=0)[:_SPEECH_FRAMES]
    return _Levels(loudest[0], quietest[-1], present)


def write_audio(path: Path, sound: Block) -> None:
    """Write mono 16 kHz audio in the format that the suffix names, for its owner alone.

    Raises OutputError.
    """
    form = path.suffix.removeprefix(".").upper()
    if form not in soundfile.available_formats():
        raise OutputError(
            f"{path}: cannot be written: no format is called {path.suffix!r}; try .wav or .flac"
        )
    encoded = io.BytesIO()
    soundfile.write(encoded, sound, RATE_HZ, format=form)
    try:
        with os.fdopen(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb") as file:
            file.write(encoded.getvalue())
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None

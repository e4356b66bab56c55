"""Mastering: a synthesised wording -> a cue. Trimmed of silence, levelled, limited, faded."""

from __future__ import annotations

import numpy as np

from coach.speaking.integrated_loudness import Sound, integrated_loudness
from coach.units import Block, Samples, gain, samples, silence

LOUDNESS_LUFS = -20.0
"""Of every cue. EBU R 128 s2 names it for streaming, as the quietest."""

_SILENT_LUFS = -60.0
"""What a synthesiser leaves of a text without a word in it is quieter, and speech is louder."""

_PEAK = gain(-1.0)
_LOOK_AHEAD: Samples = samples(0.005)
_LEVELLINGS = 3
"""What the limiter takes away is made up for this often."""

_TRIM_BELOW_PEAK = 0.01
_MARGIN: Samples = samples(0.01)
_FADE: Samples = samples(0.005)


def master(sound: Sound) -> Block:
    """The cue, as loud as every other; empty when ``sound`` is silent."""
    trimmed = _trimmed(sound)
    if integrated_loudness(trimmed) < _SILENT_LUFS:
        return silence(0)
    faded = _faded(trimmed)
    for _ in range(_LEVELLINGS):
        faded = _limited(faded * gain(LOUDNESS_LUFS - integrated_loudness(faded)))
    return np.asarray(np.round(faded * 32767.0), dtype=np.int16)


def _trimmed(sound: Sound) -> Sound:
    """What is loud, with a margin around it that is silent where ``sound`` has none."""
    level = np.abs(sound)
    loud = np.flatnonzero(level > _TRIM_BELOW_PEAK * np.max(level, initial=0.0))
    if len(loud) == 0:
        return sound[:0]
    return np.pad(sound, _MARGIN)[loud[0] : loud[-1] + 2 * _MARGIN]


def _faded(sound: Sound) -> Sound:
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(_FADE) / _FADE)
    faded = sound.copy()
    faded[:_FADE] *= ramp
    faded[-_FADE:] *= ramp[::-1]
    return faded


def _limited(sound: Sound) -> Sound:
    """Turned down smoothly around every peak, ahead of it as well as behind."""
    if np.max(np.abs(sound)) <= _PEAK:
        return sound
    needed = np.minimum(1.0, _PEAK / np.maximum(np.abs(sound), _PEAK))
    width = 2 * _LOOK_AHEAD + 1
    padded = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(padded, width).min(axis=1)
    window = np.hanning(width + 2)[1:-1]
    return sound * np.convolve(least, window / np.sum(window), "valid")

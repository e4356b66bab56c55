"""Recording: what is understood in a recording, apart from any session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coach.audio.levels import measured_frames
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer
from coach.messages.events import Heard
from coach.units import Block, Samples, samples

AROUND_CLIP: Samples = samples(0.75)
"""The length of the quiet that is put once before a recording, and twice after it."""


def hear_recording(endpointer: Endpointer, recording: Block, wanted: Wanted) -> list[Heard]:
    """The utterances that are accepted in a recording, timed from its beginning.

    A clip often begins and ends on the word itself, so it is surrounded by the quiet of a room.
    """
    quiet = np.random.default_rng(0).integers(-3, 4, AROUND_CLIP).astype(np.int16)
    sound = np.concatenate([quiet, recording, quiet, quiet])
    frames = measured_frames(sound, endpointer.frame)
    findings = [finding for frame in frames for finding in endpointer.process(frame, wanted)]
    heard = (each for each in findings if isinstance(each, Heard) and each.accepted)
    return [_earlier(each, AROUND_CLIP) for each in heard]


def _earlier(heard: Heard, by: Samples) -> Heard:
    times = {name: max(0, getattr(heard, name) - by) for name in ("start", "end")}
    return replace(heard, **times, reacted=heard.reacted - by, decided=heard.decided - by)

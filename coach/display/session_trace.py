"""Session trace: what a drawing of a session needs - the envelopes of both sounds, and events."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coach.messages.events import Event, Heard, Spoken
from coach.messages.facts import (
    CountBegan,
    RepCorrected,
    RepEnded,
    SessionEnded,
    SessionResumed,
    StateChanged,
)
from coach.units import Block, Samples, samples, silence

GRAIN: Samples = samples(0.02)
"""The length that one pair of values of an envelope stands for."""


COUNTS = ("count", "half_count")
"""The prompts that speak a count."""


class Envelope:
    """The lowest and the highest sample of every GRAIN: four bytes in place of 640."""

    def __init__(self) -> None:
        self._bounds = array("h")
        self._rest = silence(0)

    def add(self, block: Block) -> None:
        """Append a block, mono int16."""
        sound = np.concatenate([self._rest, block]) if len(self._rest) else block
        whole = len(sound) // GRAIN * GRAIN
        grains = sound[:whole].reshape(-1, GRAIN)
        if len(grains):
            pairs = np.stack([grains.min(axis=1), grains.max(axis=1)], axis=1)
            self._bounds.frombytes(pairs.astype(np.int16).tobytes())
        self._rest = sound[whole:].copy()

    @property
    def length(self) -> Samples:
        """The length of all complete grains."""
        return len(self._bounds) // 2 * GRAIN

    def between(self, start: Samples, end: Samples, columns: int) -> NDArray[np.int16]:
        """The lowest and the highest sample of each of at most ``columns`` equal stretches.

        int16 of shape (n, 2).
        """
        bounds = np.array(self._bounds, np.int16).reshape(-1, 2)[start // GRAIN : end // GRAIN]
        each = -(-(end - start) // GRAIN // columns) or 1
        missing = -len(bounds) % each
        grains = np.concatenate([bounds, np.repeat(bounds[-1:], missing, axis=0)])
        stretches = grains.reshape(-1, each, 2)
        lowest, highest = stretches[:, :, 0].min(axis=1), stretches[:, :, 1].max(axis=1)
        return np.stack([lowest, highest], axis=1)


class SessionTrace:
    """An observer of a session's events and, by ``add``, of its sound.

    ``colours`` has the colour of every state, as ``#RRGGBB``.
    """

    def __init__(self, colours: Mapping[str, str]) -> None:
        self.colours = colours
        self.microphone, self.speaker = Envelope(), Envelope()
        self.length: Samples = 0
        self.states: list[StateChanged] = []
        self.said: list[Spoken] = []
        self.counts: list[CountBegan] = []
        self.heard: list[Heard] = []
        self.reps: list[RepEnded] = []
        self.end: SessionEnded | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case StateChanged():
                self.states.append(event)
            case CountBegan():
                self.counts.append(event)
            case Spoken() if event.prompt not in COUNTS:
                self.said.append(event)
            case Heard():
                self.heard.append(event)
            case RepEnded():
                self.reps.append(event)
            case RepCorrected():
                self._correct(event)
            case SessionEnded():
                self.end = event
            case SessionResumed():
                self.end = None
            case _:
                pass

    def _correct(self, corrected: RepCorrected) -> None:
        """Change the verdict of a rep, or forget it."""
        which = corrected.set, corrected.rep
        index = max(n for n, rep in enumerate(self.reps) if (rep.set, rep.rep) == which)
        rep = self.reps.pop(index)
        if corrected.perfect is not None:
            self.reps.insert(index, replace(rep, perfect=corrected.perfect, reason=None))

    def add(self, microphone: Block, speaker: Block) -> None:
        """Append a block of each sound; both have the same length."""
        self.microphone.add(microphone)
        self.speaker.add(speaker)
        self.length += len(microphone)

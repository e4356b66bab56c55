"""Silent microphone: detects that a microphone delivers nothing but zeros, being muted or gone.

The lowest bit of a working microphone always moves, unless the device has a noise gate. A device
that delivers sound again by itself after it was reported has one, and is not reported any more.
"""

from __future__ import annotations

import logging

import numpy as np

from coach.units import Block, Samples, samples

_LOGGER = logging.getLogger("coach.devices")
_LONGEST_AT_FIRST: Samples = samples(3.0)
"""How long zeros are accepted at first: a sound server may be slow to begin."""

_LONGEST: Samples = samples(1.5)
"""How long zeros are accepted later on."""

_ECHO: Samples = samples(1.0)
"""Sound that comes so soon after the coach has spoken does not count: a sound server that has lost
its microphone may record the speaker instead."""

_REOPENED: Samples = samples(3.0)
"""Sound that begins later than this after its device was opened again has begun by itself."""

_GATED: Samples = samples(10.0)
"""A longer silence may come from muting, so it counts as a gate only the second time."""

_CERTAIN = 2
"""How many points make a gate certain: a short silence scores two, a long one scores one."""


class SelfGating:
    """The microphones with a noise gate, by name, for all sessions of a process.

    Without this each session would pause once, at its first silence.
    """

    def __init__(self) -> None:
        self._certainty: dict[str, int] = {}

    def knows(self, name: str) -> bool:
        """Whether the microphone has a gate, so that its zeros are no loss."""
        return self._certainty.get(name, 0) >= _CERTAIN

    def note(self, name: str, zeros: Samples) -> None:
        """Note that the microphone delivered sound by itself after so many zeros."""
        certainty = _CERTAIN if zeros < _GATED else _CERTAIN // 2
        self._certainty[name] = self._certainty.get(name, 0) + certainty
        if self.knows(name):
            _LOGGER.info("%r is silent by itself in between: its zeros are no loss", name)


class SilentMicrophone:
    """``silent`` is true while the microphone has delivered only zeros for too long."""

    def __init__(self, gating: SelfGating | None = None) -> None:
        self.silent = False
        self._gating = gating or SelfGating()
        self._name = ""
        self._has_sounded = False
        self._since_reopened = _REOPENED
        self._zeros: Samples = 0
        self._since_speech: Samples = _ECHO

    def observe(self, microphone: Block, speaker: Block) -> None:
        """Take in a block of the microphone, and what the speaker was handed meanwhile."""
        self._since_speech = 0 if np.any(speaker) else self._since_speech + len(speaker)
        if not np.any(microphone):
            self._zeros += len(microphone)
            self._since_reopened += len(microphone)
            longest = _LONGEST if self._has_sounded else _LONGEST_AT_FIRST
            if self._zeros >= longest and not self._gating.knows(self._name):
                self.silent = True
        elif self._since_speech >= _ECHO:
            self._sound()

    def reopened(self, name: str) -> None:
        """Note that the device was opened again, and is now called ``name``."""
        self._name = name
        self._since_reopened = 0

    def _sound(self) -> None:
        """Note that the microphone delivers sound of its own."""
        if self.silent and self._has_sounded and self._since_reopened >= _REOPENED:
            self._gating.note(self._name, self._zeros)
        self.silent = False
        self._has_sounded = True
        self._since_reopened = _REOPENED
        self._zeros = 0

"""Silent microphone: tells one that delivers nothing but zeros, muted or gone, from a quiet one.

A real microphone is never so quiet that not a bit of it moves, unless it gates itself: whatever
sounds again by itself after it was missed does that, and is not missed any more.
"""

from __future__ import annotations

import logging

import numpy as np

from coach.units import Block, Samples, samples

_LOGGER = logging.getLogger("coach.devices")
_LONGEST_AT_FIRST: Samples = samples(3.0)  # a sound server may be slow to begin
_LONGEST: Samples = samples(1.5)
_ECHO: Samples = samples(1.0)
"""For so long after the coach has spoken what is heard may be itself, and tells nothing: a sound
server that misses its microphone may listen to the speaker."""

_REOPENED: Samples = samples(3.0)
"""What sounds so long after its device was opened anew sounds by itself."""

_GATED: Samples = samples(10.0)
"""Who is silent for longer may have been muted; but not time and again."""


class SelfGating:
    """Which microphones, by name, are silent by themselves: for every session of a process.

    The next session would else pause for its first silence, as each one before it did.
    """

    def __init__(self) -> None:
        self._certainty: dict[str, int] = {}

    def knows(self, name: str) -> bool:
        """Whether zeros of that one are no loss."""
        return self._certainty.get(name, 0) >= 2

    def note(self, name: str, zeros: Samples) -> None:
        """It sounded by itself after so many zeros."""
        self._certainty[name] = self._certainty.get(name, 0) + (2 if zeros < _GATED else 1)
        if self.knows(name):
            _LOGGER.info("%r is silent by itself in between: its zeros are no loss", name)


class SilentMicrophone:
    """``silent`` while the microphone has delivered zeros for too long."""

    def __init__(self, gating: SelfGating | None = None) -> None:
        self.silent = False
        self._gating = gating or SelfGating()
        self._name = ""
        self._sounded = False
        self._since_reopened = _REOPENED
        self._zeros: Samples = 0
        self._unheard: Samples = _ECHO

    def observe(self, heard: Block, said: Block) -> None:
        """A block of the microphone, and what the speaker was handed at the same time."""
        self._unheard = 0 if np.any(said) else self._unheard + len(said)
        if not np.any(heard):
            self._zeros += len(heard)
            self._since_reopened += len(heard)
            longest = _LONGEST if self._sounded else _LONGEST_AT_FIRST
            if self._zeros >= longest and not self._gating.knows(self._name):
                self.silent = True
        elif self._unheard >= _ECHO:
            self._sound()

    def reopened(self, name: str) -> None:
        """What sounds from now on is called ``name``; at first because it was opened anew."""
        self._name = name
        self._since_reopened = 0

    def _sound(self) -> None:
        if self.silent and self._sounded and self._since_reopened >= _REOPENED:
            self._gating.note(self._name, self._zeros)
        self.silent = False
        self._sounded = True
        self._since_reopened = _REOPENED
        self._zeros = 0

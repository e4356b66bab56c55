"""Silent microphone: tells one that delivers nothing but zeros, muted or gone, from a quiet one.

A real microphone is never so quiet that not a bit of it moves, unless it gates itself: whatever
sounds again shortly after it was missed does that, and is not missed any more.
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

_GATED: Samples = samples(10.0)


class SilentMicrophone:
    """``silent`` while the microphone has delivered zeros for too long."""

    def __init__(self) -> None:
        self.silent = False
        self._gates_itself = False
        self._sounded = False
        self._by_itself = True
        self._zeros: Samples = 0
        self._unheard: Samples = _ECHO

    def accept(self, heard: Block, said: Block) -> None:
        """A block of the microphone, and what the speaker was handed at the same time."""
        self._unheard = 0 if np.any(said) else self._unheard + len(said)
        if not np.any(heard):
            self._zeros += len(heard)
            longest = _LONGEST if self._sounded else _LONGEST_AT_FIRST
            if self._zeros >= longest and not self._gates_itself:
                self.silent = True
        elif self._unheard >= _ECHO:
            self._sound()

    def reopened(self) -> None:
        """What sounds from now on does so because the device was opened anew."""
        self._by_itself = False

    def _sound(self) -> None:
        if self.silent and self._sounded and self._by_itself and self._zeros < _GATED:
            self._gates_itself = True
            _LOGGER.info("this microphone is silent by itself in between: zeros are no loss")
        self.silent = False
        self._sounded = self._by_itself = True
        self._zeros = 0

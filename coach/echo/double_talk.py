"""Double talk: detects, from levels alone and so at once, that somebody speaks over the coach."""

from __future__ import annotations

from coach.echo.residual_echo import ResidualEcho
from coach.units import Samples, gain, samples

_LOOK_BACK: Samples = samples(0.06)
"""The time over which the level is averaged: two frames."""

_LEAST_EXCESS = gain(10.0) ** 2
"""Ratio of energies: 10 dB above the expected residual echo and noise is somebody's voice …"""

_ABOVE_SPREAD = gain(6.0) ** 2
"""… or, once its spread is known, 6 dB above what few windows of it exceed. Those are longer, and
shorter ones vary more …"""

_MOST_EXCESS = gain(15.0) ** 2
"""… but what is this loud always is: somebody who talks a lot is in the spread as well."""

_BEGINS_AFTER: Samples = samples(0.09)
"""How long it must be loud: three frames."""

_ENDS_AFTER: Samples = samples(0.5)
"""How long it must be quiet: pauses between words are shorter."""

_LONGEST: Samples = samples(3.0)
"""A sound that lasts longer is not meant for the coach."""

_QUIET_AGAIN: Samples = samples(1.0)
"""The quiet after a sound that took too long before another one counts."""


class DoubleTalk:
    """``going_on`` is true from 0.09 s into a sound until half a second after its end.

    A sound that lasts longer than three seconds is not meant for the coach: it is music, or talk.
    Double talk is over then, and the next sound counts only after a second of quiet.
    """

    def __init__(self, residual: ResidualEcho) -> None:
        self._residual = residual
        self._loud: Samples = 0
        self._quiet: Samples = 0
        self._lasted: Samples = 0
        self._given_up = False
        self._least = _LEAST_EXCESS
        self.going_on = False

    def update(self, now: Samples, length: Samples) -> None:
        """Look at the last ``length`` samples, which end at ``now``."""
        loud = self._is_loud(now)
        self._loud = self._loud + length if loud else 0
        self._quiet = 0 if loud else self._quiet + length
        if self._given_up:
            self._given_up = self._quiet < _QUIET_AGAIN
            return
        if self.going_on:
            self._lasted += length
            self._given_up = self._lasted >= _LONGEST
            self.going_on = not self._given_up and self._quiet < _ENDS_AFTER
        elif self._loud >= _BEGINS_AFTER and self._residual.coach_speaks(now - _ENDS_AFTER, now):
            self.going_on = True
            self._lasted = 0

    def resolve(self) -> None:
        """End it at once, because the utterance has been understood."""
        self.going_on = False
        self._loud = 0

    def _is_loud(self, now: Samples) -> bool:
        if not self.going_on:
            lately = self._residual.spread.lately
            if lately is not None:
                self._least = min(_MOST_EXCESS, _ABOVE_SPREAD * max(1.0, lately))
        return self._residual.untold_excess(now - _LOOK_BACK, now) > self._least

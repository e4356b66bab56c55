"""Double talk: somebody speaks while the coach does, told from the level alone, so at once."""

from __future__ import annotations

from coach.echo.residual_echo import ResidualEcho
from coach.units import Samples, gain, samples

_LOOK_BACK: Samples = samples(0.06)
_LEAST_EXCESS = gain(10.0) ** 2
_BEGINS_AFTER: Samples = samples(0.09)
_ENDS_AFTER: Samples = samples(0.5)
_LONGEST: Samples = samples(3.0)
_GIVES_UP_FOR: Samples = samples(1.0)


class DoubleTalk:
    """``going_on`` from the first tenth of a second of a sound until half a second after it.

    What goes on for longer than three seconds is not meant for the coach: music, or talk. It is
    over then, and what comes next counts after a second of quiet.
    """

    def __init__(self, leftover: ResidualEcho) -> None:
        self._residual = leftover
        self._loud: Samples = 0
        self._quiet: Samples = 0
        self._lasted: Samples = 0
        self._given_up = False
        self.going_on = False

    def update(self, now: Samples, length: Samples) -> None:
        """Look at the last ``length`` samples, which end at ``now``."""
        loud = self._is_loud(now)
        self._loud = self._loud + length if loud else 0
        self._quiet = 0 if loud else self._quiet + length
        if self._given_up:
            self._given_up = self._quiet < _GIVES_UP_FOR
            return
        if self.going_on:
            self._lasted += length
            self._given_up = self._lasted >= _LONGEST
            self.going_on = not self._given_up and self._quiet < _ENDS_AFTER
        elif self._loud >= _BEGINS_AFTER and self._residual.coach_speaks(now - _ENDS_AFTER, now):
            self.going_on = True
            self._lasted = 0

    def resolve(self) -> None:
        """What was said was understood."""
        self.going_on = False
        self._loud = 0

    def _is_loud(self, now: Samples) -> bool:
        return self._residual.excess(now - _LOOK_BACK, now) > _LEAST_EXCESS

"""Calibration: what one session learns of its devices and the next one may begin with."""

from __future__ import annotations

from dataclasses import dataclass

from coach.units import Samples


@dataclass(frozen=True, slots=True)
class Calibration:
    """``delay`` is how long after it is handed over the speaker's sound is heard; see Echo."""

    delay: Samples

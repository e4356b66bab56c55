"""Delivery: how the coach speaks to a person, which that person may change by a word."""

from __future__ import annotations

from dataclasses import dataclass

from coach.dialogue.verbosity import Verbosity

GAIN_STEP_DB = 4.0
LOWEST_GAIN_DB, HIGHEST_GAIN_DB = -12.0, 8.0
"""How far, and in which steps, "louder" and "quieter" turn the coach up and down."""

USUAL_RATE_WPM = 150
RATE_STEP_WPM = 20
SLOWEST_WPM, FASTEST_WPM = 90, 210
"""How far, and in which steps, "speak slower" and "speak faster" change the words a minute."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """``gain_db`` is relative to the usual loudness; the rate is that of the cues."""

    gain_db: float = 0.0
    verbosity: Verbosity = "full"
    rate_wpm: int = USUAL_RATE_WPM

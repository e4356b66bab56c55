"""Settings: every knob of the coach, frozen, its unit beside it."""

from __future__ import annotations

from dataclasses import dataclass

from coach.units import Samples, samples


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """When an utterance is over and what is sure enough. Lengths in samples."""

    frame: Samples = samples(0.03)
    """What the recogniser is fed at a time: one of its own decoded frames."""

    urgent_quiet: Samples = samples(0.28)
    """Quiet after an urgent word before it is decided."""

    endpoint_quiet: Samples = samples(0.40)
    """Quiet after any other sentence before it is decided."""

    stable: Samples = samples(0.75)
    """In noise that hides the quiet: how long a partial result must stand unchanged."""

    endpoint_unknown: Samples = samples(0.60)
    """Quiet after which an utterance that means nothing is closed."""

    stable_unknown: Samples = samples(1.5)
    """The same for an utterance that means nothing."""

    longest_utterance: Samples = samples(8.0)
    """An utterance is closed after this, whatever is being said."""

    longest_word: Samples = samples(1.5)
    """No spoken word is longer: a recogniser that says so has swallowed noise with it."""

    idle: Samples = samples(2.0)
    """How long the recogniser may listen to nothing in one go, where it is quiet …"""

    idle_quiet: Samples = samples(0.3)
    """… for this long at the end; four times as long where it never is."""

    quiet_below_peak: float = 0.15
    """Quiet is below this part of the utterance's peak level …"""

    quiet_above_floor: float = 1.8
    """… or below this multiple of the noise floor, whichever is higher."""

    least_confidence: float = 0.5
    """The least certain word of an accepted utterance, 0 to 1."""

"""Settings: every knob of the coach, frozen, its unit beside it."""

from __future__ import annotations

from dataclasses import dataclass

from coach.units import Samples, samples


@dataclass(frozen=True, slots=True)
class GraphCosts:
    """How readily the recogniser takes sound for what: -ln of a weight. ``scripts/bench_hearing``
    tells what a change is worth."""

    sentence: float = 1.5
    """A whole sentence of the grammar …"""

    further_word: float = 1.0
    """… and every word of it after the first: long sentences are not to swallow talk."""

    decoy: float = 2.0
    """A whole decoy."""

    begin_talk: float = 1.0
    """Anything else, in all …"""

    unknown: float = 3.0
    """… and for every sound that is no known word …"""

    decoy_word: float = 4.0
    """… for every word of a decoy …"""

    sentence_word: float = 7.0
    """… and for every word of a sentence."""


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """When somebody speaks, when an utterance is over, and what is sure.

    Lengths are in samples. Quiet is measured in hops of 10 ms, so its lengths are multiples.
    """

    frame: Samples = samples(0.03)
    """What the recogniser is fed at a time: one of its own decoded frames."""

    loud_above_floor: float = 1.6
    """Sound above this multiple of the noise floor wakes the recogniser."""

    lead_in: Samples = samples(0.6)
    """What it then hears of the quiet before."""

    rest_after: Samples = samples(0.6)
    """Quiet without a word in it, after which it rests."""

    renew_after: Samples = samples(8.0)
    """Where it is never quiet and nothing is said: steady noise would stretch one utterance
    without end, and glue the first word to it."""

    urgent_quiet: Samples = samples(0.26)
    """Quiet after an urgent word before it is decided."""

    endpoint_quiet: Samples = samples(0.38)
    """Quiet after any other sentence before it is decided."""

    endpoint_unknown: Samples = samples(0.60)
    """Quiet after which an utterance that means nothing is closed."""

    settled: Samples = samples(0.03)
    """For how long a partial result must have stood, however quiet it is: the last word of one
    that has just come may still change."""

    stable: Samples = samples(0.75)
    """In noise that hides the quiet: how long a partial result must stand unchanged."""

    stable_unknown: Samples = samples(1.5)
    """The same for an utterance that means nothing."""

    longest_utterance: Samples = samples(8.0)
    """An utterance is closed after this, whatever is being said."""

    longest_word: Samples = samples(0.8)
    """Where the recogniser takes a word for longer, there was noise before it."""

    quiet_below_peak: float = 0.12
    """Quiet is below this part of the utterance's peak level …"""

    quiet_above_floor: float = 1.8
    """… or below this multiple of the noise floor, whichever is higher."""

    suspect_quiet: Samples = samples(0.09)
    """Quiet after what reads as urgent before the coach falls silent …"""

    suspect_stable: Samples = samples(0.36)
    """… or, in noise that hides it, for how long it must read so."""

    pause_after_talk: Samples = samples(0.25)
    """What follows sooner upon something that meant nothing is more of the same."""

    pause_after_command: Samples = samples(0.5)
    """The same after a command, unless it is another and urgent."""

    least_confidence: float = 0.4
    """The least certain word of an accepted utterance, 0 to 1."""

"""Settings: every knob of the coach, frozen, its unit beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

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
class GainSettings:
    """How loud the recogniser is to hear a person; levels are of a sound's loudest frame, RMS.

    ``scripts/bench_hearing --quieter`` tells what a change is worth.
    """

    most_db: float = 30.0
    """A microphone that is still quieter has no more than noise to tell."""

    speech_dbfs: float = -26.0
    """Speech is brought up to this; what is as loud is left alone …"""

    noise_dbfs: float = -50.0
    """… and so is noise, however soft the speech in it: it would be no clearer."""

    rise_db: float = 10.0
    """After one sound it rises by no more: breath is a sound, too."""

    sounds: int = 3
    """The loudest of the last so many tells how loud the person is."""

    sound_above_floor_db: float = 12.0
    """A sound is so far above the least level of the last three seconds …"""

    shortest_sound: Samples = samples(0.15)
    """… for as long as this: a knock is shorter …"""

    longest_sound: Samples = samples(2.5)
    """… and no longer than this: what is not over by then is a fan that was turned on …"""

    over_after: Samples = samples(0.3)
    """… and over when it has been quiet for so long."""

    ceiling_dbfs: float = -3.0
    """What would peak above this is amplified less, at once and until it is over."""


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

    gain: GainSettings = field(default_factory=GainSettings)
    """How a quiet person is made louder."""


@dataclass(frozen=True, slots=True)
class ClippingSettings:
    """When a microphone is set too loud. A word that peaks 12 dB too high clips for 0.15 s."""

    full_scale_dbfs: float = -0.3
    """Samples beside full scale: resampling does not leave them at it …"""

    run: Samples = 3
    """… in a run of so many clip, as Audacity's Find Clipping has it by default."""

    sound: Samples = samples(0.15)
    """What clips in frames of so much within a second is no knock …"""

    sounds: int = 3
    """… and so many of these …"""

    within: Samples = samples(60.0)
    """… within this are no chance."""

    quiet_after: Samples = samples(300.0)
    """It is not told again sooner."""

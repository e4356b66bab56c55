"""Settings: the tunable figures of gain, endpointing, acceptance and the recogniser graph."""

from __future__ import annotations

from dataclasses import dataclass, field

from coach.units import Samples, samples


@dataclass(frozen=True, slots=True)
class GraphCosts:
    """How readily the recogniser decodes what: negative natural logarithms of weights.

    ``scripts/bench_hearing`` measures what a change is worth.
    """

    sentence: float = 1.5
    """The cost of a whole sentence of the grammar."""

    further_word: float = 1.0
    """The cost of every word of a sentence after its first, so that long sentences do not attract
    talk."""

    insistence: float = 1.0
    """The cost of an urgent sentence right after another one: people say "stop stop stop"."""

    decoy: float = 2.0
    """The cost of a whole decoy."""

    begin_talk: float = 1.0
    """The cost of any other utterance, which is talk, once."""

    unknown: float = 3.0
    """The cost of every sound in talk that is no known word."""

    decoy_word: float = 4.0
    """The cost of every word in talk that is in a decoy."""

    talk_word: float = 5.5
    """The cost of every word in talk that the grammar lists as talk."""

    sentence_word: float = 7.0
    """The cost of every word in talk that is in a sentence."""


@dataclass(frozen=True, slots=True)
class GainSettings:
    """The automatic gain. The level of a sound is the RMS of its loudest frame.

    ``scripts/bench_hearing --quieter`` measures what a change is worth.
    """

    most_db: float = 30.0
    """The largest gain. A microphone that needs more delivers nothing but noise."""

    speech_dbfs: float = -26.0
    """The level to which speech is raised. Louder speech is not changed."""

    noise_dbfs: float = -50.0
    """Noise is not raised above this, however soft the speech in it, which would not become any
    clearer."""

    rise_db: float = 10.0
    """The most by which the gain rises after one sound: breath is a sound, too."""

    sounds: int = 3
    """The loudest of so many last sounds stands for the person's level."""

    sound_above_floor_db: float = 12.0
    """A sound is this far above the noise floor, the least level of the last three seconds."""

    shortest_sound: Samples = samples(0.15)
    """A sound lasts at least this long, unlike a knock."""

    longest_sound: Samples = samples(2.5)
    """A sound lasts no longer than this, unlike a fan that was turned on."""

    over_after: Samples = samples(0.3)
    """A sound is over when it has been quiet for this long."""

    ceiling_dbfs: float = -3.0
    """A sound that would peak above this is amplified less, at once and until it is over."""


@dataclass(frozen=True, slots=True)
class PlausibilitySettings:
    """Which utterances somebody may have spoken; see ``coach.hearing.plausibility``.

    The weights are those of a logistic regression, rounded. It was fitted to commands in noise and
    in reverberant rooms, and to coughs, dogs and television. ``scripts/bench_hearing --people``
    measures what a change is worth.
    """

    confidence: float = 4.0
    """The weight of the recogniser's confidence; that of the log odds of a voice is 1."""

    pace: float = 3.0
    """The weight of the logarithm of the time per letter."""

    slow_letter: Samples = samples(0.15)
    """The longest time per letter that counts: slower speech is no likelier to be a person's."""

    least_odds: float = 0.005
    """The certainty of a voice is clipped to this at least, and to 1 minus this at most."""

    voiced_windows: int = 4
    """The certainty of a voice is the mean of so many windows of the detector, those in which it is
    most certain: more than a bark has."""

    least: float = 3.6
    """The least plausibility of what counts."""

    certain: float = 8.0
    """What is less plausible than this is read once more, without its late reverberation."""


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """What was plainly said to the coach, but means nothing; see ``coach.hearing.address``."""

    softer_db: float = 8.0
    """It is no softer than the last command by more than this."""

    most_words: int = 5
    """It has no more words than this, as the recogniser reads them."""

    longest: Samples = samples(2.5)
    """It takes no longer than this."""

    quiet_before: Samples = samples(1.5)
    """It does not follow another utterance sooner than this."""

    voice: float = 0.6
    """The voice detector is at least this certain of it, 0 to 1."""


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """When somebody speaks, when an utterance is over, and what is certain enough.

    Lengths are in samples. Quiet is measured in hops of 10 ms, so lengths of quiet are multiples.
    """

    frame: Samples = samples(0.03)
    """The length of a frame: the recogniser decodes as much at a time."""

    loud_above_floor: float = 1.6
    """Sound above this multiple of the noise floor wakes the recogniser."""

    lead_in: Samples = samples(0.6)
    """How much of the quiet before that sound the recogniser decodes as well."""

    rest_after: Samples = samples(0.6)
    """The recogniser rests after this much quiet without a word in it."""

    renew_after: Samples = samples(8.0)
    """In steady noise without words the utterance is closed after this. Otherwise it would go on
    without end, and the first word would be attached to it."""

    urgent_quiet: Samples = samples(0.26)
    """Quiet after an urgent word before it is decided."""

    endpoint_quiet: Samples = samples(0.38)
    """Quiet after any other sentence before it is decided."""

    endpoint_unknown: Samples = samples(0.60)
    """Quiet after which an utterance that means nothing is closed."""

    settled: Samples = samples(0.03)
    """How long a partial result must be unchanged, however quiet it is: the last word of a new
    one may still change."""

    stable: Samples = samples(0.75)
    """How long a partial result must be unchanged where noise hides the quiet."""

    stable_unknown: Samples = samples(1.5)
    """The same for an utterance that means nothing."""

    longest_utterance: Samples = samples(8.0)
    """An utterance is closed after this, whatever is being said."""

    longest_word: Samples = samples(0.8)
    """A longer word began with noise, so its beginning is not trusted."""

    quiet_below_peak: float = 0.12
    """Quiet is below this part of the utterance's peak level, or below the next figure."""

    quiet_above_floor: float = 1.8
    """Quiet is below this multiple of the noise floor, or the figure above, whichever is higher."""

    suspect_quiet: Samples = samples(0.09)
    """Quiet after a partial result that reads as urgent before the coach falls silent."""

    suspect_stable: Samples = samples(0.36)
    """How long a partial result must read as urgent where noise hides the quiet."""

    pause_after_talk: Samples = samples(0.25)
    """An utterance that follows sooner upon one that meant nothing is part of it."""

    pause_after_command: Samples = samples(0.5)
    """The same after a command, unless the utterance is urgent and means something else."""

    least_confidence: float = 0.4
    """The least confidence of every word of an accepted utterance, 0 to 1."""

    least_confidence_over_coach: float = 0.7
    """The same over the coach's speech, where no second reading confirms an utterance; not of what
    ends the session, which is asked about."""

    ending_confidence: float = 0.5
    """An utterance that ends the session is asked about when a word of it is less certain."""

    care_confidence: float = 0.7
    """Pain and alarm, which begin a week of care, are asked about when a word of them is less
    certain: most coughs that are read as pain are."""

    care_confidence_over_coach: float = 0.8
    """The same where the coach spoke: so are remains of "arched" that are read as "dizzy"."""

    confirmation_lead_in: Samples = samples(0.5)
    """How much of the sound before an utterance is read with it for the second time."""

    confirmation_overlap: Samples = samples(0.1)
    """How much of that sound may be from before the end of the last utterance."""

    confirmed_at_a_time: int = 6
    """Frames that are read for the second time within one frame, until that has caught up."""

    gain: GainSettings = field(default_factory=GainSettings)
    """The automatic gain."""

    plausibility: PlausibilitySettings = field(default_factory=PlausibilitySettings)
    """What somebody may have spoken."""

    address: AddressSettings = field(default_factory=AddressSettings)
    """What was plainly said to the coach."""


@dataclass(frozen=True, slots=True)
class ClippingSettings:
    """When a microphone is set too loud. A word that peaks 12 dB too high clips for 0.15 s."""

    full_scale_dbfs: float = -0.3
    """Samples above this are clipped: resampling moves them a little off full scale."""

    run: Samples = 3
    """So many of them in a row count, the default of Audacity's Find Clipping."""

    sound: Samples = samples(0.15)
    """A sound counts if clipped frames of this length come within a second, unlike a knock."""

    sounds: int = 3
    """The microphone is too loud if so many sounds count."""

    within: Samples = samples(60.0)
    """The time within which they have to come."""

    quiet_after: Samples = samples(300.0)
    """Clipping is reported again only after this time."""

"""Speaking: words and tones beside each other, and how they fall silent."""

from __future__ import annotations

import numpy as np
import pytest

from coach.messages.actions import Say, Tone
from coach.messages.events import ToneBegan
from coach.speaking.mixer import Mixer
from coach.speaking.tones import TONES, tone_sound
from coach.units import Block, Samples, samples

WORDS = np.full(samples(1.0), 3000, dtype=np.int16)
SAY = Say("paused", "words")
FADE: Samples = samples(0.005)


def speaking(*, words: bool, tone: bool) -> Mixer:
    begun = Mixer({"words": WORDS})
    if words:
        begun.say(SAY, 0)
    if tone:
        begun.sound(Tone("perfect"), 0)
    return begun


def rendered(each: Mixer, count: Samples) -> Block:
    """Block by block, no longer than until the words end."""
    blocks: list[Block] = []
    while count:
        size = min(count, each.until_end or count, 333)
        blocks.append(each.render(size))
        each.pop_ended(0)
        count -= size
    return np.concatenate(blocks)


@pytest.mark.parametrize("name", TONES)
def test_a_tone_sounds_from_the_next_sample_on_and_is_reported(name: str) -> None:
    begun = speaking(words=False, tone=False)
    begun.render(100)
    tone = next(each for each in TONES if each == name)
    assert begun.sound(Tone(tone), 100) == ToneBegan(tone, 100)
    sound = tone_sound(tone)
    assert begun.until_end is None
    assert np.array_equal(rendered(begun, len(sound)), sound)
    assert not np.any(begun.render(100))


def test_words_and_tone_are_on_top_of_each_other_and_neither_waits() -> None:
    tone = tone_sound("perfect")
    sum_of_both = WORDS.copy()
    sum_of_both[: len(tone)] += tone
    begun = speaking(words=True, tone=True)
    assert begun.until_end == len(WORDS)
    assert np.array_equal(rendered(begun, len(WORDS)), sum_of_both)


def test_what_is_too_loud_together_is_clipped() -> None:
    begun = Mixer({"words": np.full(samples(1.0), 32767, dtype=np.int16)})
    begun.say(SAY, 0)
    begun.sound(Tone("start"), 0)
    assert np.max(rendered(begun, samples(0.5))) == 32767
    assert np.min(rendered(begun, samples(0.4))) > 0


@pytest.mark.parametrize("words", [True, False])
def test_an_interruption_fades_out_tone_and_words(words: bool) -> None:
    untouched = rendered(speaking(words=words, tone=True), samples(0.1))
    begun = speaking(words=words, tone=True)
    begun.render(samples(0.05))
    ended = begun.stop(samples(0.05))
    assert (ended is not None and ended.interrupted) is words
    fading = begun.render(FADE)
    still = untouched[samples(0.05) :][:FADE].astype(np.int32)
    assert np.all(np.abs(fading) <= np.abs(still))
    assert np.array_equal(fading[:1], still[:1])
    assert not np.any(begun.render(samples(0.5)))


@pytest.mark.parametrize("words", [True, False])
def test_a_hush_ends_a_tone_and_holds_the_words(words: bool) -> None:
    begun = speaking(words=words, tone=True)
    begun.render(samples(0.05))
    begun.hush()
    begun.render(FADE)
    begun.sound(Tone("arched"), samples(0.05))
    assert not np.any(begun.render(samples(0.5)))
    begun.unhush()
    after = rendered(begun, samples(1.0))
    assert np.array_equal(after[: samples(0.95)], WORDS[samples(0.05) :] * words)


def test_what_is_broken_off_after_a_hush_is_not_heard_any_more() -> None:
    mixer = speaking(words=True, tone=False)
    mixer.render(1000)
    mixer.hush()
    mixer.render(1000)
    mixer.unhush()
    spoken = mixer.stop(2000)
    assert spoken is not None
    assert spoken.interrupted
    assert not np.any(mixer.render(1000))


def test_a_second_hush_does_not_cut_off_the_fade_of_the_first() -> None:
    once, twice = (speaking(words=True, tone=True) for _ in range(2))
    once.hush()
    twice.hush()
    twice.hush()
    assert np.array_equal(once.render(FADE), twice.render(FADE))


def test_what_is_turned_up_is_louder_and_rounded_off_before_it_would_clip() -> None:
    peaks = np.array([1_000, 10_000, 20_000, -20_000, 32_767], dtype=np.int16)
    played = Mixer({"words": peaks}, 8.0)
    played.say(SAY, 0)
    soft, medium, loud, negative, loudest = played.render(5)
    assert soft == 2512
    assert 16_384 < medium < loud < loudest < 32_767
    assert negative == -loud


def test_a_change_of_the_volume_holds_for_words_and_tones_alike() -> None:
    begun = speaking(words=True, tone=True)
    usual = speaking(words=True, tone=True).render(800)
    begun.set_gain(-6.0)
    assert np.allclose(begun.render(800), usual * 10 ** (-6 / 20), atol=1)

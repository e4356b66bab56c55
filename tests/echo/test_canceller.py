"""Echo: the coach's own voice is found, taken out, and never taken for the user's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from coach.audio.levels import HOP, LevelMeter, MeasuredFrame
from coach.audio.loudness import active_rms
from coach.devices.recordings.audio_file import read_audio
from coach.devices.sound.speexdsp import SpeexdspCanceller
from coach.echo.canceller import EchoCanceller
from coach.echo.delay_estimator import DelayEstimator
from coach.echo.residual_echo import ResidualEcho
from coach.messages.events import AudioLost, DeviceFound, DeviceLost, SpeechBegan
from coach.simulation.echo_path import BLOCK, EchoPath
from coach.simulation.rehearsal import RoomEcho
from coach.units import Block, Samples, gain, rms, samples

FRAME: Samples = samples(0.03)
FIXTURES = Path(__file__).parents[2] / "audio_fixtures" / "en"

NAMES = (
    *("arched", "back_came_up", "continue", "done", "easier", "faster", "finished"),
    *("give_me_a_moment", "got_it", "harder", "help", "hold_on", "how_many", "how_many_left"),
    *("how_many_was_that", "i_can_feel_it", "i_feel_it", "im_done", "im_ready", "im_set"),
    *("it_arched", "it_does", "it_feels_fine", "it_hurts", "its_too_easy", "its_too_hard"),
    *("its_wobbly", "keep_going", "move_on"),
)
"""What follows holds of some twenty seconds of speech, whatever clips there come to be."""


def speech(speaker: str, length: Samples, pause_seconds: float = 0.3) -> Block:
    """What a fixture speaker says, one clip after the other, over and over."""
    pause = np.zeros(samples(pause_seconds), np.int16)
    files = (FIXTURES / speaker / f"{name}.flac" for name in NAMES)
    clips = [read_audio(path) for path in files if path.is_file()]
    once = np.concatenate([part for clip in clips for part in (clip, pause)])
    return np.resize(once, length)


def echo_of(coach: Block, delay: Samples, level_db: float, against: Block) -> Block:
    """The coach's voice after a delay and a decaying tail, so loud against another sound."""
    random = np.random.default_rng(1)
    path = random.normal(0.0, 1.0, samples(0.12)) * np.exp(-np.arange(samples(0.12)) / 640)
    path *= 0.5 / np.sqrt(np.sum(path * path))
    path[0] += 1.0
    late = np.concatenate([np.zeros(delay), np.convolve(coach.astype(float), path)])[: len(coach)]
    level = active_rms(against) * gain(level_db) / active_rms(coach)
    return np.asarray(np.clip(np.round(late * level), -32768, 32767).astype(np.int16))


def room(length: Samples) -> Block:
    return np.random.default_rng(2).normal(0.0, 3.0, length).astype(np.int16)


def frames(*sounds: Block) -> Iterator[tuple[Block, ...]]:
    for start in range(0, len(sounds[0]) - FRAME + 1, FRAME):
        yield tuple(sound[start : start + FRAME] for sound in sounds)


COACH = speech("espeak_f5", samples(20))
USER = speech("flite_rms", samples(20))


def found(microphone: Block, speaker: Block) -> list[Samples]:
    estimator = DelayEstimator()
    delays = (estimator.estimate(*pair) for pair in frames(microphone, speaker))
    return [delay for delay in delays if delay is not None]


@pytest.mark.parametrize("delay_seconds", [0.05, 0.13, 0.4, 0.7])
@pytest.mark.parametrize("level_db", [-18, 0, 12])
def test_the_delay_is_found_while_the_user_speaks_too(
    delay_seconds: float, level_db: float
) -> None:
    delay = samples(delay_seconds)
    microphone = echo_of(COACH, delay, level_db, USER) // 2 + USER // 2 + room(len(COACH))
    delays = found(microphone, COACH)
    assert len(delays) > 5
    assert all(abs(each - delay) <= samples(0.001) for each in delays)


@pytest.mark.parametrize("user", ["flite_rms", "flite_slt", "espeak_m3", "festival_kal"])
def test_where_nothing_comes_back_no_delay_is_found(user: str) -> None:
    """Not even when user and coach speak with vowels of the same pitch at the same time."""
    voices = speech(user, len(COACH), 0.05)
    assert found(voices + room(len(COACH)), COACH) == []


def cancelled(
    canceller: EchoCanceller, coming_back: Block, speaker: Block, *, noise: bool = True
) -> Block:
    """What is left of the echo, and of the room's noise unless there is none."""
    microphone = coming_back + room(len(coming_back)) if noise else coming_back
    return np.concatenate([each.sound for each in outputs(canceller, microphone, speaker)])


def outputs(canceller: EchoCanceller, microphone: Block, speaker: Block) -> Iterator[MeasuredFrame]:
    meter = LevelMeter()
    canceller.guard.observe(SpeechBegan("count", "", 0))
    for heard, played in frames(microphone, speaker):
        yield canceller.cancel(meter.measure(heard), played)


def reduction_db(before: Block, after: Block, part: slice) -> float:
    return 20 * float(np.log10(rms(before[part]) / rms(after[part])))


SETTLED = slice(samples(8), samples(19))


@pytest.mark.slow
@pytest.mark.parametrize("delay_seconds", [0.03, 0.19, 0.6])
def test_an_echo_is_cancelled_however_late_it_comes(delay_seconds: float) -> None:
    coming_back = echo_of(COACH, samples(delay_seconds), 0, USER)
    canceller = EchoCanceller(SpeexdspCanceller)
    clean = cancelled(canceller, coming_back, COACH)
    assert reduction_db(coming_back, clean, SETTLED) > 15
    assert canceller.delay == pytest.approx(samples(delay_seconds), abs=samples(0.001))


@pytest.mark.slow
def test_a_delay_that_jumps_is_followed() -> None:
    early, late = (echo_of(COACH, samples(each), 0, USER) for each in (0.06, 0.31))
    canceller = EchoCanceller(SpeexdspCanceller)
    cancelled(canceller, early, COACH)
    clean = cancelled(canceller, late, COACH)
    assert reduction_db(late, clean, SETTLED) > 15
    assert canceller.delay == pytest.approx(samples(0.31), abs=samples(0.001))


def slowed(coach: Block, ppm: float) -> Block:
    """The coach's voice in the microphone, from a speaker whose clock is so much slower."""
    path = EchoPath(RoomEcho(gain_db=-6.0, drift_ppm=ppm), 1.0, np.random.default_rng(7))
    arrived = []
    for start in range(0, len(coach), BLOCK):
        arrived.append(path.arriving())
        path.feed(coach[start : start + BLOCK])
    return np.asarray(np.round(np.concatenate(arrived)).astype(np.int16))


@pytest.mark.slow
@pytest.mark.parametrize("ppm", [50.0, 100.0])
def test_a_speaker_whose_clock_is_slower_is_followed(ppm: float) -> None:
    coach = np.concatenate([COACH, COACH])
    coming_back = slowed(coach, ppm)
    clean = cancelled(EchoCanceller(SpeexdspCanceller), coming_back, coach)
    assert reduction_db(coming_back, clean, slice(samples(20), samples(30))) > 18
    assert reduction_db(coming_back, clean, slice(samples(30), samples(39))) > 22


@pytest.mark.slow
def test_a_small_jump_of_the_delay_takes_nothing_from_what_the_filter_knows() -> None:
    """Neither by a rounding to whole samples nor by the windows that would have to agree first."""
    coach = np.concatenate([COACH, COACH])
    coming_back = echo_of(coach, samples(0.1), 0, USER)
    coming_back[samples(20) :] = coming_back[samples(19.995) : -samples(0.005)]
    clean = cancelled(EchoCanceller(SpeexdspCanceller), coming_back, coach)
    assert reduction_db(coming_back, clean, slice(samples(22), samples(30))) > 18


@pytest.mark.slow
def test_lost_sound_takes_nothing_from_what_the_filter_knows() -> None:
    whole = echo_of(COACH, samples(0.1), 0, USER) + room(len(COACH))
    holed = whole.copy()
    for second in range(6, 19, 2):
        holed[samples(second) : samples(second + 0.2)] = 0
    reductions = []
    for microphone in (whole, holed):
        canceller = EchoCanceller(SpeexdspCanceller)
        clean = cancelled(canceller, microphone, COACH, noise=False)
        reductions.append(reduction_db(microphone, clean, SETTLED))
    assert reductions[1] > reductions[0] - 2


class Eavesdropper:
    """A canceller that cancels nothing, and keeps what it is told that the speaker plays."""

    def __init__(self) -> None:
        self.speaker: list[Block] = []

    def cancel(self, microphone: Block, speaker: Block) -> Block:
        self.speaker.append(speaker)
        return microphone


@pytest.mark.parametrize("user_db", [-6, 6])
def test_clocks_that_agree_leave_the_far_end_as_it_was_played(user_db: int) -> None:
    user = (USER * gain(user_db) / 4).astype(np.int16)
    canceller = Eavesdropper()
    cancelled(
        EchoCanceller(lambda: canceller), echo_of(COACH, samples(0.02), 0, USER) // 4 + user, COACH
    )
    heard = np.concatenate(canceller.speaker)
    assert np.array_equal(heard, COACH[: len(heard)])


@pytest.mark.slow
def test_a_delay_that_jumps_is_followed_while_the_clocks_drift() -> None:
    coach = np.concatenate([COACH, COACH])
    coming_back = slowed(coach, 50.0)
    coming_back[samples(20) :] = coming_back[samples(19.8) : -samples(0.2)]
    canceller = EchoCanceller(SpeexdspCanceller)
    clean = cancelled(canceller, coming_back, coach)
    assert reduction_db(coming_back, clean, slice(samples(28), samples(39))) > 18
    assert canceller.delay == pytest.approx(samples(0.26) + 40 * 0.8, abs=samples(0.001))


@pytest.mark.slow
def test_an_echo_that_nobody_has_followed_yet_is_the_coach_s_own_voice() -> None:
    """In the second after a jump nothing is cancelled, and all of it is louder than expected."""
    early, late = (echo_of(COACH, samples(each), 0, USER) for each in (0.06, 0.31))
    canceller = EchoCanceller(SpeexdspCanceller)
    cancelled(canceller, early, COACH)
    now, length = len(COACH), samples(0.9)
    clean = cancelled(canceller, late[:length], COACH[:length])
    assert reduction_db(late, clean, slice(samples(0.35), length)) < 3
    assert canceller.guard.is_own_voice(now + samples(0.35), now + length, urgent=True)


@pytest.mark.slow
def test_an_echo_that_is_known_to_be_later_now_is_cancelled_there_at_once() -> None:
    """Devices that came back at another rate."""
    reductions = []
    later = echo_of(COACH, samples(0.4), 0, USER)
    for delay_seconds in (0.0, 0.3):
        canceller = EchoCanceller(SpeexdspCanceller)
        cancelled(canceller, echo_of(COACH, samples(0.1), 0, USER), COACH)
        canceller.align(samples(delay_seconds))
        clean = cancelled(canceller, later, COACH)
        reductions.append(reduction_db(later, clean, slice(samples(0.4), samples(1.0))))
    assert reductions[1] > reductions[0] + 3
    assert canceller.calibration is not None
    assert abs(canceller.calibration.delay - samples(0.4)) < samples(0.005)


@pytest.mark.slow
def test_an_echo_that_is_expected_is_cancelled_before_it_is_found() -> None:
    """What is known of the device spares the first second."""
    coming_back = echo_of(COACH, samples(0.6), 0, USER)
    reductions = []
    for expected_seconds in (0.0, 0.58):
        canceller = EchoCanceller(SpeexdspCanceller)
        canceller.align(samples(expected_seconds))
        clean = cancelled(canceller, coming_back, COACH)
        beginning = slice(samples(0.6), samples(2.5))
        reductions.append(reduction_db(coming_back, clean, beginning))
    assert reductions[1] > reductions[0] + 1.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make_filter", "level_db"), [(SpeexdspCanceller, 0), (SpeexdspCanceller, 12), (None, 0)]
)
def test_the_coach_alone_is_told_from_somebody_who_speaks_over_it(
    make_filter: type[SpeexdspCanceller] | None, level_db: float
) -> None:
    """So softly that nothing clips: what a microphone distorts no linear filter takes out."""
    coming_back = echo_of(COACH, samples(0.1), level_db - 12, USER)
    canceller = EchoCanceller(make_filter)
    cancelled(canceller, coming_back, COACH)
    word = samples(18.3), samples(18.9)
    assert rms(COACH[slice(*word)]) > 1000
    assert canceller.guard.is_own_voice(*word, urgent=True)
    now = len(COACH)
    cancelled(canceller, (coming_back + USER)[: samples(1)], COACH[: samples(1)])
    assert not canceller.guard.is_own_voice(now, now + samples(1), urgent=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make_filter", "level_db", "guarded"),
    [(SpeexdspCanceller, 0, False), (None, 0, True), (None, -90, False)],
    ids=["cancelled", "no library", "headphones"],
)
def test_the_guard_is_strict_only_where_an_echo_is_left(
    make_filter: type[SpeexdspCanceller] | None, level_db: float, guarded: bool
) -> None:
    canceller = EchoCanceller(make_filter)
    cancelled(canceller, echo_of(COACH, samples(0.1), level_db, USER), COACH)
    now = len(COACH)
    assert canceller.guard.is_strict(now - samples(1), now) is guarded


def test_a_user_who_talks_all_the_time_into_a_silent_line_is_no_echo() -> None:
    """Between the words this microphone delivers next to zeros, as a virtual one does."""
    canceller = EchoCanceller(SpeexdspCanceller)
    spoken = speech("flite_rms", len(COACH), pause_seconds=1.0)
    microphone = spoken + np.arange(len(COACH), dtype=np.int16) % 2
    cancelled(canceller, microphone, COACH, noise=False)
    assert not canceller.guard.is_strict(len(COACH) - samples(1), len(COACH))


@pytest.mark.slow
def test_what_comes_out_is_never_louder_than_what_was_heard() -> None:
    """Where audio was lost the filter has an echo to take out that nobody heard."""
    coming_back = echo_of(COACH, samples(0.09), 0, USER)
    coming_back[samples(10) : samples(10.5)] = 0
    canceller = EchoCanceller(SpeexdspCanceller)
    after = cancelled(canceller, coming_back, COACH, noise=False)
    before = coming_back[: len(after)]
    hops = (sound.reshape(-1, HOP) for sound in (before, after))
    assert all(rms(after) <= rms(before) for before, after in zip(*hops, strict=True))


def test_the_guard_is_strict_from_the_first_word_of_the_coach_and_not_before() -> None:
    canceller = EchoCanceller(SpeexdspCanceller)
    quiet = np.zeros_like(COACH)
    cancelled(canceller, quiet, quiet)
    now = len(COACH)
    assert not canceller.guard.is_strict(now - samples(1), now)
    first = COACH[: samples(0.4)]
    cancelled(canceller, quiet[: len(first)], first)
    assert canceller.guard.is_strict(now, now + len(first))
    assert canceller.guard.is_own_voice(now, now + len(first), urgent=True)


def test_where_audio_was_lost_there_was_no_echo_to_cancel() -> None:
    """Nothing was heard while something was played, and what the canceller took for it is left."""
    residual = ResidualEcho()
    played = np.random.default_rng(6).normal(0.0, 3000.0, samples(2)).astype(np.int16)
    residual.measure(*(LevelMeter().measure(each) for each in (played, played * 0, played // 4)))
    assert residual.is_strong


GAP = slice(samples(0.3), samples(2.6))
LOST = DeviceLost(GAP.start, "microphone", "unplugged")


@pytest.mark.parametrize(
    "lost",
    [
        [AudioLost(GAP.start, GAP.stop - GAP.start)],
        [LOST, DeviceFound(GAP.stop, "microphone", "the same")],
        [LOST, AudioLost(GAP.start, FRAME), DeviceFound(GAP.stop, "microphone", "the same")],
    ],
    ids=["a gap", "a device that goes and comes", "a gap as it goes"],
)
def test_what_nobody_heard_does_not_let_the_guard_down(
    lost: list[AudioLost | DeviceLost | DeviceFound],
) -> None:
    """Where nothing is heard nothing is left, though nobody has cancelled anything yet."""
    canceller, coming_back = EchoCanceller(None), echo_of(COACH, 0, 0, USER)
    coming_back[GAP] = 0
    until = 0
    for _ in outputs(canceller, coming_back[: samples(2.8)], COACH):
        since, until = until, until + FRAME
        for event in lost:
            if since <= event.at < until:
                canceller.guard.observe(event)
    assert canceller.guard.is_strict(until - FRAME, until)

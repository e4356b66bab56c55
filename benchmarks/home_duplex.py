"""Home duplex: a Duplex of a home, whose microphone hears a person, noise and the coach's echo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.home_scenes import HomeScene
from benchmarks.home_sound import (
    HomeEcho,
    HomeMicrophone,
    Waveform,
    active_level,
    responses,
    reverberant,
)
from benchmarks.streams import pink_noise
from coach.ports import DuplexHandler
from coach.simulation.echo_path import BLOCK
from coach.units import RATE_HZ, Block, Samples, gain, samples

_PERSON = gain(-26.0) * 32768
"""Active RMS at the microphone, as far as the coach leaves room for it."""
_LOUDEST = gain(-22.0) * 32768
"""Active RMS of a coach whose peaks are not clipped."""
_CLIPPED_BY = gain(14.0 - 6.0)
"""A microphone that clips takes 6 dB off peaks that are 14 dB above the active level."""
_SELF_NOISE = 3.0
_NOISE: Samples = samples(30.0)


class HomeDuplex:
    """A Duplex. ``noises`` keeps the energy of the noise in every block, before the microphone does
    anything to it, and ``echo_delay`` is that of the echo at first.

    ``coach_speech`` is some of the coach's speech, by which the level of its echo is set.
    """

    def __init__(self, scene: HomeScene, coach_speech: Block) -> None:
        home = scene.home
        self.delay: Samples = 0
        self.name: str | None = None
        of_speaker, of_person = responses(home)
        direct = int(np.argmax(np.abs(of_speaker)))
        self.echo_delay: Samples = samples(home.delay_ms / 1000.0) + direct
        person = min(_PERSON, _LOUDEST * gain(-home.level_db))
        coach = person * gain(home.level_db)
        self._length = scene.length
        self._random = np.random.default_rng([home.seed, home.number, 2])
        self._person = _spoken(scene, of_person, person)
        self._noise = pink_noise(self._random, _NOISE) * (person * gain(-home.noise_db))
        self._echo = HomeEcho(home, of_speaker, coach_speech, coach)
        self._microphone = HomeMicrophone(home.microphone, max(coach, person) * _CLIPPED_BY)
        self.noises: list[float] = []

    def run(self, handler: DuplexHandler) -> None:
        """See Duplex. A simulated home loses no audio."""
        for now in range(0, self._length - BLOCK + 1, BLOCK):
            block = slice(now, now + BLOCK)
            places = range(now, now + BLOCK)
            noise = np.take(self._noise, places, mode="wrap")
            noise += self._random.normal(0.0, _SELF_NOISE, BLOCK)
            self.noises.append(float(np.mean(noise * noise)))
            sound = noise + self._person[block] + self._echo.arriving()
            speaker = handler.process(self._microphone.record(sound))
            if speaker is None:
                return
            self._echo.feed(speaker)


def _spoken(scene: HomeScene, response: Waveform, level: float) -> Waveform:
    """All that the person says in the session, as it arrives."""
    heard: Mapping[str, Waveform] = {
        spot.clip.name: reverberant(spot.clip.sound.astype(np.float64), response)
        for spot in scene.spots
    }
    direct = int(np.argmax(np.abs(response)))
    sound = np.zeros(scene.length + 4 * RATE_HZ)
    for spot in scene.spots:
        clip = heard[spot.clip.name]
        start = spot.start - spot.clip.speech[0] - direct
        skipped = max(0, -start)
        part = clip[skipped:] * (level / active_level(clip))
        sound[start + skipped :][: len(part)] += part[: len(sound) - start - skipped]
    return sound[: scene.length]

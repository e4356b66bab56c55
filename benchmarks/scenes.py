"""Scenes: clips, levels and conditions -> who says what when, over the coach, and in which room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.corpus import Clip
from benchmarks.streams import Spot
from coach.simulation.echo_path import at_microphone_db
from coach.simulation.rehearsal import Jump, Room, RoomEcho
from coach.units import Samples, samples, seconds

WORDS = ("arched", "done", "stop", "pause")
COLD_STARTS = 4
"""In so many sessions the coach talks alone, each of which begins in an unknown room."""

_LEAD: Samples = samples(10.0)
_LEAST_GAP: Samples = samples(2.5)
_MOST_GAP: Samples = samples(4.0)
_LOUDEST_SOUND = 32767
_CLIPPING_FROM_DB = 12.0
_SATURATION = 16422
"""-6 dBFS: as the microphone hears it 8 dB above the active level of a coach 12 dB louder than the
user; what the speaker is given peaks at -4 dBFS."""
_JUMP_MS = 80.0

CONDITIONS: Mapping[str, str] = {
    "plain": "the echo arrives 60 ms late; RT60 0.28 s, direct sound 6 dB above the tail",
    "delay-120": "120 ms late",
    "delay-220": "220 ms late",
    "delay-320": "320 ms late",
    "noise": "beside steady pink noise 20 dB below the user",
    "clipping": "the microphone clips at -6 dBFS; at +12 dB and above",
    "jump": "the delay grows from 60 to 140 ms in the middle",
    "drift": "the speaker's clock is 50 ppm slower",
    "distortion": "the loudspeaker saturates softly, towards -6 dBFS",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A condition, and how much louder than the user the coach is at the microphone."""

    condition: str
    level_db: float

    def __str__(self) -> str:
        return f"{self.condition} {self.level_db:+g} dB"


@dataclass(frozen=True, slots=True)
class Scene:
    """One session: the coach talks from line ``first_line`` on for ``length`` samples.

    ``spots`` are the user's words, none when the coach is alone; ``clips`` tell how loud the
    user is.
    """

    setting: Setting
    name: str
    first_line: int
    length: Samples
    seed: int
    clips: tuple[Clip, ...]
    spots: tuple[Spot, ...] = ()

    @property
    def alone(self) -> Samples:
        """For how long only the coach talks: until the first word, or all the time."""
        return self.spots[0].start if self.spots else self.length

    def room(self) -> Room:
        """The room it is in."""
        return _room(self.setting, self.length)


def scenes(
    clips: Sequence[Clip], settings: Iterable[Setting], rounds: int, alone: Samples, lines: int
) -> Iterator[Scene]:
    """Every speaker says every word ``rounds`` times in every setting; and the coach is alone in
    it for ``alone`` samples in all. ``lines`` is how many it has.
    """
    speakers: dict[str, list[Clip]] = {}
    for clip in clips:
        speakers.setdefault(clip.speaker, []).append(clip)
    for setting in settings:
        for number, (speaker, said) in enumerate(speakers.items()):
            yield _spoken_over(setting, speaker, tuple(said), rounds, number, lines)
        for number in range(COLD_STARTS if alone else 0):
            first = lines * number // COLD_STARTS
            length = alone // COLD_STARTS
            yield Scene(setting, "", first, length, number, tuple(clips))


def all_settings(conditions: Iterable[str], levels_db: Iterable[float]) -> list[Setting]:
    """Every condition at every level at which it says something."""
    levels = list(levels_db)
    return [
        Setting(condition, level)
        for condition in conditions
        for level in levels
        if condition != "clipping" or level >= _CLIPPING_FROM_DB
    ]


def _spoken_over(
    setting: Setting, speaker: str, clips: tuple[Clip, ...], rounds: int, number: int, lines: int
) -> Scene:
    """The same words at the same moments in every setting."""
    random = np.random.default_rng(number)
    order = [clips[index] for _ in range(rounds) for index in random.permutation(len(clips))]
    spots, now = [], _LEAD
    for clip in order:
        now += int(random.integers(_LEAST_GAP, _MOST_GAP))
        spots.append(Spot(clip, now, now + clip.speech[1] - clip.speech[0]))
        now = spots[-1].end
    first = int(random.integers(lines))
    return Scene(setting, speaker, first, now + _LEAST_GAP, number, clips, tuple(spots))


def _room(setting: Setting, length: Samples) -> Room:
    late, jump, drift_ppm = 60.0, None, 0.0
    match setting.condition.split("-"):
        case ["delay", milliseconds]:
            late = float(milliseconds)
        case ["jump"]:
            jump = Jump(at_s=seconds(length // 2), delay_ms=late + _JUMP_MS)
        case ["drift"]:
            drift_ppm = 50.0
        case _:
            pass
    echo = RoomEcho(gain_db=0.0, delay_ms=late, drift_ppm=drift_ppm, jump=jump)
    own: dict[str, float] = {"gain_db": setting.level_db - at_microphone_db(echo)}
    if setting.condition == "distortion":
        own["speaker_limit"] = _SATURATION
    clips = setting.condition == "clipping"
    return Room(
        echo=echo.model_copy(update=own),
        snr_db=20.0,
        saturation=_SATURATION if clips else _LOUDEST_SOUND,
    )

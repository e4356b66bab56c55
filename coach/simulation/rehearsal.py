"""Rehearsal: a simulated user and room, described in a YAML file.

The user observes the session's events, and decides what to say when; the room (in ``devices``)
plays it to the coach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, PrivateAttr, field_validator, model_validator

from coach.datafile import Places, Strict, parse_yaml
from coach.dialogue.verbosity import Verbosity
from coach.errors import DataError
from coach.messages.events import Event, SpeechBegan
from coach.messages.facts import StateChanged
from coach.messages.states import State
from coach.simulation.remembered import Remembered
from coach.training.exercise import Name
from coach.training.plan import Opening
from coach.units import Samples, samples

_WORD = re.compile(r"[\w']+")


class When(Strict):
    """A moment: the session enters ``state``, or a prompt begins (in ``state``, if one is named)
    whose id, or a word of whose text, is ``said``."""

    state: State | None = None
    said: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if self.state is None and self.said is None:
            raise ValueError("name a state or something said")
        return self


class Entry(Strict):
    """Something that the user says, ``after_s`` seconds after each of the first ``times`` moments
    that match ``when``. The sound card loses the ``lost_s`` seconds before it."""

    when: When
    says: str = Field(pattern=r"\S")
    after_s: Annotated[float, Field(ge=0, le=3600)] = 0.0
    times: int | str = 1
    lost_s: Annotated[float, Field(ge=0, le=10)] = 0.0

    @field_validator("times")
    @classmethod
    def _counts(cls, times: int | str) -> int | str:
        if times != "always" and (isinstance(times, str) or times < 1):
            raise ValueError("should be a number of times from 1, or always")
        return times


DelayMs = Annotated[float, Field(ge=20, le=1000)]


class Jump(Strict):
    """A change of the delay at ``at_s``, as after a dropout of the sound card."""

    at_s: Annotated[float, Field(ge=0, le=86_400)]
    delay_ms: DelayMs


class RoomEcho(Strict):
    """The coach's voice in the microphone: direct sound, and a reverberant tail."""

    gain_db: Annotated[float, Field(ge=-60, le=30)]
    """The level of the direct sound relative to the user's speech."""
    delay_ms: DelayMs = 60.0
    """The delay of the direct sound."""
    direct_to_tail_db: Annotated[float, Field(ge=-20, le=60)] = 6.0
    """How far the energy of the whole tail is below that of the direct sound."""
    decay_ms: Annotated[float, Field(ge=5, le=500)] = 40.0
    """The time in which the tail's amplitude falls to 1/e; RT60 is 6.9 times that."""
    drift_ppm: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """How much slower the speaker's clock runs than the microphone's."""
    speaker_limit: Annotated[float, Field(ge=100)] | None = None
    """The amplitude in int16 units towards which a small loudspeaker saturates (tanh)."""
    jump: Jump | None = None
    """A change of the delay during the session."""


class Room(Strict):
    """The room, and the microphone in it."""

    noise: str | None = None
    """A recording of the background noise; a path relative to the rehearsal's file."""
    snr_db: Annotated[float, Field(ge=-30, le=60)] = 20.0
    """The level of the user's speech relative to that noise."""
    echo: RoomEcho | None = None
    """The echo of the coach's voice; None without any."""
    self_noise: Annotated[float, Field(ge=0, le=1000)] = 3.0
    """The RMS of the microphone's own noise in int16 units; 3 is about -80 dBFS."""
    saturation: Annotated[int, Field(ge=1, le=32767)] = 32767
    """The amplitude in int16 units at which the microphone clips."""


class SessionSettings(Strict):
    """The session's settings. ``programme`` is a path relative to the rehearsal's file,
    ``exercise`` the exercise that the person asks for."""

    programme: str | None = None
    exercise: Name | None = None
    verbosity: Verbosity | None = None
    opening: Opening = "guided"
    sets: Annotated[int, Field(ge=1, le=10)] | None = None
    reps: Annotated[int, Field(ge=1, le=30)] | None = None


class Rehearsal(Strict):
    """A rehearsal, as its file has it. ``clips`` is the folder with the user's recordings, relative
    to the file; ``limit_s`` is how long the session lasts at most."""

    clips: str
    user: list[Entry]
    settings: SessionSettings = SessionSettings()
    remembered: Remembered = Remembered()
    seed: int = Field(default=0, ge=0)
    room: Room = Room()
    limit_s: Annotated[float, Field(gt=0, le=86_400)] = 900.0
    _places: Places = PrivateAttr(default_factory=lambda: Places(None))

    def where(self, *place: str | int) -> str:
        """The line and the key of a place in the file, for an error message."""
        return self._places.where(*place)


def parse_rehearsal(text: str, path: str) -> Rehearsal:
    """The rehearsal in ``text``. Raises DataError with line and key of the first mistake."""
    rehearsal, places = parse_yaml(text, path, Rehearsal)
    rehearsal._places = places
    return rehearsal


def check_said(rehearsal: Rehearsal, wordings: Iterable[tuple[str, str]], path: str) -> None:
    """Raise DataError for a ``said`` that is neither a prompt nor a word of any wording."""
    sayable = {word for prompt, text in wordings for word in (prompt, *_words(text))}
    for index, entry in enumerate(rehearsal.user):
        said = entry.when.said
        if said is not None and said.lower() not in sayable:
            problem = f"the coach has no prompt and says no word {said!r}"
            raise DataError(path, rehearsal.where("user", index, "when", "said"), problem)


def clip_names(words: str) -> tuple[str, ...]:
    """The possible file names of a clip, the usual one first: ``i'm done`` -> ``im_done.flac``."""
    joined = "_".join(words.split())
    stems = dict.fromkeys((joined.replace("'", ""), joined))
    return tuple(stem + suffix for stem in stems for suffix in (".flac", ".wav"))


@dataclass(frozen=True, slots=True)
class UserSpeech:
    """Something that the user will say at sample ``at``, after ``lost`` samples of lost sound."""

    words: str
    at: Samples
    lost: Samples = 0


class User:
    """The simulated user: an observer of the session. ``pop`` returns what the user will say."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._entries = rehearsal.user
        self._left = [float("inf" if e.times == "always" else e.times) for e in self._entries]
        self._state = ""
        self._speeches: list[UserSpeech] = []

    def __call__(self, event: Event) -> None:
        match event:
            case StateChanged():
                self._state = event.dest
                self._say(event.at, {None})
            case SpeechBegan():
                self._say(event.at, {event.prompt, *_words(event.text)})
            case _:
                pass

    def pop(self) -> Iterator[UserSpeech]:
        """What the user has decided to say since the last call."""
        while self._speeches:
            yield self._speeches.pop(0)

    def _say(self, at: Samples, said: set[str] | set[None]) -> None:
        for index, entry in enumerate(self._entries):
            matches = entry.when.state in (None, self._state) and _said(entry.when) in said
            if matches and self._left[index] > 0:
                self._left[index] -= 1
                begins = at + samples(entry.after_s)
                self._speeches.append(UserSpeech(entry.says, begins, samples(entry.lost_s)))


def _said(when: When) -> str | None:
    return None if when.said is None else when.said.lower()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())

"""Whole sessions: a rehearsal beside the coach's own voice, from "ready" to the goodbye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.home_sitting import HEARD_WITHIN
from benchmarks.sitting import load_coach
from benchmarks.workers import BenchmarkError
from coach.app.assembly import Coach
from coach.app.language_files import data_folder, load_language
from coach.app.outputs import Outputs
from coach.app.run_session import run_session
from coach.devices.sound.room_duplex import RoomDuplex, load_clips, load_noise
from coach.messages.events import Event, Heard
from coach.messages.facts import SessionEnded
from coach.simulation.rehearsal import Rehearsal, User, UserSpeech, parse_rehearsal
from coach.training.plan import Plan
from coach.units import Samples

REHEARSAL = """
clips: {clips}
seed: 1
limit_s: {limit_s}
room: {room}
user:
  - {{when: {{state: waiting, said: ask_comfortable}}, after_s: 2.5, says: ready}}
  - {{when: {{state: cat_cow, said: two}}, after_s: 1.5, says: finished}}
  - {{when: {{state: tension_check, said: ask_tension}}, after_s: 2.0, says: got it}}
  - {{when: {{state: first_rep, said: ask_stable}}, after_s: 2.0, says: "yes"}}
  - {{when: {{state: slow_descent, said: two}}, after_s: 0.2, says: arched}}
  - {{when: {{state: stop_point, said: two}}, after_s: 0.4, says: my back arched, times: 2}}
  - {{when: {{state: working, said: up}}, after_s: 3.5, says: back came up}}
"""

ANSWERS_AGAIN = """
  - {when: {said: ask_comfortable_again}, after_s: 2.5, says: ready, times: always}
  - {when: {said: ask_tension_again}, after_s: 2.0, says: got it, times: always}
  - {when: {said: ask_stable_again}, after_s: 2.0, says: "yes", times: always}
"""

PLAN = Plan("straight_leg_lift", stretch=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """The coach's echo, against the person and late, and who trains beside it."""

    level_db: float
    delay_ms: float
    speaker: str


@dataclass(frozen=True, slots=True)
class WholeSession:
    """What came of a session: its outcome, the commands that nobody said, and the words of the
    person after which nothing was understood.
    """

    beside: Beside
    outcome: str
    own: tuple[str, ...]
    missed: tuple[str, ...]


class Person(User):
    """A simulated user who remembers what was said."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.said: list[UserSpeech] = []

    def pop(self) -> Iterator[UserSpeech]:
        for speech in super().pop():
            self.said.append(speech)
            yield speech


def lead(model: Path, beside: Beside) -> WholeSession:
    """Lead a session of one set of three reps. Raises CoachError."""
    coach = load_coach(model, load_language().language.voice)
    brief = replace(
        coach, lesson=replace(coach.lesson, programme=coach.lesson.programme.resized(1, 3))
    )
    return _led(brief, beside)


def _led(coach: Coach, beside: Beside) -> WholeSession:
    clips = data_folder("audio_fixtures") / "en" / beside.speaker
    room = f"{{echo: {{gain_db: {beside.level_db}, delay_ms: {beside.delay_ms}}}}}"
    text = REHEARSAL.format(clips=clips, room=room, limit_s=900) + ANSWERS_AGAIN
    file = Path("rehearsal.yaml")
    rehearsal = parse_rehearsal(text, str(file))
    person = Person(rehearsal)
    events: list[Event] = []
    sounds = load_clips(rehearsal, file)
    duplex = RoomDuplex(rehearsal, person, sounds, load_noise(rehearsal.room, file), coach.speech())
    run_session(coach, PLAN, duplex, [person, events.append], Outputs(), _fail)
    heard = [event for event in events if isinstance(event, Heard) and event.accepted]
    spans = [(each.words, each.at, each.at + len(sounds[each.words])) for each in person.said]
    own, missed = attributed(heard, spans)
    outcome = next(each.outcome for each in events if isinstance(each, SessionEnded))
    return WholeSession(beside, outcome, own, missed)


def attributed(
    heard: Sequence[Heard], said: Sequence[tuple[str, Samples, Samples]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commands that come of nothing that was said, and the words of which no command comes.

    ``said`` are words with the samples at which they begin and end.
    """

    def comes_of(command: Heard, start: Samples, end: Samples) -> bool:
        return start <= command.end <= end + HEARD_WITHIN

    own = (c.text for c in heard if not any(comes_of(c, *span) for _, *span in said))
    missed = (words for words, *span in said if not any(comes_of(c, *span) for c in heard))
    return tuple(own), tuple(missed)


def _fail(problem: str) -> None:
    raise BenchmarkError(problem)

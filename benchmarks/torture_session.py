"""Torture session: a coach in a process of its own, led by recorded words, until it ends or dies.

``python -m benchmarks.torture_session FOLDER SEED PROFILE DEATH`` is what ``coach run --keep-audio
FOLDER`` does, in a simulated room, as fast as the machine can. The recogniser is told what the
recordings say, which saves most of the time; ``torture_card`` is the command itself. DEATH is for
``die_later``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from benchmarks.torture_death import die_later
from coach.app.assembly import make_coach, make_voice
from coach.app.ears import Ears
from coach.app.language_files import data_folder, load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.app.recordings import outputs_in
from coach.app.run_session import run_session
from coach.devices.memory import sqlite_file
from coach.devices.memory.sqlite_memory import SqliteMemory
from coach.devices.recordings.sidecar_file import Sidecar
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.devices.system.wall_clock import SystemCalendar
from coach.errors import CoachError
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.simulation.fakes import ScriptedRecogniser, Utterance
from coach.simulation.rehearsal import Rehearsal, User, UserSpeech, parse_rehearsal
from coach.units import Block

SETS, REPS = 2, 3

_PERSON = """
clips: en/flite_slt
limit_s: 900
user:
  - {when: {state: waiting}, after_s: 2.0, says: ready}
  - {when: {state: screening, said: ask_heart}, after_s: 6.0, says: "no"}
  - {when: {state: screening, said: ask_fainting}, after_s: 6.0, says: "no"}
  - {when: {state: screening, said: ask_recent}, after_s: 6.0, says: "no"}
  - {when: {state: screening, said: ask_bones}, after_s: 6.0, says: "no"}
  - {when: {state: screening, said: ask_nerves}, after_s: 8.0, says: "no"}
  - {when: {said: ask_take_up}, after_s: 1.0, says: "yes"}
  - {when: {said: ask_practised}, after_s: 1.0, says: "yes"}
  - {when: {said: ask_sitting}, after_s: 1.0, says: "no"}
  - {when: {said: ask_effort}, after_s: 3.0, says: skip}
  - {when: {said: ask_easy}, after_s: 1.0, says: "no"}
  - {when: {said: ask_same}, after_s: 1.0, says: "no"}
  - {when: {said: ask_harder}, after_s: 1.0, says: "no", times: always}
  - {when: {state: cat_cow}, after_s: 2.0, says: skip}
  - {when: {said: ask_tension}, after_s: 1.0, says: got it}
  - {when: {state: first_rep}, after_s: 1.5, says: skip}
  - {when: {state: slow_descent}, after_s: 1.5, says: skip}
  - {when: {state: stop_point}, after_s: 1.5, says: skip}
  - {when: {state: working, said: up}, after_s: 1.6, says: arched}
  - {when: {state: resting, said: rest}, after_s: 1.0, says: ready, times: always}
  - {when: {state: plank}, after_s: 8.0, says: skip}
  - {when: {said: ask_there}, after_s: 1.0, says: "yes", times: always}
  - {when: {said: doubt_stop}, after_s: 1.0, says: "no", times: always}
"""
"""Somebody who answers everything, and takes up what was cut off."""

_PATIENCE_SECONDS = 60.0
"""A fact is on the disk before the journal has it, however busy the machine is."""


class _Told:
    """A user whose words are passed to the recogniser; it stands in for the model as well."""

    def __init__(self, user: User, clips: Mapping[str, Block]) -> None:
        self._user, self._clips = user, clips
        self._recogniser = ScriptedRecogniser([])

    def recogniser(self) -> ScriptedRecogniser:
        return self._recogniser

    def pop(self) -> Iterator[UserSpeech]:
        for speech in self._user.pop():
            length = len(self._clips[speech.words])
            self._recogniser.add(Utterance(speech.at, speech.words, length))
            yield speech


class _ToldEars(Ears):
    """Ears that know what is said, and so need no echo taken out."""

    __slots__ = ()

    def front_end(self, _warn: Callable[[str], None]) -> FrontEnd:
        hearing = Endpointer(self.model.recogniser(), self.grammar, self.settings)
        return FrontEnd(hearing)


def rehearsal_of(seed: int) -> tuple[Rehearsal, Path]:
    """The person as a rehearsal, and the path that its clips are relative to."""
    source = data_folder("audio_fixtures") / "torture.yaml"
    return parse_rehearsal(f"seed: {seed}\n{_PERSON}", str(source)), source


def lead(folder: Path, seed: int, profile: str) -> str:
    """A session from its beginning to its end; how it ended. Raises CoachError."""
    rehearsal, source = rehearsal_of(seed)
    chosen = load_programme().resized(SETS, REPS)
    voice = load_language().language.voice
    user, clock, clips = User(rehearsal), SystemCalendar(), load_clips(rehearsal, source)
    told = _Told(user, clips)
    ears = _ToldEars(load_grammar(), told)
    speaker = make_voice(None, DEFAULT_RATE_WPM)
    coach = make_coach(chosen, ears, speaker, lambda _done, _of: None, "short")
    room = RoomDuplex(rehearsal, told, clips, None, coach.speech())
    path = sqlite_file.default_path()
    with SqliteMemory(
        path, profile, clock, _complain, patience_seconds=_PATIENCE_SECONDS
    ) as memory:
        plan = coach.plan(memory.recall(), clock.now().day)
        sidecar = Sidecar(
            programme=chosen,
            plan=plan,
            verbosity="short",
            voice=voice,
            rate_wpm=DEFAULT_RATE_WPM,
        )
        outputs = outputs_in(folder, datetime.now(), sidecar, None)
        return run_session(coach, plan, room, [user], outputs, _complain, memory=memory)


def _complain(line: str) -> None:
    print(f"coach: {line}", file=sys.stderr, flush=True)


def main() -> int:
    """Lead a session; the exit status is that of the coach."""
    folder, seed, profile, death = sys.argv[1:]
    die_later(death)
    try:
        print(lead(Path(folder), int(seed), profile), flush=True)
    except CoachError as error:
        _complain(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

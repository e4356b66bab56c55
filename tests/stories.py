"""Stories: whole sessions as text, with a scripted recogniser, a humming voice, a simulated user.

Everything between the microphone block and the speaker block is the product's own. Run this file
to rewrite the transcripts in tests/sessions, and then look at what changed:

    python -m tests.stories            # all of them
    python -m tests.stories first_timer
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from coach.app.language_files import load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.audio.levels import LevelMeter, MeasuredFrame
from coach.dialogue.verbosity import Verbosity
from coach.display.description import note_on
from coach.echo.canceller import EchoCanceller
from coach.echo.residual_echo import ResidualEcho
from coach.echo.self_speech import SelfSpeechGuard
from coach.engine import Engine, Observer
from coach.hearing.endpointer import Endpointer
from coach.hearing.front_end import FrontEnd
from coach.messages.events import Event, Heard, Spoken, ToneBegan
from coach.messages.facts import (
    DeliveryChanged,
    EffortRated,
    ExerciseChosen,
    FloorFound,
    HabitTold,
    HoldEnded,
    MistakeNoted,
    PainRated,
    PractiseTold,
    RepCorrected,
    RepEnded,
    ScreeningPassed,
    SessionEnded,
    SessionResumed,
    SetBegan,
    StateChanged,
)
from coach.session.cues import prepare_cues
from coach.session.lesson import Lesson
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, ToneVoice, Utterance, speech_sound
from coach.simulation.rehearsal import Rehearsal, User, parse_rehearsal
from coach.simulation.remembered import OPENS_AT, TODAY, Remembered
from coach.speaking.tones import tone_sound
from coach.training.plan import Opening
from coach.training.progression import recommend
from coach.units import Block, Samples, samples, seconds

Kind = TypeVar("Kind", bound=Event)
SESSIONS = Path(__file__).parent / "sessions"
BLOCK: Samples = samples(0.01)
LONG_BLOCK: Samples = samples(0.1)


@cache
def lesson(
    sets: int = 1,
    reps: int = 3,
    verbosity: Verbosity = "full",
    exercise: str | None = None,
    file: str | None = None,
) -> Lesson:
    """A lesson with a humming voice; ``file`` is the path of a programme of one's own."""
    if verbosity != "full":
        return replace(lesson(sets, reps, exercise=exercise, file=file), verbosity=verbosity)
    grammar, prompts = load_grammar(), load_language().prompts
    programme = load_programme(Path(file) if file else None, exercise).resized(sets, reps)
    cues = prepare_cues(prompts, programme, grammar, ToneVoice(), lambda _done, _total: None)
    return Lesson(grammar, prompts, programme, cues)


class Recorder:
    """An observer that keeps every event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


class Headphones(EchoCanceller):
    """The canceller of a session whose speaker nobody else hears. It knows when the coach speaks,
    and looks for no echo, which it would find in any hum."""

    def __init__(self) -> None:
        super().__init__(None)
        self._levels, self._meter = ResidualEcho(), LevelMeter()
        self.guard = SelfSpeechGuard(self._levels)

    def cancel(self, microphone: MeasuredFrame, speaker: Block) -> MeasuredFrame:
        self._levels.measure(self._meter.measure(speaker), microphone, microphone)
        return microphone


def scripted_engine(
    recogniser: ScriptedRecogniser,
    observers: Iterable[Observer],
    taught: Lesson | None = None,
    remembered: Remembered | None = None,
    opening: Opening = "guided",
    canceller: EchoCanceller | None = None,
    opens_at: float | None = OPENS_AT,
    pairing_secret: str = "",
) -> Engine:
    """The real engine with a scripted recogniser and a humming voice.

    Unless ``remembered`` is given the person is new, except that they do not sit a lot, so that
    there is no stretching.
    """
    taught = taught or lesson()
    guard = canceller.guard if canceller else None
    hearing = Endpointer(recogniser, taught.grammar, HearingSettings(), guard=guard)
    listening = FrontEnd(hearing, canceller)
    exercises = taught.programme.exercises
    plan = recommend(
        (remembered or Remembered(sits=False)).history(),
        TODAY,
        taught.programme.routine.exercise,
        exercises,
        taught.programme.asked,
        taught.programme.routine.beginner,
    )
    plan = replace(plan, opening=opening, minute=opens_at, pairing_secret=pairing_secret)
    return Engine(taught.session(plan), taught.cues, listening, observers, taught.gain_db)


def play(
    utterances: Iterable[Utterance],
    length_s: float,
    *,
    sets: int = 1,
    reps: int = 3,
    verbosity: Verbosity = "full",
    remembered: Remembered | None = None,
) -> Recorder:
    """A session of ``length_s`` seconds in which ``utterances`` are said at fixed times."""
    said = list(utterances)
    recorder = Recorder()
    taught = lesson(sets, reps, verbosity)
    engine = scripted_engine(ScriptedRecogniser(said), [recorder], taught, remembered)
    engine.process(speech_sound(said, samples(length_s)))
    return recorder


def rehearse(rehearsal: Rehearsal, taught: Lesson | None = None, *watching: Observer) -> Recorder:
    """A session with a simulated user who reacts; in English unless ``taught`` is given."""
    user, recorder = User(rehearsal), Recorder()
    recogniser = ScriptedRecogniser([])
    wanted = rehearsal.settings
    sizes = wanted.sets or 1, wanted.reps or 3
    chosen = wanted.verbosity or "full", wanted.exercise, wanted.programme
    taught = taught or lesson(*sizes, *chosen)
    observers: list[Observer] = [user, recorder, *watching]
    # Only beside lost sound it matters here whether the coach could hear itself.
    canceller = Headphones() if any(each.lost_s for each in rehearsal.user) else None
    past = rehearsal.remembered, wanted.opening
    engine = scripted_engine(recogniser, observers, taught, *past, canceller)
    said: list[Utterance] = []
    losses: list[Utterance] = []
    now: Samples = 0
    while now < samples(rehearsal.limit_s):
        while losses and losses[0].at <= now:
            engine.lose(losses[0].length)
            now = losses.pop(0).end
        microphone = _microphone([*said, *losses], now)
        now += len(microphone)
        if engine.process(microphone) is None:
            return recorder
        for speech in user.pop():
            begins = max(speech.at, now)
            losses += [Utterance(begins, "", speech.lost)] if speech.lost else []
            said.append(Utterance(begins + speech.lost, speech.words))
            recogniser.add(said[-1])
    engine.abandon()
    return recorder


def _microphone(said: list[Utterance], now: Samples) -> Block:
    """The next sound of the room: a short block where somebody begins or ends, else a long one.

    Nobody reacts within a long one.
    """
    speaking = any(utterance.at <= now < utterance.end for utterance in said)
    changes = any(
        now < at < now + LONG_BLOCK for utterance in said for at in (utterance.at, utterance.end)
    )
    return (_SPEECH if speaking else _QUIET)[: BLOCK if changes else LONG_BLOCK]


_QUIET = np.where(np.arange(LONG_BLOCK) % 2, 3, -3).astype(np.int16)
_SPEECH = np.where(np.arange(LONG_BLOCK) % 2, 4000, -4000).astype(np.int16)


def transcript(events: Iterable[Event]) -> str:
    """The events of a session as text, one line each."""
    lines = [line for event in events for line in _lines(event)]
    return "\n".join(lines) + "\n"


def _lines(event: Event) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - a table of events
    match event:
        case StateChanged():
            why = f" ({event.trigger})" if event.trigger else ""
            return ["", f"== {event.dest}{why}"]
        case Spoken():
            cut = " —" if event.interrupted else ""
            return [f"{_clock(event.start)}  coach: {event.text}{cut}"]
        case ToneBegan():
            return [f"{_clock(event.at)}  coach: ({event.name.replace('_', ' ')} tone)"]
        case Heard():
            return [f"{_clock(event.decided)}    you: {event.text}{note_on(event)}"]
        case DeliveryChanged():
            set_ = [f"{key} {value}" for key, value in asdict(event).items() if value is not None]
            return [f"{_clock(event.at)}   * speaks otherwise: {', '.join(set_[1:])}"]
        case RepEnded():
            how = "perfect" if event.perfect else f"{event.reason}, count {event.count:g}"
            return [f"{_clock(event.at)}   * set {event.set}, rep {event.rep}: {how}"]
        case RepCorrected():
            verdicts = {None: "does not count", True: "was perfect", False: "was not perfect"}
            what = f"set {event.set}, rep {event.rep}: {verdicts[event.perfect]}"
            return [f"{_clock(event.at)}   * {what}"]
        case ExerciseChosen():
            return [f"{_clock(event.at)}   * {event.exercise} ({event.reason})"]
        case SetBegan():
            down = f"{event.down_seconds:g} s down to count {event.floor:g}"
            return [f"{_clock(event.at)}   * set {event.set}: {event.exercise}, {down}"]
        case FloorFound():
            return [f"{_clock(event.at)}   * turning point: count {event.count:g}"]
        case HoldEnded():
            whole = "" if event.whole else ", broken off"
            return [f"{_clock(event.at)}   * {event.exercise}: {event.seconds:g} s{whole}"]
        case MistakeNoted():
            return [f"{_clock(event.at)}   * noted: {event.mistake}"]
        case HabitTold():
            return [
                f"{_clock(event.at)}   * {'sits a lot' if event.sits else 'does not sit a lot'}"
            ]
        case PractiseTold():
            return [
                f"{_clock(event.at)}   * {'has' if event.practised else 'has not'} done it before"
            ]
        case PainRated():
            return [f"{_clock(event.at)}   * pain: {event.level}"]
        case EffortRated():
            return [f"{_clock(event.at)}   * effort: {event.level}"]
        case ScreeningPassed():
            return [f"{_clock(event.at)}   * screened{', and advised' if event.advised else ''}"]
        case SessionResumed():
            return [f"{_clock(event.at)}   * the session goes on"]
        case SessionEnded():
            turn = f", turning point {event.floor:g}" if event.floor else ""
            return [f"{_clock(event.at)}   * {event.outcome}: {event.perfect_reps} perfect{turn}"]
        case _:
            return []


def _clock(at: Samples) -> str:
    minutes, rest = divmod(seconds(at), 60)
    return f"{int(minutes):2d}:{rest:05.2f}"


def stories() -> list[Path]:
    return sorted(SESSIONS.glob("*.yaml"))


def rehearsed(story: Path) -> Recorder:
    """The session of a story's file."""
    return rehearse(parse_rehearsal(story.read_text(), str(story)))


def cut_off(recorder: Recorder) -> list[str]:
    """The texts that were interrupted at a sample at which nothing was heard that counts."""
    heard = {event.decided for event in recorder.of(Heard) if event.accepted or event.doubtful}
    ended = {event.at for event in recorder.of(SessionEnded) if event.outcome == "abandoned"}
    return [
        event.text
        for event in recorder.of(Spoken)
        if event.interrupted and event.end not in heard | ended
    ]


def silenced_tones(recorder: Recorder) -> list[ToneBegan]:
    """The tones that the coach's own next words cut off."""
    heard = [event.decided for event in recorder.of(Heard) if event.accepted]
    starts = [event.start for event in recorder.of(Spoken)]
    return [
        tone
        for tone in recorder.of(ToneBegan)
        for start in starts
        if tone.at < start < tone.at + len(tone_sound(tone.name)) and start not in heard
    ]


if __name__ == "__main__":
    named = sys.argv[1:]
    for path in stories():
        if not named or path.stem in named:
            path.with_suffix(".txt").write_text(transcript(rehearsed(path).events))

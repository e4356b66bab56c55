"""Session: one training session. Events go in, actions come out; it has no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from coach.dialogue.delivery import Delivery
from coach.dialogue.machine import Machine, Row
from coach.dialogue.player import STEP
from coach.dialogue.prompts import Prompts
from coach.dialogue.stage import Stage
from coach.dialogue.steps import Script, Step, cue
from coach.hearing.acceptance import Wanted
from coach.hearing.grammar import Grammar
from coach.messages.actions import Action
from coach.messages.events import (
    DeviceFound,
    DeviceLost,
    EchoRemains,
    Happening,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    NotUnderstood,
    Spoken,
    TimerDue,
    Trouble,
)
from coach.messages.facts import ExerciseChosen, SessionBegan, StateChanged
from coach.messages.intents import Intent
from coach.messages.prompt_ids import PromptId
from coach.messages.states import FINAL, PARTS, STATES, Part, State
from coach.session.corrections import Corrections
from coach.session.course import Course
from coach.session.difficulty import Difficulty
from coach.session.doubts import Doubts
from coach.session.endings import Endings
from coach.session.intake import ON_CALL, Intake
from coach.session.pairing import Pairing
from coach.session.part import PartRoom
from coach.session.pauses import Pauses
from coach.session.questions import Questions
from coach.session.ratings import Ratings
from coach.session.screening import Screening
from coach.session.speaking_style import REQUESTS, SpeakingStyle
from coach.session.table import IGNORED, PART_ROWS, ROWS, part_of, urgent_intents, wanted_intents
from coach.session.turns import Turns
from coach.session.whereabouts import Whereabouts
from coach.session.wordings import answer_words, help_words
from coach.session.workout import Workout
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples

_ANSWER_LEEWAY: Samples = samples(0.2)
"""How long before the end of a state an answer to the next one may begin. An utterance that began
earlier still belongs to the state before."""

_USUAL = Delivery()


class Session:
    """One training session: the rooms that its rows call, wired to the state machine.

    Times are samples of the microphone since the session opened.
    """

    def __init__(
        self,
        programme: Programme,
        plan: Plan,
        prompts: Prompts,
        grammar: Grammar,
        delivery: Delivery = _USUAL,
    ) -> None:
        self._plan = plan
        self._grammar, self._language = grammar, prompts.language
        self._announced: set[str] = set()
        self._came_from: State = STATES[0]
        waits = programme.routine.answers
        patience = samples(waits.patience_seconds)
        self._delivery = delivery
        self._stage = Stage(prompts, delivery.verbosity, patience, self._move_on)
        self._stage.player.brevity.is_familiar = plan.is_familiar
        self._workout = workout = Workout(programme, plan, self._stage)
        self._parts: Mapping[Part, PartRoom] = {
            part: PART_ROWS[part].room(workout) for part in PARTS
        }
        self._pauses = Pauses(workout, lambda: self._came_from)
        self._doubts = Doubts(workout, self._pauses, lambda: self._came_from)
        self._intake = Intake(workout, lambda part: self._parts[part].resume())
        self._endings = Endings(
            workout,
            self._leave_parts,
            self._pauses,
            lambda: self._came_from,
            lambda: self._doubts.arose_in("paused"),
        )
        self._whereabouts = Whereabouts(
            workout,
            self._parts,
            self._intake.why,
            lambda: self.state,
            lambda: self._pauses.paused_in,
        )
        self._machine = Machine(STATES, ROWS, IGNORED, self._rooms(waits.asks), self._take)

    def _rooms(self, asks: int) -> tuple[object, ...]:
        """Where the machine finds the effects and guards of its rows."""
        workout, whereabouts = self._workout, self._whereabouts
        return (
            workout,
            self._intake,
            Screening(workout, self._intake.welcome),
            Ratings(workout, self._grammar.level_of, self._intake.take_level),
            self._pauses,
            self._doubts,
            self._endings,
            *self._parts.values(),
            Turns(workout, asks, self._answers),
            Corrections(workout, self._pauses),
            SpeakingStyle(workout, self._delivery),
            Pairing(workout),
            Course(workout, self._parts["working"].begin),
            Difficulty(workout, self._parts["first_rep"].begin, self._in_new_tempo),
            Questions(
                workout,
                self._help_words,
                whereabouts.state,
                whereabouts.why,
                whereabouts.what_next,
            ),
        )

    @property
    def state(self) -> State:
        return self._machine.state

    @property
    def wanted(self) -> Wanted:
        """The intents that are accepted now, and from which sample on."""
        wanted = self._wanted_now()
        since = max(0, self._stage.since - _ANSWER_LEEWAY)
        answer = self._stage.player.awaits_answer and "not_understood" not in IGNORED[self.state]
        # Who presses a button is there.
        pressed = frozenset(REQUESTS) if self._is_on_call() else frozenset[Intent]()
        return Wanted(wanted, urgent_intents(self.state) & wanted, since, answer, pressed)

    def begin(self) -> list[Action]:
        """Open the session, at sample 0."""
        self._stage.report(SessionBegan(0))
        self._stage.report(ExerciseChosen(0, self._plan.exercise, self._plan.reason))
        self._stage.report(StateChanged(0, None, self.state, None))
        self._stage.play(self._intake.open())
        return self._stage.flush()

    def abandon(self, now: Samples) -> list[Action]:
        """End the session from outside: the microphone ended, or the program was interrupted."""
        self._stage.now = now
        if self.state in FINAL:
            self._endings.leave()
        else:
            self._endings.abandon()
        return self._stage.flush()

    def handle(self, event: Happening) -> list[Action]:
        """Handle an event, and return what to do; an utterance that is neither accepted nor
        doubtful has no effect."""
        stage = self._stage
        match event:
            case MemoryFailed() | MicrophoneClipped() | EchoRemains():
                self._announce_trouble(event)
            case Heard():
                stage.now = event.decided
                self._take_in(event)
            case NotUnderstood():
                stage.now = event.at
                self._machine.trigger("not_understood")
            case Spoken():
                stage.now = event.end
                if not event.interrupted and stage.player.spoken(stage.now):
                    self._move_on()
            case TimerDue():
                stage.now = event.at
                if event.name != STEP:
                    self._machine.trigger("unanswered")
                elif stage.player.step_over(stage.now):
                    self._move_on()
            case DeviceLost() | DeviceFound():
                stage.now = event.at
                self._machine.trigger(self._pauses.note(event))
            case _:
                assert_never(event)
        return stage.flush()

    def _take_in(self, heard: Heard) -> None:
        self._stage.heard = heard
        if heard.accepted:
            self._workout.attended = True
            self._stage.missed = 0
            self._machine.trigger(heard.intent)
            self._workout.tally.confirm()
        elif heard.doubtful:
            self._machine.trigger("doubted")
        self._stage.heard = None

    def _announce_trouble(self, trouble: Trouble) -> None:
        """Announce it at the next break, once a session: it may be hard to fix from the mat."""
        prompt: PromptId
        match trouble:
            case MemoryFailed():
                prompt = "memory_failed"
            case MicrophoneClipped():
                prompt = "microphone_clips"
            case EchoRemains():
                prompt = "echo_remains"
                self._stage.player.leaves_pauses = True
            case _:
                assert_never(trouble)
        if prompt not in self._announced:
            self._announced.add(prompt)
            self._stage.notice(cue(prompt, 1.0))

    def _take(self, row: Row) -> None:
        self._came_from = row.state
        if row.dest is None:
            return
        self._stage.turn()
        left = part_of(row.state)
        if left is not None:
            self._parts[left].leave()
        self._stage.report(StateChanged(self._stage.now, row.state, row.dest, row.trigger))

    def _leave_parts(self) -> None:
        for room in self._parts.values():
            room.leave()

    def _move_on(self) -> None:
        self._machine.trigger("played")

    def _wanted_now(self) -> frozenset[Intent]:
        """The intents that the session can use in its present state."""
        wanted = wanted_intents(self.state)
        if self.state == "in_doubt":
            return wanted - self._doubts.unasked
        if self._is_on_call():
            return wanted & ON_CALL
        return wanted if self._plan.pairing_secret else wanted - {"pair"}

    def _is_on_call(self) -> bool:
        return self._plan.on_call and self.state == "waiting"

    def _help_words(self) -> str:
        return help_words(self._grammar, self._language, self._wanted_now())

    def _answers(self) -> Step:
        """The cue that says what can be answered to the present question."""
        wanted = self._wanted_now()
        if "number" in wanted:
            return cue("say_number")
        return cue("help", words=answer_words(self._grammar, self._language, wanted))

    def _in_new_tempo(self, announcement: Step) -> Script | None:
        room = self._whereabouts.room() if self.state in PARTS else None
        return None if room is None else room.in_new_tempo(announcement)

"""Session: what each row of the table does. Events go in, actions come out; no clock, no sound."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import Machine, Row
from coach.dialogue.player import STEP
from coach.dialogue.prompts import Prompts
from coach.dialogue.stage import Stage
from coach.dialogue.steps import Step, cue
from coach.dialogue.verbosity import Verbosity
from coach.hearing.acceptance import Wanted
from coach.hearing.grammar import Grammar
from coach.messages.actions import Action, End, Silence
from coach.messages.events import (
    DeviceFound,
    DeviceLost,
    Happening,
    Heard,
    MemoryFailed,
    MicrophoneClipped,
    Spoken,
    TimerDue,
)
from coach.messages.facts import ExerciseChosen, Outcome, SessionBegan, SessionEnded, StateChanged
from coach.messages.prompt_ids import PromptId
from coach.session import scripts
from coach.session.difficulty import Difficulty
from coach.session.floor_search import FloorSearch
from coach.session.holds import Holds
from coach.session.intake import Intake
from coach.session.pauses import Pauses
from coach.session.questions import Questions
from coach.session.reps import Descent
from coach.session.rows import FINAL, PLAYED, STATES, UNANSWERED
from coach.session.sets import Sets
from coach.session.table import IGNORED, ON_CALL, ROWS, urgent_intents, wanted_intents
from coach.session.workout import Workout
from coach.training.plan import Plan
from coach.training.programme import Programme
from coach.units import Samples, samples

_ANSWER_LEEWAY: Samples = samples(0.2)
"""Nobody answers faster than this: an utterance that began before belongs to what came before."""

Effect = Callable[[Heard | None], None]


class Session:
    """One training session. Times are samples.

    An effect of the table is the method of its name of the session or of one of its rooms. It takes
    the utterance that led there: None when it was none.
    """

    def __init__(
        self,
        programme: Programme,
        plan: Plan,
        prompts: Prompts,
        grammar: Grammar,
        verbosity: Verbosity = "full",
    ) -> None:
        self._plan = plan
        self._waits = programme.routine.answers
        self._machine = Machine(STATES, ROWS, IGNORED, self._guard, self._take)
        patience = samples(self._waits.patience_seconds)
        self._stage = Stage(prompts, verbosity, patience, self._reach, self._move_on)
        self._workout = Workout(programme, plan, self._stage)
        self._intake = Intake(self._workout, plan)
        self._floor_search = FloorSearch(self._workout)
        self._sets = Sets(self._workout)
        self._holds = Holds(self._workout, plan.hold_seconds)
        self._difficulty = Difficulty(
            self._workout,
            self._floor_search,
            lambda: self.state,
            may_advance=plan.may_advance,
        )
        self._pauses = Pauses(self._workout, self._sets, self._left, on_call=plan.on_call)
        heard_in = grammar, prompts.language, lambda: self._training_state
        self._questions = Questions(self._workout, self._holds, *heard_in)
        rooms = (
            *(self, self._intake, self._floor_search, self._sets),
            *(self._holds, self._difficulty, self._questions, self._pauses),
        )
        self._effects: dict[str, Effect] = {
            row.effect: next(
                getattr(room, row.effect) for room in rooms if hasattr(room, row.effect)
            )
            for row in ROWS
        }
        self._came_from = ""
        self._told: set[str] = set()

    @property
    def state(self) -> str:
        return self._machine.state

    def _left(self) -> str:
        """The state that was left last."""
        return self._came_from

    @property
    def _training_state(self) -> str:
        """The state, or the one that a pause interrupted."""
        return self._pauses.paused_in if self.state == "paused" else self.state

    @property
    def wanted(self) -> Wanted:
        """What the ear should take for an intent now."""
        since = max(0, self._stage.since - _ANSWER_LEEWAY)
        wanted, urgent = wanted_intents(self.state), urgent_intents(self.state)
        if self._plan.on_call and self.state == "waiting":
            return Wanted(wanted & ON_CALL, urgent & ON_CALL, since)
        return Wanted(wanted, urgent, since)

    def begin(self) -> list[Action]:
        """Open the session, at sample 0."""
        self._stage.report(SessionBegan(0))
        self._stage.report(ExerciseChosen(0, self._plan.exercise, self._plan.reason))
        self._stage.report(StateChanged(0, None, self.state, None))
        self._stage.play(self._intake.open())
        return self._stage.flush()

    def abandon(self, now: Samples) -> list[Action]:
        """End it from outside: the microphone ended, or somebody interrupted the program."""
        self._stage.now = now
        if self.state not in FINAL:
            self._holds.leave()
            self._end("abandoned")
        self.leave(None)
        return self._stage.flush()

    def handle(self, event: Happening) -> list[Action]:
        """What to do about an event; an utterance that was not accepted changes nothing."""
        stage = self._stage
        match event:
            case MemoryFailed() | MicrophoneClipped():
                self._tell_of(event)
            case Heard():
                stage.now = event.decided
                if event.accepted:
                    self._workout.attended = True
                    self._machine.trigger(event.intent, event)
            case Spoken():
                stage.now = event.end
                if not event.interrupted and stage.player.spoken(stage.now):
                    self._move_on()
            case TimerDue():
                stage.now = event.at
                if event.name != STEP:
                    self._machine.trigger(UNANSWERED)
                elif stage.player.step_over(stage.now):
                    self._move_on()
            case DeviceLost() | DeviceFound():
                stage.now = event.at
                self._machine.trigger(self._pauses.note(event))
        return stage.flush()

    def _tell_of(self, trouble: MemoryFailed | MicrophoneClipped) -> None:
        """At the next break, and once a session: a person on the mat may leave it as it is."""
        failed = isinstance(trouble, MemoryFailed)
        prompt: PromptId = "memory_failed" if failed else "microphone_clips"
        if prompt not in self._told:
            self._told.add(prompt)
            self._stage.notice(cue(prompt, 1.0))

    def guards(self, heard: Heard | None) -> dict[str, bool]:
        """Every guard of the table and whether it holds now, ``heard`` being the utterance."""
        descent = self._workout.descent
        in_rep = bool(heard and descent and descent.covers(heard.start))
        return {
            "on_call": self._plan.on_call,
            "patient": self._stage.asked < self._waits.asks,
            "in_rep": in_rep,
            **self._intake.guards(),
            **self._floor_search.guards(in_rep=in_rep),
            **self._sets.guards(),
            **self._difficulty.guards(),
            **self._holds.guards(),
            **self._pauses.guards(),
        }

    def _guard(self, name: str, heard: Heard | None) -> bool:
        return self.guards(heard).get(name, False)

    def _take(self, row: Row, heard: Heard | None) -> None:
        self._came_from = row.state
        if row.dest is not None:
            self._stage.turn()
            if row.state == "plank":
                self._holds.leave()
            changed = StateChanged(self._stage.now, row.state, row.dest, row.trigger)
            self._stage.report(changed)
        self._effects[row.effect](heard)

    def _reach(self, step: Step, now: Samples) -> None:
        """A script reached one of its marks."""
        workout = self._workout
        match step.mark:
            case "half_lift":
                self._floor_search.note_half_lift()
            case "lift":
                grace = samples(workout.exercise.tempo.grace_seconds)
                workout.descent = Descent(now, grace)
            case "count" if workout.descent is not None:
                workout.descent.counts.append((now, float(dict(step.fills)["count"])))
            case "bottom" if workout.descent is not None and workout.descent.bottom is None:
                workout.descent.bottom = now
            case "perfect":
                workout.count_perfect()
            case "held":
                self._holds.reach(step)

    def _move_on(self) -> None:
        self._machine.trigger(PLAYED)

    def _end(self, outcome: Outcome) -> None:
        tally = self._workout.tally
        self._stage.forget_notices()
        self._stage.report(SessionEnded(self._stage.now, outcome, tally.perfect, tally.floor))

    # effects of no room

    def begin_waiting(self, _heard: Heard | None) -> None:
        self._stage.play(scripts.waiting())

    def begin_cat_cow(self, _heard: Heard | None) -> None:
        self._stage.play(scripts.cat_cow(self._workout.routine))

    def begin_tension_check(self, _heard: Heard | None) -> None:
        self._stage.play(scripts.tension_check())

    def explain_tension(self, _heard: Heard | None) -> None:
        self._stage.play(scripts.tension_explained())

    def carry_on(self, _heard: Heard | None) -> None:
        """There is nothing to do about it: an answer to what was not asked yet, or no more."""

    def fall_silent(self, _heard: Heard | None) -> None:
        """What there is to be noticed waits until somebody wants to hear something."""
        self._stage.act(Silence())
        self._stage.player.play((), self._stage.now)

    def take_up(self, heard: Heard | None) -> None:
        """Go on with the session that was cut off, in the part it was in."""
        if self.state == "working" and self._workout.tally.set > 0:
            self._sets.take_up_set()
        else:
            self._effects[f"begin_{self.state}"](heard)

    def ask_again(self, _heard: Heard | None) -> None:
        self._stage.asked += 1
        self._stage.player.ask_again()

    def say_again(self, _heard: Heard | None) -> None:
        self._workout.break_off()
        self._stage.player.say_again(self._stage.now)

    def help(self, _heard: Heard | None) -> None:
        on_call = self._plan.on_call and self.state == "waiting"
        self._questions.help_in(self.state, on_call=on_call)

    def give_up(self, _heard: Heard | None) -> None:
        """Nobody came back: what was begun can be gone on with for a while."""
        self._holds.leave()
        self._end("abandoned")
        self.leave(None)

    def end_finished(self, _heard: Heard | None) -> None:
        self._end("finished")
        to_harder = self._workout.harder is not None and self._plan.may_advance
        tally, on_call = self._workout.tally, self._plan.on_call
        self._stage.play(scripts.farewell(tally, to_harder=to_harder, on_call=on_call))

    def end_stopped(self, _heard: Heard | None) -> None:
        self._end("stopped")
        self._stage.play(scripts.stopped(self._workout.tally, on_call=self._plan.on_call))

    def end_in_pain(self, _heard: Heard | None) -> None:
        self._end("pain")
        self._stage.play(scripts.advice_on_pain())

    def end_unwell(self, _heard: Heard | None) -> None:
        self._end("pain")
        self._stage.play(scripts.still_unwell())

    def advise_on_pain(self, _heard: Heard | None) -> None:
        self._stage.play(scripts.advice_on_pain())

    def leave(self, _heard: Heard | None) -> None:
        self._stage.act(Silence(), End())

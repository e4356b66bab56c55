"""Intake: the effects of the table that settle what is trained today, one question at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from coach.dialogue.stage import Stage
from coach.dialogue.steps import Script, ask, cue
from coach.messages.events import Heard
from coach.messages.facts import HabitTold, SessionResumed
from coach.messages.prompt_ids import PromptId
from coach.session import scripts
from coach.session.workout import Workout
from coach.training.history import CutOff
from coach.training.plan import Plan
from coach.training.programme import PARTS, Part

_LIFTS = {"first_rep", "slow_descent", "stop_point", "working"}


@dataclass(frozen=True, slots=True)
class _Question:
    """``yes`` and ``no`` are what an answer leads to."""

    name: str
    script: Script
    yes: Callable[[], None]
    no: Callable[[], None]


class Intake:
    """What the plan wants to know of the person, and what comes of the answers."""

    def __init__(self, workout: Workout, plan: Plan) -> None:
        self._workout = workout
        self._stage: Stage = workout.stage
        self._plan = plan
        self._before: str | None = None
        self._taken_up: Part | None = None
        self._questions: list[_Question] = []
        self._asked: _Question | None = None

    def guards(self) -> dict[str, bool]:
        """The guards that are about what is asked now, and about the parts to come."""
        return {
            "asked_if_well": self._asked is not None and self._asked.name == "well",
            f"taken_up_in_{self._taken_up}": True,
            **{f"{part}_is_next": part in self._workout.parts for part in PARTS},
        }

    def open(self) -> Script:
        """What is said before anybody said anything."""
        match self._plan.opening:
            case "guided":
                return (*self._told_damage(), *scripts.waiting())
            case "greeting":
                return scripts.greeting()
            case "silent":
                return ()

    def begin_planning(self, heard: Heard | None) -> None:
        if self._plan.on_call:
            new = self._plan.reason == "plan_first_time"
            for step in (*self._told_damage(), *scripts.welcome(new=new)):
                self._stage.notice(step)
        self.plan_again(heard)

    def plan_again(self, _heard: Heard | None) -> None:
        self._workout.routine = self._workout.programme.routine
        if self._before is not None:
            self._workout.choose(self._before, self._plan.reason)
            self._before = None
        self._questions = self._all_questions()
        self._ask_next()

    def agree(self, _heard: Heard | None) -> None:
        self._answer(lambda question: question.yes)

    def decline(self, _heard: Heard | None) -> None:
        self._answer(lambda question: question.no)

    def _told_damage(self) -> Script:
        return (cue("memory_damaged", 1.0),) if self._plan.memory_was_damaged else ()

    def skip_question(self, heard: Heard | None) -> None:
        if self._asked is None:
            self._stage.move_on()
        else:
            self.decline(heard)

    def _take_up(self, cut_off: CutOff) -> None:
        """Go on with the session that was cut off, before anything of another one happens."""
        self._taken_up = self._part_of(cut_off)
        self._stage.report(SessionResumed(self._stage.now))
        if cut_off.set:
            self._questions.clear()
        if cut_off.exercise != self._workout.tally.name:
            self._workout.choose(cut_off.exercise, "plan_as_last_time")
        tally = self._workout.tally
        tally.go_on_at(cut_off.set, cut_off.reps, cut_off.perfect, cut_off.floor)

    def _answer(self, wanted: Callable[[_Question], Callable[[], None]]) -> None:
        if self._asked is not None:
            wanted(self._asked)()
            self._ask_next()

    def _ask_next(self) -> None:
        self._stage.turn()
        self._asked = self._questions.pop(0) if self._questions else None
        words = self._asked.script if self._asked else self._decision()
        if words:
            self._stage.play(words)
        else:
            self._stage.move_on()

    def _decision(self) -> Script:
        """What is trained today, and why."""
        workout = self._workout
        if workout.routine is workout.programme.easy:
            return (cue("plan_easy", 1.0),)
        if self._taken_up or not _LIFTS & set(workout.parts):
            return ()
        as_planned = workout.tally.name == self._plan.exercise
        reason: PromptId = self._plan.reason if as_planned else "exercise_now"
        return (cue(reason, 1.0, exercise=workout.exercise.name),)

    def _part_of(self, cut_off: CutOff) -> Part:
        """The part in which to go on: a set that was under way, or where it was."""
        here: dict[str, Part] = {part: part for part in PARTS}
        otherwise = "working" if cut_off.set else self._workout.parts[0]
        return here.get(cut_off.state, otherwise)

    def _fits(self, cut_off: CutOff) -> bool:
        """Whether a session of this size can have come so far."""
        routine = self._workout.programme.routine
        sets, reps = routine.sets, routine.reps
        return cut_off.set <= sets and cut_off.reps <= reps and cut_off.perfect <= sets * reps

    def _all_questions(self) -> list[_Question]:
        plan, questions = self._plan, []
        untold = self._taken_up is None
        if untold and plan.cut_off is not None and self._fits(plan.cut_off):
            question = (ask("ask_take_up", "ask_take_up_again"),)
            take_up = partial(self._take_up, plan.cut_off)
            questions.append(_Question("cut_off", question, take_up, _nothing))
        if plan.asks_after_pain:
            questions.append(
                _Question("well", (ask("ask_well", "ask_well_again"),), _nothing, _nothing)
            )
        if plan.stretch is None and "stretching" in self._workout.routine.parts:
            questions.append(
                _Question(
                    "sits",
                    (ask("ask_sitting", "ask_sitting_again"),),
                    lambda: self._note_habit(sits=True),
                    lambda: self._note_habit(sits=False),
                )
            )
        if plan.easy is not None:
            words = (cue(plan.easy), ask("ask_easy", "ask_easy_again"))
            questions.append(_Question("easy", words, self._take_easy, _nothing))
        offers = [self._offer(name, first=name == plan.offers[0]) for name in plan.offers]
        return [*questions, *offers]

    def _offer(self, name: str, *, first: bool) -> _Question:
        exercise = self._workout.named(name).name
        question = ask("ask_harder", "ask_harder_again", exercise=exercise)
        words = (cue("ready_for_harder"), question) if first else (question,)
        return _Question("harder", words, lambda: self._take_harder(name), _nothing)

    def _note_habit(self, *, sits: bool) -> None:
        self._workout.stretches = sits
        self._stage.report(HabitTold(self._stage.now, sits))

    def _take_easy(self) -> None:
        self._questions.clear()
        self._workout.routine = self._workout.programme.easy

    def _take_harder(self, name: str) -> None:
        self._questions.clear()
        self._before = self._workout.tally.name
        self._workout.choose(name, "harder")


def _nothing() -> None:
    """The question has no further consequence."""

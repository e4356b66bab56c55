"""Intake: settles what is trained today, one question at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from coach.dialogue.machine import OfDest, Row
from coach.dialogue.steps import Script, ask, cue, opening
from coach.messages.facts import HabitTold, PractiseTold, SessionResumed
from coach.messages.intents import ENDING, Intent, Trigger
from coach.messages.prompt_ids import PromptId
from coach.messages.states import PARTS, Part, State
from coach.session.announcement import Announcement
from coach.session.cutting_off import fits, part_of_cut_off
from coach.session.endings import Endings
from coach.session.opening_scripts import guidance, opening_script, welcome
from coach.session.part import Onward
from coach.session.pauses import question
from coach.session.repeating import Repeating
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.training.care import Care, Level, care_for
from coach.training.history import CutOff
from coach.units import Samples

_CARE: Mapping[Care, PromptId] = {
    "as_planned": "care_as_planned",
    "easier": "care_easier",
    "easy": "care_easy",
}


@dataclass(frozen=True, slots=True)
class _Question:
    """A question of the intake; ``yes`` and ``no`` are called on the respective answer."""

    name: str
    script: Script
    yes: Callable[[], None]
    no: Callable[[], None]


class Intake:
    """The questions that the plan has for the person, and the consequences of the answers.

    ``resume_part`` continues the part in which a session was cut off.
    """

    def __init__(self, workout: Workout, resume_part: Callable[[Part], None]) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._plan = workout.plan
        self._resume_part = resume_part
        self._before: str | None = None
        self._repeating = Repeating(workout)
        self._announced = Announcement(workout, self._repeating)
        self._level: Level | None = None
        self._resumed_in: Part | None = None
        self._questions: list[_Question] = []
        self._asked: _Question | None = None
        self._is_open = False

    def asked_if_well(self) -> bool:
        """Whether the present question is whether the person feels well again."""
        return self._asked is not None and self._asked.name == "well"

    def is_told_unwell(self) -> bool:
        """Whether "no" now means that the person does not feel well yet."""
        return self._is_open and self.asked_if_well()

    def is_resumed_in(self, part: State) -> bool:
        """Whether a session that was cut off continues in ``part``."""
        return self._resumed_in == part

    def open(self) -> Script:
        """What the coach says first, before anybody has spoken."""
        return opening_script(self._plan.opening)

    def guide_again(self) -> None:
        """Repeat where to lie and what to say."""
        self._stage.play(guidance())

    def begin(self) -> None:
        """Start to settle what is trained today."""
        self.welcome()
        self.begin_again()

    def welcome(self) -> None:
        """Tell a person who spoke first what they have to know before anything else."""
        damage = (cue("memory_damaged", 1.0),) if self._plan.memory_was_damaged else ()
        words: Script = ()
        if self._plan.on_call:
            words = welcome(new=self._plan.reason == "plan_first_time")
            self._stage.notice(opening())
        clock = (cue("clock_went_back", 1.0),) if self._plan.clock_went_back else ()
        for step in (*damage, *clock, *words):
            self._stage.notice(step)

    def begin_again(self) -> None:
        """Settle it again, from the first question on."""
        self._workout.routine = self._workout.programme.routine
        self._announced, self._level = Announcement(self._workout, self._repeating), None
        if self._before is not None:
            self._workout.choose(self._before, self._plan.reason)
            self._before = None
        self._repeating.take_back()
        self._questions = self._all_questions()
        self._ask_next()

    def wants_level(self) -> bool:
        """Whether the next question is how strong the pain is: a question of another room."""
        first = self._questions[0].name if self._questions else ""
        return self._plan.asks_pain_level and self._level is None and first != "well"

    def take_level(self, level: Level) -> None:
        """Be as careful as ``level`` of pain demands, and ask what there is to ask then."""
        self._level = level
        workout = self._workout
        care = care_for(level, hurt_twice=self._plan.hurt_twice)
        self._stage.notice(cue(_CARE[care]))
        if care == "easy":
            self._take_easy()
        elif care == "easier" and workout.easier is not None:
            self._before = self._before or workout.tally.name
            self._announced.is_eased = True
            workout.choose(workout.easier, "easier")
        elif care == "easier":
            workout.tally.leave_out(1)
        self._ask_next()

    def agree(self) -> None:
        if self._is_open:
            self._answer(lambda question: question.yes)

    def decline(self) -> None:
        if self._is_open:
            self._answer(lambda question: question.no)

    def why(self) -> Script:
        """Why the present question is asked, or else why today's exercise was chosen."""
        asked = self._asked.name if self._asked else ""
        if asked == "easy":
            return self._announced.why_easy()
        return (cue("why_harder"),) if asked in ("harder", "same") else self._announced.why()

    def skip_question(self) -> None:
        """Take a skipped question for a no; where none is open, go on to the first part."""
        if self._asked is None:
            self._stage.move_on()
        else:
            self._answer(lambda question: question.no)

    def resume(self) -> None:
        """Continue the part in which the earlier session was cut off."""
        if self._resumed_in is not None:
            self._resume_part(self._resumed_in)

    def _resume(self, cut_off: CutOff) -> None:
        """Restore how far the session that was cut off had come.

        It is reported before any other fact, so that the memory adds the new facts to that session.
        """
        self._announced.is_resumed = True
        self._resumed_in = part_of_cut_off(cut_off, self._workout)
        self._stage.report(SessionResumed(self._stage.now))
        if cut_off.set:
            self._questions.clear()
        if cut_off.exercise != self._workout.tally.name:
            self._workout.choose(cut_off.exercise, "plan_as_last_time")
        tally = self._workout.tally
        tally.resume_at(cut_off.set, cut_off.reps, cut_off.perfect, cut_off.floor)

    def _answer(self, wanted: Callable[[_Question], Callable[[], None]]) -> None:
        if self._asked is not None:
            wanted(self._asked)()
            self._ask_next()

    def _opened(self, question: _Question) -> Script:
        """The script of a question: what is said before it is asked is no answer to it."""
        *before, asked = question.script
        return (*before, replace(asked, reached=self._open_question))

    def _open_question(self, now: Samples) -> None:
        self._is_open = True
        self._stage.since = now

    def _ask_next(self) -> None:
        self._stage.turn()
        self._is_open = False
        if self.wants_level():
            self._asked = None
            self._stage.move_on()
            return
        self._asked = self._questions.pop(0) if self._questions else None
        words = self._opened(self._asked) if self._asked else self._announced.said()
        if words:
            self._stage.play(words)
        else:
            self._stage.move_on()

    def _all_questions(self) -> list[_Question]:
        plan, questions = self._plan, []
        routine = self._workout.programme.routine
        is_new = self._resumed_in is None
        if is_new and plan.cut_off is not None and fits(plan.cut_off, routine):
            question = (ask("ask_take_up", "ask_take_up_again"),)
            resume = partial(self._resume, plan.cut_off)
            questions.append(_Question("cut_off", question, resume, _nothing))
        if plan.asks_after_pain:
            questions.append(
                _Question("well", (ask("ask_well", "ask_well_again"),), _nothing, _nothing)
            )
        if plan.beginner is not None:
            question = (ask("ask_practised", "ask_practised_again"),)
            begins = partial(self._begin_lower, plan.beginner)
            questions.append(_Question("practised", question, self._note_practice, begins))
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
        questions += [self._offer(name, first=name == plan.offers[0]) for name in plan.offers]
        if is_new and self._repeating.is_possible():
            same = self._repeating.question(), self._repeating.take
            questions.append(_Question("same", *same, _nothing))
        return questions

    def _offer(self, name: str, *, first: bool) -> _Question:
        exercise = self._workout.named(name).name
        question = ask("ask_harder", "ask_harder_again", exercise=exercise)
        words = (cue("ready_for_harder"), question) if first else (question,)
        return _Question("harder", words, lambda: self._take_harder(name), _nothing)

    def _note_habit(self, *, sits: bool) -> None:
        self._workout.stretches = sits
        self._stage.report(HabitTold(self._stage.now, sits))

    def _note_practice(self) -> None:
        self._stage.report(PractiseTold(self._stage.now, practised=True))

    def _begin_lower(self, beginner: str) -> None:
        self._stage.report(PractiseTold(self._stage.now, practised=False))
        self._before, self._announced.begins_lower = self._workout.tally.name, True
        self._workout.choose(beginner, "plan_beginner")
        self._workout.climbs = self._plan.climbs

    def _take_easy(self) -> None:
        self._questions.clear()
        self._workout.routine = self._workout.programme.easy

    def _take_harder(self, name: str) -> None:
        self._questions.clear()
        self._before = self._workout.tally.name
        self._workout.choose(name, "harder")


def _nothing() -> None:
    """The consequence of an answer that changes nothing."""


ON_CALL: frozenset[Intent] = frozenset({"ready", "help", *ENDING})
"""The intents accepted in ``waiting`` by a coach on call. It hears the room all day, in which a
"yes" is rarely meant for it."""

ROWS: tuple[Row | Onward, ...] = (
    Row("waiting", "restart", None, Intake.guide_again),
    Row("waiting", "stop", None, Turns.fall_silent, Workout.is_on_call),
    *question("waiting"),
    Row("planning", "yes", None, Intake.agree),
    Row("planning", "no", "stopped", Endings.end_unwell, Intake.is_told_unwell),
    Row("planning", "no", None, Intake.decline),
    Row("planning", "skip", None, Turns.ask_again, Intake.asked_if_well),
    Row("planning", "skip", None, Intake.skip_question),
    Row("planning", "restart", None, Intake.begin_again),
    *(
        Row("planning", "played", part, Intake.resume, OfDest(Intake.is_resumed_in))
        for part in PARTS
    ),
    Onward("planning", ("played",)),
    *question("planning"),
)

IGNORED: Mapping[State, frozenset[Trigger]] = {
    "waiting": frozenset({"done", "arched", "no", "resume", "played"}),
    "planning": frozenset({"ready", "done", "arched", "resume"}),
}

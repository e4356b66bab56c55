"""Sets: reps of which only the perfect ones count, the rests between sets, and easier exercises."""

from __future__ import annotations

from dataclasses import replace

from coach.dialogue.machine import Row
from coach.dialogue.steps import POSTURE, Script, Step, ask, cue, own, pose
from coach.messages.actions import ToneName
from coach.messages.intents import Trigger
from coach.session.difficulty import Difficulty
from coach.session.lifting_scripts import legs_down
from coach.session.part import MOVING, Onward, PartRoom, PartRows
from coach.session.passing_time import seconds_pass
from coach.session.pauses import Pauses, question
from coach.session.turns import Turns
from coach.session.workout import Workout


class Sets(PartRoom):
    """Leads through sets and reps, and decides what a lost rep leads to."""

    def begin(self) -> None:
        """Begin the next set."""
        workout, tally = self._workout, self._workout.tally
        workout.descent = workout.verdict = None
        workout.attended = False
        if tally.has_arched:
            tally.find_floor()
            workout.report_floor()
        workout.begin_set()
        workout.report_set()
        self._stage.play((*workout.set_up(), *self._intro(), *workout.next_rep()))

    def resume(self) -> None:
        """Continue a set that was cut off, or go on to what comes after it."""
        if self._workout.tally.set == 0:
            self.begin()
        elif self._workout.tally.reps_left == 0:
            self._stage.move_on()
        else:
            self._workout.report_set()
            self.introduce_again()

    def introduce_again(self) -> None:
        """Introduce the present set again, and continue it."""
        workout = self._workout
        workout.descent = None
        if workout.tally.reps_left == 0:
            self._stage.move_on()
            return
        intro = (*workout.set_up(again=True), *self._intro())
        self._stage.play((*intro, *workout.next_rep()))

    def in_new_tempo(self, announcement: Step) -> Script:
        return (announcement, *self._workout.next_rep())

    def has_reps_left(self) -> bool:
        return self._workout.tally.reps_left > 0

    def has_sets_left(self) -> bool:
        return self._workout.tally.sets_left > 0

    def has_easier(self) -> bool:
        return self._workout.easier is not None

    def is_too_hard(self) -> bool:
        """Whether enough reps were lost to offer an easier exercise, and there is one."""
        return self._workout.tally.is_too_hard and self._workout.easier is not None

    def begin_rep(self) -> None:
        self._stage.play(self._workout.next_rep())

    def lose_rep(self) -> None:
        """Count a rep as lost because the back arched."""
        workout, tally = self._workout, self._workout.tally
        count = workout.end_descent()
        raised = workout.lose_rep("arched", count)
        # Before the first count the legs were swung up; in the descent the ribs flared.
        workout.note("momentum" if count == 0 else "ribs")
        if raised:
            workout.report_floor()
        if tally.is_too_hard and workout.easier is None:
            tally.set_is_over = True
        goes_on = tally.reps_left > 0 and not tally.is_too_hard
        lost = self._rep_lost(floor_raised=raised)
        self._stage.play((*lost, *(workout.next_rep() if goes_on else ())))

    def reset_back(self) -> None:
        """Answer an arch between two reps, which loses none."""
        words = self._workout.exercise.text("reset")
        self._workout.interject(own("reset", words, 1.0, tone="arched"))

    def offer_break(self) -> None:
        """Offer a break to a person who is tired, with the legs down first."""
        workout = self._workout
        if workout.awaits_verdict():
            workout.count_perfect()
        workout.descent = None
        self._stage.play((*legs_down(workout.exercise), ask("ask_break", "ask_break_again")))

    def go_on(self) -> None:
        """Continue the set behind a question, or go on to what comes after it."""
        workout = self._workout
        if workout.tally.reps_left:
            self._stage.play((*workout.set_up(), *workout.next_rep()))
        else:
            self._stage.move_on()

    def bulges_again(self) -> bool:
        """Whether a bulge told of now is the second one, and there is an easier exercise."""
        return self._workout.bulges > 0 and self._workout.easier is not None

    def offer_easier_for_belly(self) -> None:
        """Offer the easier exercise to a person whose belly bulges time and again."""
        workout = self._workout
        workout.note("belly")
        workout.bulges = 0
        if workout.awaits_verdict():
            workout.count_perfect()
        workout.descent = None
        easier = ask("ask_easier", "ask_easier_again", exercise=workout.named(workout.easier).name)
        self._stage.play((pose("bulges_again", 1.0), easier))

    def offer_easier(self) -> None:
        easier = self._workout.named(self._workout.easier)
        self._stage.play((ask("ask_easier", "ask_easier_again", exercise=easier.name),))

    def keep_exercise(self) -> None:
        """Continue with the present exercise because the person declined the easier one."""
        self._workout.tally.forgive()
        self._stage.play((cue("exercise_kept", 1.0), *self._workout.next_rep()))

    def begin_rest(self) -> None:
        workout, routine = self._workout, self._workout.routine
        workout.descent = workout.seconds_left = None
        workout.end_set()
        next_set = workout.tally.set + 1
        self._stage.play(
            (
                cue("rest", rest=routine.rest_seconds),
                cue("next_set", 0.0, set=next_set, exercise=workout.exercise.name),
                *seconds_pass(routine.rest_seconds, "half_rested", workout.seconds_passed),
            )
        )

    def is_announcing_rest(self) -> bool:
        """Whether the rest is still being announced, so that a "yes" agrees to it."""
        return self._workout.seconds_left is None

    def is_unattended(self) -> bool:
        """Whether nobody has spoken to the coach since the set began."""
        return not self._workout.attended

    def was_long_unattended(self) -> bool:
        """Whether nobody has spoken for so many reps, or in all of the last set."""
        tally, answers = self._workout.tally, self._workout.routine.answers
        ends_unattended = not (tally.reps_left or tally.sets_left or self._workout.attended)
        return ends_unattended or tally.unconfirmed >= answers.asks_after_reps

    def ask_who_is_there(self) -> None:
        self._stage.play((ask("ask_there", "ask_there_again"),))

    def _intro(self) -> Script:
        tally = self._workout.tally
        tone: ToneName | None = "rest_over" if tally.set > 1 else None
        intro = cue("set_intro", tone=tone, set=tally.set, reps=tally.reps_left)
        return (intro, cue("only_perfect", 1.0))

    def _rep_lost(self, *, floor_raised: bool) -> Script:
        """What is said about a rep that does not count, and about what follows from it."""
        tally = self._workout.tally
        if tally.set_is_over:
            return (pose("set_ends_early", 2.0, tone="arched"),)
        if tally.is_too_hard:
            return (pose("lost_too_many", 1.0, tone="arched"),)
        wordings = self._workout.exercise.cues.lost
        words = wordings[tally.reps_done % len(wordings)]
        lost = replace(own("lost", words, 2.0, tone="arched"), unsaid=POSTURE)
        if floor_raised:
            return (lost, cue("floor_raised", 1.0, floor=tally.working_floor))
        return (lost,)


_HERE: tuple[Trigger, ...] = ("yes", "ready", "done", "resume", "skip")

_GOES_ON: tuple[Row | Onward, ...] = (
    *(Row("asking_there", each, "working", Sets.begin_rep, Sets.has_reps_left) for each in _HERE),
    # Somebody came back from the pause after a question that nobody answered.
    Row("asking_there", "played", "working", Sets.introduce_again, Sets.has_reps_left),
    *(
        Row("asking_there", each, "working", Sets.begin, Sets.has_sets_left)
        for each in (*_HERE, "played")
    ),
    Onward("asking_there", (*_HERE, "played")),
)

_BREAK: tuple[Row, ...] = (
    Row("offering_break", "yes", "paused", Pauses.pause),
    Row("offering_break", "tired", "paused", Pauses.pause),
    # Somebody who wants no break, or comes back from it, may want something easier.
    *(
        row
        for each in ("no", "skip", "played")
        for row in (
            Row("offering_break", each, "offering_easier", Sets.offer_easier, Sets.has_easier),
            Row("offering_break", each, "working", Sets.go_on),
        )
    ),
    Row("offering_break", "resume", "working", Sets.go_on),
    Row("offering_break", "ready", "working", Sets.go_on),
    Row("offering_break", "restart", None, Sets.offer_break),
    *question("offering_break"),
)

PART = PartRows(
    "working",
    Sets,
    (
        Row("working", "arched", None, Sets.lose_rep, Workout.is_in_rep),
        Row("working", "arched", None, Sets.reset_back),
        Row("working", "played", "offering_easier", Sets.offer_easier, Sets.is_too_hard),
        Row("working", "played", "asking_there", Sets.ask_who_is_there, Sets.was_long_unattended),
        Row("working", "played", None, Sets.begin_rep, Sets.has_reps_left),
        Row("working", "played", "resting", Sets.begin_rest, Sets.has_sets_left),
        Row("working", "skip", "resting", Sets.begin_rest, Sets.has_sets_left),
        Onward("working", ("played", "skip")),
        Row("working", "restart", None, Sets.introduce_again),
        Row(
            "working",
            "bulging",
            "offering_easier",
            Sets.offer_easier_for_belly,
            Sets.bulges_again,
        ),
        Row("working", "tired", "offering_break", Sets.offer_break),
        *_BREAK,
        Row("offering_easier", "yes", "working", Difficulty.take_easier),
        Row("offering_easier", "easier", "working", Difficulty.take_easier),
        Row("offering_easier", "no", "working", Sets.keep_exercise),
        Row("offering_easier", "skip", "working", Sets.keep_exercise),
        Row("offering_easier", "restart", None, Sets.offer_easier),
        *question("offering_easier"),
        Row("resting", "ready", "working", Sets.begin),
        Row("resting", "done", "working", Sets.begin),
        Row("resting", "yes", None, Turns.carry_on, Sets.is_announcing_rest),
        Row("resting", "yes", "working", Sets.begin),
        Row("resting", "skip", "working", Sets.begin),
        Row("resting", "played", "asking_there", Sets.ask_who_is_there, Sets.is_unattended),
        Row("resting", "played", "working", Sets.begin),
        Row("resting", "restart", None, Sets.begin_rest),
        *_GOES_ON,
        Row("asking_there", "no", "paused", Pauses.pause),
        Row("asking_there", "restart", None, Sets.ask_who_is_there),
        *question("asking_there"),
    ),
    {
        "working": MOVING | {"done"},
        "offering_easier": frozenset({"ready", "done", "arched", "harder", "resume", "played"}),
        "offering_break": frozenset({"done", "arched"}),
        "resting": frozenset({"arched", "no", "resume", "unanswered"}),
        "asking_there": frozenset({"arched"}),
    },
    announced="next_working",
)

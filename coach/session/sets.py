"""Sets: the effects of the table that make sets of reps, and the rests between them."""

from __future__ import annotations

from coach.dialogue.steps import own
from coach.messages.events import Heard
from coach.session import lifting_scripts, scripts
from coach.session.workout import Workout


class Sets:
    """Sets and reps: what counts, what does not, and what follows from it."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._stage = workout.stage
        self.asks_who_is_there = False

    def guards(self) -> dict[str, bool]:
        """The guards that are about sets and reps."""
        tally = self._workout.tally
        return {
            "reps_left": tally.reps_left > 0,
            "sets_left": tally.sets_left > 0,
            "too_hard": tally.is_too_hard and self._workout.easier is not None,
            "nobody_heard": self._workout.on_call and not self._workout.attended,
        }

    def begin_working(self, _heard: Heard | None) -> None:
        workout, tally = self._workout, self._workout.tally
        workout.descent = None
        workout.attended = self.asks_who_is_there = False
        if tally.has_arched:
            tally.find_floor()
            workout.report_floor()
        tally.begin_set()
        workout.report_set()
        self._stage.play((*workout.taken_up(), *scripts.set_intro(tally), *workout.next_rep()))

    def take_up_set(self) -> None:
        """Go on with a set that was cut off, or with what comes after it."""
        if self._workout.tally.reps_left == 0:
            self._stage.move_on()
            return
        self._workout.report_set()
        self.introduce_again(None)

    def introduce_again(self, _heard: Heard | None) -> None:
        workout, tally = self._workout, self._workout.tally
        workout.descent = None
        if tally.reps_left == 0:
            self._stage.move_on()
            return
        intro = (*workout.taken_up(again=True), *scripts.set_intro(tally))
        self._stage.play((*intro, *workout.next_rep()))

    def begin_rep(self, _heard: Heard | None) -> None:
        self._stage.play(self._workout.next_rep())

    def lose_rep(self, heard: Heard) -> None:
        workout, tally = self._workout, self._workout.tally
        raised = tally.count_arched()
        count = workout.end_descent(heard)
        self._stage.report(tally.rep_ended(self._stage.now, "arched", count))
        # On the way up it was a swing; further down the ribs let go.
        workout.note("momentum" if count == 0 else "ribs")
        if raised:
            workout.report_floor()
        if tally.is_too_hard and workout.easier is None:
            tally.set_is_over = True
        lost = lifting_scripts.rep_lost(workout.exercise, tally, floor_raised=raised)
        goes_on = tally.reps_left > 0 and not tally.is_too_hard
        self._stage.play((*lost, *(workout.next_rep() if goes_on else ())))

    def reset_back(self, _heard: Heard | None) -> None:
        words = self._workout.exercise.text("reset")
        self._workout.interject(own("reset", words, 1.0, tone="arched"))

    def begin_rest(self, _heard: Heard | None) -> None:
        workout = self._workout
        workout.descent = None
        self.asks_who_is_there = False
        self._stage.play(scripts.rest(workout.routine, workout.tally.set + 1, workout.exercise))

    def ask_who_is_there(self, _heard: Heard | None) -> None:
        self.asks_who_is_there = True
        self._stage.play(scripts.who_is_there())

"""Sets: the effects of the table that make sets of reps, and the rests between them."""

from __future__ import annotations

from coach import lifting, script
from coach.messages import Heard
from coach.steps import Script, cue
from coach.workout import Workout


class Sets:
    """Sets and reps: what counts, what does not, and what follows from it."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._stage = workout.stage

    def guards(self) -> dict[str, bool]:
        """The guards that are about sets and reps."""
        tally = self._workout.tally
        return {
            "reps_left": tally.reps_left > 0,
            "sets_left": tally.sets_left > 0,
            "too_hard": tally.is_too_hard and self._workout.easier is not None,
        }

    def begin_working(self, _heard: Heard | None) -> None:
        tally = self._workout.tally
        self._settle_floor()
        tally.begin_set()
        self._workout.report_set()
        self._stage.play((*self._intro(), *self._workout.next_rep()))

    def take_up_set(self) -> None:
        """Go on with a set that was cut off."""
        self._workout.report_set()
        intro = lifting.set_up(self._workout.exercise)
        self._stage.play((*intro, *self._intro(), *self._workout.next_rep()))

    def introduce_again(self, _heard: Heard | None) -> None:
        self._workout.descent = None
        intro = lifting.set_up(self._workout.exercise)
        self._stage.play((*intro, *self._intro(), *self._workout.next_rep()))

    def begin_rep(self, _heard: Heard | None) -> None:
        self._stage.play(self._workout.next_rep())

    def count_perfect(self) -> None:
        """Nobody objected to a rep."""
        workout, tally = self._workout, self._workout.tally
        if tally.floor is None:
            tally.find_floor()
            workout.report_floor()
        tally.count_perfect()
        self._stage.report(tally.rep_ended(self._stage.now, None, tally.working_floor))
        workout.descent = None

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
        lost = lifting.rep_lost(tally, floor_raised=raised)
        goes_on = tally.reps_left > 0 and not tally.is_too_hard
        self._stage.play((*lost, *(workout.next_rep() if goes_on else ())))

    def reset_back(self, _heard: Heard | None) -> None:
        self._workout.interject(cue("reset_back", 1.0, tone="arched"))

    def begin_rest(self, _heard: Heard | None) -> None:
        workout = self._workout
        self._stage.play(script.rest(workout.routine, workout.tally.set + 1, workout.exercise))

    def _intro(self) -> Script:
        return script.set_intro(self._workout.tally)

    def _settle_floor(self) -> None:
        tally = self._workout.tally
        if tally.floor is None or tally.has_arched:
            tally.find_floor()
            self._workout.report_floor()

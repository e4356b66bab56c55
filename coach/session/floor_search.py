"""Floor search: the effects of the table from the first lift to the stop point."""

from __future__ import annotations

from coach.dialogue.steps import Script, Step, cue
from coach.messages.events import Heard
from coach.messages.prompt_ids import PromptId
from coach.session import lifting_scripts
from coach.session.workout import Workout


class FloorSearch:
    """The first lift, the slow descent, and where the back wants to lift."""

    def __init__(self, workout: Workout) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._setbacks = 0
        self._half_lifted = False
        self._descents_left = 0
        self._floor_told = False
        self._floor_before: tuple[float | None, bool] = (None, False)

    def guards(self, *, in_rep: bool) -> dict[str, bool]:
        """The guards that are about finding the floor; ``in_rep``: it was said in a descent."""
        return {
            "half_lifted": self._half_lifted,
            "can_be_steadied": self._setbacks < len(self._workout.exercise.cues.steadier),
            "in_rep_before_stop": in_rep and "stop_point" in self._workout.routine.parts,
            "descents_to_come": self._descents_left > 0,
            "floor_untold": not self._floor_told,
        }

    def note_half_lift(self) -> None:
        """The first lift is on its way: from now on an answer is about it."""
        self._half_lifted = True

    def slower(self, state: str, told: Step) -> Script | None:
        """The descent of ``state`` once more, in the new tempo; None where there is none."""
        match state:
            case "slow_descent":
                return (told, *self._slow_descent())
            case "stop_point" if not self._floor_told:
                return (told, *self._descent())
            case _:
                return None

    # effects: the first lift

    def begin_first_rep(self, _heard: Heard | None) -> None:
        self._setbacks = 0
        self._half_lifted = False
        self._workout.descent = None
        self._stage.play(
            (
                *self._workout.taken_up(again=True),
                *lifting_scripts.half_lift(self._workout.exercise),
            )
        )

    def steady(self, _heard: Heard | None) -> None:
        self._setbacks += 1
        self._half_lifted = False
        self._stage.play(lifting_scripts.steadier_lift(self._workout.exercise, self._setbacks))

    def lift_higher(self, _heard: Heard | None) -> None:
        self._half_lifted = False
        self._stage.play(lifting_scripts.full_lift(self._workout.exercise))

    # effects: finding the floor

    def begin_slow_descent(self, _heard: Heard | None) -> None:
        workout = self._workout
        workout.descent = None
        workout.tally.look_for_floor()
        self._stage.play((*workout.taken_up(), *self._slow_descent()))

    def begin_stop_point(self, _heard: Heard | None) -> None:
        workout = self._workout
        workout.descent = None
        self._stage.play((*workout.taken_up(), *self._stop_point()))

    def search_again(self, _heard: Heard | None) -> None:
        workout = self._workout
        workout.descent = None
        workout.tally.look_for_floor()
        workout.tally.floor, workout.tally.probing = self._floor_before
        self._stage.play(self._stop_point())

    def begin_stop_point_arched(self, heard: Heard) -> None:
        self._note(heard)
        rested = (*lifting_scripts.arched_in_descent(), *self._workout.taken_up())
        self._stage.play((*rested, *self._stop_point()))

    def note_arch(self, heard: Heard) -> None:
        self._note(heard)
        rested = lifting_scripts.arched_in_descent()
        if self._descents_left:
            self._stage.play((*rested, *self._workout.taken_up(), *self._next_descent()))
        else:
            self._stage.play((*rested, *self._told_floor()))

    def note_arch_at_once(self, heard: Heard) -> None:
        self._note(heard)
        self._stage.play(lifting_scripts.arched_in_descent())

    def lower_again(self, _heard: Heard | None) -> None:
        self._stage.play(self._next_descent())

    def tell_floor(self, _heard: Heard | None) -> None:
        self._stage.play(self._told_floor())

    def _note(self, heard: Heard) -> None:
        workout = self._workout
        workout.tally.note_arch(workout.end_descent(heard))

    def _slow_descent(self) -> Script:
        workout = self._workout
        return lifting_scripts.slow_descent(workout.exercise, workout.tally)

    def _stop_point(self) -> Script:
        self._floor_told = False
        tally = self._workout.tally
        self._floor_before = tally.floor, tally.probing
        searches = tally.floor is None or tally.has_arched
        if not searches and not tally.probing:
            self._descents_left = 0
            return self._told_floor()
        self._descents_left = self._workout.routine.stop_point.descents if searches else 1
        intro: PromptId = "stop_point_intro" if searches else "probe_intro"
        return (cue(intro, 1.0), *self._next_descent())

    def _next_descent(self) -> Script:
        self._descents_left -= 1
        return self._descent()

    def _descent(self) -> Script:
        workout = self._workout
        return lifting_scripts.descent(workout.exercise, workout.tally.probed_floor)

    def _told_floor(self) -> Script:
        self._floor_told = True
        floor = self._workout.tally.find_floor()
        self._workout.report_floor()
        return lifting_scripts.floor_found(self._workout.exercise, floor)

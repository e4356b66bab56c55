"""Difficulty: the effects of the table that take another exercise, or another tempo."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.steps import Script, Step, cue
from coach.messages.events import Heard
from coach.messages.prompt_ids import PromptId
from coach.session import lifting_scripts, scripts
from coach.session.floor_search import FloorSearch
from coach.session.workout import Workout
from coach.training.exercise import TEMPOS_SECONDS


class Difficulty:
    """Easier and harder along the line of exercises, slower and faster within it.

    ``state`` tells the state of the session. ``may_advance`` is false where nothing harder than
    what was planned is good now.
    """

    def __init__(
        self,
        workout: Workout,
        floor_search: FloorSearch,
        state: Callable[[], str],
        *,
        may_advance: bool,
    ) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._floor_search = floor_search
        self._may_advance = may_advance
        self._eased = 0
        self._state = state

    def guards(self) -> dict[str, bool]:
        """The guards that are about exercises."""
        workout = self._workout
        return {
            "has_easier": workout.easier is not None,
            "has_harder": workout.harder is not None and (self._may_advance or self._eased > 0),
        }

    # effects: another exercise

    def begin_easier(self, heard: Heard | None) -> None:
        self._ease()
        self._begin_anew(heard)

    def begin_harder(self, heard: Heard | None) -> None:
        self._make_harder()
        self._begin_anew(heard)

    def plan_easier(self, _heard: Heard | None) -> None:
        self._ease()
        self._workout.interject(self._named())

    def plan_harder(self, _heard: Heard | None) -> None:
        self._make_harder()
        self._workout.interject(self._named())

    def go_on_easier(self, _heard: Heard | None) -> None:
        self._ease()
        self._go_on()

    def go_on_harder(self, _heard: Heard | None) -> None:
        self._make_harder()
        self._go_on()

    def tell_easiest(self, _heard: Heard | None) -> None:
        self._workout.interject(cue("easiest_already"))

    def tell_not_harder(self, _heard: Heard | None) -> None:
        hardest = self._workout.harder is None
        self._workout.interject(cue("hardest_already" if hardest else "not_harder_yet"))

    def offer_easier(self, _heard: Heard | None) -> None:
        easier = self._workout.named(self._workout.easier)
        self._stage.play(scripts.offer_easier(easier))

    def keep_exercise(self, _heard: Heard | None) -> None:
        self._workout.tally.forgive()
        self._stage.play((cue("exercise_kept", 1.0), *self._workout.next_rep()))

    def _ease(self) -> None:
        self._eased += 1
        self._workout.choose(str(self._workout.easier), "easier")

    def _make_harder(self) -> None:
        self._eased = max(0, self._eased - 1)
        self._workout.choose(str(self._workout.harder), "harder")

    def _named(self) -> Step:
        return cue("exercise_now", 1.0, exercise=self._workout.exercise.name)

    def _begin_anew(self, heard: Heard | None) -> None:
        self._stage.notice(self._named())
        self._floor_search.begin_first_rep(heard)

    def _go_on(self) -> None:
        """The same set with the other exercise, or the next one where it is over."""
        workout = self._workout
        if workout.tally.reps_left == 0:
            self._stage.play((self._named(),))
            return
        workout.report_set()
        introduced = (*workout.taken_up(again=True), *lifting_scripts.how_far(workout.exercise))
        self._stage.play((self._named(), *introduced, *workout.next_rep()))

    # effects: another tempo

    def slow_down(self, _heard: Heard | None) -> None:
        now = self._workout.exercise.tempo.down_seconds
        slower = [each for each in TEMPOS_SECONDS if each > now]
        self._lower_in(min(slower, default=now), "slowest_already")

    def speed_up(self, _heard: Heard | None) -> None:
        tempo = self._workout.exercise.tempo
        faster = [each for each in TEMPOS_SECONDS if tempo.counts <= each < tempo.down_seconds]
        self._lower_in(max(faster, default=tempo.down_seconds), "fastest_already")

    def _lower_in(self, down_seconds: float, otherwise: PromptId) -> None:
        workout = self._workout
        if down_seconds == workout.exercise.tempo.down_seconds:
            workout.interject(cue(otherwise))
            return
        workout.lower_in(down_seconds)
        told = cue("tempo_is", seconds=down_seconds)
        again = self._again(told)
        if again is None:
            workout.interject(told)
        else:
            workout.descent = None
            self._stage.play(again)

    def _again(self, told: Step) -> Script | None:
        """What is lowered now, anew in the new tempo; None where a verdict or nothing is due."""
        descent = self._workout.descent
        if descent is not None and descent.bottom is not None:
            return None
        if self._state() == "working":
            return (told, *self._workout.next_rep())
        return self._floor_search.slower(self._state(), told)

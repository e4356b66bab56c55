"""Difficulty: an easier or harder exercise, or a slower or faster descent, on request."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, cue
from coach.messages.states import ACTIVE, State
from coach.session.lifting_scripts import how_far, legs_down
from coach.session.workout import Workout
from coach.training.exercise import TEMPOS_SECONDS


class Difficulty:
    """Changes the exercise, or the tempo of the present one.

    ``begin_first_rep`` starts again from the first lift, with the new exercise. ``in_new_tempo``
    returns the given announcement followed by the present descent from its beginning, or None
    while the session is in no descent.
    """

    def __init__(
        self,
        workout: Workout,
        begin_first_rep: Callable[[], None],
        in_new_tempo: Callable[[Step], Script | None],
    ) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._begin_first_rep = begin_first_rep
        self._in_new_tempo = in_new_tempo
        self._may_advance = workout.plan.may_advance
        self._eased = 0

    # another exercise

    def has_easier(self) -> bool:
        return self._workout.easier is not None

    def has_harder(self) -> bool:
        """Whether a harder exercise exists and is allowed today.

        Where the plan does not allow to advance, only a step down taken today may be undone.
        """
        return self._workout.harder is not None and (self._may_advance or self._eased > 0)

    def begin_easier(self) -> None:
        """Change to the easier exercise and start again from the first lift."""
        self._begin_anew(self._ease)

    def begin_harder(self) -> None:
        """Change to the harder exercise and start again from the first lift."""
        self._begin_anew(self._make_harder)

    def begin_higher(self) -> None:
        """Go up to a beginner's next exercise, and start again from the first lift."""
        self._workout.choose(self._workout.climbs[0], "harder")
        self._stage.notice(self._named())
        self._begin_first_rep()

    def plan_easier(self) -> None:
        """Change to the easier exercise; the part that is going on continues as it is."""
        self._ease()
        self._workout.interject(self._named())

    def plan_harder(self) -> None:
        """Change to the harder exercise; the part that is going on continues as it is."""
        self._make_harder()
        self._workout.interject(self._named())

    def take_easier(self) -> None:
        """Continue the set with the easier exercise, which was offered to a person at rest."""
        self._ease()
        self._go_on(())

    def go_on_easier(self) -> None:
        """Continue the set with the easier exercise."""
        down = legs_down(self._workout.exercise)
        self._ease()
        self._go_on(down)

    def go_on_harder(self) -> None:
        """Continue the set with the harder exercise."""
        down = legs_down(self._workout.exercise)
        self._make_harder()
        self._go_on(down)

    def refuse_easier(self) -> None:
        self._workout.interject(cue("easiest_already"))

    def refuse_harder(self) -> None:
        hardest = self._workout.harder is None
        self._workout.interject(cue("hardest_already" if hardest else "not_harder_yet"))

    def _ease(self) -> None:
        self._eased += 1
        self._workout.choose(str(self._workout.easier), "easier")

    def _make_harder(self) -> None:
        self._eased = max(0, self._eased - 1)
        self._workout.choose(str(self._workout.harder), "harder")

    def _named(self) -> Step:
        return cue("exercise_now", 1.0, exercise=self._workout.exercise.name)

    def _begin_anew(self, change: Callable[[], None]) -> None:
        down = legs_down(self._workout.exercise)
        change()
        for step in (*down, self._named()):
            self._stage.notice(step)
        self._begin_first_rep()

    def _go_on(self, down: Script) -> None:
        """Continue the set with the new exercise; where no reps are left, only announce it.

        ``down`` is how the legs come down from a lift of the exercise before.
        """
        workout = self._workout
        if workout.tally.reps_left == 0:
            self._stage.play((*down, self._named()))
            return
        workout.report_set()
        introduced = (*workout.set_up(again=True), *how_far(workout.exercise))
        self._stage.play((*down, self._named(), *introduced, *workout.next_rep()))

    # another tempo

    def slow_down(self) -> None:
        now = self._workout.exercise.tempo.down_seconds
        slower = [each for each in TEMPOS_SECONDS if each > now]
        self._lower_in(min(slower, default=now), cue("slowest_already"))

    def speed_up(self) -> None:
        tempo = self._workout.exercise.tempo
        faster = [each for each in TEMPOS_SECONDS if tempo.counts <= each < tempo.down_seconds]
        self._lower_in(max(faster, default=tempo.down_seconds), cue("fastest_already"))

    def _lower_in(self, down_seconds: float, otherwise: Step) -> None:
        workout = self._workout
        if down_seconds == workout.exercise.tempo.down_seconds:
            workout.interject(otherwise)
            return
        workout.lower_in(down_seconds)
        announcement = cue("tempo_is", seconds=down_seconds)
        again = None if workout.awaits_verdict() else self._in_new_tempo(announcement)
        if again is None:
            workout.interject(announcement)
        else:
            workout.descent = None
            self._stage.play(again)


def _other_exercise(state: State) -> tuple[Row, ...]:
    """The rows for ``easier`` and ``harder`` in ``state``.

    Before the sets the lifts start again with the new exercise; a set continues with it; in every
    other state it is used from the next lift on.
    """
    match state:
        case "offering_easier" | "plank" | "rating" | "checking_rating":
            return ()
        case "first_rep" | "slow_descent" | "stop_point":
            easier = Row(state, "easier", "first_rep", Difficulty.begin_easier, _HAS_EASIER)
            harder = Row(state, "harder", "first_rep", Difficulty.begin_harder, _HAS_HARDER)
        case "working":
            easier = Row(state, "easier", None, Difficulty.go_on_easier, _HAS_EASIER)
            harder = Row(state, "harder", None, Difficulty.go_on_harder, _HAS_HARDER)
        case _:
            easier = Row(state, "easier", None, Difficulty.plan_easier, _HAS_EASIER)
            harder = Row(state, "harder", None, Difficulty.plan_harder, _HAS_HARDER)
    return (
        easier,
        Row(state, "easier", None, Difficulty.refuse_easier),
        harder,
        Row(state, "harder", None, Difficulty.refuse_harder),
    )


_HAS_EASIER, _HAS_HARDER = Difficulty.has_easier, Difficulty.has_harder

EVERYWHERE: tuple[Row, ...] = tuple(
    row
    for state in ACTIVE
    for row in (
        Row(state, "slower", None, Difficulty.slow_down),
        Row(state, "faster", None, Difficulty.speed_up),
        *_other_exercise(state),
    )
)
"""The rows of the requests for another exercise or tempo, for every active state."""

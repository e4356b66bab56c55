"""Difficulty: another exercise of the line from easy to hard, or another tempo of the way down."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, Step, cue
from coach.messages.states import ACTIVE, State
from coach.session.lifting_scripts import how_far
from coach.session.workout import Workout
from coach.training.exercise import TEMPOS_SECONDS


class Difficulty:
    """Easier and harder along the line of exercises, slower and faster within one.

    ``begin_first_rep`` begins the lifts anew. ``in_new_tempo`` is what is lowered now once more,
    after the step that tells of it; None where nothing is.
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
        """Nothing harder than what was planned where that is not good now."""
        return self._workout.harder is not None and (self._may_advance or self._eased > 0)

    def begin_easier(self) -> None:
        """Begin the lifts anew with the easier exercise."""
        self._ease()
        self._begin_anew()

    def begin_harder(self) -> None:
        """Begin the lifts anew with the harder exercise."""
        self._make_harder()
        self._begin_anew()

    def plan_easier(self) -> None:
        """Take the easier exercise when it comes to that."""
        self._ease()
        self._workout.interject(self._named())

    def plan_harder(self) -> None:
        """Take the harder exercise when it comes to that."""
        self._make_harder()
        self._workout.interject(self._named())

    def go_on_easier(self) -> None:
        """Go on with the set in the easier exercise."""
        self._ease()
        self._go_on()

    def go_on_harder(self) -> None:
        """Go on with the set in the harder exercise."""
        self._make_harder()
        self._go_on()

    def tell_easiest(self) -> None:
        self._workout.interject(cue("easiest_already"))

    def tell_not_harder(self) -> None:
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

    def _begin_anew(self) -> None:
        self._stage.notice(self._named())
        self._begin_first_rep()

    def _go_on(self) -> None:
        """Go on with the same set in the other exercise, or with the next set where it is over."""
        workout = self._workout
        if workout.tally.reps_left == 0:
            self._stage.play((self._named(),))
            return
        workout.report_set()
        introduced = (*workout.taken_up(again=True), *how_far(workout.exercise))
        self._stage.play((self._named(), *introduced, *workout.next_rep()))

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
        told = cue("tempo_is", seconds=down_seconds)
        again = None if self._awaits_verdict() else self._in_new_tempo(told)
        if again is None:
            workout.interject(told)
        else:
            workout.descent = None
            self._stage.play(again)

    def _awaits_verdict(self) -> bool:
        """Whether a way down is over that may still turn out to be lost."""
        descent = self._workout.descent
        return descent is not None and descent.bottom is not None


def _other_exercise(state: State) -> tuple[Row, ...]:
    """Easier and harder: the lifts begin anew with the exercise, a set goes on with it."""
    match state:
        case "offering_easier" | "plank":
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
        Row(state, "easier", None, Difficulty.tell_easiest),
        harder,
        Row(state, "harder", None, Difficulty.tell_not_harder),
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
"""What a person may say about the exercise wherever they are."""

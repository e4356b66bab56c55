"""First rep: a half lift, then a whole one; where the half is not stable, something is changed."""

from __future__ import annotations

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, ask, cue, own
from coach.session.corrections import is_recent
from coach.session.difficulty import Difficulty
from coach.session.lifting_scripts import half_lift, legs_down
from coach.session.part import Onward, PartRoom, PartRows
from coach.session.pauses import question
from coach.session.turns import Turns
from coach.session.workout import Workout
from coach.training.exercise import Exercise
from coach.units import Samples


class FirstRep(PartRoom):
    """Each setback changes one more thing to make the lift steadier; when none is left, the easier
    exercise is taken."""

    def __init__(self, workout: Workout) -> None:
        super().__init__(workout)
        self._setbacks = 0
        self._half_lifted = False
        self._was_stable = False
        self._offers_higher = False
        self._unsteady_at: Samples | None = None

    def begin(self) -> None:
        self._setbacks, self._unsteady_at = 0, None
        self._half_lifted = self._was_stable = self._offers_higher = False
        workout = self._workout
        workout.descent = None
        self._stage.play((*workout.set_up(again=True), *self._half_lift()))

    def has_half_lifted(self) -> bool:
        """Whether the half lift has begun, so that an answer is about it."""
        return self._half_lifted

    def can_be_steadied(self) -> bool:
        return self._setbacks < len(self._workout.exercise.cues.steadier)

    def may_go_higher(self) -> bool:
        """Whether a beginner was stable up to the top, and may go up to the next exercise."""
        return self._was_stable and bool(self._workout.climbs)

    def offers_higher(self) -> bool:
        """Whether the present question is whether to go up to the next exercise."""
        return self._offers_higher

    def offer_higher(self) -> None:
        self._offers_higher = True
        higher = self._workout.named(self._workout.climbs[0])
        self._stage.play((ask("ask_climb", "ask_climb_again", exercise=higher.name),))

    def stay(self) -> None:
        """Go on with the present exercise."""
        self._workout.climbs = ()
        self._stage.move_on()

    def lift_higher(self) -> None:
        self._half_lifted = False
        self._was_stable = True
        self._stage.play(_full_lift(self._workout.exercise))

    def steady(self) -> None:
        """Change something, and try the half lift again."""
        self._setbacks += 1
        self._half_lifted = self._was_stable = False
        changes = self._workout.exercise.cues.steadier
        pause_seconds = max(2.0, self._workout.exercise.tempo.setup_seconds)
        change = changes[min(self._setbacks, len(changes)) - 1]
        self._stage.play((own("steadier", change, pause_seconds), *self._half_lift()))

    def steady_arched(self) -> None:
        """As ``steady``, for an arch that may be taken back."""
        self.steady()
        self._unsteady_at = self._stage.now

    def was_unsteady(self) -> bool:
        """Whether an arch changed something a short while ago."""
        return self._unsteady_at is not None and is_recent(self._stage, self._unsteady_at)

    def undo(self) -> None:
        """Take the arch back: the half lift was stable."""
        self._setbacks -= 1
        self._unsteady_at = None
        self._half_lifted, self._was_stable = False, True
        self._stage.play((cue("taken_back", 1.0), *_full_lift(self._workout.exercise)))

    def _half_lift(self) -> Script:
        return half_lift(self._workout.exercise, self._half_lift_began)

    def _half_lift_began(self, _now: Samples) -> None:
        self._half_lifted = True


def _full_lift(exercise: Exercise) -> Script:
    """A lift to the top, and the way down to rest."""
    return (
        own("full_lift", exercise.text("full_lift"), exercise.tempo.lift_seconds, tone="start"),
        own("keep", exercise.text("keep"), 1.0),
        *legs_down(exercise),
    )


PART = PartRows(
    "first_rep",
    FirstRep,
    (
        Row("first_rep", "yes", "first_rep", Difficulty.begin_higher, FirstRep.offers_higher),
        Row("first_rep", "no", None, FirstRep.stay, FirstRep.offers_higher),
        Row("first_rep", "arched", None, Turns.carry_on, FirstRep.offers_higher),
        Row("first_rep", "played", None, FirstRep.offer_higher, FirstRep.may_go_higher),
        Row("first_rep", "yes", None, FirstRep.lift_higher, FirstRep.has_half_lifted),
        Row("first_rep", "yes", None, Turns.carry_on),
        Row("first_rep", "no", None, FirstRep.steady, FirstRep.can_be_steadied),
        Row("first_rep", "no", "first_rep", Difficulty.begin_easier, Difficulty.has_easier),
        Row("first_rep", "no", None, FirstRep.steady),
        Row("first_rep", "arched", None, FirstRep.steady_arched, FirstRep.can_be_steadied),
        Row("first_rep", "arched", "first_rep", Difficulty.begin_easier, Difficulty.has_easier),
        Row("first_rep", "arched", None, FirstRep.steady_arched),
        Row("first_rep", "undo", None, FirstRep.undo, FirstRep.was_unsteady),
        Row("first_rep", "undo", None, Turns.carry_on),
        Onward("first_rep", ("skip", "played")),
        Row("first_rep", "restart", None, FirstRep.begin),
        *question("first_rep"),
    ),
    {"first_rep": frozenset({"ready", "done", "resume"})},
    announced="next_first_rep",
)

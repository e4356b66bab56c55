"""Stage: what the rooms of a session act through: it plays scripts and reports facts."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.player import Player
from coach.dialogue.prompts import Prompts
from coach.dialogue.steps import Script, Step
from coach.dialogue.verbosity import Verbosity
from coach.messages.actions import Action, Report
from coach.messages.events import Heard
from coach.messages.facts import Fact, Progress
from coach.units import Samples


class Stage:
    """``patience`` is how long a question waits for its answer. ``move_on`` leaves a state that
    has nothing more to say.
    """

    def __init__(
        self,
        prompts: Prompts,
        verbosity: Verbosity,
        patience: Samples,
        move_on: Callable[[], None],
    ) -> None:
        self._actions: list[Action] = []
        self._notices: list[Step] = []
        self.move_on = move_on
        self.player = Player(prompts, verbosity, patience, self.act)
        self.now: Samples = 0
        """The sample of the event that is being handled."""
        self.heard: Heard | None = None
        """The utterance that is being handled; None while it is something else."""
        self.since: Samples = 0
        """From here on an utterance belongs to what is going on."""
        self.asked = 1
        """How often the present question was asked."""

    def act(self, *actions: Action) -> None:
        """Do something once the event is handled."""
        self._actions += actions

    def report(self, fact: Fact | Progress) -> None:
        """Make a fact known."""
        self.act(Report(fact))

    def flush(self) -> list[Action]:
        """What there is to do, in order."""
        actions = self._actions.copy()
        self._actions.clear()
        return actions

    def play(self, script: Script) -> None:
        """Play a script in place of what is going on, behind what there is to be noticed."""
        notices = tuple(self._notices)
        self._notices.clear()
        self.asked = 1
        self.player.play((*notices, *script), self.now)

    def interject(self, script: Script) -> None:
        """Play a script, then go on where it was."""
        self.player.interject(script, self.now)

    def notice(self, step: Step) -> None:
        """Say something as soon as nothing is cut off by it."""
        self._notices.append(step)

    def forget_notices(self) -> None:
        """Drop what was to be noticed: it matters no longer."""
        self._notices.clear()

    def turn(self) -> None:
        """From now on an utterance belongs to what comes next."""
        self.since = self.now

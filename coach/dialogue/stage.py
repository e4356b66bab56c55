"""Stage: what the rooms of a session act through: it plays scripts and reports facts."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.player import Player
from coach.dialogue.prompts import Prompts
from coach.dialogue.steps import Script, Step
from coach.dialogue.verbosity import Verbosity
from coach.messages.actions import Action, Report
from coach.messages.facts import Fact
from coach.units import Samples


class Stage:
    """``now`` is the sample of the event that is being handled; ``since`` the one from which on an
    utterance belongs to what is going on. ``on_mark`` hears of every mark of a script; ``move_on``
    leaves a state that has nothing more to say.
    """

    def __init__(
        self,
        prompts: Prompts,
        verbosity: Verbosity,
        patience: Samples,
        on_mark: Callable[[Step, Samples], None],
        move_on: Callable[[], None],
    ) -> None:
        self._actions: list[Action] = []
        self._notices: list[Step] = []
        self.move_on = move_on
        self.player = Player(prompts, verbosity, patience, self.act, on_mark)
        self.now: Samples = 0
        self.since: Samples = 0
        self.asked = 1

    def act(self, *actions: Action) -> None:
        """Do something once the event is handled."""
        self._actions += actions

    def report(self, fact: Fact) -> None:
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
        """What was to be noticed matters no longer."""
        self._notices.clear()

    def turn(self) -> None:
        """What was said until now belongs to what was until now."""
        self.since = self.now

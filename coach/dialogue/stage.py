"""Stage: plays scripts and reports facts on behalf of the rooms of a session."""

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
    """Collects the actions of the event that is being handled.

    ``patience`` is how long a question waits for its answer. ``move_on`` is called to leave a state
    that has nothing left to say.
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
        """The utterance that is being handled; None during any other event."""
        self.since: Samples = 0
        """The sample from which on an utterance belongs to the present turn."""
        self.asked = 1
        """How often the present question has been asked so far."""
        self.missed = 0
        """How many answers to it in a row were not understood."""

    def act(self, *actions: Action) -> None:
        """Add actions, to be done once the event is handled."""
        self._actions += actions

    def report(self, fact: Fact | Progress) -> None:
        """Report a fact to the observers."""
        self.act(Report(fact))

    def flush(self) -> list[Action]:
        """Return the collected actions in order, and forget them."""
        actions = self._actions.copy()
        self._actions.clear()
        return actions

    def play(self, script: Script) -> None:
        """Play the waiting notices and then a script, in place of the present one."""
        notices = tuple(self._notices)
        self._notices.clear()
        self.asked, self.missed = 1, 0
        self.player.play((*notices, *script), self.now)

    def interject(self, script: Script) -> None:
        """Play a script, then continue the one that it interrupts."""
        self.player.interject(script, self.now)

    def notice(self, step: Step) -> None:
        """Say something before the next script, so that it cuts nothing off."""
        self._notices.append(step)

    def forget_notices(self) -> None:
        """Drop the waiting notices."""
        self._notices.clear()

    def turn(self) -> None:
        """Begin a new turn: from now on an utterance belongs to what comes next."""
        self.since = self.now

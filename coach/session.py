"""Session: what each row of the table does. Events go in, actions come out; no clock, no sound."""

from __future__ import annotations

from coach import script
from coach.facts import (
    Fact,
    FloorFound,
    Outcome,
    SessionBegan,
    SessionEnded,
    StateChanged,
)
from coach.grammar import Grammar
from coach.judging import Wanted
from coach.machine import Machine
from coach.messages import Action, End, Heard, Report, Silence, Spoken, TimerDue
from coach.player import STEP, Player
from coach.programme import Programme
from coach.prompts import Prompts, help_words
from coach.reps import Descent, Tally
from coach.script import Script, Step, cue, once
from coach.table import FINAL, PLAYED, UNANSWERED, Row, urgent_intents, wanted_intents
from coach.units import Samples, samples
from coach.verbosity import Verbosity

_ANSWER_LEEWAY: Samples = samples(0.2)
"""Nobody answers faster than this: an utterance that began before belongs to what came before."""


class Session:
    """One training session. Times are samples.

    An effect of the table is a script, or the method of its name with an underscore before it,
    which takes the utterance that led there: None when it was none.
    """

    def __init__(
        self,
        programme: Programme,
        prompts: Prompts,
        grammar: Grammar,
        verbosity: Verbosity = "full",
    ) -> None:
        self._programme = programme
        self._grammar = grammar
        self._tally = Tally(programme)
        self._actions: list[Action] = []
        self._machine = Machine(self._guard, self._take)
        patience = samples(programme.answers.patience_seconds)
        self._player = Player(prompts, verbosity, patience, self._actions.append, self._reach)
        self._now: Samples = 0
        self._since: Samples = 0
        self._came_from = ""
        self._descent: Descent | None = None
        self._asked = 1
        self._setbacks = 0
        self._lifted_to = 0
        self._descents_left = programme.stop_point.descents
        self._floor_told = False
        self._paused_in = ""
        self._suspended: tuple[Script, int] = ((), 0)

    @property
    def state(self) -> str:
        return self._machine.state

    @property
    def wanted(self) -> Wanted:
        """What the ear should take for an intent now."""
        since = max(0, self._since - _ANSWER_LEEWAY)
        return Wanted(wanted_intents(self.state), urgent_intents(self.state), since)

    def begin(self) -> list[Action]:
        """Open the session, at sample 0."""
        self._report(SessionBegan(0))
        self._report(StateChanged(0, None, self.state, None))
        self._play(script.waiting(self._programme))
        return self._flush()

    def abandon(self, now: Samples) -> list[Action]:
        """End it from outside: the microphone ended, or somebody interrupted the program."""
        self._now = now
        if self.state not in FINAL:
            self._end("abandoned")
        self._leave(None)
        return self._flush()

    def handle(self, event: Heard | Spoken | TimerDue) -> list[Action]:
        """What to do about an event; an utterance that was not accepted changes nothing."""
        match event:
            case Heard():
                self._now = event.decided
                if event.accepted:
                    self._machine.trigger(event.intent, event)
            case Spoken():
                self._now = event.end
                if not event.interrupted and self._player.spoken(self._now):
                    self._machine.trigger(PLAYED)
            case TimerDue():
                self._now = event.at
                if event.name != STEP:
                    self._machine.trigger(UNANSWERED)
                elif self._player.step_over(self._now):
                    self._machine.trigger(PLAYED)
        return self._flush()

    def _flush(self) -> list[Action]:
        actions = self._actions.copy()
        self._actions.clear()
        return actions

    def guards(self, heard: Heard | None) -> dict[str, bool]:
        """Every guard of the table and whether it holds now, ``heard`` being the utterance."""
        return {
            "patient": self._asked < self._programme.answers.asks,
            "at_45_degrees": self._lifted_to == 45,
            "in_rep": bool(heard and self._descent and self._descent.covers(heard.start)),
            "descents_to_come": self._descents_left > 0,
            "floor_untold": not self._floor_told,
            "reps_left": self._tally.reps_left > 0,
            "sets_left": self._tally.sets_left > 0,
            f"paused_in_{self._paused_in}": True,
        }

    def _guard(self, name: str, heard: Heard | None) -> bool:
        return self.guards(heard).get(name, False)

    def _take(self, row: Row, heard: Heard | None) -> None:
        self._came_from = row.state
        if row.dest is not None:
            self._since = self._now
            self._report(StateChanged(self._now, row.state, row.dest, row.trigger))
        if row.effect in script.OF_EFFECT:
            self._play(script.OF_EFFECT[row.effect](self._programme))
        else:
            getattr(self, f"_{row.effect}")(heard)

    def _reach(self, step: Step, now: Samples) -> None:
        """A script reached one of its marks."""
        if step.mark == "lift":
            self._descent = Descent(now, samples(self._programme.rep.grace_seconds))
        elif step.mark == "perfect":
            self._tally.count_perfect()
            self._report(self._tally.rep_ended(self._now, None, self._tally.working_floor))
            self._descent = None
        elif self._descent is not None and step.mark == "count":
            self._descent.counts.append(now)
        elif step.mark == "lift_to_45":
            self._lifted_to = 45
        elif self._descent is not None and self._descent.bottom is None:
            self._descent.bottom = now

    def _play(self, steps: Script) -> None:
        self._asked = 1
        self._player.play(steps, self._now)

    def _interject(self, *steps: Step) -> None:
        """Say something in between; a rep that it interrupts is begun again."""
        self._break_off()
        self._player.interject(steps, self._now)

    def _break_off(self) -> None:
        """A rep on its way down will be begun again; one at the bottom keeps its verdict."""
        if self._descent is not None and self._descent.bottom is None:
            self._descent = None

    def _report(self, event: Fact) -> None:
        self._actions.append(Report(event))

    def _end(self, outcome: Outcome) -> None:
        self._report(SessionEnded(self._now, outcome, self._tally.perfect, self._tally.floor))

    def _bend_knees(self, _heard: Heard | None) -> None:
        self._setbacks += 1
        self._lifted_to = 0
        self._play(script.easier_lift(self._programme, self._setbacks))

    def _carry_on(self, _heard: Heard | None) -> None:
        """An answer to what was not asked yet, or no more."""

    def _lift_higher(self, _heard: Heard | None) -> None:
        self._lifted_to = 90
        self._play(script.higher_lift(self._programme))

    # effects: finding the floor

    def _begin_stop_point(self, _heard: Heard | None) -> None:
        self._play((cue("stop_point_intro", 1.0), *self._next_descent()))

    def _begin_stop_point_arched(self, heard: Heard) -> None:
        self._tally.note_arch(self._lost_count(heard))
        noticed = script.arched_in_descent()
        self._play((*noticed, cue("stop_point_intro", 1.0), *self._next_descent()))

    def _note_arch(self, heard: Heard) -> None:
        self._tally.note_arch(self._lost_count(heard))
        following = self._next_descent() if self._descents_left else self._floor_script()
        self._play((*script.arched_in_descent(), *following))

    def _lower_again(self, _heard: Heard | None) -> None:
        self._play(self._next_descent())

    def _tell_floor(self, _heard: Heard | None) -> None:
        self._play(self._floor_script())

    def _next_descent(self) -> Script:
        self._descents_left -= 1
        return script.descent(self._programme)

    def _floor_script(self) -> Script:
        self._floor_told = True
        floor = self._tally.find_floor()
        self._report(FloorFound(self._now, self._programme.exercise, floor))
        return script.floor_found(floor, arched=self._tally.has_arched)

    def _lost_count(self, heard: Heard) -> int:
        """The count that was on when the arch was said; the descent is over."""
        count = self._descent.count_at(heard.start) if self._descent else 0
        self._descent = None
        return count

    # effects: sets and reps

    def _begin_set(self, _heard: Heard | None) -> None:
        if self._tally.floor is None:
            self._report(FloorFound(self._now, self._programme.exercise, self._tally.find_floor()))
        self._tally.begin_set()
        self._play((*script.set_intro(self._programme, self._tally.set), *self._next_rep()))

    def _begin_rep(self, _heard: Heard | None) -> None:
        self._play(self._next_rep())

    def _next_rep(self) -> Script:
        return script.rep(self._programme, self._tally.working_floor, self._tally.perfect + 1)

    def _lose_rep(self, heard: Heard) -> None:
        raised = self._tally.count_arched()
        self._report(self._tally.rep_ended(self._now, "arched", self._lost_count(heard)))
        lost = script.rep_lost(self._tally, floor_raised=raised)
        if raised:
            self._report(FloorFound(self._now, self._programme.exercise, self._tally.working_floor))
        following = self._next_rep() if self._tally.reps_left > 0 else ()
        self._play((*lost, *following))

    def _reset_back(self, _heard: Heard | None) -> None:
        self._interject(cue("reset_back", 1.0, tone="arched"))

    def _begin_rest(self, _heard: Heard | None) -> None:
        self._play(script.rest(self._programme, self._tally.set + 1))

    def _ask_again(self, _heard: Heard | None) -> None:
        self._asked += 1
        self._player.ask_again()

    def _say_again(self, _heard: Heard | None) -> None:
        self._break_off()
        self._player.say_again(self._now)

    def _help(self, _heard: Heard | None) -> None:
        self._interject(cue("help", words=help_words(self._grammar, self.state)))

    def _tell_how_many(self, _heard: Heard | None) -> None:
        self._interject(*script.how_many(self._tally))

    def _hold(self, heard: Heard | None) -> None:
        """Pause, asked to or because nobody answers."""
        self._paused_in = self._came_from
        self._suspended = self._player.suspend()
        self._break_off()
        self._play((once("paused" if heard else "waiting_quietly"),))

    def _go_on(self, _heard: Heard | None) -> None:
        self._asked = 1
        if self._player.resume(self._suspended, self._now):
            self._machine.trigger(PLAYED)

    def _end_finished(self, _heard: Heard | None) -> None:
        self._end("finished")
        self._play(script.farewell(self._tally))

    def _end_stopped(self, _heard: Heard | None) -> None:
        self._end("stopped")
        self._play(script.stopped(self._tally))

    def _end_in_pain(self, _heard: Heard | None) -> None:
        self._end("pain")
        self._play(script.advice_on_pain(self._programme))

    def _leave(self, _heard: Heard | None) -> None:
        self._actions += [Silence(), End()]

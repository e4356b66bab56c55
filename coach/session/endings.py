"""Endings: how a session ends - finished, stopped, in pain or abandoned - and what is said then.

What ended it may have been said by nobody: for a while the person can deny it, and go on.
"""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import OfDest, Row
from coach.dialogue.steps import Script, cue, listening
from coach.messages.actions import End, Silence
from coach.messages.facts import Outcome, SessionEnded, SessionResumed
from coach.messages.intents import Intent
from coach.messages.prompt_ids import PromptId
from coach.messages.states import ACTIVE, FINAL, INTERRUPTIONS, State
from coach.session.lifting_scripts import legs_down
from coach.session.pauses import Pauses
from coach.session.turns import Turns
from coach.session.workout import Workout

_DENIED_WITHIN_SECONDS = 10.0
"""How long after the last words of an ending it can be denied."""

_LIFTING: frozenset[State] = frozenset({"first_rep", "slow_descent", "stop_point", "working"})


class Endings:
    """``leave_parts`` lets every part end what it is doing; it is called where a session is
    abandoned, because then no row of the table does so. ``came_from`` returns the state that the
    session left last, ``doubted_in_pause`` whether the last doubt arose in a pause."""

    def __init__(
        self,
        workout: Workout,
        leave_parts: Callable[[], None],
        pauses: Pauses,
        came_from: Callable[[], State],
        doubted_in_pause: Callable[[], bool],
    ) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._leave_parts = leave_parts
        self._pauses = pauses
        self._came_from = came_from
        self._doubted_in_pause = doubted_in_pause
        self._ended_by: Intent | None = None
        self._was_on_hold = False
        self._ended_by_answer = False

    def was_stopped_in(self, state: State) -> bool:
        """Whether "stop" ended the session in ``state``, or in a pause of it."""
        return self._ended_by == "stop" and self._pauses.paused_in == state

    def may_be_denied_in(self, state: State) -> bool:
        """Whether a word ended the session in ``state``, or in a pause of it."""
        return self._ended_by is not None and self._pauses.paused_in == state

    def goes_on_hold(self) -> bool:
        """Whether a denial leads into a pause: out of one, and after an alarm, so that nobody who
        may be unwell lifts their legs before they have said twice that they are not."""
        return self._ended_by is not None and (self._was_on_hold or self._ended_by == "alarm")

    def was_only_stopped(self) -> bool:
        """Whether the session ended, and nobody has told of pain yet."""
        return self._ended_by == "stop"

    def was_ended_by_answer(self) -> bool:
        """Whether an answer about health has ended the session, which may have been misheard."""
        return self._ended_by_answer

    def take_back(self) -> None:
        """Go on where the session was ended, with the legs down first."""
        self._stage.report(SessionResumed(self._stage.now))
        lifting = self._pauses.paused_in in _LIFTING
        down = legs_down(self._workout.exercise) if lifting else ()
        self._ended_by = None
        self._pauses.go_on_after((cue("taken_back"), *down))

    def put_on_hold(self) -> None:
        """Take the session up again as a pause."""
        self._stage.report(SessionResumed(self._stage.now))
        self._ended_by = None
        self._pauses.announce()

    def finish(self) -> None:
        self._end("finished")
        workout = self._workout
        to_harder = workout.harder is not None and workout.plan.may_advance
        earned = to_harder and workout.tally.earned_harder
        again = workout.plan.earned_last_time and workout.tally.name == workout.plan.exercise
        told: PromptId = "earned_harder" if again else "earned_once"
        self._stage.play(
            (
                cue("well_trained", 1.0),
                *self._summary(),
                *((cue(told),) if earned else ()),
                *self._next_time(),
                cue("goodbye"),
            )
        )

    def stop(self) -> None:
        self._break_off("stop")
        self._end("stopped")
        last = (*self._summary(), *self._next_time(), *self._wait())
        self._stage.play((cue("stopped"), *self._denial(), *last))

    def end_in_pain(self) -> None:
        self._break_off("pain")
        self._end("pain")
        self.advise_on_pain()

    def end_in_alarm(self) -> None:
        """End the session because something may be wrong that is no matter of exercise.

        It is remembered as pain is: the next session asks, and is an easy one.
        """
        self._break_off("alarm")
        self._end("pain")
        self.advise_on_alarm()

    def end_unwell(self) -> None:
        """End the session because the person does not feel well yet."""
        self._end("pain")
        self._stage.play((cue("rest_today", 1.0), cue("pain_professional")))

    def end_until_advised(self) -> None:
        """End the session because a doctor or physiotherapist has to be asked first."""
        self._end_by_answer("until_advised")

    def end_for_help(self) -> None:
        """End the session because of signs that cannot wait."""
        self._end_by_answer("do_not_train")

    def advise_on_pain(self) -> None:
        """Say what to do about pain, now and next time."""
        self._ended_by_answer = False
        self._stage.play(
            (
                cue("pain_rest"),
                *self._denial(),
                cue("pain_next_time"),
                cue("pain_stretch"),
                cue("pain_professional"),
                *self._wait(),
            )
        )

    def advise_on_alarm(self) -> None:
        """Say how to lie, and when to call for help."""
        self._ended_by_answer = False
        self._stage.play(
            (
                cue("alarm_rest", 2.0),
                cue("alarm_help", 1.0),
                cue("alarm_doctor"),
                *self._denial(),
                *self._wait(),
            )
        )

    def abandon(self) -> None:
        """End the session without a word; it can be resumed later."""
        self._leave_parts()
        self._end("abandoned")
        self.leave()

    def leave(self) -> None:
        """Stop speaking and finish the engine."""
        self._stage.act(Silence(), End())

    def _end_by_answer(self, told: PromptId) -> None:
        self._end("stopped")
        self._ended_by_answer = True
        misheard = cue("misheard"), listening(_DENIED_WITHIN_SECONDS)
        self._stage.play((cue(told, 1.0), *misheard))

    def _break_off(self, word: Intent) -> None:
        """Keep what was going on, in case that nobody said ``word``."""
        came_from = self._came_from()
        if came_from in ACTIVE:
            self._pauses.suspend()
            self._was_on_hold = False
        elif came_from in INTERRUPTIONS:
            self._was_on_hold = came_from == "paused" or self._doubted_in_pause()
        # After its end a session can be ended by another word, but not begun.
        if came_from not in FINAL or self._ended_by is not None:
            self._ended_by = word

    def _denial(self) -> Script:
        return () if self._ended_by is None else (cue("not_you", 1.0),)

    def _wait(self) -> Script:
        return () if self._ended_by is None else (listening(_DENIED_WITHIN_SECONDS),)

    def _end(self, outcome: Outcome) -> None:
        tally = self._workout.tally
        self._ended_by_answer = False
        self._stage.forget_notices()
        self._stage.report(SessionEnded(self._stage.now, outcome, tally.perfect, tally.floor))

    def _summary(self) -> Script:
        tally = self._workout.tally
        if tally.set == 0:
            return ()
        perfect = cue("tally", perfect=tally.perfect)
        if tally.floor is None:
            return (perfect,)
        return (perfect, cue("floor_remembered", floor=tally.floor))

    def _next_time(self) -> Script:
        """How to start the next session; said only by a coach that runs on call."""
        return (cue("next_time"),) if self._workout.plan.on_call else ()


EVERYWHERE: tuple[Row, ...] = tuple(
    row
    for state in ACTIVE
    for row in (
        Row(state, "stop", "stopped", Endings.stop),
        Row(state, "pain", "stopped", Endings.end_in_pain),
        Row(state, "alarm", "stopped", Endings.end_in_alarm),
        Row(state, "pause", "paused", Pauses.pause),
        Row(state, "repeat", None, Turns.say_again),
    )
)
"""The rows that end, pause and repeat, for every active state."""

PAUSED: tuple[Row, ...] = (
    Row("paused", "stop", "stopped", Endings.stop),
    Row("paused", "pain", "stopped", Endings.end_in_pain),
    Row("paused", "alarm", "stopped", Endings.end_in_alarm),
    Row("paused", "repeat", None, Turns.say_again),
    Row("paused", "played", None, Turns.carry_on, Pauses.waits_for_ever),
    # Nobody came back from the pause.
    Row("paused", "played", None, Endings.abandon),
)

# A farewell can be cut short by "stop"; pain and alarm are answered even then.
FAREWELL: tuple[Row, ...] = (
    Row("finished", "stop", None, Endings.leave),
    Row("finished", "pain", "stopped", Endings.end_in_pain),
    Row("finished", "alarm", "stopped", Endings.end_in_alarm),
    Row("finished", "played", None, Endings.leave),
    Row("stopped", "stop", None, Endings.leave),
    Row("stopped", "pain", None, Endings.end_in_pain, Endings.was_only_stopped),
    Row("stopped", "pain", None, Endings.advise_on_pain),
    Row("stopped", "alarm", None, Endings.end_in_alarm, Endings.was_only_stopped),
    Row("stopped", "alarm", None, Endings.advise_on_alarm),
    Row("stopped", "played", None, Endings.leave),
    *(
        row
        for state in FINAL
        for row in (
            Row(state, "device_lost", None, Endings.leave, Pauses.is_mute),
            Row(state, "device_lost", None, Turns.carry_on),
        )
    ),
)

DENIALS: tuple[Row, ...] = (
    *(
        Row("stopped", "resume", state, Endings.take_back, OfDest(Endings.was_stopped_in))
        for state in ACTIVE
    ),
    Row("stopped", "resume", None, Turns.carry_on),
    Row("stopped", "not_me", "paused", Endings.put_on_hold, Endings.goes_on_hold),
    *(
        Row("stopped", "not_me", state, Endings.take_back, OfDest(Endings.may_be_denied_in))
        for state in ACTIVE
    ),
    Row("stopped", "not_me", None, Turns.carry_on),
    Row("stopped", "no", None, Turns.carry_on),
)
"""The rows that take a session up again after a word that nobody said has ended it. Pain and alarm
are denied in so many words: "resume", which also means "I'm okay", is no denial."""

"""Endings: how a session ends - finished, stopped, in pain or abandoned - and what is said then."""

from __future__ import annotations

from collections.abc import Callable

from coach.dialogue.machine import Row
from coach.dialogue.steps import Script, cue
from coach.messages.actions import End, Silence
from coach.messages.facts import Outcome, SessionEnded
from coach.messages.states import ACTIVE, FINAL
from coach.session.pauses import Pauses
from coach.session.turns import Turns
from coach.session.workout import Workout


class Endings:
    """``leave_parts`` lets every part end what it is doing; it is called where a session is
    abandoned, because then no row of the table does so."""

    def __init__(self, workout: Workout, leave_parts: Callable[[], None]) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._leave_parts = leave_parts

    def finish(self) -> None:
        self._end("finished")
        workout = self._workout
        to_harder = workout.harder is not None and workout.plan.may_advance
        earned = to_harder and workout.tally.earned_harder
        self._stage.play(
            (
                cue("well_trained", 1.0),
                *self._summary(),
                *((cue("earned_harder"),) if earned else ()),
                *self._next_time(),
                cue("goodbye"),
            )
        )

    def stop(self) -> None:
        self._end("stopped")
        self._stage.play((cue("stopped", 1.0), *self._summary(), *self._next_time()))

    def end_in_pain(self) -> None:
        self._end("pain")
        self.advise_on_pain()

    def end_in_alarm(self) -> None:
        """End the session because something may be wrong that is no matter of exercise.

        It is remembered as pain is: the next session asks, and is an easy one.
        """
        self._end("pain")
        self.advise_on_alarm()

    def end_unwell(self) -> None:
        """End the session because the person does not feel well yet."""
        self._end("pain")
        self._stage.play((cue("rest_today", 1.0), cue("pain_professional")))

    def advise_on_pain(self) -> None:
        """Say what to do about pain, now and next time."""
        self._stage.play(
            (
                cue("pain_rest", 1.0),
                cue("pain_next_time"),
                cue("pain_stretch"),
                cue("pain_professional"),
            )
        )

    def advise_on_alarm(self) -> None:
        """Say how to lie, and when to call for help."""
        self._stage.play(
            (
                cue("alarm_rest", 2.0),
                cue("alarm_help", 1.0),
                cue("alarm_doctor"),
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

    def _end(self, outcome: Outcome) -> None:
        tally = self._workout.tally
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
    Row("stopped", "pain", None, Endings.advise_on_pain),
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

"""Speaking style: a louder or quieter voice, more words or fewer, on request."""

from __future__ import annotations

from collections.abc import Mapping

from coach.dialogue.delivery import (
    FASTEST_WPM,
    GAIN_STEP_DB,
    HIGHEST_GAIN_DB,
    LOWEST_GAIN_DB,
    RATE_STEP_WPM,
    SLOWEST_WPM,
    Delivery,
)
from coach.dialogue.machine import Effect, Row
from coach.dialogue.steps import cue
from coach.messages.actions import SetGain
from coach.messages.facts import VERBOSITIES, DeliveryChanged
from coach.messages.intents import Intent
from coach.messages.prompt_ids import PromptId
from coach.messages.states import ACTIVE, State
from coach.session.workout import Workout


class SpeakingStyle:
    """Changes how the coach speaks, and tells it in a sentence.

    ``delivery`` is how the session begins. The volume and the number of words change at once; the
    cues are rendered already, so the rate is that of the next start.
    """

    def __init__(self, workout: Workout, delivery: Delivery) -> None:
        self._workout = workout
        self._stage = workout.stage
        self._gain_db = delivery.gain_db
        self._rate_wpm = delivery.rate_wpm
        self._words = VERBOSITIES.index(delivery.verbosity)

    def turn_up(self) -> None:
        self._turn(min(HIGHEST_GAIN_DB, self._gain_db + GAIN_STEP_DB), "louder_now", "loudest")

    def turn_down(self) -> None:
        self._turn(max(LOWEST_GAIN_DB, self._gain_db - GAIN_STEP_DB), "quieter_now", "quietest")

    def speak_slower(self) -> None:
        slower = max(min(SLOWEST_WPM, self._rate_wpm), self._rate_wpm - RATE_STEP_WPM)
        self._speak_at(slower, "slower_next_time", "slowest_voice")

    def speak_faster(self) -> None:
        faster = min(max(FASTEST_WPM, self._rate_wpm), self._rate_wpm + RATE_STEP_WPM)
        self._speak_at(faster, "faster_next_time", "fastest_voice")

    def say_less(self) -> None:
        fewest = len(VERBOSITIES) - 1
        self._say(min(fewest, self._words + 1), "fewer_words_now", "fewest_words")

    def say_more(self) -> None:
        self._say(max(0, self._words - 1), "more_words_now", "most_words")

    def _turn(self, gain_db: float, done: PromptId, limit: PromptId) -> None:
        changed = gain_db != self._gain_db
        if changed:
            self._gain_db = gain_db
            self._stage.act(SetGain(gain_db))
            self._stage.report(DeliveryChanged(self._stage.now, gain_db=gain_db))
        self._tell(done if changed else limit)

    def _speak_at(self, rate_wpm: int, done: PromptId, limit: PromptId) -> None:
        changed = rate_wpm != self._rate_wpm
        if changed:
            self._rate_wpm = rate_wpm
            self._stage.report(DeliveryChanged(self._stage.now, rate_wpm=rate_wpm))
        self._tell(done if changed else limit)

    def _say(self, words: int, done: PromptId, limit: PromptId) -> None:
        changed = words != self._words
        if changed:
            self._words = words
            verbosity = VERBOSITIES[words]
            self._stage.player.brevity.change(verbosity)
            self._stage.report(DeliveryChanged(self._stage.now, verbosity=verbosity))
        self._tell(done if changed else limit)

    def _tell(self, prompt: PromptId) -> None:
        self._workout.interject(cue(prompt))


REQUESTS: Mapping[Intent, Effect] = {
    "louder": SpeakingStyle.turn_up,
    "quieter": SpeakingStyle.turn_down,
    "speak_slower": SpeakingStyle.speak_slower,
    "speak_faster": SpeakingStyle.speak_faster,
    "talk_less": SpeakingStyle.say_less,
    "talk_more": SpeakingStyle.say_more,
}

STATES: tuple[State, ...] = (*ACTIVE, "paused")

EVERYWHERE: tuple[Row, ...] = tuple(
    Row(state, intent, None, effect) for state in STATES for intent, effect in REQUESTS.items()
)
"""The rows of the requests, in every active state and during a pause."""

"""Word check: a conversation that asks aloud for the four words that matter most, one by one.

It describes a word and never says it, so that the echo of the coach's own voice is no answer. Any
sentence with the same intent is an answer. "Stop" and pain end it at any time, as in a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args

from coach.datafile import Strict, parse_toml
from coach.hearing.acceptance import Wanted
from coach.messages.actions import Action, ArmTimer, DisarmTimers, DoctorPromptId, End, Say, Tone
from coach.messages.events import Happening, Heard, Spoken, TimerDue
from coach.messages.intents import ENDING, URGENT, Intent
from coach.units import Samples, samples

WORDS: tuple[Intent, ...] = ("ready", "done", "arched", "stop")

_ASK: Mapping[Intent, DoctorPromptId] = {
    "ready": "ask_ready",
    "done": "ask_done",
    "arched": "ask_arched",
    "stop": "ask_stop",
}
_HEARD: Mapping[Intent, DoctorPromptId] = {
    "ready": "heard_ready",
    "done": "heard_done",
    "arched": "heard_arched",
    "stop": "heard_stop",
}
ASKED: Mapping[str, Intent] = {prompt: word for word, prompt in _ASK.items()}
"""The word that each prompt asks for."""

TRIES = 2
"""How often a word is asked for."""
PATIENCE: Samples = samples(6.0)
"""How long after the question an answer may begin."""
_SETTLE: Samples = samples(2.0)
_ALL: frozenset[Intent] = frozenset(get_args(Intent))


class ByWord(Strict):
    """A wording for each of WORDS."""

    ready: str
    done: str
    arched: str
    stop: str

    def of(self, word: Intent) -> str:
        """The wording for ``word``."""
        return str(getattr(self, word))


class WordPrompts(Strict):
    """What the doctor says.

    ``again`` follows a first try that failed, ``missed`` the last one.
    """

    intro: str
    ask: ByWord
    heard: ByWord
    again: str
    missed: str
    over: str

    def texts(self) -> Iterator[str]:
        """Every wording."""
        yield self.intro
        for word in WORDS:
            yield from (self.ask.of(word), self.heard.of(word))
        yield from (self.again, self.missed, self.over)


def parse_word_prompts(text: str, path: str) -> WordPrompts:
    """The wordings in a file's text; ``path`` is for errors. Raises DataError."""
    return parse_toml(text, path, WordPrompts)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the question for a word.

    ``tries`` is how often it was asked for, 0 if never. ``heard`` is None unless the word was
    understood. ``mistaken`` is what was understood in its place, try by try.
    """

    word: Intent
    tries: int = 0
    heard: Heard | None = None
    mistaken: tuple[str, ...] = field(default=())


class WordCheck:
    """A Conversation that asks for each of WORDS.

    ``answers`` holds one answer for every word, at every moment. ``windows`` are the spans, start
    and end in samples, in which it waited in silence for an answer.
    """

    def __init__(self, prompts: WordPrompts) -> None:
        self._prompts = prompts
        self._at = 0
        self._since: Samples = 0
        self._asking = False
        self._silent_since: Samples | None = None
        self.answers = [Answer(word) for word in WORDS]
        self.windows: list[tuple[Samples, Samples]] = []

    @property
    def wanted(self) -> Wanted:
        """While a word is asked for, every intent; urgent ones as in a session."""
        if not self._asking:
            return Wanted(ENDING, ENDING & URGENT)
        return Wanted(_ALL, URGENT & ({WORDS[self._at]} | ENDING), self._since)

    def begin(self) -> Sequence[Action]:
        return (Say("intro", self._prompts.intro),)

    def handle(self, event: Happening) -> Sequence[Action]:
        match event:
            case Spoken():
                return self._after_speech(event)
            case Heard(accepted=True):
                return self._accept(event)
            case TimerDue():
                return self._miss(event.at)
            case _:
                return ()

    def abandon(self, now: Samples) -> Sequence[Action]:  # noqa: ARG002 - nothing is reported
        return (End(),)

    def _after_speech(self, event: Spoken) -> Sequence[Action]:
        if event.prompt == "over":
            return (End(),)
        if event.prompt in ASKED:
            self._silent_since = event.end
            return (ArmTimer("unheard", event.end + PATIENCE, _SETTLE),)
        if event.prompt not in ("again", "intro"):
            self._at += 1
        if self._at == len(WORDS):
            return (Say("over", self._prompts.over),)
        return self._ask(event.end)

    def _ask(self, now: Samples) -> Sequence[Action]:
        answer = self.answers[self._at]
        self.answers[self._at] = replace(answer, tries=answer.tries + 1)
        self._asking, self._since = True, now
        return (Say(_ASK[answer.word], self._prompts.ask.of(answer.word)),)

    def _accept(self, heard: Heard) -> Sequence[Action]:
        word = WORDS[self._at]
        self._close_window(heard.decided)
        if not self._asking or (heard.intent in ENDING and heard.intent != word):
            return self._break_off()
        answer = self.answers[self._at]
        if heard.intent != word:
            mistaken = (*answer.mistaken, heard.text)
            self.answers[self._at] = replace(answer, mistaken=mistaken)
            return self._miss(heard.decided)
        self._asking = False
        self.answers[self._at] = replace(answer, heard=heard)
        text = self._prompts.heard.of(word)
        return (DisarmTimers(), Tone("perfect"), Say(_HEARD[word], text))

    def _miss(self, now: Samples) -> Sequence[Action]:
        self._asking = False
        self._close_window(now)
        if self.answers[self._at].tries < TRIES:
            return (DisarmTimers(), Say("again", self._prompts.again))
        return (DisarmTimers(), Say("missed", self._prompts.missed))

    def _break_off(self) -> Sequence[Action]:
        """End early; the word that was asked for counts as not asked for."""
        self._asking = False
        self.answers[self._at] = Answer(WORDS[self._at])
        return (DisarmTimers(), Say("over", self._prompts.over))

    def _close_window(self, now: Samples) -> None:
        if self._silent_since is not None:
            self.windows.append((self._silent_since, now))
            self._silent_since = None

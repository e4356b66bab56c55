"""Endpointer: microphone frames -> Heard. It finds the end of every utterance by itself.

An urgent intent is recognised in two steps: ``Suspected`` when a partial result reads as one (the
coach hushes, reversibly), ``Heard`` when the partial result stands and the sound goes quiet. A
``Heard`` that is in doubt does not end the hush: the session decides when it ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from coach.audio.agc import AutomaticGain
from coach.audio.levels import MeasuredFrame
from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.acceptance import Acceptance, Wanted
from coach.hearing.address import Address
from coach.hearing.confirmation import Confirmation
from coach.hearing.endpoint_rules import PARTIAL_LAG, Ending, EndpointRules
from coach.hearing.grammar import Grammar
from coach.hearing.recogniser_feed import Awake, Backlog, Frame, RecogniserFeed
from coach.messages.events import Cleared, Heard, NotUnderstood, RecogniserReady, Suspected
from coach.ports import NoiseSuppressor, Recogniser, Word
from coach.settings import HearingSettings
from coach.units import Block, Samples, gain, samples

_WORD_ENDED: tuple[Samples, ...] = (0, samples(0.1), samples(0.2))
"""How long before it shows in the partial result a word may have ended. Each of these is tried: a
word that is measured together with the quiet after it may seem no louder than residual echo."""

HearingEvent = Heard | Suspected | Cleared | NotUnderstood | RecogniserReady


@dataclass(frozen=True, slots=True)
class Thought:
    """A step on the way to what was heard, which ``coach hear --explain`` prints."""

    at: Samples
    what: str
    detail: str = ""


Explain = Callable[[Thought], None]


def no_explanation(_: Thought) -> None:
    """The Explain of a session, where nobody asks why something was heard."""


class Endpointer:
    """Finds utterances in the frames of one session. Times are samples since its first frame.

    ``explain`` is called with every Thought, in order. ``awake`` says when the recogniser may be
    used; until then frames are kept for it.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        grammar: Grammar,
        settings: HearingSettings,
        suppressor: NoiseSuppressor | None = None,
        explain: Explain = no_explanation,
        guard: SelfSpeechGuard | None = None,
        awake: Awake | None = None,
        confirmation: Confirmation | None = None,
    ) -> None:
        self.frame: Samples = settings.frame
        """The length of every frame."""
        self._feed = RecogniserFeed(recogniser, settings.lead_in)
        self._grammar = grammar
        self._suppressor = suppressor
        self._explain = explain
        self._guard = guard
        self._rules = EndpointRules(grammar, settings)
        self._confirmation = confirmation
        self._acceptance = Acceptance(grammar, settings, guard, confirmation)
        self._address = Address(settings.address, guard, confirmation)
        self._gain = AutomaticGain(settings.gain, settings.frame)
        self._backlog = Backlog(awake)
        self._suspected_at: Samples | None = None

    @property
    def utterance_start(self) -> Samples | None:
        """No later than the beginning of what is being said; None while nobody speaks."""
        return self._rules.utterance_start

    def process(self, frame: MeasuredFrame, wanted: Wanted) -> list[HearingEvent]:
        """Take in one frame of ``self.frame`` samples; return what was found in it, in order."""
        residual_echo = 0.0 if self._guard is None else self._guard.level
        sound = self._amplify(frame)
        if self._suppressor is not None:
            echo_db = 0.0 if self._guard is None else self._guard.suppression_db(len(sound))
            sound = self._suppressor.suppress(sound, echo_db)
            residual_echo *= gain(-echo_db)
        was_awake = self._backlog.awake_since is not None
        findings: list[HearingEvent] = []
        for each in self._backlog.take_in(Frame(sound, residual_echo, self._gain.factor)):
            findings += self._understand(each, wanted)
        if was_awake or self._backlog.awake_since is None:
            return findings
        return [RecogniserReady(self._backlog.arrived), *findings]

    def _amplify(self, frame: MeasuredFrame) -> Block:
        """Amplify before noise is suppressed: libspeexdsp takes very soft speech for noise."""
        before = self._gain.factor
        coach_speaks = self._coach_spoke_within(len(frame.sound))
        amplified = self._gain.amplify(frame, coach_speaks=coach_speaks)
        if self._gain.factor > before:
            self._note("amplifies", f"by {20 * math.log10(self._gain.factor):.0f} dB")
        return amplified

    def _understand(self, frame: Frame, wanted: Wanted) -> list[HearingEvent]:
        self._rules.measure(frame)
        self._decode(frame.sound)
        if self._confirmation is not None:
            self._confirmation.take_in(frame.sound)
        over_coach = self._coach_spoke_within(PARTIAL_LAG)
        if self._rules.follow(self._feed.partial(), over_coach=over_coach):
            self._note("thinks", f"«{self._rules.text}»")
            self._confirm(wanted)
        findings = self._suspect(wanted)
        ending = self._rules.ending(wanted) if self._feed.listening else None
        if ending is not None:
            findings += self._close(ending, wanted)
        return findings

    def _decode(self, sound: Block) -> None:
        listened = self._feed.listening
        self._feed.feed(sound, loud=self._rules.is_loud(len(sound)))
        if self._feed.listening and not listened:
            self._rules.begin_listening()
            self._note("listens", f"level {self._rules.level(len(sound)):.0f}")

    def _confirm(self, wanted: Wanted) -> None:
        """Let the second reading go on while the partial result is a command that counts now."""
        if self._confirmation is None:
            return
        start, intent = self._rules.utterance_start, self._grammar.intent_of(self._rules.text)
        if start is not None and intent in wanted.intents:
            self._confirmation.read_on(start)
        else:
            self._confirmation.hold()

    def _suspect(self, wanted: Wanted) -> list[HearingEvent]:
        """Begin or end a suspicion, by the partial result."""
        rules = self._rules
        intent = self._grammar.intent_of(rules.said)
        if self._suspected_at is not None:
            remainders = self._grammar.after_urgent(rules.said)
            beginnings = self._grammar.beginnings
            if intent in wanted.urgent or any(text in beginnings for text in remainders):
                return []
            return self._clear()
        if intent not in wanted.urgent or not rules.may_hush():
            return []
        if not any(self._may_be_said(rules.said, rules.now - ago) for ago in _WORD_ENDED):
            return []
        self._suspected_at = self._backlog.arrived
        self._note("suspects", str(intent))
        return [Suspected(self._backlog.arrived)]

    def _coach_spoke_within(self, length: Samples) -> bool:
        return self._guard is not None and self._guard.coach_spoke_within(length)

    def _may_be_said(self, text: str, end: Samples) -> bool:
        """Whether the sound before ``end`` may be a person who says ``text``."""
        return self._acceptance.suspects(text, end - PARTIAL_LAG // 2, end)

    def _clear(self) -> list[HearingEvent]:
        if self._suspected_at is None:
            return []
        self._suspected_at = None
        self._note("clears")
        return [Cleared(self._backlog.arrived)]

    def _close(self, ending: Ending, wanted: Wanted) -> list[HearingEvent]:
        found = self._judge(ending, wanted)
        if self._confirmation is not None:
            self._confirmation.close()
        return found

    def _judge(self, ending: Ending, wanted: Wanted) -> list[HearingEvent]:
        said_nothing = not self._rules.text
        peak = self._rules.peak
        self._rules.close()
        if ending == "nothing said":
            self._feed.rest()
            self._note("rests")
            return self._clear()
        words = self._feed.result()
        self._note("closes", f"{ending}: {_with_confidences(words)}")
        # Steady noise that is cut for its length may come out as a word, which nobody has said.
        if said_nothing or not words:
            return self._clear()
        decided = self._backlog.arrived
        reacted = decided if self._suspected_at is None else self._suspected_at
        judgement = self._acceptance.judge(words, wanted, reacted, decided)
        self._note("judges", judgement.verdict)
        heard = judgement.heard
        if heard is None or not (heard.accepted or heard.doubtful):
            found = [*self._clear(), *([heard] if heard else [])]
            return [*found, *self._not_understood(words, peak, wanted)]
        self._suspected_at = None
        self._address.note_command(peak, words[-1].end)
        return [heard]

    def _not_understood(
        self, words: tuple[Word, ...], peak: float, wanted: Wanted
    ) -> list[HearingEvent]:
        plain = wanted.answer and self._address.is_plain(words, peak)
        self._address.note_other(words[-1].end)
        return [NotUnderstood(self._backlog.arrived)] if plain else []

    def _note(self, what: str, detail: str = "") -> None:
        self._explain(Thought(self._rules.now, what, detail))


def _with_confidences(words: tuple[Word, ...]) -> str:
    return " ".join(f"{word.text}({word.confidence:.2f})" for word in words) or "no words"

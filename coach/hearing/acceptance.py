"""Acceptance: decides what a closed utterance means, and whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from coach.echo.self_speech import SelfSpeechGuard
from coach.hearing.confirmation import Confirmation
from coach.hearing.grammar import Grammar
from coach.hearing.utterance_parts import PersonsPart, after_pause, persons_part, text_of
from coach.hearing.verdicts import Verdict, refusal_of
from coach.messages.events import Heard
from coach.messages.intents import ENDING, OF_ITS_STATE, Intent
from coach.ports import Word
from coach.settings import HearingSettings
from coach.units import Samples


@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts now: the intents that the session can use, and the urgent ones among them.

    An utterance that is not urgent and began before the sample ``since`` does not count: it was
    meant for the question or exercise before. ``answer`` is whether a question waits for one.
    ``pressed`` are those that count besides where somebody presses a button.
    """

    intents: frozenset[Intent] = frozenset()
    urgent: frozenset[Intent] = frozenset()
    since: Samples = 0
    answer: bool = False
    pressed: frozenset[Intent] = frozenset()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an utterance. ``heard`` is None when it is no sentence of the grammar."""

    verdict: Verdict
    heard: Heard | None = None


class Acceptance:
    """Judges one utterance after another. One that follows without a pause belongs to the one
    before it."""

    def __init__(
        self,
        grammar: Grammar,
        settings: HearingSettings,
        guard: SelfSpeechGuard | None = None,
        confirmation: Confirmation | None = None,
    ) -> None:
        self._grammar = grammar
        self._settings = settings
        self._guard = guard
        self._confirmation = confirmation
        self._talk_end: Samples | None = None
        self._command: Heard | None = None

    def judge(
        self, words: tuple[Word, ...], wanted: Wanted, reacted: Samples, decided: Samples
    ) -> Judgement:
        """Judge an utterance of at least one word.

        ``reacted`` is the sample at which the coach fell silent for it, ``decided`` the present.
        """
        part = self._of_a_person(words)
        words, text = part.words, text_of(part.words)
        intent = self._meant(text, wanted)
        end = words[-1].end
        start = min(max(words[0].start, words[0].end - self._settings.longest_word), end)
        if intent is None:
            if not self._is_own_voice(start, end):
                self._talk_end = end
            return Judgement("no sentence")
        confidence = self._certainty(words, intent)
        urgent = intent in wanted.urgent
        verdict = self._verdict(intent, (start, end), confidence, wanted)
        verdict = self._unless_echo(verdict, text, start, end, urgent=urgent)
        if part.beside != "nothing" and verdict == "accepted":
            verdict = self._of_mixed(part, text, start, end)
        verdict = self._if_confirmed(verdict, intent, words, (start, end))
        heard = Heard(
            intent,
            text,
            confidence,
            start=start,
            end=end,
            reacted=min(reacted, decided),
            decided=decided,
            urgent=urgent,
            accepted=verdict == "accepted",
            doubtful=verdict == "in doubt",
            refused=refusal_of(verdict, answer=wanted.answer),
        )
        if self._guard is not None:
            self._guard.leave_out(start, end)
        self._remember(heard, verdict)
        return Judgement(verdict, heard)

    def _of_a_person(self, words: tuple[Word, ...]) -> PersonsPart:
        """What of an utterance a person meant to say."""
        words = after_pause(words, self._grammar, self._settings.endpoint_unknown)
        guard = self._guard
        if guard is None or not guard.coach_speaks(words[0].start, words[-1].end):
            return PersonsPart(words)
        return persons_part(words, self._grammar, self._is_own_voice)

    def _of_mixed(self, part: PersonsPart, text: str, start: Samples, end: Samples) -> Verdict:
        """The verdict on a part that would be accepted if it were all that was said: it has to be
        as loud as what is not urgent, and no words that the coach is saying.
        """
        guard = self._guard
        own = guard is not None and (
            self._is_own_voice(start, end)
            or guard.is_strict(start, end)
            or guard.are_own_words(text, start)
        )
        if self._reads(part.words) in ENDING and (own or part.beside == "a voice"):
            return "in doubt"
        return "the coach's own voice" if own else "accepted"

    def _remember(self, heard: Heard, verdict: Verdict) -> None:
        """Remember what the next utterance may belong to."""
        if heard.accepted:
            self._command = heard
        elif verdict in ("not confirmed", "hardly a voice") or verdict.startswith("more of"):
            self._talk_end = heard.end

    def _meant(self, text: str, wanted: Wanted) -> Intent | None:
        intent = self._grammar.intent_of(text)
        return None if intent in OF_ITS_STATE and intent not in wanted.intents else intent

    def _certainty(self, words: tuple[Word, ...], intent: Intent) -> float:
        """The confidence of an utterance: that of its least certain word.

        Where the same thing is said several times, the most certain repetition counts.
        """
        count = len(words)
        return max(
            min(word.confidence for word in words[start:end])
            for start, end in combinations(range(count + 1), 2)
            if all(
                not part or self._reads(part) == intent
                for part in (words[:start], words[start:end], words[end:])
            )
        )

    def _reads(self, words: tuple[Word, ...]) -> Intent | None:
        return self._grammar.intent_of(text_of(words))

    def _unless_echo(
        self, verdict: Verdict, text: str, start: Samples, end: Samples, *, urgent: bool
    ) -> Verdict:
        echo = self._echo_verdict(text, start, end, urgent=urgent)
        # An utterance that does not count anyway is worth no question.
        if echo is None or (echo == "in doubt" and verdict != "accepted"):
            return verdict
        return echo

    def _if_confirmed(
        self,
        verdict: Verdict,
        intent: Intent,
        words: tuple[Word, ...],
        span: tuple[Samples, Samples],
    ) -> Verdict:
        # A voice that is mixed with residual echo is not always read the same twice.
        if verdict not in ("accepted", "in doubt"):
            return verdict
        if self._confirmation is None or self._over_coach(span):
            return verdict
        confirmed = self._confirmation.confirms(intent, words, span[0])
        if confirmed == "confirmed":
            return verdict
        return "in doubt" if verdict == "accepted" and intent in ENDING else confirmed

    def suspects(self, text: str, start: Samples, end: Samples) -> bool:
        """Whether the coach should fall silent for the partial result of an urgent utterance."""
        return self._echo_verdict(text, start, end, urgent=True) in (None, "in doubt")

    def _echo_verdict(
        self, text: str, start: Samples, end: Samples, *, urgent: bool
    ) -> Verdict | None:
        guard = self._guard
        if guard is None:
            return None
        if self._is_doubtful(guard, text, start, end):
            return "in doubt"
        if self._is_drawn_out(guard, text, start, end) or guard.is_own_voice(
            start, end, urgent=urgent
        ):
            return "the coach's own voice"
        if not guard.is_strict(start, end):
            return None
        if guard.are_own_words(text, start):
            return "the coach's own words"
        counts = urgent or guard.is_plain(start, end)
        return None if counts else "not urgent, and the coach is loud"

    def _is_doubtful(self, guard: SelfSpeechGuard, text: str, start: Samples, end: Samples) -> bool:
        return (
            self._grammar.intent_of(text) in ENDING
            and not self._is_drawn_out(guard, text, start, end)
            and guard.is_doubtful(text, start, end)
        )

    def _is_drawn_out(
        self, guard: SelfSpeechGuard, text: str, start: Samples, end: Samples
    ) -> bool:
        # A few words that take very long are what the recogniser makes of the coach's speech.
        longest = len(text.split()) * self._settings.longest_word
        return end - start > longest and guard.coach_speaks(start, end)

    def _is_own_voice(self, start: Samples, end: Samples) -> bool:
        return self._guard is not None and self._guard.is_own_voice(start, end, urgent=False)

    def _verdict(
        self, intent: Intent, span: tuple[Samples, Samples], confidence: float, wanted: Wanted
    ) -> Verdict:
        settings, (start, _) = self._settings, span
        urgent = intent in wanted.urgent
        if _follows(start, self._talk_end, settings.pause_after_talk):
            return "more of the talk before"
        if self._belongs_to_command(intent, start, urgent=urgent):
            return "more of the command before"
        if confidence < self._least_confidence(intent, span):
            return "not certain enough"
        if not urgent and start < wanted.since:
            return "meant for what came before"
        if intent not in wanted.intents:
            return "not wanted now"
        doubtful = intent in ENDING and confidence < self._confidence_to_end(intent, span)
        return "in doubt" if doubtful else "accepted"

    def _least_confidence(self, intent: Intent, span: tuple[Samples, Samples]) -> float:
        """The least confidence at which an utterance counts, or is asked about if it ends all."""
        settings = self._settings
        if intent in ENDING or not self._over_coach(span):
            return settings.least_confidence
        return settings.least_confidence_over_coach

    def _confidence_to_end(self, intent: Intent, span: tuple[Samples, Samples]) -> float:
        """The least confidence at which an utterance ends the session without a question."""
        settings = self._settings
        if intent not in ("pain", "alarm"):
            return settings.ending_confidence
        over_coach = self._over_coach(span)
        return settings.care_confidence_over_coach if over_coach else settings.care_confidence

    def _over_coach(self, span: tuple[Samples, Samples]) -> bool:
        return self._guard is not None and self._guard.coach_speaks(*span)

    def _belongs_to_command(self, intent: Intent, start: Samples, *, urgent: bool) -> bool:
        last = self._command
        if last is None or (urgent and intent != last.intent):
            return False
        return _follows(start, last.end, self._settings.pause_after_command)


def _follows(start: Samples, end: Samples | None, pause: Samples) -> bool:
    """Whether less than ``pause`` lies between the ``end`` of an utterance and the next one."""
    return end is not None and start - end < pause

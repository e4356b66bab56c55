"""Player: plays a script step by step; after an interruption it continues at the last anchor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coach.dialogue.prompts import Prompts
from coach.dialogue.steps import LONGEST_UTTERANCE, TO_BE_HEARD_IN, Script, Step
from coach.dialogue.verbosity import SHORTER, TONE_INSTEAD, Brevity, Verbosity
from coach.messages.actions import Action, ArmTimer, DisarmTimers, Say, Silence, Tone
from coach.messages.prompt_ids import PromptId
from coach.units import Samples

STEP = "step"
"""The timer for the end of a step."""

ANSWER = "answer"
"""The timer for how long a question waits for its answer."""


class Player:
    """Turns steps into actions, and passes these to ``act``.

    ``patience`` is how long a question waits for its answer.
    """

    def __init__(
        self,
        prompts: Prompts,
        verbosity: Verbosity,
        patience: Samples,
        act: Callable[[Action], None],
    ) -> None:
        self._prompts = prompts
        self.brevity = Brevity(verbosity, prompts.kinds)
        self._patience = patience
        self._act = act
        self._script: Script = ()
        self._position = 0
        self._later: tuple[Script, int] | None = None
        self._last_cue: Step | None = None
        self.leaves_pauses = False
        """Whether a pause, in which the person can be heard, follows whatever is not on a beat."""
        self.awaits_answer = False
        """Whether a question was asked, and nothing is said until its answer comes."""

    def play(self, script: Script, now: Samples) -> None:
        """Begin a script in place of the present one."""
        self._later = None
        self._begin(script, 0, now)

    def interject(self, script: Script, now: Samples) -> None:
        """Play a script, then continue the one that it interrupts."""
        later = self._later or self._resume_point()
        self._begin(script, 0, now)
        self._later = later

    @property
    def is_at_end(self) -> bool:
        """Whether nothing of the script would be left to play after an interruption."""
        script, position = self._later or self._resume_point()
        return position >= len(script)

    def suspend(self) -> tuple[Script, int]:
        """The script and position at which ``resume`` has to continue after a pause.

        Because the person moves in a pause, it continues at the first of the last consecutive cues
        to take up a position, if there were any.
        """
        script, position = self._later or self._resume_point()
        stances = [i for i, step in enumerate(script[: position + 1]) if step.stance]
        if not stances:
            return script, position
        first = stances[-1]
        while first > 0 and script[first - 1].stance:
            first -= 1
        return script, first

    def resume(self, point: tuple[Script, int], now: Samples) -> bool:
        """Continue at ``point``; return whether that script has no step left."""
        self._later = None
        script, position = point
        return self._begin(script, position, now)

    def say_again(self, now: Samples) -> None:
        """Repeat the last cue in words; a rep that this interrupts starts again."""
        step = self._current
        if step is not None and step.anchor and step is self._last_cue:
            before, after = self._script[: self._position], self._script[self._position + 1 :]
            script = (*before, replace(step, in_words=True), *after)
            self._begin(script, self._position, now, keep_later=True)
        elif self._last_cue is not None:
            last = self._last_cue
            cue = Step(last.prompt, last.fills, in_words=True, words=last.words)
            self.interject((cue,), now)

    def ask_again(self) -> None:
        """Ask the current question again, in its other wording."""
        step = self._current
        if step is not None and step.again is not None:
            before, after = self._script[: self._position], self._script[self._position + 1 :]
            self._act(Say(step.again, self._prompts.text(step.again, dict(step.fills))))
            self._last_cue = replace(step, prompt=step.again)
            self._script = (*before, self._last_cue, *after)
            self.awaits_answer = False

    def ask_with(self, answers: Step, now: Samples, *, again: bool) -> None:
        """Say what can be answered to the current question.

        If it is to be asked ``again``, it is asked before that, in its other wording.
        """
        step = self._current
        if step is None or step.again is None:
            return
        before, after = self._script[: self._position], self._script[self._position + 1 :]
        question = replace(step, prompt=step.again, again=None, reached=None)
        fills = (*step.fills, *answers.fills)
        choices = replace(answers, again=step.again, fills=fills, anchor=False)
        self._script = (*before, question, choices, *after)
        self._position += 0 if again else 1
        self._act(DisarmTimers())  # else the timer of the question would ask it over these words
        self._start(now)

    def ask_aside(self, prompt: PromptId, now: Samples) -> None:
        """Ask a question while a script on a beat goes on, and wait for the answer meanwhile."""
        self._act(Say(prompt, self._prompts.text(prompt, {})))
        self._act(ArmTimer(ANSWER, now + self._patience, LONGEST_UTTERANCE))

    def spoken(self, now: Samples) -> bool:
        """Note that the words of the current step ended; return whether the script did, too."""
        step = self._current
        if step is not None and step.prompt is not None:
            self.brevity.note_said(step.prompt, step.words)
        if step is None or step.on_beat:
            return False
        if step.again is not None:
            self.awaits_answer = True
            self._act(ArmTimer(ANSWER, now + self._patience, LONGEST_UTTERANCE))
            return False
        length, settle = step.length, step.settle
        if self.leaves_pauses:
            length, settle = max(length, TO_BE_HEARD_IN), LONGEST_UTTERANCE
        if length:
            self._act(ArmTimer(STEP, now + length, settle))
            return False
        return self.step_over(now)

    def step_over(self, now: Samples) -> bool:
        """Note that the current step ended at ``now``; return whether the script did, too."""
        self._position += 1
        return self._start(now)

    @property
    def _current(self) -> Step | None:
        return self._script[self._position] if self._position < len(self._script) else None

    def _resume_point(self) -> tuple[Script, int]:
        step = self._current
        if step is None:
            return self._script, self._position
        if step.once:
            return self._script, self._position + 1
        anchors = [i for i in range(self._position + 1) if self._script[i].anchor]
        return self._script, max(anchors, default=0)

    def _begin(
        self, script: Script, position: int, now: Samples, *, keep_later: bool = False
    ) -> bool:
        later = self._later if keep_later else None
        self._act(DisarmTimers())
        self._script, self._position = script, position
        self._later = None
        over = self._start(now)
        self._later = later
        return over

    def _start(self, now: Samples) -> bool:
        self.awaits_answer = False
        step = self._current
        if step is None:
            if self._later is None:
                return True
            point, self._later = self._later, None
            return self.resume(point, now)
        if step.reached is not None:
            step.reached(now)
        if step.prompt is not None and not step.counts:
            self._last_cue = step
        if step.prompt is None and step.tone is not None:
            self._act(Tone(step.tone))
        left_out = step.prompt is not None and not self._voice(step, step.prompt)
        if step.on_beat or left_out:
            length = max(step.length, step.unsaid) if left_out else step.length
            self._act(ArmTimer(STEP, now + length, step.settle))
        return False

    def _voice(self, step: Step, prompt: PromptId) -> bool:
        """Say the words of a step, or what replaces them, with its tone.

        Returns whether any words are said.
        """
        said: PromptId | None = prompt
        tone = step.tone
        if not step.in_words and self.brevity.leaves_out(prompt, step.words):
            said = SHORTER.get(prompt)
            tone = tone or TONE_INSTEAD.get(prompt)
        if said is None:
            self._act(Silence())
        else:
            words = step.words or self._prompts.text(said, dict(step.fills))
            self._act(Say(said, words, step.on_beat))
        if tone is not None:
            self._act(Tone(tone))
        return said is not None

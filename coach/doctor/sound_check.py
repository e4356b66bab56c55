"""Sound check: measures microphone, room and echo while it plays chirps and runs an engine.

A microphone block goes in, a speaker block comes out. The speaker is first quiet, then plays
chirps, then what the engine says. The microphone's sound stays in memory until it is measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coach.doctor.bandwidth import above_telephone_db
from coach.doctor.chirp import LATEST, LENGTH, EchoMeasured, chirp, find_echo
from coach.doctor.noise import (
    SILENT_DBFS,
    Quiet,
    clipped_samples,
    is_dead,
    measure_quiet,
    speech_dbfs,
)
from coach.doctor.word_check import Answer, WordCheck
from coach.echo.canceller import Calibration
from coach.echo.delay_estimator import LONGEST
from coach.echo.own_monitor import is_own_monitor
from coach.engine import Engine
from coach.hearing.acceptance import Wanted
from coach.messages.actions import Action, End, Say
from coach.messages.events import Happening, Spoken
from coach.units import Block, Samples, samples, silence

SETTLING: Samples = samples(0.5)
"""How long a sound card may need to start; its sound is not measured."""
QUIET: Samples = samples(2.5)
CHIRPS = 3
CHIRPED: Samples = LENGTH + LATEST

BEFORE_WORDS: Samples = SETTLING + QUIET + CHIRPS * CHIRPED
"""Where the time of the engine begins."""

_ECHO_DIES: Samples = samples(0.4)
"""How long the echo of the coach's last word may last; nobody answers sooner."""
_STANDS_OUT_DB = 10.0
"""How far above the noise something is that may be a voice."""

_STARTS = tuple(SETTLING + QUIET + number * CHIRPED for number in range(CHIRPS))


@dataclass(frozen=True, slots=True)
class SoundMeasured:
    """What was measured.

    ``heard`` and ``lost`` are counts of samples, ``loudest`` is the peak in int16 units. ``dead``
    is whether the microphone sent digital silence throughout. ``clipped`` counts the samples that
    clipped in the quiet and in the words, ``chirps_clipped`` those that did during the chirps.
    ``quiet`` is None if the sound ended too early, ``echo`` also if there is no echo.
    ``speech_dbfs`` is the level of the softest word that was understood; without one, that of the
    loudest answer; None if nothing stands out from the noise. ``above_telephone_db`` is the level
    of the words above the band of a telephone, relative to that within it, or None as well.
    """

    heard: Samples
    lost: Samples
    dead: bool
    loudest: int
    clipped: int
    chirps_clipped: int
    quiet: Quiet | None
    echo: EchoMeasured | None
    speech_dbfs: float | None
    above_telephone_db: float | None = None

    @property
    def chirped(self) -> bool:
        """Whether all of the chirps were played and listened to."""
        return self.heard >= BEFORE_WORDS

    @property
    def is_own_monitor(self) -> bool:
        """Whether the microphone is the speaker's own monitor, and hears no room."""
        echo, quiet = self.echo, self.quiet
        if echo is None or quiet is None:
            return False
        return is_own_monitor(echo.unlike_db, echo.gain_db, silent_before=quiet.dead)


class SoundCheck:
    """What a duplex runs. Without an engine it ends after the chirps.

    ``delay`` is that of the duplex, as in the port; it must be set before the engine begins.
    """

    def __init__(self, engine: Engine | None, delay: Samples = 0) -> None:
        self._engine = engine
        self._stimulus = _stimulus()
        self._heard: list[Block] = []
        self._now: Samples = 0
        self._lost: Samples = 0
        self.delay = delay

    def process(self, microphone: Block) -> Block | None:
        """The speaker's block for the microphone's, of the same length; None at the end."""
        first = microphone[: max(0, BEFORE_WORDS - self._now)]
        played = self._stimulus[self._now : self._now + len(first)]
        rest = microphone[len(first) :]
        self._add(microphone)
        if len(rest) == 0:
            return played.copy()
        if self._engine is None:
            return None
        if self._now - len(rest) == BEFORE_WORDS:
            self._prepare(self._engine)
        answer = self._engine.process(rest)
        return None if answer is None else np.concatenate([played, answer])

    def lose(self, count: Samples) -> None:
        """The sound card dropped ``count`` samples of the microphone."""
        self._lost += count
        left = count - max(0, BEFORE_WORDS - self._now)
        self._add(silence(count))
        if left > 0 and self._engine is not None:
            self._engine.lose(left)

    @property
    def began_dead(self) -> bool:
        """Whether the microphone sent digital silence from the start."""
        return is_dead(np.concatenate([*self._heard, silence(0)])[SETTLING : _STARTS[0]])

    def measured(self, word_check: WordCheck | None = None) -> SoundMeasured:
        """What was measured so far; ``word_check`` is what the engine ran."""
        sound = np.concatenate([*self._heard, silence(0)])
        before, words = sound[SETTLING : _STARTS[0]], sound[BEFORE_WORDS:]
        chirped = sound[_STARTS[0] : BEFORE_WORDS]
        quiet = measure_quiet(before) if len(before) == QUIET else None
        speech = _speech(words, word_check, quiet)
        return SoundMeasured(
            heard=len(sound),
            lost=self._lost,
            dead=is_dead(sound[SETTLING:]),
            loudest=int(np.max(np.abs(sound.astype(np.int32)), initial=0)),
            clipped=clipped_samples(before) + clipped_samples(words),
            chirps_clipped=clipped_samples(chirped),
            quiet=quiet,
            echo=self._echo(sound, quiet),
            speech_dbfs=speech,
            above_telephone_db=None if speech is None else above_telephone_db(words),
        )

    def _add(self, microphone: Block) -> None:
        self._heard.append(microphone.copy())
        self._now += len(microphone)

    def _prepare(self, engine: Engine) -> None:
        """Give the engine the delay of the duplex, and the calibration that the chirps yielded."""
        engine.align(self.delay)
        sound = np.concatenate(self._heard)
        echo = self._echo(sound, measure_quiet(sound[SETTLING : _STARTS[0]]))
        if echo is not None and echo.delay <= LONGEST:
            engine.calibrate(Calibration(echo.delay))

    @staticmethod
    def _echo(sound: Block, quiet: Quiet | None) -> EchoMeasured | None:
        return None if quiet is None else find_echo(sound, _STARTS, quiet.noise_rms)


class Monologue:
    """A Conversation that repeats one wording without a pause, and listens for ``wanted``."""

    def __init__(self, text: str, wanted: Wanted) -> None:
        self.wanted = wanted
        self._say = Say("monologue", text)

    def begin(self) -> Sequence[Action]:
        return (self._say,)

    def handle(self, event: Happening) -> Sequence[Action]:
        return (self._say,) if isinstance(event, Spoken) else ()

    def abandon(self, now: Samples) -> Sequence[Action]:  # noqa: ARG002 - nothing is reported
        return (End(),)


def work_hard(engine: Engine, said: Block) -> Samples:
    """Let an engine process ``said`` together with the echo of its own voice.

    Speech without a pause while the coach speaks is the most work that there is. Returns how many
    samples were processed.
    """
    block = samples(0.03)
    echo = silence(block)
    for start in range(0, len(said) - block + 1, block):
        microphone = said[start : start + block] // 2 + echo // 4
        answer = engine.process(microphone)
        echo = silence(block) if answer is None else answer
    return len(said) // block * block


def _stimulus() -> Block:
    sound = silence(BEFORE_WORDS)
    for start in _STARTS:
        sound[start : start + LENGTH] = chirp()
    return sound


def _speech(words: Block, word_check: WordCheck | None, quiet: Quiet | None) -> float | None:
    """See SoundMeasured.speech_dbfs."""
    if word_check is None or quiet is None:
        return None
    heard = [answer.heard for answer in word_check.answers if answer.heard is not None]
    if heard:
        return min(speech_dbfs(words[each.start : each.end]) for each in heard)
    windows = [words[start + _ECHO_DIES : end] for start, end in word_check.windows]
    loudest = max((speech_dbfs(window) for window in windows), default=SILENT_DBFS)
    return loudest if loudest > quiet.noise_dbfs + _STANDS_OUT_DB else None


def confidences(answers: Sequence[Answer]) -> Mapping[str, float | None]:
    """The confidence of every word, 0 to 1; None for one that was not understood."""
    return {each.word: None if each.heard is None else each.heard.confidence for each in answers}

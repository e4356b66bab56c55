"""Sound check: a microphone block goes in, a speaker block comes out, and afterwards one knows.

First it is quiet, then come chirps, then whatever an engine has to say; all of what was heard is
kept until it is measured, and no longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
from coach.engine import Engine
from coach.hearing.acceptance import Wanted
from coach.messages.actions import Action, End, Say
from coach.messages.events import Happening, Spoken
from coach.units import Block, Samples, samples, silence

SETTLING: Samples = samples(0.5)
"""What a sound card needs to begin; it is not listened to."""
QUIET: Samples = samples(2.5)
CHIRPS = 3
CHIRPED: Samples = LENGTH + LATEST

BEFORE_WORDS: Samples = SETTLING + QUIET + CHIRPS * CHIRPED
"""The engine's time begins here."""

_ECHO_DIES: Samples = samples(0.4)
"""After the coach's last word; nobody answers sooner."""
_STANDS_OUT_DB = 10.0

_STARTS = tuple(SETTLING + QUIET + number * CHIRPED for number in range(CHIRPS))


@dataclass(frozen=True, slots=True)
class SoundMeasured:
    """What was heard. ``heard`` and ``lost`` are samples; ``loudest`` int16; ``clipped`` counts
    samples in the quiet and in the words, ``chirps_clipped`` those while the speaker chirped.

    ``quiet`` and ``echo`` are None where the microphone ended too early. ``speech_dbfs`` is the
    level of the softest word that was understood; where none was, of the loudest that came in
    answer; None where nothing came that stands out from the noise.
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

    @property
    def chirped(self) -> bool:
        """Whether all of the chirps were played and listened to."""
        return self.heard >= BEFORE_WORDS


class SoundCheck:
    """What is to be run by a duplex; without an engine it ends after the chirps."""

    def __init__(self, engine: Engine | None, delay: Samples = 0) -> None:
        self._engine = engine
        self._stimulus = _stimulus()
        self._heard: list[Block] = []
        self._now: Samples = 0
        self._lost: Samples = 0
        self.delay = delay
        """That of the duplex, as in the port; to be set before the words begin."""

    def process(self, microphone: Block) -> Block | None:
        """The speaker's block for the microphone's; None when all is over."""
        first = microphone[: max(0, BEFORE_WORDS - self._now)]
        played = self._stimulus[self._now : self._now + len(first)]
        rest = microphone[len(first) :]
        self._keep(microphone)
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
        self._keep(silence(count))
        if left > 0 and self._engine is not None:
            self._engine.lose(left)

    @property
    def began_dead(self) -> bool:
        """Whether not even the quiet was heard: then nothing has ended."""
        return is_dead(np.concatenate([*self._heard, silence(0)])[SETTLING : _STARTS[0]])

    def measured(self, asking: WordCheck | None = None) -> SoundMeasured:
        """What was heard so far, and of the words that ``asking`` asked for."""
        sound = np.concatenate([*self._heard, silence(0)])
        before, words = sound[SETTLING : _STARTS[0]], sound[BEFORE_WORDS:]
        chirped = sound[_STARTS[0] : BEFORE_WORDS]
        quiet = measure_quiet(before) if len(before) == QUIET else None
        return SoundMeasured(
            heard=len(sound),
            lost=self._lost,
            dead=is_dead(sound[SETTLING:]),
            loudest=int(np.max(np.abs(sound.astype(np.int32)), initial=0)),
            clipped=clipped_samples(before) + clipped_samples(words),
            chirps_clipped=clipped_samples(chirped),
            quiet=quiet,
            echo=self._echo(sound, quiet),
            speech_dbfs=None if asking is None or quiet is None else _speech(words, asking, quiet),
        )

    def _keep(self, microphone: Block) -> None:
        self._heard.append(microphone.copy())
        self._now += len(microphone)

    def _prepare(self, engine: Engine) -> None:
        """Tell the engine what is known by now of the way from the speaker to the microphone."""
        engine.align(self.delay)
        sound = np.concatenate(self._heard)
        echo = self._echo(sound, measure_quiet(sound[SETTLING : _STARTS[0]]))
        if echo is not None and echo.delay <= LONGEST:
            engine.calibrate(Calibration(echo.delay))

    @staticmethod
    def _echo(sound: Block, quiet: Quiet | None) -> EchoMeasured | None:
        return None if quiet is None else find_echo(sound, _STARTS, quiet.noise_rms)


class Monologue:
    """A Conversation that says one thing over and over, and listens for everything."""

    def __init__(self, text: str, wanted: Wanted) -> None:
        self.wanted = wanted
        self._say = Say("monologue", text)

    def begin(self) -> Sequence[Action]:
        return (self._say,)

    def handle(self, event: Happening) -> Sequence[Action]:
        return (self._say,) if isinstance(event, Spoken) else ()

    def abandon(self, now: Samples) -> Sequence[Action]:  # noqa: ARG002 - nobody is told
        return (End(),)


def work_hard(engine: Engine, said: Block) -> Samples:
    """Let an engine work on ``said``, with its own voice in it again; how much that was.

    What is said without a pause while the coach speaks is the most work that there is.
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


def _speech(words: Block, asking: WordCheck, quiet: Quiet) -> float | None:
    heard = [answer.heard for answer in asking.answers if answer.heard is not None]
    if heard:
        return min(speech_dbfs(words[each.start : each.end]) for each in heard)
    windows = [words[start + _ECHO_DIES : end] for start, end in asking.windows]
    loudest = max((speech_dbfs(window) for window in windows), default=SILENT_DBFS)
    return loudest if loudest > quiet.noise_dbfs + _STANDS_OUT_DB else None


def told(answers: Sequence[Answer]) -> Mapping[str, float | None]:
    """The confidence of every word, None for one that was not understood."""
    return {each.word: None if each.heard is None else each.heard.confidence for each in answers}

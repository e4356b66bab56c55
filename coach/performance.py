"""Performance: one session from its first block to its last, with what watches and records it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from coach.devices.audio_file import SessionWav
from coach.devices.journal_file import JournalFile
from coach.engine import Observer
from coach.errors import OutputError
from coach.journal import Journal
from coach.messages import Event, Outcome, SessionEnded
from coach.ports import Duplex
from coach.units import Block, silence
from coach.wiring import Coach

OnBlock = Callable[[Block, Block], None]


class _LastOutcome:
    def __init__(self) -> None:
        self.outcome: Outcome = "abandoned"

    def __call__(self, event: Event) -> None:
        if isinstance(event, SessionEnded):
            self.outcome = event.outcome


def perform(
    coach: Coach,
    make_duplex: Callable[[OnBlock], Duplex],
    observers: Iterable[Observer],
    *,
    warn: Callable[[str], None],
    journal: str | None = None,
    render: Path | None = None,
) -> Outcome:
    """Run a session and say how it ended.

    ``journal`` is a path or ``-``; ``render`` a stereo WAV; ``warn`` is told in a line what the
    session goes without. Raises OutputError before the session
    when one of them cannot be made, and after it when one could not be written to the end.
    """
    if journal and render and Path(journal).resolve() == render.resolve():
        raise OutputError(f"{render}: a journal and a recording cannot be one file")
    last = _LastOutcome()
    watching: list[Observer] = [*observers, last]
    with ExitStack() as stack:
        files: list[JournalFile | SessionWav] = []
        on_block: OnBlock = _drop
        if journal is not None:
            lines = stack.enter_context(JournalFile(journal))
            files.append(lines)
            watching.append(Journal(lines.write))
        if render is not None:
            wav = stack.enter_context(SessionWav(render))
            files.append(wav)
            on_block = wav.write
        engine = coach.engine(watching, warn)
        try:
            make_duplex(on_block).run(engine.process, engine.lose)
        finally:
            engine.abandon()
    for file in files:
        if file.failure is not None:
            raise file.failure
    return last.outcome


def _drop(_microphone: Block, _speaker: Block) -> None:
    """Nobody records this session."""


def announce(sound: Block, duplex: Duplex) -> None:
    """Play ``sound`` through the speaker, deaf to the microphone."""
    left = sound

    def process(microphone: Block) -> Block | None:
        nonlocal left
        if len(left) == 0:
            return None
        speaker = silence(len(microphone))
        speaker[: len(left)] = left[: len(microphone)]
        left = left[len(microphone) :]
        return speaker

    duplex.run(process, lambda _lost: None)

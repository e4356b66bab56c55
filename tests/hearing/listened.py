"""Listened: what the endpointer finds in a microphone, and what it was thinking meanwhile.

The recogniser knows beforehand what will be said; that it is quiet and how loud it is, the
endpointer finds out by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.app.ears import EVERYTHING
from coach.app.language_files import load_grammar
from coach.audio.levels import measured_frames
from coach.hearing.acceptance import Wanted
from coach.hearing.endpointer import Endpointer, HearingEvent, Thought
from coach.messages.events import Heard
from coach.ports import NoiseSuppressor
from coach.settings import HearingSettings
from coach.simulation.fakes import ScriptedRecogniser, Utterance, speech_sound
from coach.units import Block, Samples, samples

SETTINGS = HearingSettings()
FRAME = SETTINGS.frame
AT: Samples = samples(3)
LENGTH: Samples = samples(0.6)
END: Samples = AT + LENGTH
UNKNOWN = "purple elephant"


def frames_until(at: Samples) -> Samples:
    """The end of the frame in which ``at`` falls: the first time that hearing knows of it."""
    return -(-at // FRAME) * FRAME


def said(words: str, at: Samples = AT, length: Samples = LENGTH) -> Utterance:
    return Utterance(at, words, length)


class Listener(ScriptedRecogniser):
    """Keeps account of what it was fed."""

    def __init__(self, utterances: Iterable[Utterance]) -> None:
        super().__init__(utterances)
        self.fed: list[Samples] = []
        """Where every block began."""
        self._at: Samples = 0

    def accept_waveform(self, block: Block) -> None:
        self.fed.append(self._at)
        self._at += len(block)
        super().accept_waveform(block)

    def skip(self, count: Samples) -> None:
        self._at += count
        super().skip(count)


@dataclass(frozen=True, slots=True)
class Listened:
    """All that came of a microphone."""

    findings: list[HearingEvent]
    thoughts: list[Thought]
    fed: list[Samples]
    starts: dict[Samples, Samples | None]
    """``utterance_start`` after every frame."""

    @property
    def heard(self) -> list[Heard]:
        return [finding for finding in self.findings if isinstance(finding, Heard)]

    def at(self, what: str) -> list[Samples]:
        """When a thought of that name came up."""
        return [thought.at for thought in self.thoughts if thought.what == what]

    def why(self) -> list[str]:
        """The rules by which utterances were closed."""
        return [t.detail.split(":")[0] for t in self.thoughts if t.what == "closes"]


def listen(
    utterances: Iterable[Utterance],
    sound: Block | None = None,
    wanted: Wanted = EVERYTHING,
    settings: HearingSettings = SETTINGS,
    suppressor: NoiseSuppressor | None = None,
) -> Listened:
    """Listen until five seconds after the last word, or to ``sound``."""
    script = list(utterances)
    if sound is None:
        sound = speech_sound(script, max([AT, *(each.end for each in script)]) + samples(5))
    recogniser, thoughts = Listener(script), list[Thought]()
    endpointer = Endpointer(recogniser, load_grammar(), settings, suppressor, thoughts.append)
    findings: list[HearingEvent] = []
    starts = {}
    for count, frame in enumerate(measured_frames(sound, endpointer.frame), start=1):
        findings += endpointer.process(frame, wanted)
        starts[count * endpointer.frame] = endpointer.utterance_start
    return Listened(findings, thoughts, recogniser.fed, starts)


def kinds(findings: Iterable[HearingEvent]) -> list[str]:
    return [type(finding).__name__ for finding in findings]

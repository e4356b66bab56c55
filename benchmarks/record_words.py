"""Record words: ``scripts/record_words``. Leads a person through the words, and keeps their takes.

Exit status 2: something is missing or wrong that a person can mend, or there is no consent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from benchmarks.program import Worse, run_program
from benchmarks.recorded_person import CONSENT, RecordedPerson, words_to_say
from benchmarks.word_take import WordTake
from benchmarks.workers import BenchmarkError
from coach.app.assembly import make_voice
from coach.app.language_files import load_grammar
from coach.cli.options import DeviceName, VoiceName
from coach.devices.recordings.audio_file import read_audio
from coach.devices.recordings.wav_duplex import WavDuplex
from coach.devices.sound.sounddevice_duplex import SounddeviceDuplex
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM
from coach.doctor.announce import Announcer
from coach.ports import Duplex
from coach.units import Block, samples, silence

OpenDuplex = Callable[[], Duplex | None]
"""A duplex for the next take; None when there is nothing more to hear."""
Ask = Callable[[str], str]
"""Shows a question; the line that was typed."""
Answer = Literal["keep", "again", "skip", "end"]

_EXAMPLE = "scripts/record_words people --speaker anna"
_ANSWERS: dict[str, Answer] = {"k": "keep", "a": "again", "s": "skip", "q": "end"}
_OFFER = "[k]eep it, say it [a]gain, [s]kip it, [q]uit"


class Recorded:
    """A recording in place of a microphone; each take goes on where the last one ended."""

    def __init__(self, sound: Block) -> None:
        self._left = sound

    def open(self) -> Duplex | None:
        """A duplex of what is left; None when that is nothing."""
        return WavDuplex(self._left) if len(self._left) else None

    def took(self, take: WordTake) -> None:
        """So much of it was heard."""
        self._left = self._left[take.length :]


def record_words(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the recordings go.")],
    speaker: Annotated[str, typer.Option(metavar="NAME", help="Who speaks.")],
    words: Annotated[
        str | None, typer.Option(metavar="WORDS,…", help="Instead of all: stop,it hurts.")
    ] = None,
    voice: VoiceName = None,
    silent: Annotated[
        bool, typer.Option("--silent", help="Ask on the screen only, not aloud.")
    ] = False,
    device: DeviceName = None,
    audio: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A recording in place of the microphone.")
    ] = None,
) -> Worse:
    """Record a person's words, one by one, for ``scripts/bench_hearing --people DIR``."""
    person = RecordedPerson(folder, speaker, load_grammar())
    asked = [each.strip() for each in words.split(",")] if words else words_to_say()
    recorded = None if audio is None else Recorded(read_audio(audio))
    cue_of = _silent if silent else _aloud(voice)
    ask_consent(person, _typed)
    if recorded is None:
        lead(person, asked, cue_of, lambda: SounddeviceDuplex(device), _typed)
    else:
        lead(person, asked, cue_of, recorded.open, _typed, recorded.took)
    return []


def _silent(_words: str) -> Block:
    return silence(samples(0.1))


def _aloud(voice: str | None) -> Callable[[str], Block]:
    render = make_voice(voice, DEFAULT_RATE_WPM).render
    return lambda words: render(f"Please say: {words}.")


def _typed(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False))


def ask_consent(person: RecordedPerson, ask: Ask) -> None:
    """Ask for consent, unless it was given before. Raises BenchmarkError without it."""
    if not person.consent.exists():
        typer.echo(CONSENT)
        if ask("Do you agree? [yes/no]").strip().lower() not in ("y", "yes"):
            raise BenchmarkError("nothing is recorded without consent")
        person.agree(datetime.now(tz=UTC).astimezone().date())
    typer.echo(f"The consent is kept in {person.consent}.")


def lead(
    person: RecordedPerson,
    words: Sequence[str],
    cue_of: Callable[[str], Block],
    open_duplex: OpenDuplex,
    ask: Ask,
    took: Callable[[WordTake], None] = lambda _take: None,
) -> None:
    """Ask for every word that is not kept yet, until all are, or the person ends it."""
    left = person.left(list(words))
    for number, each in enumerate(left, start=1):
        answer: Answer = "again"
        while answer == "again":
            typer.echo(f"\n{number} of {len(left)}. Please say: {each}")
            take = _take(cue_of(each), open_duplex)
            if take is None:
                raise BenchmarkError(f"the recording ends before «{each}»")
            took(take)
            answer = _judged(take, ask)
        if answer == "end":
            break
        word = take.word if take else None
        if answer == "keep" and word is not None:
            person.keep(each, word)
            typer.echo(f"Kept: {person.place(each)}")
    there = len(words) - len(person.left(list(words)))
    typer.echo(f"\n{there} of {len(words)} words are kept.")


def _take(cue: Block, open_duplex: OpenDuplex) -> WordTake | None:
    duplex = open_duplex()
    if duplex is None:
        return None
    take = WordTake(cue)

    def process(microphone: Block) -> Block | None:
        take.delay = duplex.delay
        return take.process(microphone)

    duplex.run(Announcer(process, take.lose))
    return take


def _judged(take: WordTake, ask: Ask) -> Answer:
    """What the person wants; by default to keep what is good, and to say again what is not."""
    faults = list(take.faults())
    for fault in faults:
        typer.echo(fault)
    usual: Answer = "again" if faults else "keep"
    typed = ask(f"{_OFFER}; Enter: {usual}").strip().lower()
    answer = _ANSWERS.get(typed[:1], usual)
    return "again" if answer == "keep" and take.word is None else answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Record as the command line says. Returns the exit status."""
    return run_program("record_words", record_words, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())

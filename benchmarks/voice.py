"""Voice: ``scripts/bench_voice``. How well the coach's words are understood, cue by cue.

Whoever hears them expects no particular word: the speech model transcribes them without the coach's
grammar. Exit status 1: with ``--check``, a figure is over its bar. 2: something is missing or wrong
that a person can mend.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.open_vocabulary import transcribe
from benchmarks.program import EVERY_CORE, AsJson, Jobs, Worse, in_turn, run_program
from benchmarks.tables import new_table, percent, print_table
from benchmarks.word_errors import word_errors
from benchmarks.workers import in_processes
from coach.app.assembly import make_voice
from coach.app.language_files import ENGLISH, LanguagePack, load_grammar, load_language
from coach.app.programme_files import load_programme
from coach.devices.speech import model_store
from coach.devices.speech.rendered_voice import DEFAULT_RATE_WPM, RenderedVoice
from coach.dialogue.steps import Fill
from coach.messages.prompt_ids import FILLS, SHARED_PROMPTS, FillName, PromptId
from coach.session.cues import beat_rooms
from coach.session.wordings import fill_ranges
from coach.units import RATE_HZ, Samples

MOST_ERRORS = 0.25
"""The most word errors of all cues together, as a share of their words."""
MOST_ERRORS_OF_A_CUE = 0.6
"""The most word errors of one cue, in all of its fills, as a share of its words."""

_OF_A_RANGE = 4
"""How many values of each fill are said: the first, the last, and some between them."""
_EXAMPLE = "scripts/bench_voice --voice en-us --rate 140"
_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that is spoken; ``longest`` is the room that it has on a beat, in samples."""

    cue: str
    text: str
    longest: Samples | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a text that took so many seconds to say."""

    cue: str
    text: str
    heard: str
    words: int
    errors: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in all of the fills that were said. ``worst`` is the one least understood."""

    name: str
    words: int
    errors: int
    worst: Understood

    @property
    def share(self) -> float:
        """Word errors by words said; more than 1 where much is heard that was not said."""
        return self.errors / self.words


def measure(
    voice: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the language, unless it is given.")
    ] = None,
    rate: Annotated[int, typer.Option(metavar="WPM", help="Words a minute.")] = DEFAULT_RATE_WPM,
    language: Annotated[str, typer.Option(metavar="NAME", help="What is spoken.")] = ENGLISH,
    jobs: Jobs = EVERY_CORE,
    as_json: AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Fail over the bars.")] = False,
) -> Worse:
    """How well the coach's words are understood by a recogniser that expects none of them: word
    errors, the worst cue first.
    """
    pack = load_language(language)
    model = pack.language.model
    said = list(wordings(pack))
    work = partial(_understand, model_store.resolve(None, model), voice, rate, language)

    def run(system: str, advance: Callable[[], None]) -> list[Understood]:
        return in_processes(work, said, system, jobs, advance)

    name = f"{voice or pack.language.voice}, {rate} words a minute"
    (heard,) = in_turn([name], len(said), "wordings", run).values()
    cues = by_cue(heard)
    console = Console(stderr=as_json, width=_WIDTH, markup=False)
    print_table(console, _table(name, cues))
    if as_json:
        told = {"voice": voice or pack.language.voice, "rate_wpm": rate, "errors": share(cues)}
        print(json.dumps({**told, "wordings": [asdict(each) for each in heard]}, indent=1))
    return judged(cues) if check else []


def wordings(pack: LanguagePack) -> Iterator[Wording]:
    """Every cue of a language, with a few values of what is filled in."""
    programme = load_programme(pack=pack)
    rooms = beat_rooms(programme)
    ranges = fill_ranges(programme, load_grammar(pack.name), pack.language)
    few = {name: _few(values) for name, values in ranges.items()}
    prompts: tuple[PromptId, ...] = SHARED_PROMPTS
    for prompt in prompts:
        names: list[FillName] = [name for name in FILLS if name in pack.prompts.fills(prompt)]
        for values in product(*(few[name] for name in names)):
            text = pack.prompts.text(prompt, dict(zip(names, values, strict=True)))
            yield Wording(prompt, text, rooms.get(prompt))
    for text in dict.fromkeys(text for _, text in programme.texts()):
        yield Wording(text, text)
    for text in pack.doctor.texts():
        yield Wording(text, text)


def _few(values: Sequence[Fill]) -> Sequence[Fill]:
    last = len(values) - 1
    return [
        values[place]
        for place in sorted({last * n // (_OF_A_RANGE - 1) for n in range(_OF_A_RANGE)})
    ]


@cache
def _voice(name: str | None, rate_wpm: int, language: str) -> RenderedVoice:
    return make_voice(name, rate_wpm, language)


def _understand(
    folder: Path, voice: str | None, rate_wpm: int, language: str, wording: Wording
) -> Understood:
    spoken = load_language(language).language
    sound = _voice(voice, rate_wpm, language).render(wording.text, longest=wording.longest)
    said, heard = spoken.words(wording.text), transcribe(folder, spoken.model, sound)
    errors = word_errors(said, heard)
    length = round(len(sound) / RATE_HZ, 2)
    return Understood(wording.cue, wording.text, " ".join(heard), len(said), errors, length)


def by_cue(heard: Sequence[Understood]) -> list[Cue]:
    """Every cue, the worst first."""
    apart: Mapping[str, list[Understood]] = defaultdict(list)
    for each in heard:
        apart[each.cue].append(each)
    cues = [
        Cue(
            name,
            sum(each.words for each in said),
            sum(each.errors for each in said),
            max(said, key=lambda each: each.errors / each.words),
        )
        for name, said in apart.items()
    ]
    return sorted(cues, key=lambda cue: -cue.share)


def share(cues: Sequence[Cue]) -> float:
    """Word errors of all cues by their words; each cue counts as often as it has words in one
    wording, however many values are filled in."""
    words = sum(cue.worst.words for cue in cues)
    return round(sum(cue.share * cue.worst.words for cue in cues) / words, 4)


def judged(cues: Sequence[Cue]) -> list[str]:
    """A line for everything that is over its bar."""
    over = [f"{cue.name}: {_told(cue.share)}" for cue in cues if cue.share > MOST_ERRORS_OF_A_CUE]
    whole = share(cues)
    return ([f"all cues: {_told(whole)}"] if whole > MOST_ERRORS else []) + over


def _told(errors: float) -> str:
    return f"{percent(errors)} % word errors"


def _table(name: str, cues: Sequence[Cue]) -> Table:
    title = f"{name}: {_told(share(cues))}, {len(judged(cues))} over the bar"
    table = new_table(title, "errors %", "said", "heard", left=3)
    for cue in cues:
        if cue.errors:
            table.add_row(percent(cue.share), cue.worst.text, cue.worst.heard)
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    return run_program("bench_voice", measure, _EXAMPLE, arguments)


if __name__ == "__main__":
    sys.exit(main())

"""Phrases' figures: what became of every wording, and what must not become worse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import NonNegativeInt

from benchmarks.corpus import read_json
from benchmarks.figures import Outcome, Take
from benchmarks.listeners import SYSTEMS
from benchmarks.people_figures import is_asked
from benchmarks.record import take_figures
from coach.datafile import Strict

Became = Literal["understood", "asked", "missed", "other", "opposite", "accepted", "passed over"]
"""``asked``: the coach would ask whether it was meant. ``other``: taken for another command, or for
more than one. ``opposite``: a negation, taken for what it denies. ``accepted``: a nothing, taken
for a command. ``passed over``: a nothing, of which nothing came."""
BECAME: tuple[Became, ...] = get_args(Became)
WRONG: tuple[Became, ...] = ("opposite", "other", "accepted")
"""What somebody did not say, the worst first."""

_NEGATION = re.compile(r"\b(not|no|nope|never|nothing|cannot|haven't|\w+n't)\b")


def became(take: Take) -> Became:
    """The outcome of one wording."""
    if _is_opposite(take):
        return "opposite"
    if not take.meant:
        return "accepted" if take.commands else "passed over"
    if take.understood:
        return "understood"
    if take.commands:
        return "other"
    return "asked" if is_asked(take) else "missed"


def is_negation(words: str) -> bool:
    """Whether something is denied in it."""
    return _NEGATION.search(words) is not None


def _is_opposite(take: Take) -> bool:
    """A negation has no intent of its own, except for the answers that mean "no"."""
    if not is_negation(take.clip.words):
        return False
    heard = {command.intent for command in take.commands}
    return "yes" in heard if take.clip.intent == "no" else not take.meant and bool(heard - {"no"})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wordings were said, and their outcomes; see Became."""

    commands: int
    nothings: int
    negations: int
    understood: int
    asked: int
    missed: int
    other: int
    opposite: int
    accepted: int


def counts(takes: Iterable[Take]) -> Counts:
    """Count takes."""
    takes = list(takes)
    all_of = [became(take) for take in takes]
    return Counts(
        sum(take.meant for take in takes),
        sum(not take.meant for take in takes),
        sum(is_negation(take.clip.words) for take in takes),
        *(all_of.count(what) for what in BECAME if what != "passed over"),
    )


class PhrasesBaseline(Strict):
    """What a run with the same sample and seed must not exceed, and how much it has to say."""

    seed: NonNegativeInt
    every: NonNegativeInt
    commands: NonNegativeInt
    nothings: NonNegativeInt
    not_understood: NonNegativeInt
    other: NonNegativeInt
    opposite: NonNegativeInt
    accepted: NonNegativeInt


def read_phrases_baseline(path: Path) -> PhrasesBaseline:
    """The counts in a JSON file. Raises DataError."""
    return read_json(path, PhrasesBaseline)


def phrase_regressions(coach: Outcome, least: PhrasesBaseline) -> Iterator[str]:
    """A line for everything that is worse than it was."""
    now = counts(coach.takes)
    if now.commands < least.commands or now.nothings < least.nothings:
        yield (
            f"{now.commands} commands and {now.nothings} nothings were said, "
            f"the baseline is of {least.commands} and {least.nothings}"
        )
    failed = {what: [t for t in coach.takes if became(t) == what] for what in BECAME}
    lost = [*failed["missed"], *failed["asked"], *failed["other"]]
    lost += [take for take in failed["opposite"] if take.meant]
    for what, takes, most in (
        ("not understood", lost, least.not_understood),
        ("taken for another command", failed["other"], least.other),
        ("taken for the opposite", failed["opposite"], least.opposite),
        ("taken for a command", failed["accepted"], least.accepted),
    ):
        if len(takes) > most:
            named = ", ".join(f"«{take.clip.words}»" for take in takes)
            yield f"{len(takes)} {what}, at most {most} expected: {named}"


def phrases_record(outcomes: Mapping[str, Outcome], seed: int, every: int) -> dict[str, Any]:
    """A run over the wordings as JSON."""
    systems = {name: _system(name, outcome) for name, outcome in outcomes.items()}
    return {"seed": seed, "every": every, "systems": systems}


def _system(name: str, outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"what": SYSTEMS[name], **asdict(counts(outcome.takes))}
    for what in (*WRONG, "asked", "missed"):
        takes = [take for take in outcome.takes if became(take) == what]
        told[f"{what}_clips"] = [take_figures(take) for take in takes]
    return told | {"decode_s_per_s": round(outcome.decode_per_second, 5)}

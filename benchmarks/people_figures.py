"""People's figures: what one system made of real people's words and noises, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.figures import FalseCommands, Outcome, Overheard, Take, false_commands
from benchmarks.listeners import SYSTEMS, Command
from benchmarks.people import state_of
from benchmarks.record import overheard_figures, take_figures
from coach.messages.intents import ENDING, INTENTS, URGENT


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of spoken commands. They add up to ``said``.

    ``asked``: nothing but the question whether it was meant. ``wrong``: another command, or more
    than one; ``wrong_urgent`` are those with another urgent one. ``missed``: nothing at all.
    """

    said: int
    right: int
    asked: int
    wrong: int
    wrong_urgent: int
    missed: int


def answers(takes: Iterable[Take]) -> Answers:
    """Count takes of commands."""
    said = [take for take in takes if take.meant]
    return Answers(
        len(said),
        sum(take.understood for take in said),
        sum(map(is_asked, said)),
        sum(take.confused for take in said),
        sum(bool(urgent_mistakes(take)) for take in said),
        sum(take.missed and not is_asked(take) for take in said),
    )


def is_asked(take: Take) -> bool:
    """Whether the coach would only ask if the command was meant."""
    return take.missed and any(doubt.intent == take.clip.intent for doubt in take.doubts)


def urgent_mistakes(take: Take) -> list[Command]:
    """The urgent commands that were not said."""
    return [each for each in take.commands if each.intent in URGENT - {take.clip.intent}]


def urgent_first(takes: Iterable[Take]) -> list[Take]:
    """Takes with an urgent mistake before the others."""
    return sorted(takes, key=lambda take: not urgent_mistakes(take))


def near_misses(takes: Iterable[Take]) -> list[Take]:
    """Words that mean nothing, by whoever said them."""
    return [take for take in takes if not take.meant]


def by_word(takes: Iterable[Take]) -> dict[str, list[Take]]:
    """Takes of the same words together, ordered by intent and then by word."""
    groups: dict[str, list[Take]] = {}
    order = [*INTENTS, None]
    for take in sorted(takes, key=lambda each: (order.index(each.clip.intent), each.clip.words)):
        groups.setdefault(take.clip.words, []).append(take)
    return groups


def by_kind(of: Outcome) -> dict[str, list[Overheard]]:
    """What was overheard in each kind of sound."""
    groups: dict[str, list[Overheard]] = {}
    for each in of.of("talk"):
        groups.setdefault(each.group, []).append(each)
    return groups


def falsely(overheard: Iterable[Overheard], intents: frozenset[str] = URGENT) -> FalseCommands:
    """False commands, and as ``urgent`` those with one of ``intents``."""
    return false_commands(overheard, intents)


def people_record(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """A run over people's recordings as JSON; see ``benchmarks.record``."""
    return {"systems": {name: _system(name, outcome) for name, outcome in outcomes.items()}}


def _system(name: str, outcome: Outcome) -> dict[str, Any]:
    near = near_misses(outcome.takes)
    said = [take for take in outcome.takes if take.meant]
    told: dict[str, Any] = {"what": SYSTEMS[name], "commands": asdict(answers(said))}
    told["words"] = {word: _word(takes) for word, takes in by_word(said).items()}
    told["wrong_clips"] = [take_figures(take) for take in urgent_first(said) if take.confused]
    told["missed_clips"] = [take_figures(take) for take in said if take.missed]
    told["near_misses"] = {
        word: {"said": len(takes), "accepted": sum(take.accepted for take in takes)}
        for word, takes in by_word(near).items()
    }
    told["accepted_clips"] = [take_figures(take) for take in near if take.accepted]
    told["negatives"] = {kind: _kind(group) for kind, group in by_kind(outcome).items()}
    return told | {"decode_s_per_s": round(outcome.decode_per_second, 5)}


def _word(takes: Sequence[Take]) -> dict[str, Any]:
    clip = takes[0].clip
    return {"intent": clip.intent, "state": state_of(clip), **asdict(answers(takes))}


def _kind(overheard: Sequence[Overheard]) -> dict[str, Any]:
    pain, ending = (falsely(overheard, frozenset(each)).urgent for each in (("pain",), ENDING))
    doubts = sum(len(each.doubts) for each in overheard)
    return overheard_figures(overheard) | {"pain": pain, "ending": ending, "asked": doubts}

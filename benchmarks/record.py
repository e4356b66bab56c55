"""Record: a run as JSON. Recall and shares are 0 to 1, times are seconds, memory is bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.bars import Bar
from benchmarks.figures import (
    Outcome,
    Overheard,
    Take,
    Tally,
    delays,
    false_commands,
    tallies,
    tally,
)
from benchmarks.listeners import SYSTEMS, Command
from coach.messages.intents import URGENT
from coach.units import seconds


def record(outcomes: Mapping[str, Outcome], against: Sequence[Bar]) -> dict[str, Any]:
    """Everything that was counted, and every clip by name that was not understood."""
    systems = {name: _system(name, outcome) for name, outcome in outcomes.items()}
    return {"systems": systems, "bars": [asdict(bar) | {"met": bar.met} for bar in against]}


def _system(name: str, outcome: Outcome) -> dict[str, Any]:
    return {
        "what": SYSTEMS[name],
        "conditions": {str(each): _condition(outcome.said(each)) for each in outcome.conditions()},
        "commands_before_the_first_word": outcome.strays,
        "talk": _overheard_by_group(outcome.of("talk")),
        "noise": _overheard_by_group(outcome.of("noise")),
        "listened_s": seconds(outcome.listened),
        "decode_s": round(outcome.decode_seconds, 3),
        "decode_s_per_s": round(outcome.decode_per_second, 5),
        "peak_memory_bytes": outcome.peak_bytes,
    }


def _condition(takes: Sequence[Take]) -> dict[str, Any]:
    said = [take for take in takes if take.meant]
    return {
        **tally_figures(tally(takes)),
        "intents": _apart({str(k): v for k, v in tallies(said, _intent).items()}),
        "speakers": _apart(tallies(takes, lambda take: take.clip.speaker)),
        "delays": {
            "urgent": asdict(delays(takes, urgent=True)),
            "other": asdict(delays(takes, urgent=False)),
        },
        "missed_clips": [take_figures(take) for take in takes if take.missed],
        "confused_clips": [take_figures(take) for take in takes if take.confused],
        "accepted_clips": [take_figures(take) for take in takes if take.accepted],
    }


def _intent(take: Take) -> str:
    return str(take.clip.intent)


def _apart(apart: Mapping[str, Tally]) -> dict[str, Any]:
    return {name: tally_figures(each) for name, each in apart.items()}


def tally_figures(counted: Tally) -> dict[str, Any]:
    """Counts, and the recall."""
    return asdict(counted) | {"recall": counted.recall}


def take_figures(take: Take) -> dict[str, Any]:
    """A clip by name, and what was heard."""
    clip = take.clip
    told = {"clip": clip.name, "speaker": clip.speaker, "words": clip.words, "intent": clip.intent}
    return told | {"heard": [{"intent": c.intent, "text": c.text} for c in take.commands]}


def _overheard_by_group(overheard: Sequence[Overheard]) -> dict[str, Any] | None:
    if not overheard:
        return None
    groups: dict[str, list[Overheard]] = {}
    for each in overheard:
        groups.setdefault(each.group, []).append(each)
    apart = {name: overheard_figures(group) for name, group in groups.items() if name}
    return overheard_figures(overheard) | {"groups": apart}


def overheard_figures(overheard: Sequence[Overheard]) -> dict[str, Any]:
    """False commands, counted and one by one."""
    counted = false_commands(overheard, URGENT)
    return {
        "files": counted.files,
        "files_with_command": counted.files_with_command,
        "share_with_command": counted.share,
        "length_s": seconds(counted.length),
        "commands": counted.commands,
        "commands_per_hour": counted.per_hour(counted.commands),
        "urgent": counted.urgent,
        "urgent_per_hour": counted.per_hour(counted.urgent),
        "needless_hushes": counted.needless_hushes,
        "needless_hushes_per_hour": counted.per_hour(counted.needless_hushes),
        "false": [_false(each, command) for each in overheard for command in each.commands],
    }


def _false(of: Overheard, command: Command) -> dict[str, Any]:
    told = {"file": of.name, "group": of.group, "intent": command.intent, "text": command.text}
    return told | {"decided_s": seconds(command.decided)}

"""Barge-in record: a run as JSON. Recall and shares are 0 to 1, times are seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.barge_in_figures import Tried, settings_of, tried, within
from benchmarks.bars import Bar
from benchmarks.figures import delays, tallies, tally
from benchmarks.record import overheard_figures, take_figures, tally_figures
from benchmarks.sitting import Sitting
from benchmarks.talked_over import SYSTEMS
from coach.units import seconds


def record(sittings: Mapping[str, Sequence[Sitting]], against: Sequence[Bar]) -> dict[str, Any]:
    """Everything that was counted, and every word by name that was not understood."""
    systems = {name: _system(name, each) for name, each in sittings.items()}
    return {"systems": systems, "bars": [asdict(bar) | {"met": bar.met} for bar in against]}


def _system(name: str, sittings: Sequence[Sitting]) -> dict[str, Any]:
    return {
        "what": SYSTEMS[name][0],
        "settings": {
            str(setting): _tried(within(sittings, setting.__eq__))
            for setting in settings_of(sittings)
        },
        **_cost(tried(sittings)),
    }


def _cost(of: Tried) -> dict[str, Any]:
    return {
        "listened_s": seconds(of.listened),
        "hearing_s": round(of.hearing_seconds, 3),
        "cancelling_s": round(of.cancelling_seconds, 3),
        "cancelling_share_of_a_core": round(of.canceller_share, 5),
    }


def _tried(of: Tried) -> dict[str, Any]:
    apart = tallies(of.takes, lambda take: take.clip.speaker)
    return {
        **tally_figures(tally(of.takes)),
        "speakers": {name: tally_figures(each) for name, each in apart.items()},
        "delays": {
            "urgent": asdict(delays(of.takes, urgent=True)),
            "other": asdict(delays(of.takes, urgent=False)),
        },
        "missed_words": [take_figures(take) for take in of.takes if take.missed],
        "confused_words": [take_figures(take) for take in of.takes if take.confused],
        "coach_alone": overheard_figures(of.overheard),
        "convergence": [_seconds(each.for_good) for each in of.convergences],
        "first_converged": [_seconds(each.first) for each in of.convergences],
        "converged_share_after_10_s": of.converged_share,
        **_cost(of),
    }


def _seconds(count: int | None) -> float | None:
    return None if count is None else seconds(count)

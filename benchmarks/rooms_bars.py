"""Rooms bars: what the coach has to reach in homes that nobody tuned it in."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bars import Bar, delay_bar
from benchmarks.rooms_figures import Rooms, rank
from coach.units import RATE_HZ

LEVELS_DB = ((-99.0, 0.0), (0.0, 6.0), (6.0, 12.0), (12.0, 99.0))
"""Coach against person: above the first, up to the second."""
_RECALL = (0.95, 0.92, 0.85, 0.70)


def level_name(level: tuple[float, float]) -> str:
    """How a level is called in tables."""
    least, most = level
    if least < -90.0:
        return f"up to {most:+.0f} dB"
    return f"{least:+.0f} to {most:+.0f} dB" if most < 90.0 else f"above {least:+.0f} dB"


def bars(coach: Rooms) -> Iterator[Bar]:
    """Every bar."""
    hours = f"in {coach.spoken / RATE_HZ / 3600:.1f} h"
    yield Bar("commands by its own voice", "≤", 0, "", coach.own, hours)
    told = f"{coach.needless} {hours}"
    yield Bar("needless hushes", "≤", 6, "/h", coach.per_hour(coach.needless), told)
    for level, limit in zip(LEVELS_DB, _RECALL, strict=True):
        words = coach.at(*level).words(urgent=True)
        share = None if words.share is None else words.share * 100
        name = f"urgent words, {level_name(level)}, of the ceiling"
        yield Bar(name, "≥", limit * 100, "%", share, str(words))
    count = len(coach.homes)
    silent = coach.fell_silent
    told = f"{silent} of {count}"
    yield Bar("silent by the second of three words", "≥", 99, "%", silent / count * 100, told)
    reaction = coach.reaction
    p95 = reaction.p95 if reaction else None
    yield delay_bar("urgent, word end to silence, p95", 0.40, reaction, p95)
    linear = coach.within(lambda home: home.linear).reductions_db
    homes = f"{len(linear)} homes"
    yield Bar("linear: echo reduction, median", "≥", 20, "dB", rank(linear, 0.5), homes)
    yield Bar("linear: echo reduction, worst tenth", "≥", 12, "dB", rank(linear, 0.1), homes)
    early = coach.early
    share = None if early.share is None else early.share * 100
    yield Bar("words within 1.5 s of the start, of the ceiling", "≥", 90, "%", share, str(early))
    yield Bar("canceller, of one core", "≤", 5, "%", coach.canceller_share * 100)

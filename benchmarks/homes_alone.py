"""Homes alone: homes in which nobody says anything, so that every command is of the coach's voice.

Of all figures of the homes this is the one that no change may worsen, and the fastest to measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.chatter import Chatter, every_line, with_descents
from benchmarks.home_duplex import HomeDuplex
from benchmarks.home_scenes import HomeScene
from benchmarks.home_sitting import EXAMPLE
from benchmarks.homes import Home
from benchmarks.listeners import Command
from benchmarks.sitting import load_coach, run_closed_loop
from benchmarks.tables import new_table
from coach.echo.canceller import Calibration
from coach.units import Samples, seconds


@dataclass(frozen=True, slots=True)
class Alone:
    """What the coach took for commands and for reasons to fall silent, while it talked for
    ``length``.
    """

    home: Home
    length: Samples
    own: tuple[Command, ...]
    needless: int


def nobody_in(scene: HomeScene, length: Samples) -> HomeScene:
    """The same home, and the coach's robot voice, which takes no time to render."""
    return replace(
        scene, home=replace(scene.home, natural=False), spots=(), insisting=0, length=length
    )


def talk_alone(model: Path, voice: str, scene: HomeScene) -> Alone:
    """Run a scene in which nothing is said. Raises CoachError."""
    coach = load_coach(model, voice)
    chatter = Chatter(with_descents(every_line(coach.lesson)), scene.first_line)
    duplex = HomeDuplex(scene, coach.speech()[:EXAMPLE])
    calibration = Calibration(duplex.echo_delay) if scene.home.warm else None
    listened = run_closed_loop("coach", coach, chatter, duplex, calibration).listened
    return Alone(scene.home, scene.length, listened.commands, len(listened.needless))


def alone_table(told: Sequence[Alone]) -> Table:
    """Every home, for people."""
    minutes = sum(seconds(each.length) for each in told) / 60
    heads = ("commands", "hushes")
    table = new_table(f"Nobody there, {minutes:.1f} minutes", "home", "coach", *heads, "heard")
    for each in told:
        heard = ", ".join(f"{c.text} ({seconds(c.decided):.2f} s)" for c in each.own)
        counts = (str(len(each.own)), str(each.needless))
        name, level = f"{each.home.number} {each.home}", f"{each.home.level_db:+.0f} dB"
        table.add_row(name, level, *counts, heard)
    return table


def alone_record(told: Sequence[Alone]) -> list[dict[str, Any]]:
    """Every home, for programs. Times are seconds."""
    return [
        {
            "home": asdict(each.home),
            "spoken_s": seconds(each.length),
            "own_commands": [
                {"text": c.text, "intent": c.intent, "at_s": seconds(c.decided)} for c in each.own
            ],
            "needless_hushes": each.needless,
        }
        for each in told
    ]

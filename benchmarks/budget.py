"""Budget: ``scripts/bench_budget``. What the coach takes of a machine, beside bare Vosk.

Bare Vosk decodes the same minute of sound in the same run, in turns, each in a process of its own,
so that a busy machine slows both. Exit status 1: a bar is missed, and ``--check`` was given. 2:
something is wrong that a person can mend.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import pytest
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.budget_decoding import PHRASES
from benchmarks.budget_sessions import MINUTE, record_rehearsal, talk, usual_coach
from benchmarks.budget_start import Started, start
from benchmarks.program import AsJson, Worse, names, run_program
from benchmarks.workers import BenchmarkError
from coach.app.language_files import load_grammar
from tests.private_pulse import private_pulse

PARTS = ("cpu", "memory", "start", "soak", "bridge")
_EVERY_PART = ", ".join(PARTS)
_BARE, _PHRASES, _COACH = "bare vosk", "bare vosk, phrase list", "coach"
_SCENES = {"a session": 2 * MINUTE, "talk without a pause": MINUTE}
"""The length of each scene, of which the last minute counts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured; ``bar`` is the most that it may be, None where it only explains."""

    part: str
    name: str
    measured: float
    unit: str
    bar: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is within its bar."""
        return self.bar is None or self.measured <= self.bar


def _child(*arguments: str) -> Any:
    """What a benchmark's process prints. Raises BenchmarkError."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchmarkError(f"{arguments[0]} {arguments[1]} failed: {last}")
    return json.loads(done.stdout.splitlines()[-1])


def _decoded(rounds: int, tell: Callable[[str], None]) -> dict[tuple[str, str], list[Any]]:
    """What every system took for the last minute of every scene, in turns."""
    taken: dict[tuple[str, str], list[Any]] = {}
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        session, chatter = Path(folder, "session.s16"), Path(folder, "talk.s16")
        length = record_rehearsal(usual_coach(), session, _SCENES["a session"])
        if length < _SCENES["a session"]:
            raise BenchmarkError("the rehearsed session is too short")
        talk(chatter, MINUTE)
        Path(folder, PHRASES).write_text(json.dumps(load_grammar().phrases()), encoding="utf-8")
        for number in range(rounds):
            tell(f"decoding, round {number + 1} of {rounds}")
            for (scene, end), path in zip(_SCENES.items(), (session, chatter), strict=True):
                for system in (_BARE, _PHRASES, _COACH):
                    span = str(end - MINUTE), str(end)
                    made = _child("benchmarks.budget_decoding", system, str(path), *span)
                    taken.setdefault((scene, system), []).append(made)
    return taken


def decoding(parts: Sequence[str], rounds: int, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Processor time and memory; ratios are medians of the rounds' own."""
    taken = _decoded(rounds, tell)
    for scene in _SCENES:
        of = {system: taken[scene, system] for system in (_BARE, _PHRASES, _COACH)}
        if "cpu" in parts:
            for system, runs in of.items():
                name = f"{scene}: {system}"
                yield Figure("cpu", name, median(run["seconds"] for run in runs), "s a minute")
            for system, bar in ((_BARE, 1.25), (_PHRASES, 1.25)):
                pairs = zip(of[_COACH], of[system], strict=True)
                ratio = median(one["seconds"] / other["seconds"] for one, other in pairs)
                yield Figure("cpu", f"{scene}: coach / {system}", ratio, "x", bar)
        if "memory" in parts:
            peaks = {
                system: median(run["peak_bytes"] for run in runs) / 1e6
                for system, runs in of.items()
            }
            for system, peak in peaks.items():
                yield Figure("memory", f"{scene}: {system}, peak", peak, "MB")
            for system in (_BARE, _PHRASES):
                more = peaks[_COACH] - peaks[system]
                yield Figure("memory", f"{scene}: coach - {system}", more, "MB", 60.0)


def starting(rounds: int, tell: Callable[[str], None]) -> Iterator[Figure]:
    """The time to the first word. The very first start, with a cold cache, is left out."""
    usual_coach()
    try:
        with private_pulse() as pulse:
            start(pulse)
            times: list[Started] = []
            for number in range(rounds):
                tell(f"starting, {number + 1} of {rounds}")
                times.append(start(pulse))
    except pytest.skip.Exception as reason:
        raise BenchmarkError(str(reason)) from None
    spoken = median(each.spoken_seconds for each in times)
    heard = median(each.heard_seconds for each in times)
    ratio = median(each.spoken_seconds / each.bare_seconds for each in times)
    yield Figure("start", "first word handed to the speaker", spoken, "s", 1.0)
    yield Figure("start", "first sound out of the speaker", heard, "s")
    yield Figure("start", "bare vosk started and loaded", spoken / ratio, "s")
    yield Figure("start", "first word / bare vosk started and loaded", ratio, "x")


def bridging(rounds: int, tell: Callable[[str], None]) -> Iterator[Figure]:
    """What it costs to tell home automation of a session, of all that the coach takes for it."""
    made = []
    with tempfile.TemporaryDirectory(prefix="flatback-bench-") as folder:
        session = Path(folder, "session.s16")
        length = record_rehearsal(usual_coach(), session, _SCENES["a session"])
        for number in range(rounds):
            tell(f"bridging, round {number + 1} of {rounds}")
            made.append(_child("benchmarks.budget_bridge", str(session), str(length)))
    share = median(100 * run["told_seconds"] / run["seconds"] for run in made)
    peak = median(run["bridge_peak_bytes"] for run in made) / 1e6
    yield Figure("bridge", "of the coach's processor time, to tell a bridge", share, "%", 1.0)
    yield Figure("bridge", "the bridge's own memory, peak", peak, "MB", 35.0)


def soaking(hours: float, sessions: int, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Both kinds of soaking at once, in processes of their own."""
    tell(f"soaking: {hours:g} hours of waiting, {sessions} sessions")
    soak = partial(_child, "benchmarks.budget_soak")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(soak, "waiting", str(hours))
        training = pool.submit(soak, "sessions", str(sessions))
        made = {
            f"{hours:g} h of waiting": waiting.result(),
            f"{sessions} sessions": training.result(),
        }
    for what, residue in made.items():
        yield Figure("soak", f"{what}: microphone time", residue["minutes"], "min")
        yield Figure("soak", f"{what}: memory after ten minutes", residue["settled_mb"], "MB")
        yield Figure("soak", f"{what}: grown since, at the most", residue["grown_mb"], "MB", 2.0)
        for left in ("files", "threads", "timers", "engines"):
            yield Figure("soak", f"{what}: {left} left", residue[left], "", 0.0)


def _table(figures: Sequence[Figure]) -> Table:
    table = Table("part", "what", box=None, header_style="bold")
    for column in ("measured", "", "bar", ""):
        table.add_column(column, justify="right" if column in ("measured", "bar") else "left")
    for each in figures:
        bar = "" if each.bar is None else f"{each.bar:g}"
        verdict = "" if each.bar is None else "ok" if each.holds else "MISSED"
        shown = f"{each.measured:.2f}".rstrip("0").rstrip(".")
        table.add_row(each.part, each.name, shown, each.unit, bar, verdict)
    return table


def measure(
    parts: Annotated[str, typer.Option(metavar="NAME,…", help="What to measure.")] = _EVERY_PART,
    rounds: Annotated[int, typer.Option(min=1, help="Of each.")] = 3,
    hours: Annotated[float, typer.Option(help="Of waiting.")] = 8.0,
    sessions: Annotated[int, typer.Option(min=1, help="One after the other.")] = 200,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--check", help="Fail when a bar is missed.")] = False,
) -> Worse:
    """What the coach takes of a machine, beside bare Vosk in the same run."""
    console = Console(stderr=True, markup=False, highlight=False)
    wanted = names("--parts", "part", PARTS, parts)
    figures: list[Figure] = []
    if "start" in wanted:
        figures += starting(rounds + 2, console.print)
    if {"cpu", "memory"} & set(wanted):
        figures += decoding(wanted, rounds, console.print)
    if "bridge" in wanted:
        figures += bridging(rounds, console.print)
    if "soak" in wanted:
        figures += soaking(hours, sessions, console.print)
    Console(stderr=as_json, markup=False).print(_table(figures))
    if as_json:
        print(json.dumps([{**asdict(each), "holds": each.holds} for each in figures], indent=1))
    if not strict:
        return []
    return [f"{f.name}: {f.measured:.2f} {f.unit}, bar {f.bar:g}" for f in figures if not f.holds]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as the command line says. Returns the exit status."""
    example = "scripts/bench_budget --parts start,cpu --check"
    return run_program("bench_budget", measure, example, arguments)


if __name__ == "__main__":
    sys.exit(main())

"""Progress: progress bars on standard error, and the endpointer's decisions line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console

from coach.hearing.endpointer import Thought
from coach.hearing.recording import AROUND_CLIP
from coach.units import seconds

_FEW = 10
"""After so many rendered sentences a person may wonder what the coach is waiting for."""


@contextmanager
def voice_bar(spoken: Callable[[], int], *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar for rendering cues; it is called with how many are done, and of how many.

    ``spoken`` returns how many of them were not in the cache. After the tenth such cue, a line says
    why it takes so long.
    """
    explained = not shown
    with _bar("preparing the voice", shown=shown) as (bar, task):

        def update(done: int, total: int) -> None:
            nonlocal explained
            if not explained and spoken() >= _FEW:
                explained = True
                line = f"Preparing {total} sentences in the coach's voice, once for this voice …"
                typer.echo(line, err=True) if bar is None else bar.console.print(line)
            if bar is not None:
                bar.update(task, completed=done, total=total)

        yield update


@contextmanager
def download_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for fetching the model; it is called with what is fetched, how many bytes are done, and
    of how many (None while that is unknown)."""
    with _bar("looking for the model", in_bytes=True) as (bar, task):

        def update(what: str, done: int, total: int | None) -> None:
            if bar is not None:
                bar.update(task, description=what, completed=done, total=total)

        yield update


@contextmanager
def _bar(words: str, *, in_bytes: bool = False, shown: bool = True) -> Iterator[tuple[Any, Any]]:
    """A bar and its task; both None without a terminal, where rich would print an empty line."""
    console = Console(stderr=True)
    if not (shown and console.is_terminal):
        yield None, None
        return
    # ruff: noqa: PLC0415 - it would keep the coach from its first word where there is no bar
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
    )

    count: ProgressColumn = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count)
    with Progress(*columns, console=console, transient=True) as bar:
        yield bar, bar.add_task(words, total=None)


class Thoughts:
    """Prints the endpointer's decisions, line by line, times from the recording's beginning."""

    def __init__(self, *, shown: bool, on_stderr: bool) -> None:
        self._shown = shown
        self._on_stderr = on_stderr

    def print_line(self, thought: Thought) -> None:
        """Print one line. The times of a Thought include the quiet before the recording, which is
        subtracted."""
        if self._shown:
            at = seconds(thought.at - AROUND_CLIP)
            line = f"  {at:6.2f} s  {thought.what:9}{thought.detail}".rstrip()
            typer.echo(line, err=self._on_stderr)

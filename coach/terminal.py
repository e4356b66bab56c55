"""Terminal: progress bars on standard error while somebody waits, and hearing explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
)

from coach.hearing import AROUND_CLIP, Thought
from coach.units import seconds


@contextmanager
def voice_bar(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar for rendering cues: done, of how many."""
    with _bar(MofNCompleteColumn(), shown=shown) as bar:
        task = bar.add_task("preparing the voice", total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


@contextmanager
def download_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for fetching the model: what, bytes done, of how many (None while unknown)."""
    with _bar(DownloadColumn(), shown=True) as bar:
        task = bar.add_task("looking for the model", total=None)

        def update(what: str, done: int, total: int | None) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield update


def _bar(column: ProgressColumn, *, shown: bool) -> Progress:
    console = Console(stderr=True)
    words = TextColumn("{task.description}")
    # Without a terminal rich would still end its bar with an empty line.
    hidden = not (shown and console.is_terminal)
    return Progress(words, BarColumn(), column, console=console, transient=True, disable=hidden)


class Thoughts:
    """Prints what goes on in hearing, line by line, times from the recording's beginning."""

    def __init__(self, *, shown: bool, on_stderr: bool) -> None:
        self._shown = shown
        self._on_stderr = on_stderr

    def tell(self, thought: Thought) -> None:
        """One line; a Thought of a session begins with the quiet before the recording."""
        if self._shown:
            at = seconds(thought.at - AROUND_CLIP)
            line = f"  {at:6.2f} s  {thought.what:9}{thought.detail}".rstrip()
            typer.echo(line, err=self._on_stderr)

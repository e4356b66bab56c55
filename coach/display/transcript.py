"""Transcript: prints what the coach says and hears, one line each, as it happens."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from coach.display.description import Description, describe
from coach.display.plain_text import on_screen
from coach.messages.events import Event
from coach.messages.facts import StateChanged
from coach.units import seconds

_STYLES: Mapping[str, str] = {
    **dict.fromkeys(("coach", "tone"), "cyan"),
    "you": "green",
    **dict.fromkeys(("rep", "turn", "set", "held", "end"), "magenta"),
    **dict.fromkeys(("lost", "found", "loud"), "red"),
}
"""The colour of each topic that is shown."""


class Transcript:
    """An observer that prints to ``console``; a state change is a rule across it."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:
        if isinstance(event, StateChanged):
            self._console.rule(f"[bold]{event.dest.replace('_', ' ')}", align="left")
            return
        described = describe(event)
        if described is not None and described.topic in _STYLES:
            self._print(described, _STYLES[described.topic])

    def _print(self, line: Description, style: str) -> None:
        minutes, rest = divmod(seconds(line.at), 60)
        clock = f"{int(minutes):02d}:{rest:04.1f}"
        text = escape(on_screen(line.text))
        self._console.print(
            f"[dim]{clock}[/dim] [{style}]{line.topic:>6}[/{style}]  {text}",
            highlight=False,
            soft_wrap=True,
        )

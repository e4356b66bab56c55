"""Transcript: what the coach says and hears, a line each, as it happens."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from coach.messages.events import (
    AudioLost,
    DeviceFound,
    DeviceLost,
    Event,
    Heard,
    MicrophoneClipped,
    SpeechBegan,
    ToneBegan,
)
from coach.messages.facts import (
    FloorFound,
    HoldEnded,
    RepEnded,
    SessionEnded,
    SetBegan,
    StateChanged,
)
from coach.units import Samples, seconds


class Transcript:
    """An observer that prints to ``console``."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:  # noqa: C901, PLR0912 - a table of events
        match event:
            case StateChanged():
                self._console.rule(f"[bold]{event.dest.replace('_', ' ')}", align="left")
            case SpeechBegan():
                self._line(event.at, "coach", event.text, "cyan")
            case ToneBegan():
                self._line(event.at, "tone", event.name.replace("_", " "), "cyan")
            case Heard():
                note = "" if event.accepted else " (not now)"
                self._line(event.decided, "you", event.text + note, "green")
            case RepEnded():
                result = "perfect" if event.perfect else f"{event.reason} at {event.count:g}"
                self._line(event.at, "rep", f"{event.rep}: {result}", "magenta")
            case FloorFound():
                self._line(event.at, "floor", f"count {event.count:g}", "magenta")
            case SetBegan():
                text = f"{event.set}: {event.exercise.replace('_', ' ')}, to count {event.floor:g}"
                self._line(event.at, "set", text, "magenta")
            case HoldEnded():
                self._line(event.at, "held", f"{event.seconds:g} s", "magenta")
            case AudioLost():
                self._line(event.at, "lost", f"{seconds(event.samples):.2f} s of sound", "red")
            case DeviceLost():
                self._line(event.at, "lost", f"the {event.device}: {event.why}", "red")
            case DeviceFound():
                self._line(event.at, "found", f"the {event.device}: {event.name}", "red")
            case MicrophoneClipped():
                self._line(event.at, "loud", "the microphone is set too loud", "red")
            case SessionEnded():
                text = f"{event.outcome}, {event.perfect_reps} perfect reps"
                self._line(event.at, "end", text, "magenta")

    def _line(self, at: Samples, who: str, text: str, style: str) -> None:
        minutes, rest = divmod(seconds(at), 60)
        clock = f"{int(minutes):02d}:{rest:04.1f}"
        self._console.print(
            f"[dim]{clock}[/dim] [{style}]{who:>6}[/{style}]  {escape(text)}",
            highlight=False,
            soft_wrap=True,
        )

"""Notices: what a service reported to its supervisor."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RecordedNotices:
    """A Notifier that records what is reported to it, without repetitions."""

    lines: list[str] = field(default_factory=list)
    beats: int = 0

    def ready(self) -> None:
        if "ready" not in self.lines:
            self.lines.append("ready")

    def status(self, line: str) -> None:
        if self.lines[-1:] != [line]:
            self.lines.append(line)

    def beat(self) -> None:
        self.beats += 1

    def stopping(self) -> None:
        self.lines.append("stopping")

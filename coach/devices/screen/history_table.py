"""History table: past training on a terminal, a line for each session, bars for each exercise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from coach.devices.memory.log import Entry
from coach.devices.system.wall_clock import iso_date
from coach.display.plain_text import as_name

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_SHOWN_BARS = 24
_BARS = "▁▂▃▄▅▆▇█"


def as_record(entry: Entry) -> dict[str, Any]:
    """The fields of an entry, with ``date`` and ``time`` in the place of its day and minute."""
    fields = asdict(entry)
    time = time_of_day(fields.pop("minute"))
    return {"date": iso_date(fields.pop("day")), "time": time, **fields}


def print_tables(entries: Sequence[Entry]) -> None:
    """Print every session, and how each exercise went from one to the next."""
    from rich.console import Console  # noqa: PLC0415 - 7 MB, which an export does without
    from rich.table import Table  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    console = Console(highlight=False)
    table = Table("date", "time", "exercise", box=None, header_style="bold")
    for name in ("perfect", "turning point", "plank"):
        table.add_column(name, justify="right")
    table.add_column("ended")
    for entry in entries:
        table.add_row(
            iso_date(entry.day),
            time_of_day(entry.minute),
            _name(entry.exercise),
            f"{entry.perfect}/{entry.reps}" if entry.reps else "",
            "" if entry.floor is None else f"{entry.floor:g}",
            "" if entry.hold_seconds is None else f"{entry.hold_seconds:.0f} s",
            Text(as_name(entry.outcome)),
        )
    console.print(table)
    _print_numbers(console, entries)
    exercises = list(dict.fromkeys(entry.exercise for entry in entries if entry.exercise))
    if not exercises:
        return
    headers = ("exercise", "perfect reps", "turning point", "angle")
    lines = Table(*headers, box=None, header_style="bold")
    for exercise in exercises:
        line = [entry for entry in entries if entry.exercise == exercise][-_SHOWN_BARS:]
        lines.add_row(
            _name(exercise),
            _bars([entry.perfect for entry in line]),
            _bars([entry.floor for entry in line]),
            _from_to([entry.angle_degrees for entry in line]),
        )
    console.print()
    console.print(lines)


def _print_numbers(console: Console, entries: Sequence[Entry]) -> None:
    """Print the numbers that the person gave for pain and effort, session by session."""
    from rich.table import Table  # noqa: PLC0415 - as above

    sessions = {entry.session: entry for entry in entries}.values()
    table = Table("date", box=None, header_style="bold")
    for name in ("pain, 0 to 10", "effort, 0 to 10"):
        table.add_column(name, justify="right")
    for entry in sessions:
        if entry.pain_level is not None or entry.effort is not None:
            table.add_row(iso_date(entry.day), _number(entry.pain_level), _number(entry.effort))
    if table.row_count:
        console.print()
        console.print(table)


def _from_to(degrees: Sequence[float | None]) -> str:
    known = [each for each in degrees if each is not None]
    return f"{known[0]:.0f}° → {known[-1]:.0f}°" if known else ""


def _number(level: int | None) -> str:
    return "" if level is None else str(level)


def _bars(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return ""
    return f"{sparkline(values, max(known))} {known[0]:g} → {known[-1]:g}"


def _name(exercise: str | None) -> Text:
    """The name as Text, because a table would look for markup in a string."""
    from rich.text import Text  # noqa: PLC0415 - as above

    return Text("" if exercise is None else as_name(exercise))


def time_of_day(minute: float) -> str:
    """A minute of the day as HH:MM."""
    hours, minutes = divmod(int(minute) % 1440, 60)
    return f"{hours:02d}:{minutes:02d}"


def sparkline(values: Sequence[float | None], highest: float) -> str:
    """A bar for each value, from 0 to ``highest``, to which larger values are clipped.

    A value near 0 has the lowest bar, None a space.
    """
    steps = len(_BARS) - 1
    return "".join(
        " " if value is None else _BARS[_step(value, highest, steps)] for value in values
    )


def _step(value: float, highest: float, steps: int) -> int:
    return 0 if highest <= 0 else round(steps * min(max(value / highest, 0.0), 1.0))

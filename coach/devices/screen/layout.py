"""Layout: the view of a session as lines for a terminal of any size.

Colour only repeats what a word or a shape says.
"""

from __future__ import annotations

from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from coach.devices.screen.large_letters import large
from coach.display.plain_text import on_screen
from coach.display.seen import QUIETEST_DBFS, Notice, Seen
from coach.units import seconds

_METER_DBFS = -60.0
"""The left end of the level meter."""

_LABEL = 7
"""Columns of a label."""

_MEASURE = Console(file=StringIO())
"""It draws nothing; breaking lines asks for one."""

_NARROW = 60
"""In fewer columns words are shortened."""

_MIDDLE, _SMALL_MIDDLE = 8, 6
"""Lines that are kept for the large letters; and beside a sentence, not a count, where there are
fewer than _LOW in all."""
_LOW = 15

_BESIDE, _AROUND = 36, 5
"""Columns and lines that a QR code leaves to the rest; where there are fewer, there is none."""

_USE = ("notice", "say", "set", "coach", "heard", "mic", "reps")
"""The lines below the letters, the most useful first; the last is the first to be left out."""


def face(
    seen: Seen, width: int, height: int, code: tuple[str, ...] = (), *, ascii_only: bool = False
) -> Text:
    """Exactly ``height`` lines of at most ``width`` columns; the least useful are left out.

    ``code`` are the lines of a QR code, which stands beside the letters where there is room.
    """
    if not code or ascii_only or width - len(code[0]) < _BESIDE or height - len(code) < _AROUND:
        code = ()
    wide = width - (len(code[0]) + 1 if code else 0)
    kept = _SMALL_MIDDLE if height < _LOW and seen.number is None else _MIDDLE
    letters = large(seen.sign, wide - 2, kept - 1, ascii_only=ascii_only)
    high = max(len(letters), len(code) - 1)
    below = _fitting(_below(seen, width, ascii_only=ascii_only), height - high - 2)
    room = max(1, height - len(below) - 1)
    middle = _beside(_middle(seen, wide, room, ascii_only=ascii_only), code, wide)
    lines = [_head(seen, width), *middle, *below]
    for line in lines:
        line.truncate(width, overflow="ellipsis" if not ascii_only else "crop")
    return Text("\n", no_wrap=True, end="").join(lines[:height])


def _head(seen: Seen, width: int) -> Text:
    minutes, rest = divmod(int(seconds(seen.at)), 60)
    clock = f"{_ahead(seen, width)}{minutes}:{rest:02d}"
    name = seen.state.replace("_", " ") + (f", {seen.trained}" if seen.trained else "")
    name = on_screen(name)[: max(0, width - len(clock) - 1)]
    return Text(name.ljust(width - len(clock)) + clock, style="reverse")


def _ahead(seen: Seen, width: int) -> str:
    """What comes after the present part, and how long the session still takes, if there is room."""
    left = seen.minutes_left
    if left is None or width < _NARROW:
        return ""
    following = seen.way.to_come[:1] if seen.way.now else ()
    then = "".join(f"then {part.replace('_', ' ')}   " for part in following)
    return f"{then}about {left} min left   "


def _middle(seen: Seen, width: int, height: int, *, ascii_only: bool) -> list[Text]:
    """The sign, or a number with the sign above it, centred in ``height`` lines."""
    if height <= 0:
        return []
    text, style = seen.sign, "bold cyan"
    above: list[Text] = []
    if seen.number is not None:
        text, style = f"{seen.number:g}", "bold green"
        above = [Text(seen.sign.upper(), style="bold"), Text()] if height > 9 else above
    letters = large(text, width - 2, height - len(above) - 1, ascii_only=ascii_only)
    lines = [*above, *(Text(line, style=style) for line in letters)]
    widest = max((cell_len(line) for line in letters), default=0)
    indents = [(width - cell_len(line.plain)) // 2 for line in above]
    indents += [(width - widest) // 2] * len(letters)
    placed = [
        Text(" " * max(0, indent)).append_text(line)
        for indent, line in zip(indents, lines, strict=True)
    ]
    free = height - len(placed)
    return [
        *(Text() for _ in range(free // 2)),
        *placed,
        *(Text() for _ in range(free - free // 2)),
    ]


def _beside(lines: list[Text], code: tuple[str, ...], width: int) -> list[Text]:
    """The lines in ``width`` columns, with a QR code on their right."""
    for line, row in zip(lines, code, strict=False):
        line.truncate(width, pad=True)
        line.append(row, style="black on bright_white")
    return lines


_Line = tuple[str, Text]
"""A kind of line, as in _USE, and the line itself."""


def _fitting(lines: list[_Line], room: int) -> list[Text]:
    """The most useful lines, in their order. Notices are never left out."""
    by_use = sorted(range(len(lines)), key=lambda at: _USE.index(lines[at][0]))
    noticed = sum(label == "notice" for label, _ in lines)
    return [lines[at][1] for at in sorted(by_use[: max(room, noticed)])]


def _below(seen: Seen, width: int, *, ascii_only: bool) -> list[_Line]:
    heard = Text()
    if seen.heard:
        heard = Text(on_screen(f'"{seen.heard}"'), style="dim" if seen.heard_note else "bold green")
        heard.append(seen.heard_note)
    meter = _meter(seen.level_dbfs, width - _LABEL, ascii_only=ascii_only)
    return [
        *_progress(seen, width, ascii_only=ascii_only),
        *_sentence(seen.said, width),
        _labelled("heard", heard),
        *_offers(seen.offers, width),
        _labelled("mic", meter),
        *(("notice", _notice(each)) for each in seen.notices),
    ]


def _notice(notice: Notice) -> Text:
    text = on_screen(notice.text)
    return Text(f"! {text}", style="bold red") if notice.trouble else Text(text)


def _labelled(label: str, text: Text, shown: str | None = None) -> _Line:
    before = (label if shown is None else shown).ljust(_LABEL)
    return label, Text.assemble((before, "dim"), text)


def _sentence(said: str, width: int) -> list[_Line]:
    """What the coach says, whole, in as many lines as it takes."""
    lines = Text(on_screen(said)).wrap(_MEASURE, max(1, width - _LABEL)) or [Text()]
    return [_labelled("coach", line, "" if i else None) for i, line in enumerate(lines)]


def _offers(words: tuple[str, ...], width: int) -> list[_Line]:
    """What can be said, in as many lines as are needed."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]}   {word}" if lines[-1] else word
        if lines[-1] and len(longer) > width - _LABEL:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_labelled("say", Text(line), "" if i else None) for i, line in enumerate(lines)]


def _progress(seen: Seen, width: int, *, ascii_only: bool) -> list[_Line]:
    """The set, its reps one by one, and the turning point.

    It is empty before the first set, and has only the number of perfect reps after the last.
    """
    if seen.set == 0:
        return []
    of, gap, turn = ("/", "  ", "turn") if width < _NARROW else (" of ", "   ", "turning point")
    facts = [f"perfect {seen.perfect}"]
    if seen.floor is not None:
        facts.append(f"{turn} {seen.floor:g}")
    if not seen.in_a_set:
        return [("set", Text(gap.join(facts), style="bold"))]
    rep = min(len(seen.marks) + 1, seen.reps)
    facts = [f"set {seen.set}{of}{seen.sets}", f"rep {rep}{of}{seen.reps}", *facts]
    good, lost = ("+", "x") if ascii_only else ("●", "\N{MULTIPLICATION SIGN}")
    marks = " ".join(good if perfect else lost for perfect in seen.marks)
    return [("set", Text(gap.join(facts), style="bold")), _labelled("reps", Text(marks))]


def _meter(level_dbfs: float, width: int, *, ascii_only: bool) -> Text:
    """A bar from -60 dBFS to 0, with the figure."""
    figure = "silent" if level_dbfs <= QUIETEST_DBFS else f"{level_dbfs:.0f} dBFS"
    room = max(0, min(40, width - 12))
    filled = round(room * max(0.0, min(1.0, 1 - level_dbfs / _METER_DBFS)))
    full, empty = ("=", "-") if ascii_only else ("█", "░")
    style = "red" if level_dbfs > -3 else "green"
    bar = Text(full * filled, style=style).append(empty * (room - filled), style="dim")
    return bar.append(f" {figure}", style="default")

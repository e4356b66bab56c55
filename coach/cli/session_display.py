"""Session display: a session while a person watches it.

Complaints go to standard error.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Literal, TextIO

import typer
from rich.console import Console

from coach.app.assembly import Coach, make_coach
from coach.app.ears import Ears
from coach.app.logs import EventLog
from coach.app.outputs import Meter, Outputs
from coach.app.run_session import TakePress, run_session
from coach.cli.command_group import complain
from coach.cli.page_option import OpenPage, opened_page
from coach.cli.progress import voice_bar
from coach.devices.files.delivery_file import PersonalDelivery
from coach.devices.page.address import Address
from coach.devices.page.invitation import WHAT_IT_IS, as_code, in_colours
from coach.devices.screen.live_view import shown
from coach.devices.screen.stderr import kept_stderr
from coach.devices.speech.rendered_voice import RenderedVoice
from coach.devices.system.signals import deaf_to_hangup
from coach.dialogue.verbosity import Verbosity
from coach.display.transcript import Transcript
from coach.echo.canceller import Calibration
from coach.engine import Observer
from coach.errors import PageError
from coach.messages.events import Event
from coach.ports import Duplex
from coach.training.history import Memory
from coach.training.plan import Plan
from coach.training.programme import Programme

Looks = Literal["nothing", "lines", "view"]
"""How a session is shown; ``view`` becomes ``lines`` where there is no terminal to draw on."""

ENDING = 'To end the session, say "stop", press Ctrl-C, or run `coach stop` in another terminal.'
_ENDING_IN_SHORT = 'to end it: say "stop", Ctrl-C, or `coach stop` elsewhere'

VOICES = "To hear and choose the voices, and how to get the natural one, run `coach voices --play`."
_VOICES_IN_SHORT = "to hear and choose the voices: `coach voices --play`"

_REMEMBERED_EVENTS = 20_000
"""How many events of a session are kept that is shown as a view: they are printed in lines when it
is over, and so many are its last hours."""


def prepare(
    programme: Programme,
    ears: Ears,
    speaker: RenderedVoice,
    verbosity: Verbosity | None,
    *,
    quiet: bool,
) -> Coach:
    """A coach whose cues are rendered, which a progress bar shows."""
    with voice_bar(lambda: speaker.spoken, shown=not quiet) as progress:
        coach = make_coach(programme, ears, speaker, progress, verbosity or "full")
    speaker.clear_unsaid()
    return coach


def show(
    coach: Coach,
    plan: Plan,
    duplex: Duplex,
    outputs: Outputs,
    *observers: Observer,
    quiet: bool,
    calibration: Calibration | None = None,
    presses: TakePress = lambda _now: None,
) -> None:
    """Run a session, shown in lines as it happens unless ``quiet``; Ctrl-C is exit status 130."""
    if not quiet:
        observers = (*observers, Transcript(Console(file=_stream(outputs))))
    try:
        watching: tuple[Observer, ...] = (*observers, EventLog())
        run_session(
            *(coach, plan, duplex, watching, outputs, complain, calibration), presses=presses
        )
    except KeyboardInterrupt:
        complain("interrupted; rest well")
        raise typer.Exit(130) from None


def show_live(
    coach: Coach,
    plan: Plan,
    duplex: Duplex,
    outputs: Outputs,
    memory: Memory,
    looks: Looks,
    address: Address | None,
    told: PersonalDelivery,
) -> None:
    """Run a session with a person in front of the microphone; Ctrl-C is exit status 130.

    Nothing that happens to the terminal ends it: a person on the mat does not look there. At
    ``address`` there is a page that shows it, too. A new person who has not chosen a voice
    of their own is told how to hear the voices.
    """
    stream, new = _stream(outputs), told.voice is None and not plan.trainings
    if looks == "view" and not _can_be_drawn_on(stream, outputs):
        looks = "lines"
    try:
        with (
            deaf_to_hangup(),
            opened_page(address, coach, told) as page,
            _watching(coach, stream, looks, page, new=new) as (watching, meters, warn),
        ):
            observers: tuple[Observer, ...] = (*watching, EventLog(), told)
            run_session(
                *(coach, plan, duplex, observers, outputs, warn),
                memory=memory,
                meters=meters,
                presses=page.presses,
            )
    except KeyboardInterrupt:
        with suppress(OSError):
            complain("interrupted; rest well")
        raise typer.Exit(130) from None


Watcher = tuple[tuple[Observer, ...], tuple[Meter, ...], Callable[[str], None]]
"""Receivers of events, of sound, and of lines about what the session has to do without."""


@contextmanager
def _watching(
    coach: Coach, stream: TextIO, looks: Looks, page: OpenPage, *, new: bool
) -> Iterator[Watcher]:
    lines = _Unbroken(stream)
    place = f"The page: {page.url}" if page.url else ""
    voices = (VOICES, _VOICES_IN_SHORT) if new else ("", "")
    code = _code(page, stream) if looks != "nothing" else ()
    if looks != "nothing":
        invited = (WHAT_IT_IS, *in_colours(code)) if code else ()
        for line in filter(None, (place, *invited, voices[0], ENDING)):
            lines.say(line)
    if looks != "view":
        printed: tuple[Observer, ...] = (lines,) if looks == "lines" else ()
        yield (*page.observers, *printed), page.meters, lines.warn
        return
    view = coach.view()
    shown_first = (("page", place), ("voices", voices[1]), ("ending", _ENDING_IN_SHORT))
    for topic, line in shown_first:
        if line:
            view.notice(topic, line, trouble=False)
    happened: deque[Event] = deque(maxlen=_REMEMBERED_EVENTS)

    def observe(event: Event) -> None:
        view(event)
        happened.append(event)

    def warn(line: str) -> None:
        view.notice(line, line)
        lines.warn(line)

    try:
        with kept_stderr(), shown(lambda: view.seen, stream, code):
            yield (*page.observers, observe), (*page.meters, view.add), warn
    finally:
        for event in happened:
            lines(event)


def _code(page: OpenPage, stream: TextIO) -> tuple[str, ...]:
    """The lines of a QR code that pairs a phone; none where there is nobody to see it."""
    if not page.url or not as_code(page.url, stream):
        return ()
    try:
        return as_code(page.invite(), stream)
    except PageError as error:
        complain(str(error))
        return ()


class _Unbroken:
    """A Transcript that falls silent when its terminal or pipe is gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._screen: Transcript | None = Transcript(Console(file=stream))

    def __call__(self, event: Event) -> None:
        if self._screen is not None:
            self._write(partial(self._screen, event))

    def say(self, line: str) -> None:
        self._write(partial(typer.echo, line, self._stream))

    def _write(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError:
            self._screen = None
            # Python would try to write what is left when it exits, and complain
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def warn(self, line: str) -> None:
        with suppress(OSError):
            complain(line)


def _stream(outputs: Outputs) -> TextIO:
    """Standard error where the journal uses standard output."""
    return sys.stderr if outputs.journal == "-" else sys.stdout


def _can_be_drawn_on(stream: TextIO, outputs: Outputs) -> bool:
    if outputs.journal == "-" and sys.stdout.isatty():
        return False
    return stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")

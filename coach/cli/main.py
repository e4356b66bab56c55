"""Main: arguments and wiring; the only place that catches CoachError and prints."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import logging
import os
import sys
from typing import Annotated, NoReturn, TextIO

import typer
from typer.exceptions import TyperException

from coach import __version__
from coach.cli.command_group import COMMANDS, HELP, CommandLine, complain, in_plain_words
from coach.devices.page.address import DEFAULT
from coach.errors import CoachError, NoDeviceError, SoundHangs

_LOGGER = logging.getLogger("coach")

_OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""Errors of a write to a stream, which have no file name."""


_OWN_OPTIONS = ("-h", "--help", "--version", "--install-completion", "--show-completion")
"""The options that may stand in the place of a command."""

_SUPERVISED = "NOTIFY_SOCKET"
"""Set in the environment by systemd."""

_COMPLETED = "_COACH_COMPLETE"
"""Set in the environment by a shell that asks how a command line may go on."""


def command_line(command: str | None = None) -> typer.Typer:
    """The commands in the module of ``command``; no other module is loaded, which takes time.

    For None, and for an unknown command, all of them.
    """
    app = typer.Typer(
        cls=CommandLine,
        context_settings=HELP,
        pretty_exceptions_enable=False,
        add_completion=command != "run",
        help="Flatback, the hands-free leg-lift coach. Without a command it runs a session.",
        epilog="Example: coach run --sets 2 --reps 8",
    )
    app.callback()(_options)
    asked = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for place in asked:
        module, name = place.split(":")
        app.add_typer(getattr(importlib.import_module(f"coach.cli.{module}"), name))
    return app


def _load(command: str | None) -> typer.Typer:
    """The command line. Garbage collection is off while modules are loaded, and never looks at them
    later: that saves a seventh of the time in which a coach starts.
    """
    gc.disable()
    try:
        return command_line(command)
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    """Entry point: whatever a person can mend becomes one line and exit status 2."""
    arguments = _with_default_command(sys.argv[1:])
    _print_any_name()
    try:
        app = _load(None if _COMPLETED in os.environ else arguments[0])
        status = app(arguments, prog_name="coach", standalone_mode=False)
        if not status:
            _flush_streams()
        sys.exit(status)
    except SoundHangs as error:
        _end_by_force(str(error))
    except NoDeviceError as error:
        complain(f"{error}; plug one in: `coach doctor` tells whether it works")
        sys.exit(2)
    except (CoachError, TyperException) as error:
        line = in_plain_words(error) if isinstance(error, TyperException) else str(error)
        complain(line)
        _show_in_systemctl(line)
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:
        _LOGGER.debug("nobody expected this", exc_info=error)
        with contextlib.suppress(OSError):
            complain(_in_one_line(error))
        sys.exit(_may_pass())
    finally:
        _leave_streams()


def _may_pass() -> int:
    """The exit status of an error that may pass by itself: 2, but EX_TEMPFAIL under systemd, which
    starts the service again after that, and not after a 2.
    """
    return os.EX_TEMPFAIL if _SUPERVISED in os.environ else 2


def _show_in_systemctl(line: str) -> None:
    """Have ``systemctl status`` show the line, which says what a person has to mend."""
    if _SUPERVISED in os.environ:
        from coach.devices.system.systemd_notifier import SystemdNotifier  # noqa: PLC0415 - a service alone

        with contextlib.closing(SystemdNotifier()) as notifier:
            notifier.status(line)


def _in_one_line(error: OSError) -> str:
    """What the operating system refused, in one line."""
    why = error.strerror or " ".join(str(error).split())
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: cannot be used: {why}"
    if error.errno in _OF_OUTPUT:
        return f"standard output cannot be written: {why}"
    return f"the system refused: {why}"


def _streams() -> tuple[TextIO, ...]:
    """Standard output and error, unless they were closed from the beginning."""
    return tuple(stream for stream in (sys.stdout, sys.stderr) if stream is not None)


def _print_any_name() -> None:
    """Escape what standard output cannot show, such as a file name that is not UTF-8; standard
    error does so anyway."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _flush_streams() -> None:
    """Flush while an error can still be reported. Raises OSError."""
    for stream in _streams():
        stream.flush()


def _leave_streams() -> None:
    """Write nothing more: the reader of our output has seen enough, or the terminal was closed.
    Otherwise Python would complain while it exits, and change the exit status.
    """
    for stream in _streams():
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _end_by_force(problem: str) -> NoReturn:
    """Exit at once: an ordinary exit would terminate PortAudio, which hangs."""
    with contextlib.suppress(OSError, ValueError):
        complain(problem)
    for stream in _streams():
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(_may_pass())


def _with_default_command(arguments: list[str]) -> list[str]:
    """``coach --sets 2`` is ``coach run --sets 2``, and ``--page`` needs no address."""
    following = [*arguments[1:], "-"]
    arguments = [
        f"{each}={DEFAULT}" if each == "--page" and after.startswith("-") else each
        for each, after in zip(arguments, following, strict=False)
    ]
    if arguments and (arguments[0] in _OWN_OPTIONS or arguments[0][0:1] != "-"):
        return arguments
    return ["run", *arguments]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"coach {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass

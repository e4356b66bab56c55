"""Command group: how commands are listed, what their help shows, and how mistakes are reported.

A flag is shown without a type, because it takes no value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.exceptions import TyperException

from coach.display.plain_text import on_screen

COMMANDS = {
    "run": "run:training_app",
    "stop": "stop:stop_app",
    "demo": "rehearse:rehearsal_app",
    "doctor": "doctor:doctor_app",
    "page": "page:page_app",
    "bridge": "bridge:bridge_app",
    "history": "history:memory_app",
    "forget": "history:memory_app",
    "voices": "voices:voice_app",
    "say": "voices:voice_app",
    "devices": "hear:inspection_app",
    "programme": "programme:programme_app",
    "hear": "hear:inspection_app",
    "replay": "rehearse:rehearsal_app",
    "rehearse": "rehearse:rehearsal_app",
    "model": "model:model_app",
    "states": "hear:inspection_app",
    "sentences": "hear:inspection_app",
}
"""In the order in which a person meets them; where each is: a module of ``coach.cli``, and the
command line in it. A module is loaded when it is asked for.
"""

HELP = {"help_option_names": ["-h", "--help"]}
"""The context settings of a command line; its commands inherit them."""


_PLAIN_WORDS = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse string as an integer": (
        "a whole number is expected"
    ),
    "Input should be a valid number, unable to parse string as a number": "a number is expected",
    "Input should be greater than or equal to": "should be at least",
    "Input should be less than or equal to": "should be at most",
    "Input should be": "should be",
}
"""Phrases of Typer's error messages, and what is printed instead."""


def complain(line: str) -> None:
    """Print one line on standard error."""
    typer.echo(on_screen(f"coach: {line}"), err=True)


def tell(line: str) -> None:
    """Print one line on standard output, whatever is in the names that it quotes."""
    typer.echo(on_screen(line))


def in_plain_words(error: TyperException) -> str:
    """What is wrong with the command line, in one line."""
    message = error.format_message()
    for said, plain in _PLAIN_WORDS.items():
        message = message.replace(said, plain)
    return " ".join(message.split())


class Command(TyperCommand):
    """A command that stands alone; in a Group every command is shown as this one."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters."""
        return _without_types_of_flags(super().get_params(ctx))


class Group(TyperGroup):
    """Commands below a command."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters of the group itself."""
        return _without_types_of_flags(super().get_params(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One of its commands, None for a name that it does not know."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            _without_types_of_flags(command.get_params(ctx))
        return command


class CommandLine(Group):
    """All commands, in the order of COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return sorted(super().list_commands(ctx), key=list(COMMANDS).index)


def _without_types_of_flags(parameters: Iterable[Any]) -> list[Any]:
    parameters = list(parameters)
    for each in parameters:
        if isinstance(each, TyperOption) and each.is_flag:
            each.metavar = ""
    return parameters

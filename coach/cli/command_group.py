"""Command group: how commands are listed, and what their help shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from typer.core import TyperGroup, TyperOption

COMMANDS = (
    *("run", "stop", "demo", "doctor", "history", "forget", "voices", "say", "devices"),
    *("programme", "hear", "replay", "rehearse", "model", "states"),
)
"""In the order in which a person meets them."""

HELP = {"help_option_names": ["-h", "--help"]}
"""The context settings of a command line; its commands inherit them."""


class Group(TyperGroup):
    """A group whose help shows a flag without a type, for nothing is to be typed behind it."""

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
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


def _without_types_of_flags(parameters: Iterable[Any]) -> list[Any]:
    parameters = list(parameters)
    for each in parameters:
        if isinstance(each, TyperOption) and each.is_flag:
            each.metavar = ""
    return parameters

"""Typed commands: whether what a document has a person type would be understood; nothing is run.

A command that nothing here knows how to check fails the test: none is passed over.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
import typer
from typer.main import get_command

from coach.cli.main import _with_default_command, command_line
from tests.documents import ROOT, Command

OF_THE_COACH = ("scripts/coach", "coach", "flatback")
_POSTRM = ROOT / "scripts/debian/postrm"
_VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]
_BUILT = rf"\./flatback_{re.escape(_VERSION)}\+deb1[23]_(amd64|arm64)\.deb"


def understand(typed: Command) -> None:
    """Fail unless the command is there and knows every argument."""
    match typed:
        case ("sudo", *rest):
            understand(tuple(rest))
        case (program, *arguments) if program in OF_THE_COACH:
            parse(arguments)
        case ("flatback-bridge", *arguments):
            _understand_script("scripts/flatback-bridge", arguments)
        case (script, *arguments) if script.startswith(("scripts/", ".ci/")):
            _understand_script(script, arguments)
        case (".venv/bin/python", "-m", module):
            assert importlib.util.find_spec(module), f"there is no module {module}"
        case ("systemctl" | "journalctl" | "apt-get", *_):
            _understand_system(typed)
        case (setting, *rest) if setting.startswith("FLATBACK_PURGE="):
            assert f'"$FLATBACK_PURGE" = {setting.partition("=")[2]}' in _POSTRM.read_text("utf-8")
            understand(tuple(rest))
        case ("pkill", "-INT", "-f", pattern):
            assert re.search(pattern, f"{ROOT}/.venv/bin/python {ROOT}/.venv/bin/coach")
        case ("git", "clone", *_, folder) | ("cd", folder):
            assert folder == "flatback"
        case _:
            pytest.fail(f"no test knows how to check: {' '.join(typed)}")


def _understand_system(typed: Command) -> None:
    match typed:
        case ("systemctl", "start" | "stop" | "restart" | "status" | "enable", unit):
            file = unit if unit.endswith(".socket") else f"{unit}.service"
            assert (ROOT / "scripts" / file).exists(), f"there is no unit {unit}"
        case ("journalctl", "-u", unit):
            assert (ROOT / f"scripts/{unit}.service").exists(), f"there is no unit {unit}"
        case ("apt-get", "install", package):
            assert re.fullmatch(_BUILT, package), f"scripts/build_deb builds no {package}"
        case ("apt-get", "purge", package):
            control = (ROOT / "scripts/debian/control").read_text(encoding="utf-8")
            assert f"Package: {package}\n" in control, f"there is no package {package}"
        case _:
            pytest.fail(f"no test knows how to check: {' '.join(typed)}")


def parse(arguments: Sequence[str]) -> None:
    """Let the coach's own command line read the arguments, and run nothing."""
    command: Any = get_command(command_line())
    left, context = _with_default_command(list(arguments)), None
    while left:
        try:
            context = command.make_context(command.name, left, parent=context)
        except typer.Exit:  # --help and --version end it here
            return
        if not hasattr(command, "resolve_command"):
            return
        left = [*context._protected_args, *context.args]
        if left:
            _, command, left = command.resolve_command(context, left)
            left = left or ["--"]  # no arguments at all are read, too


def known_options() -> set[str]:
    """Every option of the coach's commands, of the scripts and of the benchmarks."""
    scripts = [file for file in (ROOT / "scripts").iterdir() if file.is_file()]
    benchmarks = [file.name for file in scripts if file.name.startswith("bench_")]
    texts = [file.read_text(encoding="utf-8") for file in scripts]
    texts += map(_help_of_benchmark, benchmarks)
    of_scripts = {option for text in texts for option in re.findall(r"--[a-z][a-z-]+", text)}
    return of_scripts | set(_options_of(get_command(command_line())))


def _options_of(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
    for inner in getattr(command, "commands", {}).values():
        yield from _options_of(inner)


def _understand_script(script: str, arguments: Sequence[str]) -> None:
    file = ROOT / script
    assert os.access(file, os.X_OK), f"there is no program {script}"
    is_benchmark = script.startswith("scripts/bench_")
    text = _help_of_benchmark(file.stem) if is_benchmark else file.read_text(encoding="utf-8")
    for option in (each for each in arguments if each.startswith("-")):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text), f"{script} {option}"


@cache
def _help_of_benchmark(name: str) -> str:
    module = f"benchmarks.{name.removeprefix('bench_')}"
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout

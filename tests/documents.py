"""Documents: README and docs taken apart into links, headings, code blocks, and commands."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = tuple(sorted((ROOT / "docs").glob("*.md")))
HOUSE = ROOT / "docs/how-it-is-built.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

OURS = ("coach", "flatback", ".venv/bin/")
"""What a command may begin with though no shell of this machine finds it; see also ``_SCRIPT``."""

_SCRIPT = re.compile(r"scripts/\w+$|\.ci/run$")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_CODE = re.compile(rf"{_BLOCK.pattern}|`([^`\n]+)`", flags=re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", flags=re.MULTILINE)

Command = tuple[str, ...]


def blocks(page: Path) -> list[tuple[str, str]]:
    """Every fenced block: its language and its text."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def written_in(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [text for name, text in blocks(page) if name == language]


def links(page: Path) -> list[tuple[Path, str]]:
    """The file that every link leads to, and the heading in it; no links to other machines."""
    found = _LINK.findall(_prose(page))
    parted = [link.partition("#") for link in found if not link.startswith(("http:", "https:"))]
    return [(page.parent / file if file else page, anchor) for file, _, anchor in parted]


def anchors(page: Path) -> set[str]:
    """What a link may name after ``#``: the headings, as GitHub writes them."""
    headings = _HEADING.findall(_prose(page))
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def commands(page: Path) -> list[Command]:
    """Every command in the words a shell makes of it, once each, in order.

    A command is every line of a block of ``sh``, and what stands in backquotes and a shell would
    run.
    """
    found: list[Command] = []
    for language, block, inline in _CODE.findall(page.read_text(encoding="utf-8")):
        if language == "sh":
            lines = [tuple(shlex.split(line, comments=True)) for line in block.splitlines()]
            found += [line for line in lines if line]
        elif inline and _would_run(inline):
            found.append(tuple(shlex.split(inline)))
    return list(dict.fromkeys(found))


def options(page: Path) -> set[str]:
    """Every option that is named by itself, as in ``--plain``."""
    spans = [inline for *_, inline in _CODE.findall(page.read_text(encoding="utf-8"))]
    return {span.split()[0] for span in spans if span.startswith("--")}


def _would_run(inline: str) -> bool:
    program, *arguments = inline.split()
    if _SCRIPT.match(program):
        return True
    known = program.startswith(OURS) and not program.startswith("coach/")
    return bool(arguments) and (known or shutil.which(program) is not None)


def _prose(page: Path) -> str:
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))

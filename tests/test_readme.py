"""The README: what it shows of the coach is what the coach is."""

import re
from pathlib import Path

from coach.rehearsal import parse_rehearsal
from coach.table import diagram

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_diagram_is_that_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def test_the_rehearsal_it_shows_can_be_read() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.removeprefix("  ") for line in shown.splitlines()]
    rehearsal = parse_rehearsal("\n".join(lines), "README.md")
    assert rehearsal.room.noise == "kitchen.flac"


def test_every_file_it_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target

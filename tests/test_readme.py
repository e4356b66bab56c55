"""The README: what it shows of the coach is what the coach is."""

import re
from pathlib import Path

import pytest

from coach.devices.room_duplex import RoomDuplex, load_clips
from coach.performance import Outputs, perform
from coach.rehearsal import User, parse_rehearsal
from coach.remembered import TODAY
from coach.table import diagram
from coach.wiring import Coach
from tests.stories import Recorder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_diagram_is_that_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def shown_rehearsal() -> str:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
    return "\n".join(line.removeprefix("  ") for line in shown.splitlines())


@pytest.mark.model
def test_the_rehearsal_it_shows_runs_to_its_end(coach: Coach) -> None:
    rehearsal = parse_rehearsal(shown_rehearsal(), "README.md")
    user, recorder = User(rehearsal), Recorder()
    clips = load_clips(rehearsal, ROOT / "first.yaml")
    room = RoomDuplex(rehearsal, user, clips, None, coach.reference())
    plan = coach.plan(rehearsal.remembered.history(), TODAY)
    assert perform(coach, plan, room, [user, recorder], Outputs(), pytest.fail) == "finished"


def test_every_file_it_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target

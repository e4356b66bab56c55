"""The README: what it shows of the coach is what the coach is."""

import re
from pathlib import Path

import pytest

from coach.app.assembly import Coach
from coach.app.programme_files import load_programme
from coach.app.run_session import Outputs, run_session
from coach.devices.sound.room_duplex import RoomDuplex, load_clips
from coach.dialogue.prompts import faults
from coach.hearing.grammar import Grammar
from coach.session.diagram import diagram
from coach.simulation.rehearsal import User, parse_rehearsal
from coach.simulation.remembered import TODAY
from tests.stories import Recorder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_diagram_is_that_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def shown_rehearsal() -> str:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
    return "\n".join(line.removeprefix("  ") for line in shown.splitlines())


def test_the_exercise_it_shows_can_be_trained(tmp_path: Path, grammar: Grammar) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    file = tmp_path / "frog_lift.toml"
    file.write_text(shown)
    programme = load_programme(file)
    assert programme.asked == "frog_lift"
    frog = programme.exercises["frog_lift"]
    assert not [fault for _, text in frog.texts() for fault in faults(text, grammar)]
    assert programme.exercises["single_leg_raise"].easier == "frog_lift"


@pytest.mark.model
def test_the_rehearsal_it_shows_runs_to_its_end(coach: Coach) -> None:
    rehearsal = parse_rehearsal(shown_rehearsal(), "README.md")
    user, recorder = User(rehearsal), Recorder()
    clips = load_clips(rehearsal, ROOT / "first.yaml")
    room = RoomDuplex(rehearsal, user, clips, None, coach.speech())
    plan = coach.plan(rehearsal.remembered.history(), TODAY)
    assert run_session(coach, plan, room, [user, recorder], Outputs(), pytest.fail) == "finished"


def test_every_file_it_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target

"""Corners of a session: what was once answered wrongly, or not at all."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest

from coach.app.language_files import load_language
from coach.app.programme_files import whole_text
from coach.messages.events import Spoken
from coach.messages.facts import (
    ExerciseChosen,
    FloorFound,
    HoldEnded,
    RepCorrected,
    RepEnded,
    SessionEnded,
    StateChanged,
)
from coach.simulation.rehearsal import parse_rehearsal
from tests.openings import parts_before
from tests.stories import Recorder, rehearse

pytestmark = pytest.mark.whole_session

SKIPS = "".join(
    f"  - {{when: {{state: {part}}}, after_s: 2, says: skip}}\n" for part in parts_before("working")
)
TO_THE_SET = f"""
  - {{when: {{state: waiting, said: ask_comfortable}}, after_s: 2, says: ready}}
  - {{when: {{said: ask_same}}, after_s: 2, says: "no"}}
{SKIPS}"""


IS_THERE = "{when: {said: ask_there}, after_s: 2, says: 'yes', times: always}"


def told(
    *user: str, settings: str = "{sets: 1, reps: 2}", remembered: str = "{sits: false}"
) -> Recorder:
    """A session of somebody who goes to the sets at once, and then does what stands in ``user``."""
    lines = "".join(f"  - {line}\n" for line in (*user, IS_THERE))
    text = f"settings: {settings}\nremembered: {remembered}\nclips: .\nuser:{TO_THE_SET}{lines}"
    return rehearse(parse_rehearsal(text, "corner.yaml"))


def prompts(recorder: Recorder, state: str | None = None) -> list[str]:
    """What was said, in all or from the entry of a state on."""
    begun = [event.at for event in recorder.of(StateChanged) if event.dest == state]
    return [each.prompt for each in recorder.of(Spoken) if each.start >= min(begun, default=0)]


def states(recorder: Recorder) -> list[str]:
    return [event.dest for event in recorder.of(StateChanged)]


def reps(recorder: Recorder) -> int:
    return len(recorder.of(RepEnded))


@pytest.mark.parametrize(
    "state",
    [
        "resting",
        pytest.param("working", marks=pytest.mark.thorough),
        pytest.param("offering_easier", marks=pytest.mark.thorough),
        pytest.param("cat_cow", marks=pytest.mark.thorough),
        "plank",
    ],
)
def test_a_session_that_was_cut_off_goes_on_wherever_it_was(state: str) -> None:
    reps_done = 0 if state == "cat_cow" else 3
    cut_off = (
        f"{{minutes_ago: 3, state: {state}, exercise: dead_bug, set: {min(1, reps_done)}, "
        f"reps: {reps_done}, perfect: {reps_done}}}"
    )
    recorder = told(
        "{when: {state: planning, said: ask_take_up}, after_s: 2, says: 'yes'}",
        settings="{sets: 2, reps: 3}",
        remembered=f"{{sits: false, cut_off: {cut_off}}}",
    )
    (ended,) = recorder.of(SessionEnded)
    expected = {"plank": 3, "cat_cow": 6}.get(state, 6)
    assert (ended.outcome, ended.perfect_reps) == ("finished", expected)


def test_a_session_of_another_size_is_not_taken_up() -> None:
    cut_off = "{minutes_ago: 3, state: plank, exercise: dead_bug, set: 3, reps: 10, perfect: 20}"
    recorder = told(remembered=f"{{sits: false, cut_off: {cut_off}}}")
    assert "ask_take_up" not in prompts(recorder)


@pytest.mark.parametrize("words", ["start over", "slower", "easier", "harder", "how many left"])
def test_nothing_that_is_said_after_the_last_rep_makes_another(words: str) -> None:
    recorder = told(f"{{when: {{state: working, said: two}}, after_s: 6.2, says: {words}}}")
    assert reps(recorder) == 2
    assert recorder.of(SessionEnded)[0].outcome == "finished"


@pytest.mark.parametrize("answer", ["'yes'", "'no'"])
def test_an_offer_after_the_last_rep_makes_no_other(answer: str) -> None:
    recorder = told(
        "{when: {state: working, said: up}, after_s: 1, says: arched, times: always}",
        f"{{when: {{state: offering_easier, said: ask_easier}}, after_s: 2, says: {answer}}}",
        settings="{sets: 1, reps: 3}",
    )
    assert reps(recorder) == 3
    assert recorder.of(SessionEnded)[0].outcome == "finished"


def test_what_is_asked_for_by_name_is_trained() -> None:
    past = "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2}"
    recorder = told(
        settings="{sets: 1, reps: 1, exercise: dead_bug}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    assert recorder.of(ExerciseChosen)[0].exercise == "dead_bug"
    assert "plan_as_asked" in prompts(recorder)


def test_a_floor_that_nobody_showed_is_not_remembered() -> None:
    recorder = told("{when: {state: working}, after_s: 2, says: stop}")
    assert recorder.of(FloorFound) == []
    assert "floor_remembered" not in prompts(recorder)


def test_who_arches_at_the_known_floor_is_not_sent_below_it() -> None:
    past = "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2}"
    text = TO_THE_SET.replace("  - {when: {state: slow_descent}, after_s: 2, says: skip}\n", "")
    text = text.replace("  - {when: {state: stop_point}, after_s: 2, says: skip}\n", "")
    text += "  - {when: {state: slow_descent, said: thousand}, after_s: 1.2, says: arched}\n"
    lines = f"remembered: {{sits: false, sessions: [{past}]}}\nclips: .\nuser:{text}"
    recorder = rehearse(parse_rehearsal(lines, "corner.yaml"))
    assert "half_count" not in prompts(recorder)
    assert max(event.count for event in recorder.of(FloorFound)) <= 2


def test_another_exercise_in_the_rest_is_introduced_before_its_first_set() -> None:
    recorder = told(
        "{when: {state: resting, said: half_rested}, after_s: 2, says: harder}",
        settings="{sets: 2, reps: 1}",
    )
    second_set = [event.at for event in recorder.of(StateChanged) if event.dest == "working"][1]
    said = [each for each in recorder.of(Spoken) if each.start >= second_set]
    assert [each.prompt for each in said[:3]] == ["setup", "setup", "arched_means"]
    assert "dumbbell" in said[0].text


def test_a_bar_is_taken_again_before_the_next_set() -> None:
    recorder = told(settings="{sets: 2, reps: 1, exercise: hanging_leg_raise}")
    texts = [each.text for each in recorder.of(Spoken) if each.prompt == "once_more"]
    assert texts.count("Take the bar again with your hands.") >= 1


@pytest.mark.parametrize("state", ["plank", "stretching"])
def test_after_a_pause_a_hold_begins_again_with_how_to_lie(state: str) -> None:
    recorder = told(
        f"{{when: {{state: {state}, said: hold_begin}}, after_s: 8, says: pause}}",
        "{when: {state: paused, said: paused}, after_s: 6, says: resume}",
        settings="{sets: 1, reps: 1}",
        remembered=f"{{sits: {'true' if state == 'stretching' else 'false'}}}",
    )
    changes = recorder.of(StateChanged)
    back = next(i for i, event in enumerate(changes) if event.source == "paused")
    said = [each.prompt for each in recorder.of(Spoken) if each.start >= changes[back].at]
    assert said[0] == "hold_setup"


def test_done_in_a_stretch_goes_on_to_the_next() -> None:
    recorder = told(
        "{when: {state: stretching, said: hold_begin}, after_s: 4, says: done, times: always}",
        remembered="{sits: true}",
    )
    assert prompts(recorder).count("hold_begin") == 5  # four stretches, and the plank


@pytest.mark.parametrize(("first", "then"), [("'yes'", "'no'"), ("'no'", "'yes'")])
def test_planning_again_takes_an_answer_back(first: str, then: str) -> None:
    past = "{days_ago: 1, exercise: dead_bug, reps: 9, perfect: 9, floor: 2}"
    recorder = told(
        f"{{when: {{state: planning, said: ask_easy}}, after_s: 2, says: {first}}}",
        "{when: {state: planning, said: so}, after_s: 1, says: start over}",
        f"{{when: {{state: planning, said: ask_easy}}, after_s: 90, says: {then}}}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    assert prompts(recorder, "planning").count("ask_easy") >= 1
    assert recorder.of(SessionEnded)


def test_the_reason_is_only_told_of_the_exercise_that_was_planned() -> None:
    past = "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2}"
    recorder = told(
        "{when: {state: waiting, said: find_a_spot}, after_s: 1, says: easier}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    assert "plan_all_perfect" not in prompts(recorder)


def test_an_arch_after_a_rep_that_was_skipped_costs_nothing() -> None:
    recorder = told(
        "{when: {state: working, said: lower}, after_s: 0.2, says: skip}",
        "{when: {state: resting, said: rest}, after_s: 1, says: ready}",
        "{when: {state: working, said: only_perfect}, after_s: 0.2, says: arched}",
        settings="{sets: 2, reps: 1}",
    )
    assert [event.perfect for event in recorder.of(RepEnded)] == [True]


def test_the_stop_point_is_looked_for_again() -> None:
    text = TO_THE_SET.replace("  - {when: {state: stop_point}, after_s: 2, says: skip}\n", "")
    text += "  - {when: {state: stop_point, said: floor_is_full}, after_s: 1, says: start over}\n"
    lines = f"settings: {{sets: 1, reps: 1}}\nremembered: {{sits: false}}\nclips: .\nuser:{text}"
    recorder = rehearse(parse_rehearsal(lines, "corner.yaml"))
    assert prompts(recorder).count("stop_point_intro") == 2


def test_the_hardest_exercise_promises_nothing_harder() -> None:
    sixteen = "{sets: 2, reps: 8, exercise: hanging_leg_raise}"
    assert "earned_once" not in prompts(told(settings=sixteen))
    assert "earned_once" in prompts(told(settings="{sets: 2, reps: 8}"))


def test_who_went_easier_in_the_week_of_pain_may_come_back() -> None:
    past = (
        "{days_ago: 2, exercise: straight_leg_lift, reps: 9, perfect: 9, floor: 2, outcome: pain}"
    )
    recorder = told(
        "{when: {state: planning, said: ask_well}, after_s: 2, says: 'yes'}",
        "{when: {said: ask_ache}, after_s: 4, says: one}",
        "{when: {said: ask_level_right}, after_s: 5, says: 'yes'}",
        "{when: {state: stretching}, after_s: 1, says: skip, times: always}",
        "{when: {state: working, said: set_intro}, after_s: 1, says: easier}",
        "{when: {state: working, said: exercise_now}, after_s: 4, says: harder}",
        remembered=f"{{sits: false, sessions: [{past}]}}",
    )
    chosen = [event.exercise for event in recorder.of(ExerciseChosen)]
    assert chosen[:3] == ["single_leg_raise", "bent_knee_lift", "single_leg_raise"]


def test_a_lift_that_never_gets_steady_becomes_an_easier_one() -> None:
    recorder = told("{when: {state: first_rep, said: ask_stable}, after_s: 2, says: 'no'}")
    assert "steadier" not in prompts(recorder)  # it was skipped
    text = TO_THE_SET.replace("  - {when: {state: first_rep}, after_s: 2, says: skip}\n", "")
    text += "  - {when: {state: first_rep, said: ask_stable}, after_s: 2, says: 'no', times: 3}\n"
    text += "  - {when: {state: first_rep, said: ask_stable}, after_s: 90, says: stop}\n"
    lines = f"remembered: {{sits: false}}\nclips: .\nuser:{text}"
    chosen = rehearse(parse_rehearsal(lines, "corner.yaml")).of(ExerciseChosen)
    assert [event.exercise for event in chosen] == ["straight_leg_lift", "single_leg_raise"]


@pytest.mark.parametrize(
    ("parts", "visited"),
    [
        ('["working"]', ["waiting", "planning", "working", "asking_there", "finished"]),
        ('["slow_descent", "working"]', ["waiting", "planning", "slow_descent", "working"]),
        ('["stretching"]', ["waiting", "planning", "stretching", "finished"]),
        ('["plank"]', ["waiting", "planning", "plank", "finished"]),
    ],
)
def test_a_routine_of_few_parts_is_led_through(
    tmp_path: Path, parts: str, visited: list[str]
) -> None:
    routine = tmp_path / "mine.toml"
    routine.write_text(f'kind = "routine"\nsets = 1\nreps = 1\nparts = {parts}\n')
    recorder = told(settings=f"{{programme: {routine}, sets: 1, reps: 1}}")
    assert states(recorder)[: len(visited)] == visited
    if visited[2] == "working":
        assert "arched_means" in prompts(recorder)
    if "working" not in visited:
        assert "plan_first_time" not in prompts(recorder)


def test_a_repeated_praise_is_one_plank() -> None:
    recorder = told("{when: {state: plank, said: hold_end}, after_s: 0.5, says: repeat}")
    assert [event.whole for event in recorder.of(HoldEnded)] == [True]


def test_the_question_that_is_repeated_is_the_one_that_was_asked() -> None:
    text = """
settings: {sets: 1, reps: 1}
clips: .
limit_s: 80
user:
  - {when: {said: ask_comfortable_again}, after_s: 4, says: repeat}
"""
    said = prompts(rehearse(parse_rehearsal(text, "corner.yaml")))
    at = said.index("ask_comfortable_again")
    assert said[at : at + 2] == ["ask_comfortable_again", "ask_comfortable_again"]


def on_the_way(*user: str, to: str, settings: str = "{}", limit_s: int = 240) -> Recorder:
    """A session of somebody who goes to the state ``to`` at once, and then does ``user``."""
    skips = [line for line in TO_THE_SET.splitlines() if line]
    way = list(takewhile(lambda line: f"{{state: {to}}}" not in line, skips))
    lines = "\n".join([*way, *(f"  - {line}" for line in user)])
    about = f"settings: {settings}\nremembered: {{sits: false}}\nlimit_s: {limit_s}\n"
    text = f"{about}clips: .\nuser:\n{lines}\n"
    return rehearse(parse_rehearsal(text, "corner.yaml"))


@pytest.mark.parametrize("state", ["slow_descent", "stop_point"])
@pytest.mark.parametrize("words", ["too hard", "too easy"])
def test_no_rep_and_no_floor_comes_of_a_change_before_the_sets(state: str, words: str) -> None:
    """The descent is down and nobody said that the back arched; it was no rep of any set."""
    says = f"{{when: {{state: {state}, said: flat}}, after_s: 0.5, says: {words}}}"
    recorder = on_the_way(says, to=state)
    assert len(recorder.of(ExerciseChosen)) == 2
    assert (reps(recorder), recorder.of(FloorFound)) == (0, [])


NOT_STABLE = "{when: {state: first_rep, said: ask_stable}, after_s: 2, says: 'no', times: 3}"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("slow_descent", "{when: {state: slow_descent, said: count}, says: easier}"),
        ("stop_point", "{when: {state: stop_point, said: count}, says: harder}"),
        ("working", "{when: {state: working, said: count}, says: easier}"),
        ("working", "{when: {state: working, said: lower}, says: harder}"),
        ("first_rep", NOT_STABLE),
    ],
)
def test_the_legs_come_down_before_another_exercise(state: str, says: str) -> None:
    recorder = on_the_way(says, to=state)
    changed = [event.at for event in recorder.of(ExerciseChosen)][1]
    after = [each.prompt for each in recorder.of(Spoken) if each.start >= changed]
    assert after[:2] == ["legs_down", "exercise_now"]


def test_a_set_and_a_plank_that_nobody_takes_part_in_do_not_count() -> None:
    """Whoever started the session has left the room after the search for the floor."""
    recorder = on_the_way(to="nowhere", settings="{sets: 1, reps: 4}")
    assert [event.perfect for event in recorder.of(RepCorrected)] == [None] * 4
    assert [rep.rep for rep in recorder.of(RepCorrected)] == [4, 3, 2, 1]
    assert states(recorder)[-2:] == ["asking_there", "paused"]
    (ended,) = recorder.of(SessionEnded)
    assert (ended.outcome, ended.perfect_reps, recorder.of(HoldEnded)) == ("abandoned", 0, [])


def test_in_a_long_set_it_asks_between_two_reps_and_goes_on() -> None:
    recorder = on_the_way(IS_THERE, to="nowhere", settings="{sets: 1, reps: 20}", limit_s=900)
    before = [rep.rep for rep in recorder.of(RepEnded)]
    assert before == list(range(1, 21))
    assert recorder.of(RepCorrected) == []
    said = prompts(recorder, "asking_there")
    assert said[:2] == ["ask_there", "inhale"]


LONG_PLANK = """\
settings: {{sets: 1, reps: 1, programme: {programme}}}
remembered: {{sits: false}}
clips: .
limit_s: 420
user:
  - {{when: {{state: waiting, said: ask_comfortable}}, after_s: 2, says: ready}}
{answers}
"""


@pytest.mark.parametrize(
    ("says", "held", "last"),
    [
        ("", [], "paused"),
        (
            "  - {when: {state: plank, said: ask_there}, after_s: 2, says: 'yes'}",
            [100.0],
            "finished",
        ),
    ],
)
def test_in_a_long_plank_it_asks_while_time_goes_on(
    tmp_path: Path, says: str, held: list[float], last: str
) -> None:
    long = tmp_path / "long.toml"
    plank = whole_text("plank", load_language())
    long.write_text(plank.replace("seconds = 20", "seconds = 100"))
    routine = tmp_path / "mine.toml"
    routine.write_text('kind = "routine"\nparts = ["plank"]\nhold = "long"\n')
    text = LONG_PLANK.format(programme=routine, answers=says)
    recorder = rehearse(parse_rehearsal(text, "corner.yaml"))
    assert [hold.seconds for hold in recorder.of(HoldEnded)] == held
    assert states(recorder)[-1] == last
    assert prompts(recorder, "plank").count("ask_there") == 1

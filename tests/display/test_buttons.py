"""Buttons: what a press means, and how long it waits for a session."""

from __future__ import annotations

import pytest

from coach.display.buttons import BUTTONS, COMMANDS, START, Buttons, Press
from coach.hearing.grammar import Grammar


def test_of_too_many_presses_the_last_ones_wait(grammar: Grammar) -> None:
    buttons = Buttons(grammar)
    for _ in range(100):
        buttons.press("pause")
    buttons.press("stop")
    taken = [press for _ in range(100) if (press := buttons.take(0)) is not None]
    assert (len(taken), taken[-1]) == (8, Press("stop", "stop"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_means_a_sentence_and_says_where_it_comes_from(
    grammar: Grammar, name: str
) -> None:
    buttons = Buttons(grammar, COMMANDS, "bridge")
    assert buttons.press(name)
    taken = buttons.take(0)
    assert taken is not None
    assert grammar.intent_of(taken.text) == taken.intent == COMMANDS[name]
    assert taken.origin == "bridge"


@pytest.mark.parametrize("name", ["ready", "pain", "", "stop ", "STOP"])
def test_a_page_has_no_other_buttons(grammar: Grammar, name: str) -> None:
    assert name not in BUTTONS
    buttons = Buttons(grammar)
    assert not buttons.press(name)
    assert buttons.take(0) is None


def test_what_was_pressed_while_nobody_could_take_it_is_forgotten(grammar: Grammar) -> None:
    now = 0.0
    buttons = Buttons(grammar, seconds_now=lambda: now)
    buttons.press("stop")
    now = 3600.0
    buttons.press("pause")
    now = 3602.0
    taken = buttons.take(0)
    assert taken is not None
    assert taken.intent == "pause"
    assert buttons.take(0) is None


def test_whether_a_button_does_anything_is_asked_when_it_is_taken(grammar: Grammar) -> None:
    waits = True
    buttons = Buttons(grammar, COMMANDS, "bridge", counts=lambda name: name != START or waits)
    buttons.press(START)
    buttons.press(START)
    buttons.press("pause")
    taken = buttons.take(0)
    waits = False
    later = buttons.take(0)
    assert [each and each.intent for each in (taken, later)] == ["ready", "pause"]

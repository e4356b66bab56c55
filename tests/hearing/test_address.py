"""Address: what was plainly said to the coach, though it means nothing, and what was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.app.ears import EVERYTHING
from coach.hearing.address import Address
from coach.ports import Word
from coach.settings import AddressSettings
from coach.units import samples
from tests.hearing.listened import UNKNOWN, kinds, listen, said

ASKING = replace(EVERYTHING, answer=True)
READY = said("ready", samples(3.0))
LOUD = 1000.0


def words(text: str, start_s: float = 8.0, length_s: float = 1.0) -> tuple[Word, ...]:
    texts, each = text.split(), length_s / len(text.split())
    return tuple(
        Word(one, samples(start_s + n * each), samples(start_s + (n + 1) * each), 1.0)
        for n, one in enumerate(texts)
    )


def address() -> Address:
    """Where a command of level LOUD has ended."""
    made = Address(AddressSettings(), None, None)
    made.note_command(LOUD, samples(3.0))
    return made


@pytest.mark.parametrize(
    ("what", "level", "plain"),
    [
        (words(UNKNOWN), LOUD, True),
        (words(UNKNOWN), 0.5 * LOUD, True),
        (words(UNKNOWN), 0.3 * LOUD, False),  # from another room
        (words("we should buy milk and bread"), LOUD, False),
        (words(UNKNOWN, length_s=3.0), LOUD, False),
        (words(UNKNOWN, start_s=4.0), LOUD, False),  # more of what was said before
    ],
)
def test_what_is_near_short_and_by_itself_was_said_to_the_coach(
    what: tuple[Word, ...], level: float, *, plain: bool
) -> None:
    assert address().is_plain(what, level) is plain


def test_nothing_is_plain_before_a_command_has_told_how_loud_the_person_is() -> None:
    assert not Address(AddressSettings(), None, None).is_plain(words(UNKNOWN), LOUD)


def test_what_follows_upon_other_talk_is_talk() -> None:
    listens = address()
    listens.note_other(samples(7.0))
    assert not listens.is_plain(words(UNKNOWN), LOUD)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (UNKNOWN, ["Heard", "NotUnderstood"]),
        ("yes", ["Heard", "Heard"]),
        ("stop", ["Heard", "Suspected", "Heard"]),
    ],
)
def test_only_what_comes_to_nothing_is_told(text: str, found: list[str]) -> None:
    assert kinds(listen([READY, said(text, samples(6.0))], wanted=ASKING).findings) == found


def test_what_the_question_does_not_want_is_told_too() -> None:
    yes_or_no = replace(ASKING, intents=frozenset({"ready", "yes", "no", "stop"}))
    findings = listen([READY, said("done", samples(6.0))], wanted=yes_or_no).findings
    assert kinds(findings) == ["Heard", "Heard", "NotUnderstood"]


def test_nothing_is_told_while_no_question_waits() -> None:
    assert kinds(listen([READY, said(UNKNOWN, samples(6.0))]).findings) == ["Heard"]

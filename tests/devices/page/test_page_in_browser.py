"""Page in a browser: what it shows, how large, and that it tells when it is not live.

Debian's chromium is driven through playwright; without it these tests are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import pytest

from coach.display.buttons import Press
from coach.messages.events import DeviceLost, Event, Heard, SpeechBegan, Spoken, ToneBegan
from coach.messages.facts import CountBegan, ExerciseChosen, RepEnded, SetBegan, StateChanged
from coach.units import silence
from tests.devices.page.chromium import (
    IN_BROWSER,
    PHONE,
    TABLET,
    TELEVISION,
    axe_violations,
    opened,
    wait,
)
from tests.devices.page.conftest import Served, serve
from tests.display.test_view_model import SIGNS

pytestmark = IN_BROWSER

SIZES = {"phone": PHONE, "tablet": TABLET, "television": TELEVISION}
PIXELS_A_MM = {"tablet": 1280 / 221.4, "television": 1920 / 531.3}
"""Of a screen of ten inches, and of a television of 24 inches, which is a small one."""

SET: Sequence[Event] = (
    StateChanged(0, None, "waiting", None),
    StateChanged(0, "waiting", "cat_cow", None),
    StateChanged(0, "cat_cow", "working", None),
    SetBegan(0, "straight_leg_lift", 2, 3, 10, 2.5, 3.0),
    RepEnded(0, "straight_leg_lift", 2, 1, 10, perfect=True, reason=None, count=2.5),
    RepEnded(0, "straight_leg_lift", 2, 2, 10, perfect=False, reason="arched", count=2.0),
    SpeechBegan("lift", "Breathe out on the way up.", 16000),
)


@pytest.fixture
def watched(browser: Any, served: Served) -> Iterator[Any]:
    """A page on a tablet, which has complained of nothing and asked nobody else."""
    yield from watch(browser, served, TABLET)


def watch(browser: Any, served: Served, size: tuple[int, int], code: str = "") -> Iterator[Any]:
    """A page of that size, once it shows the session; ``code`` stands in its address."""
    for page in opened(browser, served.url + code, size):
        wait(page, "document.body.className !== 'away'")
        yield page


def tell(served: Served, events: Sequence[Event], seconds: int = 1) -> None:
    for event in events:
        served.feed(event)
    served.feed.add(silence(16000 * seconds), silence(16000 * seconds))


def text(page: Any, name: str) -> str:
    return str(page.locator(f"#{name}").inner_text())


LETTERS = """() => {
  const large = document.getElementById("large"), stage = document.getElementById("stage");
  const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(large);
  pen.font = "700 " + style.fontSize + " " + style.fontFamily;
  const box = large.getBoundingClientRect(), room = stage.getBoundingClientRect();
  const fits = box.left >= room.left - 1 && box.right <= room.right + 1
    && box.top + box.height / 2 > room.top && box.top + box.height / 2 < room.bottom;
  return [pen.measureText("H").actualBoundingBoxAscent, fits];
}"""


def letters(page: Any) -> float:
    """The height of a capital of the large letters, in pixels; all of them are on the screen."""
    height, fits = page.evaluate(LETTERS)
    assert fits
    return float(height)


def shown(page: Any, served: Served, sign: str) -> float:
    prompt = next(name for name, words in SIGNS.prompts.items() if words == sign)
    tell(served, [SpeechBegan(prompt, "Words.", 16000)])
    spaced = sign.upper().replace(" ", "")
    wait(page, f"document.getElementById('large').textContent.replace(/ /g, '') === '{spaced}'")
    return letters(page)


# What it shows, and how large


def test_a_set_is_shown(watched: Any, served: Served) -> None:
    tell(served, SET)
    wait(watched, "document.getElementById('set').textContent !== ''")
    assert text(watched, "large") == "LIFT"
    assert text(watched, "set") == "Set 2 of 3"
    assert text(watched, "rep") == "Rep 3 of 10"
    assert text(watched, "perfect") == "Perfect reps: 1"
    assert text(watched, "floor") == "Turning point: 2.5"
    assert text(watched, "place") == "Sets, straight leg lift"
    assert text(watched, "clock") == "About 7 min left\N{EM SPACE}0:01"
    assert watched.locator("#marks li").all_text_contents() == [
        "●perfect",
        "\N{MULTIPLICATION SIGN}lost",
    ]
    assert watched.locator("#way li").all_text_contents() == [
        "Cat-cow done",
        "Sets now",
        "Plank to come",
    ]
    assert "arched" in text(watched, "can-be-said")


def test_what_is_recommended_is_shown_before_the_training(watched: Any, served: Served) -> None:
    chosen = ExerciseChosen(0, "straight_leg_lift", "plan_as_last_time")
    tell(served, [chosen, *SET[:1]])
    wait(watched, "document.getElementById('plan').textContent !== ''")
    assert text(watched, "plan") == "Today: straight leg lift, as last time"
    tell(served, SET[1:])
    wait(watched, "document.getElementById('set').textContent !== ''")
    assert text(watched, "plan") == ""


def test_a_count_is_as_large_as_the_screen(watched: Any, served: Served) -> None:
    tell(served, [*SET, CountBegan(0, 2.0, 3)])
    wait(watched, "document.getElementById('large').textContent === '2'")
    assert text(watched, "above") == "Lift"
    assert letters(watched) / PIXELS_A_MM["tablet"] >= 40


@pytest.mark.parametrize(("name", "least_mm"), [("tablet", 33), ("television", 80)])
def test_every_sign_can_be_read_from_the_mat(
    browser: Any, served: Served, name: str, least_mm: float
) -> None:
    """Of the longest signs, such as "Hands and knees"; most are larger."""
    tell(served, SET[:1])
    for page in watch(browser, served, SIZES[name]):
        heights = {
            sign: shown(page, served, sign) / PIXELS_A_MM[name]
            for sign in dict.fromkeys(SIGNS.prompts.values())
        }
    print(name, {sign: round(height) for sign, height in sorted(heights.items())})  # noqa: T201
    assert min(heights.values()) >= least_mm, heights
    assert sum(height >= 40 for height in heights.values()) >= 0.9 * len(heights), heights


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_nothing_is_wider_or_higher_than_the_screen(
    browser: Any, served: Served, size: tuple[int, int]
) -> None:
    tell(served, [*SET, DeviceLost(0, "microphone and speaker", "unplugged")])
    for page in watch(browser, served, size):
        wait(page, "document.getElementById('notices').textContent !== ''")
        wide, high = page.evaluate(
            "[document.documentElement.scrollWidth, document.querySelector('main').scrollHeight]"
        )
        assert (wide <= size[0], high <= size[1]) == (True, True)
        assert letters(page) > size[1] / 12


def test_what_is_said_is_text_and_nothing_else(watched: Any, served: Served) -> None:
    said = "<img src=x onerror=alert(1)>"
    heard = Heard("ready", said, 1.0, 0, 1, 1, 2, urgent=False, accepted=False)
    tell(
        served, [SpeechBegan("lift", said, 0), Spoken("lift", said, 0, 1, interrupted=True), heard]
    )
    served.feed(ToneBegan("perfect", 3))
    wait(watched, "document.querySelectorAll('#lines p').length === 3")
    lines = watched.locator("#lines p").all_text_contents()
    assert lines == [f"Coach{said} —", f"You{said} (not now)", "Coach(Perfect)"]
    assert watched.locator("#lines img").count() == 0


def test_the_level_moves(watched: Any, served: Served) -> None:
    served.feed.add(np.full(1600, 16000, np.int16), silence(1600))
    wait(watched, "document.getElementById('level').style.transform === 'scaleX(0.9)'")


def test_there_is_nothing_that_axe_finds_fault_with(watched: Any, served: Served) -> None:
    tell(served, [*SET, DeviceLost(0, "speaker", "unplugged")])
    wait(watched, "document.getElementById('notices').textContent !== ''")
    assert axe_violations(watched) == []


def test_a_count_is_not_read_aloud_over_the_coach(watched: Any) -> None:
    live = "[...document.querySelectorAll('[aria-live], [role=status], [role=alert]')]"
    named = watched.evaluate(f"{live}.map((each) => [each.id, each.getAttribute('aria-live')])")
    assert sorted(named) == [
        ["answer", None],
        ["lines", "off"],
        ["notices", None],
        ["status", None],
    ]


# Live, or not


NOT_LIVE = "document.getElementById('large').textContent.replace(/ /g, '') === 'NOTLIVE'"


def test_it_says_when_it_is_over_and_looks_for_the_next_one(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    tell(served, SET)
    for page in watch(browser, served, TABLET):
        served.server.end()
        wait(page, NOT_LIVE)
        assert text(page, "above") == "The session is over"
        again = serve(tmp_path, served.port)
        tell(again, SET[:4])
        wait(page, "document.body.className === ''")
        assert text(page, "set") == "Set 2 of 3"
        again.server.end()


def test_it_says_when_the_coach_stands_still(watched: Any, served: Served) -> None:
    """As while there is no sound card."""
    tell(served, SET)
    wait(watched, "document.getElementById('set').textContent !== ''")
    wait(watched, NOT_LIVE)
    tell(served, [CountBegan(0, 2.0, 3)])
    wait(watched, "document.body.className === 'counts'")


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_who_looks_away_is_told_nothing_and_then_everything(watched: Any, served: Served) -> None:
    watched.evaluate(HIDE, True)
    wait(watched, NOT_LIVE)
    tell(served, SET)
    watched.wait_for_timeout(300)
    assert text(watched, "set") == ""
    watched.evaluate(HIDE, False)
    wait(watched, "document.getElementById('set').textContent === 'Set 2 of 3'")
    assert text(watched, "large") == "LIFT"


# Buttons


def shown_buttons(page: Any) -> list[str]:
    return [str(each) for each in page.locator("#remote button:visible").all_text_contents()]


def pressed(page: Any, served: Served) -> Press:
    until = monotonic() + 20
    while (press := served.buttons.take(0)) is None:
        assert monotonic() < until
        page.wait_for_timeout(20)
    return press


def test_a_device_is_paired_by_a_code_and_then_has_buttons(watched: Any, served: Served) -> None:
    tell(served, SET)
    wait(watched, "!document.getElementById('pair').hidden")
    assert shown_buttons(watched) == ["Pair"]
    watched.keyboard.press("Tab")
    watched.keyboard.press("Enter")
    watched.keyboard.type("12345")
    watched.keyboard.press("Enter")
    wait(watched, "document.getElementById('answer').textContent !== ''")
    assert text(watched, "answer") == "This code is wrong, or too old."
    watched.locator("#code").fill(served.pairings.offer())
    watched.locator("#send").click()
    wait(watched, "!document.getElementById('pause').hidden")
    tell(served, [])
    assert shown_buttons(watched) == ["Louder", "Quieter", "Speech", "Pause", "Stop"]
    watched.get_by_role("button", name="Pause").click()
    assert pressed(watched, served) == Press("pause", "pause")
    tell(served, [StateChanged(0, "working", "paused", "pause")])
    wait(watched, "document.getElementById('pause').hidden")
    assert shown_buttons(watched) == ["Louder", "Quieter", "Speech", "Go on", "Stop"]
    tell(served, [StateChanged(0, "paused", "finished", "stop")])
    wait(watched, "document.getElementById('stop').hidden")
    assert shown_buttons(watched) == []
    tell(served, [StateChanged(0, "finished", "paused", None)])
    wait(watched, "!document.getElementById('stop').hidden")
    served.pairings.forget()
    watched.get_by_role("button", name="Stop").click()
    wait(watched, "!document.getElementById('pair').hidden")
    assert text(watched, "answer") == "This did not reach the coach."
    assert served.buttons.take(0) is None


def test_a_session_that_waits_is_started_by_a_button(watched: Any, served: Served) -> None:
    watched.locator("#pair").click()
    watched.locator("#code").fill(served.pairings.offer())
    watched.locator("#send").click()
    wait(watched, "!document.getElementById('start').hidden")
    assert shown_buttons(watched) == ["Louder", "Quieter", "Speech", "Start"]
    watched.get_by_role("button", name="Start").click()
    assert pressed(watched, served).intent == "ready"
    tell(served, [StateChanged(0, "waiting", "planning", "ready")])
    wait(watched, "document.getElementById('start').hidden")
    watched.get_by_role("button", name="Louder").click()
    assert pressed(watched, served) == Press("louder", "louder")


def test_an_answer_from_before_a_device_was_paired_does_not_count(
    browser: Any, served: Served
) -> None:
    """It may come later than the one to the code."""
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    for page in watch(browser, served, PHONE):
        tell(served, SET)
        page.route("**/paired", hold)
        page.evaluate("window.dispatchEvent(new Event('pageshow'))")
        wait(page, "!document.getElementById('pair').hidden")
        while not held:
            page.wait_for_timeout(20)
        page.locator("#pair").click()
        page.locator("#code").fill(served.pairings.offer())
        page.locator("#send").click()
        wait(page, "!document.getElementById('pause').hidden")
        held[0].fulfill(json={"paired": False})
        page.wait_for_timeout(200)
        assert "Pause" in shown_buttons(page)


def test_how_the_coach_speaks_is_chosen_by_buttons(browser: Any, served: Served) -> None:
    for page in watch(browser, served, PHONE, f"#{served.pairings.offer()}"):
        tell(served, SET)
        wait(page, "!document.getElementById('style').hidden")
        assert page.locator("#styles").is_hidden()
        page.get_by_role("button", name="Speech").click()
        page.get_by_role("button", name="Fewer words").click()
        assert pressed(page, served) == Press("talk_less", "talk less")
        page.get_by_role("button", name="Slower").click()
        assert pressed(page, served) == Press("speak_slower", "speak slower")
        wait(page, "document.getElementById('voice').value === 'usual'")
        page.get_by_label("Voice").select_option("The natural one")
        wait(page, "document.getElementById('answer').textContent !== ''")
        assert text(page, "answer") == "From the next start on."
        assert served.told.voice == "natural"
        assert axe_violations(page) == []
        page.get_by_role("button", name="Speech").click()
        wait(page, "document.getElementById('styles').hidden")


def test_two_pages_show_the_same(browser: Any, served: Served) -> None:
    for one in watch(browser, served, PHONE):
        for other in watch(browser, served, TELEVISION):
            tell(served, SET)
            for page in (one, other):
                wait(page, "document.getElementById('set').textContent === 'Set 2 of 3'")

"""Past in a browser: one device is paired, looks at everything, and is asked nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coach.app.language_files import load_language
from coach.devices.page.document import document
from tests.devices.page.chromium import IN_BROWSER, PHONE, TABLET, axe_violations, opened, wait
from tests.devices.page.test_past import PastServed, serve_past

pytestmark = IN_BROWSER

WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def past(tmp_path: Path) -> Iterator[PastServed]:
    it = serve_past(tmp_path)
    yield it
    it.server.end()


def test_the_page_names_no_other_place_and_is_what_old_televisions_know() -> None:
    page = document(load_language().page.of_past(), "en", "past").text
    names = "http://www.w3.org/2000/svg"
    assert set(re.findall(r"https?://[^\"' ]*", page)) == {names}
    assert re.findall(r"\?\.|\?\?|:has\(|\.{3}|clamp\(|\bgap:|@[A-Z]+@|\.(?:css|js)@", page) == []


def test_a_device_that_is_not_paired_is_asked_for_a_code(browser: Any, past: PastServed) -> None:
    for page in opened(browser, past.url, PHONE):
        wait(page, "!document.getElementById('pairing').hidden")
        assert axe_violations(page) == []
        page.locator("#code").fill("000")
        page.locator("#send").click()
        wait(page, "document.getElementById('trouble').textContent !== ''")
        assert page.locator("#trouble").inner_text() == "This code is wrong, or too old."
        assert page.locator("#training").is_hidden()
        page.locator("#code").fill(past.pairings.offer())
        page.locator("#send").click()
        wait(page, "!document.getElementById('training').hidden")
        assert page.locator("#trouble").inner_text() == ""


def test_past_training_is_shown(browser: Any, past: PastServed) -> None:
    for page in opened(browser, f"{past.url}#{past.pairings.offer()}", TABLET):
        wait(page, "document.querySelectorAll('svg.chart').length === 4")
        assert page.url == past.url
        assert page.locator("#sums li").all_inner_texts()[0].split() == ["2", "Sessions"]
        charts = page.locator("svg.chart")
        assert "30°" in charts.nth(1).get_attribute("aria-label")
        assert charts.nth(1).locator("g circle[class=ring]").count() == 1
        assert page.locator("#days button").count() == 2
        assert "5/6" in page.locator("#days button").first.inner_text()
        check_layout(page)
        page.locator("#days button").first.click()
        wait(page, "!document.getElementById('session').hidden")
        assert page.locator("#sets li").count() == 2
        assert page.locator("#picture rect").count() == 6
        assert page.locator("#picture text.lost").count() == 1
        assert (
            page.locator("#lines p").all_inner_texts()[0].split("\n")[-1] == "Breathe out <b>.\xa0—"
        )
        check_layout(page)
        page.locator("#back").click()
        page.locator("#profile").select_option("Bo")
        wait(page, "document.querySelectorAll('#days button').length === 1")
        assert "ended in pain" in page.locator("#days button").inner_text()
        page.locator("#to-doctor").click()
        page.locator("#look").click()
        wait(page, "document.getElementById('verdict').textContent === 'Ready.'")
        check_layout(page)


def check_layout(page: Any) -> None:
    """Nothing is wider than a tablet or a phone, and axe finds no fault."""
    for width, height in (PHONE, TABLET):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDTH) <= width
    assert axe_violations(page) == []

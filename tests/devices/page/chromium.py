"""Chromium: Debian's, driven through playwright; without it the tests in it are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")
IN_BROWSER = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
"""The marks of a module of such tests."""

PHONE, TABLET, TELEVISION = (390, 844), (1280, 720), (1920, 1080)


def opened(browser: Any, url: str, size: tuple[int, int]) -> Iterator[Any]:
    """A page, which in the end has complained of nothing and asked nobody else."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=False)
    page, complaints, asked = context.new_page(), [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    yield page
    context.close()
    # A page whose server is gone complains of that; the tests that end it ask for no more.
    refused = [text for text in complaints if "Failed to load resource" not in text]
    assert refused == []
    own = (url.partition("#")[0], "data:")
    assert [each for each in asked if not each.startswith(own)] == []


def wait(page: Any, condition: str) -> None:
    """Until a condition holds; playwright's own waiting is what the page's policy forbids."""
    until = monotonic() + 20
    while not page.evaluate(condition):
        assert monotonic() < until, condition
        page.wait_for_timeout(20)


def axe_violations(page: Any) -> Any:
    """What axe finds fault with, as the page is now."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - as above

    response = Axe().run(page).response
    assert len(response["passes"]) > 10
    return response["violations"]

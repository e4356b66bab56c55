"""Report in a browser: it can be read there, printed on A4, and asks nobody for anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from coach.app.language_files import load_language
from coach.app.training_report import page_of
from tests.devices.page.chromium import IN_BROWSER, PHONE, axe_violations, opened
from tests.devices.screen.test_report import RICH, made

pytestmark = IN_BROWSER


def test_it_is_read_and_printed(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_of(made(tmp_path / "m.db", *RICH), load_language()), encoding="utf-8")
    for page in opened(browser, file.as_uri(), PHONE):
        assert axe_violations(page) == []
        assert page.evaluate("document.querySelectorAll('svg.chart').length") == 3
        page.set_viewport_size({"width": 800, "height": 1100})
        assert page.evaluate("document.documentElement.scrollWidth") <= 800
        printed = page.pdf(prefer_css_page_size=True)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
        assert re.findall(rb"/MediaBox \[0 0 59[45]\S* 84[12]", printed)

"""Conftest: a home with a broker, and a computer in it that a coach may run on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mqtt_home import Home, opened_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with opened_home(tmp_path) as home:
        yield home

"""One encoder for all tests, since it takes long to load."""

from __future__ import annotations

import pytest

from coach.devices.exports.fit_activity import FitEncoder


@pytest.fixture(scope="session")
def encoder() -> FitEncoder:
    return FitEncoder()

"""A machine on which the coach can be installed, in a root that is gone with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.own_root import own_root
from tests.scripts.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with own_root(tmp_path) as root:
        if root is None:
            pytest.skip("a root of its own needs root and overlayfs")
        if (root / "usr/local/bin/flatback").is_symlink():
            pytest.skip("the coach is installed on this machine")
        yield Machine(root)

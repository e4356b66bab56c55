"""Page: the command that pairs devices with the page, and takes that back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coach.devices.page.pairings import Pairings, default_path
from tests.cli import test_main

command = test_main.command


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_a_code_is_printed_a_pairing_listed_and_taken_back(command: test_main.Command) -> None:
    assert command("page").out.startswith("no device is paired; coach page --pair")
    said = command("page", "--pair")
    found = re.match(r"code: (\d{6})\n", said.out)
    assert found is not None
    assert Pairings(default_path()).redeem(found[1]) is not None
    assert re.fullmatch(r"a device that was paired on \d{4}-\d\d-\d\d\n", command("page").out)
    assert command("page", "--forget").out == "pairings taken back: 1\n"
    assert command("page").out.startswith("no device is paired")


def test_one_thing_is_asked_at_a_time(command: test_main.Command) -> None:
    refused = command("page", "--pair", "--forget")
    assert (refused.status, refused.out) == (2, "")
    assert "leave out one" in refused.err


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--page", "nonsense:x"), "--page nonsense:x: is no address: write it as in"),
        (("--page=1.2.3.4:99999",), "--page 1.2.3.4:99999: is no address"),
    ],
)
def test_what_is_no_address_is_told(
    command: test_main.Command, typed: tuple[str, ...], told: str
) -> None:
    refused = command("run", *typed)
    assert (refused.status, refused.out) == (2, "")
    assert told in refused.err

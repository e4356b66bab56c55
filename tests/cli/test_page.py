"""Page: the command that shows past training, pairs devices with it, and takes that back."""

from __future__ import annotations

import re
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from coach.devices.page.pairings import Pairings, default_path
from tests.cli import test_main

command = test_main.command


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_a_code_is_printed_a_pairing_listed_and_taken_back(command: test_main.Command) -> None:
    assert command("page", "--devices").out.startswith("no device is paired; coach page --pair")
    said = command("page", "--pair")
    found = re.match(r"code: (\d{6})\n", said.out)
    assert found is not None
    assert Pairings(default_path()).redeem(found[1]) is not None
    assert re.fullmatch(
        r"a device that was paired on \d{4}-\d\d-\d\d\n", command("page", "--devices").out
    )
    assert command("page", "--forget").out == "pairings taken back: 1\n"
    assert command("page", "--devices").out.startswith("no device is paired")


def test_a_code_for_a_page_that_is_shown_comes_in_a_link_too(command: test_main.Command) -> None:
    said = command("page", "192.168.1.20:8080", "--pair")
    found = re.search(r"^http://192\.168\.1\.20:8080/#(\d{6})$", said.out, re.MULTILINE)
    assert found is not None
    assert said.out.startswith(f"code: {found[1]}\n")
    assert Pairings(default_path()).redeem(found[1]) is not None


@pytest.mark.parametrize(
    "typed", [("--pair", "--forget"), ("--devices", "9000"), ("--pair", "--journals", ".")]
)
def test_one_thing_is_asked_at_a_time(command: test_main.Command, typed: tuple[str, ...]) -> None:
    refused = command("page", *typed)
    assert (refused.status, refused.out) == (2, "")
    assert "choose one of them" in refused.err


def test_past_training_is_served_until_a_signal_comes(tmp_path: Path) -> None:
    served = subprocess.Popen(
        test_main.process("page", "0", "--journals", tmp_path), stdout=subprocess.PIPE, text=True
    )
    try:
        assert served.stdout is not None
        place, _, link, end = [served.stdout.readline().strip() for _ in range(4)]
        found = re.fullmatch(r"(http://127\.0\.0\.1:\d+/)#\d{6}", link)
        assert found is not None
        assert (place, end) == (f"The page: {found[1]}", "To end it, press Ctrl-C.")
        with urllib.request.urlopen(found[1], timeout=10) as page:  # noqa: S310
            assert b'id="days"' in page.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{found[1]}people", timeout=10)  # noqa: S310
        served.send_signal(signal.SIGTERM)
        assert served.wait(10) == 0
    finally:
        served.kill()
        served.communicate()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--page", "nonsense:x"), "nonsense:x: is no address: write it as in"),
        (("--page=1.2.3.4:99999",), "1.2.3.4:99999: is no address"),
    ],
)
def test_what_is_no_address_is_told(
    command: test_main.Command, typed: tuple[str, ...], told: str
) -> None:
    refused = command("run", *typed)
    assert (refused.status, refused.out) == (2, "")
    assert told in refused.err

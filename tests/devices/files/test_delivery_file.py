"""Delivery file: how somebody wants to be spoken to comes back, for them and their device alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.devices.files.delivery_file import DeliveryFile, PersonalDelivery
from coach.dialogue.delivery import Delivery
from coach.messages.facts import DeliveryChanged


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "delivery.json"


def test_it_comes_back_for_the_same_person_and_the_volume_for_the_same_device(path: Path) -> None:
    file = DeliveryFile(path, pytest.fail)
    for change in (
        DeliveryChanged(0, gain_db=4.0),
        DeliveryChanged(1, verbosity="short"),
        DeliveryChanged(2, rate_wpm=130),
        DeliveryChanged(3, gain_db=8.0),
    ):
        file.keep("Anna", "headset", change)
    again = DeliveryFile(path, pytest.fail)
    assert again.find("Anna", "headset") == Delivery(8.0, "short", 130)
    assert again.find("Anna", "") == Delivery(0.0, "short", 130)
    assert again.find("Ben", "headset") == Delivery()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_asked_for_on_the_command_line_holds_until_somebody_says_otherwise(
    path: Path,
) -> None:
    file = DeliveryFile(path, pytest.fail)
    file.keep("Anna", "", DeliveryChanged(0, verbosity="tones", rate_wpm=130))
    told = PersonalDelivery(file, "Anna", "", "full", 170)
    assert told.now == Delivery(0.0, "full", 170)
    told(DeliveryChanged(0, verbosity="short"))
    assert told.now == Delivery(0.0, "short", 170)
    assert file.find("Anna", "") == Delivery(0.0, "short", 130)


def test_who_is_forgotten_is_spoken_to_as_usual_and_nobody_else(path: Path) -> None:
    file = DeliveryFile(path, pytest.fail)
    for person in ("Anna", "Ben"):
        file.keep(person, "", DeliveryChanged(0, gain_db=-4.0))
    file.forget("Anna")
    file.forget("Carla")
    assert list(json.loads(path.read_text())) == ["Ben"]
    assert file.find("Anna", "") == Delivery()


def test_a_volume_out_of_range_is_the_nearest_one(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"Anna": {"gain_db": {"": 60.0, "a": -60.0}}}')
    file = DeliveryFile(path, pytest.fail)
    assert [file.find("Anna", device).gain_db for device in ("", "a")] == [8.0, -12.0]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"Anna": 1}', b'{"Anna": {"verbosity": "terse"}}', b"[" * 100_000],
)
def test_a_damaged_file_is_told_once_and_mended_by_the_next_wish(
    path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    said: list[str] = []
    file = DeliveryFile(path, said.append)
    assert file.find("Anna", "") == Delivery()
    file.keep("Anna", "", DeliveryChanged(0, gain_db=4.0))
    (line,) = said
    assert line.startswith(f"{path}: is damaged")
    assert DeliveryFile(path, pytest.fail).find("Anna", "") == Delivery(4.0)


def test_a_file_that_cannot_be_written_is_told_once(path: Path) -> None:
    path.mkdir(parents=True)
    said: list[str] = []
    file = DeliveryFile(path, said.append)
    file.keep("Anna", "", DeliveryChanged(0, gain_db=4.0))
    file.keep("Anna", "", DeliveryChanged(0, gain_db=8.0))
    assert len(said) == 1


def test_the_voice_that_somebody_chose_comes_back_for_them_alone(path: Path) -> None:
    file = DeliveryFile(path, pytest.fail)
    PersonalDelivery(file, "Anna", "headset").choose_voice("natural")
    file.keep("Anna", "headset", DeliveryChanged(0, gain_db=4.0))
    assert PersonalDelivery(file, "Anna", "").voice == "natural"
    assert PersonalDelivery(file, "Ben", "").voice is None
    asked = PersonalDelivery(file, "Anna", "", voice="en-us")
    assert (asked.voice, file.voice("Anna")) == ("en-us", "natural")
    PersonalDelivery(file, "Anna", "").choose_voice(None)
    assert PersonalDelivery(file, "Anna", "").voice is None
    assert file.find("Anna", "headset").gain_db == 4.0

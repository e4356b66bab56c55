"""System calendar: the day is that of the person, the seconds are everybody's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from coach.devices.system.wall_clock import SystemCalendar, iso_date


@pytest.fixture
def zones(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


def minutes_in(zone: str, zones: pytest.MonkeyPatch) -> float:
    zones.setenv("TZ", zone)
    time.tzset()
    moment = SystemCalendar().now()
    assert 0 <= moment.minute < 1440
    return 1440.0 * moment.day + moment.minute


def test_it_is_the_day_and_minute_where_the_person_is(zones: pytest.MonkeyPatch) -> None:
    utc = datetime.now(UTC)
    expected = 1440.0 * utc.toordinal() + 60.0 * utc.hour + utc.minute + utc.second / 60.0
    assert minutes_in("UTC0", zones) == pytest.approx(expected, abs=0.5)
    assert minutes_in("EAST-14", zones) == pytest.approx(expected + 14 * 60, abs=0.5)
    assert minutes_in("WEST+10", zones) == pytest.approx(expected - 10 * 60, abs=0.5)


def test_seconds_do_not_depend_on_where_one_is(zones: pytest.MonkeyPatch) -> None:
    before = SystemCalendar().utc_seconds()
    minutes_in("EAST-14", zones)
    assert SystemCalendar().utc_seconds() == pytest.approx(before, abs=30)


def test_a_day_has_a_date() -> None:
    assert iso_date(1) == "0001-01-01"
    assert iso_date(739_000) == "2024-04-24"

"""Journal: a session as lines of JSON that anybody can read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coach.messages.events import EchoFound, Heard, ToneBegan
from coach.messages.journal import Journal, to_record
from coach.simulation.rehearsal import parse_rehearsal
from coach.units import samples, seconds
from tests.stories import SESSIONS, rehearse


def test_a_tone_is_told_by_its_name_and_when_it_began() -> None:
    record = {"at_s": 1.5, "event": "tone", "name": "rest_over"}
    assert to_record(ToneBegan("rest_over", samples(1.5))) == record


def test_an_echo_is_told_with_its_delay_and_when_it_was_found() -> None:
    record = {"at_s": 2.0, "event": "echo", "delay_s": 0.1875}
    assert to_record(EchoFound(samples(2.0), samples(0.1875))) == record


def test_what_is_in_doubt_is_told_so_beside_whether_it_counts() -> None:
    heard = Heard("stop", "stop", 1.0, 0, 1, 2, 2, urgent=True, accepted=False, doubtful=True)
    record = to_record(heard)
    assert record is not None
    assert (record["accepted"], record["doubtful"]) == (False, True)


@pytest.mark.whole_session
def test_who_knows_no_tones_finds_the_rest_of_a_journal_as_it_was() -> None:
    """Tones are lines of their own: without them nothing is missing and nothing has changed."""
    path = SESSIONS / "by_tones.yaml"
    events = rehearse(parse_rehearsal(path.read_text(), str(path))).events
    lines: list[str] = []
    journal = Journal(lines.append)
    for event in events:
        journal(event)
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    tones = [record for record in records if record["event"] == "tone"]
    began = [event for event in events if isinstance(event, ToneBegan)]
    assert [(each["name"], each["at_s"]) for each in tones] == [
        (event.name, seconds(event.at)) for event in began
    ]
    others = [to_record(event) for event in events if not isinstance(event, ToneBegan)]
    assert [record for record in records if record["event"] != "tone"] == [
        record for record in others if record is not None
    ]

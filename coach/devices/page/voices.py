"""Voices: in which voice a person wants to be spoken to from the next start on.

The cues of a session are rendered when the program starts, so no choice changes the present one.
"""

from __future__ import annotations

from collections.abc import Mapping

from coach.devices.files.delivery_file import PersonalDelivery


class Voices:
    """``names`` are the voices that may be chosen, by the word for each; None is the usual one.

    Where the command line names a voice there is nothing to choose. One thread at a time.
    """

    def __init__(self, told: PersonalDelivery, names: Mapping[str, str | None]) -> None:
        self._told = told
        self._names = {} if told.asked_voice is not None else names

    def as_record(self) -> dict[str, object]:
        """What may be chosen, and what is, for JSON."""
        kept = self._told.voice
        now = next((word for word, name in self._names.items() if name == kept), "")
        return {"voices": [*self._names], "now": now}

    def choose(self, word: str) -> bool:
        """Keep the choice; whether there is such a voice."""
        known = word in self._names
        if known:
            self._told.choose_voice(self._names[word])
        return known

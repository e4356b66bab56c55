"""Said codes: lets a code pair a device that the coach says."""

from __future__ import annotations

import logging
import threading

from coach.devices.page.pairings import Pairings
from coach.errors import PageError
from coach.messages.events import Event
from coach.messages.facts import PairingOffered

_LOGGER = logging.getLogger("coach.page")


class SaidCodes:
    """An observer. The file is written in a thread of its own, as the sound waits for no disk."""

    def __init__(self, pairings: Pairings) -> None:
        self._pairings = pairings

    def __call__(self, event: Event) -> None:
        if isinstance(event, PairingOffered):
            threading.Thread(
                target=self._offer, args=(event.code,), name="said code", daemon=True
            ).start()

    def _offer(self, code: str) -> None:
        try:
            self._pairings.offer_spoken(code)
        except PageError as error:
            _LOGGER.warning("no device can be paired: %s", error)

"""Remote: the buttons of the page, for devices that are paired.

A request has to come from the page itself: no other site's form or script can send it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from coach.devices.page.attempts import Attempts, source_of
from coach.devices.page.guard import is_of_another_site
from coach.devices.page.pairings import Pairings
from coach.devices.page.voices import Voices

COOKIE = "flatback"
_YEAR_SECONDS = 366 * 24 * 3600
_MOST_BYTES = 1024
_BOTH = ["GET", "POST"]
_BODY_SECONDS = 5.0


class Remote:
    """Pairs devices, and presses buttons; ``press`` returns whether there is such a button.

    ``voices`` are those that may be chosen; None where nothing speaks. ``seconds_now`` is a
    monotonic clock.
    """

    def __init__(
        self,
        pairings: Pairings,
        press: Callable[[str], bool],
        voices: Voices | None = None,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pairings = pairings
        self._press = press
        self._voices = voices
        self._attempts = Attempts(seconds_now)

    def routes(self) -> list[Route]:
        """Where it is asked."""
        return [
            Route("/paired", self._tell_paired, methods=["GET"]),
            Route("/pair", self._pair, methods=["POST"]),
            Route("/press", self._press_button, methods=["POST"]),
            *([] if self._voices is None else [Route("/voice", self._voice, methods=_BOTH)]),
        ]

    async def _tell_paired(self, request: Request) -> Response:
        return JSONResponse({"paired": self.is_paired(request)})

    async def _pair(self, request: Request) -> Response:
        code = await _asked(request, "code")
        source = source_of(request.client.host if request.client else "")
        wait_seconds = self._attempts.wait_seconds(source, len(code))
        if wait_seconds > 0:
            headers = {"Retry-After": str(wait_seconds)}
            return JSONResponse({"wait_seconds": wait_seconds}, 429, headers)
        token = self._pairings.redeem(code)
        if token is None:
            self._attempts.note_wrong(source, len(code))
            raise HTTPException(403, "This code is wrong, or too old.")
        answer = JSONResponse({"paired": True})
        answer.set_cookie(COOKIE, token, _YEAR_SECONDS, httponly=True, samesite="strict")
        return answer

    async def _press_button(self, request: Request) -> Response:
        name = await _asked(request, "button")
        if not self.is_paired(request):
            raise HTTPException(403, "This device is not paired.")
        if not self._press(name):
            raise HTTPException(400, "There is no such button.")
        return JSONResponse({"pressed": True})

    async def _voice(self, request: Request) -> Response:
        """Tell which voices there are, or choose one."""
        chosen = await _asked(request, "voice") if request.method == "POST" else None
        if is_of_another_site(request.headers) or not self.is_paired(request):
            raise HTTPException(403, "This device is not paired.")
        voices = cast("Voices", self._voices)
        if chosen is not None and not voices.choose(chosen):
            raise HTTPException(400, "There is no such voice.")
        return JSONResponse(voices.as_record())

    def is_paired(self, request: Request) -> bool:
        """Whether the request comes from a device that is paired."""
        token = request.cookies.get(COOKIE)
        return token is not None and self._pairings.knows(token)


async def _asked(request: Request, field: str) -> str:
    """A field of what the page sends. Raises HTTPException when it is not from the page."""
    if not is_of_the_page(request.headers):
        raise HTTPException(403, "This did not come from the page.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "JSON is expected.")
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            content: Any = json.loads(await _body(request))
    except (ValueError, RecursionError, TimeoutError, ClientDisconnect):
        raise HTTPException(400, "This is no JSON.") from None
    value = content.get(field) if isinstance(content, dict) else None
    if not isinstance(value, str):
        raise HTTPException(400, f"A {field} is expected.")
    return value


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, "This is too much.")
    return body


def is_of_the_page(headers: Mapping[str, str]) -> bool:
    """Whether the page itself makes the request, as far as the browser tells. Every browser tells
    either of the two; what tells neither is none."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return headers.get("origin") == f"http://{headers.get('host', '')}"

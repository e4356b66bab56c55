"""Live stream: what a page is told while it is open, as server-sent events.

Nothing is queued for a page: it is looked for what it lacks a few dozen times a second, and a page
that takes nothing for a while is left.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from coach.devices.page.guard import is_of_another_site, refuse
from coach.display.page_feed import Moment, PageReader

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_LOOK_SECONDS = 0.04
_BEAT_SECONDS = 2.0
"""After so long without news a page is told that it is still connected."""

_COMMENT_SECONDS = 15.0
"""How often there is a comment, which keeps what stands between from closing the connection."""

_STALLED_SECONDS = 10.0
"""How long a page may take nothing of what it is sent."""

_HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8")]


class LiveStream:
    """An ASGI application. ``look`` returns the present moment of the session, and ``exercises``
    are as for PageReader. Once ``closing`` is true, every stream says so and ends."""

    def __init__(self, look: Callable[[], Moment], exercises: Mapping[str, str]) -> None:
        self._look = look
        self._exercises = exercises
        self.closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        if is_of_another_site(headers):
            await refuse(send, "Another site may not look at this.")
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if scope["method"] == "HEAD":
            await _send(send, "", more=False)
            return
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await self._tell(send, gone)
        except TimeoutError:
            pass  # the connection is closed when this returns
        finally:
            gone.cancel()

    async def _tell(self, send: Send, gone: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        reader = PageReader(self._exercises)
        told = commented = loop.time()
        while not self.closing and not gone.done():
            now = loop.time()
            message, text = reader.read(self._look()), ""
            if message is not None:
                text = event(message.name, json.dumps(message.content, separators=(",", ":")))
            elif now - told >= _BEAT_SECONDS:
                text = event("beat", "{}")
            if now - commented >= _COMMENT_SECONDS:
                text, commented = f"{text}: still here\n\n", now
            if text:
                told = now
                await _send(send, text)
            await asyncio.sleep(_LOOK_SECONDS)
        if not gone.done():
            await _send(send, event("over", "{}"), more=False)


def event(name: str, data: str) -> str:
    """An event of the stream; ``data`` is one line."""
    return f"event: {name}\ndata: {data}\n\n"


async def _send(send: Send, text: str, *, more: bool = True) -> None:
    """Raises TimeoutError when the page takes nothing."""
    async with asyncio.timeout(_STALLED_SECONDS):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def _gone(receive: Receive) -> None:
    """Return when the page is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass

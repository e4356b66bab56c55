"""Guard: who may ask for the page, and what a browser is forbidden to do with it.

A name that a stranger's server resolves to this computer would let a stranger's script read the
page (DNS rebinding). So every request has to ask for an address, or for a name of this computer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from coach.devices.page.address import is_literal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FIXED = {
    "cache-control": "no-store",
    "connection": "close",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""The headers of every answer."""

_LOGGER = logging.getLogger("coach.page")


def is_own_host(host: str, names: frozenset[str]) -> bool:
    """Whether the ``Host`` of a request is this computer: an address, ``localhost``, a name that
    ends in ``.local``, or one of ``names``, which are in lower case."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        return bool(bracket) and (port[:1] in ("", ":")) and ":" in name and is_literal(name)
    name = host.partition(":")[0].lower().removesuffix(".")
    return name == "localhost" or name.endswith(".local") or name in names or is_literal(name)


def is_of_another_site(headers: Mapping[str, str]) -> bool:
    """Whether a page of somebody else's makes the request, as far as the browser tells."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin != f"http://{headers.get('host', '')}"


class Guard:
    """An ASGI application around ``inner``: it refuses with 403 what asks for a stranger's host,
    and gives every answer its headers, with ``policy`` for its contents."""

    def __init__(self, inner: ASGIApp, names: frozenset[str], policy: str) -> None:
        self._inner = inner
        self._names = names
        fixed = {**_FIXED, "content-security-policy": policy}
        self._headers = [(name.encode(), value.encode()) for name, value in fixed.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in self._headers}
                others = [each for each in message.get("headers", ()) if each[0].lower() not in own]
                message = {**message, "headers": [*others, *self._headers]}
            await send(message)

        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not is_own_host(hosts[0].decode("latin-1"), self._names):
            await refuse(send_guarded, "This is not the name of this computer: use its address.")
            return
        try:
            await self._inner(scope, receive, send_guarded)
        except Exception:
            _LOGGER.exception("the page failed, and only the page")


async def refuse(send: Send, why: str, status: int = 403) -> None:
    """Answer with a line of text."""
    headers: list[Any] = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})

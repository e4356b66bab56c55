"""Page server: serves the page in a thread of its own, which the session never waits for."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections import Counter
from collections.abc import Sequence
from typing import cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from coach.devices.page.document import Document
from coach.devices.page.guard import Guard
from coach.devices.page.live_stream import LiveStream

MOST_CONNECTIONS = 48
MOST_OF_ONE = 12
"""How many connections there may be, in all and of one address. The next one is closed."""

_MOST_HEADER_BYTES = 16 * 1024
_PATIENCE_SECONDS = 5.0
"""How long a connection may take to ask for something."""

_END_SECONDS = 1
"""How long the requests that are being answered may take when the server ends."""


class _Connection(H11Protocol):
    """A connection, of which there are not too many, and which does not just stand there."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        each = Counter(_host(cast("_Connection", other)) for other in self.connections)
        if len(self.connections) > MOST_CONNECTIONS or each[_host(self)] > MOST_OF_ONE:
            transport.abort()
        self.loop.call_later(_PATIENCE_SECONDS, self._lose_patience)

    def _lose_patience(self) -> None:
        """End what asked for nothing, or is closed and does not take the rest of its answer."""
        if self.cycle is None or self.transport.is_closing():
            self.transport.abort()
        if self in self.connections:
            self.loop.call_later(_PATIENCE_SECONDS, self._lose_patience)


def _host(connection: _Connection) -> str:
    return connection.client[0] if connection.client else ""


class PageServer:
    """Serves ``page`` on a socket that listens, from ``begin`` to ``end``.

    ``routes`` lead to what the page asks for, in the server's thread. ``live`` is the one of them
    that never ends by itself; None where there is none. ``names`` are those of this computer, in
    lower case.
    """

    def __init__(
        self,
        listening: socket.socket,
        page: Document,
        live: LiveStream | None,
        routes: Sequence[BaseRoute],
        names: frozenset[str],
    ) -> None:
        self._listening = listening
        self._live = live
        self._page = page
        own = names | {socket.gethostname().lower()}
        streams = [] if live is None else [Route("/live", live, methods=["GET"])]
        shown = [Route("/", self._show, methods=["GET"]), *streams, *routes]
        guarded = Guard(Starlette(routes=shown), own, page.policy)
        for logger in ("uvicorn.error", "uvicorn.access"):
            # What anybody sends who can reach the page is nothing to complain of.
            logging.getLogger(logger).setLevel(logging.CRITICAL)
        self._server = uvicorn.Server(
            uvicorn.Config(
                guarded,
                http=_Connection,
                ws="none",
                loop="asyncio",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=_MOST_HEADER_BYTES,
                timeout_graceful_shutdown=_END_SECONDS,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="page", daemon=True
        )

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Tell every page that this is the end, and close; takes less than two seconds."""
        if self._live is not None:
            self._live.closing = True
        self._server.should_exit = True
        self._thread.join(_END_SECONDS + 0.8)
        self._listening.close()

    async def _show(self, _request: Request) -> Response:
        return HTMLResponse(self._page.text)

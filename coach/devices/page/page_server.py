"""Page server: serves the page in a thread of its own, which the session never waits for."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
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

_TAKEN_SECONDS = 0.02
_REFUSED_SECONDS = 0.002
"""How long no other connection is accepted after one that was taken, and after one that was not:
whoever opens thousands keeps the thread from nothing but accepting them."""

_MOST_HEADER_BYTES = 16 * 1024
_PATIENCE_SECONDS = 5.0
"""How long a connection may take to ask for something."""

_END_SECONDS = 1
"""How long the requests that are being answered may take when the server ends."""


class _Connection(H11Protocol):
    """A connection that does not just stand there."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(_PATIENCE_SECONDS, self._lose_patience)

    def _lose_patience(self) -> None:
        """End what asked for nothing, or is closed and does not take the rest of its answer."""
        if self.cycle is None or self.transport.is_closing():
            self.transport.abort()
        if self in self.connections:
            self.loop.call_later(_PATIENCE_SECONDS, self._lose_patience)


def _host(connection: _Connection) -> str:
    return connection.client[0] if connection.client else ""


class _PacedServer(uvicorn.Server):
    """Accepts one connection after the other, in its own time, and not too many. It is run with no
    socket, or uvicorn would accept as many as there are at once."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening.settimeout(0)
        self._accepting = asyncio.create_task(self._accept())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._accepting.cancel()
        await super().shutdown(sockets)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            with suppress(OSError):  # it is gone already, or there are no files left
                connection, address = await loop.sock_accept(self._listening)
                if self._is_full(str(address[0])):
                    connection.close()
                    await asyncio.sleep(_REFUSED_SECONDS)
                    continue
                await loop.connect_accepted_socket(self._protocol, connection)
            await asyncio.sleep(_TAKEN_SECONDS)

    def _protocol(self) -> asyncio.Protocol:
        return _Connection(self.config, self.server_state, self.lifespan.state)

    def _is_full(self, host: str) -> bool:
        hosts = [_host(cast("_Connection", each)) for each in self.server_state.connections]
        return len(hosts) >= MOST_CONNECTIONS or hosts.count(host) >= MOST_OF_ONE


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
        self._server = _PacedServer(
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
            ),
            listening,
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([],), name="page", daemon=True
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

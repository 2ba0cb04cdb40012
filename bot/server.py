"""The web server of a process: uvicorn, with the port and the signals in our own hands."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.errors import MendableError
from bot.settings import Settings
from dialogs.words import N_

MOST_HEAD = 65_536  # bytes of a request before its body


class Protocol(HttpToolsProtocol):
    """Reads requests with the parser in C, which by itself would keep a head that never ends."""

    _head = 0
    _in_head = False

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head, self._in_head = 0, True

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.send_400_response("The head of this request is too long.")


class Server(uvicorn.Server):
    """Leaves signals to the app, which stops its parts in order."""

    def __init__(self, site: Any, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                site,
                host=settings.host,
                port=settings.port,
                http=Protocol,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=settings.forwarded_allow_ips,
                timeout_graceful_shutdown=2,
            )
        )
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def install_signal_handlers(self) -> None:
        return

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # theirs is a generator's
        return nullcontext()

    async def close(self, task: asyncio.Task[None], seconds: float) -> None:
        """Let what is being answered end, for so long."""
        self.should_exit = True
        with suppress(TimeoutError, asyncio.CancelledError, Exception):
            await asyncio.wait_for(task, seconds)


def take_port(settings: Settings) -> socket.socket:
    """Take the port ourselves: the server would end the process when it is taken already."""
    host, port = settings.host, settings.port
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise MendableError(
            N_("Port {port} on {host} cannot be used: another program holds it. Set PORT."),
            port=port,
            host=host,
        ) from None
    return listener

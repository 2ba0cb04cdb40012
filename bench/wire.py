"""Just enough HTTP/1.1 for bots on loopback, so that what is measured is the bot and not this side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

Respond = Callable[[bytes], None]
Handle = Callable[[str, bytes, bytes, Respond], None]  # path, content type, body, respond


def _read_head(head: bytes, name: bytes) -> bytes:
    """The value of a header, or nothing. `head` is in lower case."""
    at = head.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    at += len(name) + 3
    end = head.find(b"\r\n", at)
    return head[at : end if end >= 0 else len(head)].strip()


class _Framed(asyncio.Protocol):
    """Cuts a stream into heads and bodies of known length."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its class

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            lower = head.lower()
            if b"transfer-encoding" in lower:
                raise ValueError("chunked bodies are not understood here")
            size = int(_read_head(lower, b"content-length") or b"0")
            if len(self._buffer) < end + 4 + size:
                return
            body = self._buffer[end + 4 : end + 4 + size]
            self._buffer = self._buffer[end + 4 + size :]
            self.take(head, lower, body)

    def take(self, head: bytes, lower: bytes, body: bytes) -> None:
        raise NotImplementedError


class Connection(_Framed):
    """One connection of a bot to the fake Bot API."""

    def __init__(self, handle: Handle) -> None:
        super().__init__()
        self._handle = handle

    def take(self, head: bytes, lower: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        self._handle(path, _read_head(lower, b"content-type"), body, self._respond)

    def _respond(self, body: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )


class _Call(_Framed):
    """One connection to a bot's webhook; one request at a time."""

    def __init__(self, pool: Deliveries) -> None:
        super().__init__()
        self._pool = pool

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._pool.free.append(self)
        self._pool.pump()

    def connection_lost(self, _error: Exception | None) -> None:
        self._pool.lose(self)

    def post(self, head: bytes, body: bytes) -> None:
        self.transport.write(head % len(body) + body)

    def take(self, head: bytes, lower: bytes, body: bytes) -> None:
        self._pool.free.append(self)
        self._pool.answered(body)
        self._pool.pump()


class Deliveries:
    """Delivers updates to a webhook over several connections, and hands back what is said in the reply."""

    def __init__(self, url: str, secret: str, answered: Callable[[bytes], None], connections: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: ".encode()
            + b"%d\r\n\r\n"
        )
        self.answered = answered
        self.free: list[_Call] = []
        self._all: set[_Call] = set()
        self._waiting: deque[bytes] = deque()
        self._most, self._opening = connections, 0

    def push(self, update: bytes) -> None:
        self._waiting.append(update)
        self.pump()

    def pump(self) -> None:
        while self._waiting and self.free:
            self.free.pop().post(self._head, self._waiting.popleft())
        if self._waiting and len(self._all) + self._opening < self._most:
            self._opening += 1
            task = asyncio.ensure_future(self._open())
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _open(self) -> None:
        try:
            _, call = await asyncio.get_running_loop().create_connection(
                lambda: _Call(self), self._host, self._port
            )
            self._all.add(call)
        finally:
            self._opening -= 1

    def lose(self, call: _Call) -> None:
        self._all.discard(call)
        if call in self.free:
            self.free.remove(call)

    def clear(self) -> None:
        self._waiting.clear()

    def close(self) -> None:
        self.clear()
        for call in list(self._all):
            call.transport.abort()

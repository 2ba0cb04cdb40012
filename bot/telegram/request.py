"""python-telegram-bot's transport on aiohttp: a tenth of HTTPX's cost, and no address in any error.

aiohttp connects, writes and reads; of its session, which looks anew for cookies, redirects, proxies and encodings with
every call and writes each body in a task of its own, nothing is needed here, and it costs more than all the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import hdrs
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, StreamWriter
from aiohttp.http_parser import RawResponseMessage
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

CONNECTIONS = 100
MOST = 32 * 2**20  # bytes of an answer; a hundred updates of the longest messages take a fifth of it
_PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=10)
_SKIPPED = ("User-Agent", "Accept", "Accept-Encoding")
_INTERIM = (100, 102, 103)  # what comes before an answer
_DONE = b'{"ok":true,"result":true}'


class NotSentError(NetworkError):
    """The connection was never made, so nothing was sent."""


class Body:
    """A body ready to be sent, where the library expects its own kind.

    Attributes:
        read: Whether anybody reads what Telegram says of a success; unread it costs nothing.
    """

    __slots__ = ("json_payload", "read")
    contains_files = False

    def __init__(self, text: str, read: bool = True) -> None:
        self.json_payload = text.encode()
        self.read = read


class AiohttpRequest(BaseRequest):
    """Posts JSON, whatever method is asked for: this bot neither sends nor fetches files."""

    def __init__(
        self,
        connections: int = CONNECTIONS,
        read_timeout: float = 15.0,
        look: Callable[[Mapping[str, str]], None] = lambda _: None,
        most: int = MOST,
    ) -> None:
        """`look` sees the headers of every answer; one of more than `most` bytes is not read to its end."""
        self._connections = connections
        self._most = most
        self._read_timeout = read_timeout
        self._look = look
        self._connector: aiohttp.TCPConnector | None = None
        self._ready: dict[str, aiohttp.ClientRequest] = {}  # by address: one for each method of the Bot API

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._connector is None:
            self._connector = aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300)

    async def shutdown(self) -> None:
        if self._connector is not None:
            await self._connector.close()
            self._connector = None
            self._ready.clear()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | Body | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._connector is None:
            raise NotSentError("the transport is not open")
        patience = self._read_timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        body = request_data.json_payload if request_data is not None else b"{}"
        request = self._ready.get(url) or self._make(url)
        try:
            connection = await self._connector.connect(request, traces=[], timeout=_PATIENCE)
        except (aiohttp.ClientError, OSError):
            raise NotSentError("no connection") from None
        try:
            message, payload = await _exchange(connection, request, body, patience, self._most)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            raise NetworkError(type(error).__name__) from None  # its text may hold the address, so the token
        self._look(message.headers)
        if isinstance(request_data, Body) and not request_data.read and payload.startswith(b'{"ok":true,'):
            payload = _DONE
        return message.code, payload

    def _make(self, url: str) -> aiohttp.ClientRequest:
        """A request without a body, for the connector and for its line and headers."""
        self._ready[url] = request = aiohttp.ClientRequest(
            hdrs.METH_POST,
            URL(url),
            headers={hdrs.CONTENT_TYPE: "application/json"},
            skip_auto_headers=_SKIPPED,
        )
        return request

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's, without logging a payload that cannot be read."""
        if payload == _DONE:
            return {"ok": True, "result": True}
        try:
            data = json.loads(payload)
        except ValueError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(data, dict):
            raise TelegramError("Invalid server response")
        return data


async def _exchange(
    connection: Connection, request: aiohttp.ClientRequest, body: bytes, patience: float | None, most: int
) -> tuple[RawResponseMessage, bytes]:
    """Send a body and wait for its answer; whatever interrupts this ends the connection."""
    try:
        protocol = connection.protocol
        assert protocol is not None  # only a connection that was given back has none
        protocol.set_response_params(read_until_eof=True, read_timeout=patience)
        writer = StreamWriter(protocol, request.loop)
        headers = request.headers.copy()
        headers[hdrs.CONTENT_LENGTH] = str(len(body))
        await writer.write_headers(f"{request.method} {request.url.raw_path_qs} HTTP/1.1", headers)
        await writer.write_eof(body)
        protocol.start_timeout()
        message, content = await protocol.read()
        while message.code in _INTERIM:
            protocol.start_timeout()
            message, content = await protocol.read()
        chunks = []
        async for chunk in content.iter_any():
            chunks.append(chunk)
            if content.total_bytes > most:
                raise aiohttp.ClientPayloadError("too long")
    except BaseException:
        connection.close()
        raise
    connection.release()
    return message, b"".join(chunks)

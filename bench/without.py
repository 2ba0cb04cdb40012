"""Serves with one step of the path taken back, so that the ladder can tell what it buys.

python -m bench.without STEP    as `nap1325 serve`

The service itself has no such switches: what is taken back here is put back by hand into its objects, which is what
each `type: ignore` here passes over.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable
from typing import Any


def one_by_one() -> None:
    """The next update is taken when the reply to the last one is out."""
    from bot.telegram.channel import Telegram

    take, gate = Telegram.take_patiently, asyncio.Lock()

    async def alone(self: Telegram, data: Any) -> None:
        async with gate:
            await take(self, data)
            while not self.sender.is_idle:
                await asyncio.sleep(0)

    Telegram.take_patiently = alone  # type: ignore[method-assign]


def httpx() -> None:
    """python-telegram-bot's own transport."""
    import httpx as library
    from telegram.request import HTTPXRequest

    from bot.telegram import channel

    class Request(HTTPXRequest):
        def __init__(self, connections: int = 256, **_: Any) -> None:
            super().__init__(connection_pool_size=connections, pool_timeout=30)

        async def do_request(self, url: str, method: str, request_data: Any = None, **kept: Any) -> Any:
            patience = library.Timeout(60.0, pool=30.0)
            body = request_data.json_payload if request_data is not None else b"{}"
            answer = await self._client.request(
                method, url, content=body, timeout=patience, headers={"Content-Type": "application/json"}
            )
            return answer.status_code, answer.content

    channel.AiohttpRequest = Request  # type: ignore[misc,assignment]


def parts() -> None:
    """A call is a request of aiohttp's session, and every answer is read."""
    import aiohttp

    from bot.telegram import request

    class Request(request.AiohttpRequest):
        async def initialize(self) -> None:
            await super().initialize()
            self.free = asyncio.Semaphore(self._connections)
            self.session = aiohttp.ClientSession(
                connector=self._connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"Content-Type": "application/json"},
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
            )

        async def do_request(
            self, url: str, method: str, request_data: Any = None, read_timeout: Any = None, **_: Any
        ) -> Any:
            patience = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=60)
            body = request_data.json_payload if request_data is not None else b"{}"
            async with (
                self.free,
                self.session.request(
                    method, url, data=body, timeout=patience, allow_redirects=False
                ) as answer,
            ):
                self._look(answer.headers)
                return answer.status, await answer.read()

    request._DONE = b""
    from bot.telegram import channel

    channel.AiohttpRequest = Request  # type: ignore[misc]


def commits() -> None:
    """A transaction for every update."""
    from bot import turns

    turns.BATCH = 1


def objects() -> None:
    """Every update becomes python-telegram-bot's objects first."""
    from telegram import Update

    from bot.telegram import channel

    read = channel.read_update

    def read_objects(data: Any) -> Any:
        Update.de_json(dict(data), None)
        return read(data)

    channel.read_update = read_objects


def screens() -> None:
    """Every screen is drawn anew, every text encoded anew, nothing remembered of answers."""
    from bot.telegram import layout
    from dialogs import edition, guidance
    from dialogs.screens import lines, view

    view._SHARED = lines._REMEMBERED = edition._CACHED = edition._SEEN = guidance._SEEN = 0
    layout._lay_block = layout._lay_block.__wrapped__  # type: ignore[assignment]


def thread() -> None:
    """Transactions go over the asynchronous driver, statement by statement."""
    from bot.store import hands

    hands._Thread = hands._Loop  # type: ignore[misc,assignment]


def collector() -> None:
    """Python's garbage collector as it comes."""
    gc.freeze = lambda: None  # type: ignore[assignment]
    gc.set_threshold = lambda *_: None  # type: ignore[assignment]


def uvloop() -> None:
    """asyncio's own loop."""
    sys.modules["uvloop"] = None  # type: ignore[assignment]


STEPS: dict[str, Callable[[], None]] = {
    step.__name__: step
    for step in (one_by_one, httpx, parts, commits, objects, screens, thread, collector, uvloop)
}


if __name__ == "__main__":
    STEPS[sys.argv[1]]()
    sys.argv[1:] = ["serve"]
    from bot.cli import main

    main()

"""The model over real HTTP on loopback: calls, long polling, webhook delivery, and faults on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web

from tests.double.model import RefusedError, TelegramModel, Update

Fault = Callable[[str, dict[str, Any]], str | None]
"""Says what goes wrong with a call: "502", "lost" (never arrives), "deaf" (done, no answer), "slow"."""


class LongPoll:
    """At most one request waits for updates; a newer one ends it."""

    def __init__(self, model: TelegramModel) -> None:
        self._model = model
        self._waiting: asyncio.Future[bool] | None = None
        model.on_update.append(self._wake)

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(True)

    async def get(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        model = self._model
        if model.webhook is not None:
            raise RefusedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(False)
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        updates = model.poll(offset, limit, params.get("allowed_updates"))
        seconds = min(float(params.get("timeout", 0)), 50.0)
        if updates or not seconds:
            return updates
        self._waiting = waiting = asyncio.get_running_loop().create_future()
        try:
            if not await asyncio.wait_for(waiting, seconds):
                raise RefusedError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
        except TimeoutError:
            return []
        return model.poll(offset, limit, None)


class Deliverer:
    """Telegram's side of a webhook: a queue a key, one request in flight each, again until 2xx."""

    def __init__(
        self, model: TelegramModel, post: Callable[[dict[str, Any]], Any], first_repeat: float = 0.05
    ) -> None:
        """`post` delivers one update and gives the status; any error counts as no answer."""
        self._model, self._post, self._repeat = model, post, first_repeat
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._given: set[int] = set()
        self.deliveries = 0
        model.on_update.append(self.wake)

    def wake(self) -> None:
        if self._model.webhook is None:
            return
        for update in list(self._model.pending()):
            if update.queue not in self._busy:
                self._busy[update.queue] = asyncio.ensure_future(self._run(update.queue))

    async def _run(self, queue: int) -> None:
        try:
            while update := self._next(queue):
                await self._deliver(update)
        finally:
            del self._busy[queue]

    def _next(self, queue: int) -> Update | None:
        return next((u for u in self._model.pending() if u.queue == queue), None)

    async def _deliver(self, update: Update) -> None:
        wait = 0.0
        while update in self._model.pending():
            self.deliveries += 1
            with suppress(Exception):
                if 200 <= await self._post(update.data) < 300:
                    self._model.updates.remove(update)
                    return
            await asyncio.sleep(wait)
            wait = min(60.0, wait * 2 or self._repeat)

    async def close(self) -> None:
        self._model.on_update.remove(self.wake)
        for task in list(self._busy.values()):
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)


class DoubleServer:
    """`async with DoubleServer(model) as server:` answers at `server.url`."""

    def __init__(self, model: TelegramModel, delay: float = 0.0) -> None:
        self.model, self.delay = model, delay
        self.fault: Fault = lambda method, params: None
        self._long_poll = LongPoll(model)
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
        self.deliverer: Deliverer | None = None
        self.url = ""

    async def __aenter__(self) -> DoubleServer:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._client = aiohttp.ClientSession()
        self.deliverer = Deliverer(self.model, self._post)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self.deliverer is not None:
            await self.deliverer.close()
        if self._client is not None:
            await self._client.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.url = ""

    async def _post(self, data: dict[str, Any]) -> int:
        hook = self.model.webhook or {}
        headers = {}
        if hook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret_token"]
        if self._client is None:
            return 0
        async with self._client.post(
            hook["url"], json=data, headers=headers, timeout=aiohttp.ClientTimeout(total=60)
        ) as answer:
            await answer.read()
            return answer.status

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.model.token:
            return web.json_response(RefusedError(401, "Unauthorized").body, status=401)
        method = request.match_info["method"]
        params = await _read_params(request)
        fault = self.fault(method, params)
        if fault == "502":
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if fault == "429":
            refusal = RefusedError(429, "Too Many Requests: retry after 1", 1)
            return web.json_response(refusal.body, status=429)
        if fault == "400":
            return web.json_response(RefusedError(400, "Bad Request: can't parse entities").body, status=400)
        if fault == "lost":
            return await _hang_up(request)
        if self.delay:
            await asyncio.sleep(self.delay)
        try:
            if method == "getUpdates":
                result: Any = await self._long_poll.get(params)
            else:
                result = self.model.call(method, params)
        except RefusedError as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        if fault == "deaf":
            return await _hang_up(request)
        return web.json_response({"ok": True, "result": result})


async def _read_params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body = await request.read()
        return dict(json.loads(body)) if body else {}
    form = await request.post()
    params: dict[str, Any] = {}
    for name, value in form.items():
        try:
            params[name] = json.loads(str(value))
        except ValueError:
            params[name] = str(value)
    return {**dict(request.query), **params}


async def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)

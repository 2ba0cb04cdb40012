"""Receives by webhook: 200 is said only once the turn is committed."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.store.base import StoreDownError
from bot.turns import BusyError

HEADER = "x-telegram-bot-api-secret-token"
MAX_BODY = 1_000_000
AGAIN = "2"  # seconds; Telegram obeys Retry-After
log = structlog.get_logger("telegram")


class Webhook:
    """`receive` is a Starlette endpoint."""

    def __init__(self, take: Callable[[Any], Awaitable[None]], secret: str) -> None:
        self._take = take
        self._secret = secret.encode()

    async def receive(self, request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=403)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return Response(status_code=413)
        try:
            update = json.loads(body)
        except ValueError:
            log.warning("an update is no JSON")
            return Response(status_code=200)  # it will not get better by being repeated
        try:
            await self._take(update)
        except (BusyError, StoreDownError):
            return Response(status_code=503, headers={"Retry-After": AGAIN})
        return Response(status_code=200)

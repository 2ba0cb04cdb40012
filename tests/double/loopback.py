"""The model as a transport of python-telegram-bot, without a network: for schedules on a virtual clock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.request import AiohttpRequest, NotSentError
from tests.double.model import RefusedError, TelegramModel
from tests.double.server import LongPoll

Plan = Callable[[str, dict[str, Any]], tuple[str, float]]
"""For a call: what goes wrong with it ("" is nothing) and how long it takes."""


def run_smoothly(method: str, params: dict[str, Any]) -> tuple[str, float]:
    return "", 0.0


class LoopbackRequest(BaseRequest):
    """Calls the model directly. Once `cut`, nothing reaches it any more, as after a crash."""

    def __init__(
        self, model: TelegramModel, plan: Plan = run_smoothly, long_poll: LongPoll | None = None
    ) -> None:
        self._model, self.plan = model, plan
        self._long_poll = long_poll or LongPoll(model)
        self.is_cut = False

    parse_json_payload = staticmethod(AiohttpRequest.parse_json_payload)

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None

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
        name = url.rsplit("/", 1)[-1]
        params = json.loads(request_data.json_payload) if request_data is not None else {}
        fault, delay = self.plan(name, params)
        await self._pass(delay / 2)
        if fault == "refused":
            raise NotSentError("no connection")
        if fault == "lost":
            raise TimedOut
        if fault == "502":
            return 502, b"<html>Bad Gateway</html>"
        if fault == "429":
            return 429, json.dumps(RefusedError(429, "Too Many Requests: retry after 2", 2).body).encode()
        try:
            if name == "getUpdates":
                result: Any = await self._long_poll.get(params)
            else:
                result = self._model.call(name, params)
        except RefusedError as refusal:
            code, body = refusal.code, refusal.body
        else:
            code, body = 200, {"ok": True, "result": result}
        await self._pass(delay / 2)
        if fault == "deaf":
            raise NetworkError("connection reset")
        return code, json.dumps(body).encode()

    async def _pass(self, seconds: float) -> None:
        if seconds and not self.is_cut:
            await asyncio.sleep(seconds)
        if self.is_cut:
            raise asyncio.CancelledError

"""The few calls of the hot path: bodies made here, answers not turned into objects, the library's errors."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any, cast

from telegram import Bot
from telegram.constants import BulkRequestLimit, PollingLimit
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot import gauges
from bot.telegram.layout import Part
from bot.telegram.request import Body

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
MAX_BULK = int(BulkRequestLimit.MAX_LIMIT)
LONG_POLL = 50  # seconds; Telegram's server takes no more


_OUTCOMES: dict[type[TelegramError], str] = {
    RetryAfter: "too_many",
    Forbidden: "blocked",
    BadRequest: "refused",
    InvalidToken: "token",
    TimedOut: "network",
    NetworkError: "network",
}
_COUNTS = {outcome: gauges.CALLS.labels(outcome) for outcome in ("ok", "other", *_OUTCOMES.values())}


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Api:
    """What this bot asks of Telegram. Errors are python-telegram-bot's."""

    def __init__(self, bot: Bot, polling: BaseRequest) -> None:
        """`polling` is a transport of its own, so that a long poll never waits for a free connection."""
        self.bot = bot
        self._polling = polling

    async def call(self, method: str, **payload: Any) -> Any:
        return await self._post(method, _encode(payload))

    async def _post(self, method: str, text: str, read: bool = True) -> Any:
        body = cast(RequestData, Body(text, read))
        outcome = "ok"
        try:
            return await self.bot.request.post(f"{self.bot.base_url}/{method}", body)
        except TelegramError as error:
            outcome = _OUTCOMES.get(type(error), "other")
            raise
        finally:
            _COUNTS[outcome].inc()

    async def get_updates(self, offset: int, wait: int = LONG_POLL) -> list[dict[str, Any]]:
        payload = {
            "offset": offset,
            "timeout": wait,
            "limit": int(PollingLimit.MAX_LIMIT),
            "allowed_updates": ALLOWED_UPDATES,
        }
        updates = await self._polling.post(
            f"{self.bot.base_url}/getUpdates",
            cast(RequestData, Body(_encode(payload))),
            read_timeout=wait + 10,
        )
        return cast(list[dict[str, Any]], updates)

    async def send(self, chat: int, part: Part, silent: bool = False) -> int:
        extra = ',"disable_notification":true' if silent else ""
        extra += ',"protect_content":true' if part.sensitive else ""
        message = await self._post("sendMessage", f'{{"chat_id":{chat},{part.members}{extra}}}')
        return int(message["message_id"])

    async def edit(self, chat: int, message: int, part: Part) -> None:
        """Put a part in place of a message; that it shows this already is fine."""
        try:
            text = f'{{"chat_id":{chat},"message_id":{message},{part.members}}}'
            await self._post("editMessageText", text, read=False)
        except BadRequest as error:
            if not is_unchanged(error):
                raise

    async def drop_keyboard(self, chat: int, message: int) -> None:
        text = f'{{"chat_id":{chat},"message_id":{message}}}'
        await self._post("editMessageReplyMarkup", text, read=False)

    async def delete(self, chat: int, messages: list[int]) -> None:
        """Delete up to 100 messages at one go."""
        await self.call("deleteMessages", chat_id=chat, message_ids=messages)

    async def delete_one(self, chat: int, message: int) -> None:
        await self.call("deleteMessage", chat_id=chat, message_id=message)

    async def answer(self, query: str) -> None:
        text = f'{{"callback_query_id":{encode_basestring(query)}}}'
        await self._post("answerCallbackQuery", text, read=False)


def is_unchanged(error: BadRequest) -> bool:
    return "message is not modified" in error.message.lower()


def is_gone(error: BadRequest) -> bool:
    """The message cannot be edited: deleted by the person, foreign, or unknown."""
    text = error.message.lower()
    return any(
        part in text
        for part in (
            "message to edit not found",
            "message can't be edited",
            "message_id_invalid",
            "message identifier",
        )
    )


def is_undeletable(error: BadRequest) -> bool:
    return "message can't be deleted" in error.message.lower()


def is_no_chat(error: BadRequest) -> bool:
    text = error.message.lower()
    return "chat not found" in text or "peer_id_invalid" in text

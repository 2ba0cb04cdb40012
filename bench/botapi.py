"""A fake Bot API server: takes the calls of a bot, holds the updates for it, and shows people their screens.

It is fast, not strict: the strict double is in tests/double.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bench.wire import Connection, Deliveries, Respond

TOKEN = "1325000000:AAbench-token-of-the-loopback-server"
ME = {
    "id": 1325000000,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "has_main_web_app": False,
}
DATE = 1_795_000_000
CONNECTIONS = 100  # of a webhook, Telegram's maximum
_STILL = {
    "getMyCommands": b'{"ok":true,"result":[]}',
    "getMyDescription": b'{"ok":true,"result":{"description":""}}',
    "getMyShortDescription": b'{"ok":true,"result":{"short_description":""}}',
    "getMe": json.dumps({"ok": True, "result": ME}).encode(),
}
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_TRUE = b'{"ok":true,"result":true}'


@dataclass(slots=True)
class Shown:
    """What a bot put into a chat: `buttons` are (label, data) in reading order; None when it has none."""

    chat: int
    message: int
    text: str
    markup: dict[str, Any] | None
    is_new: bool

    @property
    def buttons(self) -> list[tuple[str, str]]:
        rows = self.markup.get("inline_keyboard", ()) if self.markup else ()
        return [(b["text"], b["callback_data"]) for row in rows for b in row if "callback_data" in b]


class BotApi:
    """One bot's Bot API server. `show` is called with everything that appears in a chat."""

    def __init__(self, show: Callable[[Shown], None]) -> None:
        self.show = show
        self.delay = 0.0  # seconds that the answer to every call takes
        self.poll_delay = 0.0  # the same for getUpdates
        self.calls = 0
        self._updates: deque[tuple[int, bytes]] = deque()
        self._numbers = itertools.count(1)
        self._messages = itertools.count(10)
        self._queries = itertools.count(1)
        self._poller: tuple[Respond, int] | None = None
        self._waking = False
        self._hooks: dict[str, Deliveries] = {}  # by address; several workers take turns
        self._server: asyncio.Server | None = None
        self.url = ""
        self.ready = asyncio.Event()  # the bot receives: it has polled, or named its webhook

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self._take), "127.0.0.1", 0, backlog=4096)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self.forget()
        if self._server is not None:
            self._server.close()

    def forget(self) -> None:
        """Drop what the bot has not fetched: the bot is gone, or the next measurement begins."""
        self._updates.clear()
        for hook in self._hooks.values():
            hook.clear()

    def hang_up(self) -> None:
        """The bot was killed: its long poll is gone; what it had not confirmed is still here."""
        self._poller = None
        self.ready.clear()
        for hook in self._hooks.values():
            hook.close()
        self._hooks = {}

    # ---- what people do ----

    def press(self, chat: int, shown: Shown, data: str) -> None:
        query = next(self._queries)
        message: dict[str, Any] = {
            "message_id": shown.message,
            "from": ME,
            "chat": _chat(chat),
            "date": DATE,
            "text": shown.text,
        }
        if shown.markup:
            message["reply_markup"] = shown.markup
        body = {
            "id": f"{chat}{query:08}",
            "from": _person(chat),
            "message": message,
            "chat_instance": str(-chat),
            "data": data,
        }
        self._push({"callback_query": body})

    def write(self, chat: int, text: str) -> None:
        message: dict[str, Any] = {
            "message_id": next(self._messages),
            "from": _person(chat),
            "chat": _chat(chat),
            "date": DATE,
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        self._push({"message": message})

    def _push(self, update: dict[str, Any]) -> None:
        number = next(self._numbers)
        raw = _encode({"update_id": number, **update})
        if self._hooks:
            hooks = list(self._hooks.values())
            hooks[number % len(hooks)].push(raw)
            return
        self._updates.append((number, raw))
        if self._poller is not None and not self._waking:
            self._waking = True
            asyncio.get_running_loop().call_soon(self._wake)

    def _wake(self) -> None:
        """Answer the waiting poll with all that came in the same round of the loop."""
        self._waking = False
        if self._poller is not None and self._updates:
            (respond, limit), self._poller = self._poller, None
            self._hand_over(respond, limit)

    def _hand_over(self, respond: Respond, limit: int) -> None:
        raws = [raw for _, raw in itertools.islice(self._updates, limit)]
        self._answer(respond, b'{"ok":true,"result":[%b]}' % b",".join(raws), self.poll_delay)

    # ---- what the bot calls ----

    def _take(self, path: str, kind: bytes, body: bytes, respond: Respond) -> None:
        method = path.rpartition("/")[2]
        data = _read_body(kind, body)
        if method == "getUpdates":
            self._poll(data, respond)
            return
        self.calls += 1
        self._answer(respond, self._call(method, data), self.delay)

    def _poll(self, data: dict[str, Any], respond: Respond) -> None:
        self.ready.set()
        offset, limit = int(data.get("offset") or 0), int(data.get("limit") or 100)
        while self._updates and self._updates[0][0] < offset:
            self._updates.popleft()
        if self._updates:
            self._hand_over(respond, limit)
        elif wait := float(data.get("timeout") or 0):
            self._poller = (respond, limit)
            asyncio.get_running_loop().call_later(wait, self._give_up, respond)
        else:
            self._answer(respond, b'{"ok":true,"result":[]}', self.poll_delay)

    def _give_up(self, respond: Respond) -> None:
        if self._poller is not None and self._poller[0] is respond:
            self._poller = None
            self._answer(respond, b'{"ok":true,"result":[]}', 0)

    def _answer(self, respond: Respond, body: bytes, delay: float) -> None:
        if delay:
            asyncio.get_running_loop().call_later(delay, respond, body)
        else:
            respond(body)

    def _call(self, method: str, data: dict[str, Any]) -> bytes:
        match method:
            case "sendMessage" | "editMessageText":
                return self._put(data)
            case "setWebhook":
                url, secret = str(data.get("url") or ""), str(data.get("secret_token") or "")
                if url:
                    hook = self._hooks[url] = Deliveries(url, secret, self._take_reply, CONNECTIONS)
                    self.ready.set()
                    while self._updates:
                        hook.push(self._updates.popleft()[1])
            case _ if method in _STILL:
                return _STILL[method]
        return _TRUE

    def _take_reply(self, body: bytes) -> None:
        """A webhook may answer with a call."""
        if body.startswith(b"{"):
            data = json.loads(body)
            if "method" in data:
                self.calls += 1
                self._call(data.pop("method"), data)

    def _put(self, data: dict[str, Any]) -> bytes:
        markup = data.get("reply_markup")
        if isinstance(markup, str):
            markup = json.loads(markup)
        number = data.get("message_id")
        chat = int(data["chat_id"])
        shown = Shown(chat, int(number or next(self._messages)), data["text"], markup, number is None)
        result: dict[str, Any] = {
            "message_id": shown.message,
            "from": ME,
            "chat": _chat(chat),
            "date": DATE,
            "text": shown.text,
        }
        if markup:
            result["reply_markup"] = markup
        answer = _encode({"ok": True, "result": result})
        self.show(shown)
        return answer


def _encode(value: dict[str, Any]) -> bytes:
    """As compact as Telegram's own server writes."""
    return _COMPACT(value).encode()


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private", "first_name": "Person"}


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Person", "language_code": "uk"}


def _read_body(kind: bytes, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith(b"application/json"):
        return json.loads(body)
    if kind.startswith(b"multipart/"):
        raise ValueError("no bot here sends files")
    return dict(parse_qsl(body.decode()))

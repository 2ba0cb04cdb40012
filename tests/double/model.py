"""What Telegram is to a bot: chats, messages, limits and refusals. No network; the clock is an argument.

Behaviour that Telegram leaves undocumented is taken in its strictest reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.double.markup import MarkupError, count_units, read_html

HOUR = 3600.0
KINDS = ("message", "callback_query", "my_chat_member")
LIFE = {"message": 24 * HOUR, "callback_query": 150.0, "my_chat_member": 24 * HOUR}
PRESS_QUEUE = 3 * 2**33  # a press waits in another queue than a message of the same person


class RefusedError(Exception):
    """An answer that is no 200."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


@dataclass
class Message:
    id: int
    at: float
    mine: bool  # the bot's own
    text: str
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    protected: bool = False
    silent: bool = False
    touched: int = 0  # the number of the bot's call that last set the text
    html: str = ""

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    @property
    def data(self) -> list[str]:
        return [
            button["callback_data"] for row in self.buttons for button in row if "callback_data" in button
        ]


@dataclass
class Chat:
    id: int
    kind: str = "private"
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False
    deactivated: bool = False
    left: bool = False
    started: bool = False
    flooded_until: float = 0.0
    sends: list[float] = field(default_factory=list)

    @property
    def shown(self) -> list[Message]:
        return [self.messages[id] for id in sorted(self.messages)]

    @property
    def own(self) -> list[Message]:
        return [m for m in self.shown if m.mine]

    @property
    def screen(self) -> Message:
        """The bot's last message."""
        return self.own[-1]


@dataclass
class Update:
    id: int
    kind: str
    queue: int
    at: float
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class TelegramModel:
    """One bot's Telegram."""

    def __init__(self, clock: Callable[[], float], token: str = "123456:" + "A" * 35) -> None:
        self.clock, self.token = clock, token
        self.username = "nap1325_test_bot"
        self.chats: dict[int, Chat] = {}
        self.updates: list[Update] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.profile: dict[tuple[str, str], Any] = {}
        self.webhook: dict[str, Any] | None = None
        self.queries: dict[str, float] = {}
        self.answered: set[str] = set()
        self.query_life = 60.0
        self.flood_rate: float | None = None  # messages a second to one chat, above a burst of five
        self.breaches: list[str] = []  # what Telegram would cut without saying
        self.allowed: tuple[str, ...] = KINDS
        self.on_update: list[Callable[[], None]] = []
        self._message_id, self._update_id, self._query_id = 100, 5_000, 0

    # ---- what people do ----

    def chat(self, id: int, kind: str = "private") -> Chat:
        return self.chats.setdefault(id, Chat(id, kind))

    def say(self, chat: int, text: str, **fields: Any) -> Update | None:
        """Somebody writes; `fields` (photo, voice …) go in place of the text."""
        where = self.chat(chat)
        where.started = True
        message = self._add(where, Message(self._next_message(), self.clock(), False, text))
        body = {**self._describe(where, message), **fields}
        if fields:
            body.pop("text", None)
        return self._push("message", chat, body)

    def press(self, chat: int, data: str, message: int | None = None) -> Update | None:
        """Somebody presses a button, of the last screen or of an older message."""
        where = self.chat(chat)
        pressed = where.messages.get(message) if message is not None else where.screen
        id = pressed.id if pressed else (message or 0)
        self._query_id += 1
        query = str(self._query_id)
        self.queries[query] = self.clock()
        shown = (
            self._describe(where, pressed)
            if pressed
            else {"chat": self._chat_of(where), "message_id": id, "date": 0}
        )
        body = {"id": query, "from": self._user(chat), "message": shown, "chat_instance": "1", "data": data}
        return self._push("callback_query", chat + PRESS_QUEUE, body)

    def press_label(self, chat: int, label: str) -> Update | None:
        screen = self.chat(chat).screen
        for row in screen.buttons:
            for button in row:
                if label in button["text"]:
                    return self.press(chat, button["callback_data"], screen.id)
        raise AssertionError(f"no button {label!r} among {screen.labels}")

    def change_membership(self, chat: int, status: str, kind: str = "private") -> Update | None:
        where = self.chat(chat, kind)
        where.blocked = status == "kicked"
        user = {"id": 42, "is_bot": True, "first_name": "bot"}
        body = {
            "chat": self._chat_of(where),
            "from": self._user(abs(chat)),
            "date": int(self.clock()),
            "old_chat_member": {"status": "left", "user": user},
            "new_chat_member": {"status": status, "user": user},
        }
        return self._push("my_chat_member", chat, body)

    def repeat(self, update: Update, same_id: bool = True) -> Update:
        """The same update once more: delivered again, or the press sent again by the app."""
        again = Update(
            update.id if same_id else self._next_update(),
            update.kind,
            update.queue,
            self.clock(),
            update.body,
        )
        self.updates.append(again)
        self._wake()
        return again

    def flood(self, chat: int, seconds: float) -> None:
        """Refuse everything to this chat for a while."""
        self.chat(chat).flooded_until = self.clock() + seconds

    # ---- updates ----

    def pending(self) -> list[Update]:
        """What is not delivered yet; what is past its life is gone."""
        now = self.clock()
        self.updates = [u for u in self.updates if now - u.at < LIFE[u.kind]]
        return self.updates

    def poll(self, offset: int, limit: int, allowed: list[str] | None) -> list[dict[str, Any]]:
        if allowed:
            self.allowed = tuple(allowed)
        if offset:
            self.updates = [u for u in self.updates if u.id >= offset]
        return [u.data for u in sorted(self.pending(), key=lambda u: u.id)[:limit]]

    def _push(self, kind: str, queue: int, body: dict[str, Any]) -> Update | None:
        if kind not in self.allowed:
            return None
        update = Update(self._next_update(), kind, queue, self.clock(), body)
        self.updates.append(update)
        self._wake()
        return update

    def _wake(self) -> None:
        for wake in self.on_update:
            wake()

    # ---- what the bot calls ----

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """Do what the bot asks, or refuse it as Telegram does."""
        params = {name: _decode(name, value) for name, value in params.items()}
        self.calls.append((method, params))
        handler = getattr(self, "_do_" + method, None)
        if handler is None:
            raise RefusedError(404, "Not Found: method not found")
        return handler(params)

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        return [params for name, params in self.calls if name == method]

    def _do_getMe(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as the method
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Довідник",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _do_sendMessage(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._reachable(params)
        text, html = self._read_text(params)
        buttons = self._read_markup(params)
        self._count_flood(chat)
        message = Message(
            self._next_message(),
            self.clock(),
            True,
            text,
            buttons,
            bool(params.get("protect_content")),
            bool(params.get("disable_notification")),
            touched=len(self.calls),
            html=html,
        )
        return self._describe(chat, self._add(chat, message))

    def _do_editMessageText(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._reachable(params)
        message = self._own(chat, params)
        text, html = self._read_text(params)
        buttons = self._read_markup(params)
        self._count_flood(chat)
        message.touched = len(self.calls)
        if (html, buttons) == (message.html, message.buttons):
            raise RefusedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        message.text, message.html, message.buttons = text, html, buttons
        return self._describe(chat, message)

    def _do_editMessageReplyMarkup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        chat = self._reachable(params)
        message = self._own(chat, params)
        buttons = self._read_markup(params)
        self._count_flood(chat)
        if buttons == message.buttons:
            raise RefusedError(400, "Bad Request: message is not modified")
        message.buttons = buttons
        return self._describe(chat, message)

    def _do_deleteMessage(self, params: dict[str, Any]) -> bool:  # noqa: N802
        chat = self._reachable(params)
        self._delete(chat, [self._number(params, "message_id")], strict=True)
        return True

    def _do_deleteMessages(self, params: dict[str, Any]) -> bool:  # noqa: N802
        chat = self._reachable(params)
        ids = params.get("message_ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= 100:
            raise RefusedError(400, "Bad Request: the number of messages must be from 1 to 100")
        self._delete(chat, ids, strict=False)
        return True

    def _do_answerCallbackQuery(self, params: dict[str, Any]) -> bool:  # noqa: N802
        id = params.get("callback_query_id")
        if count_units(str(params.get("text", ""))) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        at = self.queries.get(str(id))
        if at is None or self.clock() - at > self.query_life:
            raise RefusedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        self.answered.add(str(id))
        return True

    def _do_setWebhook(self, params: dict[str, Any]) -> bool:  # noqa: N802
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        if url and not url.startswith(("https://", "http://127.0.0.1")):
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        self._drop(params)
        self.webhook = {**params, "url": url} if url else None
        if params.get("allowed_updates"):
            self.allowed = tuple(params["allowed_updates"])
        self._wake()
        return True

    def _do_deleteWebhook(self, params: dict[str, Any]) -> bool:  # noqa: N802
        self._drop(params)
        self.webhook = None
        return True

    def _do_setMyCommands(self, params: dict[str, Any]) -> bool:  # noqa: N802
        for command in params["commands"]:
            if not 1 <= len(command["command"]) <= 32 or not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
        self.profile["commands", params.get("language_code", "")] = params["commands"]
        return True

    def _do_getMyCommands(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return self.profile.get(("commands", params.get("language_code", "")), [])

    def _do_setMyDescription(self, params: dict[str, Any]) -> bool:  # noqa: N802
        return self._set_text("description", params, 512)

    def _do_getMyDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {"description": self.profile.get(("description", params.get("language_code", "")), "")}

    def _do_setMyShortDescription(self, params: dict[str, Any]) -> bool:  # noqa: N802
        return self._set_text("short_description", params, 120)

    def _do_getMyShortDescription(self, params: dict[str, Any]) -> Any:  # noqa: N802
        return {
            "short_description": self.profile.get(("short_description", params.get("language_code", "")), "")
        }

    def _do_leaveChat(self, params: dict[str, Any]) -> bool:  # noqa: N802
        self._reachable(params).left = True
        return True

    # ---- how it refuses ----

    def _set_text(self, name: str, params: dict[str, Any], most: int) -> bool:
        text = str(params.get(name, ""))
        if count_units(text) > most:
            raise RefusedError(400, f"Bad Request: {name} is too long")
        self.profile[name, params.get("language_code", "")] = text
        return True

    def _drop(self, params: dict[str, Any]) -> None:
        if params.get("drop_pending_updates"):
            self.breaches.append("pending updates dropped: people's answers are lost")
            self.updates.clear()

    def _number(self, params: dict[str, Any], name: str) -> int:
        try:
            return int(params[name])
        except (KeyError, TypeError, ValueError):
            raise RefusedError(400, f"Bad Request: {name} is not specified") from None

    def _reachable(self, params: dict[str, Any]) -> Chat:
        chat = self.chats.get(self._number(params, "chat_id"))
        if chat is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if chat.deactivated:
            raise RefusedError(403, "Forbidden: user is deactivated")
        if chat.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat.left:
            raise RefusedError(403, "Forbidden: bot is not a member of the chat")
        if chat.kind == "private" and not chat.started:
            raise RefusedError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _own(self, chat: Chat, params: dict[str, Any]) -> Message:
        message = chat.messages.get(self._number(params, "message_id"))
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if not message.mine:
            raise RefusedError(400, "Bad Request: message can't be edited")
        return message

    def _count_flood(self, chat: Chat) -> None:
        now = self.clock()
        if now < chat.flooded_until:
            wait = int(chat.flooded_until - now) + 1
            raise RefusedError(429, f"Too Many Requests: retry after {wait}", wait)
        if self.flood_rate is not None:
            chat.sends = [at for at in chat.sends if now - at < 5.0]
            if len(chat.sends) >= 5 + 5.0 * self.flood_rate:
                chat.flooded_until = now + 3
                raise RefusedError(429, "Too Many Requests: retry after 3", 3)
            chat.sends.append(now)

    def _delete(self, chat: Chat, ids: list[int], strict: bool) -> None:
        found = [chat.messages[id] for id in ids if id in chat.messages]
        if strict and not found:
            raise RefusedError(400, "Bad Request: message to delete not found")
        if any(self.clock() - message.at >= 48 * HOUR for message in found):
            raise RefusedError(400, "Bad Request: message can't be deleted")
        for message in found:
            del chat.messages[message.id]

    def _read_text(self, params: dict[str, Any]) -> tuple[str, str]:
        raw = params.get("text")
        if not isinstance(raw, str):
            raise RefusedError(400, "Bad Request: message text is empty")
        if len(raw.encode()) > 32_768:
            raise RefusedError(400, "Bad Request: text is too long")
        text, entities = raw, 0
        if params.get("parse_mode") == "HTML":
            try:
                text, entities = read_html(raw)
            except MarkupError as error:
                raise RefusedError(400, f"Bad Request: can't parse entities: {error}") from None
        if not text.strip():
            raise RefusedError(400, "Bad Request: message text is empty")
        if count_units(text) > 4096:
            raise RefusedError(400, "Bad Request: message is too long")
        if entities > 100:
            self.breaches.append(f"{entities} entities: those over 100 are not shown")
        return text, raw

    def _read_markup(self, params: dict[str, Any]) -> list[list[dict[str, Any]]]:
        markup = params.get("reply_markup")
        if not markup:
            return []
        rows: list[list[dict[str, Any]]] = markup.get("inline_keyboard", [])
        if sum(len(row) for row in rows) > 100:
            raise RefusedError(400, "Bad Request: reply markup is too long")
        for row in rows:
            if len(row) > 8:
                self.breaches.append(f"a row of {len(row)} buttons: those over 8 are not shown")
            for button in row:
                self._check_button(button)
        return rows

    def _check_button(self, button: dict[str, Any]) -> None:
        if not str(button.get("text", "")).strip():
            raise RefusedError(400, "Bad Request: can't parse inline keyboard button: text is empty")
        if "url" in button:
            if not str(button["url"]).startswith(("http://", "https://", "tg://")):
                raise RefusedError(400, "Bad Request: BUTTON_URL_INVALID")
        elif not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")

    # ---- small things ----

    def _add(self, chat: Chat, message: Message) -> Message:
        chat.messages[message.id] = message
        return message

    def _next_message(self) -> int:
        self._message_id += 1
        return self._message_id

    def _next_update(self) -> int:
        self._update_id += 1
        return self._update_id

    def _user(self, id: int) -> dict[str, Any]:
        return {
            "id": id,
            "is_bot": False,
            "first_name": "Олена",
            "last_name": "Шевченко",
            "language_code": "ru",
        }

    def _chat_of(self, chat: Chat) -> dict[str, Any]:
        extra = {"first_name": "Олена"} if chat.kind == "private" else {"title": "Group"}
        return {"id": chat.id, "type": chat.kind, **extra}

    def _describe(self, chat: Chat, message: Message) -> dict[str, Any]:
        return {
            "message_id": message.id,
            "date": int(message.at),
            "chat": self._chat_of(chat),
            "from": self._do_getMe({}) if message.mine else self._user(chat.id),
            "text": message.text,
        }


def _decode(name: str, value: Any) -> Any:
    """Telegram takes nested values as JSON, and as text that holds JSON."""
    nested = ("commands", "allowed_updates", "reply_markup", "message_ids", "drop_pending_updates")
    return json.loads(value) if name in nested and isinstance(value, str) else value

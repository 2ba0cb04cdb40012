"""Reads Telegram's updates. Whatever a field holds, reading never raises: forged data is nobody's news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.folding import Arrival
from dialogs.press import Incoming, Opened, Press, Said, Sent

_SENT: tuple[tuple[str, Any], ...] = (
    ("photo", "photo"),
    ("paid_media", "photo"),
    ("voice", "voice"),
    ("video_note", "voice"),
    ("audio", "voice"),
    ("sticker", "sticker"),
    ("animation", "sticker"),
    ("dice", "sticker"),
    ("video", "photo"),
    ("document", "document"),
    ("contact", "contact"),
    ("location", "location"),
    ("venue", "location"),
)
_SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
)


class News(NamedTuple):
    """An update that concerns the dialogue. `query` is a press to be answered."""

    arrival: Arrival
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """The bot was put into a group or channel, where it does not talk."""

    chat: int
    may_write: bool


def read_update(data: Any) -> News | Invited | None:
    """What an update says, or None for what is none of the bot's business."""
    if not isinstance(data, dict) or not _is_id(data.get("update_id")):
        return None
    mark: int = data["update_id"]
    match data:
        case {"callback_query": dict() as query}:
            return _read_press(query, mark)
        case {"message": dict() as message}:
            return _read_message(message, mark)
        case {"my_chat_member": dict() as change}:
            return _read_membership(change)
    return None


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**62


def _read_press(query: dict[str, Any], mark: int) -> News | None:
    match query:
        case {
            "id": str(id),
            "message": {"chat": {"id": int(chat), "type": "private"}, "message_id": int(message)},
        }:
            data = query.get("data")
            press = Press.parse(data if isinstance(data, str) else None)
            return News(Arrival(f"tg:{chat}", press, mark, chat, edit=message), id)
        case {"id": str(id), "from": {"id": int(chat)}} if "message" not in query:
            data = query.get("data")
            press = Press.parse(data if isinstance(data, str) else None)
            return News(Arrival(f"tg:{chat}", press, mark, chat), id)
    return None


def _read_message(message: dict[str, Any], mark: int) -> News | None:
    match message:
        case {"chat": {"id": int(chat), "type": "private"}, "message_id": int(id)}:
            incoming = _read_incoming(message)
            if incoming is not None:
                return News(Arrival(f"tg:{chat}", incoming, mark, chat, own=id))
    return None


def _read_incoming(message: dict[str, Any]) -> Incoming | None:
    text = message.get("text")
    if isinstance(text, str):
        return _read_text(text)
    caption = message.get("caption")
    for field, what in _SENT:
        if field in message:
            return Sent(what, caption if isinstance(caption, str) else "")
    return None if any(field in message for field in _SERVICE) else Sent("other")


def _read_text(text: str) -> Incoming:
    if text.startswith("/"):
        command, _, payload = text.partition(" ")
        name = command.partition("@")[0].lower()
        if name == "/start":
            return Opened(payload.strip()[:64])
        return Said(f"{name} {payload}".strip())
    return Said(text)


def _read_membership(change: dict[str, Any]) -> Invited | None:
    match change:
        case {
            "chat": {"id": int(chat), "type": ("group" | "supergroup" | "channel") as kind},
            "new_chat_member": {"status": ("member" | "administrator" | "restricted")},
        }:
            return Invited(chat, may_write=kind != "channel")
    return None

"""Lays a reply out as Telegram messages: HTML within the limits, split at paragraph borders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from telegram.constants import InlineKeyboardMarkupLimit, MessageLimit

from dialogs.press import MAX_DATA
from dialogs.reply import Block, Choice, Heading, Link, Paragraph, Phone, Reply, Steps

MAX_TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
MAX_BYTES = 32_768  # of the raw text, markup included
MAX_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)  # what is over is shown without its markup
MAX_BUTTONS = int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)
MAX_ROW = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_GAP = "\n\n"
_AS_HTML = '"parse_mode":"HTML","link_preview_options":{"is_disabled":true}'


class Part(NamedTuple):
    """One message, as the members of a JSON object that are sent beside the chat.

    It is put together from pieces that were escaped when they were first laid out: encoding each
    message anew was a tenth of an update.
    """

    members: str
    sensitive: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The same, to be looked into."""
        body: dict[str, Any] = json.loads(f"{{{self.members}}}")
        return body | {"protect_content": True} if self.sensitive else body

    @property
    def keyboard(self) -> Any:
        return self.body.get("reply_markup")


class _Piece(NamedTuple):
    """A paragraph: its markup within a JSON string, its visible length in UTF-16 units, its entities,
    the bytes of its markup."""

    json: str
    length: int
    entities: int
    size: int
    gap: str = _GAP


def count_units(text: str) -> int:
    """UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def lay_out(reply: Reply) -> tuple[Part, ...]:
    """One message, or several when it does not fit; the buttons stand under the last."""
    parts: tuple[Part, ...] | None = reply.made.get("telegram")
    if parts is None:
        parts = reply.made["telegram"] = _lay_out(reply)
    return parts


def _lay_out(reply: Reply) -> tuple[Part, ...]:
    texts = _pack(reply)
    parts = [Part(f'"text":"{text}",{_AS_HTML}', reply.sensitive) for text in texts]
    rows = _lay_rows(reply)
    if rows:
        last = parts[-1]
        parts[-1] = Part(f'{last.members},"reply_markup":{{"inline_keyboard":[{rows}]}}', last.sensitive)
    return tuple(parts)


def _encode(text: str) -> str:
    """The inside of a JSON string."""
    return encode_basestring(text)[1:-1]


def find_breaches(reply: Reply) -> list[str]:
    """What of a reply Telegram would refuse or cut: to be known when the base is loaded, not when it is sent."""
    breaches = []
    choices = list(reply.choices)
    if len(choices) > MAX_BUTTONS:
        breaches.append(f"{len(choices)} buttons; Telegram takes {MAX_BUTTONS}")
    breaches += [
        f"a row of {len(row)} buttons; Telegram takes {MAX_ROW}" for row in reply.rows if len(row) > MAX_ROW
    ]
    breaches += [f"a button without a label: {c.press.data}" for c in choices if not c.label.strip()]
    for choice in choices:
        size = len(choice.press.data.encode())
        if not 1 <= size <= MAX_DATA:
            breaches.append(
                f"the button {choice.press.data} has {size} bytes of data; Telegram takes {MAX_DATA}"
            )
    for block in reply.blocks:
        if isinstance(block, Link) and not block.url.startswith(("https://", "http://", "tg://")):
            breaches.append(f"a link that Telegram does not open: {block.url}")
    if not any(_lay_block(block) for block in reply.blocks):
        breaches.append("nothing to say")
    return breaches


_ENCODED = {gap: _encode(gap) for gap in ("\n", _GAP)}


def _pack(reply: Reply) -> list[str]:
    """The texts of the messages, each as the inside of a JSON string."""
    texts: list[str] = []
    pieces: list[str] = []
    length = entities = size = 0
    for text, units, marks, weight, gap in chain.from_iterable(map(_lay_block, reply.blocks)):
        between = len(gap)
        if not pieces or (
            length + between + units > MAX_TEXT
            or entities + marks > MAX_ENTITIES
            or size + between + weight > MAX_BYTES
        ):
            if pieces:
                texts.append("".join(pieces))
            pieces, length, entities, size = [text], units, marks, weight
        else:
            pieces += (_ENCODED[gap], text)
            length += between + units
            entities += marks
            size += between + weight
    return [*texts, "".join(pieces)] if pieces else texts or ["…"]


@lru_cache(maxsize=1024, typed=True)  # blocks of two kinds are equal when their members are
def _lay_block(block: Block) -> tuple[_Piece, ...]:
    """Most blocks are the edition's own words, and come again in many people's screens."""
    return tuple(_cut_block(block))


def _cut_block(block: Block) -> list[_Piece]:
    match block:
        case Heading(text):
            return _lay_text(text, "<b>", "</b>")
        case Paragraph(text, "warning"):
            return _lay_text(f"⚠️ {text}")
        case Paragraph(text, "note"):
            return _lay_text(text, "<i>", "</i>")
        case Paragraph(text, "quote"):
            return _lay_text(text, "<blockquote>", "</blockquote>")
        case Paragraph(text):
            return _lay_text(text)
        case Steps(items, numbered):
            marks = (f"{i}. " if numbered else "• " for i in range(1, len(items) + 1))
            pieces = [p for mark, item in zip(marks, items, strict=False) for p in _lay_text(mark + item)]
            return [p._replace(gap="\n" if i else _GAP) for i, p in enumerate(pieces)]
        case Phone(shown, _, note):
            # Telegram makes an international number one to dial; the others a tap copies.
            number = _lay_text(shown) if shown.startswith("+") else _lay_text(shown, "<code>", "</code>")
            return number + [p._replace(gap="\n") for p in _lay_text(note)]
        case Link(text, url):
            return _lay_text(text or url, f'<a href="{escape(url, quote=True)}">', "</a>")


def _lay_text(text: str, before: str = "", after: str = "") -> list[_Piece]:
    text = _CONTROL.sub("", text.encode("utf-8", "replace").decode()).strip()
    pieces = []
    for cut in filter(None, _cut(text)):
        html = before + escape(cut, quote=False) + after
        pieces.append(_Piece(_encode(html), count_units(cut), bool(before), len(html.encode())))
    return pieces


def _cut(text: str) -> Iterator[str]:
    """Pieces that fit one message. Escaped, 4096 units take 20 480 bytes at most, so bytes need no care."""
    while count_units(text) > MAX_TEXT:
        head = text[: MAX_TEXT - sum(ch > "\uffff" for ch in text[:MAX_TEXT])]
        at = _find_border(head)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _find_border(head: str) -> int:
    """The last line end, else sentence end, else space of the second half; else the end."""
    for border in ("\n", ". ", " "):
        at = head.rfind(border) + len(border)
        if at > len(head) // 2:
            return at
    return len(head)


def _lay_rows(reply: Reply) -> str:
    """The rows of the keyboard in JSON; empty when there are no buttons."""
    rows: list[str] = []
    left = MAX_BUTTONS
    for row in reply.rows:
        buttons = [_lay_button(choice) for choice in row[:left] if choice.label.strip()]
        left -= len(buttons)
        rows += [f"[{','.join(buttons[at : at + MAX_ROW])}]" for at in range(0, len(buttons), MAX_ROW)]
    return ",".join(rows)


@lru_cache(maxsize=1024)
def _lay_button(choice: Choice) -> str:
    label = choice.label
    if not label.isprintable():
        label = _CONTROL.sub("", label)
    mark = "✓ " if choice.ticked and not label.startswith("✓") else ""
    return (
        f'{{"text":{encode_basestring(mark + label)},"callback_data":{encode_basestring(choice.press.data)}}}'
    )

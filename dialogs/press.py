"""What comes in: presses, texts, commands. A button says its result itself (DESIGN 4a.8).

Callback data, at most 64 bytes::

    a:QUESTION:CHOICE   answer        t:/u:QUESTION:CHOICE   tick, untick
    d:QUESTION          done ticking  k:QUESTION  unknown    w:QUESTION  withheld
    q:QUESTION          ask it        o:QUESTION  open a sensitive question's cover
    p:PLACE[:ARG]       go to a place s:NAME:VALUE           a setting
    x:ACTION[:ARG]      hide, erase, restart, code …
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

MAX_DATA = 64
Kind = Literal["answer", "tick", "untick", "done", "unknown", "withheld", "ask", "open", "go", "set", "do"]
_CODES: dict[Kind, str] = {
    "answer": "a",
    "tick": "t",
    "untick": "u",
    "done": "d",
    "unknown": "k",
    "withheld": "w",
    "ask": "q",
    "open": "o",
    "go": "p",
    "set": "s",
    "do": "x",
}
_KINDS: dict[str, Kind] = {code: kind for kind, code in _CODES.items()}


class Press(NamedTuple):
    """A pressed button. `name` is a question, place, setting or action; `value` its choice or argument."""

    kind: Kind
    name: str
    value: str = ""

    @property
    def data(self) -> str:
        tail = f":{self.value}" if self.value else ""
        return f"{_CODES[self.kind]}:{self.name}{tail}"

    @classmethod
    def parse(cls, data: str | None) -> Press:
        """Read callback data; anything malformed or forged becomes the menu, never an error."""
        if not data or len(data.encode("utf-8", "replace")) > MAX_DATA:
            return MENU
        code, _, rest = data.partition(":")
        name, _, value = rest.partition(":")
        kind = _KINDS.get(code)
        if kind is None or not name or not name.isascii() or not value.isascii():
            return MENU
        return cls(kind, name, value)


MENU = Press("go", "more")


@dataclass(frozen=True, slots=True)
class Said:
    """A text that a person typed; never stored, never logged."""

    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that is no text: a photo, voice note, sticker, document, contact, location …"""

    what: Literal["photo", "voice", "sticker", "document", "contact", "location", "other"]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A start of the dialogue: /start, the first page, the first line of a terminal."""

    payload: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a code opened: the buttons that give the same answers, all at once; or why it opened nothing."""

    presses: tuple[Press, ...] = ()
    fault: str = ""


Incoming = Press | Said | Sent | Opened | Handed

"""A reply, the same for every channel. Channels lay it out and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from dialogs.press import Press


class Heading(NamedTuple):
    """`below`: of a part of what the heading before it names."""

    text: str
    below: bool = False


class Paragraph(NamedTuple):
    """Plain text. `tone` lets a channel set off warnings and small print.

    Attributes:
        lasting: The end of the text that stays true on paper, where its beginning tells of this hour.
    """

    text: str
    tone: Literal["plain", "warning", "note", "quote"] = "plain"
    lasting: str = ""


class Steps(NamedTuple):
    """A list; numbered when its order matters."""

    items: tuple[str, ...]
    numbered: bool = False


class Phone(NamedTuple):
    """A number alone on its line: as people dial it, and as a machine dials it."""

    shown: str
    dial: str
    note: str = ""


class Link(NamedTuple):
    text: str
    url: str


Block = Heading | Paragraph | Steps | Phone | Link


class Choice(NamedTuple):
    """A button. `number` is what a person may type instead; `ticked` marks the present answer."""

    label: str
    press: Press
    number: int | None = None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back.

    Attributes:
        blocks: The text, in order; the first line is always neutral.
        rows: Buttons, row by row; their order is the reading order.
        keep: A person would want to keep this text: what follows does not take its place.
        sensitive: Channels forbid forwarding, previews and caching.
        wipe: The channel deletes what was shown (hide, erase) before it says this.
        discard: The channel deletes the person's own message (a photo, a typed number).
        place: State and argument, for a channel that keeps an address.
        progress: How many screens of the screening were reached, of how many at most; said in the text too.
        made: What channels made of it, under their own names: a screen many people share is laid out once.
    """

    blocks: tuple[Block, ...]
    rows: tuple[tuple[Choice, ...], ...] = ()
    keep: bool = False
    sensitive: bool = False
    wipe: Literal["", "hide", "erase"] = ""
    discard: bool = False
    place: tuple[str, str] = ("", "")
    progress: tuple[int, int] = (0, 0)
    made: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def choices(self) -> Iterator[Choice]:
        for row in self.rows:
            yield from row

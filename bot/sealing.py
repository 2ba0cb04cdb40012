"""Turns what the shell knows into sealed rows and back. The store sees nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from bot.keys import Keys, UnreadableError, draw_number
from bot.store.base import MessageRow, OwedRow, SessionRow, Subscription
from dialogs.session import Session, dump_session, load_session

Kind = Literal["", "erased", "sorry", "slow", "cover", "again"]
_KEEP, _PROTECTED = 1, 2
_encode = json.JSONEncoder(separators=(",", ":")).encode
_KINDS: tuple[Kind, ...] = ("", "erased", "sorry", "slow", "cover", "again")


class Errand(NamedTuple):
    """Where a reply is owed, and of what kind; never its words.

    Attributes:
        edit: The message the person pressed; None asks for a new message.
        kind: "" is the place where the session is; "again" the same, in the message that shows it; "cover"
            no reply, but that a discreet screen is to be hidden if nothing comes in before.
        language: For a reply to somebody whose session is gone.
    """

    chat: int
    edit: int | None = None
    kind: Kind = ""
    language: str = "uk"


class Screen(NamedTuple):
    """The messages now shown; the last one carries the buttons.

    Attributes:
        keep: Not to be written over.
        protected: It cannot be forwarded or saved; an edit changes that of no message.
        floor: The first message after the last hide; what stood before it is being deleted.
    """

    ids: tuple[int, ...]
    keep: bool = False
    floor: int = 0
    protected: bool = False


class Shown(NamedTuple):
    """A message in a chat; `mine` tells the bot's own from the person's."""

    chat: int
    id: int
    mine: bool


class Known(NamedTuple):
    """A stored session, opened."""

    row: SessionRow
    session: Session
    address: str


class Sealer:
    """Seals and opens. `draw` gives the random numbers of tickets, generations and row ids."""

    def __init__(self, keys: Keys, draw: Callable[[], int] = draw_number) -> None:
        self.keys = keys
        self.draw = draw

    def seal_session(self, person: bytes, address: str, session: Session) -> bytes:
        """The address goes in too: without it no row could move to a new key."""
        return self.keys.seal(address.encode() + b"\n" + dump_session(session), b"sessions:" + person)

    def open_session(self, row: SessionRow) -> Known:
        """Raises UnreadableError for a row that no key opens or that holds no session."""
        address, _, blob = self.keys.unseal(row.sealed, b"sessions:" + row.person).partition(b"\n")
        try:
            return Known(row, load_session(blob), address.decode())
        except ValueError as error:
            raise UnreadableError("no session") from error

    def seal_screen(self, person: bytes, screen: Screen) -> bytes:
        flags = screen.keep * _KEEP + screen.protected * _PROTECTED
        return self.keys.seal(_dump([flags, screen.floor, *screen.ids]), b"screen:" + person)

    def open_screen(self, person: bytes, sealed: bytes | None) -> Screen | None:
        """None for nothing shown; what cannot be read is nothing shown."""
        if sealed is None:
            return None
        try:
            flags, floor, *ids = json.loads(self.keys.unseal(sealed, b"screen:" + person))
        except (UnreadableError, ValueError):
            return None
        return Screen(tuple(ids), bool(flags & _KEEP), floor, bool(flags & _PROTECTED))

    def seal_owed(self, person: bytes, generation: int, errand: Errand, due: int) -> OwedRow:
        ticket = self.draw()
        plain = _dump([errand.chat, errand.edit, _KINDS.index(errand.kind), errand.language])
        return OwedRow(person, ticket, generation, self.keys.seal(plain, b"owed:%d" % ticket), due)

    def open_owed(self, row: OwedRow) -> Errand:
        chat, edit, kind, language = json.loads(self.keys.unseal(row.sealed, b"owed:%d" % row.ticket))
        return Errand(chat, edit, _KINDS[kind], language)

    def seal_follower(self, person: bytes, follower: Follower) -> bytes:
        plain = f"{follower.address}\n{follower.language}".encode()
        return self.keys.seal(plain, b"subscriptions:" + person)

    def open_follower(self, row: Subscription) -> Follower:
        """Raises UnreadableError for a row that no key opens."""
        plain = self.keys.unseal(row.sealed, b"subscriptions:" + row.person).decode()
        address, _, language = plain.partition("\n")
        return Follower(address, language)

    def seal_message(self, shown: Shown, person: bytes | None, at: int, due: int | None = None) -> MessageRow:
        id = self.draw()
        plain = _dump([shown.chat, shown.id, int(shown.mine)])
        return MessageRow(id, person, self.keys.seal(plain, b"messages:%d" % id), at, due)

    def open_message(self, row: MessageRow) -> Shown:
        chat, id, mine = json.loads(self.keys.unseal(row.sealed, b"messages:%d" % row.id))
        return Shown(chat, id, bool(mine))


@dataclass(frozen=True, slots=True)
class Follower:
    """Whom a notice goes to, and in which language."""

    address: str
    language: str

    @property
    def chat(self) -> int:
        return int(self.address.partition(":")[2])


def _dump(value: list[Any]) -> bytes:
    return _encode(value).encode()

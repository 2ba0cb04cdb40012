"""What a store keeps and promises; the same for memory, SQLite and PostgreSQL.

Moments are whole milliseconds since 1970 (`at`, `due`, `until`, `seen`, `now`). Everything that could
tell who a person is or what they said is sealed before it gets here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

DAY = 86_400_000
KEEP_MARKS = 2 * DAY
KEEP_NOTICES = 365 * DAY
KEEP_MESSAGES = 2 * DAY  # Telegram deletes nothing older, so an older id is of no use
HOLD = 60_000  # an owed reply in a process's hands is looked at again after this
WORKER_LIFE = 3_000  # a process that has not beaten for so long is dead, and others send its replies


class StoreDownError(Exception):
    """The database cannot be reached or written just now; the same call may pass later."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A stored session.

    Attributes:
        revision: Goes up by one with each write; whoever read an older one has lost the race.
        generation: Drawn anew for each new session and at each hide; only ever compared. What was
            sent under another generation must not stay in the chat.
        screen: Sealed ids of the messages now shown, or None.
    """

    person: bytes
    revision: int
    generation: int
    sealed: bytes
    seen: int
    screen: bytes | None = None


@dataclass(frozen=True, slots=True)
class OwedRow:
    """That a reply is owed. `ticket` changes with each new turn; whoever sent for an old one goes on."""

    person: bytes
    ticket: int
    generation: int
    sealed: bytes
    due: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class MessageRow:
    """The sealed id of a message in a chat. With `due` it is to be deleted, and is nobody's any more."""

    id: int
    person: bytes | None
    sealed: bytes
    at: int
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """That somebody is to be told when something of a topic changes.

    Attributes:
        region: "" for changes that concern the whole country alone.
        sealed: The address and its language.
        told: The last notice that was sent, or was about to be.
    """

    person: bytes
    topic: str
    region: str
    sealed: bytes
    made: int
    told: int = 0


@dataclass(frozen=True, slots=True)
class Quit:
    """The end of a subscription; of all of a person's when `topic` is empty."""

    person: bytes
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What one person's turns of a batch write.

    Attributes:
        person: Whose row is written.
        read: The revision that was read; None when there was no row.
        row: The new row; None forgets the session.
        was: The person key the row was found under, when that is a former one.
        marks: Updates that are done with this.
        owed: The reply that is owed now.
        wipe: Everything shown to this person is to be deleted.
        messages: New message ids to keep, or (with `due`) to delete.
        notices: Subscriptions begun and ended, in this order.
    """

    person: bytes
    read: int | None
    row: SessionRow | None
    was: bytes | None = None
    marks: tuple[int, ...] = ()
    owed: OwedRow | None = None
    wipe: bool = False
    messages: tuple[MessageRow, ...] = ()
    notices: tuple[Subscription | Quit, ...] = ()
    idle: bool = False  # nothing but marks and an owed reply: the session is neither read nor written


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an owed reply.

    Attributes:
        messages: What was put into the chat under `generation`.
        screen: What is shown now; None when that has not changed.
        again: When to try again; None when the reply is no longer owed.
        in_hand: With `again`: this process sends it meanwhile. Else whoever comes first may.
        then: A reply owed later in its place, such as the cover of a discreet screen.
    """

    person: bytes
    ticket: int
    generation: int
    messages: tuple[MessageRow, ...] = ()
    screen: bytes | None = None
    again: int | None = None
    in_hand: bool = False
    then: OwedRow | None = None


@dataclass(slots=True)
class Outcome:
    """What a commit found.

    Attributes:
        lost: People whose session another process wrote meanwhile: nothing of their step was written.
        elsewhere: People whose owed reply another living process is about to send.
        doomed: By person, rows of messages that must go now.
        reopened: People for whom a newer reply is owed than the one settled.
    """

    lost: set[bytes] = field(default_factory=set)
    elsewhere: set[bytes] = field(default_factory=set)
    doomed: dict[bytes, list[MessageRow]] = field(default_factory=dict)
    reopened: set[bytes] = field(default_factory=set)


class Store(Protocol):
    """One process's hands on the database. `holder` names the process."""

    holder: str
    exclusive: bool  # no other process writes

    async def read(self, persons: list[bytes], marks: list[int]) -> tuple[dict[bytes, SessionRow], set[int]]:
        """The sessions of these people, and which of these marks are done."""
        ...

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        """Write everything of a batch in one transaction, at most one step a person.

        Raises:
            StoreDownError: nothing was written, or it is not known whether it was.
        """
        ...

    async def claim(self, now: int, limit: int) -> list[OwedRow]:
        """Take into this process's hands owed replies that are due, or whose process died."""
        ...

    async def read_owed(self, persons: list[bytes]) -> list[OwedRow]: ...

    async def count_owed(self) -> tuple[int, int]:
        """How many replies are owed, and the earliest `due` among them (0 when there is none)."""
        ...

    async def claim_deletions(self, now: int, limit: int) -> list[MessageRow]:
        """Messages that should have been deleted by now; the next claim sees them a minute later."""
        ...

    async def finish_deletions(self, done: list[int], later: list[int], due: int) -> None:
        """Forget what is deleted; look at the others again when due."""
        ...

    async def hold(self, name: str, now: int, life: int) -> bool:
        """Take or renew a lease; False while another living process has it."""
        ...

    async def release(self) -> None:
        """Give back every lease, at a clean stop."""
        ...

    async def purge(self, now: int, retention: int) -> int:
        """Forget sessions idle for `retention`, and marks and message ids past their time."""
        ...

    async def find_stale(self, key_id: bytes, limit: int) -> list[SessionRow]:
        """Sessions sealed under another key than this one."""
        ...

    async def read_meta(self, name: str) -> bytes | None: ...

    async def write_meta(self, name: str, value: bytes) -> None: ...

    async def ping(self) -> None:
        """Raises StoreDownError when the database does not answer."""
        ...

    async def close(self) -> None: ...

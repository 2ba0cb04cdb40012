"""What the web is built from. Only `bot/app.py` fills it, and tests with fakes that work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute

from bot.folding import Arrival, Taken
from bot.handover import Handover
from bot.sealing import Sealer
from bot.store.base import SessionRow
from dialogs.engine import Engine


class Taker(Protocol):
    """Runs an arrival and returns once it is committed (`bot.turns.Turns`)."""

    async def take(self, arrival: Arrival) -> Taken: ...


class Reader(Protocol):
    """Reads sessions without changing them (`bot.store.base.Store`)."""

    async def read(
        self, persons: list[bytes], marks: list[int]
    ) -> tuple[dict[bytes, SessionRow], set[int]]: ...

    async def ping(self) -> None: ...


class NoteKeeper(Protocol):
    """Keeps that a record of the handbook is said to be wrong, for administrators."""

    async def add_note(self, record: str, reason: str, words: str, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything the pages need.

    Attributes:
        engine: The engine of the edition in use; asked anew for each request, since editions are swapped.
        public_url: The address people open; with https its cookies are Secure.
        handover: Passes answers to an operator and back; None where there is no console.
        routes: What else is served here: the console, the webhook, administrators' pages.
    """

    engine: Callable[[], Engine]
    turns: Taker
    store: Reader
    sealer: Sealer
    clock: Callable[[], datetime]
    notes: NoteKeeper
    public_url: str = ""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    handover: Handover | None = None
    routes: Sequence[BaseRoute] = ()

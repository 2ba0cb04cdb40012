"""What a turn works with, built once per edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from dialogs.base import Base
from dialogs.counting import Counting
from dialogs.edition import Edition
from dialogs.learned import Weighed
from dialogs.machine import Mover
from dialogs.screens.view import View
from dialogs.session import Session
from dialogs.words import AllWords


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found by words."""

    kind: Literal["entitlement", "contact", "topic"]
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a text was understood as; `regions` when it names one or, if unclear, several."""

    understood: bool
    hits: tuple[Hit, ...] = ()
    regions: tuple[str, ...] = ()


class Finder(Protocol):
    def find(self, text: str) -> Found: ...

    def known_words(self, text: str) -> tuple[str, ...]:
        """The words of a text that the base has, as the base spells them; all that may be counted of it."""
        ...


class Alarm(Protocol):
    def read(self, text: str) -> str | None: ...

    def weigh(self, text: str) -> Weighed | None: ...

    def find_like(self, base: Base, text: str) -> list[tuple[str, str, float]]: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """The edition, its machine, its words, and what reads typed text."""

    edition: Edition
    words: AllWords
    finder: Finder
    alarm: Alarm
    mover: Mover
    counting: Counting

    def view(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> View:
        words = self.words.get(session.language) or self.words[self.edition.languages[0]]
        return View(self.edition, session, words, now, tuple(notices))

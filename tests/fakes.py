"""Small stand-ins that work."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.folding import Due
from bot.keys import Keys
from bot.sealing import Sealer
from bot.store.base import MessageRow
from dialogs.moving import Turn, Wish
from dialogs.press import Handed, Incoming, Opened, Press, Said, Sent
from dialogs.reply import Choice, Heading, Paragraph, Reply
from dialogs.session import Session
from dialogs.words import Words

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WORDS = {"uk": Words("uk"), "en": Words("en")}
SECRET = "a secret of at least thirty-two characters"


class FakeTalk:
    """A dialogue whose screen says everything it knows, so that two equal screens mean equal sessions."""

    def turn(self, session: Session, incoming: Incoming, now: datetime) -> Turn:
        event, discard, notices, wish = "", False, [], None
        match incoming:
            case Press("answer", name, value):
                session = session.with_answer(name, (value,), now.date())._replace(state=f"asking.{name}")
            case Press("tick", name, value):
                before = session.here[name].choices if name in session.here else ()
                ticked = tuple(sorted({*before, value}))
                session = session.with_answer(name, ticked, now.date())._replace(state=f"asking.{name}")
            case Press("do", "hide" | "cover"):
                session, event = session._replace(state="hidden"), "hide"
            case Press("do", "erase"):
                session, event = Session(state="erased", language=session.language), "erase"
            case Press("set", "discreet", value):
                session = session._replace(discreet=value == "on")
            case Press("set", "notice", value):
                wish = Wish() if value == "off" else Wish(value, "UA-63")
            case Press("set", "unnotice", value):
                wish = Wish(value, ends=True)
            case Press("go", name, value):
                session = session._replace(state=name, arg=value)
            case Handed(presses, fault):
                notices = [fault] if fault else ["taken over"]
                for press in presses:
                    session = self.turn(session, press, now).session
            case Opened():
                session = session._replace(state="welcome")
            case Said("boom"):
                raise RuntimeError("the text of this error must not be logged: Olena")
            case Said("hide"):
                session, event = session._replace(state="hidden"), "hide"
            case Said("UA00 IBAN"):
                discard, notices = True, ["deleted"]
            case Said(text):
                session = session._replace(misses=session.misses + 1, state="search", arg=text)
            case Sent(what):
                discard, notices = what == "photo", [f"sent {what}"]
        if event != "erase":
            session = session._replace(seen=now)
        reply = replace(self.show(session, now, notices), discard=discard)
        return Turn(session, reply, event, wish=wish)  # type: ignore[arg-type]

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        answers = [f"{name}={'+'.join(a.choices)}" for name, a in sorted(session.here.items())]
        place = session.state if session.state not in ("hidden", "erased") else session.state.upper()
        blocks = (
            *(Paragraph(text, "note") for text in notices),
            Heading(place),
            Paragraph(f"arg={session.arg} misses={session.misses} answers: {' '.join(answers)}"),
        )
        rows = tuple((Choice(c, Press("answer", "q", c)),) for c in "abc")
        return Reply(
            blocks,
            (*rows, (Choice("Hide", Press("do", "hide")),)),
            keep=session.state == "card",
            sensitive=session.discreet,
            wipe={"hidden": "hide", "erased": "erase"}.get(session.state, ""),  # type: ignore[arg-type]
        )


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class FakeOutbox:
    """Keeps what a commit handed on."""

    sent: list[Due] = field(default_factory=list)
    deleted: list[MessageRow] = field(default_factory=list)
    room: int = 100

    def send(self, due: Due) -> None:
        self.sent.append(due)

    def delete(self, person: bytes, rows: list[MessageRow]) -> None:
        self.deleted.extend(rows)


def count_up(start: int = 1) -> Callable[[], int]:
    counter = itertools.count(start)
    return lambda: next(counter)


def make_sealer(*secrets: str, start: int = 1) -> Sealer:
    return Sealer(Keys(list(secrets) or [SECRET]), count_up(start))

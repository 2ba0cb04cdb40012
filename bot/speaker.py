"""The dialogue as the shell sees it: one turn, the present place, and the few replies about mishaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.sealing import Kind
from dialogs.moving import Turn
from dialogs.press import Incoming, Press
from dialogs.reply import Choice, Paragraph, Reply
from dialogs.session import Session
from dialogs.words import N_, AllWords, Words

SORRY = N_(
    "Something broke here, and your last message was not taken in. Your earlier answers are kept. "
    "If it is urgent, call: the numbers are below."
)
SLOW = N_("That was a lot at once. Everything before is kept. Please wait a minute and go on.")


class Talk(Protocol):
    """What the shell needs of an engine."""

    def turn(self, session: Session, incoming: Incoming, now: datetime) -> Turn: ...

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply: ...


class Speaker:
    """The engine in use and its words; `swap` puts a new edition in their place between turns."""

    def __init__(self, talk: Talk, words: AllWords) -> None:
        self._talk = talk
        self._words = words

    def swap(self, talk: Talk, words: AllWords) -> None:
        self._talk, self._words = talk, words

    def turn(self, session: Session, incoming: Incoming, now: datetime) -> Turn:
        return self._talk.turn(session, incoming, now)

    def words(self, language: str) -> Words:
        return self._words.get(language) or next(iter(self._words.values()))

    def show(self, kind: Kind, session: Session | None, language: str, now: datetime) -> Reply:
        """The reply of that kind to a session; None is somebody whose session is gone."""
        if session is None:
            session = Session(language=language, state="erased" if kind == "erased" else "welcome")
        say = self.words(session.language).gettext
        here = f"{session.state}~{session.arg}"
        if kind == "slow":
            return self._talk.show(session, now, [say(SLOW)])
        if kind != "sorry":
            return self._talk.show(session, now)
        try:
            return self._talk.show(session._replace(state="urgent", arg=here), now, [say(SORRY)])
        except Exception:  # whatever broke the turn may break this too, and a word must still be said
            menu = Choice(say(N_("Menu")), Press("go", "more"))
            return Reply((Paragraph(say(SORRY)),), ((menu,),))

"""One turn: a pure function of the session, what came in, and the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs.counting import Counting
from dialogs.edition import Edition
from dialogs.machine import Mover, share_mover
from dialogs.moving import Turn
from dialogs.press import Handed, Incoming, Opened, Press, Said, Sent
from dialogs.reply import Reply
from dialogs.screens.draw import draw
from dialogs.session import Session
from dialogs.stepping import Stepping
from dialogs.tools import Alarm, Finder, Tools
from dialogs.words import AllWords

KYIV = ZoneInfo("Europe/Kyiv")
IDLE = timedelta(minutes=30)


class Engine:
    """The dialogue of one edition."""

    def __init__(
        self, edition: Edition, words: AllWords, finder: Finder, alarm: Alarm, mover: Mover | None = None
    ) -> None:
        self.edition = edition
        self.tools = Tools(
            edition, words, finder, alarm, mover or share_mover(edition.names), Counting(edition)
        )

    def turn(self, session: Session, incoming: Incoming, now: datetime) -> Turn:
        """Take what came in and say what comes next.

        A press of any age sets the answer it names; a choice this edition no longer has changes
        nothing, and the person is shown where they are.
        """
        now = now.astimezone(KYIV)
        if session.state == "erased":  # whatever comes after an erasure comes from a new person
            session = Session(language=session.language)
        idle = session.seen is not None and now - session.seen >= IDLE
        step = Stepping(self.tools, session, now)
        match incoming:
            case Press():
                step.press(incoming)
            case Opened(payload):
                step.open(idle, payload)
            case Handed():
                step.take_over(incoming)
            case Said(text):
                step.hear(text, idle)
            case Sent(what, caption):
                step.receive(what, idle, caption)
        return step.finish()

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        """The place where the session is, drawn anew."""
        return draw(self.tools.view(session, now.astimezone(KYIV), notices))

"""The ground of a turn: moving the session, leaving it aside, saying things."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from dialogs.guidance import Listed, list_entitlements
from dialogs.reply import Reply
from dialogs.screens.draw import draw
from dialogs.session import Session
from dialogs.tools import Tools
from dialogs.words import N_, Words

# Left by "go back": their argument holds where the person came from.
ASIDE = ("urgent", "handover", "crisis", "cover", "hidden", "erase")
Event = Literal["", "hide", "erase", "restart", "handover", "crisis"]


@dataclass(frozen=True, slots=True)
class Wish:
    """To be told when something of a topic changes, there or in the whole country; without a topic: no more.

    `ends` takes that one topic back.
    """

    topic: str = ""
    region: str = ""
    ends: bool = False


class Turn(NamedTuple):
    """What a turn led to. `event` lets the shell act: delete messages, hand over;
    `counted` are cells to add to, and `wish` is kept apart from the session.
    """

    session: Session
    reply: Reply
    event: Event = ""
    counted: tuple[str, ...] = ()
    wish: Wish | None = None


class Moving:
    """The work of one turn; lives for that turn only."""

    def __init__(self, tools: Tools, session: Session, now: datetime) -> None:
        self.tools = tools
        self.edition = tools.edition
        self.before = session
        self.session = session
        self.now = now
        self.notices: list[str] = []
        self.heard: list[str] = []
        self.wish: Wish | None = None
        self.event: Event = ""
        self.discard = False
        if session.edition and session.edition != self.edition.id and self.state_is_gone():
            self.move("welcome")

    def finish(self) -> Turn:
        if self.event != "erase":
            self.session = self.session._replace(seen=self.now, edition=self.edition.id)
        view = self.tools.view(self.session, self.now, self.notices)
        if view.unsafe and self.session.answers is not self.before.answers:
            self.stop_notices()
            view = self.tools.view(self.session, self.now, self.notices)
        reply = draw(view)
        if self.discard:
            reply = replace(reply, discard=True)
        counted = (
            () if self.event == "erase" else self.tools.counting.count(self.before, view, reply, self.heard)
        )
        return Turn(self.session, reply, self.event, counted, self.wish)

    def state_is_gone(self) -> bool:
        return self.session.state not in self.tools.mover.states

    def move(self, place: str, arg: str = "") -> None:
        """Let the machine move the session; a refused move is a fault of the rule book, not of the person."""
        state = self.tools.mover.move(self.session.state, place)
        self.session = self.session._replace(state=state, arg=arg)

    def aside(self, place: str, head: str = "") -> None:
        """Go somewhere from which "go back" leads to where the person was."""
        if self.session.state in ASIDE:
            origin = (
                self.session.arg.partition("~")[2] if self.session.state == "crisis" else self.session.arg
            )
        else:
            origin = f"{self.session.state}~{self.session.arg}"
        self.move(place, f"{head}~{origin}" if head else origin)

    def cover(self) -> None:
        """Show only a neutral line; in discreet mode what was shown goes too."""
        if self.session.discreet:
            self.event = "hide"
        self.aside("cover")

    def resume(self) -> None:
        arg = self.session.arg
        if self.session.state == "crisis":
            arg = arg.partition("~")[2]
        if self.session.state not in ASIDE:
            return
        state, _, rest = arg.partition("~")
        if state in self.tools.mover.states and state not in (*ASIDE, "erased"):
            self.move(state, rest)
        else:
            self.move("welcome")

    def stop_notices(self) -> None:
        self.wish = Wish()
        if self.session.notices:
            self.session = self.session._replace(notices=())

    def gone(self) -> None:
        self.notices.append(self.say(N_("That choice is no longer in the directory. Here is where you are.")))

    def words(self) -> Words:
        return self.tools.words.get(self.session.language) or self.tools.words[self.edition.languages[0]]

    def say(self, message: str) -> str:
        return self.words().gettext(message)

    def listed(self) -> tuple[Listed, ...]:
        known = self.edition.know(self.session.here, self.now.date())
        return list_entitlements(self.edition, known, self.now.date())

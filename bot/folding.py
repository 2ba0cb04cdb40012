"""One person's arrivals of a batch, run in order over their session, and what that writes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.sealing import Errand, Follower, Kind, Known, Sealer, Shown
from bot.speaker import Speaker
from bot.store.base import HOLD, MessageRow, OwedRow, Quit, SessionRow, Step, Subscription
from dialogs.moving import Event, Wish
from dialogs.press import Incoming
from dialogs.reply import Reply
from dialogs.session import Session

TRIES = 3  # an update that fails so often is put aside
log = structlog.get_logger("turns")


class Arrival(NamedTuple):
    """Something that came in, and where to answer.

    Attributes:
        address: Who it is, within their channel: `tg:12345`.
        mark: The update's number; a number done before changes nothing. None for channels that cannot repeat.
        chat: Where a reply is owed; None when the caller hands it back itself.
        edit: The message that was pressed.
        own: The person's own message, to be deleted at a hide.
        seen: To be run only if nothing came in since that moment.
    """

    address: str
    incoming: Incoming
    mark: int | None = None
    chat: int | None = None
    edit: int | None = None
    own: int | None = None
    seen: datetime | None = None


class Taken(NamedTuple):
    """What a committed arrival led to. `repeat`: it was done before, and changed nothing."""

    session: Session
    reply: Reply
    event: Event = ""
    repeat: bool = False


class Due(NamedTuple):
    """An owed reply in this process's hands. `reply` None is to be drawn from the session.

    `reread`: no turn of this process made it, so the session may have gone on elsewhere since it was read.
    """

    owed: OwedRow
    errand: Errand
    session: Session | None
    reply: Reply | None = None
    screen: bytes | None = None
    reread: bool = False


@dataclass(slots=True)
class Fold:
    """What one person's arrivals lead to."""

    step: Step
    taken: list[Taken]
    due: Due | None = None
    doomed: list[MessageRow] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)


class Folder:
    """Folds arrivals into steps."""

    def __init__(self, speaker: Speaker, sealer: Sealer) -> None:
        self._speaker = speaker
        self._sealer = sealer

    def fold(
        self,
        person: bytes,
        arrivals: list[Arrival],
        known: Known | None,
        row: SessionRow | None,
        done: set[int],
        now: datetime,
        owing: bool = False,
        slow: frozenset[int] = frozenset(),
        aside: bool = False,
    ) -> Fold:
        """Run the arrivals in order.

        Args:
            known: The opened session; None for somebody new, or when `row` could not be opened.
            row: The row that was read, under whatever key.
            done: Marks that were done before.
            owing: A reply to this person is owed already.
            slow: Positions of arrivals that come too fast: not run, only answered.
            aside: What these lead to cannot be written: mark them done and apologise.
        """
        run = _Run(self._speaker, self._sealer, person, known, row, done, now, owing)
        for at, arrival in enumerate(arrivals):
            if aside:
                run.put_aside(arrival)
            else:
                run.take(arrival, at in slow)
        return run.finish()


class _Run:
    """The work of one fold."""

    def __init__(
        self,
        speaker: Speaker,
        sealer: Sealer,
        person: bytes,
        known: Known | None,
        row: SessionRow | None,
        done: set[int],
        now: datetime,
        owing: bool,
    ) -> None:
        self._speaker, self._sealer = speaker, sealer
        self._person, self._row, self._done = person, row, set(done)
        self._owing = owing
        self._now = now.replace(microsecond=0)  # a session keeps whole seconds
        self._ms = int(now.timestamp() * 1000)
        self._session = known.session if known else None
        self._language = self._session.language if self._session else "uk"
        self._generation = row.generation if row else 0
        self._touched = False
        self._wipe = False
        self._marks: list[int] = []
        self._messages: list[MessageRow] = []
        self._doomed: list[MessageRow] = []
        self._errand: Errand | None = None
        self._reply: Reply | None = None
        self._taken: list[Taken] = []
        self._counted: list[str] = []
        self._notices: list[Subscription | Quit] = []
        self._address = known.address if known else ""

    def take(self, arrival: Arrival, slow: bool) -> None:
        self._address = arrival.address
        if arrival.mark is not None and arrival.mark in self._done:
            self._repeat(arrival)
            return
        if arrival.seen is not None and (self._session is None or self._session.seen != arrival.seen):
            self._taken.append(Taken(self._session or Session(), Reply(())))
            return
        if slow:
            self._answer(arrival, "slow")
            return
        for left in reversed(range(TRIES)):
            try:
                turn = self._speaker.turn(self._stand(arrival), arrival.incoming, self._now)
            except Exception as error:  # the update is at fault, whatever it is; its text is not logged
                if left == 0:
                    log.error("update put aside", error=type(error).__name__, tries=TRIES, where=_find(error))
                    self._begin()
                    self.put_aside(arrival)
            else:
                self._mark(arrival)
                self._counted += turn.counted
                if turn.wish is not None or turn.event == "erase":
                    self._follow(arrival, turn.wish or Wish(), turn.session.language)
                self._apply(arrival, turn.session, turn.reply, turn.event)
                return

    def _stand(self, arrival: Arrival) -> Session:
        """The session, in the channel where it goes on."""
        session = self._session or Session()
        reachable = arrival.chat is not None
        return session if session.reachable == reachable else session._replace(reachable=reachable)

    def _follow(self, arrival: Arrival, wish: Wish, language: str) -> None:
        """Begin or end a subscription, under whatever key the person stands."""
        persons = self._sealer.keys.find_persons(arrival.address)
        begins = bool(wish.topic) and not wish.ends
        self._notices += [Quit(p, wish.topic) for p in (persons[1:] if begins else persons)]
        if begins and arrival.chat is not None:
            sealed = self._sealer.seal_follower(self._person, Follower(arrival.address, language))
            self._notices.append(Subscription(self._person, wish.topic, wish.region, sealed, self._ms))

    def _begin(self) -> None:
        """Somebody new gets a session even so: without one a later hide would not know what was shown."""
        if self._session is None:
            self._session, self._touched, self._generation = Session(), True, self._sealer.draw()

    def put_aside(self, arrival: Arrival) -> None:
        self._mark(arrival)
        self._keep_own(arrival, doom=False)
        self._answer(arrival, "sorry")

    def _mark(self, arrival: Arrival) -> None:
        if arrival.mark is not None:
            self._marks.append(arrival.mark)
            self._done.add(arrival.mark)

    def _apply(self, arrival: Arrival, session: Session, reply: Reply, event: Event) -> None:
        self._touched = True
        self._language = session.language
        fresh = self._session is None
        self._session = None if event == "erase" else session
        if event in ("hide", "erase"):
            self._wipe_all(arrival)
            self._generation = 0 if event == "erase" else self._sealer.draw()
        elif fresh:
            self._generation = self._sealer.draw()
        self._keep_own(arrival, doom=reply.discard or event in ("hide", "erase"))
        if arrival.chat is not None:
            edit = None if self._wipe else arrival.edit  # what was pressed before a hide is being deleted
            self._owe(Errand(arrival.chat, edit, "erased" if event == "erase" else "", self._language), reply)
        self._taken.append(Taken(session, reply, event))

    def _wipe_all(self, arrival: Arrival) -> None:
        """Everything shown is to go, also what this very batch was about to keep, the pressed message, and the screen.

        The screen stands there for days, longer than the ids of what was sent are kept.
        """
        self._wipe = True
        self._doom(*self._messages)
        self._messages = []
        if arrival.chat is None:
            return
        ids = {arrival.edit} if arrival.edit is not None else set()
        if self._row is not None and (screen := self._sealer.open_screen(self._row.person, self._row.screen)):
            ids.update(screen.ids)
        for id in sorted(ids):
            shown = Shown(arrival.chat, id, mine=True)
            self._doom(self._sealer.seal_message(shown, None, self._ms))

    def _keep_own(self, arrival: Arrival, doom: bool) -> None:
        if arrival.chat is None or arrival.own is None:
            return
        shown = Shown(arrival.chat, arrival.own, mine=False)
        message = self._sealer.seal_message(shown, self._person, self._ms)
        if doom:
            self._doom(message)
        elif self._session is not None:
            self._messages.append(message)

    def _doom(self, *rows: MessageRow) -> None:
        self._doomed += [replace(row, person=None, due=self._ms + HOLD) for row in rows]

    def _owe(self, errand: Errand, reply: Reply) -> None:
        self._errand, self._reply = errand, reply

    def _answer(self, arrival: Arrival, kind: Kind) -> None:
        """Say what no turn led to: an apology, a word about haste."""
        reply = self._speaker.show(kind, self._session, self._language, self._now)
        if arrival.chat is not None:
            self._owe(Errand(arrival.chat, None if self._wipe else arrival.edit, kind, self._language), reply)
        self._taken.append(Taken(self._session or Session(), reply))

    def _repeat(self, arrival: Arrival) -> None:
        """Show the place once more, in the message that shows it, unless a reply is on its way anyway."""
        kind: Kind = "again" if self._session else "erased"
        reply = self._speaker.show(kind, self._session, self._language, self._now)
        self._taken.append(Taken(self._session or Session(), reply, repeat=True))
        if arrival.chat is None or self._errand is not None or self._owing:
            return
        self._owe(Errand(arrival.chat, None, kind, self._language), reply)

    def finish(self) -> Fold:
        read = self._row
        row = None
        if read is not None and read.person != self._person and self._session is not None:
            self._touched = True  # a row under a former key moves at the first chance
        if self._touched and self._session is not None:
            if self._generation == 0:
                self._generation = self._sealer.draw()
            row = SessionRow(
                self._person,
                read.revision + 1 if read else 1,
                self._generation,
                self._sealer.seal_session(self._person, self._address, self._session),
                self._ms,
            )
        due = None
        if self._errand is not None:
            owed = self._sealer.seal_owed(self._person, self._generation, self._errand, self._ms + HOLD)
            screen = read.screen if read and not self._wipe and read.person == self._person else None
            due = Due(owed, self._errand, self._session, self._reply, screen, reread=not self._touched)
        step = Step(
            self._person,
            read.revision if read and self._touched else None,
            row,
            was=read.person if read and self._touched and read.person != self._person else None,
            marks=tuple(self._marks),
            owed=due.owed if due else None,
            wipe=self._wipe,
            messages=(*self._messages, *self._doomed),
            notices=tuple(self._notices),
            idle=not self._touched,
        )
        return Fold(step, self._taken, due, self._doomed, self._counted)


def _find(error: BaseException) -> str:
    """Where an error arose: file and line, never a value."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}" if at else ""

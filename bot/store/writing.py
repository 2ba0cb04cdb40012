"""Writes a batch: everything that turns and sent replies lead to, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, update

from bot.store.base import HOLD, MessageRow, Outcome, OwedRow, SessionRow, Settled, Step
from bot.store.notices import write_notices
from bot.store.tables import leases, marks, messages, owed, sessions

_T = TypeVar("_T")
_LEAST_IN, _MAX_IN = 4, 512  # bound values of one statement; old SQLite takes 999
MESSAGE_COLUMNS = (messages.c.id, messages.c.person, messages.c.sealed, messages.c.at, messages.c.due)

_UPDATE = (
    update(sessions)
    .where(sessions.c.person == bindparam("p"), sessions.c.revision == bindparam("o"))
    .values(revision=bindparam("r"), generation=bindparam("g"), sealed=bindparam("s"), seen=bindparam("t"))
)
_CLEAR_SCREEN = update(sessions).where(sessions.c.person == bindparam("p")).values(screen=None)
_SCREEN = update(sessions).where(sessions.c.person == bindparam("p")).values(screen=bindparam("s"))
_FORGET = delete(sessions).where(sessions.c.person == bindparam("p"))
_DROP_OWED = delete(owed).where(owed.c.person == bindparam("p"))
_DONE = delete(owed).where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
_AGAIN = (
    update(owed)
    .where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
    .values(due=bindparam("d"), attempts=owed.c.attempts + 1, holder=bindparam("h"))
)
_THEN = (
    update(owed)
    .where(owed.c.person == bindparam("p"), owed.c.ticket == bindparam("k"))
    .values(
        ticket=bindparam("n"),
        generation=bindparam("g"),
        sealed=bindparam("s"),
        due=bindparam("d"),
        attempts=0,
        holder="",
    )
)


class Writing:
    """What a batch writes, under one holder."""

    def __init__(self, insert: Callable[..., Any], holder: str, exclusive: bool) -> None:
        """`insert` is the dialect's; `exclusive` tells that no other process writes."""
        self._insert, self._holder, self._exclusive = insert, holder, exclusive
        self._add_sessions = self._insert(sessions).on_conflict_do_nothing().returning(sessions.c.person)
        self._add_marks = self._insert(marks).on_conflict_do_nothing()
        # A commit that did not say it happened is made again, with the same rows.
        self._add_messages = self._insert(messages).on_conflict_do_nothing()
        owe = self._insert(owed)
        new = owe.excluded
        living = bindparam("now", type_=leases.c.until.type)
        # As text: of a column the query would read the whole table, and take any reply's holder for this one's.
        mine = literal_column("owed.holder", owed.c.holder.type)
        keeper = select(leases.c.holder).where(leases.c.holder == mine, leases.c.until > living).limit(1)
        self._owe = owe.on_conflict_do_update(
            index_elements=[owed.c.person],
            set_={
                "ticket": new.ticket,
                "generation": new.generation,
                "sealed": new.sealed,
                "due": new.due,
                "attempts": new.attempts,
                "holder": new.holder if exclusive else func.coalesce(keeper.scalar_subquery(), new.holder),
            },
        )

    def write(self, db: Connection, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        outcome = Outcome()
        current = self._lock_rows(db, steps, settled)
        if settled:
            self._settle(db, settled, current, now, outcome)
        if steps:
            self._step(db, steps, current, now, outcome)
        return outcome

    def _lock_rows(
        self, db: Connection, steps: list[Step], settled: list[Settled]
    ) -> dict[bytes, tuple[int, int]]:
        """Revision and generation of everybody concerned; always locked in one order, so no deadlock."""
        wanted = {s.was or s.person for s in steps if not s.idle}
        wanted.update(s.person for s in settled if s.messages or s.screen is not None or s.then is not None)
        found: dict[bytes, tuple[int, int]] = {}
        for part in parts(sorted(wanted)):
            query = (
                select(sessions.c.person, sessions.c.revision, sessions.c.generation)
                .where(sessions.c.person.in_(part))
                .order_by(sessions.c.person)
                .with_for_update()
            )
            found.update((row.person, (row.revision, row.generation)) for row in db.execute(query))
        return found

    def _settle(
        self,
        db: Connection,
        settled: list[Settled],
        current: dict[bytes, tuple[int, int]],
        now: int,
        outcome: Outcome,
    ) -> None:
        kept: list[MessageRow] = []
        screens, done, again, then = [], [], [], []
        for one in settled:
            alive = one.person in current and current[one.person][1] == one.generation
            for message in one.messages:
                if alive:
                    kept.append(message)
                else:
                    doomed = MessageRow(message.id, None, message.sealed, message.at, now + HOLD)
                    kept.append(doomed)
                    outcome.doomed.setdefault(one.person, []).append(doomed)
            if alive and one.screen is not None:
                screens.append({"p": one.person, "s": one.screen})
            key = {"p": one.person, "k": one.ticket}
            if one.again is not None:
                again.append({**key, "d": one.again, "h": self._holder if one.in_hand else ""})
            elif one.then is not None and alive:
                later = one.then
                then.append(
                    {**key, "n": later.ticket, "g": later.generation, "s": later.sealed, "d": later.due}
                )
            else:
                done.append(key)
        many(db, self._add_messages, [_message_values(m) for m in kept])
        many(db, _SCREEN, screens)
        many(db, _DONE, done)
        many(db, _AGAIN, again)
        tickets = {one.person: one.ticket for one in settled}
        for part in parts(list(tickets)):
            mine = select(owed.c.person, owed.c.ticket).where(
                owed.c.person.in_(part), owed.c.holder == self._holder
            )
            for person, ticket in db.execute(mine):
                if ticket != tickets[person]:
                    outcome.reopened.add(person)
        many(db, _THEN, then)

    def _step(
        self,
        db: Connection,
        steps: list[Step],
        current: dict[bytes, tuple[int, int]],
        now: int,
        outcome: Outcome,
    ) -> None:
        for step in steps:
            found = current.get(step.was or step.person)
            if not step.idle and (found[0] if found else None) != step.read:
                outcome.lost.add(step.person)
        new = [s for s in steps if not s.idle and s.read is None and s.row and s.person not in outcome.lost]
        if new:
            rows = db.execute(self._add_sessions, [_session_values(s.row) for s in new if s.row])
            added = set(rows.scalars())
            outcome.lost.update(s.person for s in new if s.person not in added)
        winners = [s for s in steps if s.person not in outcome.lost]
        write_notices(db, self._insert, [change for s in winners for change in s.notices])
        moved = [s for s in winners if s.was is not None]
        for step in moved:
            self._move(db, step.was or b"", step.person)
        known = [s for s in winners if not s.idle and s.read is not None]
        many(db, _UPDATE, [_update_values(s.row, s.read) for s in known if s.row])
        many(db, _FORGET, [{"p": s.person} for s in known if s.row is None])
        many(db, self._add_marks, [{"mark": m, "at": now} for s in winners for m in s.marks])
        for step in winners:
            if step.wipe:
                outcome.doomed[step.person] = self._wipe(db, step, now)
        many(db, self._add_messages, [_message_values(m) for s in winners for m in s.messages])
        self._owe_all(db, winners, now, outcome)

    def _owe_all(self, db: Connection, winners: list[Step], now: int, outcome: Outcome) -> None:
        rows = [s.owed for s in winners if s.owed is not None]
        if not rows:
            return
        values = [{**_owed_values(row), "holder": self._holder} for row in rows]
        if self._exclusive:
            db.execute(self._owe, values)
            return
        # One statement a row: the lease is looked up with a value of its own, which a joined INSERT cannot carry.
        many(db, self._owe, [{**v, "now": now} for v in values])
        for part in parts([row.person for row in rows]):
            others = select(owed.c.person).where(owed.c.person.in_(part), owed.c.holder != self._holder)
            outcome.elsewhere.update(db.execute(others).scalars())

    def _wipe(self, db: Connection, step: Step, now: int) -> list[MessageRow]:
        doom = (
            update(messages)
            .where(messages.c.person == step.person)
            .values(person=None, due=now + HOLD)
            .returning(*MESSAGE_COLUMNS)
        )
        rows = [MessageRow(*row) for row in db.execute(doom)]
        if step.row is not None:
            db.execute(_CLEAR_SCREEN, {"p": step.person})
        if step.owed is None:
            db.execute(_DROP_OWED, {"p": step.person})
        return rows

    def _move(self, db: Connection, was: bytes, person: bytes) -> None:
        for table in (sessions, owed, messages):
            db.execute(update(table).where(table.c.person == was).values(person=person))
        db.execute(_CLEAR_SCREEN, {"p": person})  # it is sealed to the row it stood in


def many(db: Connection, statement: Any, values: list[dict[str, Any]]) -> None:
    if values:
        db.execute(statement, values)


def parts(items: Sequence[_T]) -> list[Sequence[_T]]:
    """The values of one `IN` each, the last of them repeated: a database keeps what it made of a statement by its text,
    so there are few lengths.
    """
    return [_fill_up(items[at : at + _MAX_IN]) for at in range(0, len(items), _MAX_IN)]


def _fill_up(part: Sequence[_T]) -> Sequence[_T]:
    length = max(_LEAST_IN, 1 << (len(part) - 1).bit_length())
    return [*part, *[part[-1]] * (length - len(part))]


def _session_values(row: SessionRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "revision": row.revision,
        "generation": row.generation,
        "sealed": row.sealed,
        "seen": row.seen,
        "screen": row.screen,
    }


def _update_values(row: SessionRow, read: int | None) -> dict[str, Any]:
    return {
        "p": row.person,
        "o": read,
        "r": row.revision,
        "g": row.generation,
        "s": row.sealed,
        "t": row.seen,
    }


def _owed_values(row: OwedRow) -> dict[str, Any]:
    return {
        "person": row.person,
        "ticket": row.ticket,
        "generation": row.generation,
        "sealed": row.sealed,
        "due": row.due,
        "attempts": row.attempts,
    }


def _message_values(row: MessageRow) -> dict[str, Any]:
    return {"id": row.id, "person": row.person, "sealed": row.sealed, "at": row.at, "due": row.due}

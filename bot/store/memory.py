"""A store in memory that keeps the same promises; several may share one `Disk`, as processes do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.store.base import (
    HOLD,
    KEEP_MARKS,
    KEEP_MESSAGES,
    KEEP_NOTICES,
    MessageRow,
    Outcome,
    OwedRow,
    SessionRow,
    Settled,
    Step,
    Subscription,
)
from bot.store.slips import Rewrite


@dataclass(slots=True)
class Disk:
    """What outlives a process."""

    sessions: dict[bytes, SessionRow] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    owed: dict[bytes, tuple[OwedRow, str]] = field(default_factory=dict)
    messages: dict[int, MessageRow] = field(default_factory=dict)
    leases: dict[str, tuple[str, int]] = field(default_factory=dict)
    meta: dict[str, bytes] = field(default_factory=dict)
    subscriptions: dict[tuple[bytes, str], Subscription] = field(default_factory=dict)
    slips: dict[bytes, tuple[bytes, int]] = field(default_factory=dict)
    tries: dict[bytes, tuple[int, int]] = field(default_factory=dict)


class MemoryStore:
    """Nothing awaits inside, so every call is one transaction."""

    def __init__(self, disk: Disk | None = None, holder: str = "memory", exclusive: bool = False) -> None:
        self.disk = disk or Disk()
        self.holder = holder
        self.exclusive = exclusive
        if exclusive:
            self.disk.leases.clear()

    async def read(self, persons: list[bytes], marks: list[int]) -> tuple[dict[bytes, SessionRow], set[int]]:
        sessions = self.disk.sessions
        return {p: sessions[p] for p in persons if p in sessions}, self.disk.marks.keys() & set(marks)

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        outcome = Outcome()
        for one in settled:
            self._settle(one, now, outcome)
        for step in steps:
            self._step(step, now, outcome)
        return outcome

    def _settle(self, one: Settled, now: int, outcome: Outcome) -> None:
        session = self.disk.sessions.get(one.person)
        alive = session is not None and session.generation == one.generation
        for message in one.messages:
            row = message if alive else replace(message, person=None, due=now + HOLD)
            self.disk.messages[row.id] = row
            if not alive:
                outcome.doomed.setdefault(one.person, []).append(row)
        if session is not None and alive and one.screen is not None:
            self.disk.sessions[one.person] = replace(session, screen=one.screen)
        row_owed, holder = self.disk.owed.get(one.person, (None, ""))
        if row_owed is None:
            return
        if row_owed.ticket != one.ticket:
            if holder == self.holder:
                outcome.reopened.add(one.person)
        elif one.again is not None:
            later = replace(row_owed, due=one.again, attempts=row_owed.attempts + 1)
            self.disk.owed[one.person] = (later, holder if one.in_hand else "")
        elif one.then is not None and alive:
            self.disk.owed[one.person] = (one.then, "")
        else:
            del self.disk.owed[one.person]

    def _step(self, step: Step, now: int, outcome: Outcome) -> None:
        disk = self.disk
        if not step.idle:
            current = disk.sessions.get(step.was or step.person)
            if (current.revision if current else None) != step.read:
                outcome.lost.add(step.person)
                return
            if step.was is not None:
                self._move(step.was, step.person)
            if step.row is None:
                disk.sessions.pop(step.person, None)
            else:
                screen = None if step.wipe or step.was or current is None else current.screen
                disk.sessions[step.person] = replace(step.row, screen=screen)
        for mark in step.marks:
            disk.marks.setdefault(mark, now)
        for change in step.notices:
            if isinstance(change, Subscription):
                had = disk.subscriptions.get((change.person, change.topic))
                told = had.told if had is not None else change.told
                disk.subscriptions[change.person, change.topic] = replace(change, told=told)
            else:
                for person, topic in list(disk.subscriptions):
                    if person == change.person and change.topic in ("", topic):
                        del disk.subscriptions[person, topic]
        if step.wipe:
            for row in [m for m in disk.messages.values() if m.person == step.person]:
                disk.messages[row.id] = doomed = replace(row, person=None, due=now + HOLD)
                outcome.doomed.setdefault(step.person, []).append(doomed)
        for message in step.messages:
            disk.messages[message.id] = message
        if step.owed is not None:
            _, holder = disk.owed.get(step.person, (None, ""))
            if not self._is_alive(holder, now):
                holder = self.holder
            disk.owed[step.person] = (step.owed, holder)
            if holder != self.holder:
                outcome.elsewhere.add(step.person)
        elif step.wipe:
            disk.owed.pop(step.person, None)

    def _move(self, was: bytes, person: bytes) -> None:
        disk = self.disk
        row = disk.sessions.pop(was)
        disk.sessions[person] = replace(row, person=person, screen=None)
        if was in disk.owed:
            owed, holder = disk.owed.pop(was)
            disk.owed[person] = (replace(owed, person=person), holder)
        for message in [m for m in disk.messages.values() if m.person == was]:
            disk.messages[message.id] = replace(message, person=person)

    def _is_alive(self, holder: str, now: int) -> bool:
        return holder == self.holder or any(
            who == holder and until > now for who, until in self.disk.leases.values()
        )

    async def claim(self, now: int, limit: int) -> list[OwedRow]:
        claimed: list[OwedRow] = []
        for row, holder in sorted(self.disk.owed.values(), key=lambda pair: pair[0].due):
            dead = holder != "" and not self._is_alive(holder, now)
            free = holder in ("", self.holder) and row.due <= now
            if (dead or free) and len(claimed) < limit:
                self.disk.owed[row.person] = (replace(row, due=now + HOLD), self.holder)
                claimed.append(row)
        return claimed

    async def read_owed(self, persons: list[bytes]) -> list[OwedRow]:
        return [self.disk.owed[p][0] for p in persons if p in self.disk.owed]

    async def count_owed(self) -> tuple[int, int]:
        dues = [row.due for row, _ in self.disk.owed.values()]
        return len(dues), min(dues, default=0)

    async def claim_deletions(self, now: int, limit: int) -> list[MessageRow]:
        due = [m for m in self.disk.messages.values() if m.due is not None and m.due <= now]
        due = sorted(due, key=lambda m: m.due or 0)[:limit]
        for row in due:
            self.disk.messages[row.id] = replace(row, due=now + HOLD)
        return due

    async def finish_deletions(self, done: list[int], later: list[int], due: int) -> None:
        for id in done:
            self.disk.messages.pop(id, None)
        for id in later:
            if id in self.disk.messages:
                self.disk.messages[id] = replace(self.disk.messages[id], due=due)

    async def hold(self, name: str, now: int, life: int) -> bool:
        holder, until = self.disk.leases.get(name, ("", 0))
        if holder != self.holder and until > now:
            return False
        self.disk.leases[name] = (self.holder, now + life)
        return True

    async def release(self) -> None:
        for name in [n for n, (who, _) in self.disk.leases.items() if who == self.holder]:
            del self.disk.leases[name]

    async def purge(self, now: int, retention: int) -> int:
        disk = self.disk
        idle = [p for p, row in disk.sessions.items() if row.seen < now - retention]
        for person in idle:
            del disk.sessions[person]
        for mark in [m for m, at in disk.marks.items() if at < now - KEEP_MARKS]:
            del disk.marks[mark]
        for id in [m.id for m in disk.messages.values() if m.at < now - KEEP_MESSAGES]:
            del disk.messages[id]
        for key in [k for k, row in disk.subscriptions.items() if row.made < now - KEEP_NOTICES]:
            del disk.subscriptions[key]
        return len(idle)

    async def find_stale(self, key_id: bytes, limit: int) -> list[SessionRow]:
        stale = [row for row in self.disk.sessions.values() if row.sealed[: len(key_id)] != key_id]
        return sorted(stale, key=lambda row: row.person)[:limit]

    async def read_meta(self, name: str) -> bytes | None:
        return self.disk.meta.get(name)

    async def write_meta(self, name: str, value: bytes) -> None:
        self.disk.meta[name] = value

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None


class MemorySlips:
    """Slips of a `Disk`, with the promises of those in a database."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.disk = disk or Disk()

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        if self._find(digest, now) is not None:
            return False
        self.disk.slips[digest] = (sealed, until)
        return True

    async def read(self, digest: bytes, now: int) -> bytes | None:
        return self._find(digest, now)

    async def take(self, digest: bytes, now: int) -> bytes | None:
        found = self._find(digest, now)
        if found is not None:
            del self.disk.slips[digest]
        return found

    async def change(self, change: Rewrite, now: int) -> bool:
        sealed = self._find(change.slip, now)
        if sealed is None:
            return False
        after = change.work(sealed)
        if after is None:
            del self.disk.slips[change.slip]
        else:
            self.disk.slips[change.slip] = (after, change.until)
        return True

    async def spend(self, key: bytes, now: int, life: int) -> int:
        number, until = self.disk.tries.get(key, (0, 0))
        if until <= now:
            number, until = 0, now + life
        self.disk.tries[key] = (number + 1, until)
        return number + 1

    async def forgive(self, key: bytes) -> None:
        self.disk.tries.pop(key, None)

    async def purge(self, now: int) -> None:
        for kept in (self.disk.slips, self.disk.tries):
            for key in [key for key, (_, until) in kept.items() if until <= now]:
                del kept[key]

    def _find(self, digest: bytes, now: int) -> bytes | None:
        sealed, until = self.disk.slips.get(digest, (None, 0))
        return sealed if until > now else None

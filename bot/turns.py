"""Takes what comes in: loads sessions, runs pure turns, commits them together, hands replies on.

Everything queued while a commit runs goes into the next one. A person's arrivals are run in the order
they came; who loses the race against another process is read again and run again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot import gauges
from bot.flood import Buckets
from bot.folding import TRIES, Arrival, Due, Fold, Folder, Taken
from bot.keys import UnreadableError
from bot.sealing import Known, Sealer
from bot.speaker import Speaker
from bot.store.base import MessageRow, Outcome, SessionRow, Settled, Store, StoreDownError
from dialogs.hearing import hear_command
from dialogs.press import Press, Said
from dialogs.reply import Reply
from dialogs.session import Session

BATCH = 128  # arrivals run at one go: at 100 µs a turn others wait 13 ms at most
WAITING = 10_000  # arrivals that may wait; past that the channel is told to come again
PATIENCE = 10.0  # seconds an arrival waits for a database that is down before its channel is told
BURST, RATE = 120, 2.0  # arrivals of one person at once, and a second for ever
WARN_EVERY = 60.0
PLEAS = (Press("do", "hide"), Press("go", "erase"), Press("do", "erase"), Press("go", "urgent"))
MOST_PLEAS = 5
log = structlog.get_logger("turns")


class BusyError(Exception):
    """More is waiting than can be served soon: try again in a moment."""


class Outbox(Protocol):
    """Takes what a commit left to do. Nothing is lost when it takes nothing: the store has it too."""

    @property
    def room(self) -> int: ...

    def send(self, due: Due) -> None: ...

    def delete(self, person: bytes, rows: list[MessageRow]) -> None: ...


@dataclass(slots=True, eq=False)
class _Item:
    arrival: Arrival
    future: asyncio.Future[Taken]
    since: float
    slow: bool = False


@dataclass(slots=True, eq=False)
class _Report:
    settled: Settled
    future: asyncio.Future[bool]


class Turns:
    """The batcher. One `run` serves all channels of a process."""

    def __init__(
        self,
        store: Store,
        speaker: Speaker,
        sealer: Sealer,
        clock: Callable[[], datetime],
        burst: float = BURST,
        count: Callable[[list[str]], None] | None = None,
    ) -> None:
        """`count` takes the cells that committed turns add to the statistics."""
        self._store, self._speaker, self._sealer, self._clock = store, speaker, sealer, clock
        self._folder = Folder(speaker, sealer)
        self.outbox: Outbox | None = None
        self._count = count
        self._queue: deque[_Item] = deque()
        self._reports: deque[_Report] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self._flood = Buckets(RATE, burst)
        self._pleas = Buckets(1 / WARN_EVERY, MOST_PLEAS)
        self._warnings = Buckets(1 / WARN_EVERY, 1)

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def take(self, arrival: Arrival) -> Taken:
        """Run an arrival; returns once it is committed.

        Raises:
            BusyError: too much is waiting.
            StoreDownError: the database is down for longer than a channel should wait.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        if len(self._queue) >= WAITING or self._stopping:
            raise BusyError
        item = _Item(arrival, loop.create_future(), now)
        if self._flood.take(arrival.address, now) and not self._is_plea(arrival, now):
            if self._warnings.take(arrival.address, now):
                return Taken(Session(), Reply(()))
            item.slow = True
        self._queue.append(item)
        self._wake.set()
        return await item.future

    def _is_plea(self, arrival: Arrival, now: float) -> bool:
        """Hide, erase and urgent help are one tap away also from whoever tapped too much, if not for ever."""
        incoming = arrival.incoming
        press = hear_command(incoming.text) if isinstance(incoming, Said) else incoming
        return press in PLEAS and not self._pleas.take(arrival.address, now)

    async def settle(self, settled: Settled) -> bool:
        """Write down what became of an owed reply; tell whether a newer one is owed by now."""
        report = _Report(settled, asyncio.get_running_loop().create_future())
        self._reports.append(report)
        self._wake.set()
        return await report.future

    async def run(self) -> None:
        """Serve until `stop`; then what is queued is still served."""
        pause = 0.0
        while True:
            if not self._queue and not self._reports:
                if self._stopping:
                    return
                self._wake.clear()
                if not pause:
                    await self._wake.wait()
                    continue
                await asyncio.sleep(pause)  # nobody may come while whoever watches thinks this is down
            items = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            reports = [self._reports.popleft() for _ in range(min(BATCH, len(self._reports)))]
            try:
                if pause and not items and not reports:
                    await self._store.hold("probe", int(self._clock().timestamp() * 1000), 0)
                await self._serve(items, reports)
                pause = 0.0
                gauges.set_trouble("store")
            except StoreDownError:
                gauges.set_trouble("store", gauges.STORE)
                pause = min(1.0, pause * 2 or 0.05)
                if items or reports:
                    log.warning("database down", waiting=len(items) + len(self._queue), again_in=pause)
                self._put_back(items, reports)
                await asyncio.sleep(pause)
            finally:
                gauges.WAITING.set(len(self._queue))

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    def _put_back(self, items: list[_Item], reports: list[_Report]) -> None:
        """Wait for the database, but not longer than a channel may."""
        late = asyncio.get_running_loop().time() - PATIENCE
        for item in reversed(items):
            if item.since < late or self._stopping:
                _fail(item.future, StoreDownError("database down"))
            elif not item.future.done():
                self._queue.appendleft(item)
        for report in reversed(reports):
            if self._stopping:
                _fail(report.future, StoreDownError("database down"))
            elif not report.future.done():
                self._reports.appendleft(report)

    async def _serve(self, items: list[_Item], reports: list[_Report]) -> None:
        """Commit a batch; when it cannot be written as a whole, each person alone."""
        people = self._group(items)
        try:
            await self._commit(people, reports)
        except StoreDownError:
            raise
        except Exception as error:
            log.error("batch failed", error=type(error).__name__, people=len(people), reports=len(reports))
            for person, mine in people.items():
                await self._serve_alone(person, mine)
            for report in reports:
                await self._settle_alone(report)

    async def _serve_alone(self, person: bytes, items: list[_Item]) -> None:
        """Try the batch of one person again, then arrival by arrival, then put aside what cannot be written."""
        for item in [i for i in items if not i.future.done()]:
            for aside in (*[False] * TRIES, True):
                try:
                    await self._commit({person: [item]}, [], aside)
                    break
                except StoreDownError:
                    raise
                except Exception as error:
                    log.error("update cannot be written", error=type(error).__name__, put_aside=aside)
                    if aside:
                        _fail(item.future, error)

    async def _settle_alone(self, report: _Report) -> None:
        try:
            await self._commit({}, [report])
        except StoreDownError:
            raise
        except Exception as error:
            log.error("reply not settled", error=type(error).__name__)
            _fail(report.future, error)

    def _group(self, items: list[_Item]) -> dict[bytes, list[_Item]]:
        people: dict[bytes, list[_Item]] = {}
        for item in items:
            if not item.future.done():
                people.setdefault(self._person(item), []).append(item)
        return people

    def _person(self, item: _Item) -> bytes:
        return self._sealer.keys.find_person(item.arrival.address)

    async def _commit(
        self, people: dict[bytes, list[_Item]], reports: list[_Report], aside: bool = False
    ) -> None:
        while people or reports:
            folds = await self._fold_all(people, aside)
            now = self._clock()
            with gauges.COMMIT.time():
                outcome = await self._store.commit(
                    [fold.step for fold in folds.values()],
                    [report.settled for report in reports],
                    int(now.timestamp() * 1000),
                )
            gauges.TURNS.inc(sum(len(fold.taken) for fold in folds.values()))
            self._finish_reports(reports, outcome)
            self._finish_folds(people, folds, outcome)
            people = {person: people[person] for person in people if person in outcome.lost}
            reports = []

    async def _fold_all(self, people: dict[bytes, list[_Item]], aside: bool) -> dict[bytes, Fold]:
        if not people:
            return {}
        rows, done, owing = await self._read(people)
        now = self._clock()
        folds = {}
        for person, items in people.items():
            row, known = rows.get(person, (None, None))
            folds[person] = self._folder.fold(
                person,
                [item.arrival for item in items],
                known,
                row,
                done,
                now,
                person in owing,
                frozenset(at for at, item in enumerate(items) if item.slow),
                aside,
            )
        return folds

    async def _read(
        self, people: dict[bytes, list[_Item]]
    ) -> tuple[dict[bytes, tuple[SessionRow, Known | None]], set[int], set[bytes]]:
        """The sessions of these people, the marks done before, and who of the repeaters is owed a reply."""
        rows: dict[bytes, tuple[SessionRow, Known | None]] = {}
        owners: dict[bytes, bytes] = {}  # every person key a row may stand under, and the one in use
        for person, items in people.items():
            for key in self._sealer.keys.find_persons(items[0].arrival.address):
                owners[key] = person
        marks = [i.arrival.mark for items in people.values() for i in items if i.arrival.mark is not None]
        found, done = await self._store.read(list(owners), marks)
        for key, row in found.items():
            person = owners[key]
            if key == person or person not in rows:
                rows[person] = (row, self._open(row))
        repeating = [p for p, items in people.items() if any(i.arrival.mark in done for i in items)]
        owing = {row.person for row in await self._store.read_owed(repeating)} if repeating else set()
        return rows, done, owing

    def _open(self, row: SessionRow) -> Known | None:
        try:
            return self._sealer.open_session(row)
        except UnreadableError:
            log.error("session unreadable", hint="was SECRET_KEY changed without SECRET_KEY_PREVIOUS?")
            return None

    def _finish_reports(self, reports: list[_Report], outcome: Outcome) -> None:
        for report in reports:
            settled = report.settled
            if not report.future.done():
                report.future.set_result(settled.person in outcome.reopened)
            if self.outbox is not None and settled.person in outcome.doomed:
                self.outbox.delete(settled.person, outcome.doomed[settled.person])

    def _finish_folds(
        self,
        people: dict[bytes, list[_Item]],
        folds: dict[bytes, Fold],
        outcome: Outcome,
    ) -> None:
        for person, fold in folds.items():
            if person in outcome.lost:
                continue
            if self._count is not None and fold.counted:
                self._count(fold.counted)
            if self.outbox is not None:
                doomed = fold.doomed + (outcome.doomed.get(person, []) if fold.step.wipe else [])
                if doomed:
                    self.outbox.delete(person, doomed)
                if fold.due is not None and person not in outcome.elsewhere:
                    self.outbox.send(fold.due)
            for item, taken in zip(people[person], fold.taken, strict=True):
                if not item.future.done():
                    item.future.set_result(taken)


def _fail(
    future: asyncio.Future[object] | asyncio.Future[Taken] | asyncio.Future[bool], error: Exception
) -> None:
    if not future.done():
        future.set_exception(error)

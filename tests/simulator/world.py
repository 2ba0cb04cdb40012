"""Runs a schedule: the real turns, sender and receivers over an in-memory disk and Telegram."""

from __future__ import annotations

import asyncio
import json
import math
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

from bot.folding import Arrival
from bot.handover import LIFE, TRIES, Handover
from bot.keys import Keys
from bot.sealing import Sealer
from bot.speaker import Speaker
from bot.store.base import MessageRow, Outcome, OwedRow, SessionRow, Settled, Step, StoreDownError
from bot.store.memory import Disk, MemorySlips, MemoryStore
from bot.store.slips import Rewrite
from bot.telegram.channel import Telegram
from bot.telegram.codes import Codes, find_code
from bot.telegram.layout import lay_out
from bot.telegram.updates import News, read_update
from bot.turns import BusyError, Turns
from dialogs.press import Handed, Incoming, Press
from dialogs.session import Session
from tests.double.loopback import LoopbackRequest
from tests.double.markup import read_html
from tests.double.model import TelegramModel, Update
from tests.double.server import Deliverer, LongPoll
from tests.fakes import SECRET, WORDS, FakeTalk
from tests.simulator.schedule import Action, Fault, Schedule
from tests.simulator.virtual import VirtualLoop, owner

# As much of an engine as codes look at: the questions of the fake dialogue, and nowhere that is unsafe.
OPERATORS: Any = SimpleNamespace(
    edition=SimpleNamespace(
        languages=("uk",),
        questions=dict.fromkeys("qrs", SimpleNamespace(kind="one")),
        bits={name: {"a": 1, "b": 2, "c": 4} for name in "qrs"},
        order={"q": 0, "r": 1, "s": 2},
        subject_question="q",
        hotline="",
    ),
    tools=SimpleNamespace(view=lambda session, now: SimpleNamespace(unsafe=False), words=WORDS),
)
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
T = TypeVar("T")
HIDE_LATE = Press("do", "cover")
HEALED = 900.0  # virtual seconds after the last fault by which everything must be settled


@dataclass
class Result:
    """What a run led to; `takers` are the updates for which a code opened."""

    sessions: dict[int, Session | None] = field(default_factory=dict)
    order: dict[int, list[int]] = field(default_factory=dict)
    takers: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    crashes: int = 0
    faults: int = 0


class SimStore(MemoryStore):
    """A store that is slow, fails as planned, and dies with its process."""

    def __init__(self, world: World, holder: str, exclusive: bool) -> None:
        super().__init__(world.disk, holder, exclusive)
        self.world = world
        self.dead = False

    async def _pass(self) -> None:
        await asyncio.sleep(self.world.delay())
        if self.dead:
            raise asyncio.CancelledError

    async def _do(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        """One transaction: it may not happen, or happen without being heard of."""
        await self._pass()
        self.world.reach(self.holder, f"{name}:before")
        fault = self.world.plan_store(name)
        if fault == "down":
            raise StoreDownError
        result = await work()
        self.world.reach(self.holder, f"{name}:after")
        await self._pass()
        if fault == "deaf":
            raise StoreDownError
        return result

    async def read(self, persons: list[bytes], marks: list[int]) -> tuple[dict[bytes, SessionRow], set[int]]:
        read = super().read
        return await self._do("read", lambda: read(persons, [] if self.world.forgets_marks else marks))

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        commit = super().commit

        async def work() -> Outcome:
            known = set(self.disk.marks)
            outcome = await commit(steps, settled, now)
            self.world.journal([s for s in steps if s.person not in outcome.lost], known)
            return outcome

        return await self._do("commit", work)

    async def claim(self, now: int, limit: int) -> list[OwedRow]:
        claim = super().claim
        return await self._do("claim", lambda: claim(now, limit))

    async def read_owed(self, persons: list[bytes]) -> list[OwedRow]:
        read = super().read_owed
        return await self._do("read_owed", lambda: read(persons))

    async def claim_deletions(self, now: int, limit: int) -> list[MessageRow]:
        claim = super().claim_deletions
        return await self._do("claim_deletions", lambda: claim(now, limit))

    async def finish_deletions(self, done: list[int], later: list[int], due: int) -> None:
        finish = super().finish_deletions
        await self._do("finish_deletions", lambda: finish(done, later, due))

    async def hold(self, name: str, now: int, life: int) -> bool:
        """Never slow: a process whose lease runs out while it lives may say something twice."""
        self.world.reach(self.holder, "hold:before")
        if self.world.plan_store("hold"):
            raise StoreDownError
        return await super().hold(name, now, life)


class SimSlips(MemorySlips):
    """Slips as slow and as frail as the store."""

    def __init__(self, world: World, store: SimStore) -> None:
        super().__init__(world.disk)
        self._store = store

    async def _do(self, work: Callable[[], Awaitable[T]]) -> T:
        return await self._store._do("slips", work)

    async def put(self, digest: bytes, sealed: bytes, until: int, now: int) -> bool:
        put = super().put
        return await self._do(lambda: put(digest, sealed, until, now))

    async def read(self, digest: bytes, now: int) -> bytes | None:
        read = super().read
        return await self._do(lambda: read(digest, now))

    async def take(self, digest: bytes, now: int) -> bytes | None:
        take = super().take
        return await self._do(lambda: take(digest, now))

    async def change(self, change: Rewrite, now: int) -> bool:
        make = super().change
        return await self._do(lambda: make(change, now))

    async def spend(self, key: bytes, now: int, life: int) -> int:
        spend = super().spend
        return await self._do(lambda: spend(key, now, life))

    async def forgive(self, key: bytes) -> None:
        forgive = super().forgive
        await self._do(lambda: forgive(key))


class SimCodes(Codes):
    """Tells the world what came of a code; what was told last before a commit is what was committed."""

    def __init__(self, world: World, slips: SimSlips) -> None:
        handover = Handover(slips, world.sealer.keys, _is_open, world.draw_code)
        super().__init__(handover, lambda: OPERATORS, world.clock)
        self._world = world

    async def open(self, arrival: Arrival) -> Arrival:
        if find_code(arrival.incoming) and arrival.chat is not None:
            self._world.asked[arrival.chat] += 1
        opened = await super().open(arrival)
        if isinstance(opened.incoming, Handed) and arrival.mark is not None and arrival.chat is not None:
            self._world.opened[arrival.mark] = (find_code(arrival.incoming) or "", opened.incoming)
        return opened


async def _is_open(now: datetime) -> bool:
    return True


class World:
    """Telegram, people, a disk, and processes that come and go."""

    def __init__(self, schedule: Schedule, forgets_marks: bool = False) -> None:
        """`forgets_marks` plants the fault this simulator is for."""
        self.schedule, self.forgets_marks = schedule, forgets_marks
        self.loop: VirtualLoop = asyncio.get_running_loop()  # type: ignore[assignment]
        self.loop.find_rest = self.find_rest
        self.steps = 0
        self.deadly = {fault.number for fault in schedule.faults if fault.what == "step"}
        if self.deadly:
            self.loop.on_step = self.step
        self.rng = random.Random(schedule.seed)
        self.model = TelegramModel(lambda: self.clock().timestamp())
        self.disk = Disk()
        self.sealer = Sealer(Keys([SECRET]), self._draw_numbers())
        self.talk = FakeTalk()
        self.codes = dict(zip("abc", ("11111111", "22222222", "33333333"), strict=True))
        self.opened: dict[int, tuple[str, Handed]] = {}  # by update: the code that was typed, what it led to
        self.handed: dict[int, Handed] = {}  # the same of those that were committed
        self.asked: Counter[int] = Counter()  # by chat: codes looked up, the same update again included
        self.drawn: list[str] = []  # people's own codes
        self.people = {self._find_person(action.chat): action.chat for action in schedule.actions}
        self.long_poll = LongPoll(self.model)
        self.deliverer: Deliverer | None = None
        self.processes: dict[str, Process] = {}
        self.counts: Counter[str] = Counter()
        self.marks: list[int] = []
        self.incoming: dict[int, tuple[int, Incoming]] = {}
        self.planned = {
            (f.kind, f.what if f.kind == "crash" else f.what.partition(":")[0], f.number): f
            for f in reversed(schedule.faults)
        }
        self.result = Result()
        self.lost_ids: set[int] = set()  # chats in which a message is that the bot cannot know of
        self.last_event: dict[int, str] = {}
        self.started = 0

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    def _draw_numbers(self) -> Callable[[], int]:
        rng = random.Random(self.schedule.seed + 1)
        return lambda: rng.getrandbits(61) + 1

    def _find_person(self, chat: int) -> bytes:
        return self.sealer.keys.find_person(f"tg:{chat}")

    def draw_code(self) -> str:
        self.drawn.append(str(50_000_000 + len(self.drawn)))
        return self.drawn[-1]

    # ---- what goes wrong ----

    def delay(self) -> float:
        return self.rng.uniform(0, self.schedule.slow) if self.schedule.slow else 0.0

    def _due(self, kind: str, what: str) -> Fault | None:
        """The fault planned for this time of `what`, if there is one."""
        number = self.counts[f"{kind} {what}"]
        self.counts[f"{kind} {what}"] += 1
        fault = self.planned.get((kind, what, number))
        self.result.faults += fault is not None
        return fault

    def reach(self, holder: str, point: str) -> None:
        """A process comes to a point where it may crash."""
        if self._due("crash", point):
            self.crash(holder)
            raise asyncio.CancelledError

    def step(self, holder: str) -> bool:
        """A process is about to go on after an await; tell whether it dies instead."""
        self.steps += 1
        if self.steps - 1 not in self.deadly or holder not in self.processes:
            return False
        self.result.faults += 1
        self.crash(holder)
        return True

    def plan_store(self, name: str) -> str:
        fault = self._due("store", name)
        return fault.what.partition(":")[2] if fault else ""

    def plan_call(self, holder: str) -> Callable[[str, dict[str, Any]], tuple[str, float]]:
        def plan(method: str, params: dict[str, Any]) -> tuple[str, float]:
            self.reach(holder, f"call:before:{method}")
            fault = self._due("wire", method)
            what = fault.what.partition(":")[2] if fault else ""
            if what == "deaf" and method == "sendMessage":
                self.lost_ids.add(params["chat_id"])
            return what, 0.0 if method == "getUpdates" else self.delay()

        return plan

    def crash(self, holder: str) -> None:
        process = self.processes.pop(holder, None)
        if process is None:
            return
        self.result.crashes += 1
        process.die()
        self.loop.call_later(self.rng.choice([0.0, 0.5, 4.0]), self.start_process)

    def find_rest(self) -> float:
        """Until when nobody has anything to do: nothing came in, and what is owed or to go falls due later."""
        if self.model.updates or any(process.is_busy for process in self.processes.values()):
            return 0.0
        if any(holder and holder not in self.processes for _, holder in self.disk.owed.values()):
            return 0.0
        dues = [row.due for row, _ in self.disk.owed.values()]
        dues += [message.due for message in self.disk.messages.values() if message.due is not None]
        return (min(dues) - START.timestamp() * 1000) / 1000 if dues else math.inf

    # ---- processes ----

    def start_process(self) -> None:
        self.started += 1
        name = f"p{self.started}"
        token = owner.set(name)
        process = self.processes[name] = Process(self, name)
        process.start()
        owner.reset(token)

    async def deliver(self, data: dict[str, Any]) -> int:
        await asyncio.sleep(self.delay())
        if not self.processes:
            raise ConnectionError
        process = self.rng.choice(list(self.processes.values()))
        status = await process.receive(data)
        await asyncio.sleep(self.delay())
        return status

    # ---- the run ----

    async def run(self) -> Result:
        if self.schedule.mode == "polling":
            self.start_process()
        else:
            self.model.webhook = {"url": "loopback"}
            self.deliverer = Deliverer(self.model, self.deliver)
            self.start_process()
            if self.schedule.mode == "two":
                self.start_process()
        draw = iter(self.codes.values())
        operator = Handover(MemorySlips(self.disk), self.sealer.keys, _is_open, lambda: next(draw))
        for answer in self.codes:
            await operator.give(Session().with_answer("q", (answer,), START.date()), START)
        for chat in {action.chat for action in self.schedule.actions}:
            self.model.chat(chat).started = True
        for action in self.schedule.actions:  # timers of one moment have no order of their own
            self.loop.call_later(action.at + action.id * 1e-6, self._act, action)
        for fault in self.schedule.faults:
            if fault.kind in ("block", "delete", "power"):
                self.loop.call_later(fault.at, self._strike, fault)
        end = max([a.at for a in self.schedule.actions] + [f.at for f in self.schedule.faults] + [0.0])
        await asyncio.sleep(end + 15)
        await self._settle_down()
        self._check()
        await self._close()
        return self.result

    def _act(self, action: Action) -> None:
        update = self._do(action)
        if update is None:
            return
        for fault in self.schedule.faults:
            if fault.kind == "repeat" and fault.number == action.id:
                self.result.faults += 1
                self.loop.call_later(fault.at, self._repeat, update, fault.what == "same")

    def _do(self, action: Action) -> Update | None:
        kind, _, rest = action.what.partition(":")
        if kind == "say":
            update = self.model.say(action.chat, rest)
        elif kind == "code":
            update = self.model.say(action.chat, self.codes[rest])
        elif kind == "photo":
            update = self.model.say(action.chat, "", photo=[{"file_id": "x"}])
        else:
            own = self.model.chat(action.chat).own
            update = self.model.press(action.chat, rest, own[-1].id if own else 1)
        self._note(update)
        return update

    def _note(self, update: Update | None) -> None:
        news = read_update(update.data) if update else None
        if isinstance(news, News) and news.arrival.mark is not None and news.arrival.chat is not None:
            self.incoming[news.arrival.mark] = (news.arrival.chat, news.arrival.incoming)

    def _repeat(self, update: Update, same_id: bool) -> None:
        if same_id and self.schedule.mode == "polling":
            return  # Telegram never gives a confirmed id again to a poller
        again = self.model.repeat(update, same_id)
        self._note(again)

    def _strike(self, fault: Fault) -> None:
        self.result.faults += 1
        chat = self.model.chat(fault.chat)
        if fault.kind == "block":
            chat.blocked = True
        elif fault.kind == "power":
            for holder in list(self.processes):
                self.crash(holder)
        elif chat.own:
            del chat.messages[chat.own[-1].id]

    def journal(self, steps: list[Step], known: set[int]) -> None:
        """The order of commits is the order of the world."""
        for step in steps:
            self.handed |= {m: self.opened[m][1] for m in step.marks if m in self.opened and m not in known}
            self.marks += [mark for mark in step.marks if mark not in known]
            if step.wipe and not step.marks:  # nobody asked for it: a discreet screen was left
                self.marks.append(-self.people[step.person])

    async def _settle_down(self) -> None:
        until = self.loop.time() + HEALED
        while self.loop.time() < until:
            await asyncio.sleep(5)
            quiet = not self.model.pending() and not self.disk.owed
            if quiet and not [m for m in self.disk.messages.values() if m.due is not None]:
                return
        self.result.wrong.append(
            f"stuck: {len(self.model.updates)} updates, {len(self.disk.owed)} replies, "
            f"{sum(m.due is not None for m in self.disk.messages.values())} deletions"
        )

    async def _close(self) -> None:
        for process in list(self.processes.values()):
            process.die()
        if self.deliverer is not None:
            await self.deliverer.close()
        await asyncio.sleep(0)

    # ---- what must hold ----

    def _check(self) -> None:
        wrong = self.result.wrong
        given = [mark for mark in self.marks if mark > 0]
        if set(given) != set(self.incoming) or len(given) != len(set(given)):
            wrong.append(f"updates {sorted(self.incoming)} were committed as {self.marks}")
        wrong += self.model.breaches
        self._check_codes()
        for chat in sorted({chat for chat, _ in self.incoming.values()}):
            expected = self._fold(chat)
            stored = self._stored(chat)
            self.result.sessions[chat] = stored
            self.result.order[chat] = [
                m for m in self.marks if m == -chat or self.incoming.get(m, (0,))[0] == chat
            ]
            if expected != stored:
                wrong.append(f"chat {chat}: stored {stored}, by the order of commits {expected}")
            self._check_chat(chat, expected)

    def _check_codes(self) -> None:
        """A code opens for one update, the first; of one's own there is one at most, and none after a hide."""
        wrong = self.result.wrong
        for code in {code for code, _ in self.opened.values()}:
            typed = {mark: self.handed.get(mark) for mark, (one, _) in self.opened.items() if one == code}
            takers = [mark for mark, handed in typed.items() if handed is not None and handed.presses]
            self.result.takers.update(takers)
            chats = [self.incoming[mark][0] for mark in typed]
            may_wait = any(self.asked[chat] > TRIES for chat in chats) or self.loop.time() > LIFE / 1000
            if len(takers) > 1 or not (takers or may_wait):
                wrong.append(f"code {code} was opened for the updates {takers}")
        if self.result.crashes or any("slips" in fault.what for fault in self.schedule.faults):
            return  # what could not be taken back dies by itself
        known = {chat: self._read_own_code(chat) for chat in self.people.values()}
        living = {code for code in self.drawn if self._lives(f"code:{code}")}
        if living != set(filter(None, known.values())):
            wrong.append(f"own codes {living} open something, and people have {known}")

    def _lives(self, what: str) -> bool:
        _, until = self.disk.slips.get(self.sealer.keys.digest_code(f"handover:{what}"), (b"", 0))
        return until > self.clock().timestamp() * 1000

    def _read_own_code(self, chat: int) -> str | None:
        if not self._lives(f"owner:tg:{chat}"):
            return None
        digest = self.sealer.keys.digest_code(f"handover:owner:tg:{chat}")
        return str(json.loads(self.sealer.keys.unseal(self.disk.slips[digest][0], b"slip:" + digest))[0])

    def _fold(self, chat: int) -> Session | None:
        session: Session | None = None
        for mark in self.marks:
            where, incoming = self.incoming[mark] if mark > 0 else (-mark, HIDE_LATE)
            if where != chat:
                continue
            incoming = self.handed.get(mark, incoming)
            try:
                turn = self.talk.turn(session or Session(), incoming, START)
            except RuntimeError:
                self.last_event[chat] = ""
                session = session or Session()
                continue
            self.last_event[chat] = turn.event
            session = None if turn.event == "erase" else turn.session._replace(seen=None)
        return session

    def _struck(self, chat: int, *kinds: str) -> bool:
        return any(f.kind in kinds and f.chat == chat for f in self.schedule.faults)

    def _stored(self, chat: int) -> Session | None:
        row = self.disk.sessions.get(self._find_person(chat))
        return self.sealer.open_session(row).session._replace(seen=None, reachable=False) if row else None

    def _check_chat(self, id: int, session: Session | None) -> None:
        """What the person sees in the end is where they are; what was hidden is gone."""
        chat = self.model.chat(id)
        if self._struck(id, "block", "delete"):
            return
        if not chat.own:
            self.result.wrong.append(f"chat {id}: never answered")
            return
        if session is not None and session.discreet and session.state != "hidden":
            self.result.wrong.append(f"chat {id}: what is discreet is still shown")
        shown = session or Session(state="erased")
        parts = lay_out(self.talk.show(shown, START))
        wanted = read_html(parts[-1].body["text"])[0]
        last = max(chat.own, key=lambda m: (m.touched, m.id))
        mishap = "Something broke here" in last.text
        if not mishap and not last.text.endswith(wanted) and not self._greets(session, last.text):
            self.result.wrong.append(f"chat {id}: shows {last.text!r}, not {wanted!r}")
        wiped = self.last_event[id] in ("hide", "erase")
        calm = not self.result.crashes and not any("slips" in f.what for f in self.schedule.faults)
        if wiped and calm and self._read_own_code(id) is not None:
            self.result.wrong.append(f"chat {id}: a code still opens what was hidden")
        if wiped and id not in self.lost_ids and not self.result.crashes:
            # Of somebody forgotten nothing is known, not even the line that said so.
            rest = [m.text for m in chat.own if m is not last and not m.text.startswith("ERASED")]
            if rest:
                self.result.wrong.append(f"chat {id}: after {shown.state} there is still {rest}")

    def _greets(self, session: Session | None, text: str) -> bool:
        return session is None and "welcome" in text and "answers:" in text


class _Unintroduced(Telegram):
    """Its commands and descriptions are set elsewhere: they would be a seventh of a run, and concern no person."""

    async def _introduce(self) -> None:
        return


class Process:
    """One running service."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name
        polling = world.schedule.mode == "polling"
        exclusive = world.schedule.mode != "two"
        self.store = SimStore(world, name, exclusive)
        speaker = Speaker(world.talk, WORDS)
        self.turns = Turns(self.store, speaker, world.sealer, world.clock)
        self.request = SimRequest(world, name)
        self.telegram = _Unintroduced(
            world.model.token,
            "http://loopback",
            self.store,
            self.turns,
            speaker,
            world.sealer,
            world.clock,
            codes=SimCodes(world, SimSlips(world, self.store)),
            requests=(self.request, self.request),
            steady=0.0,
        )
        self.polls = polling

    def start(self) -> None:
        self._task(self.turns.run())
        self.telegram.start()
        if self.polls:
            self._task(self.telegram.poll())

    @property
    def is_busy(self) -> bool:
        return not self.telegram.sender.is_idle or self.turns.waiting > 0

    def _task(self, work: Any) -> None:
        asyncio.get_running_loop().create_task(work)

    async def receive(self, data: dict[str, Any]) -> int:
        """As the webhook's endpoint: the work is the process's own and dies with it."""
        token = owner.set(self.name)
        task = asyncio.ensure_future(self.telegram.take(data))
        owner.reset(token)
        try:
            await asyncio.wait_for(asyncio.shield(task), 60)
        except (BusyError, StoreDownError):
            return 503
        except asyncio.CancelledError:
            if self.store.dead:
                raise ConnectionError from None
            raise
        return 200

    def die(self) -> None:
        self.store.dead = True
        self.request.is_cut = True
        self.world.loop.kill(self.name)


class SimRequest(LoopbackRequest):
    """Calls that can be the last thing a process does."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(world.model, world.plan_call(name), world.long_poll)
        self._world, self._name = world, name

    async def do_request(self, url: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        answer = await super().do_request(url, *args, **kwargs)
        method = url.rsplit("/", 1)[-1]
        if method != "getUpdates":
            self._world.reach(self._name, f"call:after:{method}")
        return answer


def run_schedule(schedule: Schedule, forgets_marks: bool = False) -> Result:
    """Run a schedule from start to end in no time."""

    async def go() -> Result:
        return await World(schedule, forgets_marks).run()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(go())

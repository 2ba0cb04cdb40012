"""The batcher: what is committed, what is handed on, and what happens when it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot import gauges
from bot.folding import Arrival
from bot.sealing import Sealer
from bot.speaker import Speaker
from bot.store.base import KEEP_MESSAGES, Outcome, SessionRow, Settled, Step, StoreDownError
from bot.store.memory import Disk, MemoryStore
from bot.turns import MOST_PLEAS, BusyError, Turns
from dialogs.press import Incoming, Opened, Press, Said, Sent
from dialogs.session import Session
from tests.fakes import SECRET, START, WORDS, Clock, FakeOutbox, FakeTalk, make_sealer

ADDRESS = "tg:5"
OTHER_SECRET = "another secret of thirty-two characters"


class Bench:
    """Turns over a memory store, with what they hand on."""

    def __init__(
        self, store: MemoryStore | None = None, sealer: Sealer | None = None, **options: float
    ) -> None:
        self.store = store or MemoryStore(exclusive=True)
        self.sealer = sealer or make_sealer()
        self.clock = Clock()
        self.outbox = FakeOutbox()
        self.turns = Turns(self.store, Speaker(FakeTalk(), WORDS), self.sealer, self.clock, **options)
        self.turns.outbox = self.outbox

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Turns]:
        task = asyncio.create_task(self.turns.run())
        try:
            yield self.turns
        finally:
            self.turns.stop()
            await task

    def stored(self, address: str = ADDRESS) -> Session | None:
        row = self.store.disk.sessions.get(self.sealer.keys.find_person(address))
        return self.sealer.open_session(row).session if row else None


def press(name: str, value: str, mark: int, edit: int = 10) -> Arrival:
    return Arrival(ADDRESS, Press("answer", name, value), mark, chat=5, edit=edit)


def say(text: str, mark: int, own: int = 20) -> Arrival:
    return Arrival(ADDRESS, Said(text), mark, chat=5, own=own)


def choices(session: Session | None) -> dict[str, tuple[str, ...]]:
    assert session is not None
    return {name: answer.choices for name, answer in session.here.items()}


async def test_a_turn_is_stored_marked_and_owed_before_it_is_answered() -> None:
    bench = Bench()

    async with bench.running() as turns:
        taken = await turns.take(press("q", "a", 1))

    assert choices(bench.stored()) == {"q": ("a",)}
    assert choices(taken.session) == {"q": ("a",)}
    assert set(bench.store.disk.marks) == {1}
    assert len(bench.store.disk.owed) == 1
    assert [(due.errand.chat, due.errand.edit, due.reply) for due in bench.outbox.sent] == [
        (5, 10, taken.reply)
    ]


async def test_fifty_presses_at_once_are_all_stored_and_owe_one_reply() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await asyncio.gather(*(turns.take(press(f"q{i}", "a", i)) for i in range(50)))

    assert len(choices(bench.stored())) == 50
    assert len(bench.outbox.sent) == 1
    assert len(bench.store.disk.owed) == 1


async def test_a_repeat_changes_nothing_and_is_still_answered() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(say("first", 1))
        await turns.settle(
            Settled(
                bench.outbox.sent[0].owed.person,
                bench.outbox.sent[0].owed.ticket,
                bench.outbox.sent[0].owed.generation,
            )
        )
        again = await turns.take(say("first", 1))

    assert again.repeat
    assert bench.stored() == again.session
    assert again.session.misses == 1
    assert [due.errand.kind for due in bench.outbox.sent] == ["", "again"]


async def test_a_repeat_leaves_a_reply_that_is_on_its_way_alone() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(say("first", 1))
        await turns.take(say("first", 1))

    assert len(bench.outbox.sent) == 1


async def test_the_same_update_twice_in_one_batch_counts_once() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await asyncio.gather(turns.take(say("x", 1)), turns.take(say("x", 1)))

    stored = bench.stored()
    assert stored is not None
    assert stored.misses == 1


async def test_a_redelivered_answer_does_not_bring_an_erased_session_back() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(press("q", "a", 1))
        await turns.take(Arrival(ADDRESS, Press("do", "erase"), 2, chat=5, edit=10))
        repeat = await turns.take(press("q", "a", 1))

    assert bench.stored() is None
    assert repeat.repeat
    assert all(row.person is None for row in bench.store.disk.messages.values())


async def test_erasing_says_so_although_nothing_is_left_to_say_it_from() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(Arrival(ADDRESS, Press("do", "erase"), 1, chat=5, edit=10))
    (row,) = await bench.store.read_owed([bench.sealer.keys.find_person(ADDRESS)])

    assert bench.sealer.open_owed(row).kind == "erased"
    assert bench.sealer.open_owed(row).edit is None


async def test_hiding_deletes_the_pressed_message_and_the_persons_words() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(say("hello", 1, own=20))
        await turns.take(Arrival(ADDRESS, Press("do", "hide"), 2, chat=5, edit=10))

    gone = {bench.sealer.open_message(row).id for row in bench.outbox.deleted}
    assert gone == {10, 20}
    assert bench.outbox.sent[-1].errand.edit is None


async def test_a_typed_hide_is_deleted_itself() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await asyncio.gather(turns.take(say("hello", 1, own=20)), turns.take(say("hide", 2, own=21)))

    assert {bench.sealer.open_message(row).id for row in bench.outbox.deleted} == {20, 21}


async def test_after_a_hide_the_session_has_another_generation() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(press("q", "a", 1))
        before = bench.outbox.sent[-1].owed.generation
        await turns.take(say("hide", 2))

    assert bench.outbox.sent[-1].owed.generation != before


async def test_a_photo_is_deleted_at_once() -> None:
    bench = Bench()

    async with bench.running() as turns:
        await turns.take(Arrival(ADDRESS, Sent("photo"), 1, chat=5, own=33))

    assert [bench.sealer.open_message(row).id for row in bench.outbox.deleted] == [33]
    assert all(row.due is not None for row in bench.store.disk.messages.values())


async def test_an_update_that_always_fails_is_put_aside_with_an_apology() -> None:
    bench = Bench()

    with capture_logs() as logs:
        async with bench.running() as turns:
            await turns.take(press("q", "a", 1))
            taken = await turns.take(say("boom", 2))
            await turns.take(press("q", "b", 3))

    assert "Something broke here" in str(taken.reply.blocks[0])
    assert set(bench.store.disk.marks) == {1, 2, 3}
    assert choices(bench.stored()) == {"q": ("b",)}
    assert [line["event"] for line in logs] == ["update put aside"]
    assert "Olena" not in str(logs)


class PickyStore(MemoryStore):
    """Refuses to write what holds the word `poison`, as a database refuses a value."""

    def __init__(self, sealer: Sealer) -> None:
        super().__init__(exclusive=True)
        self.sealer = sealer

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        for step in steps:
            if step.row is not None and self.sealer.open_session(step.row).session.arg == "poison":
                raise ValueError("cannot be written")
        return await super().commit(steps, settled, now)


async def test_what_cannot_be_written_is_put_aside_and_holds_up_nobody() -> None:
    sealer = make_sealer()
    bench = Bench(PickyStore(sealer), sealer)

    async with bench.running() as turns:
        _, bad, good = await asyncio.gather(
            turns.take(say("fine", 1)),
            turns.take(say("poison", 2)),
            turns.take(Arrival("tg:6", Opened(), 3, chat=6)),
        )

    stored = bench.stored()
    assert "Something broke here" in str(bad.reply.blocks[0])
    assert stored is not None
    assert (stored.arg, stored.misses) == ("fine", 1)
    assert bench.stored("tg:6") == good.session
    assert set(bench.store.disk.marks) == {1, 2, 3}


class WeakStore(MemoryStore):
    """Is down for some calls."""

    def __init__(self, down: int, after_writing: bool = False) -> None:
        super().__init__(exclusive=True)
        self.down, self.after_writing = down, after_writing

    async def commit(self, steps: list[Step], settled: list[Settled], now: int) -> Outcome:
        if self.down and not self.after_writing:
            self.down -= 1
            raise StoreDownError
        outcome = await super().commit(steps, settled, now)
        if self.down:
            self.down -= 1
            raise StoreDownError
        return outcome


@pytest.mark.parametrize("after_writing", [False, True])
async def test_a_database_that_comes_back_loses_and_doubles_nothing(after_writing: bool) -> None:
    """A commit may fail to say that it happened; the marks tell."""
    bench = Bench(WeakStore(2, after_writing))

    async with bench.running() as turns:
        await asyncio.gather(*(turns.take(say(f"text {i}", i)) for i in range(3)))

    stored = bench.stored()
    assert stored is not None
    assert stored.misses == 3


async def test_a_database_that_stays_away_is_told_to_the_channel() -> None:
    bench = Bench(WeakStore(1_000))

    async with bench.running() as turns:
        waiting = asyncio.create_task(turns.take(say("text", 1)))
        await asyncio.sleep(0.2)
        turns.stop()
        with pytest.raises(StoreDownError):
            await waiting


async def test_a_database_that_comes_back_is_noticed_though_nobody_comes() -> None:
    """A proxy that asks /readyz sends nobody before."""
    bench = Bench(WeakStore(1))

    async with bench.running() as turns:
        gone = asyncio.create_task(turns.take(say("text", 1)))
        for down in (True, False):
            for _ in range(200):
                if ("store" in gauges.TROUBLES) == down:
                    break
                await asyncio.sleep(0.01)
            gone.cancel()

    assert "store" not in gauges.TROUBLES
    assert bench.stored() is None


async def test_two_processes_lose_nothing_of_each_other() -> None:
    disk = Disk()
    one = Bench(MemoryStore(disk, "one"), make_sealer(start=1))
    two = Bench(MemoryStore(disk, "two"), make_sealer(start=1_000_000))

    async with one.running(), two.running():
        await asyncio.gather(
            *((one, two)[i % 2].turns.take(press(f"q{i}", "a", i)) for i in range(40)),
        )

    assert len(choices(one.stored())) == 40
    assert disk.sessions[one.sealer.keys.find_person(ADDRESS)].revision >= 2


async def test_a_flood_gets_one_word_and_others_are_served() -> None:
    bench = Bench(burst=10)

    async with bench.running() as turns:
        taken = await asyncio.gather(*(turns.take(say(f"text {i}", i)) for i in range(40)))
        other = await turns.take(Arrival("tg:6", Opened(), 99, chat=6))

    slow = [t for t in taken if t.reply.blocks and "That was a lot at once" in str(t.reply.blocks[0])]
    assert len(slow) == 1
    assert bench.stored("tg:6") == other.session
    assert set(bench.store.disk.marks) == {*range(10), 99}


@pytest.mark.parametrize(
    ("plea", "state"),
    [
        (Press("do", "hide"), "hidden"),
        (Said("hide"), "hidden"),
        (Press("go", "urgent"), "urgent"),
        (Press("do", "erase"), "forgotten"),
    ],
)
async def test_whoever_tapped_too_much_can_still_hide_erase_and_find_help(plea: Incoming, state: str) -> None:
    """Somebody may be coming in. It is no way around the limit: of many in a row the first few count."""
    bench = Bench(burst=10)

    async with bench.running() as turns:
        await asyncio.gather(*(turns.take(press(f"q{i}", "a", i)) for i in range(40)))
        await turns.take(Arrival(ADDRESS, plea, 900, chat=5))
        session = bench.stored()
        await asyncio.gather(*(turns.take(Arrival(ADDRESS, plea, 1_000 + i, chat=5)) for i in range(50)))

    assert (session.state if session is not None else "forgotten") == state
    assert len([mark for mark in bench.store.disk.marks if mark >= 900]) == MOST_PLEAS


async def test_a_full_queue_sends_the_channel_away() -> None:
    bench = Bench()
    bench.turns.stop()

    with pytest.raises(BusyError):
        await bench.turns.take(say("text", 1))


async def test_a_session_under_a_former_key_is_found_and_moves() -> None:
    disk = Disk()
    before = Bench(MemoryStore(disk, "one", exclusive=True), make_sealer(OTHER_SECRET))
    async with before.running() as turns:
        await turns.take(press("q", "a", 1))

    after = Bench(MemoryStore(disk, "one", exclusive=True), make_sealer(SECRET, OTHER_SECRET, start=1_000))
    async with after.running() as turns:
        await turns.take(press("r", "b", 2))

    assert choices(after.stored()) == {"q": ("a",), "r": ("b",)}
    assert before.stored() is None
    assert list(disk.owed) == [after.sealer.keys.find_person(ADDRESS)]


async def test_a_row_that_cannot_be_read_starts_anew_and_says_so_in_the_log() -> None:
    bench = Bench()
    person = bench.sealer.keys.find_person(ADDRESS)
    bench.store.disk.sessions[person] = SessionRow(person, 4, 9, b"rubbish", 0)

    with capture_logs() as logs:
        async with bench.running() as turns:
            await turns.take(press("q", "a", 1))

    assert choices(bench.stored()) == {"q": ("a",)}
    assert bench.store.disk.sessions[person].revision == 5
    assert logs[0]["event"] == "session unreadable"


async def test_a_process_that_starts_again_goes_on_with_the_same_session() -> None:
    disk = Disk()
    sealer = make_sealer()
    for i in range(3):
        bench = Bench(MemoryStore(disk, f"run {i}", exclusive=True), sealer)
        async with bench.running() as turns:
            await turns.take(say("text", i))

    assert bench.stored() is not None
    assert (bench.stored() or Session())._replace(seen=None).misses == 3


async def test_a_channel_without_chats_owes_nothing() -> None:
    bench = Bench()

    async with bench.running() as turns:
        taken = await turns.take(Arrival("web:abc", Opened()))

    assert taken.session.state == "welcome"
    assert bench.store.disk.owed == {}
    assert bench.outbox.sent == []


async def test_message_ids_are_kept_two_days() -> None:
    bench = Bench()
    async with bench.running() as turns:
        await turns.take(say("text", 1))

    now = int(START.timestamp() * 1000)
    await bench.store.purge(now + KEEP_MESSAGES, 30 * 86_400_000)
    kept = len(bench.store.disk.messages)
    await bench.store.purge(now + KEEP_MESSAGES + 1, 30 * 86_400_000)

    assert (kept, len(bench.store.disk.messages)) == (1, 0)

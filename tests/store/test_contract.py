"""What every store promises: the same tests on memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.base import (
    DAY,
    HOLD,
    KEEP_MARKS,
    KEEP_MESSAGES,
    WORKER_LIFE,
    MessageRow,
    OwedRow,
    SessionRow,
    Settled,
    Step,
    Store,
)
from bot.store.memory import Disk, MemoryStore
from bot.store.sql import SqlStore
from tests.databases import open_database

NOW = 1_790_000_000_000
ANNA, BOHDAN = b"a" * 16, b"b" * 16


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes' hands on one database."""
    if request.param == "memory":
        disk = Disk()
        yield MemoryStore(disk, "one"), MemoryStore(disk, "two")
        return
    url = (
        f"sqlite:///{tmp_path}/test.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    async with open_database(url) as engine:
        yield SqlStore(engine, "one"), SqlStore(engine, "two")


several = pytest.mark.parametrize("pair", ["memory", "postgres"], indirect=True)
single = pytest.mark.parametrize("pair", ["sqlite"], indirect=True)


@pytest.fixture
def store(pair: tuple[Store, Store]) -> Store:
    return pair[0]


def row(person: bytes = ANNA, revision: int = 1, generation: int = 7, seen: int = NOW) -> SessionRow:
    return SessionRow(person, revision, generation, b"sealed%d" % revision, seen)


def owed(person: bytes = ANNA, ticket: int = 100, generation: int = 7, due: int = NOW + HOLD) -> OwedRow:
    return OwedRow(person, ticket, generation, b"to", due)


def message(id: int, person: bytes | None = ANNA, at: int = NOW, due: int | None = None) -> MessageRow:
    return MessageRow(id, person, b"message%d" % id, at, due)


async def put(store: Store, *steps: Step, now: int = NOW) -> None:
    outcome = await store.commit(list(steps), [], now)
    assert outcome.lost == set()


async def read_one(store: Store, person: bytes = ANNA) -> SessionRow | None:
    return (await store.read([person], []))[0].get(person)


async def test_a_new_session_is_read_back_with_its_marks(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), marks=(5, 6)))

    assert await store.read([ANNA, BOHDAN], [5, 6, 7]) == ({ANNA: row()}, {5, 6})


async def test_owed_replies_are_counted_with_the_earliest(store: Store) -> None:
    assert await store.count_owed() == (0, 0)
    await put(store, Step(ANNA, None, row(), owed=owed(due=NOW + 7)))
    await put(store, Step(BOHDAN, None, row(BOHDAN), owed=owed(BOHDAN, 101, due=NOW + 5)))

    assert await store.count_owed() == (2, NOW + 5)


async def test_a_mark_may_be_written_twice(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), marks=(5,)))
    await put(store, Step(ANNA, 1, row(revision=2), marks=(5,)))

    assert (await store.read([], [5]))[1] == {5}


async def test_the_next_revision_replaces_the_one_read(store: Store) -> None:
    await put(store, Step(ANNA, None, row()))
    await put(store, Step(ANNA, 1, row(revision=2)))

    assert await read_one(store) == row(revision=2)


async def test_who_read_an_older_revision_writes_nothing(pair: tuple[Store, Store]) -> None:
    one, two = pair
    await put(one, Step(ANNA, None, row()))
    await put(one, Step(ANNA, 1, row(revision=2)))

    late = Step(ANNA, 1, row(revision=2, generation=9), marks=(8,), owed=owed(), messages=(message(1),))
    other = Step(BOHDAN, None, row(BOHDAN), marks=(9,))
    outcome = await two.commit([late, other], [], NOW)

    assert outcome.lost == {ANNA}
    assert await two.read([ANNA, BOHDAN], [8, 9]) == ({ANNA: row(revision=2), BOHDAN: row(BOHDAN)}, {9})
    assert await two.read_owed([ANNA]) == []


async def test_of_two_first_turns_one_is_lost(pair: tuple[Store, Store]) -> None:
    one, two = pair
    await put(one, Step(ANNA, None, row(), marks=(1,)))

    outcome = await two.commit([Step(ANNA, None, row(generation=8), marks=(2,))], [], NOW)

    assert outcome.lost == {ANNA}
    assert await two.read([ANNA], [1, 2]) == ({ANNA: row()}, {1})


async def test_a_write_to_an_erased_session_is_lost(pair: tuple[Store, Store]) -> None:
    one, two = pair
    await put(one, Step(ANNA, None, row()))
    await put(one, Step(ANNA, 1, None, wipe=True))

    outcome = await two.commit([Step(ANNA, 1, row(revision=2))], [], NOW)

    assert outcome.lost == {ANNA}
    assert await read_one(two) is None


async def test_an_owed_reply_is_kept_until_its_own_ticket_is_settled(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed(ticket=100)))
    await put(store, Step(ANNA, 1, row(revision=2), owed=owed(ticket=101)))

    first = await store.commit([], [Settled(ANNA, 100, 7)], NOW)
    between = await store.read_owed([ANNA])
    second = await store.commit([], [Settled(ANNA, 101, 7)], NOW)

    assert first.reopened == {ANNA}
    assert [r.ticket for r in between] == [101]
    assert second.reopened == set()
    assert await store.read_owed([ANNA]) == []


@several
async def test_while_a_living_process_sends_the_other_leaves_the_reply_to_it(
    pair: tuple[Store, Store],
) -> None:
    one, two = pair
    await one.hold("worker/one", NOW, WORKER_LIFE)
    await put(one, Step(ANNA, None, row(), owed=owed(ticket=100)))

    outcome = await two.commit([Step(ANNA, 1, row(revision=2), owed=owed(ticket=101))], [], NOW + 1)
    finished = await one.commit([], [Settled(ANNA, 100, 7)], NOW + 2)

    assert outcome.elsewhere == {ANNA}
    assert finished.reopened == {ANNA}
    assert await two.claim(NOW + 2, 10) == []


@several
async def test_a_reply_is_left_to_the_process_that_sends_it_and_to_no_other(
    pair: tuple[Store, Store],
) -> None:
    """What others are sending to other people does not matter."""
    one, two = pair
    await two.hold("worker/two", NOW, WORKER_LIFE)
    await put(two, Step(BOHDAN, None, row(person=BOHDAN), owed=owed(person=BOHDAN)))
    await put(one, Step(ANNA, None, row(), owed=owed(ticket=100)))

    own = await one.commit([Step(ANNA, 1, row(revision=2), owed=owed(ticket=101))], [], NOW)
    await one.hold("worker/one", NOW, WORKER_LIFE)
    other = await two.commit([Step(ANNA, 2, row(revision=3), owed=owed(ticket=102))], [], NOW)
    settled = await one.commit([], [Settled(ANNA, 101, 7)], NOW)

    assert (own.elsewhere, other.elsewhere, settled.reopened) == (set(), {ANNA}, {ANNA})


@several
@pytest.mark.parametrize("in_hand", [False, True])
async def test_a_reply_that_was_put_off_is_left_to_nobody(pair: tuple[Store, Store], in_hand: bool) -> None:
    """The process that put it off does not look at it before it is due, so a newer one must not wait for it."""
    one, two = pair
    await one.hold("worker/one", NOW, WORKER_LIFE)
    await put(one, Step(ANNA, None, row(), owed=owed(ticket=100)))
    later = Settled(ANNA, 100, 7, again=NOW + 1_000, in_hand=in_hand)
    await one.commit([], [later], NOW)

    outcome = await two.commit([Step(ANNA, 1, row(revision=2), owed=owed(ticket=101))], [], NOW)

    assert outcome.elsewhere == ({ANNA} if in_hand else set())


@single
async def test_where_one_process_writes_its_replies_are_left_to_no_other(pair: tuple[Store, Store]) -> None:
    former, now = pair
    await former.hold("worker/one", NOW, WORKER_LIFE)
    await put(former, Step(ANNA, None, row(), owed=owed()))

    outcome = await now.commit([Step(ANNA, 1, row(revision=2), owed=owed(ticket=101))], [], NOW)

    assert outcome.elsewhere == set()


async def test_replies_of_a_dead_process_are_claimed_at_once(pair: tuple[Store, Store]) -> None:
    one, two = pair
    await one.hold("worker/one", NOW, WORKER_LIFE)
    await put(one, Step(ANNA, None, row(), owed=owed()))

    alive = await two.claim(NOW + WORKER_LIFE - 1, 10)
    dead = await two.claim(NOW + WORKER_LIFE, 10)
    again = await two.claim(NOW + WORKER_LIFE, 10)

    assert (alive, [r.person for r in dead], again) == ([], [ANNA], [])


async def test_a_reply_of_ones_own_is_claimed_when_it_is_due(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed(due=NOW + 50)))

    early = await store.claim(NOW + 49, 10)
    due = await store.claim(NOW + 50, 10)

    assert (early, [r.ticket for r in due]) == ([], [100])


async def test_a_reply_put_off_counts_its_attempts(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))

    await store.commit([], [Settled(ANNA, 100, 7, again=NOW + 5_000)], NOW)

    assert await store.read_owed([ANNA]) == [replace(owed(), due=NOW + 5_000, attempts=1)]


async def test_a_later_reply_takes_the_place_of_the_settled_one(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))
    cover = owed(ticket=101, due=NOW + 600_000)

    outcome = await store.commit([], [Settled(ANNA, 100, 7, then=cover)], NOW)

    assert outcome.reopened == set()
    assert await store.read_owed([ANNA]) == [cover]
    assert await store.claim(NOW + 599_999, 10) == []
    assert await store.claim(NOW + 600_000, 10) == [cover]


async def test_what_is_sent_is_kept_with_the_screen(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))

    await store.commit([], [Settled(ANNA, 100, 7, messages=(message(1),), screen=b"screen")], NOW)
    await put(store, Step(ANNA, 1, row(revision=2)))

    assert await read_one(store) == replace(row(revision=2), screen=b"screen")


async def test_what_was_sent_may_be_written_down_twice(store: Store) -> None:
    """A commit that does not say that it happened is made again."""
    await put(store, Step(ANNA, None, row(), owed=owed()))
    sent = Settled(ANNA, 100, 7, messages=(message(1),), screen=b"screen")

    await store.commit([], [sent], NOW)
    again = await store.commit([], [sent], NOW)

    assert again.doomed == {}
    assert await read_one(store) == replace(row(), screen=b"screen")


async def test_hiding_dooms_everything_shown_and_clears_the_screen(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed(), messages=(message(1),)))
    await put(store, Step(BOHDAN, None, row(BOHDAN), messages=(message(3, BOHDAN),)))
    await store.commit([], [Settled(ANNA, 100, 7, messages=(message(2),), screen=b"screen")], NOW)

    hide = Step(ANNA, 1, row(revision=2, generation=8), owed=owed(ticket=101, generation=8), wipe=True)
    outcome = await store.commit([hide], [], NOW)

    assert sorted(m.id for m in outcome.doomed[ANNA]) == [1, 2]
    assert await read_one(store) == row(revision=2, generation=8)
    assert [m.id for m in await store.claim_deletions(NOW + HOLD, 10)] == [1, 2]
    assert all(m.person is None for m in outcome.doomed[ANNA])


async def test_what_finishes_under_an_older_generation_is_doomed(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))
    await put(store, Step(ANNA, 1, row(revision=2, generation=8), wipe=True, owed=owed(ticket=101)))

    outcome = await store.commit([], [Settled(ANNA, 100, 7, messages=(message(9),), screen=b"old")], NOW)

    assert [m.id for m in outcome.doomed[ANNA]] == [9]
    assert await read_one(store) == row(revision=2, generation=8)
    assert [m.id for m in await store.claim_deletions(NOW + HOLD, 10)] == [9]


async def test_sending_and_hiding_in_one_batch_leave_nothing(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))

    sent = Settled(ANNA, 100, 7, messages=(message(9),), screen=b"old")
    hide = Step(ANNA, 1, row(revision=2, generation=8), wipe=True, owed=owed(ticket=101, generation=8))
    outcome = await store.commit([hide], [sent], NOW)

    assert [m.id for m in outcome.doomed[ANNA]] == [9]
    assert await read_one(store) == row(revision=2, generation=8)


async def test_erasing_leaves_neither_session_nor_owner_of_messages(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), messages=(message(1),)))

    await put(store, Step(ANNA, 1, None, wipe=True))
    sent_late = await store.commit([], [Settled(ANNA, 100, 7, messages=(message(2),))], NOW)

    assert await read_one(store) is None
    assert await store.read_owed([ANNA]) == []
    assert [m.id for m in sent_late.doomed[ANNA]] == [2]
    assert [(m.id, m.person) for m in await store.claim_deletions(NOW + HOLD, 10)] == [(1, None), (2, None)]


async def test_deletions_are_forgotten_or_put_off(store: Store) -> None:
    rows = tuple(message(i, None, due=NOW) for i in (1, 2))
    await put(store, Step(ANNA, None, row(), messages=rows))

    claimed = await store.claim_deletions(NOW, 10)
    nobody_else = await store.claim_deletions(NOW, 10)
    await store.finish_deletions([1], [2], NOW + 9)

    assert ([m.id for m in claimed], nobody_else) == ([1, 2], [])
    assert [m.id for m in await store.claim_deletions(NOW + 9, 10)] == [2]


async def test_an_idle_step_owes_a_reply_without_touching_the_session(store: Store) -> None:
    await put(store, Step(ANNA, None, row()))

    outcome = await store.commit([Step(ANNA, None, None, marks=(4,), owed=owed(), idle=True)], [], NOW)

    assert outcome.lost == set()
    assert await store.read([ANNA], [4]) == ({ANNA: row()}, {4})
    assert await store.read_owed([ANNA]) == [owed()]


async def test_a_session_moves_to_its_new_key_with_what_belongs_to_it(store: Store) -> None:
    await put(store, Step(ANNA, None, row(), owed=owed()))
    await store.commit([], [Settled(ANNA, 1, 7, messages=(message(1),), screen=b"sealed to anna")], NOW)

    await put(store, Step(BOHDAN, 1, row(BOHDAN, revision=2), was=ANNA))
    hidden = await store.commit([Step(BOHDAN, 2, row(BOHDAN, revision=3), wipe=True)], [], NOW)

    assert await read_one(store, ANNA) is None
    assert await read_one(store, BOHDAN) == row(BOHDAN, revision=3)
    assert [m.id for m in hidden.doomed[BOHDAN]] == [1]
    assert await store.read_owed([ANNA]) == []


async def test_a_lease_is_one_processs_until_it_ends(pair: tuple[Store, Store]) -> None:
    one, two = pair

    assert await one.hold("polling", NOW, 1_000)
    assert not await two.hold("polling", NOW + 999, 1_000)
    assert await one.hold("polling", NOW + 999, 1_000)
    assert await two.hold("polling", NOW + 1_999, 1_000)
    await two.release()
    assert await one.hold("polling", NOW + 2_000, 1_000)


async def test_purge_forgets_what_is_past_its_time(store: Store) -> None:
    await put(
        store, Step(ANNA, None, row(seen=NOW - 31 * DAY), marks=(1,), messages=(message(1, None, due=NOW),))
    )
    await put(store, Step(BOHDAN, None, row(BOHDAN), marks=(2,)), now=NOW + KEEP_MARKS)

    gone = await store.purge(NOW + KEEP_MESSAGES + 1, 30 * DAY + KEEP_MESSAGES)

    assert gone == 1
    assert await store.read([ANNA, BOHDAN], [1, 2]) == ({BOHDAN: row(BOHDAN)}, {2})
    assert await store.claim_deletions(NOW + DAY * 9, 10) == []


async def test_sessions_under_another_key_are_found(store: Store) -> None:
    old, new = row(), replace(row(BOHDAN), sealed=b"KEY2rest")
    await put(store, Step(ANNA, None, old), Step(BOHDAN, None, new))

    assert await store.find_stale(b"KEY2", 10) == [old]


async def test_meta_keeps_the_last_value(store: Store) -> None:
    await store.write_meta("check", b"1")
    await store.write_meta("check", b"2")

    assert await store.read_meta("check") == b"2"
    assert await store.read_meta("nothing") is None


async def test_many_people_fit_one_batch(store: Store) -> None:
    people = [i.to_bytes(16, "big") for i in range(1_200)]
    steps = [Step(p, None, row(p), marks=(i,), owed=owed(p, ticket=i + 1)) for i, p in enumerate(people)]

    await put(store, *steps)
    outcome = await store.commit([], [Settled(p, i + 1, 7) for i, p in enumerate(people)], NOW)

    found, done = await store.read(people, list(range(1_200)))
    assert (len(found), len(done), outcome.reopened) == (1_200, 1_200, set())
    assert await store.read_owed(people) == []

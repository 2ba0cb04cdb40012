"""Who is told of changes, and that nobody is told twice: on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.keycheck import rotate_subscriptions
from bot.keys import Keys
from bot.sealing import Follower, Sealer
from bot.store.base import KEEP_NOTICES, Quit, SessionRow, Step, Subscription
from bot.store.hands import open_hands
from bot.store.memory import Disk, MemoryStore
from bot.store.notices import Notice, SqlNotices
from bot.store.sql import SqlStore
from tests.databases import open_database

NOW = 1_790_000_000_000
ANNA, BOHDAN = b"a" * 16, b"b" * 16
MONEY: dict[str, tuple[str, ...]] = {"money": ()}


@dataclass
class Place:
    store: SqlStore
    notices: SqlNotices
    others: SqlNotices

    async def untold(self, matters: dict[str, tuple[str, ...]] = MONEY, id: int = NOW) -> list[bytes]:
        return [row.person for row in await self.notices.list_untold(Notice(id, matters), 50)]


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    async with open_database(url) as engine:
        hands = open_hands(engine), open_hands(engine)
        store = SqlStore(engine, "one")
        yield Place(store, *(SqlNotices(engine, h) for h in hands))
        for h in hands:
            await h.close()
        await store.close()


def follow(person: bytes = ANNA, topic: str = "money", region: str = "UA-63", at: int = NOW) -> Subscription:
    return Subscription(person, topic, region, b"sealed", at)


async def write(place: Place, *changes: Subscription | Quit, person: bytes = ANNA) -> None:
    """As a turn does, in the transaction of the session."""
    rows, _ = await place.store.read([person], [])
    read = rows[person].revision if rows else None
    row = SessionRow(person, (read or 0) + 1, 7, b"s", NOW)
    assert (await place.store.commit([Step(person, read, row, notices=changes)], [], NOW)).lost == set()


async def test_a_subscription_is_written_changed_and_ended_with_the_turn(place: Place) -> None:
    await write(place, follow(), follow(topic="housing"))
    await write(place, follow(region="UA-05"))
    assert await place.untold({"money": ("UA-05",)}) == [ANNA]
    assert await place.untold({"money": ("UA-63",)}) == []

    await write(place, Quit(ANNA, "money"))
    assert await place.untold() == []
    assert await place.untold({"housing": ()}) == [ANNA]

    await write(place, Quit(ANNA))
    assert await place.notices.count({"money": (), "housing": ()}) == 0


async def test_a_turn_that_lost_the_race_subscribes_nobody(place: Place) -> None:
    await write(place)

    late = Step(ANNA, 9, SessionRow(ANNA, 10, 7, b"s", NOW), notices=(follow(),))
    outcome = await place.store.commit([late], [], NOW)

    assert outcome.lost == {ANNA}
    assert await place.untold() == []


async def test_people_are_counted_once_and_by_region(place: Place) -> None:
    await write(place, follow(), follow(topic="housing"))
    await write(place, follow(BOHDAN, region=""), person=BOHDAN)

    assert await place.notices.count({"money": (), "housing": ()}) == 2
    assert await place.notices.count({"money": ("UA-63", "UA-05")}) == 1
    assert await place.notices.count({"safety": ()}) == 0


async def test_who_subscribed_after_the_order_is_not_told(place: Place) -> None:
    await write(place, follow(at=NOW + 1))

    assert await place.untold(id=NOW) == []
    assert await place.untold(id=NOW + 1) == [ANNA]


async def test_of_two_processes_one_marks(place: Place) -> None:
    """Marked before it is sent: whoever comes second, or after a crash, does not send."""
    await write(place, follow(), follow(topic="housing"))

    marked = await asyncio.gather(*(n.mark([ANNA], NOW) for n in [place.notices, place.others] * 5))

    assert sorted(marked) == [False] * 9 + [True]
    assert await place.untold({"money": (), "housing": ()}) == []
    assert await place.untold(id=NOW + 1) == [ANNA]


async def test_whoever_ended_it_meanwhile_is_not_marked(place: Place) -> None:
    assert await place.notices.mark([ANNA], NOW) is False


async def test_a_notice_of_one_key_is_ordered_once(place: Place) -> None:
    assert await place.notices.queue("a b", {"money": ("UA-63",)}, NOW) is True
    assert await place.others.queue("a b", MONEY, NOW) is False
    assert await place.others.queue("b c", MONEY, NOW) is True

    first = await place.notices.read_next()
    assert first == Notice(NOW, {"money": ("UA-63",)})
    await place.notices.finish(NOW)
    assert await place.notices.read_next() == Notice(NOW + 1, MONEY)


async def test_a_year_later_it_ends_by_itself(place: Place) -> None:
    await write(place, follow())
    await place.notices.queue("a b", MONEY, NOW)

    await place.store.purge(NOW + KEEP_NOTICES, KEEP_NOTICES)
    assert await place.untold() == [ANNA]

    await place.store.purge(NOW + KEEP_NOTICES + 1, KEEP_NOTICES)
    assert await place.untold() == []
    assert await place.notices.read_next() is None


async def test_a_new_key_moves_subscriptions_and_keeps_who_was_told(place: Place) -> None:
    old, new = Sealer(Keys(["o" * 40])), Sealer(Keys(["n" * 40, "o" * 40]))
    follower = Follower("tg:7001", "en")
    person = old.keys.find_person(follower.address)
    row = replace(follow(person), sealed=old.seal_follower(person, follower))
    await write(place, row, replace(row, topic="housing"), person=person)
    lost = replace(follow(BOHDAN), sealed=b"????")
    await write(place, lost, person=BOHDAN)
    await place.notices.mark([person], NOW)

    moved = await rotate_subscriptions(place.notices, new)

    assert moved == (2, 1)
    assert await place.untold() == [BOHDAN]
    alone = Sealer(Keys(["n" * 40]))
    (found,) = [r for r in await place.notices.list_untold(Notice(NOW + 1, MONEY), 9) if r.person != BOHDAN]
    assert found.person == alone.keys.find_person(follower.address)
    assert alone.open_follower(found) == follower


async def test_memory_keeps_the_same_promises() -> None:
    disk = Disk()
    store = MemoryStore(disk)
    row = SessionRow(ANNA, 1, 7, b"s", NOW)

    await store.commit([Step(ANNA, None, row, notices=(follow(), follow(topic="housing")))], [], NOW)
    late = Step(ANNA, 9, row, notices=(follow(topic="work"),))
    assert (await store.commit([late], [], NOW)).lost == {ANNA}
    assert sorted(topic for _, topic in disk.subscriptions) == ["housing", "money"]

    await store.commit([Step(ANNA, 1, None, notices=(Quit(ANNA),))], [], NOW)
    assert disk.subscriptions == {}

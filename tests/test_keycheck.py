"""A lost key is told, and a new one takes over."""

from __future__ import annotations

import pytest

from bot.errors import MendableError
from bot.keycheck import check_key, rotate_key
from bot.keys import Keys
from bot.sealing import Sealer
from bot.store.base import SessionRow, Step
from bot.store.memory import MemoryStore
from dialogs.session import Session
from tests.fakes import Clock

OLD, NEW = "o" * 32, "n" * 32


async def test_a_lost_key_is_told_instead_of_starting_empty() -> None:
    store = MemoryStore()
    await check_key(store, Keys([OLD]))
    await check_key(store, Keys([OLD]))

    with pytest.raises(MendableError, match="another SECRET_KEY"):
        await check_key(store, Keys([NEW]))


async def test_the_former_key_lets_the_new_one_in() -> None:
    store = MemoryStore()
    await check_key(store, Keys([OLD]))
    await check_key(store, Keys([NEW, OLD]))

    await check_key(store, Keys([NEW]))


async def put_sessions(store: MemoryStore, sealer: Sealer, count: int) -> None:
    for i in range(count):
        person = sealer.keys.find_person(f"tg:{i}")
        sealed = sealer.seal_session(person, f"tg:{i}", Session(misses=i))
        await store.commit([Step(person, None, SessionRow(person, 1, 7, sealed, 0))], [], 0)


async def test_rotation_moves_every_session_under_the_new_key() -> None:
    store = MemoryStore()
    await put_sessions(store, Sealer(Keys([OLD])), 1_200)

    moved = await rotate_key(store, Sealer(Keys([NEW, OLD])), Clock())

    new = Sealer(Keys([NEW]))
    rows, _ = await store.read([new.keys.find_person(f"tg:{i}") for i in range(1_200)], [])
    assert moved == (1_200, 0)
    assert [new.open_session(row).session.misses for row in rows.values()] == list(range(1_200))
    assert len(store.disk.sessions) == 1_200


async def test_rotation_passes_over_what_it_cannot_read() -> None:
    store = MemoryStore()
    await put_sessions(store, Sealer(Keys(["x" * 32])), 3)
    await put_sessions(store, Sealer(Keys([OLD])), 2)

    assert await rotate_key(store, Sealer(Keys([NEW, OLD])), Clock()) == (2, 3)

"""Says when the key is not the one the data was sealed with, and moves rows to a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import MendableError
from bot.keys import Keys, UnreadableError
from bot.sealing import Sealer
from bot.store.base import SessionRow, Step, Store
from bot.store.notices import Rows
from dialogs.words import N_

_NAME, _ROW, _PLAIN = "key", b"meta:key", b"nap1325"
_PAGE = 500


async def check_key(store: Store, keys: Keys) -> None:
    """Refuse to serve with a lost key: everybody would seem new, and nobody would know why.

    Raises:
        MendableError: no key at hand opens what this database was sealed with.
    """
    kept = await store.read_meta(_NAME)
    if kept is not None:
        try:
            keys.unseal(kept, _ROW)
        except UnreadableError:
            raise MendableError(
                N_(
                    "This database was written with another SECRET_KEY: give that one, or add it to "
                    "SECRET_KEY_PREVIOUS. Without it the stored dialogues cannot be read."
                )
            ) from None
    if kept is None or not keys.is_current(kept):
        await store.write_meta(_NAME, keys.seal(_PLAIN, _ROW))


async def rotate_key(store: Store, sealer: Sealer, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Move every session to the first key, while the service runs; give how many, and how many cannot be read.

    Message ids and owed replies are not moved: they are gone in two days, so the former key must stay
    in SECRET_KEY_PREVIOUS for as long.
    """
    moved = 0
    unreadable: set[bytes] = set()
    while True:
        stale = [
            row
            for row in await store.find_stale(sealer.keys.current_id, _PAGE + len(unreadable))
            if row.person not in unreadable
        ]
        if not stale:
            return moved, len(unreadable)
        steps = []
        for row in stale:
            step = _move(row, sealer)
            if step is None:
                unreadable.add(row.person)
            else:
                steps.append(step)
        outcome = await store.commit(steps, [], int(clock().timestamp() * 1000))
        moved += len(steps) - len(outcome.lost)


async def rotate_subscriptions(notices: Rows, sealer: Sealer) -> tuple[int, int]:
    """As `rotate_key`, for who asked to be told of changes. These never go by themselves within days."""
    moved = 0
    unreadable: set[tuple[bytes, str]] = set()
    while True:
        stale = [
            row
            for row in await notices.find_stale(sealer.keys.current_id, _PAGE + len(unreadable))
            if (row.person, row.topic) not in unreadable
        ]
        if not stale:
            return moved, len(unreadable)
        for row in stale:
            try:
                follower = sealer.open_follower(row)
            except UnreadableError:
                unreadable.add((row.person, row.topic))
                continue
            person = sealer.keys.find_person(follower.address)
            await notices.move(
                row, replace(row, person=person, sealed=sealer.seal_follower(person, follower))
            )
            moved += 1


def _move(row: SessionRow, sealer: Sealer) -> Step | None:
    try:
        known = sealer.open_session(row)
    except UnreadableError:
        return None
    person = sealer.keys.find_person(known.address)
    sealed = sealer.seal_session(person, known.address, known.session)
    new = replace(row, person=person, sealed=sealed, revision=row.revision + 1, screen=None)
    return Step(person, row.revision, new, was=row.person if row.person != person else None)

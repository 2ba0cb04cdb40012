"""`nap1325 rotate-key` and `nap1325 purge`: what is kept, under the key in use and no longer than promised."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import typer

from bot.cli_common import fail, read_now
from bot.errors import MendableError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.notices import SqlNotices
    from bot.store.sql import SqlStore

_T = TypeVar("_T")


def register(app: typer.Typer) -> None:
    app.command("rotate-key")(rotate)
    app.command()(purge)


def rotate() -> None:
    """Move dialogues and subscriptions to the first SECRET_KEY, while the service runs."""
    from bot.cli import _open_settings
    from bot.keycheck import rotate_key, rotate_subscriptions
    from bot.keys import Keys
    from bot.sealing import Sealer
    from bot.settings import find_secrets

    settings = _open_settings()
    sealer = Sealer(Keys(find_secrets(settings)))

    async def work(store: SqlStore, notices: SqlNotices) -> tuple[tuple[int, int], tuple[int, int]]:
        return await rotate_key(store, sealer, read_now), await rotate_subscriptions(notices, sealer)

    (moved, lost), (followed, unread) = _run(settings, work)
    print(f"Moved to the first key: {moved} dialogues, {followed} subscriptions.")
    if lost or unread:
        fail(
            f"No key at hand opens {lost} dialogues and {unread} subscriptions: add theirs to SECRET_KEY_PREVIOUS.",
            1,
        )
    print("After two days the former key may leave SECRET_KEY_PREVIOUS.")


def purge() -> None:
    """Forget what is past its time now; the running service does it every hour."""
    from bot.cli import _open_settings

    settings = _open_settings()

    async def work(store: SqlStore, _notices: SqlNotices) -> int:
        return await store.purge(int(read_now().timestamp() * 1000), settings.retention_days * 86_400_000)

    print(f"Forgotten: {_run(settings, work)} idle dialogues.")


def _run(settings: Settings, work: Callable[[SqlStore, SqlNotices], Awaitable[_T]]) -> _T:
    from bot.store.connect import open_engine, read_url
    from bot.store.hands import open_hands
    from bot.store.migrate import check_version
    from bot.store.notices import SqlNotices
    from bot.store.sql import SqlStore

    async def run() -> _T:
        engine = open_engine(read_url(settings.database_url.get_secret_value()))
        try:
            await check_version(engine)
        except MendableError:
            await engine.dispose()
            raise
        store, hands = SqlStore(engine, "command"), open_hands(engine)
        try:
            return await work(store, SqlNotices(engine, hands))
        finally:
            await hands.close()
            await store.close()

    try:
        return asyncio.run(run())
    except MendableError as error:
        fail(error.say(), 1)

"""Receives by long polling. An update is confirmed to Telegram only once its turn is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from telegram.error import Conflict, TelegramError

from bot.errors import MendableError
from bot.store.base import Store, StoreDownError
from bot.telegram.api import LONG_POLL, Api
from bot.telegram.patience import Patience
from dialogs.words import N_

LEASE, LEASE_LIFE = "polling", 10_000
BLIP = 4.0  # seconds of pause below which a failure is no trouble yet
STEADY = 60.0  # seconds of polling after which a conflict is the newcomer's fault, not ours
log = structlog.get_logger("telegram")

SECOND_POLLER = N_(
    "Another program receives this bot's messages: stop it, or use a webhook for several processes."
)


class Poller:
    """Asks for updates, hands them on, and asks for the next when all are committed."""

    def __init__(
        self,
        api: Api,
        store: Store,
        take: Callable[[Any], Awaitable[None]],
        clock: Callable[[], datetime],
        wait: int = LONG_POLL,
        steady: float = STEADY,
    ) -> None:
        """`take` returns when the update may be confirmed, however long that takes."""
        self._steady = steady
        self._api, self._store, self._take, self._clock = api, store, take, clock
        self._wait = wait
        self._offset = 0
        self._holding = False

    async def run(self) -> None:
        """Poll for ever. A token that is revoked meanwhile leaves the web as it is; the probes tell.

        After a failure the first call does not wait for news, so that the probes soon tell of a recovery.

        Raises:
            MendableError: another program polls with this token.
        """
        since: float | None = None
        patience = Patience(BLIP)
        while True:
            if not await self._hold():
                await asyncio.sleep(2.0)
                continue
            try:
                updates = await self._api.get_updates(self._offset, 0 if patience.pause else self._wait)
            except Conflict:
                if since is None or _now() - since < self._steady:
                    raise MendableError(SECOND_POLLER) from None
                patience.pause = 3.0
                log.warning("another program tried to receive this bot's messages", again_in=patience.pause)
            except TelegramError as error:
                patience.fail(error)
            else:
                since = since if since is not None else _now()
                patience.succeed()
                if updates:
                    await asyncio.gather(*(self._take(update) for update in updates))
                    self._offset = _last(updates) + 1
            if patience.pause:
                await asyncio.sleep(patience.pause)

    async def confirm(self) -> None:
        """Tell Telegram what is done, so that a clean stop leaves nothing to be repeated."""
        if self._offset:
            try:
                await self._api.get_updates(self._offset, 0)
            except TelegramError:
                return  # they are repeated at the next start, which changes nothing

    async def renew(self) -> None:
        """Keep the lease through a long poll."""
        if self._holding:
            await self._hold()

    async def _hold(self) -> bool:
        """Of several processes on one database only one polls."""
        if self._store.exclusive:
            return True
        now = int(self._clock().timestamp() * 1000)
        try:
            self._holding = await self._store.hold(LEASE, now, LEASE_LIFE)
        except StoreDownError:
            self._holding = False
        return self._holding


def _last(updates: list[dict[str, Any]]) -> int:
    return max(int(update["update_id"]) for update in updates)


def _now() -> float:
    return asyncio.get_running_loop().time()

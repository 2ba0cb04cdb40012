"""The Telegram channel of one process: everything built once, started, and stopped cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot import gauges
from bot.sealing import Sealer
from bot.speaker import Speaker
from bot.store.base import HOLD, WORKER_LIFE, Store, StoreDownError
from bot.store.notices import Untold
from bot.telegram.api import ALLOWED_UPDATES, LONG_POLL, Api
from bot.telegram.codes import Codes
from bot.telegram.eraser import Eraser, rest
from bot.telegram.herald import EVERY, Herald
from bot.telegram.patience import Patience
from bot.telegram.polling import STEADY, Poller
from bot.telegram.profile import set_profile
from bot.telegram.request import AiohttpRequest
from bot.telegram.sender import Sender
from bot.telegram.timekeeping import Timekeeper
from bot.telegram.updates import Invited, News, read_update
from bot.telegram.webhook import Webhook
from bot.turns import BusyError, Turns
from dialogs.words import N_

BEAT = WORKER_LIFE / 3_000  # seconds
SWEEP = 1.0  # seconds between looks at what is owed and in nobody's hands
MAX_CONNECTIONS = 100
PRIVATE_ONLY = N_("I talk only in private. Write to me: https://t.me/{username}")
log = structlog.get_logger("telegram")


def _hush(_: str) -> None:
    return


class Telegram:
    """Receives, answers, and looks after what was left behind."""

    def __init__(
        self,
        token: str,
        api_url: str,
        store: Store,
        turns: Turns,
        speaker: Speaker,
        sealer: Sealer,
        clock: Callable[[], datetime],
        rate: float = 1.0,
        languages: tuple[str, ...] = ("uk", "en"),
        codes: Codes | None = None,
        requests: tuple[BaseRequest, BaseRequest] | None = None,
        wait: int = LONG_POLL,
        steady: float = STEADY,
        notices: Untold | None = None,
        every: float = EVERY,
    ) -> None:
        """Build everything; nothing is connected yet.

        Args:
            codes: Passes answers to an operator and back; None where there is no console.
            requests: The transports for calls and for polling.
            wait: Seconds of a long poll.
            notices: Whom to tell of changes; None sends no notices.
            every: Seconds between looks for a notice.
            steady: Seconds of polling after which another poller is the one to give way.
        """
        look = Timekeeper(clock).look
        self._requests = calls, polls = requests or (
            AiohttpRequest(look=look),
            AiohttpRequest(connections=2, look=look),
        )
        self.username = ""  # until connected
        self._living = False
        self._bot = Bot(token, base_url=f"{api_url}/bot", request=calls, get_updates_request=polls)
        self._api = Api(self._bot, polls)
        self._store, self._turns, self._speaker, self._clock = store, turns, speaker, clock
        self._languages = languages
        self._eraser = Eraser(self._api, store, sealer, speaker, clock)
        self.sender = Sender(self._api, store, turns, speaker, sealer, self._eraser, clock, rate, codes)
        self._codes = codes
        self._herald = (
            Herald(
                self._api, store, notices, turns, speaker, sealer, lambda: self.sender.is_idle, clock, every
            )
            if notices is not None
            else None
        )
        self._poller = Poller(self._api, store, self.take_patiently, clock, wait, steady)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        turns.outbox = self.sender

    async def open(self) -> None:
        """Make calls possible. Telegram itself need not be there."""
        await asyncio.gather(*(request.initialize() for request in self._requests))

    async def connect(
        self, webhook_url: str = "", secret: str = "", say: Callable[[str], None] = _hush
    ) -> None:
        """Learn who we are, and choose how to receive; however long Telegram is away.

        `say` is told once of each trouble that whoever starts the service can mend.
        """
        patience = Patience()
        said: set[str] = set()
        while True:
            try:
                self.username = (await self._api.call("getMe"))["username"]
                if webhook_url:
                    await self._set_webhook(webhook_url, secret)
                else:
                    await self._bot.delete_webhook(drop_pending_updates=False)
            except TelegramError as error:
                patience.fail(error)
                if patience.trouble and patience.trouble not in said:
                    said.add(patience.trouble)
                    say(patience.trouble)
                await asyncio.sleep(patience.pause)
            else:
                patience.succeed()
                return

    async def _set_webhook(self, url: str, secret: str) -> None:
        await self._bot.set_webhook(
            url,
            secret_token=secret,
            allowed_updates=ALLOWED_UPDATES,
            max_connections=MAX_CONNECTIONS,
            drop_pending_updates=False,
        )

    async def serve(self, webhook_url: str, secret: str, say: Callable[[str], None]) -> None:
        """Connect, then receive until cancelled.

        Notices and what was left behind wait for the connection: before it they could only be tried in vain.

        Raises:
            MendableError: another program polls with this token.
        """
        self._live()
        await self.connect(webhook_url, secret, say)
        self.start()
        say(f"Telegram: receiving by {'webhook' if webhook_url else 'polling'}.")
        if webhook_url:
            await self._stop.wait()
        else:
            await self.poll()

    async def poll(self) -> None:
        """Receive by polling until cancelled."""
        await self._poller.run()

    def make_webhook(self, secret: str) -> Webhook:
        """The endpoint that takes deliveries."""
        return Webhook(self.take, secret)

    def start(self) -> None:
        """Begin the work beside receiving."""
        self._live()
        self._start(self._sweep())
        self._start(self._eraser.run(self._stop))
        if self._herald is not None:
            self._start(self._herald.run(self._stop))
        self._start(self._introduce())

    def _live(self) -> None:
        """Say from now on that this process lives, where others might think it dead."""
        if not self._store.exclusive and not self._living:
            self._living = True
            self._start(self._beat())

    async def stop(self, seconds: float = 5.0) -> None:
        """Finish what is being sent, tell Telegram what is done, and let go, within these seconds."""
        end = asyncio.get_running_loop().time() + seconds
        confirming = asyncio.create_task(self._poller.confirm())
        self._stop.set()
        await self.sender.drain(seconds)
        others = {confirming, *self._tasks}
        await asyncio.wait(others, timeout=max(0.1, min(1.0, end - asyncio.get_running_loop().time())))
        confirming.cancel()
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(confirming, *self._tasks, return_exceptions=True)
        await asyncio.gather(*(request.shutdown() for request in self._requests))

    # ---- receiving ----

    async def take(self, data: Any) -> None:
        """Take one update; returns when it may be acknowledged.

        Raises:
            BusyError, StoreDownError: not now; it must come again.
        """
        news = read_update(data)
        if isinstance(news, Invited):
            self._start(self._leave(news))
        if not isinstance(news, News):
            return
        try:
            arrival = await self._codes.open(news.arrival) if self._codes is not None else news.arrival
            await self._turns.take(arrival)
        except (BusyError, StoreDownError):
            raise
        except Exception as error:  # the turns have put it aside; an update may never block its chat
            log.error("update put aside", error=type(error).__name__)
        if news.query is not None:
            self.sender.answers.answer(news.query)

    async def take_patiently(self, data: Any) -> None:
        """As `take`, but waits for the database as long as it takes: polling has nowhere to send it back."""
        while True:
            try:
                await self.take(data)
            except (BusyError, StoreDownError):
                await asyncio.sleep(0.5)
            else:
                return

    # ---- beside receiving ----

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _beat(self) -> None:
        """Say that this process lives; apart from everything that may take long."""
        wait = 0.0
        while not await rest(self._stop, wait):
            try:
                await self._store.hold(f"worker/{self._store.holder}", self._ms(), WORKER_LIFE)
                await self._poller.renew()
            except StoreDownError:
                log.warning("database down")
            except Exception as error:
                log.error("beat failed", error=type(error).__name__)
            wait = BEAT

    async def _sweep(self) -> None:
        """Send what nobody else will."""
        wait = 0.0
        while not await rest(self._stop, wait):
            try:
                await self.sender.sweep()
                count, due = await self._store.count_owed()
                gauges.OWED.set(count)
                gauges.OLDEST.set(max(0, self._ms() + HOLD - due) / 1000 if count else 0)
            except StoreDownError:
                log.warning("database down")
            except Exception as error:  # this loop is what brings everything else back
                log.error("sweep failed", error=type(error).__name__)
            wait = SWEEP

    def _ms(self) -> int:
        return int(self._clock().timestamp() * 1000)

    async def _introduce(self) -> None:
        await set_profile(self._bot, self._speaker, self._languages)

    async def _leave(self, invited: Invited) -> None:
        """Groups and channels are left, with a word where one can be said."""
        text = self._speaker.words(self._languages[0]).gettext(PRIVATE_ONLY)
        with suppress(TelegramError):
            if invited.may_write:
                await self._bot.send_message(invited.chat, text.format(username=self.username))
        with suppress(TelegramError):
            await self._bot.leave_chat(invited.chat)

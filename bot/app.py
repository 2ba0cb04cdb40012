"""Builds every object once and runs the service: the only place that knows the concrete adapters."""

from __future__ import annotations

import asyncio
import gc
import secrets
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.child import give_back
from bot.dialogue import Dialogue
from bot.ending import Ending
from bot.errors import BrokenBaseError, MendableError
from bot.first import First, keep_edition
from bot.keycheck import check_key
from bot.keys import Keys
from bot.purging import give_memory_back, purge_desk, purge_dialogues
from bot.reload import Reloader
from bot.sealing import Sealer
from bot.settings import Settings
from bot.speaker import Speaker
from bot.store.base import StoreDownError
from bot.store.connect import is_sqlite, lock_file, open_engine, read_url
from bot.store.counted import SqlCounts
from bot.store.hands import Hands, open_hands
from bot.store.migrate import migrate
from bot.store.notices import SqlNotices
from bot.store.sql import SqlStore
from bot.tally import Tally
from bot.turns import Turns
from dialogs.engine import Engine

STOP_WITHIN = 8.0  # seconds from the signal on; the parts end one after the other within them
WEB_WITHIN, DRAIN_WITHIN, FINISH_WITHIN = 3.0, 3.5, 3.0
log = structlog.get_logger("app")


def read_clock() -> datetime:
    return datetime.now(UTC)


class App:
    """One process of the service."""

    def __init__(
        self, settings: Settings, keys: Keys, first: First, say: Callable[[str], None] = print
    ) -> None:
        """`first` is being found or loaded; `say` tells whoever starts it what to open."""
        self.settings = settings
        self._first = first
        self._say = say
        self._stop = asyncio.Event()
        self._ending = Ending(STOP_WITHIN)
        self._tasks: list[asyncio.Task[Any]] = []
        self.dialogue: Dialogue
        self.speaker: Speaker
        self.keys = keys
        self.sealer = Sealer(keys)
        self.reloader = Reloader(
            settings.knowledge_dir, self.use, read_clock, partial(keep_edition, key=keys.kept)
        )
        self._database: AsyncEngine
        self._hands: Hands
        self._telegram: Any = None

    @property
    def engine(self) -> Engine:
        """The engine of the edition in use; editions are swapped between turns."""
        return self.dialogue.engine

    def use(self, dialogue: Dialogue) -> None:
        """Take another edition from the next turn on."""
        self.dialogue = dialogue
        self.speaker.swap(dialogue.engine, dialogue.engine.tools.words)
        log.info("edition in use", edition=dialogue.edition.id)

    async def run(self) -> None:
        """Serve until a signal, then finish what is under way.

        Raises:
            MendableError: something the administrator can mend.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._begin_ending)
        async with AsyncExitStack() as stack:
            self._import_parts()
            store = await self._open_store(stack)
            tally = await self._open_tally(stack)
            try:
                self.dialogue = await self._first.take()
            except (BrokenBaseError, MendableError):
                if self._stop.is_set():
                    return
                raise
            self.speaker = Speaker(self.dialogue.engine, self.dialogue.engine.tools.words)
            turns = Turns(store, self.speaker, self.sealer, read_clock, count=tally.add)
            running = asyncio.create_task(turns.run())
            stack.push_async_callback(self._finish, turns, running)
            console = self._open_console(tally)
            telegram = await self._open_telegram(stack, store, turns, console)
            await self._open_web(stack, store, turns, telegram, console)
            self._start(purge_dialogues(store, self.settings.retention_days, read_clock))
            self._start(self._watch())
            self._start(give_memory_back())
            stack.push_async_callback(self._cancel)
            await asyncio.to_thread(self._first.keep, self.dialogue.edition.id, self.keys.kept)
            gc.collect()
            give_back()
            gc.freeze()  # full collections over what was built at the start cost pauses of 40 ms
            await self._wait()

    # ---- parts ----

    def _import_parts(self) -> None:
        """What is opened later is imported while the edition is being loaded."""
        parts = ["bot.server", "bot.web.app", "bot.web.console.build", "bot.web.health"]
        if self.settings.telegram_bot_token is not None:
            parts.append("bot.telegram.channel")
        for name in parts:
            import_module(name)

    async def _open_store(self, stack: AsyncExitStack) -> SqlStore:
        url = read_url(self.settings.database_url.get_secret_value())
        if is_sqlite(url) and url.database:
            lock = lock_file(url)
        else:
            lock = None
        engine = self._database = open_engine(url)
        store = SqlStore(engine, secrets.token_hex(8), lock)
        stack.push_async_callback(self._end, store.close)
        await migrate(engine)
        await store.start()
        await check_key(store, self.keys)
        stack.push_async_callback(self._end, store.release)
        return store

    async def _open_tally(self, stack: AsyncExitStack) -> Tally:
        """Counts; their transactions and the console's have a thread of their own, beside the turns'."""
        self._hands = open_hands(self._database)
        stack.push_async_callback(self._end, self._hands.close)
        tally = Tally(SqlCounts(self._database, self._hands), read_clock)
        stack.push_async_callback(self._end, tally.write)
        self._start(tally.run())
        return tally

    async def _open_telegram(self, stack: AsyncExitStack, store: SqlStore, turns: Turns, console: Any) -> Any:
        """Telegram when there is a token; its webhook endpoint when deliveries come by webhook.

        Nothing here waits for Telegram: the web and the console open at once.
        """
        token = self.settings.telegram_bot_token
        if token is None:
            self._say(
                "Telegram: not on. Get a token from @BotFather (/newbot), write TELEGRAM_BOT_TOKEN=… into .env, start again."
            )
            return None
        from bot.telegram.channel import Telegram
        from bot.telegram.codes import Codes

        telegram = Telegram(
            token.get_secret_value(),
            self.settings.telegram_api_url,
            store,
            turns,
            self.speaker,
            self.sealer,
            read_clock,
            self.settings.telegram_chat_rate,
            self.dialogue.edition.languages,
            Codes(console.handover, lambda: self.engine, read_clock),
            notices=SqlNotices(self._database, self._hands),
        )
        await telegram.open()
        self._telegram = telegram
        stack.push_async_callback(lambda: telegram.stop(self._ending.left(DRAIN_WITHIN)))
        url = self.settings.telegram_webhook_url or ""
        given = self.settings.telegram_webhook_secret
        secret = given.get_secret_value() if given else self.keys.sign_link(b"webhook").hex()
        self._start(telegram.serve(url, secret, self._say))
        return telegram.make_webhook(secret) if url else None

    async def _open_web(
        self, stack: AsyncExitStack, store: SqlStore, turns: Turns, webhook: Any, console: Any
    ) -> None:
        from starlette.routing import Route

        from bot.server import Server, take_port
        from bot.store.notes import NoteBox
        from bot.web.app import build_web
        from bot.web.deps import Deps

        routes = (
            [Route("/telegram/webhook", webhook.receive, methods=["POST"])] if webhook is not None else []
        )
        site = build_web(
            Deps(
                engine=lambda: self.engine,
                turns=turns,
                store=store,
                sealer=self.sealer,
                clock=read_clock,
                notes=NoteBox(self._database, self.keys),
                public_url=self.settings.public_url or "",
                handover=console.handover,
                routes=(*routes, *console.routes),
            )
        )
        server = Server(site, self.settings)
        task = asyncio.create_task(server.serve(sockets=[take_port(self.settings)]))
        stack.push_async_callback(lambda: server.close(task, self._ending.left(WEB_WITHIN)))
        await asyncio.wait(
            [task, asyncio.create_task(server.ready.wait())], return_when=asyncio.FIRST_COMPLETED
        )
        self._tasks.append(task)
        self._say(f"Open http://{self.settings.host}:{self.settings.port}/ in a browser.")
        await self._invite_first(console)

    def _open_console(self, tally: Tally) -> Any:
        """The operators' console and the administrators' pages."""
        from bot.store.desk import SqlDesk
        from bot.store.notes import NoteBox
        from bot.store.slips import SqlSlips
        from bot.web.console.build import build_console
        from bot.web.health import Health

        desk, slips = SqlDesk(self._hands), SqlSlips(self._database, self._hands)
        notes = NoteBox(self._database, self.keys)
        self._start(purge_desk(desk, slips, notes, read_clock))
        parts = build_console(
            desk,
            slips,
            self.keys,
            lambda: self.engine,
            read_clock,
            tally.add,
            self.settings.public_url or "",
            bot_name=lambda: self._telegram.username if self._telegram is not None else "",
        )
        health = Health(
            parts.gate,
            parts.pages,
            lambda: self.engine,
            SqlCounts(self._database, self._hands),
            notes.read_notes,
            lambda: self.reloader.status,
            desk.sum_reports,
            self._find_draft(),
        )
        return replace(parts, routes=(*parts.routes, *health.routes))

    def _find_draft(self) -> Callable[[], Awaitable[Any]] | None:
        folder = self.settings.knowledge_draft_dir
        if folder is None:
            return None
        from bot.draft import Drafts

        return Drafts(self.settings.knowledge_dir, folder, read_clock).look

    async def _invite_first(self, console: Any) -> None:
        """On a fresh start, the console opens through a link that only this terminal shows."""
        from bot.operators import make_link

        token = await console.accounts.invite_first(self.dialogue.edition.languages[0], read_clock())
        if token is not None:
            link = make_link(self.settings, token)
            self._say(
                f"Operators' console: whoever opens this first sets its password, once, within a day: {link}"
            )

    async def _watch(self) -> None:
        """Take the knowledge folder anew whenever it changes and is sound."""
        self.reloader.status.edition = self.dialogue.edition.id
        await self.reloader.watch()

    # ---- running ----

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _begin_ending(self) -> None:
        self._stop.set()
        self._ending.begin()

    async def _wait(self) -> None:
        """Until a signal, or until a part ends that should not."""
        stop = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait([stop, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        for task in done:
            if task is not stop and not task.cancelled() and (error := task.exception()):
                raise error

    async def _end(self, work: Callable[[], Awaitable[None]]) -> None:
        """A last word to a database that may be away."""
        with suppress(TimeoutError, StoreDownError, OSError):
            await asyncio.wait_for(work(), self._ending.left(1.0))

    async def _finish(self, turns: Turns, running: asyncio.Task[None]) -> None:
        """What was taken is still committed."""
        turns.stop()
        with suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(running, self._ending.left(FINISH_WITHIN))

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=self._ending.left(1.0))


def serve(settings: Settings, keys: Keys, first: First, say: Callable[[str], None] = print) -> None:
    """Run the service in this process, on uvloop where it is installed."""
    make_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):
        import uvloop

        make_loop = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(App(settings, keys, first, say).run())

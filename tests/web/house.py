"""The web with real dialogue and turns over a store in memory, and a client that behaves as a browser does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

import httpx2
from starlette.applications import Starlette

from bot.sealing import Sealer
from bot.speaker import Speaker
from bot.store.base import SessionRow, StoreDownError
from bot.store.memory import MemoryStore
from bot.turns import Turns
from bot.web.app import build_web
from bot.web.deps import Deps
from dialogs.engine import Engine
from dialogs.session import Session
from tests.fakes import Clock, make_sealer

BROWSER = {"sec-fetch-site": "same-origin"}
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
BUTTON = re.compile(r'<button[^>]*? name="p" value="([^"]+)"')
BOX = re.compile(r'name="c" value="([^"]+)"( checked)?')
HIDDEN = re.compile(r'<input type="hidden" name="([pqc])" value="([^"]*)"')
TAG = re.compile(r"<[^>]+>")


class Switch(MemoryStore):
    """A store whose database can be taken away."""

    down = False
    asleep = False

    async def read(self, persons: list[bytes], marks: list[int]) -> tuple[dict[bytes, SessionRow], set[int]]:
        if self.down:
            raise StoreDownError("away")
        return await super().read(persons, marks)

    async def ping(self) -> None:
        if self.down:
            raise StoreDownError("away")
        if self.asleep:
            await asyncio.Event().wait()


@dataclass
class FakeNotes:
    kept: list[tuple[str, str, str]] = field(default_factory=list)

    async def add_note(self, record: str, reason: str, words: str, now: datetime) -> None:
        self.kept.append((record, reason, words))


@dataclass
class House:
    app: Starlette
    store: Switch
    sealer: Sealer
    clock: Clock
    notes: FakeNotes

    def browser(self, language: str = "uk", address: str = "127.0.0.1", **headers: str) -> Browser:
        """A browser at a page of this language. What it asks for by itself counts for nothing."""
        return Browser(self, {**BROWSER, "accept-language": "de,en;q=0.8", **headers}, language, address)

    def sessions(self) -> list[Session]:
        return [self.sealer.open_session(row).session for row in self.store.disk.sessions.values()]


@dataclass
class Page:
    status: int
    html: str
    headers: httpx2.Headers

    @property
    def token(self) -> str:
        return TOKEN.findall(self.html)[0]

    @property
    def buttons(self) -> list[str]:
        return [unescape(value) for value in BUTTON.findall(self.html)]

    @property
    def boxes(self) -> dict[str, bool]:
        return {name: bool(checked) for name, checked in BOX.findall(self.html)}

    @property
    def fields(self) -> dict[str, list[str]]:
        """What a page that offers to send something again would send."""
        found: dict[str, list[str]] = {}
        for name, value in HIDDEN.findall(self.html):
            found.setdefault(name, []).append(unescape(value))
        return found

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(unescape(TAG.sub(" ", self.html.partition("<body>")[2])).split())


class Browser:
    """Follows redirects, keeps cookies, and sends the token of the page it looks at."""

    def __init__(self, house: House, headers: dict[str, str], language: str, address: str) -> None:
        transport = httpx2.ASGITransport(app=house.app, client=(address, 1))
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers)
        self.token = ""
        self._language = "" if language == "uk" else language

    @property
    def cookie(self) -> str:
        return self.client.cookies.get("s") or ""

    async def open(self, path: str = "/") -> Page:
        return self._see(await self.client.get(self.tell(path), follow_redirects=True))

    async def post(self, path: str = "/", **fields: str | list[str]) -> Page:
        data = {"csrf": self.token, **fields}
        return self._see(await self.client.post(self.tell(path), data=data, follow_redirects=True))

    async def press(self, data: str) -> Page:
        return await self.post("/", p=data)

    def tell(self, path: str) -> str:
        """The address with the language that its page's links and forms carry."""
        if not self._language or "lang=" in path:
            return path
        return f"{path}{'&' if '?' in path else '?'}lang={self._language}"

    def _see(self, response: httpx2.Response) -> Page:
        page = Page(response.status_code, response.text, response.headers)
        if TOKEN.search(page.html):
            self.token = page.token
        return page


@asynccontextmanager
async def open_house(engine: Engine) -> AsyncIterator[House]:
    store, sealer, clock, notes = Switch(exclusive=True), make_sealer(), Clock(), FakeNotes()
    turns = Turns(store, Speaker(engine, engine.tools.words), sealer, clock)
    app = build_web(Deps(lambda: engine, turns, store, sealer, clock, notes))
    running = asyncio.create_task(turns.run())
    try:
        yield House(app, store, sealer, clock, notes)
    finally:
        turns.stop()
        await running

"""The operators' console under load: `python -m bench.console`. Fifty operators in calls, then two hundred logged in."""

from __future__ import annotations

import asyncio
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp
import psutil

from bench.bots import ROOT, SECRET, find_port
from bot.handover import milliseconds
from bot.keys import Keys
from bot.store.connect import open_engine, read_url
from bot.store.desk import Shift, SqlDesk
from bot.store.hands import open_hands
from bot.store.slips import SqlSlips
from bot.web.console.accounts import SHIFT_LIFE, Accounts
from bot.web.console.passwords import Passwords

BUSY = 50
LOGGED_IN = 200
TARGET = 15.0
HELP_EVERY = 10.0  # as the page asks by itself
PACES = {"a press every 3 s each": 3.0, "a rush: a press every second each": 1.0}
_BUTTON = re.compile(r'<button[^>]*? name="press" value="([atdkw]:[^"]+)"')
_SECONDS = re.compile(r'^web_seconds_bucket\{le="([^"]+)",page="console_press"\} (\S+)$', re.MULTILINE)
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf|ref|here)" value="([^"]*)"')


@dataclass
class Server:
    """The service's own histogram of presses: how many took no longer than so many milliseconds."""

    within: list[tuple[float, float]]

    def since(self, before: Server) -> Server:
        had = dict(before.within)
        return Server([(bound, count - had.get(bound, 0)) for bound, count in self.within])

    def pick(self, share: float) -> float:
        """As if presses lay evenly between two bounds."""
        wanted, low, below = self.within[-1][1] * share, 0.0, 0.0
        for bound, count in self.within:
            if count >= wanted and count > below:
                return low + (bound - low) * (wanted - below) / (count - below)
            low, below = bound, count
        return low

    def tell_share(self, most: float) -> float:
        return dict(self.within)[most] / max(1, self.within[-1][1])


@dataclass
class Told:
    """What was measured: milliseconds a press, processor milliseconds a press, MiB."""

    waits: list[float] = field(default_factory=list)
    server: Server = field(default_factory=lambda: Server([]))
    helps: int = 0
    cpu: float = 0.0
    memory: float = 0.0

    def pick(self, share: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))]


class Seat:
    """One operator at a console, pressing what the page offers."""

    def __init__(self, client: aiohttp.ClientSession, token: str, number: int) -> None:
        self._client, self._chance = client, random.Random(number)
        self._headers = {"Cookie": f"operator={token}", "Sec-Fetch-Site": "same-origin"}
        self._partial = {**self._headers, "HX-Request": "true"}
        self._fields: dict[str, str] = {}
        self._buttons: list[str] = []

    async def begin(self) -> None:
        await self._read("GET", "/console")
        await self._read("POST", "/console/start")
        await self._read("GET", "/console")

    async def press(self) -> float:
        """Answer as a call goes: mostly a choice, now and then «does not know»; milliseconds until it was shown."""
        if not self._buttons:
            await self.begin()
        ticks = [b for b in self._buttons if b[0] in "at"]
        rest = [b for b in self._buttons if b[0] in "dkw"] or ticks
        data = self._chance.choice(ticks if ticks and self._chance.random() < 0.75 else rest)
        return await self._read("POST", "/console/call", press=data)

    async def ask_help(self) -> None:
        async with self._client.get("/console/help", headers=self._partial) as answer:
            await answer.read()

    async def _read(self, method: str, path: str, **fields: str) -> float:
        """Milliseconds until the answer was there; what it offers is looked up after that."""
        headers = self._partial if fields else self._headers
        data = {**self._fields, **fields} if method == "POST" else None
        began = perf_counter()
        async with self._client.request(method, path, data=data, headers=headers) as answer:
            answer.raise_for_status()
            html = await answer.text()
        waited = (perf_counter() - began) * 1_000
        self._fields = self._fields | {name: unescape(value) for name, value in _HIDDEN.findall(html)}
        self._buttons = [unescape(value) for value in _BUTTON.findall(html)]
        return waited


@dataclass
class Service:
    url: str
    process: psutil.Process
    folder: Path

    @property
    def cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system

    @property
    def memory(self) -> float:
        return self.process.memory_info().rss / 2**20

    async def read_presses(self, client: aiohttp.ClientSession) -> Server:
        async with client.get("/metrics") as answer:
            rows = _SECONDS.findall(await answer.text())
        return Server([(float(bound) * 1_000, float(count)) for bound, count in rows])

    async def log_in(self, count: int) -> list[str]:
        """Cookies of so many new operators. Their passwords are not what is measured."""
        database = open_engine(read_url(f"sqlite:///{self.folder / 'console.db'}"))
        hands = open_hands(database)
        desk, keys = SqlDesk(hands), Keys([SECRET])
        accounts = Accounts(desk, SqlSlips(database, hands), keys, Passwords())
        now, tokens = datetime.now(UTC), []
        at = milliseconds(now)
        for _ in range(count):
            operator = await accounts.add(secrets.token_hex(4), "operator", "uk", now)
            token = secrets.token_urlsafe(32)
            shift = Shift(
                accounts.digest(token), operator, secrets.token_bytes(16), None, at, at + SHIFT_LIFE
            )
            await desk.open_shift(shift)
            tokens.append(token)
        await hands.close()
        return tokens


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    environment = kept | {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder / 'console.db'}",
        "SECRET_KEY": SECRET,
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "bot"]
    subprocess.run([*command, "migrate"], cwd=folder, env=environment, check=True, capture_output=True)
    with (folder / "output.log").open("wb") as log:
        return subprocess.Popen([*command, "serve"], cwd=folder, env=environment, stdout=log, stderr=log)


@asynccontextmanager
async def serve() -> AsyncIterator[Service]:
    with tempfile.TemporaryDirectory(prefix="bench-console-") as made:
        folder, port = Path(made), find_port()
        process = _start(folder, port)
        try:
            service = Service(f"http://127.0.0.1:{port}", psutil.Process(process.pid), folder)
            await _wait(service.url)
            yield service
        finally:
            process.terminate()
            process.wait(30)


async def _wait(url: str) -> None:
    async with aiohttp.ClientSession(url) as client, asyncio.timeout(120):
        while True:
            try:
                async with client.get("/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def work(service: Service, seats: list[Seat], pause: float, seconds: float) -> Told:
    """Everybody in calls at once, each at their own pace."""
    told = Told()
    end = perf_counter() + seconds

    async def talk(seat: Seat) -> None:
        chance = random.Random()
        help_at = perf_counter() + chance.uniform(0, HELP_EVERY)
        while True:
            await asyncio.sleep(chance.expovariate(1 / pause))
            if perf_counter() > end:
                return
            if perf_counter() > help_at:
                help_at += HELP_EVERY
                told.helps += 1
                await seat.ask_help()
            told.waits.append(await seat.press())

    async with aiohttp.ClientSession(service.url) as watch:
        presses, before = await service.read_presses(watch), service.cpu
        await asyncio.gather(*map(talk, seats))
        told.cpu = (service.cpu - before) / max(1, len(told.waits)) * 1_000
        told.server = (await service.read_presses(watch)).since(presses)
    told.memory = service.memory
    return told


async def measure_console(seconds: float) -> dict[str, Told]:
    """By pace; and, as `N logged in`, the memory when so many have a call in hand."""
    found = {}
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        serve() as service,
        aiohttp.ClientSession(
            service.url, connector=connector, cookie_jar=aiohttp.DummyCookieJar()
        ) as client,
    ):
        tokens = await service.log_in(LOGGED_IN)
        seats = [Seat(client, token, number) for number, token in enumerate(tokens)]
        for seat in seats[:BUSY]:
            await seat.begin()
        await work(service, seats[:BUSY], 1.0, 4.0)  # what is drawn once is drawn
        for name, pause in PACES.items():
            found[name] = await work(service, seats[:BUSY], pause, seconds)
        for seat in seats[BUSY:]:
            await seat.begin()
        found[f"{LOGGED_IN} logged in, a press every 10 s each"] = await work(service, seats, 10.0, seconds)
    return found


def say_console(found: dict[str, Told]) -> list[str]:
    lines = [
        f"{BUSY} operators in calls at once, answering at random; each also asks every {HELP_EVERY:.0f} s who calls for help.",
        "Server time is the service's own (`web_seconds`, read between its bounds): from a request that is there to the last "
        "byte handed to the socket. The client is on the same machine, and its time includes its own work.",
        "",
        f"| | presses | server p50 ms | server p95 ms | server, within {TARGET:.0f} ms | client p50 ms | client p95 ms "
        "| client p99 ms | CPU ms a press, all told | RSS MiB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {len(one.waits)} | {one.server.pick(0.5):.1f} | {one.server.pick(0.95):.1f} "
            f"| {one.server.tell_share(TARGET):.1%} | {median(one.waits):.1f} | {one.pick(0.95):.1f} "
            f"| {one.pick(0.99):.1f} | {one.cpu:.1f} | {one.memory:.0f} |"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(say_console(asyncio.run(measure_console(30.0)))))
    print(f"load {os.getloadavg()[0]:.1f}")

"""The bots that are measured: how each is started, watched and ended, every one a process of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from bench.botapi import TOKEN, BotApi
from bench.people import Habit, RealHabit, SmallHabit

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
PEER_PYTHON = PEERS / ".venv" / "bin" / "python"
OPEN_RATE = "10000"  # TELEGRAM_CHAT_RATE while the bot itself is measured
SECRET = "bench-bench-bench-bench-bench-bench"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of bot. `script` is empty for ours."""

    name: str
    label: str
    script: str = ""
    redis: bool = False

    @property
    def habit(self) -> Habit:
        return SmallHabit() if self.script else RealHabit()


OURS = Kind("ours", "this service, whole base")
PTB = Kind("ptb", "python-telegram-bot, ConversationHandler + PicklePersistence", "ptb_bot.py")
AIOGRAM = Kind("aiogram", "aiogram 3, FSM + Redis", "aiogram_bot.py", redis=True)
AIOGRAM_MEMORY = Kind("aiogram", "aiogram 3, FSM + memory (no redis-server here)", "aiogram_bot.py")
FLOOR = Kind("floor", "floor: aiohttp webhook + SQLite by hand", "floor.py")


def find_kinds() -> list[Kind]:
    return [OURS, PTB, AIOGRAM if shutil.which("redis-server") else AIOGRAM_MEMORY, FLOOR]


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Usage:
    """CPU seconds of the bot and of its Redis, bytes of memory."""

    cpu: float
    server_cpu: float
    memory: int


@dataclass
class Bot:
    """A running bot. Its folder outlives a kill."""

    kind: Kind
    api: BotApi
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    without: str = ""  # a step of bench/without.py
    _process: subprocess.Popen[Any] | None = None
    _redis: subprocess.Popen[Any] | None = None
    _redis_url: str = ""

    async def start(self, seconds: float = 180.0) -> float:
        """Start, and tell how long it took until the bot received updates."""
        began = perf_counter()
        if self.kind.redis and self._redis is None:
            await self._start_redis()
        if not self.kind.script:
            self._migrate()
            began = perf_counter()
        self.api.ready.clear()
        with (self.folder / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=self._environment(), stdout=log, stderr=log
            )
        ready = asyncio.ensure_future(self.api.ready.wait())
        while not ready.done():
            await asyncio.sleep(0.01)
            if self._process.poll() is not None or perf_counter() - began > seconds:
                raise RuntimeError(f"{self.kind.label} did not start: {self.read_log()}")
        return perf_counter() - began

    def _migrate(self) -> None:
        """As the unit file and the Procfile do before they serve."""
        command = [sys.executable, "-m", "bot", "migrate"]
        subprocess.run(command, cwd=self.folder, env=self._environment(), check=True, capture_output=True)

    def read_log(self) -> str:
        return (self.folder / "output.log").read_text(encoding="utf-8", errors="replace")[-1500:]

    def _command(self) -> list[str]:
        if self.kind.script:
            return [str(PEER_PYTHON), str(PEERS / self.kind.script)]
        if self.without:
            return [sys.executable, "-m", "bench.without", self.without]
        return [sys.executable, "-m", "bot", "serve"]

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
        kept |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.api.url}
        if self.kind.script:
            return kept | ({"REDIS_URL": self._redis_url} if self._redis_url else {}) | self.environment
        ours = {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": f"sqlite:///{self.folder / 'bench.db'}",
            "SECRET_KEY": SECRET,
            "TELEGRAM_CHAT_RATE": OPEN_RATE,
            "PORT": str(find_port()),
            "LOG_LEVEL": "WARNING",
        }
        return kept | ours | self.environment

    async def _start_redis(self) -> None:
        port = find_port()
        self._redis = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--appendonly", "yes", "--save", "",
             "--maxclients", "4000", "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self._redis_url = f"redis://127.0.0.1:{port}/0"
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            await asyncio.sleep(0.02)

    def measure(self) -> Usage:
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        times = process.cpu_times()
        redis = psutil.Process(self._redis.pid).cpu_times() if self._redis else None
        return Usage(
            times.user + times.system,
            (redis.user + redis.system) if redis else 0.0,
            process.memory_info().rss,
        )

    async def kill(self) -> None:
        """As `kill -9` and a power cut of the process; Redis lives on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.api.hang_up()

    async def stop(self) -> float:
        """End in an orderly way; tell how long that took."""
        began = perf_counter()
        patience = 2 if self.kind.script else 12
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            while self._process.poll() is None and perf_counter() - began < patience:
                await asyncio.sleep(0.02)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
        took = perf_counter() - began
        if self._redis is not None:
            self._redis.terminate()
            self._redis.wait()
            self._redis = None
        return took

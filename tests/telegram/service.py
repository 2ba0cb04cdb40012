"""The real service as a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from tests.fakes import SECRET

ROOT = Path(__file__).resolve().parent.parent.parent


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Service:
    """`python -m bot serve` against a double; what it says is kept in a file."""

    def __init__(self, folder: Path, api_url: str, token: str, **env: str) -> None:
        self._folder = folder
        self.log = folder / "service.log"
        self.port = find_port()
        self._env = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(ROOT),
            "TELEGRAM_BOT_TOKEN": token,
            "TELEGRAM_API_URL": api_url,
            "TELEGRAM_CHAT_RATE": "100",
            "DATABASE_URL": f"sqlite:///{folder}/service.db",
            "SECRET_KEY": SECRET,
            "PORT": str(self.port),
            **env,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=self._folder, env=self._env, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """As when the power goes."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(how)
        return await process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

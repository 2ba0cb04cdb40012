"""Work that would hold turns up, done in a process of its own."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import subprocess
import sys
from types import ModuleType
from typing import Any

PATIENCE = 60.0  # seconds a child may take
_NICE = 10


class Child:
    """`python -m module words…`, started at once; what it writes is its answer."""

    def __init__(self, module: str, *words: str) -> None:
        self._read = False
        self._process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )

    async def read(self) -> bytes | None:
        """All of the answer; None when the child fails or does not finish."""
        import asyncio  # a child itself needs none of it

        self._read = True
        try:
            out, _ = await asyncio.wait_for(asyncio.to_thread(self._process.communicate), PATIENCE)
        except TimeoutError:
            return None
        finally:
            self.stop()
        return None if self._process.returncode or not out else out

    def stop(self) -> None:
        """End it, if it has not ended; whoever reads is answered."""
        self._process.kill()
        self._process.wait()
        if not self._read and self._process.stdout is not None:
            self._process.stdout.close()


def hand_over(data: bytes) -> None:
    """In the child: hand the finished work over."""
    sys.stdout.buffer.write(data)


def unpack(data: bytes) -> Any:
    """What a process of ours packed: it came through a pipe from our own child, or was kept under a seal."""
    return pickle.loads(data)  # noqa: S301 - nobody else's bytes come here


def give_way() -> None:
    """In the child: people's turns go first."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def spare_collector() -> None:
    """In a process that builds much and soon ends: looking for cycles among what stays costs a third of its time."""
    gc.set_threshold(50_000, 20, 100)


def spare_memory() -> None:
    """In the service, before anything else: some 5 MiB, and a twentieth of its start, for what nobody here uses.

    `rich` draws in terminals. HTTPX is the transport of python-telegram-bot that ours stands in for, and only named
    in its annotations.
    """
    sys.modules["rich"] = None  # type: ignore[assignment]  # the way to say that there is none
    absent = ModuleType("httpx")
    absent.__dict__.update(dict.fromkeys(("AsyncClient", "Proxy", "URL"), object))
    sys.modules["httpx"] = absent


def give_back() -> None:
    """Hand back to the system what is free: glibc would keep it. A few milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

"""Work that would hold turns up, done in a process of its own at a low priority."""

from __future__ import annotations

import asyncio
import os
import sys

PATIENCE = 60.0  # seconds a child may take
_NICE = 10


async def ask_child(module: str, *words: str) -> bytes | None:
    """What `python -m module words…` writes; None when it fails or does not finish."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    try:
        out, _ = await asyncio.wait_for(child.communicate(), PATIENCE)
    except (TimeoutError, asyncio.CancelledError) as error:
        child.kill()
        await child.wait()
        if isinstance(error, asyncio.CancelledError):
            raise
        return None
    return None if child.returncode or not out else out


def hand_over(data: bytes) -> None:
    """In the child: hand the finished work over."""
    sys.stdout.buffer.write(data)


def give_way() -> None:
    """In the child: people's turns go first."""
    if hasattr(os, "nice"):
        os.nice(_NICE)

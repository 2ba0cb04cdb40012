"""How the service stands when it has grown, and while its content changes.

python -m bench.growth 1000000    with that many people known, once
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from bench.bots import OURS, ROOT, SECRET, find_port
from bench.core import walk
from bench.measure import AT_50, KNOWN, Sample, draw_known, run_bot, take_sample
from bot.keys import Keys
from bot.loading import load_dialogue
from bot.sealing import Sealer
from bot.store.connect import open_engine, read_url
from bot.store.migrate import migrate
from dialogs.engine import KYIV
from dialogs.session import Session


async def fill_store(path: Path, count: int, seconds_ago: int = 86_400) -> None:
    """A database of so many people in the middle of their dialogues, sealed as the service seals."""
    engine = open_engine(read_url(f"sqlite:///{path}"))
    await migrate(engine)
    await engine.dispose()
    sealer = Sealer(Keys([SECRET]))
    sessions = _make_sessions(60)
    seen = int((time.time() - seconds_ago) * 1000)
    with sqlite3.connect(path) as db:
        db.executemany(
            "INSERT INTO sessions (person, revision, generation, sealed, seen) VALUES (?, 1, ?, ?, ?)",
            (
                (person, at + 1, sealer.seal_session(person, address, sessions[at % len(sessions)]), seen)
                for at, address in ((at, f"tg:{KNOWN + at}") for at in range(count))
                for person in (sealer.keys.find_person(address),)
            ),
        )
    db.close()


def _make_sessions(count: int) -> list[Session]:
    now = datetime.now(KYIV)
    engine = load_dialogue(ROOT / "knowledge", now.date()).engine
    return [step.session for at in range(count) for step in [walk(engine, Random(at), now)[-1]]]


async def measure_known(count: int, seconds: float, folder: Path) -> Sample:
    """50 people at once, each one of `count` whom the store knows."""
    await asyncio.to_thread(shutil.rmtree, folder, True)
    folder.mkdir(parents=True)
    await fill_store(folder / "bench.db", count)
    async with run_bot(OURS, folder=folder) as (bot, crowd):
        crowd._chats = draw_known(count)
        return await take_sample(bot, crowd, AT_50, seconds)


def triple_base(target: Path) -> Path:
    """Every entitlement and contact three times, under ids of their own."""
    shutil.copytree(ROOT / "knowledge", target)
    for kind in ("entitlements", "contacts"):
        for path in sorted((target / kind).rglob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            for copy in ("zz", "zzz"):
                name = f"{path.stem[:44]}_{copy}"
                renamed = text.replace(f"id: {path.stem}\n", f"id: {name}\n", 1)
                path.with_name(f"{name}.yaml").write_text(renamed, encoding="utf-8")
    return target


async def measure_large_base(seconds: float, folder: Path) -> Sample:
    await asyncio.to_thread(shutil.rmtree, folder, True)
    base = triple_base(folder / "knowledge")
    async with run_bot(OURS, {"KNOWLEDGE_DIR": str(base)}) as (bot, crowd):
        return await take_sample(bot, crowd, AT_50, seconds)


@dataclass(frozen=True, slots=True)
class Reload:
    """Longest waits in milliseconds, before and while a new edition is loaded; how long that took in seconds."""

    before: float
    during: float
    took: float
    pressed: int


async def measure_reload(folder: Path, people: int = 5, patience: float = 60.0) -> Reload:
    """A file of the base changes while a few people press."""
    await asyncio.to_thread(shutil.rmtree, folder, True)
    base = folder / "knowledge"
    await asyncio.to_thread(shutil.copytree, ROOT / "knowledge", base)
    port = find_port()
    async with run_bot(OURS, {"KNOWLEDGE_DIR": str(base), "PORT": str(port)}) as (_, crowd):
        crowd.fill(people)
        await asyncio.sleep(3)
        crowd.reset()
        await asyncio.sleep(3)
        before = max(crowd.latencies, default=0.0)
        crowd.reset()
        edition, began = await asyncio.to_thread(_read_edition, port), time.perf_counter()
        path = base / "about.yaml"
        await asyncio.to_thread(path.write_text, path.read_text(encoding="utf-8") + "\n# changed\n", "utf-8")
        while await asyncio.to_thread(_read_edition, port) == edition:
            if time.perf_counter() - began > patience:
                raise TimeoutError("the new edition was not taken")
            await asyncio.sleep(0.1)
        took = time.perf_counter() - began
        await asyncio.sleep(1)
        waits = crowd.latencies
        await crowd.leave(5.0)
        return Reload(before * 1e3, max(waits, default=0.0) * 1e3, took, len(waits))


def _read_edition(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        text: bytes = answer.read()
    return text


async def _measure_alone(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-grown-") as made:
        row = await measure_known(count, 10.0, Path(made) / "one")
    print(
        f"{count:,} people known: {row.rate:.0f} updates/s, p99 {row.p99:.1f} ms, "
        f"{row.cpu:.0f} us CPU an update, {row.memory:.0f} MiB"
    )


if __name__ == "__main__":
    asyncio.run(_measure_alone(int(sys.argv[1])))

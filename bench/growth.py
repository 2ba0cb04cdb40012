"""How the service stands when it has grown: many known people, and a base three times as large."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from pathlib import Path
from random import Random

from bench.bots import OURS, ROOT, SECRET
from bench.core import walk
from bench.measure import AT_50, KNOWN, Sample, draw_known, run_bot, take_sample
from bot.dialogue import load_dialogue
from bot.keys import Keys
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
    from datetime import datetime

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

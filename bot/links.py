"""Checks the links of the base, politely: one host at a time, a pause between, answers kept for weeks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from dialogs.edition import Edition

KEEP_DAYS = 21
PAUSE = 2.0
TIMEOUT = 20.0
AGENT = "nap1325-link-check/1 (polite; one request a link in three weeks)"
Ask = Callable[[str], Awaitable[int | str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page said on a day: its status, or why it could not be asked."""

    url: str
    said: str
    day: str

    @property
    def is_good(self) -> bool:
        return self.said.startswith("2")


def list_links(edition: Edition) -> dict[str, list[str]]:
    """Every address with the records that name it."""
    found: dict[str, list[str]] = {}
    for kind in ("entitlements", "contacts", "groups", "acts", "about"):
        for record in getattr(edition.base, kind):
            for url in _walk(record):
                found.setdefault(url, []).append(record.id)
    return found


def _walk(node: object) -> Iterable[str]:
    if isinstance(node, BaseModel):
        for name in type(node).model_fields:
            value = getattr(node, name)
            if name in ("url", "online") and isinstance(value, str):
                yield value
            elif isinstance(value, tuple):
                for item in value:
                    yield from _walk(item)


def read_answers(path: Path) -> dict[str, Answer]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {row["url"]: Answer(**row) for row in rows}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def write_answers(path: Path, answers: dict[str, Answer]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    rows = [asdict(answer) for _, answer in sorted(answers.items())]
    fresh.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


async def check_links(
    urls: Iterable[str],
    known: dict[str, Answer],
    ask: Ask,
    today: date,
    pause: float = PAUSE,
    most: int = 10_000,
) -> dict[str, Answer]:
    """Ask what was not asked within three weeks; hosts side by side, each host one at a time."""
    hosts: dict[str, list[str]] = {}
    left = most
    for url in urls:
        answer = known.get(url)
        if answer is not None and (today - date.fromisoformat(answer.day)).days < KEEP_DAYS:
            continue
        if left <= 0:
            break
        left -= 1
        hosts.setdefault(urlsplit(url).hostname or "", []).append(url)
    found = dict(known)

    async def visit(addresses: list[str]) -> None:
        for number, url in enumerate(addresses):
            if number:
                await asyncio.sleep(pause)
            found[url] = Answer(url, str(await ask(url)), today.isoformat())

    await asyncio.gather(*(visit(addresses) for addresses in hosts.values()))
    return found


async def ask_all(urls: Iterable[str], known: dict[str, Answer], today: date, most: int) -> dict[str, Answer]:
    """Over the network."""
    import aiohttp

    limit = aiohttp.TCPConnector(limit=8)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(
        connector=limit, timeout=timeout, headers={"User-Agent": AGENT}
    ) as client:

        async def ask(url: str) -> int | str:
            try:
                async with client.get(url, allow_redirects=True) as answer:
                    return answer.status
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                return type(error).__name__

        return await check_links(urls, known, ask, today, most=most)

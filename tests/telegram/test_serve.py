"""The service as a process: it opens its web without Telegram, ends in time, and shows the token to nobody."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from bot import gauges
from tests.double.model import TelegramModel
from tests.double.server import DoubleServer
from tests.fakes import SECRET
from tests.telegram.bench import until
from tests.telegram.service import ROOT, Service

CHAT = 712_345_678_901
TYPED = ("Кохання Петрівна", "мене б'є чоловік", "5168 7420 1111 2222", "житло для переселенців")
CHILD = b"-m\0bot."  # what reads a changed edition is a module of its own


def list_processes(pid: int) -> list[int]:
    """A process and what it started, down to the last."""
    started = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                started.append(int(stat.parent.name))
    return [pid, *(p for child in started for p in list_processes(child))]


def read_titles(pid: int) -> bytes:
    """What `ps` shows to everybody on the machine."""
    titles = b""
    for one in list_processes(pid):
        for name in ("cmdline", "comm"):
            with suppress(OSError):
                titles += Path(f"/proc/{one}/{name}").read_bytes()
    return titles


async def read_page(client: httpx2.AsyncClient, path: str) -> tuple[int, str]:
    try:
        answer = await client.get(path)
    except httpx2.TransportError:
        return 0, ""
    return answer.status_code, answer.text


@pytest.mark.timeout(180)
async def test_the_web_opens_while_telegram_is_away_and_nobody_sees_the_token(tmp_path: Path) -> None:
    model = TelegramModel(time.time)
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    seen = b""
    async with DoubleServer(model) as server:
        server.fault = lambda method, params: "lost"
        service = Service(tmp_path, server.url, model.token, KNOWLEDGE_DIR=str(knowledge), LOG_LEVEL="DEBUG")
        await service.start()
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{service.port}", timeout=10) as client:
            await until(lambda: b"Open http" in service.log.read_bytes(), 60)
            await until(lambda: b"cannot be reached" in service.log.read_bytes(), 20)
            away = await read_page(client, "/readyz")
            pages = [await read_page(client, path) for path in ("/", "/console", "/metrics")]

            about = knowledge / "about.yaml"
            for at in range(600):
                if at % 100 == 0:  # the folder is watched only from a moment after the web is open
                    about.write_text(about.read_text("utf-8") + "\n# changed\n", "utf-8")
                seen += read_titles(service.pid)
                if CHILD in seen:
                    break
                await asyncio.sleep(0.05)

            server.fault = lambda method, params: None
            model.say(CHAT, "/start")
            await until(lambda: bool(model.chat(CHAT).own), 60)
            for words in TYPED:
                model.say(CHAT, words)
            await until(lambda: not model.updates, 30)
            back = await read_page(client, "/readyz")
            wrong = [
                await read_page(client, p) for p in ("/no", "/telegram/webhook", "/%00", "/console/x?a=%ff")
            ]
        seen += read_titles(service.pid)
        server.delay = 60  # Telegram takes everything and answers nothing
        for words in TYPED:
            model.say(CHAT, words)
        await asyncio.sleep(0.5)
        told = time.monotonic()
        code = await service.stop()
        took = time.monotonic() - told

    shown = "".join(text for _, text in (away, back, *pages, *wrong)) + service.log.read_text("utf-8")
    assert away == (503, gauges.TELEGRAM + "\n")
    assert [status for status, _ in pages] == [200, 200, 200]
    assert 'in_trouble{kind="telegram"} 1.0' in pages[2][1]
    assert back[0] == 200
    assert code == 0
    assert took < 10
    assert "Traceback" not in shown
    for secret in (model.token, model.token.partition(":")[2], SECRET, str(CHAT), *TYPED):
        assert secret not in shown
        assert secret.encode() not in seen
    assert b"serve" in seen
    assert CHILD in seen

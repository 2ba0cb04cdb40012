"""A real browser before the real service, on loopback."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from bot.web.chat import NEUTRAL
from dialogs.engine import Engine
from tests.web.house import House, open_house

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = ROOT / "var" / "screens"
AXE = (Path(__file__).resolve().parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 768, 1280)
MEANT = ("status of 404", "status of 503")  # answers that a test asks for
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    for name in (os.environ.get("CHROMIUM", ""), "/usr/bin/chromium", "chromium", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.fail("Chromium is missing: apt install chromium, or name it in CHROMIUM.")


@dataclass
class Service:
    house: House
    url: str


@asynccontextmanager
async def serve(house: House) -> AsyncIterator[str]:
    config = uvicorn.Config(house.app, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    for _ in range(500):
        if server.started:
            break
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def service(engine: Engine) -> AsyncIterator[Service]:
    async with open_house(engine) as house, serve(house) as url:
        yield Service(house, url)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield browser
        await browser.close()


Opener = Callable[..., Any]


@pytest.fixture
async def visit(chromium: Browser, service: Service) -> AsyncIterator[Opener]:
    """Opens a tab that may speak to our service alone. What it complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    asked: list[str] = []

    async def answer_neutral(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<title>neutral</title>")

    async def open_tab(language: str = "uk", width: int = 1280, **options: Any) -> Page:
        context = await chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 800},
            base_url=service.url,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        await context.route(NEUTRAL + "**", answer_neutral)
        page = await context.new_page()
        page.on(
            "console",
            lambda m: (
                complaints.append(m.text)
                if m.type in ("error", "warning") and not any(code in m.text for code in MEANT)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        return page

    yield open_tab
    for context in contexts:
        await context.close()
    assert complaints == []
    strangers = [url for url in asked if not url.startswith((service.url, NEUTRAL, "data:", "file:"))]
    assert strangers == []


@asynccontextmanager
async def turned(page: Page) -> AsyncIterator[None]:
    """Waits until the page after what is done here stands, whether scripts put it there or the browser."""
    await page.evaluate("document.querySelector('main').dataset.old = '1'")
    yield
    await page.wait_for_selector("main:not([data-old])")


async def find_barriers(page: Page) -> list[str]:
    """What axe finds wrong, in a line each."""
    await page.evaluate(
        "window.scrollTo(0, 0)"
    )  # else the head that stays on top covers what is scrolled under it
    await page.evaluate(AXE + ";null")
    found = await page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{fault['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


async def find_overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


async def picture(page: Page, name: str) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

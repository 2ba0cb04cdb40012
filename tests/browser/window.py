"""What tests do in a window of a real browser: the service before it, what is wrong on a page, pictures of it."""

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
from playwright.async_api import Page

from tests.web.house import House

# Every test of this folder runs in one loop, that of the one browser.
IN_BROWSER = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
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
    """The browser that somebody named, else the engine without windows: pages take half the time in it."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium-headless-shell", "chromium", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    pytest.fail("Chromium is missing: apt install chromium-headless-shell, or name another in CHROMIUM.")


Opener = Callable[..., Any]


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


@asynccontextmanager
async def turned(page: Page) -> AsyncIterator[None]:
    """Waits until the page after what is done here stands, whether scripts put it there or the browser."""
    await page.evaluate("document.querySelector('main').dataset.old = '1'")
    yield
    await page.wait_for_selector("main:not([data-old])")


async def press(page: Page, data: str) -> None:
    """Press a button of this name, wherever its place is."""
    async with turned(page):
        await page.evaluate(
            """data => {
            const form = document.querySelector("form.choices, form.safety");
            const button = document.createElement("button");
            button.name = "p"; button.value = data;
            form.append(button); form.requestSubmit(button);
        }""",
            data,
        )


async def find_barriers(page: Page) -> list[str]:
    """What axe finds wrong, in a line each."""
    await page.evaluate(
        "window.scrollTo(0, 0)"
    )  # else the head that stays on top covers what is scrolled under it
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE + ";null")
    # What passes is not written up: that took three times as long as finding what does not.
    faults = await page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(found => found.violations)",
        TAGS,
    )
    return [
        f"{fault['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for fault in faults
        for node in fault["nodes"]
    ]


async def find_overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


async def picture(page: Page, name: str) -> None:
    """A picture for whoever looks at it, so none in CI: there it would take an eighth of the run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    if os.environ.get("CI"):
        await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return
    await page.screenshot(path=SCREENS / f"{name}.jpg", full_page=True, type="jpeg", quality=80)

"""A real browser before the real service, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from bot.web.chat import NEUTRAL
from dialogs.engine import Engine
from tests.browser.switchboard import Board, Entered, open_board, open_entrance
from tests.browser.window import MEANT, QUIET, Opener, Service, find_chromium, serve
from tests.web.house import open_house


@pytest_asyncio.fixture(loop_scope="session")
async def service(engine: Engine) -> AsyncIterator[Service]:
    async with open_house(engine) as house, serve(house) as url:
        yield Service(house, url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of a process; each opens windows of its own in it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(loop_scope="session")
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Board]:
    async with open_board(engine, tmp_path) as board:
        yield board


@pytest_asyncio.fixture(loop_scope="session")
async def enter(chromium: Browser, board: Board) -> AsyncIterator[Entered]:
    async with open_entrance(chromium, board) as enter:
        yield enter

"""An operator's window in a real browser, and hands that count what they press."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from dialogs.engine import Engine
from tests.browser.window import WIDTHS, find_barriers, find_overflow, picture, serve
from tests.web.switchboard import PASSWORD, Switchboard, open_switchboard

Entered = Callable[..., Awaitable[Page]]
REDRAWS = ("Enter", "-", "ArrowLeft", "ArrowRight", "d", "l")


@dataclass
class Board:
    house: Switchboard
    url: str


@asynccontextmanager
async def open_board(engine: Engine, folder: Path) -> AsyncIterator[Board]:
    async with open_switchboard(engine, folder) as house, serve(house) as url:
        yield Board(house, url)


@asynccontextmanager
async def open_entrance(chromium: Browser, board: Board) -> AsyncIterator[Entered]:
    """Sets a password in a fresh window and leads to the console; what the window complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    async def enter(
        name: str = "Olha", language: str = "uk", width: int = 1440, role: str = "operator", **options: object
    ) -> Page:
        context = await chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            base_url=board.url,
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = await context.new_page()
        page.on(
            "console",
            lambda m: (
                complaints.append(f"{page.url} {m.location} {m.text}")
                if m.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        token = await board.house.invite(name, role, language)  # type: ignore[arg-type]
        await page.goto(f"/console/invite/{token}")
        await page.fill("#password", PASSWORD)
        await page.fill("#again", PASSWORD)
        await page.click("button.main")
        await page.wait_for_url("**/console")
        return page

    yield enter
    for context in contexts:
        await context.close()
    assert not complaints, "\n".join(complaints)


class Keyboard:
    """Counts what is pressed, and waits for the page as an operator does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        self.told: list[tuple[str, int]] = []

    async def begin(self) -> None:
        await self.page.keyboard.press("n")
        self.count += 1
        await self.page.wait_for_selector("#call[data-drawn]")

    async def answer(self, question: str, *keys: str) -> None:
        await expect(self.page.locator("#say")).to_have_attribute("data-question", question)
        await self.press(*keys)
        self.told.append((question, len(keys)))

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            call = self.page.locator("#call")
            before = await call.get_attribute("data-drawn") if await call.count() else None
            if key.isascii():
                await self.page.keyboard.press(key)
            else:
                await self.page.keyboard.type(key)  # the driver knows the keys of one layout only
            if before is not None and (key.isdigit() or key in REDRAWS):
                await self.page.wait_for_function(
                    "before => (document.querySelector('#call')?.dataset.drawn ?? '') !== before", arg=before
                )

    async def search(self, text: str, slash: bool = True) -> None:
        """Typed into the search, which a question about the region opens by itself; Enter takes the first."""
        if slash:
            await self.page.keyboard.press("/")
            self.count += 1
        await expect(self.page.locator("#text")).to_be_focused()
        await self.page.keyboard.type(text)
        self.count += len(text)
        await self.press("Enter")


async def look_at_widths(page: Page, name: str, found: list[str], widths: Sequence[int] = WIDTHS) -> None:
    """A picture at each width, and what is wrong at it."""
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 900})
        await picture(page, f"{name}-{width}")
        overflow = await find_overflow(page)
        if overflow > 0:
            found.append(f"{name} {width}: {overflow} pixels too wide")
    found += [f"{name}: {barrier}" for barrier in await find_barriers(page)]

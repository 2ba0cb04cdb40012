"""The operators' console in a real browser: a whole call by keyboard, no barrier at any width, paper."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from dialogs.engine import Engine
from tests.browser.conftest import SCREENS, WIDTHS, find_barriers, find_overflow, picture, serve
from tests.web.switchboard import PASSWORD, Switchboard, open_switchboard

pytestmark = pytest.mark.browser
MOST_KEYS = 25


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[tuple[Switchboard, str]]:
    async with open_switchboard(engine, tmp_path) as board, serve(board) as url:
        yield board, url


Entered = Callable[..., Awaitable[Page]]


@pytest.fixture
async def enter(chromium: Browser, board: tuple[Switchboard, str]) -> AsyncIterator[Entered]:
    """Sets a password in a fresh window and leads to the console; what the window complains of fails the test."""
    switchboard, url = board
    complaints: list[str] = []
    contexts = []

    async def open_console(
        name: str = "Olha", language: str = "uk", width: int = 1440, role: str = "operator", **options: object
    ) -> Page:
        context = await chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            base_url=url,
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
        token = await switchboard.invite(name, role, language)  # type: ignore[arg-type]
        await page.goto(f"/console/invite/{token}")
        await page.fill("#password", PASSWORD)
        await page.fill("#again", PASSWORD)
        await page.click("button.main")
        await page.wait_for_url("**/console")
        return page

    yield open_console
    for context in contexts:
        await context.close()
    assert complaints == []


class Keyboard:
    """Counts what is pressed, and waits for the page as an operator does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        self.told: list[tuple[str, int]] = []

    async def answer(self, question: str, *keys: str) -> None:
        await expect(self.page.locator("#say")).to_have_attribute("data-question", question)
        await self.press(*keys)
        self.told.append((question, len(keys)))

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            before = await self.page.locator("#call").get_attribute("data-drawn")
            if key.isascii():
                await self.page.keyboard.press(key)
            else:
                await self.page.keyboard.type(key)  # the driver knows the keys of one layout only
            if key.isdigit() or key in ("Enter", "-", "ArrowLeft", "ArrowRight"):
                await self.page.wait_for_function(
                    "before => (document.querySelector('#call')?.dataset.drawn ?? '') !== before",
                    arg=before or "",
                )

    async def type(self, question: str, text: str) -> None:
        """Typed in the search, which a question about the region opens by itself; Enter takes the first."""
        await expect(self.page.locator("#say")).to_have_attribute("data-question", question)
        await expect(self.page.locator("#text")).to_be_focused()
        await self.press(*text, "Enter")
        self.told.append((question, len(text) + 1))

    async def find(self, text: str, label: str) -> None:
        """What the caller says, whatever is on the screen."""
        await self.press("/", *text, "Enter")
        await expect(self.page.locator(".ticks")).to_contain_text(label)
        self.told.append((text, len(text) + 2))


async def call_of_the_mother(page: Page) -> Keyboard:
    """Displaced, the flat is gone, a child with a disability: from the first key to the summary."""
    keys = Keyboard(page)
    await keys.page.keyboard.press("n")
    keys.count += 1
    await page.wait_for_selector("#call[data-drawn]")
    await keys.answer("for_whom", "1")
    await keys.answer("place", "1")
    await keys.type("region", "ль")
    await keys.answer("situation", "1", "2", "3", "Enter")
    await keys.answer("close_person", "7")
    await keys.answer("personal_topics", "-")
    await keys.find("дов", "Є довідка")
    await keys.find("інв", "Дитина з інвалідністю")
    await keys.page.keyboard.press("s")
    keys.count += 1
    await page.wait_for_url("**/console/summary")
    return keys


async def test_a_whole_call_takes_at_most_25_keys(enter: Entered) -> None:
    page = await enter()

    keys = await call_of_the_mother(page)

    print(keys.count, keys.told)
    assert keys.count <= MOST_KEYS
    sms = await page.input_value("#short")
    assert len(sms) <= 201
    assert sms.startswith(tuple("0123456789+"))
    await expect(page.locator(".aloud")).to_contain_text("Допомога на дитину з інвалідністю")


async def test_what_the_caller_says_is_ticked_by_search_in_any_order(enter: Entered) -> None:
    page = await enter()
    keys = Keyboard(page)
    await page.keyboard.press("n")
    await page.wait_for_selector("#call[data-drawn]")

    await page.keyboard.press("/")
    await keys.press(*"довідка", "Enter")

    await expect(page.locator(".ticks")).to_contain_text("Є довідка")
    await expect(page.locator("#say")).to_have_attribute("data-question", "for_whom")
    await page.keyboard.press("1")
    await expect(page.locator("#say")).to_have_attribute("data-question", "place")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#say")).to_have_attribute("data-question", "for_whom")
    await expect(page.locator(".options button[aria-pressed=true]")).to_have_count(1)


async def test_keys_and_clicks_faster_than_the_network_are_not_lost(enter: Entered) -> None:
    page = await enter()
    await page.keyboard.press("n")
    await page.wait_for_selector("#call[data-drawn]")

    async def dawdle(route: Route) -> None:
        await asyncio.sleep(0.2)
        await route.continue_()

    await page.route("**/console/call", dawdle)

    for key in "11":
        await page.keyboard.press(key)
    await expect(page.locator("#say")).to_have_attribute("data-question", "region")
    await page.click(".options button >> nth=0")
    await expect(page.locator("#say")).to_have_attribute("data-question", "situation")
    for at in (0, 1, 2):
        await page.click(f".options button >> nth={at}")
    await page.keyboard.press("Enter")

    await expect(page.locator("#say")).to_have_attribute("data-question", "close_person")
    await page.keyboard.press("/")
    await page.keyboard.type("оренда")
    for key in ("Enter", "7", "s"):
        await page.keyboard.press(key)
    await page.wait_for_url("**/console/summary")
    await page.goto("/console")
    await expect(page.locator(".ticks")).to_contain_text("Оренда з договором")
    await expect(page.locator(".ticks")).to_contain_text("Ні, нічого з цього")
    await expect(page.locator(".ticks")).to_contain_text("Діти або рідні на утриманні")
    await expect(page.locator(".ticks")).to_contain_text("Житло або майно")


async def test_a_click_is_not_lost_when_the_page_changes_under_the_mouse(enter: Entered) -> None:
    page = await enter()
    await page.keyboard.press("n")
    await page.wait_for_selector("#call[data-drawn]")
    for key, question in (("1", "place"), ("1", "region"), ("0", "situation")):
        await page.keyboard.press(key)
        await expect(page.locator("#say")).to_have_attribute("data-question", question)

    async def dawdle(route: Route) -> None:
        await asyncio.sleep(0.3)
        await route.continue_()

    await page.route("**/console/call", dawdle)
    drawn = await page.get_attribute("#call", "data-drawn")
    await page.hover(".options button >> nth=1")

    await page.keyboard.press("1")
    await page.mouse.down()
    await page.wait_for_function(
        "drawn => document.querySelector('#call').dataset.drawn !== drawn", arg=drawn
    )
    await page.mouse.up()

    await expect(page.locator(".options button[aria-pressed=true]")).to_have_count(2)


async def test_the_panel_before_any_question_is_one_key_away_from_the_ticks(enter: Entered) -> None:
    page = await enter()
    await page.keyboard.press("n")
    await page.wait_for_selector("#call[data-drawn]")
    await expect(page.locator("#before")).to_have_attribute("open", "")

    await page.keyboard.press("Escape")
    assert await page.locator("#before[open]").count() == 0
    await page.keyboard.press("b")
    await expect(page.locator("#before")).to_have_attribute("open", "")
    await page.keyboard.press("1")

    await expect(page.locator("#say")).to_have_attribute("data-question", "place")
    assert await page.locator("#before[open]").count() == 0


async def test_keys_can_be_turned_off(enter: Entered) -> None:
    page = await enter()
    await page.click("button[value='keys:off']")
    await page.click("button[data-key=n]")
    await page.wait_for_selector("#call[data-drawn]")

    await page.keyboard.press("1")
    await page.wait_for_timeout(300)

    await expect(page.locator("#say")).to_have_attribute("data-question", "for_whom")


async def test_a_call_without_scripts(enter: Entered) -> None:
    page = await enter(java_script_enabled=False)
    await page.click("button[data-key=n]")
    await page.click(".options button >> nth=0")
    await page.fill("#text", "переїзд")
    await page.press("#text", "Enter")
    await page.click(".hits button >> nth=0")

    await expect(page.locator(".ticks")).to_contain_text("Переїзд через війну")
    await page.click("a[href='/console/summary']")
    await expect(page.locator("#sms")).to_be_visible()


async def look(page: Page, name: str, found: list[str]) -> None:
    await picture(page, name)
    found += [f"{name}: {barrier}" for barrier in await find_barriers(page)]
    overflow = await find_overflow(page)
    if overflow > 0:
        found.append(f"{name}: {overflow} pixels too wide")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["uk", "en"])
async def test_looks(enter: Entered, board: tuple[Switchboard, str], language: str, width: int) -> None:
    found: list[str] = []
    page = await enter("Olha", language, width, "supervisor")
    name = f"{language}-{width}-console"
    await look(page, f"{name}-home", found)
    await page.click("button[data-key=n]")
    await page.wait_for_selector("#call[data-drawn]")
    await look(page, f"{name}-start", found)
    await page.evaluate("document.querySelectorAll('#before details').forEach(d => d.open = true)")
    await look(page, f"{name}-hard", found)
    for press in ("a:for_whom:self", "a:place:near_front"):
        await page.click(f".options button[value='{press}']")
    await expect(page.locator("#say")).to_have_attribute("data-question", "region")
    await look(page, f"{name}-region", found)
    for press in ("a:region:UA-63", "t:situation:moved", "t:situation:home", "t:situation:dependants"):
        await page.click(f".options button[value='{press}']")
    await expect(page.locator(".options button[aria-pressed=true]")).to_have_count(3)
    await look(page, f"{name}-ticks", found)
    await page.fill("#text", "інв" if language == "uk" else "disab")
    await page.wait_for_selector(".hits button")
    await look(page, f"{name}-hits", found)
    await page.click(".cards a >> nth=0")
    await page.wait_for_selector("#card article")
    await look(page, f"{name}-card", found)
    await page.goto("/console/summary")
    await page.click("button[value=give]")
    await look(page, f"{name}-summary", found)
    await page.goto("/console/leaflet")
    await look(page, f"{name}-leaflet", found)
    await page.goto("/console/shift")
    await look(page, f"{name}-shift", found)
    await page.goto("/console")
    board[0].clock.pass_(minutes=16)
    await page.goto("/console")
    await look(page, f"{name}-lock", found)
    await page.context.clear_cookies()
    await page.goto("/console")
    await look(page, f"{name}-login", found)
    await page.goto("/take")
    await look(page, f"{name}-take", found)

    assert found == []


async def test_the_leaflet_on_paper(enter: Entered) -> None:
    page = await enter()
    await call_of_the_mother(page)

    for size in ("a4", "a5"):
        await page.goto(f"/console/leaflet?size={size}")
        await page.emulate_media(media="print")
        await page.pdf(path=SCREENS / f"leaflet-{size}.pdf", prefer_css_page_size=True)

    text = await page.locator(".leaflet").inner_text()
    assert "Переїзд через війну" not in text, "an answer of the caller stands on paper"
    assert re.search(r"\d{2}-\d{2}|0 800 \d{3} \d{3}", text)
    assert await page.locator("button:visible").count() == 0

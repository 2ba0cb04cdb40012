"""The operators' console in a real browser: a whole call by keyboard, no barrier at any width, paper."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.switchboard import Board, Entered, Keyboard, look_at_widths
from tests.browser.window import (
    IN_BROWSER,
    SCREENS,
    WIDTHS,
    find_barriers,
    find_overflow,
    picture,
    press,
    turned,
)

pytestmark = IN_BROWSER
MOST_KEYS = 25


async def call_of_the_mother(page: Page) -> Keyboard:
    """Displaced, the flat is gone, a child with a disability: from the first key to the summary."""
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")
    await keys.answer("place", "1")
    await keys.search("ль", slash=False)
    await keys.answer("situation", "1", "2", "3", "Enter")
    await keys.answer("close_person", "7")
    await keys.answer("personal_topics", "-")
    await keys.search("дов")
    await keys.search("інв")
    await keys.press("s")
    await page.wait_for_url("**/console/summary")
    return keys


async def test_a_whole_call_takes_at_most_25_keys(enter: Entered) -> None:
    page = await enter()

    keys = await call_of_the_mother(page)

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


async def test_on_a_phone_what_a_key_brings_comes_into_sight(enter: Entered) -> None:
    """All columns stand below one another: hits, the next question and the list of keys would be off the screen."""
    page = await enter(width=360)
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")

    await page.keyboard.press("/")
    await page.keyboard.type("довідка")
    for hit in (0, 1):
        await expect(page.locator(".hits button").nth(hit)).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")
    await expect(page.locator("#say")).to_be_in_viewport(ratio=1)
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await keys.answer("place", "1")
    await expect(page.locator("#say")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="Покликати на допомогу")).to_be_in_viewport(ratio=1)
    await page.locator("#say").focus()
    await page.keyboard.press("?")
    await expect(page.locator("#keys-title")).to_be_in_viewport(ratio=1)


async def test_on_a_phone_the_question_is_in_sight_after_a_tick_by_search(enter: Entered) -> None:
    page = await enter(width=360)
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")

    await keys.search("дов")

    await expect(page.locator(".ticks")).to_contain_text("Є довідка")
    await expect(page.locator("#say")).to_be_focused()
    await expect(page.locator("#say")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [360, 1440])
async def test_a_card_is_read_where_it_opens_and_left_by_escape(enter: Entered, width: int) -> None:
    page = await enter(width=width)
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")
    await keys.answer("place", "2")

    await page.locator("#say").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".cards a").first).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#card h3").first).to_be_focused()
    await expect(page.locator("#card h3").first).to_be_in_viewport()
    await page.keyboard.press("Escape")
    await expect(page.locator("#say")).to_be_focused()
    assert await page.locator("#card article").count() == 0


async def test_escape_leaves_the_box_for_a_code(enter: Entered) -> None:
    page = await enter()
    await page.keyboard.press("/")
    await expect(page.locator("#code")).to_be_focused()

    await page.keyboard.press("Escape")
    await page.keyboard.press("?")

    await expect(page.locator("#keys")).to_have_attribute("open", "")


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


async def test_a_search_slower_than_its_enter_still_takes_the_first(enter: Entered) -> None:
    page = await enter()
    keys = Keyboard(page)
    await keys.begin()

    async def dawdle(route: Route) -> None:
        await asyncio.sleep(0.4)
        await route.continue_()

    await page.route("**/console/find", dawdle)
    for text, label in (("дов", "Є довідка"), ("оренд", "Оренда з договором")):
        await page.keyboard.press("/")
        await page.keyboard.type(text)
        await page.wait_for_timeout(250)
        await page.keyboard.press("Enter")
        await expect(page.locator(".ticks")).to_contain_text(label)

    await expect(page.locator("#say")).to_have_attribute("data-question", "for_whom")


async def test_a_card_and_a_number_are_found_by_name(enter: Entered) -> None:
    page = await enter()
    keys = Keyboard(page)
    await keys.begin()

    await page.keyboard.press("/")
    await page.keyboard.type("єВідновлення")
    await expect(page.locator(".hits a")).not_to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator("#card article")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await page.fill("#text", "Пенсійний фонд номер")

    await expect(page.locator(".hits")).to_contain_text("0 800 503 753")


async def test_colleagues_see_who_calls_for_help(enter: Entered, board: Board) -> None:
    first, second = await enter("Olha"), await enter("Andrii")
    await Keyboard(first).begin()

    await first.keyboard.press("h")
    await expect(first.locator("button[value='help:off']")).to_be_visible()
    board.house.clock.pass_(seconds=5)
    await second.goto("/console")

    await expect(second.locator("#help")).to_contain_text("Olha кличе на допомогу")
    await first.keyboard.press("h")
    await first.wait_for_timeout(200)
    assert await first.locator("button[value='help:off']").count() == 1, "a second press takes nothing back"


async def test_a_colleague_comes_by_one_key_into_the_call(enter: Entered, board: Board) -> None:
    first, second = await enter("Olha"), await enter("Andrii")
    keys = Keyboard(first)
    await keys.begin()
    await keys.answer("for_whom", "1")
    await first.keyboard.press("h")
    await expect(first.locator("button[value='help:off']")).to_be_visible()
    board.house.clock.pass_(seconds=5)
    await second.goto("/console")
    await expect(second.locator("#help button[data-key=j]")).to_be_visible()
    found: list[str] = []
    await look_at_widths(second, "help-called", found)

    await second.keyboard.press("j")

    await expect(second.locator("#say")).to_have_attribute("data-question", "place")
    await second.keyboard.press("1")
    await expect(second.locator("#say")).to_have_attribute("data-question", "region")
    await look_at_widths(second, "help-joined", found)
    board.house.clock.pass_(seconds=5)
    await first.goto("/console")
    await expect(first.locator("#help .coming")).to_contain_text("Andrii іде на допомогу")
    await expect(first.locator("#say")).to_have_attribute("data-question", "region")
    await look_at_widths(first, "help-coming", found)
    assert found == []


async def test_a_caller_who_can_only_say_yes_or_no_has_a_script(enter: Entered) -> None:
    page = await enter()
    await Keyboard(page).begin()

    await page.keyboard.press("Escape")
    await page.keyboard.press("b")

    script = page.locator("#before .asks")
    await expect(script.locator("li")).to_have_count(6)
    await expect(script.locator("b").first).to_have_text("Той, кого ви боїтеся, зараз поруч?")
    for ask in await script.locator("b").all_inner_texts():
        assert ask.endswith("?")


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_codes_both_ways(enter: Entered, board: Board, language: str) -> None:
    """From a person to an operator and back, looked at on each side."""
    operator = await enter(language=language)
    assert operator.context.browser is not None
    context = await operator.context.browser.new_context(locale=language, base_url=board.url)
    person, found, name = await context.new_page(), list[str](), f"code-{language}"
    await person.goto(f"/?lang={language}")
    for data in ("a:for_whom:self", "a:place:calm", "a:region:UA-46", "p:handover"):
        await press(person, data)
    await look_at_widths(person, f"{name}-person", found)
    code = re.search(r"\d{4}\s\d{4}", await person.locator("main").inner_text())
    assert code is not None

    await operator.goto("/console")
    await operator.keyboard.press("/")
    await operator.keyboard.type(code[0])
    await operator.keyboard.press("Enter")
    await expect(operator.locator(".ticks li")).to_have_count(3)
    await look_at_widths(operator, f"{name}-operator", found)
    await operator.set_viewport_size({"width": 1440, "height": 900})
    await operator.keyboard.press("s")
    await operator.wait_for_url("**/console/summary")
    await operator.keyboard.press("g")
    await expect(operator.locator("main img.qr").first).to_be_visible()
    await look_at_widths(operator, f"{name}-given", found)
    back = re.search(r"\d{4} \d{4}", await operator.locator("main [role=status] .code").inner_text())
    assert back is not None

    await person.goto(f"/take?lang={language}")
    await look_at_widths(person, f"{name}-take", found)
    await person.fill("input[name=code]", back[0])
    async with turned(person):
        await person.press("input[name=code]", "Enter")
    await look_at_widths(person, f"{name}-taken", found)
    await context.close()
    assert found == []


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
async def test_looks(enter: Entered, board: Board, language: str, width: int) -> None:
    found: list[str] = []
    page = await enter("Olha", language, width, "supervisor")
    name = f"{language}-{width}-console"
    await look(page, f"{name}-home", found)
    await page.click("button[data-key=n]")
    await page.wait_for_selector("#call[data-drawn]")
    await look(page, f"{name}-start", found)
    await page.keyboard.press("x")
    await look(page, f"{name}-hard", found)
    for data in ("a:for_whom:self", "a:place:near_front"):
        await page.click(f".options button[value='{data}']")
    await expect(page.locator("#say")).to_have_attribute("data-question", "region")
    await look(page, f"{name}-region", found)
    for data in ("a:region:UA-63", "t:situation:moved", "t:situation:home", "t:situation:dependants"):
        await page.click(f".options button[value='{data}']")
    await expect(page.locator(".options button[aria-pressed=true]")).to_have_count(3)
    await look(page, f"{name}-ticks", found)
    await page.fill("#text", "інв" if language == "uk" else "disab")
    await page.wait_for_selector(".hits button")
    await look(page, f"{name}-hits", found)
    await page.click(".cards a >> nth=0")
    await page.wait_for_selector("#card article")
    await look(page, f"{name}-card", found)
    await page.goto("/console/card/idp_certificate")
    await look(page, f"{name}-card-page", found)
    await page.goto("/console/summary")
    await page.click("button[value=give]")
    await look(page, f"{name}-summary", found)
    await page.goto("/console/leaflet")
    await look(page, f"{name}-leaflet", found)
    await page.goto("/console/all")
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    await look(page, f"{name}-all", found)
    await page.goto("/console/shift")
    await look(page, f"{name}-shift", found)
    await page.goto("/console")
    board.house.clock.pass_(minutes=16)
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

"""People's dialogue in a real browser: with and without scripts, by keyboard, and away from it in a moment."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.web.chat import NEUTRAL
from tests.browser.window import IN_BROWSER, Opener, Service, press, turned

pytestmark = IN_BROWSER


async def talk(page: Page) -> str:
    """A short conversation, and what its results say."""
    await page.goto("/")
    for answer in ("a:for_whom:self", "a:place:calm"):
        async with turned(page):
            await page.click(f"button[value='{answer}']")
    await page.check("input[value=moved]")
    await page.check("input[value=dependants]")
    async with turned(page):
        await page.click("form.ticks button")
    while not await page.locator("button[value='p:groups']").count():
        async with turned(page):
            await page.click("button[value^='w:']")
    return await page.locator(".reply").inner_text()


async def test_with_and_without_scripts_the_same_is_said(visit: Opener, service: Service) -> None:
    scripted = await talk(await visit("uk"))
    plain = await talk(await visit("uk", java_script_enabled=False))

    assert scripted == plain
    assert "Довідка переселенця" in plain
    first, second = service.house.sessions()
    assert first.answers == second.answers


async def test_one_cookie_and_no_other_trace(visit: Opener) -> None:
    page = await visit("uk")
    await talk(page)

    cookies = await page.context.cookies()

    assert [(c["name"], c["httpOnly"], c["sameSite"], c["expires"]) for c in cookies] == [
        ("s", True, "Lax", -1)
    ]
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await page.evaluate("history.length") <= 2
    assert page.url.endswith("/")


@pytest.mark.parametrize("how", ["button", "escape"])
async def test_leave_now_with_scripts(visit: Opener, service: Service, how: str) -> None:
    page = await visit("uk")
    await talk(page)

    if how == "button":
        await page.click("[data-leave]")
    else:
        for _ in range(3):
            await page.keyboard.press("Escape")
    await page.wait_for_url(NEUTRAL)

    assert await page.title() == "neutral"
    for _ in range(50):
        if not service.house.sessions():
            break
        await page.wait_for_timeout(20)
    assert service.house.sessions() == []
    await page.go_back()
    assert NEUTRAL not in page.url
    assert "переселенця" not in await page.content()
    assert await page.context.cookies() == []


async def test_leave_now_without_scripts(visit: Opener, service: Service) -> None:
    page = await visit("uk", java_script_enabled=False)
    await talk(page)

    await page.click("[data-leave]")
    await page.wait_for_url(NEUTRAL)

    assert service.house.sessions() == []
    await page.go_back()
    await page.reload()
    assert "переселенця" not in await page.content()


async def test_back_after_leaving_shows_no_page_of_ours(visit: Opener) -> None:
    """Whoever takes the phone presses «back»: what was read in the handbook must not come up again."""
    page = await visit("uk")
    for path in ("/", "/handbook", "/handbook/topic/personal"):
        await page.goto(path)
    await page.click("[data-leave]")
    await page.wait_for_url(NEUTRAL)

    for _ in range(2):
        await page.go_back(wait_until="commit")
        await page.wait_for_url(NEUTRAL)
    await page.goto("/handbook")

    await expect(page.locator("h1")).to_be_visible()
    await page.reload()
    await expect(page.locator("h1")).to_be_visible()


async def test_read_aloud_reads_the_answers_too(visit: Opener) -> None:
    page = await visit("uk")
    await page.add_init_script(
        """
        window.said = [];
        const voice = {lang: "uk-UA"};
        Object.defineProperty(window, "SpeechSynthesisUtterance", {value: function (text) { this.text = text; }});
        Object.defineProperty(window, "speechSynthesis", {value: {
            speaking: false, getVoices: () => [voice], cancel() {}, addEventListener() {},
            speak: (part) => window.said.push(part.text),
        }});
        """
    )
    await page.goto("/")
    await page.click("[data-read]")
    first = await page.evaluate("window.said")
    await press(page, "a:for_whom:self")
    await press(page, "q:situation")
    await page.evaluate("window.said = []")
    await page.click("[data-read]")
    ticks = await page.evaluate("window.said")

    assert "Для себе та родини" in first
    assert first.index("Для себе та родини") > 0
    labels = await page.locator("form.ticks label span").all_inner_texts()
    assert {label.splitlines()[0] for label in labels} <= set(ticks)


async def test_two_escapes_do_not_leave(visit: Opener, service: Service) -> None:
    page = await visit("uk")
    await talk(page)

    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")

    assert page.url.startswith(service.url)
    assert len(service.house.sessions()) == 1


async def test_by_keyboard_alone(visit: Opener, service: Service) -> None:
    """Tab reaches the way to the content, then English, the way out, and the answers in their order."""
    page = await visit("uk")
    await page.goto("/")
    seen = []
    for _ in range(6):
        await page.keyboard.press("Tab")
        seen.append(
            await page.evaluate(
                "(e => e.value || e.getAttribute('href') || e.className)(document.activeElement)"
            )
        )
        shown = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown == "solid", seen

    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_be_focused()

    assert seen[:4] == ["#main", "/", "/?lang=en", "leave"]
    assert seen[4:] == ["a:for_whom:self", "a:for_whom:relative"]
    assert service.house.sessions()[0].subject == "relative"


async def test_the_language_of_each_part_is_marked(visit: Opener) -> None:
    page = await visit("uk")
    await page.goto("/")

    assert await page.get_attribute("html", "lang") == "uk"
    await page.click("header [lang=en]")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert await page.get_attribute("header .tongue", "lang") == "uk"
    async with turned(page):
        await page.click("button[value='a:for_whom:self']")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    async with turned(page):
        await page.click("header button[value='s:language:uk']")
    await expect(page.locator("html")).to_have_attribute("lang", "uk")


async def test_leave_now_stays_in_reach_on_a_small_screen(visit: Opener) -> None:
    page = await visit("uk", 360)
    await talk(page)

    await page.evaluate("scrollTo(0, document.body.scrollHeight)")

    await expect(page.locator("[data-leave]")).to_be_in_viewport(ratio=1)


async def test_a_press_is_made_again_when_the_database_was_away(visit: Opener, service: Service) -> None:
    page = await visit("uk")
    await page.goto("/")
    async with turned(page):
        await page.click("button[value='a:for_whom:self']")
    service.house.store.down = True
    async with turned(page):
        await page.click("button[value='a:place:calm']")
    service.house.store.down = False

    async with turned(page):
        await page.click("button.main")

    assert service.house.sessions()[0].here["place"].choices == ("calm",)


async def test_handbook_needs_no_cookie_and_search_leaves_no_trace(visit: Opener) -> None:
    page = await visit("uk")
    await page.goto("/handbook")

    await page.fill("#t", "довідка переселенця")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/handbook/search")

    assert "idp_certificate" in await page.content()
    assert "довідка" not in page.url
    assert await page.context.cookies() == []
    await page.click("text=Довідка внутрішньо переміщеної особи")
    await page.click("summary")
    await page.check("input[value=amount]")
    await page.click("details button")
    await page.wait_for_url("**/handbook/thanks")

"""Whoever listens to a page hears each word in its own language, also where the operator's is not the caller's."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.switchboard import Entered
from tests.browser.window import IN_BROWSER, Opener, press

pytestmark = IN_BROWSER

# Words in Cyrillic letters that are said to be English, and the other way round. Names of keys, people and sites are neither.
STRANGERS = r"""() => {
    const HOST = /https?:|^\s*[\w.-]+\.[a-z]{2,}(, [\d-]+)?\s*$/;
    const found = [];
    const judge = (element, text) => {
        const cyrillic = (text.match(/[а-яіїєґ]/gi) || []).length, latin = (text.match(/[a-z]/gi) || []).length;
        const english = element.closest("[lang]").lang === "en";
        if (cyrillic + latin > 3 && (english ? cyrillic > latin : latin > cyrillic)) found.push(text.trim().slice(0, 60));
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!element.closest("script, style, noscript, kbd, code, .who, td, .note") && !HOST.test(element.textContent))
            judge(element, walker.currentNode.textContent);
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [alt]"))
        for (const name of ["aria-label", "title", "alt"]) judge(element, element.getAttribute(name) || "");
    for (const element of document.querySelectorAll("textarea")) judge(element, element.value.replace(/[a-z.:/]+/g, ""));
    judge(document.documentElement, document.title);
    return found;
}"""


async def find_strangers(page: Page) -> list[str]:
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    return list(await page.evaluate(STRANGERS))


@pytest.mark.parametrize(("operator", "caller"), [("en", "uk"), ("uk", "en")])
async def test_at_the_console(enter: Entered, operator: str, caller: str) -> None:
    page = await enter(language=operator)
    await page.keyboard.press("n")
    await page.wait_for_selector("#call[data-drawn]")
    await page.keyboard.press("l")
    await expect(page.locator("#say")).to_have_attribute("lang", caller)
    for data, question in (("a:for_whom:self", "place"), ("a:place:near_front", "region")):
        await page.click(f".options button[value='{data}']")
        await expect(page.locator("#say")).to_have_attribute("data-question", question)
    await page.click(".options button[value='a:region:UA-63']")
    await expect(page.locator("#say")).to_have_attribute("data-question", "situation")
    found = {"call": await find_strangers(page)}
    await page.click(".cards a >> nth=0")
    await page.wait_for_selector("#card article")
    found["card"] = await find_strangers(page)
    for name in ("card/idp_certificate", "all", "leaflet", "summary"):
        await page.goto(f"/console/{name}")
        found[name] = await find_strangers(page)
    await page.keyboard.press("g")
    await expect(page.locator("main img.qr").first).to_be_visible()
    found["given"] = await find_strangers(page)

    assert {name: words for name, words in found.items() if words} == {}


async def test_in_the_chat_and_the_handbook(visit: Opener) -> None:
    page = await visit("en")
    await page.goto("/?lang=en")
    found = {"welcome": await find_strangers(page)}
    for data in (
        "a:for_whom:self",
        "a:place:near_front",
        "a:region:UA-63",
        "p:results",
        "p:groups",
        "p:urgent",
    ):
        await press(page, data)
        found[data] = await find_strangers(page)
    for path in (
        "/print",
        "/handbook?lang=en",
        "/handbook/entitlement/idp_certificate?lang=en",
        "/take?lang=en",
    ):
        await page.goto(path)
        found[path] = await find_strangers(page)

    assert {name: words for name, words in found.items() if words} == {}

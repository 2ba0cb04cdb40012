"""Every kind of page in both languages and three widths: no barrier, nothing cut off, pictures to look at."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.window import (
    IN_BROWSER,
    WIDTHS,
    Opener,
    find_barriers,
    find_overflow,
    picture,
    press,
    turned,
)

pytestmark = IN_BROWSER

# Presses that lead from the first page to each kind of screen.
WALK = (
    ("place", "a:for_whom:self"),
    ("region", "a:place:near_front"),
    ("situation", "q:situation"),
    ("personal", "q:personal_topics"),
    ("personal_open", "o:personal_topics"),
    ("results", "p:results"),
    ("card", "p:entitlement:idp_certificate"),
    ("why", "p:why:idp_certificate"),
    ("topic", "p:topic:money"),
    ("groups", "p:groups"),
    ("review", "p:review"),
    ("regions", "p:contacts"),
    ("contacts", "a:region:UA-12"),
    ("urgent", "p:urgent"),
    ("handover", "p:handover"),
    ("settings", "p:settings"),
    ("about", "p:about:plan"),
    ("menu", "p:more"),
    ("found", "=rent"),
    ("confirm", "=moved"),
    ("crisis", "=crisis"),
    ("erase", "p:erase"),
    ("hidden", "x:hide"),
    ("erased", "x:erase"),
)
SAID = {
    "uk": {"rent": "гроші на оренду", "moved": "переїхали", "crisis": "не хочу жити"},
    "en": {"rent": "money for rent", "moved": "we moved", "crisis": "I want to die"},
}
PAGES = (
    ("handbook", "/handbook"),
    ("handbook_contacts", "/handbook/contacts"),
    ("handbook_topic", "/handbook/topic/housing"),
    ("handbook_card", "/handbook/entitlement/idp_certificate"),
    ("handbook_group", "/handbook/group/idp"),
    ("handbook_contact", "/handbook/contact/gov_hotline_1545"),
    ("handbook_region", "/handbook/region/UA-63"),
    ("handbook_about", "/handbook/about/groups"),
    ("privacy", "/privacy"),
    ("missing", "/handbook/contact/nobody"),
)


async def say(page: Page, text: str) -> None:
    async with turned(page):
        await page.fill("#t", text)
        await page.press("#t", "Enter")


async def look(page: Page, name: str, found: list[str]) -> None:
    await picture(page, name)
    found += [f"{name}: {barrier}" for barrier in await find_barriers(page)]
    overflow = await find_overflow(page)
    if overflow > 0:
        found.append(f"{name}: {overflow} pixels too wide")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["uk", "en"])
async def test_dialogue(visit: Opener, language: str, width: int) -> None:
    page = await visit(language, width)
    found: list[str] = []

    await page.goto(f"/?lang={language}")
    await look(page, f"{language}-{width}-welcome", found)
    for name, data in WALK:
        if data.startswith("="):
            await say(page, SAID[language][data[1:]])
        else:
            await press(page, data)
        await look(page, f"{language}-{width}-{name}", found)

    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["uk", "en"])
async def test_handbook(visit: Opener, language: str, width: int) -> None:
    page = await visit(language, width)
    found: list[str] = []

    for name, path in PAGES:
        await page.goto(f"{path}?lang={language}")
        await look(page, f"{language}-{width}-{name}", found)

    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_large_type_and_high_contrast(visit: Opener, scheme: str) -> None:
    page = await visit("uk", 360, color_scheme=scheme)
    found: list[str] = []

    await page.goto("/")
    await look(page, f"uk-360-{scheme}", found)
    async with turned(page):
        await page.click("button[value='large:on']")
    await look(page, f"uk-360-{scheme}-large", found)
    async with turned(page):
        await page.click("button[value='contrast:on']")
    await look(page, f"uk-360-{scheme}-large-contrast", found)
    await press(page, "a:for_whom:self")
    await press(page, "q:situation")
    await look(page, f"uk-360-{scheme}-large-contrast-ticks", found)

    assert found == []


async def test_results_on_paper(visit: Opener) -> None:
    from tests.browser.window import SCREENS

    page = await visit("uk")
    await page.goto("/")
    for data in ("a:for_whom:self", "a:place:near_front", "p:results"):
        await press(page, data)
    await page.goto("/print")
    found: list[str] = []
    await look(page, "uk-1280-print", found)

    await page.emulate_media(media="print")
    await picture(page, "uk-print-paper")
    await page.pdf(path=SCREENS / "results.pdf", format="A4")

    assert found == []
    assert await page.locator("button:visible").count() == 0

"""What must always be in reach or in sight: the way out, the focus, and on paper a type that tired eyes can read."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.switchboard import Entered, Keyboard
from tests.browser.window import IN_BROWSER, Opener, press

pytestmark = IN_BROWSER

OUTLINE = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused), box = focused.closest("label");
    const around = box ? getComputedStyle(box) : style;
    const drawn = [style, around].some((one) => one.outlineStyle === "solid" && parseFloat(one.outlineWidth) >= 2);
    return focused === document.body || drawn ? "" : focused.outerHTML.slice(0, 80);
}"""


async def walk_by_tab(page: Page, times: int = 30) -> list[str]:
    """What has the focus and does not show it."""
    unseen = []
    for _ in range(times):
        await page.keyboard.press("Tab")
        unseen.append(await page.evaluate(OUTLINE))
    return [one for one in unseen if one]


async def test_the_way_out_stays_at_the_top_of_every_page(visit: Opener) -> None:
    page = await visit("uk", 360)
    away: list[str] = []

    await page.goto("/")
    for data in ("a:for_whom:self", "a:place:near_front", "q:situation", "p:results", "p:contacts", "x:hide"):
        await press(page, data)
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        await expect(page.locator("[data-leave]")).to_be_in_viewport(ratio=1)
    for path in (
        "/handbook",
        "/handbook/entitlement/idp_certificate",
        "/privacy",
        "/take",
        "/print",
        "/nothing",
    ):
        await page.goto(path)
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        box = await page.locator("[data-leave]").bounding_box()
        if box is None or box["y"] < 0:
            away.append(path)

    assert away == []


@pytest.mark.parametrize("look", ["", "contrast"])
async def test_the_focus_is_seen_wherever_it_goes(visit: Opener, look: str) -> None:
    page = await visit("uk")
    await page.goto("/")
    if look:
        await page.click(f"button[value='{look}:on']")
        await page.wait_for_selector(f"html.{look}")
    await press(page, "a:for_whom:self")
    await press(page, "q:situation")
    unseen = await walk_by_tab(page)
    await page.goto("/handbook/entitlement/idp_certificate")
    unseen += await walk_by_tab(page)

    assert unseen == []


async def test_the_focus_is_seen_at_the_console_too(enter: Entered) -> None:
    page = await enter()
    unseen = await walk_by_tab(page, 15)
    await page.goto("/console")
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")
    await keys.answer("place", "2")
    unseen += await walk_by_tab(page, 50)
    await page.goto("/console/summary")
    unseen += await walk_by_tab(page, 25)

    assert unseen == []


@pytest.mark.parametrize(("size", "millimetres", "least"), [("a4", (210, 297), 14), ("a5", (148, 210), 12)])
async def test_a_leaflet_has_its_size_and_large_type(
    enter: Entered, size: str, millimetres: tuple[int, int], least: int
) -> None:
    page = await enter()
    keys = Keyboard(page)
    await keys.begin()
    await keys.answer("for_whom", "1")
    await keys.answer("place", "2")

    await page.goto(f"/console/leaflet?size={size}")
    await page.emulate_media(media="print")
    points = await page.evaluate(
        """() => [...document.querySelectorAll(".leaflet p:not(.note), .leaflet li, .dictate")]
            .map((one) => parseFloat(getComputedStyle(one).fontSize) * 72 / 96)"""
    )
    paper = await page.pdf(prefer_css_page_size=True)

    boxes = {
        tuple(round(float(part) / 72 * 25.4) for part in box.split())
        for box in re.findall(rb"/MediaBox \[0 0 ([\d. ]+)\]", paper)
    }
    assert boxes == {millimetres}
    assert min(points) >= least - 0.1
    assert await page.locator("img.qr").get_attribute("alt") == "QR-код довідника"

"""Six calls by keyboard alone: what an operator hears, what they press, how many keys it takes, and how it looks."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.switchboard import Entered, Keyboard, look_at_widths
from tests.browser.window import IN_BROWSER

pytestmark = IN_BROWSER
WIDTHS = (360, 768, 1440)

# What the operator does, question by question; «/word» is typed into the search and its first tick taken.
CALLS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "mother": (
        ("for_whom", ("1",)),
        ("place", ("1",)),
        ("region", ("UA-46",)),
        ("situation", ("1", "2", "3", "Enter")),
        ("close_person", ("7",)),
        ("personal_topics", ("-",)),
        ("", ("/certif", "/inval")),
    ),
    "wife_of_missing": (
        ("for_whom", ("1",)),
        ("place", ("1",)),
        ("region", ("UA-23",)),
        ("situation", ("3", "Enter")),
        ("close_person", ("2", "Enter")),
        ("personal_topics", ("-",)),
    ),
    "whispering": (
        ("for_whom", ("d", "1")),
        ("place", ("1",)),
        ("region", ("0",)),
        ("situation", ("0",)),
        ("close_person", ("0",)),
        ("personal_topics", ("2", "Enter")),
    ),
    "pensioner": (
        ("for_whom", ("1",)),
        ("place", ("2",)),
        ("region", ("UA-65",)),
        ("situation", ("4", "Enter")),
        ("health", ("4", "5", "Enter")),
        ("close_person", ("7",)),
        ("personal_topics", ("-",)),
    ),
    "occupied": (
        ("for_whom", ("1",)),
        ("place", ("4",)),
    ),
    "press": (("for_whom", ("x",)),),
}
WORDS = {
    "uk": {"UA-46": "ль", "UA-23": "запор", "UA-65": "херс", "/certif": "дов", "/inval": "інв"},
    "en": {"UA-46": "lv", "UA-23": "zap", "UA-65": "kher", "/certif": "cert", "/inval": "dis"},
}
MOST = {"mother": 25}


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("name", CALLS)
async def test_a_call(enter: Entered, name: str, language: str) -> None:
    page = await enter(language=language, width=1440)
    keys, words = Keyboard(page), WORDS[language]
    found: list[str] = []
    await keys.begin()
    for question, presses in CALLS[name]:
        if question:
            await expect(page.locator("#say")).to_have_attribute("data-question", question)
        for press in presses:
            if press in words:
                await keys.search(words[press], press.startswith("/"))
            else:
                await keys.press(press)
    await look_at_widths(page, f"call-{name}-{language}", found, WIDTHS)
    if name == "occupied":
        lines = page.locator(".lines")
        assert "380" not in await lines.inner_text()
        assert await lines.locator(".dictate, .danger strong").count() == 0
    if name == "press":
        await expect(page.locator("#hard")).to_have_attribute("open", "")
        await keys.press("Escape")
    await keys.press("s")
    await page.wait_for_url("**/console/summary")
    to_summary = keys.count
    await look_at_widths(page, f"call-{name}-{language}-summary", found, WIDTHS)
    if name == "occupied":
        assert await page.locator("#short").count() == 0
        assert "380" not in await page.locator("main").inner_text()
    if name == "whispering":
        sms = await page.input_value("#short")
        assert re.sub(r"https?://\S+", "", sms).strip(" .;0123456789+-") == "", sms
    await keys.press("3" if name == "press" else "1", "Enter")
    await expect(page.locator("button[data-key=n]")).to_be_visible()

    print(f"keys: {name} {language}: {to_summary} to the summary, {keys.count} to the end")
    assert to_summary <= MOST.get(name, 25)
    assert found == []

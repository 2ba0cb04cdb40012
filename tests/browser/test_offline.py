"""The handbook from disk: search, pages, and not a single request."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.export import export_html
from dialogs.engine import Engine
from tests.browser.window import IN_BROWSER, Opener, find_barriers, find_overflow, picture
from tests.fakes import START

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def book(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("book") / "handbook.html"
    file.write_text(export_html(engine, START, ("uk", "en")), encoding="utf-8")
    return file


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_file_opens_and_finds(visit: Opener, engine: Engine, tmp_path: Path, width: int) -> None:
    file = tmp_path / "handbook.html"
    file.write_text(export_html(engine, START, ("uk", "en")), encoding="utf-8")
    page = await visit("uk", width, offline=True)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    await page.goto(file.as_uri())
    await page.fill("#t-uk", "довідку переселенки")
    await picture(page, f"uk-{width}-offline-search")
    await page.click("[data-found] a >> nth=0")
    await expect(page.locator("article:visible")).to_have_count(1)
    await expect(page.locator("article:visible h1")).to_be_focused()
    await picture(page, f"uk-{width}-offline-card")
    overflow = await find_overflow(page)
    await page.click("a[hreflang=en]:visible")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    address = page.url
    await page.go_back()
    await expect(page.locator("html")).to_have_attribute("lang", "uk")
    # What is hidden is nobody's barrier, and axe would walk through nine hundred pages of it.
    await page.evaluate(
        "document.querySelectorAll('[data-book][hidden], article[hidden]').forEach(e => e.remove())"
    )
    barriers = await find_barriers(page)

    assert address.endswith("#en-front")
    assert barriers == []
    assert overflow <= 0
    assert {url.split("#")[0] for url in requests} == {file.as_uri()}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("школу", "Безоплатне харчування в школі"),
        ("у школі", "Безоплатне харчування в школі"),
        ("пенсії", "Пенсія військових"),
        ("поранення", "Безоплатна реабілітація після поранення"),
        ("оренди", "Субсидія на оренду житла"),
        ("б'є чоловік", "Безпека вдома: як покликати на допомогу"),
        ("бʼє", "Безпека вдома: як покликати на допомогу"),
        ("1547", "Урядова гаряча лінія 15-47"),
        ("ґґґґ щщщщ", None),
    ],
)
async def test_words_are_found_in_any_case_and_only_from_their_beginning(
    visit: Opener, book: Path, typed: str, title: str | None
) -> None:
    page = await visit("uk", offline=True)

    await page.goto(book.as_uri())
    await page.fill("#t-uk", typed)

    found = await page.locator("[data-book=uk] [data-found] a").all_inner_texts()
    if title is None:
        assert found == []
        await expect(page.locator("[data-book=uk] [data-none]")).to_contain_text("нічого не знайдено")
    else:
        assert [text for text in found[:3] if title in text]


async def test_title_and_paper_follow_the_language_and_show_no_search(visit: Opener, book: Path) -> None:
    page = await visit("uk", offline=True)

    await page.goto(book.as_uri())
    assert await page.title() == "Повний довідник"
    await page.click("a[hreflang=en]:visible")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert await page.title() == "Handbook"
    await page.emulate_media(media="print")
    await expect(page.locator("#t-en")).to_be_hidden()


async def test_without_scripts_everything_can_be_read(visit: Opener, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "handbook.html"
    file.write_text(export_html(engine, START, ("uk",)), encoding="utf-8")
    page = await visit("uk", java_script_enabled=False, offline=True)

    await page.goto(file.as_uri())
    await page.click("text=Гроші й виплати >> nth=0")

    assert page.url.endswith("#uk-topic-money")
    assert await page.locator("article:visible").count() > 300

"""The handbook: every page, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from bot.loading import build_engine
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.records import Controller
from tests.web.house import House, Page, open_house

HREF = re.compile(r'href="([^"]+)"')
UNFILLED = re.compile(r"\{[a-z_]+\}|\bNone\b")


def read_title(page: Page) -> str:
    return unescape(re.findall(r"<title>([^<]*)</title>", page.html)[0])


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_every_page_is_reached_from_the_front_and_none_is_broken(
    house: House, edition: Edition, language: str
) -> None:
    browser = house.browser()
    todo, seen = [f"/handbook?lang={language}"], set[str]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        page = await browser.open(path)
        assert page.status == 200, path
        assert f'<html lang="{language}"' in page.html, path
        assert not UNFILLED.search(page.text), path
        assert "set-cookie" not in page.headers
        for href in HREF.findall(page.html):
            url = unescape(href)
            if url.startswith("/handbook") and f"lang={language}" in url:
                todo.append(url)

    kinds = [urlsplit(path).path.split("/")[2] for path in seen if path.count("/") == 3]
    assert kinds.count("entitlement") == len(edition.entitlements)
    assert kinds.count("contact") == len(edition.contacts)
    assert kinds.count("group") == 19


async def test_a_card_names_each_contact_once_and_leads_to_its_page(house: House, edition: Edition) -> None:
    told = 0
    for record in edition.entitlements.values():
        page = (await house.browser().open(f"/handbook/entitlement/{record.id}")).html
        for id in record.contacts:
            links = page.count(f'href="/handbook/contact/{id}"')
            assert links == 1, (record.id, id)
            told += links

    assert told > 200


async def test_a_permanent_link_is_ukrainian_and_names_any_other_language(house: House) -> None:
    browser = house.browser()
    page = await browser.open("/handbook/entitlement/idp_certificate")
    english = await browser.open("/handbook/entitlement/idp_certificate?lang=en")

    assert "Довідка внутрішньо переміщеної особи" in page.text
    assert "lang=" not in page.html.partition("<main")[2].partition("<footer>")[0].replace("<html lang=", "")
    assert "internally displaced" in english.text


async def test_previews_tell_nothing_and_guarded_pages_have_no_name(house: House, edition: Edition) -> None:
    browser = house.browser("en")
    guarded = next(e.id for e in edition.entitlements.values() if e.guarded)

    quiet = await browser.open(f"/handbook/entitlement/{guarded}")
    plain = await browser.open("/handbook/entitlement/idp_certificate")

    assert read_title(quiet) == "Directory"
    assert "noindex" in quiet.html
    assert read_title(plain) == "Certificate of an internally displaced person (IDP) – Directory"
    for page in (quiet, plain):
        assert 'property="og:title" content="Directory"' in page.html
        assert "og:description" not in page.html


async def test_no_page_of_the_handbook_names_a_guarded_contact_unasked(
    house: House, edition: Edition
) -> None:
    browser = house.browser()
    guarded = {id for id, contact in edition.contacts.items() if contact.guarded}

    pages = [await browser.open("/handbook/contacts"), await browser.open("/handbook/region/UA-32")]

    for page in pages:
        named = set(re.findall(r"/handbook/contact/(\w+)", page.html))
        assert named
        assert not named & guarded


@pytest.mark.parametrize(
    "path", ["/handbook/entitlement/none", "/handbook/x/y", "/handbook/contact/%00", "/handbook/topic/.."]
)
async def test_what_is_not_there_is_said_so(house: House, path: str) -> None:
    page = await house.browser("en").open(path)

    assert page.status in (200, 404)
    assert page.status == 404 or "Handbook" in page.text


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_on_paper_only_the_hours_are_left_of_what_is_open_now(house: House, language: str) -> None:
    page = await house.browser().open(f"/handbook/contact/gov_hotline_1545?lang={language}")
    words = ("зараз працює;", "зараз зачинено;") if language == "uk" else ("open now;", "closed now;")

    notes = re.findall(r'<p class="note"><span class="screen">([^<]+)</span>([^<]+)</p>', page.html)

    assert [said.strip() in words for said, _ in notes] == [True]
    assert ("цілодобово" if language == "uk" else "day and night") in notes[0][1]
    assert not [word for word in words if page.html.count(word) > 1]


async def test_search_finds_by_words_and_does_not_repeat_them(house: House) -> None:
    browser = house.browser()
    await browser.open("/handbook")

    page = await browser.post("/handbook/search", t="довідка переселенця")

    assert "/handbook/entitlement/idp_certificate" in page.html
    assert 'value="довідка' not in page.html
    assert (await browser.post("/handbook/search", t="щщщ ккк ззз")).status == 200
    assert (await browser.open("/handbook/search")).status == 200
    assert (await browser.post("/handbook/search", csrf="", t="x")).status == 403


async def test_this_is_wrong_leaves_a_note_without_who_wrote_it(house: House) -> None:
    browser = house.browser("en")
    await browser.open("/handbook/entitlement/idp_certificate")

    page = await browser.post("/handbook/wrong", record="entitlement:idp_certificate", reason="amount")

    assert "Thank you" in page.text
    assert house.notes.kept == [("entitlement:idp_certificate", "amount", "")]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("З 01.12.2026 уже 50 000 грн", "З 01.12.2026 уже 50 000 грн"),
        ("Дзвоніть 067 123-45-67, мені", "Дзвоніть …, мені"),
        ("+38 (044) 238 15 50; UA213223130000026007233566001", "+…; UA…"),
        ("  Лінія\r\nзакрита ", "Лінія закрита"),
        ("я" * 300, "я" * 300),
    ],
)
async def test_words_about_a_mistake_are_kept_without_long_numbers(
    house: House, said: str, kept: str
) -> None:
    browser = house.browser()
    await browser.open("/handbook/contact/gov_hotline_1545")

    with capture_logs() as logs:
        page = await browser.post(
            "/handbook/wrong", record="contact:gov_hotline_1545", reason="other", words=said
        )

    assert page.status == 200
    assert house.notes.kept == [("contact:gov_hotline_1545", "other", kept)]
    assert logs == []


async def test_too_many_words_about_a_mistake_are_refused(house: House) -> None:
    browser = house.browser()
    await browser.open("/handbook")

    page = await browser.post(
        "/handbook/wrong", record="contact:gov_hotline_1545", reason="other", words="я" * 301
    )

    assert page.status == 413
    assert house.notes.kept == []


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("entitlement:none", "amount"),
        ("entitlement:idp_certificate", "my own words"),
        ("", ""),
        ("x:y", "other"),
    ],
)
async def test_a_forged_note_is_refused(house: House, record: str, reason: str) -> None:
    browser = house.browser()
    await browser.open("/handbook")

    page = await browser.post("/handbook/wrong", record=record, reason=reason)

    assert page.status == 400
    assert house.notes.kept == []


async def test_notes_cannot_be_poured_in(house: House) -> None:
    browser = house.browser()
    await browser.open("/handbook")

    for _ in range(8):
        page = await browser.post("/handbook/wrong", record="contact:gov_hotline_1545", reason="number")

    assert page.status == 429
    assert len(house.notes.kept) == 5


async def test_nor_can_they_from_many_addresses_at_once(house: House) -> None:
    statuses = []
    for number in range(62):
        browser = house.browser(address=f"192.0.2.{number}")
        await browser.open("/handbook/thanks")
        page = await browser.post("/handbook/wrong", record="contact:gov_hotline_1545", reason="number")
        statuses.append(page.status)

    assert statuses == [200] * 60 + [429] * 2


async def test_what_is_kept_is_told_in_both_languages(house: House) -> None:
    assert "Що зберігає цей сервіс" in (await house.browser("uk").open("/privacy")).text
    assert "What this service keeps" in (await house.browser("en").open("/privacy")).text


async def test_what_is_kept_is_told_under_headings_in_short_points(house: House, edition: Edition) -> None:
    (record,) = (page for page in edition.base.about if page.id == "privacy")

    page = await house.browser().open("/privacy")

    for part in record.parts:
        assert f"<h2>{part.heading['uk']}</h2>" in page.html
    assert len(record.parts) >= 5
    assert max(len(point["uk"]) for part in record.parts for point in part.points) <= 300
    assert page.html.count("<li>") >= sum(len(part.points) for part in record.parts)


async def test_who_answers_for_the_data_is_told_or_honestly_missing(house: House) -> None:
    page = await house.browser("en").open("/privacy")

    assert "has not named itself here yet" in page.text


async def test_the_named_organisation_stands_on_the_page(engine: Engine) -> None:
    settings = engine.edition.base.settings
    assert settings is not None
    named = Controller(
        name={"uk": "Громадська організація «Приклад»", "en": "NGO Example"},
        reach={"uk": "Київ, вулиця Прикладна, 1", "en": "1 Example street, Kyiv"},
    )
    base = replace(engine.edition.base, settings=settings.model_copy(update={"controller": named}))

    async with open_house(build_engine(Edition.build(base))) as house:
        page = await house.browser().open("/privacy")

    assert "Хто відповідає за ці дані Громадська організація «Приклад» Київ, вулиця Прикладна, 1" in page.text
    assert "ще не назвала" not in page.text

"""What leaves a call: the leaflet, the count, the marks on numbers, and what practice leaves behind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dialogs.counting import GUARDED
from dialogs.engine import Engine
from tests.web.switchboard import Switchboard, open_switchboard
from tests.web.test_console import Desk

NOW = ("зараз працює;", "зараз зачинено;", "open now;", "closed now;")


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:
        yield board


@pytest.mark.parametrize("language", ["uk", "en"])
async def test_paper_tells_hours_and_nothing_of_this_hour(board: Switchboard, language: str) -> None:
    """It is read tomorrow: «open now» would be a lie then."""
    browser = await board.operator(language=language)
    desk = await Desk.begin(browser)
    call = await desk.press("a:for_whom:self", "a:place:near_front", "a:region:UA-63")

    leaflet = await browser.open("/console/leaflet")

    assert any(words in call.text for words in NOW)
    assert not [words for words in NOW if words in leaflet.text]
    assert ("цілодобово" if language == "uk" else "day and night") in leaflet.text


@pytest.mark.parametrize(("place", "given"), [("occupied", 0), ("russia_belarus", 0), ("near_front", 1)])
async def test_no_code_is_given_to_who_is_where_it_endangers(
    board: Switchboard, place: str, given: int
) -> None:
    """Phones are searched there; the form of a page drawn before the place was told makes none either."""
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", f"a:place:{place}")

    page = await browser.open("/console/summary")
    made = await browser.post("/console/summary", ref=desk.ref, set="give")

    assert ("Не давайте коду" in page.text, "Не давайте коду" in made.text) == (not given, not given)
    assert 'value="give"' not in page.html or given
    assert len(set(re.findall(r"/take/(\d{8})", made.html))) == given


@pytest.mark.parametrize(("practice", "said"), [("mother", True), ("", False)])
async def test_a_leaflet_of_practice_says_so(board: Switchboard, practice: str, said: bool) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser, practice=practice)
    await desk.press("a:for_whom:self", "a:place:calm")

    page = await browser.open("/console/leaflet")

    assert ("Навчання: цей дзвінок вигаданий." in page.text) is said


async def test_a_call_that_is_ended_twice_at_once_is_counted_once(board: Switchboard) -> None:
    """A double press of Enter, or a colleague who is in the same call."""
    browser = await board.operator()
    desk = await Desk.begin(browser)

    pages = await asyncio.gather(
        *(browser.post("/console/end", ref=desk.ref, topic="money", outcome="told") for _ in range(4))
    )

    assert sorted(page.status for page in pages)[0] == 200
    assert await board.counted() == {"call": 1, "call topic money": 1, "call outcome told": 1}


async def test_a_personal_topic_is_counted_under_the_one_name_of_all_of_them(board: Switchboard) -> None:
    """«Personal safety» in a region with few calls would tell on the caller."""
    browser = await board.operator()
    desk = await Desk.begin(browser)
    personal = [t.id for t in board.engines[0].edition.base.topics if t.personal]

    await browser.post("/console/end", ref=desk.ref, topic=personal[0], outcome="told")

    assert await board.counted() == {"call": 1, f"call topic {GUARDED}": 1, "call outcome told": 1}


async def test_what_does_not_match_names_no_personal_card_unasked(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:occupied")  # several personal cards do not match there

    page = await browser.open("/console/all")

    entitlements = board.engines[0].edition.entitlements
    refused = page.html.partition("<details><summary>Умови не збігаються")[2].partition("</details>")[0]
    assert 'href="/console/card/' in refused
    assert not [id for id, e in entitlements.items() if e.guarded and f'/console/card/{id}"' in page.html]


async def test_a_mark_in_practice_is_not_thanked_for(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser, practice="mother")
    fields = {"press": "report:works:gov_hotline_1545", "here": desk.asked, "ref": desk.ref}
    browser.client.headers["hx-request"] = "true"

    practised = await browser.post("/console/call", **fields)
    await browser.post("/console/start")
    browser.client.headers.pop("hx-request")
    desk.page = await browser.open("/console")
    browser.client.headers["hx-request"] = "true"
    real = await browser.post("/console/call", **{**fields, "ref": desk.ref})

    assert "Навчання: цю позначку не зберігаємо." in practised.html
    assert "Записано. Дякуємо" not in practised.html
    assert "Записано. Дякуємо" in real.html


async def test_practice_that_lay_too_long_offers_codes_to_people_again(board: Switchboard) -> None:
    browser = await board.operator()
    await Desk.begin(browser, practice="mother")
    board.clock.pass_(minutes=14)
    await browser.post("/console/place", set="keys:on")
    board.clock.pass_(minutes=14)
    await browser.post("/console/place", set="keys:on")
    board.clock.pass_(minutes=3)

    page = await browser.open("/console")

    assert "Навчання ·" not in page.text.partition("Можна приймати дзвінок")[0]
    assert await board.parts.handover.offer("web:x", board.session(), board.clock()) is not None


async def test_the_handbook_opens_in_the_operators_language(board: Switchboard) -> None:
    browser = await board.operator(language="en")
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:near_front", "a:region:UA-63")

    everything = await browser.open("/console/all")

    assert 'href="/handbook?lang=en"' in everything.html
    assert "/handbook/contact/gov_hotline_1545?lang=en" in everything.html

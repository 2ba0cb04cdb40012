"""What a console must refuse, and numbers that belong to one caller only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dialogs.engine import Engine
from tests.web.house import BROWSER, Browser
from tests.web.switchboard import PASSWORD, Switchboard, open_switchboard
from tests.web.test_console import Desk


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:
        yield board


# ---- forms that are not ours ----


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/console/login", {"name": "Olha", "password": PASSWORD}),
        ("/console/invite", {"password": PASSWORD, "again": PASSWORD}),
        ("/look", {"look": "large:on"}),
        ("/take", {"code": "12345678"}),
        ("/handbook/search", {"t": "гроші"}),
        ("/handbook/wrong", {"record": "contact:gov_hotline_1545", "reason": "number"}),
    ],
)
@pytest.mark.parametrize("how", ["no token", "another site"])
async def test_a_form_before_the_login_is_refused(
    board: Switchboard, path: str, fields: dict[str, str], how: str
) -> None:
    """Also a login: else somebody could be made to work under another's name."""
    invitation = await board.invite("Iryna")
    await board.operator()
    browser = board.browser()
    await browser.open("/console" if path.startswith("/console") else "/handbook/contact/gov_hotline_1545")
    if path == "/console/invite":
        fields = {**fields, "invitation": invitation}
    if how == "no token":
        fields = {**fields, "csrf": "0" * 32}
    else:
        browser.client.headers["sec-fetch-site"] = "same-site"

    answer = await browser.client.post(path, data={"csrf": browser.token, **fields})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert board.notes.kept == []
    assert await board.parts.accounts.read_invitation(invitation, board.clock()) is not None


@pytest.mark.parametrize("path", ["/console/unlock", "/console/logout"])
async def test_a_form_at_the_lock_is_refused(board: Switchboard, path: str) -> None:
    browser = await board.operator()
    board.clock.pass_(minutes=16)

    page = await browser.post(path, csrf="0" * 32, password=PASSWORD)

    assert page.status == 403
    assert "Пульт заблоковано" in (await browser.open("/console")).text


async def test_a_token_of_nobody_is_enough_only_where_the_browser_vouches_for_the_page(
    board: Switchboard,
) -> None:
    """An old browser says nothing of where a form comes from; whoever has a cookie needs a token of their own there."""
    stranger = board.browser()
    await stranger.open("/")
    browser = board.browser()
    await browser.open("/")
    await browser.press("a:for_whom:self")
    for name in BROWSER:
        browser.client.headers.pop(name)

    answer = await browser.client.post("/", data={"csrf": stranger.token, "p": "a:place:calm"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "/console", ""]
)
async def test_a_look_leads_back_to_our_own_pages_only(board: Switchboard, back: str) -> None:
    browser = board.browser()
    await browser.open("/")

    answer = await browser.client.post(
        "/look", data={"csrf": browser.token, "look": "large:on", "back": back}
    )

    assert answer.headers["location"] == "/"


async def test_a_part_of_a_page_is_never_a_login(board: Switchboard) -> None:
    """Swapped into the middle of a call it would stand there with its password box."""
    browser = await board.operator()
    board.clock.pass_(minutes=16)

    answer = await browser.client.get("/console/help", headers={"hx-request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"], answer.text) == (204, "/console", "")


# ---- guessing ----


async def guess(board: Switchboard, name: str, address: str) -> int:
    browser = board.browser(address=address)
    await browser.open("/console")
    return (await browser.post("/console/login", name=name, password="x" * 12)).status


async def test_one_address_cannot_try_a_password_on_all_names(board: Switchboard) -> None:
    statuses = [await guess(board, f"name {number}", "192.0.2.1") for number in range(51)]

    assert statuses == [401] * 50 + [429]
    assert await guess(board, "another", "192.0.2.2") == 401


async def test_many_addresses_cannot_guess_one_password(board: Switchboard) -> None:
    statuses = [await guess(board, "Olha", f"192.0.2.{number}") for number in range(21)]

    assert statuses == [401] * 20 + [429]


async def test_a_log_of_logins_names_nobody(board: Switchboard) -> None:
    await board.operator("Olha Petrenko")
    browser = board.browser()

    with capture_logs() as logs:
        await browser.open("/console")
        await browser.post("/console/login", name="Olha Petrenko", password="wrong password")
        await browser.post("/console/login", name="Olha Petrenko", password=PASSWORD)

    assert [line["event"] for line in logs] == ["login refused", "login"]
    assert not [
        line for line in logs if "Olha" in str(line) or "password" in str(line) or "test" in str(line)
    ]


# ---- an old tab ----


@pytest.mark.parametrize(("path", "field"), [("/console/end", "outcome"), ("/console/summary", "set")])
async def test_an_old_tab_neither_ends_nor_hands_on_the_next_call(
    board: Switchboard, path: str, field: str
) -> None:
    browser = await board.operator()
    old = await Desk.begin(browser)
    ref = old.ref
    new = await Desk.begin(browser)
    await new.press("a:for_whom:self")

    page = await browser.post(path, ref=ref, **{field: "told" if field == "outcome" else "give"})
    new.page = await browser.open("/console")

    assert page.status == 409
    assert new.ticked == {"for_whom:self"}
    assert await board.counted() == {}


async def test_a_mark_on_a_number_that_is_not_there_is_not_kept(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())

    await desk.press("report:works:nobody", "report:fine:gov_hotline_1545")

    assert await board.desk.read_reports(0) == {}


# ---- one caller's numbers are not the next one's ----


async def call(board: Switchboard, browser: Browser, *presses: str) -> str:
    desk = await Desk.begin(browser)
    page = await desk.press(*presses)
    everything = await browser.open("/console/all")
    return page.html + everything.html


async def test_a_region_shows_its_own_lines_right_after_another(board: Switchboard) -> None:
    """Lines are remembered between calls: each under all that they depend on."""
    browser, shown = await board.operator(), {}
    for region in ("UA-63", "UA-65", "UA-63"):
        shown[region] = await call(
            board, browser, "a:for_whom:self", "a:place:near_front", f"a:region:{region}"
        )

    only = {
        region: {
            c.id
            for c in board.engines[0].edition.contacts.values()
            if c.regions == (region,) and not c.guarded
        }
        for region in shown
    }
    for mine, other in (("UA-63", "UA-65"), ("UA-65", "UA-63")):
        assert [id for id in only[mine] if f'id="line-{id}"' in shown[mine]]
        assert not [id for id in only[other] if f'id="line-{id}"' in shown[mine]]


async def test_a_place_shows_the_numbers_that_work_from_there_right_after_another(board: Switchboard) -> None:
    browser = await board.operator()
    at_home = await call(board, browser, "a:for_whom:self", "a:place:calm", "t:situation:moved")
    abroad = await call(board, browser, "a:for_whom:self", "a:place:abroad", "t:situation:moved")
    occupied = await call(board, browser, "a:for_whom:self", "a:place:occupied", "t:situation:moved")

    assert '<span class="dictate">15-45</span>' in at_home
    assert '<span class="dictate">15-45</span>' not in abroad
    assert 'class="dictate"' in abroad
    assert 'class="dictate"' not in occupied


async def test_a_line_that_is_searched_by_name_is_not_dictated_where_it_does_not_work(
    board: Switchboard,
) -> None:
    browser = await board.operator()
    dictated = {}
    for place in ("calm", "occupied"):
        desk = await Desk.begin(browser)
        await desk.press("a:for_whom:self", f"a:place:{place}")
        page = await browser.post("/console/find", text="Пенсійний фонд номер", here=desk.asked, ref=desk.ref)
        dictated[place] = 'class="dictate"' in page.html

    assert dictated == {"calm": True, "occupied": False}


async def test_emergency_numbers_of_ukraine_are_not_given_under_occupation(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())

    safe = await desk.press("a:for_whom:self", "a:place:calm")
    unsafe = await desk.press("a:place:occupied")

    assert 'class="danger"' in safe.html
    assert 'class="danger"' not in unsafe.html


# ---- paper and discreet ----


async def test_a_discreet_leaflet_is_numbers_without_names(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:near_front", "t:situation:moved")
    open_one = await browser.open("/console/leaflet")
    await desk.press("s:discreet:on")

    page = await browser.open("/console/leaflet")

    assert "Евакуація" in open_one.text
    assert "Евакуація" not in page.text
    assert "203" in page.text
    assert "<h2>" not in page.html


async def test_no_paper_is_offered_where_it_endangers(board: Switchboard) -> None:
    browser, offered = await board.operator(), {}
    for place in ("calm", "occupied"):
        desk = await Desk.begin(browser)
        await desk.press("a:for_whom:self", f"a:place:{place}", "t:situation:moved")
        summary = await browser.open("/console/summary")
        leaflet = await browser.open("/console/leaflet")
        offered[place] = ("/console/leaflet" in summary.html, "<h2>" in leaflet.html)

    assert offered == {"calm": (True, True), "occupied": (False, False)}


async def test_no_personal_line_stands_on_paper(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:calm", "t:personal_topics:violence", "p:results")

    page = await browser.open("/console/leaflet")

    guarded = [c for c in board.engines[0].edition.contacts.values() if c.guarded]
    assert not [c.id for c in guarded for text in c.short.values() if text in page.text]
    assert "15-47" not in page.text


async def test_the_code_on_paper_leads_to_the_handbook_whatever_was_said(board: Switchboard) -> None:
    browser, codes = await board.operator(), set()
    for presses in (("a:for_whom:self",), ("a:for_whom:relative", "a:place:calm", "t:situation:moved")):
        desk = await Desk.begin(browser)
        await desk.press(*presses)
        page = await browser.open("/console/leaflet")
        codes.add(page.html.partition('class="qr" src="')[2].partition('"')[0])

    assert len(codes) == 1


async def test_a_colleague_who_joins_practice_is_in_practice(board: Switchboard) -> None:
    first, second = await board.operator(), await board.operator("Andrii")
    await Desk.begin(first, practice="mother")
    await first.post("/console/place", set="help:on")
    called = await second.open("/console/help")
    number = called.html.partition('name="to" value="')[2].partition('"')[0]

    page = await second.post("/console/come", csrf=second.token, to=number)

    assert "Навчання" in page.text.partition("Довідник")[0]
    assert not await board.parts.handover.offer("web:x", board.session(), board.clock())

"""The console over HTTP: who gets in, what a call leaves behind, and codes both ways."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from bot.explain import explain, read_answers
from bot.handover import milliseconds
from bot.web.console.accounts import IDLE, LoginError
from bot.web.console.work import Work
from dialogs.edition import Edition
from dialogs.engine import KYIV, Engine
from dialogs.session import Session
from tests.test_conversations import read_cases
from tests.web.house import Browser, Page
from tests.web.switchboard import PASSWORD, Switchboard, open_switchboard

ONCE = re.compile(r'name="once" value="(\w+)"')
REF = re.compile(r'name="ref" value="(\w+)"')
CODE = re.compile(r'<strong class="code">([\d ]+)</strong>')
ASKED = re.compile(r'data-question="(\w*)"')
TICKED = re.compile(r'class="tick" name="press" value="u:(\w+:[\w-]+)"')


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:
        yield board


class Desk:
    """An operator's browser in a call."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser, self.page = browser, page

    @classmethod
    async def begin(cls, browser: Browser, **fields: str) -> Desk:
        await browser.open("/console")
        return cls(browser, await browser.post("/console/start", **fields))

    @property
    def ref(self) -> str:
        return REF.findall(self.page.html)[0]

    @property
    def asked(self) -> str:
        return ASKED.findall(self.page.html)[0]

    @property
    def ticked(self) -> set[str]:
        return set(TICKED.findall(self.page.html))

    @property
    def code(self) -> str:
        return CODE.findall(self.page.html)[0]

    async def press(self, *data: str) -> Page:
        for one in data:
            self.page = await self.browser.post("/console/call", press=one, here=self.asked, ref=self.ref)
        return self.page


async def log_in(browser: Browser, name: str = "Olha", password: str = PASSWORD) -> Page:
    await browser.open("/console")
    return await browser.post("/console/login", name=name, password=password)


# ---- getting in ----


async def test_nobody_gets_in_without_a_password(board: Switchboard) -> None:
    stranger = board.browser()

    for path in (
        "/console",
        "/console/summary",
        "/console/leaflet",
        "/console/card/idp_certificate",
        "/console/shift",
    ):
        page = await stranger.open(path)
        assert "Вхід для операторів" in page.text, path
    for path in ("/console/start", "/console/code", "/console/call", "/console/end", "/console/place"):
        assert "Вхід для операторів" in (await stranger.post(path)).text, path


async def test_a_link_sets_a_password_once(board: Switchboard) -> None:
    token = await board.invite()
    first, second = board.browser(), board.browser()
    for browser in (first, second):
        assert "Виберіть пароль" in (await browser.open(f"/console/invite/{token}")).text

    fields = {"invitation": token, "password": PASSWORD, "again": PASSWORD}
    assert "Можна приймати дзвінок" in (await first.post("/console/invite", **fields)).text
    page = await second.post("/console/invite", **fields)

    assert page.status == 410
    assert (await second.open("/console")).text.count("Вхід для операторів") == 1


async def test_a_link_dies_after_a_day(board: Switchboard) -> None:
    token = await board.invite()
    board.clock.pass_(hours=24)

    assert (await board.browser().open(f"/console/invite/{token}")).status == 410


async def test_of_several_links_the_first_that_is_used_ends_the_others(board: Switchboard) -> None:
    """A link left in a log must not change the password that was set through another."""
    used = await board.invite()
    operator = await board.desk.find_operator("Olha")
    assert operator is not None
    left = await board.parts.accounts.invite(operator, board.clock())
    browser = board.browser()
    await browser.open(f"/console/invite/{used}")

    await browser.post("/console/invite", invitation=used, password=PASSWORD, again=PASSWORD)

    assert (await board.browser().open(f"/console/invite/{left}")).status == 410


async def test_until_there_is_a_password_each_start_prints_the_same_link_for_a_day(
    board: Switchboard,
) -> None:
    accounts = board.parts.accounts
    printed = await asyncio.gather(*(accounts.invite_first("uk", board.clock()) for _ in range(3)))
    board.clock.pass_(hours=23)
    later = await accounts.invite_first("uk", board.clock())
    board.clock.pass_(hours=1)

    after = await accounts.invite_first("uk", board.clock())

    assert {*printed, later} == {printed[0]}
    assert after != later
    assert (await board.browser().open(f"/console/invite/{later}")).status == 410
    browser = board.browser()
    assert (await browser.open(f"/console/invite/{after}")).status == 200
    await browser.post("/console/invite", invitation=after or "", password=PASSWORD, again=PASSWORD)
    assert await accounts.invite_first("uk", board.clock()) is None


async def test_a_first_link_whose_account_is_gone_is_not_printed_again(board: Switchboard) -> None:
    accounts = board.parts.accounts
    former = await accounts.invite_first("uk", board.clock())
    (admin,) = await board.desk.list_operators()
    await board.desk.remove_operator(admin.id)

    assert await accounts.invite_first("uk", board.clock()) != former


@pytest.mark.parametrize(
    ("password", "again"), [("short", "short"), (PASSWORD, PASSWORD + "!"), ("a" * 201, "a" * 201)]
)
async def test_a_password_that_will_not_do_keeps_the_link(
    board: Switchboard, password: str, again: str
) -> None:
    token = await board.invite()
    browser = board.browser()
    await browser.open(f"/console/invite/{token}")

    page = await browser.post("/console/invite", invitation=token, password=password, again=again)

    assert page.status == 422
    page = await browser.post("/console/invite", invitation=token, password=PASSWORD, again=PASSWORD)
    assert page.status == 200


async def test_the_password_is_asked_for_and_known(board: Switchboard) -> None:
    await board.operator()
    browser = board.browser()

    assert (await log_in(browser, password="wrong password")).status == 401
    assert (await log_in(browser, name="Nobody")).status == 401
    assert "Можна приймати дзвінок" in (await log_in(browser)).text


async def test_after_five_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(
    board: Switchboard,
) -> None:
    await board.operator()
    browser = board.browser()
    for _ in range(5):
        assert (await log_in(browser, password="wrong password")).status == 401

    assert (await log_in(browser)).status == 429
    board.clock.pass_(minutes=15)
    assert "Можна приймати дзвінок" in (await log_in(browser)).text


async def test_the_entrance_begins_in_ukrainian_and_keeps_the_language_that_is_chosen(
    board: Switchboard,
) -> None:
    ukrainian = await board.browser().open("/console")
    english = await board.browser().open("/console?lang=en")

    assert "Вхід для операторів" in ukrainian.text
    assert 'href="?lang=en"' in ukrainian.html
    assert "Operators: log in" in english.text
    assert 'action="/console/login?lang=en"' in english.html


async def test_somebody_without_a_password_cannot_log_in(board: Switchboard) -> None:
    await board.invite("Andrii")

    assert (await log_in(board.browser(), "Andrii", "")).status == 401


async def test_after_a_quarter_of_an_hour_the_console_locks_and_keeps_the_call(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self")
    board.clock.pass_(minutes=15)

    locked = await browser.open("/console")
    assert "Пульт заблоковано" in locked.text
    assert "Для себе та родини" not in locked.html
    assert (await browser.post("/console/unlock", password="wrong password")).status == 401
    desk.page = await browser.post("/console/unlock", password=PASSWORD)

    assert desk.ticked == {"for_whom:self"}


async def test_a_stolen_cookie_cannot_guess_the_password_from_many_addresses(board: Switchboard) -> None:
    browser = await board.operator()
    await browser.open("/console")
    accounts, tries = board.parts.accounts, []
    shift = await accounts.find(browser.client.cookies["operator"], board.clock())
    assert shift is not None
    for number in range(21):
        with pytest.raises(LoginError) as refused:
            await accounts.unlock(shift, "wrong password", f"192.0.2.{number}", board.clock())
        tries.append(refused.value.kind)

    assert tries == ["wrong"] * 20 + ["wait"]


async def test_a_name_is_known_whatever_its_capitals(board: Switchboard) -> None:
    await board.operator("Ольга")

    page = await log_in(board.browser(), "ольга ")

    assert "Новий дзвінок" in page.text


async def test_the_lock_speaks_the_operators_language_and_lets_a_colleague_log_in(board: Switchboard) -> None:
    browser = await board.operator(language="en")
    board.clock.pass_(minutes=15)

    locked = await browser.open("/console?lang=uk")
    wrong = await browser.post("/console/unlock?lang=uk", password="wrong password")
    refused = await browser.post("/console/logout", csrf="")
    still = await browser.open("/console?lang=uk")
    await browser.post("/console/logout")

    assert "The console is locked" in locked.text
    assert "The name or the password is wrong" in wrong.text
    assert refused.status == 403
    assert "The console is locked" in still.text
    assert "Operators: log in" in (await browser.open("/console")).text


async def test_what_goes_wrong_at_the_console_is_said_in_the_operators_language_and_leads_back(
    board: Switchboard,
) -> None:
    """No way from a call to the public page, and no button that throws the operator out to another site."""
    browser = await board.operator(language="en")
    found = [
        await browser.open("/console/card/nothing?lang=uk"),
        await browser.open("/console/shift?lang=uk"),
        await browser.post("/console/start?lang=uk", csrf="00"),
    ]

    for page in found:
        assert "That did not work" in page.text
        assert 'href="/console"' in page.html
        assert "/exit" not in page.html


async def test_without_scripts_the_page_of_a_call_locks_itself(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    page = await desk.press("a:for_whom:self")

    assert '<meta http-equiv="refresh" content="900; url=/console">' in page.html


async def test_an_administrator_ends_every_session_of_one_operator(board: Switchboard) -> None:
    lost, other = await board.operator(), await board.operator("Iryna")
    olha = await board.desk.find_operator("Olha")
    assert olha is not None
    now = milliseconds(board.clock())

    assert await board.desk.close_shifts(olha.id, now) == 1
    assert await board.desk.close_shifts(olha.id, now) == 0
    assert "Вхід для операторів" in (await lost.open("/console")).text
    assert "Можна приймати дзвінок" in (await other.open("/console")).text
    assert "Можна приймати дзвінок" in (await log_in(lost, "Olha")).text


async def test_a_session_ends_by_logging_out_and_its_cookie_is_worth_nothing(board: Switchboard) -> None:
    browser = await board.operator()
    stolen = board.browser()
    stolen.client.cookies.set("operator", browser.client.cookies.get("operator") or "")
    assert "Можна приймати дзвінок" in (await stolen.open("/console")).text

    await browser.open("/console")
    await browser.post("/console/logout")

    assert "Вхід для операторів" in (await stolen.open("/console")).text


async def test_a_session_ends_after_twelve_hours_however_busy(board: Switchboard) -> None:
    browser = await board.operator()
    for _ in range(72):
        board.clock.pass_(minutes=10)
        await browser.open("/console")
        page = await browser.post("/console/place", set="keys:on")

    assert "Вхід для операторів" in page.text


async def test_a_removed_operator_is_out_at_once(board: Switchboard) -> None:
    browser = await board.operator()
    operator = await board.desk.find_operator("Olha")
    assert operator is not None

    await board.desk.remove_operator(operator.id)

    assert "Вхід для операторів" in (await browser.open("/console")).text


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "a" * 5000, "ключ".encode().hex()])
async def test_a_forged_cookie_opens_nothing(board: Switchboard, cookie: str) -> None:
    browser = board.browser()
    browser.client.cookies.set("operator", cookie)

    assert "Вхід для операторів" in (await browser.open("/console")).text


async def test_forms_of_other_sites_and_other_sessions_do_nothing(board: Switchboard) -> None:
    browser = await board.operator()
    await browser.open("/console")
    foreign = await board.operator("Andrii")
    await foreign.open("/console")

    assert (await browser.post("/console/start", csrf=foreign.token)).status == 403
    assert (await browser.post("/console/start", csrf="")).status == 403
    browser.client.headers["sec-fetch-site"] = "cross-site"
    assert (await browser.post("/console/start")).status == 403


@pytest.mark.parametrize("how", ["csrf", "site", "locked", "removed", "no cookie"])
async def test_a_tick_of_somebody_who_is_not_let_in_changes_nothing(board: Switchboard, how: str) -> None:
    """It is let in and taken in one transaction, so each reason to refuse is tried where it counts."""
    browser = await board.operator()
    desk = await Desk.begin(browser)
    fields = {"press": "a:for_whom:self", "here": desk.asked, "ref": desk.ref}
    digest = board.parts.accounts.digest(browser.client.cookies.get("operator") or "")
    shift = await board.desk.read_shift(digest, milliseconds(board.clock()))
    assert shift is not None
    work = Work(board.desk, board.slips, board.sealer.keys, board.parts.handover)
    place, before = work.read_place(shift), board.clock()

    match how:
        case "csrf":
            fields["csrf"] = "0" * 32
        case "site":
            browser.client.headers["sec-fetch-site"] = "cross-site"
        case "locked":
            board.clock.pass_(minutes=15)
        case "removed":
            await board.desk.remove_operator(shift.operator.id)
        case _:
            browser.client.cookies.clear()
    page = await browser.post("/console/call", **fields)

    assert page.status == (403 if how in ("csrf", "site") else 200)
    assert ("Для себе та родини" in page.html) is False
    call = await work.find(place, before)
    assert call is not None
    assert dict(call.ticks) == {}


async def test_only_supervisors_see_who_is_on_shift(board: Switchboard) -> None:
    operator = await board.operator()
    supervisor = await board.operator("Iryna", "supervisor")
    desk = await Desk.begin(operator)
    await desk.press("a:for_whom:self")
    await operator.post("/console/place", set="help:on")

    page = await supervisor.open("/console/shift")

    refused = await operator.open("/console/shift")
    assert refused.status == 403
    assert "Ця сторінка для інших ролей" in refused.text
    assert "Olha Кличе на допомогу · Розмовляє" in page.text
    assert "Для себе" not in page.html


# ---- a call ----


async def test_a_call_is_told_summed_up_and_forgotten(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:calm", "a:region:UA-46", "t:situation:moved", "d:situation")
    assert desk.ticked == {"for_whom:self", "place:calm", "region:UA-46", "situation:moved"}

    summary = await browser.open("/console/summary")
    ref = REF.findall(summary.html)[0]
    page = await browser.post("/console/end", ref=ref, topic="money", outcome="no_answer")

    assert "За тим, що ви сказали" in summary.text
    assert "Можна приймати дзвінок" in page.text
    assert await board.counted() == {
        "call": 1,
        "call topic money": 1,
        "call outcome no_answer": 1,
        "call region UA-46": 1,
    }
    again = await browser.post("/console/code", code=desk.code)
    assert "нічого не відкриває" in again.text


async def test_nothing_of_a_call_lies_open_in_the_database(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self", "a:place:near_front", "a:region:UA-63")

    blobs = await board.parts_of_database()

    assert not [blob for blob in blobs if b"near_front" in blob or b"UA-63" in blob]


async def test_practice_is_neither_counted_nor_offered_to_people(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser, practice="mother")
    await desk.press("report:no_answer:gov_hotline_1545")

    assert not await board.parts.handover.offer("web:x", board.session(), board.clock())
    await browser.open("/console/summary")
    await browser.post("/console/end", ref=desk.ref, topic="money", outcome="told")

    assert await board.counted() == {}
    assert await board.desk.read_reports(0) == {}


async def test_a_dropped_call_goes_on_by_its_code_with_a_colleague_for_half_an_hour(
    board: Switchboard,
) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self", "a:place:calm")
    colleague = await board.operator("Andrii")
    await colleague.open("/console")
    board.clock.pass_(minutes=14)

    page = await colleague.post("/console/code", code=desk.code)

    assert set(TICKED.findall(page.html)) == {"for_whom:self", "place:calm"}


async def test_half_an_hour_after_its_last_change_a_call_is_gone(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self")
    await log_in(browser)
    board.clock.pass_(minutes=14)
    await browser.open("/console")
    await browser.post("/console/place", set="keys:on")
    board.clock.pass_(minutes=14)
    await browser.open("/console")
    await browser.post("/console/place", set="keys:on")
    board.clock.pass_(minutes=3)

    page = await browser.open("/console")

    assert "Попередній дзвінок закрито" in page.text


async def test_an_old_tab_cannot_tick_into_the_next_call(board: Switchboard) -> None:
    browser = await board.operator()
    old = await Desk.begin(browser)
    await old.press("a:for_whom:self")
    new = await Desk.begin(browser)

    page = await browser.post("/console/call", press="a:place:occupied", here="place", ref=old.ref)
    new.page = await browser.open("/console")

    assert page.status == 409
    assert new.ticked == set()
    assert (await browser.post("/console/end", ref=old.ref, outcome="told")).status == 409


async def test_codes_cannot_be_guessed(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())
    guesser = await board.operator("Andrii")
    await guesser.open("/console")
    wrong = f"{(int(desk.code.replace(' ', '')) + 1) % 10**6:06}"
    for _ in range(5):
        assert (await guesser.post("/console/code", code=wrong)).status == 404

    assert (await guesser.post("/console/code", code=desk.code)).status == 429


@pytest.mark.parametrize(
    "press", ["", "report:works:nothing", "report:", "find", "a:place:mars", "p:more", "x" * 5000, "🙂"]
)
async def test_a_forged_button_changes_nothing(board: Switchboard, press: str) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self")

    page = await desk.press(press)

    assert page.status == 200
    assert desk.ticked == {"for_whom:self"}
    assert await board.desk.read_reports(0) == {}


async def test_a_line_that_did_not_answer_is_seen_by_the_next_operator(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("report:no_answer:gov_hotline_1545")
    other = await Desk.begin(await board.operator("Andrii"))

    assert "не відповіли, 23 листопада 2026" in other.page.text


READY = re.compile(r'<section class="before" id="ready"[^>]*>(.*?)</section>', re.DOTALL)


async def test_a_part_of_the_page_is_the_page(board: Switchboard) -> None:
    """With scripts only the call is sent; it must be what a whole page would hold."""
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self", "t:situation:moved")
    whole = desk.page.html

    desk.browser.client.headers["hx-request"] = "true"
    part = await desk.browser.post("/console/call", press="", here=desk.asked, ref=desk.ref)

    start, end = part.html.index('<form id="call"'), part.html.index("</form>")
    before, ready, after = READY.split(part.html[start:end])
    assert before in whole
    assert after in whole
    assert ready.strip() == "", "what stands ready is the page's own, and kept"
    assert "hx-preserve" in whole


async def test_what_is_typed_is_found_and_stands_in_no_address(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())

    page = await desk.browser.post(
        "/console/call", press="find", text="довідка", here="for_whom", ref=desk.ref
    )

    assert 'value="a:idp_certificate:has_certificate"' in page.html


async def test_the_leaflet_holds_no_answer_and_no_personal_topic(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:calm", "t:situation:moved", "t:personal_topics:violence")

    page = await browser.open("/console/leaflet?size=a5")

    assert "Переїзд через війну" not in page.text
    assert "Лікар одразу" not in page.text
    assert "a5.css" in page.html


async def test_the_console_speaks_english_too(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator("Olha", language="en"))

    assert "Is it safe to talk now?" in desk.page.text
    await desk.press("s:language:uk")
    assert "Чи безпечно вам зараз говорити?" in desk.page.text
    assert "Said so far" in desk.page.text


# ---- codes between people and operators ----


async def test_a_person_tells_a_code_and_the_operator_goes_on(board: Switchboard) -> None:
    operator = await board.operator()
    await operator.open("/console")
    person = board.browser()
    await person.open()
    for press in ("a:for_whom:self", "a:place:calm", "t:situation:moved", "d:situation"):
        await person.press(press)

    page = await person.press("p:handover")
    code = re.findall(r"Ваш код: (\d{4} \d{4})", page.text)[0]
    await person.press("a:place:abroad")
    assert code in (await person.press("p:handover")).text
    taken = await operator.post("/console/code", code=code)

    assert set(TICKED.findall(taken.html)) == {"for_whom:self", "place:calm", "situation:moved"}
    assert ASKED.findall(taken.html) == ["region"]
    assert "Ваш код" not in (await person.open()).text


async def ask_for_a_code(board: Switchboard) -> tuple[Browser, Browser, str]:
    """An operator at the open console, somebody on the web, and the code that is shown there."""
    operator = await board.operator()
    await operator.open("/console")
    person = board.browser()
    await person.open()
    await person.press("a:for_whom:self")
    page = await person.press("p:handover")
    return operator, person, re.findall(r"Ваш код: (\d{4} \d{4})", page.text)[0]


async def test_a_code_made_before_is_not_shown_where_it_endangers(board: Switchboard) -> None:
    _, person, code = await ask_for_a_code(board)

    await person.press("a:place:occupied")
    page = await person.press("p:handover")

    assert "Ваш код" not in page.text
    assert code not in page.text
    assert "Лише те, що може працювати звідти" in page.text


async def test_without_an_open_console_only_the_lines_are_shown(board: Switchboard) -> None:
    await board.operator()
    board.clock.pass_(seconds=IDLE / 1000 + 1)
    person = board.browser()
    await person.open()
    await person.press("a:for_whom:self")

    page = await person.press("p:handover")

    assert "Ваш код" not in page.text
    assert "15-45" in page.text


async def test_an_operator_gives_a_code_and_the_person_sees_the_same_results(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press(
        "a:for_whom:self",
        "a:place:calm",
        "t:situation:moved",
        "d:situation",
        "a:idp_certificate:has_certificate",
    )
    await browser.open("/console/summary")
    page = await browser.post("/console/summary", ref=desk.ref, set="give")
    link = re.findall(r"/take/\d{8}", page.html)[0]
    person = board.browser()

    shown = await person.open(link)
    assert "Показати результати" in shown.text
    code = link.rpartition("/")[2]
    results = await person.post("/take", code=code)

    assert "Допомога на проживання ВПО" in results.text
    answers = {q: a.choices for q, a in board.sessions()[0].here.items()}
    assert answers == {
        "for_whom": ("self",),
        "place": ("calm",),
        "situation": ("moved",),
        "idp_certificate": ("has_certificate",),
    }
    assert (await board.browser().post("/take", code=code)).status in (403, 404)


async def test_a_code_is_not_used_up_by_a_database_that_goes_away(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.turns.PATIENCE", 0.0)
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:calm")
    await browser.open("/console/summary")
    page = await browser.post("/console/summary", ref=desk.ref, set="give")
    code = re.findall(r"/take/(\d{8})", page.html)[0]
    person = board.browser()
    once = ONCE.findall((await person.open("/take")).html)[0]

    board.store.down = True
    away = await person.post("/take", code=code, once=once)
    board.store.down = False
    again = {
        "code": re.findall(r'name="code" value="(\d{8})"', away.html)[0],
        "once": ONCE.findall(away.html)[0],
    }
    stranger = await board.browser().post("/take", code=code)
    other = board.browser()
    await other.open("/take")
    guessed = [(await other.post("/take", code=code, once=mark)).status for mark in ("", "0" * 32)]
    results = await person.post("/take", **again)

    assert (away.status, again["once"]) == (503, once)
    assert stranger.status in (403, 404)
    assert guessed == [404, 404]
    assert results.status == 200
    assert [s.here["place"].choices for s in board.sessions()] == [("calm",)]


async def test_a_stranger_cannot_comb_through_codes(board: Switchboard) -> None:
    person = board.browser()
    await person.open("/take")

    statuses = [(await person.post("/take", code=f"{n:08}")).status for n in range(6)]

    assert statuses == [404] * 5 + [429]


async def test_erasing_takes_the_code_back(board: Switchboard) -> None:
    operator, person, code = await ask_for_a_code(board)

    await person.press("x:erase")

    assert (await operator.post("/console/code", code=code)).status == 404


# ---- the same as every other channel ----


async def test_the_console_reads_back_what_explain_says_of_every_conversation(
    board: Switchboard, edition: Edition
) -> None:
    """Rule 1 over HTTP: the answers come by a person's code, and the page lists all that follows."""
    operator = await board.operator()
    await operator.open("/console")
    now, faults = board.clock().astimezone(KYIV), []
    for case in read_cases():
        answers = case.values[0]["answers"]
        given, _ = read_answers(answers, edition, now.date())
        said = Session(answers=MappingProxyType({"self": MappingProxyType(given)}))
        offer = await board.parts.handover.give(said, board.clock())
        await operator.post("/console/code", code=offer.code)
        page = await operator.open("/console/all")
        seen, told = read_all(page.html), read_told(explain(edition, answers, now))
        faults += [f"{case.id}: {key}: {seen[key]} != {told[key]}" for key in told if seen[key] != told[key]]

    assert faults == []


def read_all(html: str) -> dict[str, object]:
    """What the page lists: rows as (id, verdict, how many questions are open)."""
    listed, _, refused = html.partition("<details>")
    rows = re.findall(r'<li id="(\w+)"><a .*?class="verdict (\w+)"[^>]*>([^<]*)<', listed)
    return {
        "groups": re.findall(r'<li id="group-(\w+)">.*?class="verdict (\w+)"', html),
        "shown": sorted(
            (id, verdict, int((re.findall(r"\d+", words) or ["0"])[0])) for id, verdict, words in rows
        ),
        "contacts": sorted(re.findall(r'<li id="line-(\w+)">', html)),
        "refused": sorted(re.findall(r'<li id="(\w+)"><a', refused.partition("</details>")[0])),
    }


def read_told(told: dict[str, Any]) -> dict[str, object]:
    """The same from `explain`. A possible group is named only where an answer points to it."""
    groups = [(g["id"], g["verdict"]) for g in told["groups"]]
    rows = told["entitlements"]
    return {
        "groups": [
            (id, word) for id, word in groups if word == "yes" or (word == "possible" and id in pointed(told))
        ],
        "shown": sorted((e["id"], e["verdict"], len(e["missing"])) for e in rows if e["shown"]),
        "contacts": sorted(told["contacts"]),
    }


def pointed(told: dict[str, Any]) -> set[str]:
    return {g["id"] for g in told["groups"] if g["because"]}


# ---- bad days ----


async def test_a_database_that_is_away_is_a_page_and_the_call_goes_on_afterwards(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self")

    board.hands.down = True
    for path in ("/console", "/console/summary", "/console/all", "/console/help"):
        page = await browser.open(path)
        assert page.status == 503
        assert "Повторіть за хвилину" in page.text or "за хвилину" in page.text, path
    assert (
        await browser.post("/console/call", press="a:place:calm", here="place", ref=desk.ref)
    ).status == 503
    assert (await log_in(board.browser())).status == 503
    board.hands.down = False
    desk.page = await browser.open("/console")

    assert desk.ticked == {"for_whom:self"}


@pytest.mark.parametrize(("language", "said"), [("en", "Try again in a minute"), ("uk", "за хвилину")])
async def test_while_the_database_is_away_the_console_goes_on_in_the_operators_language(
    board: Switchboard, language: str, said: str
) -> None:
    """Nobody can be looked up then; the browser's own language is another one."""
    browser = await board.operator(language=language)
    await browser.open("/console")
    browser.client.headers["accept-language"] = "de"

    board.hands.down = True
    inside = [await browser.open(path) for path in ("/console", "/console/summary?lang=uk")]
    outside = await browser.open("/console/nothing?lang=uk")

    assert [page.status for page in (*inside, outside)] == [503, 503, 404]
    assert all(said in page.text for page in inside)
    assert f'<html lang="{language}"' in outside.html


async def test_a_tick_that_did_not_become_durable_is_not_shown(board: Switchboard) -> None:
    """Its page is drawn while the disk works, and must not go out when that fails."""
    desk = await Desk.begin(await board.operator())
    ref, asked = desk.ref, desk.asked

    board.hands.torn = True
    page = await desk.browser.post("/console/call", press="a:for_whom:self", here=asked, ref=ref)
    board.hands.torn = False

    assert page.status == 503
    assert "Для себе та родини" not in page.html
    desk.page = await desk.browser.open("/console")
    assert (desk.ticked, desk.asked) == (set(), asked)


async def test_presses_are_counted_apart_from_other_pages_of_the_console(board: Switchboard) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self")

    figures = (await board.browser().open("/metrics")).html

    assert re.findall(r'web_answers_total\{page="console_press",status="(\d+)"\} (\S+)', figures) == [
        ("303", "1.0")
    ]


async def test_another_edition_in_the_middle_of_a_call_keeps_what_was_said(
    board: Switchboard, small_engine: Engine
) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:calm", "t:situation:moved")

    before, board.engines[0] = board.engines[0], small_engine
    page = await desk.press("d:situation")
    assert page.status == 200
    for path in ("/console", "/console/summary", "/console/all", "/console/leaflet"):
        assert (await browser.open(path)).status == 200, path
    board.engines[0] = before
    desk.page = await browser.open("/console")

    assert {"for_whom:self", "place:calm", "situation:moved"} <= desk.ticked


async def test_two_tabs_of_one_call_show_the_same_and_lose_nothing(board: Switchboard) -> None:
    browser = await board.operator()
    one = await Desk.begin(browser)
    two = Desk(browser, await browser.open("/console"))
    await one.press("a:for_whom:self")

    await two.press("t:situation:moved")
    one.page = await browser.open("/console")

    assert one.ticked == two.ticked == {"for_whom:self", "situation:moved"}


async def test_an_edge_of_codes_and_ids_lets_nobody_in(board: Switchboard) -> None:
    browser = await board.operator()
    desk = await Desk.begin(browser)
    for path in ("/console/card/../../etc", "/console/card/nothing", "/console/card/%00", "/console/nowhere"):
        assert (await browser.open(path)).status == 404, path
    await browser.open("/console")
    for code in ("", "0", "abc", "٠١٢٣٤٥", "1" * 400, "12345678"):
        assert (await browser.post("/console/code", code=code)).status in (404, 429), code
    assert (await browser.post("/console/summary", ref="0" * 16, set="give")).status == 409
    assert (await browser.post("/console/end", ref="0" * 16, outcome="told")).status == 409
    desk.page = await browser.open("/console")

    assert desk.asked == "for_whom"


async def test_help_is_seen_by_colleagues_and_not_by_oneself(board: Switchboard) -> None:
    caller, colleague = await board.operator(), await board.operator("Andrii")
    await Desk.begin(caller)
    await caller.post("/console/place", set="help:on")

    assert "Olha" in (await colleague.open("/console/help")).html
    assert "Olha" not in (await caller.open("/console/help")).html
    board.clock.pass_(minutes=16)
    assert "Вхід" in (await board.browser().open("/console/help")).text


TO = re.compile(r'name="to" value="(\d+)"')


async def test_a_colleague_without_a_call_comes_into_the_call_and_both_are_told(board: Switchboard) -> None:
    olha, andrii, iryna = [await board.operator(name) for name in ("Olha", "Andrii", "Iryna")]
    desk = await Desk.begin(olha)
    await desk.press("a:for_whom:self")
    await olha.post("/console/place", set="help:on")
    (to,) = TO.findall((await andrii.open("/console/help")).html)

    page = await andrii.post("/console/come", to=to)
    joined = Desk(andrii, page)

    assert joined.ref == desk.ref
    assert "Ви в дзвінку колеги" in page.text
    await joined.press("a:place:calm")
    await desk.press("x:look")
    assert desk.ticked == {"for_whom:self", "place:calm"}
    assert "Andrii іде на допомогу" in (await olha.open("/console/help")).html
    seen = (await iryna.open("/console/help")).html
    assert "Olha кличе на допомогу" in seen
    assert "Andrii іде на допомогу" in seen
    assert TO.findall(seen) == [to], "a third one may come too"
    again = (await andrii.open("/console/help")).html
    assert "Ви йдете на допомогу" in again
    assert TO.findall(again) == []


async def test_help_called_for_anew_is_another_call_for_help(board: Switchboard) -> None:
    olha, andrii = await board.operator("Olha"), await board.operator("Andrii")
    await Desk.begin(olha)
    await olha.post("/console/place", set="help:on")
    (to,) = TO.findall((await andrii.open("/console/help")).html)
    await andrii.post("/console/come", to=to)

    for press in ("help:off", "help:on"):
        board.clock.pass_(seconds=5)
        await olha.post("/console/place", set=press)
    board.clock.pass_(seconds=5)

    assert "іде на допомогу" not in (await olha.open("/console/help")).html
    assert TO.findall((await andrii.open("/console/help")).html) == [to]


async def test_who_has_a_call_keeps_it_and_only_says_so(board: Switchboard) -> None:
    olha, andrii = await board.operator("Olha"), await board.operator("Andrii")
    await Desk.begin(olha)
    mine = await Desk.begin(andrii)
    await olha.post("/console/place", set="help:on")
    (to,) = TO.findall((await andrii.open("/console/help")).html)

    page = await andrii.post("/console/come", to=to)

    assert Desk(andrii, page).ref == mine.ref
    assert "Ви в дзвінку колеги" not in page.text
    assert "Andrii іде на допомогу" in (await olha.open("/console/help")).html


@pytest.mark.parametrize("to", ["", "0", "-1", "9" * 40, "²", "none"])
async def test_nobody_comes_to_whom_did_not_call(board: Switchboard, to: str) -> None:
    olha, andrii = await board.operator("Olha"), await board.operator("Andrii")
    await Desk.begin(olha)
    operator = await board.desk.find_operator("Olha")
    assert operator is not None

    for one in (to, str(operator.id)):
        page = await andrii.post("/console/come", to=one)
        assert page.status == 200
        assert "Можна приймати дзвінок" in page.text


async def test_nothing_of_a_call_stands_in_a_log(
    board: Switchboard, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = await Desk.begin(await board.operator())
    await desk.press("a:for_whom:self", "a:place:near_front", "a:region:UA-63")
    await desk.browser.post("/console/find", text="довідка 0501234567", here="situation", ref=desk.ref)
    await desk.browser.post("/console/code", code=desk.code)
    await log_in(board.browser(), password="таємниця 1234567")

    out = "".join(capsys.readouterr())

    for secret in ("near_front", "UA-63", "0501234567", "таємниця", desk.code.replace(" ", ""), desk.ref):
        assert secret not in out, secret

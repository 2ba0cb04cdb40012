"""The dialogue in a browser without scripts."""

from __future__ import annotations

import gzip
import re

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.web.chat import NEUTRAL
from bot.web.security import SecurityHeaders
from bot.web.static import FOLDER, Assets
from dialogs.engine import Engine
from dialogs.press import Opened, Press
from dialogs.session import Session
from tests.fakes import START
from tests.web.house import House


async def test_first_page_gives_no_cookie_and_is_not_kept(house: House) -> None:
    page = await house.browser().open()

    assert page.status == 200
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert house.sessions() == []


async def test_a_preview_of_any_page_tells_nothing(house: House) -> None:
    browser = house.browser()
    await browser.open()
    pages = [await browser.press(data) for data in ("a:for_whom:self", "a:place:near_front", "p:results")]
    pages += [await browser.open(path) for path in ("/print", "/take", "/nothing")]

    for page in pages:
        assert page.html.partition("<title>")[2].partition("</title>")[0] == "Довідник"
        assert 'property="og:title" content="Довідник"' in page.html
        assert 'name="robots" content="noindex, nofollow, nosnippet"' in page.html
        assert "description" not in page.html.partition("<body>")[0]


async def test_what_is_asked_and_what_can_be_answered_is_read_aloud(house: House) -> None:
    browser = house.browser()
    await browser.open()

    answers = await browser.press("a:for_whom:self")
    ticks = await browser.press("q:situation")

    assert len(re.findall(r"<(?:form|div)[^>]* data-speak[ >]", answers.html)) == 2
    assert len(re.findall(r"<(?:form|fieldset)[^>]* data-speak[ >]", ticks.html)) >= 2


async def test_a_press_is_kept_before_it_is_answered(house: House) -> None:
    browser = house.browser()
    await browser.open()

    page = await browser.press("a:for_whom:relative")

    assert page.status == 200
    assert [session.subject for session in house.sessions()] == ["relative"]
    assert any(data.startswith("a:place:") for data in page.buttons)
    assert '<progress value="2" max="7" aria-hidden="true">' in page.html
    assert "Запитання 2, щонайбільше 7" in page.text


async def test_the_cookie_names_a_session_and_nothing_else(house: House) -> None:
    browser = house.browser()
    await browser.open()
    response = await browser.client.post("/", data={"csrf": browser.token, "p": "a:for_whom:self"})

    cookie = response.headers["set-cookie"]

    assert re.fullmatch(r"s=[\w-]{32}\.\.uk; HttpOnly; Path=/; SameSite=lax", cookie)
    assert response.headers["location"] == "/?begun"


async def test_cookie_is_secure_behind_https(house: House) -> None:
    browser = house.browser()
    browser.client.base_url = "https://test"
    await browser.open()

    response = await browser.client.post("/", data={"csrf": browser.token, "p": "a:for_whom:self"})

    assert re.match(
        r"__Host-s=[\w.-]+; HttpOnly; Path=/; SameSite=lax; Secure", response.headers["set-cookie"]
    )
    assert "max-age" in response.headers["strict-transport-security"]


async def test_a_plain_cookie_is_worth_nothing_over_https(house: House) -> None:
    """A neighbour on the same domain can set one; whoever comes by it must not be put into its session."""
    planted = house.browser()
    await planted.open()
    await planted.press("a:for_whom:self")
    browser = house.browser()
    browser.client.cookies.set("s", planted.cookie)
    over_http = await browser.open()
    browser.client.base_url = "https://test"
    over_https = await browser.open()

    assert any(data.startswith("a:place:") for data in over_http.buttons)
    assert any(data.startswith("a:for_whom:") for data in over_https.buttons)


async def test_behind_a_proxy_that_speaks_http_the_public_address_makes_it_https() -> None:
    async def tell(request: Request) -> Response:
        return PlainTextResponse(request.url.scheme)

    for public, scheme in (("https://example.org", "https"), ("http://localhost:8000", "http"), ("", "http")):
        app = SecurityHeaders(Starlette(routes=[Route("/", tell)]), public)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://test"
        ) as client:
            response = await client.get("/")

        assert response.text == scheme
        assert ("strict-transport-security" in response.headers) is (scheme == "https")


async def test_a_walk_through_pages_leads_where_the_engine_leads(house: House, engine: Engine) -> None:
    browser = house.browser()
    await browser.open()
    session = engine.turn(Session(), Opened(), START).session

    for data in ("a:for_whom:self", "a:place:calm", "k:situation", "w:close_person"):
        page = await browser.press(data)
        session = engine.turn(session, Press.parse(data), START).session

    [kept] = house.sessions()
    assert (kept.state, kept.arg, kept.answers) == (session.state, session.arg, session.answers)
    wanted = [c.press.data for c in engine.show(session, START).choices if c.press.kind == "answer"]
    assert [data for data in page.buttons if data[0] == "a"] == wanted


async def test_ticks_are_sent_together_and_can_be_taken_away(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")
    page = await browser.press("q:situation")
    assert page.boxes["moved"] is False

    await browser.post(q="situation", c=["moved", "home"])
    page = await browser.press("q:situation")
    assert [name for name, ticked in page.boxes.items() if ticked] == ["moved", "home"]
    await browser.post(q="situation", c=["home", "no_such_choice"])

    assert house.sessions()[0].here["situation"].choices == ("home",)


@pytest.mark.parametrize(
    "data", ["", "zzz", "a:no_such:thing", "p:crisis:x", "x:" + "y" * 200, "a:for_whom:\x00"]
)
async def test_forged_buttons_do_no_harm(house: House, data: str) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")

    page = await browser.press(data)

    assert page.status == 200
    assert page.buttons


async def test_a_form_without_its_token_changes_nothing(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:relative")

    for token in ("", "0" * 32, "ї"):
        page = await browser.post(csrf=token, p="a:for_whom:self")
        assert page.status == 403

    assert house.sessions()[0].subject == "relative"


async def test_a_form_of_another_site_changes_nothing(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:relative")

    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        browser.client.headers.update(headers)
        assert (await browser.press("a:for_whom:self")).status == 403
    del browser.client.headers["sec-fetch-site"]
    browser.client.headers["origin"] = "https://evil.example"
    assert (await browser.press("a:for_whom:self")).status == 403

    assert house.sessions()[0].subject == "relative"


async def test_a_tab_opened_before_the_first_press_still_works(house: House) -> None:
    """Its form bears the token of nobody, and the browser vouches for it."""
    browser = house.browser()
    early = (await browser.open()).token
    await browser.press("a:for_whom:self")

    page = await browser.post(csrf=early, p="a:place:calm")

    assert page.status == 200
    assert house.sessions()[0].here["place"].choices == ("calm",)


async def test_a_cookie_from_outside_is_replaced(house: House) -> None:
    """Nobody can make a person use a name that somebody else knows."""
    browser = house.browser()
    planted = "A" * 32 + "..uk"
    browser.client.headers["cookie"] = f"s={planted}"
    await browser.open()

    response = await browser.client.post("/", data={"csrf": browser.token, "p": "a:for_whom:self"})

    assert response.status_code == 303
    assert planted[:32] not in response.headers["set-cookie"]
    thief = house.browser()
    thief.client.headers["cookie"] = f"s={planted}"
    assert "a:for_whom:self" in (await thief.open()).buttons


async def test_words_never_come_back_in_a_page_or_an_address(house: House) -> None:
    browser = house.browser()
    await browser.open()

    with capture_logs() as logs:
        page = await browser.post(t="Шевченко Олена Петрівна <script>alert(1)</script>")

    assert "Шевченко" not in page.html
    assert "<script>alert" not in page.html
    assert "Шевченко" not in str(logs)


async def test_what_a_turn_says_besides_its_place_is_shown_once(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    await browser.press("a:place:calm")

    changed = await browser.press("a:place:abroad")
    again = await browser.open()

    assert "The answer is changed" in changed.text
    assert "The answer is changed" not in again.text


async def test_erase_forgets_the_session_and_the_cookie(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    old = browser.cookie

    page = await browser.press("x:erase")

    assert house.sessions() == []
    assert browser.cookie == ""
    assert "Erased." in page.text
    assert "delete the chat" not in page.text
    browser.client.cookies.set("s", old)  # a replayed cookie opens nothing
    assert "a:for_whom:self" in (await browser.open()).buttons


async def test_leave_now_erases_and_goes_elsewhere(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")

    page = await browser.post("/exit")

    assert page.headers["refresh"] == f"0; url={NEUTRAL}"
    assert page.html == ""
    assert house.sessions() == []
    assert browser.cookie == ""


async def test_another_site_can_make_a_person_leave_but_erases_nothing(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")

    page = await browser.post("/exit", csrf="0")

    assert page.headers["refresh"] == f"0; url={NEUTRAL}"
    assert len(house.sessions()) == 1


async def test_hidden_page_tells_nothing(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    await browser.press("a:place:occupied")

    page = await browser.press("x:hide")

    assert "A directory of contacts." in page.text
    assert page.buttons == ["x:resume"]
    assert "/start" not in page.text
    assert "handbook" not in page.html


async def test_after_half_an_hour_a_cover_is_shown(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    await browser.press("a:place:calm")
    house.clock.pass_(minutes=31)

    page = await browser.open()

    assert "Go on, or start anew?" in page.text
    assert any(
        d.startswith("a:situation") or d == "w:situation" for d in (await browser.press("x:resume")).buttons
    )


async def test_words_after_half_an_hour_are_answered_behind_the_cover(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    house.clock.pass_(minutes=31)

    page = await browser.post(t="certificate")
    answered = await browser.press("x:resume")

    assert "To see the answer, tap «Go on»." in page.text
    assert "certificate" not in page.text
    assert "p:entitlement:idp_certificate" in answered.buttons


@pytest.mark.parametrize("header", ["", "en-GB,en;q=0.9", "ru,en;q=0.8", "de", "en;q=x", ";;,"])
async def test_a_first_visit_begins_in_ukrainian_with_english_at_the_top(house: House, header: str) -> None:
    """By the law on the State language; a phone set to English or Russian says little of who holds it."""
    for path in ("/", "/handbook", "/privacy", "/take", "/no/such/page"):
        page = await house.browser(**{"accept-language": header}).open(path)

        assert '<html lang="uk"' in page.html
        assert 'lang=en" lang="en" hreflang="en">English</a>' in page.html.partition("<main")[0]


async def test_english_is_one_tap_away_and_stays(house: House) -> None:
    browser = house.browser("en")
    page = await browser.open("/?lang=en")
    assert '<html lang="en"' in page.html
    assert 'action="/?lang=en"' in page.html
    assert "set-cookie" not in page.headers
    await browser.press("a:for_whom:self")
    assert house.sessions()[0].language == "en"
    assert "s:language:uk" in (await browser.open()).buttons

    page = await browser.press("s:language:uk")

    assert '<html lang="uk"' in page.html
    later = browser.client
    assert '<html lang="uk"' in (await later.get("/handbook")).text
    assert "Такої сторінки тут немає." in (await later.get("/no/such/page")).text


async def test_after_erasing_the_language_is_the_same(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("s:language:en")

    page = await browser.press("x:erase")

    assert '<html lang="en"' in page.html
    assert 'action="/?lang=en"' in page.html


async def test_a_browser_that_keeps_no_cookie_is_told_so(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    first = await browser.client.post("/", data={"csrf": browser.token, "p": "a:for_whom:self"})
    browser.client.cookies.clear()

    page = await browser.open(first.headers["location"])

    assert "keeps no cookie" in page.text


async def test_when_the_database_is_away_a_page_offers_the_same_press_again(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    await browser.press("a:for_whom:self")
    house.store.down = True

    page = await browser.press("a:place:calm")
    assert page.status == 503
    assert page.fields == {"p": ["a:place:calm"]}
    assert page.headers["retry-after"] == "30"
    assert (await browser.open()).status == 503
    house.store.down = False
    await browser.post(**page.fields)

    assert house.sessions()[0].here["place"].choices == ("calm",)


async def test_when_the_database_is_away_no_tick_is_lost_and_no_word_is_repeated(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")
    house.store.down = True

    page = await browser.post(q="situation", c=["moved", "home", "forged"])
    said = await browser.post(t="Олена Шевченко")
    house.store.down = False
    await browser.post(**page.fields)

    assert page.fields == {"q": ["situation"], "c": ["moved", "home"]}
    assert said.status == 503
    assert "Олена" not in said.html
    assert set(house.sessions()[0].here["situation"].choices) == {"moved", "home"}


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 400)])
async def test_more_fields_than_any_form_has_are_refused(house: House, count: int, status: int) -> None:
    browser = house.browser()
    await browser.open()

    page = await browser.post(c=[str(number) for number in range(count - 1)])

    assert page.status == status


async def test_a_form_sent_in_another_way_than_ours_changes_nothing(house: House) -> None:
    browser = house.browser()
    await browser.open()
    await browser.press("a:for_whom:self")
    kept = house.sessions()
    fields = {"csrf": browser.token, "p": "a:place:calm"}

    page = await browser.client.post("/", files={name: (None, value) for name, value in fields.items()})

    assert page.status_code == 403
    assert house.sessions() == kept != []
    assert (await browser.client.post("/", data=fields)).status_code == 303


async def test_too_long_a_form_is_refused(house: House) -> None:
    browser = house.browser()
    await browser.open()

    page = await browser.post(t="я" * 40_000)

    assert page.status == 413


async def test_look_needs_no_scripts_and_no_session(house: House) -> None:
    browser = house.browser()
    await browser.open()

    page = await browser.post("/look", look="large:on", back="/handbook?lang=en")
    assert 'class="large"' in page.html
    page = await browser.post("/look", look="contrast:on", back="https://evil.example/")
    assert 'class="large contrast"' in page.html
    page = await browser.post("/look", look="large:off", back="/")

    assert 'class="contrast"' in page.html
    assert house.sessions() == []


async def test_results_can_be_printed(house: House) -> None:
    browser = house.browser("en")
    await browser.open()
    for data in ("a:for_whom:self", "a:place:near_front", "p:results"):
        await browser.press(data)

    page = await browser.open("/print")

    assert "Free evacuation" in page.text
    assert "203 Evacuation" in page.text
    assert "203: " not in page.text, "a number said twice"
    assert (await house.browser().open("/print")).buttons  # nothing to print leads to the first page


@pytest.mark.parametrize("how", ["hidden", "idle", "covered"])
async def test_what_is_hidden_is_not_printed(house: House, how: str) -> None:
    """Who takes the phone after a hide, or half an hour later, finds no results under the address either."""
    browser = house.browser()
    await browser.open()
    for data in ("a:for_whom:self", "a:place:near_front", "p:results"):
        await browser.press(data)
    if how == "hidden":
        await browser.press("x:hide")
    else:
        house.clock.pass_(minutes=30)
    if how == "covered":
        await browser.open()

    page = await browser.open("/print")

    assert "203" not in page.text
    assert "Евакуація" not in page.text


async def test_first_page_weighs_at_most_60_kb(house: House) -> None:
    page = await house.browser().open()
    assets = Assets()
    files = re.findall(r"/static/[0-9a-f]+/([\w.]+)", page.html)

    weight = len(gzip.compress(page.html.encode())) + sum(
        len(gzip.compress(assets.text(name).encode())) for name in files
    )

    assert sorted(files) == ["icon.svg", "site.css", "site.js"]
    assert weight < 20_000


async def test_a_fault_of_ours_is_a_page_without_its_words(house: House) -> None:
    house.clock.now = "Олена"  # type: ignore[assignment]

    with capture_logs() as logs:
        page = await house.browser("en").open()

    assert page.status == 500
    assert "Something broke here" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert [entry["event"] for entry in logs] == ["page failed"]
    assert "Олена" not in str(logs)


def test_styles_and_scripts_ask_nobody_else() -> None:
    for path in FOLDER.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[^\s\"')]+", text))
        assert addresses <= {NEUTRAL, "http://www.w3.org/2000/svg"}, path.name

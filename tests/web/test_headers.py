"""What every kind of answer carries, and that no page has a script or a style of its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from dialogs.engine import Engine
from tests.web.switchboard import Switchboard, open_switchboard
from tests.web.test_console import Desk

CARRIED = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]+\s(?:on[a-z]+|style)=")


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:
        yield board


def judge(answer: httpx2.Response) -> dict[str, str]:
    """What is not as it should be."""
    wrong = {name: answer.headers.get(name, "") for name in CARRIED}
    wrong = {name: value for name, value in wrong.items() if value != CARRIED[name]}
    if answer.headers.get("cache-control") != "no-store":
        wrong["cache-control"] = answer.headers.get("cache-control", "")
    if found := INLINE.search(answer.text):
        wrong["inline"] = found[0]
    return wrong


ANSWERS: tuple[tuple[str, str, int, dict[str, str]], ...] = (
    ("GET", "/", 200, {}),
    ("HEAD", "/", 200, {}),
    ("GET", "/handbook", 200, {}),
    ("GET", "/handbook/search", 303, {}),
    ("GET", "/handbook/contact/nobody", 404, {}),
    ("GET", "/privacy", 200, {}),
    ("GET", "/print", 303, {}),
    ("GET", "/take/12345678", 200, {}),
    ("GET", "/nothing", 404, {}),
    ("GET", "/static/x/none.css", 404, {}),
    ("GET", "/healthz", 200, {}),
    ("GET", "/readyz", 200, {}),
    ("GET", "/metrics", 200, {}),
    ("GET", "/console", 200, {}),
    ("GET", "/console/call", 405, {}),
    ("GET", "/console/summary", 303, {}),
    ("GET", "/console/invite/abc", 410, {}),
    ("PUT", "/", 405, {}),
    ("POST", "/", 403, {"csrf": "0"}),
    ("POST", "/", 413, {"t": "а" * 40_000}),
    ("POST", "/exit", 200, {}),
    ("POST", "/handbook/wrong", 403, {}),
    ("POST", "/take", 403, {}),
    ("POST", "/console/login", 403, {}),
    ("POST", "/console/start", 303, {}),
)


@pytest.mark.parametrize(("method", "path", "status", "fields"), ANSWERS)
async def test_every_answer_carries_them(
    board: Switchboard, method: str, path: str, status: int, fields: dict[str, str]
) -> None:
    client = board.browser().client

    answer = await client.request(method, path, data=fields or None)

    assert answer.status_code == status
    assert judge(answer) == {}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/console/call", "POST"),
        ("DELETE", "/handbook/search", "GET, HEAD, POST"),
        ("PUT", "/handbook", "GET, HEAD"),
    ],
)
async def test_what_cannot_be_opened_that_way_says_how(
    board: Switchboard, method: str, path: str, allowed: str
) -> None:
    """By all routes of that address: one for reading and one for forms may share it."""
    answer = await board.browser().client.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_so_do_the_pages_behind_the_login_and_what_goes_wrong_there(board: Switchboard) -> None:
    browser = await board.operator("Iryna", "supervisor")
    desk = await Desk.begin(browser)
    await desk.press("a:for_whom:self", "a:place:near_front")
    client, wrong = browser.client, {}

    paths = ("", "/summary", "/leaflet", "/all", "/shift", "/help", "/card/idp_certificate", "/card/none")
    for path in paths:
        wrong[path] = judge(await client.get(f"/console{path}"))
    wrong["refused"] = judge(await client.post("/console/call", data={"csrf": "0"}))
    wrong["swapped"] = judge(
        await client.post("/console/call", data={"csrf": browser.token}, headers={"hx-request": "true"})
    )
    board.hands.down = True
    wrong["away"] = judge(await client.get("/console"))

    assert {path: found for path, found in wrong.items() if found} == {}


async def test_the_operators_cookie_is_out_of_reach_of_scripts_and_other_sites(board: Switchboard) -> None:
    token = await board.invite()
    browser = board.browser()
    await browser.open(f"/console/invite/{token}")
    fields = {
        "csrf": browser.token,
        "invitation": token,
        "password": "тихий ранок 17",
        "again": "тихий ранок 17",
    }

    answer = await browser.client.post("/console/invite", data=fields)

    cookie = answer.headers["set-cookie"]
    assert sorted(part.strip() for part in cookie.split(";")[1:]) == ["HttpOnly", "Path=/", "SameSite=strict"]


async def test_the_visitors_cookie_ends_with_the_window_and_is_out_of_reach_of_scripts(
    board: Switchboard,
) -> None:
    browser = board.browser()
    await browser.open("/")

    answer = await browser.client.post("/", data={"csrf": browser.token, "p": "a:for_whom:self"})

    cookie = answer.headers["set-cookie"]
    assert sorted(part.strip() for part in cookie.split(";")[1:]) == ["HttpOnly", "Path=/", "SameSite=lax"]

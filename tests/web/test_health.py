"""The administrators' page on the state of the base."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.draft import Draft
from bot.reload import Status
from bot.stats import number_week
from bot.store.counted import SqlCounts
from bot.store.notes import Note
from bot.web.health import Health
from bot.web.tiles import draw_tiles
from dialogs.engine import Engine
from dialogs.findings import Finding
from tests.fakes import START
from tests.web.switchboard import Switchboard, open_switchboard

STATUS = Status(
    edition="0" * 12,
    refused="1" * 12,
    findings=(
        Finding(
            "knowledge/topics.yaml",
            3,
            5,
            "error",
            "tab",
            "a tab stands where only spaces may stand",
            "Replace it.",
        ),
    ),
)

DRAFTS: dict[str, Draft | None] = {}


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:

        async def notes() -> list[Note]:
            said = [
                Note("entitlement:idp_certificate", "number", words, START) for words in ("", "", "<b>Ні")
            ]
            return [*said, Note("contact:gov_hotline_1545", "ended", "", START)]

        async def look() -> Draft | None:
            return DRAFTS.get("now")

        health = Health(
            board.parts.gate,
            board.parts.pages,
            lambda: engine,
            SqlCounts(board.database, board.hands),
            notes,
            lambda: STATUS,
            board.desk.sum_reports,
            look,
        )
        board.app.router.routes[:0] = list(health.routes)
        yield board


async def test_only_administrators_see_it(board: Switchboard) -> None:
    stranger, operator = board.browser(), await board.operator()

    assert "<table>" not in (await stranger.open("/health/knowledge")).html
    assert (await operator.open("/health/knowledge")).status == 403
    assert (await operator.open("/health/knowledge.csv")).status == 403


async def count(board: Switchboard, weeks_ago: int, **cells: int) -> None:
    week = number_week(board.clock().date()) - 7 * weeks_ago
    named = {cell.replace("__", " "): number for cell, number in cells.items()}
    await SqlCounts(board.database, board.hands).add(week, named)


async def test_page_tells_coverage_refusal_notes_and_no_small_count(board: Switchboard) -> None:
    await count(board, 1, call__topic__money=12, topic__health=9, asked__place=100, answered__place=80)
    await count(board, 0, call__topic__money=15, started=44)
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge")

    assert page.status == 200
    assert "topics.yaml:3:5: помилка: тут стоїть табуляція" in page.html
    assert "Гроші й виплати: 22+" in page.html
    assert "Здоров&#39;я" not in page.html
    assert re.search(r"Здоров.я[^<]*: &lt;10", page.html)
    assert "Почато розмов: 40+" in page.html
    assert re.search(r"place</th><td>100</td><td>80</td><td></td><td></td><td>20%", page.html)
    assert "idp_certificate · number · 3" in page.html
    assert "entitlement:idp_certificate · &lt;b&gt;Ні" in page.html
    assert page.html.count('<th scope="row">') == 19 + 27 + 1
    assert page.headers["cache-control"] == "no-store"


async def test_page_shows_the_draft_beside_the_live_edition(
    board: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = await board.operator("Iryna", "administrator")
    assert "Чернетку ще перевіряють" in (await administrator.open("/health/knowledge")).html
    effects = {"uk": ("topics/money: змінено", "   title: <b> → Виплати")}
    monkeypatch.setitem(DRAFTS, "now", Draft("2" * 12, "0" * 12, STATUS.findings, effects))

    page = await administrator.open("/health/knowledge")

    assert "<code>222222222222</code>" in page.html
    assert page.html.count("topics.yaml:3:5: помилка") == 2
    assert "topics/money: змінено\n   title: &lt;b&gt; → Виплати" in page.html


async def test_pictures_are_named_and_carry_no_style_that_the_policy_refuses(board: Switchboard) -> None:
    await count(board, 1, started=50, asked__place=100, answered__place=80)
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge")

    pictures = re.findall(r"<svg[^>]*>", page.html)
    assert len(pictures) == 3
    assert all('role="img"' in p and 'aria-label="' in p for p in pictures)
    assert "style=" not in page.html and "<style" not in page.html


async def test_on_a_phone_every_table_moves_within_its_frame_and_frames_have_names_of_their_own(
    board: Switchboard,
) -> None:
    await count(board, 1, started=50, asked__place=100, answered__place=80)
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge")

    frames = re.findall(r'<div class="wide" tabindex="0" role="region" aria-label="([^"]+)">', page.html)
    assert len(frames) == len(set(frames)) >= 5
    before = [part.rstrip().rpartition("\n")[2] for part in page.html.split("<table>")[:-1]]
    assert len(before) == 3
    assert [line for line in before if not line.startswith('<div class="wide"')] == []


async def test_export_hides_small_counts_too(board: Switchboard) -> None:
    await count(board, 0, call=3)
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge.csv")

    assert page.html.splitlines() == ["week,cell,number", "2026-11-23,call,<10"]


def test_every_region_has_a_tile(engine: Engine) -> None:
    rows = [{"id": id, "firm": at} for at, id in enumerate(engine.edition.regions)]

    picture = draw_tiles([*rows, {"id": "UA-99", "firm": 1}], {}, "<t>", "legend")

    places = re.findall(r'<rect x="(\d+)" y="(\d+)"', picture)
    assert len(set(places)) == 28
    assert "&lt;t&gt;" in picture


async def test_marks_of_operators_reach_administrators(board: Switchboard) -> None:
    await board.desk.add_report("gov_hotline_1545", "no_answer", None, int(board.clock().timestamp() * 1000))
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge")

    assert "не відповіли: 1 · працює: 0" in page.text

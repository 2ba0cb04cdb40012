"""The administrators' page on the state of the base."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.reload import Status
from bot.stats import hide_small, write_csv
from bot.web.console.counting import number_day
from bot.web.health import Health
from dialogs.engine import Engine
from dialogs.findings import Finding
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


@pytest.fixture
async def board(engine: Engine, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(engine, tmp_path) as board:

        async def notes() -> dict[tuple[str, str], int]:
            return {("idp_certificate", "number"): 3}

        health = Health(
            board.parts.gate, board.parts.pages, lambda: engine, board.desk, notes, lambda: STATUS
        )
        board.app.router.routes[:0] = list(health.routes)
        yield board


async def test_only_administrators_see_it(board: Switchboard) -> None:
    stranger, operator = board.browser(), await board.operator()

    assert "<table>" not in (await stranger.open("/health/knowledge")).html
    assert (await operator.open("/health/knowledge")).status == 403
    assert (await operator.open("/health/knowledge.csv")).status == 403


async def test_page_tells_coverage_refusal_notes_and_no_small_count(board: Switchboard) -> None:
    day = number_day(board.clock())
    for _ in range(12):
        await board.desk.count(day, ["call topic money"])
    await board.desk.count(day, ["call topic personal"])
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge")

    assert page.status == 200
    assert "topics.yaml:3:5: помилка: тут стоїть табуляція" in page.html
    assert "call topic money: 12" in page.html
    assert "call topic personal: &lt;10" in page.html
    assert "idp_certificate · number · 3" in page.html
    assert page.html.count('<th scope="row">') == 19
    assert page.headers["cache-control"] == "no-store"


async def test_export_hides_small_counts_too(board: Switchboard) -> None:
    await board.desk.count(number_day(board.clock()), ["call"])
    administrator = await board.operator("Iryna", "administrator")

    page = await administrator.open("/health/knowledge.csv")

    assert page.html.splitlines() == ["cell,number", "call,<10"]


def test_small_cells_are_hidden_and_formulas_disarmed() -> None:
    assert hide_small({"a": 9, "b": 10, "c": 0, "d": 250}) == {"d": "250", "b": "10", "a": "<10"}
    assert write_csv({"=1+1": 11}).splitlines() == ["cell,number", "'=1+1,11"]

"""Operators and their sessions on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.desk import REPORTS_KEPT, Marks, NameTakenError, Operator, Shift, SqlDesk
from bot.store.hands import open_hands
from bot.store.slips import Rewrite, SqlSlips
from tests.databases import open_database

NOW = 1_790_000_000_000
HOUR = 3_600_000


@pytest.fixture(params=["sqlite", "postgres"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[SqlDesk, SqlSlips]]:
    url = (
        f"sqlite:///{tmp_path}/test.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    async with open_database(url) as engine:
        hands = open_hands(engine)
        yield SqlDesk(hands), SqlSlips(engine, hands)
        await hands.close()


@pytest.fixture
def desk(kept: tuple[SqlDesk, SqlSlips]) -> SqlDesk:
    return kept[0]


@pytest.fixture
def slips(kept: tuple[SqlDesk, SqlSlips]) -> SqlSlips:
    return kept[1]


def shift(operator: Operator, digest: bytes = b"d" * 32, seen: int = NOW) -> Shift:
    return Shift(digest, operator, b"c" * 16, None, seen, NOW + HOUR)


async def test_an_operator_is_found_by_name_and_id(desk: SqlDesk) -> None:
    made = await desk.add_operator("Ольга", "supervisor", "uk", NOW)

    assert await desk.find_operator("Ольга") == made
    assert await desk.read_operator(made.id) == made
    assert await desk.find_operator("ольга") == made
    assert await desk.find_operator("Оля") is None
    assert await desk.list_operators() == [made]


async def test_a_name_belongs_to_one(desk: SqlDesk) -> None:
    await desk.add_operator("Olha", "operator", "uk", NOW)

    with pytest.raises(NameTakenError):
        await desk.add_operator("Olha", "operator", "uk", NOW)


async def test_a_session_lives_until_its_end(desk: SqlDesk) -> None:
    operator = await desk.add_operator("Olha", "operator", "uk", NOW)
    await desk.open_shift(shift(operator))

    assert await desk.read_shift(b"d" * 32, NOW) == shift(operator)
    assert await desk.read_shift(b"d" * 32, NOW + HOUR) is None
    assert await desk.read_shift(b"x" * 32, NOW) is None


async def test_what_a_session_keeps_is_written_with_the_moment(desk: SqlDesk) -> None:
    operator = await desk.add_operator("Olha", "operator", "uk", NOW)
    await desk.open_shift(shift(operator))

    await desk.save_shift(b"d" * 32, b"sealed", NOW + 5)

    assert await desk.read_shift(b"d" * 32, NOW + 5) == replace(
        shift(operator), sealed=b"sealed", seen=NOW + 5
    )


async def test_a_session_is_looked_at_and_its_slip_changed_in_one(desk: SqlDesk, slips: SqlSlips) -> None:
    await desk.open_shift(shift(await desk.add_operator("Olha", "operator", "uk", NOW)))
    await slips.put(b"slip", b"before", NOW + HOUR, NOW)

    def admit(found: Shift | None) -> Rewrite | None:
        return Rewrite(b"slip", NOW + 2 * HOUR, lambda sealed: sealed + b", after") if found else None

    await desk.work_as(b"x" * 32, NOW, admit, bool)
    await desk.work_as(b"d" * 32, NOW + HOUR, admit, bool)
    assert await slips.read(b"slip", NOW) == b"before"
    await desk.work_as(b"d" * 32, NOW, admit, bool)
    assert await slips.read(b"slip", NOW + HOUR) == b"before, after"


async def test_who_is_refused_changes_nothing(desk: SqlDesk, slips: SqlSlips) -> None:
    await desk.open_shift(shift(await desk.add_operator("Olha", "operator", "uk", NOW)))
    await slips.put(b"slip", b"before", NOW + HOUR, NOW)

    def refuse(_: Shift | None) -> Rewrite | None:
        raise LookupError

    def fail(_: bytes) -> bytes:
        raise KeyError

    with pytest.raises(LookupError):
        await desk.work_as(b"d" * 32, NOW, refuse, bool)
    with pytest.raises(KeyError):
        await desk.work_as(b"d" * 32, NOW, lambda _: Rewrite(b"slip", NOW + HOUR, fail), bool)
    assert await slips.read(b"slip", NOW) == b"before"


async def test_a_new_password_ends_every_session(desk: SqlDesk) -> None:
    operator = await desk.add_operator("Olha", "operator", "uk", NOW)
    await desk.open_shift(shift(operator))

    await desk.set_password(operator.id, "hash")

    assert await desk.read_shift(b"d" * 32, NOW) is None
    assert await desk.find_operator("Olha") == replace(operator, password="hash")


async def test_removing_an_operator_ends_the_sessions_and_keeps_the_reports(desk: SqlDesk) -> None:
    operator = await desk.add_operator("Olha", "operator", "uk", NOW)
    await desk.open_shift(shift(operator))
    await desk.add_report("gov_hotline_1545", "no_answer", operator.id, NOW)

    await desk.remove_operator(operator.id)

    assert await desk.read_shift(b"d" * 32, NOW) is None
    assert await desk.read_reports(NOW) == {"gov_hotline_1545": ("no_answer", NOW)}


async def test_the_newest_report_on_a_contact_counts(desk: SqlDesk) -> None:
    await desk.add_report("a", "no_answer", None, NOW)
    await desk.add_report("a", "works", None, NOW + 1)
    await desk.add_report("b", "works", None, NOW - 1)

    assert await desk.read_reports(NOW) == {"a": ("works", NOW + 1)}


async def test_only_those_seen_lately_are_on_shift(desk: SqlDesk) -> None:
    first = await desk.add_operator("Olha", "operator", "uk", NOW)
    second = await desk.add_operator("Andrii", "operator", "uk", NOW)
    await desk.open_shift(shift(first, b"1" * 32, NOW - 10))
    await desk.open_shift(shift(second, b"2" * 32, NOW))

    assert [s.operator.name for s in await desk.list_shifts(NOW, NOW - 10)] == ["Andrii", "Olha"]
    assert [s.operator.name for s in await desk.list_shifts(NOW, NOW - 9)] == ["Andrii"]


async def test_purge_removes_sessions_past_their_end(desk: SqlDesk) -> None:
    operator = await desk.add_operator("Olha", "operator", "uk", NOW)
    await desk.open_shift(shift(operator))

    await desk.purge(NOW + HOUR)

    assert await desk.read_shift(b"d" * 32, NOW) is None
    await desk.touch_shift(b"d" * 32, NOW)
    assert await desk.list_shifts(NOW, 0) == []


async def test_marks_on_numbers_are_summed_and_forgotten_after_half_a_year(desk: SqlDesk) -> None:
    await desk.add_report("line", "no_answer", None, NOW)
    await desk.add_report("line", "no_answer", None, NOW + 1)
    await desk.add_report("line", "works", None, NOW + 2)

    assert await desk.sum_reports(NOW) == {"line": Marks(1, 2, NOW + 2)}
    assert await desk.sum_reports(NOW + 2) == {"line": Marks(1, 0, NOW + 2)}
    await desk.purge(NOW + 1 + REPORTS_KEPT)

    assert await desk.sum_reports(0) == {"line": Marks(1, 0, NOW + 2)}

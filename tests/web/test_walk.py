"""The conversations, held in the web chat without scripts and read back from its pages."""

from __future__ import annotations

from typing import Any

import pytest

from bot.explain import explain
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.guidance import match_groups
from dialogs.screens.results import name_answers
from tests.fakes import START
from tests.test_conversations import read_cases
from tests.web.house import House
from tests.web.walk import Walker, read_question

FITS = {"yes": "підходить", "possible": "може підходити"}
SENTENCES = {
    "yes": "Ви можете мати на це право.",
    "possible": "Можливо.",
    "no": "умови не збігаються",
}


def read_answers(case: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {q: tuple(v) if isinstance(v, list) else (v,) for q, v in case["answers"].items()}


async def hold(house: House, edition: Edition, case: dict[str, Any]) -> Walker:
    """The whole conversation: the screening, then every card that still asks what this person can tell."""
    walker = Walker(house.browser(), edition, read_answers(case))
    await walker.screen()
    if "region" in walker.wanted and "region" not in walker.given:
        await walker.press("p:contacts")
        if read_question(walker.page) == "region":  # under occupation and abroad it is not asked
            await walker.answer("region")
    for id in (*case.get("shown", ()), *case.get("verdicts", ()), *case.get("not_shown", ())):
        row = find_row(explain(edition, pack(walker.given), START), id)
        told = id not in case.get("not_shown", ()) or row["shown"]
        if told and set(row["missing"]) & (set(walker.wanted) - set(walker.given)):
            await walker.deepen(id)
    return walker


def pack(given: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {q: list(v) if len(v) > 1 else v[0] for q, v in given.items()}


def find_row(result: dict[str, Any], id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in result["entitlements"] if row["id"] == id)
    return found


@pytest.mark.parametrize("case", read_cases()[::3])
async def test_pages_say_what_the_engine_says(
    house: House, engine: Engine, edition: Edition, case: dict[str, Any]
) -> None:
    walker = await hold(house, edition, case)
    [session] = house.sessions()
    assert {q: set(a.choices) for q, a in session.here.items()} == {
        q: set(choices) for q, choices in walker.given.items()
    }
    result = explain(edition, pack(walker.given), START)
    view = engine.tools.view(session, START)

    groups = await walker.read_groups()
    counts = await walker.read_fitting()
    fitting = {topic: await walker.read_topic(topic, count) for topic, count in counts.items()}

    matches = {m.id: m for m in match_groups(edition, view.known)}
    rows = {
        row["id"]: row
        for row in result["groups"]
        if row["verdict"] == "yes" or (row["verdict"] == "possible" and matches[row["id"]].pointed)
    }
    assert list(groups) == list(rows)
    for id, row in rows.items():
        assert groups[id].startswith(FITS[row["verdict"]])
        if not any(edition.questions[q].covered for q in row["because"]):
            assert groups[id].endswith(name_answers(view, tuple(row["because"]), edition.groups[id].when))
    shown = [row["id"] for row in result["entitlements"] if row["shown"]]
    assert sorted(id for ids in fitting.values() for id in ids) == sorted(shown)
    assert {g for g, row in rows.items() if row["verdict"] == "yes"} == set(case.get("groups", ()))
    assert set(case.get("shown", ())) <= set(shown)
    assert not set(case.get("not_shown", ())) & set(shown)


@pytest.mark.parametrize("case", read_cases()[::9])
async def test_cards_give_the_verdict_the_reason_and_the_numbers(
    house: House, engine: Engine, edition: Edition, case: dict[str, Any]
) -> None:
    walker = await hold(house, edition, case)
    result = explain(edition, pack(walker.given), START)
    reachable = {
        phone
        for id in result["contacts"]
        for phone in (*edition.contacts[id].phones, edition.contacts[id].abroad_phone or "")
    }

    for id in case.get("shown", ())[:4]:
        row = find_row(result, id)
        await walker.open_card(id)
        record = edition.entitlements[id]
        [session] = house.sessions()
        view = engine.tools.view(session, START)
        confirm = edition.contacts.get(record.confirm_with)

        assert view.fill(record, record.title.full) in walker.page.text
        assert SENTENCES[row["verdict"]] in walker.page.text
        if row["verdict"] == "yes":
            assert name_answers(view, tuple(row["because"]), record.when) in walker.page.text
        assert set(walker.numbers) <= reachable | set(confirm.phones if confirm else ())

"""Persons whose expectations were written from the law before anything ran; `tests/conversations/` holds them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.explain import explain
from dialogs.edition import Edition
from dialogs.guidance import match_groups

FOLDER = Path(__file__).resolve().parent / "conversations"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEYS = {
    "name", "subject", "answers", "groups", "pointed", "possible", "shown", "not_shown", "verdicts",
    "contradictions", "ignored",
}  # fmt: skip


@cache
def read_cases() -> tuple[Any, ...]:
    """Every case, named by its file and its own sentence. Several modules ask while they are imported."""
    cases = []
    for path in sorted(FOLDER.glob("*.yaml")):
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for number, case in enumerate(rows, 1):
            cases.append(pytest.param(case, id=f"{path.stem}-{number}"))
    return tuple(cases)


def list_differences(edition: Edition, case: dict[str, Any]) -> list[str]:
    """What a lawyer would read: each difference in a line, with the answers behind it."""
    result = explain(edition, case["answers"], NOW)
    entitlements = {row["id"]: row for row in result["entitlements"]}
    known = edition.know_choices(
        {q: tuple(v) if isinstance(v, list) else (v,) for q, v in case["answers"].items()}
    )
    pointed = {m.id for m in match_groups(edition, known) if m.pointed and m.verdict == 1}
    lines = []
    yes = {row["id"] for row in result["groups"] if row["verdict"] == "yes"}
    for group in sorted(yes ^ set(case.get("groups", ()))):
        lines.append(f"group {group}: {'found, not expected' if group in yes else 'expected, not found'}")
    for group in case.get("pointed", case.get("possible", ())):
        if group not in pointed:
            lines.append(f"group {group}: expected as possible with an answer that points to it")
    for expected, ids in ((True, case.get("shown", ())), (False, case.get("not_shown", ()))):
        for id in ids:
            row = entitlements.get(id)
            if row is None:
                lines.append(f"{id}: there is no such entitlement")
            elif row["shown"] is not expected:
                lines.append(
                    f"{id}: {'expected to be shown, is not' if expected else 'shown, and must not be'}; it is "
                    f"{row['verdict']} because of {row['because'] or 'nothing'}, missing {row['missing'] or 'nothing'}"
                )
    for id, verdict in case.get("verdicts", {}).items():
        row = entitlements.get(id, {"verdict": "not there", "because": {}, "missing": []})
        if row["verdict"] != verdict:
            lines.append(
                f"{id}: expected {verdict}, is {row['verdict']} because of {row['because'] or 'nothing'}, "
                f"missing {row['missing'] or 'nothing'}"
            )
    if sorted(result.get("contradictions", [])) != sorted(case.get("contradictions", [])):
        lines.append(f"contradictions: {result.get('contradictions', [])}")
    if sorted(result.get("ignored", [])) != sorted(case.get("ignored", [])):
        lines.append(f"not known here: {result.get('ignored', [])}")
    return lines


@pytest.mark.parametrize("case", read_cases())
def test_a_person_gets_what_the_law_gives(edition: Edition, case: dict[str, Any]) -> None:
    assert set(case) <= KEYS

    differences = list_differences(edition, case)

    assert not differences, "\n".join(["", case["name"], f"answers: {case['answers']}", *differences])


def test_there_are_enough_persons_of_every_kind(edition: Edition) -> None:
    cases = [param.values[0] for param in read_cases()]
    counted = {g: sum(g in case.get("groups", ()) for case in cases) for g in edition.groups}

    assert len(cases) >= 150
    assert {g: n for g, n in counted.items() if n < 6} == {}
    assert {case.get("subject", "self") for case in cases} == {"self", "relative", "client"}
    skipped = {
        q
        for case in cases
        for q, v in case["answers"].items()
        if v in ("unknown", "withheld", ["unknown"], ["withheld"])
    }
    assert set(edition.screening) <= skipped
    assert len({c["answers"].get("region") for c in cases} - {None}) >= 10
    assert len({case["name"] for case in cases}) == len(cases)

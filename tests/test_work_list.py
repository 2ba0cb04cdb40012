"""What to check first: the risk of a record, and how often it is shown."""

from __future__ import annotations

from datetime import date

from bot.coverage import rank_work
from dialogs.edition import Edition

DAY = date(2026, 11, 27)


def rank(edition: Edition, shown: dict[str, int]) -> list[str]:
    return [row["id"] for row in rank_work(edition, DAY, shown)]


def test_what_is_shown_often_comes_earlier(edition: Edition) -> None:
    plain = [id for id in rank(edition, {}) if edition.entitlements[id].guarded is None]
    late = plain[len(plain) // 2]

    before, after = rank(edition, {}).index(late), rank(edition, {late: 100_000}).index(late)

    assert after < before


def test_guarded_records_do_not_sink_because_nobody_counts_them(edition: Edition) -> None:
    first = rank(edition, {})[:10]
    guarded = [id for id in first if edition.entitlements[id].guarded]
    plain = {id: 5_000 for id, record in edition.entitlements.items() if record.guarded is None}

    assert guarded
    assert set(guarded) <= set(rank(edition, plain)[:10])

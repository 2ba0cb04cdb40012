"""What may be told of the counts, and what no figure gives away."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.stats import (
    HIDDEN,
    count_shown,
    list_drops,
    list_weeks,
    name_week,
    number_week,
    pick,
    tell,
    write_csv,
)

OLD, LAST, RUNNING = 20_766, 20_773, 20_780


def test_a_week_is_named_by_its_monday() -> None:
    assert number_week(date(2026, 11, 23)) == number_week(date(2026, 11, 29)) == RUNNING
    assert name_week(RUNNING) == date(2026, 11, 23)
    assert list_weeks(date(2026, 11, 27), 3) == [OLD, LAST, RUNNING]


def test_below_ten_nothing_is_told_and_the_running_week_in_tens() -> None:
    figures = tell(
        {(OLD, "a"): 9, (LAST, "a"): 12, (LAST, "b"): 250, (RUNNING, "c"): 39, (OLD, "d"): 3}, RUNNING
    )

    assert [(f.cell, f.text) for f in figures] == [("b", "250"), ("c", "30+"), ("a", "12+"), ("d", HIDDEN)]
    assert pick(figures, "x") == {}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from([OLD, LAST, RUNNING]), st.sampled_from("abc")), st.integers(0, 40)
    )
)
def test_no_figure_changes_with_a_hidden_number(counted: dict[tuple[int, str], int]) -> None:
    """Whatever hides behind `<10` may be any of 1 to 9: everything shown must stay the same."""
    other = {key: 1 + number % 9 if 0 < number < 10 else number for key, number in counted.items()}

    assert tell(counted, RUNNING) == tell(other, RUNNING)
    assert write_csv(counted, RUNNING) == write_csv(other, RUNNING)


def test_export_is_by_week_and_disarms_formulas() -> None:
    text = write_csv({(LAST, "=1+1"): 11, (OLD, "call"): 2, (RUNNING, "call"): 25}, RUNNING)

    assert text.splitlines() == [
        "week,cell,number",
        "2026-11-16,'=1+1,11",
        "2026-11-09,call,<10",
        "2026-11-23,call,20",
    ]


def test_drop_off_is_the_share_of_whom_nothing_more_came() -> None:
    week = {"asked place": 100, "answered place": 60, "skipped place": 20, "left place": 4, "asked region": 5}
    figures = tell({(LAST, cell): number for cell, number in week.items()}, RUNNING)

    place, region = list_drops(figures, ["place", "region", "never_asked"])

    assert (place.question, place.answered, place.skipped, place.left) == ("place", "60", "20", HIDDEN)
    assert place.lost is not None and round(place.lost, 2) == 0.2
    assert (region.asked.text, region.lost) == (HIDDEN, None)


def test_a_record_counts_as_shown_when_offered_and_when_opened() -> None:
    counted = {(LAST, "opened x"): 10, (LAST, "listed x"): 30, (LAST, "opened y"): 3}

    assert count_shown(tell(counted, RUNNING)) == {"x": 40, "y": 0}

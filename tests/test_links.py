"""Links are asked politely, and answers are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.links import Answer, check_links, list_links, read_answers, write_answers
from bot.loading import load_edition
from tests.broken import HERE

TODAY = date(2026, 11, 23)


class Pages:
    def __init__(self, **said: int | str) -> None:
        self.said, self.asked = said, list[str]()

    async def __call__(self, url: str) -> int | str:
        self.asked.append(url)
        return self.said.get(url.rsplit("/", 1)[-1], 200)


def test_every_link_is_found_with_its_records() -> None:
    found = list_links(load_edition(HERE / "base", TODAY)[0])

    assert found["https://example.org/line"] == ["help_line", "help_line"]
    assert found["https://example.org/apply"] == ["allowance"]
    assert "https://example.org/509" in found


async def test_fresh_answers_are_not_asked_again() -> None:
    pages = Pages(gone=404)
    known = {
        "https://a.org/new": Answer("https://a.org/new", "200", "2026-11-20"),
        "https://a.org/old": Answer("https://a.org/old", "200", "2026-10-01"),
    }

    found = await check_links([*known, "https://b.org/gone"], known, pages, TODAY, pause=0)

    assert sorted(pages.asked) == ["https://a.org/old", "https://b.org/gone"]
    assert [a.url for a in found.values() if not a.is_good] == ["https://b.org/gone"]


async def test_no_more_is_asked_than_allowed() -> None:
    pages = Pages()

    await check_links([f"https://a.org/{n}" for n in range(9)], {}, pages, TODAY, pause=0, most=4)

    assert len(pages.asked) == 4


def test_kept_answers_come_back_and_a_damaged_file_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "var/links.json"
    answers = {"https://a.org/": Answer("https://a.org/", "TimeoutError", "2026-11-23")}

    write_answers(path, answers)

    assert read_answers(path) == answers
    path.write_text("{", encoding="utf-8")
    assert read_answers(path) == {}

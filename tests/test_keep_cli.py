"""Commands that keep what is stored under the key in use, and those who are told of changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.keys import Keys
from bot.sealing import Follower, Sealer
from bot.store.base import SessionRow, Step, Subscription
from bot.store.sql import SqlStore
from dialogs.session import Session
from tests.databases import open_database

OLD, NEW = "o" * 40, "n" * 40
KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one dialogue and one subscription under the former key, and settings that name it."""
    url = f"sqlite:///{tmp_path}/test.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", NEW)
    monkeypatch.setenv("SECRET_KEY_PREVIOUS", OLD)
    asyncio.run(fill(url))
    return url


async def fill(url: str) -> None:
    sealer = Sealer(Keys([OLD]))
    person = sealer.keys.find_person("tg:7")
    row = SessionRow(person, 1, 7, sealer.seal_session(person, "tg:7", Session()), 1)
    begun = Subscription(person, "money", "", sealer.seal_follower(person, Follower("tg:7", "uk")), 1)
    async with open_database(url) as engine:
        store = SqlStore(engine, "test")
        await store.commit([Step(person, None, row, notices=(begun,))], [], 1)
        await store.close()


def test_a_new_key_takes_over_and_a_second_time_there_is_nothing_to_do(url: str) -> None:
    assert run("rotate-key")[1].startswith("Moved to the first key: 1 dialogues, 1 subscriptions.")
    assert run("rotate-key")[1].startswith("Moved to the first key: 0 dialogues, 0 subscriptions.")


def test_rows_of_a_lost_key_are_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY_PREVIOUS", "")

    code, said = run("rotate-key")

    assert code == 1
    assert "opens 1 dialogues and 1 subscriptions" in said


def test_purge_forgets_the_idle(url: str) -> None:
    assert run("purge") == (0, "Forgotten: 1 idle dialogues.\n")


def test_notify_tells_nothing_where_nothing_changes(url: str) -> None:
    code, said = run("notify", "--effects", str(KNOWLEDGE), str(KNOWLEDGE))

    assert (code, said) == (0, "Nothing changes that anybody would be told of: no notice.\n")

"""Accounts from the command line, on a database of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import MendableError
from bot.operators import add_operator, list_operators, log_out, remove_operator, renew_link
from bot.settings import Settings
from tests.fakes import SECRET

LINK = re.compile(r"https://example\.org/console/invite/[\w-]{32}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path}/operators.db",  # type: ignore[arg-type]
        secret_key=SECRET,  # type: ignore[arg-type]
        public_url="https://example.org",
    )


def test_an_account_is_made_with_a_link_listed_and_removed(settings: Settings) -> None:
    link = add_operator(settings, "  Ольга   Коваль ", "supervisor", "uk")

    assert LINK.fullmatch(link)
    assert [(o.name, o.role, o.password) for o in list_operators(settings)] == [
        ("Ольга Коваль", "supervisor", "")
    ]
    assert (
        LINK.fullmatch(renew_link(settings, "Ольга Коваль")) and renew_link(settings, "Ольга Коваль") != link
    )
    remove_operator(settings, "Ольга Коваль")
    assert list_operators(settings) == []


@pytest.mark.parametrize(("name", "role"), [("", "operator"), ("   ", "operator"), ("Olha", "boss")])
def test_what_cannot_be_made_is_said_in_a_sentence(settings: Settings, name: str, role: str) -> None:
    with pytest.raises(MendableError):
        add_operator(settings, name, role, "uk")

    assert list_operators(settings) == []


def test_a_language_that_the_console_does_not_speak_is_said_so(settings: Settings) -> None:
    with pytest.raises(MendableError, match="en, uk"):
        add_operator(settings, "Olha", "operator", "de")

    assert list_operators(settings) == []


def test_names_that_only_look_different_are_one(settings: Settings) -> None:
    add_operator(settings, "Ольга\u200b Коваль", "operator", "uk")

    with pytest.raises(MendableError, match="operators link"):
        add_operator(settings, "ольга коваль", "administrator", "uk")
    with pytest.raises(MendableError, match="operators link"):
        add_operator(settings, "Ольга  Коваль", "operator", "uk")
    assert [one.name for one in list_operators(settings)] == ["Ольга Коваль"]


def test_names_that_are_there_and_that_are_not(settings: Settings) -> None:
    add_operator(settings, "Olha", "operator", "uk")

    with pytest.raises(MendableError, match="operators link Olha"):
        add_operator(settings, "Olha", "operator", "uk")
    assert log_out(settings, "olha") == 0
    for work in (renew_link, remove_operator, log_out):
        with pytest.raises(MendableError, match="operators list"):
            work(settings, "Nobody")

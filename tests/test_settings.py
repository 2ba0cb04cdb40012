"""What the environment may say, and how a wrong value is answered."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import MendableError
from bot.settings import Settings, find_secrets, read_settings

TOKEN = "123456:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"


def read(**values: object) -> Settings:
    return read_settings(_env_file=None, **values)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("telegram_bot_token", "nonsense", "@BotFather"),
        ("telegram_api_url", "api.telegram.org", "https://api.telegram.org"),
        ("telegram_webhook_url", "http://example.org/telegram/webhook", "https"),
        ("telegram_webhook_url", "https://example.org:9000/x", "8443"),
        ("telegram_webhook_secret", "with space", "letters"),
        ("database_url", "mysql://x/y", "postgres://"),
        ("secret_key", "short", "32"),
        ("port", "many", "65535"),
        ("retention_days", "0", "3650"),
        ("log_level", "LOUD", "DEBUG"),
        ("telegram_chat_rate", "-1", "messages a second"),
    ],
)
def test_a_wrong_value_is_one_sentence_with_the_remedy(name: str, value: str, remedy: str) -> None:
    with pytest.raises(MendableError) as caught:
        read(**{name: value})

    sentence = str(caught.value)
    assert sentence.startswith(f"{name.upper()} has a value that cannot be used")
    assert remedy in sentence
    assert value not in sentence.replace(remedy, "")


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://h/d", "sqlite:///var/x.db"])
def test_databases_people_write_are_taken(url: str) -> None:
    assert read(database_url=url).database_url.get_secret_value() == url


def test_secrets_print_as_stars() -> None:
    settings = read(telegram_bot_token=TOKEN, secret_key="k" * 40, database_url="postgres://u:hush@h/d")

    shown = repr(settings) + str(settings)

    assert "ABCDEFGHI" not in shown
    assert "kkkk" not in shown
    assert "hush" not in shown


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = find_secrets(read(), tmp_path / "var")
    second = find_secrets(read(), tmp_path / "var")

    assert first == second
    assert stat.S_IMODE((tmp_path / "var/secret_key").stat().st_mode) == 0o600


def test_a_public_host_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(MendableError, match="SECRET_KEY is needed when HOST is"):
        find_secrets(read(host="0.0.0.0"), tmp_path)

    assert not (tmp_path / "secret_key").exists()


def test_former_keys_follow_the_first() -> None:
    settings = read(secret_key="a" * 32, secret_key_previous=f"{'b' * 32}, {'c' * 32},")

    assert find_secrets(settings) == ["a" * 32, "b" * 32, "c" * 32]


def test_a_kept_key_that_is_none_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("oops")

    with pytest.raises(MendableError, match="restore it from a backup"):
        find_secrets(read(), tmp_path)

    assert (tmp_path / "secret_key").read_text() == "oops"

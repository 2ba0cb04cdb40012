"""What the environment says, read once. A wrong value is one sentence that names the remedy."""

from __future__ import annotations

import re
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import MendableError
from bot.own import find_own
from dialogs.words import N_

MIN_KEY = 32
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,80}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram takes as a webhook's secret
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_SCHEMES = ("sqlite", "sqlite+aiosqlite", "postgres", "postgresql", "postgresql+asyncpg")

_REMEDIES = {
    "telegram_bot_token": N_("copy it whole from @BotFather; it looks like 123456:ABC-DEF…"),
    "telegram_api_url": N_("give the base address of a Bot API server, such as https://api.telegram.org"),
    "telegram_webhook_url": N_(
        "give a public https address on port 443, 80, 88 or 8443, or leave it out to poll"
    ),
    "telegram_webhook_secret": N_("use 1 to 256 letters, digits, - or _, or leave it out"),
    "database_url": N_("give sqlite:///path/to/file.db or postgres://user:password@host/name"),
    "secret_key": N_("give at least 32 characters; `openssl rand -hex 32` makes a good one"),
    "secret_key_previous": N_("give the former keys, separated by commas"),
    "port": N_("give a number from 1 to 65535"),
    "retention_days": N_("give a number of days from 1 to 3650"),
    "log_level": N_("use DEBUG, INFO, WARNING or ERROR"),
    "telegram_chat_rate": N_("give messages a second, such as 1"),
    "public_url": N_("give the address people open, such as https://example.org"),
    "knowledge_dir": N_("give a folder"),
    "knowledge_draft_dir": N_("give a folder"),
}


class Settings(BaseSettings):
    """Every variable of the environment. Secrets print as stars."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_url: str | None = None
    telegram_webhook_secret: SecretStr | None = None
    telegram_chat_rate: float = Field(default=1.0, gt=0, le=100_000)
    database_url: SecretStr = SecretStr("sqlite:///var/nap1325.db")
    secret_key: SecretStr | None = None
    secret_key_previous: SecretStr | None = None
    knowledge_dir: Path = Field(default_factory=find_own)
    knowledge_draft_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str | None = None
    forwarded_allow_ips: str = "127.0.0.1"
    retention_days: int = Field(default=30, ge=1, le=3650)
    log_level: str = "INFO"

    @field_validator("telegram_bot_token")
    @classmethod
    def _check_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a token")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _check_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("not a secret Telegram takes")
        return value

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _check_url(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("not an address")
            return value.rstrip("/")
        return value

    @field_validator("telegram_webhook_url")
    @classmethod
    def _check_webhook(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            local = parts.scheme == "http" and _is_loopback(
                parts.hostname or ""
            )  # a Bot API server beside us
            if not parts.hostname or not (local or parts.scheme == "https"):
                raise ValueError("not an https address")
            if not local and (parts.port or 443) not in (443, 80, 88, 8443):
                raise ValueError("not a port of Telegram's")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        scheme, _, rest = value.get_secret_value().partition("://")
        if scheme not in _SCHEMES or not rest:
            raise ValueError("not a database")
        return value

    @field_validator("secret_key")
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < MIN_KEY:
            raise ValueError("too short")
        return value

    @field_validator("log_level")
    @classmethod
    def _check_level(cls, value: str) -> str:
        if value.upper() not in _LEVELS:
            raise ValueError("not a level")
        return value.upper()

    @property
    def is_loopback(self) -> bool:
        return _is_loopback(self.host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(**overrides: Any) -> Settings:
    """Read the environment and `.env`.

    Raises:
        MendableError: a variable has a wrong value; the sentence names it, and never shows it.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        name = str(error.errors(include_input=False, include_url=False)[0]["loc"][0])
        remedy = _REMEDIES.get(name, N_("see README.md for what it takes"))
        raise MendableError(
            N_("{variable} has a value that cannot be used: {remedy}."), variable=name.upper(), remedy=remedy
        ) from None


def find_secrets(settings: Settings, var: Path = Path("var")) -> list[str]:
    """The secret keys, the one to write with first.

    When none is given and nobody outside this machine can reach the service, one is made and kept in
    `var/secret_key`, readable by its owner alone.

    Raises:
        MendableError: the host is public and no key is given, or the kept key cannot be read.
    """
    previous = settings.secret_key_previous.get_secret_value() if settings.secret_key_previous else ""
    former = [key.strip() for key in previous.split(",") if key.strip()]
    if settings.secret_key is not None:
        return [settings.secret_key.get_secret_value(), *former]
    if not settings.is_loopback:
        raise MendableError(
            N_("SECRET_KEY is needed when HOST is {host}: {remedy}."),
            host=settings.host,
            remedy=_REMEDIES["secret_key"],
        )
    return [_keep_secret(var / "secret_key"), *former]


def _keep_secret(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            kept = path.read_text(encoding="ascii").strip()
            if len(kept) >= MIN_KEY:
                return kept
            raise MendableError(
                N_("{path} holds no secret key: restore it from a backup, or delete it to start anew."),
                path=str(path),
            ) from None
        made = secrets.token_hex(32)
        path.write_text(made + "\n", encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise MendableError(
            N_(
                "The secret key in {path} cannot be read or written: check the folder's owner, or set SECRET_KEY."
            ),
            path=str(path),
        ) from None
    return made

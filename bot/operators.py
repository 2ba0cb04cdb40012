"""`nap1325 operators`: accounts of the console, from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.errors import MendableError
from bot.handover import milliseconds
from bot.keys import Keys
from bot.settings import Settings, find_secrets
from bot.store.connect import open_engine, read_url
from bot.store.desk import ROLES, NameTakenError, Operator, SqlDesk
from bot.store.hands import open_hands
from bot.store.migrate import migrate
from bot.store.slips import SqlSlips
from bot.texts import find_locales
from bot.web.console.accounts import Accounts, clean_name
from bot.web.console.passwords import Passwords
from dialogs.words import N_

_T = TypeVar("_T")


def find_address(settings: Settings) -> str:
    """The address people open, as far as this machine knows it."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def make_link(settings: Settings, token: str) -> str:
    return f"{find_address(settings)}/console/invite/{token}"


def add_operator(settings: Settings, name: str, role: str, language: str, now: datetime | None = None) -> str:
    """Make an account, or give one that is there a new link; returns the one-time link."""
    moment = now or datetime.now(UTC)
    if not clean_name(name):
        raise MendableError(N_("Give the operator's name."))
    wanted = next((one for one in ROLES if one == role), None)
    if wanted is None:
        raise MendableError(
            N_("There is no role {role}; there are: {roles}."), role=role, roles=", ".join(ROLES)
        )
    known = sorted(path.name for path in find_locales().iterdir() if path.is_dir())
    if language not in known:
        raise MendableError(
            N_("The console does not speak {language}; it speaks: {languages}."),
            language=language,
            languages=", ".join(known),
        )

    async def add(desk: SqlDesk, accounts: Accounts) -> str:
        try:
            operator = await accounts.add(name, wanted, language, moment)
        except NameTakenError:
            raise MendableError(
                N_("{name} is there already: `nap1325 operators link {name}` makes a new link."),
                name=clean_name(name),
            ) from None
        return make_link(settings, await accounts.invite(operator, moment))

    return _run(settings, add)


def renew_link(settings: Settings, name: str, now: datetime | None = None) -> str:
    """A new one-time link for somebody who forgot the password. The old password works until it is used."""
    moment = now or datetime.now(UTC)

    async def renew(desk: SqlDesk, accounts: Accounts) -> str:
        return make_link(settings, await accounts.invite(await _need(desk, name), moment))

    return _run(settings, renew)


def remove_operator(settings: Settings, name: str) -> None:
    """Remove the account and end its sessions at once."""

    async def remove(desk: SqlDesk, accounts: Accounts) -> None:
        await desk.remove_operator((await _need(desk, name)).id)

    _run(settings, remove)


def log_out(settings: Settings, name: str, now: datetime | None = None) -> int:
    """End every session of the operator; the password stays. Returns how many were open."""
    moment = now or datetime.now(UTC)

    async def end(desk: SqlDesk, accounts: Accounts) -> int:
        return await desk.close_shifts((await _need(desk, name)).id, milliseconds(moment))

    return _run(settings, end)


def list_operators(settings: Settings) -> list[Operator]:
    async def everybody(desk: SqlDesk, accounts: Accounts) -> list[Operator]:
        return await desk.list_operators()

    return _run(settings, everybody)


async def _need(desk: SqlDesk, name: str) -> Operator:
    operator = await desk.find_operator(clean_name(name))
    if operator is None:
        raise MendableError(
            N_("There is no operator {name}: `nap1325 operators list` shows who there is."),
            name=clean_name(name),
        )
    return operator


def _run(settings: Settings, work: Callable[[SqlDesk, Accounts], Awaitable[_T]]) -> _T:
    """Open the database beside a service that may be running, and close it again."""

    async def run() -> _T:
        engine = open_engine(read_url(settings.database_url.get_secret_value()))
        try:
            await migrate(engine)
            hands = open_hands(engine)
            try:
                desk = SqlDesk(hands)
                keys = Keys(find_secrets(settings))
                return await work(desk, Accounts(desk, SqlSlips(engine, hands), keys, Passwords()))
            finally:
                await hands.close()
        finally:
            await engine.dispose()

    return asyncio.run(run())

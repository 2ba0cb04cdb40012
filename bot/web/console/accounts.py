"""Who may open the console: invitations, logins, sessions, and what is refused."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.handover import MINUTE, milliseconds
from bot.keys import Keys
from bot.store.desk import Admit, Desk, NameTakenError, Operator, Role, Shift
from bot.store.slips import Slips
from bot.web.console.passwords import Passwords, is_usable

HOUR = 60 * MINUTE
INVITE_LIFE = 24 * HOUR
SHIFT_LIFE = 12 * HOUR
IDLE = 15 * MINUTE
SEEN_EVERY = MINUTE  # how exactly it is known when an operator was last there
# Wrong passwords within a quarter of an hour: of one name from one address, of one name, from one address.
TRIES = {"both": 5, "name": 20, "address": 50}
audit = structlog.get_logger("audit")


class LoginError(Exception):
    """Not let in. `kind`: `wrong` or `wait`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Entry:
    """A new session: `token` is for the cookie, and kept nowhere else."""

    token: str
    shift: Shift


def clean_name(name: str) -> str:
    """One spelling for letters that keyboards write in two ways, and no sign that cannot be seen."""
    seen = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in name)
    return unicodedata.normalize("NFKC", " ".join(seen.split()))[:80]


class Accounts:
    """Knows operators by name and password, and their sessions by the digest of a random token."""

    def __init__(self, desk: Desk, slips: Slips, keys: Keys, passwords: Passwords) -> None:
        self._desk, self._slips, self._keys, self._passwords = desk, slips, keys, passwords

    async def add(self, name: str, role: Role, language: str, now: datetime) -> Operator:
        """Raises NameTakenError, also for a name that differs by its capitals only."""
        if await self._desk.find_operator(clean_name(name)) is not None:
            raise NameTakenError(name)
        return await self._desk.add_operator(clean_name(name), role, language, milliseconds(now))

    async def invite(self, operator: Operator, now: datetime) -> str:
        """A token for a link under which this operator may set a password once, within a day.

        Of several links the first that is used ends the others: they belong to the password that was.
        """
        at = milliseconds(now)
        token = secrets.token_urlsafe(24)
        digest = self._digest("invite", token)
        plain = json.dumps([operator.id, self._mark_password(operator)]).encode()
        await self._slips.put(digest, self._keys.seal(plain, b"slip:" + digest), at + INVITE_LIFE, at)
        audit.info("invited", operator=operator.id)
        return token

    async def invite_first(self, language: str, now: datetime) -> str | None:
        """On a fresh start, a token for the first administrator; None when somebody can log in already.

        For a day it is the same at each start and in each process, so that whatever was printed works.
        """
        everybody = await self._desk.list_operators()
        if any(one.password for one in everybody):
            return None
        if not everybody:
            try:
                everybody = [await self.add("admin", "administrator", language, now)]
            except NameTakenError:  # another process was faster
                everybody = await self._desk.list_operators()
        return await self._read_first(now) or await self._make_first(everybody[0], now)

    async def _make_first(self, operator: Operator, now: datetime) -> str:
        at, place = milliseconds(now), self._digest("first invitation", "")
        token = await self.invite(operator, now)
        sealed = self._keys.seal(token.encode(), b"slip:" + place)
        if not await self._slips.put(place, sealed, at + INVITE_LIFE, at):
            faster = await self._read_first(now)  # another process made one at the same moment
            if faster is not None:
                await self._slips.take(self._digest("invite", token), at)
                return faster
        return token

    async def _read_first(self, now: datetime) -> str | None:
        """What an earlier start has printed, while it still works."""
        place = self._digest("first invitation", "")
        sealed = await self._slips.read(place, milliseconds(now))
        if sealed is None:
            return None
        token = self._keys.unseal(sealed, b"slip:" + place).decode()
        if await self.read_invitation(token, now) is None:  # its account is gone
            await self._slips.take(place, milliseconds(now))
            return None
        return token

    async def read_invitation(self, token: str, now: datetime) -> Operator | None:
        digest = self._digest("invite", token)
        sealed = await self._slips.read(digest, milliseconds(now))
        return await self._open_invitation(digest, sealed)

    async def _open_invitation(self, digest: bytes, sealed: bytes | None) -> Operator | None:
        if sealed is None:
            return None
        number, mark = json.loads(self._keys.unseal(sealed, b"slip:" + digest))
        operator = await self._desk.read_operator(number)
        return operator if operator is not None and mark == self._mark_password(operator) else None

    async def accept(self, token: str, password: str, now: datetime) -> Entry | None:
        """Set the password, end all other sessions, and let in; None for a token used or out of date."""
        assert is_usable(password), "the page has asked for a longer one"
        hashed = await self._passwords.hash(password)
        digest = self._digest("invite", token)
        operator = await self._open_invitation(digest, await self._slips.take(digest, milliseconds(now)))
        if operator is None:
            return None
        await self._desk.set_password(operator.id, hashed)
        audit.info("password set", operator=operator.id)
        return await self._enter(operator, now)

    async def log_in(self, name: str, password: str, address: str, now: datetime) -> Entry:
        """Let in who knows the password.

        Raises:
            LoginError: `wrong`, or `wait` after too many wrong ones.
        """
        name = clean_name(name)
        at = milliseconds(now)
        guesses = {
            "both": self._digest("login both", f"{name.casefold()}\n{address}"),
            "name": self._digest("login name", name.casefold()),
            "address": self._digest("login address", address),
        }
        for kind, key in guesses.items():
            if await self._slips.spend(key, at, IDLE) > TRIES[kind]:
                audit.warning("login refused", why="too many tries")
                raise LoginError("wait")
        operator = await self._desk.find_operator(name)
        usable = operator is not None and operator.active
        if not await self._passwords.check(operator.password if usable and operator else "", password):
            audit.warning("login refused", why="wrong", operator=operator.id if operator else None)
            raise LoginError("wrong")
        assert operator is not None
        for key in guesses.values():
            await self._slips.forgive(key)
        audit.info("login", operator=operator.id)
        return await self._enter(operator, now)

    async def _enter(self, operator: Operator, now: datetime) -> Entry:
        at = milliseconds(now)
        token = secrets.token_urlsafe(32)
        shift = Shift(self.digest(token), operator, secrets.token_bytes(16), None, at, at + SHIFT_LIFE)
        await self._desk.open_shift(shift)
        return Entry(token, shift)

    def digest(self, token: str) -> bytes:
        return self._digest("shift", token)

    async def find(self, token: str, now: datetime) -> Shift | None:
        """The living session behind a cookie, locked or not."""
        if not _is_token(token):
            return None
        return await self._desk.read_shift(self.digest(token), milliseconds(now))

    async def work_as(self, token: str, now: datetime, admit: Admit, written: Callable[[], object]) -> None:
        """Show `admit` the living session behind a cookie, and make the change it gives: see `Desk.work_as`."""
        if _is_token(token):
            await self._desk.work_as(self.digest(token), milliseconds(now), admit, written)

    async def unlock(self, shift: Shift, password: str, address: str, now: datetime) -> None:
        """Go on after a quarter of an hour away. Raises LoginError as `log_in` does."""
        at = milliseconds(now)
        name = shift.operator.name.casefold()
        guesses = {
            "both": self._digest("login both", f"{name}\n{address}"),
            # Else whoever has a stolen cookie guesses from many addresses without end.
            "name": self._digest("login name", name),
        }
        for kind, key in guesses.items():
            if await self._slips.spend(key, at, IDLE) > TRIES[kind]:
                audit.warning("unlock refused", why="too many tries", operator=shift.operator.id)
                raise LoginError("wait")
        if not await self._passwords.check(shift.operator.password, password):
            audit.warning("unlock refused", why="wrong", operator=shift.operator.id)
            raise LoginError("wrong")
        for key in guesses.values():
            await self._slips.forgive(key)
        await self._desk.touch_shift(shift.digest, at)
        audit.info("unlock", operator=shift.operator.id)

    async def leave(self, shift: Shift) -> None:
        await self._desk.close_shift(shift.digest)
        audit.info("logout", operator=shift.operator.id)

    def _mark_password(self, operator: Operator) -> str:
        return self._digest("password", operator.password).hex()

    def _digest(self, kind: str, text: str) -> bytes:
        return self._keys.digest_code(f"{kind}:{text}")


def _is_token(text: str) -> bool:
    return 20 < len(text) < 100


def is_locked(shift: Shift, now: datetime) -> bool:
    return milliseconds(now) - shift.seen >= IDLE

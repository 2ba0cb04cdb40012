"""Passwords: argon2 in a thread, few at once, so that a flood of logins costs time and not memory."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_T = TypeVar("_T")
AT_ONCE = 2
WAITING = 20
SHORTEST, LONGEST = 10, 200
# 19 MiB, two passes: OWASP's measure for a service that must not be short of memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class TooBusyError(Exception):
    """So many logins are being checked that one more would only wait."""


def clean_password(text: str) -> str:
    """One spelling for letters that keyboards write in two ways."""
    return unicodedata.normalize("NFKC", text)


def is_usable(password: str) -> bool:
    return SHORTEST <= len(clean_password(password)) <= LONGEST


class Passwords:
    """Checks and hashes. Nobody can tell from the time whether a name exists."""

    def __init__(self, hasher: PasswordHasher = _HASHER) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash("nobody has this password")
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(clean_password(password)))

    async def check(self, hashed: str, password: str) -> bool:
        """Whether the password is the one that was hashed; an empty hash is nobody's, and takes as long."""
        if len(password) > LONGEST:
            return False

        def verify() -> bool:
            try:
                return self._hasher.verify(hashed or self._nobody, clean_password(password))
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(verify) and bool(hashed)

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self._waiting >= WAITING:
            raise TooBusyError
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

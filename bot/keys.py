"""Keys derived from SECRET_KEY: who a row belongs to, and what is sealed in it.

A sealed value is `key id (4) + nonce (12) + AES-GCM ciphertext and tag`. The table and row it stands
in are its associated data, so a value moved to another row does not open.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ID, _NONCE = 4, 12
PERSON_BYTES = 16


class UnreadableError(Exception):
    """A sealed value that no key we have opens, or that stands in another row than it was written to."""


def _derive(secret: str, info: str, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt=b"nap1325", info=info.encode()).derive(secret.encode())


@dataclass(frozen=True, slots=True)
class _Ring:
    """What one secret gives."""

    id: bytes
    seal: AESGCM
    person: bytes
    link: bytes
    kept: bytes

    @classmethod
    def forge(cls, secret: str) -> _Ring:
        return cls(
            _derive(secret, "key id", _ID),
            AESGCM(_derive(secret, "seal")),
            _derive(secret, "person"),
            _derive(secret, "link"),
            _derive(secret, "kept"),
        )


class Keys:
    """Writes under the first secret, reads under all of them."""

    def __init__(self, secret_keys: list[str]) -> None:
        self._rings = [_Ring.forge(secret) for secret in secret_keys]
        self._first = self._rings[0]
        self._by_id = {ring.id: ring for ring in reversed(self._rings)}

    def find_persons(self, address: str) -> list[bytes]:
        """The person keys of an address (`tg:12345`), the one to write under first.

        More than one while SECRET_KEY_PREVIOUS is set: rows written before still stand under theirs.
        """
        data = address.encode()
        return [hmac.digest(ring.person, data, "sha256")[:PERSON_BYTES] for ring in self._rings]

    def find_person(self, address: str) -> bytes:
        return hmac.digest(self._first.person, address.encode(), "sha256")[:PERSON_BYTES]

    def seal(self, plain: bytes, row: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return self._first.id + nonce + self._first.seal.encrypt(nonce, plain, row)

    def unseal(self, sealed: bytes, row: bytes) -> bytes:
        """Open a sealed value of that row.

        Raises:
            UnreadableError: no key opens it.
        """
        ring = self._by_id.get(sealed[:_ID])
        if ring is None:
            raise UnreadableError("sealed under a key we do not have")
        try:
            return ring.seal.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], row)
        except (InvalidTag, ValueError) as error:
            raise UnreadableError("altered, or moved to another row") from error

    @property
    def current_id(self) -> bytes:
        """What a value sealed under the first key begins with."""
        return self._first.id

    def is_current(self, sealed: bytes) -> bool:
        return sealed[:_ID] == self._first.id

    def sign_link(self, token: bytes) -> bytes:
        """What a one-time link must carry beside its token."""
        return hmac.digest(self._first.link, token, "sha256")[:PERSON_BYTES]

    @property
    def kept(self) -> bytes:
        """Seals what this service worked out and keeps for its own next start."""
        return self._first.kept

    def digest_code(self, code: str) -> bytes:
        """How a short code is looked up: not to be tried offline without the key."""
        return hmac.digest(self._first.link, b"code:" + code.encode(), "sha256")


def draw_number() -> int:
    """A random positive number that fits a BIGINT: tickets, generations, row ids."""
    return (int.from_bytes(os.urandom(8)) >> 2) + 1

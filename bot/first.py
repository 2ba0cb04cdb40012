"""The first edition of a service: kept from before when the folder holds the same, else loaded by a child.

Only an edition that was taken is kept: it was checked then, and no date in it becomes wrong by waiting. What is kept
beside the database is sealed by the service's own key, since it is put together as objects, not read as numbers.

`python -m bot.first` keeps the edition of the content that comes with the code beside it.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from bot.carry import Arrived, load, start_child
from bot.child import Child, unpack
from bot.dialogue import Dialogue
from bot.errors import BrokenBaseError, MendableError
from bot.files import name_edition, read_files
from bot.kept import OWN, PLACE, keep, name_code, read_kept
from bot.revision import find_revision
from dialogs.findings import Findings
from dialogs.words import N_

_SEAL, _DAY = 32, len("2026-01-01")
_BESIDE_CODE = b"beside the code"
log = structlog.get_logger("first")


class First:
    """The edition to start with, being found or loaded from the moment this is made."""

    def __init__(self, folder: Path, day: date, key: Callable[[], bytes]) -> None:
        """`key` seals what is kept beside the database; it is asked for when something is kept there.

        Raises:
            MendableError: the key cannot be read.
        """
        self._folder, self._day = folder, day
        self._child: Child | None = None
        self._out = find_edition(folder, day, key)
        if self._out is None:
            self._child = start_child(folder, day, "start")

    async def take(self) -> Dialogue:
        """The edition, put together.

        Raises:
            BrokenBaseError: the base has errors.
            MendableError: it cannot be loaded.
        """
        if self._out is not None:
            try:
                dialogue = Arrived(self._out).put_together()
                dialogue.edition.base.revision = await asyncio.to_thread(find_revision, self._folder)
                return dialogue
            except Exception as error:  # nothing that is kept may break a start
                log.warning("kept edition of no use", error=type(error).__name__)
            self._child = start_child(self._folder, self._day, "start")
        assert self._child is not None
        self._out = await self._child.read()
        if self._out is None:
            raise MendableError(
                N_("The knowledge base could not be loaded. `nap1325 check` tells what is wrong with it.")
            )
        arrived = Arrived(self._out)
        if arrived.errors:
            raise BrokenBaseError(arrived.findings)
        return arrived.put_together()

    def keep(self, edition: str, key: bytes) -> None:
        """Keep what the child loaded; it is let go of here."""
        if self._child is not None and self._out is not None:
            keep_edition(edition, self._day, self._out, key)
        self._out = None

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()


def keep_edition(edition: str, day: date, out: bytes, key: bytes, place: Path = PLACE) -> None:
    """Keep a sound edition's pieces as a child handed them over on a day."""
    data = day.isoformat().encode() + out
    keep(place / _name(edition), hmac.digest(key, data, "sha256") + data)


def find_edition(
    folder: Path, day: date, key: Callable[[], bytes], own: Path = OWN, place: Path = PLACE
) -> bytes | None:
    """What is kept of the edition that a folder holds now."""
    findings = Findings()
    blobs = read_files(folder, folder.name, findings)
    if findings.errors:
        return None
    name = _name(name_edition(blobs))
    return _open(own / name, day, lambda: _BESIDE_CODE) or _open(place / name, day, key)


def _open(path: Path, day: date, key: Callable[[], bytes]) -> bytes | None:
    """What is kept in a file, when it is sealed with the key and was sound on an earlier day or this one."""
    sealed = read_kept(path)
    if sealed is None:
        return None
    data = sealed[_SEAL:]
    if not hmac.compare_digest(hmac.digest(key(), data, "sha256"), sealed[:_SEAL]):
        return None
    return data[_DAY:] if data[:_DAY].decode() <= day.isoformat() else None


def _name(edition: str) -> str:
    return f"{edition}-{name_code()}.edition"


def main() -> None:
    from bot.own import find_own

    folder, day = find_own(), datetime.now(UTC).date()
    out = load(folder, day, proven=False, place=OWN)
    answer = unpack(out)
    if "pieces" in answer:
        keep_edition(answer["edition"], day, out, _BESIDE_CODE, OWN)


if __name__ == "__main__":
    main()

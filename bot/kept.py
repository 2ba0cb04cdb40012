"""What the recogniser of danger learned is kept beside the code and beside the database, and found again.

A kept file is named by what it was learned from and by the code that learned; a file that is missing, damaged or
another's means learning anew. `python -m bot.kept` keeps it for the content that comes with the code.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import dialogs
from dialogs.base import Base
from dialogs.crisis import learn, name_taught, read_learned
from dialogs.learned import Learned

OWN = Path(__file__).parent / "kept"
PLACE = Path("var/kept")
_CORE = Path(dialogs.__file__).parent
_MOST = 3  # of what was learned from folders on trial the newest stay
_LARGEST = 50_000_000


@cache
def name_core() -> str:
    """A name for the code of the core: what was worked out by other code is not what this one would find."""
    digest = sha256(f"{sys.implementation.cache_tag} {sys.byteorder} {sys.maxsize}".encode())
    for path in sorted(_CORE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def find_learned(base: Base, place: Path | None = None) -> Learned:
    """What the examples of a base teach: kept from before, else learned now and kept in `place`."""
    name = f"{name_taught(base)[:24]}-{name_core()}.learned"
    for kept in dict.fromkeys((OWN, PLACE, place or PLACE)):
        found = _read(kept / name, base)
        if found is not None:
            return found
    learned = learn(base)
    if place is not None:
        with suppress(
            OSError
        ):  # a place that cannot be written to costs time at the next start, and nothing else
            _write(place / name, learned.to_bytes())
    return learned


def _read(path: Path, base: Base) -> Learned | None:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return None
    return read_learned(base, data)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(data)
    fresh.replace(path)
    kept = sorted(path.parent.glob("*.learned"), key=lambda other: other.stat().st_mtime)
    for other in kept[:-_MOST]:
        other.unlink()


def main() -> None:
    from bot.library import read_library
    from bot.own import find_own
    from dialogs.findings import Findings

    find_learned(read_library(find_own(), Findings()), OWN)


if __name__ == "__main__":
    main()

"""What was worked out once is kept in files, and found again by a process that would work out the same.

A kept file is named by what it was made of and by the code that made it. `OWN` lies beside the code: `make setup` and
an image fill it, and it is trusted as the compiled code beside it is. `PLACE` lies beside the database, and the
service fills it. A file that is missing, damaged or another's means working it out anew.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import dialogs

OWN = Path(__file__).parent / "kept"
PLACE = Path("var/kept")
LARGEST = 100_000_000
_MOST = 3  # of one ending the newest stay
_CORE, _SHELL = Path(dialogs.__file__).parent, Path(__file__).parent


@cache
def name_core() -> str:
    """A name for the code of the core: what was worked out by other code is not what this one would find."""
    return _name_code(_CORE)


@cache
def name_code() -> str:
    """A name for all of the code, and for the library that its records are of."""
    from pydantic import VERSION

    return _name_code(_CORE, _SHELL, VERSION)


def is_code_changed() -> bool:
    """Whether the files of the code are others than those that this process began with."""
    return name_code.__wrapped__() != name_code()


def _name_code(*parts: Path | str) -> str:
    digest = sha256(f"{sys.implementation.cache_tag} {sys.byteorder} {sys.maxsize}".encode())
    for part in parts:
        if isinstance(part, str):
            digest.update(part.encode())
            continue
        for path in sorted(part.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def read_kept(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError:
        return None


def keep(path: Path, data: bytes) -> None:
    """A place that cannot be written to costs the next start time, and nothing else."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.replace(path)
        kept = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda other: other.stat().st_mtime)
        for other in kept[:-_MOST]:
            other.unlink()

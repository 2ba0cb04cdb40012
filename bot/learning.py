"""What the recogniser of danger learned, kept from before or learned now."""

from __future__ import annotations

from pathlib import Path

from bot.kept import OWN, PLACE, keep, name_core, read_kept
from dialogs.base import Base
from dialogs.learned import Learned
from dialogs.teaching import learn, name_taught, read_learned


def find_learned(base: Base, place: Path | None = None) -> Learned:
    """What the examples of a base teach: kept from before, else learned now and kept in `place`."""
    name = f"{name_taught(base)[:24]}-{name_core()}.learned"
    for kept in dict.fromkeys((OWN, place or PLACE)):
        data = read_kept(kept / name)
        found = None if data is None else read_learned(base, data)
        if found is not None:
            return found
    learned = learn(base)
    if place is not None:
        keep(place / name, learned.to_bytes())
    return learned

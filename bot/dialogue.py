"""The dialogue of one edition, as the service and the commands keep it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.edition import Edition
from dialogs.engine import Engine


@dataclass(frozen=True, slots=True)
class Dialogue:
    engine: Engine

    @property
    def edition(self) -> Edition:
        return self.engine.edition

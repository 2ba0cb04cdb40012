"""The dialogue of one edition, as the service and the commands keep it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.findings import Finding


@dataclass(frozen=True, slots=True)
class Dialogue:
    engine: Engine
    findings: tuple[Finding, ...]

    @property
    def edition(self) -> Edition:
        return self.engine.edition

"""All records of one folder, as read, with where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogs.findings import Origin, Path
from dialogs.records import (
    AboutPage,
    Act,
    Contact,
    Entitlement,
    Group,
    Question,
    Region,
    Screening,
    Settings,
    Topic,
)
from dialogs.sheets import CrisisSheet, LexiconSheet, WordsSheet


@dataclass(slots=True)
class Base:
    """What the loader gives; `origins` maps (list, id) to the file and the path in it."""

    id: str
    settings: Settings | None = None
    screening: Screening = field(default_factory=Screening)
    topics: list[Topic] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    entitlements: list[Entitlement] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    about: list[AboutPage] = field(default_factory=list)
    crisis: CrisisSheet = field(default_factory=CrisisSheet)
    lexicon: LexiconSheet = field(default_factory=LexiconSheet)
    words: WordsSheet = field(default_factory=WordsSheet)
    origins: dict[tuple[str, str], tuple[Origin, Path]] = field(default_factory=dict)

    def find(self, kind: str, id: str) -> tuple[Origin | None, Path]:
        return self.origins.get((kind, id), (None, ()))

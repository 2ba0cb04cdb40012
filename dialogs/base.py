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
from dialogs.sheets import CrisisSheet, LexiconSheet, OrdinarySheet, WordsSheet


@dataclass(slots=True)
class Base:
    """What the loader gives; `origins` maps (list, id) to the file and the path in it.

    `lost` names (list, id) of records that could not be read, with the id "*" for a whole list: what
    refers to them is not wrong because of that. `patched` names the fields of a record that were faulty
    and hold a stand-in, so that the rest of the record can still be checked. `revision` is what git calls
    the last change of the folder, with a plus when something is changed since; empty without git.
    """

    id: str
    revision: str = ""
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
    ordinary: OrdinarySheet = field(default_factory=OrdinarySheet)
    lexicon: LexiconSheet = field(default_factory=LexiconSheet)
    words: WordsSheet = field(default_factory=WordsSheet)
    origins: dict[tuple[str, str], tuple[Origin, Path]] = field(default_factory=dict)
    lost: set[tuple[str, str]] = field(default_factory=set)
    patched: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The edition as people tell it to each other: its content, and its revision when there is one."""
        return f"{self.id} ({self.revision})" if self.revision else self.id

    def find(self, kind: str, id: str) -> tuple[Origin | None, Path]:
        return self.origins.get((kind, id), (None, ()))

    def list_ids(self, kind: str) -> list[str] | None:
        """The ids that may be referred to; None when the whole list could not be read."""
        if (kind, "*") in self.lost:
            return None
        return [r.id for r in getattr(self, kind)] + sorted(id for k, id in self.lost if k == kind)

"""Builds the dialogue of one edition from a folder: the only road from YAML to an engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.library import read_library
from bot.revision import find_revision
from bot.texts import build_all
from dialogs.checks import check_base
from dialogs.crisis import Crisis
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.findings import Finding, Findings
from dialogs.search import Search


class BrokenBaseError(Exception):
    """The knowledge base has errors; `findings` holds all of them."""

    def __init__(self, findings: list[Finding]) -> None:
        errors = [f for f in findings if f.severity == "error"]
        first = errors[0].render()
        more = f" ({len(errors) - 1} more; run `nap1325 check`)" if len(errors) > 1 else ""
        super().__init__(f"The knowledge base cannot be used: {first}{more}")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Dialogue:
    engine: Engine
    findings: tuple[Finding, ...]

    @property
    def edition(self) -> Edition:
        return self.engine.edition


def find_knowledge() -> Path:
    """The base: beside the code in a checkout, inside the package in a wheel."""
    here = Path(__file__).resolve().parent
    packed = here / "data" / "knowledge"
    return packed if packed.is_dir() else here.parent / "knowledge"


def load_edition(folder: Path, today: date) -> tuple[Edition, list[Finding]]:
    """Read, check and compile a base.

    Raises:
        BrokenBaseError: at least one error was found.
    """
    findings = Findings()
    base = read_library(folder, findings)
    base.revision = find_revision(folder)
    check_base(base, findings, today, style=False)
    rows = findings.sort()
    if findings.errors:
        raise BrokenBaseError(rows)
    return Edition.build(base), rows


def build_engine(edition: Edition) -> Engine:
    """Everything that belongs to the edition is built here, once."""
    return Engine(edition, build_all(edition.languages), Search.build(edition), Crisis.build(edition))


def load_dialogue(folder: Path, today: date) -> Dialogue:
    edition, findings = load_edition(folder, today)
    return Dialogue(build_engine(edition), tuple(findings))

"""Builds the dialogue of one edition from a folder: the only road from YAML to an engine.

Commands walk it themselves; for the service a process of its own does (`bot.carry`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.dialogue import Dialogue
from bot.errors import BrokenBaseError
from bot.learning import find_learned
from bot.library import read_library
from bot.revision import find_revision
from bot.texts import build_all
from dialogs.checks import check_base
from dialogs.crisis import Crisis
from dialogs.edition import Edition
from dialogs.engine import Engine
from dialogs.findings import Finding, Findings
from dialogs.search import Search


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
    crisis = Crisis.build(edition, find_learned(edition.base))
    return Engine(edition, build_all(edition.languages), Search.build(edition), crisis)


def load_dialogue(folder: Path, today: date) -> Dialogue:
    return Dialogue(build_engine(load_edition(folder, today)[0]))

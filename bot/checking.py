"""`check`: findings of a folder as a good compiler would tell them."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any, TextIO

from bot.kept import PLACE
from bot.learning import find_learned
from bot.library import read_library
from bot.preview import build_drawer, prove_layout
from bot.proving import MEMORY, prove
from bot.revision import find_revision
from bot.texts import build_words
from dialogs.checks import check_base, check_likeness, drop_derived
from dialogs.edition import Edition
from dialogs.engine import KYIV
from dialogs.findings import Finding, Findings
from dialogs.words import N_

_NOON = clock_time(12)
_COLOURS = {"error": "\033[31m", "warning": "\033[33m", "note": "\033[36m"}


def check_folder(
    folder: Path, today: date, memory: Path | None = MEMORY
) -> tuple[list[Finding], dict[str, Any]]:
    """Everything that is wrong with a folder, and figures about the base and the check itself.

    The proofs follow when nothing else is wrong: they run the rules, which must be sound for that.
    """
    started = time.perf_counter()
    findings = Findings()
    base = read_library(folder, findings)
    base.revision = find_revision(folder)
    check_base(base, findings, today)
    proof = {}
    if not findings.errors:
        check_likeness(base, findings, find_learned(base, PLACE if memory else None))
        proof = prove(base, findings, today, memory)
    if not findings.errors:
        prove_layout(build_drawer(Edition.build(base)), findings, datetime.combine(today, _NOON, KYIV))
    drop_derived(findings)
    figures = {
        "edition": base.id,
        "revision": base.revision,
        "label": base.label,
        "entitlements": len(base.entitlements),
        "contacts": len(base.contacts),
        "questions": len(base.questions),
        "proof": proof,
        "seconds": round(time.perf_counter() - started, 3),
    }
    return findings.sort(), figures


def print_findings(
    rows: list[Finding], figures: dict[str, Any], as_json: bool, language: str, out: TextIO
) -> int:
    """Print all findings; returns the number of errors."""
    say = build_words(language).gettext
    errors = sum(row.severity == "error" for row in rows)
    if as_json:
        data = [
            {
                "file": row.file,
                "line": row.line,
                "column": row.column,
                "severity": row.severity,
                "code": row.code,
                "what": row.say_what(say),
                "remedy": row.say_remedy(say),
            }
            for row in rows
        ]
        print(json.dumps({"findings": data, "figures": figures}, ensure_ascii=False), file=out)
        return errors
    paint = out.isatty() and not os.environ.get("NO_COLOR")
    for row in rows:
        line = row.render(say)
        print(f"{_COLOURS[row.severity]}{line}\033[0m" if paint else line, file=out)
    if not rows:
        print(say(N_("Nothing to mend.")), file=out)
    summary = N_("Errors: {errors}, warnings: {warnings}, notes: {notes}. Edition {edition}, {seconds} s.")
    print(
        say(summary).format(
            errors=errors,
            warnings=sum(row.severity == "warning" for row in rows),
            notes=sum(row.severity == "note" for row in rows),
            edition=figures["label"],
            seconds=figures["seconds"],
        ),
        file=sys.stderr if out is sys.stdout else out,
    )
    return errors

"""Proves a base, once for its conditions: what was found is remembered beside the database."""

from __future__ import annotations

import json
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.kept import name_core
from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.findings import Findings, Origin, Severity
from dialogs.findings import Path as RecordPath
from dialogs.proofs import Proof, prove_base
from dialogs.proofs.bare import bare, name_bare
from dialogs.rules import Always

MEMORY = Path("var/proof.json")
_ROW = {"file", "path", "severity", "code", "what", "remedy", "values"}


class _Placed(Findings):
    """Findings that also remember at which path of which file each was made: lines move, paths do not."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        origin: Origin | None,
        path: RecordPath,
        severity: Severity,
        code: str,
        what: str,
        remedy: str,
        /,
        **values: Any,
    ) -> None:
        super().add(origin, path, severity, code, what, remedy, **values)
        file = origin.file if origin else ""
        said = {"severity": severity, "code": code, "what": what, "remedy": remedy, "values": values}
        self.rows.append({"file": file, "path": path, **said})


def prove(base: Base, findings: Findings, today: date, memory: Path | None = MEMORY) -> dict[str, Any]:
    """Add what the proofs find, and return their figures.

    A remembered proof holds for the same conditions under the same rules of proof, whatever the texts say; anything
    else, and a memory that cannot be read or written, means proving anew. So does an error, which names lines.
    """
    started = time.perf_counter()
    bared = bare(base)
    key = sha256(f"{name_core()} {name_bare(bared)}".encode()).hexdigest()
    remembered = _recall(memory, key)
    if remembered is not None:
        origins = {origin.file: origin for origin, _ in base.origins.values()}
        for row in remembered["findings"]:
            said = (row["severity"], row["code"], row["what"], row["remedy"])
            findings.add(origins.get(row["file"]), tuple(row["path"]), *said, **row["values"])
        figures: dict[str, Any] = remembered["figures"]
        return {**figures, "seconds": round(time.perf_counter() - started, 3), "remembered": True}
    own = _Placed()
    figures = list_figures(bared, prove_base(bared, Edition.build(bared), own, today))
    findings.all.extend(own.all)
    if not own.errors:
        _remember(memory, {"key": key, "findings": own.rows, "figures": figures})
    return {**figures, "seconds": round(time.perf_counter() - started, 3), "remembered": False}


def list_figures(base: Base, proof: Proof) -> dict[str, Any]:
    unwritten = [e.id for e in base.entitlements if e.when is None]
    count = len(base.entitlements)
    return {
        "screens": {
            "median": proof.paths.median,
            "worst": proof.paths.worst,
            "longest": proof.paths.longest,
            "share": {str(n): round(share, 4) for n, share in sorted(proof.paths.spread.items())},
            "states": proof.paths.states,
            "proven": proof.paths.proven,
        },
        "conditions": {
            "full": count - len(unwritten),
            "share": round((count - len(unwritten)) / count, 4) if count else 1.0,
            "without": unwritten,
            "always": [e.id for e in base.entitlements if isinstance(e.when, Always)],
            "stays_possible": sorted(proof.stays_possible),
        },
        "questions": {
            question: {"settles": len(ids), "alone": len(proof.alone.get(question, ()))}
            for question, ids in sorted(proof.settles.items(), key=lambda row: (-len(row[1]), row[0]))
        },
        "witnesses": {f"{kind}:{id}": answers for (kind, id), answers in proof.witnesses.items()},
        "not_proven": proof.not_proven,
    }


def _recall(memory: Path | None, key: str) -> dict[str, Any] | None:
    if memory is None:
        return None
    try:
        kept = json.loads(memory.read_text(encoding="utf-8"))
        fits = kept["key"] == key and all(set(row) == _ROW for row in kept["findings"])
        return kept if fits and isinstance(kept["figures"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(memory: Path | None, data: dict[str, Any]) -> None:
    if memory is None:
        return
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh = memory.with_suffix(".new")
        fresh.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        fresh.replace(memory)
    except OSError:
        return

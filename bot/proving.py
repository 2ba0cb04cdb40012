"""Proves a base, once for each edition: what was found is remembered beside the database."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

from bot.kept import name_core
from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.findings import Finding, Findings
from dialogs.proofs import Proof, prove_base
from dialogs.rules import Always

MEMORY = Path("var/proof.json")


def prove(base: Base, findings: Findings, today: date, memory: Path | None = MEMORY) -> dict[str, Any]:
    """Add what the proofs find, and return their figures.

    A remembered proof holds for the same knowledge under the same rules of proof; anything else,
    and a memory that cannot be read or written, means proving anew.
    """
    started = time.perf_counter()
    key = f"{base.id}-{name_core()}"
    remembered = _recall(memory, key)
    if remembered is not None:
        findings.all.extend(Finding(**row) for row in remembered["findings"])
        figures: dict[str, Any] = remembered["figures"]
        return {**figures, "seconds": round(time.perf_counter() - started, 3), "remembered": True}
    own = Findings()
    figures = list_figures(base, prove_base(base, Edition.build(base), own, today))
    findings.all.extend(own.all)
    rows = [{name: getattr(f, name) for name in Finding.__slots__} for f in own.all]
    _remember(memory, {"key": key, "findings": rows, "figures": figures})
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
        fits = kept["key"] == key and all(set(row) == set(Finding.__slots__) for row in kept["findings"])
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

"""What must hold for every person, proven when a base is loaded.

Nothing here tries out people one by one: conditions are taken apart into their ways to yes and
to no (`ways`), and the screening into the paths that differ (`paths`). What is said to be
possible is shown by a witness, a set of answers on which the rules themselves were run.
"""

from __future__ import annotations

from datetime import date

from dialogs.base import Base
from dialogs.edition import Edition
from dialogs.findings import Findings
from dialogs.proofs.asking import prove_questions, prove_screening
from dialogs.proofs.bench import Bench, Proof
from dialogs.proofs.conditions import prove_conditions
from dialogs.proofs.outcomes import prove_entitlements, prove_groups
from dialogs.proofs.paths import MOST_STATES


def prove_base(
    base: Base, edition: Edition, findings: Findings, today: date, budget: int = MOST_STATES
) -> Proof:
    """Prove a base that `checks.check_base` found free of errors; what fails becomes a finding."""
    bench = Bench(base, edition, findings, today)
    prove_conditions(bench)
    prove_groups(bench)
    prove_entitlements(bench)
    prove_screening(bench, budget)
    prove_questions(bench)
    return bench.proof


__all__ = ["Proof", "prove_base"]

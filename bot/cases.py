"""Conversations as test cases that a lawyer can read (`chat --save`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from dialogs.edition import Edition
from dialogs.guidance import list_entitlements, match_groups
from dialogs.session import Session


def write_case(path: Path, edition: Edition, session: Session, now: datetime) -> None:
    """Add the conversation just had to a YAML file of cases; expectations are to be read by a person."""
    known = edition.know(session.here, now.date())
    answers = edition.filter_answers(session.here, now.date())
    matches = match_groups(edition, known)
    case: dict[str, Any] = {
        "name": f"Saved on {now.date().isoformat()}: say here what this person needs",
        "subject": session.subject,
        "answers": {q: (list(c) if len(c) > 1 else c[0]) for q, c in answers.items()},
        "groups": [m.id for m in matches if m.verdict.word == "yes"],
        "possible": [m.id for m in matches if m.verdict.word == "possible" and m.pointed],
        "shown": [i.id for i in list_entitlements(edition, known, now.date()) if i.shown],
    }
    text = yaml.safe_dump([case], allow_unicode=True, sort_keys=False, width=110)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)

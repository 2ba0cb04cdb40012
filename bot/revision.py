"""What git calls the state of a folder."""

from __future__ import annotations

import subprocess
from pathlib import Path

_PATIENCE = 5.0  # seconds


def find_revision(folder: Path) -> str:
    """The last commit that changed the folder, with `+` when it was changed since; empty without git."""
    commit = _ask(folder, "log", "-1", "--format=%h", "--abbrev=10", "--", ".")
    if not commit:
        return ""
    return commit + ("+" if _ask(folder, "status", "--porcelain", "--", ".") else "")


def _ask(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""

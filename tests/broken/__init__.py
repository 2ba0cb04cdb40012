"""Broken knowledge folders with the messages an administrator reads.

Each folder beside `base` holds the files that differ from `base` (and `gone.txt`, the names of files
that are taken away), and what `check` says of it: `expected.en.txt`, `expected.uk.txt`.

`python -m tests.broken` writes the messages anew; read every one of them before committing.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from bot.checking import check_folder
from bot.texts import build_words

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 23)
LANGUAGES = ("en", "uk")


def list_cases() -> list[str]:
    return sorted(p.name for p in HERE.iterdir() if p.is_dir() and p.name not in ("base", "__pycache__"))


def build_folder(case: str, room: Path) -> Path:
    """The base with one case's files laid over it."""
    folder = room / "knowledge"
    shutil.copytree(HERE / "base", folder)
    for path in sorted((HERE / case).rglob("*")):
        name = path.relative_to(HERE / case)
        if path.is_dir() or name.name.startswith("expected."):
            continue
        if name.name == "gone.txt":
            for gone in path.read_text(encoding="utf-8").split():
                (folder / gone).unlink()
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return folder


def tell(case: str, room: Path) -> dict[str, str]:
    """What `check` says of a case, by language."""
    folder = build_folder(case, room)
    findings, _ = check_folder(folder, TODAY, memory=None)
    told = {}
    for language in LANGUAGES:
        say = build_words(language).gettext
        text = "".join(finding.render(say) + "\n" for finding in findings)
        told[language] = text.replace(f"{folder.as_posix()}/", "")
    return told


def read_expected(case: str) -> dict[str, str]:
    return {
        language: (HERE / case / f"expected.{language}.txt").read_text(encoding="utf-8")
        for language in LANGUAGES
    }

"""The gettext catalogues: complete, with equal placeholders, and in step with the code.

`python -m tests.catalogues` checks them, `--update` adds new texts (empty, to be translated).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "nap1325"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "n": (1, 2)}
METHODS = [("bot/**.py", "python"), ("dialogs/**.py", "python"), ("bot/web/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"\{[a-z_]*\}")


def extract() -> Catalog:
    """Every text that the code marks."""
    template = Catalog(project=DOMAIN)
    for folder in ("bot", "dialogs"):
        methods = [
            (pattern.removeprefix(f"{folder}/"), m) for pattern, m in METHODS if pattern.startswith(folder)
        ]
        found = extract_from_dir(
            str(ROOT / folder), methods, {}, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for _file, _line, message, comments, _context in found:
            template.add(message, auto_comments=comments)
    return template


def path_of(language: str, root: Path = ROOT) -> Path:
    return root / "locales" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def find_faults(language: str, root: Path = ROOT) -> list[str]:
    """What is missing, empty, fuzzy or has other placeholders than the source."""
    with path_of(language, root).open("rb") as file:
        catalogue = read_po(file, locale=language)
    faults = []
    template = extract()
    for message in template:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        mine = catalogue.get(key)
        if mine is None:
            faults.append(f"{language}: missing: {key}")
            continue
        strings = mine.string if isinstance(mine.string, (tuple, list)) else (mine.string,)
        if mine.fuzzy or not all(strings):
            faults.append(f"{language}: empty or fuzzy: {key}")
            continue
        wanted = set(PLACEHOLDER.findall(key))
        faults.extend(
            f"{language}: other placeholders: {key}" for s in strings if set(PLACEHOLDER.findall(s)) != wanted
        )
    known = {m.id[0] if isinstance(m.id, (tuple, list)) else m.id for m in template}
    for message in catalogue:
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        if key and key not in known:
            faults.append(f"{language}: no longer in the code: {key}")
    return faults


def update(language: str, root: Path = ROOT) -> None:
    """Bring a catalogue in step with the code; English is its own translation."""
    path = path_of(language, root)
    old = Catalog(language)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
    new = Catalog(language, project=DOMAIN, fuzzy=False, creation_date=old.creation_date)
    for message in extract():
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
        mine = old.get(key)
        string = message.id if language == "en" else (mine.string if mine else "")
        new.add(message.id, string, auto_comments=message.auto_comments)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, new, sort_output=True, width=110)


def main() -> int:
    languages = sorted(p.name for p in (ROOT / "locales").iterdir() if p.is_dir())
    if "--update" in sys.argv:
        for language in languages:
            update(language)
    faults = [fault for language in languages for fault in find_faults(language)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Reads the YAML files of a folder into the records of a base."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.mistakes import check_record
from bot.yamlfile import Document, read_yaml
from dialogs.base import Base
from dialogs.findings import Findings, Origin, suggest
from dialogs.findings import Path as RecordPath
from dialogs.records import (
    AboutPage,
    Act,
    Contact,
    Entitlement,
    Group,
    Question,
    Record,
    Region,
    Screening,
    Settings,
    Topic,
)
from dialogs.sheets import CrisisSheet, LexiconSheet, WordsSheet

_LISTS: dict[str, tuple[str, str, type[Record]]] = {
    "topics.yaml": ("topics", "topics", Topic),
    "questions.yaml": ("questions", "questions", Question),
    "regions.yaml": ("regions", "regions", Region),
    "sources.yaml": ("acts", "acts", Act),
    "about.yaml": ("pages", "about", AboutPage),
}
_SHEETS: dict[str, tuple[str, type[Record]]] = {
    "settings.yaml": ("settings", Settings),
    "crisis.yaml": ("crisis", CrisisSheet),
    "lexicon.yaml": ("lexicon", LexiconSheet),
    "words.yaml": ("words", WordsSheet),
}
_FOLDERS: dict[str, tuple[str, type[Record]]] = {
    "groups": ("groups", Group),
    "entitlements": ("entitlements", Entitlement),
    "contacts": ("contacts", Contact),
}
REQUIRED = ("settings.yaml", "topics.yaml", "questions.yaml", "regions.yaml", "sources.yaml", "about.yaml")


def list_files(folder: Path) -> list[Path]:
    """Every file the loader reads, sorted by its path."""
    return sorted(p for p in folder.rglob("*.yaml") if p.is_file() and not p.name.startswith("."))


def name_edition(files: Mapping[str, bytes]) -> str:
    """First 12 hex digits of SHA-256 over sorted (path, bytes); DESIGN 4a.10."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return digest.hexdigest()[:12]


def read_library(folder: Path, findings: Findings) -> Base:
    """Read a whole folder. What cannot be read becomes a finding, the rest is returned."""
    if not folder.is_dir():
        findings.add(
            Origin(str(folder), {}),
            (),
            "error",
            "no_folder",
            "there is no folder {folder}",
            "Set KNOWLEDGE_DIR to the folder with questions.yaml.",
            folder=str(folder),
        )
        return Base("0" * 12)
    blobs = {p.relative_to(folder).as_posix(): p.read_bytes() for p in list_files(folder)}
    library = Base(name_edition(blobs))
    shown = folder.name
    for name in REQUIRED:
        if name not in blobs:
            findings.add(
                Origin(f"{shown}/{name}", {}),
                (),
                "error",
                "no_file",
                "the file {name} is missing",
                "Restore it.",
                name=name,
            )
    for name, blob in blobs.items():
        file = f"{shown}/{name}"
        try:
            text = blob.decode("utf-8")
        except UnicodeDecodeError as error:
            findings.add(
                Origin(file, {(): (blob[: error.start].count(b"\n") + 1, 1)}),
                (),
                "error",
                "encoding",
                "the file is not in UTF-8",
                "Save it as UTF-8 (in the editor: Save with encoding).",
            )
            continue
        document = read_yaml(text, file, findings)
        if document is None:
            continue
        if not isinstance(document.value, dict):
            findings.add(
                document.origin,
                (),
                "error",
                "not_mapping",
                "the file does not begin with `name: value` lines",
                "Compare with a neighbouring file.",
            )
            continue
        _take(library, name, document, findings)
    return library


def _take(library: Base, name: str, document: Document, findings: Findings) -> None:
    top = name.split("/", 1)[0]
    if name in _LISTS:
        key, target, model = _LISTS[name]
        allowed = {key, "screening"} if name == "questions.yaml" else {key}
        for extra in [k for k in document.value if k not in allowed]:
            findings.add(
                document.origin,
                (extra, "[key]"),
                "error",
                "unknown_key",
                "there is no field `{key}`",
                "Did you mean `{near}`?",
                key=extra,
                near=suggest(extra, sorted(allowed)) or key,
            )
        if "screening" in document.value:
            screening = check_record(
                Screening, document.value["screening"], document.origin, ("screening",), findings
            )
            library.screening = screening or library.screening
            library.origins["screening", ""] = (document.origin, ("screening",))
        rows = document.value.get(key)
        if not isinstance(rows, list):
            findings.add(
                document.origin,
                (key,),
                "error",
                "missing_list",
                "the list `{key}` is missing",
                "Begin the file with `{key}:` and a list.",
                key=key,
            )
            return
        for i, row in enumerate(rows):
            record = check_record(model, row, document.origin, (key, i), findings)
            if record is not None:
                _keep(library, target, record, document.origin, (key, i), findings)
    elif name in _SHEETS:
        target, model = _SHEETS[name]
        sheet = check_record(model, document.value, document.origin, (), findings)
        if sheet is not None:
            setattr(library, target, sheet)
        library.origins[target, ""] = (document.origin, ())
    elif top in _FOLDERS and name.endswith(".yaml"):
        target, model = _FOLDERS[top]
        record = check_record(model, document.value, document.origin, (), findings)
        stem = name.rsplit("/", 1)[-1].removesuffix(".yaml")
        if record is not None:
            if getattr(record, "id", None) != stem:
                findings.add(
                    document.origin,
                    ("id",),
                    "error",
                    "id_not_file",
                    "the id is `{id}`, but the file is called {file}",
                    "Name both alike; ids of existing records stay as they are.",
                    id=getattr(record, "id", ""),
                    file=stem + ".yaml",
                )
            _keep(library, target, record, document.origin, (), findings)
    else:
        findings.add(
            document.origin,
            (),
            "warning",
            "stray_file",
            "nobody reads this file",
            "Move it to groups, entitlements or contacts, or delete it.",
        )


def _keep(
    library: Base, target: str, record: Record, origin: Origin, base: RecordPath, findings: Findings
) -> None:
    rid = str(getattr(record, "id", ""))
    if (target, rid) in library.origins:
        first = library.origins[target, rid][0]
        findings.add(
            origin,
            (*base, "id"),
            "error",
            "duplicate_id",
            "the id `{id}` is already used in {first}",
            "Give one of them another id.",
            id=rid,
            first=first.file,
        )
        return
    library.origins[target, rid] = (origin, base)
    rows: list[Any] = getattr(library, target)
    rows.append(record)

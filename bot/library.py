"""Reads the YAML files of a folder into the records of a base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.examples import build_example
from bot.files import name_edition, read_files, show_folder
from bot.forms import REGION_REMEDY
from bot.mistakes import check_patched, check_record
from bot.yamlfile import Document, read_yaml
from bot.yamltraps import decode_text
from dialogs.base import Base
from dialogs.findings import Findings, Origin, Pen, suggest
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
from dialogs.rules import EMPTY_REMEDY
from dialogs.sheets import CrisisSheet, LexiconSheet, OrdinarySheet, WordsSheet
from dialogs.words import N_

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
    "ordinary.yaml": ("ordinary", OrdinarySheet),
    "lexicon.yaml": ("lexicon", LexiconSheet),
    "words.yaml": ("words", WordsSheet),
}
_FOLDERS: dict[str, tuple[str, type[Record]]] = {
    "groups": ("groups", Group),
    "entitlements": ("entitlements", Entitlement),
    "contacts": ("contacts", Contact),
}
_WANTED = {
    "ordinary.yaml": N_("Restore it from a copy: without it ordinary words are taken for danger."),
    "lexicon.yaml": N_("Restore it from a copy: without it search understands fewer words."),
    "words.yaml": N_("Restore it from a copy: without it nobody watches for promises and blame in texts."),
}
REQUIRED = (*(name for name in (*_SHEETS, *_LISTS) if name not in _WANTED),)


def read_library(folder: Path, findings: Findings) -> Base:
    """Read a whole folder. What cannot be read becomes a finding, the rest is returned."""
    if not folder.is_dir():
        Pen(findings, Origin(str(folder), {})).error(
            (),
            "no_folder",
            N_("there is no folder {folder}"),
            N_("Set KNOWLEDGE_DIR to the folder that holds questions.yaml."),
            folder=str(folder),
        )
        return Base("0" * 12)
    shown = show_folder(folder)
    blobs = read_files(folder, shown, findings)
    library = Base(name_edition(blobs))
    told = {f.file.removeprefix(f"{shown}/") for f in findings.all if f.severity == "error"}
    for name in told:
        _lose(library, name)
    renamed = {
        _tell_empty(library, name, folder, shown, findings)
        for name in _FOLDERS
        if name not in told and not any(file.startswith(f"{name}/") for file in {*blobs, *told})
    }
    for name, remedy in _WANTED.items():
        if name not in blobs and name not in told:
            pen = Pen(findings, Origin(f"{shown}/{name}", {}))
            pen.warn((), "no_file", N_("the file {name} is missing"), remedy, name=name)
    for name in REQUIRED:
        if name not in blobs and name not in told:
            near = suggest(name, [n for n in blobs if "/" not in n and not _is_read(n)])
            renamed.add(near)
            Pen(findings, Origin(f"{shown}/{name}", {})).error(
                (),
                "no_file",
                N_("the file {name} is missing"),
                N_("Is it the file {near}? Then rename it.") if near else N_("Restore it from a copy."),
                name=name,
                near=near,
            )
            _lose(library, name)
    for name, blob in blobs.items():
        file = f"{shown}/{name}"
        text = decode_text(blob, file, findings)
        if text is None:
            _lose(library, name)
            continue
        document = read_yaml(text, file, findings)
        if document is None:
            _lose(library, name)
            continue
        if not isinstance(document.value, dict):
            listed = isinstance(document.value, list)
            Pen(findings, document.origin).error(
                (),
                "not_mapping",
                N_("the fields of the record begin with dashes")
                if listed
                else N_("the file does not begin with lines of the form `field: value`"),
                N_("Delete the dash and the space before every field: `- id: x` becomes `id: x`.")
                if listed
                else N_("Compare with a neighbouring file."),
            )
            _lose(library, name)
            continue
        if _is_read(name):
            _take(library, name, document, findings)
        elif name.split("/", 1)[0] not in renamed:
            _tell_stray(name, blobs, Pen(findings, document.origin))
    _name_what_exists(library, findings)
    copies = {f.file for f in findings.all if f.code == "duplicate_id"}
    findings.all = [f for f in findings.all if f.code != "id_not_file" or f.file not in copies]
    return library


def _is_read(name: str) -> bool:
    return name in _LISTS or name in _SHEETS or name.split("/", 1)[0] in _FOLDERS


def _tell_stray(name: str, blobs: Mapping[str, bytes], pen: Pen) -> None:
    near = suggest(name, [*_LISTS, *_SHEETS])
    pen.warn(
        (),
        "stray_file",
        N_("nobody reads this file"),
        N_("{near} exists already: move there what you need of this file, and delete it.")
        if near in blobs
        else N_("Did you mean {near}?")
        if near
        else N_("Move it to groups, entitlements or contacts, or delete it."),
        near=near,
    )


def _tell_empty(library: Base, name: str, folder: Path, shown: str, findings: Findings) -> str:
    """Tell of a folder without files; gives the folder that may be it under another name."""
    others = [p.name for p in folder.iterdir() if p.is_dir() and p.name not in _FOLDERS]
    near = suggest(name, others)
    Pen(findings, Origin(f"{shown}/{name}", {})).error(
        (),
        "no_folder",
        N_("there is no folder {name}, and there is a folder {near}")
        if near
        else N_("the folder {name} is missing, or holds no file"),
        N_("Rename {near} to {name}.") if near else N_("Restore it from a copy."),
        name=name,
        near=near,
    )
    library.lost.add((_FOLDERS[name][0], "*"))
    return near


def _name_what_exists(library: Base, findings: Findings) -> None:
    """What only the whole base knows: the code of a region's name, the choices of a question."""
    choices = {q.id: ", ".join(c.id for c in q.choices) for q in library.questions}
    for i, finding in enumerate(findings.all):
        values = dict(finding.values)
        if finding.remedy == REGION_REMEDY:
            word = str(values["value"]).casefold()
            codes = [
                r.id
                for r in library.regions
                if word in [t.casefold() for t in (*r.name.values(), *r.short.values())]
            ]
            if len(codes) == 1:
                findings.all[i] = replace(
                    finding,
                    remedy=N_("Write the code of the region: {near}."),
                    values={**values, "near": codes[0]},
                )
        elif finding.remedy == EMPTY_REMEDY and choices.get(str(values["key"])):
            remedy = N_(
                "Write the ids of its choices in brackets: {valid}. If none of them matters, delete the line."
            )
            findings.all[i] = replace(
                finding, remedy=remedy, values={**values, "valid": choices[values["key"]]}
            )


def _lose(library: Base, name: str, key: str = "") -> None:
    """Remember that a record, or a whole list, could not be read."""
    top, _, rest = name.partition("/")
    if name in _LISTS:
        library.lost.add((_LISTS[name][1], key or "*"))
    elif top in _FOLDERS:
        id = rest.rsplit("/", 1)[-1].removesuffix(".yaml") if name.endswith(".yaml") else "*"
        library.lost.add((_FOLDERS[top][0], id))
    else:
        library.lost.add((top, "*"))


def _take(library: Base, name: str, document: Document, findings: Findings) -> None:
    top = name.split("/", 1)[0]
    if name in _LISTS:
        key, target, model = _LISTS[name]
        allowed = {key, "screening"} if name == "questions.yaml" else {key}
        pen = Pen(findings, document.origin)
        rows = document.value.get(key)
        for extra in [k for k in document.value if k not in allowed]:
            if rows is None and suggest(extra, [key]):
                pen.error(
                    (extra, "[key]"),
                    "missing_list",
                    N_("the list is called `{extra}`, and should be called `{key}`"),
                    N_("Write `{key}:`."),
                    extra=extra,
                    key=key,
                )
                _lose(library, name)
                return
            pen.error(
                (extra, "[key]"),
                "unknown_key",
                N_("there is no field `{key}`"),
                N_("Did you mean `{near}`?"),
                key=extra,
                near=suggest(extra, sorted(allowed)) or key,
            )
        if "screening" in document.value:
            screening = check_record(
                Screening, document.value["screening"], document.origin, ("screening",), findings
            )
            library.screening = screening or library.screening
            library.origins["screening", ""] = (document.origin, ("screening",))
        if not isinstance(rows, list):
            pen.error(
                (key,),
                "missing_list",
                N_("the list `{key}` is missing"),
                N_("Begin the file with the line `{key}:` and put the records below it, each with a dash."),
                key=key,
            )
            _lose(library, name)
            return
        for i, row in enumerate(rows):
            record = check_record(model, row, document.origin, (key, i), findings)
            if record is not None:
                _keep(library, target, record, document.origin, (key, i), findings)
            else:
                _lose(library, name, str(row.get("id", "?")) if isinstance(row, dict) else "?")
    elif name in _SHEETS:
        target, model = _SHEETS[name]
        sheet = check_record(model, document.value, document.origin, (), findings)
        if sheet is not None:
            setattr(library, target, sheet)
        else:
            _lose(library, name)
        library.origins[target, ""] = (document.origin, ())
    elif top in _FOLDERS and name.endswith(".yaml"):
        target, model = _FOLDERS[top]
        stem = name.rsplit("/", 1)[-1].removesuffix(".yaml")
        example = {**build_example(top, stem), "id": stem}
        record, faulty = check_patched(model, document.value, document.origin, (), findings, example)
        if faulty:
            library.patched[target, stem] = faulty
        if record is None:
            _lose(library, name)
        else:
            if getattr(record, "id", None) != stem:
                Pen(findings, document.origin).error(
                    ("id",),
                    "id_not_file",
                    N_("the id is `{id}`, but the file is called {file}"),
                    N_("Name both alike; the id of a record that people already use stays as it is."),
                    id=getattr(record, "id", ""),
                    file=stem + ".yaml",
                )
            _keep(library, target, record, document.origin, (), findings)


def _keep(
    library: Base, target: str, record: Record, origin: Origin, base: RecordPath, findings: Findings
) -> None:
    rid = str(getattr(record, "id", ""))
    rows: list[Any] = getattr(library, target)
    if (target, rid) in library.origins:
        first = library.origins[target, rid]
        if origin.file.endswith(f"/{rid}.yaml") and not first[0].file.endswith(f"/{rid}.yaml"):
            # The record that bears the file's name is the right one, whatever was read first.
            rows[:] = [record if row.id == rid else row for row in rows]
            library.origins[target, rid] = (origin, base)
            (origin, base), first = first, (origin, base)
        Pen(findings, origin, base).error(
            ("id",),
            "duplicate_id",
            N_("the id `{id}` is already used in {first}"),
            N_("If this is a copy, delete it; if it is another record, give it another id."),
            id=rid,
            first=first[0].file,
        )
        return
    library.origins[target, rid] = (origin, base)
    rows.append(record)

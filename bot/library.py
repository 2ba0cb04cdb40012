"""Reads the YAML files of the knowledge base into records.

Every value keeps its line and column, so that whatever is found wrong later can be shown where
it stands. Nothing raises for bad content: problems are findings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

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

MAX_FILE = 400_000
MAX_DEPTH = 40
_RESOLVABLE = {
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
}


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's plain scalars: `no`, `08:30`, `0123` and dates stay text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"null|~|", ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", r"true|false", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"-?(0|[1-9][0-9]*)", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"-?(0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), _first)


@dataclass(slots=True)
class Document:
    value: Any
    origin: Origin


def read_yaml(text: str, file: str, findings: Findings) -> Document | None:
    """Read one YAML text; None when it cannot be read at all (a finding says why)."""
    where = Origin(file, {})
    if len(text) > MAX_FILE:
        findings.add(
            where,
            (),
            "error",
            "file_too_big",
            "the file is too big ({size} characters)",
            "Split it: one record a file.",
            size=len(text),
        )
        return None
    if text.startswith("\ufeff"):
        findings.add(
            where,
            (),
            "error",
            "bom",
            "the file begins with an invisible mark (BOM)",
            "Save it as UTF-8 without BOM.",
        )
        text = text[1:]
    if not _scan(text, file, findings):
        return None
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        _tell_syntax(error, file, findings)
        return None
    if node is None:
        findings.add(where, (), "error", "empty_file", "the file is empty", "Fill it in or delete it.")
        return None
    positions: dict[RecordPath, tuple[int, int]] = {}
    origin = Origin(file, positions)
    return Document(_build(node, (), positions, origin, findings), origin)


def _at(file: str, mark: Any) -> Origin:
    return Origin(file, {(): (mark.line + 1, mark.column + 1)} if mark else {})


def _scan(text: str, file: str, findings: Findings) -> bool:
    """Look at the events first: deep nesting crashes the C composer, aliases explode when walked."""
    depth = 0
    good = True
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            at = _at(file, event.start_mark)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                findings.add(
                    at,
                    (),
                    "error",
                    "anchor",
                    "anchors and aliases (& and *) are not used here",
                    "Write the text out; if it begins with & or *, put it in quotes.",
                )
                good = False
            if getattr(event, "tag", None):
                findings.add(
                    at,
                    (),
                    "error",
                    "tag",
                    "tags (!{tag}) are not used here",
                    "Remove the tag; if the text begins with !, put it in quotes.",
                    tag=str(getattr(event, "tag", "")).lstrip("!"),
                )
                good = False
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    findings.add(
                        at,
                        (),
                        "error",
                        "too_deep",
                        "brackets or lists are nested too deeply",
                        "A record needs five levels at most; look for an unclosed bracket.",
                    )
                    return False
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.MarkedYAMLError as error:
        _tell_syntax(error, file, findings)
        return False
    except (yaml.YAMLError, ValueError) as error:
        findings.add(
            Origin(file, {}),
            (),
            "error",
            "unreadable",
            "the file holds a character that YAML does not allow ({detail})",
            "Delete the invisible character, or retype the line.",
            detail=str(error).splitlines()[0][:80],
        )
        return False
    return good


def _tell_syntax(error: yaml.MarkedYAMLError, file: str, findings: Findings) -> None:
    mark = error.problem_mark or error.context_mark
    at = Origin(file, {(): (mark.line + 1, mark.column + 1)} if mark else {})
    problem = str(error.problem or error.context or "")
    if "\\t" in problem or "tab" in problem:
        findings.add(
            at, (), "error", "tab", "a tab stands where spaces belong", "Replace the tab with spaces."
        )
    elif "mapping values are not allowed" in problem:
        findings.add(
            at,
            (),
            "error",
            "colon",
            "a colon with a space stands inside a text without quotes",
            "Put the whole text in quotes, or check that the lines above are indented alike.",
        )
    elif "block end" in problem or "expected <block" in problem:
        findings.add(
            at,
            (),
            "error",
            "indent",
            "the line is indented differently from its neighbours",
            "Give lines of one list or record the same number of spaces at the beginning.",
        )
    elif "could not find expected ':'" in problem or "simple key" in problem:
        findings.add(
            at,
            (),
            "error",
            "missing_colon",
            "a line has no `name: value`",
            "Check the line above for a missing colon or quote.",
        )
    elif "found character" in problem and "cannot start" in problem:
        findings.add(
            at,
            (),
            "error",
            "bad_start",
            "a text begins with a sign that YAML keeps for itself (such as @, `, % or a tab)",
            "Put the text in quotes, or replace the tab with spaces.",
        )
    elif "quoted scalar" in problem or "quoted scalar" in str(error.context):
        findings.add(
            at,
            (),
            "error",
            "open_quote",
            "a quote is opened and never closed",
            "Close the quote at the end of the text.",
        )
    else:
        findings.add(
            at,
            (),
            "error",
            "syntax",
            "this is not valid YAML ({detail})",
            "Compare with a neighbouring file: brackets, quotes, colons and spaces.",
            detail=problem[:120],
        )


def _build(
    node: yaml.Node,
    path: RecordPath,
    positions: dict[RecordPath, tuple[int, int]],
    origin: Origin,
    findings: Findings,
) -> Any:
    positions[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                positions[(*path, "[key]")] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                findings.add(
                    origin,
                    (*path, "[key]"),
                    "error",
                    "odd_key",
                    "a name before the colon is not a plain word",
                    "Write a plain word, or put the whole text in quotes.",
                )
                continue
            key = str(key_node.value)
            here = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if key in built:
                origin_here = Origin(origin.file, {(): here})
                findings.add(
                    origin_here,
                    (),
                    "error",
                    "duplicate_key",
                    "`{key}` stands twice in one record",
                    "Delete one of the two; only one can count.",
                    key=key,
                )
                continue
            built[key] = _build(value_node, (*path, key), positions, origin, findings)
            positions[(*path, key, "[key]")] = here
        return built
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, i), positions, origin, findings) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    if node.tag not in _RESOLVABLE:
        return str(node.value)
    if node.tag.endswith("null"):
        return None
    if node.tag.endswith("bool"):
        return node.value == "true"
    return int(node.value) if node.tag.endswith("int") else float(node.value)


R = TypeVar("R", bound=Record)


def check_record(model: type[R], raw: Any, origin: Origin, base: RecordPath, findings: Findings) -> R | None:
    """Validate one record; None when it does not fit its model."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _tell_problem(model, problem, origin, base, findings)
        return None


def _tell_problem(
    model: type[BaseModel], problem: Any, origin: Origin, base: RecordPath, findings: Findings
) -> None:
    context: dict[str, Any] = problem.get("ctx") or {}
    path: RecordPath = (*base, *problem["loc"], *context.get("path", ()))
    name = ".".join(str(part) for part in problem["loc"])
    kind = problem["type"]
    if kind == "extra_forbidden":
        key = str(problem["loc"][-1])
        near = suggest(key, _field_names(model, problem["loc"][:-1]))
        if near:
            findings.add(
                origin,
                (*path, "[key]"),
                "error",
                "unknown_key",
                "there is no field `{key}`",
                "Did you mean `{near}`?",
                key=key,
                near=near,
            )
        else:
            findings.add(
                origin,
                (*path, "[key]"),
                "error",
                "unknown_key",
                "there is no field `{key}`",
                "Delete it, or look up the fields in knowledge/README.md.",
                key=key,
            )
    elif kind == "missing":
        findings.add(
            origin, path, "error", "missing_field", "the field `{name}` is missing", "Add it.", name=name
        )
    elif kind == "condition":
        findings.add(
            origin,
            path,
            "error",
            "condition",
            "{detail}",
            "See «conditions» in knowledge/README.md.",
            detail=str(context.get("message")),
        )
    elif kind == "text_empty":
        findings.add(
            origin,
            path,
            "error",
            "empty_text",
            "`{name}` has an empty text in `{language}`",
            "Fill it in.",
            name=name,
            language=context.get("language"),
        )
    elif kind == "literal_error":
        value = str(problem.get("input"))
        valid = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        findings.add(
            origin,
            path,
            "error",
            "wrong_value",
            "`{name}` cannot be `{value}`; it is one of: {valid}",
            "Did you mean `{near}`?",
            name=name,
            value=value[:40],
            valid=", ".join(valid),
            near=suggest(value, valid) or (valid[0] if valid else ""),
        )
    elif kind == "string_type" and isinstance(problem.get("input"), int | float | bool):
        findings.add(
            origin,
            path,
            "error",
            "number_for_text",
            "`{name}` is read as a number or true/false, and should be text",
            'Put it in quotes: "{value}".',
            name=name,
            value=str(problem.get("input")),
        )
    elif kind == "string_pattern_mismatch":
        findings.add(
            origin,
            path,
            "error",
            "wrong_form",
            "`{name}` is `{value}`, which does not have the right form",
            "{form}",
            name=name,
            value=str(problem.get("input"))[:60],
            form=_explain_pattern(str(context.get("pattern"))),
        )
    elif kind.startswith("date"):
        findings.add(
            origin,
            path,
            "error",
            "bad_date",
            "`{name}` is not a date: `{value}`",
            "Write it as 2026-11-23.",
            name=name,
            value=str(problem.get("input"))[:40],
        )
    else:
        findings.add(
            origin,
            path,
            "error",
            "wrong_type",
            "`{name}` does not fit: {detail}",
            "Compare with a neighbouring record.",
            name=name or "record",
            detail=str(problem["msg"]),
        )


def _explain_pattern(pattern: str) -> str:
    if "a-z0-9_" in pattern:
        return "An id has small Latin letters, digits and _ only, 48 at most."
    if "https" in pattern:
        return "A link begins with https:// and has no spaces."
    if "UA-" in pattern:
        return "A region is named by its code, such as UA-63."
    if "[0-9]{4}" in pattern:
        return "Write a date as 2026, 2026-11 or 2026-11-23."
    if "[a-z]{2}" in pattern:
        return "A language is named by two small letters, such as uk or en."
    return "Compare with a neighbouring record."


def _field_names(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    names: list[str] = []
    current: Any = model
    for part in loc:
        if isinstance(part, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        found = current.model_fields.get(str(part))
        current = _inner_model(found.annotation) if found else None
    if isinstance(current, type) and issubclass(current, BaseModel):
        for key, info in current.model_fields.items():
            names.append(info.alias or key)
    return names


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for arg in getattr(annotation, "__args__", ()):
        inner = _inner_model(arg)
        if inner is not None:
            return inner
    return None


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

"""Reads one YAML file into plain values that remember their line and column.

Every trap of YAML becomes a finding with its remedy; nothing raises for bad content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from dialogs.findings import Findings, Origin
from dialogs.findings import Path as RecordPath

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

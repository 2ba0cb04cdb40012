"""Reads one YAML file into plain values that remember their line and column.

Every trap of YAML becomes a finding with its remedy (`bot.yamltraps`); nothing raises for bad content.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

import yaml

from bot.values import quote
from bot.yamlnodes import BOOL, INT, NULL, TEXT
from bot.yamltraps import mend_spaces, read_nodes
from dialogs.findings import Findings, Origin, Pen
from dialogs.findings import Path as RecordPath
from dialogs.words import N_

_LONGEST_NUMBER = 15
_CONDITIONS = ("when", "asked_by", "applies", "never_when", "results_first")
MANY = 3  # fields of one record written twice
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(slots=True)
class Document:
    value: Any
    origin: Origin


def read_yaml(text: str, file: str, findings: Findings) -> Document | None:
    """Read one YAML text; None when it cannot be read at all (a finding says why)."""
    text = mend_spaces(text, file, findings)
    nodes = read_nodes(text, file, findings)
    if nodes is None:
        return None
    if not nodes:
        Pen(findings, Origin(file, {})).error(
            (),
            "empty_file",
            N_("the file is empty"),
            N_("Restore it from a copy. Delete the file only if it is no longer needed."),
        )
        return None
    origin = Origin(file, {})
    return Document(_Builder(text, origin, findings).build(nodes[0], ()), origin)


class _Builder:
    """Builds values, and notes where each of them stands in the origin's positions."""

    def __init__(self, text: str, origin: Origin, findings: Findings) -> None:
        self.lines = text.split("\n")
        self.origin, self.findings = origin, findings
        self.positions: dict[RecordPath, tuple[int, int]] = {}
        object.__setattr__(origin, "positions", self.positions)

    def build(self, node: yaml.Node, path: RecordPath) -> Any:
        self.positions[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._build_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._build_scalar(node, path)

    def _build_mapping(self, node: yaml.MappingNode, path: RecordPath) -> dict[str, Any]:
        built: dict[str, Any] = {}
        twice: list[tuple[str, tuple[int, int]]] = []
        told_alone = False
        for i, (key_node, value_node) in enumerate(node.value):
            here = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                key_node = self._tell_odd_key(self._pen_at(here), key_node, value_node)
                if key_node is None:
                    continue
            key = str(key_node.value)
            if node.flow_style and "=" in key and self._is_alone(key_node, value_node):
                name, value = self._tell_equals(self._pen_at(here), key, len(node.value), path)
                built[name] = value  # read on as if a colon stood there: one cause, one finding
                self.positions[*path, name] = self.positions[*path, name, "[key]"] = here
                continue
            if node.flow_style and self._is_alone(key_node, value_node):
                if not told_alone:
                    self._tell_alone(self._pen_at(here), node, i, path)
                told_alone = True
                continue
            told_alone = False
            if key in built:
                twice.append((key, here))
                continue
            built[key] = self.build(value_node, (*path, key))
            self.positions[*path, key, "[key]"] = here
        self._tell_twice(twice, path)
        return built

    def _pen_at(self, here: tuple[int, int]) -> Pen:
        return Pen(self.findings, Origin(self.origin.file, {(): here}))

    def _is_alone(self, key: yaml.Node, value: yaml.Node) -> bool:
        """Whether no colon follows a name in braces."""
        if not isinstance(value, yaml.ScalarNode) or value.value or value.style:
            return False
        between = self.lines[key.end_mark.line][key.end_mark.column :]
        return not re.match(r"\s*:", between)

    def _tell_odd_key(self, pen: Pen, key: yaml.Node, value: yaml.Node) -> yaml.ScalarNode | None:
        """A name in brackets; the word in them when there is just one."""
        inner = key.value[0] if isinstance(key, yaml.SequenceNode) and len(key.value) == 1 else None
        if not isinstance(inner, yaml.ScalarNode):
            pen.error(
                (),
                "odd_key",
                N_("the name before the colon is not a plain word"),
                N_("Write a plain word there, or put the whole text in quotes."),
            )
            return None
        pen.error(
            (),
            "odd_key",
            N_("the name `{name}` stands in brackets"),
            N_("Write it on one line: `{near}`."),
            name=inner.value,
            near=f"{inner.value}: {value.value if isinstance(value, yaml.ScalarNode) else '…'}",
        )
        return inner

    def _tell_equals(self, pen: Pen, key: str, count: int, path: RecordPath) -> tuple[str, Any]:
        name, _, value = (part.strip() for part in key.partition("="))
        in_condition = any(field in path for field in _CONDITIONS)
        near = f"{name}: [{value}]" if in_condition else f"{name}: {value}"
        pen.error(
            (),
            "equals_sign",
            N_("an equals sign stands where a colon belongs: “{key}”"),
            N_("Write it so: `{near}`."),
            key=key[:60],
            near=f"{{{near}}}" if count == 1 else near,
        )
        return name, [value] if in_condition else value

    def _tell_alone(self, pen: Pen, node: yaml.MappingNode, at: int, path: RecordPath) -> None:
        """A word in braces that no colon follows."""
        key, count = str(node.value[at][0].value), len(node.value)
        before = node.value[at - 1][1] if at else None
        number = isinstance(before, yaml.ScalarNode) and before.tag == INT and key.isdigit()
        if isinstance(before, yaml.ScalarNode) and number:
            pen.error(
                (),
                "comma_in_braces",
                N_("a comma stands inside the number `{number}`"),
                N_("Write a point instead, without quotes: {near}."),
                number=f"{before.value},{key}",
                near=f"{before.value}.{key}",
            )
        elif isinstance(before, yaml.ScalarNode):
            rest = itertools.takewhile(lambda pair: self._is_alone(*pair), node.value[at:])
            pen.error(
                (),
                "comma_in_braces",
                N_("a comma stands inside a text in braces, and “{key}” is read as a field"),
                N_("Put the whole text in quotes: {near}."),
                key=key[:60],
                near=quote(", ".join([before.value, *(str(word.value) for word, _ in rest)])),
            )
        elif count == 1:
            pen.error(
                (),
                "wrong_braces",
                N_("braces stand around “{key}”, and no colon stands in them"),
                N_(
                    "A list has square brackets: [{key}]. In braces every name has its value: {{name: value}}."
                ),
                key=key[:60],
            )
        else:
            pen.error(
                (),
                "comma_in_braces",
                N_("a comma stands inside a text in braces, and “{key}” is read as a field"),
                N_("Put the whole text in quotes."),
                key=key[:60],
            )

    def _tell_twice(self, twice: list[tuple[str, tuple[int, int]]], path: RecordPath) -> None:
        """One key written twice; or many, when a whole record was pasted a second time."""
        for key, here in twice[:1] if len(twice) > MANY else twice:
            first = self.positions[*path, key, "[key]"][0]
            pen = self._pen_at(here)
            if len(twice) > MANY:
                pen.error(
                    (),
                    "pasted_twice",
                    N_(
                        "the record was pasted twice: from line {line} on its fields come again, "
                        "`{key}` first (line {first})"
                    ),
                    N_("Delete everything from line {line} to the end of the file."),
                    line=here[0],
                    key=key,
                    first=first,
                )
            else:
                pen.error(
                    (),
                    "duplicate_key",
                    N_("`{key}` stands twice in one record, the first time in line {first}"),
                    N_("Delete one of the two; only one can count."),
                    key=key,
                    first=first,
                )

    def _build_scalar(self, node: yaml.ScalarNode, path: RecordPath) -> Any:
        text = str(node.value)
        if node.tag == TEXT:
            if not node.style and path and _LANGUAGE.fullmatch(str(path[-1])):
                self._find_cut(node, path)
            return text
        if node.tag == NULL:
            return None
        if node.tag == BOOL:
            return text == "true"
        if len(text) > _LONGEST_NUMBER:
            return text
        return int(text) if node.tag == INT else float(text)

    def _find_cut(self, node: yaml.ScalarNode, path: RecordPath) -> None:
        """A text without quotes ends silently at ` #`."""
        mark = node.end_mark
        rest = self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""
        if re.match(r"\s*#", rest):
            Pen(self.findings, self.origin).warn(
                path,
                "cut_text",
                N_("this text ends before `#`: what follows is read as a remark and not shown"),
                N_("Put the whole text in quotes, or move the remark to a line of its own."),
            )

"""YAML's events become nodes in one pass; what a record must not hold is refused on the way.

The events are looked at one by one: deep nesting crashes the C composer, and aliases explode when walked.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from bot.values import quote
from bot.yamlsyntax import pen_at_mark, tell_syntax
from dialogs.findings import Findings, Pen
from dialogs.words import N_

MAX_DEPTH = 40
_TAG = "tag:yaml.org,2002:"
TEXT, NULL, BOOL, INT, FLOAT = (_TAG + name for name in ("str", "null", "bool", "int", "float"))
_NUMBERS = tuple(
    (tag, re.compile(pattern))
    for tag, pattern in ((INT, r"-?(?:0|[1-9][0-9]*)"), (FLOAT, r"-?(?:0|[1-9][0-9]*)\.[0-9]+"))
)
_WORDS = {"null": NULL, "~": NULL, "": NULL, "true": BOOL, "false": BOOL}


def name_tag(text: str) -> str:
    """What YAML 1.2 reads a text without quotes as: `no`, `08:30`, `0123` and dates stay text."""
    if text[:1] in "-0123456789" and text:
        return next((tag for tag, pattern in _NUMBERS if pattern.fullmatch(text)), TEXT)
    return _WORDS.get(text, TEXT)


class Composer:
    """Composes the one document of a text."""

    def __init__(self, file: str, findings: Findings) -> None:
        self._file, self._findings = file, findings
        self._opened: list[yaml.CollectionNode] = []
        self._parts: list[list[yaml.Node]] = [[]]
        self._quoted: Any = None

    def compose(self, text: str) -> list[yaml.Node] | None:
        """The document, none when the text is empty; None when it has traps, and findings say which.

        Raises:
            yaml.YAMLError: The text cannot be read as characters.
        """
        parser = yaml.CSafeLoader(text)
        good, documents = True, 0
        try:
            while parser.check_event():
                event: Any = parser.get_event()
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    good = (not (event.anchor or event.tag) or self._tell(event)) and good
                    self._take(event)
                elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                    good = (not (event.anchor or event.tag) or self._tell(event)) and good
                    if not self._open(event, kind):
                        return None
                elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                    self._close(event)
                elif kind is yaml.AliasEvent:
                    good = self._tell(event)
                    self._parts[-1].append(yaml.ScalarNode(TEXT, "", event.start_mark, event.end_mark))
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        self._tell_second(event)
                        return None
        except yaml.MarkedYAMLError as error:
            last = self._opened[-1] if self._opened else None
            bracket = last.start_mark if last is not None and last.flow_style else None
            tell_syntax(error, text, self._file, self._findings, bracket, self._quoted)
            return None
        return self._parts[0] if good else None

    def _take(self, event: Any) -> None:
        style = event.style
        self._quoted = event if style in ("'", '"') else None
        tag = name_tag(event.value) if event.implicit[0] else TEXT
        self._parts[-1].append(yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style))

    def _open(self, event: Any, kind: type) -> bool:
        mapping = kind is yaml.MappingStartEvent
        node = (yaml.MappingNode if mapping else yaml.SequenceNode)(
            "", [], event.start_mark, None, event.flow_style
        )
        self._parts[-1].append(node)
        self._opened.append(node)
        self._parts.append([])
        if len(self._opened) > MAX_DEPTH:
            pen_at_mark(self._file, event.start_mark, self._findings).error(
                (),
                "too_deep",
                N_("there are over {most} brackets one inside another"),
                N_("Write this line anew, or restore it from a copy: five are enough anywhere."),
                most=MAX_DEPTH,
            )
            return False
        return True

    def _close(self, event: Any) -> None:
        node, parts = self._opened.pop(), self._parts.pop()
        node.end_mark = event.end_mark
        node.value = (
            list(zip(parts[::2], parts[1::2], strict=True)) if type(node) is yaml.MappingNode else parts
        )

    def _tell_second(self, event: Any) -> None:
        pen_at_mark(self._file, event.start_mark, self._findings).error(
            (),
            "two_documents",
            N_("the line `---` cuts the file in two, and a file holds one record"),
            N_("Delete this line. If another record begins below it, move that to its own file."),
        )

    def _tell(self, event: Any) -> bool:
        """What has no place in a record; always False."""
        pen: Pen = pen_at_mark(self._file, event.start_mark, self._findings)
        if isinstance(event, yaml.AliasEvent):
            pen.error(
                (),
                "anchor",
                N_("`*{name}` stands in place of a text"),
                N_("Write the text itself; if it really begins with *, put it in quotes."),
                name=event.anchor,
            )
        elif event.anchor:
            pen.error(
                (),
                "anchor",
                N_("`&{name}` stands before the text, and the sign & has a meaning of its own here"),
                N_("Delete `&{name}`; if it belongs to the text, put the whole text in quotes."),
                name=event.anchor,
            )
        else:
            pen.error(
                (),
                "tag",
                N_("`{tag}` does not belong here"),
                N_("Delete `{tag}`, and put what stands behind it in quotes: {near}."),
                tag=str(event.tag).replace(_TAG, "!!"),
                near=quote(str(getattr(event, "value", "…"))),
            )
        return False

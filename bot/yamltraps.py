"""YAML's own traps, found before anything is built, each with its remedy.

The events are looked at first: deep nesting crashes the C composer, and aliases explode when walked.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from dialogs.findings import Findings, Origin, Pen
from dialogs.words import N_

MAX_FILE = 400_000
MAX_DEPTH = 40
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")

_GLUED = re.compile(r"\s*(?:- )?[a-z_]+:(?=[^\s/:])")


def decode_text(blob: bytes, file: str, findings: Findings) -> str | None:
    """The text of a file; None (and a finding) when it is not UTF-8."""
    try:
        text = blob.decode("utf-8")
    except UnicodeDecodeError as error:
        line = blob.count(b"\n", 0, error.start) + 1
        start = blob.rfind(b"\n", 0, error.start) + 1
        column = len(blob[start : error.start].decode("utf-8", "replace")) + 1
        pen = Pen(findings, Origin(file, {(): (line, column)}))
        if blob[:2] in (b"\xff\xfe", b"\xfe\xff"):
            pen.error(
                (),
                "encoding",
                N_("the file is saved as UTF-16"),
                N_("In the editor choose “Save with encoding: UTF-8” and save again."),
            )
        else:
            pen.error(
                (),
                "encoding",
                N_("the file is not saved as UTF-8, perhaps as Windows-1251"),
                N_(
                    "In the editor choose “Save with encoding: UTF-8” and look whether the letters are right."
                ),
            )
        return None
    if text.startswith("\ufeff"):
        Pen(findings, Origin(file, {})).error(
            (),
            "bom",
            N_("the file begins with an invisible mark (BOM)"),
            N_("In the editor choose “Save with encoding: UTF-8” (without BOM)."),
        )
        text = text[1:]
    return text


def find_traps(text: str, file: str, findings: Findings) -> bool:
    """Whether the text can be read as YAML; otherwise findings say why not."""
    start = Pen(findings, Origin(file, {}))
    if len(text) > MAX_FILE:
        start.error(
            (),
            "file_too_big",
            N_("the file has {size} characters, {most} at most"),
            N_("Split it: one record a file."),
            size=len(text),
            most=MAX_FILE,
        )
        return False
    odd = _CONTROL.search(text)
    if odd:
        _pen_at(text, odd.start(), file, findings).error(
            (),
            "control_character",
            N_("an invisible character stands here (U+{code:04X})"),
            N_("Delete the line and type it anew; do not copy it."),
            code=ord(odd.group()),
        )
        return False
    good, documents = True, 0
    opened: list[Any] = []
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            good = _look_at(event, file, findings) and good
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _pen(file, event.start_mark, findings).error(
                        (),
                        "two_documents",
                        N_("a second document begins here (`---`)"),
                        N_("Put it into a file of its own, or delete the line."),
                    )
                    return False
            if isinstance(event, yaml.CollectionStartEvent):
                opened.append(event)
                if len(opened) > MAX_DEPTH:
                    _pen(file, event.start_mark, findings).error(
                        (),
                        "too_deep",
                        N_("brackets or lists are nested over {most} levels deep"),
                        N_("A record needs about five levels; look for brackets that are not closed."),
                        most=MAX_DEPTH,
                    )
                    return False
            elif isinstance(event, yaml.CollectionEndEvent):
                opened.pop()
    except yaml.MarkedYAMLError as error:
        bracket = opened[-1].start_mark if opened and opened[-1].flow_style else None
        tell_syntax(error, text, file, findings, bracket)
        return False
    except (yaml.YAMLError, ValueError):
        start.error(
            (),
            "unreadable",
            N_("the file cannot be read as text"),
            N_("Copy its text into a new file and save that as UTF-8."),
        )
        return False
    return good


def _look_at(event: Any, file: str, findings: Findings) -> bool:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        _pen(file, event.start_mark, findings).error(
            (),
            "anchor",
            N_("`{sign}{name}` is an anchor or an alias, and these are not used here"),
            N_("Write the text out in full; if it really begins with {sign}, put it in quotes."),
            sign="*" if isinstance(event, yaml.AliasEvent) else "&",
            name=event.anchor,
        )
        return False
    if getattr(event, "tag", None):
        _pen(file, event.start_mark, findings).error(
            (),
            "tag",
            N_("`{tag}` is a tag, and tags are not used here"),
            N_("Delete it; if the text really begins with an exclamation mark, put it in quotes."),
            tag=str(event.tag).replace("tag:yaml.org,2002:", "!!"),
        )
        return False
    return True


def _pen(file: str, mark: Any, findings: Findings) -> Pen:
    return Pen(findings, Origin(file, {(): (mark.line + 1, mark.column + 1)} if mark else {}))


def _pen_at(text: str, at: int, file: str, findings: Findings) -> Pen:
    line = text.count("\n", 0, at) + 1
    return Pen(findings, Origin(file, {(): (line, at - text.rfind("\n", 0, at))}))


def tell_syntax(
    error: yaml.MarkedYAMLError, text: str, file: str, findings: Findings, bracket: Any = None
) -> None:
    """Say what is wrong where the parser stopped, in the words of somebody who edits texts."""
    mark = error.problem_mark or error.context_mark
    problem, context = str(error.problem or ""), str(error.context or "")
    pen = _pen(file, mark, findings)
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "quoted scalar" in context or "quoted scalar" in problem:
        if "escape" in problem or "hexdec" in problem:
            pen.error(
                (),
                "bad_escape",
                N_("a backslash stands inside double quotes"),
                N_("Use single quotes around the text, or delete the backslash."),
            )
            return
        pen = _pen(file, error.context_mark or mark, findings)
        pen.error(
            (),
            "open_quote",
            N_("a quote is opened here and never closed"),
            N_("Close it at the end of the text; inside single quotes write an apostrophe twice ('')."),
        )
    elif mark and "\t" in line[: max(mark.column + 1, len(line) - len(line.lstrip()))]:
        Pen(findings, Origin(file, {(): (mark.line + 1, line.index("\t") + 1)})).error(
            (),
            "tab",
            N_("a tab stands where only spaces may stand"),
            N_("Replace it with spaces, as many as the neighbouring lines have."),
        )
    elif mark and (glued := _find_glued(lines, mark.line)):
        Pen(findings, Origin(file, {(): glued})).error(
            (),
            "no_space",
            N_("there is no space after the colon"),
            N_("Write `name: value`, with a space after the colon."),
        )
    elif "mapping values are not allowed" in problem:
        pen.error(
            (),
            "colon",
            N_("a colon followed by a space stands inside a text without quotes"),
            N_("Put the whole text in quotes, or check that this line begins under its neighbours."),
        )
    elif context.startswith("while parsing a flow"):
        at = _pen(file, bracket or error.context_mark or mark, findings)
        at.error(
            (),
            "open_bracket",
            N_("a bracket is opened here, and a comma or its closing is missing"),
            N_("Close it with the same kind of bracket; put texts with commas in quotes."),
        )
    elif mark and line[: mark.column].rstrip().endswith(("'", '"')) and "expected" in problem:
        pen.error(
            (),
            "after_quote",
            N_("the text goes on after its closing quote"),
            N_("Put the whole text in quotes; inside single quotes write an apostrophe twice ('')."),
        )
    elif line[mark.column : mark.column + 1] in ("]", "}") if mark else False:
        pen.error(
            (),
            "stray_bracket",
            N_("a bracket is closed here that was never opened"),
            N_("Delete it, or put the whole text in quotes."),
        )
    elif (
        "expected key" in problem
        or "'-' indicator" in problem
        or "block end" in problem
        or "block sequence entries" in problem
    ):
        pen.error(
            (),
            "indent",
            N_("this line does not begin under its neighbours"),
            N_("Give all lines of one list or record the same number of spaces at the beginning."),
        )
    elif "expected ':'" in problem or "simple key" in problem + context:
        _pen(file, error.context_mark or mark, findings).error(
            (),
            "missing_colon",
            N_("this line has no `name: value`"),
            N_("Write a colon and a space after the name; a text that goes on begins further right."),
        )
    elif "cannot start" in problem:
        pen.error(
            (),
            "bad_start",
            N_("a text begins with the sign {sign}, which YAML keeps for itself"),
            N_("Put the whole text in quotes."),
            sign=line[mark.column : mark.column + 1] if mark else "",
        )
    elif "document start" in problem or "directive" in context + problem:
        pen.error(
            (),
            "stray_text",
            N_("this line belongs to nothing"),
            N_("Every line is `name: value`, begins a list with a dash, or goes on with the text above it."),
        )
    else:
        pen.error(
            (),
            "syntax",
            N_("this is not valid YAML"),
            N_("Compare with a neighbouring file: brackets, quotes, colons, spaces at the beginning."),
        )


def _find_glued(lines: list[str], at: int) -> tuple[int, int] | None:
    """A `name:value` without its space, in this line or the one before."""
    for number in (at - 1, at):
        if 0 <= number < len(lines) and (found := _GLUED.match(lines[number])):
            return number + 1, found.end() + 1
    return None


__all__ = ["decode_text", "find_traps", "tell_syntax"]

"""Where YAML's parser stopped, told in the words of somebody who edits texts."""

from __future__ import annotations

import re
from typing import Any

import yaml

from dialogs.findings import Findings, Origin, Pen
from dialogs.words import N_

_GLUED = re.compile(r"\s*(?:- )?[a-z_]+:(?=[^\s/:])")
_GLUED_DASH = re.compile(r"\s*-(?=[^\s\d-])")
_MARKDOWN = re.compile(r"(?:url|online): *(\[[^\]]*\]\((https?://[^)\s]+)\))")
_NAMED = re.compile(r"\s*(?:- )?[a-z_]+:(?= |$)")


def pen_at_mark(file: str, mark: Any, findings: Findings) -> Pen:
    return Pen(findings, Origin(file, {(): (mark.line + 1, mark.column + 1)} if mark else {}))


def tell_syntax(
    error: yaml.MarkedYAMLError,
    text: str,
    file: str,
    findings: Findings,
    bracket: Any = None,
    quoted: Any = None,
) -> None:
    """Say what is wrong where the parser stopped, in the words of somebody who edits texts.

    `bracket` is the last one that was opened, `quoted` the quoted text read last.
    """
    mark = error.problem_mark or error.context_mark
    problem, context = str(error.problem or ""), str(error.context or "")
    pen = pen_at_mark(file, mark, findings)
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
        pen = pen_at_mark(file, error.context_mark or mark, findings)
        pen.error(
            (),
            "open_quote",
            N_("a quote is opened here and never closed"),
            _close(line_at(lines, error.context_mark or mark)),
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
    elif mark and quoted is not None and quoted.start_mark.line < quoted.end_mark.line == mark.line:
        pen_at_mark(file, quoted.start_mark, findings).error(
            (),
            "open_quote",
            N_("a quote is opened here and never closed"),
            _close(line_at(lines, quoted.start_mark)),
        )
    elif mark and (dash := _GLUED_DASH.match(line)) and ":" in line:
        Pen(findings, Origin(file, {(): (mark.line + 1, dash.end() + 1)})).error(
            (),
            "dash",
            N_("there is no space after the dash"),
            N_("Write `- value`, with a space after the dash."),
        )
    elif (
        "mapping values are not allowed" in problem
        and (named := _NAMED.match(line))
        and mark
        and mark.column < named.end()
    ):
        column = len(line) - len(line.lstrip()) + 1
        Pen(findings, Origin(file, {(): (mark.line + 1, column)})).error(
            (),
            "indent_right",
            N_("this line begins further right than its neighbours, so it is read as part of the text above"),
            N_("Take spaces away at its beginning, until it stands under its neighbours."),
        )
    elif "mapping values are not allowed" in problem:
        pen.error(
            (),
            "colon",
            N_("a colon followed by a space stands inside a text without quotes"),
            N_("Put the whole text in quotes, or check that this line begins under its neighbours."),
        )
    elif context.startswith("while parsing a flow"):
        _tell_bracket(bracket or error.context_mark or mark, mark, lines, file, findings)
    elif mark and line[: mark.column].rstrip().endswith(("'", '"')) and "expected" in problem:
        pen.error(
            (),
            "after_quote",
            N_("the text goes on after its closing quote"),
            N_(
                "If an apostrophe in the text closed the quotes, put the whole text in double quotes; if a text goes on "
                "behind them, move the closing quote to its end."
            ),
        )
    elif line[mark.column : mark.column + 1] in ("]", "}") if mark else False:
        pen.error(
            (),
            "stray_bracket",
            N_("a bracket is closed here that was never opened"),
            N_("Delete it; if it belongs to a text, put the whole text in quotes."),
        )
    elif mark and "expected" in problem and (link := _MARKDOWN.search(line)):
        Pen(findings, Origin(file, {(): (mark.line + 1, link.start(1) + 1)})).error(
            (),
            "after_bracket",
            N_("only the address belongs here"),
            N_("Leave {near} alone: without the words in brackets and without brackets."),
            near=link[2],
        )
    elif mark and line[: mark.column].rstrip().endswith(("]", "}")) and "expected" in problem:
        pen.error(
            (),
            "after_bracket",
            N_("the text goes on after its closing bracket"),
            N_("Put the whole text in quotes; a link is written alone, without brackets."),
        )
    elif mark and "alphabetic or numeric" in problem:
        sign = error.context_mark or mark
        pen_at_mark(file, sign, findings).error(
            (),
            "bad_start",
            N_("a text begins with the sign {sign}, which YAML keeps for itself"),
            N_("Put the whole text in quotes."),
            sign=line[sign.column : sign.column + 1],
        )
    elif mark and line[: mark.column].strip(" -") and line[mark.column : mark.column + 1] in ("-", "?"):
        pen.error(
            (),
            "bad_start",
            N_("a text begins with the sign {sign}, which YAML keeps for itself"),
            N_("Put the whole text in quotes."),
            sign=line[mark.column],
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
        pen_at_mark(file, error.context_mark or mark, findings).error(
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


def line_at(lines: list[str], mark: Any) -> str:
    """What follows a mark in its line."""
    return lines[mark.line][mark.column :] if mark and mark.line < len(lines) else ""


def _close(rest: str) -> str:
    if rest.startswith("'"):
        return N_("Close it at the end of the text; inside single quotes write an apostrophe twice ('').")
    return N_('Put " at the end of the text.')


def _tell_bracket(start: Any, stop: Any, lines: list[str], file: str, findings: Findings) -> None:
    rest = lines[start.line][start.column :] if start and start.line < len(lines) else ""
    close = {"[": "]", "{": "}"}.get(rest[:1], "")
    if close and close not in rest:
        pen_at_mark(file, start, findings).error(
            (),
            "open_bracket",
            N_("the bracket `{open}` is opened and not closed"),
            N_("Put `{close}` at the end of the list.")
            if close == "]"
            else N_("Put `{close}` at the end of the line."),
            open=rest[0],
            close=close,
        )
        return
    near = lines[stop.line][stop.column :] if stop and start and stop.line == start.line else ""
    if close and close in near:
        pen_at_mark(file, stop, findings).error(
            (),
            "open_bracket",
            N_("a comma is missing before “{near}”, or a text needs quotes"),
            N_("Put the comma; if it is all one text, put the whole text in quotes."),
            near=near[: near.index(close)][:40],
        )
        return
    pen_at_mark(file, start, findings).error(
        (),
        "open_bracket",
        N_("a bracket is opened here, and a comma or its closing is missing"),
        N_("Close it with the same kind of bracket; put texts with commas in quotes."),
    )


def _find_glued(lines: list[str], at: int) -> tuple[int, int] | None:
    """A `name:value` without its space, in this line or the one before."""
    for number in (at - 1, at):
        if 0 <= number < len(lines) and (found := _GLUED.match(lines[number])):
            return number + 1, found.end() + 1
    return None

"""YAML's own traps, found before anything is built, each with its remedy.

Traces of other programs are looked for in the text itself, the rest while it is parsed (`bot.yamlnodes`).
"""

from __future__ import annotations

import re

import yaml

from bot.files import MAX_FILE
from bot.yamlnodes import Composer
from dialogs.findings import Findings, Origin, Pen
from dialogs.words import N_

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_MERGE = re.compile(r"^(<{7}|={7}|>{7}|\|{7})(?= |$)", re.MULTILINE)
_NO_BREAK = re.compile(r"^[ -]*(\u00a0[\u00a0 ]*)|^ *(?:- )?\w+:(\u00a0+)|(\u00a0+)\s*$", re.MULTILINE)
_LONG_DASH = re.compile(r"^ *([–—−]) ?(?:\{[a-z_]+: |[a-z_]+:(?: |$))", re.MULTILINE)
_TAIL = re.escape(bytes(b for b in range(0x80, 0xC0) if b != 0x98).decode("cp1251"))
# UTF-8 read as Windows-1252 or -1251; the first letter stands alone, so that it is searched for quickly.
_GARBLED = re.compile(
    f"[ÐÑРС](?:(?<=[ÐÑ])[^\\s](?:[ÐÑ][^\\s]){{2}}|(?<=[РС])[{_TAIL}](?:[РС][{_TAIL}]){{3}})"
)


_ODD_SPACES = (
    (
        N_(
            "non-breaking spaces stand at the beginning of the line; they look like ordinary ones and are none"
        ),
        N_("Delete them and type ordinary spaces: as many as the neighbouring lines have."),
    ),
    (
        N_("a non-breaking space stands after the colon; it looks like an ordinary one and is none"),
        N_("Delete it and type an ordinary space."),
    ),
    (N_("a non-breaking space stands at the end of the line, where nobody sees it"), N_("Delete it.")),
)


def decode_text(blob: bytes, file: str, findings: Findings) -> str | None:
    """The text of a file; None (and a finding) when it is not UTF-8."""
    start = Pen(findings, Origin(file, {}))
    zeros = blob.count(0)
    document = blob[:2] == b"PK" or blob[:4] == b"%PDF"
    if zeros and 0.3 < zeros / len(blob) < 0.6 and not blob.startswith(_WIDE_MARKS) and not document:
        start.error(
            (),
            "encoding",
            N_("the file is saved as UTF-16 without a mark"),
            N_(
                "Do not save it yet. In the editor choose “Reopen with encoding: {name}”. If the letters read well, save "
                "the file as UTF-8; if not, restore it from a copy."
            ),
            name="UTF-16 LE" if blob[1::2].count(0) > blob[::2].count(0) else "UTF-16 BE",
        )
        return None
    if blob.startswith(_WIDE_MARKS) and not document:
        start.error(
            (),
            "encoding",
            N_("the file is saved as UTF-16"),
            N_("In the editor choose “Save with encoding: UTF-8” and save again."),
        )
        return None
    if zeros or document:
        start.error(
            (),
            "no_text",
            N_("this is no text file: it is damaged, or a document of another program"),
            N_("Restore it from a copy; a record is plain text saved as UTF-8."),
        )
        return None
    try:
        text = blob.decode("utf-8")
    except UnicodeDecodeError as error:
        line = blob.count(b"\n", 0, error.start) + 1
        begin = blob.rfind(b"\n", 0, error.start) + 1
        column = len(blob[begin : error.start].decode("utf-8", "replace")) + 1
        Pen(findings, Origin(file, {(): (line, column)})).error(
            (),
            "encoding",
            N_("the file is not saved as UTF-8, perhaps as Windows-1251"),
            N_(
                "Do not save it yet. In the editor choose “Reopen with encoding: Windows-1251”. If the letters "
                "read well, save the file as UTF-8; if not, restore it from a copy."
            ),
        )
        return None
    if text.startswith("\ufeff"):
        start.error(
            (),
            "bom",
            N_("the file begins with an invisible mark (BOM)"),
            N_("In the editor choose “Save with encoding: UTF-8” (without BOM)."),
        )
        text = text[1:]
    return text


def read_nodes(text: str, file: str, findings: Findings) -> list[yaml.Node] | None:
    """The one document of a YAML text, none when it is empty; None where it has traps, and findings say which."""
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
        return None
    if not _find_pasted(text, file, findings):
        return None
    odd = _CONTROL.search(text)
    if odd:
        _pen_at(text, odd.start(), file, findings).error(
            (),
            "control_character",
            N_("an invisible character stands here (U+{code:04X})"),
            N_("Delete the line and type it anew; do not copy it."),
            code=ord(odd.group()),
        )
        return None
    try:
        return Composer(file, findings).compose(text)
    except (yaml.YAMLError, ValueError):
        start.error(
            (),
            "unreadable",
            N_("the file cannot be read as text"),
            N_("Copy its text into a new file and save that as UTF-8."),
        )
        return None


def _find_pasted(text: str, file: str, findings: Findings) -> bool:
    """Traces of another program: a merge, a web page, a text processor, a wrong decoding."""
    merges = list(_MERGE.finditer(text))
    whole = {"<<<<<<<", "=======", ">>>>>>>"} <= {mark.group() for mark in merges}
    for mark in merges:
        pen = _pen_at(text, mark.start(), file, findings)
        if not whole:
            pen.error(
                (),
                "merge",
                N_("the line `{sign}` is left from two versions that git could not join"),
                N_("Delete this line."),
                sign=mark.group(),
            )
        elif mark.group() == "<<<<<<<":
            pen.error(
                (),
                "merge",
                N_("two versions stand here that git could not join: one above `=======`, one below it"),
                N_(
                    "Keep the right one, and delete the other and the three lines that begin with `<<<<<<<`, "
                    "`=======` and `>>>>>>>`."
                ),
            )
    if text.lstrip()[:1] == "<" and not merges:
        Pen(findings, Origin(file, {})).error(
            (),
            "web_page",
            N_("this is a web page, not a record"),
            N_("Restore the file from a copy; put the address of the page under `sources`."),
        )
        return False
    garbled = _GARBLED.search(text)
    if garbled:
        _pen_at(text, garbled.start(), file, findings).error(
            (),
            "garbled",
            N_("the letters are garbled: “{found}”"),
            N_("Take the file from a copy; it was opened with a wrong encoding and saved so."),
            found=text[garbled.start() : garbled.start() + 12].split("\n")[0],
        )
        return False
    dashes = list(_LONG_DASH.finditer(text))
    for sign in dashes:
        _pen_at(text, sign.start(1), file, findings).error(
            (),
            "long_dash",
            N_("a long dash `{sign}` begins the line, as Word puts it"),
            N_("Begin the lines of a list with an ordinary hyphen and a space: `- `."),
            sign=sign.group(1),
        )
    return not (merges or dashes)


def mend_spaces(text: str, file: str, findings: Findings) -> str:
    """Tell of non-breaking spaces where YAML needs ordinary ones, and read on as if they were."""
    if "\u00a0" not in text:
        return text
    for found in _NO_BREAK.finditer(text):
        what, remedy = _ODD_SPACES[(found.lastindex or 1) - 1]
        pen = _pen_at(text, found.start(found.lastindex or 0), file, findings)
        pen.error((), "no_break_space", what, remedy)
    return _NO_BREAK.sub(lambda found: found.group().replace("\u00a0", " "), text)


def _pen_at(text: str, at: int, file: str, findings: Findings) -> Pen:
    line = text.count("\n", 0, at) + 1
    return Pen(findings, Origin(file, {(): (line, at - text.rfind("\n", 0, at))}))


__all__ = ["decode_text", "mend_spaces", "read_nodes"]

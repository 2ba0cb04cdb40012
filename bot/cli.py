"""The command line: `nap1325 COMMAND`, also `python -m bot COMMAND`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.library import read_library
from dialogs.checks import check_base
from dialogs.findings import Findings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
KYIV = ZoneInfo("Europe/Kyiv")
ROOT = Path(__file__).resolve().parent.parent


@app.callback()
def _root() -> None:
    """What people hurt by the war may be entitled to, and whom to call."""


@app.command()
def check(
    dir: Annotated[Path, typer.Option(help="Folder of the knowledge base.")] = ROOT / "knowledge",
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Tell everything that is wrong with a knowledge base at once."""
    findings = Findings()
    base = read_library(dir, findings)
    check_base(base, findings, datetime.now(KYIV).date())
    rows = findings.sort()
    if as_json:
        print(json.dumps([{"file": f.file, "line": f.line, "column": f.column, "severity": f.severity, "code": f.code,
                           "what": f.say_what(str), "remedy": f.say_remedy(str)} for f in rows], ensure_ascii=False))
    else:
        for finding in rows:
            print(finding.render())
    sys.exit(1 if findings.errors else 0)


def main() -> None:
    app()

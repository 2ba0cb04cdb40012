"""The command line: `nap1325 COMMAND`, also `python -m bot COMMAND`.

Exit codes: 0 fine, 1 findings, 2 wrong usage. An error is one sentence that names the remedy.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.child import spare_collector, spare_memory
from bot.cli_admin import register
from bot.cli_backup import register as register_backup
from bot.cli_common import (
    KYIV,
    DirOption,
    JsonOption,
    LangOption,
    fail,
    find_knowledge,
    open_dialogue,
    open_edition,
    read_now,
)
from bot.cli_keep import register as register_keep
from bot.cli_operators import operators
from bot.cli_state import register as register_state
from bot.errors import BrokenBaseError, MendableError

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
register(app)
register_backup(app)
register_state(app)
register_keep(app)
app.add_typer(operators, name="operators")


@app.callback()
def _root() -> None:
    """What people hurt by the war may be entitled to, and whom to call."""


@app.command()
def chat(
    lang: LangOption = "uk",
    dir: DirOption = None,
    save: Annotated[Path | None, typer.Option(help="Write the conversation down as a test case.")] = None,
) -> None:
    """The dialogue in this terminal; plain lines on a pipe."""
    from bot.terminal import chat as talk

    dialogue = open_dialogue(dir, read_now().date())
    if lang not in dialogue.edition.languages:
        fail(f"There is no language `{lang}`; there are: {', '.join(dialogue.edition.languages)}.")
    session = talk(dialogue.engine, _read_lines(), sys.stdout, lambda: datetime.now(KYIV), lang)
    if save is not None:
        from bot.cases import write_case

        write_case(save, dialogue.edition, session, read_now())


def _read_lines() -> Iterator[str]:
    while True:
        try:
            if sys.stdin.isatty():
                line = input("> ")
            else:
                line = sys.stdin.readline()
                if not line:
                    return
        except (EOFError, KeyboardInterrupt):
            return
        except UnicodeDecodeError:
            line = ""
        yield line


@app.command()
def questions(as_json: JsonOption = False, dir: DirOption = None) -> None:
    """Every question, with the groups and entitlements that read it."""
    from bot.describe import describe_questions

    edition = open_edition(dir, read_now().date())
    rows = describe_questions(edition)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        print(f"{row['id']} ({row['kind']}): {row['texts']['ask'].get('uk')}")
        print(f"   {len(row['groups'])} groups, {len(row['entitlements'])} entitlements read it")


@app.command()
def explain(
    answers: Annotated[str, typer.Option(help="A YAML or JSON file, or - for standard input.")] = "",
    as_json: JsonOption = False,
    batch: Annotated[
        bool, typer.Option(help="One JSON object of answers per line of standard input.")
    ] = False,
    for_: Annotated[str | None, typer.Option("--for", help="The next question for this entitlement.")] = None,
    on: Annotated[str | None, typer.Option(help="The day, default today in Kyiv.")] = None,
    dir: DirOption = None,
) -> None:
    """Groups, entitlements, contacts and the next question for these answers."""
    from bot.explain import AnswersError
    from bot.explain import explain as work_out

    now = read_now(on)
    edition = open_edition(dir, now.date())
    if batch:
        bad = 0
        for line in sys.stdin:
            if not line.strip():
                continue
            try:
                result: dict[str, Any] = work_out(edition, json.loads(line), now, for_)
            except (AnswersError, ValueError) as error:
                result, bad = {"error": str(error)}, bad + 1
            print(json.dumps(result, ensure_ascii=False), flush=True)
        raise typer.Exit(2 if bad else 0)
    raw = _read_answers_file(answers)
    try:
        result = work_out(edition, raw, now, for_)
    except AnswersError as error:
        fail(str(error))
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    for group in result["groups"]:
        if group["verdict"] != "no":
            print(f"{group['verdict']:9} {group['id']}  {group['because'] or ''}")
    print("—")
    for row in result["entitlements"]:
        if row["shown"]:
            print(f"{row['verdict']:9} {row['id']}  {row['because'] or ''}")
    print(f"next question: {result['next_question'] or 'none'}")
    print(f"edition: {edition.base.label}")


def _read_answers_file(name: str) -> Any:
    from bot.yamlfile import read_yaml
    from dialogs.findings import Findings

    if not name:
        fail("Give the answers: --answers FILE, or --answers - for standard input.")
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except FileNotFoundError:
        fail(f"There is no file {name}.")
    except (OSError, UnicodeDecodeError):
        fail(f"{name} cannot be read as UTF-8 text.")
    if not text.strip():
        return {}
    findings = Findings()
    document = read_yaml(text, name if name != "-" else "answers", findings)
    if document is None or findings.errors:
        fail(findings.sort()[0].render())
    return document.value


@app.command()
def search(
    text: Annotated[str, typer.Argument()] = "",
    as_json: JsonOption = False,
    lang: LangOption = "uk",
    batch: Annotated[bool, typer.Option(help="One text per line of standard input.")] = False,
    dir: DirOption = None,
) -> None:
    """What typed words lead to."""
    from bot.describe import describe_found
    from dialogs.learned import ALARM

    dialogue = open_dialogue(dir, read_now().date())
    if lang not in dialogue.edition.languages:
        fail(f"There is no language `{lang}`; there are: {', '.join(dialogue.edition.languages)}.")
    if not batch and not text.strip():
        fail('Write the words to look for: nap1325 search "довідка загубилась".')
    for line in sys.stdin if batch else [text]:
        row = describe_found(dialogue.engine, line.rstrip("\n"), lang)
        if as_json or batch:
            print(json.dumps(row, ensure_ascii=False), flush=True)
            continue
        if row["crisis"]:
            print(f"crisis: {row['crisis']}")
        alarm = dialogue.engine.tools.alarm
        weighed = alarm.weigh(line)
        if weighed is not None:
            print(f"danger {weighed.score:.1f}, alarm above {ALARM}: {weighed.explain()}")
        for kind, example, alike in alarm.find_like(dialogue.edition.base, line):
            print(f"  {alike:.2f} like {kind or 'ordinary'}: {example}")
        if not row["understood"]:
            print("not understood")
        for hit in row["results"]:
            print(f"{hit['score']:6.1f}  {hit['kind']:12} {hit['id']}  {hit['title']}")


@app.command()
def check(
    dir: DirOption = None,
    as_json: JsonOption = False,
    lang: LangOption = "en",
) -> None:
    """Tell everything that is wrong with a knowledge folder at once."""
    from bot.checking import check_folder, print_findings

    rows, figures = check_folder(dir or find_knowledge(), read_now().date())
    errors = print_findings(rows, figures, as_json, lang, sys.stdout)
    raise typer.Exit(1 if errors else 0)


@app.command()
def callsheet(count: int = 30, lang: LangOption = "uk", dir: DirOption = None) -> None:
    """The numbers to call first, the most harmful if wrong on top."""
    from bot.describe import list_calls

    dialogue = open_dialogue(dir, read_now().date())
    for line in list_calls(dialogue.edition, count, lang, read_now().date()):
        print(line)


@app.command()
def export(
    html: Annotated[Path | None, typer.Option(help="The file to write, in HTML.")] = None,
    lang: Annotated[str, typer.Option(help="Only this language; all when left out.")] = "",
    dir: DirOption = None,
) -> None:
    """The whole handbook as one file that opens from disk, with search and without the internet."""
    from bot.export import export_html

    if html is None:
        fail("Name the file to write: nap1325 export --html handbook.html")
    now = read_now()
    dialogue = open_dialogue(dir, now.date())
    languages = dialogue.edition.languages
    if lang and lang not in languages:
        fail(f"There is no language `{lang}`; there are: {', '.join(languages)}.")
    text = export_html(dialogue.engine, now, (lang,) if lang else languages)
    try:
        html.write_text(text, encoding="utf-8")
    except OSError:
        fail(f"{html} cannot be written: check the folder and the space left.", 1)
    print(f"{html}: edition {dialogue.edition.base.label}, {len(text.encode()) // 1024} KiB")


@app.command()
def serve() -> None:
    """The service: web, and Telegram when there is a token."""
    spare_memory()
    settings = _open_settings()
    from bot.first import First
    from bot.keys import Keys
    from bot.settings import find_secrets

    first = None
    try:
        keys = Keys(find_secrets(settings))
        first = First(settings.knowledge_dir, read_now().date(), lambda: keys.kept)
        from bot.app import serve as run_service  # many libraries, while the edition is being loaded

        run_service(settings, keys, first, lambda line: print(line, flush=True))
    except (MendableError, BrokenBaseError) as error:
        fail(_say_error(error), 1)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
    finally:
        if first is not None:
            first.stop()


@app.command(hidden=True)
def run() -> None:
    """As `serve`, for `make run`."""
    serve()


@app.command()
def migrate() -> None:
    """Bring the database to this version's layout."""
    import asyncio

    from bot.store.connect import open_engine, read_url
    from bot.store.migrate import migrate as bring_up

    settings = _open_settings()

    async def work() -> bool:
        engine = open_engine(read_url(settings.database_url.get_secret_value()))
        try:
            return await bring_up(engine)
        finally:
            await engine.dispose()

    try:
        changed = asyncio.run(work())
    except MendableError as error:
        fail(_say_error(error), 1)
    print("The database is brought up to date." if changed else "The database is up to date.")


def _open_settings() -> Settings:
    from bot.logs import set_up_logs
    from bot.settings import read_settings

    try:
        settings = read_settings()
    except MendableError as error:
        fail(_say_error(error))
    set_up_logs(settings.log_level)
    return settings


def _say_error(error: Exception) -> str:
    return str(error)


def main() -> None:
    """Run a command; a fault of ours is one sentence too, and a stack trace only with LOG_LEVEL=DEBUG."""
    spare_collector()
    try:
        app()
    except Exception as error:
        if os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
            raise
        kind = type(error).__name__
        print(
            f"Something unexpected broke ({kind}). Run it again with LOG_LEVEL=DEBUG and report what it says.",
            file=sys.stderr,
        )
        sys.exit(1)

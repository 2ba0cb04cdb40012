"""Commands for administrators: what a change does, what is covered, how a record will look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import DirOption, JsonOption, LangOption, fail, open_dialogue, read_now
from bot.dialogue import BrokenBaseError, find_knowledge, load_edition
from bot.errors import MendableError


def register(app: typer.Typer) -> None:
    for command in (schema, new, preview, coverage, effects, draw, links, stats):
        app.command()(command)


def schema(
    out: Annotated[Path, typer.Argument(help="Where to write.")] = Path("docs/schema"), dir: DirOption = None
) -> None:
    """Write JSON Schema for editors: they complete fields and check while you type."""
    from bot.schema import write_schemas

    dialogue = open_dialogue(dir, read_now().date())
    for path in write_schemas(out, dialogue.edition.languages):
        print(path)


def new(
    kind: Annotated[str, typer.Argument(help="entitlement, contact or group.")],
    id: Annotated[str, typer.Argument(help="Small Latin letters, digits and _.")],
    topic: Annotated[str, typer.Option(help="Folder of an entitlement.")] = "money",
    lang: LangOption = "uk",
    dir: DirOption = None,
) -> None:
    """Write a filled-in example of a record to start from."""
    from bot.editing import write_new
    from bot.texts import build_words

    try:
        print(write_new(dir or find_knowledge(), kind, id, topic))
    except MendableError as error:
        fail(error.say(build_words(lang).gettext))


def preview(
    id: Annotated[str, typer.Argument(help="A question, group, topic, entitlement, contact or page.")],
    lang: LangOption = "uk",
    on: Annotated[str | None, typer.Option(help="The day, default today in Kyiv.")] = None,
    dir: DirOption = None,
) -> None:
    """A record exactly as Telegram will show it, and as the operator sees it."""
    from bot.preview import list_slots
    from bot.preview import preview as show
    from dialogs.findings import suggest

    now = read_now(on)
    dialogue = open_dialogue(dir, now.date())
    if lang not in dialogue.edition.languages:
        fail(f"There is no language `{lang}`; there are: {', '.join(dialogue.edition.languages)}.")
    lines = show(dialogue.engine, id, lang, now)
    if lines is None:
        near = suggest(id, sorted({slot.id for slot in list_slots(dialogue.edition)}))
        fail(f"There is no record `{id}`" + (f"; did you mean `{near}`?" if near else "."))
    print("\n".join(lines))


def coverage(
    as_json: JsonOption = False,
    lang: LangOption = "uk",
    count: Annotated[int, typer.Option(help="How many rows of the work list.")] = 20,
    on: Annotated[str | None, typer.Option(help="The day, default today in Kyiv.")] = None,
    dir: DirOption = None,
) -> None:
    """Group × region × language: what is covered, thin, unconfirmed; and what to check first."""
    from bot.coverage import MARKS, draw_table, survey

    today = read_now(on).date()
    dialogue = open_dialogue(dir, today)
    found = survey(dialogue.edition, today)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    print("\n".join(draw_table(found, lang)))
    print("  ".join(f"{mark} {state}" for state, mark in MARKS.items()))
    print(
        f"never checked: {found['never_checked']}; numbers never called: {found['never_called']}; "
        f"contacts without a phone: {len(found['without_phone'])}; unconfirmed: {len(found['unconfirmed'])}; "
        f"overdue or past their term: {len(found['overdue'])}"
    )
    for number, row in enumerate(found["work"][:count], 1):
        print(f"{number:2}. {row['id']}  [{row['mark']}, {row['confidence']}, {row['urgency']}]")
        if row["check"]:
            print(f"    ? {row['check']}")


def effects(
    old: Annotated[Path | None, typer.Argument(help="The former folder.")] = None,
    new: Annotated[Path | None, typer.Argument(help="The changed folder, default the base itself.")] = None,
    git: Annotated[str | None, typer.Option(help="Compare with this revision instead of OLD.")] = None,
    as_json: JsonOption = False,
    lang: LangOption = "uk",
    on: Annotated[str | None, typer.Option(help="The day, default today in Kyiv.")] = None,
) -> None:
    """Whose results change between two editions, with one shortest example each."""
    import tempfile

    from bot.comparing import describe_effects, export_revision, say_effects
    from dialogs.effects import compare

    today = read_now(on).date()
    if git is not None:
        new, old = new or old or find_knowledge(), None
    elif old is None:
        fail("Give two folders, nap1325 effects OLD NEW, or a revision: nap1325 effects --git HEAD~1.")
    else:
        new = new or find_knowledge()
    with tempfile.TemporaryDirectory() as room:
        try:
            before = export_revision(new, git, Path(room)) if git is not None else old
            assert before is not None
            editions = [load_edition(folder, today)[0] for folder in (before, new)]
        except BrokenBaseError as error:
            fail(str(error), 1)
        except MendableError as error:
            fail(str(error))
    found = compare(editions[0], editions[1], today)
    if as_json:
        print(json.dumps(describe_effects(found, editions[0], editions[1], lang), ensure_ascii=False))
        return
    for line in say_effects(found, editions[0], editions[1], lang):
        print(line)


def draw(
    what: Annotated[
        str, typer.Argument(help="machine, or the id of a group, question or entitlement.")
    ] = "machine",
    svg: Annotated[bool, typer.Option("--svg", help="A picture instead of Mermaid text.")] = False,
    lang: LangOption = "uk",
    dir: DirOption = None,
) -> None:
    """The dialogue as a picture, from the machine and the rules: Mermaid, or SVG."""
    from bot.describe import draw_picture
    from bot.pictures import draw_svg

    dialogue = open_dialogue(dir, read_now().date())
    picture = draw_svg(dialogue.engine, what, lang) if svg else draw_picture(dialogue.engine, what)
    if picture is None:
        fail(f"`{what}` is no group, question or entitlement; `machine` draws the states.")
    print(picture)


def links(
    check: Annotated[
        bool, typer.Option("--check", help="Ask the pages; without it only what is kept is told.")
    ] = False,
    most: Annotated[int, typer.Option(help="How many pages to ask at most.")] = 200,
    kept: Annotated[Path, typer.Option(help="Where answers are kept.")] = Path("var/links.json"),
    as_json: JsonOption = False,
    dir: DirOption = None,
) -> None:
    """Which links of the base answer: politely, one host at a time, each page once in three weeks."""
    import asyncio

    from bot.links import ask_all, list_links, read_answers, write_answers

    today = read_now().date()
    found = list_links(open_dialogue(dir, today).edition)
    answers = read_answers(kept)
    if check:
        answers = asyncio.run(ask_all(found, answers, today, most))
        write_answers(kept, answers)
    bad = {url: answers[url] for url in found if url in answers and not answers[url].is_good}
    asked = sum(url in answers for url in found)
    if as_json:
        rows = [{"url": a.url, "said": a.said, "day": a.day, "records": found[a.url]} for a in bad.values()]
        print(json.dumps({"links": len(found), "asked": asked, "bad": rows}, ensure_ascii=False))
    else:
        for answer in bad.values():
            print(f"{answer.said:24} {answer.day}  {answer.url}  [{', '.join(found[answer.url])}]")
        print(f"{len(found)} links, {asked} asked, {len(bad)} do not answer well")
    raise typer.Exit(1 if bad else 0)


def stats(
    days: Annotated[int, typer.Option(help="How many days back.")] = 28,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets.")] = False,
) -> None:
    """What was counted, without people: sums by day span, cells under ten hidden."""
    import asyncio

    from bot.settings import read_settings
    from bot.stats import hide_small, list_span, write_csv
    from bot.store.connect import open_engine, read_url
    from bot.store.counted import read_counts

    try:
        url = read_url(read_settings().database_url.get_secret_value())
    except MendableError as error:
        fail(error.say())
    first, last = list_span(read_now().date(), days)

    async def read() -> dict[str, int]:
        engine = open_engine(url)
        try:
            return await read_counts(engine, first, last)
        finally:
            await engine.dispose()

    try:
        cells = asyncio.run(read())
    except MendableError as error:
        fail(error.say(), 1)
    if as_csv:
        print(write_csv(cells), end="")
    elif as_json:
        print(json.dumps(hide_small(cells), ensure_ascii=False))
    else:
        for cell, number in hide_small(cells).items():
            print(f"{number:>8}  {cell}")
        if not cells:
            print(f"Nothing was counted in {days} days.")

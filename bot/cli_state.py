"""Commands that tell how things stand: coverage, links, counts, pictures."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_common import DirOption, JsonOption, LangOption, fail, open_dialogue, read_now
from bot.errors import BrokenBaseError, MendableError
from dialogs.words import N_

if TYPE_CHECKING:
    from bot.store.counted import Weeks


def register(app: typer.Typer) -> None:
    for command in (coverage, draw, links, stats, notify):
        app.command()(command)


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
    found = survey(dialogue.edition, today, _read_shown())
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    print("\n".join(draw_table(found, lang)))
    print("  ".join(f"{mark} {state}" for state, mark in MARKS.items()))
    print("Regions by phones of their own that a dated source names:")
    ranked = sorted(found["regions"], key=lambda row: (-row["firm"], row["id"]))
    names = {r.id: r.short.get(lang, r.id) for r in dialogue.edition.regions.values()}
    print("   " + ", ".join(f"{names[row['id']]} {row['firm']}" for row in ranked))
    print(f"edition: {dialogue.edition.base.label}")
    print(
        f"never checked: {found['never_checked']}; numbers never called: {found['never_called']}; "
        f"contacts without a phone: {len(found['without_phone'])}; unconfirmed: {len(found['unconfirmed'])}; "
        f"overdue or past their term: {len(found['overdue'])}"
    )
    for number, row in enumerate(found["work"][:count], 1):
        print(f"{number:2}. {row['id']}  [{row['mark']}, {row['confidence']}, {row['urgency']}]")
        if row["check"]:
            print(f"    ? {row['check']}")


def draw(
    what: Annotated[
        str, typer.Argument(help="machine, or the id of a group, question or entitlement.")
    ] = "machine",
    svg: Annotated[bool, typer.Option("--svg", help="A picture instead of Mermaid text.")] = False,
    lang: LangOption = "uk",
    dir: DirOption = None,
) -> None:
    """The dialogue as a picture, from the machine and the rules: Mermaid, or SVG."""
    from bot.pictures import build_graph, write_mermaid, write_svg

    graph = build_graph(open_dialogue(dir, read_now().date()).engine, what, lang)
    if graph is None:
        fail(f"`{what}` is no group, question or entitlement; `machine` draws the states.")
    print(write_svg(graph) if svg else write_mermaid(graph))


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
    weeks: Annotated[int, typer.Option(min=1, max=106, help="How many weeks, the running one included.")] = 8,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="By week, for spreadsheets.")] = False,
    dir: DirOption = None,
) -> None:
    """What was counted, without people: below ten nothing is told, and the running week in full tens."""
    from bot.stats import list_drops, list_weeks, tell, write_csv
    from dialogs.counting import GUARDED

    today = read_now().date()
    span = list_weeks(today, weeks)
    try:
        counted, notes = _read_counts(today, weeks), _read_notes()
    except MendableError as error:
        fail(error.say(), 1)
    figures = tell(counted, span[-1])
    if as_csv:
        print(write_csv(counted, span[-1]), end="")
        return
    if as_json:
        rows = [{"cell": f.cell, "number": f.text} for f in figures]
        wrong = [{"record": record, "reason": reason, "number": n} for (record, reason), n in notes.items()]
        print(json.dumps({"weeks": weeks, "cells": rows, "notes": wrong}, ensure_ascii=False))
        return
    for (record, reason), number in notes.items():
        print(f"{number:>8}  said to be wrong: {record} ({reason})")
    if not figures:
        print(f"Nothing was counted in {weeks} weeks.")
        return
    for figure in figures:
        print(f"{figure.text:>8}  {figure.cell}")
    drops = list_drops(figures, [*open_dialogue(dir, today).edition.questions, GUARDED])
    if drops:
        print(f"{'question':30} {'asked':>8} {'answered':>9} {'skipped':>8} {'left':>8}  nothing more came")
    for row in drops:
        lost = f"{100 * row.lost:.0f}%" if row.lost is not None else ""
        print(
            f"{row.question:30} {row.asked.text:>8} {row.answered:>9} {row.skipped:>8} {row.left:>8}  {lost}"
        )


def _read_notes() -> dict[tuple[str, str], int]:
    """How often each record was said to be wrong, by reason.

    Raises:
        MendableError: the settings are wrong, or the database cannot be read.
    """
    import asyncio

    from bot.keys import Keys
    from bot.settings import find_secrets, read_settings
    from bot.store.base import StoreDownError
    from bot.store.connect import is_sqlite, open_engine, read_url
    from bot.store.notes import NoteBox, count_notes

    settings = read_settings()
    url = read_url(settings.database_url.get_secret_value())
    if is_sqlite(url) and not Path(url.database or "").exists():
        return {}

    async def read() -> dict[tuple[str, str], int]:
        engine = open_engine(url)
        try:
            return count_notes(await NoteBox(engine, Keys(find_secrets(settings))).read_notes())
        finally:
            await engine.dispose()

    try:
        return asyncio.run(read())
    except StoreDownError:
        raise MendableError(
            N_("The counts cannot be read: check DATABASE_URL, and run `nap1325 migrate` once.")
        ) from None


def _read_counts(today: date, weeks: int) -> Weeks:
    """The counts of the database that the settings name.

    Raises:
        MendableError: the settings are wrong, or the database cannot be read.
    """
    import asyncio

    from bot.settings import read_settings
    from bot.stats import list_weeks
    from bot.store.connect import is_sqlite, open_engine, read_url
    from bot.store.counted import read_counts

    url = read_url(read_settings().database_url.get_secret_value())
    span = list_weeks(today, weeks)
    if is_sqlite(url) and not Path(url.database or "").exists():
        return {}  # and none is made

    async def read() -> Weeks:
        engine = open_engine(url)
        try:
            return await read_counts(engine, span[0], span[-1])
        finally:
            await engine.dispose()

    return asyncio.run(read())


def _read_shown() -> dict[str, int]:
    """How often each record was shown lately; nothing where there is no database."""
    from bot.stats import count_shown, number_week, tell

    today = read_now().date()
    try:
        return count_shown(tell(_read_counts(today, 8), number_week(today)))
    except MendableError:
        return {}


def notify(
    effects: Annotated[
        tuple[Path, Path], typer.Option("--effects", metavar="OLD NEW", help="The former and the new folder.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, for scripts.")] = False,
    on: Annotated[str | None, typer.Option(help="The day, default today in Kyiv.")] = None,
) -> None:
    """Tell those who asked for it that something of a topic has changed; the running service sends it."""
    import asyncio

    from bot.loading import load_edition
    from bot.settings import read_settings
    from bot.stats import LEAST
    from bot.store.connect import open_engine, read_url
    from bot.store.hands import open_hands
    from bot.store.migrate import check_version
    from bot.store.notices import SqlNotices
    from bot.telling import list_matters
    from bot.texts import build_words
    from dialogs.effects import compare
    from dialogs.screens.notices import CHANGED

    now = read_now(on)
    try:
        old, new = (load_edition(folder, now.date())[0] for folder in effects)
        url = read_url(read_settings().database_url.get_secret_value())
    except BrokenBaseError as error:
        fail(str(error), 1)
    except MendableError as error:
        fail(error.say())
    matters = list_matters(compare(old, new, now.date()), old, new)
    if not matters:
        print("Nothing changes that anybody would be told of: no notice.")
        return
    for topic, regions in matters.items():
        print(f"{topic}: {', '.join(regions) or 'whole country'}")
    for language in new.languages:
        print(f"{language}: {build_words(language).gettext(CHANGED)}")

    async def work() -> bool | None:
        engine = open_engine(url)
        hands = open_hands(engine)
        try:
            await check_version(engine)
            notices = SqlNotices(engine, hands)
            count = await notices.count(matters)
            print(f"Recipients: {count if count >= LEAST else f'fewer than {LEAST}'}.")
            if not yes and not typer.confirm("Send it?"):
                return None
            return await notices.queue(f"{old.id} {new.id}", matters, int(read_now().timestamp() * 1000))
        finally:
            await hands.close()

    try:
        queued = asyncio.run(work())
    except MendableError as error:
        fail(error.say(), 1)
    if queued is None:
        print("Nothing is sent.")
    elif queued:
        print("Ordered. The running service sends it within Telegram's limits; a restart goes on with it.")
    else:
        fail("This change was announced before; nobody is told twice.", 1)

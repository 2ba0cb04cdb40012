"""Commands for administrators: what a change does, what is covered, how a record will look."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import DirOption, JsonOption, LangOption, fail, find_knowledge, open_dialogue, read_now
from bot.errors import BrokenBaseError, MendableError


def register(app: typer.Typer) -> None:
    for command in (schema, new, preview, effects):
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
    from bot.loading import load_edition
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
    if git is not None:
        editions[0].base.revision = git
    found = compare(editions[0], editions[1], today)
    if as_json:
        print(json.dumps(describe_effects(found, editions[0], editions[1], lang), ensure_ascii=False))
        return
    for line in say_effects(found, editions[0], editions[1], lang):
        print(line)

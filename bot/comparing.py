"""Effects of a change in words, and a former revision of the base out of git."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.errors import MendableError
from bot.texts import build_words
from bot.values import show
from dialogs.edition import Edition
from dialogs.effects import Effect, Effects
from dialogs.residue import Given
from dialogs.session import UNKNOWN
from dialogs.words import N_

_LONG = 70


def export_revision(folder: Path, revision: str, room: Path) -> Path:
    """The folder as it was in a git revision, written into `room`.

    Raises:
        MendableError: the folder is in no repository, or the revision is not there.
    """
    where = folder.resolve()
    command = ["git", "-C", str(where), "archive", "--format=tar", f"{revision}", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell, one argument
    except OSError:
        raise MendableError(N_("git is not installed: compare two folders instead.")) from None
    if done.returncode:
        raise MendableError(
            N_("git has no revision `{revision}` of {folder}: `git log` lists them."),
            revision=revision,
            folder=folder,
        )
    target = room / where.name
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(target, filter="data")
    return target


def describe_effects(found: Effects, old: Edition, new: Edition, language: str) -> dict[str, Any]:
    """For scripts: `{old, new, records: [{kind, id, change, moves, fields, mark}], questions_added, …}`."""
    return {
        "old": found.old,
        "new": found.new,
        "old_revision": old.base.revision,
        "new_revision": new.base.revision,
        "questions_added": found.questions_added,
        "questions_no_longer_asked": found.questions_gone,
        "records": [
            {
                "kind": effect.kind,
                "id": effect.id,
                "change": _name_change(effect, old, new),
                "moves": [
                    {
                        "from": move.old.word if move.old is not None else None,
                        "to": move.new.word if move.new is not None else None,
                        "example": {q: sorted(ticks or ()) for q, ticks in move.example},
                        "in_words": say_answers(move.example, old, new, language),
                    }
                    for move in effect.moves
                ],
                "fields": [c.field for c in effect.changes],
                "mark": list(effect.marks) if effect.marks else None,
            }
            for effect in found.records
        ],
    }


def _name_change(effect: Effect, old: Edition, new: Edition) -> str:
    before = any(r.id == effect.id for r in getattr(old.base, effect.kind))
    after = any(r.id == effect.id for r in getattr(new.base, effect.kind))
    return "changed" if before and after else "added" if after else "removed"


def say_effects(found: Effects, old: Edition, new: Edition, language: str) -> Iterator[str]:
    say = build_words(language).gettext
    verdicts = {0: say(N_("no")), 1: say(N_("possible")), 2: say(N_("yes")), None: say(N_("not there"))}
    changes = {"changed": say(N_("changed")), "added": say(N_("added")), "removed": say(N_("removed"))}
    yield f"{old.base.label} → {new.base.label}"
    if not (found.records or found.questions_added or found.questions_gone):
        yield say(N_("Nothing changes for anybody."))
    for question in found.questions_added:
        yield say(N_("From now on this is asked: {id}")).format(id=question)
    for question in found.questions_gone:
        yield say(N_("This is no longer asked: {id}")).format(id=question)
    for effect in found.records:
        yield f"{effect.kind}/{effect.id}: {changes[_name_change(effect, old, new)]}"
        for move in effect.moves:
            example = say_answers(move.example, old, new, language) or say(N_("nobody need answer anything"))
            yield f"   {verdicts[move.old]} → {verdicts[move.new]}: {example}"
        if effect.marks:
            yield "   " + say(N_("mark of firmness: {old} → {new}")).format(
                old=effect.marks[0], new=effect.marks[1]
            )
        for change in effect.changes:
            yield f"   {change.field}: {_shorten(change.old, language)} → {_shorten(change.new, language)}"


def say_answers(example: Given, old: Edition, new: Edition, language: str) -> str:
    """`place: Abroad; situation: Moved, (unfinished)`."""
    said = []
    for question, ticks in example:
        labels: dict[str, str] = {}
        for edition in (old, new):
            labels |= {c.id: c.label.get(language, c.id) for c in edition.choices.get(question, ())}
        names = [labels.get(t, t) for t in sorted(ticks or ()) if t != UNKNOWN]
        said.append(f"{question}: {', '.join(names)}" + (" …" if UNKNOWN in (ticks or ()) else ""))
    return "; ".join(said)


def _shorten(value: object, language: str) -> str:
    """A value as it stands in the file, or nearly."""
    text = show(value.get(language, value) if isinstance(value, dict) else value, _LONG)
    return text if text else '""'

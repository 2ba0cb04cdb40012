"""The texts of a base, and what stands where a language that is still being translated has none."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from dialogs.base import Base
from dialogs.findings import Path

KINDS = ("topics", "questions", "groups", "entitlements", "contacts", "regions", "acts", "about")


def walk_texts(record: object, path: Path = ()) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every text of a record with its path."""
    if isinstance(record, BaseModel):
        for name in type(record).model_fields:
            yield from walk_texts(getattr(record, name), (*path, name))
    elif isinstance(record, tuple):
        for i, item in enumerate(record):
            yield from walk_texts(item, (*path, i))
    elif (
        isinstance(record, dict)
        and record
        and all(isinstance(v, str) and len(k) == 2 for k, v in record.items())
    ):
        yield path, record


def fill_in(base: Base) -> None:
    """Let people read in the first language what an unfinished one lacks."""
    languages = base.settings.languages if base.settings else ()
    unfinished = [language.id for language in languages if language.unfinished]
    if not unfinished:
        return
    first = languages[0].id
    for record in (*(r for kind in KINDS for r in getattr(base, kind)), base.crisis, base.settings):
        for _, text in walk_texts(record):
            for language in unfinished:
                if first in text:
                    text.setdefault(language, text[first])

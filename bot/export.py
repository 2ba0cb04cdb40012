"""The handbook as one file that opens from disk: every page, search, and not a single request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web.pages import TEMPLATES
from bot.web.shelf import Leaf, Librarian
from bot.web.static import Assets
from bot.web.wording import Voice
from dialogs.engine import Engine
from dialogs.session import Session
from dialogs.words import N_

MADE = N_("Made on {day}, edition {edition}. Amounts, rules and numbers change: ask before you go.")


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    leaf: Leaf
    words: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """The whole handbook in one language."""

    language: str
    name: str
    title: str
    made: str
    search: str
    tongues: str
    here: str
    none: str
    pages: list[Page]


def export_html(engine: Engine, now: datetime, languages: tuple[str, ...]) -> str:
    """The file's text, a whole handbook for each language."""
    voice = Voice(engine)
    assets = Assets()
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return env.get_template("offline.html").render(
        books=[_bind(voice, language, now) for language in languages],
        style=assets.text("site.css"),
        script=assets.text("offline.js"),
    )


def _bind(voice: Voice, language: str, now: datetime) -> Book:
    view = replace(voice.view(Session(language=language), now), lasting=True)
    edition, base = voice.engine.edition, voice.engine.edition.base

    def address(kind: str, id: str) -> str:
        return "#" + name_page(language, kind, id)

    librarian = Librarian(view, address)
    pages = [
        Page(name_page(language, "front", ""), librarian.front()),
        Page(name_page(language, "contacts", ""), librarian.contacts()),
    ]
    records = [
        *(("topic", t.id) for t in base.topics),
        *(("entitlement", id) for id in edition.entitlements),
        *(("group", id) for id in edition.groups),
        *(("contact", id) for id in edition.contacts),
        *(("region", id) for id in edition.regions),
        *(("about", p.id) for p in base.about),
    ]
    keywords = {("entitlement", e.id): e.keywords for e in base.entitlements}
    keywords |= {("contact", c.id): c.keywords for c in base.contacts}
    for kind, id in records:
        leaf = librarian.find(kind, id)
        assert leaf is not None, "every record of the edition has a page"
        pages.append(Page(name_page(language, kind, id), leaf, ", ".join(keywords.get((kind, id), ()))))
    say = view.words.gettext
    made = say(MADE).format(day=view.words.format_date(view.today), edition=base.label)
    return Book(
        language,
        voice.languages.get(language, language),
        say(N_("Handbook")),
        made,
        say(N_("Search in your own words")),
        say(N_("Language")),
        say(N_("You are here")),
        say(N_("Nothing was found by these words. Try a few plain ones, or choose a topic.")),
        pages,
    )


def name_page(language: str, kind: str, id: str) -> str:
    return f"{language}-{kind}-{id}" if id else f"{language}-{kind}"

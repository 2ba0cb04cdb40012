"""Topics, pages about the resolution, regions, acts and the list of words."""

from __future__ import annotations

from dialogs.base import Base
from dialogs.checks.references import check_short, pen_for, tell_no_source
from dialogs.findings import Findings
from dialogs.words import N_

KINDS = ("promise", "blame", "officialese", "label")


def check_pages(base: Base, findings: Findings, whole: bool) -> None:
    for page in base.about:
        pen = pen_for(base, findings, "about", page.id)
        check_short(pen, ("title",), page.title)
        if not page.sources:
            tell_no_source(pen, page.id, pen.warn)
    for topic in base.topics:
        pen = pen_for(base, findings, "topics", topic.id)
        check_short(pen, ("title",), topic.title)
        if whole and not any(e.topic == topic.id for e in base.entitlements):
            pen.warn(
                ("id",),
                "empty_topic",
                N_("no entitlement belongs to the topic `{id}`"),
                N_("Describe one, or delete the topic."),
                id=topic.id,
            )
    for region in base.regions:
        check_short(pen_for(base, findings, "regions", region.id), ("short",), region.short)
    if whole:
        _check_acts(base, findings)
    _check_words(base, findings)


def _check_acts(base: Base, findings: Findings) -> None:
    used = {basis.act for e in base.entitlements for basis in e.legal_basis}
    for act in base.acts:
        if act.id not in used:
            pen_for(base, findings, "acts", act.id).note(
                ("id",),
                "unused_act",
                N_("no entitlement rests on the act `{id}`"),
                N_("Name it in a `legal_basis`, or delete it."),
                id=act.id,
            )


def _check_words(base: Base, findings: Findings) -> None:
    languages = [language.id for language in base.settings.languages] if base.settings else None
    pen = pen_for(base, findings, "words", "")
    seen: set[tuple[str, str]] = set()
    for i, word in enumerate(base.words.avoid):
        if word.kind not in KINDS:
            pen.error(
                ("avoid", i, "kind"),
                "wrong_value",
                N_("`{name}` cannot be `{value}`"),
                N_("Possible are: {valid}."),
                name="kind",
                value=word.kind,
                valid=", ".join(KINDS),
            )
        if not word.match.strip("* "):
            pen.error(
                ("avoid", i, "match"),
                "empty_text",
                N_("`{name}` names no word"),
                N_("Write the word to avoid, or delete the line."),
                name="match",
            )
        if languages is not None and word.language not in languages:
            pen.error(
                ("avoid", i, "language"),
                "unknown_language",
                N_("`{language}` is not a language of settings.yaml"),
                N_("Add it to `languages` there, or correct it here."),
                language=word.language,
            )
        key = (word.language, word.match.casefold())
        if key in seen:
            pen.warn(
                ("avoid", i, "match"),
                "listed_twice",
                N_("`{name}` stands twice in one list"),
                N_("Delete one of the two."),
                name=word.match,
            )
        seen.add(key)

"""Pages about Resolution 1325 and about what is kept, and who answers for it."""

from __future__ import annotations

from dialogs.guidance import match_groups
from dialogs.press import Press
from dialogs.records import AboutPage
from dialogs.reply import Block, Heading, Paragraph, Reply, Steps
from dialogs.screens.view import View

PRIVACY = "privacy"


def controller_blocks(view: View) -> list[Block]:
    """Who answers for the data, from settings.yaml; while nobody is named there, that is said."""
    _ = view._
    settings = view.edition.base.settings
    controller = settings.controller if settings else None
    if controller is None:
        missing = _(
            "Who answers for these data: the organisation that runs this service has not named itself here yet, "
            "so for now there is nobody to ask about your data. Everything here can be read without answering, "
            "and your answers can be erased at any moment."
        )
        return [Paragraph(missing, "warning")]
    return [
        Heading(_("Who answers for these data")),
        Paragraph(view.say(controller.name)),
        Paragraph(view.say(controller.reach)),
    ]


def page_blocks(view: View, page: AboutPage) -> list[Block]:
    """What a page says under its title."""
    blocks: list[Block] = [Paragraph(view.say(p)) for p in page.paragraphs]
    for part in page.parts:
        blocks += [Heading(view.say(part.heading)), Steps(tuple(view.say(p) for p in part.points))]
    if page.id == PRIVACY:
        blocks += controller_blocks(view)
    if page.confidence != "high":
        blocks.append(Paragraph(view._("Not everything here was confirmed; see the sources."), "note"))
    return blocks


def show_about(view: View, page: str) -> Reply:
    """Pages about Resolution 1325, the plan, localisation, the groups, and what is kept."""
    _ = view._
    record = next((p for p in view.edition.base.about if p.id == page), None)
    if record is None:
        blocks: list[Block] = [Heading(_("About Resolution 1325"))]
        rows = [(view.go(view.say(p.title), "about", p.id),) for p in view.edition.base.about]
        return view.close(blocks, rows, back=Press("go", "more"))
    blocks = [Heading(view.say(record.title)), *page_blocks(view, record)]
    if page == "groups":
        blocks.append(Steps(tuple(view.say(g.title) for g in view.edition.groups.values()), numbered=True))
    rows = []
    if page == "groups":
        buttons = [
            view.go(view.say(view.edition.groups[m.id].short), "group", m.id)
            for m in match_groups(view.edition, view.known)
        ]
        rows = [(button,) for button in buttons]
    return view.close(blocks, rows, back=Press("go", "about"))

"""Notices of changes: what they are, for which topics, and how they end."""

from __future__ import annotations

from dialogs.press import Press
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply
from dialogs.screens.view import View
from dialogs.words import N_, Words

CHANGED = N_("Something you asked to follow has changed in the directory. Have a look when it suits you.")


def may_follow(view: View) -> bool:
    """Only where the channel can write first, and never where a line out of the blue could harm."""
    return view.session.reachable and not view.session.discreet and not view.unsafe


def offer_notices(view: View, topic: str, plain: bool) -> tuple[Choice, ...]:
    """The button of a topic's page."""
    if not plain or not may_follow(view):
        return ()
    followed = topic in view.session.notices
    label = (
        view._("✓ You will be told of changes") if followed else view._("Tell me when something changes here")
    )
    return (view.go(label, "notices", topic),)


def show_notices(view: View, topic: str) -> Reply:
    _ = view._
    titles = {t.id: view.say(t.title) for t in view.edition.base.topics}
    topic = topic if topic in titles else ""
    blocks: list[Block] = [
        Heading(_("Notices of changes")),
        Paragraph(
            _(
                "When a rule, a sum or a phone changes, the bot writes you one line. It names no topic. Kept for this: the topic, the region, and where to write, sealed; none of your answers. After a year it ends by itself."
            )
        ),
    ]
    rows: list[tuple[Choice, ...]] = []
    if view.session.discreet:
        blocks.append(Paragraph(_("In discreet mode the bot never writes first.")))
    elif not may_follow(view):
        blocks.append(Paragraph(_("This is not possible here.")))
    else:
        region = view.edition.regions.get(view.region or "")
        if topic and topic not in view.session.notices:
            blocks.append(Paragraph(_("Topic: {topic}.").format(topic=titles[topic])))
            rows.append((Choice(_("Yes, write to me"), Press("set", "notice", topic)),))
        followed = {t: titles[t] for t in view.session.notices if t in titles}
        if followed:
            said = _("You are told of: {topics}.").format(topics=", ".join(followed.values()))
            blocks.append(Paragraph(said))
            stop = _("Stop: {topic}")
            rows += [(Choice(stop.format(topic=followed[t]), Press("set", "unnotice", t)),) for t in followed]
        if region is not None:
            blocks.append(Paragraph(_("Region: {region}.").format(region=view.say(region.name)), "note"))
        else:
            blocks.append(
                Paragraph(
                    _("Your region is not named: only what concerns the whole country is told."), "note"
                )
            )
            if view.edition.region_question:
                rows.append((Choice(_("Name the region"), Press("ask", view.edition.region_question)),))
    rows.append((Choice(_("Stop all notices"), Press("set", "notice", "off")),))
    back = Press("go", "topic", topic) if topic else Press("go", "settings")
    return view.close(blocks, rows, back=back)


def draw_notice(words: Words, topics: list[str]) -> Reply:
    """The line itself: neutral, for it shows on a locked screen; one tap shows what it is about, one stops it, one stops
    all."""
    _ = words.gettext
    one = len(topics) == 1
    rows = [(Choice(_("Show"), Press("go", "topic", topics[0]) if one else Press("go", "topics")),)]
    if one:
        rows.append((Choice(_("Write no more about this"), Press("set", "unnotice", topics[0])),))
    rows.append((Choice(_("Write no more at all"), Press("set", "notice", "off")),))
    return Reply((Paragraph(_(CHANGED)),), tuple(rows))

"""Results: first cards, topics, groups, and why each is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogs.edition import Edition
from dialogs.guidance import explain_rule, has_unseen, list_plain_topics, match_groups, pick_first
from dialogs.press import Press
from dialogs.reaching import has_contacts, order_contacts
from dialogs.records import Contact
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps
from dialogs.rules import Condition, Verdict
from dialogs.screening import ask_next, list_open_for
from dialogs.screens.danger import CHILD_LINE
from dialogs.screens.lines import contact_blocks
from dialogs.screens.notices import offer_notices
from dialogs.screens.view import View, shorten

PAGE = 8
GENERAL_LINES = ("gov_hotline_1545", "legal_aid_national", "lifeline_7333")


def name_answers(view: View, questions: tuple[str, ...], condition: Condition | None) -> str:
    """Answers by their labels, only those that the condition speaks of; sensitive ones are never repeated."""
    parts = []
    named = view.edition.name_choices(condition)
    for question in questions:
        if view.is_masked(question):
            continue
        ticked = [c for c in view.answers.get(question, ()) if c not in ("unknown", "withheld")]
        spoken = [c for c in ticked if c in named.get(question, ())] or ticked
        labels = [view.choice_label(question, c) for c in spoken]
        if labels:
            parts.append("«" + ", ".join(labels) + "»")
    return ", ".join(parts)


def show_results(view: View) -> Reply:
    """At most five cards, then topics. Headed by needs, never by a label on the person."""
    _ = view._
    shown = [item for item in view.listed if item.shown]
    blocks: list[Block] = [Heading(_("What may help"))]
    rows: list[tuple[Choice, ...]] = []
    if view.is_child:
        blocks.extend(_child_lines(view))
    blocks.extend(view.warn())
    if view.known.contradictions:
        blocks.append(
            Paragraph(
                _("Two of your answers do not fit together. You can look at them under «Your answers».")
            )
        )
    first = pick_first(view.edition, shown)
    if first:
        lines = []
        for item in first:
            record = view.edition.entitlements[item.id]
            lines.append(
                f"{view.say(record.title.short)} — {_why_shown(view, item.id, item.verdict, item.asked)}"
            )
            rows.append((view.go(view.say(record.title.short), "entitlement", item.id),))
        blocks.append(Steps(tuple(lines)))
    else:
        blocks.append(
            Paragraph(
                _(
                    "By what you said nothing stands out yet. These lines help with any question; or look by topic."
                )
            )
        )
        blocks.extend(_general_lines(view))
    counts: dict[str, int] = {}
    for item in shown:
        topic = view.edition.entitlements[item.id].topic
        counts[topic] = counts.get(topic, 0) + 1
    if counts:
        rest = len(shown) - len(first)
        if rest > 0:
            blocks.append(
                Paragraph(
                    view.n(
                        "There is {count} more, by topic:", "There are {count} more, by topic:", rest
                    ).format(count=rest)
                )
            )
        topics = [t for t in view.edition.base.topics if t.id in counts]
        buttons = [view.go(f"{view.say(t.title)} ({counts[t.id]})", "topic", t.id) for t in topics]
        rows.extend(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    if has_unseen(view.edition, view.known):
        blocks.append(
            Paragraph(_("There is also other help that we did not ask about: see all topics."), "note")
        )
    next_question = ask_next(view.edition, view.known)
    if next_question is not None:
        rows.append((Choice(_("A few more questions"), Press("do", "continue")),))
    rows.append((view.go(_("Contacts nearby"), "contacts"), view.go(_("All topics"), "topics")))
    rows.append((view.go(_("Your answers"), "review"), view.go(_("Why this is shown"), "groups")))
    rows.append((view.go(_("Talk to a person"), "handover"),))
    return view.close(blocks, rows, back=Press("go", "review"))


def _why_shown(view: View, id: str, verdict: Verdict, asked: bool) -> str:
    because = explain_rule(view.edition, view.known, view.answers, "entitlements", id).because
    told = tuple(q for q in because if q != view.edition.subject_question)
    reason = name_answers(view, told, view.edition.entitlements[id].when)
    words = view.verdict_words(verdict)
    if asked and not reason:
        reason = _name_asking(view, id)
    if asked and not reason:
        return words + "; " + view._("you asked to see it")
    return words + (("; " + view._("because of {answers}").format(answers=reason)) if reason else "")


def _name_asking(view: View, id: str) -> str:
    """The plain answers that asked for a record; a personal tick is never repeated."""
    asking = view.edition.entitlements[id].asked_by
    if asking is None:
        return ""
    ticked = [q for q in view.edition.name_choices(asking) if q in view.answers]
    return name_answers(view, tuple(ticked), asking)


def _child_lines(view: View) -> list[Block]:
    """Where it can be called: from abroad the number leads elsewhere, and under occupation none is safe."""
    blocks: list[Block] = []
    for contact in _pick_lines(view, (CHILD_LINE,)):
        blocks.append(Paragraph(view._("You can call the children's line and just talk.")))
        blocks.extend(contact_blocks(view, contact))
    return blocks


def _general_lines(view: View) -> list[Block]:
    blocks: list[Block] = []
    for contact in _pick_lines(view, GENERAL_LINES)[:3]:
        blocks.extend(contact_blocks(view, contact))
    return blocks


def _pick_lines(view: View, ids: Sequence[str]) -> list[Contact]:
    contacts = [view.edition.contacts[c] for c in ids if c in view.edition.contacts]
    return order_contacts(view.edition, contacts, view.caller_place, view.region, view.now)


def show_topics(view: View) -> Reply:
    """Every topic, with or without any screening."""
    session = view.session
    shown = ("topics", session.language, session.discreet or view.unsafe, bool(view.answers), session.arg)
    return view.share(shown, lambda: _draw_topics(replace(view, notices=())))


def _draw_topics(view: View) -> Reply:
    _ = view._
    blocks: list[Block] = [
        Heading(_("Topics")),
        Paragraph(_("Choose what it is about. Or write it in your own words.")),
    ]
    buttons = [view.go(view.say(t.title), "topic", t.id) for t in view.edition.base.topics]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    return view.close(blocks, rows, back=Press("go", "results") if view.answers else Press("go", "welcome"))


def show_topic(view: View, topic: str, page: int) -> Reply:
    """All records of a topic: those that fit first. A no goes last and is never hidden."""
    _ = view._
    record = next(t for t in view.edition.base.topics if t.id == topic)
    own, private = _list_of(view.edition, topic)
    listed = [i for i in view.listed if i.id in own and (record.personal or i.id not in private or i.shown)]
    listed.sort(key=lambda i: (i.verdict is Verdict.NO, not i.shown))
    pages = max(1, (len(listed) + PAGE - 1) // PAGE)
    page = min(max(page, 1), pages)
    part = listed[(page - 1) * PAGE : page * PAGE]
    blocks: list[Block] = [Heading(view.say(record.title)), Paragraph(view.say(record.about))]
    fitting = sum(i.shown for i in listed)
    if fitting:
        blocks.append(
            Paragraph(
                view.n(
                    "{count} fits what you said; it comes first.",
                    "{count} fit what you said; they come first.",
                    fitting,
                ).format(count=fitting),
                "note",
            )
        )
    rows: list[tuple[Choice, ...]] = []
    for item in part:
        entitlement = view.edition.entitlements[item.id]
        mark = "✓ " if item.shown and item.verdict is Verdict.YES else ""
        rows.append((view.go(mark + view.say(entitlement.title.short), "entitlement", item.id),))
    if pages > 1:
        row = []
        if page > 1:
            row.append(view.go(_("← Earlier"), "topic", f"{topic}-{page - 1}"))
        if page < pages:
            row.append(
                view.go(
                    _("More ({page} of {pages}) →").format(page=page + 1, pages=pages),
                    "topic",
                    f"{topic}-{page + 1}",
                )
            )
        rows.append(tuple(row))
    left = list_open_for(view.edition, view.known, [i.id for i in listed if i.verdict is Verdict.POSSIBLE])
    if left:
        rows.append((Choice(_("Answer a few questions on this topic"), Press("do", "topic", topic)),))
    if has_contacts(view.edition, topic, view.region, view.caller_place):
        rows.append((view.go(_("Contacts on this topic"), "contacts", topic),))
    offer = offer_notices(view, topic, topic in list_plain_topics(view.edition))
    if offer:
        rows.append(offer)
    return view.close(blocks, rows, back=Press("go", "topics"), sensitive=record.personal)


def _list_of(edition: Edition, topic: str) -> tuple[frozenset[str], frozenset[str]]:
    """The entitlements of a topic, and those among them that are nobody else's business."""
    key = ("of topic", topic)
    found: tuple[frozenset[str], frozenset[str]] | None = edition.memo.get(key)
    if found is None:
        own = [e for e in edition.entitlements.values() if e.topic == topic]
        private = frozenset(e.id for e in own if e.guarded == "personal")
        found = edition.memo[key] = frozenset(e.id for e in own), private
    return found


def show_groups(view: View) -> Reply:
    """The plan's groups with verdict and reason; a possible one only if an answer points to it."""
    _ = view._
    blocks: list[Block] = [
        Heading(_("Why this is shown")),
        Paragraph(
            _(
                "The National Action Plan 1325 names nineteen groups of people. A group decides what we show; each kind of help has its own conditions."
            )
        ),
    ]
    rows: list[tuple[Choice, ...]] = []
    lines = []
    for match in match_groups(view.edition, view.known):
        if match.verdict is Verdict.NO or (match.verdict is Verdict.POSSIBLE and not match.pointed):
            continue
        group = view.edition.groups[match.id]
        because = explain_rule(view.edition, view.known, view.answers, "groups", match.id).because
        sensitive = any(view.edition.questions[q].covered for q in because)
        reason = _("you asked to see it") if sensitive else name_answers(view, because, group.when)
        words = _("fits") if match.verdict is Verdict.YES else _("may fit")
        lines.append(f"{view.say(group.short)} — {words}" + (f": {reason}" if reason else ""))
        rows.append((view.go(view.say(group.short), "group", match.id),))
    blocks.append(Steps(tuple(lines)) if lines else Paragraph(_("No answer points to a group yet.")))
    if has_unseen(view.edition, view.known):
        blocks.append(Paragraph(_("There is also other help that we did not ask about."), "note"))
    rows.append((view.go(_("All groups of the plan"), "about", "groups"),))
    return view.close(blocks, rows, back=Press("go", "results"))


def show_group(view: View, id: str, page: int) -> Reply:
    """What a group of the plan means, and the help that is open to it."""
    _ = view._
    group = view.edition.groups[id]
    blocks: list[Block] = [
        Heading(view.say(group.short)),
        Paragraph(view.say(group.about)),
        Paragraph(_("In the plan: {title}").format(title=view.say(group.title)), "note"),
    ]
    listed = [
        i
        for i in view.listed
        if id in view.edition.entitlements[i.id].groups
        and (i.shown or not view.edition.entitlements[i.id].guarded)
    ]
    pages = max(1, (len(listed) + PAGE - 1) // PAGE)
    page = min(max(page, 1), pages)
    rows: list[tuple[Choice, ...]] = [
        (view.go(shorten(view.say(view.edition.entitlements[i.id].title.short)), "entitlement", i.id),)
        for i in listed[(page - 1) * PAGE : page * PAGE]
    ]
    if pages > 1:
        row = []
        if page > 1:
            row.append(view.go(_("← Earlier"), "group", f"{id}-{page - 1}"))
        if page < pages:
            row.append(
                view.go(
                    _("More ({page} of {pages}) →").format(page=page + 1, pages=pages),
                    "group",
                    f"{id}-{page + 1}",
                )
            )
        rows.append(tuple(row))
    return view.close(blocks, rows, back=Press("go", "groups"))

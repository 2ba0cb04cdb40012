"""What typed words led to: three cards at most, or an honest "not understood"."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.asked_back import AskedBack
from dialogs.guidance import explain_rule
from dialogs.press import Kind, Press
from dialogs.records import Question
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply, Steps
from dialogs.rules import Verdict
from dialogs.screens.asking import back_from
from dialogs.screens.results import name_answers
from dialogs.screens.view import View


def show_search(view: View, arg: str) -> Reply:
    _ = view._
    if arg.startswith("!"):
        return _show_miss(view, second=arg == "!2")
    items = [(kind, id) for kind, _sep, id in (item.partition(":") for item in arg.split(","))]
    regions = [id for kind, id in items if kind == "region" and id in view.edition.regions]
    hits = [hit for kind, id in items if (hit := _describe(view, kind, id)) is not None]
    guarded = any(hit.guarded for hit in hits)
    blocks: list[Block] = []
    if hits:
        blocks += [Heading(_("Is it one of these?")), Steps(tuple(f"{h.title} — {h.why}" for h in hits))]
    else:
        blocks.append(Heading(_("Which region is it?")))
        if len(regions) > 1:
            blocks.append(Paragraph(_("There is a place of that name in more than one.")))
    rows: list[tuple[Choice, ...]] = [
        (
            Choice(
                _("My region: {name}").format(name=view.say(view.edition.regions[id].name)), _set_region(id)
            ),
        )
        for id in regions
    ]
    rows += [(view.go(hit.title, hit.place, hit.id),) for hit in hits]
    asked = next((hit for hit in hits if hit.open), None)
    if asked is not None:
        rows.append(
            (Choice(_("Find out: {title}").format(title=asked.title), Press("do", "more", asked.id)),)
        )
    rows.append((view.go(_("None of these: topics"), "topics"), view.go(_("Contacts nearby"), "contacts")))
    rows.append((view.go(_("Talk to a person"), "handover"),))
    return view.close(blocks, rows, back=Press("do", "continue"), sensitive=guarded)


def show_asked_back(view: View, question: Question, asked: AskedBack) -> Reply:
    """Typed words that look like a choice: asked back, never just set; what else they may be about stands below."""
    _ = view._
    choices = [c for c in asked.choices if c in view.edition.bits[question.id]]
    kind: Kind = "tick" if question.kind == "many" else "answer"
    rows: list[tuple[Choice, ...]] = [
        (Choice(view.choice_label(question.id, c), Press("answer" if c == "none" else kind, question.id, c)),)
        for c in choices
    ]
    blocks: list[Block] = [Paragraph(_("Did you mean one of these?"))]
    items = (record.partition(":") for record in asked.records)
    hits = [
        hit for kind, _sep, id in items if (hit := _describe(view, kind, id)) is not None and not hit.guarded
    ]
    if hits:
        blocks += [Paragraph(_("Or is it about this?")), Steps(tuple(f"{h.title} — {h.why}" for h in hits))]
        rows += [(view.go(hit.title, hit.place, hit.id),) for hit in hits]
    rows.append((Choice(_("No, show the question again"), Press("ask", question.id)),))
    return view.close(blocks, rows, back=back_from(view, question.id), sensitive=question.covered)


def _set_region(id: str) -> Press:
    return Press("do", "region_is", id)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A record that typed words may mean: where it opens, why it fits, whether more answers would settle it."""

    place: str
    id: str
    title: str
    why: str
    guarded: bool = False
    open: bool = False


def _describe(view: View, kind: str, id: str) -> _Hit | None:
    if kind == "entitlement" and id in view.edition.entitlements:
        return _describe_entitlement(view, id)
    if kind == "contact" and id in view.edition.contacts:
        contact = view.edition.contacts[id]
        names = [
            view.say(view.edition.regions[r].short) for r in contact.regions if r in view.edition.regions
        ]
        why = ", ".join((view._("a contact"), *names[:2]))
        return _Hit("contact", id, view.say(contact.short), why, contact.guarded)
    if kind == "topic" and id in view.edition.topic_order:
        return _Hit("topic", id, _name_topic(view, id), view._("a topic"))
    return None


def _describe_entitlement(view: View, id: str) -> _Hit:
    """Its topic, and what the person's answers say of it: a "no" is told, never hidden."""
    record = view.edition.entitlements[id]
    why = _name_topic(view, record.topic)
    item = next(i for i in view.listed if i.id == id)
    because = explain_rule(view.edition, view.known, view.answers, "entitlements", id)
    if item.verdict is Verdict.NO or item.shown:
        reason = name_answers(view, because.because, record.when) if item.shown else ""
        why += "; " + (
            view._("because of {answers}").format(answers=reason)
            if reason
            else view.verdict_words(item.verdict)
        )
    guarded = record.guarded is not None
    settles = bool(view.answers and because.missing) and item.verdict is Verdict.POSSIBLE
    return _Hit("entitlement", id, view.say(record.title.short), why, guarded, settles)


def _name_topic(view: View, topic: str) -> str:
    return next((view.say(t.title) for t in view.edition.base.topics if t.id == topic), "")


def _show_miss(view: View, second: bool) -> Reply:
    _ = view._
    blocks: list[Block] = [
        Paragraph(_("I did not understand that. Nothing is lost.")),
        Paragraph(_("Try a few plain words, for example: «certificate», «rent», «missing». Or choose:")),
    ]
    human = (view.go(_("Talk to a person"), "handover"),)
    topics = (view.go(_("Topics"), "topics"), view.go(_("Contacts nearby"), "contacts"))
    on = (Choice(_("Go on with the questions"), Press("do", "continue")),)
    rows = [human, topics, on] if second else [topics, on, human]
    return view.close(blocks, rows)

"""The card of an entitlement, and why its verdict is what it is."""

from __future__ import annotations

from dataclasses import replace

from dialogs.firmness import find_newest, judge_entitlement
from dialogs.guidance import Explanation, explain_rule
from dialogs.hours import is_open
from dialogs.press import Press
from dialogs.reaching import contacts_of, reaches
from dialogs.records import Contact, Entitlement
from dialogs.reply import Block, Choice, Heading, Link, Paragraph, Reply, Steps
from dialogs.rules import Verdict
from dialogs.screens.lines import contact_blocks, say_firmness
from dialogs.screens.results import name_answers
from dialogs.screens.view import View

CARD_CONTACTS = 3


def show_entitlement(view: View, id: str) -> Reply:
    """Who, what, how, papers, deadline, refusal, contacts, law, source and date."""
    record = view.edition.entitlements[id]
    why = explain_rule(view.edition, view.known, view.answers, "entitlements", id)
    verdict = _say_verdict(view, record, why)
    lines = tuple((c.id, is_open(c.hours, view.now)) for c in pick_contacts(view, record))
    session, missing = view.session, len(why.missing)
    return view.share(
        (
            "card",
            id,
            session.language,
            session.discreet,
            view.caller_place,
            view.today,
            lines,
            verdict,
            missing,
        ),
        lambda: _draw_card(replace(view, notices=()), record, verdict, missing),
    )


def _draw_card(view: View, record: Entitlement, verdict: str, missing: int) -> Reply:
    _ = view._
    blocks: list[Block] = [*view.warn()]
    if record.warning:
        blocks.append(Paragraph(view.fill(record, record.warning), "warning"))
    blocks.append(Heading(view.fill(record, record.title.full)))
    blocks.append(Paragraph(verdict))
    blocks += card_blocks(view, record)
    rows: list[tuple[Choice, ...]] = []
    if missing:
        label = view.n(
            "Answer {count} question to know more", "Answer up to {count} questions to know more", missing
        ).format(count=missing)
        rows.append((Choice(label, Press("do", "more", record.id)),))
    rows.append((view.go(_("Why this answer?"), "why", record.id), view.go(_("To the results"), "results")))
    return view.close(
        blocks, rows, back=Press("go", "topic", record.topic), keep=True, sensitive=record.guarded is not None
    )


def pick_contacts(view: View, record: Entitlement) -> list[Contact]:
    """The few that stand on the card; who can confirm it is always among them."""
    contacts = contacts_of(view.edition, record, view.caller_place, view.region, view.now)
    confirm = view.edition.contacts.get(record.confirm_with)
    if (
        confirm is not None
        and confirm not in contacts[:CARD_CONTACTS]
        and reaches(confirm, view.caller_place)
    ):
        contacts = [*contacts[: CARD_CONTACTS - 1], confirm]
    return contacts[:CARD_CONTACTS]


def card_blocks(view: View, record: Entitlement) -> list[Block]:
    """What a card says to everybody, below its title and verdict."""
    _ = view._
    blocks: list[Block] = []
    firmness = judge_entitlement(record, view.today)
    mark = say_firmness(view, firmness)
    if firmness.mark in ("amount", "ended", "unconfirmed"):
        confirm = view.edition.contacts.get(record.confirm_with)
        if confirm is not None and reaches(confirm, view.caller_place):
            mark += ". " + _("Who can confirm: {contact}").format(contact=view.say(confirm.short))
    blocks.append(Paragraph(mark[0].upper() + mark[1:].rstrip(".") + ".", "note"))
    blocks.append(Paragraph(view.fill(record, record.what)))
    blocks += [Heading(_("For whom")), Paragraph(view.fill(record, record.who))]
    if record.decided_elsewhere:
        blocks.append(Heading(_("What else decides")))
        blocks.append(
            Steps(
                tuple(
                    f"{view.fill(record, d.what)} — {view.fill(record, d.who)}"
                    for d in record.decided_elsewhere
                )
            )
        )
    if record.how:
        blocks += [
            Heading(_("What to do")),
            Steps(tuple(view.fill(record, s) for s in record.how), numbered=True),
        ]
    if record.documents:
        blocks += [Heading(_("Papers")), Steps(tuple(view.fill(record, s) for s in record.documents))]
    if record.deadline:
        blocks += [Heading(_("Time limit")), Paragraph(view.fill(record, record.deadline))]
    if record.refusal:
        blocks += [Heading(_("If you are refused")), Paragraph(view.fill(record, record.refusal))]
    contacts = pick_contacts(view, record)
    if contacts:
        blocks.append(Heading(_("Whom to ask")))
        for contact in contacts:
            blocks.extend(contact_blocks(view, contact))
    elif view.unsafe:
        blocks.append(
            Paragraph(
                _(
                    "No checked contact works from there. Ask through relatives in government-controlled territory."
                )
            )
        )
    if record.online and not view.unsafe:
        blocks.append(Link(_("Apply or read online"), record.online))
    return [*blocks, *_foundation(view, record)]


def _say_verdict(view: View, record: Entitlement, why: Explanation) -> str:
    _ = view._
    if why.verdict is Verdict.NO:
        return _(
            "By what you said the conditions do not match. The office decides: you can apply and get the answer in writing."
        )
    if why.verdict is Verdict.YES:
        reason = name_answers(view, why.because, record.when)
        words = _("You may be entitled to this.")
        return words + (" " + _("Because of {answers}.").format(answers=reason) if reason else "")
    if record.when is None:
        return _("Possible: the conditions are not written down here yet. Ask the contact below.")
    return (
        _("Possible. What decides it stands below; a few answers would tell more.")
        if why.missing
        else _("Possible. What decides it stands below.")
    )


def _foundation(view: View, record: Entitlement) -> list[Block]:
    """The law and the sources, small, at the end."""
    _ = view._
    blocks: list[Block] = []
    acts = view.edition.acts
    laws = []
    for basis in record.legal_basis:
        act = acts.get(basis.act)
        if act is not None:
            article = _(", art. {article}").format(article=basis.article) if basis.article else ""
            laws.append(view.say(act.title) + article)
    if laws:
        blocks += [Heading(_("Law")), Paragraph("; ".join(laws) + ".", "note")]
    newest = find_newest(record.sources)
    count = len(record.sources)
    words = view.n("{count} source", "{count} sources", count).format(count=count)
    if newest:
        words += ", " + _("the newest of {month}").format(month=view.words.format_month(newest))
    checked = (
        _("checked on {day}").format(day=view.words.format_date(record.checked_on))
        if record.checked_on
        else _("not yet checked by a person outside this project")
    )
    blocks.append(Paragraph(f"{words}; {checked.rstrip('.')}.", "note"))
    links = [s for s in record.sources if s.url]
    links.sort(key=lambda s: s.page_date or "", reverse=True)
    if links and links[0].url and not view.unsafe:
        blocks.append(Link(_("Source"), links[0].url))
    return blocks


def show_why(view: View, id: str) -> Reply:
    """The smallest set of answers that forces the verdict, what is missing, and what would change it."""
    _ = view._
    record = view.edition.entitlements[id]
    why = explain_rule(view.edition, view.known, view.answers, "entitlements", id, switch=True)
    blocks: list[Block] = [Heading(view.say(record.title.short)), Paragraph(_say_verdict(view, record, why))]
    reason = name_answers(view, why.because, record.when)
    hidden = any(view.is_masked(q) for q in why.because)
    if reason or hidden:
        shown = reason or _("a personal answer")
        blocks.append(Paragraph(_("What speaks: {answers}.").format(answers=shown)))
    elif why.verdict is Verdict.YES:
        blocks.append(Paragraph(_("This is open to everybody; no answer is needed.")))
    if why.missing:
        asked = [
            view.ask_text(view.edition.questions[q])
            for q in why.missing
            if not view.edition.questions[q].covered
        ]
        if asked:
            blocks += [Heading(_("What is still open")), Steps(tuple(asked))]
        if len(asked) < len(why.missing):
            blocks.append(Paragraph(_("There is also a personal question; it can be skipped."), "note"))
    if why.switch is not None:
        question, choice, verdict = why.switch
        if not view.edition.questions[question].covered:
            blocks.append(
                Paragraph(
                    _("It would be different with the answer «{answer}»: {verdict}.").format(
                        answer=view.choice_label(question, choice), verdict=view.verdict_words(verdict)
                    )
                )
            )
    if record.decided_elsewhere:
        blocks.append(Heading(_("What else decides")))
        blocks.append(
            Steps(
                tuple(
                    f"{view.fill(record, d.what)} — {view.fill(record, d.who)}"
                    for d in record.decided_elsewhere
                )
            )
        )
    rows: list[tuple[Choice, ...]] = []
    for question in why.because:
        if question in view.answers:
            rows.append((Choice(_("Change an answer"), Press("ask", question)),))
            break
    if why.missing:
        rows.append((Choice(_("Answer the questions"), Press("do", "more", id)),))
    return view.close(blocks, rows, back=Press("go", "entitlement", id), sensitive=record.guarded is not None)

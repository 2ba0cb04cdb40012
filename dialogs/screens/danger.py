"""Urgent help, and the answer to a cry for help: lines by place, and never one that endangers."""

from __future__ import annotations

from dataclasses import replace

from dialogs.press import Press
from dialogs.reaching import order_contacts
from dialogs.reply import Block, Choice, Heading, Paragraph, Phone, Reply
from dialogs.screens.lines import contact_blocks
from dialogs.screens.view import View

CHILD_LINE = "la_strada_child"
URGENT_LINES = ("lifeline_7333", "la_strada_adult", CHILD_LINE, "evac_203", "legal_aid_national")


def urgent_blocks(view: View) -> list[Block]:
    """Emergency numbers by place: never Ukraine's for somebody under occupation or in Russia."""
    _ = view._
    place = view.caller_place
    blocks: list[Block] = []
    if view.unsafe:
        return [
            Paragraph(
                _(
                    "Emergency numbers there are answered by the occupying authorities. Do not call them about Ukraine, and do not call Ukrainian numbers from there."
                ),
                "warning",
            ),
            Paragraph(
                _(
                    "If you can, ask relatives in government-controlled territory to call for you. Write only when nobody sees the phone."
                )
            ),
        ]
    if place == "abroad":
        blocks.append(
            Paragraph(
                _("Danger to life: 112 in the European Union. In other countries call the local police.")
            )
        )
        return blocks
    if not place:
        blocks.append(Paragraph(_("If you are in government-controlled Ukraine, danger to life: 112.")))
    else:
        blocks.append(Paragraph(_("Danger to life: call.")))
    blocks += [
        Phone("112", "112", _("any danger")),
        Phone("103", "103", _("ambulance")),
        Phone("102", "102", _("police")),
        Phone("101", "101", _("fire")),
    ]
    return blocks


def show_urgent(view: View) -> Reply:
    _ = view._
    blocks: list[Block] = [Heading(_("Urgent")), *urgent_blocks(view)]
    wanted = [view.edition.contacts[c] for c in URGENT_LINES if c in view.edition.contacts]
    fitting = (c for c in wanted if (c.id == CHILD_LINE) == view.is_child)
    kept = order_contacts(view.edition, fitting, view.caller_place, view.region, view.now)
    if kept:
        blocks.append(Heading(_("Lines that listen")))
        for contact in kept[:4]:
            blocks.extend(contact_blocks(view, contact))
    rows: list[tuple[Choice, ...]] = []
    if view.place in ("near_front", "fighting", ""):
        rows.append((view.go(_("Evacuation"), "topic", "safety"),))
    rows.append(
        (
            view.go(_("Personal safety"), "topic", "personal"),
            view.go(_("Someone is missing"), "topic", "search"),
        )
    )
    return view.close(blocks, rows, back=Press("do", "resume"), keep=True)


def show_crisis(view: View, kind: str) -> Reply:
    """Urgent lines first, one gentle sentence, and the way back to the same question."""
    record = next((k for k in view.edition.base.crisis.kinds if k.id == kind), None)
    blocks = urgent_blocks(view)
    if record is not None:
        blocks.append(Paragraph(view.say(record.sentence)))
        ids = {*record.contacts, CHILD_LINE} if view.is_child else record.contacts
        contacts = [view.edition.contacts[c] for c in ids if c in view.edition.contacts]
        contacts = order_contacts(view.edition, contacts, view.caller_place, view.region, view.now)
        if view.is_child:
            contacts.sort(key=lambda contact: contact.id != CHILD_LINE)
        for contact in contacts[:3]:
            blocks.extend(contact_blocks(view, contact))
    blocks += [Paragraph(notice, "note") for notice in view.notices]  # lines come before everything else
    rows = [(Choice(view._("Back to where I was"), Press("do", "resume")),)]
    lead = view._("Here is what may help:")
    return replace(view, notices=()).close(blocks, rows, keep=True, sensitive=True, lead=lead)

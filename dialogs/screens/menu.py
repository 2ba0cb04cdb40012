"""Menu, contacts, settings, and what is said when a dialogue is hidden or erased."""

from __future__ import annotations

from dialogs.press import Press
from dialogs.reaching import list_contacts, order_contacts
from dialogs.records import Contact
from dialogs.reply import Block, Choice, Heading, Paragraph, Reply
from dialogs.screens.danger import CHILD_LINE
from dialogs.screens.lines import contact_blocks, say_firmness
from dialogs.screens.view import View
from dialogs.session import SUBJECTS

CONTACTS_PAGE = 4
HUMAN_LINES = ("gov_hotline_1545", "legal_aid_national", "lifeline_7333", "missing_commissioner_1698")


def show_more(view: View) -> Reply:
    """The menu."""
    _ = view._
    blocks: list[Block] = [
        Heading(_("Menu")),
        Paragraph(_("You can also write in your own words what you need.")),
    ]
    rows: list[tuple[Choice, ...]] = [
        (view.go(_("Results"), "results"), view.go(_("Your answers"), "review")),
        (view.go(_("Topics"), "topics"), view.go(_("Contacts nearby"), "contacts")),
        (view.go(_("Talk to a person"), "handover"), view.go(_("Settings and language"), "settings")),
        (view.go(_("About Resolution 1325"), "about"), view.go(_("What is kept"), "about", "privacy")),
        (Choice(_("Go on with the questions"), Press("do", "continue")),),
    ]
    sensitive = view.session.discreet or view.unsafe
    first = [Paragraph(notice, "note") for notice in view.notices]
    return Reply(
        (*view.veil(sensitive), *first, *blocks),
        (*rows, view.safety_row()),
        sensitive=sensitive,
        place=(view.session.state, view.session.arg),
    )


def show_contacts(view: View, topic: str, page: int) -> Reply:
    """Contacts of the region: open now first, local first, only those that work from there."""
    _ = view._
    region = view.edition.regions.get(view.region or "")
    where = view.say(region.name) if region else _("whole country")
    found = _find_contacts(view, topic)
    pages = max(1, (len(found) + CONTACTS_PAGE - 1) // CONTACTS_PAGE)
    page = min(max(page, 1), pages)
    blocks: list[Block] = []
    rows: list[tuple[Choice, ...]] = []
    title = next((view.say(t.title) for t in view.edition.base.topics if t.id == topic), "")
    personal = any(t.personal for t in view.edition.base.topics if t.id == topic)
    blocks.append(Heading(_("Contacts: {where}").format(where=where) + (f". {title}" if title else "")))
    if view.unsafe:
        blocks.append(
            Paragraph(_("Only what may work from there. Write only when nobody sees the phone."), "warning")
        )
    for contact in found[(page - 1) * CONTACTS_PAGE : page * CONTACTS_PAGE]:
        blocks.extend(contact_blocks(view, contact))
    if not found:
        blocks.append(Paragraph(_("No checked contact here. Try another topic, or ask a person.")))
    if pages > 1:
        row = []
        name = topic or "all"
        if page > 1:
            row.append(view.go(_("← Earlier"), "contacts", f"{name}-{page - 1}"))
        if page < pages:
            row.append(
                view.go(
                    _("More ({page} of {pages}) →").format(page=page + 1, pages=pages),
                    "contacts",
                    f"{name}-{page + 1}",
                )
            )
        rows.append(tuple(row))
    buttons = [
        view.go(view.say(t.title), "contacts", t.id) for t in view.edition.base.topics if t.id != topic
    ]
    if page == 1:
        rows.extend(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    if view.edition.region_question:
        rows.append((Choice(_("Another region"), Press("do", "region")),))
    return view.close(blocks, rows, back=Press("go", "results"), keep=True, sensitive=personal)


def _find_contacts(view: View, topic: str) -> list[Contact]:
    if topic:
        return list_contacts(view.edition, topic, view.region, view.caller_place, view.now)
    everything = list_contacts(view.edition, None, view.region, view.caller_place, view.now)
    local = [c for c in everything if c.regions]
    wide = [c for c in everything if not c.regions and c.id in HUMAN_LINES]
    return [*local, *wide]


def show_contact(view: View, id: str) -> Reply:
    contact = view.edition.contacts[id]
    blocks = [*view.warn(), *contact_blocks(view, contact, full=True)]
    topic = contact.topics[0] if contact.topics else ""
    return view.close(blocks, [], back=Press("go", "contacts", topic), keep=True, sensitive=contact.guarded)


def list_human_lines(view: View) -> list[Contact]:
    """Lines with people for whoever this is, those that are open now first; only what works from there."""
    ids = (CHILD_LINE,) if view.is_child else HUMAN_LINES
    lines = (view.edition.contacts[c] for c in ids if c in view.edition.contacts)
    return order_contacts(view.edition, lines, view.caller_place, view.region, view.now)


def show_handover(view: View) -> Reply:
    """Lines with people, those that are open now first."""
    _ = view._
    blocks: list[Block] = [Heading(_("Talk to a person"))]
    found = list_human_lines(view)
    if found and view.unsafe:
        blocks.append(
            Paragraph(_("Only what may work from there. Write only when nobody sees the phone."), "warning")
        )
    elif found:
        blocks.append(
            Paragraph(
                _("You can say: «I am calling about help because of the war». You need not tell everything.")
            )
        )
    for contact in found[:3]:
        blocks.extend(contact_blocks(view, contact))
    if not found:
        blocks.append(
            Paragraph(
                _(
                    "No checked line works from there. Ask through relatives in government-controlled territory."
                )
            )
        )
    return view.close(blocks, [], back=Press("do", "resume"), keep=True)


def show_settings(view: View) -> Reply:
    _ = view._
    subjects = {"self": _("me and my family"), "relative": _("a relative"), "client": _("someone I help")}
    discreet = _("on") if view.session.discreet else _("off")
    blocks: list[Block] = [
        Heading(_("Settings")),
        Paragraph(_("We are talking about: {subject}.").format(subject=subjects[view.session.subject])),
        Paragraph(
            _(
                "Discreet mode: {state}. Messages cannot be forwarded, and their first line tells nothing. In Telegram everything is hidden after five minutes without a tap."
            ).format(state=discreet)
        ),
    ]
    names = view.edition.base.settings.languages if view.edition.base.settings else ()
    rows: list[tuple[Choice, ...]] = [
        tuple(
            Choice(
                ("✓ " if n.id == view.session.language else "") + n.name,
                Press("set", "language", n.id),
                ticked=n.id == view.session.language,
            )
            for n in names
        )
    ]
    for subject in SUBJECTS:
        mark = "✓ " if subject == view.session.subject else ""
        rows.append(
            (
                Choice(
                    mark + _("About: {subject}").format(subject=subjects[subject]),
                    Press("set", "subject", subject),
                ),
            )
        )
    rows.append(
        (
            Choice(
                _("Turn discreet mode off") if view.session.discreet else _("Turn discreet mode on"),
                Press("set", "discreet", "off" if view.session.discreet else "on"),
            ),
        )
    )
    if view.session.reachable:
        rows.append((view.go(_("Notices of changes"), "notices"),))
    rows.append((Choice(_("Start anew (answers are erased)"), Press("do", "restart")),))
    return view.close(blocks, rows, back=Press("go", "more"))


def show_cover(view: View) -> Reply:
    """Neutral, after a silence: phones are shared."""
    _ = view._
    return Reply(
        (
            *(Paragraph(notice, "note") for notice in view.notices),
            Paragraph(_("Hello. Go on, or start anew?")),
        ),
        (
            (Choice(_("Go on"), Press("do", "resume")), Choice(_("Start anew"), Press("do", "restart"))),
            view.safety_row(),
        ),
        wipe="hide" if view.session.discreet else "",
        place=("cover", ""),
    )


def show_hidden(view: View) -> Reply:
    """One neutral line is all that stays; what cannot be hidden is said honestly."""
    _ = view._
    return Reply(
        (
            Paragraph(_("A directory of contacts. To open it, write /start.")),
            Paragraph(
                _(
                    "Messages older than two days may remain, and the bot stays in the list of chats and on other devices with this account. To remove all of it: delete the chat yourself, and look at Settings → Devices."
                ),
                "note",
            ),
        ),
        ((Choice(_("Go on"), Press("do", "resume")),),),
        wipe="hide",
        place=("hidden", ""),
    )


def show_erase(view: View) -> Reply:
    """Asked back once: answers cannot be brought back."""
    _ = view._
    blocks: list[Block] = [
        Heading(_("Erase everything?")),
        Paragraph(
            _(
                "Your answers and settings here will be forgotten, and the messages of the last two days deleted. This cannot be undone."
            )
        ),
    ]
    rows = [
        (Choice(_("Yes, erase"), Press("do", "erase")),),
        (Choice(_("No, go back"), Press("do", "resume")),),
    ]
    return view.close(blocks, rows)


def show_erased(view: View) -> Reply:
    _ = view._
    return Reply(
        (
            Paragraph(
                _(
                    "Erased. Your answers and settings are no longer here. Messages older than two days may remain: delete the chat yourself."
                )
            ),
        ),
        ((Choice(_("Start anew"), Press("do", "restart")),),),
        wipe="erase",
        place=("erased", ""),
    )


__all__ = [
    "say_firmness",
    "show_contact",
    "show_contacts",
    "show_cover",
    "show_erase",
    "show_erased",
    "show_handover",
    "show_hidden",
    "show_more",
    "show_settings",
]

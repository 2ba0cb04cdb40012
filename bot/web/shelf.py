"""The whole base as pages to read: topics, help, groups, contacts, regions, about 1325. No answers, no session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.web.render import Section, split_sections
from dialogs.firmness import judge_contact, judge_entitlement
from dialogs.reaching import list_contacts
from dialogs.records import Contact, Entitlement, Source
from dialogs.reply import Block, Heading, Link, Paragraph, Phone
from dialogs.screens.about import page_blocks
from dialogs.screens.cards import card_blocks, pick_contacts
from dialogs.screens.lines import contact_blocks, format_phone, say_firmness
from dialogs.screens.view import View

Address = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list that leads to a page, with numbers to call and its mark of firmness."""

    text: str
    url: str
    detail: str = ""
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    heading: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Leaf:
    """A page of the handbook.

    Attributes:
        up: The page above it, first the front.
        record: What "this is wrong" speaks of.
        quiet: The page's name must not show in a tab or a link preview.
    """

    title: str
    sections: list[Section] = field(default_factory=list)
    shelves: list[Shelf] = field(default_factory=list)
    up: list[Entry] = field(default_factory=list)
    record: str = ""
    quiet: bool = False


class Librarian:
    """Makes pages from a view without answers. `address(kind, id)` tells where a page stands."""

    def __init__(self, view: View, address: Address) -> None:
        self.view, self._address = view, address
        self.edition = view.edition

    def find(self, kind: str, id: str) -> Leaf | None:
        """A page by its kind and id; None when this edition has none."""
        make: dict[str, Callable[[str], Leaf | None]] = {
            "topic": self.topic,
            "entitlement": self.entitlement,
            "group": self.group,
            "contact": self.contact,
            "region": self.region,
            "about": self.about,
        }
        return make[kind](id) if kind in make else None

    def front(self) -> Leaf:
        _, view, base = self.view._, self.view, self.edition.base
        blocks: list[Block] = [
            Paragraph(
                _(
                    "Everything this service knows: what help there is because of the war, for whom, and "
                    "whom to call."
                )
            ),
            Paragraph(_("Life in danger, in government-controlled Ukraine: 112.")),
        ]
        return Leaf(
            _("Handbook"),
            split_sections(blocks),
            [
                Shelf(
                    _("Topics"),
                    tuple(self._at("topic", t.id, view.say(t.title), view.say(t.about)) for t in base.topics),
                ),
                Shelf(
                    _("Contacts by region"), (self._at("contacts", "", _("Whole country")), *self._regions())
                ),
                Shelf(
                    _("Groups of the plan 1325"),
                    tuple(self._at("group", g.id, view.say(g.short)) for g in self.edition.groups.values()),
                ),
                Shelf(
                    _("About Resolution 1325"),
                    tuple(self._at("about", p.id, view.say(p.title)) for p in base.about),
                ),
            ],
        )

    def topic(self, id: str) -> Leaf | None:
        _, view = self.view._, self.view
        record = next((t for t in self.edition.base.topics if t.id == id), None)
        if record is None:
            return None
        found = [e for e in self.edition.entitlements.values() if e.topic == id]
        found.sort(key=lambda e: -e.weight)
        contacts = list_contacts(self.edition, id, None, "", view.now)
        # A guarded contact stands nowhere else, so the personal topic lists every one of them.
        others = [c for c in self.edition.contacts.values() if c.guarded and c not in contacts]
        return Leaf(
            view.say(record.title),
            split_sections([Paragraph(view.say(record.about))]),
            [
                Shelf(_("What help there is"), self._entitlements(found)),
                Shelf(_("Contacts on this topic"), self._contacts(contacts)),
                *([Shelf(_("Other contacts"), self._contacts(others))] if record.personal else []),
            ],
            [self._front()],
            quiet=record.personal,
        )

    def entitlement(self, id: str) -> Leaf | None:
        view, record = self.view, self.edition.entitlements.get(id)
        if record is None:
            return None
        blocks: list[Block] = (
            [Paragraph(view.fill(record, record.warning), "warning")] if record.warning else []
        )
        topic = next((t for t in self.edition.base.topics if t.id == record.topic), None)
        up = [self._front()]
        if topic is not None:
            up.append(self._at("topic", topic.id, view.say(topic.title)))
        shown = {view.say(c.short): c for c in pick_contacts(view, record)}
        others = [
            self.edition.contacts[c]
            for c in record.contacts
            if c in self.edition.contacts and self.edition.contacts[c] not in shown.values()
        ]
        sections = split_sections([*blocks, *self._card(record), *self._sources(record.sources)])
        for section in sections:
            if section.below and section.heading in shown:
                section.url = self._address("contact", shown[section.heading].id)
        groups = tuple(
            self._at("group", g, view.say(self.edition.groups[g].short))
            for g in record.groups
            if g in self.edition.groups
        )
        return Leaf(
            view.fill(record, record.title.full),
            sections,
            [
                Shelf(view._("Other contacts"), self._contacts(others)),
                Shelf(view._("Groups of the plan 1325"), groups),
            ],
            up,
            f"entitlement:{id}",
            record.guarded is not None or (topic is not None and topic.personal),
        )

    def _card(self, record: Entitlement) -> list[Block]:
        """The card without its one newest source: here all of them follow."""
        blocks = card_blocks(self.view, record)
        newest = [
            b for b in blocks[-1:] if isinstance(b, Link) and any(s.url == b.url for s in record.sources)
        ]
        return blocks[: len(blocks) - len(newest)]

    def group(self, id: str) -> Leaf | None:
        _, view, record = self.view._, self.view, self.edition.groups.get(id)
        if record is None:
            return None
        found = [e for e in self.edition.entitlements.values() if id in e.groups]
        found.sort(key=lambda e: -e.weight)
        blocks: list[Block] = [
            Paragraph(view.say(record.about)),
            Paragraph(_("In the plan: {title}").format(title=view.say(record.title)), "note"),
            *self._sources(record.sources),
        ]
        return Leaf(
            view.say(record.short),
            split_sections(blocks),
            [Shelf(_("What help there is"), self._entitlements(found))],
            [self._front()],
            f"group:{id}",
            quiet=any(e.guarded for e in found),
        )

    def contact(self, id: str) -> Leaf | None:
        view, record = self.view, self.edition.contacts.get(id)
        if record is None:
            return None
        name, *blocks = contact_blocks(view, record, full=True)
        title = name.text if isinstance(name, Heading) else view.say(record.name)
        asked = [e for e in self.edition.entitlements.values() if id in e.contacts]
        regions = ", ".join(
            view.say(self.edition.regions[r].name) for r in record.regions if r in self.edition.regions
        )
        if regions:
            blocks.append(Paragraph(regions, "note"))
        return Leaf(
            title,
            split_sections([*blocks, *self._sources(record.sources)]),
            [Shelf(view._("What they help with"), self._entitlements(asked))] if asked else [],
            [self._front(), self._at("contacts", "", view._("Contacts"))],
            f"contact:{id}",
            record.guarded,
        )

    def contacts(self) -> Leaf:
        _ = self.view._
        found = [c for c in self.edition.contacts.values() if not c.regions and not c.guarded]
        return Leaf(
            _("Contacts"),
            [],
            [
                Shelf(_("By region"), tuple(self._regions())),
                Shelf(_("Whole country"), self._contacts(found)),
            ],
            [self._front()],
        )

    def region(self, id: str) -> Leaf | None:
        view, record = self.view, self.edition.regions.get(id)
        if record is None:
            return None
        found = [c for c in self.edition.contacts.values() if id in c.regions and not c.guarded]
        sections = [] if found else split_sections([Paragraph(view._("No checked contact here yet."))])
        return Leaf(
            view.say(record.name),
            sections,
            [
                *([Shelf(view._("Contacts"), self._contacts(found))] if found else []),
                Shelf(view._("Also"), (self._at("contacts", "", view._("Whole country")),)),
            ],
            [self._front(), self._at("contacts", "", view._("Contacts"))],
            f"region:{id}",
        )

    def about(self, id: str) -> Leaf | None:
        view = self.view
        page = next((p for p in self.edition.base.about if p.id == id), None)
        if page is None:
            return None
        groups = tuple(self._at("group", g.id, view.say(g.title)) for g in self.edition.groups.values())
        return Leaf(
            view.say(page.title),
            split_sections([*page_blocks(view, page), *self._sources(page.sources)]),
            [Shelf(view._("Groups of the plan 1325"), groups)] if id == "groups" else [],
            [self._front()],
            f"about:{id}",
        )

    # ---- entries ----

    def _at(self, kind: str, id: str, text: str, detail: str = "") -> Entry:
        return Entry(text, self._address(kind, id), detail)

    def _front(self) -> Entry:
        return self._at("front", "", self.view._("Handbook"))

    def _regions(self) -> Iterable[Entry]:
        for region in self.edition.regions.values():
            yield self._at("region", region.id, self.view.say(region.short))

    def _entitlements(self, found: Iterable[Entitlement]) -> tuple[Entry, ...]:
        view = self.view
        return tuple(
            self._at(
                "entitlement",
                e.id,
                view.fill(e, e.title.full),
                say_firmness(view, judge_entitlement(e, view.today)),
            )
            for e in found
        )

    def _contacts(self, found: Iterable[Contact]) -> tuple[Entry, ...]:
        view = self.view
        return tuple(
            Entry(
                view.say(c.name),
                self._address("contact", c.id),
                say_firmness(view, judge_contact(c, view.today)),
                tuple(Phone(format_phone(number), number) for number in c.phones[:2]),
            )
            for c in found
        )

    def _sources(self, sources: tuple[Source, ...]) -> list[Block]:
        pages = sorted((s for s in sources if s.url), key=lambda s: s.page_date or "", reverse=True)
        if not pages:
            return []
        found: list[Block] = [Heading(self.view._("Sources"))]
        for source in pages:
            assert source.url is not None
            host = source.url.split("/")[2].removeprefix("www.")
            found.append(Link(f"{host}, {source.page_date}" if source.page_date else host, source.url))
        return found

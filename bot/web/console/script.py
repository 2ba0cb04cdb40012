"""What stands on the console during a call: what to say now, what was said, what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeVar

from bot.web.console.asking import pick_question
from bot.web.console.call import Call
from bot.web.console.directory import Directory, Line, find_directory
from bot.web.console.summary import list_near, pick_contacts
from dialogs.edition import Edition
from dialogs.guidance import GroupMatch, Listed, explain_rule, match_groups
from dialogs.press import Press
from dialogs.reaching import list_phones
from dialogs.records import Contact, Question
from dialogs.reply import Block
from dialogs.rules import Verdict
from dialogs.screens.danger import urgent_blocks
from dialogs.screens.lines import say_firmness
from dialogs.screens.results import name_answers
from dialogs.screens.view import View
from dialogs.session import UNKNOWN, WITHHELD

CARDS = 12
CONTACTS = 8
# How many of each kind are remembered of an edition: some 0.7 KiB each, a question up to 5.
KEPT = {"groups": 4_096, "entitlements": 4_096, "said": 4_096, "asked": 256}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as a key and a button. `hint` explains it; `note` names its question where that is not plain."""

    label: str
    data: str
    number: int | None = None
    ticked: bool = False
    hint: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question on the screen, in the operator's wording."""

    id: str
    say: str
    avoid: str
    why: str
    options: tuple[Option, ...]
    sensitive: bool
    many: bool
    region: bool
    for_another: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An answered question: its ticks can be taken back one by one."""

    title: str
    ask: str
    ticks: tuple[Option, ...]
    odd: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A group or an entitlement in the results."""

    id: str
    title: str
    verdict: str
    reason: str
    mark: str = ""
    open: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    asked: Asked | None
    said: tuple[Said, ...]
    groups: tuple[Row, ...]
    cards: tuple[Row, ...]
    more: tuple[tuple[str, str, int], ...]
    contacts: tuple[Line, ...]
    danger: tuple[Block, ...]
    unsafe: bool
    child: bool
    abroad: bool
    odd: bool


def write_script(view: View, call: Call) -> Script:
    edition = view.edition
    question = pick_question(edition, call, view.known, view.answers, view.listed)
    shown = [item for item in view.listed if item.shown]
    first, rest = shown[:CARDS], shown[CARDS:]
    directory = find_directory(view)
    return Script(
        _ask(view, edition.questions[question]) if question else None,
        tuple(_list_said(view)),
        tuple(list_groups(view)),
        tuple(make_row(view, item) for item in first),
        tuple(_count_topics(view, [item.id for item in rest])),
        tuple(directory.make_line(view, c) for c in _list_contacts(view, [i.id for i in first], directory)),
        () if view.unsafe else tuple(urgent_blocks(view)),
        view.unsafe,
        view.is_child,
        view.caller_place == "abroad",
        bool(view.known.contradictions),
    )


def _ask(view: View, question: Question) -> Asked:
    ticked = view.answers.get(question.id, ())
    key = (question.id, ticked, view.session.language, view.session.subject)
    return _recall(view, "asked", key, partial(_make_asked, view, question, ticked))


def _make_asked(view: View, question: Question, ticked: tuple[str, ...]) -> Asked:
    many = question.kind == "many"
    options = []
    for number, choice in enumerate(view.edition.choices[question.id], 1):
        options.append(
            Option(
                view.say(choice.label),
                press_for(view.edition, question.id, choice.id, choice.id in ticked).data,
                number if number < 10 and question.kind != "region" else None,
                choice.id in ticked,
                view.say(choice.hint),
            )
        )
    return Asked(
        question.id,
        view.say(question.operator),
        view.say(question.avoid),
        view.say(question.why),
        tuple(options),
        question.covered,
        many,
        question.kind == "region",
        view.session.subject != "self",
    )


def press_for(edition: Edition, question: str, choice: str, ticked: bool) -> Press:
    """The button of a choice says its result: an answer given is taken back, another is set."""
    if ticked:
        return Press("untick", question, choice)
    many = edition.questions[question].kind == "many" and choice != "none"
    return Press("tick" if many else "answer", question, choice)


def _list_said(view: View) -> list[Said]:
    """Answers in the base's order. A personal answer is named by its question's turn only."""
    said = []
    for id in sorted(view.answers, key=view.edition.order.__getitem__):
        answer, odd = view.answers[id], id in view.known.contradictions
        key = (id, answer, odd, view.session.language, view.session.subject)
        said.append(_recall(view, "said", key, partial(_make_said, view, id, answer, odd)))
    return said


def _make_said(view: View, id: str, answer: tuple[str, ...], odd: bool) -> Said:
    choices = [c for c in answer if c not in (UNKNOWN, WITHHELD)]
    ticks = [Option(view.choice_label(id, c), Press("untick", id, c).data, ticked=True) for c in choices]
    if not choices:
        word = view._("I don't know") if UNKNOWN in answer else view._("Skipped")
        ticks = [Option(word, "")]
    return Said(
        view.ask_text(view.edition.questions[id]).split("?")[0] + "?",
        Press("ask", id).data,
        tuple(ticks),
        odd,
        bool(choices) and UNKNOWN in answer,
    )


def list_groups(view: View) -> list[Row]:
    """As every channel has it: a possible group is named only when an answer points to it."""
    rows = []
    for match in match_groups(view.edition, view.known):
        if match.verdict is Verdict.NO or (match.verdict is Verdict.POSSIBLE and not match.pointed):
            continue
        rows.append(_recall_row(view, "groups", match, partial(_make_group, view, match)))
    return rows


def _make_group(view: View, match: GroupMatch) -> Row:
    group = view.edition.groups[match.id]
    why = explain_rule(view.edition, view.known, view.answers, "groups", match.id)
    personal = any(view.edition.questions[q].covered for q in why.because)
    reason = view._("asked to see it") if personal else name_answers(view, why.because, group.when)
    return Row(match.id, view.say(group.short), match.verdict.word, reason, "", len(why.missing))


def make_row(view: View, item: Listed) -> Row:
    return _recall_row(view, "entitlements", item, partial(_make_card, view, item))


def _make_card(view: View, item: Listed) -> Row:
    id = item.id
    record = view.edition.entitlements[id]
    why = explain_rule(view.edition, view.known, view.answers, "entitlements", id)
    reason = name_answers(view, why.because, record.when)
    firmness = view.edition.judge_firmness(view.today)[id]
    return Row(
        id,
        view.say(record.title.short),
        item.verdict.word,
        reason or (view._("asked to see it") if item.asked else ""),
        "" if firmness.mark == "sources" else say_firmness(view, firmness),
        len(why.missing),
    )


def _recall_row(view: View, rules: str, judged: GroupMatch | Listed, make: Callable[[], Row]) -> Row:
    """Between two ticks most reasons stay: a row is made anew when an answer changed that its rule reads."""
    edition = view.edition
    rule = (edition.group_rules if rules == "groups" else edition.entitlement_rules)[judged.id]
    read = tuple(map(view.answers.get, edition.list_read(rule)))
    return _recall(view, rules, (view.today, judged, view.session.language, view.unsafe, read), make)


def _recall(view: View, kind: str, key: Hashable, make: Callable[[], _T]) -> _T:
    """What `make` gave when this edition was last shown for the same key, which holds all that it depends on."""
    kept: dict[Hashable, _T] = view.edition.memo.setdefault(("console", kind), {})
    found = kept.get(key)
    if found is None:
        found = kept[key] = make()
        if len(kept) > KEPT[kind]:
            del kept[next(iter(kept))]
    return found


def _count_topics(view: View, ids: list[str]) -> list[tuple[str, str, int]]:
    counts: dict[str, int] = {}
    for id in ids:
        topic = view.edition.entitlements[id].topic
        counts[topic] = counts.get(topic, 0) + 1
    return [(t.id, view.say(t.title), counts[t.id]) for t in view.edition.base.topics if t.id in counts]


def _list_contacts(view: View, cards: list[str], directory: Directory) -> list[Contact]:
    """Those the first cards name, then near by, then the lines that help with anything; first who can be called."""
    records = [view.edition.entitlements[id] for id in cards]
    place, region = view.caller_place, view.region
    lists = chain(
        [pick_contacts(view, records[:5], directory), list_near(view, records, directory)],
        (directory.list_own(record, place, region) for record in records),
        [directory.list_human(place, region)],
    )
    called: dict[str, Contact] = {}
    others: dict[str, Contact] = {}
    for contact in chain.from_iterable(lists):
        if not contact.emergency:  # those stand above, by the caller's place
            (called if list_phones(contact, place) else others)[contact.id] = contact
        if len(called) == CONTACTS:
            break
    return [*called.values(), *others.values()][:CONTACTS]

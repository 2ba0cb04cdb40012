"""`new`: a filled-in example of a record to start from."""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import MendableError
from dialogs.checks.texts import SAMPLE_PAGE
from dialogs.words import N_

_ENTITLEMENT = """# yaml-language-server: $schema=../../../docs/schema/entitlement.json
# Приклад. Замініть кожне ЗРАЗОК і SAMPLE своїм; поля, які не потрібні, видаліть. Доки хоч одне лишилося, служба нічого з теки не бере. Потім: nap1325 check
id: {id}
topic: {topic}
title:
  short:
    uk: ЗРАЗОК назва для кнопки, до 40 знаків
    en: SAMPLE name for a button, 40 at most
  full:
    uk: ЗРАЗОК повна назва виплати чи послуги
    en: SAMPLE full name of the payment or service
groups: [idp]
guarded: null
asked_by: null
when:
  all:
  - situation: [moved]
  - not: {{place: [abroad]}}
decided_elsewhere:
- what:
    uk: ЗРАЗОК вимога, про яку ми не питаємо
    en: SAMPLE a requirement that we do not ask about
  who:
    uk: ЗРАЗОК хто її вирішує
    en: SAMPLE who decides it
warning: null
who:
  uk: ЗРАЗОК для кого це, одним-двома короткими реченнями.
  en: SAMPLE whom it is for, in one or two short sentences.
what:
  uk: 'ЗРАЗОК що дають. Суму пишіть так: {{payment}} на місяць.'
  en: 'SAMPLE what is given. Write a sum like this: {{payment}} a month.'
amounts:
  payment:
  - {{value: 0, unit: UAH, from: 2026-01-01, to: null}}
how:
- uk: ЗРАЗОК перший крок.
  en: SAMPLE the first step.
- uk: ЗРАЗОК другий крок.
  en: SAMPLE the second step.
documents:
- {{uk: ЗРАЗОК паспорт або інший документ, en: SAMPLE passport or another document}}
deadline: null
urgency: months
weight: 0
refusal:
  uk: ЗРАЗОК що робити, коли відмовили.
  en: SAMPLE what to do when refused.
online: null
contacts: [{contact}]
confirm_with: {contact}
legal_basis: []
sources:
- url: {page}
  page_date: "2026-11-23"
  says: ЗРАЗОК що саме там сказано
confidence: low
valid_from: null
valid_until: null
checked_on: null
check_every: 90
keywords: []
check: null
"""
_CONTACT = """# yaml-language-server: $schema=../../docs/schema/contact.json
# Приклад. Замініть кожне ЗРАЗОК і SAMPLE своїм; номери — завжди в лапках. Доки хоч одне лишилося, служба нічого з теки не бере. Потім: nap1325 check
id: {id}
name:
  uk: ЗРАЗОК повна назва установи
  en: SAMPLE full name of the office
short:
  uk: ЗРАЗОК назва для кнопки
  en: SAMPLE name for a button
kind: hotline
category: null
topics: [{topic}]
groups: []
regions: []
guarded: false
emergency: false
phones: ["+380…"]
abroad_phone: null
messengers: []
url: null
email: null
address: null
hide_address: false
hours: null
cost: free
languages: [uk]
confidential: null
does:
  uk: ЗРАЗОК із чим допомагають.
  en: SAMPLE what they help with.
safety: null
sources:
- url: {page}
  page_date: "2026-11-23"
  says: ЗРАЗОК що саме там сказано
confidence: low
called_on: null
call_result: null
checked_on: null
check_every: 90
keywords: []
check: Подзвонити й перевірити години
"""
_GROUP = """# yaml-language-server: $schema=../../docs/schema/group.json
# Приклад. Замініть кожне ЗРАЗОК і SAMPLE своїм. Доки хоч одне лишилося, служба нічого з теки не бере. Потім: nap1325 check
id: {id}
number: {number}
edition: {plan}
title:
  uk: ЗРАЗОК назва за планом
  en: SAMPLE title in the plan
short:
  uk: ЗРАЗОК тема для кнопки
  en: SAMPLE topic for a button
about:
  uk: ЗРАЗОК кого це стосується, простими словами.
  en: SAMPLE whom it concerns, in plain words.
when:
  situation: [moved]
sources:
- url: {page}
  page_date: "2026-11-23"
  says: ЗРАЗОК що саме там сказано
"""
KINDS = ("entitlement", "contact", "group")


def write_new(folder: Path, kind: str, id: str, topic: str = "money") -> Path:
    """Write an example record; `check` accepts it when the last sample in it is replaced. Never over an existing one.

    Raises:
        MendableError: the kind, id or topic will not do, or the record is there already.
    """
    if kind not in KINDS:
        raise MendableError(
            N_("`{kind}` cannot be made; possible are: {valid}."), kind=kind, valid=", ".join(KINDS)
        )
    if not re.fullmatch(r"[a-z0-9_]{1,48}", id):
        raise MendableError(
            N_("`{id}` cannot be an id: small Latin letters, digits and _, 48 at most."), id=id
        )
    if any(p.stem == id for p in folder.rglob("*.yaml")):
        raise MendableError(N_("There is already a record `{id}`: choose another id."), id=id)
    topics = sorted(p.name for p in (folder / "entitlements").iterdir() if p.is_dir())
    if kind == "entitlement" and topic not in topics:
        raise MendableError(
            N_("There is no topic `{topic}`; there are: {valid}."), topic=topic, valid=", ".join(topics)
        )
    contacts = sorted(p.stem for p in (folder / "contacts").glob("*.yaml"))
    contact = "gov_hotline_1545" if "gov_hotline_1545" in contacts else contacts[0]
    text, path = {
        "entitlement": (_ENTITLEMENT, folder / "entitlements" / topic / f"{id}.yaml"),
        "contact": (_CONTACT, folder / "contacts" / f"{id}.yaml"),
        "group": (_GROUP, folder / "groups" / f"{id}.yaml"),
    }[kind]
    number, plan = _read_plan(folder)
    path.write_text(
        text.format(
            id=id,
            topic=topic,
            contact=contact,
            number=number,
            plan=plan,
            payment="{payment}",
            page=SAMPLE_PAGE,
        ),
        encoding="utf-8",
    )
    return path


def _read_plan(folder: Path) -> tuple[int, str]:
    """The next free number and the plan's current edition."""
    settings = (folder / "settings.yaml").read_text(encoding="utf-8")
    found = re.search(r"^current_plan: (\w+)", settings, re.MULTILINE)
    numbers = [
        int(m[1])
        for p in (folder / "groups").glob("*.yaml")
        if (m := re.search(r"^number: (\d+)", p.read_text(encoding="utf-8"), re.MULTILINE))
    ]
    return max(numbers, default=0) + 1, found[1] if found else "plan_2025"

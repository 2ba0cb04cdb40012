"""`new`: a filled-in example of a record to start from."""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import MendableError
from dialogs.words import N_

_ENTITLEMENT = """# yaml-language-server: $schema=../../../docs/schema/entitlement.json
# Приклад. Замініть кожне поле своїм; рядки, які не потрібні, видаліть. Потім: nap1325 check
id: {id}
topic: {topic}
title:
  short:
    uk: Назва для кнопки, до 40 знаків
    en: Name for a button, 40 at most
  full:
    uk: Повна назва виплати чи послуги
    en: Full name of the payment or service
groups: [idp]
guarded: null
asked_by: null
when:
  all:
  - situation: [moved]
  - not: {{place: [abroad]}}
decided_elsewhere:
- what:
    uk: Вимога, про яку ми не питаємо
    en: A requirement that we do not ask about
  who:
    uk: Хто її вирішує
    en: Who decides it
warning: null
who:
  uk: Для кого це, одним-двома короткими реченнями.
  en: Whom it is for, in one or two short sentences.
what:
  uk: 'Що дають. Суму пишіть так: {{payment}} на місяць.'
  en: 'What is given. Write a sum like this: {{payment}} a month.'
amounts:
  payment:
  - {{value: 2000, unit: UAH, from: 2026-01-01, to: null}}
how:
- uk: Перший крок.
  en: The first step.
- uk: Другий крок.
  en: The second step.
documents:
- {{uk: Паспорт або інший документ, en: Passport or another document}}
deadline: null
urgency: months
weight: 0
refusal:
  uk: Що робити, коли відмовили.
  en: What to do when refused.
online: null
contacts: [{contact}]
confirm_with: {contact}
legal_basis: []
sources:
- url: https://example.org/page
  page_date: "2026-11-23"
  says: Що саме там сказано
confidence: low
valid_from: null
valid_until: null
checked_on: null
check_every: 90
keywords: [слово, яким шукають]
check: Що ще треба перевірити
"""
_CONTACT = """# yaml-language-server: $schema=../../docs/schema/contact.json
# Приклад. Замініть кожне поле своїм; номери — завжди в лапках. Потім: nap1325 check
id: {id}
name:
  uk: Повна назва установи
  en: Full name of the office
short:
  uk: Назва для кнопки
  en: Name for a button
kind: hotline
category: null
topics: [{topic}]
groups: []
regions: []
guarded: false
emergency: false
phones: ["+380800500335"]
abroad_phone: null
messengers: []
url: null
email: null
address: null
hide_address: false
hours: Mon-Fri 09:00-18:00
cost: free
languages: [uk]
confidential: null
does:
  uk: Із чим допомагають.
  en: What they help with.
safety: null
sources:
- url: https://example.org/page
  page_date: "2026-11-23"
  says: Що саме там сказано
confidence: low
called_on: null
call_result: null
checked_on: null
check_every: 90
keywords: []
check: Подзвонити й перевірити години
"""
_GROUP = """# yaml-language-server: $schema=../../docs/schema/group.json
# Приклад. Замініть кожне поле своїм. Потім: nap1325 check
id: {id}
number: {number}
edition: {plan}
title:
  uk: Назва за планом
  en: Title in the plan
short:
  uk: Тема для кнопки
  en: Topic for a button
about:
  uk: Кого це стосується, простими словами.
  en: Whom it concerns, in plain words.
when:
  situation: [moved]
sources:
- url: https://example.org/page
  page_date: "2026-11-23"
  says: Що саме там сказано
"""
KINDS = ("entitlement", "contact", "group")


def write_new(folder: Path, kind: str, id: str, topic: str = "money") -> Path:
    """Write an example record that `check` accepts; never over an existing one.

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
        text.format(id=id, topic=topic, contact=contact, number=number, plan=plan, payment="{payment}"),
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

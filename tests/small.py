"""A made-up base, small enough to be tried out completely: six questions, three groups, six entitlements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from bot.library import read_library
from dialogs.base import Base
from dialogs.checks import check_base
from dialogs.edition import Edition
from dialogs.findings import Findings
from dialogs.session import Answer, Answers

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

QUESTIONS = """
screening:
  results_first: {for_whom: [under_18]}
questions:
- id: for_whom
  kind: one
  screening: true
  subject: true
  ask: {uk: Для кого допомога?, en: Who is the help for?}
  operator: {uk: Щодо кого телефонуєте?, en: Who are you calling about?}
  why: {uk: Від цього залежать слова., en: The wording depends on it.}
  choices:
  - {id: self, label: {uk: Для себе, en: For me}}
  - {id: relative, label: {uk: Для рідних, en: For a relative}}
  - {id: under_18, label: {uk: Мені немає 18, en: I am under 18}}
- id: situation
  kind: many
  screening: true
  ask: {uk: Що з цього про вас?, en: What applies to you?}
  ask_relative: {uk: Що з цього про людину?, en: What applies to the person?}
  operator: {uk: Назву дві речі., en: I will name two things.}
  why: {uk: Від цього залежить допомога., en: The help depends on it.}
  choices:
  - {id: moved, label: {uk: Переїзд, en: Moved}}
  - {id: health, label: {uk: Здоров’я, en: Health}}
  - {id: none, label: {uk: Нічого з цього, en: None of these}}
- id: health
  kind: many
  screening: true
  applies: {situation: [health]}
  never_when: {for_whom: [under_18]}
  ask: {uk: Що зі здоров’ям?, en: What about health?}
  operator: {uk: Що зі здоров’ям людини?, en: What about the health?}
  why: {uk: Від цього залежить лікування., en: The treatment depends on it.}
  choices:
  - {id: disability, label: {uk: Інвалідність, en: Disability}}
  - {id: injury, label: {uk: Поранення, en: Injury}}
  - {id: none, label: {uk: Ні те ні те, en: Neither}}
- id: personal
  kind: many
  screening: true
  sensitive: true
  cover: {uk: Є особисті теми. Показати?, en: There are personal topics. Show them?}
  ask: {uk: Про що показати?, en: What shall we show?}
  operator: {uk: Щось із цього потрібно?, en: Is any of it needed?}
  why: {uk: Покажемо лише позначене., en: Only what is ticked is shown.}
  choices:
  - {id: violence, label: {uk: Після насильства, en: After violence}}
  - {id: captivity, label: {uk: Після полону, en: After captivity}}
- id: paper
  kind: one
  applies: {situation: [moved]}
  ask: {uk: Чи є довідка?, en: Is there a certificate?}
  operator: {uk: Чи маєте довідку?, en: Do you have the certificate?}
  why: {uk: Виплати дають за нею., en: Payments go by it.}
  choices:
  - {id: has, label: {uk: Є, en: I have it}}
  - {id: lost, label: {uk: Загублена, en: It is lost}}
  - {id: applied, label: {uk: Подано, en: Applied}, keeps: 30}
- id: income
  kind: one
  ask: {uk: Який дохід?, en: What is the income?}
  operator: {uk: Який дохід на людину?, en: What is the income per person?}
  why: {uk: Межа доходу., en: There is a limit.}
  choices:
  - {id: low, label: {uk: Низький, en: Low}}
  - {id: middle, label: {uk: Середній, en: Middle}}
  - {id: high, label: {uk: Високий, en: High}}
"""

SETTINGS = """
languages:
- {id: uk, name: Українська}
- {id: en, name: English}
plan:
- id: plan_2025
  title: {uk: План, en: Plan}
  until: 2025
  replaces: {}
current_plan: plan_2025
hotline: "+380800500335"
controller:
  name: {uk: Організація, en: An organisation}
  reach: {uk: Поштою, en: By post}
"""
TOPICS = """
topics:
- id: money
  title: {uk: Гроші, en: Money}
  about: {uk: Про гроші., en: About money.}
- id: private
  title: {uk: Особисте, en: Private}
  about: {uk: Про особисте., en: About private things.}
  personal: true
"""
REGIONS = """
regions:
- id: UA-63
  name: {uk: Харківська область, en: Kharkiv region}
  short: {uk: Харківська, en: Kharkiv}
"""
SOURCES = """
acts:
- id: act_one
  title: {uk: Закон, en: A law}
"""
ABOUT = """
pages:
- id: about_one
  title: {uk: Про нас, en: About us}
  paragraphs:
  - {uk: Це довідник., en: This is a directory.}
"""
CONTACT = """
id: line
name: {uk: Гаряча лінія, en: The hotline}
short: {uk: Лінія, en: Line}
kind: hotline
topics: [money, private]
phones: ["+380800500335"]
hours: 24/7
does: {uk: Пояснює., en: Explains.}
sources:
- {url: "https://example.org/line", page_date: "2026-11", says: The number.}
confidence: high
"""


def write_group(id: str, number: int, when: str) -> str:
    return f"""
id: {id}
number: {number}
edition: plan_2025
title: {{uk: Група {number}, en: Group {number}}}
short: {{uk: Тема {number}, en: Topic {number}}}
about: {{uk: Для людей {number}., en: For people {number}.}}
when: {when}
"""


def write_entitlement(
    id: str, when: str, groups: str, topic: str = "money", extra: str = "", weight: int = 0
) -> str:
    return f"""
id: {id}
topic: {topic}
title:
  short: {{uk: Допомога {id}, en: Help {id}}}
  full: {{uk: Повна назва {id}, en: Full title {id}}}
groups: [{groups}]
when: {when}
who: {{uk: Хто саме., en: Who it is for.}}
what: {{uk: Що дають., en: What is given.}}
how:
- {{uk: Подайте заяву., en: Apply.}}
urgency: months
weight: {weight}
contacts: [line]
confirm_with: line
sources:
- {{url: "https://example.org/{id}", page_date: "2026-11", says: All of it.}}
confidence: high
{extra}"""


CRISIS = """
kinds:
- id: violence
  sentence: {uk: Ви не самі., en: You are not alone.}
  contacts: [line]
  examples: [мене б’ють]
"""

SMALL: dict[str, str] = {
    "settings.yaml": SETTINGS,
    "topics.yaml": TOPICS,
    "questions.yaml": QUESTIONS,
    "regions.yaml": REGIONS,
    "sources.yaml": SOURCES,
    "about.yaml": ABOUT,
    "crisis.yaml": CRISIS,
    "ordinary.yaml": "texts: [дайте довідку]\n",
    "lexicon.yaml": "words: {довідка: [справка]}\n",
    "words.yaml": "avoid: []\n",
    "contacts/line.yaml": CONTACT,
    "groups/moved.yaml": write_group("moved", 1, "{situation: [moved]}"),
    "groups/ill.yaml": write_group("ill", 2, "{health: [disability, injury]}"),
    "groups/survivor.yaml": write_group("survivor", 3, "{any: [{personal: [violence]}]}"),
    "entitlements/money/advice.yaml": write_entitlement("advice", "{situation: [moved]}", "moved"),
    "entitlements/money/allowance.yaml": write_entitlement(
        "allowance", "{all: [{situation: [moved]}, {paper: [has]}, {not: {income: [high]}}]}", "moved"
    ),
    "entitlements/money/loan.yaml": write_entitlement(
        "loan", "{any: [{all: [{paper: [has]}, {income: [low]}]}, {health: [disability]}]}", "moved, ill"
    ),
    "entitlements/money/treatment.yaml": write_entitlement(
        "treatment", "{health: [disability, injury]}", "ill"
    ),
    "entitlements/private/shelter.yaml": write_entitlement(
        "shelter", "always", "survivor", "private", "guarded: personal\nasked_by: {personal: [violence]}\n"
    ),
    "entitlements/private/quiet.yaml": write_entitlement(
        "quiet",
        "{not: {personal: [captivity]}}",
        "survivor",
        "private",
        "guarded: personal\nasked_by: {personal: [violence]}\n",
    ),
}


def write_base(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return folder


def change(name: str, old: str, new: str, files: dict[str, str] | None = None) -> dict[str, str]:
    """The small base with one text of one file replaced; the text must be there once."""
    files = SMALL if files is None else files
    assert files[name].count(old) == 1, f"`{old}` stands {files[name].count(old)} times in {name}"
    return {**files, name: files[name].replace(old, new)}


def load_base(folder: Path, files: dict[str, str]) -> Base:
    """Read and check; a base with errors fails the test that asked for it."""
    findings = Findings()
    base = read_library(write_base(folder, files), findings)
    check_base(base, findings, TODAY)
    errors = [f.render() for f in findings.sort() if f.severity == "error"]
    assert not errors, errors
    return base


def load_edition(folder: Path, files: dict[str, str]) -> Edition:
    return Edition.build(load_base(folder, files))


def give(choices: dict[str, str | tuple[str, ...]], day: date = TODAY) -> Answers:
    """Answers as a session keeps them."""
    return {q: Answer((c,) if isinstance(c, str) else c, day) for q, c in choices.items()}

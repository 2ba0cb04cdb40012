"""`explain`: what follows from answers given at once, for scripts and for editors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dialogs.edition import Edition
from dialogs.guidance import Explanation, explain_rule, list_entitlements, match_groups
from dialogs.reaching import contacts_of, list_contacts, read_place, read_region
from dialogs.screening import ask_next, ask_next_for
from dialogs.session import UNKNOWN, WITHHELD, Answer


class AnswersError(ValueError):
    """Answers that cannot be read; the message names the remedy."""


def read_answers(raw: Any, edition: Edition, day: date) -> tuple[dict[str, Answer], list[str]]:
    """`{question: choice | [choice…] | "unknown" | "withheld"}`, and the ids this edition does not know.

    Raises:
        AnswersError: not a mapping, an empty list, or a value that is no id.
    """
    if raw is None:
        raw = {}
    if not isinstance(raw, Mapping):
        raise AnswersError("The answers must be a mapping of question ids to choices, such as {place: calm}.")
    answers: dict[str, Answer] = {}
    ignored: list[str] = []
    for question, value in raw.items():
        choices = value if isinstance(value, list) else [value]
        if not choices:
            raise AnswersError(
                f"`{question}` has an empty list; write [none] when nothing fits, or leave the question out."
            )
        if not all(isinstance(c, str) for c in choices):
            raise AnswersError(f"`{question}` needs the id of a choice, or a list of ids.")
        if question not in edition.questions:
            ignored.append(str(question))
            continue
        known = edition.bits[question]
        for choice in choices:
            if choice not in known and choice not in (UNKNOWN, WITHHELD):
                ignored.append(f"{question}: {choice}")
        kept = tuple(c for c in choices if c in known or c in (UNKNOWN, WITHHELD))
        if kept and (edition.questions[question].kind == "many" or len(kept) == 1):
            answers[str(question)] = Answer(kept, day)
        elif kept:
            raise AnswersError(f"`{question}` takes one choice, and {len(kept)} are given.")
    return answers, ignored


def explain(edition: Edition, raw: Any, now: datetime, entitlement: str | None = None) -> dict[str, Any]:
    """Groups, entitlements in the order shown, contacts and the next question for these answers."""
    if isinstance(raw, Mapping) and "for" in raw:
        raw = dict(raw)
        entitlement = raw.pop("for")
    if entitlement is not None and entitlement not in edition.entitlements:
        raise AnswersError(f"There is no entitlement `{entitlement}`.")
    given, ignored = read_answers(raw, edition, now.date())
    known = edition.know(given, now.date())
    answers = edition.filter_answers(given, now.date())
    about_another = set(answers.get(edition.subject_question, ())) & {"relative", "client"}
    place, region = "" if about_another else read_place(answers), read_region(answers)
    groups = []
    for match in match_groups(edition, known):
        why = explain_rule(edition, known, answers, "groups", match.id)
        groups.append({"id": match.id, "verdict": match.verdict.word, **_reasons(why, answers)})
    entitlements = []
    contacts: list[str] = []
    for item in list_entitlements(edition, known, now.date()):
        record = edition.entitlements[item.id]
        why = explain_rule(edition, known, answers, "entitlements", item.id)
        entitlements.append(
            {
                "id": item.id,
                "verdict": item.verdict.word,
                **_reasons(why, answers),
                "guarded": record.guarded is not None,
                "shown": item.shown,
                **({} if record.when is not None else {"unwritten": True}),
            }
        )
        if item.shown:
            contacts.extend(c.id for c in contacts_of(edition, record, place, region, now))
    if region:
        contacts.extend(c.id for c in list_contacts(edition, None, region, place, now) if c.regions)
    if entitlement is not None:
        next_question = ask_next_for(edition, known, answers, [entitlement])
    else:
        next_question = ask_next(edition, known)
    result: dict[str, Any] = {
        "edition": edition.id,
        "revision": edition.base.revision,
        "groups": groups,
        "entitlements": entitlements,
        "contacts": list(dict.fromkeys(contacts)),
        "next_question": next_question,
    }
    if known.contradictions:
        result["contradictions"] = list(known.contradictions)
    if ignored:
        result["ignored"] = ignored
    return result


def _reasons(why: Explanation, answers: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {
        "because": {q: list(answers[q]) for q in why.because if q in answers},
        "missing": list(why.missing),
    }

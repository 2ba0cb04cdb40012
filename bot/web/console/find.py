"""Finds a tick by what the caller says: «довідка», «льв», «ghfwz» typed on the wrong keyboard layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.web.console.directory import Line, find_directory
from bot.web.console.script import Option, press_for
from dialogs.edition import Edition
from dialogs.reaching import reaches
from dialogs.screens.view import View
from dialogs.tools import Finder

MOST = 8
MOST_CARDS, MOST_LINES = 3, 2
SHORTEST = 3  # letters from which records are looked for
_WORD = re.compile(r"[^\W_]+")
_ALIKE = str.maketrans(
    {"ґ": "г", "є": "е", "і": "и", "ї": "и", "й": "и", "ы": "и", "э": "е", "ё": "е", "ь": None, "ъ": None}
)
_APOSTROPHES = re.compile(r"['’ʼ`]")
_LAYOUT = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.\\", "йцукенгшщзхїфівапролджєячсмитьбюґ")
_CLOSE = 0.78


def split_words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", text.casefold()).translate(_ALIKE))


@dataclass(frozen=True, slots=True)
class _Entry:
    question: str
    choice: str
    label: tuple[str, ...]
    other: tuple[str, ...]


class Ticks:
    """Every choice of an edition by the words of its label, its hint and its question, in all languages."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._entries = [entry for question in edition.questions for entry in self._enter(question)]
        self._words = sorted({word for entry in self._entries for word in (*entry.label, *entry.other)})

    def _enter(self, id: str) -> list[_Entry]:
        question = self.edition.questions[id]
        if not question.asked:
            return []
        asked = [*question.ask.values(), *question.operator.values()] if question.kind != "region" else []
        entries = []
        for choice in self.edition.choices[id]:
            if choice.id == "none":
                continue
            other = [*(choice.hint or {}).values(), *asked]
            label = list(choice.label.values())
            if question.kind == "region":
                region = self.edition.regions[choice.id]
                label += region.name.values()
                other += [*region.names, *(name for city in region.cities for name in city.values())]
            entries.append(_Entry(id, choice.id, _spread(label), _spread(other)))
        return entries

    def find(self, text: str, here: str = "", idle: Container[str] = ()) -> list[tuple[str, str]]:
        """(question, choice), the likeliest first.

        Args:
            here: The question on the screen, whose choices lead.
            idle: Questions that are answered or do not apply now; their choices come last.
        """
        words = split_words(text[:200])[:12]
        found = self._rank(words, here, idle, self._begin)
        if not found and words:
            turned = split_words(text[:200].casefold().translate(_LAYOUT))[:12]
            found = self._rank(turned, here, idle, self._begin)
        return found or self._rank(words, here, idle, self._resemble)

    def _begin(self, typed: str) -> dict[str, float]:
        return {word: 1.2 if typed == word else 1.0 for word in self._words if word.startswith(typed)}

    def _resemble(self, typed: str) -> dict[str, float]:
        """Words like it that begin with the same letter: a slip in the first one is rare, and all of them are slow."""
        found = {}
        for word in self._words if len(typed) > 3 else ():
            if word[0] == typed[0] and abs(len(word) - len(typed)) < 6:
                likeness = SequenceMatcher(None, typed, word[: len(typed) + 1]).ratio()
                if likeness >= _CLOSE:
                    found[word] = likeness
        return found

    def _rank(
        self, words: list[str], here: str, idle: Container[str], match: Callable[[str], dict[str, float]]
    ) -> list[tuple[str, str]]:
        if not words:
            return []
        likely = [match(word) for word in words]
        scored = []
        for at, entry in enumerate(self._entries):
            points = 0.0
            for fits in likely:
                best = max((3 * fits.get(w, 0.0) for w in entry.label), default=0.0)
                best = max([best, *(fits.get(w, 0.0) for w in entry.other)])
                if not best:
                    break
                points += best
            else:
                scored.append((entry.question != here, entry.question in idle, -points, at))
        scored.sort()
        return [(self._entries[at].question, self._entries[at].choice) for *_, at in scored[:MOST]]


def _spread(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for text in texts for word in split_words(text)))


def list_idle(view: View) -> set[str]:
    """Questions that are answered, or do not apply after what was said."""
    apart = {q for q, applies in view.edition.applies.items() if applies(view.known)[0] == 0}
    return apart | view.answers.keys()


def show_hits(view: View, hits: list[tuple[str, str]]) -> tuple[Option, ...]:
    options = []
    for question, choice in hits:
        record = view.edition.questions[question]
        ticked = choice in view.answers.get(question, ())
        note = "" if record.kind == "region" else view.ask_text(record).split("?")[0] + "?"
        options.append(
            Option(
                view.choice_label(question, choice),
                press_for(view.edition, question, choice, ticked).data,
                ticked=ticked,
                note=note,
            )
        )
    return tuple(options)


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found. Cards as (id, title)."""

    ticks: tuple[Option, ...] = ()
    cards: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()


def find_records(view: View, finder: Finder, text: str, ticks: tuple[Option, ...]) -> Hits:
    """Cards and lines that a caller asks about by name («а єВідновлення?», «номер Пенсійного»)."""
    if len(text.strip()) < SHORTEST:
        return Hits(ticks)
    edition, directory = view.edition, find_directory(view)
    cards: list[tuple[str, str]] = []
    lines: list[Line] = []
    for hit in finder.find(text[:200]).hits:
        if hit.kind == "entitlement" and hit.id in edition.entitlements and len(cards) < MOST_CARDS:
            cards.append((hit.id, view.say(edition.entitlements[hit.id].title.short)))
        elif hit.kind == "contact" and hit.id in edition.contacts and len(lines) < MOST_LINES:
            contact = edition.contacts[hit.id]
            if reaches(contact, view.caller_place):
                lines.append(directory.make_line(view, contact))
    return Hits(ticks, tuple(cards), tuple(lines))

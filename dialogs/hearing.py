"""Typed words that are neither crisis nor search: commands, numbers, labels, answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

from dialogs.edition import Edition
from dialogs.press import Press
from dialogs.records import Question
from dialogs.reply import Choice

MAX_TEXT = 500
MAX_WHOLE = 5_000  # read for danger and for what is personal: a letter ends with a name and a phone
_INVISIBLE = re.compile(r"[\u0000-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NUMBERS = re.compile(r"^\s*\d{1,2}(\s*[,;.\s]\s*\d{1,2})*\s*\.?\s*$")

_COMMANDS: dict[str, Press] = {
    word: press
    for words, press in (
        (("назад", "back", "повернутися", "обратно"), Press("do", "back")),
        (("меню", "menu", "/menu", "ще", "more"), Press("go", "more")),
        (
            (
                *("сховати", "сховай", "приховати", "сховати все", "сховай все", "сховати чат", "заховай"),
                *("скрыть", "спрятать", "скрой", "спрячь", "спрячь все", "спрячь всё"),
                *("hide", "/hide", "hide all", "hide everything", "hide this"),
            ),
            Press("do", "hide"),
        ),
        (
            (
                *("стерти", "зітри", "стерти все", "зітри все", "видалити", "видалити все", "видали все"),
                *("стереть", "сотри", "удалить", "удалить все", "удалить всё", "удали все", "удали всё"),
                *("erase", "/erase", "erase everything", "delete", "delete everything"),
            ),
            Press("go", "erase"),
        ),
        (
            (
                *("терміново", "urgent", "/urgent", "sos", "сос", "срочно", "рятуйте", "спасите", "help me"),
                *("допоможіть", "поможіть", "помогите", "врятуйте", "прошу допомоги", "прошу помощи"),
            ),
            Press("go", "urgent"),
        ),
        (("контакти", "contacts", "/contacts", "контакты"), Press("go", "contacts")),
        (("теми", "topics", "темы"), Press("go", "topics")),
        (("результати", "results", "результаты", "показати", "show"), Press("go", "results")),
        (("мої відповіді", "відповіді", "answers", "мои ответы"), Press("go", "review")),
        (
            ("налаштування", "settings", "настройки", "мова", "language", "/language", "язык"),
            Press("go", "settings"),
        ),
        (
            ("оператор", "людина", "operator", "human", "человек", "поговорити з людиною"),
            Press("go", "handover"),
        ),
        (("1325", "про 1325", "about", "/about"), Press("go", "about")),
        (("приватність", "privacy", "/privacy"), Press("go", "about", "privacy")),
        (("допомога", "help", "/help", "помощь"), Press("go", "more")),
        (("english", "англійська", "en"), Press("set", "language", "en")),
        (("українська", "ukrainian", "украинский", "uk"), Press("set", "language", "uk")),
        (("почати", "почати заново", "спочатку", "заново", "start over"), Press("do", "restart")),
        (("далі", "next", "дальше", "готово", "done"), Press("do", "next")),
        (("не знаю", "i don't know", "don't know", "незнаю", "хз"), Press("do", "unknown")),
        (("пропустити", "skip", "пропустить", "не хочу казати", "не скажу"), Press("do", "skip")),
    )
    for word in words
}


_COURTESIES = {
    word: courtesy
    for courtesy, words in (
        (
            "thanks",
            ("дякую", "дуже дякую", "щиро дякую", "спасибі", "спасибо", "thanks", "thank you", "дяки"),
        ),
        (
            "greeting",
            (
                *(
                    "привіт",
                    "добрий день",
                    "доброго дня",
                    "добрий вечір",
                    "добрий ранок",
                    "вітаю",
                    "здрастуйте",
                ),
                *("доброго вечора", "доброго ранку", "здравствуйте", "добрый день", "привет", "hello", "hi"),
            ),
        ),
    )
    for word in words
}


def clean(text: str, most: int = MAX_TEXT) -> str:
    """One line without control, zero-width and direction characters, of bounded length."""
    visible = _INVISIBLE.sub(" ", unicodedata.normalize("NFC", text[: most * 4]))
    return " ".join(visible.split())[:most]


def fold(text: str) -> str:
    return clean(text).casefold().replace("’", "'").replace("ʼ", "'").strip(' .!?,;:«»"✓')


def hear_command(text: str) -> Press | None:
    word = fold(text)
    return _COMMANDS.get(word.partition(" ")[0] if word.startswith("/") else word)


def hear_courtesy(text: str) -> str:
    """`thanks`, `greeting`, or nothing."""
    return _COURTESIES.get(fold(text), "")


def hear_numbers(text: str) -> tuple[int, ...]:
    """«1 3», "1, 3" and "2." as numbers; empty when the text is anything else."""
    if not _NUMBERS.match(text):
        return ()
    return tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", text)))


def hear_label(text: str, choices: Sequence[Choice]) -> Choice | None:
    """A button whose label was typed."""
    wanted = fold(text)
    if not wanted:
        return None
    for choice in choices:
        if fold(choice.label) == wanted:
            return choice
    return None


def hear_answer(text: str, edition: Edition, question: Question, language: str) -> tuple[str, ...]:
    """Choices that the words look like, the likeliest first; they are asked back, never just set."""
    wanted = fold(text)
    if len(wanted) < 2 or len(wanted) > 80:
        return ()
    yes_no = _hear_yes_no(wanted)
    scored: list[tuple[float, str]] = []
    for i, choice in enumerate(edition.choices[question.id]):
        names = [fold(t) for t in choice.label.values()]
        if choice.hint:
            names += [part for t in choice.hint.values() for part in fold(t).split(", ")]
        if yes_no is not None:
            starts = ("так", "є", "yes") if yes_no else ("ні", "немає", "no", "нічого", "none")
            if any(name == s or name.startswith((s + " ", s + ",")) for name in names for s in starts):
                scored.append((1.0 - i / 100, choice.id))
            continue
        best = max(_likeness(wanted, name) for name in names)
        if best >= _LIKE:
            scored.append((1 + best, choice.id))
        elif (shared := max(_share_words(wanted, name) for name in names)) > 0:
            scored.append((shared, choice.id))
    scored.sort(reverse=True)
    return tuple(id for _, id in scored[:3])


def _hear_yes_no(text: str) -> bool | None:
    if text in ("так", "да", "ага", "є", "есть", "yes", "yep", "угу", "маю"):
        return True
    if text in ("ні", "нет", "неа", "немає", "нема", "нету", "no", "nope", "не маю"):
        return False
    return None


_LIKE, _SAME_WORD = 0.6, 0.79
_SHORT_TEXT, _LONG_WORD = 4, 5
_NUMERALS = {
    "1": "i",
    "2": "ii",
    "3": "iii",
    "перша": "i",
    "друга": "ii",
    "третя": "iii",
    "первая": "i",
    "вторая": "ii",
    "третья": "iii",
}


def _share_words(text: str, name: str) -> float:
    """How much of a short text's long words the name has; nothing for a long one, which is rather a search."""
    mine = re.findall(r"\w+", text)
    if not 0 < len(mine) <= _SHORT_TEXT:
        return 0.0
    theirs = [w for w in re.findall(r"\w+", name) if len(w) >= _LONG_WORD]
    hits = sum(any(_is_same(word, other) for other in theirs) for word in mine if len(word) >= _LONG_WORD)
    return hits / len(mine)


def _is_same(a: str, b: str) -> bool:
    return a == b or SequenceMatcher(None, a, b).ratio() > _SAME_WORD


def _likeness(a: str, b: str) -> float:
    """Shared words counted by the shorter side, with small typos forgiven."""
    mine = {_NUMERALS.get(w, w) for w in re.findall(r"\w+", a) if len(w) > 1 or w in _NUMERALS}
    theirs = {_NUMERALS.get(w, w) for w in re.findall(r"\w+", b) if len(w) > 1}
    if not mine or not theirs:
        return 0.0
    hits = 0.0
    for word in theirs:
        hits += any(_is_same(word, m) for m in mine)
    return hits / len(theirs)

"""How texts are worded: words the administrators do not want, and readable Ukrainian."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dialogs.findings import Path, Pen
from dialogs.sheets import AvoidedWord
from dialogs.words import N_

SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[«„“\"А-ЯЄІЇҐA-Z\d])")
WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
MIXED = re.compile(r"\b(?=\w*[а-яєіїґА-ЯЄІЇҐ])(?=\w*[A-Za-z])\w+\b")
RUSSIAN = re.compile("[ыэёъЫЭЁЪ]")
LATIN = re.compile("[A-Za-z]")
RUN = re.compile(r"\w+")
LONG_WORD = 20
_START = 3
MOST_WORDS = {"label": 8, "short": 8, "ask": 20, "sentence": 20, "cover": 20, "operator": 24, "avoid": 24}
MOST_ELSEWHERE = 28
_EXEMPT = ("title", "full", "name", "article", "acts", "names", "cities")
_SEVERE = {
    "promise": N_("“{found}” promises something"),
    "blame": N_("“{found}” may sound like blame"),
    "label": N_("“{found}” puts a label on the person"),
    "officialese": N_("“{found}” is the language of offices"),
}


@dataclass(frozen=True, slots=True)
class _Avoided:
    pattern: re.Pattern[str]
    kind: str
    instead: str


class Wording:
    """The administrators' list, compiled once and found by how a word begins."""

    def __init__(self, avoid: Iterable[AvoidedWord]) -> None:
        self._avoid: dict[str, list[_Avoided]] = {}
        self._starts: dict[str, dict[str, set[int]]] = {}
        for word in avoid:
            if not word.match.strip("* "):
                continue  # told by `check_pages`
            body = re.escape(word.match.rstrip("*")).replace("’", "[’'ʼ]")
            rest = r"\w*" if word.match.endswith("*") else ""
            pattern = re.compile(rf"(?<![\w’'ʼ]){body}{rest}(?!\w)", re.IGNORECASE)
            avoided = self._avoid.setdefault(word.language, [])
            first = RUN.match(word.match.lower())
            start = first.group()[:_START] if first else ""
            self._starts.setdefault(word.language, {}).setdefault(start, set()).add(len(avoided))
            avoided.append(_Avoided(pattern, word.kind, word.instead))

    def check(self, pen: Pen, at: Path, words: str, kind: str) -> None:
        language = str(at[-1])
        if kind != "acts" and "full" not in at and "name" not in at:
            self._find_avoided(pen, at, words, language)
        if language == "uk":
            _check_letters(pen, at, words)
            if kind != "acts":
                _check_readability(pen, at, words)

    def _find_avoided(self, pen: Pen, at: Path, words: str, language: str) -> None:
        starts = self._starts.get(language)
        if starts is None:
            return
        maybe = set(starts.get("", ()))  # begins with a sign
        for word in RUN.findall(words.lower()):
            for length in range(1, _START + 1):
                if word[:length] in starts:
                    maybe |= starts[word[:length]]
        for avoided in (self._avoid[language][at] for at in sorted(maybe)):
            found = avoided.pattern.search(words)
            if found is None:
                continue
            write = pen.note if avoided.kind == "officialese" else pen.warn
            write(
                at,
                f"avoid_{avoided.kind}",
                _SEVERE.get(avoided.kind, N_("“{found}” is a word we do not use")),
                N_("The list of words advises: {instead}."),
                found=found.group(),
                instead=avoided.instead.rstrip("."),
            )


def _check_letters(pen: Pen, at: Path, words: str) -> None:
    for mixed in MIXED.finditer(words) if LATIN.search(words) else ():
        word = mixed.group()
        if re.fullmatch(r"[A-Za-z]+[а-яєіїґ]{1,3}", word):  # a Latin name with a Ukrainian ending
            continue
        pen.warn(
            at,
            "mixed_letters",
            N_("the word “{word}” mixes Cyrillic and Latin letters"),
            N_("Type it anew with one keyboard layout: search does not find it so."),
            word=word,
        )
        break
    if RUSSIAN.search(words):
        word = next(word for word in RUN.findall(words) if RUSSIAN.search(word))
        pen.warn(
            at,
            "russian_letters",
            N_("“{word}” has a letter that Ukrainian does not have"),
            N_("Write the Ukrainian word."),
            word=word,
        )


def _check_readability(pen: Pen, at: Path, words: str) -> None:
    fields = [part for part in at if isinstance(part, str)]
    if any(field in _EXEMPT for field in fields):
        return
    most = next((MOST_WORDS[field] for field in fields if field in MOST_WORDS), MOST_ELSEWHERE)
    for sentence in SENTENCE.split(words):
        count = len(WORD.findall(sentence))
        if count > most:
            pen.note(
                at,
                "long_sentence",
                N_("a sentence of {count} words is hard to read: “{start} …”"),
                N_("Make two of it; {most} words at most here."),
                count=count,
                most=most,
                start=" ".join(sentence.split()[:5]),
            )
            break
    for word in (part for whole in WORD.findall(words) for part in whole.split("-")):
        if len(word) > LONG_WORD:
            pen.note(
                at,
                "long_word",
                N_("the word “{word}” has {count} letters"),
                N_("Use a shorter one, or explain it."),
                word=word,
                count=len(word),
            )
            break

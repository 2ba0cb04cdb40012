"""Reads typed text as words of a vocabulary: glued, in Latin letters, on the wrong keyboard, very long."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dialogs.spelling import read_as_cyrillic_keys, read_as_latin_keys, split_words
from dialogs.vocabulary import Vocabulary, Word

# Of a long text its beginning and its end are read, of a long word its beginning.
_FIRST_LETTERS, _LAST_LETTERS = 600, 400
_FIRST_WORDS, _LAST_WORDS, _LONGEST_WORD = 40, 25, 80

# Who laughs, or says that it was a joke, is in no danger of what the words name: all of it is read as one word.
_LAUGHTER = re.compile(
    r"[😂🤣😅😆😁😄😃😜😝💀🤪😹🙃😏]|\){2,}"
    r"|\b(?:xd|jk|rofl|lmao|lol|лол|гг+|(?:[аa]?[хx][аaеи]){2,}\w*|шучу|жартую|жартуєм|шутка|жарт|kidding|joking)\b",
    re.IGNORECASE,
)
_LAUGHED = " лол "
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_LONG, _LEAST_SENTENCE, _MOST_SENTENCE, _SENTENCES = 80, 12, 120, 3
# A phone number says nothing of danger, and its digits would drown the words beside it.
_PHONE = re.compile(r"\+?\d(?:[ ().-]{0,2}\d){8,14}")

Look = Callable[[str], list[Word]]


def shorten(text: str) -> str:
    """The beginning and the end of a long text."""
    if len(text) <= _FIRST_LETTERS + _LAST_LETTERS:
        return text
    return f"{text[:_FIRST_LETTERS]} {text[-_LAST_LETTERS:]}"


def split_sentences(text: str) -> list[str]:
    """The last sentences of a long text, of which one may say what the others do not; none of a short one."""
    parts = [part for part in _SENTENCE_END.split(text) if len(part) >= _LEAST_SENTENCE]
    return [part[:_MOST_SENTENCE] for part in parts[-_SENTENCES:]] if len(text) >= _LONG and parts[1:] else []


def read_words(text: str, vocabulary: Vocabulary, look: Look) -> list[Word]:
    """The words of a text, by the keyboard on which more of them are known."""
    text = _PHONE.sub(" ", _LAUGHTER.sub(_LAUGHED, text))
    words = _look_up(split_words(text), look)
    if _count_known(words) * 2 < len(words):
        turned = split_words(read_as_cyrillic_keys(text) if text.isascii() else read_as_latin_keys(text))
        if vocabulary.may_know(turned):
            other = _look_up(turned, look)
            if _count_known(other) > _count_known(words):
                return other
    return words


def _look_up(words: Sequence[str], look: Look) -> list[Word]:
    if len(words) > _FIRST_WORDS + _LAST_WORDS:
        words = [*words[:_FIRST_WORDS], *words[-_LAST_WORDS:]]
    return [piece for word in words for piece in look(word[:_LONGEST_WORD])]


def _count_known(words: Sequence[Word]) -> int:
    return sum(bool(word.meant) for word in words)

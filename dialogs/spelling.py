"""One spelling for words however they are typed: Ukrainian, Russian, surzhyk, Latin letters, a wrong keyboard.

Words are compared as skeletons of Latin letters (`Z`, `C` and `S` stand for ж, ч and ш): letters that people
confuse or transliterate differently fall together, so «довідка», "dovidka" and «давідка» meet or come near.
"""

from __future__ import annotations

import re
import unicodedata
from operator import itemgetter

_CYRILLIC = str.maketrans(
    "абвгґдеєёэжзиіїйыклмнопрстуфхцчшщюя",
    "abvhhdeeeeZziiiiiklmnoprstufhcCSSua",
    "ьъ'’ʼ`´‘ʹ",
)
_LATIN = str.maketrans("gyjwqx", "hiivkh")
_LATIN_GROUPS = re.compile("shch|sch|sh|ch|zh|kh|ck|ph|th")
_LATIN_GROUP = {
    "shch": "S",
    "sch": "S",
    "sh": "S",
    "ch": "C",
    "zh": "Z",
    "kh": "h",
    "ck": "k",
    "ph": "f",
    "th": "t",
}
_DIGITS_AS_LETTERS = re.compile(r"(?<![0-9])4(?=[aeiouy])|(?<=[a-z])6(?=[a-z])")
_DOUBLES = re.compile(r"([A-Za-z])\1+")
_SOFT = re.compile("i+(?=[aeou])")
_SHORT = 3  # so short a word keeps its double letters: «ООН» is not «он»
_WORD = re.compile(r"[^\W_]+")
_CLAUSE_END = re.compile(r"[,.;:!?…—–]+(?=\s|$)|\n")
_APOSTROPHE = re.compile(r"['’ʼ`´‘ʹ](?<=\w.)(?=\w)")
_DIGIT = re.compile("[0-9]")
_NUMBER_PARTS = re.compile(
    r"\b(?:0[0-9]*(?:[ -][0-9]+)+|[0-9]{1,3}(?:[ \u00a0.][0-9]{3})+|[0-9]{2}[ -][0-9]{2})\b|(?<![0-9])[0-9]\.[0-9](?![0-9])"
)
_NOT_DIGIT = re.compile(r"[^0-9]")
_THOUSANDS = re.compile(r"\b([0-9]{1,3}) ?(?:тис\w*|тыс\w*|т[иы]щ\w*|косар\w*|штук\w*|thousand|k|к)\b")
_MILLIONS = re.compile(r"\b([0-9]{1,3}) ?(?:млн|мільйон\w*|милл?ион\w*|лям\w*|million)\b")
_LETTER_DIGIT = re.compile(r"(?<=[^\W\d_]{3})(?=[0-9]{2})|(?<=[0-9]{2})(?=[^\W\d_]{2})")

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\"
_LETTERS = "йцукенгшщзхїфівапролджєячсмитьбю'ґ"
_TO_CYRILLIC = str.maketrans(_KEYS + '{}:"<>~', _LETTERS + "хїжєбю'")
_TO_LATIN = str.maketrans(_LETTERS + "ыъэё", _KEYS + "s]'`")

# Endings as skeletons: of nouns and adjectives, which may leave three letters, and of verbs, which leave four.
_NOMINAL_TEXT = """
a e i o u om em am ah ami ov ev iv ou eu oho eho omu emu im ih imi oi ei ea oe ie aa ui s
"""
_VERBAL_TEXT = """
iti uti uvati av iv ala alo ali ila ilo ili uvav uvala uvali lasa losa lisa vsa iS eS emo imo ete ite
ena ene eni enu ana ane ani anu enij enoho enomu ano eno uvana uvane ed ing es
"""
_NOMINAL, _VERBAL = _NOMINAL_TEXT.split(), _VERBAL_TEXT.split()
_LEAST_LEFT = dict.fromkeys(_VERBAL, 4) | dict.fromkeys(_NOMINAL, 3)
_LAST_LETTERS = frozenset(ending[-1] for ending in _LEAST_LEFT)

_first = itemgetter(1)  # a template such as r"\1" is read anew at every call


def fold(word: str) -> str:
    """The skeleton of one word in any case and script; digits stay."""
    text = word.casefold()
    if text.endswith("ть"):
        text += "и"
    text = text.translate(_CYRILLIC)
    if not word.isascii() and text.isascii():
        latin = text
    else:
        latin = unicodedata.normalize("NFKD", text)
    if word.isascii():
        latin = _DIGITS_AS_LETTERS.sub(lambda m: "C" if m[0] == "4" else "S", latin)
        latin = _LATIN_GROUPS.sub(lambda m: _LATIN_GROUP[m[0]], latin).translate(_LATIN)
    latin = latin.replace("ts", "c")
    if "i" in latin:
        latin = _SOFT.sub("", latin)
    return _DOUBLES.sub(_first, latin) if len(latin) > _SHORT else latin


def stem(skeleton: str) -> str:
    """A skeleton without its ending."""
    if skeleton[-1:] in _LAST_LETTERS:
        for length in (5, 4, 3, 2, 1):
            left = len(skeleton) - length
            if left >= _LEAST_LEFT.get(skeleton[-length:], left + 1):
                return skeleton[:-length]
    return skeleton


def split_words(text: str) -> list[str]:
    """Words in order, in lower case; sums and short numbers written in parts become one number."""
    text = _APOSTROPHE.sub("", text.casefold())
    if not _DIGIT.search(text):
        return _WORD.findall(text)
    text = _NUMBER_PARTS.sub(lambda m: _NOT_DIGIT.sub("", m[0]), text)
    text = _THOUSANDS.sub(r"\g<1>000", text)
    text = _MILLIONS.sub(r"\g<1>000000", text)
    words = _WORD.findall(text)
    mixed = _LETTER_DIGIT.split
    return [
        part for word in words for part in ((word,) if word.isalpha() or word.isdecimal() else mixed(word))
    ]


def split_clauses(text: str) -> list[list[str]]:
    """Words in order, parted where a sign or a new line parts the text; clauses without words are left out."""
    return [words for words in map(split_words, _CLAUSE_END.split(text)) if words]


def read_as_cyrillic_keys(text: str) -> str:
    """What the same keys give on a Ukrainian keyboard."""
    return text.casefold().translate(_TO_CYRILLIC)


def read_as_latin_keys(text: str) -> str:
    """What the same keys give on an English keyboard."""
    return text.casefold().translate(_TO_LATIN)


def _trim(a: str, b: str) -> tuple[str, str]:
    """Two words without the beginning and the end that they share."""
    least = min(len(a), len(b))
    start = 0
    while start < least and a[start] == b[start]:
        start += 1
    end = 0
    while end < least - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return a[start : len(a) - end], b[start : len(b) - end]


def count_edits(a: str, b: str, most: int) -> int:
    """Changes, insertions, deletions and swaps of neighbours between two words; `most` + 1 when more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    a, b = _trim(a, b)
    if not a or not b:
        return min(len(a) + len(b), most + 1)
    if most == 1:
        one = len(a) == len(b) == 1 or (len(a) == len(b) == 2 and a == b[::-1])
        return 1 if one else 2
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        best = i
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
            best = min(best, cost)
        if best > most:
            return most + 1
    return min(row[-1], most + 1)

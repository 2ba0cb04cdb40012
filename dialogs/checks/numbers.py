"""Numbers that one language of a text names and another does not."""

from __future__ import annotations

import re

from dialogs.findings import Path, Pen
from dialogs.words import N_

_NUMBER = re.compile(
    r"(\d+)(?:[,.](\d+))? ?(тис|млн|млрд|мільйон|мільярд|thousand|million|billion)?", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_SIZES = {
    "тис": 3,
    "thousand": 3,
    "млн": 6,
    "мільйон": 6,
    "million": 6,
    "млрд": 9,
    "мільярд": 9,
    "billion": 9,
}


def compare_numbers(pen: Pen, at: Path, ukrainian: str, words: str) -> None:
    """Numbers of two digits and more that stand in one text only; 1 208, 1,208 and 1,2 тис. agree."""
    if not (_DIGIT.search(ukrainian) or _DIGIT.search(words)):
        return
    mine, theirs = _read_numbers(ukrainian), _read_numbers(words)
    ours, others = (
        ", ".join(sorted(n, key=lambda n: (len(n), n))[:4]) for n in (mine - theirs, theirs - mine)
    )
    if ours or others:
        pen.warn(
            at,
            "numbers_differ",
            N_("the Ukrainian text names {ours}, and the one in `{language}` {others}")
            if ours and others
            else N_("the Ukrainian text names {ours}, and the one in `{language}` does not")
            if ours
            else N_("the text in `{language}` names {others}, and the Ukrainian one does not"),
            N_("Look which of the two texts is right, and mend the other."),
            language=at[-1],
            ours=ours,
            others=others,
        )


def _read_numbers(text: str) -> set[str]:
    joined = re.sub(r"(?<=\d)[ \u00a0\u202f,.](?=\d{3}(?!\d))", "", text)
    found: set[str] = set()
    for whole, part, unit in _NUMBER.findall(joined):
        size = next((zeros for word, zeros in _SIZES.items() if unit and unit.lower().startswith(word)), 0)
        if size:
            number = whole + part.ljust(size, "0")
            found.add(number.lstrip("0"))
        else:
            for piece in (whole, part):
                if len(piece) > 1:
                    found.add(piece.lstrip("0"))
    return found

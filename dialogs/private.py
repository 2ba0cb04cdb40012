"""What of a typed text belongs into no chat: names, phones, accounts, numbers of papers."""

from __future__ import annotations

import re

_NAME = r"[А-ЯІЇЄҐЁЫЭ][а-яіїєґёыэъ'’ʼ]+"
_ENDS = r"(?:(?:ович|евич|йович)(?:а|у|ем|і)?|(?:івн|ївн|овн|евн)(?:а|и|і|у|ою|ой)|ьмич|ілліч|ильич)"
_PATRONYMIC = rf"[А-ЯІЇЄҐЁ][а-яіїєґёыэъ'’ʼ]*{_ENDS}"
_SURNAME = r"[А-ЯІЇЄҐ][а-яіїєґ'’ʼ]+(?:енко|[чщ]ук|юк|ишин|енків)"
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_MIN_DIGITS = 10  # of an account; with fewer it is words
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:\+?38)?[ (.-]{0,3}0\d{2}[ ).-]{0,3}\d{3}[ .-]{0,3}\d{2}[ .-]{0,3}\d{2}\b",
        r"\b(?:\d[ -]?){9,19}\b",
        r"\b[А-ЯІЇЄҐ]{2}[ №]*\d{6}\b",
        r"[^\s@]@[^\s@]{1,200}\.[^\W\d]{2,}",
        rf"\b{_NAME}\s+{_PATRONYMIC}\b",
        rf"\b[Яя]\s*[,—–-]?\s+{_NAME}\s+{_NAME}\b",
        rf"\b{_PATRONYMIC}\s+{_SURNAME}\b",
        rf"^(?:{_NAME}\s+)?(?:{_NAME}\s+{_SURNAME}|{_SURNAME}\s+{_NAME})\W*$",
        r"(?i:\b(?:мене|її|його|чоловіка|дружину|сина|доньку|маму|тата|меня|мужа|жену) (?:звати|звуть|зовут)[:\s—–-]+[^\W\d]{3,})",
        rf"(?i:\b(?:моє прізвище|моє ім['’ʼ]я|моя фамилия|мо[её] имя|піб|п\. ?і\. ?б\.|фио|ф\. ?и\. ?о\.))[:\s—–-]+{_NAME}",
        r"(?i:\bmy (?:full )?(?:sur)?name is)\s+[A-Z][a-z]+",
    )
)


def is_private(text: str) -> bool:
    """A phone, address, account, card or passport number, or a name that somebody gives as theirs."""
    if any(sum(c.isdigit() for c in found[0]) >= _MIN_DIGITS for found in _ACCOUNT.finditer(text)):
        return True
    return any(pattern.search(text) for pattern in _PATTERNS)

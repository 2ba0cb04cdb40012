"""Reads Telegram's HTML as strictly as Telegram does."""

from __future__ import annotations

import re
from html import unescape

TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
_TOKEN = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>|([^<>]+)|([<>])")
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")


class MarkupError(Exception):
    """What Telegram says it cannot parse."""


def read_html(text: str) -> tuple[str, int]:
    """The visible text and the number of its entities.

    Raises:
        MarkupError: as Telegram's "can't parse entities".
    """
    if _ENTITY.search(text):
        # Telegram shows an unknown entity as it is typed; our own renderer must never make one.
        raise MarkupError("unescaped ampersand")
    visible, open_tags, entities = [], [], 0
    for closing, tag, attributes, words, stray in _TOKEN.findall(text):
        if stray:
            raise MarkupError(f"unexpected {stray}")
        if words:
            visible.append(unescape(words))
        elif tag not in TAGS:
            raise MarkupError(f'unsupported start tag "{tag}"')
        elif closing:
            if not open_tags or open_tags.pop() != tag:
                raise MarkupError(f"unmatched end tag {tag}")
        else:
            if attributes and not (tag == "a" and re.fullmatch(r'\s+href="[^"<>]*"', attributes)):
                raise MarkupError(f"attributes of {tag}")
            open_tags.append(tag)
            entities += 1
    if open_tags:
        raise MarkupError(f"can't find end tag corresponding to start tag {open_tags[-1]}")
    return "".join(visible), entities


def count_units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

"""The dialogue as the web says it: some sentences speak of a chat, and here there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from dialogs.engine import KYIV, Engine
from dialogs.reply import Reply
from dialogs.screens.draw import draw
from dialogs.screens.view import View
from dialogs.session import Session
from dialogs.words import N_, Words

# What is said in a chat, and what stands for it on a page.
ON_PAGES = {
    "Can someone see this phone? Tap Hide, then delete the chat.": N_(
        "Can someone see this screen? «Leave now» is always at the top: it erases your answers and opens "
        "another site."
    ),
    "Read this only when nobody sees the phone. Do not call Ukrainian numbers from there. Afterwards tap Hide and delete the chat.": N_(
        "Read this only when nobody sees the screen. Do not call Ukrainian numbers from there. Afterwards tap "
        "«Leave now» and clear the browser's history."
    ),
    "A directory of contacts. To open it, write /start.": N_("A directory of contacts."),
    "Messages older than two days may remain, and the bot stays in the list of chats and on other devices with this account. To remove all of it: delete the chat yourself, and look at Settings → Devices.": N_(
        "Your answers are kept until you erase them. The browser's history still has this page's address: "
        "clear it yourself."
    ),
    "Your answers and settings here will be forgotten, and the messages of the last two days deleted. This cannot be undone.": N_(
        "Your answers and settings here will be forgotten. This cannot be undone."
    ),
    "Erased. Your answers and settings are no longer here. Messages older than two days may remain: delete the chat yourself.": N_(
        "Erased. Your answers and settings are no longer here. The browser's history still has this page's "
        "address: clear it yourself."
    ),
    "Discreet mode: {state}. Messages cannot be forwarded, and their first line tells nothing. In Telegram everything is hidden after five minutes without a tap.": N_(
        "Discreet mode: {state}. Personal pages begin with a line that tells nothing."
    ),
}


class Voice:
    """An engine's screens in the web's words."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._words = {language: _turn(words) for language, words in engine.tools.words.items()}
        self._tools = replace(engine.tools, words=self._words)
        settings = engine.edition.base.settings
        self.languages = {one.id: one.name for one in settings.languages} if settings else {}

    @property
    def codes(self) -> tuple[str, ...]:
        return self.engine.edition.languages

    def words(self, language: str) -> Words:
        return self._words.get(language) or self._words[self.codes[0]]

    def view(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> View:
        return self._tools.view(session, now.astimezone(KYIV), notices)

    def show(self, session: Session, now: datetime, notices: Sequence[str] = ()) -> Reply:
        return draw(self.view(session, now, notices))


def _turn(words: Words) -> Words:
    plain = words.gettext

    @lru_cache(4096)  # a page asks for a hundred of them, and catalogues do not change while they are in use
    def say(message: str) -> str:
        return plain(ON_PAGES.get(message, message))

    return replace(words, gettext=say)

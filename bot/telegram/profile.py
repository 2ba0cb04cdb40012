"""What people see of the bot before they write: its commands and descriptions, in every language."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommand
from telegram.constants import BotDescriptionLimit
from telegram.error import TelegramError

from bot.speaker import Speaker
from dialogs.words import N_

COMMANDS = (
    ("start", N_("Open the directory")),
    ("menu", N_("Menu")),
    ("urgent", N_("Urgent help")),
    ("contacts", N_("Contacts nearby")),
    ("hide", N_("Hide this chat's messages")),
    ("erase", N_("Erase everything about me")),
    ("language", N_("Language")),
    ("about", N_("About Resolution 1325")),
    ("privacy", N_("What is kept, and what is not")),
    ("help", N_("How this works")),
)
DESCRIPTION = N_(
    "A directory of rights, payments, services and contacts for people hurt by the war. Answer a few "
    "questions and see what you may be entitled to, and whom to call. No names, no papers: any question "
    "can be skipped. It costs nothing."
)
SHORT = N_("A directory of rights, services and contacts. Costs nothing, asks for no names.")
log = structlog.get_logger("telegram")


async def set_profile(bot: Bot, speaker: Speaker, languages: tuple[str, ...]) -> bool:
    """Set everything that is not as it should be; tell whether all of it is. The bot works without it too.

    The first language is also the fallback for everybody else.
    """
    for code, language in (("", languages[0]), *((code, code) for code in languages)):
        say = speaker.words(language).gettext
        wanted = [BotCommand(name, say(text)) for name, text in COMMANDS]
        description = say(DESCRIPTION)[: int(BotDescriptionLimit.MAX_DESCRIPTION_LENGTH)]
        short = say(SHORT)[: int(BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH)]
        try:
            if list(await bot.get_my_commands(language_code=code or None)) != wanted:
                await bot.set_my_commands(wanted, language_code=code or None)
            if (await bot.get_my_description(code or None)).description != description:
                await bot.set_my_description(description, code or None)
            if (await bot.get_my_short_description(code or None)).short_description != short:
                await bot.set_my_short_description(short, code or None)
        except TelegramError as error:
            log.warning("commands not set", error=type(error).__name__, language=code)
            return False
    return True

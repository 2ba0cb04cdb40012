"""Fixed answers to what is no step of the dialogue: pictures, voice, what is personal, a greeting, thanks."""

from __future__ import annotations

from dialogs.words import N_

UNREAD = N_("I understand text and buttons. Write a few words about what you need.")
SETTLED = N_("No further answer would settle this here. The office named in the card can tell for certain.")
_PAPERS = N_(
    "Please do not send photos or papers here: I have deleted it. Papers go to the office named in the card, never to a chat."
)
SENT = {
    "private": N_(
        "This looks like a name, number or account. I have deleted it: nobody here needs it. Papers go to the office named in the card; a bank code to nobody."
    ),
    "voice": N_(
        "I cannot listen to voice messages. Write a few words, or tap «Talk to a person»: there are numbers to call."
    ),
    "sticker": N_("Thank you. Tap a button, or write a few words about what you need."),
    "location": N_(
        "Please do not send your location here: it is safer. I have deleted it. The region is enough, and you can choose it in «Contacts nearby»."
    ),
    "contact": N_(
        "Please do not send phone numbers of people here. I have deleted it. To be called back, ring one of the lines under «Talk to a person»."
    ),
    "photo": _PAPERS,
    "document": _PAPERS,
}
COURTESIES = {
    "thanks": N_("You are welcome. Everything stays here, and you can come back at any time."),
    "greeting": N_("Good day. Tap a button, or write in your own words what you need."),
}

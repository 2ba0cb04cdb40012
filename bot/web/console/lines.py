"""What an operator has ready before any question, and for callers who are hard to answer."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.words import N_


@dataclass(frozen=True, slots=True)
class Ready:
    """A situation, what to do, and a sentence to say.

    `asks` are questions to read out in this order, each with what a yes means.
    """

    id: str
    title: str
    steps: tuple[str, ...]
    say: str
    asks: tuple[tuple[str, str], ...] = ()


BEFORE = (
    Ready(
        "safe",
        N_("Is it safe to talk?"),
        (
            N_("Ask it first. If not: suggest «you have the wrong number» and hanging up."),
            N_("Ask when and on which number it is safe to call back. Write it on paper, not here."),
        ),
        N_("Is it safe for you to talk now? You can answer only yes or no."),
    ),
    Ready(
        "quiet",
        N_("Can only whisper, or answer yes and no"),
        (
            N_(
                "Speak slowly, and only so that yes or no answers it. Silence is no answer: ask again, shorter."
            ),
            N_(
                "After these: read the choices on the screen one by one; a yes is its key. Key D: no names in the text."
            ),
        ),
        N_(
            "I will speak. Answer yes or no, or tap the phone: once is yes, twice is no. If somebody comes in, say "
            "«wrong number» and hang up."
        ),
        (
            (N_("Is the one you are afraid of near?"), N_("Shorter still. Nothing about help aloud.")),
            (N_("Is your life or a child's in danger now?"), N_("Key H: a colleague stands by.")),
            (
                N_("Shall the police come to you?"),
                N_("A colleague calls 102. Ask by halves: are you at home? in the city?"),
            ),
            (N_("Are you hurt? Do you need a doctor?"), N_("A colleague calls 103.")),
            (N_("Can you leave safely today?"), N_("Ask whether there is somewhere to go.")),
            (
                N_("May I call back on this number?"),
                N_("Name hours until there is a yes. Write it on paper, not here."),
            ),
        ),
    ),
    Ready(
        "calm",
        N_("The caller cries, is silent or shakes"),
        (
            N_("Silence is all right. Stay, and say that you are there."),
            N_("Grounding: name five things you see, feel your feet on the floor, breathe out slowly."),
            N_("Ask about one need only. The questions can wait."),
        ),
        N_("I am here. There is no hurry. What is the one thing you need most right now?"),
    ),
    Ready(
        "suicide",
        N_("Words about not wanting to live"),
        (
            N_("Stay on the line. Do not argue, do not leave the caller alone."),
            N_("Call for help (key H): a second operator calls 103, and 102 if there is a weapon."),
            N_("Ask plainly: are you thinking of killing yourself? Is there something near to do it with?"),
            N_("Later, when it is calmer: 7333, day and night."),
        ),
        N_("It is good that you called. I stay with you. Is somebody beside you now?"),
    ),
)
HARD = (
    Ready(
        "abuser",
        N_("Asks whether somebody called, or where she is"),
        (
            N_("Never confirm that anybody called, not even by a pause or «I cannot say»."),
            N_("The same words to everybody, also to police by phone. A written request goes to the head."),
        ),
        N_("We do not tell anybody who called us, and I would say the same about you."),
    ),
    Ready(
        "lists",
        N_("Asks for lists, positions, exchanges, names of captives"),
        (
            N_("We have none and look for none. Do not repeat names and places aloud."),
            N_("Relatives: the Coordination Headquarters and 1698. Offer to dictate the number."),
        ),
        N_("We have no lists here. I can give you the number of those who search."),
    ),
    Ready(
        "press",
        N_("Press, bloggers, «just checking»"),
        (N_("No comments, no figures, no stories of callers. Send to the head in writing."),),
        N_("I cannot comment. Please write to our head office."),
    ),
    Ready(
        "occupied",
        N_("Calls from occupied territory or Russia"),
        (
            N_("Short. No names, no towns, no route. Offer to hang up at any moment."),
            N_("Do not give Ukrainian numbers to call from there, nor links to report crimes."),
            N_("Ask whether relatives in government-controlled territory can call for them."),
        ),
        N_("We can stop at any moment. Tell me only what you need; no names, no places."),
    ),
)
PRACTICE = {
    "mother": N_(
        "«Good day. My daughter and I moved from Bakhmut to Lviv in 2023, the flat is gone. She is ten and "
        "has a disability. I have the certificate. What are we entitled to?»"
    ),
    "older": N_(
        "«My father is 72 and can hardly walk. He is in Kherson region, near the river, and there is shelling "
        "every day. He does not want to leave. What can be done?»"
    ),
    "wife": N_(
        "«They told me my husband is missing. He is in the army. I have two small children and I do not know "
        "where to begin…» (long silences)"
    ),
    "whisper": N_("«…Так.» (a whisper; steps behind the door) «Ні… Він на кухні.»"),
    "stranger": N_("«Did my wife call you today? I know she did. Where did you send her?»"),
}

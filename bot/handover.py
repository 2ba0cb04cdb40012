"""Passing a person's answers on by a short code: to an operator, or from an operator to the person.

A code copies the answers once. It lives for minutes, opens once, and carries nobody's name; what is
said after it was made does not cross.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.keys import Keys, UnreadableError
from bot.store.slips import Rewrite, Slips
from dialogs.edition import Edition
from dialogs.press import Press
from dialogs.reply import Heading, Paragraph, Phone, Reply
from dialogs.screens.lines import format_phone
from dialogs.session import SUBJECTS, UNKNOWN, WITHHELD, Answers, Session, dump_session, load_session
from dialogs.words import N_, Words

DIGITS = 8
MINUTE = 60_000
LIFE = 10 * MINUTE
TRIES = 5
OFFERS = 5  # codes one person may have made in `LIFE`
ALL_TRIES = 1_000  # wrong or right, by everybody in `LIFE`: 10^8 codes cannot be combed through
LINK = "c"  # the payload of a link to the bot is this and the code
WRONG = N_("This code does not open anything: it was used, is older than ten minutes, or mistyped.")
WAIT = N_("Too many wrong codes. Wait ten minutes, or ask the operator to read out the results.")
_TAKEN = b"\x01"
_NOT_DIGITS = re.compile(r"\D+")


class CodeError(Exception):
    """A code that does not open. `kind`: `wrong` (used, expired, mistyped) or `wait` (too many tries)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that can be told to somebody. `until` is a moment in milliseconds."""

    code: str
    until: int

    @property
    def shown(self) -> str:
        """In two halves, as people read numbers out."""
        return f"{self.code[:4]} {self.code[4:]}"


def draw_code(digits: int = DIGITS) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}}"


def read_code(text: str, digits: int = DIGITS) -> str | None:
    """The digits of what was typed («1234 5678», 1234-5678); None when their number is another."""
    found = _NOT_DIGITS.sub("", text[:40])
    return found if found.isascii() and len(found) == digits else None


def milliseconds(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def copy_answers(session: Session) -> Session:
    """What crosses: the answers about whom we talk, the language, and where the speaker is (it decides
    which numbers are safe to show); never the place in the dialogue."""
    kept: dict[str, Answers] = {session.subject: session.here}
    own = session.answers.get("self", {})
    if session.subject != "self" and "place" in own:
        kept["self"] = MappingProxyType({"place": own["place"]})
    return Session(
        subject=session.subject,
        language=session.language,
        discreet=session.discreet,
        answers=MappingProxyType({subject: mine for subject, mine in kept.items() if mine}),
    )


def list_presses(session: Session, edition: Edition) -> list[Press]:
    """The buttons that give another session these answers, ending at the results.

    A person's channel takes them in like any other presses, so a handover cannot say what a person could
    not have said.
    """
    presses = [Press("do", "restart")]
    if session.discreet:
        presses.append(Press("set", "discreet", "on"))
    if session.language in edition.languages:
        presses.append(Press("set", "language", session.language))
    for subject in sorted(session.answers, key=lambda name: name == session.subject):
        if subject not in SUBJECTS:
            continue
        mine = session.answers[subject]
        if subject != "self" or session.subject != "self":
            presses.append(Press("set", "subject", subject))
        known = [q for q in mine if q in edition.questions]
        for question in sorted(known, key=lambda q: (q != edition.subject_question, edition.order[q])):
            presses.extend(_answer(question, mine[question].choices, edition))
    presses.append(Press("go", "results"))
    return presses


def _answer(question: str, choices: tuple[str, ...], edition: Edition) -> list[Press]:
    ticks = [c for c in choices if c in edition.bits[question]]
    if not ticks:
        said = [c for c in choices if c in (UNKNOWN, WITHHELD)]
        return [Press("withheld" if WITHHELD in said else "unknown", question)] if said else []
    if edition.questions[question].kind != "many" or ticks == ["none"]:
        return [Press("answer", question, ticks[0])]
    presses = [Press("tick", question, c) for c in ticks]
    return [*presses, *([] if UNKNOWN in choices else [Press("done", question)])]


class Handover:
    """Makes and takes codes. `is_open` tells whether an operator is at a console now."""

    def __init__(
        self,
        slips: Slips,
        keys: Keys,
        is_open: Callable[[datetime], Awaitable[bool]],
        draw: Callable[[], str] = draw_code,
        all_tries: int = ALL_TRIES,
    ) -> None:
        self._slips, self._keys, self._is_open, self._draw = slips, keys, is_open, draw
        self._all_tries = all_tries

    async def offer(self, address: str, session: Session, now: datetime) -> Offer | None:
        """A code for a person to tell an operator; None when nobody is there to take it, or after too many.

        Pressing twice, or a repeated update, gives the same code.
        """
        at = milliseconds(now)
        if not await self._is_open(now):
            return None
        living = await self.recall(address, now)
        if living is not None:
            return living
        if await self._slips.spend(self._digest("offers", address), at, LIFE) > OFFERS:
            return None
        offer = await self.give(session, now)
        owner = self._digest("owner", address)
        plain = json.dumps([offer.code, offer.until]).encode()
        await self._slips.take(owner, at)
        await self._slips.put(owner, self._seal(owner, plain), offer.until, at)
        return offer

    async def recall(self, address: str, now: datetime) -> Offer | None:
        """The code this person has and nobody took yet."""
        at = milliseconds(now)
        owner = self._digest("owner", address)
        sealed = await self._slips.read(owner, at)
        if sealed is None:
            return None
        offer = Offer(*json.loads(self._unseal(owner, sealed)))
        return offer if await self._slips.read(self._digest("code", offer.code), at) else None

    async def withdraw(self, address: str, now: datetime) -> None:
        """Forget this person's code: they hid or erased what they said."""
        at = milliseconds(now)
        owner = self._digest("owner", address)
        sealed = await self._slips.take(owner, at)
        if sealed is not None:
            code, _until = json.loads(self._unseal(owner, sealed))
            await self._slips.take(self._digest("code", code), at)

    async def give(self, session: Session, now: datetime) -> Offer:
        """A code that opens a copy of these answers once."""
        at = milliseconds(now)
        plain = dump_session(copy_answers(session))
        while True:
            offer = Offer(self._draw(), at + LIFE)
            digest = self._digest("code", offer.code)
            if await self._slips.put(digest, self._seal(digest, plain), offer.until, at):
                return offer

    async def take(self, typed: str, asker: str, now: datetime, once: str = "") -> Session:
        """The answers behind a code; the code is gone with this.

        Args:
            asker: Who types it; five wrong ones in ten minutes and they wait.
            once: What it is opened for, such as an update: should that come again, it opens the same once more.

        Raises:
            CodeError: it does not open.
        """
        at = milliseconds(now)
        code = read_code(typed)
        tries = self._digest("tries", asker)
        if await self._slips.spend(tries, at, LIFE) > TRIES:
            raise CodeError("wait")
        if await self._slips.spend(self._digest("tries", ""), at, LIFE) > self._all_tries:
            raise CodeError("wait")
        if code is None:
            raise CodeError("wrong")
        digest = self._digest("code", code)
        try:
            mine = self._digest("once", once) if once else b""
            session = load_session(await self._take_for(digest, mine, at))
        except (UnreadableError, ValueError):
            raise CodeError("wrong") from None
        await self._slips.forgive(tries)
        return session._replace(seen=None)

    async def _take_for(self, digest: bytes, mine: bytes, at: int) -> bytes:
        """What lies there, marked as taken for this one purpose, or removed where there is none.

        Nothing when it was taken for another, which may still come again.
        """
        found = [b""]

        def mark(sealed: bytes) -> bytes | None:
            plain = self._unseal(digest, sealed)
            if not plain.startswith(_TAKEN):
                found[0] = plain
                return self._seal(digest, _TAKEN + mine + plain) if mine else None
            if mine and plain.startswith(_TAKEN + mine):
                found[0] = plain.removeprefix(_TAKEN + mine)
            return sealed

        await self._slips.change(Rewrite(digest, at + LIFE, mark), at)
        return found[0]

    def _digest(self, kind: str, text: str) -> bytes:
        return self._keys.digest_code(f"handover:{kind}:{text}")

    def _seal(self, digest: bytes, plain: bytes) -> bytes:
        return self._keys.seal(plain, b"slip:" + digest)

    def _unseal(self, digest: bytes, sealed: bytes) -> bytes:
        return self._keys.unseal(sealed, b"slip:" + digest)


def put_code(reply: Reply, offer: Offer, words: Words, number: str = "") -> Reply:
    """The reply with the code on top: what to tell the operator, and what happens then.

    Args:
        number: The hotline's own (`Edition.hotline`); while it has none, that is said.
    """
    _ = words.gettext
    first = (
        Heading(
            _("An operator is there now. Your code: {code}").format(code=offer.shown.replace(" ", "\u00a0"))
        ),
        Paragraph(
            _(
                "If you tell the operator this code, you agree that they see what you answered so far, and "
                "nothing you answer later. It works once, for 10 minutes. You can also call without it."
            )
        ),
    )
    if number:
        return replace(reply, blocks=(*first, Phone(format_phone(number), number), *reply.blocks))
    missing = _(
        "Our own line has no number written here yet. If you are talking to an operator already, tell the code. "
        "The lines below need no code."
    )
    return replace(reply, blocks=(*first, Paragraph(missing, "note"), *reply.blocks))

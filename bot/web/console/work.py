"""An operator at work: the call in hand, kept sealed for half an hour after its last change, and no longer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from bot.handover import MINUTE, CodeError, Handover, draw_code, milliseconds, read_code
from bot.keys import Keys, UnreadableError
from bot.store.desk import Desk, Shift
from bot.store.slips import Rewrite, Slips
from bot.web.console.accounts import IDLE
from bot.web.console.call import Call, dump_call, load_call
from dialogs.session import Session

CALL_LIFE = 30 * MINUTE
CALL_DIGITS = 6
TRIES = 5


class CallGoneError(Exception):
    """The form belongs to a call that ended, lies too long, or was replaced in another tab."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an operator's session keeps: the code of the call in hand, and how they like to work.

    Attributes:
        help: When a supervisor was called for, in milliseconds; 0 when nobody was.
        keys: Whether single keys act; some people's software types into pages.
        language: Of the console's own words; "" is the operator's.
        coming: To whose call for help this operator goes: the session and the moment of the call.
        joined: Whether the call in hand is a colleague's.
    """

    call: str = ""
    practice: bool = False
    help: int = 0
    keys: bool = True
    language: str = ""
    coming: str = ""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Calling:
    """A colleague who calls for help; `coming` are the names of those who go there."""

    shift: Shift
    place: Place
    coming: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """A change of the call in hand. `call` is what has become of it; None while, or where, there is none to change."""

    rewrite: Rewrite
    call: Call | None = None


def name_help(shift: Shift, place: Place) -> str:
    """One call for help: the next one of the same operator is another."""
    return f"{shift.digest.hex()}:{place.help}"


class Work:
    """Calls by their codes. Whoever knows a code and is logged in may go on with the call."""

    def __init__(
        self,
        desk: Desk,
        slips: Slips,
        keys: Keys,
        handover: Handover,
        draw: Callable[[], str] = lambda: draw_code(CALL_DIGITS),
    ) -> None:
        self._desk, self._slips, self._keys, self._handover, self._draw = desk, slips, keys, handover, draw

    def read_place(self, shift: Shift) -> Place:
        if shift.sealed is None:
            return Place()
        try:
            return Place(**json.loads(self._keys.unseal(shift.sealed, b"shift:" + shift.digest)))
        except (UnreadableError, TypeError, ValueError):
            return Place()

    async def save_place(self, shift: Shift, place: Place, now: datetime) -> None:
        plain = json.dumps(asdict(place)).encode()
        sealed = self._keys.seal(plain, b"shift:" + shift.digest)
        await self._desk.save_shift(shift.digest, sealed, milliseconds(now))

    async def start(
        self, shift: Shift, language: str, now: datetime, practice: str = "", said: Session | None = None
    ) -> Call:
        """Begin a call; the one in hand stays where it is, for its half hour."""
        at = milliseconds(now)
        while True:
            call = Call(secrets.token_hex(8), self._draw(), language, practice=practice)
            if said is not None:
                call = call.take_session(said)
            digest = self._digest(call.code)
            if await self._slips.put(digest, self._seal(digest, call), at + CALL_LIFE, at):
                break
        place = replace(
            self.read_place(shift), call=call.code, practice=bool(practice), help=0, coming="", joined=False
        )
        await self.save_place(shift, place, now)
        return call

    async def open(self, shift: Shift, typed: str, now: datetime) -> Call:
        """Go on with what a code stands for: a dropped call (6 digits), or a person's answers (8).

        Raises:
            CodeError: it does not open, or too many were tried.
        """
        asker = f"operator {shift.operator.id}"
        if read_code(typed, CALL_DIGITS) is None:
            said = await self._handover.take(typed, asker, now)
            return await self.start(shift, said.language, now, said=said)
        at = milliseconds(now)
        key = self._keys.digest_code(f"call tries:{asker}")
        if await self._slips.spend(key, at, 10 * MINUTE) > TRIES:
            raise CodeError("wait")
        code = read_code(typed, CALL_DIGITS) or ""
        place = replace(self.read_place(shift), call=code, help=0, joined=False)
        call = await self.find(place, now)
        if call is None:
            raise CodeError("wrong")
        await self._slips.forgive(key)
        await self.save_place(shift, replace(place, practice=bool(call.practice)), now)
        return call

    async def find(self, place: Place, now: datetime) -> Call | None:
        """The call in hand, unless it ended or lay too long."""
        if not place.call:
            return None
        digest = self._digest(place.call)
        sealed = await self._slips.read(digest, milliseconds(now))
        return self._unseal(digest, sealed) if sealed is not None else None

    def plan(self, place: Place, ref: str, now: datetime, work: Callable[[Call], Call]) -> Plan:
        """What changing the call in hand asks of the store.

        Args:
            ref: Which call the form was about.
        """
        digest = self._digest(place.call)

        def step(sealed: bytes) -> bytes:
            call = self._unseal(digest, sealed)
            if call is None or call.ref != ref:
                return sealed
            plan.call = work(call)
            return self._seal(digest, plan.call)

        plan = Plan(Rewrite(digest, milliseconds(now) + CALL_LIFE, step))
        return plan

    async def change(self, place: Place, ref: str, now: datetime, work: Callable[[Call], Call]) -> Call:
        """Change the call in hand. Raises CallGoneError when the form was about another one."""
        plan = self.plan(place, ref, now, work)
        await self._slips.change(plan.rewrite, milliseconds(now))
        if plan.call is None:
            raise CallGoneError
        return plan.call

    async def finish(self, shift: Shift, place: Place, ref: str, now: datetime) -> Call:
        """Forget the call. Raises CallGoneError when it is not the one in hand."""
        call = await self.find(place, now)
        if call is None or call.ref != ref:
            raise CallGoneError
        if await self._slips.take(self._digest(place.call), milliseconds(now)) is None:
            raise CallGoneError  # a second press of the same button, or a colleague, was faster
        await self.save_place(
            shift, replace(place, call="", practice=False, help=0, coming="", joined=False), now
        )
        return call

    async def put_away(self, shift: Shift, place: Place, now: datetime) -> Place:
        """Forget which call was in hand: it is there no more, nor is the practice it may have been."""
        place = replace(place, call="", practice=False, joined=False)
        await self.save_place(shift, place, now)
        return place

    async def list_calling(self, now: datetime) -> list[Calling]:
        """Who calls for help, and who goes there."""
        at = milliseconds(now)
        there = [(shift, self.read_place(shift)) for shift in await self._desk.list_shifts(at, at - IDLE)]
        return [
            Calling(
                shift,
                place,
                tuple(other.operator.name for other, its in there if its.coming == name_help(shift, place)),
            )
            for shift, place in there
            if place.help
        ]

    async def come(self, shift: Shift, operator: int, now: datetime) -> None:
        """Go to a colleague's call for help: into their call, unless another one is in hand here."""
        place = self.read_place(shift)
        for one in await self.list_calling(now):
            if one.shift.operator.id == operator and one.shift.digest != shift.digest:
                place = replace(place, coming=name_help(one.shift, one.place))
                call = await self.find(one.place, now)
                if call is not None and await self.find(place, now) is None:
                    place = replace(place, call=call.code, practice=bool(call.practice), joined=True)
                await self.save_place(shift, place, now)
                return

    async def is_open(self, now: datetime) -> bool:
        """Whether a console is open now, so not locked, and its operator is not practising."""
        at = milliseconds(now)
        shifts = await self._desk.list_shifts(at, at - IDLE)
        return any(not self.read_place(shift).practice for shift in shifts)

    def _digest(self, code: str) -> bytes:
        return self._keys.digest_code(f"call:{code}")

    def _seal(self, digest: bytes, call: Call) -> bytes:
        return self._keys.seal(dump_call(call), b"slip:" + digest)

    def _unseal(self, digest: bytes, sealed: bytes) -> Call | None:
        try:
            return load_call(self._keys.unseal(sealed, b"slip:" + digest))
        except (UnreadableError, ValueError, KeyError):
            return None

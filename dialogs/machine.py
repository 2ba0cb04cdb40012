"""The state machine of the dialogue: the only thing that moves `session.state` (DESIGN 4a.9).

One shared machine is built for all editions that ask the same questions. Sessions are never registered with it: a light model
carries the state through one trigger. There is one unconditional trigger per destination, and
the table below says from where it may be fired; the engine works out which one to fire.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from transitions import MachineError
from transitions.extensions.nesting import HierarchicalMachine, NestedState, NestedTransition

ASKING = "asking"
PLACES = (
    "welcome",
    "review",
    "results",
    "changes",
    "groups",
    "topics",
    "topic",
    "group",
    "entitlement",
    "why",
    "contacts",
    "contact",
    "urgent",
    "search",
    "about",
    "more",
    "settings",
    "notices",
    "handover",
    "crisis",
    "cover",
    "hidden",
    "erase",
    "erased",
)
# From these only a fresh start leads on: nothing of the old place may come back by itself.
_ENDS = ("erased",)
_AFTER_END = ("welcome", "urgent", "more", "settings", "about", "hidden", "erase", "erased", "crisis")


_NONE: list[Any] = []


class RefusedMoveError(Exception):
    """The rule book has no such move from this state."""


class _State(NestedState):
    separator = "."


class _Transition(NestedTransition):
    """Without conditions and callbacks, as every move is; nine thousand of them share one empty list."""

    def __init__(self, source: str, dest: str, *callbacks: None) -> None:
        assert not any(callbacks), "moves are unconditional"
        self.source, self.dest = source, dest
        self.prepare = self.before = self.after = self.conditions = _NONE


class _Machine(HierarchicalMachine):
    state_cls = _State
    transition_cls = _Transition


class _Model:
    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def name_state(place: str, question: str = "") -> str:
    return f"{ASKING}.{question}" if place == ASKING else place


def name_trigger(state: str) -> str:
    """`ask_<question>` or `show_<place>`."""
    if state.startswith(f"{ASKING}."):
        return "ask_" + state.partition(".")[2]
    return f"show_{state}"


def list_states(questions: Iterable[str]) -> list[str]:
    return [*PLACES, *(name_state(ASKING, q) for q in questions)]


def list_transitions(questions: Iterable[str]) -> list[dict[str, Any]]:
    """Every legal move: trigger, sources, destination."""
    states = list_states(questions)
    table = []
    for dest in states:
        sources = [s for s in states if s not in _ENDS or dest in _AFTER_END]
        table.append({"trigger": name_trigger(dest), "source": sources, "dest": dest})
    return table


class Mover:
    """The shared machine of one edition."""

    def __init__(self, questions: Iterable[str], transitions: list[dict[str, Any]] | None = None) -> None:
        ids = list(questions)
        self.states = frozenset(list_states(ids))
        table = list_transitions(ids) if transitions is None else transitions
        self.transitions = table
        self._machine = _Machine(
            model=None,
            states=[*PLACES, {"name": ASKING, "children": ids}],
            transitions=table,
            initial="welcome",
            auto_transitions=False,
            send_event=False,
        )
        self._moves: dict[tuple[str, str], str] = {}

    def move(self, state: str, dest: str) -> str:
        """Fire the destination's trigger from `state` and give the state reached.

        A stored state that this edition no longer has is read as the welcome.

        Raises:
            RefusedMoveError: the table has no such transition.
        """
        known = self._moves.get((state, dest))
        if known is not None:  # moves are unconditional, so the machine answers each pair once
            return known
        model = _Model(state if state in self.states else "welcome")
        try:
            moved = self._machine.trigger_event(model, name_trigger(dest))
        except (MachineError, AttributeError, ValueError, KeyError) as error:
            raise RefusedMoveError(f"no move from {model.state} to {dest}") from error
        if not moved:
            raise RefusedMoveError(f"no move from {model.state} to {dest}")
        if state in self.states:
            self._moves[state, dest] = str(model.state)
        return str(model.state)


@lru_cache(maxsize=1)
def share_mover(questions: tuple[str, ...]) -> Mover:
    """The machine for these questions. It is full of cycles, so one for each edition would pile up while the
    collector leaves alone what was built before."""
    return Mover(questions)

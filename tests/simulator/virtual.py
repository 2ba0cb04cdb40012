"""An event loop on a virtual clock: waiting costs nothing, and the same program runs the same way."""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import selectors
from collections.abc import Callable, Coroutine, Generator
from typing import Any

owner: contextvars.ContextVar[str] = contextvars.ContextVar("owner", default="")


class StuckError(Exception):
    """Everything waits for something that nobody will do."""


class _Selector(selectors.BaseSelector):
    """Watches nothing; asked to wait, it moves the clock."""

    def __init__(self, wake: Callable[[float], float]) -> None:
        """`wake` tells how far the clock may move: to the moment it is given or past it."""
        self.now = 0.0
        self._wake = wake
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        self._keys[fileobj] = key = selectors.SelectorKey(fileobj, 0, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        return self._keys

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise StuckError("nothing is left to happen")
        if timeout > 0.0:
            self.now = self._wake(self.now + timeout)
        return []


class _Stepped(Coroutine[Any, Any, Any]):
    """A process's coroutine that asks before each of its steps whether the power is still on."""

    def __init__(self, work: Coroutine[Any, Any, Any], dies: Callable[[], bool]) -> None:
        self._work, self._dies = work, dies

    def send(self, value: Any) -> Any:
        if self._dies():
            return self._work.throw(asyncio.CancelledError())
        return self._work.send(value)

    def throw(self, *error: Any) -> Any:
        return self._work.throw(*error)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._work.__await__()


class VirtualLoop(asyncio.SelectorEventLoop):
    """Tasks are kept by the process (`owner`) that started them, so that it can be killed.

    `on_step` is told before every step of a process's tasks, which is after every await; true ends it there.

    `find_rest` tells until when nothing will be under way, if so it is now. Until then, or until the world goes
    on, the clock moves at once: the processes' looks at empty tables would be nine tenths of a run.
    """

    def __init__(self) -> None:
        self._virtual = _Selector(self._wake)
        self._world: list[float] = []  # when the world, not a process, goes on
        self.tasks: dict[str, set[asyncio.Task[Any]]] = {}
        self.on_step: Callable[[str], bool] | None = None
        self.find_rest: Callable[[], float] = lambda: 0.0
        super().__init__(self._virtual)
        self.set_task_factory(self._make_task)

    def time(self) -> float:
        return self._virtual.now

    def call_at(self, when: float, *args: Any, **options: Any) -> asyncio.TimerHandle:
        if not owner.get():
            heapq.heappush(self._world, when)
        return super().call_at(when, *args, **options)

    def _wake(self, at: float) -> float:
        while self._world and self._world[0] < at:
            heapq.heappop(self._world)
        return max(at, min(self._world[0], self.find_rest())) if self._world else at

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        name = owner.get()
        if name and (on_step := self.on_step):
            work = _Stepped(work, lambda: on_step(name))
        task = asyncio.Task(work, loop=loop, **options)
        mine = self.tasks.setdefault(name, set())
        mine.add(task)
        task.add_done_callback(mine.discard)
        return task

    def kill(self, name: str) -> None:
        """End every task of a process, as if its power went."""
        for task in list(self.tasks.get(name, ())):
            task.cancel()

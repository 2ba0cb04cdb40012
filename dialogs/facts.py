"""Facts as numbers: what depends on a few of them is worked out once for all of whom these are known alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from operator import itemgetter

from dialogs.compiling import Known

_KEPT = 4_096  # numbers; some 200 bytes each
_OF_QUESTION = 256

Fact = tuple[int, bool, int, int]  # of one question in `Known`: ticked, complete, openers, closers
Look = Callable[[Sequence[int]], object]


class _Numbers(dict[Fact, int]):
    """A number for each fact. None is ever given to another fact, so forgetting costs time alone."""

    def __init__(self) -> None:
        super().__init__()
        self._next = count()

    def __missing__(self, fact: Fact) -> int:
        if len(self) >= _KEPT:
            self.clear()
        number = self[fact] = next(self._next)
        return number


class _Question(dict[Fact, tuple[int, ...]]):
    """What is known of one question, as a number for each set of choices that some rule reads of it."""

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self.masks: list[int] = []
        self._numbers = numbers

    def __missing__(self, fact: Fact) -> tuple[int, ...]:
        if len(self) >= _OF_QUESTION:
            self.clear()
        ticked, complete, openers, closers = fact
        numbers = self._numbers
        found = tuple([numbers[ticked & mask, complete, openers, closers] for mask in self.masks])
        self[fact] = found
        return found


class Facts:
    """Reads what is known as a list of numbers, and picks from it what a rule depends on.

    Equal numbers in one place mean that of the choices which stand there, and of what is still open, the same is known.
    """

    def __init__(self, questions: int, reads: Iterable[Mapping[int, int]]) -> None:
        """`reads` are the choices of each rule, by the index of their question (`Rule.reads`)."""
        numbers = _Numbers()
        self._questions = [_Question(numbers) for _ in range(questions)]
        for one in reads:
            for at, mask in one.items():
                if mask not in self._questions[at].masks:
                    self._questions[at].masks.append(mask)
        columns = [(at, mask) for at, question in enumerate(self._questions) for mask in question.masks]
        self._places = {column: place for place, column in enumerate(columns)}

    def __len__(self) -> int:
        return len(self._places)

    def read(self, known: Known) -> list[int]:
        numbers: list[int] = []
        of_each = zip(known.ticked, known.complete, known.openers, known.closers, strict=True)
        for question, fact in zip(self._questions, of_each, strict=True):
            numbers += question[fact]
        return numbers

    def pick(self, *reads: Mapping[int, int], more: Iterable[int] = ()) -> Look:
        """What picks the numbers on which rules depend that read these; `more` are places behind all facts."""
        places = {self._places[column] for one in reads for column in one.items()}
        places |= {len(self) + at for at in more}
        return itemgetter(*sorted(places)) if places else lambda _: None

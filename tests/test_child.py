"""Work done in a process of its own: its answer, and every way of not getting one."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.child import Child


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the module `told`, which a child can be told to run."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda code: (tmp_path / "told.py").write_text(code) and None


def read(*words: str) -> bytes | None:
    async def ask() -> bytes | None:
        return await Child("told", *words).read()

    return asyncio.run(ask())


def test_answer_comes_over_whole(write: Callable[[str], None]) -> None:
    write("import sys; sys.stdout.write(sys.argv[1] * 300_000)")

    assert read("abc") == b"abc" * 300_000


@pytest.mark.parametrize("code", ["", "import sys; print('half'); sys.exit(1)", "raise ValueError"])
def test_child_that_fails_or_says_nothing_has_no_answer(write: Callable[[str], None], code: str) -> None:
    write(code)

    assert read() is None


@pytest.mark.parametrize("reading", [True, False])
def test_child_that_is_given_up_ends(write: Callable[[str], None], tmp_path: Path, reading: bool) -> None:
    mark = tmp_path / "pid"
    write(f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    child = Child("told")
    while not mark.exists() or not mark.read_text():
        time.sleep(0.02)

    if reading:
        with pytest.raises(TimeoutError):
            asyncio.run(asyncio.wait_for(child.read(), 0.1))
    else:
        child.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_child_runs_what_this_process_runs(write: Callable[[str], None]) -> None:
    write("import sys; sys.stdout.write(sys.executable)")

    assert read() == sys.executable.encode()

"""A log that cannot be written costs a line, never a turn."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from bot.errors import MendableError
from bot.logs import Foreign, Lines
from bot.store.connect import read_url


class FullDisk(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_line_is_written_to_standard_error_as_it_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    Lines().info("taken")

    assert capsys.readouterr().err == "taken\n"


@pytest.mark.parametrize("full", [True, False])
def test_a_full_or_closed_log_stops_nothing(monkeypatch: pytest.MonkeyPatch, full: bool) -> None:
    stream = FullDisk() if full else io.StringIO()
    if not full:
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)

    Lines().warning("lost")


def test_a_librarys_line_tells_the_kind_of_error_and_the_place_but_not_its_words() -> None:
    """Libraries log exceptions whole, and the words of one may hold what a person wrote."""
    record = logging.LogRecord("uvicorn.error", logging.ERROR, "x.py", 1, "Exception %s", ("+380",), None)
    try:
        read_url("мене б'є чоловік")
    except MendableError:
        record.exc_info = sys.exc_info()

    line = json.loads(Foreign().format(record))

    assert line.pop("at").startswith("bot/store/connect.py:")
    assert line == {"logger": "uvicorn.error", "event": "library", "level": "error", "error": "MendableError"}

"""A log that cannot be written costs a line, never a turn."""

from __future__ import annotations

import io
import sys

import pytest

from bot.logs import Lines


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

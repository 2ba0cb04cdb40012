"""Reading YAML: values as they are meant, positions, and texts nobody should be able to break it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checking import check_folder
from bot.files import MAX_FILE, name_edition
from bot.library import read_library
from bot.yamlfile import read_yaml
from dialogs.findings import Findings
from tests.broken import HERE


def test_words_and_numbers_are_read_as_meant() -> None:
    """`no` is a word, 08:30 and 0123 are texts; only true, null and plain numbers are more than text."""
    findings = Findings()

    document = read_yaml(
        "a: no\nb: 08:30\nc: 0123\nd: 7\ne: true\nf: null\ng: 1.5\nh: 2026-11-23\n", "x.yaml", findings
    )

    assert document is not None
    assert document.value == {
        "a": "no",
        "b": "08:30",
        "c": "0123",
        "d": 7,
        "e": True,
        "f": None,
        "g": 1.5,
        "h": "2026-11-23",
    }
    assert findings.all == []


def test_position_of_a_value_and_of_its_name() -> None:
    document = read_yaml("a:\n  - {b: 1}\n  - {b: 2, c: 3}\n", "x.yaml", Findings())

    assert document is not None
    assert document.origin.find(("a", 1, "c")) == (3, 15)
    assert document.origin.find(("a", 1, "c", "[key]")) == (3, 12)
    assert document.origin.find(("a", 1, "nothing")) == (3, 5)


def test_huge_file_is_refused_and_told() -> None:
    findings = Findings()

    assert read_yaml("a: b\n" * MAX_FILE, "x.yaml", findings) is None
    assert [f.code for f in findings.all] == ["file_too_big"]


def test_number_of_thousands_of_digits_is_text() -> None:
    document = read_yaml("a: " + "9" * 5000, "x.yaml", Findings())

    assert document is not None
    assert document.value == {"a": "9" * 5000}


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 5000, "- " * 5000, "&a [*a, *a]", "a: &a [*a]"])
def test_nesting_and_aliases_break_nothing(text: str) -> None:
    findings = Findings()

    read_yaml(text, "x.yaml", findings)

    assert findings.errors > 0


_YAMLISH = st.text(
    alphabet=st.sampled_from(list("ab:-[]{}#&*!|>'\"%@`,? \n\t\\0.їЯ“\u200b\x07")), max_size=60
)


@settings(max_examples=400, deadline=None)
@given(text=_YAMLISH | st.text(max_size=40))
def test_no_text_raises(text: str) -> None:
    """Whatever an editor saves becomes values or findings, never an exception."""
    findings = Findings()

    document = read_yaml(text, "x.yaml", findings)

    assert (document is None) <= (findings.errors > 0)
    assert all(f.render() for f in findings.all)


@settings(max_examples=60, deadline=None)
@given(blob=st.binary(max_size=80))
def test_no_bytes_raise(blob: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("base")
    (folder / "topics.yaml").write_bytes(blob)
    findings = Findings()

    read_library(folder, findings)

    assert findings.errors > 0


def test_edition_is_named_by_paths_and_bytes() -> None:
    """DESIGN 4a.10: the order of reading does not matter, every byte and name does."""
    one = {"a.yaml": b"1", "b.yaml": b"2"}

    assert name_edition(one) == name_edition(dict(reversed(one.items())))
    assert (
        len(
            {
                name_edition(x)
                for x in (one, {"a.yaml": b"1", "c.yaml": b"2"}, {"a.yaml": b"12", "b.yaml": b""})
            }
        )
        == 3
    )


def test_same_folder_reads_the_same_twice() -> None:
    first, second = Findings(), Findings()

    one, two = read_library(HERE / "base", first), read_library(HERE / "base", second)

    assert (one.id, one.entitlements, one.contacts) == (two.id, two.entitlements, two.contacts)


def test_unreadable_file_is_told(tmp_path: Path) -> None:
    """A name that leads nowhere, such as a broken link, is told like any other fault."""
    (tmp_path / "topics.yaml").symlink_to(tmp_path / "gone.yaml")
    findings = Findings()

    read_library(tmp_path, findings)

    assert ("topics.yaml", "unreadable") in [(f.file.rsplit("/", 1)[-1], f.code) for f in findings.all]


def make_pipe(folder: Path) -> None:
    os.mkfifo(folder / "contacts/pipe.yaml")


def make_folder_of_a_file(folder: Path) -> None:
    (folder / "contacts/help_line.yaml").unlink()
    (folder / "contacts/help_line.yaml").mkdir()


def link_a_folder_to_itself(folder: Path) -> None:
    (folder / "contacts/again").symlink_to("..", target_is_directory=True)


def link_a_file_to_itself(folder: Path) -> None:
    (folder / "contacts/help_line.yaml").unlink()
    (folder / "contacts/help_line.yaml").symlink_to("help_line.yaml")


def fill_a_file(folder: Path) -> None:
    (folder / "contacts/help_line.yaml").write_bytes(b"# filling\n" * 5_000_000)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (make_pipe, ("contacts/pipe.yaml", "no_file")),
        (make_folder_of_a_file, ("contacts/help_line.yaml", "folder_for_file")),
        (link_a_folder_to_itself, ("contacts/again", "linked_folder")),
        (link_a_file_to_itself, ("contacts/help_line.yaml", "unreadable")),
        (fill_a_file, ("contacts/help_line.yaml", "file_too_big")),
    ],
)
def test_what_is_no_readable_file_is_told_once_and_holds_nothing_up(
    spoil: Callable[[Path], None], told: tuple[str, str], tmp_path: Path
) -> None:
    """A pipe would be waited for without end; and what refers to the lost record is not wrong because of it."""
    folder = tmp_path / "knowledge"
    shutil.copytree(HERE / "base", folder)
    spoil(folder)

    findings, _ = check_folder(folder, date(2026, 11, 23), memory=None)

    assert [(f.file.removeprefix(f"{folder}/"), f.code) for f in findings] == [told]

"""Sealing, and finding a person without knowing who it is."""

from __future__ import annotations

import pytest

from bot.keys import Keys, UnreadableError, draw_number

OLD, NEW = "o" * 32, "n" * 32


def test_what_is_sealed_opens_in_its_own_row_only() -> None:
    keys = Keys([NEW])
    sealed = keys.seal(b"answers", b"sessions:anna")

    assert keys.unseal(sealed, b"sessions:anna") == b"answers"
    with pytest.raises(UnreadableError):
        keys.unseal(sealed, b"sessions:bohdan")


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_an_altered_value_does_not_open(at: int) -> None:
    keys = Keys([NEW])
    sealed = bytearray(keys.seal(b"answers", b"row"))
    sealed[at] ^= 1

    with pytest.raises(UnreadableError):
        keys.unseal(bytes(sealed), b"row")


@pytest.mark.parametrize("sealed", [b"", b"abc", b"x" * 16, b"x" * 100])
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(UnreadableError):
        Keys([NEW]).unseal(sealed, b"row")


def test_a_former_key_reads_and_the_first_writes() -> None:
    before, after = Keys([OLD]), Keys([NEW, OLD])
    sealed = before.seal(b"answers", b"row")

    assert after.unseal(sealed, b"row") == b"answers"
    assert not after.is_current(sealed)
    assert after.is_current(after.seal(b"answers", b"row"))
    with pytest.raises(UnreadableError):
        Keys([NEW]).unseal(sealed, b"row")


def test_a_person_is_looked_up_under_every_key() -> None:
    assert Keys([NEW, OLD]).find_persons("tg:5") == [
        Keys([NEW]).find_person("tg:5"),
        Keys([OLD]).find_person("tg:5"),
    ]


def test_channels_do_not_share_people() -> None:
    keys = Keys([NEW])

    assert keys.find_person("tg:5") != keys.find_person("web:5")


def test_numbers_fit_a_signed_bigint() -> None:
    assert all(0 < draw_number() < 2**63 for _ in range(1_000))

"""What belongs into no chat is told from what people ask about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.hearing import clean
from dialogs.private import is_private

DATA = Path(__file__).parent / "data"
NAMES_PEOPLE = ("звати", "зовут", "my name is", "івна", "Петровна")
KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


@pytest.mark.parametrize(
    "text",
    [
        "Мене звати Олена",
        "мене звати олена шевченко",
        "Шевченко Олена Петрівна",
        "Олена Петрівна Шевченко",
        "Олени Петрівни документи загубились",
        "Олена Шевченко",
        "Шевченко Олена",
        "Я, Іван Петренко, прошу",
        "My name is Olena Shevchenko",
        "Меня зовут Ольга Иванова",
        "моє прізвище Коваленко",
        "чоловіка звати Петро",
        "ПІБ: Шевченко Олена",
        "050 123 45 67",
        "050.123.45.67",
        "+38 (067) 123-45-67",
        "+48 501 234 567",
        "380671234567",
        "UA213223130000026007233566001",
        "ua21 3223 1300 0002 6007 2335 6600 1",
        "DE89 3704 0044 0532 0130 00",
        "5168 7420 1111 2222",
        "КВ 123456",
        "123456789",
        "3012345678",
        "моя пошта olena@example.com",
        "\u200bмене\u200b звати Олена",
    ],
)
def test_names_numbers_and_accounts_are_personal(text: str) -> None:
    assert is_private(clean(text))


@pytest.mark.parametrize(
    "text",
    [
        "моє прізвище змінилося після шлюбу",
        "my name is wrong in the certificate",
        "Біла Церква",
        "Кам'янець-Подільський",
        "Івано-Франківськ",
        "Нова Каховка",
        "я Внутрішньо переміщена",
        "Я з Маріуполя",
        "звати на допомогу",
        "in24 hours where do I go please",
        "ПО 332 ВІД 20.03.2022",
        "допомога 2000 грн до 2026 року",
        "1234 5678",
    ],
)
def test_what_people_ask_about_is_not(text: str) -> None:
    assert not is_private(clean(text))


def read_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in read_texts(part)]


def test_no_phrase_that_was_collected_is_taken_for_personal() -> None:
    found = {
        text
        for path in (
            *sorted(DATA.glob("*.yaml")),
            *(KNOWLEDGE / name for name in ("crisis.yaml", "ordinary.yaml")),
        )
        for text in read_texts(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        if " " in text
    }

    assert len(found) > 10_000
    personal = [text for text in sorted(found) if is_private(clean(text))]
    assert [text for text in personal if not any(word in text for word in NAMES_PEOPLE)] == []

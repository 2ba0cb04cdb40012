"""The records of the knowledge base: one definition of each.

From these models come the loader's errors and the JSON Schema for editors, so a field's
description speaks to an administrator, in Ukrainian.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictFloat,
    StrictInt,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from dialogs.rules import GrammarError, parse_condition, write_condition

SHORT_TITLE = 40
CHOICE_LABEL = 30
RECORD_ID = 48
QUESTION_AND_CHOICE = 56


def _check_text(value: dict[str, str]) -> dict[str, str]:
    for language, text in value.items():
        if not text.strip():
            raise PydanticCustomError(
                "text_empty", "the text in `{language}` is empty", {"language": language}
            )
    return value


def _read_condition(raw: Any) -> Any:
    if raw is None:
        return None
    try:
        return parse_condition(raw)
    except GrammarError as error:
        raise PydanticCustomError(
            "condition",
            "{said}",
            {
                "said": str(error),
                "message": error.message,
                "remedy": error.remedy,
                "values": error.values,
                "path": list(error.path),
            },
        ) from None


Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,48}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
RegionId = Annotated[str, Field(pattern=r"^UA-[0-9]{2}$")]
Link = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
PageDate = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
Text = Annotated[dict[Language, str], Field(min_length=1), AfterValidator(_check_text)]
When = Annotated[
    Any,
    BeforeValidator(_read_condition),
    PlainSerializer(lambda c: None if c is None else write_condition(c)),
    WithJsonSchema({"x-condition": True}),
]

CONDITION_SCHEMA: dict[str, Any] = {
    "description": "Умова: always, {all: [...]}, {any: [...]}, {not: ...} або {питання: [варіанти]}.",
    "anyOf": [
        {"const": "always"},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
                "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
                "not": {"$ref": "#/$defs/Condition"},
            },
            "additionalProperties": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "minItems": 1, "items": {"type": "string"}},
                ]
            },
        },
    ],
}


_NO_FIELDS: set[str] = set()


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    def __getstate__(self) -> dict[Any, Any]:
        """Which fields a file left out is asked only while it is checked: handed over, 7,000 sets would be 1.5 MiB."""
        return {**super().__getstate__(), "__pydantic_fields_set__": _NO_FIELDS}


class Source(Record):
    """A page that says what the record says."""

    url: Link | None = Field(default=None, description="Адреса сторінки; null, якщо її немає.")
    page_date: PageDate | None = Field(
        default=None, description="Дата сторінки: РРРР, РРРР-ММ або РРРР-ММ-ДД."
    )
    says: str = Field(description="Що саме там сказано.")


class Choice(Record):
    id: Id
    label: Text = Field(description="Напис на кнопці, до 30 знаків, іменник, без роду й зізнань.")
    hint: Text | None = Field(default=None, description="Пояснення в тексті повідомлення.")
    keeps: StrictInt | None = Field(
        default=None, ge=1, description="Скільки днів ця відповідь лишається правдою; далі питають знову."
    )


class Question(Record):
    id: Id
    kind: Literal["one", "many", "region"] = Field(
        description="one: один варіант; many: кілька; region: область."
    )
    screening: StrictBool = Field(default=False, description="Чи належить до першого короткого опитування.")
    subject: StrictBool = Field(default=False, description="Питання, що визначає, про кого розмова.")
    sensitive: StrictBool = Field(
        default=False, description="Особисте: іде останнім, має обкладинку, непозначене не означає «ні»."
    )
    private: StrictBool = Field(
        default=False,
        description="Має обкладинку, іде останнім і не повторюється, але відповідь повна: інший варіант означає «ні».",
    )
    asked: StrictBool = Field(
        default=True,
        description="false: цього не питають ніколи; умова, яка це читає, лишається «можливо».",
    )
    ask: Text = Field(description="Запитання до людини про неї саму.")
    ask_relative: Text | None = Field(default=None, description="Те саме про рідну людину або клієнта.")
    operator: Text = Field(description="Що каже оператор телефоном.")
    avoid: Text | None = Field(default=None, description="Чого операторові не казати й не питати.")
    why: Text = Field(description="Навіщо питаємо.")
    cover: Text | None = Field(default=None, description="Нейтральне речення перед особистим запитанням.")
    choices: tuple[Choice, ...] = Field(default=(), description="Варіанти, від 2 до 8.")
    applies: When = Field(default=None, description="Коли питання взагалі має сенс.")
    never_when: When = Field(default=None, description="Коли цього не питають заради безпеки.")

    @property
    def covered(self) -> bool:
        """Behind a neutral sentence, asked last, and repeated on no screen."""
        return self.sensitive or self.private


class Screening(Record):
    results_first: When = Field(default=None, description="Коли результати показують одразу.")


class Group(Record):
    id: Id
    number: StrictInt = Field(ge=1, description="Номер у плані.")
    edition: Id = Field(description="Редакція плану, до якої належить група.")
    title: Text = Field(description="Назва за планом.")
    short: Text = Field(description="Тема для кнопки, до 40 знаків, не ярлик для людини.")
    about: Text = Field(description="Кого це стосується, простими словами.")
    when: When = Field(description="Хто належить до групи.")
    sources: tuple[Source, ...] = ()


class Amount(Record):
    value: StrictInt | StrictFloat
    unit: Literal["UAH", "EUR", "USD", "percent"]
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


class Basis(Record):
    act: Id = Field(description="Акт із sources.yaml.")
    article: str | None = None


class Decision(Record):
    """A requirement that the conditions do not ask about, and who decides it."""

    what: Text = Field(description="Яка вимога.")
    who: Text = Field(description="Хто вирішує або може підказати.")


class Title(Record):
    short: Text = Field(description="До 40 знаків, для кнопки.")
    full: Text = Field(description="Повна назва.")


class Entitlement(Record):
    id: Id
    topic: Id
    title: Title
    groups: tuple[Id, ...]
    guarded: Literal["personal", "bereavement"] | None = Field(
        default=None, description="Показувати лише тоді, коли людина сама про це питає."
    )
    asked_by: When = Field(default=None, description="Для guarded: яка позначка означає «покажіть».")
    when: When = Field(default=None, description="Умова; null означає: ще не написана, отже «можливо».")
    decided_elsewhere: tuple[Decision, ...] = ()
    who: Text
    what: Text
    amounts: dict[Id, tuple[Amount, ...]] = Field(
        default_factory=dict, description="Суми з датами; у тексті пишіть {назва_суми}."
    )
    how: tuple[Text, ...]
    documents: tuple[Text, ...] = ()
    deadline: Text | None = None
    urgency: Literal["hours", "days", "months", "none"]
    weight: StrictInt = Field(
        default=0, ge=0, le=9, description="Наскільки це важливо побачити першим, від 0 до 9."
    )
    refusal: Text | None = Field(default=None, description="Що робити, коли відмовили.")
    warning: Text | None = Field(default=None, description="Найперший рядок картки: безпека.")
    online: Link | None = None
    contacts: tuple[Id, ...]
    confirm_with: Id = Field(description="Контакт, який може підтвердити.")
    legal_basis: tuple[Basis, ...] = ()
    sources: tuple[Source, ...]
    confidence: Literal["high", "medium", "low"]
    valid_from: date | None = None
    valid_until: date | None = Field(default=None, description="Останній день дії; запис лишається.")
    closed: StrictBool = Field(default=False, description="Програму закрито: «імовірно, закінчилося».")
    checked_on: date | None = Field(default=None, description="Коли перевірила людина поза проєктом.")
    check_every: StrictInt = Field(default=90, ge=1, description="Через скільки днів перевіряти знову.")
    keywords: tuple[str, ...] = Field(default=(), description="Слова, якими це шукають люди.")
    check: str | None = Field(default=None, description="Що редакторові перевірити.")


class Messenger(Record):
    kind: Literal["telegram", "telegram_call", "viber", "whatsapp", "signal"]
    handle: str | None = None


class Contact(Record):
    id: Id
    name: Text
    short: Text = Field(description="До 40 знаків.")
    kind: Literal["hotline", "office", "ngo", "website", "messenger"]
    category: Id | None = None
    topics: tuple[Id, ...] = ()
    groups: tuple[Id, ...] = ()
    regions: tuple[RegionId, ...] = Field(default=(), description="Порожньо: уся країна.")
    guarded: StrictBool = Field(default=False, description="Показувати лише на прохання (особисті теми).")
    emergency: StrictBool = False
    phones: tuple[str, ...] = Field(default=(), description='У лапках: "+380800500335" або короткий "1547".')
    abroad_phone: str | None = None
    messengers: tuple[Messenger, ...] = ()
    url: Link | None = None
    email: str | None = None
    address: Text | str | None = None
    hide_address: StrictBool = False
    hours: str | None = Field(
        default=None, description="24/7, daily 09:00-18:00, Mon-Fri 09:00-18:00; кілька частин через кому."
    )
    cost: str | None = None
    languages: tuple[str, ...] = ()
    confidential: StrictBool | str | None = None
    does: Text
    safety: Text | str | None = None
    sources: tuple[Source, ...]
    superseded: tuple[str, ...] = ()
    confidence: Literal["high", "medium", "low"]
    called_on: date | None = None
    call_result: Literal["works", "no_answer", "wrong_number", "changed"] | None = None
    checked_on: date | None = None
    check_every: StrictInt = Field(default=90, ge=1)
    keywords: tuple[str, ...] = ()
    check: str | None = None


class Region(Record):
    id: RegionId
    name: Text
    short: Text = Field(description="Назва для кнопки, без слова «область».")
    occupied_parts: StrictBool | None = None
    combat_list: StrictBool = False
    cities: tuple[Text, ...] = ()
    names: tuple[str, ...] = Field(default=(), description="Інші й колишні назви, як кажуть люди.")
    sources: tuple[Source, ...] = ()


class Topic(Record):
    id: Id
    title: Text
    about: Text
    helpers: StrictBool = Field(default=False, description="Для тих, хто допомагає іншим.")
    personal: StrictBool = Field(
        default=False, description="Особиста тема: нейтральний напис, записи лише на прохання."
    )


class Act(Record):
    id: Id
    title: Text
    url: Link | None = None


class AboutPart(Record):
    """A heading, and short points under it."""

    heading: Text
    points: tuple[Text, ...]


class AboutPage(Record):
    id: Id
    title: Text
    paragraphs: tuple[Text, ...]
    parts: tuple[AboutPart, ...] = ()
    sources: tuple[Source, ...] = ()
    confidence: Literal["high", "medium", "low"] = "medium"
    check: str | None = None


class PlanEdition(Record):
    id: Id
    title: Text
    until: StrictInt | None = None
    replaces: dict[Id, tuple[Id, ...]] = Field(
        default_factory=dict, description="Група нової редакції: групи попередньої."
    )


class LanguageName(Record):
    id: Language
    name: str
    unfinished: StrictBool = Field(
        default=False, description="Ще перекладають: чого немає, показуємо першою мовою списку."
    )


class Controller(Record):
    """Who answers for the data that people leave here."""

    name: Text = Field(description="Повна назва організації.")
    reach: Text = Field(description="Куди писати чи дзвонити про свої дані й куди скаржитися.")


class Settings(Record):
    languages: tuple[LanguageName, ...] = Field(min_length=1)
    plan: tuple[PlanEdition, ...] = Field(min_length=1)
    current_plan: Id
    hotline: str | None = None
    controller: Controller | None = Field(
        default=None,
        description="Хто відповідає за дані людей; null, доки не вказано: тоді сторінка про дані так і каже.",
    )

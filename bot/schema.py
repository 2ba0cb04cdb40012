"""JSON Schema of every file of the knowledge base, for editors that complete and check while typing.

Descriptions are in Ukrainian, the language of the people who edit; they stand beside the fields in
`dialogs.records`, and here for the fields whose name alone says too little.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dialogs.records import (
    CONDITION_SCHEMA,
    AboutPage,
    Act,
    Contact,
    Entitlement,
    Group,
    Question,
    Region,
    Screening,
    Settings,
    Topic,
)
from dialogs.sheets import CrisisSheet, LexiconSheet, OrdinarySheet, WordsSheet

_RECORDS: dict[str, type[BaseModel]] = {
    "settings": Settings,
    "group": Group,
    "entitlement": Entitlement,
    "contact": Contact,
    "crisis": CrisisSheet,
    "ordinary": OrdinarySheet,
    "lexicon": LexiconSheet,
    "words": WordsSheet,
}
_LISTS: dict[str, dict[str, type[BaseModel]]] = {
    "topics": {"topics": Topic},
    "questions": {"questions": Question},
    "regions": {"regions": Region},
    "sources": {"acts": Act},
    "about": {"pages": AboutPage},
}
_TITLES = {
    "settings": "Мови й редакції плану",
    "group": "Цільова група плану",
    "entitlement": "Право, виплата або послуга",
    "contact": "Лінія, установа або організація",
    "crisis": "Слова, що означають небезпеку зараз",
    "ordinary": "Звичайні тексти, що не є небезпекою",
    "lexicon": "Слова людей і слова бази",
    "words": "Слова, яких ми не вживаємо",
    "topics": "Теми",
    "questions": "Запитання",
    "regions": "Області",
    "sources": "Акти",
    "about": "Сторінки про резолюцію 1325 і план",
}
_FIELDS = {
    "id": "Незмінна назва запису: малі латинські літери, цифри й _, до 48 знаків.",
    "title": "Назва всіма мовами.",
    "name": "Повна назва.",
    "short": "Коротка назва для кнопки, до 40 знаків.",
    "about": "Про що це, одним-двома реченнями.",
    "sources": "Сторінки, де це сказано, з датами.",
    "topic": "Тема з topics.yaml.",
    "topics": "Теми з topics.yaml.",
    "groups": "Групи, яким це показують.",
    "decided_elsewhere": "Вимоги, про які ми не питаємо, і хто їх вирішує.",
    "who": "Для кого це, простими словами.",
    "what": "Що саме дають; суми пишіть як {назва}.",
    "how": "Що робити: кроки по порядку.",
    "documents": "Які папери потрібні.",
    "deadline": "До коли або як швидко.",
    "urgency": "Скільки є часу: hours — години, days — дні, months — місяці, none — строку немає.",
    "online": "Де подати або прочитати в інтернеті.",
    "contacts": "Кого питати: контакти в порядку показу.",
    "legal_basis": "На які акти це спирається.",
    "confidence": "Наскільки це певно: high, medium або low (тоді кажемо «спершу спитайте»).",
    "valid_from": "Перший день дії.",
    "value": "Число без пробілів.",
    "unit": "UAH, EUR, USD або percent.",
    "from": "Перший день, коли ця сума діє; null — невідомо.",
    "to": "Останній день, коли ця сума діє; null — досі.",
    "article": "Стаття або пункт.",
    "full": "Повна назва.",
    "kind": "Вид запису.",
    "category": "Для впорядкування; людям не показують.",
    "regions": "Області, яких це стосується; порожньо — уся країна.",
    "emergency": "Екстрений номер (112, 103 …).",
    "abroad_phone": "Номер, на який можна подзвонити з-за кордону; не 0 800.",
    "messengers": "Месенджери: Telegram, Viber, WhatsApp, Signal.",
    "handle": "Ім’я або номер у месенджері.",
    "url": "Сторінка; null, якщо її немає.",
    "email": "Електронна пошта.",
    "address": "Адреса; притулків — ніколи.",
    "hide_address": "Не показувати адреси (безпека).",
    "cost": "free — безоплатно.",
    "languages": "Якими мовами говорять.",
    "confidential": "Чи звернення конфіденційне.",
    "does": "Із чим допомагають.",
    "safety": "Попередження перед номером.",
    "superseded": "Старі номери, які більше не діють.",
    "called_on": "Коли справді дзвонили.",
    "call_result": "works — працює; no_answer — не відповіли; wrong_number — не той номер; changed — змінився.",
    "checked_on": "Коли перевірила людина поза проєктом.",
    "check_every": "Через скільки днів перевіряти знову.",
    "keywords": "Слова, якими це шукають люди.",
    "check": "Примітка для редакторів: що перевірити.",
    "cities": "Міста області.",
    "occupied_parts": "Чи є окуповані частини.",
    "combat_list": "Чи є громади в переліку територій бойових дій.",
    "personal": "Особиста тема: записи лише на прохання.",
    "paragraphs": "Абзаци сторінки.",
    "parts": "Частини сторінки: заголовок і короткі пункти під ним.",
    "heading": "Заголовок частини.",
    "points": "Пункти: одна думка — один пункт.",
    "until": "До якого року діє план.",
    "replaces": "Яку групу попередньої редакції замінює група цієї.",
    "plan": "Редакції плану.",
    "current_plan": "Редакція, за якою добирають групи зараз.",
    "hotline": "Номер цієї гарячої лінії, її називають разом із кодом; null, доки його немає.",
    "kinds": "Види небезпеки.",
    "phrases": "Слова й вислови, якими про це пишуть.",
    "avoid": "Слова й чим їх замінити; зірочка в кінці — будь-яке закінчення.",
    "language": "Мова: uk, en …",
    "screening": "Належить до першого опитування.",
    "questions": "Запитання; порядок у файлі — порядок, у якому питають.",
    "acts": "Закони, постанови, накази: кожен один раз.",
    "pages": "Сторінки.",
    "when": "Умова.",
}


def build_schemas(languages: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """A schema by kind of file."""
    schemas = {kind: _finish(kind, model.model_json_schema(), languages) for kind, model in _RECORDS.items()}
    for kind, lists in _LISTS.items():
        whole: dict[str, Any] = {
            "type": "object",
            "properties": {},
            "additionalProperties": False,
            "$defs": {},
        }
        for key, model in lists.items():
            inner = model.model_json_schema()
            whole["$defs"].update(inner.pop("$defs", {}))
            whole["$defs"][model.__name__] = inner
            whole["properties"][key] = {"type": "array", "items": {"$ref": f"#/$defs/{model.__name__}"}}
        whole["required"] = list(lists)
        if kind == "questions":
            whole["properties"]["screening"] = Screening.model_json_schema()
        schemas[kind] = _finish(kind, whole, languages)
    return schemas


def _finish(kind: str, schema: dict[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    definitions = schema.pop("$defs", {})
    body = {**schema, "title": _TITLES[kind]}
    done = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_mend(body),
        "$defs": {
            **{name: _mend(inner) for name, inner in sorted(definitions.items())},
            "Condition": {
                "description": CONDITION_SCHEMA["description"],
                "anyOf": CONDITION_SCHEMA["anyOf"],
            },
            "Text": {
                "description": "Текст кожною мовою.",
                "type": "object",
                "properties": {language: {"type": "string", "minLength": 1} for language in languages},
                "required": list(languages),
                "additionalProperties": False,
            },
        },
    }
    done.pop("description", None)
    return done


def _mend(node: Any) -> Any:
    """Conditions and texts by reference, Ukrainian descriptions, no titles made of field names."""
    if isinstance(node, list):
        return [_mend(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-condition"):
        rest = {k: v for k, v in node.items() if k in ("description", "default")}
        wanted: dict[str, Any] = {"anyOf": [{"$ref": "#/$defs/Condition"}, {"type": "null"}]}
        return {**wanted, **rest}
    if node.get("propertyNames", {}).get("pattern") == "^[a-z]{2}$" or "^[a-z]{2}$" in node.get(
        "patternProperties", {}
    ):
        rest = {k: v for k, v in node.items() if k == "description"}
        return {"allOf": [{"$ref": "#/$defs/Text"}], **rest} if rest else {"$ref": "#/$defs/Text"}
    mended: dict[str, Any] = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str) and key not in node.get("properties", {}):
            continue
        if key == "description" and "properties" in node:
            continue  # a docstring, in English
        if key == "properties":
            mended[key] = {name: _describe(name, _mend(inner)) for name, inner in value.items()}
        else:
            mended[key] = _mend(value)
    if "title" in node and node["title"] in _TITLES.values():
        mended["title"] = node["title"]
    return mended


def _describe(name: str, node: dict[str, Any]) -> dict[str, Any]:
    if "description" in node or name not in _FIELDS:
        return node
    if set(node) == {"$ref"}:
        return {"allOf": [node], "description": _FIELDS[name]}
    return {**node, "description": _FIELDS[name]}


def write_schemas(folder: Path, languages: tuple[str, ...]) -> list[Path]:
    """Write one file a kind; gives the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind, schema in build_schemas(languages).items():
        path = folder / f"{kind}.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        made.append(path)
    return made

"""Places as people write them: which region a text names, and what is no place at all."""

from __future__ import annotations

import pytest

from dialogs.engine import Engine

VINNYTSIA, LUHANSK, DNIPRO, DONETSK, ZHYTOMYR, ZAPORIZHZHIA = (
    "UA-05",
    "UA-09",
    "UA-12",
    "UA-14",
    "UA-18",
    "UA-23",
)
FRANKIVSK, KYIV, KYIV_REGION, KIROVOHRAD, LVIV, MYKOLAIV = (
    "UA-26",
    "UA-30",
    "UA-32",
    "UA-35",
    "UA-46",
    "UA-48",
)
ODESA, RIVNE, SUMY, KHARKIV, KHERSON, KHMELNYTSKYI = "UA-51", "UA-56", "UA-59", "UA-63", "UA-65", "UA-68"
CHERKASY, CHERNIHIV, CRIMEA, SEVASTOPOL, VOLYN = "UA-71", "UA-74", "UA-43", "UA-40", "UA-07"

ONE = [
    ("я з Бахмута", DONETSK),
    ("живу в Костянтинівці", DONETSK),
    ("from Mariupol", DONETSK),
    ("жила в Торезі", DONETSK),
    ("виїхали з Авдіївки торік", DONETSK),
    ("ми з Мар’їнки", DONETSK),
    ("село біля Великої Новосілки", DONETSK),
    ("жили в Селидовому", DONETSK),
    ("угледар", DONETSK),
    ("из Часового Яра", DONETSK),
    ("артемовск", DONETSK),
    ("Красний Лиман", DONETSK),
    ("Мариупль", DONETSK),
    ("vfhsegjkm", DONETSK),
    ("ми з Попасної", LUHANSK),
    ("из Северодонецка", LUHANSK),
    ("Сіверськодонецьк", LUHANSK),
    ("батьки у Стаханові", LUHANSK),
    ("Свердловськ Луганська обл", LUHANSK),
    ("станица луганская", LUHANSK),
    ("z Lysychanska", LUHANSK),
    ("Мелетополь", ZAPORIZHZHIA),
    ("живу в Оріхові", ZAPORIZHZHIA),
    ("Гуляйполе", ZAPORIZHZHIA),
    ("Энергодар", ZAPORIZHZHIA),
    ("melitopol", ZAPORIZHZHIA),
    ("Запорожская область", ZAPORIZHZHIA),
    ("kherson", KHERSON),
    ("[thcjy", KHERSON),
    ("из Новой Каховки", KHERSON),
    ("Гола Пристань", KHERSON),
    ("з Олешок", KHERSON),
    ("цюрупинск", KHERSON),
    ("геническ", KHERSON),
    ("Харків обл", KHARKIV),
    ("[fhrsd", KHARKIV),
    ("я из Харькова", KHARKIV),
    ("село коло Куп’янська", KHARKIV),
    ("волчанск", KHARKIV),
    ("я з Ізюму", KHARKIV),
    ("Красноград", KHARKIV),
    ("Первомайский Харьковская область", KHARKIV),
    ("iz Mykolaeva", MYKOLAIV),
    ("з Снігурівки", MYKOLAIV),
    ("під Черніговом", CHERNIHIV),
    ("Суми", SUMY),
    ("виїхала з Сум", SUMY),
    ("Дніпродзержинськ", DNIPRO),
    ("Новомосковськ", DNIPRO),
    ("живу в Кривому Розі", DNIPRO),
    ("Першотравенськ", DNIPRO),
    ("кировоград", KIROVOHRAD),
    ("Новоград-Волинський", ZHYTOMYR),
    ("Червоноград", LVIV),
    ("ivano-frankovsk", FRANKIVSK),
    ("Владимир-Волынский", VOLYN),
    ("в Одессе", ODESA),
    ("місто Полонне", KHMELNYTSKYI),
    ("Ялта", CRIMEA),
    ("я в Буче", KYIV_REGION),
]

SEVERAL = [
    ("Первомайськ", {LUHANSK, MYKOLAIV, KHARKIV, CRIMEA}),
    ("Городок", {LVIV, KHMELNYTSKYI}),
    ("з Калинівки", {VINNYTSIA, KYIV_REGION}),
    ("Золочів", {LVIV, KHARKIV}),
    ("Рокитне", {KYIV_REGION, RIVNE}),
    ("Кам’янка", {ZAPORIZHZHIA, CHERKASY}),
    ("Ямпіль", {VINNYTSIA, DONETSK, SUMY, KHMELNYTSKYI}),
    ("тернівка", {DNIPRO, SEVASTOPOL}),
]

NONE = [
    "чоловік у полоні",
    "сина взяли в полон",
    "поділ майна при розлученні",
    "дворічна дитина захворіла",
    "глибока депресія",
    "я українка",
    "виїхали на південний захід",
    "щастя моє маленьке захворіло",
    "сума виплати за квітень",
    "мене б’є чоловік",
    "немає світла і води",
    "скільки платять за дитину",
    "розбили хату",
    "вибило вікна і двері",
    "де взяти дрова",
    "дайте номер юриста",
    "хочу поговорити з людиною",
    "у мене народилися близнюки",
    "рівні права жінок і чоловіків",
    "пенсия по инвалидности",
    "нужна помощь с документами",
    "потеряла паспорт",
    "где мой муж",
    "I lost my documents",
    "my husband is missing",
    "need a lawyer",
    "спасибо большое",
    "братська могила",
    "заставна квартира в банку",
    "приборы учета электричества",
]


def name_regions(engine: Engine, text: str) -> set[str]:
    return set(engine.tools.finder.find(text).regions)


@pytest.mark.parametrize(("text", "region"), ONE)
def test_a_place_names_its_region(engine: Engine, text: str, region: str) -> None:
    assert name_regions(engine, text) == {region}


@pytest.mark.parametrize(("text", "regions"), SEVERAL)
def test_a_name_of_several_places_names_each_region(engine: Engine, text: str, regions: set[str]) -> None:
    assert name_regions(engine, text) == regions


@pytest.mark.parametrize("text", NONE)
def test_ordinary_words_are_no_place(engine: Engine, text: str) -> None:
    assert name_regions(engine, text) == set()


def test_the_capital_is_not_its_region(engine: Engine) -> None:
    assert name_regions(engine, "Киевская область") == {KYIV_REGION}
    assert KYIV in name_regions(engine, "живу в Києві")

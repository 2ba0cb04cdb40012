"""The small dialogue that all peers speak: a language, six single and two multiple choices, a long result."""

LANGUAGES = {"uk": "Українська", "en": "English"}
SINGLE = {
    "s1": ("Де ви зараз?", ["Удома", "В іншій громаді", "За кордоном", "В окупації"]),
    "s2": ("Чи маєте ви довідку переселенця або переселенки?", ["Так", "Ні", "Подано заяву"]),
    "s3": ("Що сталося з вашим житлом?", ["Ціле", "Пошкоджене", "Знищене", "Не знаю"]),
    "s4": ("Чи є у вас діти до 18 років?", ["Так", "Ні", "Не хочу казати"]),
    "s5": ("Чи хтось із рідних служить або служив?", ["Так", "Ні", "Не хочу казати"]),
    "s6": ("Чи маєте ви інвалідність?", ["Так", "Ні", "Оформлюю", "Не хочу казати"]),
}
MULTIPLE = {
    "m1": ("Що вам потрібно найперше?", ["Житло", "Гроші", "Лікування", "Юридична допомога", "Робота"]),
    "m2": ("Про що показати контакти?", ["Документи", "Діти", "Здоров'я", "Безпека", "Пошук зниклих"]),
}
ORDER = [*SINGLE, *MULTIPLE]
HELLO = "Доброго дня! Оберіть мову / Choose a language"
RESULT = "\n\n".join(
    f"{number}. Ви можете мати право на допомогу «{name}». Зверніться до центру надання адміністративних послуг "
    "або до управління соціального захисту вашої громади. Візьміть паспорт, податковий номер і довідку, якщо вона є. "
    "Відповідь дають протягом десяти днів; відмову можна оскаржити. Гаряча лінія: 0 800 500 335."
    for number, name in enumerate(
        ["Виплата на проживання", "Компенсація за житло", "Безоплатна правнича допомога", "Лікування", "Навчання"], 1
    )
)


def question_text(question):
    return (SINGLE.get(question) or MULTIPLE[question])[0]


def next_question(question):
    """The question after this one; None at the end."""
    at = ORDER.index(question) + 1
    return ORDER[at] if at < len(ORDER) else None


def buttons(question, ticked=()):
    """(label, data) of a question's buttons, one a row."""
    if question in SINGLE:
        return [(label, f"{question}:{i}") for i, label in enumerate(SINGLE[question][1])]
    rows = [
        (("✓ " if str(i) in ticked else "") + label, f"{question}:{i}")
        for i, label in enumerate(MULTIPLE[question][1])
    ]
    return [*rows, ("Далі →", f"{question}:ok")]


def summary(answers):
    """What is known of somebody, in one line."""
    return " ".join(
        f"{q}={','.join(sorted(value)) if q in MULTIPLE else value}" for q, value in sorted(answers.items()) if q in ORDER
    )

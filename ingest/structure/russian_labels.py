"""A provision's place in the outline -> its id step and its label as a Russian lawyer writes it.

«ч. 1 ст. 10.2-2», «подп. «в» п. 27 Стратегии», «абз. 2 п. 5», «гл. 3», «разд. II». A label names the
provision first and then what it stands in, up to the article or the attachment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Documents that acts approve: nominative -> genitive (for labels), dative («приложение к …»).
DOCUMENT_WORDS = {
    "стратегия": ("Стратегии", "Стратегии"),
    "концепция": ("Концепции", "Концепции"),
    "доктрина": ("Доктрины", "Доктрине"),
    "программа": ("Программы", "Программе"),
    "положение": ("Положения", "Положению"),
    "правила": ("Правил", "Правилам"),
    "порядок": ("Порядка", "Порядку"),
    "требования": ("Требований", "Требованиям"),
    "перечень": ("Перечня", "Перечню"),
    "план": ("Плана", "Плану"),
    "регламент": ("Регламента", "Регламенту"),
    "методика": ("Методики", "Методике"),
    "состав": ("Состава", "Составу"),
    "паспорт": ("Паспорта", "Паспорту"),
    "основы": ("Основ", "Основам"),
    "инструкция": ("Инструкции", "Инструкции"),
    "изменения": ("Изменений", "Изменениям"),
    "устав": ("Устава", "Уставу"),
    "критерии": ("Критериев", "Критериям"),
    "нормы": ("Норм", "Нормам"),
    "указания": ("Указаний", "Указаниям"),
    "рекомендации": ("Рекомендаций", "Рекомендациям"),
    "кодекс": ("Кодекса", "Кодексу"),
    "классификатор": ("Классификатора", "Классификатору"),
    "показатели": ("Показателей", "Показателям"),
    "форма": ("Формы", "Форме"),
    "список": ("Списка", "Списку"),
    "структура": ("Структуры", "Структуре"),
    "условия": ("Условий", "Условиям"),
    "мероприятия": ("Мероприятий", "Мероприятиям"),
    "дорожная карта": ("Дорожной карты", "Дорожной карте"),
}


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of provision is written: id prefix, abbreviation, abbreviation of several, model kind."""

    step: str
    short: str
    plural: str
    kind: str
    quoted: bool = False


FORMS = {
    "book": Form("chast", "часть", "части", "book"),
    "section": Form("rz", "разд.", "разд.", "section"),
    "subsection": Form("prz", "подразд.", "подразд.", "subsection"),
    "chapter": Form("gl", "гл.", "гл.", "chapter"),
    "paragraph_sign": Form("par", "§", "§§", "paragraph_sign"),
    "article": Form("st", "ст.", "ст.", "article"),
    "part": Form("ch", "ч.", "чч.", "part"),
    "point": Form("p", "п.", "пп.", "point"),
    "subpoint": Form("", "подп.", "подп.", "subpoint"),
    "letter": Form("", "подп.", "подп.", "subpoint", quoted=True),
    "row": Form("str", "строка", "строки", "row"),
    "paragraph": Form("abz", "абз.", "абз.", "paragraph"),
}


def label_of(form: Form, printed: str, above: str) -> str:
    """``above`` is the label of what the provision stands in, empty at the top."""
    several = "–" in printed
    shown = "–".join(f"«{part}»" for part in printed.split("–")) if form.quoted else printed
    own = f"{form.plural if several else form.short} {shown}"
    return f"{own} {above}" if above else own


def document_word(title: str) -> str | None:
    """The word of :data:`DOCUMENT_WORDS` that names the document titled ``title``.

    «НАЦИОНАЛЬНАЯ СТРАТЕГИЯ РАЗВИТИЯ…» -> ``стратегия``. Only the beginning of the title is looked at:
    further on stand the documents it is about.
    """
    words = re.findall(r"[а-яё]+", title.lower())[:4]
    if words[:2] == ["дорожная", "карта"]:
        return "дорожная карта"
    return next((word for word in words if word in DOCUMENT_WORDS), None)


def genitive(word: str) -> str:
    """«требования» -> «Требований»."""
    return DOCUMENT_WORDS[word][0]


def dative(word: str) -> str:
    """«требования» -> «Требованиям»."""
    return DOCUMENT_WORDS[word][1]

"""Acts -> the words they are referred to by in a memo: kind and issuer, date, number, title."""

from __future__ import annotations

import re

from assistant.library.schema import ActRow
from assistant.library.view import shared_id
from assistant.model import ActKind, Lang

TITLE_CHARS = 160
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

# Kind -> how an act of this kind is referred to: by itself, and as what approved an attachment.
KIND_NAMES: dict[Lang, dict[str, tuple[str, str]]] = {
    "ru": {
        ActKind.DECREE: ("Указ Президента РФ", "утв. Указом Президента РФ"),
        ActKind.FEDERAL_LAW: ("Федеральный закон", "утв. Федеральным законом"),
        ActKind.GOVERNMENT_RESOLUTION: (
            "Постановление Правительства РФ",
            "утв. постановлением Правительства РФ",
        ),
        ActKind.GOVERNMENT_ORDER: ("Распоряжение Правительства РФ", "утв. распоряжением Правительства РФ"),
        ActKind.MINISTRY_ORDER: ("Приказ", "утв. приказом"),
    },
    "en": {
        ActKind.DECREE: ("Presidential Decree (Russia)", "approved by Presidential Decree (Russia)"),
        ActKind.FEDERAL_LAW: ("Federal Law (Russia)", "approved by Federal Law (Russia)"),
        ActKind.GOVERNMENT_RESOLUTION: (
            "Government Resolution (Russia)",
            "approved by Government Resolution (Russia)",
        ),
        ActKind.GOVERNMENT_ORDER: ("Government Order (Russia)", "approved by Government Order (Russia)"),
        ActKind.MINISTRY_ORDER: ("Order of", "approved by Order of"),
    },
}
# Kind -> how an act of this kind is named inside a sentence: «Согласно ст. 1 …», "Under Article 1 of …".
FORMAL_IN_SENTENCE: dict[Lang, dict[str, str]] = {
    "ru": {
        ActKind.DECREE: "Указа Президента РФ",
        ActKind.FEDERAL_LAW: "Федерального закона",
        ActKind.GOVERNMENT_RESOLUTION: "постановления Правительства РФ",
        ActKind.GOVERNMENT_ORDER: "распоряжения Правительства РФ",
        ActKind.MINISTRY_ORDER: "приказа",
    },
    "en": {
        ActKind.DECREE: "Russian Presidential Decree",
        ActKind.FEDERAL_LAW: "Russian Federal Law",
        ActKind.GOVERNMENT_RESOLUTION: "Russian Government Resolution",
        ActKind.GOVERNMENT_ORDER: "Russian Government Order",
        ActKind.MINISTRY_ORDER: "the Order",
    },
}
# Nouns that open the titles of documents, nominative -> genitive; adjectives before them follow a rule.
_GENITIVES = {
    "декларация": "декларации", "директива": "директивы", "доктрина": "доктрины", "договор": "договора",
    "закон": "закона", "законопроект": "законопроекта", "законопроекты": "законопроектов",
    "инструкция": "инструкции", "карта": "карты", "кодекс": "кодекса", "конвенция": "конвенции",
    "концепция": "концепции", "меморандум": "меморандума", "методика": "методики", "омнибус": "омнибуса",
    "основа": "основы", "основы": "основ", "перечень": "перечня", "план": "плана", "положение": "положения",
    "порядок": "порядка", "постановление": "постановления", "правила": "правил", "приказ": "приказа",
    "принципы": "принципов", "программа": "программы", "проект": "проекта", "распоряжение": "распоряжения",
    "регламент": "регламента", "рекомендация": "рекомендации", "рекомендации": "рекомендаций",
    "руководство": "руководства", "соглашение": "соглашения", "стандарт": "стандарта",
    "стандарты": "стандартов", "стратегия": "стратегии", "требования": "требований", "указ": "указа",
    "указания": "указаний", "устав": "устава",
}  # fmt: skip
_ADJECTIVES = (
    ("ая", "ой"), ("яя", "ей"), ("ое", "ого"), ("ее", "его"), ("ые", "ых"), ("ие", "их"), ("ый", "ого"),
    ("ой", "ого"), ("кий", "кого"), ("гий", "гого"), ("хий", "хого"), ("ий", "его"),
)  # fmt: skip
# The kind step of an act's id -> the kind, for acts that are known by their id alone.
_STEP_KINDS = {
    "ukaz": ActKind.DECREE,
    "fz": ActKind.FEDERAL_LAW,
    "fkz": ActKind.FEDERAL_LAW,
    "pp": ActKind.GOVERNMENT_RESOLUTION,
    "rp": ActKind.GOVERNMENT_ORDER,
}
_SERIES = {"fz": "-ФЗ", "fkz": "-ФКЗ"}  # what the numbers of acts with such an id end with
_ID = re.compile(r"ru-(?P<step>[a-z]+)(?:-[a-z]+)?-(?P<number>\d[^-]*)-(?P<year>\d{4})")


def act_name(act: ActRow, lang: Lang, title: str) -> str:
    """An act as it is referred to: kind and issuer, date, number, title.

    An attachment is named by its own title, with the act that approved it after it.
    """
    short = title if len(title) <= TITLE_CHARS else title[:TITLE_CHARS].rsplit(" ", 1)[0] + " …"
    quoted = f"«{short}»" if lang == "ru" else f"“{short}”"
    if not (act.number and act.date) or act.number in short:
        return quoted
    own = act.title_ru if lang == "ru" else act.title_en
    formal, approved = KIND_NAMES[lang].get(act.kind, ("", ""))
    if act.kind == ActKind.MINISTRY_ORDER and act.issuer:
        formal, approved = f"{formal} {act.issuer}", f"{approved} {act.issuer}"
    dated = _dated(act.number, act.date, lang)
    if approved and own and title != own and act.kind == ActKind.DECREE:
        return f"{quoted} ({approved} {dated})"
    return f"{formal} {dated} {quoted}" if formal else f"{quoted} ({dated})"


def genitive(title: str) -> str | None:
    """A Russian title in the genitive: «Национальная стратегия …» -> «Национальной стратегии …».

    Only adjectives and the noun they open for are declined; None where the title does not begin so.
    """
    words = title.split(" ")
    for place, word in enumerate(words):
        lower = word.lower()
        if lower in _GENITIVES:
            words[place] = word[0] + _GENITIVES[lower][1:]
            return " ".join(words)
        ending = next(((old, new) for old, new in _ADJECTIVES if lower.endswith(old)), None)
        if ending is None or not word.isalpha():
            return None
        words[place] = word[: -len(ending[0])] + ending[1]
    return None


def dated(number: str, date: str | None, lang: Lang) -> str:
    """Date and number as they follow the kind of an act inside a sentence."""
    if lang == "ru":
        return _dated(number, date, lang)
    return f"No. {number.replace('ФЗ', 'FZ')}" + (f" of {english_day(date)}" if date else "")


def english_day(day: str) -> str:
    """An ISO date, whole or partial, in English: "10 October 2019", "October 2019"."""
    year, *rest = day.split("-")
    if not rest or not rest[0].isdigit() or not 1 <= int(rest[0]) <= 12:
        return day
    return " ".join([*(str(int(part)) for part in rest[1:2]), MONTHS[int(rest[0]) - 1], year])


def day_in_words(day: str, lang: Lang) -> str:
    """An ISO date, whole or partial, as written in ``lang``: ``10.10.2019`` in Russian."""
    return ".".join(reversed(day.split("-"))) if lang == "ru" else day


def act_reference(
    act_id: str, row: ActRow | None, lang: Lang, *, number: str | None = None, date: str | None = None
) -> str:
    """An act by kind, date and number, without its title; ``row`` None for one known by its id alone.

    ``number`` and ``date``: as the act that names it prints them.
    """
    act_id = shared_id(act_id)
    parts = _ID.fullmatch(act_id)
    kind = row.kind if row else _STEP_KINDS.get(parts["step"]) if parts else None
    number = (row.number if row else None) or number or (parts["number"] if parts else None)
    date = (row.date if row else None) or date or (parts["year"] if parts else None)
    formal = KIND_NAMES[lang].get(kind or "", ("", ""))[0]
    if lang == "ru" and parts and number and number.isdigit():
        number += _SERIES.get(parts["step"], "")
    title = (row.title_ru if lang == "ru" else row.title_en) if row else None
    if formal and number:
        return f"{formal} {_dated(number, date, lang)}"
    if title:
        return title
    return f"{act_id} {_dated(number, date, lang)}" if number else act_id


def _dated(number: str, date: str | None, lang: Lang) -> str:
    if lang == "ru":
        if date and date.isdigit():  # of a day «от» is said, of a year not
            return f"{date} г. № {number}"
        return f"от {day_in_words(date, lang)} № {number}" if date else f"№ {number}"
    return f"No. {number}" + (f" of {date}" if date else "")

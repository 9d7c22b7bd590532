"""Acts -> the words they are referred to by in a memo: kind and issuer, date, number, title."""

from __future__ import annotations

import re

from assistant.library.schema import ActRow
from assistant.model import ActKind, Lang

TITLE_CHARS = 160

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
# The kind step of an act's id -> the kind, for acts that are known by their id alone.
_STEP_KINDS = {
    "ukaz": ActKind.DECREE,
    "fz": ActKind.FEDERAL_LAW,
    "fkz": ActKind.FEDERAL_LAW,
    "pp": ActKind.GOVERNMENT_RESOLUTION,
    "rp": ActKind.GOVERNMENT_ORDER,
}
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


def day_in_words(day: str, lang: Lang) -> str:
    """An ISO date, whole or partial, as written in ``lang``: ``10.10.2019`` in Russian."""
    return ".".join(reversed(day.split("-"))) if lang == "ru" else day


def act_reference(
    act_id: str, row: ActRow | None, lang: Lang, *, number: str | None = None, date: str | None = None
) -> str:
    """An act by kind, date and number, without its title; ``row`` None for one known by its id alone.

    ``number`` and ``date``: as the act that names it prints them.
    """
    parts = _ID.fullmatch(act_id)
    kind = row.kind if row else _STEP_KINDS.get(parts["step"]) if parts else None
    number = (row.number if row else None) or number or (parts["number"] if parts else None)
    date = (row.date if row else None) or date or (parts["year"] if parts else None)
    formal = KIND_NAMES[lang].get(kind or "", ("", ""))[0]
    title = (row.title_ru if lang == "ru" else row.title_en) if row else None
    if formal and number:
        return f"{formal} {_dated(number, date, lang)}"
    if title:
        return title
    return f"{act_id} {_dated(number, date, lang)}" if number else act_id


def _dated(number: str, date: str | None, lang: Lang) -> str:
    if lang == "ru":
        return f"от {day_in_words(date, lang)} № {number}" if date else f"№ {number}"
    return f"No. {number}" + (f" of {date}" if date else "")

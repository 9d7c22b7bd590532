"""A citation -> its reference, as one stands in a memo.

Russian, ``gost``: «Указ Президента Российской Федерации от 10.10.2019 № 490 "О развитии …" (в ред. от
15.02.2024), прил., п. 27, подп. "в", с. 12». English: "Decree of the President of the Russian Federation
No. 490 of 10 October 2019 “On …” (as amended on 15 February 2024), annex, point 27(в), p. 12"; acts of other
jurisdictions by their own names. What a citation does not say is left out, never guessed.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.answer.labels import place
from assistant.errors import InputError
from assistant.export.plain import one_line
from assistant.export.words import AUTHORITY, CURRENCY, day, quoted, say
from assistant.library.view import OWN, shared_id
from assistant.model import Authority, Citation, Currency, Lang

Style = Literal["gost", "short"]

_ID = re.compile(r"ru-(?P<kind>ukaz|fz|fkz|pp|rp|prikaz)(?:-(?P<issuer>[a-z]+))?-\d[^#]*-\d{4}")
# Kind step of an act's id -> its kind and issuer in full, and shortly.
_KINDS: dict[Lang, dict[str, tuple[str, str]]] = {
    "ru": {
        "ukaz": ("Указ Президента Российской Федерации", "Указ Президента РФ"),
        "fz": ("Федеральный закон", "Федеральный закон"),
        "fkz": ("Федеральный конституционный закон", "Федеральный конституционный закон"),
        "pp": ("Постановление Правительства Российской Федерации", "Постановление Правительства РФ"),
        "rp": ("Распоряжение Правительства Российской Федерации", "Распоряжение Правительства РФ"),
        "prikaz": ("Приказ", "Приказ"),
    },
    "en": {
        "ukaz": ("Decree of the President of the Russian Federation", "Presidential Decree (Russia)"),
        "fz": ("Federal Law of the Russian Federation", "Federal Law (Russia)"),
        "fkz": (
            "Federal Constitutional Law of the Russian Federation",
            "Federal Constitutional Law (Russia)",
        ),
        "pp": ("Resolution of the Government of the Russian Federation", "Government Resolution (Russia)"),
        "rp": ("Order of the Government of the Russian Federation", "Government Order (Russia)"),
        "prikaz": ("Order", "Order"),
    },
}
_ISSUERS: dict[Lang, dict[str, str]] = {
    "ru": {
        "fstek": "ФСТЭК России",
        "mincifry": "Минцифры России",
        "fsb": "ФСБ России",
        "minsvyaz": "Минкомсвязи России",
    },
    "en": {
        "fstek": "of FSTEC of Russia",
        "mincifry": "of the Ministry of Digital Development of Russia",
        "fsb": "of the FSB of Russia",
        "minsvyaz": "of the Ministry of Communications of Russia",
    },
}
# «Указом Президента …»: an act as what approved an attachment.
_APPROVED_RU = {
    "Указ": "Указом", "Федеральный": "Федеральным", "закон": "законом", "конституционный": "конституционным",
    "Постановление": "постановлением", "Распоряжение": "распоряжением", "Приказ": "приказом",
}  # fmt: skip
# Titles that are the act's own name: «О …», «Об …», "On …"; others name what it approves or what it is.
_OWN_TITLE: dict[Lang, re.Pattern[str]] = {
    "ru": re.compile(r"(?:о|об|обо|вопросы) ", re.IGNORECASE),
    "en": re.compile(r"(?:on|regarding|concerning) ", re.IGNORECASE),
}
_CODE = re.compile(r"[А-ЯЁ]\w+ кодекс|\w+ Code of")
_STEP = re.compile(
    r"(?P<unit>(?:абз|подп|подразд|пп|п|чч|ч|ст|гл|разд|прил)\.|§§?|строк[аи]|част[ьи]) "
    r"(?P<number>«[^»]+»(?:–«[^»]+»)?|[\dIVXLC][\w.\-–]*)(?: |$)"
)
_DOCUMENT = re.compile(r"[А-ЯЁ][а-яё]+(?: [а-яё]+)?")  # «Стратегии», «Дорожной карты»
_ANNEX_TO = re.compile(r"(?:(?P<code>\S+) )?(?P<annex>прил\.(?: \d+)? к [А-ЯЁ]\w+)")
_NOMINATIVE = {"преамбуле": "преамбула"}  # of words that are made to stand after «согласно»
_ATTACHMENT = re.compile(r"att(\d+)(?:/|$)")
_OUR_LABEL = re.compile(r"(?:наше изложение|our summary)(?:: )?")
# A digest names what it restates either as a provision or in words of its own.
_PROVISION = re.compile(
    r"(?:абз|подп|подразд|пп?|чч?|ст|гл|разд|прил)\.|§|част[ьи] |преамбула|[Пп]риложение"
    r"|(?:articles?|annex|recitals?|points?|subpoints?|parts?|sections?|sec\.|chapters?|paragraphs?) \S*\d"
    r"|annex [IVX]|preamble|the preamble",
    re.IGNORECASE,
)
_NUMBER_PLACE = 60  # a number that stands this far into a title is part of the act's name


def reference(citation: Citation, lang: Lang, style: Style = "gost") -> str:
    """The reference of a citation, one line.

    ``gost``: the act in full; ``short``: kind, date and number without the title where there is a number.
    Raises InputError for another style.
    """
    if style not in ("gost", "short"):
        raise InputError(
            f"'{style}' is not a style of references. Choose gost or short.",
            f"Стиля ссылок «{style}» нет. Выберите gost или short.",
        )
    if lang == "ru" and _is_foreign(citation) and _script(citation.title) == "en":
        lang = "en"  # an act that has no Russian name here is cited by its own
    named, approved = _act(citation, lang, style)
    remarks = [*approved, *_remarks(citation, lang)]
    parts = [f"{named} ({'; '.join(remarks)})" if remarks else named, *_place(citation, lang)]
    if citation.page is not None:
        parts.append(say(lang, "page", page=citation.page))
    return one_line(", ".join(parts))


# ── the act ───────────────────────────────────────────────────────────────────────────────────────


def without_our_label(citation: Citation) -> str:
    """The label of a citation without «наше изложение: », which the authority says already."""
    label = one_line(citation.label)
    return _OUR_LABEL.sub("", label, count=1) if citation.authority == Authority.DIGEST else label


def _is_foreign(citation: Citation) -> bool:
    return re.match(r"(?:eu|us|oecd|coe|int|gb|cn)-", shared_id(citation.act)) is not None


def _act(citation: Citation, lang: Lang, style: Style) -> tuple[str, list[str]]:
    """The act by name, and by what it was approved where the name is that of an attachment."""
    formal = formal_name(shared_id(citation.act), lang, style)
    title = "" if citation.title.startswith(OWN) else one_line(citation.title)
    if formal and citation.number:
        return _formal_act(citation, title, f"{formal} {_dated(citation, lang)}", lang, style)
    return _by_title(citation, title, lang), []


def formal_name(act: str, lang: Lang, style: Style = "short") -> str | None:
    """Kind and issuer, as far as the act's id tells them; None for acts known by their names."""
    found = _ID.fullmatch(act)
    if found is None:
        return None
    words = _KINDS[lang][found["kind"]][0 if style == "gost" else 1]
    issuer = _ISSUERS[lang].get(found["issuer"] or "")
    return f"{words} {issuer}" if issuer else words


def _dated(citation: Citation, lang: Lang) -> str:
    number = one_line(citation.number or "")
    if lang == "ru":
        return f"от {day(citation.date, lang)} № {number}" if citation.date else f"№ {number}"
    said = f"No. {number.replace('ФЗ', 'FZ').replace('ФКЗ', 'FKZ')}"
    return f"{said} of {day(citation.date, lang)}" if citation.date else said


def _formal_act(
    citation: Citation, title: str, formal: str, lang: Lang, style: Style
) -> tuple[str, list[str]]:
    attached = _names_attachment(citation)
    if not title or (style == "short" and not attached):
        return formal, []
    if _CODE.match(title):
        return f"{title} {_dated(citation, lang)}", []
    if _OWN_TITLE[_script(title)].match(title):
        return f"{formal} {_in_marks(title, lang)}", []
    return _in_marks(title, lang), [_approved(formal, lang) if attached else formal]


def _names_attachment(citation: Citation) -> bool:
    """Whether the title is that of what the act approved, without which a point of it is not found."""
    title = one_line(citation.title)
    own = _OWN_TITLE[_script(title)].match(title) or _CODE.match(title)
    return bool(_ATTACHMENT.match(citation.provision)) and not own


def _approved(formal: str, lang: Lang) -> str:
    if lang == "en":
        return f"approved by {formal}"
    return "утв. " + " ".join(_APPROVED_RU.get(word, word) for word in formal.split(" "))


def _by_title(citation: Citation, title: str, lang: Lang) -> str:
    """An act that goes by its name: a regulation, an executive order, a commission's document."""
    number = one_line(citation.number or "")
    date = day(citation.date, lang) if citation.date else ""
    if not title:
        known = [
            shared_id(citation.act),
            *([f"№ {number}" if lang == "ru" else f"No. {number}"] if number else []),
            date,
        ]
        return ", ".join(part for part in known if part)
    foreign = _is_foreign(citation)
    of = {"ru": "от", "en": "of"}[lang]
    at = title.find(number) if number else -1
    if (
        foreign
        and date
        and _script(title) == lang
        and 0 <= at <= _NUMBER_PLACE
        and "," not in title[:at]
        and date not in title
    ):
        after = at + len(number)
        return f"{title[:after]} {of} {date}{title[after:]}"
    named = title if foreign and number else _in_marks(title, lang)
    extra = [number if foreign else f"№ {number}"] if number and at < 0 else []
    if date and date not in title:
        extra.append(date)
    return ", ".join([named, *extra])


def _script(text: str) -> Lang:
    return "ru" if re.search("[А-яЁё]", text) else "en"


def _in_marks(title: str, lang: Lang) -> str:
    """A title in quotation marks: straight ones in Russian, as officials type them."""
    return f'"{title}"' if lang == "ru" else quoted(title, lang)


# ── edition and standing ──────────────────────────────────────────────────────────────────────────


def _remarks(citation: Citation, lang: Lang) -> list[str]:
    found = []
    if citation.authority != Authority.OFFICIAL:
        found.append(AUTHORITY[lang].get(citation.authority, citation.authority))
    if citation.authority == Authority.DIGEST:
        found += [say(lang, "compiled", day=day(citation.edition, lang))] if citation.edition else []
    elif citation.edition and not _same_day(citation.edition, citation.date):
        form = {
            "ru": "в ред. от {}",
            "en": "as amended on {}" if _is_whole(citation.edition) else "as amended in {}",
        }
        found.append(form[lang].format(day(citation.edition, lang)))
    if citation.currency not in (Currency.CURRENT, Currency.UNKNOWN):
        found.append(CURRENCY[lang].get(citation.currency, citation.currency))
    return found


def _is_whole(date: str) -> bool:
    return date.count("-") == 2


def _same_day(edition: str, date: str | None) -> bool:
    return bool(date) and (edition.startswith(date or "") or (date or "").startswith(edition))


# ── the provision ─────────────────────────────────────────────────────────────────────────────────


def _place(citation: Citation, lang: Lang) -> list[str]:
    label = without_our_label(citation)
    if not label:
        return []
    if citation.authority == Authority.DIGEST and not _PROVISION.match(label):
        return [{"ru": f'раздел изложения "{label}"', "en": f"part “{label}” of the restatement"}[lang]]
    if lang == "en":
        return _english_place(citation, label)
    return [label_in(label, "ru")] if _script(label) == "en" else _russian_place(citation, label)


def label_in(label: str, lang: Lang) -> str:
    """A provision's label as it stands by itself in ``lang``; one in no known form is left as it is."""
    if _script(label) == lang:
        return label
    found = place(label, lang)
    return _NOMINATIVE.get(found.words, found.words) if found.known else label


def _russian_place(citation: Citation, label: str) -> list[str]:
    """«подп. «в» п. 27 Стратегии» -> «прил.», «п. 27», «подп. "в"»."""
    steps: list[str] = []
    at = 0
    while (found := _STEP.match(label, at)) is not None:
        number = found["number"].replace("«", '"').replace("»", '"')
        steps.insert(0, f"{found['unit']} {number}")
        at = found.end()
    rest = label[at:].strip()
    annex = _ANNEX_TO.fullmatch(rest)
    if annex:
        return [annex["annex"], *([annex["code"]] if annex["code"] else []), *steps]
    if rest and not _DOCUMENT.fullmatch(rest):
        return [label]
    if citation.authority == Authority.DIGEST and rest:
        return [label]
    return [*_annex(citation, steps, "ru"), *steps]


def _annex(citation: Citation, steps: list[str], lang: Lang) -> list[str]:
    """That a provision stands in what is attached to the act, where neither title nor label says so."""
    found = _ATTACHMENT.match(citation.provision)
    if found is None or _names_attachment(citation) or any("прил." in step for step in steps):
        return []
    word = {"ru": "прил.", "en": "annex"}[lang]
    return [word if found[1] == "1" else f"{word} {found[1]}"]


def _english_place(citation: Citation, label: str) -> list[str]:
    if _script(label) == "en":
        return [label]
    found = place(label, "en")
    if not found.known:
        return [label]
    said = re.sub(r" of the annex", ", annex", found.words)
    if "annex" in said.lower():
        return [said]
    return [*_annex(citation, [], "en"), said]

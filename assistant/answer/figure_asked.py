"""A question that asks for a figure -> whether the provisions that would be quoted state one of that kind.

An article on a duty is no answer to what its breach costs. Where a question asks how much, how many, for how
long or what share, and no provision quoted has such a number, the texts do not say it. Only questions that
plainly ask for a figure, and for nothing else, count: a refusal must not come of a word met in passing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.answer.compose import Statement
from assistant.answer.verify.negations import without
from assistant.answer.verify.quantities import MONEY, TIMES, Quantity, quantities
from assistant.library.view import LibraryView
from assistant.model import Lang
from assistant.query import Reading
from assistant.references import find_references

Kind = Literal["money", "share", "count", "time"]
_MEASURED = TIMES | {"percent"}  # what is counted is none of these
_LARGE = 10_000  # a number from here on may be a sum without its currency

# «какую ежегодную плату»: between the two only what agrees with them.
_WHAT = (
    r"как(?:ой|ая|ое|ую|им|ого|ова|ов|ово)\s+"
    r"(?:[^\W\d_]+(?:ая|яя|ую|юю|ый|ий|ой|ое|ее|ого|его|ым|им)\s+){0,2}"
)
_SUMS_RU = (
    r"(?:плат[ау]|стипенди[яю]|оклад|надбавк[ау]|зарплат[ау]|стоимость|цен[ау]|сумм[ау]|бюджет|смет[ау]|"
    r"пошлин[ау]|вознаграждение|гонорар)"
)
_SUMS_EN = r"(?:fee|rent|stipend|salary|wage|price|cost|sum|budget|bonus|pay|charge|(?:hourly|daily)\s+rate)"
_NOT_BETWEEN = r"(?!(?:the|an?|is|are|was|were|sets?|pays?|covers?|of|for|authority|body)\b)"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        rf"{_WHAT}{_SUMS_RU}|(?:каков\s+)?размер\s+штрафа|какого\s+размера\s+(?:[^\W\d_]+\s+)?(?:стипендия|выплата|надбавка|плата|грант|субсидия)|"
        r"сколько\s+(?:всего\s+)?(?:стоит|стоят|денег|рублей|евро|долларов)|"
        rf"what\s+(?:{_NOT_BETWEEN}\w+\s+){{0,2}}{_SUMS_EN}|how\s+many\s+(?:euros?|dollars|rou?bles)|"
        r"how\s+much\s+(?:money|does\s+it\s+cost)|"
        r"how\s+much\s+(?:does|do|did|must|will|would|can)\b[^,;?]{0,80}\b(?:charge|cost|pay|have\s+for)",
    ),
    (
        "share",
        r"как(?:ой|ую|ая|ова|ов)\s+(?:[^\W\d_]+(?:ый|ая|ую)\s+)?(?:процент|дол[яю])|сколько\s+процентов|"
        r"what\s+(?:percentage|per\s?cent|share)\s+of",
    ),
    (
        "time",
        r"сколько\s+(?:[^\W\d_]+\s+)?(?:дней|часов|месяцев|лет|недель|минут|суток)|"
        r"how\s+many\s+(?:\w+\s+)?(?:days|hours|months|years|weeks|minutes)",
    ),
    (
        "count",
        rf"сколько(?!\s+(?:действу|длит|хран|стоит|ждать|времени|ещё|еще))|{_WHAT}(?:квот[ау]|количество)|какое\s+число|how\s+many|"
        r"(?:what\s+(?:is|was)\s+)?the\s+(?:maximum|minimum|total)?\s*number\s+of|^number\s+of|"
        rf"what\s+(?:{_NOT_BETWEEN}\w+\s+){{0,2}}quota",
    ),
)
# The unit of the figure, said beside it: "what accuracy, in percent, must …".
_UNITS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("share", re.compile(r"(?<!\w)(?:in\s+per\s?cent|в\s+процентах)(?!\w)", re.IGNORECASE)),
    ("money", re.compile(
        r"(?<!\w)(?:in\s+(?:euros?|dollars|rou?bles)|в\s+(?:рублях|долларах))(?!\w)", re.IGNORECASE)),
    ("time", re.compile(
        r",\s*(?:in\s+(?:days|months|hours|weeks)|в\s+(?:днях|месяцах|часах))(?!\w)", re.IGNORECASE)),
)  # fmt: skip
# A figure is asked for where a clause begins with these words: «…: за сколько дней», "Under it, how many".
_CLAUSE = r"(?:^|[,:;.!?—–]\s+)(?:(?:за|на|в|до|через|by|in|for|within|at|and|а)\s+)?"
_ASKS = tuple(
    (kind, re.compile(rf"{_CLAUSE}(?P<asks>{words})(?!\w)", re.IGNORECASE)) for kind, words in _PATTERNS
)
# What makes a question one for something else, or for something else as well.
_OTHER = re.compile(
    r"(?<!\w)(?:кто|кому|кем|кого|какой|какая|какое|какие|каким|какую|где|куда|что|чем|чей|чья|почему|зачем|когда|ли|"
    r"who|whom|whose|what|which|where|why|when)(?!\w)"
    r"|(?:^|[.!?;,]\s+)(?:does|do|did|is|are|was|were|must|can|may|should|shall|will|would|has|have)(?!\w)"
    r"|(?<!\w)(?:и|and)\s+(?:\w+\s+)?(?:сколько|как|how)(?!\w)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"^\s*(?:when|если|if|когда)\b[^,]*,", re.IGNORECASE)
# Figures that are said without a number, or with one in a form that has no unit of its own.
_WORDS: tuple[tuple[Kind, str], ...] = (
    ("money", r"бесплатн|безвозмездн|без\s+взимания|free\s+of\s+charge|тысяч|миллион|миллиард|МРОТ|"
              r"минимальн\w+\s+размер\w*\s+оплаты|thousand|million|billion"),
    ("share", r"половин|треть|трет(?:и|ей)\b|четверт|half|one[\s-]third|quarter|\d/\d|полность|"
              r"in\s+full"),
    ("time", r"месяч|недельн|годичн|ежегодн|ежемесячн|квартал|календарн|\d+-(?:дневн|месячн)|calendar|"
             r"month|quarter|annual|year|день|дня|незамедлительн|немедленн|immediately|"
             r"without\s+(?:undue\s+)?delay|бессрочн|indefinite"),
    ("count", r"раз(?:а|ов)?(?!\w)|once|twice|times(?!\w)|"
              r"один|од(?:на|но|ного|ной)\b|an?\s+single|each\s+\w+\s+shall"),
)  # fmt: skip
# "Among the first to form": a place in a row is no count.
_ORDINAL = re.compile(r"перв|втор|трет|четв[её]рт(?!ь)|first|second|third|fourth", re.IGNORECASE)
_SAID = {kind: re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE) for kind, words in _WORDS}
_UNSTATED: dict[Lang, dict[Kind, str]] = {
    "ru": {
        "money": "Ближайшие по смыслу положения не называют такой суммы.",
        "share": "Ближайшие по смыслу положения не называют такой доли.",
        "time": "Ближайшие по смыслу положения не называют такого срока.",
        "count": "Ближайшие по смыслу положения не называют такого числа.",
    },
    "en": {
        "money": "The provisions that come nearest name no such sum.",
        "share": "The provisions that come nearest name no such share.",
        "time": "The provisions that come nearest name no such time.",
        "count": "The provisions that come nearest name no such number.",
    },
}


def figure_unstated(reading: Reading, statements: Sequence[Statement], view: LibraryView) -> str:
    """Why statements are no answer, in the reader's language: a figure is asked that their provisions lack.

    The whole provisions are looked at, not only what is quoted of them. Empty where they may answer. The
    items of a list that is quoted can be counted.
    """
    kind = kind_asked(reading.question)
    if kind is None or (kind == "count" and any(each.item for each in statements)):
        return ""
    for span in (span for each in statements for span in each.spans):
        edition = view.edition(span.edition)
        node = edition.provisions[span.provision]
        if states(edition.text[node.start : node.end], kind, "ru" if node.lang == "ru" else "en"):
            return ""
    return _UNSTATED[reading.lang][kind]


def kind_asked(question: str) -> Kind | None:
    """The kind of figure that a question asks for; None for none, or where it asks for other things too."""
    for kind, words in _ASKS:
        match = words.search(question)
        if match is not None:
            before = _CONDITION.sub(" ", question[: match.start("asks")])
            after = question[match.end("asks") :]
            return None if _OTHER.search(before) or _OTHER.search(after) else kind
    return next((kind for kind, words in _UNITS if words.search(question)), None)


def states(text: str, kind: Kind, lang: Lang) -> bool:
    """Whether a text states a figure of the kind; numbers of acts and provisions are none."""
    if _SAID[kind].search(text):
        return True
    plain = without(text, [(found.start, found.end) for found in find_references(text)])
    stated = quantities(plain, lang)
    counted = [
        each for each in stated.numbers if kind != "count" or not _ORDINAL.match(plain, each.start, each.end)
    ]
    return (kind == "time" and bool(stated.dates)) or any(_is_of(each, kind) for each in counted)


def _is_of(number: Quantity, kind: Kind) -> bool:
    if kind == "money":
        return number.unit in MONEY or number.unit == "percent" or abs(number.value) >= _LARGE
    if kind == "share":
        return number.unit == "percent" or 0 < abs(number.value) < 1
    if kind == "count":
        return number.unit not in _MEASURED
    return number.unit in TIMES

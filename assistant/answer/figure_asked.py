"""A question that asks for a figure -> whether the words that would be quoted state a figure of that kind.

An article on a duty is no answer to what its breach costs. Where a question asks how much, how many or what
share, and nothing quoted has such a number, the texts do not say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.answer.compose import Statement
from assistant.answer.verify.quantities import Quantity, quantities
from assistant.library.view import LibraryView
from assistant.model import Lang
from assistant.query import Reading
from assistant.references import find_references

Kind = Literal["money", "share", "count", "time"]
_MONEY = frozenset({"rub", "eur", "usd"})
_TIMES = frozenset({"workday", "day", "hour", "minute", "second", "week", "month", "year"})
_FREE = re.compile(r"(?<!\w)(?:бесплатн\w+|безвозмездн\w+|free\s+of\s+charge)(?!\w)", re.IGNORECASE)
_LARGE = 10_000  # a number from here on may be a sum without its currency

_WHAT = (
    r"(?:какой|какая|какое|какие|какую|каков\w*|каким|какого|какому|скольк\w+|в\s+каком)\s+(?:\S+\s+){0,3}?"
)
_SUMS_RU = (
    r"(?:плат[аыуе]|стипенди\w+|оклад\w*|надбавк\w+|зарплат\w+|стоимост\w+|цен[аыуе]|арендн\w+|"
    r"сумм\w+|бюджет\w*|смет\w+|вознаграждени\w+|гонорар\w*|пошлин\w+|денег|рублей|рубля|евро|долларов)"
)
_SUMS_EN = (
    r"(?:fees?|rent|stipend|salary|wages?|prices?|costs?|sums?|budget|euros?|dollars|rou?bles|bonus|"
    r"(?:hourly|daily|monthly|annual|yearly)\s+(?:rate|pay|fee|charge)|bid\s+bond)"
)
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        rf"{_WHAT}{_SUMS_RU}|(?:what|which|how\s+many|how\s+large(?:\s+was)?)\s+(?:\S+\s+){{0,3}}?{_SUMS_EN}|"
        r"how\s+much\s+(?:does|do|did|will|would|is|must|has|have|can)|сколько\s+(?:стоит|стоят|платит|платят)",
    ),
    (
        "share",
        r"(?:какой|какая|какую|каков\w*)\s+(?:\S+\s+)?(?:процент\w*|дол[яю])|"
        r"в\s+процентах|сколько\s+процентов|in\s+per\s?cent|"
        r"(?:what|which)\s+(?:\S+\s+){0,2}?(?:percentage|per\s?cent|share)",
    ),
    (
        "time",
        r"(?:за\s+)?сколько\s+(?:\S+\s+)?(?:дней|дня|часов|месяцев|лет|недель|минут|суток)|"
        r"how\s+many\s+(?:\w+\s+)?(?:days|hours|months|years|weeks|minutes)|in\s+(?:days|hours|months)",
    ),
    (
        "count",
        rf"скольк(?:о|их|им|ими)|{_WHAT}(?:квот[аыу]|количеств\w+|кегл\w+)|какое\s+число|how\s+many|"
        r"(?:the\s+|maximum\s+|minimum\s+)*number\s+of|(?:what|which)\s+(?:\S+\s+){0,2}?quota",
    ),
)
_ASKS = tuple((kind, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for kind, words in _PATTERNS)
_ASKS_ON = r"(?:кто|кому|кем|какой|какая|какое|какие|где|что|чем|почему|who|whom|what|which|where|why)"
_ONE_MORE = re.compile(  # "when" and «как» open a subordinate clause as well
    r"(?:^|\?\s)\s*(?:кто|кому|кем|где|почему|who|whom|where|why)\b"
    rf"|(?:,|;|\bи\b|\band\b)\s*(?:в\s+|на\s+|за\s+|от\s+|by\s+|in\s+)?(?:{_ASKS_ON}|когда|как|when|how)\b",
    re.IGNORECASE,
)


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
    """Why statements are no answer, in the reader's language, where a figure is asked that none of them has.

    Empty where they may be one. The items of a list that is quoted can be counted.
    """
    kind = kind_asked(reading.question)
    if kind is None or (kind == "count" and any(each.item for each in statements)):
        return ""
    for each in statements:
        spoken = view.edition(each.spans[-1].edition).provisions[each.spans[-1].provision].lang
        if states([each.text], kind, "ru" if spoken == "ru" else "en"):
            return ""
    return _UNSTATED[reading.lang][kind]


def kind_asked(question: str) -> Kind | None:
    """The kind of figure that a question asks for; None for none, or where it asks for other things too."""
    for kind, words in _ASKS:
        match = words.search(question)
        if match is not None:
            beside = f"{question[: match.start()]} | {question[match.end() :]}"
            return None if _ONE_MORE.search(beside) else kind
    return None


def states(texts: Iterable[str], kind: Kind, lang: Lang) -> bool:
    """Whether one of the texts states a figure of the kind; numbers of acts and provisions are none."""
    return any(
        (kind == "money" and bool(_FREE.search(text)))
        or any(_of_kind(number, kind) for number in _numbers(text, lang))
        for text in texts
    )


def _numbers(text: str, lang: Lang) -> tuple[Quantity, ...]:
    bare = text
    for found in find_references(text):
        bare = f"{bare[: found.start]}{' ' * (found.end - found.start)}{bare[found.end :]}"
    return quantities(bare, lang).numbers


def _of_kind(number: Quantity, kind: Kind) -> bool:
    if kind == "money":
        return number.unit in _MONEY or number.unit == "percent" or abs(number.value) >= _LARGE
    if kind == "share":
        return number.unit == "percent" or 0 < abs(number.value) < 1
    if kind == "time":
        return number.unit in _TIMES
    return True

"""A reading and its ranked provisions -> what speaks for an answer, as numbers.

No single cosine decides: how well every token of the question is matched, how many of its rare words the best
texts hold, how far the best stand out, whether what is named is held, and whether the texts hold the kind of
thing that is asked for (a sum, a term, a body).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from assistant.answer.verify.lexicon import load_actors, words_of
from assistant.answer.verify.quantities import quantities
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.query import Reading
from assistant.ranked import Ranked

BEST = 3  # provisions whose words count
LOOKED = 5  # provisions in which the kind of thing asked for is looked for
FEATURES = (
    "match", "weakest", "least", "above", "cosine", "same_cosine", "cover", "first_cover", "gap", "tokens",
    "digest", "unknown_act", "unheld_act", "named", "amount_there", "amount_missing", "term_there",
    "term_missing", "body_there", "body_missing", "outside", "future",
)  # fmt: skip

_AMOUNT = re.compile(
    r"(?<!\w)(?:сколько|какая\s+сумма|как\w+\s+(?:размер|объем|объём|штраф|процент|дол[яюи]|ставк|порог|"
    r"лимит|сумм|стоимост)\w*|"
    r"how\s+(?:much|many)|what\s+(?:amount|sum|fine|percentage|share|threshold|rate|fee|cost|budget)|"
    r"почём|цена|стоимость|"
    r"бюджет)(?!\w)", re.IGNORECASE,
)  # fmt: skip
_TERM = re.compile(
    r"(?<!\w)(?:когда|в\s+какой\s+срок|как\w+\s+срок\w*|за\s+сколько\s+(?:дней|часов)|"
    r"с\s+како\w+\s+(?:числа|даты|дня)|"
    r"до\s+како\w+|сколько\s+(?:дней|часов|времени|лет|месяцев)|как\s+(?:часто|долго|быстро)|срок\w*|"
    r"when|by\s+when|how\s+(?:long|soon|often)|deadline|what\s+date|within\s+how|time\s+limit|"
    r"how\s+many\s+(?:days|hours|months))"
    r"(?!\w)", re.IGNORECASE,
)  # fmt: skip
_BODY = re.compile(
    r"(?<!\w)(?:кто|кому|кем|кого|какой\s+орган|какое\s+ведомство|какое\s+министерство|у\s+кого|"
    r"who|whom|which\s+(?:body|authority|agency|ministry|institution))(?!\w)", re.IGNORECASE,
)  # fmt: skip
# What acts do not say: opinions, news, persons, contacts, forecasts.
_OUTSIDE = re.compile(
    r"(?<!\w)(?:как\s+вы\s+(?:думаете|считаете)|по[- ]вашему|стоит\s+ли|лучше|лучший|лучшая|"
    r"посоветуй\w*|порекомендуй\w*|"
    r"мнени\w+|телефон\w*|e-?mail|почт[аыу]|адрес\w*|фамили\w+|зовут|сайт|ссылк\w+|скачать|"
    r"курс\s+(?:акций|доллара)|"
    r"котировк\w+|рецепт\w*|погод\w*|новост\w+|рейтинг\w*|популярн\w*|сейчас\s+(?:возглавляет|занимает)|"
    r"in\s+your\s+(?:opinion|view)|do\s+you\s+think|best|better|recommend\s+me|phone|address|download|"
    r"share\s+price|news|"
    r"recipe|weather|popular|ranking)(?!\w)", re.IGNORECASE,
)  # fmt: skip
_FUTURE = re.compile(
    r"(?<!\w)(?:будет\s+ли|станет\s+ли|примут\s+ли|прогноз\w*|ожида\w+|итог\w*|результат\w*|"
    r"сколько\s+(?:компаний|заявок|грантов)\s+"
    r"(?:получил\w*|подал\w*|выдал\w*)|получил\w*|подал[аио]?|выдано|состоял\w+|решил\w*|"
    r"will\s+(?:the|it|there|russia|parliament)|outcome|results?|forecast|predict\w*|happened|"
    r"decided\s+at|have\s+received|"
    r"were\s+(?:awarded|granted|fined))(?!\w)", re.IGNORECASE,
)  # fmt: skip


def features(
    reading: Reading, ranked: Sequence[Ranked], view: LibraryView, rarity: Mapping[str, float]
) -> dict[str, float]:
    """The features of FEATURES, all 0 where nothing was found."""
    if not ranked:
        return dict.fromkeys(FEATURES, 0.0)
    matches = [entry.match for entry in ranked if entry.match is not None]
    best = max(matches, key=lambda match: match.mean, default=None)
    cosines = [entry.cosine for entry in ranked]
    covers = [cover(entry, reading, view, rarity) for entry in ranked[:BEST]]
    digests = sum(view.editions[entry.edition].authority == Authority.DIGEST for entry in ranked[:BEST])
    return {
        "match": best.mean if best else 0.0,
        "weakest": best.weakest if best else 0.0,
        "least": best.least if best else 0.0,
        "above": best.above if best else 0.0,
        "cosine": max(cosines),
        "same_cosine": max((entry.cosine for entry in ranked if entry.lang == reading.spoken), default=0.0),
        "cover": max(covers),
        "first_cover": covers[0],
        "gap": min(3.0, ranked[0].score - ranked[-1].score) if not ranked[0].direct else 3.0,
        "tokens": math.log1p(len(reading.question.split())),
        "digest": digests / BEST,
        "unknown_act": float(bool(reading.unknown_acts)),
        "unheld_act": float(bool(reading.explicit) and not any(view.of_act(act) for act in reading.explicit)),
        "named": float(ranked[0].direct),
        **_kinds(reading, ranked, view),
    }


def _kinds(reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> dict[str, float]:
    """Whether the kind of thing that is asked for is in the best texts: there, missing, or neither asked."""
    question = reading.question
    texts = [text_of(entry, view) for entry in ranked[:LOOKED]]
    stated = [
        quantities(text, view.edition(entry.edition).row.lang or "ru")
        for text, entry in zip(texts, ranked, strict=False)
    ]
    amount = any(
        number.unit in ("percent", "rub", "eur", "usd", None) for each in stated for number in each.numbers
    )
    term = any(each.dates or any(number.unit in _TIMES for number in each.numbers) for each in stated)
    matcher = load_actors()[1]
    body = any(matcher.find(words_of(text)) for text in texts[:BEST])
    found: dict[str, float] = {}
    for name, pattern, there in (("amount", _AMOUNT, amount), ("term", _TERM, term), ("body", _BODY, body)):
        asked = bool(pattern.search(question))
        found[f"{name}_there"] = float(asked and there)
        found[f"{name}_missing"] = float(asked and not there)
    found["outside"] = float(bool(_OUTSIDE.search(question)))
    found["future"] = float(bool(_FUTURE.search(question)))
    return found


_TIMES = frozenset({"workday", "day", "hour", "minute", "week", "month", "year"})


def text_of(entry: Ranked, view: LibraryView) -> str:
    """A provision's text, at most a page of it."""
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    return edition.text[node.start : min(node.end, node.start + 3000)]


def cover(entry: Ranked, reading: Reading, view: LibraryView, rarity: Mapping[str, float]) -> float:
    """The share, 0…1, of the question's own words that a provision holds, weighted by rarity."""
    wanted = {term: rarity.get(term, 0.0) for term in reading.own_terms}
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    words = set(stems(edition.text[node.start : node.end]))
    words.update(stems(edition.row.title or view.title(edition.row.act_id, node.lang)))
    parent = edition.provisions.get(node.parent) if node.parent else None
    if parent is not None:
        words.update(stems(edition.own_text(parent)))
    return sum(weight for term, weight in wanted.items() if term in words) / (sum(wanted.values()) or 1.0)

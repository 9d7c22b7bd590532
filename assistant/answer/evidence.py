"""A reading and its ranked provisions -> what speaks for an answer, as numbers.

No single cosine decides: how well every token of the question is matched, how many of its rare words the best
texts hold, how far the best stand out, whether what is named is held, and whether the texts hold the kind of
thing that is asked for (a sum, a term, a body).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from assistant.answer.named_places import OF_THE_UNION, places_in, regions
from assistant.answer.sentences import split_sentences
from assistant.answer.verify.lexicon import load_actors, words_of
from assistant.answer.verify.quantities import Quantities, quantities
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.model import Authority
from assistant.query import Reading
from assistant.ranked import Ranked
from assistant.references import find_references

BEST = 3  # provisions whose words count
PAGE = 3000  # characters of a provision that are looked at
LOOKED = 5  # provisions in which the kind of thing asked for is looked for
FEATURES = (
    "match", "weakest", "least", "above", "cosine", "same_cosine", "cover", "first_cover", "gap", "tokens",
    "digest", "unknown_act", "unheld_act", "named", "amount_there", "amount_missing", "term_there",
    "term_missing", "body_there", "body_missing", "outside", "future", "place_missing", "other_region",
    "later", "forecast", "typed", "typed_cover", "number_near",
)  # fmt: skip

AMOUNT = re.compile(
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
    r"посоветуй\w*|порекомендуй\w*|мнени\w+|"
    r"(?:номер\w*|как(?:ой|ие|ая)|по\s+какому)\s+телефон\w*|телефон\w?\s+(?:горячей|при[её]мной|отдела|ведомства)|"
    r"e-?mail|электронн\w+\s+почт\w+|(?:как(?:ой|ая|ова)|на\s+какой|по\s+какому|почтовый|точный)\s+(?:\w+\s+)?адрес\w?|"
    r"фамили\w+|зовут|(?:какой|на\s+каком|адрес)\s+сайт\w*|(?:дай\w*|пришли\w*|какая)\s+ссылк\w+|скачать|"
    r"курс\s+(?:акций|доллара)|котировк\w+|рецепт\w*|погод\w*|новост\w+|рейтинг\w*|популярн\w*|"
    r"сейчас\s+(?:возглавляет|занимает)|"
    r"in\s+your\s+(?:opinion|view)|do\s+you\s+think|best|better|recommend\s+me|phone\s+number|hotline|"
    r"(?:what|which|postal|e-?mail|street|exact)\s+(?:\w+\s+)?address|download|share\s+price|news|recipe|weather|popular|"
    r"(?:world|global|in\s+the|latest)\s+ranking)(?!\w)", re.IGNORECASE,
)  # fmt: skip
_FUTURE = re.compile(
    r"(?<!\w)(?:будет\s+ли|станет\s+ли|примут\s+ли|прогноз\w*|ожида\w+|итог\w*|результат\w*|"
    r"сколько\s+(?:компаний|заявок|грантов)\s+"
    r"(?:получил\w*|подал\w*|выдал\w*)|получил\w*|подал[аио]?|выдано|состоял\w+|решил\w*|"
    r"will\s+(?:the|it|there|russia|parliament)|outcome|results?|forecast|predict\w*|happened|"
    r"decided\s+at|have\s+received|"
    r"were\s+(?:awarded|granted|fined))(?!\w)", re.IGNORECASE,
)  # fmt: skip


# «Примут ли», "will … be": what is still to be decided.
_FORECAST = re.compile(
    r"(?<!\w)(?:[а-яё]+(?:[её]т|ит|ут|ют|ят|ат)(?:ся)?\s+ли|^will|who\s+will|how\s+many\s+\w+.{0,60}\s+will|"
    r"до\s+конца\s+десятилетия|in\s+the\s+coming\s+years|в\s+ближайш\w+\s+год\w+|в\s+следующ\w+\s+году|"
    r"next\s+year)(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,/-])20[2-9]\d(?![\d/-]|[.,]\d)")
# «сколько рабочих дней», "how many processors": the word that is counted.
_COUNTED = re.compile(
    r"(?<!\w)(?:скольк(?:о|их|им|ими)|how\s+many|how\s+much)\s+(?P<noun>(?:[^\W\d_]+\s+){0,2}[^\W\d_]+)",
    re.IGNORECASE,
)
NEAR = 60  # characters between a number and the word that is counted


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
        **_scope(reading, ranked, view),
        **_typed(reading, ranked, view, rarity),
    }


def _scope(reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> dict[str, float]:
    """Whether the places and later years a question names are in the best texts at all."""
    question = reading.question
    entries = ranked[:LOOKED]
    texts = [text_of(entry, view) for entry in entries]
    titles = [_titles(entry, view) for entry in entries]
    asked = places_in(question)
    held = places_in(" ; ".join([*texts, *titles])) if asked else set()
    missing = asked - held
    if any(view.edition(entry.edition).row.act_id.startswith("eu-") for entry in entries):
        missing -= OF_THE_UNION
    this_year = reading.filters.as_of.year
    later = later_years(question, texts, this_year)
    return {
        "place_missing": float(bool(missing - regions(missing))),
        "other_region": float(bool(regions(missing) and regions(held))),
        "later": float(bool(later)),
        "forecast": float(bool(_FORECAST.search(question))),
    }


def later_years(question: str, texts: Iterable[str], this_year: int) -> set[str]:
    """The years from this one on that a question names and none of the texts does."""
    later = {year for year in _YEAR.findall(question) if int(year) >= this_year}
    return later - {year for text in texts for year in _YEAR.findall(text)}


def _titles(entry: Ranked, view: LibraryView) -> str:
    row = view.edition(entry.edition).row
    act = view.acts[row.act_id]
    return " ; ".join(part for part in (act.title_ru, act.title_en, row.title, act.issuer) if part)


def _typed(
    reading: Reading, ranked: Sequence[Ranked], view: LibraryView, rarity: Mapping[str, float]
) -> dict[str, float]:
    """How well one sentence of the best texts holds both the kind of thing asked for and its words.

    ``typed``: whether such a kind is asked for. ``typed_cover``: of the best sentence that has it, 0…1.
    ``number_near``: whether a number stands beside the word that is counted.
    """
    question = reading.question
    wants = [bool(pattern.search(question)) for pattern in (AMOUNT, _TERM, _BODY)]
    counted = _COUNTED.search(question)
    if not any(wants) and counted is None:
        return {"typed": 0.0, "typed_cover": 0.0, "number_near": 0.0}
    weights = {term: rarity.get(term, 0.0) for term in reading.own_terms}
    nouns = set(stems(counted["noun"])) if counted else set()
    best = near = 0.0
    for entry in ranked[:LOOKED]:
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        end = min(node.end, node.start + PAGE)
        above = set(stems(_above(entry, view)))
        for start, stop in split_sentences(edition.text, node.start, end):
            sentence = edition.text[start:stop]
            if not _has_kind(sentence, wants, entry.lang):
                continue
            words = set(stems(sentence)) | above
            best = max(best, sum(weights[term] for term in weights if term in words))
            near = max(near, float(bool(nouns) and _number_near(sentence, nouns)))
    return {"typed": 1.0, "typed_cover": best / (sum(weights.values()) or 1.0), "number_near": near}


def _has_kind(sentence: str, wants: Sequence[bool], lang: str) -> bool:
    amount, term, body = wants
    if body and load_actors()[1].find(words_of(sentence)):
        return True
    if not any(each.isdigit() for each in sentence) and not (amount or term):
        return not body
    stated = quantities(sentence, "ru" if lang == "ru" else "en")
    if term and (stated.dates or any(number.unit in _TIMES for number in stated.numbers)):
        return True
    return bool((amount or not any(wants)) and stated.numbers)


def _number_near(sentence: str, nouns: set[str]) -> bool:
    """Whether a number stands within NEAR characters of one of the words counted."""
    stated = quantities(sentence, "ru" if re.search("[а-яё]", sentence, re.IGNORECASE) else "en")
    return any(
        nouns & set(stems(sentence[max(0, number.start - NEAR) : number.end + NEAR]))
        for number in stated.numbers
    )


def _above(entry: Ranked, view: LibraryView) -> str:
    """The act's title and the lead-in above a provision."""
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    parent = edition.provisions.get(node.parent) if node.parent else None
    lead = edition.own_text(parent)[-400:] if parent is not None else ""
    return f"{edition.row.title or view.title(edition.row.act_id, node.lang)} {node.heading or ''} {lead}"


def _kinds(reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> dict[str, float]:
    """Whether the kind of thing that is asked for is in the best texts: there, missing, or neither asked."""
    question = reading.question
    texts = [text_of(entry, view) for entry in ranked[:LOOKED]]

    @cache  # one question may ask for an amount and a term
    def stated() -> list[Quantities]:
        return [
            quantities(text, view.edition(entry.edition).row.lang or "ru")
            for text, entry in zip(texts, ranked, strict=False)
        ]

    def amount() -> bool:
        return any(number.unit in _AMOUNTS for each in stated() for number in each.numbers)

    def term() -> bool:
        return any(each.dates or any(number.unit in _TIMES for number in each.numbers) for each in stated())

    def body() -> bool:
        return any(load_actors()[1].find(words_of(text)) for text in texts[:BEST])

    found: dict[str, float] = {}
    for name, pattern, there in (("amount", AMOUNT, amount), ("term", _TERM, term), ("body", _BODY, body)):
        asked = bool(pattern.search(question))
        held = asked and there()
        found[f"{name}_there"] = float(held)
        found[f"{name}_missing"] = float(asked and not held)
    found["outside"] = float(bool(_OUTSIDE.search(question)))
    found["future"] = float(bool(_FUTURE.search(question)))
    return found


_AMOUNTS = frozenset({"percent", "rub", "eur", "usd", None})
_TIMES = frozenset({"workday", "day", "hour", "minute", "week", "month", "year"})


def text_of(entry: Ranked, view: LibraryView) -> str:
    """A provision's text, at most a page of it."""
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    return edition.text[node.start : min(node.end, node.start + PAGE)]


def cover(
    entry: Ranked, reading: Reading, view: LibraryView, rarity: Mapping[str, float], *, named: bool = True
) -> float:
    """The share, 0…1, of the question's own words that a provision holds, weighted by rarity.

    ``named``: an act has the words by which the question names it: «по указу от 26 февраля 2026 года».
    """
    wanted = {term: rarity.get(term, 0.0) for term in reading.own_terms}
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    words = set(stems(edition.text[node.start : node.end]))
    words.update(stems(edition.row.title or view.title(edition.row.act_id, node.lang)))
    if named and edition.row.act_id in reading.explicit:
        words.update(_naming_words(reading.question))
    parent = edition.provisions.get(node.parent) if node.parent else None
    if parent is not None:
        words.update(stems(edition.own_text(parent)))
    return sum(weight for term, weight in wanted.items() if term in words) / (sum(wanted.values()) or 1.0)


@lru_cache(maxsize=64)
def _naming_words(question: str) -> frozenset[str]:
    """The stems of the words of a question that name acts by kind, number and date."""
    named = (reference.act for reference in find_references(question) if reference.act)
    return frozenset(stem for act in named for stem in stems(question[act.start : act.end]))

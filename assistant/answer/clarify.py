"""A question that names an act, a body or a provision in words that fit several -> a question back.

What may fit several is data (corpus/namings.yaml, bodies.yaml, the catalogue); nothing is asked where a date,
a number, a region, a jurisdiction or the other words of the question leave one reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.namings import Met, best_matching, is_about, load_namings, namings_in, rest_of
from assistant.bodies import Body, asks_of_body, asks_which, bodies, is_about_founding
from assistant.index.words import fold, stem, stems, tokens
from assistant.library.schema import ActRow
from assistant.library.view import LibraryView
from assistant.model import Answer, Authority, Lang, Option
from assistant.naming import FORMAL_IN_SENTENCE, KIND_NAMES, act_name, dated, genitive
from assistant.query import Reading, aliases_in
from assistant.references import find_dates, find_references

MOST = 5  # options offered
FEW_WORDS = 3  # content words beside a naming without a topic: more of them say which one is meant

_THE = re.compile(r"\bthe\s+(?:[^\W\d_]+(?:['’]s)?\s+)?$", re.IGNORECASE)
_OF = re.compile(r"\b(?:of|on|under)\b")
_AMENDING = re.compile(r"внесении изменений|об изменении|\bamend", re.IGNORECASE)
_PLACES_RU = {"eu": "ЕС", "us": "США"}
_TEXT: dict[str, dict[Lang, str]] = {
    "acts": {
        "ru": "«{words}» — это может быть один из нескольких актов. Какой из них?",
        "en": "“{words}” may be one of several acts. Which one?",
    },
    "misnamed": {
        "ru": "Акта «{words}» среди известных нет, но этот номер носит другой. Имеется в виду он?",
        "en": "No known act is called “{words}”, but another has this number. Is it meant?",
    },
    "bodies": {
        "ru": "«{words}» — это может быть один из нескольких органов. Какой из них?",
        "en": "“{words}” may be one of several bodies. Which one?",
    },
    "provision": {
        "ru": "«{words}» есть в нескольких актах. О каком из них вопрос?",
        "en": "Several acts have such a provision (“{words}”). Which act is meant?",
    },
}
_BOTH: dict[Lang, tuple[str, str]] = {"ru": ("Оба акта", "и"), "en": ("Both acts", "and")}
_OTHER: dict[Lang, str] = {
    "ru": " Есть и другие: назовите номер или дату.",
    "en": " There are others: give the number or the date.",
}


def clarify(reading: Reading, view: LibraryView) -> Answer | None:
    """A question back, where what the question names fits several acts or bodies; None where it does not."""
    if reading.explicit or reading.filters.act:
        return None
    if reading.ambiguous and not reading.acts:
        return _number(reading, view)
    if find_dates(reading.question):
        return None
    if reading.unknown_acts:
        return _misnamed(reading, view)
    if reading.provisions:
        return _provision(reading, view)
    for met in namings_in(reading.question):
        outside = f"{reading.question[: met.start]} | {reading.question[met.end :]}"
        if aliases_in(outside, view):
            continue
        found = _bodies(met, reading, view) if met.naming.bodies else _acts(met, reading, view)
        if found is not None:
            return found
    return None


def _ask(
    what: str, reading: Reading, view: LibraryView, words: str, options: Sequence[Option]
) -> Answer | None:
    if not options:
        return None
    lang = reading.lang
    more = _OTHER[lang] if what == "acts" and len(options) == MOST else ""
    return Answer(
        status="clarify",
        language=lang,
        question=reading.question,
        answer=_TEXT[what][lang].format(words=words) + more,
        options=list(options),
        as_of=reading.filters.as_of.isoformat(),
        library_version=view.version,
        backend="extractive",
    )


def _settled(met: Met, reading: Reading) -> bool:
    """Whether a naming without a topic is one only by its form: "by law", or among words that say more."""
    if met.topic:
        return False
    start, end = met.head
    latin = reading.question[start:end].isascii()
    bare = latin and not _THE.search(reading.question, 0, start)
    return bare or len(rest_of(met, reading.question)) > FEW_WORDS


def _misnamed(reading: Reading, view: LibraryView) -> Answer | None:
    """A number that no known act of the named kind carries, but one of another kind does."""
    words, question = reading.unknown_acts[0], reading.question
    digits = re.findall(r"\d+", words)
    acts = [act for act in view.acts.values() if re.findall(r"\d+", act.number or "") == digits]
    start = question.find(words)
    beside = set(stems(question.replace(words, " "))) - load_namings().saying_nothing
    if not digits or not acts or reading.acts or start < 0 or len(beside) > FEW_WORDS:
        return None
    options = _numbered(reading, view, (start, start + len(words)), _best_known(acts, view, reading.spoken))
    return _ask("misnamed", reading, view, words, options)


def _number(reading: Reading, view: LibraryView) -> Answer | None:
    """A number that several acts carry."""
    words, acts = reading.ambiguous[0]
    start = reading.question.find(words)
    if start < 0:  # the question has the number in words
        start = len(reading.question.rstrip(" ?.!"))
        return _ask("acts", reading, view, words, _numbered(reading, view, (start, start), acts))
    place = (start, start + len(words))
    return _ask("acts", reading, view, words, _numbered(reading, view, place, acts))


# ── acts ──────────────────────────────────────────────────────────────────────────────────────────


def _acts(met: Met, reading: Reading, view: LibraryView) -> Answer | None:
    if _settled(met, reading):
        return None
    found = [act for act in view.acts.values() if _fits(act, met, reading)]
    found = _called_so(found, reading.question[met.start : met.end])
    found = best_matching(rest_of(met, reading.question), [(act, _names(act)) for act in found])
    if len(found) < 2:
        return None
    words = reading.question[met.start : met.end]
    options = _numbered(reading, view, (met.start, met.end), _best_known(found, view, reading.spoken))
    return _ask("acts", reading, view, words, options)


def _fits(act: ActRow, met: Met, reading: Reading) -> bool:
    places = reading.filters.jurisdiction or ""
    return (
        act.kind in met.naming.kinds
        and not _AMENDING.search(f"{act.title_ru} {act.title_en}")
        and (not reading.jurisdictions or act.jurisdiction in reading.jurisdictions)
        and places in ("", act.jurisdiction)
        and is_about(_names(act), met)
    )


def _names(act: ActRow) -> frozenset[str]:
    """The words of an act's titles and popular names, as stems; names of files are none."""
    aliases = (alias for alias in act.aliases if "_" not in alias)
    return frozenset(stems(" ".join(filter(None, (act.title_ru, act.title_en, *aliases)))))


def _called_so(acts: Sequence[ActRow], words: str) -> list[ActRow]:
    """Of each jurisdiction the acts with a name in which ``words`` stand, where there are any, else all."""
    wanted = " ".join(stems(words))
    called = [act for act in acts if any(wanted in " ".join(stems(name)) for name in act.aliases)]
    places = {act.jurisdiction for act in called}
    return [act for act in acts if act in called or act.jurisdiction not in places]


def _best_known(acts: Sequence[ActRow], view: LibraryView, lang: Lang) -> list[str]:
    """Ids, best known first: held, of Russia for a Russian question, with more names."""

    def order(act: ActRow) -> tuple[bool, bool, int]:
        return not view.held_official(act.id), lang == "ru" and act.jurisdiction != "ru", -len(act.aliases)

    return [act.id for act in sorted(acts, key=order)][:MOST]


def _numbered(
    reading: Reading, view: LibraryView, place: tuple[int, int], acts: Sequence[str]
) -> list[Option]:
    """Options that name each act in the question instead of the words at ``place``; of two also both."""
    question, lang = reading.question, reading.lang
    inside = (met for met in namings_in(question) if place[0] <= met.head[0] < place[1])
    met = next(inside, None)
    rows = [view.acts[act] for act in acts[:MOST]]
    kept = [question[slice(*met.head)] if met and act.kind in met.naming.kinds else "" for act in rows]
    named = [_named(act, noun, reading.spoken) for act, noun in zip(rows, kept, strict=True)]
    options = [
        Option(label=act_name(act, lang, view.title(act.id, lang)), question=_put(question, place, name))
        for act, name in zip(rows, named, strict=True)
    ]
    if len(options) == 2:
        label, joined = _BOTH[lang][0], _BOTH[reading.spoken][1]
        options.append(Option(label=label, question=_put(question, place, f" {joined} ".join(named))))
    return options


def _put(question: str, place: tuple[int, int], words: str) -> str:
    start, end = place
    if start == end:
        return f"{question[:start]} ({words}){question[end:]}"
    before = re.sub(r"\b(?:the|an?)\s+$", "", question[:start], flags=re.IGNORECASE)
    owned = re.match(r"['’]s\s+(\w+)", question[end:])
    if owned:
        words, end = f"the {owned[1]} of {words}", end + owned.end()
    last, first = before.rstrip().rpartition(" ")[2], words.partition(" ")[0]
    before = before.rstrip()[: -len(last)] if last and last == first else before
    words = words[0].upper() + words[1:] if not before.strip() else words
    return f"{before}{words}{question[end:]}"


def _named(act: ActRow, noun: str, lang: Lang) -> str:
    """An act as a question may name it without doubt. ``noun``: its kind as the question has it, declined."""
    title = _up_to_number(act, (act.title_ru if lang == "ru" else act.title_en) or act.title_ru or act.id)
    formal = FORMAL_IN_SENTENCE[lang].get(act.kind, "")
    year = (act.date or "")[:4]
    if lang == "en":
        if formal and act.number:
            return f"{formal} {dated(act.number, act.date, 'en')}"
        return title if act.number or not year else f"the {title} of {year}"
    if noun and act.number:
        place = _PLACES_RU.get(act.jurisdiction or "")
        return f"{noun} {place} № {act.number}" if place else f"{noun} {dated(act.number, act.date, 'ru')}"
    if noun:
        tail = _after(title, noun)
        return f"{noun}{tail}" + (f" {year} года" if year else "") if tail else f"{noun} «{title}»"
    formal = KIND_NAMES["ru"].get(act.kind, ("", ""))[0]
    return f"{formal} {dated(act.number, act.date, 'ru')}" if formal and act.number else f"«{title}»"


def _up_to_number(act: ActRow, title: str) -> str:
    """A title without what follows the number in it: "Regulation (EU) 2024/1689"."""
    head, number, _ = title.partition(act.number or "\0")
    return f"{head}{number}" if number else title


def _after(title: str, noun: str) -> str:
    """What follows a noun in a title, unchanged by the noun's case; "" where the title has no such noun."""
    wanted = stems(noun, stopwords=True)
    words = tokens(title)
    for at in range(len(words) - len(wanted) + 1):
        if [stem(word) for word, _, _ in words[at : at + len(wanted)]] == wanted:
            return title[words[at + len(wanted) - 1][2] :]
    return ""


# ── bodies ────────────────────────────────────────────────────────────────────────────────────────


def _bodies(met: Met, reading: Reading, view: LibraryView) -> Answer | None:
    """Commissions: asked about only where the rest says no more than what is asked of them."""
    question = reading.question
    held = load_namings()
    regional = held.of_a_region
    rest = rest_of(met, question)
    if _settled(met, reading) or len(rest - regional) > FEW_WORDS or reading.jurisdictions:
        return None
    if not met.topic and question[met.head[0] :].startswith("Commission"):  # the European one
        return None
    if _names_a_place(question, met) or is_about_founding(question) or asks_which(question, reading.spoken):
        return None
    found = [body for body in bodies() if body.kind in met.naming.bodies and _meant(body, met)]
    if rest - regional and not asks_of_body(question, reading.spoken):
        return None  # «Что комиссия рекомендовала …?»: what it did is told by texts, not by its name
    if rest & regional:
        found = [body for body in found if body.region]
    found = best_matching(rest - regional, [(body, _words(body)) for body in found])
    if len(found) < 2:
        return None
    place = _with_region(question, met)
    options = [
        Option(
            label=body.ru if reading.lang == "ru" else body.en,
            question=_put(question, place, _body_named(body, question[slice(*met.head)], reading.spoken)),
        )
        for body in found[:MOST]
    ]
    return _ask("bodies", reading, view, question[slice(*place)], options)


def _words(body: Body) -> frozenset[str]:
    return frozenset(stems(" ".join((body.ru, body.en, *body.aliases))))


def _meant(body: Body, met: Met) -> bool:
    """Whether a naming fits a body: it is one of the kind, not all of them, and about the topic."""
    words = _words(body)
    forms = [set(stems(form)) for form in met.naming.forms]
    single = bool(body.region) or body.kind != "regional_commission"
    head = set(stems(body.ru)[:2] + stems(_OF.split(body.en)[0]))
    return single and any(form <= head for form in forms) and is_about(words, met)


def _names_a_place(question: str, met: Met) -> bool:
    """Whether a name in capitals stands in the question: a region, known or not."""
    rest = f"{question[: met.start]} | {question[met.end :]}"
    return bool(re.search(r"(?<=[^\W\d_.?!]\s)[A-ZА-ЯЁ][^\W\d_]+|\|\s+(?:\w+\s+)?[A-ZА-ЯЁ][^\W\d_]+", rest))


def _with_region(question: str, met: Met) -> tuple[int, int]:
    """The place of a naming and of the words after it that stand for a region: «… в нашей области»."""
    regional = load_namings().of_a_region
    after = re.match(r"\s+(?:в|of|in)\s+(?:\w+\s+)?(?P<word>\w+)", question[met.end :], re.IGNORECASE)
    if after and stem(fold(after["word"])) in regional:
        return met.start, met.end + after.end()
    return met.start, met.end


def _body_named(body: Body, noun: str, lang: Lang) -> str:
    if lang == "en":
        return f"the {body.en}"
    tail = _after(body.ru, noun)
    return f"{noun}{tail}" if tail else f"{noun} ({body.ru})"


# ── provisions ────────────────────────────────────────────────────────────────────────────────────


def _provision(reading: Reading, view: LibraryView) -> Answer | None:
    """A provision whose act is not said, where nothing else in the question leads to one."""
    named = reading.provisions[0]
    question = reading.question
    place = next(((each.start, each.end) for each in find_references(question) if each.steps), None)
    if named.act is not None or reading.acts or place is None:
        return None
    held = load_namings()
    outside = set(stems(f"{question[: place[0]]} | {question[place[1] :]}"))
    if outside - held.saying_nothing:
        return None
    scope = view.in_scope(reading.filters)
    found: dict[str, ActRow] = {}
    for keys in view.library.find_provisions(named.paths).values():
        for key in keys:
            row = view.editions.get(key)
            if row is not None and key in scope and row.authority == Authority.OFFICIAL:
                found.setdefault(row.act_id, view.acts[row.act_id])
    main = [act for act in found.values() if not _AMENDING.search(f"{act.title_ru} {act.title_en}")]
    if reading.jurisdictions:
        main = [act for act in main if act.jurisdiction in reading.jurisdictions]
    if len(main) < 2:
        return None
    words = question[slice(*place)]
    options = [
        Option(
            label=act_name(view.acts[act], reading.lang, view.title(act, reading.lang)),
            question=_put(question, place, f"{words} {_of(view.acts[act], reading.spoken)}"),
        )
        for act in _best_known(main, view, reading.spoken)
    ]
    return _ask("provision", reading, view, words, options)


def _of(act: ActRow, lang: Lang) -> str:
    """An act as it follows a provision: «Указа Президента РФ № 490», "of Executive Order 14179"."""
    formal = FORMAL_IN_SENTENCE[lang].get(act.kind, "")
    if lang == "en":
        return f"of {_named(act, '', 'en')}"
    if formal and act.number:
        return f"{formal} № {act.number}"
    title = _up_to_number(act, act.title_ru or act.id)
    return genitive(title) or f"акта «{title}»"

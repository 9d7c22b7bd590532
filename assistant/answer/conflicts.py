"""What is cited -> sentences on where it disagrees or is out of date, for a reader to check.

Four things are said: two editions of one provision differ; a digest newer than the official text states
other numbers or dates than it; provisions of one jurisdiction count the same thing differently; nothing
cited is current. It is better to miss a conflict than to invent one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from assistant.answer.frames import STANDING_WORDS, named_in_sentence
from assistant.answer.glosses import edition_of, statement, strange_numbers, told_of
from assistant.answer.verify.quantities import Quantity, quantities
from assistant.diff import normalised, word_changes
from assistant.index.words import stems
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Citation, Currency, Lang, Provision, WordChange
from assistant.naming import day_in_words, english_day
from assistant.query import Reading

CHANGES = 3  # changes between two editions that are told; more are counted
CHANGE_CHARS = 90  # a longer run of changed words is not repeated
ALIKE = 0.7  # share of content stems two sentences have in common that count the same thing
FEWEST_STEMS = 6  # in a sentence that is compared at all

Held = tuple[EditionView, Provision]
_NOMINATIVE = {"документу ": "документ ", "преамбуле": "преамбула", "разделу ": "раздел ", "мере ": "мера "}

_WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        "editions": "{place}: слова редакций от {first} и от {second} различаются — {changes}.",
        "replaced": "было «{old}», стало «{new}»",
        "removed": "исключено «{old}»",
        "added": "добавлено «{new}»",
        "more": "других изменений: {n}",
        "rewritten": "текст изложен иначе",
        "digest": "{place}: наше изложение (по состоянию на {new}) расходится с имеющимся официальным текстом"
        " (ред. от {old}): в изложении — {said}, в тексте этого нет. Сверьте с действующей редакцией.",
        "numbers": "{one} и {other} называют разные величины: {first} и {second}. Проверьте, к какому случаю"
        " относится каждая.",
        "none_current": "Ни один из приведённых текстов не подтверждён как действующий на {day}:"
        " {standings}.",
        "undated": "без даты",
    },
    "en": {
        "editions": "{place}: the editions of {first} and {second} differ — {changes}.",
        "replaced": "“{old}” became “{new}”",
        "removed": "“{old}” was removed",
        "added": "“{new}” was added",
        "more": "other changes: {n}",
        "rewritten": "the text is worded otherwise",
        "digest": "{place}: our summary (as of {new}) disagrees with the official text held (as of {old}):"
        " the summary states {said}, the text does not. Check the edition in force.",
        "numbers": "{one} and {other} give different figures: {first} and {second}. Check which case each of"
        " them governs.",
        "none_current": "None of the texts quoted is confirmed as in force on {day}: {standings}.",
        "undated": "undated",
    },
}


def conflicts(citations: Sequence[Citation], view: LibraryView, reading: Reading) -> list[str]:
    """Sentences in the answer's language, none twice."""
    found = [
        *_editions(citations, view, reading.lang),
        *_digests(citations, view, reading),
        *_numbers(citations, view, reading.lang),
        *_none_current(citations, reading),
    ]
    return list(dict.fromkeys(found))


def _place(citation: Citation, view: LibraryView, lang: Lang) -> str:
    """A provision of an act at the beginning of a sentence."""
    said = named_in_sentence(citation, view.acts[citation.act], lang).short
    for dative, nominative in _NOMINATIVE.items():
        if said.startswith(dative):
            said = nominative + said.removeprefix(dative)
    return said[0].upper() + said[1:]


def _day(day: str | None, lang: Lang) -> str:
    if day is None:
        return _WORDS[lang]["undated"]
    return day_in_words(day, lang) if lang == "ru" else english_day(day)


def _node(citation: Citation, view: LibraryView) -> Held | None:
    edition = edition_of(citation, view)
    node = edition.find(citation.provision) if edition else None
    return (edition, node) if edition and node else None


# ── editions ──────────────────────────────────────────────────────────────────────────────────────


def _editions(citations: Sequence[Citation], view: LibraryView, lang: Lang) -> list[str]:
    cited: dict[tuple[str, str], dict[str, Citation]] = {}
    for citation in citations:
        if citation.authority == Authority.OFFICIAL and citation.edition:
            cited.setdefault((citation.act, citation.provision), {}).setdefault(citation.edition, citation)
    found = []
    for held in cited.values():
        for first, second in zip(sorted(held), sorted(held)[1:], strict=False):
            before, after = _node(held[first], view), _node(held[second], view)
            if before is None or after is None or before[1].lang != after[1].lang:
                continue
            was, now = (edition.text[node.start : node.own_end] for edition, node in (before, after))
            if normalised(was) != normalised(now):
                found.append(
                    _WORDS[lang]["editions"].format(
                        place=_place(held[second], view, lang), first=_day(first, lang),
                        second=_day(second, lang), changes=_told(word_changes(was, now), lang),
                    )
                )  # fmt: skip
    return found


def _told(changes: Sequence[WordChange], lang: Lang) -> str:
    """The first changes between two wordings, in words."""
    words = _WORDS[lang]
    told: list[str] = []
    for place, change in enumerate(changes):
        text = change.text.strip(" ;,\n")
        before = changes[place - 1] if place else None
        if change.op == "added" and before is not None and before.op == "removed":
            old = before.text.strip(" ;,\n")
            told[-1] = words["replaced"].format(old=old, new=text)
        elif change.op == "added":
            told.append(words["added"].format(new=text))
        elif change.op == "removed":
            told.append(words["removed"].format(old=text))
    short = [each for each in told if len(each) <= 2 * CHANGE_CHARS]
    if not short:
        return words["rewritten"]
    left = len(told) - len(short[:CHANGES])
    return "; ".join([*short[:CHANGES], *([words["more"].format(n=left)] if left else [])])


# ── digests ───────────────────────────────────────────────────────────────────────────────────────


def _digests(citations: Sequence[Citation], view: LibraryView, reading: Reading) -> list[str]:
    lang, found = reading.lang, []
    seen: set[tuple[str, str]] = set()
    for citation in citations:
        place = (citation.act, citation.provision)
        held = _node(citation, view) if citation.authority == Authority.OFFICIAL else None
        if held is None or place in seen or not citation.edition:
            continue
        seen.add(place)
        edition, node = held
        text = edition.text[node.start : node.end]
        for told in told_of(view, *place):
            newer = view.editions[told.edition].edition or ""
            said = statement(view, told, node.lang, reading.filters.as_of)
            if said is None or newer <= citation.edition:
                continue
            other = _otherwise(said[1], text, node.lang)
            if other:
                found.append(
                    _WORDS[lang]["digest"].format(
                        place=_place(citation, view, lang), new=_day(newer, lang),
                        old=_day(citation.edition, lang), said="; ".join(other),
                    )
                )  # fmt: skip
    return found


def _otherwise(said: str, text: str, lang: str) -> list[str]:
    """The numbers and dates a digest has where the text counts in the same unit and has others."""
    numbers, dates = strange_numbers(said, lang, text, lang)
    theirs = quantities(text, lang)
    units = {each.unit for each in theirs.numbers}
    told = [f"«{said[each.start : each.end].strip()}»" for each in numbers if each.unit in units]
    exact = [day for day in dates if len(day) == len("2026-08-02")]
    if exact and any(len(day) == len("2026-08-02") for day in theirs.dates):
        told += [day_in_words(day, "ru" if lang == "ru" else "en") for day in exact]
    return told


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


def _numbers(citations: Sequence[Citation], view: LibraryView, lang: Lang) -> list[str]:
    """Two provisions that count the same thing differently, told of the same subject in the same words."""
    found = []
    official = [citation for citation in citations if citation.authority == Authority.OFFICIAL]
    for one, other in combinations(official, 2):
        nodes = _node(one, view), _node(other, view)
        if nodes[0] is None or nodes[1] is None or not _comparable(one, other, nodes[0], nodes[1], view):
            continue
        pair = _rivals(one.quote, other.quote, nodes[0][1].lang)
        if pair is not None:
            found.append(
                _WORDS[lang]["numbers"].format(
                    one=_place(one, view, lang), other=_inside(_place(other, view, lang)),
                    first=_figure(one.quote, pair[0], lang), second=_figure(other.quote, pair[1], lang),
                )
            )  # fmt: skip
    return found


def _inside(place: str) -> str:
    return place[0].lower() + place[1:] if not place.startswith("Article") else place


def _figure(text: str, number: Quantity, lang: Lang) -> str:
    said = text[number.start : number.end].strip()
    return f"«{said}»" if lang == "ru" else f"“{said}”"


def _comparable(one: Citation, other: Citation, first: Held, second: Held, view: LibraryView) -> bool:
    """Whether two provisions may speak of one thing: not two items, nor articles on different subjects."""
    if view.acts[one.act].jurisdiction != view.acts[other.act].jurisdiction:
        return False
    if first[1].lang != second[1].lang:
        return False
    if one.act != other.act:
        return True
    if one.provision == other.provision or first[1].parent == second[1].parent:
        return False
    return _heading(*first) == _heading(*second)


def _heading(edition: EditionView, node: Provision) -> str | None:
    return next((each.heading for each in edition.lineage(node) if each.heading), None)


def _rivals(one: str, other: str, lang: str) -> tuple[Quantity, Quantity] | None:
    """Two different numbers of one unit, where the words around them are nearly the same."""
    first, second = quantities(one, lang), quantities(other, lang)
    mine, theirs = _subject(one), _subject(other)
    if min(len(mine), len(theirs)) < FEWEST_STEMS or len(mine & theirs) < ALIKE * len(mine | theirs):
        return None
    for number in first.numbers:
        rivals = [each for each in second.numbers if each.unit == number.unit]
        own = {each.value for each in first.numbers if each.unit == number.unit}
        if number.unit and rivals and not own & {each.value for each in rivals}:
            return number, rivals[0]
    return None


def _subject(text: str) -> set[str]:
    return {stem for stem in stems(text) if not any(character.isdigit() for character in stem)}


# ── currency ──────────────────────────────────────────────────────────────────────────────────────


def _none_current(citations: Sequence[Citation], reading: Reading) -> list[str]:
    if not citations or any(citation.currency == Currency.CURRENT for citation in citations):
        return []
    lang = reading.lang
    standings = "; ".join(dict.fromkeys(_standing(citation, lang) for citation in citations))
    day = _day(reading.filters.as_of.isoformat(), lang)
    return [_WORDS[lang]["none_current"].format(day=day, standings=standings)]


def _standing(citation: Citation, lang: Lang) -> str:
    """A digest's fact ends by itself, not by a later edition: what is said of it says when."""
    ended = citation.authority == Authority.DIGEST and citation.currency == Currency.SUPERSEDED
    return (citation.standing if ended else None) or STANDING_WORDS[lang][citation.currency]

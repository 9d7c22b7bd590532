"""A question -> its reading: language, named acts and provisions, as-of date, search terms.

Nothing is searched here; what the question names is looked up in the library's view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

from assistant import glossary
from assistant.asked_about import asked_about
from assistant.dates import earliest
from assistant.errors import InputError, NotHeldError
from assistant.index.words import STOPWORDS, stem, stems, tokens
from assistant.library.view import Filters, LibraryView
from assistant.model import Lang
from assistant.references import (
    ActMention,
    Reference,
    act_ids,
    candidate_paths,
    detect_language,
    find_dates,
    find_references,
    parse_provision,
    reference_paths,
)
from assistant.references_spoken import in_digits
from assistant.references_years import Days, find_years
from assistant.scope_words import asks_for_changes, asks_for_past, jurisdictions_in
from assistant.spelling import Spelling

LANGS = frozenset(get_args(Lang))
_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")


@dataclass(frozen=True, slots=True)
class NamedProvision:
    """A provision the question names: ids to try, likeliest first, in ``act`` (None: not said)."""

    act: str | None
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a question.

    lang: of the answer; spoken: of the question. terms: stems for the lexical search, abbreviations
    spelled out and the other language's terms added. own_terms: stems of the question's own content words.
    dense_texts: what is embedded, the question with its spelling mended first, then as it was typed and,
    where it abbreviates, spelled out. Of a question that only asks what an act says of a topic, all three are
    the topic's.
    acts: ids of named acts the library knows; explicit: those of them named by number or an unmistakable
    name, not by a word that may mean something else. unknown_acts: namings of acts it does not know.
    ambiguous: a naming that fits several acts -> their ids. jurisdictions: those whose law it asks about, as
    acts carry them. compares: it asks what changed, so that earlier wording belongs to the answer. past: it
    asks what was. about: the topic, where it only asks what an act says of one; it is then searched in that
    act alone. years: the years it asks about, None where it or the request gives an as-of date.
    """

    question: str
    lang: Lang
    spoken: Lang
    filters: Filters
    terms: tuple[str, ...]
    own_terms: tuple[str, ...]
    dense_texts: tuple[str, ...]
    acts: tuple[str, ...] = ()
    explicit: tuple[str, ...] = ()
    provisions: tuple[NamedProvision, ...] = ()
    unknown_acts: tuple[str, ...] = ()
    ambiguous: tuple[tuple[str, tuple[str, ...]], ...] = ()
    jurisdictions: tuple[str, ...] = ()
    compares: bool = False
    past: bool = False
    about: str = ""
    years: Days | None = None


def usable_question(question: str, limit: int) -> str:
    """A question without what no text holds: NUL, halves of surrogate pairs, spaces around it.

    Raises InputError for an empty one and for one of more than ``limit`` characters.
    """
    text = _NO_TEXT.sub(" ", question).strip()
    if not any(character.isalnum() for character in text):
        raise InputError(
            "The question is empty. Ask in a sentence, for example: what does Article 5 prohibit?",
            "Вопрос пуст. Задайте его предложением, например: какие принципы названы в Стратегии?",
        )
    if len(text) > limit:
        raise InputError(
            f"The question has {len(text)} characters, at most {limit} are taken. Shorten it.",
            f"В вопросе {len(text)} знаков, допускается не более {limit}. Сократите его.",
        )
    return text


def check_choice(name: str, value: str | None, allowed: Collection[str]) -> None:
    """Raise InputError for a choice nobody offers: an empty result would look like an answer."""
    if value is None or value in allowed:
        return
    choices = ", ".join(sorted(allowed))
    raise InputError(
        f"{name} cannot be '{value}'. Choose one of: {choices}.",
        f"{name} не может быть «{value}». Возможные значения: {choices}.",
    )


def read_question(
    question: str,
    view: LibraryView,
    filters: Filters,
    *,
    lang: Lang | None = None,
    use_glossary: bool = True,
    spelling: Spelling | None = None,
    held: Callable[[str], bool] = lambda word: False,
) -> Reading:
    """The reading of a question. ``lang``: the answer's language, where it is not the question's.

    ``spelling``: what misspelt words are mended by, for the search only. ``held``: as in
    :meth:`assistant.spelling.Spelling.corrected`.
    """
    spoken = detect_language(question)
    written = in_digits(question)
    references = find_references(written)
    named = _NamedActs(view, written, references)
    searched = spelling.corrected(question, _spelt(view), held) if spelling else question
    filters = _dated(filters, question)
    framed, typed, about = asked_about(searched), question, ""
    if framed is not None and named.means(framed.act):
        searched = typed = about = framed.topic
        if len(named.acts) == 1:
            filters = replace(filters, act=filters.act or next(iter(named.acts)))
    if about == "" and len(named.explicit) == 1 and not named.provisions(references):
        rest = without_naming(searched)
        if len(set(stems(rest))) >= LEAST_LEFT:
            searched = rest
    expansions = glossary.spelled_out(searched, spoken) if use_glossary else []
    counterparts = glossary.counterparts(searched, spoken) if use_glossary else []
    own = tuple(dict.fromkeys([*stems(searched), *stems(typed)]))
    terms = dict.fromkeys([*own, *(term for text in (*expansions, *counterparts) for term in stems(text))])
    day_said = any(mention.as_of for mention in find_dates(question))
    cited = [(each.act.start, each.act.end) for each in find_references(question) if each.act]
    wordings = [searched, typed, f"{searched} ({'; '.join(expansions)})" if expansions else searched]
    return Reading(
        question=question,
        lang=lang or spoken,
        spoken=spoken,
        filters=filters,
        terms=tuple(terms),
        own_terms=own,
        dense_texts=tuple(dict.fromkeys(wordings)),
        jurisdictions=jurisdictions_in(question),
        compares=asks_for_changes(question),
        past=asks_for_past(question),
        about=about,
        years=None if filters.as_of_given or day_said else find_years(question, cited),
        acts=tuple(named.acts),
        explicit=named.explicit,
        provisions=tuple(named.provisions(references)),
        unknown_acts=tuple(named.unknown),
        ambiguous=tuple(named.ambiguous.items()),
    )


LEAST_LEFT = 2  # content words that a question has beside the name of an act
_BY_ACT = re.compile(
    r"(?<!\w)(?:согласно|по|в|во|в\s+соответствии\s+с[о]?|на\s+основании"
    r"|(?:under|by|in|according\s+to|pursuant\s+to|in\s+accordance\s+with)(?:\s+the)?"
    r"(?:\s+russian|\s+presidential)*)\s+$",
    re.IGNORECASE,
)


def without_naming(question: str) -> str:
    """A question without «по указу № …», "under Regulation …": no provision of the act has those words.

    An act spoken of otherwise, as in "which order repealed Executive Order …", is what is asked about.
    """
    for reference in reversed(find_references(question)):
        act = reference.act
        scope = _BY_ACT.search(question, 0, act.start) if act is not None else None
        if act is not None and scope is not None:
            before = question[: scope.start()].rstrip(" ,")
            question = f"{before} {question[act.end :].lstrip(' ,')}"
    return " ".join(question.split())


@lru_cache(maxsize=2)
def _known_words(aliases: tuple[str, ...]) -> frozenset[str]:
    return glossary.words() | {word for alias in aliases for word, _, _ in tokens(alias)}


def _spelt(view: LibraryView) -> frozenset[str]:
    """Words of the glossary and of acts' names: right, whether or not a text has them."""
    return _known_words(tuple(alias for act in view.acts.values() for alias in act.aliases))


def _dated(filters: Filters, question: str) -> Filters:
    """The question's own «по состоянию на …» counts where the request gives no date."""
    if filters.as_of_given:
        return filters
    said = [mention for mention in find_dates(question) if mention.as_of]
    return replace(filters, as_of=earliest(said[0].value)) if said else filters


def read_provision(typed: str, jurisdiction: str | None) -> list[str]:
    """Ids a typed provision may have, likeliest first: the text itself, then its readings."""
    found = [typed.strip()]
    for steps in parse_provision(typed):
        found.extend(candidate_paths(steps, jurisdiction))
        found.extend(candidate_paths(steps, jurisdiction, attached=True))
    return list(dict.fromkeys(found))


def resolve_act(typed: str, view: LibraryView) -> str:
    """The id of the act as typed: an id, a popular name or «Указ 490». Raises NotHeldError."""
    try:
        return view.resolve_act(typed)
    except NotHeldError:
        mentions = [reference.act for reference in find_references(typed) if reference.act]
        found = {act for each in mentions for wanted in act_ids(each) for act in _like(view, wanted)}
        if len(found) != 1:
            raise
        return found.pop()


class _NamedActs:
    """The acts a question names, by number and date or by a popular name."""

    def __init__(self, view: LibraryView, question: str, references: Sequence[Reference]) -> None:
        self._view = view
        self.acts: dict[str, None] = {}
        self.unknown: dict[str, None] = {}
        self.ambiguous: dict[str, tuple[str, ...]] = {}
        self._by_mention: dict[ActMention, str | None] = {}
        for reference in references:
            if reference.act is not None and reference.act not in self._by_mention:
                self._by_mention[reference.act] = self._resolve(reference.act, question)
        self.explicit = tuple(self.acts)
        places = jurisdictions_in(question)
        for act in aliases_in(question, view):
            if not places or view.acts[act].jurisdiction in places:  # «закон об ИИ ЕС» is not a Russian one
                self.acts.setdefault(act)

    def means(self, words: str) -> bool:
        """Whether words that stand for an act mean a known one: «стратегия», where one alone is called so.

        An act that is called so and is named by nothing else counts as named.
        """
        if self.acts:
            return True
        asked = {stem(word) for word, _, _ in tokens(words)} - STOPWORDS
        if not asked:
            return False
        called = {
            act.id
            for act in self._view.acts.values()
            if any(asked <= {stem(word) for word, _, _ in tokens(alias)} for alias in act.aliases)
        }
        if len(called) == 1:
            self.acts.setdefault(called.pop())
        return bool(self.acts)

    def _resolve(self, mention: ActMention, question: str) -> str | None:
        found = list(dict.fromkeys(act for wanted in act_ids(mention) for act in _like(self._view, wanted)))
        words = question[mention.start : mention.end]
        if not found:
            if mention.number:
                self.unknown.setdefault(words)
            return None
        if len(found) > 1 and not mention.ids:
            self.ambiguous[words] = tuple(found)
            return None
        self.acts.setdefault(found[0])
        return found[0]

    def provisions(self, references: Sequence[Reference]) -> list[NamedProvision]:
        """The provisions named, each with its act: the one beside it, else the only one in the question."""
        only = next(iter(self.acts)) if len(self.acts) == 1 else None
        found = []
        for reference in references:
            if not reference.steps:
                continue
            act = self._by_mention.get(reference.act) if reference.act else only
            if reference.act and act is None:
                continue
            paths = reference_paths(reference)
            if act and not reference.act:
                row = self._view.acts[act]
                paths = candidate_paths(reference.steps, row.jurisdiction, attached=True) + candidate_paths(
                    reference.steps, row.jurisdiction
                )
            found.append(NamedProvision(act, tuple(dict.fromkeys(paths))))
        return found


def _like(view: LibraryView, wanted: str) -> list[str]:
    """Known acts whose id fits a pattern in which ``%`` stands for anything."""
    if "%" not in wanted:
        return [wanted] if wanted in view.acts else []
    pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("%")))
    return [act for act in view.acts if pattern.fullmatch(act)]


def aliases_in(question: str, view: LibraryView) -> list[str]:
    """Acts whose popular name stands in the question, in any case form; a longer name wins."""
    words = [stem(word) for word, _, _ in tokens(question)]
    names = _alias_stems(tuple((alias, act.id) for act in view.acts.values() for alias in act.aliases))
    found: list[tuple[int, int, str]] = []
    for position, word in enumerate(words):
        for name, act in names.get(word, ()):
            if tuple(words[position : position + len(name)]) == name:
                found.append((position, position + len(name), act))
    longest = [
        entry
        for entry in found
        if not any(other[0] <= entry[0] and entry[1] <= other[1] and other != entry
                   and other[1] - other[0] > entry[1] - entry[0] for other in found)
    ]  # fmt: skip
    return list(dict.fromkeys(act for _, _, act in longest))


@lru_cache(maxsize=4)
def _alias_stems(
    aliases: tuple[tuple[str, str], ...],
) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First stem of an alias -> (all its stems, act id)."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for alias, act in aliases:
        name = tuple(stem(word) for word, _, _ in tokens(alias))
        if name:
            found.setdefault(name[0], []).append((name, act))
    return found

"""Provisions found -> the same, nearer to the front those that state the kind of thing a question asks for.

Rank tells what a provision speaks of, not whether it says it: of all that an act has on fines, what is asked
for are the provisions that name a sum; of all that speak of a notion, the one that defines it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant import glossary
from assistant.answer.evidence import AMOUNT, text_of
from assistant.answer.verify.quantities import MONEY, quantities
from assistant.index.words import stems
from assistant.library.view import LibraryView
from assistant.query import Reading
from assistant.ranked import Ranked

# In standardised scores; chosen on the development questions, where .4 to .9 do alike.
STATES_SUM = 0.6
DEFINES = 1.5
DEFINES_LIKE = 0.75  # a term of a word more than the one asked for
NO_SUM = -0.6  # where a question asks for nothing but the fines
HEADED = 0.6  # for what stands under a heading that has every word of the question
LEAST_TERMS = 2
LONGEST_ITEM = 2_000  # characters of an item of a list of definitions
_FINE = re.compile(r"(?<!\w)(?:штраф\w*|fines?|penalt\w+)(?!\w)", re.IGNORECASE)
_WHAT_FINES = re.compile(
    r"(?<!\w)(?:как(?:ие|ой|ов[ыа]?)\s+(?:[^\W\d_]+\s+)?(?:штраф\w*|размер\w*\s+штраф\w*)"
    r"|(?:what|which)\s+(?:is|are)\s+the\s+(?:\w+\s+)?(?:fines?|penalt\w+)|what\s+fines?"
    r"|how\s+(?:high|large|big)\s+(?:is|are)\s+the\s+fines?)"
    r"(?!\w)",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"^\W*(?:а\s+|и\s+|so\s+)?(?:что\s+(?:такое|значит|означает)|что\s+понима\w+\s+под|кто\s+так(?:ой|ая|ие)"
    r"|что\s+называ\w+|дайте\s+определение|определение(?:\s+понятия)?|how\s+is|how\s+are"
    r"|what\s+is(?:\s+meant\s+by)?|what\s+are(?!\s+the\s)(?:\s+meant\s+by)?|what\s+does|define|definition\s+of)"
    r"\s+(?:(?:an?|the|понятие|термин|слово)\s+)?[«“\"‘']?(?P<term>[^,;:?]{2,80}?)[»”\"’']?"
    r"(?:\s+(?:means?|defined|по|согласно|according|under|for\s+the\s+purposes|in\s+the|in\s+\w+|в)(?:\s.*)?)?\W*$",
    re.IGNORECASE,
)
_SAYS_WHAT = re.compile(
    r"(?<=\s)[-–—](?=\s)|(?<!\w)(?:means|is\s+defined\s+as|понима[ею]тся|is|are)(?!\w)", re.IGNORECASE
)
_SUBJECT = re.compile(r"^\W*(?:an?|the)\s+", re.IGNORECASE)
_BEFORE = 140  # characters in which the term stands that is defined
_APART = re.compile(r"[.;:]\s|\n|\)\s|^\s*\d+[.)]\s")
_LOOKED_AT = 3000


def by_kind_asked(ranked: Sequence[Ranked], reading: Reading, view: LibraryView) -> list[Ranked]:
    """The provisions with scores that say so too, best first; what a question names keeps its place.

    Where one item of a list defines the term, the list and its other items are left out.
    """
    terms = _terms_asked(reading)
    own = set(reading.own_terms)
    sum_asked = bool(AMOUNT.search(reading.question) or _FINE.search(reading.question))
    without = NO_SUM if _WHAT_FINES.search(reading.question) else 0.0
    if not terms and not sum_asked and len(own) < LEAST_TERMS:
        return list(ranked)
    found: list[Ranked] = []
    defining: list[Ranked] = []
    for entry in ranked:
        more = 0.0
        if not entry.direct:
            text = text_of(entry, view) if terms or sum_asked else ""
            more += max((_defines(text, term) for term in terms), default=0.0)
            if more == DEFINES:
                defining.append(entry)
            more += HEADED * (len(own) >= LEAST_TERMS and own <= _headings(entry, view))
            if sum_asked:
                more += STATES_SUM if _states_sum(text, entry) else without
        found.append(replace(entry, score=entry.score + more) if more else entry)
    kept = [entry for entry in found if not any(_lists(entry, each, view) for each in defining)]
    return _headed_so(sorted(kept, key=lambda entry: -entry.score), own, view)


def _headed_so(ranked: list[Ranked], own: set[str], view: LibraryView) -> list[Ranked]:
    """The article first, as if it were named, whose heading is what the question asks; it is told whole.

    The best provision has to be of it: «Принципы обработки персональных данных» heads one article, but words
    of headings such as "Transparency" head many.
    """
    if not ranked or ranked[0].direct or len(own) < LEAST_TERMS:
        return ranked
    best = ranked[0]
    edition = view.edition(best.edition)
    for node in edition.lineage(edition.provisions[best.provision]):
        parts = edition.children.get(node.id, [])
        if node.heading and set(stems(node.heading)) == own and not any(part.heading for part in parts):
            return [replace(best, provision=node.id, direct=True), *ranked]
    return ranked


def _lists(entry: Ranked, defining: Ranked, view: LibraryView) -> bool:
    """Whether a provision is the list, or another item of it, of which one item defines the term."""
    if entry.edition != defining.edition or entry.direct or entry.provision == defining.provision:
        return False
    edition = view.edition(entry.edition)
    item = edition.provisions[defining.provision]
    if item.own_end - item.start > LONGEST_ITEM or item.parent is None:
        return False
    return item.parent in (entry.provision, edition.provisions[entry.provision].parent)


def _terms_asked(reading: Reading) -> list[list[str]]:
    """The stems of the term whose meaning is asked for, in each way to write it; empty where none is."""
    match = _DEFINITION.match(reading.question)
    if match is None:
        return []
    term = match["term"]
    forms = [term, *glossary.spelled_out(term, reading.spoken), *glossary.counterparts(term, reading.spoken)]
    return [found for form in forms if (found := stems(form))]


def _headings(entry: Ranked, view: LibraryView) -> set[str]:
    """The stems of the headings a provision stands under, its own with them."""
    edition = view.edition(entry.edition)
    lineage = edition.lineage(edition.provisions[entry.provision])
    return {stem for node in lineage if node.heading for stem in stems(node.heading)}


def _states_sum(text: str, entry: Ranked) -> bool:
    stated = quantities(text, "ru" if entry.lang == "ru" else "en")
    return any(number.unit in MONEY or number.unit == "percent" for number in stated.numbers)


def _defines(text: str, term: Sequence[str]) -> float:
    """How far a text says what a term means: the words before «—» or "means" are the term."""
    wanted = set(term)
    best = 0.0
    for match in _SAYS_WHAT.finditer(text, 0, _LOOKED_AT):
        before = _APART.split(text[max(0, match.start() - _BEFORE) : match.start()])[-1]
        said = stems(before)
        verb = match.group().lower() in ("is", "are")
        if verb and len(_SUBJECT.sub("", before).split()) > len(term):
            continue  # "where the system is": no subject of a sentence
        if wanted <= set(said) and len(said) <= len(wanted) + 1:
            exact = len(said) == len(wanted)
            best = max(best, DEFINES if exact else 0.0 if verb else DEFINES_LIKE)
    return best

"""A description -> its clauses, each with the notions, figures and places that stand in it.

A clause ends where a sentence, a line or an item of a list does, at a comma, before «а», «но» and before
words that open a description or a supposition («которая», "that", «если», "if").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer.verify.lexicon import Named, Word, words_of
from assistant.answer.verify.negations import HARMLESS
from assistant.eligibility.described_figures import Code, Figure, codes_in, figures_in
from assistant.eligibility.described_words import matcher, place_matcher
from assistant.references_dates import same_length

_SHORTENED = frozenset(
    [
        "г",
        "гг",
        "руб",
        "р",
        "чел",
        "тыс",
        "млн",
        "млрд",
        "трлн",
        "обл",
        "ул",
        "т",
        "е",
        "д",
        "п",
        "ст",
        "им",
        "см",
        "др",
        "no",
        "inc",
        "mln",
        "approx",
        "rub",
        "сотр",
        "респ",
    ]
)
_END = re.compile(
    r"(?P<sentence>[!?\n;|•]|\.(?=\s|$))|(?P<part>[,()\[\]]|\s/\s|(?<=\s)(?:а|но|but|however)\s)"
    r"|(?<!\w)(?P<opens>котор\w+|если|при\s+этом|which|who|whose|that|if|where)(?!\w)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"\s*(?:если|if|котор\w+|which|who|whose|that)(?!\w)", re.IGNORECASE)
# The name of a firm in quotation marks says nothing of it.
_OWN_NAME = re.compile(
    r"(?<!\w)(?:ООО|АО|ПАО|ЗАО|ОАО|НАО|АНО|LLC|JSC|Ltd|компани\w+|company)\s*\"(?P<name>[^\"\n]{1,80})\"",
    re.IGNORECASE,
)
_ENDLESS = re.compile(r"\d(?:[ .,]?\d){24,}")
MOST_WORDS = 150  # of one clause; a longer one is no sentence of anybody
MOST_FIGURES = 40  # of one clause; where there are more, nobody can say what is whose
Mark = tuple[str, str]  # of a notion: its fact ("-" for words that lead) and its role


@dataclass
class Clause:
    """A stretch of the description.

    supposed: it states or supposes, whatever the sentence asks. asked: a question ends with it. sentence: the
    number of its sentence. used: figures that a fact rests on or that date one.
    """

    start: int
    end: int
    sentence: int
    words: Sequence[Word]
    named: list[Named]
    figures: list[Figure]
    places: list[Named]
    codes: list[Code]
    supposed: bool
    asked: bool
    used: set[int] = field(default_factory=set)

    def marked(self, fact: str, *roles: str) -> list[Named]:
        """The notions of a fact with one of these roles."""
        return [each for each in self.named if mark(each)[0] == fact and mark(each)[1] in roles]

    def leads(self, *roles: str, before: int | None = None) -> list[Named]:
        """The words that lead (``want``, ``not`` …), all or those before a place."""
        return [each for each in self.marked("-", *roles) if before is None or each.end <= before]

    def tells(self) -> list[Named]:
        """The words that say by which list a share is counted, without those denied («не по НК»)."""
        return [
            each
            for each in self.named
            if mark(each)[1] == "tells"
            and not any(self.bare(no.end, each.start) for no in self.leads("not", before=each.start))
        ]

    def bare(self, start: int, end: int, *roles: str) -> bool:
        """Whether only words that say nothing stand in ``[start, end)``, or that lead in these roles."""
        return all(self._light(word, roles) for word in self._inside(start, end))

    def alone(self, start: int, end: int) -> bool:
        """Whether all else in the clause is accounted for: figures, names of facts, places, light words."""
        spans: list[Figure | Named | Code] = [*self.figures, *self.places, *self.codes]
        taken = [(each.start, each.end) for each in spans]
        silent = {"unless", "not", "other", "turned"} | (set() if self._owns() else {"none"})
        taken += [(n.start, n.end) for n in self.named if mark(n)[1] not in silent]
        taken.append((start, end))
        return all(any(a <= word.start < b for a, b in taken) for word in self.words)

    def _owns(self) -> bool:
        """Whether there is something to deny: a name or a thing."""
        return any(mark(each)[1] in ("names", "things", "only_no") for each in self.named)

    def _light(self, word: Word, roles: Sequence[str]) -> bool:
        return any(
            each.start <= word.start < each.end
            and (mark(each)[1] in ("filler", "units") or (mark(each)[0] == "-" and mark(each)[1] in roles))
            for each in self.named
        )

    def _inside(self, start: int, end: int) -> Sequence[Word]:
        starts = [word.start for word in self.words]
        return self.words[bisect_left(starts, start) : bisect_left(starts, end)]

    def next_word(self, place: int) -> Word | None:
        """The first word from ``place`` on, None at the clause's end."""
        starts = [word.start for word in self.words]
        at = bisect_left(starts, place)
        return self.words[at] if at < len(self.words) else None

    def at(self, word: Word) -> list[Mark]:
        """What is named where this word stands."""
        return [mark(each) for each in self.named if each.start <= word.start < each.end]


def mark(named: Named) -> Mark:
    """The fact and the role of a notion."""
    fact, _, role = named.id.partition("/")
    return fact, role


def is_counted(clause: Clause, name: Named) -> bool:
    """Whether a head is what the number before it counts: «12 сотрудников»."""
    return mark(name)[1] == "heads" and any(
        each.end <= name.start and not any(each.end <= word.start < name.start for word in clause.words)
        for each in clause.figures
    )


def clauses_in(text: str) -> list[Clause]:
    """The clauses of a description in reading order."""
    plain = _without_names(same_length(text))
    codes = codes_in(plain)
    figures = figures_in(plain, plain, codes)
    words = words_of(plain)
    starts = [word.start for word in words]
    held = sorted([*((f.start, f.end) for f in figures), *((code.start, code.end) for code in codes)])
    found: list[Clause] = []
    sentence = 0
    for start, end, closed in _stretches(plain, held):
        inside = words[bisect_left(starts, start) : bisect_left(starts, end)]
        harmless = [match.span() for match in HARMLESS.finditer(plain, start, end)]
        own = [each for each in figures if start <= each.at < end]
        named = [each for each in matcher().find(inside) if not _idle(each, own, harmless)]
        if len(inside) > MOST_WORDS:
            named = []
        clause = Clause(
            start, end, sentence, inside, named,
            own,
            place_matcher().find(inside),
            [each for each in codes if start <= each.start < end],
            bool(_SUPPOSED.match(plain, start, end)),
            closed == "?",
        )  # fmt: skip
        if inside or clause.figures:
            found.append(clause)
        sentence += closed not in ("", ",")
    return found


def _without_names(plain: str) -> str:
    """The text without names of firms and numbers that nobody counts to, at its length."""
    letters = list(plain)
    spans = [match.span("name") for match in _OWN_NAME.finditer(plain)]
    for start, end in [*spans, *(match.span() for match in _ENDLESS.finditer(plain))]:
        letters[start:end] = "\0" * (end - start)
    return "".join(letters)


def _stretches(plain: str, held: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """(start, end, what closes it): a mark that ends a sentence, a comma for what parts one, or nothing."""
    found: list[tuple[int, int, str]] = []
    start = 0
    spans = iter(held)
    span = next(spans, None)
    for match in _END.finditer(plain):
        while span is not None and span[1] <= match.start():
            span = next(spans, None)
        if span is not None and span[0] <= match.start() < span[1]:
            continue
        if match.group() == "." and _shortened(plain, match.start()):
            continue
        opens = match["opens"] is not None
        if match.start() > start or not opens:
            closed = "" if opens else (match.group() if match["sentence"] else ",")
            found.append((start, match.start(), closed))
        start = match.start() if opens else match.end()
    found.append((start, len(plain), ""))
    return found


def _shortened(plain: str, dot: int) -> bool:
    """Whether the dot ends «руб.» and the like, after which the sentence may go on."""
    word = re.search(r"[^\W\d_]+$", plain[max(0, dot - 8) : dot])
    return word is not None and word.group().lower() in _SHORTENED


def _idle(named: Named, figures: Sequence[Figure], harmless: Sequence[tuple[int, int]]) -> bool:
    """Whether a notion is part of a figure, or a negation that negates nothing («не только»)."""
    if any(each.start <= named.start < each.end for each in figures):
        return True
    negates = mark(named) in (("-", "not"), ("-", "none"))
    return negates and any(start <= named.start < end for start, end in harmless)

"""A clause -> the facts that its figures state: shares, sums, counts, dates and ages.

A figure belongs to the name beside it, with nothing but light words between; where two names could claim it,
or two figures one name, and the rest of the clause does not decide, nobody gets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer.verify.lexicon import Named
from assistant.dates import earliest, latest
from assistant.eligibility.described_clauses import MOST_FIGURES, Clause, is_counted, mark
from assistant.eligibility.described_figures import Figure, born, interval
from assistant.eligibility.described_reading import (
    Found,
    Left,
    Reason,
    dated_or_none,
    elsewhere,
    found_or_none,
    matched,
)
from assistant.eligibility.described_words import words_of_fact
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.line import between
from assistant.eligibility.rules import ordinal
from assistant.eligibility.values import Value

IT, IT_TAX = "it_income_share", "it_income_share_tax"
_BETWEEN = ("approximate", "have", "with", "past")  # words that lead and may part a name from its figure
_AND = frozenset(("и", "and"))
_AGO = frozenset(("назад", "ago"))
_WISHED = frozenset(("project", "employee"))  # of what is only planned these facts are true all the same


@dataclass
class Read:
    """What a clause's figures gave. ``named``: the names that got a figure."""

    found: list[Found]
    left: list[Left]
    named: list[Named]


def read_figures(clause: Clause, before: Sequence[Clause], today: date) -> Read:
    """The facts that the figures of a clause state; ``before``: the clauses before it."""
    read = Read([], [], [])
    if len(clause.figures) > MOST_FIGURES:
        read.left.append(Left(clause.start, clause.end))
        clause.used |= set(range(len(clause.figures)))
        return read
    names = _names(clause, before)
    given = matched(_wishes(clause, names))
    pairs = [(at, names[to]) for at, to in given.items()]
    pairs += _counted(clause, set(given))
    clause.used |= {at for at, name in pairs if _fact(name).type == "date"}
    for at, name in sorted(pairs, key=lambda pair: pair[0]):
        _take(read, clause, before, clause.figures[at], name, today)
        clause.used.add(at)
    return read


def _fact(name: Named) -> Fact:
    return facts()[mark(name)[0]]


def _names(clause: Clause, before: Sequence[Clause]) -> list[Named]:
    """What may own a figure; «по НК» too, where the share itself was named in the clause before."""
    found = [
        each
        for each in clause.named
        if mark(each)[1] == "names" or (mark(each)[1] == "heads" and not is_counted(clause, each))
    ]
    if not any(mark(each)[0] in (IT, IT_TAX) for each in found) and before:
        last = before[-1]
        if last.sentence == clause.sentence and (last.marked(IT, "names") or last.marked(IT_TAX, "names")):
            found += clause.tells()
    found += [
        each
        for each in clause.named
        if mark(each)[1] == "weak" and any(f.kind in ("year", "month") for f in clause.figures)
        and clause.alone(each.start, each.end)
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.start)


def _wishes(clause: Clause, names: Sequence[Named]) -> dict[int, list[int]]:
    """Of each figure, the names nearest before and after it that it may belong to."""
    wishes: dict[int, list[int]] = {}
    for at, figure in enumerate(clause.figures):
        before = [
            to for to, name in enumerate(names) if name.end <= figure.start and _fits(clause, name, figure)
        ]
        after = [to for to, name in enumerate(names) if name.start >= figure.end][:1]
        near = [to for to in before[-1:] if _goes_before(clause, names, to, figure)]
        near += [to for to in after if _goes_after(clause, figure, names[to])]
        closest = [to for to in near if _touching(clause, names[to], figure)]
        if len(near) == 2 and len(closest) == 1 and len(clause.figures) == 1:
            near = closest
        wishes[at] = near
    return {at: near for at, near in wishes.items() if near}


def _touching(clause: Clause, name: Named, figure: Figure) -> bool:
    start, end = (name.end, figure.start) if name.end <= figure.start else (figure.end, name.start)
    return not any(start <= word.start < end for word in clause.words)


def _goes_before(clause: Clause, names: Sequence[Named], to: int, figure: Figure) -> bool:
    """Whether only light words stand between the name and the figure, dates, places, sums aside."""
    name = names[to]
    passed: list[Figure | Named] = [
        each for each in clause.figures if name.end <= each.start and each.end <= figure.start
    ]
    if any(isinstance(each, Figure) and _fits(clause, name, each) for each in passed):
        return False
    passed += [each for each in names if name.end <= each.start and each.end <= figure.start]
    if _fact(name).type == "date":
        passed += clause.places
    elif any(word.folded in _AND for word in clause.words if name.end <= word.start < figure.start):
        passed = [each for each in passed if isinstance(each, Figure)]
    start = name.end
    for each in sorted(passed, key=lambda each: each.start):
        if each.start < start or each.end > figure.start:
            continue
        if not clause.bare(start, each.start, *_BETWEEN):
            return False
        start = each.end
    return clause.bare(start, figure.start, *_BETWEEN)


def _goes_after(clause: Clause, figure: Figure, name: Named) -> bool:
    if mark(name)[1] == "heads" or not clause.bare(figure.end, name.start):
        return False
    if not _fits(clause, name, figure, named_before=False):
        return False
    following = clause.next_word(name.end)  # «65 % доля ИТ-специалистов»
    if following is None or any(each.start <= following.start < each.end for each in clause.figures):
        return True
    said = {role for _, role in clause.at(following)}
    return bool(said - {"have", "had", "not", "none", "unless"}) or any(
        each.start <= following.start < each.end for each in clause.places
    )


def _fits(clause: Clause, name: Named, figure: Figure, *, named_before: bool = True) -> bool:
    """Whether the figure can be an answer to the fact named, by its unit and what it counts."""
    fact = _fact(name)
    counted = clause.next_word(figure.end)
    said = clause.at(counted) if counted is not None else []
    bare = figure.kind is None and not figure.scaled
    counts = counted is not None and (not said or any(role == "units" for _, role in said))
    match fact.type:
        case "percent":
            return figure.kind == "percent" or (bare and named_before and not counts and figure.value > 1)
        case "money":
            rubles = figure.kind == "rub" or (figure.kind is None and figure.scaled)
            return rubles or (bare and named_before and not counts and figure.value >= 1000)
        case "date":
            ages = fact.id == "registered_on" and figure.kind in ("year", "month")
            return figure.kind == "date" or ages
        case "number":
            if fact.unit == "years":
                return figure.kind == "year" or (bare and named_before and not counts)
            own = any(mark_ == (fact.id, "units") for mark_ in said)
            directly = counted is not None and any(mark_ == (fact.id, "names") for mark_ in said)
            return figure.kind is None and (own or directly or (named_before and not counts))
    return False


def _counted(clause: Clause, given: set[int]) -> list[tuple[int, Named]]:
    """Figures without a name that say by their unit what they count, in a clause that says nothing else."""
    found = []
    for at, figure in enumerate(clause.figures):
        counted = clause.next_word(figure.end)
        if at in given or counted is None or figure.kind is not None:
            continue
        for each in clause.named:
            name, role = mark(each)
            if role != "units" or each.start != counted.start or not words_of_fact(name).alone:
                continue
            if clause.alone(figure.start, each.end):
                found.append((at, each))
    return found


def _take(
    read: Read, clause: Clause, before: Sequence[Clause], figure: Figure, name: Named, today: date
) -> None:
    """Add what the pair states to ``read``: the fact found, or the stretch left with the reason."""
    fact = _told_apart(clause, before, name, figure)
    start, end = min(name.start, figure.start), max(name.end, figure.end)
    read.named.append(name)
    why = _why_not(clause, before, fact, figure, start, end, today)
    found = None if why else _found(clause, fact, figure, start, end, today)
    if found is not None:
        read.found.append(found)
    else:
        read.left.append(Left(start, end, why or "unplaced"))


def _found(clause: Clause, fact: Fact, figure: Figure, start: int, end: int, today: date) -> Found | None:
    if figure.kind == "date":
        return dated_or_none(fact, figure, start, end, today)
    if fact.type != "date":
        whole = fact.unit != "persons" or figure.value.denominator == 1
        return found_or_none(fact, figure.text, start, end) if figure.text is not None and whole else None
    ago = clause.next_word(figure.end)
    days = born(figure, ago is not None and ago.folded in _AGO, today)
    return Found(fact, Value(fact, interval(days), days), start, end) if days else None


def _told_apart(clause: Clause, before: Sequence[Clause], name: Named, figure: Figure) -> Fact:
    """The share of the tax code, where «по НК» stands beside the name or figure, or leads to them."""
    fact = _fact(name)
    if fact.id not in (IT, IT_TAX):
        return fact
    last = before[-1] if before and before[-1].sentence == clause.sentence else None
    if last is not None and not last.figures:
        led = {mark(each)[0] for each in last.tells()}
        fact = facts()[led.pop()] if len(led) == 1 else fact
    for each in clause.tells():
        gaps = [(each.end, other.start) for other in (name, figure)]
        gaps += [(other.end, each.start) for other in (name, figure)]
        if each is name or any(start <= end and clause.bare(start, end) for start, end in gaps):
            return facts()[mark(each)[0]]
    return fact


def _why_not(
    clause: Clause,
    before: Sequence[Clause],
    fact: Fact,
    figure: Figure,
    start: int,
    end: int,
    today: date,
) -> Reason | None:
    """Why the pair states no fact of the company; None where it does."""
    rough = [
        each for each in clause.leads("approximate") if not each.start < start - 20 and each.start <= end + 20
    ]
    if not figure.exact or any(_rounds(clause, each, figure) for each in rough):
        return "approximate"
    if elsewhere(clause, before):
        return "elsewhere"
    if clause.marked(fact.id, "unless"):
        return "unplaced"
    described = any(clause.bare(each.end, start) for each in clause.leads("with", before=start))
    wished = clause.leads("rule", before=end) + (
        clause.leads("want", "plan", before=end) if fact.group not in _WISHED else []
    )
    if wished and not described:
        return "elsewhere" if clause.leads("rule", before=end) else "another_time"
    if clause.leads("past") or not _of_this_time(clause, fact, today):
        return "another_time"
    return None


def _rounds(clause: Clause, word: Named, figure: Figure) -> bool:
    if word.end <= figure.start:
        return clause.bare(word.end, figure.start)
    return word.start >= figure.end and clause.bare(figure.end, word.start)


def _of_this_time(clause: Clause, fact: Fact, today: date) -> bool:
    """Whether no date in the clause says that the figure is of an earlier year; marks the dates as used."""
    if fact.type == "date":
        return True
    last_year = words_of_fact(fact.id).last_year or fact.id == IT_TAX
    first = date(today.year - 1, 1, 1)
    fitting = between(ordinal(first), ordinal(date(today.year - 1, 12, 31) if last_year else today))
    for at, figure in enumerate(clause.figures):
        if figure.kind == "date" and at not in clause.used and figure.text is not None:
            said = between(ordinal(earliest(figure.text)), ordinal(latest(figure.text)))
            if not said & fitting:
                return False
            clause.used.add(at)
    return True

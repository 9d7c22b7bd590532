"""A clause -> what it says is so or is not: yes-or-no facts, legal form, region, code of the activity.

«Аккредитована» claims in itself, «аккредитация» only with «есть», «получена», «нет», «без». What is asked
about, wanted, required or said of another firm is no claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.answer.verify.lexicon import Named
from assistant.eligibility.described_clauses import Clause, is_counted, mark
from assistant.eligibility.described_figures import Figure, days_of
from assistant.eligibility.described_reading import (
    Found,
    Left,
    dated_or_none,
    elsewhere,
    found_or_none,
    matched,
)
from assistant.eligibility.described_words import profile_words, words_of_fact
from assistant.eligibility.facts import facts
from assistant.eligibility.line import between
from assistant.eligibility.rules import ordinal

Say = Literal["yes", "no"]
_DESCRIBES = frozenset(("без", "without", "lacking"))  # also within a question: «можно ли без аккредитации»
_AND = frozenset(("и", "или", "ни", "and", "or", "nor"))
_CITY = frozenset(("санкт", "st", "saint", "г", "город", "городе", "the"))
_FROM = frozenset(("из", "from", "in", "в", "во"))


@dataclass(frozen=True)
class Word:
    """A word that affirms or denies, or several that do so together («не имеет», "has no")."""

    start: int
    end: int
    says: Say
    fact: str | None = None  # the only one it can speak of
    bare_not: bool = False
    describes: bool = False
    stresses: bool = False  # «ни», which another denial follows


def read_claims(
    clause: Clause, before: Sequence[Clause], bound: Sequence[Named], today: date
) -> tuple[list[Found], list[Left]]:
    """The claims of a clause and what is left of it. ``bound``: the names that have a figure."""
    found: list[Found] = []
    left: list[Left] = []
    others = elsewhere(clause, before)
    for name, says in _claims(clause, bound):
        fact_id, _ = mark(name)
        if says is None or others or clause.marked(fact_id, "unless"):
            if says is not None or not _only_asked(clause, name):
                left.append(Left(name.start, name.end, "elsewhere" if others else "unplaced"))
            continue
        _take(clause, name, says, today, found, left)
    if not others:
        found += _options(clause)
        found += _codes(clause, left)
    elif _options(clause):
        left.append(Left(clause.start, clause.end, "elsewhere"))
    _region(clause, others, found, left)
    return found, left


def _take(clause: Clause, name: Named, says: Say, today: date, found: list[Found], left: list[Left]) -> None:
    fact_id, role = mark(name)
    words = words_of_fact(fact_id)
    if role == "only_no" and says == "yes":
        left.append(Left(name.start, name.end))
        return
    if role in ("names", "heads") or facts()[fact_id].type != "bool":
        said = words.some if says == "yes" else words.none
    else:
        said = says
    dates = [at for at, each in enumerate(clause.figures) if each.kind == "date" and at not in clause.used]
    if words.after and says == "yes":
        day = clause.figures[dates[0]] if len(dates) == 1 else None
        clause.used |= set(dates)
        if day is None or not _later(day, words.after, today):
            start, end = _reach(clause, name, dates)
            left.append(Left(start, end))
            return
    made = found_or_none(facts()[fact_id], said, name.start, name.end) if said is not None else None
    if made is None:
        left.append(Left(name.start, name.end))
        return
    found.append(Found(made.fact, made.value, *_said_at(clause, name)))
    if words.dated and says == "yes" and len(dates) == 1:
        start, end = _reach(clause, name, dates)
        dated = dated_or_none(facts()[words.dated], clause.figures[dates[0]], start, end, today)
        if dated is not None:
            found.append(dated)
            clause.used |= set(dates)


def _later(day: Figure, after: str, today: date) -> bool:
    """Whether a date lies past another, whatever day of it is meant."""
    days = days_of(day, today)
    return bool(days) and days <= between(ordinal(date.fromisoformat(after)), None)


def _reach(clause: Clause, name: Named, dates: Sequence[int]) -> tuple[int, int]:
    places = [(name.start, name.end), *((clause.figures[at].start, clause.figures[at].end) for at in dates)]
    return min(start for start, _ in places), max(end for _, end in places)


def _said_at(clause: Clause, name: Named) -> tuple[int, int]:
    """The name with the words directly beside it that affirm or deny."""
    start, end = name.start, name.end
    for each in clause.leads("not", "none", "have"):
        if each.end <= start and clause.bare(each.end, start, "not", "none", "have"):
            start = each.start
            break
    for each in clause.leads("not", "none", "have"):
        if each.start >= end and clause.bare(end, each.start, "not", "none", "have"):
            end = each.end
    return start, end


# ── yes or no ─────────────────────────────────────────────────────────────────────────────────────


def _claims(clause: Clause, bound: Sequence[Named]) -> list[tuple[Named, Say | None]]:
    """The notions that can be claimed, each with what is said of it; None where nothing is."""
    leads = _leads(clause)
    things = [
        each
        for each in clause.named
        if _is_thing(each) and each not in bound and not is_counted(clause, each)
    ]
    said: list[tuple[Named, Say | None]] = [
        (each, _of_thing(clause, each, lead)) for each, lead in _with_leads(clause, things, leads)
    ]
    for each in clause.named:
        role = mark(each)[1]
        if role == "states":
            said.append((each, _of_state(clause, each, leads)))
        elif role in ("yes", "no"):
            denied = any(
                lead.bare_not and clause.bare(lead.end, each.start) and lead.end <= each.start
                for lead in leads
            )
            wanted = any(
                clause.bare(want.end, each.start) for want in clause.leads("want", before=each.start)
            )
            if not denied and not wanted:
                said.append((each, "yes" if role == "yes" else "no"))
    telling = ("things", "states") if not leads else ("things", "states", "only_no", "names", "heads")
    return [(each, says) for each, says in said if says is not None or mark(each)[1] in telling]


def _is_thing(named: Named) -> bool:
    fact, role = mark(named)
    words = words_of_fact(fact)
    return role in ("things", "only_no", "heads") or (role == "names" and bool(words.none or words.some))


def _leads(clause: Clause) -> list[Word]:
    """The words that affirm or deny, in order; «не имеет» and "has no" are one."""
    found: list[Word] = []
    for each in clause.named:
        fact, role = mark(each)
        if not (fact == "-" and role in ("not", "none", "have")) and role != "had":
            continue
        if found and found[-1].end > each.start:  # the same words in another role
            continue
        raw = next((word.folded for word in clause.words if word.start == each.start), "")
        word = Word(
            each.start, each.end, "yes" if role in ("have", "had") else "no", fact if role == "had" else None,
            role == "not", raw in _DESCRIBES, raw == "ни",
        )  # fmt: skip
        last = found[-1] if found else None
        if last is not None and clause.bare(last.end, word.start) and _one(last, word, role, raw):
            found[-1] = Word(last.start, word.end, "no", last.fact or word.fact, False, last.describes)
        else:
            found.append(word)
    return found


def _one(last: Word, word: Word, role: str, raw: str) -> bool:
    """Whether two words say one thing: «не» with a verb, "has" with "no" or "not"."""
    if last.bare_not:
        return role in ("have", "had") or word.bare_not
    return last.says == "yes" and (word.bare_not or raw == "no")


def _with_leads(
    clause: Clause, things: Sequence[Named], leads: Sequence[Word]
) -> list[tuple[Named, Word | None]]:
    """Each thing with the word that affirms or denies it; things joined by «и» share the one before them."""
    wishes: dict[int, list[int]] = {}
    for at, thing in enumerate(things):
        speaking = [(to, lead) for to, lead in enumerate(leads) if _speaks(lead, thing)]
        before = [to for to, lead in speaking if lead.end <= thing.start][-1:]
        after = [to for to, lead in speaking if lead.start >= thing.end][:1]
        near = [to for to in before if clause.bare(leads[to].end, thing.start)]
        near += [to for to in after if clause.bare(thing.end, leads[to].start)]
        if near:
            wishes[at] = near
    given = matched(wishes)
    found: list[tuple[Named, Word | None]] = []
    for at, thing in enumerate(things):
        lead = leads[given[at]] if at in given else None
        if lead is None and found and at not in wishes:
            last, shared = found[-1]
            joined = [word.folded for word in clause.words if last.end <= word.start < thing.start]
            if shared is not None and shared.end <= last.start and joined and set(joined) <= _AND:
                lead = shared
        found.append((thing, lead))
    return found


def _speaks(lead: Word, thing: Named) -> bool:
    return not lead.bare_not and lead.fact in (None, mark(thing)[0])


def _of_thing(clause: Clause, thing: Named, lead: Word | None) -> Say | None:
    if lead is None or clause.leads("past") or clause.leads("want", "rule", before=thing.start):
        return None
    asked = (clause.leads("ask") or clause.asked) and not clause.supposed
    if (asked and not lead.describes) or _goes_on(clause, max(thing.end, lead.end)):
        return None
    return lead.says


def _goes_on(clause: Clause, place: int) -> bool:
    """Whether words follow that may say of what kind: «сайта на английском языке», «аккредитация ФСТЭК»."""
    for word in clause.words:
        if word.start < place:
            continue
        if word.folded in _AND:
            return False
        spans = [(each.start, each.end) for each in clause.figures] + [
            (p.start, p.end) for p in clause.places
        ]
        if clause.bare(word.start, word.end, "not", "none", "have"):
            continue
        return not clause.at(word) and not any(start <= word.start < end for start, end in spans)
    return False


def _of_state(clause: Clause, state: Named, leads: Sequence[Word]) -> Say | None:
    if clause.leads("past") or clause.leads("want", "rule", before=state.start):
        return None
    if ((clause.leads("ask") or clause.asked) and not clause.supposed) or _goes_on(clause, state.end):
        return None
    before = [lead for lead in leads if lead.end <= state.start and clause.bare(lead.end, state.start)]
    after = [lead for lead in leads if lead.start >= state.end and clause.bare(state.end, lead.start)]
    denied = [bool(before) and before[-1].says == "no", bool(after) and after[0].says == "no"]
    if all(denied) and not before[-1].stresses:
        return None
    return "no" if any(denied) else "yes"


def _only_asked(clause: Clause, name: Named) -> bool:
    """Whether a notion is mentioned because it is asked about, wanted or required."""
    return clause.asked or bool(clause.leads("ask", "want", "rule"))


# ── form, code, region ────────────────────────────────────────────────────────────────────────────


def _options(clause: Clause) -> list[Found]:
    """The options of choices that a clause names and does not deny."""
    found = []
    for each in clause.named:
        fact_id, role = mark(each)
        if not role.startswith("option:"):
            continue
        denied = any(clause.bare(no.end, each.start) for no in clause.leads("not", "none", before=each.start))
        made = (
            None if denied else found_or_none(facts()[fact_id], role.partition(":")[2], each.start, each.end)
        )
        found += [made] if made else []
    return found


def _codes(clause: Clause, left: list[Left]) -> list[Found]:
    found = []
    for each in clause.codes:
        made = found_or_none(facts()["main_okved"], each.code, each.start, each.end) if each.code else None
        if made is not None and not clause.leads("rule", "want", before=each.start):
            found.append(made)
        else:
            left.append(Left(each.start, each.end))
    return found


def _region(clause: Clause, others: bool, found: list[Found], left: list[Left]) -> None:
    """The region, where the clause says that the company is of it, or says nothing else."""
    cue = clause.marked("registered_on", "names")
    for number, place in enumerate(clause.places):
        if number and clause.places[number - 1].end + 1 == place.start:
            continue  # «Ямало-Ненецкий»
        light = clause.alone(place.start, place.end) and not _of_staff(clause, place)
        told = any(each.end <= place.start and clause.bare(each.end, place.start) for each in cue)
        told = told or _of_place(clause, place)
        name = place_name(clause, place)
        denied = any(
            clause.bare(no.end, place.start) for no in clause.leads("not", "none", before=place.start)
        )
        made = found_or_none(facts()["region"], name, place.start, place.end) if name else None
        if made is None or denied or others or not (light or told):
            left.append(Left(place.start, place.end, "elsewhere" if others else "unplaced"))
        else:
            found.append(made)


def _of_staff(clause: Clause, place: Named) -> bool:
    """«12 человек в Калининграде»: where people work, which need not be where the company is registered."""
    before = [word.folded for word in clause.words if word.end <= place.start and word.folded not in _CITY]
    counts = clause.marked("staff", "names") or any(each.kind != "date" for each in clause.figures)
    return bool(counts and before and before[-1] in _FROM and not clause.marked("org_form", "option:company"))


def _of_place(clause: Clause, place: Named) -> bool:
    """«ООО из Калининграда», "a company based in Kaliningrad", «калининградская компания»."""
    words = clause.words
    at = next((n for n, word in enumerate(words) if word.start == place.start), 0)
    before = [word.folded for word in words[max(0, at - 2) : at]]
    firm = set(profile_words().terms["co"]) | {"ооо", "ао", "ип", "llc"}
    named = {"company", "based", "located"} | firm
    stems = tuple(word[:6] for word in profile_words().terms["firm"])
    if len(before) == 2 and before[1] in _FROM and (before[0] in named or before[0].startswith(stems)):
        return True
    following = clause.next_word(place.end)
    return following is not None and following.folded.startswith(stems)


def place_name(clause: Clause, place: Named) -> str | None:
    """The region's name; where one id stands for two, what the word itself and the next one say."""
    names = profile_words().regions.get(place.id)
    if names is None or isinstance(names, str):
        return names
    following = clause.next_word(place.end)
    said = [following.folded] if following is not None else []
    said += [word.folded for word in clause.words if word.end <= place.start][-1:]
    said += [word.folded for word in clause.words if place.start <= word.start < place.end]
    return next((name for word in said for part, name in names.items() if word.startswith(part)), None)

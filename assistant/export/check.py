"""Checked measures -> a document in blocks: verdict, criteria, what would change it, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.eligibility.facts import facts
from assistant.eligibility.model import (
    MARKS,
    Answers,
    CheckResult,
    CriterionResult,
    Part,
    Told,
    Verdict,
    Way,
)
from assistant.export import words
from assistant.export.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Para,
    Run,
    Sources,
    Table,
    labelled,
    plain,
)
from assistant.export.check_words import say
from assistant.export.document import source
from assistant.export.plain import clean, one_line
from assistant.model import Citation, Lang

# Sets of answers that are told of those with one outcome; the rest are counted.
MOST_ANSWERS: dict[Verdict, int] = {"eligible": 3, "not_eligible": 8}
MOST_FACTS = 5  # facts named in a row of the overview
_PARTS: tuple[tuple[Part, ...], ...] = (
    ("validity", "requires", "applies"),
    ("complies",),
    ("shown",),
)


@dataclass
class _Numbers:
    """Every place that is cited, once and numbered as the document comes to it."""

    held: dict[tuple[object, ...], Citation] = field(default_factory=dict)

    def marks(self, citations: Sequence[Citation], between: str = "") -> str:
        """«[1][4]», or nothing."""
        return between.join(f"[{number}]" for number in dict.fromkeys(map(self._number, citations)))

    def _number(self, citation: Citation) -> int:
        gloss = citation.gloss.ref if citation.gloss else None
        place = (citation.ref, citation.edition, citation.start, citation.end, gloss)
        if place not in self.held:
            self.held[place] = citation.model_copy(update={"id": len(self.held) + 1})
        return self.held[place].id

    def sources(self, lang: Lang) -> Iterator[Block]:
        """The list of them."""
        if self.held:
            yield Heading(words.say(lang, "sources"), 1)
            yield Sources(tuple(source(each, lang) for each in self.held.values()))


def checks_document(results: Sequence[CheckResult], lang: Lang, made_at: datetime) -> Document:
    """The document of one measure, or of several: an overview, then each; its own words in ``lang``."""
    numbers = _Numbers()
    if len(results) == 1:
        blocks = [*_single(results[0], numbers, lang)]
    else:
        blocks = [*_several(results, numbers, lang)]
    blocks += numbers.sources(lang)
    blocks.append(_closing(results, made_at, lang))
    return Document(_title(results, lang), lang, made_at, tuple(blocks))


def _title(results: Sequence[CheckResult], lang: Lang) -> str:
    if len(results) == 1:
        return say(lang, "title", title=one_line(results[0].title))
    company = _company(results)
    return say(lang, "title_company", company=company) if company else say(lang, "title_all")


def _company(results: Sequence[CheckResult]) -> str:
    """The name of the company, where all are of one that has a name."""
    names = {one_line(each.company or "") for each in results}
    return names.pop() if len(names) == 1 else ""


def _single(result: CheckResult, numbers: _Numbers, lang: Lang) -> Iterator[Block]:
    yield from _circumstances([result], lang)
    yield from _measure(result, numbers, lang, 1)
    yield Heading(say(lang, "profile"), 1)
    yield _profile(result, lang)


def _several(results: Sequence[CheckResult], numbers: _Numbers, lang: Lang) -> Iterator[Block]:
    yield from _circumstances(results, lang)
    yield Heading(say(lang, "overview"), 1)
    yield _overview(results, lang)
    profiles = [each.profile for each in results]
    common = all(each == profiles[0] for each in profiles)
    if common:
        yield Heading(say(lang, "profile"), 1)
        yield _profile(results[0], lang)
    for place, result in enumerate(results, 1):
        yield Heading(f"{place}. {one_line(result.title)}", 1)
        yield from _measure(result, numbers, lang, 2)
        if not common:
            yield Heading(say(lang, "profile"), 2)
            yield _profile(result, lang)


def _circumstances(results: Sequence[CheckResult], lang: Lang) -> Iterator[Block]:
    company = _company(results)
    if company:
        yield labelled(say(lang, "company"), company)
    days = dict.fromkeys(each.as_of for each in results)
    yield plain(words.say(lang, "as_of", day=", ".join(words.day(each, lang) for each in days)) + ".")


# ── the overview ──────────────────────────────────────────────────────────────────────────────────


def _overview(results: Sequence[CheckResult], lang: Lang) -> Table:
    columns = (
        Column(words.say(lang, "number"), 10),
        Column(say(lang, "measure"), 50),
        Column(say(lang, "verdict"), 45),
        Column(say(lang, "next"), 60),
    )
    rows = [
        ((plain(str(place)),), (plain(each.title),), _verdict(each, lang), _next(each, lang))
        for place, each in enumerate(results, 1)
    ]
    return Table(columns, tuple(rows))


def _verdict(result: CheckResult, lang: Lang) -> Cell:
    key = f"duty_{result.verdict}" if result.kind == "duty" else result.verdict
    said = [plain(say(lang, key), look="strong")]
    if result.complies is not None and result.verdict == "eligible":
        said.append(plain(say(lang, f"complies_{result.complies}")))
    if result.provisional:
        said.append(plain(say(lang, "provisional"), look="emphasis"))
    return tuple(said)


def _next(result: CheckResult, lang: Lang) -> Cell:
    """What a company has of it, what would tell, or what is against it; and whether one can apply now."""
    told = {"eligible": _granted, "insufficient": _wanted, "not_eligible": _against}[result.verdict]
    said = [told(result, lang)]
    if result.open != "yes" and result.verdict != "not_eligible":
        said.append(say(lang, f"open_{result.open}"))
    return tuple(plain(each) for each in said if each) or (plain(""),)


def _granted(result: CheckResult, lang: Lang) -> str:
    return "; ".join(one_line(each.text) for each in result.gives if each.state != "not_met")


def _wanted(result: CheckResult, lang: Lang) -> str:
    """The facts that are asked for by the smallest set of answers with which it is a yes."""
    leading = result.leading
    if not leading:
        return ""
    names = [facts()[name].in_(result.language) for name in leading[0].facts]
    names += [_rule(result, name) for name in leading[0].to_check]
    shown = names[:MOST_FACTS]
    if len(names) > MOST_FACTS:
        shown.append(say(lang, "more_facts", n=len(names) - MOST_FACTS))
    return say(lang, "find_out", facts="; ".join(shown))


def _against(result: CheckResult, lang: Lang) -> str:
    against = [
        each.reason if each.part == "validity" else each.rule
        for each in result.criteria
        if each.decisive and each.part in ("validity", "requires", "applies")
    ]
    rules = "; ".join(one_line(each).rstrip(".") for each in against)
    return say(lang, "not_met", rules=rules) if rules else ""


# ── one measure ───────────────────────────────────────────────────────────────────────────────────


def _measure(result: CheckResult, numbers: _Numbers, lang: Lang, level: int) -> Iterator[Block]:
    """What is said of one measure under headings of ``level``."""
    yield labelled(say(lang, "about"), result.about)
    yield Heading(say(lang, "conclusion"), level)
    yield plain(result.summary, look="strong")
    if result.because:
        yield plain(say(lang, "because"), kind="lead")
        yield from (plain(each, kind="item") for each in result.because)
    yield from (labelled(say(lang, "warning"), each) for each in result.warnings)
    yield from _criteria(result, numbers, lang, level)
    yield from _deciding("missing", result.missing, result, lang, level)
    yield from _deciding("to_comply", result.to_comply, result, lang, level)
    yield from _ways(result, lang, level)
    yield from _given(result.gives, numbers, lang, level)
    yield from _steps("documents", result.documents, numbers, lang, level)
    applying = "apply" if result.kind == "support" else "procedure"
    yield from _steps(applying, result.apply, numbers, lang, level)


def _criteria(result: CheckResult, numbers: _Numbers, lang: Lang, level: int) -> Iterator[Block]:
    legend = plain(say(lang, "legend"), kind="detail")
    for parts in _PARTS:
        found = [each for each in result.criteria if each.part in parts]
        if not found:
            continue
        key = parts[0]
        if key == "validity":
            key = "requires" if result.kind == "support" else "applies"
        yield Heading(say(lang, key), level)
        if parts == _PARTS[0]:
            yield legend
        yield Table(_columns(lang), tuple(_criterion(each, numbers, lang) for each in found))


def _columns(lang: Lang) -> tuple[Column, ...]:
    widths = {"mark": 8, "criterion": 48, "said": 45, "known": 42, "where": 22}
    return tuple(Column(say(lang, key), parts) for key, parts in widths.items())


def _criterion(result: CriterionResult, numbers: _Numbers, lang: Lang) -> tuple[Cell, ...]:
    rule = [plain(result.rule, look="strong" if result.decisive else "plain")]
    if result.note:
        rule.append(labelled(say(lang, "note"), result.note, look="emphasis"))
    known = words.CONFIDENCE[lang][result.confidence]
    source_of = [plain(known[0].upper() + known[1:])]
    if result.check:
        source_of.append(plain(result.check, look="emphasis"))
    if result.warning:
        source_of.append(labelled(say(lang, "warning"), result.warning))
    return (
        (plain(MARKS[result.state], look="strong"),),
        tuple(rule),
        _said(result, lang),
        tuple(source_of),
        (plain(numbers.marks(result.citations, " ")),),
    )


def _said(result: CriterionResult, lang: Lang) -> Cell:
    """The reason; of a period, which no fact asks for, also the period."""
    told = [plain(result.reason)]
    if result.part == "validity" and result.needs:
        told.append(labelled(say(lang, "period"), result.needs, look="plain"))
    return tuple(told)


def _deciding(
    key: str, sets: Sequence[Answers], result: CheckResult, lang: Lang, level: int
) -> Iterator[Block]:
    """Sets of answers that would decide: those for a yes, then those for a no, the shortest first."""
    if not sets:
        return
    yield Heading(say(lang, key), level)
    for verdict, most in MOST_ANSWERS.items():
        found = [each for each in sets if each.leads_to == verdict]
        if found:
            yield plain(say(lang, f"then_{verdict}"), kind="lead")
        for each in found[:most]:
            yield plain(_answers(each, result, lang), kind="item")
        if len(found) > most:
            yield plain(say(lang, "more", n=len(found) - most), kind="item")


def _answers(answers: Answers, result: CheckResult, lang: Lang) -> str:
    said = [f"{facts()[name].in_(result.language)}: {answers.answers[name]}" for name in answers.facts]
    said += [say(lang, "to_check", rule=_rule(result, name)) for name in answers.to_check]
    return "; ".join(said)


def _rule(result: CheckResult, criterion: str) -> str:
    return next((each.rule for each in result.criteria if each.id == criterion), criterion)


def _ways(result: CheckResult, lang: Lang, level: int) -> Iterator[Block]:
    if result.ways:
        yield Heading(say(lang, "ways"), level)
    several = len(result.ways) > 1
    for place, way in enumerate(result.ways, 1):
        if several:
            yield plain(say(lang, "way", n=place), kind="item")
        yield from (plain(each, kind="item", level=int(several)) for each in _changes(way, result, lang))


def _changes(way: Way, result: CheckResult, lang: Lang) -> Iterator[str]:
    for each in way.changes:
        change = say(lang, "change", label=each.label, now=each.now, needs=each.needs)
        yield say(lang, "lasting", change=change) if each.lasting else change
    if way.still_needed:
        names = "; ".join(facts()[name].in_(result.language) for name in way.still_needed)
        yield say(lang, "still_needed", facts=names)


def _given(gives: Sequence[Told], numbers: _Numbers, lang: Lang, level: int) -> Iterator[Block]:
    if gives:
        yield Heading(say(lang, "gives"), level)
    for each in gives:
        remarks = [say(lang, f"on_{each.state}")] if each.state else []
        remarks += [words.CONFIDENCE[lang][each.confidence]] if each.confidence else []
        yield _with_marks(each, numbers, "item", f" ({'; '.join(remarks)})" if remarks else "")


def _steps(key: str, steps: Sequence[Told], numbers: _Numbers, lang: Lang, level: int) -> Iterator[Block]:
    """Documents to tick off, or where and when to apply."""
    if steps:
        yield Heading(say(lang, key), level)
    for each in steps:
        yield _with_marks(each, numbers, "todo" if key == "documents" else "item")


def _with_marks(told: Told, numbers: _Numbers, kind: str, remarks: str = "") -> Para:
    marks = numbers.marks(told.citations)
    text = f"{clean(told.text)}{remarks}{' ' if marks else ''}{marks}"
    return Para((Run(text),), "todo" if kind == "todo" else "item")


def _profile(result: CheckResult, lang: Lang) -> Block:
    if not result.profile:
        return plain(say(lang, "nothing_said"))
    columns = (Column(say(lang, "fact"), 105), Column(say(lang, "value"), 60))
    rows = [((plain(each.label),), (plain(each.value),)) for each in result.profile]
    return Table(columns, tuple(rows))


def _closing(results: Sequence[CheckResult], made_at: datetime, lang: Lang) -> Para:
    said = [words.say(lang, "made", moment=words.moment(made_at, lang))]
    versions = dict.fromkeys(one_line(each.library_version) for each in results)
    if any(versions):
        said.append(words.say(lang, "library", version=", ".join(filter(None, versions))))
    reviewed = sorted({each.reviewed for each in results})
    key = "reviewed" if len(reviewed) == 1 else "reviewed_all"
    said.append(say(lang, key, day=words.day(reviewed[0], lang)))
    return plain(" ".join([*said, *dict.fromkeys(one_line(each.notice) for each in results)]), kind="small")

"""Two runs of one suite side by side: how they were set up, what changed, cases won and lost -> HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.model import Lang
from assistant.web.escape import esc
from assistant.web.evaluation.cards import BRIEF, expected_html, got_html, reasons_of
from assistant.web.evaluation.figures import figure_name
from assistant.web.evaluation.markup import (
    attributes,
    back,
    backend,
    button,
    fold,
    items,
    moment,
    put,
    table,
    tag,
    title,
)
from assistant.web.evaluation.suites import suite_says
from assistant.web.evaluation.words import say
from assistant.web.plain import shorten

if TYPE_CHECKING:
    from evals.comparing import Comparison, Difference
    from evals.report.content import Content, Entry
    from evals.runs import Config

AT_ONCE = 60  # cases won or lost
OPEN_AT_ONCE = 3
_PLAIN = ("llm", "embedder", "repeat", "split", "as_of", "program")
_HASHES = ("code", "corpus", "cases", "library")
_TONES = {"better": "good", "worse": "bad", "same": ""}


def versus_html(before: Content, after: Content, found: Comparison, lang: Lang) -> str:
    """The comparison. before, after: the runs; found: ``compare`` of them."""
    named = say(lang, "versus", suite=suite_says(after.config.suite, lang))
    names = "".join(_side(each, key, lang) for key, each in (("before", before), ("after", after)))
    swap = button(
        say(lang, "swap"), "compare", "small", data_first=after.run, data_second=before.run, data_key="swap"
    )
    parts = [
        back(lang),
        title(named),
        f'<div class="ev-sides ev-names">{names}</div>{swap}',
        f'<p class="ev-quiet">{put(lang, "common", n=found.cases)}</p>',
        _setup(before.config, after.config, lang),
        _differences(found.differences, after, before, lang),
    ]
    return (
        f'<article class="ev-run" lang="{lang}"{attributes(data_first=before.run, data_second=after.run)}>'
        f"{''.join(parts)}</article>"
    )


def moved_html(before: Content, after: Content, found: Comparison, lang: Lang) -> str:
    """The cases that pass in only one of them, the lost first, with both answers."""
    old = {entry.case.id: entry for entry in before.entries}
    new = {entry.case.id: entry for entry in after.entries}
    parts = []
    for key, cases in (("lost", found.lost), ("won", found.won)):
        if cases:
            cards = "".join(
                _pair(old[each], new[each], lang, opened=place < OPEN_AT_ONCE)
                for place, each in enumerate(cases[:AT_ONCE])
            )
            parts.append(f'<h3 class="ev-{key}">{put(lang, key, n=len(cases))}</h3>{cards}')
    inside = "".join(parts) or f'<p class="ev-quiet">{put(lang, "no_moves")}</p>'
    return f'<div class="ev-cases" lang="{lang}">{inside}</div>'


def _side(content: Content, key: str, lang: Lang) -> str:
    summary, config = content.summary, content.config
    judged = summary["passed"] + summary["failed"]
    link = attributes(href=f"?tab=evaluation&run={content.run}", data_run=content.run)
    return (
        f'<div><h5>{put(lang, key)}</h5><a class="ev-open"{link}>{esc(moment(config.started, lang))}</a>'
        f'<p class="ev-quiet">{esc(backend(config.llm, lang))}</p>'
        f"<p>{put(lang, 'passed_of', passed=summary['passed'], n=judged)}</p></div>"
    )


# ── how they were set up ──────────────────────────────────────────────────────────────────────


def _setup(before: Config, after: Config, lang: Lang) -> str:
    rows = [
        [esc(name), _value(one, lang), _value(other, lang)]
        for name, one, other in _apart(before, after, lang)
    ]
    if not rows:
        return f"<p>{put(lang, 'setup_same')}</p>"
    heads = [say(lang, key) for key in ("setting", "before", "after")]
    return f"<h3>{put(lang, 'setup')}</h3>{table(say(lang, 'setup'), heads, rows, 'ev-setup')}"


def _apart(before: Config, after: Config, lang: Lang) -> Iterator[tuple[str, Any, Any]]:
    one, other = before.model_dump(), after.model_dump()
    for name in _PLAIN:
        if one[name] != other[name]:
            yield say(lang, f"set_{name}"), one[name], other[name]
    for part in ("retrieval", "answer"):
        for name in dict.fromkeys([*one[part], *other[part]]):
            if one[part].get(name) != other[part].get(name):
                yield say(lang, f"set_{part}", name=name), one[part].get(name), other[part].get(name)
    for name in _HASHES:
        if before.hashes.get(name) != after.hashes.get(name):
            yield say(lang, f"set_{name}"), before.hashes.get(name), after.hashes.get(name)


def _value(value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return put(lang, "yes" if value else "no")
    return "—" if value is None else f"<code>{esc(shorten(str(value), 60))}</code>"


# ── figures ───────────────────────────────────────────────────────────────────────────────────


def _differences(found: Iterable[Difference], after: Content, before: Content, lang: Lang) -> str:
    heads = [say(lang, key) for key in ("figure", "before", "after", "difference", "surely")]
    rows = [_difference(each, after, before, lang) for each in found]
    return f"<h3>{put(lang, 'differences')}</h3>{table(say(lang, 'differences'), heads, rows, 'ev-figures')}"


def _difference(each: Difference, after: Content, before: Content, lang: Lang) -> list[str]:
    from evals.report.numbers import change, interval, quantity

    about = after.summary["metrics"].get(each.metric) or before.summary["metrics"][each.metric]
    unit, ends = about["unit"], each.model_dump()
    moved = each.value or each.low or each.high
    told = (
        f"<b>{esc(change(each.value, unit, lang))}</b> {esc(interval(ends, unit, lang, signed=True))} "
        f'<span class="ev-quiet">n = {each.n}</span>'
        if moved
        else put(lang, "unchanged")
    )
    verdict = _conclusion(each)
    return [
        figure_name(each.metric, lang),
        esc(quantity(each.first, unit, lang)),
        esc(quantity(each.second, unit, lang)),
        told,
        tag(say(lang, verdict), _TONES[verdict]) if moved else "",
    ]


def _conclusion(each: Difference) -> str:
    if each.low <= 0 <= each.high:
        return "same"
    return "better" if (each.value > 0) == (each.better == "higher") else "worse"


# ── cases ─────────────────────────────────────────────────────────────────────────────────────


def _pair(before: Entry, after: Entry, lang: Lang, *, opened: bool) -> str:
    case = after.case
    sides = "".join(_answer(each, key, lang) for key, each in (("before", before), ("after", after)))
    first = after.asked[0].outcome if after.asked else before.asked[0].outcome
    brief = f'<span class="ev-brief" lang="{case.lang}">{esc(shorten(case.question, BRIEF))}</span>'
    head = f"<code>{esc(case.id)}</code> {brief}"
    wanted = fold(put(lang, "expected"), expected_html(case, first, lang), f"want-{case.id}")
    inside = (
        f'<div class="ev-body"><p class="ev-question" lang="{case.lang}">{esc(case.question)}</p>'
        f'{wanted}<div class="ev-sides">{sides}</div></div>'
    )
    return fold(head, inside, f"pair-{case.id}", "ev-case", data_case=case.id, open=opened)


def _answer(entry: Entry, key: str, lang: Lang) -> str:
    asked: Sequence[Any] = entry.asked
    tone = "good" if entry.state == "passed" else "bad"
    parts = [f"<h5>{put(lang, key)} {tag(say(lang, f'is_{entry.state}'), tone)}</h5>"]
    for each in asked:
        parts.append(items(map(esc, reasons_of(each, lang)), "ev-why"))
        parts.append(got_html(entry.case, each.outcome, lang))
    return f"<div>{''.join(parts)}</div>"

"""All measures checked for a company -> a table in the order a company wants to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from assistant.eligibility.facts import facts
from assistant.eligibility.model import CheckResult
from assistant.eligibility.review import Flag
from assistant.model import Lang
from assistant.naming import day_in_words
from assistant.web.eligibility.markup import button, few, mark
from assistant.web.eligibility.verdict import export_html, tags, tone, verdict_words
from assistant.web.eligibility.ways import change_words
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc

MOST_FACTS = 4  # named in a row


def summary(results: Sequence[CheckResult], lang: Lang) -> str:
    """How many measures suit the company, how many duties concern it."""
    support = Counter(each.verdict for each in results if each.kind == "support")
    duties = sum(each.kind == "duty" and each.verdict == "eligible" for each in results)
    return say(
        lang,
        "all_summary",
        eligible=support["eligible"],
        insufficient=support["insufficient"],
        not_eligible=support["not_eligible"],
        duties=duties,
    )


def banner_html(results: Sequence[CheckResult], lang: Lang) -> str:
    """The summary above the table."""
    told = summary(results, lang)
    day = say(lang, "on_day", day=day_in_words(results[0].as_of, lang))
    return (
        f'<div class="el-verdict none" lang="{lang}" data-verdict="all">'
        f'<h2>{esc(say(lang, "all_title"))}</h2><p role="status">{esc(told)}</p>'
        f'<p class="el-quiet">{esc(day)}. {esc(results[0].notice)}</p>{export_html(lang)}</div>'
    )


def overview_html(results: Sequence[CheckResult], flags: Mapping[str, Sequence[Flag]], lang: Lang) -> str:
    """The table; a measure's name opens it."""
    head = "".join(
        f'<th scope="col">{esc(say(lang, key))}</th>' for key in ("state", "measure", "verdict", "what_next")
    )
    bodies = "".join(
        _body(kind, list(found), flags, lang) for kind, found in groupby(results, key=lambda each: each.kind)
    )
    name = esc(say(lang, "all_title"))
    return (
        f'<div lang="{lang}"><table class="el-table el-all" aria-label="{name}">'
        f"<thead><tr>{head}</tr></thead>{bodies}</table></div>"
    )


def _body(kind: str, found: list[CheckResult], flags: Mapping[str, Sequence[Flag]], lang: Lang) -> str:
    caption = f'<tr class="el-part"><th colspan="4" scope="rowgroup">{esc(say(lang, kind))}</th></tr>'
    return (
        f"<tbody>{caption}{''.join(_row(each, flags.get(each.measure, ()), lang) for each in found)}</tbody>"
    )


def _row(result: CheckResult, flags: Sequence[Flag], lang: Lang) -> str:
    state = tone(result)
    row = attributes(class_=state, data_measure=result.measure, data_verdict=result.verdict)
    name = button(result.title, "choose", css="el-open", measure=result.measure)
    verdict = f"{esc(verdict_words(result, lang))} {tags(result, flags, lang)}"
    return (
        f'<tr{row}><td class="c-mark">{mark(state, lang)}</td><th scope="row" class="c-rule">{name}</th>'
        f'<td class="c-said">{verdict}</td><td class="c-known">{esc(_next(result, lang))}</td></tr>'
    )


def _next(result: CheckResult, lang: Lang) -> str:
    """What one learns, or does, or has of it next."""
    if result.verdict == "insufficient":
        return _to_find_out(result, lang)
    if result.verdict == "not_eligible":
        return _to_change(result, lang)
    if result.complies == "unknown" and result.to_comply:
        names = [facts()[each].in_(lang) for each in result.to_comply[0].facts]
        return say(lang, "find_out", facts=few(names, MOST_FACTS, lang)) if names else ""
    return "; ".join(each.text for each in result.gives[:1])


def _to_find_out(result: CheckResult, lang: Lang) -> str:
    sets = result.leading
    if not sets:
        return ""
    rules = {each.id: each.rule for each in result.criteria}
    names = [facts()[each].in_(lang) for each in sets[0].facts]
    names += [rules.get(each, each) for each in sets[0].to_check]
    return say(lang, "find_out", facts=few(names, MOST_FACTS, lang))


def _to_change(result: CheckResult, lang: Lang) -> str:
    open_ways = [way for way in result.ways if not way.lasting]
    if open_ways and open_ways[0].changes:
        told = "; ".join(change_words(each, lang) for each in open_ways[0].changes)
        return say(lang, "changes", changes=told)
    against = [each for each in result.criteria if each.decisive and each.state == "not_met"]
    told = "; ".join(each.reason if each.part == "validity" else each.rule for each in against)
    return say(lang, "not_met_list", rules=told) if told else result.summary

"""The criteria of a checked measure -> a table: mark, condition, what was said and is needed, its source."""

from __future__ import annotations

from itertools import groupby

from assistant.eligibility.facts import facts
from assistant.eligibility.model import CheckResult, CriterionResult
from assistant.eligibility.words import say as told
from assistant.model import Confidence, Lang
from assistant.web.eligibility.markup import mark, section, tag, value
from assistant.web.eligibility.source import chips, quotations
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc
from assistant.web.text import CONFIDENCE

HELD = ("confirmed", "located", "differs")
_ORDER = ("validity", "requires", "applies", "complies", "shown")


def table_html(result: CheckResult, lang: Lang) -> str:
    """The table; on a narrow page each criterion is a card."""
    head = "".join(
        f'<th scope="col">{esc(say(lang, key))}</th>'
        for key in ("state", "criterion", "said_needed", "known_from")
    )
    ordered = sorted(result.criteria, key=lambda each: _ORDER.index(_part(each)))
    bodies = "".join(_body(part, list(found), lang) for part, found in groupby(ordered, key=_part))
    name = esc(say(lang, "criteria"))
    table = f'<table class="el-table" aria-label="{name}"><thead><tr>{head}</tr></thead>{bodies}</table>'
    return f'<div lang="{lang}">{section("criteria", say(lang, "criteria"), table)}</div>'


def _part(criterion: CriterionResult) -> str:
    return criterion.part if criterion.counts or criterion.part == "validity" else "shown"


def _body(part: str, found: list[CriterionResult], lang: Lang) -> str:
    caption = ""
    if part not in ("validity", "requires"):
        name = esc(say(lang, f"part_{part}"))
        caption = f'<tr class="el-part"><th colspan="4" scope="rowgroup">{name}</th></tr>'
    return f"<tbody>{caption}{''.join(_row(each, lang) for each in found)}</tbody>"


def _row(criterion: CriterionResult, lang: Lang) -> str:
    state = (
        f"{criterion.state}{' decisive' if criterion.decisive else ''}{'' if criterion.matters else ' off'}"
    )
    cells = (
        f"<td class='c-mark'>{mark(criterion.state, lang)}</td>",
        f'<th scope="row" class="c-rule">{_rule(criterion, lang)}</th>',
        f'<td class="c-said">{_said(criterion, lang)}</td>',
        f'<td class="c-known">{_known(criterion, lang)}</td>',
    )
    row = attributes(class_=state, data_criterion=criterion.id, data_state=criterion.state)
    opened = quotations(criterion.citations, criterion.id, lang)
    beneath = f'<tr class="el-opened" hidden><td colspan="4">{opened}</td></tr>' if opened else ""
    return f"<tr{row}>{''.join(cells)}</tr>{beneath}"


def _rule(criterion: CriterionResult, lang: Lang) -> str:
    marks = [tag(say(lang, "decides"))] if criterion.decisive else []
    marks += [tag(say(lang, "no_matter"))] if not criterion.matters and criterion.counts else []
    marks += [tag(f"⚑ {say(lang, 'flagged')}", "warn")] if criterion.warning else []
    parts = [f"<span>{esc(criterion.rule)}</span> {' '.join(marks)}"]
    if criterion.group:
        parts.append(
            f'<span class="el-line el-quiet">{esc(say(lang, "group", group=criterion.group))}</span>'
        )
    if criterion.warning:
        parts.append(f'<span class="el-line el-warn">{esc(criterion.warning)}</span>')
    return "".join(parts)


def _said(criterion: CriterionResult, lang: Lang) -> str:
    given = value(criterion.value) if criterion.value else f"<em>{esc(say(lang, 'not_said'))}</em>"
    rows = [(say(lang, "said"), given)] if criterion.fact else []
    rows += [(say(lang, "needed"), value(criterion.needs))] if criterion.needs else []
    told = "".join(f"<div><dt>{esc(name)}</dt><dd>{words}</dd></div>" for name, words in rows)
    return f'<dl class="el-pair">{told}</dl>{_reason(criterion, lang)}'


def _reason(criterion: CriterionResult, lang: Lang) -> str:
    """Why the state is what it is, unless given and needed say as much already."""
    name = facts()[criterion.fact].in_(lang) if criterion.fact else ""
    parts = {"fact": name, "value": criterion.value or "", "needs": criterion.needs or ""}
    plain = {told(lang, key, **parts) for key in ("met", "not_met", "met_bare", "unknown")}
    return "" if criterion.reason in plain else f'<p class="el-reason">{esc(criterion.reason)}</p>'


def _known(criterion: CriterionResult, lang: Lang) -> str:
    sure = criterion.confidence == Confidence.TEXT
    parts = [tag(CONFIDENCE[lang][criterion.confidence], "" if sure else "warn")]
    if criterion.held in HELD:
        tone = "warn" if criterion.held == "differs" else "good"
        parts.append(tag(say(lang, f"held_{criterion.held}"), tone))
    found = chips(criterion.citations, criterion.id, lang)
    parts.append(found or f'<span class="el-quiet">{esc(say(lang, "no_source"))}</span>')
    for key, words in (("check", criterion.check), ("note", criterion.note)):
        if words:
            name = esc(say(lang, key))
            parts.append(f'<span class="el-line"><b>{name}:</b> {esc(words)}</span>')
    return " ".join(parts)

"""A checked measure -> what it gives, the documents as a list to tick off, where to apply, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.eligibility.model import CheckResult, Told
from assistant.model import Confidence, Lang
from assistant.web.eligibility.markup import items, mark, section, tag
from assistant.web.eligibility.source import chips, quotations
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc
from assistant.web.text import CONFIDENCE


def beside_html(result: CheckResult, lang: Lang) -> str:
    """All of it below the table."""
    told = (
        section("warnings", say(lang, "warnings"), items(map(esc, result.warnings), "el-warnings")),
        section("gives", say(lang, "gives"), _told(result.gives, "gives", lang)),
        section("documents", say(lang, "documents"), _documents(result, lang)),
        section("apply", say(lang, "apply"), _told(result.apply, "apply", lang)),
    )
    return f'<div lang="{lang}">{"".join(told)}<p class="el-notice">{esc(result.notice)}</p></div>'


def _told(found: Sequence[Told], key: str, lang: Lang) -> str:
    lines = []
    for place, each in enumerate(found):
        state = f"{mark(each.state, lang)} " if each.state else ""
        where = tag(say(lang, f"given_{each.state}")) if each.state else ""
        known = each.confidence if each.confidence not in (None, Confidence.TEXT) else None
        sure = tag(CONFIDENCE[lang][known], "warn") if known else ""
        lines.append(f"{state}{esc(each.text)} {where} {sure} {_sources(each, f'{key}-{place}', lang)}")
    return items(lines, "el-told")


def _documents(result: CheckResult, lang: Lang) -> str:
    if not result.documents:
        return (
            f'<p class="el-quiet">{esc(say(lang, "documents_none"))}</p>' if result.kind == "support" else ""
        )
    lines = list(_ticked(result, lang))
    return f'{items(lines, "el-ticks")}<p class="el-quiet">{esc(say(lang, "documents_lead"))}</p>'


def _ticked(result: CheckResult, lang: Lang) -> Iterable[str]:
    for place, each in enumerate(result.documents):
        box = attributes(type="checkbox", data_tick=f"{result.measure}-{place}")
        label = f"<label><input{box}> <span>{esc(each.text)}</span></label>"
        yield f"{label} {_sources(each, f'documents-{place}', lang)}"


def _sources(told: Told, key: str, lang: Lang) -> str:
    return chips(told.citations, key, lang) + quotations(told.citations, key, lang)

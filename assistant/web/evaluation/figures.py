"""An opened run: the verdict first, then its figures, categories and languages -> HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from assistant.model import Lang
from assistant.web.escape import esc
from assistant.web.evaluation.kept import Kept, own_files
from assistant.web.evaluation.markup import (
    attributes,
    back,
    backend,
    button,
    fold,
    items,
    moment,
    put,
    quiet,
    table,
    tag,
    title,
)
from assistant.web.evaluation.suites import suite_says
from assistant.web.evaluation.words import say

if TYPE_CHECKING:
    from evals.report.content import Content
    from evals.runs import Run

FILES = "evaluation/runs"  # below the app's own address
SIGNS = {"passed": "✓", "failed": "✗", "broken": "!", "none": "–", "unfinished": "…"}
NAMED = 30  # cases named in a line


def run_html(run: Run, content: Content, others: Sequence[Kept], lang: Lang) -> str:
    """A finished run. others: finished runs of the same suite."""
    parts = [
        head_html(run, lang),
        _verdict(content, lang),
        _files(run, others, lang),
        _figures(content, lang),
        _groups(content, lang),
    ]
    return _article(run, "".join(parts), lang)


def unfinished_html(run: Run, kept: Kept, lang: Lang, *, running: bool, may_start: bool) -> str:
    """A run that has not ended."""
    said = say(lang, "means_unfinished", done=kept.done, total=kept.total)
    again = (
        button(say(lang, "go_on"), "resume", "primary", data_run=run.name, data_key="resume-page")
        if may_start and not running
        else tag(say(lang, "under_way")) if running else ""
    )  # fmt: skip
    box = (
        f'<section class="ev-verdict unfinished"><h3>{_sign("unfinished")}'
        f"{put(lang, 'state_unfinished')}</h3><p>{esc(said)}</p>{again}</section>"
    )
    return _article(run, head_html(run, lang) + box, lang)


def _article(run: Run, inside: str, lang: Lang) -> str:
    return f'<article class="ev-run"{attributes(lang=lang, data_run=run.name)}>{inside}</article>'


def head_html(run: Run, lang: Lang) -> str:
    """The way back, and what the run is."""
    config = run.config
    named = say(lang, "run_title", suite=suite_says(config.suite, lang), when=moment(config.started, lang))
    about = [
        say(
            lang, "run_about", llm=backend(config.llm, lang), embedder=config.embedder, program=config.program
        )
    ]
    if config.repeat > 1:
        about.append(say(lang, "run_repeat", n=config.repeat))
    own = own_files(run)
    if own:
        about.append(say(lang, "run_own", files=", ".join(path.name for path in own)))
    return back(lang) + title(named) + quiet(esc(" ".join(about)))


def _sign(state: str) -> str:
    return f'<span class="ev-sign" aria-hidden="true">{SIGNS[state]}</span> '


# ── the verdict ───────────────────────────────────────────────────────────────────────────────


def _verdict(content: Content, lang: Lang) -> str:
    found = content.verdict
    state = found.state if found is not None else "none"
    if found is None:
        parts = [f"<h3>{_passed(content, lang)}</h3>", _counts(content, lang, put(lang, "state_none"))]
    else:
        counted = f"<strong>{_passed(content, lang)}</strong>"
        parts = [
            f"<h3>{_sign(state)}{put(lang, f'state_{state}')}</h3>",
            _counts(content, lang, counted),
        ]
        parts.append(f"<p>{put(lang, f'means_{state}')}</p>")
        parts.append(items(map(esc, _grounds(content, lang)), "ev-grounds"))
        if found.lost:
            ids = ", ".join(found.lost[:NAMED]) + (" …" if len(found.lost) > NAMED else "")
            parts.append(f"<p>{put(lang, 'lost_since', n=len(found.lost), ids=ids)}</p>")
    return f'<section class="ev-verdict {state}">{"".join(parts)}</section>'


def _passed(content: Content, lang: Lang) -> str:
    """How many cases passed, of those that can be judged."""
    from evals.report.numbers import quantity

    summary = content.summary
    judged = summary["passed"] + summary["failed"]
    said = say(lang, "passed_of", passed=summary["passed"], n=judged)
    share = f" ({quantity(summary['passed'] / judged, 'share', lang)})" if judged else ""
    return esc(f"{said}{share}")


def _counts(content: Content, lang: Lang, first: str) -> str:
    """``first`` (HTML), then the cases that are neither passed nor failed."""
    summary, told = content.summary, []
    if summary["errors"] or summary["empty"]:
        told.append(say(lang, "apart", errors=summary["errors"], empty=summary["empty"]))
    if unjudged := len(content.in_state("unjudged")):
        told.append(say(lang, "unjudged", n=unjudged))
    if content.config.skipped:
        told.append(say(lang, "left_out", n=content.config.skipped))
    return f"<p>{first}. {esc(' '.join(told))}</p>"


def _grounds(content: Content, lang: Lang) -> Iterable[str]:
    from evals.report.numbers import quantity
    from evals.report.words import short

    assert content.verdict is not None
    for reason in content.verdict.broken:
        yield _in_russian(reason) if lang == "ru" else reason
    for name, told in content.verdict.failed.items():
        bar, about = content.bar(name), content.summary["metrics"].get(name)
        limit = content.limit(name)
        if bar is None or limit is None or about is None:
            yield f"{short(name, lang)}: {told}"
            continue
        worse = about["low"] if bar.better == "higher" else about["high"]
        ends = (quantity(each, about["unit"], lang) for each in (worse, limit))
        yield say(lang, "below", metric=short(name, lang), **dict(zip(("found", "bar"), ends, strict=True)))


def _in_russian(reason: str) -> str:
    from evals.report.words import BROKEN_RU

    for pattern, words in BROKEN_RU:
        match = re.fullmatch(pattern, reason, re.DOTALL)
        if match:
            return match.expand(words)
    return reason


# ── files, and the way to a comparison ────────────────────────────────────────────────────────


def _files(run: Run, others: Sequence[Kept], lang: Lang) -> str:
    def address(name: str, **more: str) -> str:
        return f"{FILES}/{run.name}/{name}?{urlencode({'lang': lang, **more})}"

    outside = f'<span class="ev-sr"> ({put(lang, "new_page")})</span>'
    page, saved = (attributes(href=address("report.html", **more)) for more in ({}, {"save": "1"}))
    links = [
        f'<a class="ev-button primary"{page} target="_blank" rel="noopener">{put(lang, "report")}{outside}'
        "</a>",
        f'<a class="ev-button" download{saved}>{put(lang, "report_save")}</a>',
        f'<a class="ev-button" download{attributes(href=address("answers.csv"))}>{put(lang, "csv")}</a>',
    ]
    return f'<div class="ev-files">{"".join(links)}{_against(run, others, lang)}</div>'


def _against(run: Run, others: Sequence[Kept], lang: Lang) -> str:
    if not others:
        return ""
    options = "".join(
        f"<option{attributes(value=each.name)}>{esc(moment(each.started, lang))} · {esc(each.llm)} · "
        f"{each.passed}/{each.passed + each.failed}</option>"
        for each in others
    )
    return (
        f'<span class="ev-against"><label class="ev-field"><span>{put(lang, "against")}</span>'
        f'<select name="against" data-key="against">{options}</select></label>'
        f"{button(say(lang, 'against_go'), 'against', data_run=run.name, data_key='against-go')}</span>"
    )


# ── figures ───────────────────────────────────────────────────────────────────────────────────


def _figures(content: Content, lang: Lang) -> str:
    heads = [say(lang, key) for key in ("figure", "value", "interval", "threshold")]
    rows = [
        [figure_name(name, lang), *_cells(about, lang), _bar(content, name, about, lang)]
        for name, about in content.summary["metrics"].items()
    ]
    if content.baseline is None:
        heads, rows = heads[:-1], [row[:-1] for row in rows]
    made = table(say(lang, "figures"), heads, rows, "ev-figures")
    return (
        f'<section><h3>{put(lang, "figures")}</h3><p class="ev-quiet">{put(lang, "figures_about")}</p>{made}'
        f"</section>"
    )


def figure_name(name: str, lang: Lang) -> str:
    """A figure's name with the sentence that explains it."""
    from evals.report.words import sentence, short

    return f'<b>{esc(short(name, lang))}</b><span class="ev-quiet">{esc(sentence(name, lang))}</span>'


def _cells(about: Mapping[str, Any], lang: Lang) -> list[str]:
    from evals.report.numbers import interval, quantity

    value = f"<b>{esc(quantity(about['value'], about['unit'], lang))}</b>"
    return [
        value,
        f"{esc(interval(about, about['unit'], lang))} <span class='ev-quiet'>n = {about['n']}</span>",
    ]


def _bar(content: Content, name: str, about: Mapping[str, Any], lang: Lang) -> str:
    from evals.report.numbers import quantity

    bar, limit = content.bar(name), content.limit(name)
    if bar is None or limit is None:
        return ""
    key = "at_least" if bar.better == "higher" else "at_most"
    failed = content.verdict is not None and name in content.verdict.failed
    sign = "✗ " if failed else ""
    said = f"{sign}{say(lang, key, bar=quantity(limit, about['unit'], lang))}"
    return f'<span class="{"ev-bad" if failed else ""}">{esc(said)}</span>'


def _groups(content: Content, lang: Lang) -> str:
    heads = [say(lang, key) for key in ("category", "col_cases", "col_passed", "col_errors")]
    groups = list(content.summary["categories"].items())
    spoken = content.summary["langs"].items()
    groups += [(say(lang, f"lang_{code}"), about) for code, about in spoken if len(spoken) > 1]
    rows = [
        [
            esc(name),
            str(about["n"]),
            f"{about['passed']} / {about['passed'] + about['failed']} {_share(about)}",
            str(about["errors"] + about["empty"]),
        ]
        for name, about in groups
    ]
    made = table(say(lang, "categories"), heads, rows, "ev-groups")
    return fold(f"<h3>{put(lang, 'categories')}</h3>", made, "groups", open=True)


def _share(about: Mapping[str, Any]) -> str:
    """How much of it passed, as a bar; the numbers beside it say the same."""
    judged = about["passed"] + about["failed"]
    if not judged:
        return ""
    share = f"width:{100 * about['passed'] / judged:.0f}%"
    return f'<span class="ev-share" aria-hidden="true"><i style="{share}"></i></span>'

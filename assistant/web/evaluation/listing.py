"""The table of a home's runs, and who answers a suite best -> HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from assistant.model import Lang
from assistant.web.escape import esc
from assistant.web.evaluation.kept import Kept
from assistant.web.evaluation.markup import (
    attributes,
    button,
    fold,
    moment,
    put,
    quiet,
    short_backend,
    table,
    tag,
)
from assistant.web.evaluation.suites import suite_says
from assistant.web.evaluation.words import say

if TYPE_CHECKING:
    from evals.leaderboard import Entry

AT_ONCE = 20
_TONES = {"passed": "good", "failed": "bad", "broken": "warn"}
_SIGNS = {"passed": "✓", "failed": "✗", "broken": "!"}
_HEADS = tuple(
    f"col_{name}" for name in ["suite", "cases", "passed", "errors", "gate", "backend", "embedder", "pick"]
)


def runs_html(
    runs: Sequence[Kept], lang: Lang, *, shown: int, running: Collection[str], may_start: bool
) -> str:
    """The newest ``shown`` runs. running: names of those under way."""
    head = f'<h3 id="ev-runs">{put(lang, "runs")}</h3>'
    if not runs:
        key = "runs_none" if may_start else "runs_none_yet"
        return (
            f'<section class="ev-runs" lang="{lang}">{head}<p class="ev-quiet">{put(lang, key)}</p></section>'
        )
    heads = [say(lang, key) for key in _HEADS]
    rows = [_row(each, lang, running=each.name in running, may_start=may_start) for each in runs[:shown]]
    parts = [head, table(say(lang, "runs"), heads, rows, "ev-list"), _pair(lang)]
    if len(runs) > shown:
        words = say(lang, "more_runs", n=len(runs) - shown)
        parts.append(button(words, "earlier", "small", data_key="earlier"))
    return f'<section class="ev-runs" lang="{lang}" aria-labelledby="ev-runs">{"".join(parts)}</section>'


def _row(run: Kept, lang: Lang, *, running: bool, may_start: bool) -> list[str]:
    name = suite_says(run.suite, lang)
    link = (
        f'<a class="ev-open"{attributes(href=f"?tab=evaluation&run={run.name}", data_run=run.name)}'
        f' aria-label="{put(lang, "open_named", run=run.name)}">{esc(name)}</a>'
    )
    when = esc(moment(run.started, lang))
    title = f'{link}<span class="ev-quiet">{when} · <code>{esc(run.suite)}</code></span>'
    cases = str(run.cases) + (f" {say(lang, 'repeats_short', n=run.repeat)}" if run.repeat > 1 else "")
    about = [esc(short_backend(run.llm, lang)), esc(run.embedder)]
    if not run.whole:
        return [title, cases, _state(run, lang, running=running, may_start=may_start), "", "", *about, ""]
    judged = run.passed + run.failed
    return [
        title,
        cases,
        f"<b>{run.passed}</b> / {judged}",
        str(run.errors + run.empty),
        gate_html(run.gate, lang),
        *about,
        _pick(run, lang),
    ]


def _state(run: Kept, lang: Lang, *, running: bool, may_start: bool) -> str:
    if running:
        return tag(say(lang, "under_way"))
    again = (
        button(say(lang, "go_on"), "resume", "small", data_run=run.name, data_key=f"resume-{run.name}",
               aria_label=say(lang, "go_on_named", run=run.name))
        if may_start
        else ""
    )  # fmt: skip
    return f"{tag(say(lang, 'unfinished', done=run.done, total=run.total), 'warn')} {again}"


def gate_html(gate: str | None, lang: Lang) -> str:
    """The gate's verdict in a cell."""
    if gate is None:
        return f'<span class="ev-quiet">{put(lang, "gate_none")}</span>'
    return tag(f"{_SIGNS[gate]} {say(lang, f'gate_{gate}')}", _TONES[gate])


def _pick(run: Kept, lang: Lang) -> str:
    name = say(lang, "pick_named", run=run.name)
    box = attributes(type="checkbox", data_pick=run.name, data_suite=run.suite, aria_label=name)
    return f'<label class="ev-pick"><input{box}></label>'


def _pair(lang: Lang) -> str:
    """What compares the two that are ticked."""
    hints = attributes(
        data_hint=say(lang, "compare_hint"), data_suites=say(lang, "compare_suites"), id="ev-pair-hint"
    )
    made = button(
        say(lang, "compare"), "pair", disabled=True, data_key="pair", aria_describedby="ev-pair-hint"
    )
    return (
        f'<div class="ev-pair">{made}<span class="ev-quiet"{hints}>{put(lang, "compare_hint")}</span></div>'
    )


# ── the leaderboard ───────────────────────────────────────────────────────────────────────────


def board_html(entries: Sequence[Entry], suites: Sequence[str], chosen: str, lang: Lang) -> str:
    """Backends and embedders of a suite, the best first. suites: those with a finished run."""
    if not suites:
        return f'<div lang="{lang}"></div>'
    options = "".join(
        f"<option{attributes(value=each, selected=each == chosen)}>{esc(suite_says(each, lang))}</option>"
        for each in suites
    )
    choice = (
        f'<label class="ev-field"><span>{put(lang, "board_suite")}</span>'
        f'<select data-board="1" data-key="board">{options}</select></label>'
    )
    inside = quiet(put(lang, "board_lead")) + choice + _entries(entries, lang)
    return fold(put(lang, "board"), inside, "board-open", "ev-board", lang=lang)


def _entries(entries: Sequence[Entry], lang: Lang) -> str:
    from evals.report.numbers import quantity
    from evals.report.words import short

    if not entries:
        return f'<p class="ev-quiet">{put(lang, "board_none")}</p>'
    names = [name for name, about in entries[0].metrics.items() if about["gating"] and name != "passed"][:6]
    heads = [
        say(lang, "board_place"),
        say(lang, "col_backend"),
        say(lang, "col_embedder"),
        say(lang, "col_passed"),
    ]
    rows = []
    for place, entry in enumerate(entries, 1):
        figures = (entry.metrics.get(name) for name in names)
        link = (
            f'<a class="ev-open"{attributes(href=f"?tab=evaluation&run={entry.run}", data_run=entry.run)}>'
            f"{esc(short_backend(entry.llm, lang))}</a>"
        )
        rows.append(
            [
                str(place),
                link,
                esc(entry.embedder),
                esc(quantity(entry.passed, "share", lang)),
                *(esc(quantity(about["value"], about["unit"], lang)) if about else "—" for about in figures),
            ]
        )
    return table(say(lang, "board"), [*heads, *(short(name, lang) for name in names)], rows)

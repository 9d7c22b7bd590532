"""The form that starts a run, with a person's own cases and all that is wrong in them -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.model import Lang
from assistant.web.escape import attributes, esc
from assistant.web.evaluation.brought import KINDS, MOST_BYTES, Brought, told
from assistant.web.evaluation.jobs import MOST_REPEAT
from assistant.web.evaluation.markup import backend, button, fold, items, lasting, put, table
from assistant.web.evaluation.suites import EXTRACTIVE, Suite, backends, missing_extras
from assistant.web.evaluation.words import say

if TYPE_CHECKING:
    from assistant.settings import Settings
    from evals.tables import Problem

PROBLEMS_AT_ONCE = 100


def start_html(
    settings: Settings,
    suites: Sequence[Suite],
    lang: Lang,
    *,
    chosen: tuple[str, str, str],
    own: Brought | None,
    busy: bool,
) -> str:
    """The form. chosen: (suite, backend, repetitions) as they stand; busy: a run is under way."""
    suite, llm, repeat = chosen
    parts = [
        f"<h3>{put(lang, 'start_heading')}</h3>",
        extras_html(lang),
        _suites(suites, suite, llm, lang),
        _own(own, lang),
        '<div class="ev-row">',
        _backends(settings, llm, lang),
        _repeat(repeat, lang),
        "</div>",
        _go(own, lang, busy=busy),
    ]
    return f'<form class="ev-start" lang="{lang}" data-form="1">{"".join(parts)}</form>'


def not_yours_html(lang: Lang) -> str:
    """Why this reader starts none."""
    return f'<p class="ev-quiet ev-start" lang="{lang}">{put(lang, "not_yours")}</p>{extras_html(lang)}'


def extras_html(lang: Lang) -> str:
    """What of the extra is not installed, what does not work for want of it, and the remedy."""
    missing = missing_extras()
    if not missing:
        return ""
    what = " ".join(say(lang, f"missing_{name}") for name in missing)
    said = f"{say(lang, 'missing', names=', '.join(missing))} {what} {say(lang, 'missing_how')}"
    return f'<p class="ev-warn" lang="{lang}">{esc(said)}</p>'


def _suites(suites: Sequence[Suite], chosen: str, llm: str, lang: Lang) -> str:
    choices = "".join(_suite(each, chosen, llm, lang) for each in suites)
    return f'<fieldset class="ev-suites"><legend>{put(lang, "suite")}</legend>{choices}</fieldset>'


def _suite(suite: Suite, chosen: str, llm: str, lang: Lang) -> str:
    box = attributes(
        type="radio",
        name="suite",
        value=suite.name,
        checked=suite.name == chosen,
        data_key=f"suite-{suite.name}",
    )
    about = []
    if suite.cases:
        about.append(say(lang, "cases_n", n=suite.cases))
        about.append(
            lasting(suite.cases * suite.seconds, "about", lang)
            if llm == EXTRACTIVE
            else say(lang, "about_model")
        )
        if suite.skipped:
            about.append(say(lang, "skipped", n=suite.skipped))
    else:
        key = "cases_none" if suite.skipped else "cases_none_at_all"
        about.append(say(lang, key, skipped=suite.skipped))
    return (
        f'<label class="ev-suite"><input{box}><span><b>{esc(suite.says[lang])}</b> '
        f"<code>{esc(suite.name)}</code>"
        f'<span class="ev-quiet">{esc(" · ".join(about))}</span></span></label>'
    )


def _backends(settings: Settings, chosen: str, lang: Lang) -> str:
    options = "".join(
        f"<option{attributes(value=each, selected=each == chosen)}>{esc(backend(each, lang))}</option>"
        for each in backends(settings)
    )
    return (
        f'<label class="ev-field"><span>{put(lang, "llm")}</span>'
        f'<select name="llm" data-key="llm">{options}</select></label>'
    )


def _repeat(value: str, lang: Lang) -> str:
    box = attributes(
        type="number", name="repeat", min=1, max=MOST_REPEAT, step=1, value=value, data_key="repeat",
        aria_describedby="ev-repeat-hint",
    )  # fmt: skip
    return (
        f'<label class="ev-field"><span>{put(lang, "repeat")}</span><input{box}></label>'
        f'<p class="ev-quiet ev-hint" id="ev-repeat-hint">{put(lang, "repeat_hint")}</p>'
    )


def _go(own: Brought | None, lang: Lang, *, busy: bool) -> str:
    bad = own is not None and bool(own.errors)
    made = button(
        say(lang, "start_after" if busy else "start"),
        "start",
        "primary",
        disabled=bad or "ir_measures" in missing_extras(),
        data_key="start",
        aria_describedby="ev-checked" if bad else None,
    )
    return f'<div class="ev-go">{made}</div>'


# ── a person's own cases ──────────────────────────────────────────────────────────────────────


def _own(own: Brought | None, lang: Lang) -> str:
    words = {
        "data_kind": say(lang, "own_kind", name="{name}", kinds=", ".join(KINDS)),
        "data_large": say(lang, "own_large", mb=MOST_BYTES // 1_000_000),
        "data_sending": say(lang, "own_sending"),
        "data_failed": say(lang, "own_failed"),
    }
    box = attributes(
        type="file", id="ev-own", accept=",".join(KINDS), multiple=True, data_most=MOST_BYTES, data_key="own",
        aria_describedby="ev-own-lead", **words,
    )  # fmt: skip
    return (
        f'<fieldset class="ev-own"><legend>{put(lang, "own")}</legend>'
        f'<p class="ev-quiet" id="ev-own-lead">{put(lang, "own_lead")}</p>'
        f'<label class="ev-file"><input{box}><span class="ev-button">{put(lang, "own_choose")}</span></label>'
        f'<p class="ev-sending" role="status"></p>{_columns(lang)}{_checked(own, lang)}</fieldset>'
    )


def _columns(lang: Lang) -> str:
    """The headings that a file of cases may have, from the program's own table of them."""
    from evals.tables import COLUMNS

    names = items(
        f"<code>{esc(each.in_(lang))}</code>{' — ' + put(lang, 'own_required') if each.required else ''}"
        for each in COLUMNS.values()
    )
    return fold(put(lang, "own_columns"), names, "columns", "ev-columns")


def _checked(own: Brought | None, lang: Lang) -> str:
    if own is None:
        return ""
    errors, others = own.errors, [each for each in own.problems if each.level != "error"]
    key, count = ("own_bad", len(errors)) if errors else ("own_good", own.cases)
    said = put(lang, key, files=own.names, n=count)
    tone, role = ("ev-bad", "alert") if errors else ("ev-good", "status")
    parts = [f'<p class="{tone}" role="{role}" tabindex="-1" id="ev-checked">{said}</p>']
    if errors:
        parts.append(_problems(errors, own, lang))
    if others:
        head = put(lang, "own_look", n=len(others))
        parts.append(fold(head, _problems(others, own, lang), "look"))
    parts.append(button(say(lang, "own_drop"), "drop", "small", data_key="drop"))
    return "".join(parts)


def _problems(problems: Sequence[Problem], own: Brought, lang: Lang) -> str:
    heads = [say(lang, key) for key in ("problem_place", "problem_what", "problem_file")]
    rows = [
        [
            _place(each, lang),
            esc(told(each, own.files, each.ru if lang == "ru" else each.en)),
            esc(each.file.name),
        ]
        for each in problems[:PROBLEMS_AT_ONCE]
    ]
    more = len(problems) - PROBLEMS_AT_ONCE
    rest = f'<p class="ev-quiet">{put(lang, "own_more", n=more)}</p>' if more > 0 else ""
    return table(say(lang, "problem_what"), heads, rows, "ev-problems") + rest


def _place(problem: Problem, lang: Lang) -> str:
    from evals.tables import COLUMNS

    parts = []
    if problem.row is not None:
        parts.append(say(lang, "row", n=problem.row))
    named = problem.heading or (COLUMNS[problem.column].in_(lang) if problem.column in COLUMNS else None)
    if named is not None:
        parts.append(say(lang, "column", name=named))
    return esc(", ".join(parts) or say(lang, "whole_file"))

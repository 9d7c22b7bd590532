"""A run -> one HTML file for people who do not program: verdict first, then figures, charts and failures.

The file is whole in itself: its style and script are inside and allowed by their hashes, everything else is
forbidden to it, so that it opens from a disk and asks nobody for anything. What cases and answers say is
text, never markup. It takes only what the run's folder holds.

>>> html = html_report(Run.open(folder), "ru")
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from assistant.model import Lang
from evals.gate import Baseline, Verdict
from evals.report.cards import cases, review_template
from evals.report.charts import charts
from evals.report.content import STATES, Content, gather
from evals.report.ending import ending
from evals.report.markup import esc, tag
from evals.report.overview import changes, head, verdict
from evals.report.tables import figures, groups, judges
from evals.report.words import say
from evals.runs import Run

__all__ = ["html_report"]


def html_report(
    run: Run,
    lang: Lang,
    against: Run | None = None,
    *,
    gate: Verdict | None = None,
    baseline: Baseline | None = None,
) -> str:
    """A whole run as a page. Raises InputError for one that is not, or that shares no case with ``against``.

    against: an earlier run, to show what changed. baseline: what the gate compares with, by default what is
    shipped for the suite; gate: its verdict, by default made here. Give both where the baseline is another.
    """
    content = gather(run, lang, against, gate, baseline)
    body = [
        head(content),
        verdict(content),
        changes(content),
        figures(content),
        groups(content, "categories"),
        groups(content, "langs"),
        charts(content),
        _cases(content),
        judges(content),
        ending(content),
    ]
    return _page(content, tag("main", "".join(body)))


def _page(content: Content, body: str) -> str:
    style, script = _file("report.css"), _file("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = say(content.lang, "title", suite=content.config.suite)
    inside = "".join((
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="data:,">',
        tag("title", f"{esc(title)} · {esc(content.run)}"),
        f"<style>{style}</style>",
    ))  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="{content.lang}"><head>{inside}</head>'
        f'<body data-run="{esc(content.run)}" data-cases="{esc(content.config.hashes.get("cases", ""))}">'
        f"{body}<script>{script}</script></body></html>\n"
    )


@lru_cache(maxsize=2)
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _cases(content: Content) -> str:
    heading = tag("h2", esc(say(content.lang, "cases")), id="cases")
    body = heading + _review(content) + _filter(content) + cases(content) + review_template(content.lang)
    return tag("section", body, aria_labelledby="cases", klass="cases")


def _filter(content: Content) -> str:
    """The box that narrows the cases; without the page's script there is none."""
    lang = content.lang
    states = [(state, say(lang, f"list_{state}")) for state in STATES if content.in_state(state)]
    changed = [
        (change, say(lang, f"now_{change}"))
        for change in ("lost", "won")
        if any(entry.change == change for entry in content.entries)
    ]
    categories = sorted({entry.case.category for entry in content.entries})
    langs = sorted({entry.case.lang for entry in content.entries})
    parts = [
        _choice("state", say(lang, "state"), say(lang, "any_state"), [*states, *changed]),
        _choice("category", say(lang, "category"), say(lang, "any_category"), [(x, x) for x in categories]),
        _choice(
            "lang", say(lang, "lang"), say(lang, "any_lang"), [(x, say(lang, f"lang_{x}")) for x in langs]
        ),
        _field(say(lang, "with_words"), '<input type="search" id="filter-words">'),
    ]
    shown = tag("p", "", id="shown", role="status", data_text=say(lang, "found_n", shown="{shown}", n="{n}"))
    box = tag("fieldset", tag("legend", esc(say(lang, "show"))) + "".join(parts))
    return tag("div", box + shown, klass="filter scripted")


def _choice(key: str, name: str, every: str, values: list[tuple[str, str]]) -> str:
    options = tag("option", esc(every), value="")
    options += "".join(tag("option", esc(shown), value=value) for value, shown in values)
    return _field(name, tag("select", options, id=f"filter-{key}"))


def _field(name: str, control: str) -> str:
    return tag("label", tag("span", esc(name)) + control)


def _review(content: Content) -> str:
    """Who reviews, how many cases are marked, and the file of marks."""
    lang = content.lang
    separator = ";" if lang == "ru" else ","
    who = _field(
        say(lang, "reviewer"), '<input type="text" id="reviewer" maxlength="200" autocomplete="name">'
    )
    button = tag("button", esc(say(lang, "download")), type="button", id="download", data_separator=separator)
    told = say(lang, "marks", accepted="{accepted}", disputed="{disputed}")
    marks = tag("p", "", id="marks", role="status", data_text=told)
    about = tag("p", esc(say(lang, "review_about")), klass="quiet")
    return tag("div", about + tag("div", who + button + marks, klass="bar"), klass="reviewing scripted")

"""Facts -> the controls that ask for them: words, unit, help, and what is wrong with an answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.eligibility.facts import Fact, fact_schema, facts
from assistant.eligibility.saying import unit_words
from assistant.eligibility.values import Value
from assistant.model import Lang
from assistant.web.eligibility.asking import of_group
from assistant.web.eligibility.case import Case
from assistant.web.eligibility.markup import button, items
from assistant.web.eligibility.words import say, wrong
from assistant.web.escape import attributes, esc

LONGEST = 120  # characters of an answer
DONT_KNOW = "unknown"
_CALENDAR = (
    '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">'
    '<rect x="1.5" y="3" width="13" height="11.5" rx="1.5"/><path d="M1.5 6.5h13M5 1v3M11 1v3"/></svg>'
)


def form_html(case: Case, ranked: Sequence[str], now: str, lang: Lang, *, decided: bool) -> str:
    """The questions on the page and the way to the next; what is left where nothing more is asked.

    ``ranked``: the facts that still matter. ``now``: the verdict in a line of HTML, for pages where the
    questions stand far from it. ``decided``: whether answers have settled everything.
    """
    count = f'<p class="el-quiet">{esc(say(lang, "left", n=len(ranked)))}</p>' if ranked else ""
    body = _asked(case, ranked, lang) if case.asked else ""
    if not (case.asked and ranked):
        body += _nothing(ranked, decided, lang)
    title = esc(say(lang, "questions"))
    focus = attributes(data_focus=case.focus == "questions")
    return (
        f'<section class="el-form" lang="{lang}" data-left="{len(ranked)}" aria-labelledby="el-questions">'
        f'<h3 id="el-questions" tabindex="-1"{focus}>{title}</h3><p class="el-now">{now}</p>'
        f"{count}{body}</section>"
    )


def _asked(case: Case, ranked: Sequence[str], lang: Lang) -> str:
    group = fact_schema().groups[facts()[case.asked[0]].group].in_(lang)
    asked = "".join(question_html(facts()[name], case, lang, "q") for name in case.asked)
    open_ = [name for name in ranked if name not in case.unknown]
    unanswered = any(name in open_ for name in case.asked)
    rest = [name for name in open_ if name not in case.asked]
    if not ranked:
        return f'<h4 class="el-group">{esc(group)}</h4>{asked}'
    if rest:
        like = of_group(rest, case.asked[0])
        following = fact_schema().groups[facts()[(like or rest)[0]].group].in_(lang)
        words = say(lang, "skip_group" if unanswered else "next_group", group=following)
    else:
        words = say(lang, "skip_finish" if unanswered else "finish")
    on = button(words, "next", css="tool" if unanswered else "tool primary")
    return f'<h4 class="el-group">{esc(group)}</h4>{asked}<p>{on}</p>'


def _nothing(ranked: Sequence[str], decided: bool, lang: Lang) -> str:
    if not ranked:
        return f'<p class="el-done">{esc(say(lang, "asked_out" if decided else "asked_out_unheld"))}</p>'
    lines = [
        f"{esc(facts()[name].in_(lang))} "
        f"{button(say(lang, 'answer_it'), 'ask', fact=name, aria_label=_named('answer_it', name, lang))}"
        for name in ranked
    ]
    return f"<p>{esc(say(lang, 'asked_out_open'))}</p>{items(lines, 'el-unanswered')}"


def _named(key: str, name: str, lang: Lang) -> str:
    return f"{say(lang, key)}: {facts()[name].in_(lang)}"


def question_html(fact: Fact, case: Case, lang: Lang, place: str) -> str:
    """One question. ``place``: tells its ids from those of the same question elsewhere on the page."""
    key = f"{place}-{fact.id}"
    value, typed = case.profile.values.get(fact.id), case.wrong.get(fact.id)
    unknown = fact.id in case.unknown and value is None
    described = f"el-{key}-help" + (f" el-{key}-wrong" if typed is not None else "")
    help_ = f'<p class="el-help" id="el-{key}-help">{esc(fact.help(lang))}{_hint(fact, lang)}</p>'
    told = (
        f'<p class="el-wrong" id="el-{key}-wrong" role="alert">{esc(wrong(fact, typed, lang))}</p>'
        if typed is not None
        else ""
    )
    focus = case.focus == key
    if fact.type in ("bool", "choice"):
        control = _radios(fact, key, value, unknown, focus, lang)
        name = f"<legend>{esc(fact.in_(lang))}</legend>"
        return (
            f'<fieldset class="el-q" data-fact="{fact.id}" aria-describedby="{described}">'
            f"{name}{help_}{control}{told}</fieldset>"
        )
    control = _box(fact, key, value, typed, described, focus, lang)
    name = f'<label for="el-{key}">{esc(fact.in_(lang))}</label>'
    return f'<div class="el-q" data-fact="{fact.id}">{name}{help_}{control}{told}</div>'


def _hint(fact: Fact, lang: Lang) -> str:
    if fact.type in ("bool", "choice", "region"):
        return ""
    return f" <span>({esc(say(lang, f'hint_{fact.type}'))})</span>"


def _radios(fact: Fact, key: str, value: Value | None, unknown: bool, focus: bool, lang: Lang) -> str:
    choices = [("yes", say(lang, "yes")), ("no", say(lang, "no"))]
    if fact.type == "choice":
        choices = [(option.id, option.in_(lang)) for option in fact.options]
    given = next(iter(value.known)) if value is not None and isinstance(value.known, frozenset) else ""
    given = DONT_KNOW if unknown else given
    made = []
    for place, (code, words) in enumerate([*choices, (DONT_KNOW, say(lang, "dont_know"))]):
        box = attributes(
            type="radio",
            name=f"el-{key}",
            value=code,
            checked=code == given,
            data_answer=fact.id,
            data_key=f"{key}-{code}",
            data_focus=focus and (code == given or (not given and place == 0)),
        )
        made.append(f"<label><input{box}> {esc(words)}</label>")
    return f'<div class="el-choices {fact.type}">{"".join(made)}</div>'


def _box(
    fact: Fact, key: str, value: Value | None, typed: str | None, described: str, focus: bool, lang: Lang
) -> str:
    box = attributes(
        type="text",
        id=f"el-{key}",
        value=value.text if typed is None and value else typed or "",
        maxlength=LONGEST,
        inputmode="decimal" if fact.type in ("percent", "money", "number") else None,
        autocomplete="off",
        aria_describedby=described,
        aria_invalid=None if typed is None else "true",
        data_answer=fact.id,
        data_key=key,
        data_focus=focus,
    )
    unit = unit_words(fact, lang)
    after = f'<span class="el-unit">{esc(unit)}</span>' if unit else ""
    if fact.type == "date":
        name = esc(say(lang, "calendar", fact=fact.in_(lang)))
        after = (
            f'<span class="el-calendar"><button type="button" class="tool" data-calendar="el-{key}" '
            f'aria-label="{name}" title="{name}">{_CALENDAR}</button>'
            f'<input type="date" tabindex="-1" aria-hidden="true"></span>'
        )
    unsure = (
        ""
        if value
        else button(
            say(lang, "dont_know"), "unknown", fact=fact.id, aria_label=_named("dont_know", fact.id, lang)
        )
    )
    return f'<div class="el-box {fact.type}"><input{box}>{after}{unsure}</div>'

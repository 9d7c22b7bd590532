"""The cases of an opened run, failures first: question, why, expected beside found, answer -> HTML.

Everything a case or an answer says is foreign text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.model import Lang
from assistant.web.escape import attributes, esc
from assistant.web.evaluation.markup import button, fold, items, put, tag
from assistant.web.evaluation.words import say
from assistant.web.plain import shorten

if TYPE_CHECKING:
    from evals.case import EvalCase, Target
    from evals.outcome import Outcome
    from evals.report.content import Asked, Content, Entry

AT_ONCE = 25
OPEN_AT_ONCE = 3
QUOTED = 500  # characters of a quotation
BRIEF = 140  # of a question in a folded case
STATES = ("failed", "error", "empty", "unjudged", "passed")
MARKS = {"failed": "✗", "error": "!", "empty": "○", "unjudged": "–", "passed": "✓"}
TONES = {"failed": "bad", "error": "warn", "empty": "warn", "unjudged": "", "passed": "good"}


@dataclass(slots=True)
class Wanted:
    """Which cases are shown, and how many."""

    state: str = ""
    category: str = ""
    words: str = ""
    shown: int = AT_ONCE

    def fits(self, entry: Entry) -> bool:
        """Whether a case is one of them."""
        case = entry.case
        if self.state not in ("", entry.state) or self.category not in ("", case.category):
            return False
        text = " ".join([case.id, case.question, *(each.outcome.answer for each in entry.asked)]).casefold()
        return all(word in text for word in self.words.casefold().split())


def filter_html(content: Content, wanted: Wanted, lang: Lang) -> str:
    """What narrows the cases."""
    states = [("", say(lang, "any_state"))]
    for state in STATES:
        if found := content.in_state(state):  # type: ignore[arg-type]
            states.append((state, say(lang, f"many_{state}", n=len(found))))
    categories = [("", say(lang, "any_category"))]
    categories += [(name, name) for name in sorted({entry.case.category for entry in content.entries})]
    words = attributes(
        type="search", data_filter="words", value=wanted.words, data_key="f-words", maxlength=200
    )
    return (
        f'<div class="ev-filter" lang="{lang}" role="search" aria-label="{put(lang, "filter")}">'
        f'<h3 id="ev-cases">{put(lang, "cases")}</h3>'
        f"{_choice('state', states, wanted.state, lang)}"
        f"{_choice('category', categories, wanted.category, lang)}"
        f'<label class="ev-field"><span>{put(lang, "filter_words")}</span><input{words}></label></div>'
    )


def _choice(name: str, values: Sequence[tuple[str, str]], chosen: str, lang: Lang) -> str:
    options = "".join(
        f"<option{attributes(value=value, selected=value == chosen)}>{esc(words)}</option>"
        for value, words in values
    )
    return (
        f'<label class="ev-field"><span>{put(lang, f"filter_{name}")}</span>'
        f'<select data-filter="{name}" data-key="f-{name}">{options}</select></label>'
    )


def cases_html(content: Content, wanted: Wanted, lang: Lang) -> str:
    """The cases that are wanted, failures first."""
    ordered = [entry for state in STATES for entry in content.in_state(state)]  # type: ignore[arg-type]
    found = [entry for entry in ordered if wanted.fits(entry)]
    shown = found[: wanted.shown]
    cards = "".join(
        card_html(entry, lang, opened=place < OPEN_AT_ONCE and entry.state == "failed")
        for place, entry in enumerate(shown)
    )
    said = say(lang, "shown", n=len(shown), total=len(found)) if found else say(lang, "none_fit")
    more = button(say(lang, "more_cases"), "more", data_key="more") if len(found) > len(shown) else ""
    count = f'<p class="ev-quiet" role="status">{esc(said)}</p>'
    return f'<div class="ev-cases" lang="{lang}">{count}{cards}{more}</div>'


def card_html(entry: Entry, lang: Lang, *, opened: bool) -> str:
    """One case."""
    case, state = entry.case, entry.state
    reasons = list(dict.fromkeys(said for asked in entry.asked for said in reasons_of(asked, lang)))
    brief = f'<span class="ev-brief" lang="{case.lang}">{esc(shorten(case.question, BRIEF))}</span>'
    first = f'<span class="ev-first">{esc(shorten(reasons[0], BRIEF))}</span>' if reasons else ""
    head = f"{tag(f'{MARKS[state]} ' + say(lang, f'is_{state}'), TONES[state])} {brief}{first}"
    body = [_about(case, lang)]
    for asked in entry.asked:
        if len(entry.asked) > 1:
            body.append(f"<h5>{put(lang, 'nth', n=asked.outcome.repeat + 1)}</h5>")
        body.append(_asked(case, asked, lang))
    inside = f'<div class="ev-body">{"".join(body)}</div>'
    return fold(head, inside, f"case-{case.id}", f"ev-case {state}", data_case=case.id, open=opened)


def reasons_of(asked: Asked, lang: Lang) -> list[str]:
    """Why an answer did not pass, in sentences."""
    from evals.reasons import reason_text

    return [reason_text(raw, lang) for raw in asked.line["reasons"]]


def _about(case: EvalCase, lang: Lang) -> str:
    told = [case.category]
    if case.as_of:
        told.append(say(lang, "as_of", date=case.as_of))
    if case.note:
        told.append(say(lang, "case_note", note=case.note))
    return (
        f'<p class="ev-question" lang="{case.lang}">{esc(case.question)}</p>'
        f'<p class="ev-quiet"><code>{esc(case.id)}</code> · {esc(" · ".join(told))}</p>'
    )


def _asked(case: EvalCase, asked: Asked, lang: Lang) -> str:
    reasons = reasons_of(asked, lang)
    why = f'<p class="ev-label">{put(lang, "why")}</p>{items(map(esc, reasons), "ev-why")}' if reasons else ""
    wanted, got = expected_html(case, asked.outcome, lang), got_html(case, asked.outcome, lang)
    sides = (
        f"<div><h5>{put(lang, key)}</h5>{side}</div>" for key, side in (("expected", wanted), ("got", got))
    )
    return f'{why}<div class="ev-sides">{"".join(sides)}</div>'


# ── what was expected ─────────────────────────────────────────────────────────────────────────


def expected_html(case: EvalCase, outcome: Outcome, lang: Lang) -> str:
    """What the case wants."""
    from evals.case import VERDICTS
    from evals.metrics.expected import ENDS
    from evals.report.words import outcome_word

    searched = outcome.ended == "searched"
    parts = []
    if not searched:
        wanted = case.expect if case.expect in VERDICTS else ENDS[case.expect]
        parts.append(f"<p><b>{esc(outcome_word(wanted, lang))}</b></p>")
    if case.measure:
        parts.append(f"<p>{put(lang, 'measure', measure=case.measure)}</p>")
    if case.profile:
        facts = "; ".join(f"{name} = {value}" for name, value in case.profile.items())
        parts.append(f'<p class="ev-quiet">{put(lang, "profile", facts=facts)}</p>')
    if case.must_cite:
        needs = (_need(need, outcome, lang) for need in case.must_cite)
        parts.append(f'<p class="ev-label">{put(lang, "needs")}</p>{items(needs, "ev-needs")}')
    if case.quote:
        parts.append(
            f'<p class="ev-label">{put(lang, "quote")}</p><blockquote>{esc(case.quote)}</blockquote>'
        )
    if not searched:
        parts.append(_words("must", case.must_contain, outcome, lang, wanted=True))
        parts.append(_words("must_not", case.must_not_contain, outcome, lang, wanted=False))
    return "".join(parts)


def _need(need: Iterable[Target], outcome: Outcome, lang: Lang) -> str:
    from evals.report.cards import met_by

    targets = list(need)
    met = {met_by(target, outcome) for target in targets}
    state = "met" if "met" in met else "edition" if "edition" in met else "unmet"
    either = f" {put(lang, 'either')} "
    places = either.join(_target(target, lang) for target in targets)
    sign, tone = {"met": ("✓", "good"), "edition": ("≠", "warn"), "unmet": ("✗", "bad")}[state]
    return f"{places} {tag(f'{sign} ' + say(lang, f'need_{state}'), tone)}"


def _target(target: Target, lang: Lang) -> str:
    edition = f" ({put(lang, 'edition', edition=target.edition)})" if target.edition else ""
    return f"<code>{esc(target.ref)}</code>{edition}"


def _words(key: str, entries: Sequence[str], outcome: Outcome, lang: Lang, *, wanted: bool) -> str:
    from evals.metrics.expected import said_of
    from evals.metrics.words import holds

    if not entries:
        return ""
    said = said_of(outcome)
    told = []
    for entry in entries:
        good = holds(entry, said) == wanted
        words = f" {say(lang, 'either')} ".join(entry.split("|"))
        told.append(
            f'<span class="{"ev-good" if good else "ev-bad"}">{"✓" if good else "✗"} {esc(words)}</span>'
        )
    return f'<p class="ev-label">{put(lang, key)}</p>{items(told)}'


# ── what came out ─────────────────────────────────────────────────────────────────────────────


def got_html(case: EvalCase, outcome: Outcome, lang: Lang) -> str:
    """What the program made of it."""
    from evals.metrics.targets import names
    from evals.report.numbers import quantity
    from evals.report.words import outcome_word

    targets = [target for need in case.must_cite for target in need]
    ended = outcome_word(outcome.ended, lang)
    if outcome.verdict:
        ended = f"{ended}: {outcome_word(outcome.verdict, lang)}"
    parts = [f"<p><b>{esc(ended)}</b></p>"]
    if outcome.error:
        parts.append(f'<p class="ev-bad">{esc(outcome.error)}</p>')
    if outcome.answer:
        spoken = attributes(lang=outcome.language)
        parts.append(f'<blockquote class="ev-answer"{spoken}>{esc(outcome.answer)}</blockquote>')
    if outcome.citations:
        cited = (
            f"[{each.id}] {esc(each.label)}, {esc(shorten(each.title, 90))} "
            f"{_hit(lang) if any(names(each, target) for target in targets) else ''}"
            f"<q>{esc(shorten(each.quote, QUOTED))}</q>"
            for each in outcome.citations
        )
        parts.append(f'<p class="ev-label">{put(lang, "cited")}</p>{items(cited, "ev-cited")}')
    if outcome.found:
        ranked = "".join(
            f"<li>{_found(each.ref, each.edition, targets, lang)}</li>" for each in outcome.found
        )
        parts.append(f'<p class="ev-label">{put(lang, "ranked")}</p><ol class="ev-ranked">{ranked}</ol>')
    told = [quantity(outcome.seconds, "seconds", lang)]
    if outcome.withheld:
        told.append(say(lang, "withheld", n=outcome.withheld))
    return f'{"".join(parts)}<p class="ev-quiet">{esc(" · ".join(told))}</p>'


def _hit(lang: Lang) -> str:
    return f"<mark>✓ {put(lang, 'hit')}</mark> "


def _found(ref: str, edition: str | None, targets: Sequence[Target], lang: Lang) -> str:
    from assistant.model import stands_in

    act, _, provision = ref.partition("#")
    hit = any(
        act == target.act
        and target.edition in (None, edition)
        and (stands_in(provision, target.provision) or stands_in(target.provision, provision))
        for target in targets
    )
    told = f" ({put(lang, 'edition', edition=edition)})" if edition else ""
    return f"<code>{esc(ref)}</code>{told} {_hit(lang) if hit else ''}"

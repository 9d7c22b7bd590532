"""The numbers that matter to a measure -> sliders, and how the verdict would be with other values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.line import Span
from assistant.eligibility.measures import Measure
from assistant.eligibility.model import CheckResult
from assistant.eligibility.saying import unit_words
from assistant.eligibility.values import Value
from assistant.model import Lang
from assistant.web.eligibility.bar import said_html
from assistant.web.eligibility.case import Case
from assistant.web.eligibility.markup import button, items, mark
from assistant.web.eligibility.questions import LONGEST
from assistant.web.eligibility.verdict import tone, verdict_words
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc

SLIDING = ("percent", "money", "number")
MOST = 6  # sliders of a measure
STEPS = 100  # about as many positions a slider has


@dataclass(frozen=True, slots=True)
class Scale:
    """What a slider goes over: from nought to ``top`` in steps, with the thresholds of the measure."""

    top: Decimal
    step: Decimal
    thresholds: tuple[Decimal, ...]


def scale_of(fact: Fact, measure: Measure, value: Value | None) -> Scale:
    """The scale of a fact: per cents to 100, else to twice the largest number in question."""
    thresholds = sorted(set(_thresholds(fact, measure)))
    now = _number(value)
    if fact.type == "percent" and max([*thresholds, now or Decimal(0)]) <= 100:
        return Scale(Decimal(100), Decimal(1), tuple(thresholds))
    largest = max([*thresholds, now or Decimal(0)], default=Decimal(0)) * 2 or Decimal(STEPS)
    step = max(Decimal(1), Decimal(10) ** (largest / STEPS).adjusted())
    top = (largest / step).to_integral_value(ROUND_CEILING) * step
    return Scale(top, step, tuple(thresholds))


def _thresholds(fact: Fact, measure: Measure) -> Iterator[Decimal]:
    for criterion in measure.criteria:
        if criterion.test.fact == fact.id:
            for limit in criterion.test.thresholds:
                yield from (each for each in (limit.value, limit.min, limit.max) if each is not None)


def _number(value: Value | None) -> Decimal | None:
    """The number, or the end of a span that has one."""
    if value is None or not isinstance(value.known, Span) or not value.known.parts:
        return None
    ends = [cut[0] for part in value.known.parts for cut in part]
    return next((each for each in ends if each.is_finite()), None)


def sliding(measure: Measure, result: CheckResult) -> list[Fact]:
    """The numeric facts that matter to the verdict, in the order of the form."""
    counted = {each.fact for each in result.criteria if each.counts and each.matters and each.fact}
    named = {test.fact for test in (each.test for each in measure.criteria if each.counts)}
    tested = [fact for fact in facts().values() if fact.id in named and fact.type in SLIDING]
    return sorted(tested, key=lambda fact: fact.id not in counted)[:MOST]


def sliders_html(case: Case, measure: Measure, result: CheckResult, lang: Lang) -> str:
    """The sliders; nothing where the measure asks for no number."""
    found = sliding(measure, result)
    if not found:
        return ""
    needs = {each.fact: each.needs for each in result.criteria if each.fact and each.needs}
    body = "".join(_slider(fact, case, measure, needs.get(fact.id), lang) for fact in found)
    return (
        f'<section class="el-section" lang="{lang}" aria-labelledby="el-what-if">'
        f'<h3 id="el-what-if">{esc(say(lang, "what_if"))}</h3>'
        f'<p class="el-quiet">{esc(say(lang, "what_if_lead"))}</p>'
        f'<div class="el-sliders">{body}</div></section>'
    )


def _slider(fact: Fact, case: Case, measure: Measure, needs: str | None, lang: Lang) -> str:
    value = case.profile.values.get(fact.id)
    scale, number = scale_of(fact, measure, value), _number(value)
    name = esc(fact.in_(lang))
    shown = "" if number is None else format(number.normalize(), "f")
    rail = attributes(
        type="range",
        id=f"el-w-{fact.id}",
        min=0,
        max=scale.top,
        step=scale.step,
        value=shown or 0,
        list_=f"el-l-{fact.id}",
        data_try=fact.id,
        data_key=f"w-{fact.id}",
    )
    box = attributes(
        type="text",
        inputmode="decimal",
        maxlength=LONGEST,
        value=value.text if value else "",
        aria_label=say(lang, "value_of", fact=fact.in_(lang)),
        data_try=fact.id,
        data_key=f"v-{fact.id}",
        autocomplete="off",
    )
    now = say(lang, "now", value=value.told(lang)) if value else say(lang, "now_unknown")
    wanted = f"; {say(lang, 'needs', needs=needs)}" if needs else ""
    ticks = "".join(f'<option value="{each}"></option>' for each in scale.thresholds)
    return (
        f'<div class="el-slider"><label for="el-w-{fact.id}">{name}</label>'
        f'<div class="el-rail"><input{rail}><input{box}>'
        f'<span class="el-unit">{esc(unit_words(fact, lang))}</span></div>'
        f'<datalist id="el-l-{fact.id}">{ticks}</datalist>'
        f'<p class="el-quiet">{esc(now + wanted)}</p></div>'
    )


def would_html(case: Case, now: CheckResult, would: CheckResult | None, lang: Lang) -> str:
    """The verdict with the values tried, against the one that stands."""
    if case.try_error is not None:
        return said_html(case.try_error, lang)
    if would is None or not case.tried:
        return ""
    said = "; ".join(f"{each.fact.in_(lang)}: {each.told(lang)}" for each in case.tried.values())
    same = (now.verdict, now.complies) == (would.verdict, would.complies)
    head = say(lang, "same_verdict" if same else "would")
    state = tone(would)
    return (
        f'<div class="el-would {state}" lang="{lang}" data-verdict="{would.verdict}">'
        f'<p role="status">{esc(head)}: {mark(state, lang)} '
        f"<strong>{esc(verdict_words(would, lang))}</strong>"
        f"<br>{esc(say(lang, 'if', said=said))}</p>{_changed(now, would, lang)}"
        f"<p>{button(say(lang, 'keep'), 'keep', css='tool primary')} "
        f"{button(say(lang, 'reset'), 'reset')}</p></div>"
    )


def _changed(now: CheckResult, would: CheckResult, lang: Lang) -> str:
    """The criteria whose state changes."""
    before = {each.id: each.state for each in now.criteria}
    return items(
        (
            f"{mark(before[each.id], lang)} → {mark(each.state, lang)} {esc(each.rule)}"
            for each in would.criteria
            if before.get(each.id, each.state) != each.state
        ),
        "el-changed",
    )

"""A checked measure -> what would decide it, or what would change it; the smallest sets first."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.eligibility.facts import facts
from assistant.eligibility.model import Answers, Change, CheckResult, Verdict, Way
from assistant.model import Lang
from assistant.web.eligibility.markup import folded, items, section, value
from assistant.web.eligibility.words import say
from assistant.web.escape import esc

SHOWN = {"eligible": 1, "not_eligible": 4}
UNFOLDED = 20  # more, where the reader unfolds them
_THEN = {
    ("support", "eligible"): "then_eligible",
    ("support", "not_eligible"): "then_not_eligible",
    ("duty", "eligible"): "then_duty",
    ("duty", "not_eligible"): "then_no_duty",
    ("comply", "eligible"): "then_complies",
    ("comply", "not_eligible"): "then_not_complies",
}


def ways_html(result: CheckResult, lang: Lang) -> str:
    """The ways out of "not eligible"; of what is undecided, the answers that would decide."""
    rules = {each.id: each.rule for each in result.criteria}
    told = section("ways", say(lang, "ways"), _ways(result.ways, lang))
    told += section("missing", say(lang, "missing"), _sets(result.missing, result.kind, rules, lang))
    told += section("comply", say(lang, "to_comply"), _sets(result.to_comply, "comply", rules, lang))
    return told


def change_words(change: Change, lang: Lang) -> str:
    """«Доля ИТ-доходов: сейчас 27 %, нужно более 30 %»."""
    return say(lang, "now_needs", label=change.label, now=change.now, needs=change.needs)


def _ways(ways: Sequence[Way], lang: Lang) -> str:
    return items((_way(each, lang) for each in ways), "el-ways")


def _way(way: Way, lang: Lang) -> str:
    parts = []
    for change in way.changes:
        lasting = f' <span class="el-quiet">({esc(say(lang, "lasting"))})</span>' if change.lasting else ""
        parts.append(f"{value(change_words(change, lang))}{lasting}")
    if way.still_needed:
        names = ", ".join(facts()[each].in_(lang) for each in way.still_needed)
        parts.append(f'<span class="el-quiet">{esc(say(lang, "still_needed", facts=names))}</span>')
    return "<br>".join(parts)


def _sets(found: Sequence[Answers], kind: str, rules: dict[str, str], lang: Lang) -> str:
    parts = []
    outcomes: tuple[Verdict, ...] = ("eligible", "not_eligible")
    for verdict in outcomes:
        lines = [_answers(each, rules, lang) for each in found if each.leads_to == verdict]
        if not lines:
            continue
        most = SHOWN[verdict]
        more = ""
        if len(lines) > most:
            words = esc(say(lang, "more_sets", n=len(lines) - most))
            more = folded(f"sets-{kind}-{verdict}", words, items(lines[most : most + UNFOLDED], "el-sets"))
        head = f'<p class="el-then">{esc(say(lang, _THEN[kind, verdict]))}</p>'
        parts.append(f"{head}{items(lines[:most], 'el-sets')}{more}")
    return "".join(parts)


def _answers(answers: Answers, rules: dict[str, str], lang: Lang) -> str:
    parts = [
        f"{esc(facts()[name].in_(lang))}: <b>{value(answers.answers.get(name, ''))}</b>"
        for name in answers.facts
    ]
    parts += [esc(say(lang, "look_up", rule=rules.get(name, name))) for name in answers.to_check]
    return items(parts, "el-set")

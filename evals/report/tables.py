"""The report's tables: figures with what they mean, the same by category and by language, the judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evals.report.content import Content
from evals.report.markup import Row, esc, table, tag
from evals.report.numbers import change, interval, quantity
from evals.report.overview import sign_of, won_lost
from evals.report.words import judge_word, say, sentence, short

# Figures shown by category and language, the most telling first, of those that the run has.
MAIN = (
    "recall@10", "ndcg@10", "needs_cited", "correctness", "citation_exactness", "citation_recall",
    "edition_correctness", "wrong_answers", "false_refusals",
    "eligibility_accuracy", "injection_leaks",
)  # fmt: skip
_SIGNS = {"+": "better", "-": "worse", "=": "same"}
_ARROWS = {"+": "▲", "-": "▼", "=": "≈"}


def figures(content: Content) -> str:
    """Every figure of the run: what it says, value, change, threshold."""
    lang = content.lang
    heads = ["figure", "value", "change", "threshold"]
    if content.earlier is None:
        heads.remove("change")
    if content.baseline is None:
        heads.remove("threshold")
    rows = []
    for name, about in content.summary["metrics"].items():
        cells = {
            "figure": _named(content, name),
            "value": figure(content, about),
            "change": _change(content, name, about),
            "threshold": _threshold(content, name, about),
        }
        rows.append(Row([cells[each] for each in heads]))
    body = table(say(lang, "figures"), [say(lang, each) for each in heads], rows)
    return _section(content, "figures", tag("p", esc(say(lang, "figures_about")), klass="quiet") + body)


def figure(content: Content, about: Mapping[str, Any]) -> str:
    """A figure with its interval and n."""
    unit = about.get("unit", "share")
    value = tag("b", esc(quantity(about["value"], unit, content.lang)))
    ends = tag("span", esc(interval(about, unit, content.lang)), klass="ends")
    count = tag("span", esc(f"n\u00a0=\u00a0{about['n']}"), klass="ends")
    return f"{value} {ends} {count}"


def _named(content: Content, name: str) -> str:
    lang = content.lang
    told = tag("b", esc(short(name, lang))) + tag("code", esc(name))
    said = sentence(name, lang)
    if said:
        told += tag("p", esc(said))
    return told + (_trust(content) if name in _judged() else "")


def _judged() -> frozenset[str]:
    from evals.metrics.registry import JUDGED

    return JUDGED


def _trust(content: Content) -> str:
    """What the judge that made a figure is worth, to stand beside it."""
    lang, judges = content.lang, content.summary.get("judges", {})
    judge = str(content.summary.get("judge") or next(iter(judges), "verifier"))
    held = judges.get(judge) or judges.get(judge.partition(":")[0])
    if not held:
        return tag("p", esc(say(lang, "judge_unmeasured", judge=judge_word(judge, lang))), klass="judge")
    said = esc(say(lang, "judged_by", judge=judge_word(judge, lang)))
    worth = "; ".join(f"{esc(judge_word(key, lang))} {figure(content, held[key])}" for key in held)
    return tag("p", f"{said} {worth}.", klass="judge")


def _change(content: Content, name: str, about: Mapping[str, Any]) -> str:
    lang, unit = content.lang, about["unit"]
    found = content.differences.get(name)
    if found is not None:
        sign = sign_of(found)
        if found.low == found.high == 0:
            return tag("span", esc(say(lang, "unchanged")), klass="quiet")
        arrow = tag("span", _ARROWS[sign], aria_hidden="true")
        told = f"{arrow} {esc(change(found.value, unit, lang))}"
        ends = interval(found.model_dump(), unit, lang, signed=True)
        said = say(lang, {"+": "better", "-": "worse", "=": "within_chance"}[sign]).lower()
        ends_said = f"{tag('span', esc(ends), klass='ends')} {tag('span', esc(said), klass='ends')}"
        return f"{tag('span', told, klass=_SIGNS[sign])} {ends_said}"
    return _plain_change(content, (content.earlier or {}).get("metrics", {}).get(name), about)


def _plain_change(content: Content, before: Mapping[str, Any] | None, about: Mapping[str, Any]) -> str:
    """The difference of two values, of which nothing says whether it is chance."""
    if before is None or before["value"] is None or about["value"] is None:
        return ""
    if before["value"] == about["value"]:
        return tag("span", esc(say(content.lang, "unchanged")), klass="quiet")
    shown = esc(change(about["value"] - before["value"], about["unit"], content.lang))
    return f"{shown} {tag('span', esc(say(content.lang, 'no_interval')), klass='ends')}"


def _threshold(content: Content, name: str, about: Mapping[str, Any]) -> str:
    lang, bar = content.lang, content.bar(name)
    if bar is None:
        return tag("span", esc(say(lang, "no_gate")), klass="quiet")
    wanted = esc(_wanted(content, name, about["unit"]))
    if content.verdict is None or content.verdict.state == "broken":
        return wanted
    met = name not in content.verdict.failed
    mark = f"{'✓' if met else '✗'} {esc(say(lang, 'met' if met else 'not_met'))}"
    return f"{wanted} {tag('span', mark, klass='better' if met else 'worse')}"


def _wanted(content: Content, name: str, unit: str) -> str:
    """How a threshold is said: the least, or the most, that the worse end of the interval may be."""
    bar = content.bar(name)
    if bar is None:
        return ""
    higher = bar.better == "higher"
    shown = quantity(content.limit(name), unit, content.lang)
    return say(content.lang, "at_least" if higher else "at_most", bar=shown)


# ── by category and language ──────────────────────────────────────────────────────────────────────


def groups(content: Content, kind: str) -> str:
    """A table of ``categories`` or ``langs``: n, passed, main figures, change; the threshold below."""
    lang, summary = content.lang, content.summary
    shown = [name for name in MAIN if name in summary["metrics"]]
    heading = "category" if kind == "categories" else "lang"
    heads = [say(lang, heading), say(lang, "cases_n"), say(lang, "passed_n")]
    heads += [short(name, lang) for name in shown]
    rows = [
        _group(content, kind, name, group, shown)
        for name, group in summary[kind].items()
    ]  # fmt: skip
    rows += [_whole(content, shown), *_thresholds(content, shown)]
    about = tag("p", esc(say(lang, "moved_about")), klass="quiet") if content.comparison else ""
    return _section(content, kind, about + table(say(lang, kind), heads, rows), klass="groups")


def _group(content: Content, kind: str, name: str, group: Mapping[str, Any], shown: Sequence[str]) -> Row:
    lang = content.lang
    named = say(lang, f"lang_{name}") if kind == "langs" and name in ("ru", "en") else name
    inside = {
        entry.case.id: entry.change
        for entry in content.entries
        if name == (entry.case.category if kind == "categories" else entry.case.lang)
    }
    moved = list(inside.values())
    passed = _passed(content, group, won_lost(moved.count("won"), moved.count("lost"), lang))
    cells = [_cell(content, metric, group["metrics"], inside) for metric in shown]
    return Row([esc(named), str(group["n"]), passed, *cells])


def _cell(content: Content, metric: str, held: Mapping[str, Any], cases: Iterable[str]) -> str:
    about = held.get(metric)
    if about is None:
        return ""
    about = {**content.summary["metrics"][metric], **about}
    moved = content.change_in(cases, metric)
    if not moved:
        return figure(content, about)
    return figure(content, about) + tag(
        "span", esc(change(moved, about["unit"], content.lang)), klass="moved"
    )


def _passed(content: Content, group: Mapping[str, Any], moved: str) -> str:
    """How many passed of those that could be judged, the interval, and errors beside them."""
    lang, about = content.lang, group["metrics"].get("passed")
    errors, empty = group.get("errors", 0), group.get("empty", 0)
    judged = group["passed"] + group["failed"] if "failed" in group else group.get("n", group.get("cases"))
    told = tag("b", f"{group['passed']} / {judged}")
    if about is not None and about["value"] is not None:
        for part in (quantity(about["value"], "share", lang), interval(about, "share", lang)):
            told += f" {tag('span', esc(part), klass='ends')}"
    if errors or empty:
        told += tag("span", esc(say(lang, "apart_n", errors=errors, empty=empty)), klass="moved")
    return told + (tag("span", moved, klass="moved") if moved else "")


def _whole(content: Content, shown: Sequence[str]) -> Row:
    lang, summary = content.lang, content.summary
    moved = won_lost(len(content.comparison.won), len(content.comparison.lost), lang) \
        if content.comparison else ""  # fmt: skip
    every = [entry.case.id for entry in content.entries]
    cells = [_cell(content, metric, summary["metrics"], every) for metric in shown]
    passed = _passed(content, summary, moved)
    return Row([esc(say(lang, "all")), str(summary["cases"]), passed, *cells], klass="whole")


def _thresholds(content: Content, shown: Sequence[str]) -> list[Row]:
    if content.baseline is None:
        return []
    units = {name: content.summary["metrics"][name]["unit"] for name in shown}
    cells = [esc(_wanted(content, name, units[name])) for name in shown]
    passed = esc(_wanted(content, "passed", "share"))
    return [Row([esc(say(content.lang, "thresholds")), "", passed, *cells], klass="whole")]


# ── judges ────────────────────────────────────────────────────────────────────────────────────────


def judges(content: Content) -> str:
    """What each judge is worth; nothing where the run measured none."""
    lang = content.lang
    held = {name: each for name, each in content.summary.get("judges", {}).items() if each}
    if not held:
        return ""
    keys = list(dict.fromkeys(key for each in held.values() for key in each))
    heads = [say(lang, "judge"), *(judge_word(key, lang) for key in keys)]
    rows = [Row(list(_judge(content, name, each, keys))) for name, each in held.items()]
    about = tag("p", esc(say(lang, "judges_about")), klass="quiet")
    return _section(content, "judges", about + table(say(lang, "judges"), heads, rows))


def _judge(content: Content, name: str, held: Mapping[str, Any], keys: Sequence[str]) -> Iterable[str]:
    yield esc(judge_word(name, content.lang))
    for key in keys:
        yield figure(content, held[key]) if key in held else ""


def _section(content: Content, key: str, body: str, klass: str | None = None) -> str:
    heading = tag("h2", esc(say(content.lang, key)), id=key)
    return tag("section", heading + body, aria_labelledby=key, klass=klass)

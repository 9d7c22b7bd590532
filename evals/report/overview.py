"""What a reader sees first: the verdict, how many cases passed, and what changed since an earlier run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from assistant.model import Lang
from evals.comparing import Difference
from evals.gate import Verdict
from evals.report.content import Content
from evals.report.markup import esc, listed, tag
from evals.report.numbers import MINUS, change, interval, quantity
from evals.report.words import BROKEN_RU, say, short

_SIGNS = {"passed": "✓", "failed": "✗", "broken": "!", "none": "?"}
NAMED = 40  # cases named in a list; the rest are found by the filter


def head(content: Content) -> str:
    """The title and what the run is."""
    lang, config = content.lang, content.config
    title = say(lang, "title", suite=config.suite)
    about = say(lang, "run", run=content.run, started=config.started.replace("T", " "))
    made = say(lang, "backend", llm=config.llm, embedder=config.embedder)
    return tag("header", tag("h1", esc(title)) + tag("p", f"{esc(about)}<br>{esc(made)}", klass="quiet"))


def verdict(content: Content) -> str:
    """The gate's verdict and the counts of cases, errors and empty answers."""
    lang, found = content.lang, content.verdict
    state = found.state if found else "none"
    sign = tag("span", _SIGNS[state], klass="sign", aria_hidden="true")
    parts = [
        tag("h2", f"{sign} {esc(say(lang, f'state_{state}'))}", id="verdict"),
        tag("p", esc(say(lang, f"means_{state}", run=content.run))),
        listed(_grounds(content, found)) if found else "",
        _counts(content),
    ]
    if found and found.lost:
        said = esc(say(lang, "lost_since_baseline", n=len(found.lost)))
        parts.append(tag("p", f"{said} {case_links(content, found.lost)}"))
    return tag("section", "".join(parts), klass=f"verdict {state}", aria_labelledby="verdict")


def _grounds(content: Content, found: Verdict) -> Iterable[str]:
    lang = content.lang
    for reason in found.broken:
        yield esc(_in_russian(reason) if lang == "ru" else reason)
    for name, told in found.failed.items():
        bar, about = content.bar(name), content.summary["metrics"].get(name)
        if bar is None or about is None:
            yield f"{esc(short(name, lang))}: {esc(told)}"
            continue
        worse = about["low"] if bar.better == "higher" else about["high"]
        found_, wanted = (
            quantity(worse, about["unit"], lang),
            quantity(content.limit(name), about["unit"], lang),
        )
        yield esc(say(lang, "below", metric=short(name, lang), found=found_, bar=wanted))


def _in_russian(reason: str) -> str:
    for pattern, words in BROKEN_RU:
        match = re.fullmatch(pattern, reason, re.DOTALL)
        if match:
            return match.expand(words)
    return reason


def _counts(content: Content) -> str:
    lang, summary = content.lang, content.summary
    passed, failed = len(content.in_state("passed")), len(content.in_state("failed"))
    told = say(lang, "passed_of", passed=passed, n=len(content.entries))
    lines = [tag("strong", esc(told), klass="count")]
    if passed + failed:
        share = quantity(passed / (passed + failed), "share", lang)
        lines[0] += f" — {esc(say(lang, 'of_judged', share=share))}"
    lines.append(esc(say(lang, "apart", errors=summary["errors"], empty=summary["empty"])))
    if unjudged := len(content.in_state("unjudged")):
        lines.append(esc(say(lang, "unjudged", n=unjudged)))
    if content.config.skipped:
        lines.append(esc(say(lang, "skipped", n=content.config.skipped)))
    if summary["repeats"] > 1:
        lines.append(esc(say(lang, "repeats", n=summary["repeats"])))
    return "".join(tag("p", line) for line in lines)


def case_links(content: Content, cases: Iterable[str]) -> str:
    """Cases by id, each leading to its place in the report where it has one."""
    named, here = list(cases), {entry.case.id for entry in content.entries}
    links = [
        tag("a", esc(each), href=f"#case-{quote(each)}") if each in here else esc(each)
        for each in named[:NAMED]
    ]
    more = f" … +{len(named) - NAMED}" if len(named) > NAMED else ""
    return ", ".join(links) + more


# ── against an earlier run ────────────────────────────────────────────────────────────────────────


def changes(content: Content) -> str:
    """What changed since the earlier run; nothing where there is none."""
    lang, found = content.lang, content.comparison
    if found is None:
        return ""
    parts = [
        tag("h2", esc(say(lang, "changed")), id="changed"),
        tag("p", esc(say(lang, "against", run=found.first, n=found.cases)), klass="quiet"),
        _cases(content, "won", found.won),
        _cases(content, "lost", found.lost),
    ]
    signs = {each.metric: sign_of(each) for each in found.differences}
    for word, sign in (("better", "+"), ("worse", "-")):
        told = [_told(content, each) for each in found.differences if signs[each.metric] == sign]
        if told:
            parts += [tag("h3", esc(say(lang, word))), listed(told, klass=word)]
    same = sum(sign == "=" for sign in signs.values())
    if same:
        parts.append(tag("p", esc(say(lang, "same", n=same))))
    return tag("section", "".join(parts), aria_labelledby="changed")


def _cases(content: Content, word: str, cases: list[str]) -> str:
    said = tag("strong", esc(say(content.lang, word, n=len(cases))))
    return tag("p", f"{said}. {case_links(content, cases)}" if cases else f"{said}.", klass=word)


def _told(content: Content, each: Difference) -> str:
    unit, lang = unit_of(content, each.metric), content.lang
    ends = interval(each.model_dump(), unit, lang, signed=True)
    shown = change(each.value, unit, lang)
    return esc(say(lang, "difference", metric=short(each.metric, lang), value=shown, interval=ends, n=each.n))


def unit_of(content: Content, metric: str) -> str:
    """A figure's unit, of the run or of the earlier one."""
    for summary in (content.summary, content.earlier or {}):
        about = summary.get("metrics", {}).get(metric)
        if about is not None:
            return str(about["unit"])
    return "share"


def sign_of(each: Difference) -> str:
    """``+`` better, ``-`` worse, ``=`` neither for sure."""
    if each.low <= 0 <= each.high:
        return "="
    return "+" if (each.value > 0) == (each.better == "higher") else "-"


def won_lost(won: int, lost: int, lang: Lang) -> str:
    """How many cases were won and lost, in short; nothing for none."""
    return esc(say(lang, "won_lost", won=won, lost=lost, minus=MINUS)) if won or lost else ""

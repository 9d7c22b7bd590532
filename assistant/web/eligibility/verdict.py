"""A checked measure -> its verdict on its face: what it is, whether it is provisional, why, what to check."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.eligibility.model import STATES, CheckResult
from assistant.eligibility.review import Flag
from assistant.export import FORMATS
from assistant.model import Lang
from assistant.naming import day_in_words
from assistant.web.eligibility.markup import SIGNS, button, folded, items, tag
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc


def verdict_words(result: CheckResult, lang: Lang) -> str:
    """The verdict in few words."""
    key = f"duty_{result.verdict}" if result.kind == "duty" else result.verdict
    told = say(lang, key)
    if result.complies is not None and result.verdict == "eligible":
        told += f"; {say(lang, f'complies_{result.complies}')}"
    return told


def tone(result: CheckResult) -> str:
    """The mark and look of a verdict: met, not_met or unknown; none for a duty that does not apply.

    Of a duty that applies, whether it is fulfilled.
    """
    if result.kind == "duty" and result.verdict == "eligible":
        return result.complies or "unknown"
    if result.kind == "duty" and result.verdict == "not_eligible":
        return "none"
    return STATES[result.verdict]


def tags(result: CheckResult, flags: Sequence[Flag], lang: Lang) -> str:
    """What a reader must see beside the verdict."""
    found = [tag(say(lang, "provisional"), "warn")] if result.provisional else []
    if result.open != "yes" and result.kind == "support":
        found.append(tag(say(lang, "closed" if result.open == "no" else "unconfirmed"), "warn"))
    if flags:
        found.append(tag(f"⚑ {say(lang, 'flagged')}", "warn", "\n".join(each.told for each in flags)))
    return " ".join(found)


def line_html(result: CheckResult, flags: Sequence[Flag], lang: Lang) -> str:
    """The verdict in a line: mark, words, tags."""
    state = tone(result)
    return (
        f'<span class="el-mark {state}" aria-hidden="true">{SIGNS[state]}</span> '
        f"<strong>{esc(verdict_words(result, lang))}</strong> {tags(result, flags, lang)}"
    )


def verdict_html(result: CheckResult, flags: Sequence[Flag], lang: Lang) -> str:
    """The banner above everything."""
    about = f"{say(lang, 'on_day', day=day_in_words(result.as_of, lang))}. "
    about += f"{say(lang, 'reviewed', day=day_in_words(result.reviewed, lang))}."
    head = f'<p class="el-verdict-line">{line_html(result, flags, lang)}</p>'
    return (
        f'<div class="el-verdict {tone(result)}" lang="{lang}"{attributes(data_verdict=result.verdict)}>'
        f'<h2>{esc(result.title)}</h2><p class="el-about">{esc(result.about)}</p>'
        f'<div role="status">{head}<p>{esc(result.summary)}</p></div>'
        f"{_provisional(result, lang)}{_flags(flags, lang)}"
        f'<p class="el-quiet">{esc(about)} {esc(result.notice)}</p>'
        f"{export_html(lang)} {button(say(lang, 'back_to_all'), 'choose', measure='')}</div>"
    )


def _provisional(result: CheckResult, lang: Lang) -> str:
    if not result.because:
        return ""
    lines = [f"{esc(each)}{_check(each, result, lang)}" for each in result.because]
    words = esc(say(lang, "why_provisional", n=len(lines)))
    return folded("because", words, items(lines, "el-because"))


def _check(reason: str, result: CheckResult, lang: Lang) -> str:
    """What to check where, of the criterion that a reason names."""
    named = [each for each in result.criteria if each.check and each.rule in reason]
    if not named:
        return ""
    longest = max(named, key=lambda each: len(each.rule))
    return f'<br><span class="el-quiet">{esc(say(lang, "to_check", check=longest.check))}</span>'


def _flags(flags: Sequence[Flag], lang: Lang) -> str:
    if not flags:
        return ""
    lead = f"<p>⚑ {esc(say(lang, 'flags_lead'))}</p>"
    return f'<div class="el-flags">{lead}{items(esc(each.told) for each in flags)}</div>'


def export_html(lang: Lang) -> str:
    """The menu of files the result can be had as."""
    choices = "".join(
        f'<li><button type="button" class="tool" data-export="{each}" '
        f'data-failed="{esc(say(lang, "failed"))}">{esc(say(lang, f"export_{each}"))}</button></li>'
        for each in FORMATS
    )
    return f'<details class="menu"><summary>{esc(say(lang, "export"))}</summary><ul>{choices}</ul></details>'

"""The cases: failures first, then errors, empty answers and what cannot be judged, the passed ones folded.

A case opens to its question, why it failed, what was expected beside what came out, with the provisions that
match marked, and the answer. Whether a need is met is read from the names of what was cited or found; the
reasons are the score's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.export.plain import link_target, shorten
from assistant.model import Citation, Lang, stands_in
from evals.case import VERDICTS, EvalCase, Target
from evals.metrics.expected import ENDS, said_of
from evals.metrics.targets import names
from evals.metrics.words import holds
from evals.outcome import Found, Outcome
from evals.reasons import reason_text
from evals.report.content import STATES, Asked, Content, Entry, State
from evals.report.markup import esc, esc_lines, listed, tag
from evals.report.numbers import decimal, quantity
from evals.report.words import outcome_word, say

MARKS: dict[State, str] = {"failed": "✗", "error": "!", "empty": "○", "unjudged": "–", "passed": "✓"}
QUOTED = 500  # characters of a quotation shown of a case to look at
QUOTED_PASSED = 160  # and of one that passed
RANKED_PASSED = 3  # provisions found by the search shown of a case that passed, beside those expected
SUMMARY = 120  # characters of a question in the closed case


def cases(content: Content) -> str:
    """All cases in their lists."""
    lang = content.lang
    parts = [_list(content, state) for state in STATES if state != "passed"]
    passed = content.in_state("passed")
    if passed:
        head = tag("summary", tag("h3", _list_name(lang, "passed", len(passed))))
        inside = "".join(card(content, entry) for entry in passed)
        parts.append(tag("details", head + inside, klass="list passed", data_list="passed"))
    return "".join(parts)


def _list(content: Content, state: State) -> str:
    found = content.in_state(state)
    if not found:
        empty = state == "failed"
        return tag("p", esc(say(content.lang, "none_failed"))) if empty else ""
    head = tag("h3", _list_name(content.lang, state, len(found)))
    inside = "".join(card(content, entry) for entry in found)
    return tag("div", head + inside, klass="list", data_list=state)


def _list_name(lang: Lang, state: State, count: int) -> str:
    return f"{esc(say(lang, f'list_{state}'))} ({count})"


def card(content: Content, entry: Entry) -> str:
    """A case; open unless it passed."""
    lang, case = content.lang, entry.case
    body = [tag("p", esc_lines(case.question), klass="question", lang=case.lang), _about(content, entry)]
    for asked in entry.asked:
        if len(entry.asked) > 1:
            passed = asked.line["passed"]
            state: State = "unjudged" if passed is None else "passed" if passed else "failed"
            repeat = say(lang, "repeat", n=asked.outcome.repeat + 1)
            body.append(tag("h4", f"{MARKS[state]} {esc(repeat)} — {esc(say(lang, f'is_{state}'))}"))
        body.append(_asked(content, entry, asked))
    return tag(
        "details",
        tag("summary", _summary(content, entry)) + tag("div", "".join(body), klass="body"),
        klass=f"case {entry.state}",
        id=f"case-{case.id}",
        open=entry.state != "passed",
        data_case=case.id,
        data_category=case.category,
        data_state=entry.state,
        data_lang=case.lang,
        data_change=entry.change,
    )


def _summary(content: Content, entry: Entry) -> str:
    lang, case = content.lang, entry.case
    mark = tag("span", MARKS[entry.state], aria_hidden="true")
    parts = [
        tag("span", f"{mark} {esc(say(lang, f'is_{entry.state}'))}", klass="state"),
        tag("code", esc(case.id)),
        tag("span", esc(case.category), klass="chip"),
        tag("span", esc(case.lang), klass="chip"),
    ]
    if entry.change:
        parts.append(tag("span", esc(say(lang, f"now_{entry.change}")), klass="chip changed"))
    if entry.asked:
        took = sum(each.outcome.seconds for each in entry.asked) / len(entry.asked)
        parts.append(tag("span", esc(quantity(took, "seconds", lang)), klass="quiet"))
    parts.append(tag("span", esc(shorten(case.question, SUMMARY)), klass="brief", lang=case.lang))
    return " ".join(parts)


def _about(content: Content, entry: Entry) -> str:
    """What is said of the case itself: its date, who reviewed it, notes."""
    lang, case = content.lang, entry.case
    told_ = []
    if case.as_of:
        told_.append(say(lang, "as_of", date=case.as_of))
    if case.reviewer:
        who = f"{case.reviewer}, {case.reviewed_on}" if case.reviewed_on else case.reviewer
        told_.append(say(lang, "reviewed", who=who))
    if case.note:
        told_.append(say(lang, "case_note", note=case.note))
    return tag("p", esc(". ".join(told_)), klass="quiet") if told_ else ""


def _asked(content: Content, entry: Entry, asked: Asked) -> str:
    lang, outcome = content.lang, asked.outcome
    why = [esc(reason_text(raw, lang)) for raw in asked.line["reasons"]]
    parts = []
    if why:
        parts.append(tag("p", esc(say(lang, "why")), klass="label") + listed(why, klass="why"))
    columns = _expected(content, entry.case, outcome) + _came_out(content, entry, outcome)
    parts.append(tag("div", columns, klass="pair"))
    if outcome.answer:
        parts.append(tag("p", esc(say(lang, "answer")), klass="label"))
        parts.append(tag("blockquote", esc_lines(outcome.answer), klass="answer", lang=outcome.language))
    parts.append(_cost(lang, outcome, repeated=len(entry.asked) > 1))
    return "".join(parts)


# ── what was expected ─────────────────────────────────────────────────────────────────────────────


def _expected(content: Content, case: EvalCase, outcome: Outcome) -> str:
    lang = content.lang
    wanted = case.expect if case.expect in VERDICTS else ENDS[case.expect]
    searched = outcome.ended == "searched"  # of which no answer was asked
    parts = [] if searched else [tag("p", tag("b", esc(outcome_word(wanted, lang))))]
    if case.measure:
        parts.append(tag("p", esc(say(lang, "measure", measure=case.measure))))
    if case.profile:
        facts = "; ".join(f"{name} = {value}" for name, value in case.profile.items())
        parts.append(tag("p", esc(say(lang, "profile", facts=facts))))
    if case.must_cite:
        needs = [_need(content, need, outcome) for need in case.must_cite]
        parts.append(tag("p", esc(say(lang, "needs")), klass="label") + listed(needs, klass="needs"))
    if case.quote:
        parts.append(tag("p", esc(say(lang, "quote")), klass="label"))
        parts.append(tag("blockquote", esc_lines(case.quote), klass="quote"))
    if not searched:
        parts.append(_entries(lang, "must", case.must_contain, outcome, wanted=True))
        parts.append(_entries(lang, "must_not", case.must_not_contain, outcome, wanted=False))
    return _column(lang, "expected", parts)


def _need(content: Content, need: Iterable[Target], outcome: Outcome) -> str:
    lang, targets = content.lang, list(need)
    met = {met_by(target, outcome) for target in targets}
    state = "met" if "met" in met else "edition" if "edition" in met else "unmet"
    sign = {"met": "✓", "edition": "≠", "unmet": "✗"}[state]
    places = tag("i", esc(say(lang, "or").strip())).join(f" {_target(content, each)} " for each in targets)
    told_ = tag("span", f"{sign} {esc(say(lang, f'need_{state}'))}", klass="sign-text")
    return tag("span", f"{places.strip()} {told_}", klass=f"need {state}")


def _target(content: Content, target: Target) -> str:
    lang = content.lang
    label, title = content.name_of(target.ref)
    parts = [tag("code", esc(target.ref))]
    if label:
        parts.insert(0, f"{esc(label)}, {esc(shorten(title, 90))}")
    if target.edition:
        parts.append(esc(say(lang, "edition", edition=target.edition)))
    if target.start is not None:
        parts.append(esc(say(lang, "characters", start=target.start, end=target.end)))
    return " ".join(parts)


def met_by(target: Target, outcome: Outcome) -> str:
    """``met``, ``edition`` where only another edition of it was cited or found, ``unmet``.

    An answer meets a need by what it cites; where nothing was asked, by what the search found.
    """
    if outcome.ended == "searched":
        editions = [each.edition for each in outcome.found if _at(each, target)]
    else:
        editions = [each.edition for each in outcome.citations if names(each, target)]
    if not editions:
        return "unmet"
    return "met" if target.edition is None or target.edition in editions else "edition"


def _at(found: Found, target: Target) -> bool:
    act, _, provision = found.ref.partition("#")
    above = stands_in(provision, target.provision) or stands_in(target.provision, provision)
    return act == target.act and above


def _entries(lang: Lang, key: str, entries: tuple[str, ...], outcome: Outcome, *, wanted: bool) -> str:
    if not entries:
        return ""
    said = said_of(outcome)
    items = []
    for entry in entries:
        good = holds(entry, said) == wanted
        shown = f"{'✓' if good else '✗'} {esc(say(lang, 'or').join(entry.split('|')))}"
        items.append(tag("span", shown, klass="better" if good else "worse"))
    return tag("p", esc(say(lang, key)), klass="label") + listed(items)


# ── what came out ─────────────────────────────────────────────────────────────────────────────────


def _came_out(content: Content, entry: Entry, outcome: Outcome) -> str:
    lang = content.lang
    targets = [target for need in entry.case.must_cite for target in need]
    parts = [tag("p", tag("b", esc(outcome_word(outcome.ended, lang))) + _details(lang, outcome))]
    if outcome.error:
        parts.append(tag("pre", esc_lines(outcome.error), klass="error"))
    if outcome.citations:
        folded = entry.state == "passed"
        cited = "".join(
            _citation(lang, each, targets, _quoted(each, outcome, folded=folded))
            for each in outcome.citations
        )
        parts.append(tag("p", esc(say(lang, "cited")), klass="label") + tag("ul", cited, klass="cited"))
    elif outcome.ended in ("answered", "checked"):
        parts.append(tag("p", esc(say(lang, "nothing_cited"))))
    if outcome.found:
        ranked = (_found(content, *each, targets) for each in enumerate(outcome.found, 1))
        shown = (each for place, (hit, each) in enumerate(ranked)
                 if hit or entry.state != "passed" or place < RANKED_PASSED)  # fmt: skip
        parts.append(tag("p", esc(say(lang, "ranked")), klass="label") + tag("ol", "".join(shown)))
    return _column(lang, "got", parts)


def _details(lang: Lang, outcome: Outcome) -> str:
    parts = []
    if outcome.verdict:
        parts.append(say(lang, "verdict_was", verdict=outcome_word(outcome.verdict, lang)))
    if outcome.provisional:
        parts.append(say(lang, "provisional"))
    if outcome.language:
        parts.append(say(lang, "in_language", spoken=outcome.language))
    return f", {esc(', '.join(parts))}" if parts else ""


def _citation(lang: Lang, citation: Citation, targets: Iterable[Target], quote: str) -> str:
    hit = any(names(citation, target) for target in targets)
    named = f"{citation.label}, {shorten(citation.title, 120)}"
    url = link_target(citation.url)
    shown = tag("a", esc(named), href=url, rel="noreferrer") if url else esc(named)
    parts = [f"[{citation.id}] {shown} {tag('code', esc(citation.ref))}"]
    if citation.edition:
        parts.append(esc(say(lang, "edition", edition=citation.edition)))
    if hit:
        parts.append(tag("mark", f"✓ {esc(say(lang, 'hit'))}"))
    if quote:
        parts.append(tag("q", esc(quote)))
    return tag("li", " ".join(parts), klass="hit" if hit else None)


def _quoted(citation: Citation, outcome: Outcome, *, folded: bool) -> str:
    """What is shown of a quotation; of a folded case nothing that its answer says word for word."""
    if folded and citation.quote in outcome.answer:
        return ""
    return shorten(citation.quote, QUOTED_PASSED if folded else QUOTED)


def _found(content: Content, rank: int, found: Found, targets: Iterable[Target]) -> tuple[bool, str]:
    """Whether a ranked provision is one of those expected, and its item."""
    lang = content.lang
    hit = any(_at(found, target) and target.edition in (None, found.edition) for target in targets)
    label = content.name_of(found.ref)[0]
    parts = [tag("code", esc(found.ref)), esc(label)]
    if found.edition:
        parts.append(esc(say(lang, "edition", edition=found.edition)))
    if hit:
        parts.append(tag("mark", f"✓ {esc(say(lang, 'hit'))}"))
    inside = " ".join(part for part in parts if part)
    return hit, tag("li", inside, klass="hit" if hit else None, value=rank)


def _cost(lang: Lang, outcome: Outcome, *, repeated: bool) -> str:
    parts = []
    if repeated:  # of a case asked once, the head says it
        parts.append(say(lang, "took", seconds=quantity(outcome.seconds, "seconds", lang)))
    if outcome.withheld:
        parts.append(say(lang, "withheld", n=outcome.withheld))
    if outcome.evidence is not None:
        parts.append(say(lang, "evidence", value=decimal(outcome.evidence, 2, lang)))
    if outcome.usage:
        usage = ", ".join(f"{name} {value}" for name, value in outcome.usage.items())
        parts.append(say(lang, "usage", usage=usage))
    return tag("p", esc("; ".join(parts)), klass="quiet") if parts else ""


def _column(lang: Lang, key: str, parts: Iterable[str]) -> str:
    return tag("div", tag("h4", esc(say(lang, key))) + "".join(parts), klass=key)


def review_template(lang: Lang) -> str:
    """Buttons and a note, which the page's script puts into every case; ``{case}`` stands for its id."""
    buttons = "".join(
        tag("button", esc(say(lang, mark)), type="button", data_mark=mark, aria_pressed="false",
            aria_label=f"{say(lang, mark)}: {{case}}")
        for mark in ("accept", "dispute")
    )  # fmt: skip
    label = esc(say(lang, "note", case="{case}"))
    note = f'<input class="note" maxlength="1000" aria-label="{label}" placeholder="{label}">'
    return tag("template", tag("div", buttons + note, klass="review"), id="review")

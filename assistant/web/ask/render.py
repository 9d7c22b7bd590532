"""Questions and answers -> HTML in which nothing but our own words is markup.

Whatever comes from a document, a question or a model is escaped; the only links are https addresses of
citations, shown as text. The controls carry ``data-`` attributes that ``ask.js`` turns into
events: ``data-turn``/``data-cite`` (open a source), ``data-ref`` (open a provision), ``data-question`` (ask),
``data-does`` (see :mod:`assistant.web.ask.actions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from assistant.answer.glosses import gloss_line
from assistant.library.view import OWN, shared_id
from assistant.model import Answer, Authority, Citation, Claim, Currency, Lang, WatchChange
from assistant.naming import day_in_words
from assistant.references import detect_language
from assistant.web.ask.check import check_html
from assistant.web.ask.terms import annotated
from assistant.web.ask.tools import follow_ups_html, marks_html, tools_html
from assistant.web.ask.turn import MORE, Nearest, Talk, Turn
from assistant.web.ask.watched import changes_html
from assistant.web.ask.words import say as said
from assistant.web.escape import esc
from assistant.web.plain import shorten
from assistant.web.text import AUTHORITY, CURRENCY, EXAMPLES, in_words, say

OUR_LABELS = ("наше изложение", "our summary")  # a label that already says whose words these are


def earlier(talk: Talk, lang: Lang) -> str:
    """The turns shown of the conversation but for its last one; empty where there is no more."""
    tools = not talk.read_only
    body = _older(talk, lang) + "".join(
        turn.drawn(partial(turn_html, turn, number, lang, tools=tools), number, lang, tools)
        for number, turn in enumerate(talk.turns[talk.first : -1], talk.first)
    )
    return f'<div class="thread earlier" lang="{lang}">{body}</div>' if body else ""


def _older(talk: Talk, lang: Lang) -> str:
    """The way to the turns that are not shown; empty where all are."""
    if not talk.first:
        return ""
    words = said(lang, "older", n=min(MORE, talk.first), of=talk.first)
    return f'<p><button type="button" class="tool" data-does="older">{esc(words)}</button></p>'


def thread(talk: Talk, lang: Lang, held: int = 0, changes: Sequence[WatchChange] = ()) -> str:
    """The last turn of the conversation, or the welcome where nothing was asked yet."""
    last = len(talk.turns) - 1
    body = turn_html(talk.turns[last], last, lang, tools=not talk.read_only, last=True) if talk.turns else ""
    return (
        f'<div class="thread" lang="{lang}" data-conversation="{esc(talk.conversation)}">'
        f"{body or welcome(lang, held, changes)}</div>"
    )


def welcome(lang: Lang, held: int, changes: Sequence[WatchChange] = ()) -> str:
    """What this is, what the library holds, what changed of the watched, and questions to begin with."""
    other: Lang = "en" if lang == "ru" else "ru"
    chips = "".join(
        f'<li lang="{code}">{chip(question, question)}</li>'
        for code in (lang, other)
        for question in EXAMPLES[code]
    )
    count = say(lang, "held", acts=held) if held else say(lang, "held_none")
    return (
        f'<section class="welcome"><p>{esc(say(lang, "lead"))}</p><p class="quiet">{esc(count)}</p>'
        f"{changes_html(changes, lang)}"
        f'<h2>{esc(say(lang, "examples"))}</h2><ul class="chips">{chips}</ul></section>'
    )


def chip(label: str, question: str) -> str:
    """A button that asks ``question``."""
    return f'<button type="button" class="chip" data-question="{esc(question)}">{esc(label)}</button>'


def turn_html(turn: Turn, number: int, lang: Lang, *, tools: bool = False, last: bool = False) -> str:
    """A question and what became of it. ``tools``: with what can be done with it; ``last``: with what to ask
    next.
    """
    asked = (
        f'<div class="asked"><span class="sr">{esc(say(lang, "you"))}: </span>'
        f"<p>{esc(shorten(turn.question, 1500))}</p></div>"
    )
    parts = [asked, _outcome(turn, number, lang)]
    done = turn.state != "waiting" and (turn.answer is None or turn.shown >= len(turn.answer.claims))
    if done:
        parts += [marks_html(turn, number, lang)] if turn.marks else []
        parts += [tools_html(turn, number, lang, last=last)] if tools else []
        parts += [follow_ups_html(turn, lang)] if last else []
    return f'<article class="turn" data-number="{number}">{"".join(parts)}</article>'


def _outcome(turn: Turn, number: int, lang: Lang) -> str:
    if turn.state == "failed":
        words = turn.message or say(lang, "failed")
        return f'<div class="reply error" role="alert"><p>{esc(words)}</p></div>'
    if turn.state == "stopped":
        return f'<div class="reply quiet" role="status"><p>{esc(say(lang, "stopped"))}</p></div>'
    if turn.folded:
        return f'<div class="reply quiet" role="status"><p>{esc(said(lang, "unread"))}</p></div>'
    if turn.answer is None:
        passed = f" {say(lang, 'seconds', n=turn.seconds)}" if turn.seconds else ""
        words = esc(say(lang, "searching") + passed)
        return f'<div class="reply waiting" role="status"><p>{words}</p></div>'
    if turn.answer.status == "answered":
        return answered(turn, number, lang)
    return unanswered(turn.answer, turn.nearest, lang)


def answered(turn: Turn, number: int, lang: Lang) -> str:
    """The claims shown so far; with the last one, also the sources and the remarks."""
    answer = turn.answer
    assert answer is not None
    cited = {citation.id: citation for citation in answer.citations}
    body = _understood(answer, lang) + _corrections(answer)
    if answer.check is not None:
        body += check_html(answer, lambda claim: _marks(claim, cited, number, lang), lang)
    else:
        body += claims_html(answer.claims[: turn.shown], cited, number, lang)
    whole = answer.check is not None or turn.shown >= len(answer.claims)  # a verdict is not told in parts
    rest = _remarks(answer, lang) + sources_html(answer, number, lang) + _foot(answer, lang) if whole else ""
    state = "" if whole else ' aria-busy="true"'
    return f'<div class="reply answered" lang="{esc(answer.language)}"{state}>{body}{rest}</div>'


def _understood(answer: Answer, lang: Lang) -> str:
    """The full question that a follow-up was read as."""
    if not answer.rewritten:
        return ""
    return f'<p class="understood">{esc(said(lang, "understood", question=answer.rewritten))}</p>'


def _corrections(answer: Answer) -> str:
    """What the question assumes and the texts contradict."""
    return "".join(f'<p class="note correction">{esc(each)}</p>' for each in answer.corrections)


def claims_html(claims: Iterable[Claim], cited: dict[int, Citation], number: int, lang: Lang) -> str:
    """Claims under the provision they stand in; a claim from below that provision is an item of a list."""
    parts: list[str] = []
    above: Citation | None = None
    listing = False
    for claim in claims:
        source = cited.get(claim.citations[-1])
        item = above is not None and source is not None and _below(source, above)
        if listing and not item:
            parts.append("</ul>")
        if item and not listing:
            parts.append('<ul class="items">')
        listing = item
        if not item and source is not None:
            if above is None or (above.act, above.provision) != (source.act, source.provision):
                parts.append(_where(source, lang, named=above is not None and above.title == source.title))
            above = source
        parts.append(_claim(claim, cited, number, lang, "li" if item else "p"))
    if listing:
        parts.append("</ul>")
    return "".join(parts)


def _below(source: Citation, above: Citation) -> bool:
    return source.act == above.act and source.provision.startswith(above.provision + "/")


def _where(source: Citation, lang: Lang, *, named: bool) -> str:
    digest = source.authority == Authority.DIGEST and not source.label.startswith(OUR_LABELS)
    tag = f' <span class="tag">{esc(AUTHORITY[lang][Authority.DIGEST])}</span>' if digest else ""
    title = "" if named else f'<span class="act"> · {esc(shorten(shared_id(source.title), 110))}</span>'
    return f'<h3 class="where">{esc(source.label)}{title}{tag}</h3>'


def _claim(claim: Claim, cited: dict[int, Citation], number: int, lang: Lang, element: str) -> str:
    marks = [_mark(cited[entry], number, lang) for entry in claim.citations if entry in cited]
    hint = esc(say(lang, "paraphrase_hint"))
    own = f' <span class="tag" title="{hint}">{esc(say(lang, "paraphrase"))}</span>'
    tag = own if claim.support == "entailed" else ""
    text, space, last = claim.text.rpartition(" ")
    if len(last) > 30:  # too long to be kept on one line with its marks
        text, space, last = claim.text, " ", ""
    spoken = detect_language(claim.text)
    kept = f'<span class="end">{annotated(last, spoken)} {"".join(marks[:1])}</span>'
    said = f"{annotated(text, spoken)}{space}{kept}{''.join(marks[1:])}{tag}"
    below = _glosses(claim, cited, lang) + _doubts(claim, cited, lang)
    return f'<{element} class="claim">{said}{below}</{element}>'


def _glosses(claim: Claim, cited: dict[int, Citation], lang: Lang) -> str:
    """Our own words beside the quotations a claim rests on, marked as ours."""
    known = [cited[entry] for entry in claim.citations if entry in cited]
    lines = [gloss_line(entry.gloss, lang) for entry in known if entry.gloss]
    return "".join(f'<span class="doubt gloss">{esc(line)}</span>' for line in lines)


def _doubts(claim: Claim, cited: dict[int, Citation], lang: Lang) -> str:
    """What a reader should know of the restatements a claim cites."""
    notes = dict.fromkeys(cited[entry].note for entry in claim.citations if entry in cited)
    name = esc(say(lang, "doubts"))
    return "".join(f'<span class="doubt">{name}: {esc(note)}</span>' for note in notes if note)


def _marks(claim: Claim, cited: dict[int, Citation], number: int, lang: Lang) -> str:
    return " ".join(_mark(cited[entry], number, lang) for entry in claim.citations if entry in cited)


def _mark(citation: Citation, number: int, lang: Lang) -> str:
    name = esc(say(lang, "source_n", n=citation.id, label=citation.label))
    return (
        f'<button type="button" class="mark" data-turn="{number}" data-cite="{citation.id}" '
        f'aria-label="{name}" title="{name}">[{citation.id}]</button>'
    )


def sources_html(answer: Answer, number: int, lang: Lang) -> str:
    """The numbered list of what is cited, act by act; each entry opens its source."""
    acts: dict[tuple[str, str], list[Citation]] = {}
    for entry in answer.citations:
        acts.setdefault((entry.title, entry.currency), []).append(entry)
    parts = []
    for (title, currency), cited in acts.items():
        items = "".join(
            f'<li><button type="button" class="source" data-turn="{number}" data-cite="{entry.id}">'
            f'<span class="n">[{entry.id}]</span> {esc(_place(entry, lang))}</button></li>'
            for entry in cited
        )
        standing = esc(in_words(CURRENCY, lang, currency))
        tag = "" if currency == Currency.CURRENT else f' <span class="tag warn">{standing}</span>'
        parts.append(f'<p class="act">{esc(shorten(shared_id(title), 110))}{tag}</p><ul>{items}</ul>')
    return f'<nav class="sources"><h4>{esc(say(lang, "sources"))}</h4>{"".join(parts)}</nav>'


def _place(citation: Citation, lang: Lang) -> str:
    page = f"{'с.' if lang == 'ru' else 'p.'} {citation.page}" if citation.page else ""
    return " · ".join(bit for bit in (citation.label, page) if bit)


def _remarks(answer: Answer, lang: Lang) -> str:
    parts = []
    for note in answer.notes:
        parts.append(f'<p class="note">{esc(note)}</p>')
    if answer.conflicts:
        items = "".join(f"<li>{esc(entry)}</li>" for entry in answer.conflicts)
        parts.append(f'<div class="note"><h4>{esc(say(lang, "conflicts"))}</h4><ul>{items}</ul></div>')
    if answer.withheld:
        # What a model said and no text bears out is not shown: it may be what somebody planted.
        items = "".join(f"<li>{esc(entry.reason)}</li>" for entry in answer.withheld)
        summary = esc(say(lang, "withheld", n=len(answer.withheld)))
        parts.append(f'<details class="note"><summary>{summary}</summary><ul>{items}</ul></details>')
    return "".join(parts)


def _foot(answer: Answer, lang: Lang) -> str:
    backend = say(lang, "extractive") if answer.backend == "extractive" else answer.backend
    words = [say(lang, "foot", date=day_in_words(answer.as_of, lang), backend=backend)]
    if "total" in answer.timings_ms:
        words.append(say(lang, "foot_time", ms=round(answer.timings_ms["total"])))
    return f'<p class="foot">{esc(" · ".join(words))}<br>{esc(say(lang, "notice"))}</p>'


def unanswered(answer: Answer, nearest: Sequence[Nearest], lang: Lang) -> str:
    """An abstention with what came nearest and what is missing, or a question back with its options."""
    key = "clarify" if answer.status == "clarify" else "abstained"
    lines = "".join(f"<p>{esc(line)}</p>" for line in answer.answer.splitlines() if line.strip())
    parts = [_understood(answer, lang), f'<h3 class="where">{esc(say(lang, key))}</h3>', lines]
    if answer.options:
        chips = "".join(f"<li>{chip(option.label, option.question)}</li>" for option in answer.options)
        parts.append(f'<ul class="chips">{chips}</ul>')
    if nearest:
        items = "".join(
            f'<li><button type="button" class="source" data-ref="{esc(entry.ref)}">'
            f"{esc(entry.label)} · {esc(shorten(entry.title, 90))}</button></li>"
            for entry in nearest
        )
        parts.append(f'<nav class="sources"><h4>{esc(say(lang, "nearest"))}</h4><ul>{items}</ul></nav>')
    missing = [entry for entry in answer.missing if not entry.startswith(OWN)]
    if missing:
        items = "".join(f"<li>{esc(entry)}</li>" for entry in missing)
        parts.append(f'<div class="note"><h4>{esc(say(lang, "missing"))}</h4><ul>{items}</ul></div>')
    kind = "clarify" if answer.status == "clarify" else "abstained"
    return f'<div class="reply {kind}" lang="{esc(answer.language)}">{"".join(parts)}</div>'

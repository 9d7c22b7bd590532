"""An answer that checks support for a company -> its lines as HTML, and the way on to the form."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from assistant.eligibility.model import MARKS, State
from assistant.model import Answer, CheckLine, CheckOffered, Claim, Lang
from assistant.web.ask.words import say as said
from assistant.web.escape import esc


def check_html(answer: Answer, marks: Callable[[Claim], str], lang: Lang) -> str:
    """The verdict, the criteria with their marks and sources. ``marks``: a claim's buttons to its sources."""
    assert answer.check is not None
    parts: list[str] = []
    listing = False
    for line in answer.check.lines:
        item = line.kind == "item"
        if item != listing:
            parts.append('<ul class="criteria">' if item else "</ul>")
            listing = item
        parts.append(_line(line, answer, marks, lang))
    if listing:
        parts.append("</ul>")
    return "".join(parts) + form_link(answer.check, lang)


def _line(line: CheckLine, answer: Answer, marks: Callable[[Claim], str], lang: Lang) -> str:
    text = esc(line.text)
    if line.kind == "verdict":
        return f'<p class="verdict"><strong>{text}</strong></p>'
    if line.kind == "heading":
        return f'<h4 class="wanted">{text}</h4>'
    if line.kind == "text":
        return f"<p>{text}</p>"
    buttons = marks(answer.claims[line.claim]) if line.claim is not None else ""
    plain = "" if line.mark else " plain"
    return f'<li class="claim{plain}">{_mark(line.mark, lang)}<span>{text} {buttons}</span></li>'


def _mark(state: State | None, lang: Lang) -> str:
    if state is None:
        return ""
    name = esc(said(lang, f"state_{state}"))
    return f'<span class="state {state}" role="img" aria-label="{name}" title="{name}">{MARKS[state]}</span> '


def form_link(check: CheckOffered, lang: Lang) -> str:
    """A link to the form with what the question said of the company, to be confirmed there."""
    asked = {"tab": "eligibility", **({"measure": check.measure} if check.measure else {}), **check.facts}
    return f'<p><a class="open-form" href="?{esc(urlencode(asked))}">{esc(said(lang, "open_form"))}</a></p>'

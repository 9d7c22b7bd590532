"""An answer -> the paragraphs of its statements, each with its numbers.

The answer's own text is taken, with its lead words, lists and remarks. Where it does not have all statements
(an answer from elsewhere), they are put together from the claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.export import words
from assistant.export.blocks import Kind, Para, Run, plain
from assistant.export.plain import clean, one_line, shorten
from assistant.export.reference import without_our_label
from assistant.export.words import quoted, say
from assistant.library.view import shared_id
from assistant.model import Answer, Authority, Citation, Claim, Currency, Lang

LEAD_CHARS = 160
_DEEPEST = 2  # levels of lists inside a list
_GAP = re.compile(r"\n\s*\n")


def told(answer: Answer, lang: Lang) -> Iterator[Para]:
    """What an answer says, without corrections, conflicts and notes, which have places of their own."""
    text = one_line(answer.answer)
    if all(one_line(f"{claim.text} {_numbers(claim)}") in text for claim in answer.claims):
        yield from _as_written(answer, lang)
    else:
        yield from _from_claims(answer, lang)


def _numbers(claim: Claim) -> str:
    return " ".join(f"[{number}]" for number in claim.citations)


# ── the answer's own text ─────────────────────────────────────────────────────────────────────────


def _as_written(answer: Answer, lang: Lang) -> Iterator[Para]:
    apart = {one_line(entry) for entry in (*answer.corrections, *answer.conflicts, *answer.notes)}
    marks = _paraphrases(answer)
    deepest = 0  # an item is at most one level below the one before it
    for passage in _GAP.split(answer.answer):
        if one_line(passage) in apart:
            continue
        written = [line for line in passage.split("\n") if clean(line)]
        for place, line in enumerate(written):
            leads = place == 0 and len(written) > 1 and line.rstrip().endswith(":")
            paraphrase = any(mark in one_line(line) for mark in marks)
            para = _line(line, deepest, leads=leads, paraphrase=paraphrase, lang=lang)
            deepest = min(para.level + 1, _DEEPEST) if para.kind == "item" else 0
            yield para


def _paraphrases(answer: Answer) -> list[str]:
    """How the lines end that say in other words what is quoted."""
    ends = (
        (clean(claim.text).rpartition("\n")[2], claim)
        for claim in answer.claims
        if claim.support == "entailed"
    )
    return [one_line(f"{end} {_numbers(claim)}") for end, claim in ends]


def _line(line: str, deepest: int, *, leads: bool, paraphrase: bool, lang: Lang) -> Para:
    indent = len(line) - len(line.lstrip(" "))
    text = clean(line)
    item = text.startswith("- ")
    kind: Kind = "item" if item else "lead" if leads else "text"
    said = Run(text.removeprefix("- ") if item else text)
    level = min(indent // 2, deepest) if item else 0
    return Para((said, _paraphrase(lang)) if paraphrase else (said,), kind, level)


def _paraphrase(lang: Lang) -> Run:
    return Run(f" ({say(lang, 'paraphrase')})", "emphasis")


# ── put together from the claims ──────────────────────────────────────────────────────────────────


def _from_claims(answer: Answer, lang: Lang) -> Iterator[Para]:
    """Each statement under the place it stands in; what stands below that place is listed."""
    cited = {citation.id: citation for citation in answer.citations}
    above: Citation | None = None
    for claim in answer.claims:
        source = cited.get(claim.citations[-1])
        below = source is not None and above is not None and _below(source, above)
        if source is not None and not below:
            if above is None or _place(above) != _place(source):
                yield _lead(source, lang)
            above = source
        yield _statement(claim, lang, "item" if below else "text")


def _place(citation: Citation) -> tuple[str, str | None, str]:
    return citation.act, citation.edition, citation.provision


def _below(source: Citation, above: Citation) -> bool:
    return _place(source)[:2] == _place(above)[:2] and source.provision.startswith(f"{above.provision}/")


def _lead(source: Citation, lang: Lang) -> Para:
    """Which act and place the next statements are from, and what keeps them from being the law in force."""
    remarks = []
    if source.authority != Authority.OFFICIAL:
        remarks.append(words.authority(source, lang))
    if source.currency != Currency.CURRENT:
        remarks.append(words.CURRENCY[lang].get(source.currency, source.currency))
    act = quoted(shorten(shared_id(source.title), LEAD_CHARS), lang)
    said = ", ".join(part for part in (without_our_label(source), act) if part)
    return plain(f"{said} ({'; '.join(remarks)})" if remarks else said, "lead", "strong")


def _statement(claim: Claim, lang: Lang, kind: Kind) -> Para:
    runs = (Run(clean(claim.text)), Run(f" {_numbers(claim)}"))
    return Para((*runs, _paraphrase(lang)) if claim.support == "entailed" else runs, kind)

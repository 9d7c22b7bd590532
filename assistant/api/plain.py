"""An answer -> plain text: statements with [n] marks, then the sources with their quotations."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.model import Answer, Authority, Citation, Claim, Lang

_WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        "sources": "Источники:", "page": "с. {page}", "ours": "наше изложение, не текст акта",
        "nearest": "Ближайшие положения:", "missing": "Не хватает в библиотеке:", "edition": "ред. от {day}",
        "withheld": "Не показано утверждений: {n}. Проверка их не подтвердила.",
    },
    "en": {
        "sources": "Sources:", "page": "p. {page}", "ours": "our restatement, not the act's wording",
        "nearest": "Nearest provisions:", "missing": "The library lacks:", "edition": "edition of {day}",
        "withheld": "Statements not shown: {n}. The check did not confirm them.",
    },
}  # fmt: skip


def pieces(answer: Answer) -> list[str]:
    """The text in the pieces in which it can be sent, to be joined as they are: claims, then the rest."""
    parts = statements(answer)
    told = [part if position == 0 else f"\n\n{part}" for position, part in enumerate(parts)]
    rest = "\n\n".join(filter(None, (_notes(answer), sources(answer))))
    return [*told, f"\n\n{rest}"] if rest and told else told or [rest]


def text(answer: Answer) -> str:
    """The whole text."""
    return "".join(pieces(answer))


def statements(answer: Answer) -> list[str]:
    """What is said: the corrections and the claims, or why there is none and what may be asked instead."""
    if answer.claims:
        return [*answer.corrections, *(marked(claim) for claim in answer.claims), *answer.conflicts]
    words = _WORDS[answer.language]
    listed = [f"- {option.label}" for option in answer.options]
    said = ["\n".join([answer.answer, *listed])]
    if answer.nearest:
        said.append("\n".join([words["nearest"], *(f"- {ref}" for ref in answer.nearest)]))
    if answer.missing:
        said.append("\n".join([words["missing"], *(f"- {act}" for act in answer.missing)]))
    return said


def marked(claim: Claim) -> str:
    """A claim with the marks of its citations: «… [1][2]»."""
    return f"{claim.text} {''.join(f'[{key}]' for key in claim.citations)}"


def sources(answer: Answer) -> str:
    """The list of sources; empty where nothing is cited."""
    if not answer.citations:
        return ""
    words = _WORDS[answer.language]
    return "\n".join([words["sources"], *(source(citation, words) for citation in answer.citations)])


def source(citation: Citation, words: dict[str, str]) -> str:
    """One source: its number, what and where it is, how it stands, the quotation."""
    number = f"№ {citation.number}" if citation.number and words is _WORDS["ru"] else citation.number
    numbered = " ".join(filter(None, (number, citation.date)))
    ours = citation.authority == Authority.DIGEST
    page = words["page"].format(page=citation.page) if citation.page else ""
    edition = words["edition"].format(day=citation.edition) if citation.edition and not ours else ""
    facts: Sequence[str] = [
        fact
        for fact in (citation.title, numbered, citation.label, page, edition, words["ours"] if ours else "",
                     citation.standing or str(citation.currency), citation.ref)
        if fact
    ]  # fmt: skip
    note = f"\n    {citation.note}" if citation.note else ""
    return f"[{citation.id}] {'; '.join(facts)}\n    «{citation.quote}»{note}"


def _notes(answer: Answer) -> str:
    withheld = _WORDS[answer.language]["withheld"].format(n=len(answer.withheld)) if answer.withheld else ""
    return "\n".join([*answer.notes, *([withheld] if withheld and not answer.notes else [])])


def without_sources(said: str) -> str:
    """An earlier answer without the list of sources this module put under it."""
    for words in _WORDS.values():
        said = said.split(f"\n\n{words['sources']}\n", 1)[0]
    return said

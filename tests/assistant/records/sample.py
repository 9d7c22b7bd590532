"""Two owners, and answers over the sample law that cite what a test names."""

from __future__ import annotations

from datetime import date

from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.model import Answer, Citation, Claim
from assistant.records import Owner

ANNA = Owner("anna", "Анна")
BORIS = Owner("boris", "Борис")
LAW = "ru-fz-1-2020"


def answer(question: str = "Когда поливать розы?", text: str = "Утром.", **fields: object) -> Answer:
    """An answer that cites nothing unless ``fields`` say so."""
    values = {
        "status": "answered", "language": "ru", "question": question, "answer": text,
        "as_of": date.today().isoformat(), "library_version": "1", "backend": "extractive",
        "usage": {"input_tokens": 7}, "timings_ms": {"total": 1.0},
    }  # fmt: skip
    return Answer(**{**values, **fields})


def citing(library: Library, *provisions: str, edition: str = "2020-01-01", **fields: object) -> Answer:
    """An answer whose citations quote these provisions of the sample law as they stand now."""
    view = LibraryView(library)
    row = view.editions_like(LAW, edition, "official")[0]
    loaded = view.edition(row.id)
    day = date.fromisoformat(str(fields.get("as_of", date.today())))
    citations = []
    for number, pid in enumerate(provisions, start=1):
        node = loaded.provisions[pid]
        citations.append(
            Citation(
                id=number, ref=f"{LAW}#{pid}", act=LAW, title="О поливе роз", number="1-ФЗ", date="2020-01-01",
                edition=edition, currency=view.currency(row.id, day, node), authority="official", confidence=None,
                provision=pid, label=node.label, page=None, start=node.start, end=node.end,
                quote=loaded.text[node.start : node.end], url=None,
            )
        )  # fmt: skip
    claims = [Claim(text=each.quote, citations=[each.id], support="verbatim") for each in citations]
    return answer(citations=citations, claims=claims, **fields)

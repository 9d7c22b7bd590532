"""Cases, citations and outcomes made by hand over the acts of ``tests/evals/sample.py``."""

from __future__ import annotations

from assistant.library.view import LibraryView
from assistant.model import Authority, Citation
from evals.case import EvalCase, Target
from evals.metrics.base import Scene
from evals.metrics.registry import BY_NAME
from evals.outcome import Found, Outcome
from tests.evals.sample import NEW, QUOTES, WATER

EVENING = f"{WATER}#st1/ch1"


def case(*needs: str, name: str = "c1", lang: str = "ru", category: str = "plain", **fields) -> EvalCase:
    """A case that needs these provisions; ``a|b`` for either."""
    must_cite = tuple(tuple(Target.read(each) for each in need.split("|")) for need in needs)
    values = {"question": "Допускается ли вечерний полив?", "category": category, "must_cite": must_cite}
    return EvalCase(id=name, lang=lang, **{**values, **fields})


def citation(
    view: LibraryView,
    provision: str = "st1/ch1",
    quote: str | None = None,
    *,
    act: str = WATER,
    edition: str | None = NEW,
    authority: Authority = Authority.OFFICIAL,
    number: int = 1,
    at: int | None = None,
) -> Citation:
    """A quotation from where it stands; with ``at``, as if it stood there."""
    quote = QUOTES[provision] if quote is None else quote
    start = at
    if start is None:
        row = view.editions_like(act, edition, authority)[0]
        start = view.edition(row.id).text.index(quote)
    return Citation(
        id=number, ref=f"{act}#{provision}", act=act, title="О поливе", number=None, date=None, edition=edition,
        currency="unknown", authority=authority, confidence=None, provision=provision, label=provision,
        page=None, start=start, end=start + len(quote), quote=quote, url=None,
    )  # fmt: skip


def answered(*citations: Citation, name: str = "c1", text: str | None = None, **fields) -> Outcome:
    """An answer that tells each quotation word for word, unless other claims are given."""
    claims = [(each.quote, [each.id]) for each in citations]
    values = {
        "ended": "answered",
        "language": "ru",
        "answer": text if text is not None else "\n".join(said for said, _ in claims),
        "claims": claims,
        "citations": list(citations),
    }
    return Outcome(case=name, **{**values, **fields})


def refused(name: str = "c1", **fields) -> Outcome:
    return Outcome(case=name, **{"ended": "abstained", "language": "ru", "answer": "Не нашлось.", **fields})


def found(view: LibraryView, *places: tuple[str, str | None, str], name: str = "c1", **fields) -> Outcome:
    """A search that found whole provisions: (act, edition, provision)."""
    spans = []
    for act, edition, provision in places:
        row = next(row for row in view.of_act(act) if row.edition == edition)
        node = view.edition(row.id).provisions[provision]
        spans.append(Found(ref=f"{act}#{provision}", edition=edition, start=node.start, end=node.end))
    return Outcome(case=name, **{"ended": "searched", "found": spans, **fields})


def value(metric: str, case: EvalCase, outcome: Outcome, view: LibraryView) -> float | None:
    """A metric's number for a case."""
    return BY_NAME[metric].per_case(case, outcome, Scene(view))


def overall(metric: str, pairs, view: LibraryView):
    """A metric's figure for all outcomes."""
    return BY_NAME[metric].overall(pairs, Scene(view))

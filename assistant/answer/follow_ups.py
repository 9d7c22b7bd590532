"""An answer -> questions that lead on from it and that this library answers.

Each names one provision of a held text, so that asking it is never refused: what a cited text refers to, what
in the same act refers to it or follows it, how it changed between two held editions, and what the official
text says where only a digest was quoted. A question is offered only if reading it leads to that provision.
A user's documents, and acts the catalogue does not know, are named by number and label alone: no word of
theirs becomes part of a question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from assistant.answer.follow_up_words import ABSOLUTE, HEADED, Kind, Target, worded
from assistant.answer.glosses import edition_of
from assistant.dates import as_of_date
from assistant.diff import normalised
from assistant.library.schema import ChunkRow
from assistant.library.view import EditionView, Filters, LibraryView
from assistant.model import Answer, Authority, Provision
from assistant.query import read_question
from assistant.references import Reference, act_ids, candidate_paths, find_references, reference_paths
from assistant.scope_words import asks_for_changes

CITED = 8  # cited provisions looked at
MENTIONS = 6  # mentions of provisions read in one text
BASES = 3  # articles beside which something is looked for, those cited most first
WINDOW = 140  # characters in which a mention and the act it is of are read
NEAR = 400  # characters around a mention in which it is said to be a sanction or an exception
LONG_ARTICLE = 1500  # of a longer one the part that refers is meant, not all of it
READABLE = 12_000  # characters above which a provision is too much to ask for because it comes next
COMPARED = 3  # provisions compared between two editions
FILTERS = ("kind", "jurisdiction", "issuer", "act", "authority", "text_lang")

# Where a mention may begin; the reader of references decides what it is.
_MENTION = re.compile(
    r"(?<!\w)(?:Articles?|Annex|paragraph|section|point"
    r"|(?:подпункт|пункт|част|стать)(?!\w*ичн)\w{0,3})\s+(?:[«\"“(]?\w{1,2}[»\"”)]|[IVX]+(?!\w)|\d)"
)
_OWN = re.compile(r"[\s,]*(?:(?:of|to)\s+this|настоящ\w+)\s", re.IGNORECASE)
_CHAIN = re.compile(
    r"(?:[\s,]*(?:and|or|to|и|или|либо|[–—-])?[\s(«\"“]*(?:(?:points?|articles?|стать\w+)\s)?(?:\d[\w.()-]*|[a-zа-я])[»\"”)]*(?!\w))*",
    re.I,
)
_ELSEWHERE = re.compile(
    r"[\s,()]*(?:(?:of|to)\s+(?!article|annex|paragraph|section|point)|thereof|TFEU|TEU|[A-Z]\w*\s|[А-ЯЁ]\w+"
    r"|(?:этого|того|указанн\w+|данн\w+|названн\w+|федеральн\w+|закон\w*|кодекс\w*|указ\w*|постановлени\w+"
    r"|положени\w*|правил|перечн\w+|порядк\w+|приказ\w*|договор\w*|конвенци\w+)(?!\w))"
)
_TO_ACT = re.compile(r"[\s,()]*(?:(?:of|to|the|в|к)\s+)*", re.IGNORECASE)
_AMENDING = re.compile(r"внесении изменений|об изменении|\bamend", re.IGNORECASE)
# What makes a provision that refers to another worth asking about: a sanction, then an exception.
_SANCTION = re.compile(r"penalt|\bfine[sd]?\b|liabilit|ответственност|штраф", re.IGNORECASE)
_EXCEPTION = re.compile(r"exempt|derogat|shall not apply|не распространя|не применя", re.IGNORECASE)
_TELLING = re.compile(f"{_SANCTION.pattern}|{_EXCEPTION.pattern}", re.IGNORECASE)
_BOILERPLATE = re.compile(r"general provisions|общие положения|severability|subject matter", re.IGNORECASE)
_ASKED_ABOUT = frozenset({"article", "part", "point", "subpoint", "paragraph", "annex", "section", "recital"})


@dataclass(slots=True)
class _Asking:
    """An answer as it is led on from. ``taken``: provisions cited, named in the question, or offered."""

    answer: Answer
    view: LibraryView
    filters: Filters
    scope: set[int]
    cited: list[Target]
    taken: list[Target] = field(default_factory=list)

    def open_to(self, target: Target) -> bool:
        """Whether a question about a provision would show something new."""
        node = target.node
        return (
            node.kind in _ASKED_ABOUT
            and not node.repealed
            and node.end > node.start
            and not any(target.meets(other) for other in self.taken)
        )


def follow_ups(answer: Answer, view: LibraryView, *, most: int = 3) -> list[str]:
    """Up to ``most`` full questions in the answer's language, best first; none for what is no answer.

    Of each kind one at most; none repeats the question or asks for what is cited, but for how it changed.
    """
    if answer.status != "answered" or most < 1:
        return []
    asking = _asking(answer, view)
    kinds: tuple[tuple[Kind, Callable[[_Asking], Iterator[Target]]], ...] = (
        ("says", _referred_to),
        ("says", _beside),
        ("changed", _changed),
        ("official", _restated),
    )
    found: list[str] = []
    for kind, targets in kinds:
        if len(found) == most:
            break
        question = next(_questions(kind, targets(asking), asking), None)
        if question is not None:
            found.append(question)
    return found


def _asking(answer: Answer, view: LibraryView) -> _Asking:
    given = answer.made_with.filters if answer.made_with else {}
    filters = Filters(
        as_of=as_of_date(answer.as_of),
        as_of_given=bool(answer.made_with and answer.made_with.as_of_given),
        **{name: given[name] for name in FILTERS if name in given},
    )
    asking = _Asking(answer, view, filters, view.in_scope(filters), [])
    for citation in answer.citations:
        edition = edition_of(citation, view)
        node = edition.find(citation.provision) if edition else None
        if edition is not None and node is not None:
            asking.cited.append(Target(edition, node))
    asking.cited = list({(each.edition.row.id, each.node.id): each for each in asking.cited}.values())[:CITED]
    asking.taken = [*asking.cited, *_named(answer.rewritten or answer.question, asking)]
    return asking


def _named(question: str, asking: _Asking) -> Iterator[Target]:
    """The provisions a question names, in the acts that the answer cites."""
    editions = {each.edition.row.id: each for each in asking.cited}
    for reference in find_references(question):
        for each in editions.values() if reference.steps else ():
            node = _node(reference, each)
            if node is not None:
                yield Target(each.edition, node)


def _questions(kind: Kind, targets: Iterator[Target], asking: _Asking) -> Iterator[str]:
    """The questions about the first of ``targets`` that a reader of questions understands."""
    for target in targets:
        for question in worded(kind, target, asking.view.acts[target.act], asking.answer.language):
            if question != asking.answer.question and _leads_to(target, question, kind, asking):
                article = next((node for node in target.chain if node.kind in HEADED), target.node)
                asking.taken.append(Target(target.edition, article))
                yield question


def _leads_to(target: Target, question: str, kind: Kind, asking: _Asking) -> bool:
    """Whether a question is read as naming this provision and no other, so that it is not refused."""
    view = asking.view
    reading = read_question(question, view, asking.filters, use_glossary=False)
    named = reading.provisions
    if reading.acts != (target.act,) or reading.unknown_acts or reading.ambiguous or len(named) != 1:
        return False
    if reading.lang != asking.answer.language or reading.compares != (kind == "changed"):
        return False
    same = reading.filters == asking.filters and not reading.compares
    scope = asking.scope if same else view.in_scope(reading.filters, earlier=reading.compares)
    rows = [
        row
        for row in view.of_act(target.act)
        if row.id in scope
        and row.authority != Authority.DIGEST
        and asking.filters.text_lang in (None, row.lang)
    ]
    for path in named[0].paths:
        found = {row.id: node.id for row in rows if (node := view.edition(row.id).find(path)) is not None}
        if found:
            both = kind != "changed" or len(found) > 1
            return both and found.get(target.edition.row.id) == target.node.id
    return False


# ── what a cited text refers to ───────────────────────────────────────────────────────────────────


def _referred_to(asking: _Asking) -> Iterator[Target]:
    """The held provisions that the quotations refer to, then those that the rest of their provisions do."""
    for each in asking.cited:
        act = asking.view.acts[each.act]
        if each.is_digest or _AMENDING.search(f"{act.title_ru} {act.title_en}"):
            continue
        text = each.edition.text[each.node.start : each.node.end]
        for reference, window in _mentions(text):
            target = _meant(reference, window, each, asking)
            if target is not None and asking.open_to(target):
                yield target


def _mentions(text: str) -> Iterator[tuple[Reference, str]]:
    """The first mentions of provisions in a text, each with the words from it on; headings are none."""
    at, read = 0, 0
    while read < MENTIONS and (match := _MENTION.search(text, at)) is not None:
        at, read = match.end(), read + 1
        if match.start() == 0:
            continue
        window = text[match.start() : match.start() + WINDOW]
        first = next((found for found in find_references(window) if found.steps), None)
        if first is not None and first.start == 0:
            at = max(at, match.start() + first.end)
            yield first, window


def _meant(reference: Reference, window: str, at: Target, asking: _Asking) -> Target | None:
    """The held provision that a reference standing in ``at`` means; None where it is another act's."""
    act, chain = reference.act, _CHAIN.match(window, reference.end)
    rest = window[chain.end() if chain else reference.end :]
    if _OWN.match(rest):
        return _own(reference, at)
    if act is not None and reference.end <= act.start and _TO_ACT.fullmatch(window, reference.end, act.start):
        return _of_other(reference, asking)
    return None if _ELSEWHERE.match(rest) else _own(reference, at)


def _own(reference: Reference, at: Target) -> Target | None:
    node = _node(reference, at)
    return Target(at.edition, node) if node is not None else None


def _node(reference: Reference, at: Target) -> Provision | None:
    """The provision of the same edition that a reference means, read from where it stands."""
    row, steps = at.edition.row, reference.steps
    above = next((each for each in at.chain if each.kind == "article" and each.number), None)
    if above is not None and not any(unit in ABSOLUTE for unit, _ in steps):
        steps = (("article", str(above.number)), *steps)
    attached = at.node.id.startswith("att")
    jurisdiction = row.act_id.partition("-")[0]
    for path in candidate_paths(steps, jurisdiction, attached=attached, english=row.lang == "en"):
        node = at.edition.provisions.get(path)
        if node is not None and node.id.startswith("att") == attached:
            return node
    return None


def _of_other(reference: Reference, asking: _Asking) -> Target | None:
    """The provision that a reference with its act means, where an official text of that act is held."""
    for act in act_ids(reference.act) if reference.act else ():
        for row in asking.view.of_act(act):
            if row.id in asking.scope and row.authority == Authority.OFFICIAL:
                edition = asking.view.edition(row.id)
                found = (edition.find(path) for path in reference_paths(reference))
                node = next((each for each in found if each is not None), None)
                if node is not None:
                    return Target(edition, node)
    return None


# ── what stands beside it ─────────────────────────────────────────────────────────────────────────


def _beside(asking: _Asking) -> Iterator[Target]:
    """The sanction or exception that refers to what is cited, then the next provision with a heading."""
    texts = [each for each in asking.cited if not each.is_digest]
    for ways, kinds in ((_referring, ("article", "point")), (_next_headed, ("article", "section", "annex"))):
        found: Counter[tuple[int, str]] = Counter()
        for each in texts:
            numbered = [node for node in each.chain if node.kind in kinds and node.number]
            articles = [node for node in numbered if node.kind == "article"]
            found.update((each.edition.row.id, node.id) for node in (articles or numbered)[:1])
        for (edition, base), _ in found.most_common(BASES):
            held = asking.view.edition(edition)
            targets = ways(Target(held, held.provisions[base]), asking)
            yield from (target for target in targets if asking.open_to(target))


def _referring(base: Target, asking: _Asking) -> Iterator[Target]:
    """The sanctions that refer to an article or a point, then the exceptions from it."""
    edition, node = base.edition, base.node
    number = re.escape(str(node.number))
    noun = "Articles?" if edition.row.lang == "en" else r"стать\w+" if node.kind == "article" else r"пункт\w+"
    found: list[tuple[bool, int, list[Provision]]] = []
    for match in re.finditer(rf"{noun} {number}(?![\w.–-]*\d)", edition.text):
        if node.start <= match.start() < node.end:
            continue
        if not _TELLING.search(edition.text, max(0, match.start() - NEAR), match.start() + NEAR):
            continue
        chain = _holding(edition, match.start())
        told = edition.text[chain[0].start : chain[0].end] if chain else ""
        sanction = bool(_SANCTION.search(told))
        if sanction or _EXCEPTION.search(told):
            found.append((not sanction, match.start(), chain))
    for _, start, chain in sorted(found, key=lambda each: each[:2])[:MENTIONS]:
        window = edition.text[start : start + WINDOW]
        first = next((each for each in find_references(window) if each.steps), None)
        meant = _meant(first, window, Target(edition, chain[0]), asking) if first is not None else None
        if meant is not None and meant.meets(base):
            yield Target(edition, _worth_asking(chain))


def _worth_asking(chain: list[Provision]) -> Provision:
    """Of the provisions around a place, smallest first: its article, or of a long one the part."""
    below = chain[0]
    for node in chain:
        if node.kind in HEADED:
            return below if node.end - node.start > LONG_ARTICLE else node
        below = node
    return next((node for node in chain if node.kind == "point"), chain[0])


def _next_headed(base: Target, _asking: _Asking) -> Iterator[Target]:
    """The next provision of the same kind that has a heading."""
    for node in base.edition.provisions.values():
        if node.start >= base.node.end and node.kind == base.node.kind and node.heading and node.number:
            if node.end - node.start <= READABLE and not _BOILERPLATE.search(node.heading):
                yield Target(base.edition, node)
            return


def _holding(edition: EditionView, offset: int) -> list[Provision]:
    """The provisions in which a character stands, the smallest first."""
    found = [node for node in edition.provisions.values() if node.start <= offset < node.end]
    return sorted(found, key=lambda node: node.end - node.start)


# ── what changed, and what the official text says ─────────────────────────────────────────────────


def _changed(asking: _Asking) -> Iterator[Target]:
    """Cited provisions, as far as their article, whose words differ from the edition held before."""
    if asks_for_changes(asking.answer.question):
        return
    for each in asking.cited[:COMPARED]:
        earlier = _earlier(each, asking)
        node = next((above for above in each.chain if above.kind == "article"), each.node)
        before = earlier.find(node.id) if earlier else None
        if earlier is not None and before is not None:
            old, new = earlier.text[before.start : before.end], each.edition.text[node.start : node.end]
            if old.split() != new.split() and normalised(old) != normalised(new):
                yield Target(each.edition, node)


def _earlier(at: Target, asking: _Asking) -> EditionView | None:
    """The official edition of the same text held before the one cited."""
    row = at.edition.row
    rows = [
        other
        for other in asking.view.of_act(row.act_id)
        if (other.authority, other.attachment, other.lang) == (Authority.OFFICIAL, row.attachment, row.lang)
        and (other.edition or "") < (row.edition or "")
    ]
    if row.authority != Authority.OFFICIAL or not rows:
        return None
    return asking.view.edition(max(rows, key=lambda other: other.edition or "").id)


def _restated(asking: _Asking) -> Iterator[Target]:
    """The provisions of held official texts that the digests quoted restate."""
    view = asking.view
    for each in asking.cited:
        if not each.is_digest:
            continue
        same = ChunkRow.edition_id == each.edition.row.id, ChunkRow.pid == each.node.id
        with view.library.session() as session:
            found = [paths for paths in session.scalars(select(ChunkRow.restates).where(*same)) if paths]
        for row in view.of_act(each.act) if found else ():
            if row.authority == Authority.OFFICIAL and row.id in asking.scope:
                held = view.edition(row.id)
                nodes = (held.provisions[path] for path in found[0] if path in held.provisions)
                yield from (t for t in (Target(held, node) for node in nodes) if asking.open_to(t))

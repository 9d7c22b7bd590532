"""An answer made earlier, and the library as it is now -> whether it would be made again, and what differs.

Three things are looked at apart: whether every quotation still stands where it was cut, what the library held
then and does not hold now (or the other way round), and, where the question is asked again, each claim of
then beside those of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from assistant.answer.verify import locate
from assistant.library import Library
from assistant.library.schema import EditionRow
from assistant.library.versions import ActState, EditionKey, Held, HeldEdition
from assistant.library.view import LibraryView
from assistant.made import inputs_of
from assistant.model import Answer, Authority, Citation, Claim, Currency, Record, provision_ref

# Fields of an answer that say how it came about, not what it says.
_ASIDE = {"usage", "timings_ms", "made_with", "library_version"}
_APART = frozenset({*_ASIDE, "claims", "citations", "answer"})


class Change(Record):
    """Something that was otherwise then: its name, what it was, what it is."""

    what: str
    before: str | None = None
    after: str | None = None


class CitationThen(Record):
    """A citation of the earlier answer, compared with the text held now.

    state: the words stand at their offsets; elsewhere in the same edition (``start``); its text was replaced
    and has them no more; the edition is not held. later: editions of the act held now that are later than
    the cited one. currency: as of the day the question is asked again.
    """

    id: int
    ref: str
    edition: str | None
    authority: Authority
    state: Literal["stands", "moved", "replaced", "removed"]
    start: int | None = None
    currency_then: Currency
    currency: Currency | None = None
    later: list[str] = Field(default_factory=list)


class EditionThen(Record):
    """An edition in which the library of then differs from that of now.

    change: it was ``added`` or ``removed`` since, its text ``replaced``, or its file ``reread`` by a later
    program to the same text. file, file_sha256: the one its text of then was taken from. sources: where the
    act's official text is to be had. cited: the answer cites it.
    """

    act: str
    title: str | None
    edition: str | None
    authority: Authority
    attachment: int = 0
    change: Literal["added", "removed", "replaced", "reread"]
    cited: bool = False
    file: str | None = None
    file_sha256: str | None = None
    sources: list[str] = Field(default_factory=list)


class ClaimThen(Record):
    """A claim then and now: the same; on the same quotations in other words; the same words on other
    quotations; only then; only now. refs: what it cites.
    """

    state: Literal["same", "reworded", "requoted", "gone", "new"]
    then: str | None
    now: str | None
    refs: list[str]


class Again(Record):
    """What ``ai-policy again --json`` prints.

    outcome: ``identical``; ``same_evidence``, the same quotations in other words, as a language model may put
    it; ``differs``; ``not_asked``. library: whether it is the one the answer was made from. recorded: whether
    this home knows what that version held; where it does not, ``editions`` has only those the answer cites.
    conditions: what else differs that an answer depends on. changes: of the answer's other parts. now: the
    answer made again.
    """

    outcome: Literal["identical", "same_evidence", "differs", "not_asked"] = "not_asked"
    question: str
    library: Literal["same", "changed"]
    version_then: str
    version: str
    recorded: bool
    as_of_then: str
    citations: list[CitationThen] = Field(default_factory=list)
    editions: list[EditionThen] = Field(default_factory=list)
    acts: list[Change] = Field(default_factory=list)
    conditions: list[Change] = Field(default_factory=list)
    claims: list[ClaimThen] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)
    now: Answer | None = None


# ── the library then and now ──────────────────────────────────────────────────────────────────────


def examined(answer: Answer, library: Library, view: LibraryView, day: date) -> Again:
    """The citations and the library of an answer, compared with what is held now; nothing is asked.

    ``day``: as of which the standing of what it cites is told.
    """
    then = library.held_in(answer.library_version)
    now = library.held_in(view.version)
    told = (view.part_of(then), view.part_of(now)) if then and now else None
    # What others brought or deleted makes another version, and for this reader no other library.
    same = answer.library_version == view.version or (
        told is not None and told != (then, now) and _alike(*told)
    )
    found = Again(
        question=answer.question,
        library="same" if same else "changed",
        version_then=answer.library_version,
        version=view.version,
        recorded=same or told is not None,
        as_of_then=answer.as_of,
        citations=[_citation(citation, view, day) for citation in answer.citations],
    )
    if same:
        return found
    cited = {(each.act, each.edition, str(each.authority)) for each in answer.citations}
    if told is None:
        found.editions = list(_lost(answer.citations, found.citations, view))
    else:
        found.editions = [*_editions(*told, view, cited)]
        found.acts = list(_acts(*told))
    return found


def _alike(then: Held, now: Held) -> bool:
    if then.acts != now.acts or then.editions.keys() != now.editions.keys():
        return False
    return all(_change(each, now.editions[key]) is None for key, each in then.editions.items())


def _citation(citation: Citation, view: LibraryView, day: date) -> CitationThen:
    found = CitationThen(
        id=citation.id,
        ref=citation.ref,
        edition=citation.edition,
        authority=citation.authority,
        state="removed",
        currency_then=citation.currency,
        later=_later(citation, view),
    )
    rows = view.editions_like(citation.act, citation.edition, citation.authority)
    for row in rows:
        if view.edition(row.id).text[citation.start : citation.end] == citation.quote:
            found.state, found.currency = "stands", _currency(citation, row, view, day)
            return found
    for row in rows:
        text = view.edition(row.id).text
        place = locate(citation.quote, text, 0, len(text))
        if place is not None:
            found.state, found.start = "moved", place[0]
            found.currency = _currency(citation, row, view, day)
            return found
    if rows:
        found.state = "replaced"
    return found


def _currency(citation: Citation, row: EditionRow, view: LibraryView, day: date) -> Currency:
    return view.currency(row.id, day, view.edition(row.id).find(citation.provision))


def _later(citation: Citation, view: LibraryView) -> list[str]:
    rows = view.of_act(citation.act)
    held = {row.edition for row in rows if row.authority == citation.authority and row.edition}
    return sorted(edition for edition in held if edition > (citation.edition or ""))


def _editions(
    then: Held, now: Held, view: LibraryView, cited: set[tuple[str, str | None, str]]
) -> Iterator[EditionThen]:
    for key in sorted({*then.editions, *now.editions}, key=_in_order):
        before, after = then.editions.get(key), now.editions.get(key)
        held = before or after
        change = _change(before, after)
        if held is None or change is None:
            continue
        yield EditionThen(
            act=held.act,
            title=held.title,
            edition=held.edition,
            authority=Authority(held.authority),
            attachment=held.attachment,
            change=change,
            cited=before is not None and key[:3] in cited,
            file=held.path,
            file_sha256=held.file_sha256,
            sources=_sources(held.act, view),
        )


def _change(
    before: HeldEdition | None, after: HeldEdition | None
) -> Literal["added", "removed", "replaced", "reread"] | None:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if before.text_sha256 != after.text_sha256:
        return "replaced"
    return "reread" if before.pipeline != after.pipeline else None


def _in_order(key: EditionKey) -> tuple[str, str, str, int]:
    return key[0], key[1] or "", key[2], key[3]


def _lost(
    citations: Sequence[Citation], checks: Sequence[CitationThen], view: LibraryView
) -> Iterator[EditionThen]:
    """The cited editions that are not held as they were, where nothing else is known of that library."""
    told: set[tuple[str, str | None, str]] = set()
    for citation, check in zip(citations, checks, strict=True):
        key = (citation.act, citation.edition, str(citation.authority))
        if check.state == "stands" or key in told:
            continue
        told.add(key)
        yield EditionThen(
            act=citation.act,
            title=citation.title,
            edition=citation.edition,
            authority=citation.authority,
            change="removed" if check.state == "removed" else "replaced",
            cited=True,
            sources=_sources(citation.act, view) or ([citation.url] if citation.url else []),
        )


def _sources(act: str, view: LibraryView) -> list[str]:
    row = view.acts.get(act)
    return list(row.sources or ([row.official_url] if row.official_url else [])) if row else []


def _acts(then: Held, now: Held) -> Iterator[Change]:
    """What is known otherwise of acts; an act that came or went with its text is told by its edition."""
    with_text = {key[0] for key in {*then.editions} ^ {*now.editions}}
    for act in sorted({*then.acts, *now.acts}):
        before, after = then.acts.get(act), now.acts.get(act)
        if before == after or (act in with_text and (before is None or after is None)):
            continue
        yield Change(what=act, before=_state(before), after=_state(after))


def _state(state: ActState | None) -> str | None:
    if state is None:
        return None
    parts = (state.status, state.in_force_to and f"to {state.in_force_to}",
             state.amendments_checked and f"amendments checked {state.amendments_checked}")  # fmt: skip
    return ", ".join(part for part in parts if part)


# ── the answer then and now ───────────────────────────────────────────────────────────────────────


def compare(found: Again, then: Answer, now: Answer, lost: Sequence[str] = ()) -> None:
    """Put the answer made again beside the earlier one. ``lost``: settings of then that no longer exist."""
    found.now = now
    found.conditions += _conditions(then, now, lost)
    found.claims = _claims(then, now)
    found.changes = _changes(then, now)
    if then.model_dump(exclude=_ASIDE) == now.model_dump(exclude=_ASIDE):
        found.outcome = "identical"
    elif then.status == now.status and _evidence(then) == _evidence(now):
        found.outcome = "same_evidence"
    else:
        found.outcome = "differs"


def _conditions(then: Answer, now: Answer, lost: Sequence[str]) -> Iterator[Change]:
    before, after = inputs_of(then), inputs_of(now)
    if then.made_with is None:
        yield Change(what="made_with")
        return
    for name in ("program", "llm", "embedder"):
        if getattr(before, name) != getattr(after, name):
            yield Change(what=name, before=getattr(before, name), after=getattr(after, name))
    for name in lost:
        yield Change(what=name, before=str(before.settings[name.partition(".")[0]][name.partition(".")[2]]))
    if then.as_of != now.as_of:
        yield Change(what="as_of", before=then.as_of, after=now.as_of)


Place = tuple[str, str | None, str, int, int, str]


def _place(citation: Citation) -> Place:
    each = citation
    return each.act, each.edition, str(each.authority), each.start, each.end, each.quote


def _evidence(answer: Answer) -> set[Place]:
    return {_place(citation) for citation in answer.citations}


def _places(claim: Claim, answer: Answer) -> frozenset[Place]:
    cited = {citation.id: citation for citation in answer.citations}
    return frozenset(_place(cited[number]) for number in claim.citations)


Likeness = Literal["same", "reworded", "requoted"]


def _claims(then: Answer, now: Answer) -> list[ClaimThen]:
    """Every claim of then with its like of now, the likest taken first; then those that are new."""
    left = list(now.claims)
    pairs: dict[int, tuple[Likeness, Claim]] = {}
    likest: tuple[Likeness, ...] = ("same", "reworded", "requoted")
    for likeness in likest:
        for number, claim in enumerate(then.claims):
            alike = (each for each in left if _likeness((claim, then), (each, now)) == likeness)
            found = next(alike, None) if number not in pairs else None
            if found is not None:
                left.remove(found)
                pairs[number] = (likeness, found)
    told = []
    for number, claim in enumerate(then.claims):
        state, like = pairs.get(number, ("gone", None))
        text = like.text if like else None
        told.append(ClaimThen(state=state, then=claim.text, now=text, refs=_refs(claim, then)))
    return told + [ClaimThen(state="new", then=None, now=each.text, refs=_refs(each, now)) for each in left]


def _likeness(one: tuple[Claim, Answer], other: tuple[Claim, Answer]) -> Likeness | None:
    text = one[0].text == other[0].text
    places = _places(*one) == _places(*other)
    if text and places:
        return "same"
    if places:
        return "reworded"
    return "requoted" if text else None


def _refs(claim: Claim, answer: Answer) -> list[str]:
    cited = {citation.id: citation for citation in answer.citations}
    return [provision_ref(cited[number].act, cited[number].provision) for number in claim.citations]


def _changes(then: Answer, now: Answer) -> list[Change]:
    """What differs in the parts of an answer that are no claims, and in what is told of its citations."""
    found = []
    for name in type(then).model_fields:
        before, after = getattr(then, name), getattr(now, name)
        if name not in _APART and before != after:
            found.append(Change(what=name, before=_told(before), after=_told(after)))
    others = {_place(citation): citation for citation in now.citations}
    for citation in then.citations:
        like = others.get(_place(citation))
        if like is None:
            continue
        for name in ("currency", "standing", "note", "title", "url", "page", "gloss"):
            before, after = getattr(citation, name), getattr(like, name)
            if before != after:
                found.append(Change(what=f"{citation.ref} {name}", before=_told(before), after=_told(after)))
    if not found and then.answer != now.answer and _same_claims(then, now):
        found.append(Change(what="answer", before=then.answer, after=now.answer))
    return found


def _same_claims(then: Answer, now: Answer) -> bool:
    return then.claims == now.claims and then.citations == now.citations


def _told(value: object) -> str | None:
    if isinstance(value, Record):
        return str(getattr(value, "text", value))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(str(_told(each)) for each in value)
    return None if value is None else str(value)

"""What a criterion rests on -> where it stands in the library: the act's own text where one is held.

A digest's fact never stands in for an official text that is held; it becomes the gloss beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer.compose import Span, cite
from assistant.answer.sentences import split_sentences
from assistant.answer.verify import normalise
from assistant.eligibility.measures import Evidence
from assistant.library.schema import EditionRow
from assistant.library.view import Filters, LibraryView, shared_id
from assistant.model import Authority, Citation, Gloss, Lang, Provision

QUOTED_CHARS = 700  # a longer provision is quoted by its own text above its items, or by its first sentences
DIGEST = "digest/"


@dataclass(frozen=True)
class Source:
    """A piece of evidence found in the library."""

    evidence: Evidence
    row: EditionRow
    node: Provision

    @property
    def digest(self) -> bool:
        """Whether it is our restatement."""
        return self.row.authority == Authority.DIGEST


def source_of(evidence: Evidence, view: LibraryView, day: date, lang: Lang) -> Source | None:
    """Where the evidence stands on ``day``; None where the library does not hold it.

    Of an act's text the edition of that day is taken, the official one before one that somebody uploaded.
    """
    if evidence.provision.startswith(DIGEST):
        return _fact(evidence, view, lang)
    for row in texts_of(view, evidence.act, day):
        node = view.edition(row.id).find(evidence.provision)
        if node is not None:
            return Source(evidence, row, node)
    return None


def _fact(evidence: Evidence, view: LibraryView, lang: Lang) -> Source | None:
    rows = [row for row in view.of_act(evidence.act) if row.authority == Authority.DIGEST]
    for row in sorted(rows, key=lambda row: row.edition or "", reverse=True):
        node = view.edition(row.id).provisions.get(f"{evidence.provision}/{lang}")
        if node is not None:
            return Source(evidence, row, node)
    return None


def texts_of(view: LibraryView, act: str, day: date) -> list[EditionRow]:
    """The texts of an act to read on ``day``: no digests, official ones first, the act before attachments."""
    rows = []
    for held in (each for each in view.acts if shared_id(each) == act):
        inside = view.in_scope(Filters(as_of=day, act=held))
        rows += [row for row in view.of_act(held) if row.id in inside and row.authority != Authority.DIGEST]
    return sorted(rows, key=lambda row: (row.authority != Authority.OFFICIAL, row.attachment))


def citations_of(
    evidence: Sequence[Evidence],
    view: LibraryView,
    day: date,
    lang: Lang,
    also: Iterable[Span] = (),
) -> list[Citation]:
    """The citations of what the library holds of ``evidence``, numbered from 1.

    ``also``: places in official texts that state the rule. Where a text of the act is quoted, facts of our
    digest of it stand beside it as glosses.
    """
    found = [source for each in evidence if (source := source_of(each, view, day, lang)) is not None]
    spans = [
        *also,
        *(Span(each.row.id, each.node.id, *quoted(each, view)) for each in found if not each.digest),
    ]
    official = {view.editions[span.edition].act_id for span in spans}
    glosses = [each for each in found if each.digest and each.row.act_id in official]
    spans += [
        Span(each.row.id, each.node.id, each.node.start, each.node.end)
        for each in found
        if each.digest and each.row.act_id not in official
    ]
    cited = [cite(span, place, view, day, lang) for place, span in enumerate(dict.fromkeys(spans), 1)]
    for gloss in glosses:
        beside = next((each for each in cited if each.act == gloss.row.act_id and each.gloss is None), None)
        if beside is not None:
            beside.gloss = _gloss(gloss, view)
    return cited


def _gloss(source: Source, view: LibraryView) -> Gloss:
    text = view.edition(source.row.id).text[source.node.start : source.node.end]
    return Gloss(
        text=text, by="digest", ref=f"{source.row.act_id}#{source.node.id}", confidence=source.node.confidence
    )


def quoted(source: Source, view: LibraryView) -> tuple[int, int]:
    """The span to quote of a provision: all of it where it is short, else its own text, or its beginning."""
    loaded, node = view.edition(source.row.id), source.node
    for end in (node.end, node.own_end):
        start, stop = _trimmed(loaded.text, node.start, end)
        if stop - start <= QUOTED_CHARS and stop > start:
            return start, stop
    last = node.start
    for begin, stop in split_sentences(loaded.text, node.start, node.own_end):
        if stop - node.start > QUOTED_CHARS and last > node.start:
            break
        last = stop
        if begin - node.start > QUOTED_CHARS:
            break
    return _trimmed(loaded.text, node.start, last)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def words_of(source: Source, view: LibraryView) -> str:
    """The words of a piece of evidence, of a digest's fact in both languages."""
    loaded = view.edition(source.row.id)
    node = source.node
    if source.digest:
        node = loaded.provisions[source.evidence.provision]
    return loaded.text[node.start : node.end]


def hash_of(words: str) -> str:
    """Sixteen hex digits that change with the words, not with spaces, quotation marks, dashes or ё."""
    return hashlib.sha256(_plain(words).encode()).hexdigest()[:16]


def _plain(words: str) -> str:
    return " ".join(normalise(words)[0].split())

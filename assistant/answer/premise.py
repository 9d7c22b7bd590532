"""A question and the provisions found for it -> what the question assumes and the texts contradict.

A figure, share, date, duty, body or article that the question takes for granted is looked for in the best
provisions. Where it stands there for the same thing nothing is said; where a sentence that is plainly about
the question states another one, the reader is told. What a question asks, or tells of the asker's own case,
assumes nothing of the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.answer.compose import Span
from assistant.answer.grounds import context
from assistant.answer.premise_figures import dates, numbers
from assistant.answer.premise_grounds import (
    SURE_OF_WORDS,
    Asked,
    Correction,
    Sentence,
    asserted,
    correction_at,
    sentences_of,
)
from assistant.answer.verify.lexicon import Named, load_actors, load_opposites, words_of
from assistant.answer.verify.modality import modality
from assistant.answer.verify.places import places
from assistant.answer.verify.quantities import quantities
from assistant.library.view import EditionView, LibraryView
from assistant.model import Lang, Provision
from assistant.query import Reading
from assistant.ranked import Ranked

__all__ = ["Correction", "corrections", "told"]

LOOKED = 8  # provisions in which what is assumed may stand
STRANGE = 0.35  # cover by a named provision up to which the question's words are not its own …
PLAIN = 0.5  # … and from which, and from TIMES_OWN times the former, they are those of another
TIMES_OWN = 1.6
HEAD = 200  # characters of a provision by which it is known
# Pairs of corpus/opposites.yaml that say when or how bindingly: the others are met by chance too often.
_CLEAR = frozenset(
    {
        "before-after", "market-entry-before-after", "in-advance-afterwards", "prior-subsequent-control",
        "immediately-later", "before-after-notify", "mandatory-voluntary", "mandatory-optional",
        "mandatory-recommended", "binding-advisory", "maximum-minimum", "with-without-consent",
        "with-without-court-decision",
    }
)  # fmt: skip
_EXCEPTION = re.compile(
    r"(?<!\w)(?:кроме|исключени\w+|если|помимо|unless|except\w*|if|other\s+than|только|лишь|only|без|without)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\s+[^\W\d_]+")
_NOT = re.compile(r"(?<!\w)(?:не|ни|not|never)(?!\w)", re.IGNORECASE)
_TOLD: dict[Lang, str] = {
    "ru": "В вопросе сказано «{assumed}», в тексте — «{stated}».",
    "en": "The question says “{assumed}”; the text says “{stated}”.",
}


def told(correction: Correction, lang: Lang) -> str:
    """The correction as a reader is told of it."""
    return _TOLD[lang].format(assumed=correction.assumed, stated=" ".join(correction.stated.split()))


def corrections(
    reading: Reading,
    ranked: Sequence[Ranked],
    view: LibraryView,
    rarity: Mapping[str, float] | None = None,
) -> list[Correction]:
    """What the question assumes and the best provisions contradict, at most one of a kind.

    ``rarity``: inverse document frequency of the question's stems; without it all count alike.
    """
    asked = Asked(reading, rarity or {})
    sentences = list(sentences_of(asked, ranked[:LOOKED], view))
    found = [
        *numbers(asked, sentences),
        *dates(asked, sentences, view),
        *_negations(asked, sentences),
        *_opposites(asked, sentences),
        *_bodies(asked, sentences),
        *_articles(asked, ranked, view),
    ]
    kept: dict[str, Correction] = {}
    for each in found:
        kept.setdefault(each.assumed, each)
    return list(kept.values())


# ── negations and opposites ───────────────────────────────────────────────────────────────────────


def _negations(asked: Asked, sentences: Sequence[Sentence]) -> Iterable[Correction]:
    """«X допускается» where the text says «X не допускается», without an exception."""
    claim = asserted(asked.question)
    said = modality(claim, quantities(claim, asked.lang).spans)
    if said.negations:
        return
    for each in sentences:
        if not each.official or each.lang != asked.lang or each.relevance < SURE_OF_WORDS:
            continue
        meant = modality(each.text, each.quantities.spans)
        turned = meant.heads & said.plain - meant.plain
        if not turned or _EXCEPTION.search(each.text):
            continue
        head = next((word for word in words_of(claim) if word.stem in turned), None)
        other = next((word for word in each.words if word.stem in turned), None)
        if head and other:
            before = max((m.start() for m in _NOT.finditer(each.text, 0, other.start)), default=other.start)
            assumed = claim[head.start : _next_end(claim, head.end)]
            yield correction_at(assumed, each, before, _next_end(each.text, other.end))
            return


def _next_end(text: str, end: int) -> int:
    """The end of the word after a place, where one follows directly."""
    after = _WORD.match(text, end)
    return after.end() if after else end


def _opposites(asked: Asked, sentences: Sequence[Sentence]) -> Iterable[Correction]:
    """«после начала» where the text says «до начала»."""
    claim = asserted(asked.question)
    _, matcher = load_opposites()
    for named in matcher.find(words_of(claim)):
        pair, _, side = named.id.rpartition("/")
        if pair not in _CLEAR:
            continue
        other = f"{pair}/{'other' if side == 'one' else 'one'}"
        sides = [(each, {hit.id: hit for hit in matcher.find(each.words)}) for each in sentences]
        rivals = [
            (each, hits)
            for each, hits in sides
            if each.official
            and each.lang == asked.lang
            and each.relevance >= SURE_OF_WORDS
            and other in hits
            and named.id not in hits
        ]
        best = max(rivals, key=lambda each: each[0].relevance, default=None)
        if best is None or any(named.id in hits and each.near(best[0]) for each, hits in sides):
            continue
        hit = best[1][other]
        yield correction_at(claim[named.start : named.end], best[0], hit.start, hit.end)


# ── bodies ────────────────────────────────────────────────────────────────────────────────────────


def _bodies(asked: Asked, sentences: Sequence[Sentence]) -> Iterable[Correction]:
    """A body to which the question gives what the text gives to another."""
    actors, matcher = load_actors()
    acts = [(each.start, each.end) for each in places(asked.question).references]
    sure = [each for each in sentences if each.official and each.relevance >= SURE_OF_WORDS]
    by_relevance = sorted(sure, key=lambda each: -each.relevance)
    best = next((each for each in by_relevance if _institutions(each)), None)
    if best is None or best.lang != asked.lang:
        return
    near = [each for each in sentences if each.near(best)]
    stated = {hit.id for each in near for hit in matcher.find(words_of(f"{each.text}\n{each.above}"))}
    stated |= {covered for actor in stated for covered in actors[actor].covers}
    other = _institutions(best)[0]
    for hit in matcher.find(words_of(asserted(asked.question))):
        known = hit.id in stated or actors[hit.id].generic or any(a <= hit.start < b for a, b in acts)
        if known or not _is_name(asked.question, hit.start, hit.end):
            continue
        yield correction_at(asked.question[hit.start : hit.end], best, other.start, other.end)
        return


def _institutions(sentence: Sentence) -> list[Named]:
    """The bodies a sentence names; in English, where each word of a name has a capital, by name."""
    actors, matcher = load_actors()
    return [
        hit
        for hit in matcher.find(sentence.words)
        if not actors[hit.id].generic
        and (sentence.lang == "ru" or _is_name(sentence.text, hit.start, hit.end))
    ]


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether words are a proper name: «Минцифры», "Secretary of Commerce", not "Russian firms"."""
    words = re.findall(r"[^\W\d_]+", text[start:end])
    first = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?\n"
    return words[0][0].isupper() and (words[-1][0].isupper() or not words[0].isascii()) and not first


# ── articles ──────────────────────────────────────────────────────────────────────────────────────


def _articles(asked: Asked, ranked: Sequence[Ranked], view: LibraryView) -> Iterable[Correction]:
    """A provision named by number, where the question's words are those of another one of its act."""
    named = [each for each in ranked if each.direct]
    references = [each for each in places(asked.question).references if each.steps]
    if len(named) != 1 or len(references) != 1:
        return
    first = named[0]
    edition = view.edition(first.edition)
    node = edition.provisions[first.provision]
    own = asked.cover(edition.text[node.start : node.end], context(edition, node), node.lang)
    if own > STRANGE:
        return
    for each in ranked:
        if each.direct or each.edition != first.edition:
            continue
        for other in _with_heads(edition, edition.provisions[each.provision]):
            head = edition.own_text(other)[:HEAD]
            within = f"{first.provision}/".startswith(f"{other.id}/") or other.id.startswith(
                f"{first.provision}/"
            )
            cover = asked.cover(head, "", other.lang)
            if not within and cover >= max(PLAIN, own * TIMES_OWN):
                end = other.start + len(head.split("\n\n")[0].rstrip())
                words = asked.question[references[0].start : references[0].end]
                yield Correction(
                    words, edition.text[other.start : end], Span(each.edition, other.id, other.start, end)
                )
                return


def _with_heads(edition: EditionView, node: Provision) -> Iterable[Provision]:
    """A provision, and the nearest one above it that has a heading."""
    yield node
    while node.parent and node.parent in edition.provisions:
        node = edition.provisions[node.parent]
        if node.heading:
            yield node
            return

"""What a case says of the library's texts -> whether it is so: acts, provisions, hashes, quotations.

Every text is normalised once and kept, so that thousands of cases over the same acts take seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from assistant.answer.verify import locate, normalise
from assistant.library.schema import EditionRow
from assistant.library.view import Filters, LibraryView
from assistant.model import Authority, Provision
from assistant.query import read_provision
from evals.case import Target

DIGEST = "digest/"
MOST_COMPARED = 20_000  # characters of a provision in which the nearest words are looked for
LEAST_LIKE = 60  # per cent: below it nothing is near


class _Plain(dict[int, str]):
    """A character's code -> what is compared of it; for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = found = normalise(chr(code))[0]
        return found


_PLAIN = _Plain()


def plain(text: str) -> str:
    """A text as :func:`assistant.eligibility.evidence.hash_of` and quotations compare it, several times as
    fast as by ``normalise``, which also keeps where every character stood.
    """
    return " ".join(text.translate(_PLAIN).split())


def hash_of_plain(text: str) -> str:
    """``hash_of`` of the words whose :func:`plain` text this is."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """A provision of an edition, or the characters of it that a target names."""

    row: EditionRow
    node: Provision
    start: int
    end: int

    @property
    def digest(self) -> bool:
        """Whether it is in our own words."""
        return self.row.authority == Authority.DIGEST


class Texts:
    """The texts of a library as cases name and quote them. ``acts``: ids that are known, held or not."""

    def __init__(self, view: LibraryView, acts: frozenset[str]) -> None:
        self.view = view
        self.acts = acts | view.acts.keys()
        self._today = date.today()
        self._in_force: dict[date, set[int]] = {}
        self._plain: dict[tuple[int, int, int], str] = {}
        self._near: dict[str, str | None] = {}

    def near_act(self, act: str) -> str | None:
        """The known act most like an id or an alias that is none."""
        if act not in self._near:
            alias = next(
                (row.id for row in self.view.acts.values() if act in map(str.lower, row.aliases)), None
            )
            near = get_close_matches(act, self.acts, 1)
            self._near[act] = alias or (near[0] if near else None)
        return self._near[act]

    def rows(self, target: Target) -> list[EditionRow]:
        """The held texts of a target's kind, official ones first: a digest's facts are in digests only."""
        digest = target.provision.startswith(DIGEST)
        held = [row for row in self.view.of_act(target.act) if digest == (row.authority == Authority.DIGEST)]
        return sorted(held, key=lambda row: (row.authority != Authority.OFFICIAL, row.attachment))

    def meant(self, target: Target, rows: Sequence[EditionRow], day: date | None) -> list[EditionRow]:
        """Those of them that a target means: of its edition, else in force on the day, else today."""
        if target.edition is not None:
            return [row for row in rows if row.edition == target.edition]
        day = day or self._today
        if day not in self._in_force:
            self._in_force[day] = self.view.in_scope(Filters(as_of=day))
        return [row for row in rows if row.id in self._in_force[day]]

    def place(self, target: Target, rows: Sequence[EditionRow]) -> Place | None:
        """Where the target stands in the first of the texts that has its provision."""
        for row in rows:
            node = self.view.edition(row.id).find(target.provision)
            if node is not None:
                start, end = node.start, node.end
                if target.start is not None and target.end is not None:
                    start, end = node.start + target.start, node.start + target.end
                return Place(row, node, start, end)
        return None

    def near_provision(self, target: Target, rows: Sequence[EditionRow]) -> str | None:
        """The provision's id as typed otherwise, or the one most like it."""
        for row in rows:
            loaded = self.view.edition(row.id)
            jurisdiction = self.view.acts[row.act_id].jurisdiction
            for path in read_provision(target.provision.replace("_", " "), jurisdiction):
                if (node := loaded.find(path)) is not None:
                    return node.id
            near = get_close_matches(target.provision, loaded.provisions, 1, 0.7)
            if near:
                return near[0]
        return None

    def words(self, place: Place) -> str:
        """The plain words of a place."""
        key = (place.row.id, place.start, place.end)
        if key not in self._plain:
            self._plain[key] = plain(self.view.edition(place.row.id).text[place.start : place.end])
        return self._plain[key]

    def hashes(self, place: Place) -> list[str]:
        """The hash of the words of a place, and that of its whole provision."""
        whole = Place(place.row, place.node, place.node.start, place.node.end)
        return list(dict.fromkeys(hash_of_plain(self.words(each)) for each in (place, whole)))

    # ── quotations ────────────────────────────────────────────────────────────────────────────────

    def quoted_in(self, quote: str, place: Place) -> bool:
        """Whether a quotation stands in a provision, up to typography; whole words only."""
        wanted = plain(quote).strip(".;,… ")
        whole = Place(place.row, place.node, place.node.start, place.node.end)
        if wanted and _stands(wanted, self.words(whole)):
            return True
        loaded = self.view.edition(place.row.id)
        return locate(quote, loaded.text, place.node.start, place.node.end) is not None

    def nearest(self, quote: str, places: Sequence[Place]) -> str | None:
        """The words of the provisions that are most like a quotation that stands in none."""
        from rapidfuzz import fuzz

        wanted = plain(quote)
        best, found = float(LEAST_LIKE), None
        for words in map(self.words, places):
            if len(words) > MOST_COMPARED or not words or not wanted:
                continue
            aligned = fuzz.partial_ratio_alignment(wanted, words, score_cutoff=best)
            if aligned is not None and aligned.score >= best:
                best, found = aligned.score, _whole_words(words, aligned.dest_start, aligned.dest_end)
        return found

    @cached_property
    def _digests(self) -> str:
        return self._all(digest=True)

    @cached_property
    def _others(self) -> str:
        return self._all(digest=False)

    def _all(self, *, digest: bool) -> str:
        rows = [row for row in self.view.editions.values() if (row.authority == Authority.DIGEST) == digest]
        return "\n".join(plain(self.view.edition(row.id).text) for row in rows)

    def in_digests(self, quote: str) -> bool:
        """Whether a quotation stands anywhere in our own words."""
        return _stands(plain(quote).strip(".;,… "), self._digests)

    def in_acts(self, quote: str) -> bool:
        """Whether a quotation stands in any other text that is held."""
        return _stands(plain(quote).strip(".;,… "), self._others)


def _stands(wanted: str, text: str) -> bool:
    """Whether words stand in a plain text and begin and end where words and numbers do."""
    return any(_edge(text, place - 1, place) and _edge(text, place + len(wanted), place + len(wanted) - 1)
               for place in _places(wanted, text))  # fmt: skip


def _places(wanted: str, text: str) -> Iterator[int]:
    place = text.find(wanted) if wanted else -1
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)


def _edge(text: str, outside: int, inside: int) -> bool:
    """Whether no word and no number goes on from ``inside`` to ``outside``."""
    if not 0 <= outside < len(text):
        return True
    if text[outside].isalnum() and text[inside].isalnum():
        return False
    step = outside - inside
    beyond = text[outside + step] if 0 <= outside + step < len(text) else ""
    return not (text[inside].isdigit() and text[outside] in " .," and beyond.isdigit())


def _whole_words(text: str, start: int, end: int) -> str:
    start = text.rfind(" ", 0, start + 1) + 1
    stop = text.find(" ", end)
    return text[start : stop if stop >= 0 else len(text)]

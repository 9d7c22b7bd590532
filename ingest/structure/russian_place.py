"""Where a marker or an unnumbered paragraph belongs among the nodes that are open.

A marker opens a provision only where it continues a list that is open («2)» after «1)», «к)» after «и)»)
or begins one where a list may begin. Every other paragraph is an абзац and belongs to the provision whose
text is still running.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.russian_candidates import (
    as_letter,
    next_marks,
    read_markers,
    repeated_numbers,
    replaced_stubs,
)
from ingest.structure.russian_markers import Marker, Number, capital, follows, is_first, may_follow

# Ranks of nodes in the outline; items of lists stand below the node they belong to.
RANKS = {"annex": 0, "top": 2, "book": 3, "section": 4, "roman": 4, "subsection": 5, "chapter": 6,
         "paragraph_sign": 7, "heading": 8, "article": 9}  # fmt: skip
ITEM_RANK = 10
LISTS = frozenset({"dot", "paren", "letter"})
_LOOK_AHEAD = 60


@dataclass(slots=True)
class Node:
    """An open node. path: the citable id that the ids below begin with; above: the label below ends with.

    form: key of FORMS, or root, annex, heading. lists: type of marker -> the last number seen in it.
    paragraphs: unnumbered ones counted so far, its own text included. parts: unnumbered части opened in
    an article. running: the node's text has begun
    an enumeration with a colon and has not closed it with a full stop.
    """

    form: str
    path: str
    above: str
    rank: int
    id: str = ""
    type: str = ""
    number: Number = ()
    lists: dict[str, Number] = field(default_factory=dict)
    paragraphs: int = 0
    headings: int = 0
    parts: int = 0
    running: bool = False


class Place:
    """The open nodes of one zone, and the questions a walk asks about them.

    parts: «1.» in an article is a часть (else a пункт, as in some codes). bare_parts: the act calls the
    unnumbered paragraphs of an article части («часть вторая настоящей статьи»). restarted: the numbering of
    points began anew under a section, so sections must be in the ids: walk again with ``sections_in_ids``.
    """

    def __init__(
        self,
        outline: Outline,
        paras: Sequence[Para],
        root: Node,
        *,
        parts: bool = True,
        bare_parts: bool = False,
        sections_in_ids: bool = False,
    ) -> None:
        self.outline = outline
        self.canonical: CanonicalText = outline.canonical
        self.paras = paras
        self.stack = [root]
        self.parts = parts
        self.bare_parts = bare_parts
        self.sections_in_ids = sections_in_ids
        self.restarted = False
        self.marks = read_markers(paras)
        self.articles = any(m and m.type == "article" for m in self.marks)
        self.coded = not self.articles and sum(m is not None and m.type == "code" for m in self.marks) > 1
        self._next = next_marks(self.marks)
        self._repeated = repeated_numbers(self.marks)
        self._replaced = replaced_stubs(self.marks)
        self._notes = [note.offset for note in self.canonical.notes]
        self._section_of_points: str | None = None

    def _parent_for(self, i: int, marker: Marker) -> Node | None:
        """The open node whose list the marker continues or begins; None where it is mere text."""
        if marker.type == "dot" and not (capital(marker) or self._continued("dot", marker.number)):
            return None
        if found := self._continued(marker.type, marker.number):
            return found
        if (is_first(marker) or self._runs_on(i, marker)) and (found := self._beginning(i, marker)):
            return found
        if marker.letter and self._continued("letter", as_letter(marker).number):
            return None
        if not self._after_stop(i):
            return None
        for node in reversed(self.stack):
            last = node.lists.get(marker.type)
            if last:
                return node if may_follow(marker.type, last, marker.number) else None
        return None

    def _continued(self, kind: str, number: Number) -> Node | None:
        for node in reversed(self.stack):
            last = node.lists.get(kind)
            if last and follows(kind, last, number):
                return node
        return None

    def _beginning(self, i: int, marker: Marker) -> Node | None:
        """The node where a new list may begin."""
        kind = marker.type
        if kind == "dot":
            return self._beginning_of_points(marker)
        inner = self.stack[-1]
        if inner.form == "paragraph":
            above = self.stack[-2]
            return inner if kind in above.lists or above.type == kind else above
        if inner.type == kind or (inner.type == "letter" and kind == "paren"):
            return inner if self._before(i).endswith(":") else None
        return None if kind in inner.lists else inner

    def _beginning_of_points(self, marker: Marker) -> Node | None:
        holder = self._holder()
        if "dot" not in holder.lists:
            return holder
        section = self._section()
        if not is_first(marker) or section is None or section.id == self._section_of_points:
            return None
        self.restarted = True
        holder.lists.pop("dot")
        return holder

    def _runs_on(self, i: int, marker: Marker) -> bool:
        """A list that does not begin with 1: its next item must be there to prove it."""
        if any(marker.type in node.lists for node in self.stack[1:]) or not self._after_stop(i):
            return False
        j = self._next[i]
        while j is not None and (following := self.marks[j]):
            if following.type == marker.type:
                return follows(marker.type, marker.last, following.number) and capital(marker)
            if following.type not in LISTS:
                return False
            j = self._next[j]
        return False

    def _owner(self, i: int) -> Node:
        for node in reversed(self.stack):
            if node.form == "paragraph":
                continue
            if node.type not in {"paren", "letter"}:
                return node
            if node.running or self._goes_on(i, node):
                return node
        return self.stack[0]

    def _goes_on(self, i: int, node: Node) -> bool:
        """The list in which ``node`` stands has a next item below paragraph ``i``."""
        j = self._next[i]
        for _ in range(_LOOK_AHEAD):
            following = self.marks[j] if j is not None else None
            if following is None or j is None:
                return False
            if following.type == node.type:
                return follows(node.type, node.number, following.number)
            if following.type not in LISTS or self._continued(following.type, following.number):
                return False
            j = self._next[j]
        return False

    def _push(self, node: Node) -> None:
        while len(self.stack) > 1 and self.stack[-1].rank >= node.rank:
            self.stack.pop()
        self.stack.append(node)

    def _above(self, rank: int) -> Node:
        return next(node for node in reversed(self.stack) if node.rank < rank)

    def _holder(self) -> Node:
        """Where a list of points counts: the open article or the whole zone."""
        return next((node for node in reversed(self.stack) if node.form == "article"), self.stack[0])

    def _section(self) -> Node | None:
        return next((node for node in self.stack if node.form == "section"), None)

    def _before(self, i: int) -> str:
        return self.paras[i - 1].text if i else ""

    def _after_stop(self, i: int) -> bool:
        return not i or self._before(i)[-1:] in '.;:,)»"”'

    def _lines(self, first: int, last: int) -> list[str]:
        return [para.text for para in self.paras[first:last]]

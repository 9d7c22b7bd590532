"""The paragraphs of one zone of a Russian act -> nodes of its outline.

A marker opens a provision only where it continues a list that is open («2)» after «1)», «к)» after «и)»)
or begins one where a list may begin. Every other paragraph is an абзац and belongs to the provision whose
text is still running:

- the paragraph that carries the number, or for an article the first one below its heading, is the
  provision's own text and its first абзац; unnumbered paragraphs after it are ``abz2``, ``abz3`` …;
  list items that carry a number are not counted;
- a paragraph between two items of one list belongs to the earlier item;
- a paragraph after the last item belongs to that item while it continues an enumeration the item began
  with a colon; otherwise to the provision that holds the list;
- a list that begins anew after such a paragraph hangs on the paragraph: ``ch1/abz2/p1``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.russian_candidates import (
    HEADED,
    as_letter,
    next_marks,
    read_markers,
    repeated_numbers,
    replaced_stubs,
)
from ingest.structure.russian_labels import FORMS, label_of
from ingest.structure.russian_markers import (
    REPEALED,
    Marker,
    Number,
    capital,
    follows,
    is_first,
    may_follow,
)

# Ranks of nodes in the outline; items of lists stand below the node they belong to.
RANKS = {"annex": 0, "top": 2, "book": 3, "section": 4, "roman": 4, "subsection": 5, "chapter": 6,
         "paragraph_sign": 7, "heading": 8, "article": 9}  # fmt: skip
ITEM_RANK = 10
LISTS = frozenset({"dot", "paren", "letter"})

_STUB_PARAGRAPH = re.compile(r"(?:абзац|часть)[.;,]?\s*\(?(?:утратил|исключ)", re.I)
_STUB_NOTE = re.compile(r"\((?:статья|глава|раздел|параграф|подраздел)\s+(?:утратил|исключ)", re.I)
_LOOK_AHEAD = 60
_HEADING_LIMIT = 250


@dataclass(slots=True)
class Node:
    """An open node. path: the citable id that the ids below begin with; above: the label below ends with.

    form: key of FORMS, or root, annex, heading. lists: type of marker -> the last number seen in it.
    paragraphs: unnumbered ones counted so far, its own text included. running: the node's text has begun
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
    running: bool = False


class Walk:
    """Walks one zone once. ``parts``: «1.» in an article is a часть (else a пункт, as in some codes).

    ``restarted``: numbering of points began anew under a section, so that sections must be in the ids;
    walk again with ``sections_in_ids=True``.
    """

    def __init__(
        self,
        outline: Outline,
        paras: Sequence[Para],
        root: Node,
        *,
        parts: bool = True,
        sections_in_ids: bool = False,
    ) -> None:
        self.outline = outline
        self.canonical: CanonicalText = outline.canonical
        self.paras = paras
        self.stack = [root]
        self.parts = parts
        self.sections_in_ids = sections_in_ids
        self.restarted = False
        self.marks = read_markers(paras)
        self.articles = any(m and m.type == "article" for m in self.marks)
        self._next = next_marks(self.marks)
        self._repeated = repeated_numbers(self.marks)
        self._replaced = replaced_stubs(self.marks)
        self._notes = [note.offset for note in self.canonical.notes]
        self._section_of_points: str | None = None

    def run(self) -> None:
        """Open a node for every provision of the zone."""
        i = 0
        while i < len(self.paras):
            i = self._step(i)

    def _step(self, i: int) -> int:
        """Take paragraph ``i`` and give the index of the next one to take."""
        marker = self.marks[i]
        if marker:
            taken = self._open_marker(i, marker)
            if taken:
                return taken
        if self._row(i):
            return i + 1
        if self._heads(i):
            return self._open_heading(i)
        self._text(i)
        return i + 1

    # --- markers -----------------------------------------------------------------------------------

    def _open_marker(self, i: int, marker: Marker) -> int | None:
        if marker.type == "article":
            return self._open_article(i, marker)
        if marker.type in HEADED:
            return self._open_headed(i, marker)
        if marker.type in {"code", "row"}:
            return self._open_row(i, marker)
        if marker.type == "dot" and self._is_numbered_heading(i):
            return self._open_headed(i, marker)
        parent = self._parent_for(i, marker)
        if parent is None and marker.letter:
            marker = as_letter(marker)
            parent = self._continued("letter", marker.number)
        if parent is None:
            return None
        self._open_item(i, marker, parent)
        return i + 1

    def _continued(self, kind: str, number: Number) -> Node | None:
        for node in reversed(self.stack):
            last = node.lists.get(kind)
            if last and follows(kind, last, number):
                return node
        return None

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

    def _open_item(self, i: int, marker: Marker, parent: Node) -> None:
        form = self._form_of(marker, parent)
        shape = FORMS[form]
        path, rank = parent.path, max(ITEM_RANK, parent.rank + 1)
        above = parent.above
        section = self._section()
        if parent.form in FORMS and parent.rank < RANKS["article"]:
            path = parent.id
        elif marker.type == "dot" and self.sections_in_ids and section and parent.form != "article":
            path, above = section.id, section.above
        para = self.paras[i]
        label = label_of(shape, marker.printed, above)
        opened = self.outline.open(
            rank,
            f"{shape.step}{marker.printed}",
            kind=shape.kind,
            number=marker.printed,
            label=label,
            start=para.start,
            repealed=self._is_repealed(i, marker),
            prefix=path,
        )
        self._section_of_points = section.id if section else None
        parent.lists[marker.type] = marker.last
        parent.running = False
        node = Node(form, opened.id, label, rank, opened.id, marker.type, marker.last, paragraphs=1)
        node.running = para.text.endswith(":")
        self._push(node)

    def _form_of(self, marker: Marker, parent: Node) -> str:
        if marker.type == "letter":
            return "letter"
        if marker.type == "dot":
            return "part" if parent.form == "article" and self.parts else "point"
        holder = parent
        if parent.form == "paragraph":
            holder = self.stack[self.stack.index(parent) - 1]
        below_point = holder.form in {"point", "subpoint", "letter"} or "dot" in holder.lists
        return "subpoint" if below_point else "point"

    def _open_article(self, i: int, marker: Marker) -> int | None:
        root = self.stack[0]
        last = root.lists.get("article")
        if last and marker.number <= last:
            return None
        replaced = i in self._replaced
        repealed = replaced or self._is_repealed(i, marker)
        until = i + 1 if repealed else self._heading_end(i, marker.rest)
        heading = None if repealed else " ".join([marker.rest, *self._lines(i + 1, until)]).strip()
        label = label_of(FORMS["article"], marker.printed, root.above)
        opened = self.outline.open(
            RANKS["article"],
            f"st{marker.printed}" + ("-stub" if replaced else ""),
            kind="article",
            number=marker.printed,
            label=label,
            start=self.paras[i].start,
            heading=heading or None,
            heading_end=self.paras[until - 1].end if heading else None,
            repealed=repealed,
            prefix=root.path,
        )
        if not replaced:
            root.lists["article"] = marker.last
        self._push(Node("article", opened.id, label, RANKS["article"], opened.id))
        return until

    def _open_headed(self, i: int, marker: Marker) -> int | None:
        """A book, section, subsection, chapter or § with its heading; not citable, ids below skip it."""
        kind = "section" if marker.type in {"roman", "dot"} else marker.type
        form, rank, root = FORMS[kind], RANKS[kind], self.stack[0]
        holder = self._above(rank)
        last = holder.lists.get(kind)
        roman = marker.type == "roman"
        if roman and not (is_first(marker) or (last and follows("dot", last, marker.number))):
            return None
        if len(self.paras[i].text) > 600:
            return None
        if marker.type == "book" and self._repeated["book"] == 1:
            return None
        printed = marker.printed if marker.printed[0].isdigit() else ".".join(map(str, marker.number))
        nested = holder.rank >= RANKS["book"] and (
            kind in {"subsection", "paragraph_sign"} or self._repeated[(kind, marker.number)] > 1
        )
        repealed = self._is_repealed(i, marker)
        until = self._heading_end(i, marker.rest)
        heading = " ".join([marker.rest, *self._lines(i + 1, until)]).strip() or None
        label = label_of(form, marker.printed, holder.above if nested else root.above)
        if kind == "book":
            label = f"часть {marker.printed}" + (f" {root.above}" if root.above else "")
        opened = self.outline.open(
            rank,
            f"{form.step}{printed}",
            kind=form.kind,
            number=marker.printed,
            label=label,
            start=self.paras[i].start,
            heading=heading,
            heading_end=self.paras[until - 1].end if heading else None,
            citable=False,
            repealed=repealed,
            prefix=holder.id if nested else root.path,
        )
        holder.lists[kind] = marker.last
        self._push(Node(kind, root.path, label, rank, opened.id))
        return until

    def _open_row(self, i: int, marker: Marker) -> int | None:
        """A table row with a code of its own («ИАФ.0») or a number in its first cell."""
        coded = marker.type == "code"
        if coded and self.articles:
            return None
        parent = self.stack[0]
        if not coded:
            parent = next(node for node in reversed(self.stack) if node.form not in {"paragraph", "row"})
            last = parent.lists.get("row")
            if not (may_follow("row", last, marker.number) if last else is_first(marker)):
                return None
            parent.lists["row"] = marker.number
        label = f"{marker.printed} {parent.above}".strip()
        rank = max(ITEM_RANK, parent.rank + 1)
        opened = self.outline.open(
            rank,
            marker.printed.lower() if coded else f"{FORMS['row'].step}{marker.printed}",
            kind="row",
            number=marker.printed,
            label=label if coded else label_of(FORMS["row"], marker.printed, parent.above),
            start=self.paras[i].start,
            prefix=parent.id if parent.rank < RANKS["article"] else parent.path,
        )
        self._push(Node("row", opened.id, opened.label, rank, opened.id, paragraphs=1))
        return i + 1

    # --- headings and text -------------------------------------------------------------------------

    def _row(self, i: int) -> bool:
        """Paragraph ``i`` is a row that continues the table above: one абзац, or one row, with it."""
        if not i or not self.paras[i].block.cells or not self.paras[i - 1].block.cells:
            return False
        return self.stack[-1].form in {"paragraph", "row"}

    def _heads(self, i: int) -> bool:
        """Paragraph ``i`` is a sub-heading without a number."""
        para, block = self.paras[i], self.paras[i].block
        text = para.text
        if block.cells or len(text) > _HEADING_LIMIT or text[-1:] in ".;:," or not text[:1].isupper():
            return False
        if block.heading or block.align == "center":
            return True
        if block.align is not None or self._before(i)[-1:] != "." or self.articles:
            return False
        j = i + 1
        following = self.marks[j] if j < len(self.marks) else None
        last = self._holder().lists.get("dot")
        return bool(following and following.type == "dot" and last and follows("dot", last, following.number))

    def _is_numbered_heading(self, i: int) -> bool:
        """«1. Общие положения», centred: a section, not a point."""
        block, text = self.paras[i].block, self.paras[i].text
        if self.articles or len(text) > _HEADING_LIMIT or text[-1:] in ";:":
            return False
        return block.align == "center" or bool(block.heading)

    def _open_heading(self, i: int) -> int:
        j = i + 1
        while j < len(self.paras) and self.marks[j] is None and self._heads(j):
            j += 1
        root, holder = self.stack[0], self._above(RANKS["heading"])
        holder.headings += 1
        text = " ".join(self._lines(i, j))
        label = f"«{text}»"
        opened = self.outline.open(
            RANKS["heading"],
            f"h{holder.headings}",
            kind="heading",
            label=label,
            start=self.paras[i].start,
            heading=text,
            heading_end=self.paras[j - 1].end,
            citable=False,
            prefix=holder.id,
        )
        self._push(Node("heading", root.path, label, RANKS["heading"], opened.id))
        return j

    def _text(self, i: int) -> None:
        """An unnumbered paragraph: an абзац of the provision whose text is running."""
        para = self.paras[i]
        owner = self._owner(i)
        owner.paragraphs += 1
        ends = para.text[-1:]
        owner.running = ends == ":" or (owner.running and ends not in ".")
        if _STUB_NOTE.match(para.text) or (owner.paragraphs == 1 and owner.form not in {"root", "annex"}):
            return
        path = owner.id if owner.rank < RANKS["article"] else owner.path
        rank = max(ITEM_RANK, owner.rank + 1)
        label = label_of(FORMS["paragraph"], str(owner.paragraphs), owner.above)
        opened = self.outline.open(
            rank,
            f"abz{owner.paragraphs}",
            kind="paragraph",
            number=str(owner.paragraphs),
            label=label,
            start=para.start,
            repealed=bool(_STUB_PARAGRAPH.match(para.text)),
            prefix=path,
        )
        self._push(Node("paragraph", opened.id, label, rank, opened.id))

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

    # --- what stands around ------------------------------------------------------------------------

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

    def _heading_end(self, i: int, rest: str) -> int:
        """Index after the lines that continue the heading in paragraph ``i``."""
        j = i + 1
        while j < len(self.paras) and j - i < 6 and self.marks[j] is None:
            block, text = self.paras[j].block, self.paras[j].text
            if block.cells or len(text) > _HEADING_LIMIT or text[-1:] in ";:" or _STUB_NOTE.match(text):
                break
            centred = block.align == "center" and self.paras[i].block.align == "center"
            alone = not rest and (block.bold or block.heading or block.align == "center")
            if not (centred or alone or (text.isupper() and (not rest or rest.isupper()))):
                break
            j += 1
        return j

    def _is_repealed(self, i: int, marker: Marker) -> bool:
        """By the stub's own words, or by an editor's note where nothing but the number is left."""
        if marker.repealed:
            return True
        if len(marker.rest) > 2 and not marker.rest.startswith("(Стат"):
            return False
        start = self.paras[i].start
        after = self.paras[i + 1] if i + 1 < len(self.paras) else None
        if after and _STUB_NOTE.match(after.text):
            return True
        end = after.start if after else len(self.canonical.text) + 1
        k = bisect_left(self._notes, start)
        while k < len(self._notes) and self._notes[k] <= end:
            if REPEALED.match(self.canonical.notes[k].text):
                return True
            k += 1
        return False

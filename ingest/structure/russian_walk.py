"""The paragraphs of one zone of a Russian act -> nodes of its outline.

How paragraphs without a number (абзацы) are counted:

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

from ingest.structure.russian_candidates import HEADED, as_letter
from ingest.structure.russian_labels import FORMS, label_of
from ingest.structure.russian_markers import REPEALED, Marker, follows, is_first, may_follow
from ingest.structure.russian_place import ITEM_RANK, RANKS, Node, Place

_STUB_PARAGRAPH = re.compile(r"(?:абзац|часть)[.;,]?\s*\(?(?:утратил|исключ)", re.I)
_STUB_NOTE = re.compile(r"\((?:статья|глава|раздел|параграф|подраздел)\s+(?:утратил|исключ)", re.I)
_SENTENCE = re.compile(r"[А-ЯЁ«\"]")
_HEADING_LIMIT = 250


class Walk(Place):
    """Walks one zone once."""

    def run(self) -> None:
        """Open a node for every provision of the zone."""
        i = 0
        while i < len(self.paras):
            i = self._step(i)

    def _step(self, i: int) -> int:
        """Take paragraph ``i`` and give the index of the next one to take."""
        row = self._coded_row(i)
        if row is not None:
            return self._open_coded_row(i, row)
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
        if marker.type == "code":
            return None
        if marker.type == "row":
            return self._open_numbered_row(i, marker)
        if marker.type == "dot" and self._is_numbered_heading(i):
            return self._open_headed(i, marker)
        if marker.type == "dot" and self._heads_articles(i, marker):
            return self._open_heading(i)
        parent = self._parent_for(i, marker)
        if parent is None and marker.letter:
            marker = as_letter(marker)
            parent = self._continued("letter", marker.number)
        if parent is None:
            return None
        self._open_item(i, marker, parent)
        return i + 1

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

    def _coded_row(self, i: int) -> int | None:
        """Index of the code («ИАФ.0») of a table row that begins in paragraph ``i``.

        Where a file does not say what the cells are, the code may stand beside the middle of several
        lines: the row then begins with the last line above it that begins with a capital letter.
        """
        if not self.coded:
            return None
        for j in range(i, min(i + 5, len(self.paras))):
            marker, para = self.marks[j], self.paras[j]
            if marker:
                return j if marker.type == "code" else None
            if para.block.cells or para.text[-1] in ".;:" or (j == i) != para.text[0].isupper():
                return None
        return None

    def _open_coded_row(self, i: int, j: int) -> int:
        marker, root = self.marks[j], self.stack[0]
        assert marker
        label = f"{marker.printed} {root.above}".strip()
        self._open_row(i, marker, root, marker.printed.lower(), label)
        return j + 1

    def _leave_table(self, i: int) -> None:
        """Text after a row; after the last coded row it belongs to no section of the table either."""
        self.stack.pop()
        if self.coded and not any(m and m.type == "code" for m in self.marks[i:]):
            self.outline.close(RANKS["book"], self.paras[i].start)
            del self.stack[1:]

    def _open_numbered_row(self, i: int, marker: Marker) -> int | None:
        """A table row with a number in its first cell."""
        parent = next(node for node in reversed(self.stack) if node.form not in {"paragraph", "row"})
        last = parent.lists.get("row")
        if not (may_follow("row", last, marker.number) if last else is_first(marker)):
            return None
        parent.lists["row"] = marker.number
        form = FORMS["row"]
        label = label_of(form, marker.printed, parent.above)
        self._open_row(i, marker, parent, f"{form.step}{marker.printed}", label)
        return i + 1

    def _open_row(self, i: int, marker: Marker, parent: Node, step: str, label: str) -> None:
        rank = max(ITEM_RANK, parent.rank + 1)
        opened = self.outline.open(
            rank,
            step,
            kind="row",
            number=marker.printed,
            label=label,
            start=self.paras[i].start,
            prefix=parent.id if parent.rank < RANKS["article"] else parent.path,
        )
        self._push(Node("row", opened.id, label, rank, opened.id, paragraphs=1))

    # --- headings and text -------------------------------------------------------------------------

    def _row(self, i: int) -> bool:
        """Paragraph ``i`` is a row that continues the table above: one абзац, or one row, with it."""
        if self.coded and self.stack[-1].form == "row" and not _SENTENCE.match(self.paras[i].text):
            return True
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

    def _continues_heading(self, j: int) -> bool:
        """A further line of a heading, which may begin with a small letter where lines are centred."""
        block, text = self.paras[j].block, self.paras[j].text
        if self._heads(j):
            return True
        return block.align == "center" and not block.cells and text[-1:] not in ".;:," and len(text) < 120

    def _is_numbered_heading(self, i: int) -> bool:
        """«1. Общие положения», centred: a section, not a point."""
        block, text = self.paras[i].block, self.paras[i].text
        if self.articles or len(text) > _HEADING_LIMIT or text[-1:] in ";:":
            return False
        return block.align == "center" or bool(block.heading)

    def _heads_articles(self, i: int, marker: Marker) -> bool:
        """«1. Основные положения» between a § and its articles."""
        following = self.marks[i + 1] if i + 1 < len(self.marks) else None
        if following is None or following.type != "article" or marker.repealed:
            return False
        text = self.paras[i].text
        return len(text) <= _HEADING_LIMIT and text[-1].isalpha() and marker.rest[:1].isupper()

    def _open_heading(self, i: int) -> int:
        j = i + 1
        while j < len(self.paras) and self.marks[j] is None and self._continues_heading(j):
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
        if self.stack[-1].form == "row":
            self._leave_table(i)
        owner = self._owner(i)
        if self.bare_parts and self._begins_part(i, owner):
            self._open_bare_part(i)
            return
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

    def _begins_part(self, i: int, owner: Node) -> bool:
        """Paragraph ``i`` is an unnumbered часть: a new sentence of an article that has several."""
        article = self._holder()
        inside = owner is article or owner.form == "part"
        if article.form != "article" or not inside or "dot" in article.lists or owner.running:
            return False
        text = self.paras[i].text
        if not text[0].isupper() or _STUB_NOTE.match(text):
            return False
        return bool(article.parts) or (owner.paragraphs == 0 and self._has_several_parts(i))

    def _has_several_parts(self, i: int) -> bool:
        """A further sentence below paragraph ``i`` begins at the level of the article."""
        running = self.paras[i].text.endswith(":")
        for j in range(i + 1, len(self.paras)):
            marker, text = self.marks[j], self.paras[j].text
            if marker and marker.type not in {"paren", "letter"}:
                return False
            if marker is None and text[0].isupper() and not running and not _STUB_NOTE.match(text):
                return True
            running = text[-1] == ":" or (running and text[-1] != ".")
        return False

    def _open_bare_part(self, i: int) -> None:
        article = self._holder()
        article.parts += 1
        para, printed = self.paras[i], str(article.parts)
        label = label_of(FORMS["part"], printed, article.above)
        opened = self.outline.open(
            ITEM_RANK,
            f"{FORMS['part'].step}{printed}",
            kind="part",
            number=printed,
            label=label,
            start=para.start,
            repealed=bool(_STUB_PARAGRAPH.match(para.text)),
            prefix=article.path,
        )
        node = Node("part", opened.id, label, ITEM_RANK, opened.id, paragraphs=1)
        node.running = para.text.endswith(":")
        self._push(node)

    # --- what stands around ------------------------------------------------------------------------

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

"""Markers found by a grammar -> provisions with parents, bounds, lead-ins and pages.

A grammar walks the paragraphs and calls :meth:`Outline.open` where a provision begins; the bounds of
everything follow from the order and the levels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.model import Lang, Provision, page_at
from ingest.document import CanonicalText


@dataclass(slots=True)
class _Open:
    provision: Provision
    level: int
    children: int = 0


@dataclass(slots=True)
class Outline:
    """Collects provisions of one canonical text.

    Levels are integers, smaller is higher; opening a node closes every open node of the same or a lower
    rank. A node may be ``citable=False`` (a section above numbered points): its step is left out of
    the ids of the nodes below it, its own id keeps it.
    """

    canonical: CanonicalText
    lang: Lang
    _stack: list[tuple[_Open, bool, str]] = field(default_factory=list)
    _done: list[Provision] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    duplicates: list[str] = field(default_factory=list)

    def open(
        self,
        level: int,
        step: str,
        *,
        kind: str,
        label: str,
        start: int,
        number: str | None = None,
        heading: str | None = None,
        heading_end: int | None = None,
        citable: bool = True,
        repealed: bool = False,
        prefix: str | None = None,
    ) -> Provision:
        """Begin a provision at offset ``start``; ``step`` is its own part of the id.

        ``prefix``: what the id begins with, where that is not the citable steps above («» for none).
        """
        self._close(level, start)
        base = "/".join(s for _, cit, s in self._stack if cit)
        pid = f"{base}/{step}" if base and citable else step
        if not citable:
            above = "/".join(s for _, _, s in self._stack)
            pid = f"{above}/{step}" if above else step
        if prefix is not None:
            pid = f"{prefix}/{step}" if prefix else step
        if pid in self._ids:
            self.duplicates.append(pid)
            extra = 2
            while f"{pid}~{extra}" in self._ids:
                extra += 1
            pid, step = f"{pid}~{extra}", f"{step}~{extra}"
        self._ids.add(pid)
        parent = self._stack[-1][0] if self._stack else None
        if parent and parent.children == 0:
            parent.provision.own_end = self._trim(parent.provision.start, start)
        if parent:
            parent.children += 1
        node = Provision(
            id=pid,
            parent=parent.provision.id if parent else None,
            kind=kind,
            number=number,
            label=label,
            heading=heading,
            heading_end=heading_end,
            start=start,
            end=start,
            own_end=start,
            lang=self.lang,
            repealed=repealed,
        )
        self._stack.append((_Open(node, level), citable, step))
        self._done.append(node)
        return node

    def close(self, level: int, offset: int) -> None:
        """End every open node of rank ``level`` or lower at ``offset`` (a signature, an annex break)."""
        self._close(level, offset)

    def finish(self, end: int | None = None) -> list[Provision]:
        """Close everything at ``end`` (default: the end of the text) and return the nodes in order."""
        self._close(-1, len(self.canonical.text) if end is None else end)
        for node in self._done:
            node.page = page_at(self.canonical.page_starts, node.start)
            node.last_page = page_at(self.canonical.page_starts, max(node.start, node.end - 1))
        return self._done

    def _trim(self, start: int, end: int) -> int:
        while end > start and self.canonical.text[end - 1].isspace():
            end -= 1
        return end

    def _close(self, level: int, offset: int) -> None:
        while self._stack and self._stack[-1][0].level >= level:
            opened, _, _ = self._stack.pop()
            node = opened.provision
            node.end = self._trim(node.start, offset)
            if opened.children == 0:
                node.own_end = node.end

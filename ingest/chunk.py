"""An edition's outline -> chunks: what is embedded and searched.

A chunk is one provision's own text. A leaf gives its whole text; a provision with sub-points gives its
lead-in, which names the list, and a very short one gives all of it, its sub-points included. Text above
the model's limit is cut at paragraphs and sentences into several chunks of the same provision. The
context (act, headings, the lead-in a sub-point leans on) is embedded with the text but never quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.library.drafts import ChunkDraft
from assistant.model import Provision

MAX_CHARS = 1300  # about 300 tokens of Russian: with its context well under a limit of 512
WHOLE_CHARS = 360  # a provision this short is one chunk with its sub-points
TITLE_CHARS = 90
LEAD_IN_CHARS = 220
_SKIPPED = frozenset({"signature", "final", "title", "front", "contents", "fact"})
_LETTER = re.compile(r"[^\W\d_]{3}")
# A cut goes after a paragraph, else a sentence, else a semicolon, else a space.
_CUTS = (
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+(?=[A-ZА-ЯЁ«\"(0-9])"),
    re.compile(r"(?<=;)\s+"),
    re.compile(r"\s+"),
)


def chunk_edition(text: str, provisions: Sequence[Provision], title: str | None) -> list[ChunkDraft]:
    """Chunks of an edition in reading order; ``title`` is the act's own."""
    by_id = {node.id: node for node in provisions}
    parents = {node.parent for node in provisions if node.parent}
    whole: set[str] = set()
    chunks: list[ChunkDraft] = []
    for node in provisions:
        if node.parent in whole:
            whole.add(node.id)
            continue
        if node.kind in _SKIPPED or node.repealed:
            continue
        end = node.own_end
        if node.id in parents and node.end - node.start <= WHOLE_CHARS:
            whole.add(node.id)
            end = node.end
        if not _has_content(text, node, end, leaf=node.id not in parents):
            continue
        context = _context(text, node, by_id, title)
        chunks.extend(
            ChunkDraft(pid=node.id, start=start, end=stop, context=context, lang=node.lang)
            for start, stop in cut(text, node.start, end)
        )
    return chunks


def _has_content(text: str, node: Provision, end: int, *, leaf: bool) -> bool:
    """Whether a provision's own text says something: a bare heading above children does not."""
    start = node.start if leaf or node.heading_end is None else node.heading_end
    return bool(_LETTER.search(text, start, end)) and (leaf or end - start >= 25)


def _context(text: str, node: Provision, by_id: dict[str, Provision], title: str | None) -> str:
    headings: list[str] = []
    lead_in = ""
    above = by_id.get(node.parent) if node.parent else None
    while above:
        if above.heading:
            headings.append(above.heading)
        elif not lead_in:
            lead_in = _shorten(text[above.start : above.own_end], LEAD_IN_CHARS)
        above = by_id.get(above.parent) if above.parent else None
    parts = [_shorten(title, TITLE_CHARS)] if title else []
    parts.extend(_shorten(heading, TITLE_CHARS) for heading in reversed(headings[:2]))
    if lead_in:
        parts.append(lead_in)
    return ". ".join(part.rstrip(".") for part in parts if part)


def _shorten(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[:limit].rsplit(" ", 1)[0] + " …"


def cut(text: str, start: int, end: int, limit: int = MAX_CHARS) -> Iterator[tuple[int, int]]:
    """Spans of at most ``limit`` characters that cover ``[start, end)`` but for the spaces between."""
    while end - start > limit:
        stop, following = _best_cut(text, start, start + limit)
        yield start, stop
        start = following
    if start < end:
        yield start, end


def _best_cut(text: str, start: int, limit: int) -> tuple[int, int]:
    floor = start + (limit - start) // 3
    for pattern in _CUTS:
        found = list(pattern.finditer(text, floor, limit))
        if found:
            return found[-1].start(), found[-1].end()
    return limit, limit

"""Lines -> canonical text, for tests of grammars. «>» begins a right-aligned line, «^» a centred one."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.document import Block, CanonicalText, Note, Para


def canonical(lines: str | Iterable[str | Block], notes: tuple[Note, ...] = ()) -> CanonicalText:
    """One paragraph a line; empty lines are left out."""
    blocks = [block for line in _split(lines) if (block := _block(line)).text]
    paras: list[Para] = []
    offset = 0
    for block in blocks:
        paras.append(Para(block, offset, offset + len(block.text)))
        offset += len(block.text) + 1
    return CanonicalText("\n".join(block.text for block in blocks), tuple(paras), notes, ())


def row(*cells: str) -> Block:
    return Block(" | ".join(cells), cells=cells)


def _split(lines: str | Iterable[str | Block]) -> list[str | Block]:
    return list(lines.splitlines()) if isinstance(lines, str) else list(lines)


def _block(line: str | Block) -> Block:
    if isinstance(line, Block):
        return line
    text = line.strip()
    align = {">": "right", "^": "center"}.get(text[:1], "left")
    return Block(text.lstrip(">^").strip(), align=align)

r"""A document -> Markdown (CommonMark and GitHub's), in which only our own structure is markup.

Every character of a text that could open a link, an image, HTML, emphasis, code, a table or a formula has a
backslash before it; at a line's beginning also what would open a list, a heading or a rule. An address is
plain text as well: ``https\://…`` is shown as it is and is no link. The same document gives the same bytes.
"""

from __future__ import annotations

import re

from assistant.export.blocks import Block, Cell, Document, Heading, Para, Run, Source, Sources, Table

_ANYWHERE = re.compile(r"[\\`*_\[\]<>{}|~$&#^@]")
_ADDRESS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)  # GitHub links bare addresses
_AT_START = re.compile(r"(?P<sign>[-+=:%!])|(?P<number>\d{1,9})(?P<mark>[.)])")
_ENDED = re.compile(r"[.!?:;…]\W*$")
_BREAK = "\\"  # a backslash at a line's end is a line break
_LOOKS = {"plain": "", "strong": "**", "emphasis": "*"}


def escape(text: str) -> str:
    """Plain text -> Markdown that renders as the same characters; ``\\n`` becomes a line break."""
    return f"{_BREAK}\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    escaped = _ADDRESS.sub(lambda found: f"\\{found[0]}", _ANYWHERE.sub(r"\\\g<0>", line))
    start = _AT_START.match(escaped)
    if start is None:
        return escaped
    if start["sign"]:
        return f"\\{escaped}"
    return f"{start['number']}\\{escaped[start.start('mark') :]}"


def to_markdown(document: Document) -> bytes:
    """UTF-8 Markdown of a document."""
    parts = [f"# {escape(document.title)}"]
    for number, block in enumerate(document.blocks):
        before = document.blocks[number - 1] if number else None
        joined = "\n" if _is_item(block) and _is_item(before) else "\n\n"
        parts.append(joined + _block(block))
    return ("".join(parts) + "\n").encode()


def _is_item(block: Block | None) -> bool:
    return isinstance(block, Para) and block.kind in ("item", "todo")


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * (block.level + 1)} {escape(block.text)}"
    if isinstance(block, Sources):
        return "\n\n".join(_source(entry) for entry in block.entries)
    if isinstance(block, Table):
        return _table(block)
    if block.kind == "small":
        return f"---\n\n{_runs(block.runs)}"
    if _is_item(block):
        indent = "  " * block.level
        mark = "- [ ] " if block.kind == "todo" else "- "
        return indent + mark + _runs(block.runs).replace("\n", f"\n{indent}  ")
    return _runs(block.runs)


def _table(table: Table) -> str:
    """A table as GitHub has it: a row a line, the paragraphs of a cell one after another."""
    heading = [escape(column.heading) for column in table.columns]
    rows = [heading, ["---"] * len(heading), *([_cell(cell) for cell in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell) -> str:
    """The paragraphs of a cell in one line, each ended where it has no mark at its end."""
    written = ""
    for para in cell:
        flat = tuple(Run(run.text.replace("\n", " "), run.look, run.link) for run in para.runs)
        ended = not written or _ENDED.search(written)
        written += f"{'' if ended else '.'} {_runs(flat)}"
    return written.strip()


def _source(source: Source) -> str:
    """The number and the reference, the quotation as a block quote, the rest as a list."""
    parts: list[str] = []
    for para in source.paras:
        text = _runs(para.runs)
        if para.kind == "quote":
            parts.append("> " + text.replace("\n", "\n> "))
        elif para.kind == "detail":
            item = "- " + text.replace("\n", "\n  ")
            parts[-1:] = [f"{parts[-1]}\n{item}"] if parts[-1].startswith("- ") else [parts[-1], item]
        else:
            parts.append(f"**\\[{source.number}\\]** {_runs((*map(_unstyled, para.runs),))}")
    return "\n\n".join(parts)


def _unstyled(run: Run) -> Run:
    return Run(run.text, link=run.link)


def _runs(runs: tuple[Run, ...]) -> str:
    """Runs in a row; only the first can stand at a line's beginning, but each is escaped as if it did."""
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    sign = _LOOKS[run.look]
    text = run.text.strip() if sign else run.text
    if not sign or not text:
        return escape(run.text)
    lead = run.text[: len(run.text) - len(run.text.lstrip())]
    tail = run.text[len(run.text.rstrip()) :]
    return f"{lead}{sign}{escape(text)}{sign}{tail}"

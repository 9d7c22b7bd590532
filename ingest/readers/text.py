"""Plain text and Markdown bytes -> blocks: hard-wrapped lines joined into paragraphs.

UTF-8, UTF-16, windows-1251, KOI8-R and cp866 are told apart. YAML front matter becomes metadata; stray
HTML tags and entities go, raised digits become Unicode superscripts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from typing import Any

import yaml

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.hidden import Hidden, invisible_in
from ingest.readers.bounds import not_text
from ingest.readers.html_hidden import comments_in
from ingest.readers.pdf_hyphens import Hyphenation
from ingest.readers.pdf_layout import MARKER
from ingest.readers.pdf_lines import SUPERSCRIPTS

MAX_BYTES = 200 * 1024 * 1024
_CYRILLIC_CODINGS = ("cp1251", "koi8-r", "cp866")
_FREQUENT = frozenset("оеаинтсрвлкмдпу")  # two thirds of the letters of any Russian text
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
_SUP = re.compile(r"<sup\b[^>]*>\s*([^<]*?)\s*</sup>", re.I)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|cite|code|del|div|em|figure|figcaption|font|h[1-6]|hr|i|img|ins|li|"
    r"mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*>",
    re.I,
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CLOSING_BLOCK = re.compile(r"<(?:br|hr)\b[^<>]*>|</(?:p|div|li|tr|h[1-6]|blockquote|figure)\s*>", re.I)
_SPACES = re.compile(r"[\t \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_FILLER = "\ue000"  # a private character in place of each character of a tag
_INDENT = 3  # spaces before a paragraph's first line
_WRAP_LIMIT = 120  # a line longer than this was not wrapped by hand
_MD_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_MD_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}|\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")
_MD_LINK = re.compile(r"!?\[([^\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_MD_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MD_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*_])")
_MD_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>])")


def read(data: bytes, name: str) -> Document:
    """Read a text or Markdown file. Raises ReadError for an empty, too large or binary file."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ReadError(
            f"{name} is empty. Download or copy it again.",
            f"{name} — пустой файл. Скачайте или скопируйте его заново.",
        )
    if len(data) > MAX_BYTES:
        raise ReadError(
            f"{name} is larger than {MAX_BYTES >> 20} MB. Split it and add the parts.",
            f"{name} больше {MAX_BYTES >> 20} МБ. Разделите файл и добавьте части.",
            reason="too_large",
        )
    text, coding = decode(data, name)
    if "\x00" in text:
        raise not_text(name)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    hidden: list[Hidden] = invisible_in(text)
    text, metadata = _front_matter(text)
    markdown = PurePath(name).suffix.lower() in {".md", ".markdown"}
    if markdown:  # shown as a page, it does not show its comments
        hidden += comments_in(text)
        text = _COMMENT.sub("", text)
    if metadata and not markdown:  # front matter: the text came out of Markdown, some escapes stayed
        text = _MD_ESCAPE.sub(r"\1", _MD_EMPHASIS.sub(r"\2", text))
    blocks = _markdown(text) if markdown else _paragraphs(_without_tags(text))
    if not blocks:
        raise ReadError(
            f"{name} holds no text. Check the file and add it again.",
            f"В {name} нет текста. Проверьте файл и добавьте его снова.",
        )
    media_type = "text/markdown" if markdown else "text/plain"
    return Document(blocks, media_type, metadata={**metadata, "charset": coding}, hidden=hidden)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding. Raises ReadError where no encoding gives text."""
    for mark, coding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(coding, "replace"), coding
    head = data[:8192]
    if b"\x00" in head:
        coding = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return data.decode(coding, "replace"), coding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.start > 16:  # cut inside a last character
            return data[: error.start].decode("utf-8"), "utf-8"
    return _single_byte(data, name)


def _single_byte(data: bytes, name: str) -> tuple[str, str]:
    sample = data[:200_000]
    scores = {coding: _russian(sample.decode(coding, "replace")) for coding in _CYRILLIC_CODINGS}
    best = max(scores, key=lambda coding: scores[coding])
    if scores[best] >= 0.5:
        return data.decode(best, "replace"), best
    high = sum(byte > 127 for byte in sample)
    if high * 20 < len(sample):  # Western text with its quotation marks and dashes
        return data.decode("cp1252", "replace"), "cp1252"
    raise ReadError(
        f"{name}: the text's encoding cannot be told. Save it as UTF-8 and add it again.",
        f"{name}: не удалось определить кодировку текста. Сохраните файл в UTF-8 и добавьте снова.",
    )


def _russian(text: str) -> float:
    """Share of frequent small Russian letters among the letters beyond ASCII: about .75 when read right."""
    letters = [char for char in text if ord(char) > 127 and char.isalpha()]
    if len(letters) < 2:
        return 0.0
    return sum(char in _FREQUENT for char in letters) / len(letters)


class _Plain(yaml.SafeLoader):
    """YAML without aliases: a few lines of them stand for more text than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)


def _front_matter(text: str) -> tuple[str, dict[str, str]]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return text, {}
    try:
        values: Any = yaml.load(found[1], Loader=_Plain)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text, {}
    if not isinstance(values, dict):
        return text, {}
    metadata = {}
    for key, value in values.items():
        if value is None:
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        metadata[str(key).lower()] = _SPACES.sub(" ", shown).strip()[:500]
    return text[found.end() :], metadata


def _without_tags(text: str) -> str:
    """Tags give way to as many fillers: a line keeps the length it was wrapped at."""
    text = _SUP.sub(lambda found: _filled(found[0], html.unescape(found[1]).translate(SUPERSCRIPTS)), text)
    text = _CLOSING_BLOCK.sub(lambda found: found[0] + "\n", text)
    return _TAG.sub(lambda found: _filled(found[0], ""), text)


def _filled(taken: str, text: str) -> str:
    return text + _FILLER * (len(taken) - len(text) - taken.count("\n")) + "\n" * taken.count("\n")


def _flat(text: str) -> str:
    plain = html.unescape(text.replace(_FILLER, "")).replace("\u00ad", "")
    return unicodedata.normalize("NFC", _SPACES.sub(" ", plain)).strip()


def _paragraphs(text: str) -> list[Block]:
    lines = text.split("\n")
    width = _wrap_width(lines)
    hyphens = Hyphenation((_flat(line) for line in lines), keep=True) if width else None
    blocks: list[Block] = []
    current = ""
    previous = ""
    for line in lines:
        flat = _flat(line)
        if flat and current and width and hyphens and _runs_on(previous, line, flat, width):
            current = hyphens.join(current, flat)
        else:
            if current:
                blocks.append(Block(current))
            current = flat
        previous = line
    if current:
        blocks.append(Block(current))
    return blocks


def _wrap_width(lines: Sequence[str]) -> int | None:
    """The width a text was wrapped to by hand, or None for one paragraph a line."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if len(lengths) < 3:
        return None
    width = lengths[int(len(lengths) * 0.97)]
    if width > _WRAP_LIMIT or width < 40:
        return None
    full = sum(length > width - 16 for length in lengths)
    followed = sum(bool(one.strip() and two.strip()) for one, two in pairwise(lines))
    return width if full > len(lengths) * 0.25 and followed > len(lengths) * 0.2 else None


def _runs_on(previous: str, line: str, flat: str, width: int) -> bool:
    """Whether ``line`` goes on with the paragraph that ``previous`` belongs to."""
    if not previous.strip():
        return False
    lead = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
    before = len(previous.expandtabs(4)) - len(previous.expandtabs(4).lstrip())
    if lead >= _INDENT and lead > before:
        return False
    if MARKER.match(flat) and previous.rstrip()[-1:] in ".;:":
        return False
    if flat[0].islower() and previous.rstrip()[-1:] not in ".;:":
        return True
    first_word = len(flat.split(" ", 1)[0])
    return len(previous.rstrip()) + 1 + first_word > width - 6


def _markdown(text: str) -> list[Block]:
    blocks: list[Block] = []
    plain: list[str] = []

    def flush() -> None:
        blocks.extend(_paragraphs("\n".join(plain)))
        plain.clear()

    for line in _without_tags(text).split("\n"):
        heading = _MD_HEADING.fullmatch(line.strip())
        if heading or _MD_RULE.fullmatch(line) or line.strip().startswith("|"):
            flush()
        if heading:
            blocks.append(Block(_flat(_inline(heading[2])), heading=len(heading[1]), bold=True))
        elif line.strip().startswith("|") and not _MD_RULE.fullmatch(line):
            cells = tuple(_flat(_inline(cell)) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))
            blocks.append(Block(_flat(" | ".join(cells)), cells=cells))
        elif not _MD_RULE.fullmatch(line):
            item = re.match(r"\s*(?:[*+-]|\d+[.)])\s", line)
            if item:
                flush()
            plain.append(_inline(re.sub(r"^\s*(?:>\s?)+", "", line)))
    flush()
    return [block for block in blocks if block.text]


def _inline(text: str) -> str:
    text = _MD_LINK.sub(r"\1", text)
    text = _MD_STRONG.sub(r"\2", text)
    text = _MD_EMPHASIS.sub(r"\2", text)
    return _MD_ESCAPE.sub(r"\1", text)

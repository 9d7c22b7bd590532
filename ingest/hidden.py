"""Text of a file that its reader does not see -> findings, and the sentences that report them.

Readers tell what they leave out (white, tiny, off the page, not displayed); characters that show nothing are
taken out of every text here. Words set in look-alike letters are visible and no matter of this module.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.model import Lang

SAMPLE_CHARS = 80
NEAR_WHITE = 230  # of 255, the least of red, green and blue: a contrast with white below 1.25
TINY_POINTS = 2.0  # type up to this size is not read by anyone
SHOWN_PAGES = 3

_EMOJI = "\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff"
# Unicode's default-ignorable characters and the bidirectional controls. The joiner stays between emoji, one
# variation selector after a character; several in a row carry a message of their own.
_SHOW_NOTHING = (
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(
    f"[{_SHOW_NOTHING}]|[\ufe00-\ufe0f]{{2,}}|\u200d(?![{_EMOJI}])|(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d"
)
# What _UNSEEN may begin with: a set is looked for several times faster than alternatives.
_MAY_BE_UNSEEN = re.compile(f"[{_SHOW_NOTHING}\ufe00-\ufe0f\u200d]")
_SOFT = "\u00ad"
_SOFT_RUN = re.compile(f"{_SOFT}{{2,}}")
_SOFT_MANY = 20  # fewer soft hyphens in one stretch of text are never a finding
_CONTEXT = 30  # characters shown before an unseen one
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


class Way(StrEnum):
    """How text is kept from a reader's eyes."""

    CHARACTERS = "characters"
    SOFT_HYPHENS = "soft_hyphens"
    WHITE = "white"
    TINY = "tiny"
    OFF_PAGE = "off_page"
    UNPAINTED = "unpainted"
    MARKED_HIDDEN = "marked_hidden"
    NOT_DISPLAYED = "not_displayed"
    COMMENT = "comment"


_NAMES: dict[Lang, dict[Way, str]] = {
    "ru": {
        Way.CHARACTERS: "невидимые символы",
        Way.SOFT_HYPHENS: "необычно много мягких переносов",
        Way.WHITE: "белый текст на белом",
        Way.TINY: f"текст не крупнее {TINY_POINTS:.0f} пт",
        Way.OFF_PAGE: "текст за краем страницы",
        Way.UNPAINTED: "текст, который не выводится на страницу",
        Way.MARKED_HIDDEN: "текст с пометкой «скрытый»",
        Way.NOT_DISPLAYED: "элементы, которые браузер не показывает",
        Way.COMMENT: "примечания в разметке",
    },
    "en": {
        Way.CHARACTERS: "invisible characters",
        Way.SOFT_HYPHENS: "unusually many soft hyphens",
        Way.WHITE: "white text on white",
        Way.TINY: f"text of {TINY_POINTS:.0f} pt or less",
        Way.OFF_PAGE: "text outside the page",
        Way.UNPAINTED: "text that is not painted on the page",
        Way.MARKED_HIDDEN: "text marked as hidden",
        Way.NOT_DISPLAYED: "elements that a browser does not show",
        Way.COMMENT: "comments in the markup",
    },
}
_SENTENCE: dict[Lang, str] = {
    "ru": "{name}{pages}, знаков: {count}; в текст не входит: «{sample}»",
    "en": "{name}{pages}, {count} characters, left out of the text: “{sample}”",
}
_PAGES: dict[Lang, str] = {"ru": ", с. ", "en": ", p. "}


@dataclass(frozen=True, slots=True)
class Hidden:
    """One finding. ``text``: what is hidden, or where it stood; ``count``: characters; ``page`` from 1."""

    way: Way
    text: str
    count: int
    page: int | None = None


def left_out(way: Way, text: str, page: int | None = None) -> list[Hidden]:
    """The finding of a text left out; none for text without a letter or a digit."""
    flat = " ".join(text.split())
    return [Hidden(way, flat, len(flat), page)] if any(char.isalnum() for char in flat) else []


def without_invisible(text: str) -> str:
    """``text`` without characters that show nothing; taking them out twice changes no more."""
    text = text.replace(_SOFT, "")
    while _UNSEEN.search(text):
        text = _UNSEEN.sub("", text)
    return text


def invisible_in(text: str, page: int | None = None) -> list[Hidden]:
    """Characters in ``text`` that show nothing. A soft hyphen here and there is good typography."""
    found = []
    unseen = list(_UNSEEN.finditer(text)) if _MAY_BE_UNSEEN.search(text) else []
    if unseen:
        count = sum(len(match.group()) for match in unseen)
        found.append(Hidden(Way.CHARACTERS, _around(text, unseen[0].start()), count, page))
    soft = text.count(_SOFT)
    run = _SOFT_RUN.search(text)
    letters = len(text) - soft
    if run or (soft >= _SOFT_MANY and soft * 2 > letters):
        first = run.start() if run else text.index(_SOFT)
        found.append(Hidden(Way.SOFT_HYPHENS, _around(text, first), soft, page))
    return found


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - _CONTEXT) : at + SAMPLE_CHARS].split())


def sample(text: str) -> str:
    """At most 80 characters of ``text``; what shows nothing is written as ``[U+XXXX]``."""
    shown = ""
    for char in text:
        unseen = unicodedata.category(char) in _NOT_SHOWN or _UNSEEN.fullmatch(char)
        piece = f"[U+{ord(char):04X}]" if unseen else char
        if len(shown) + len(piece) >= SAMPLE_CHARS:
            return shown + "…"
        shown += piece
    return shown


def told(findings: Sequence[Hidden], lang: Lang) -> list[str]:
    """One sentence for each way of hiding: where, how much, and how it begins."""
    ways: dict[Way, list[Hidden]] = {}
    for entry in findings:
        ways.setdefault(entry.way, []).append(entry)
    return [
        _SENTENCE[lang].format(
            name=_NAMES[lang][way],
            pages=_pages(entries, lang),
            count=sum(entry.count for entry in entries),
            sample=sample(entries[0].text),
        )
        for way, entries in ways.items()
    ]


def _pages(entries: Sequence[Hidden], lang: Lang) -> str:
    pages = sorted({entry.page for entry in entries if entry.page is not None})
    if not pages:
        return ""
    more = "…" if len(pages) > SHOWN_PAGES else ""
    return _PAGES[lang] + ", ".join(map(str, pages[:SHOWN_PAGES])) + more


def near_white(red: int, green: int, blue: int) -> bool:
    """Whether nobody reads a text of this colour (0…255 each) on white."""
    return min(red, green, blue) >= NEAR_WHITE

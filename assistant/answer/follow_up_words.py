"""A provision worth asking about -> the question, in words that a person would type.

No word of a user's document, nor of an act that the catalogue does not know, becomes part of a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.answer.labels import place
from assistant.library.schema import ActRow
from assistant.library.view import EditionView
from assistant.model import Authority, Lang, Provision, stands_in
from assistant.naming import FORMAL_IN_SENTENCE, KIND_NAMES, day_in_words, english_day, genitive

Kind = Literal["says", "changed", "official"]

_FORMS: dict[tuple[Lang, Kind], str] = {
    ("ru", "says"): "Что сказано в {place} {act}?",
    ("ru", "changed"): "Что изменилось в {place} {act} в редакции от {day}?",
    ("ru", "official"): "Что сказано в официальном тексте {place} {act}?",
    ("en", "says"): "What does {place} of {act} say?",
    ("en", "changed"): "What changed in {place} of {act} in the edition of {day}?",
    ("en", "official"): "What does the official text of {place} of {act} say?",
}
LABEL_CHARS = 60
_WORD = re.compile(r"(?![IVXLC]+(?!\w))[^\W\d_]{3,}")
_UNITS = re.compile(
    r"подп|абз|разд|прил|Articles?|Annex|[Ss]ection|[Rr]ecital|paragraph|(?:sub)?points?|parts?|first|second|third"
)
_PLAIN = re.compile(r"[^\W\d_][\w ,()/’'-]{3,119}")
_ENGLISH_NAME = re.compile(
    r"(?:(?:[A-Z]\w*|on|of|for)\s)*"
    r"(?:Act|Guidelines|Executive Order|Convention|RMF|Principles|Omnibus|Strategy)\b"
)
ABSOLUTE = frozenset({"article", "annex", "recital", "section", "chapter"})
HEADED = frozenset({"article", "section", "annex"})


@dataclass(frozen=True, slots=True)
class Target:
    """A provision that a question may be asked about."""

    edition: EditionView
    node: Provision

    @property
    def act(self) -> str:
        """The id of its act."""
        return self.edition.row.act_id

    @property
    def is_digest(self) -> bool:
        """Whether it is told in our words."""
        return self.edition.row.authority == Authority.DIGEST

    @property
    def chain(self) -> Iterator[Provision]:
        """The provision and those above it, the nearest first."""
        return self.edition.lineage(self.node)

    def meets(self, other: Target) -> bool:
        """Whether one of two provisions is the other or stands in it."""
        one, two = self.node.id, other.node.id
        return self.act == other.act and (stands_in(one, two) or stands_in(two, one))


def worded(kind: Kind, target: Target, act: ActRow, lang: Lang) -> Iterator[str]:
    """The question about a provision, as people would put it first; none where it has no plain label."""
    node, row = target.node, target.edition.row
    where = place(node.label, lang)
    words = re.sub(r"^ст\. ([\d.-]+)\((\d+)\)$", r"п. \2 ст. \1", where.words)
    if not where.known or not all(map(_UNITS.fullmatch, _WORD.findall(words))) or len(words) > LABEL_CHARS:
        return
    edition = row.edition or ""
    day = day_in_words(edition, "ru") if lang == "ru" else english_day(edition)
    for name in _names(act, where.noun if place(node.label, "en").of else None, lang):
        for heading in dict.fromkeys((_heading(target, act, lang) if kind == "says" else "", "")):
            comma = "," if lang == "en" and ", " in words else ""
            yield _FORMS[lang, kind].format(place=f"{words}{heading}{comma}", act=name, day=day)


def _heading(target: Target, act: ActRow, lang: Lang) -> str:
    """The heading of a provision, or of its article, in quotation marks; "" where it may not be quoted."""
    headed = next((node for node in target.chain if node.heading), None)
    if headed is None or headed.lang != lang or not act.in_catalogue:
        return ""
    of_its_own = headed is target.node or headed.kind in ("article", "section")
    if headed.kind not in HEADED or not of_its_own or not stands_in(target.node.id, headed.id):
        return ""
    heading = " ".join((headed.heading or "").split()).rstrip(" .`")
    official = target.edition.row.authority == Authority.OFFICIAL
    if not official or not _PLAIN.fullmatch(heading) or heading.isupper():
        return ""
    return f" «{heading}»" if lang == "ru" else f" (“{heading}”)"


def _names(act: ActRow, noun: str | None, lang: Lang) -> Iterator[str]:
    """The act as it follows a provision, likeliest first. ``noun``: of the document it approves."""
    aliases = [alias for alias in act.aliases if act.in_catalogue and "_" not in alias]
    yield from _names_ru(act, noun, aliases) if lang == "ru" else _names_en(act, noun, aliases)


def _names_ru(act: ActRow, noun: str | None, aliases: list[str]) -> Iterator[str]:
    """«закона об информации (149-ФЗ)», «Требований (утв. постановлением Правительства РФ № 1119)»."""
    formal, approved = _formal(act, "ru"), KIND_NAMES["ru"].get(act.kind, ("", ""))[1]
    issuer = formal.removeprefix(FORMAL_IN_SENTENCE["ru"].get(act.kind, ""))
    law = act.kind == "federal_law"
    if law or noun or act.kind not in FORMAL_IN_SENTENCE["ru"]:
        beside = f" ({act.number})" if law else f" ({approved}{issuer} № {act.number})"
        for declined in filter(None, map(genitive, aliases)):
            if noun is None or noun.lower() in declined.lower().split()[:2]:
                unclear = formal and declined[0].islower() and str(act.number) not in declined
                yield f"{declined}{beside if unclear else ''}"
                break
    if noun and formal:
        yield f"{noun} ({approved}{issuer} № {act.number})"
    elif formal:
        yield f"{formal} № {act.number}"


def _names_en(act: ActRow, noun: str | None, aliases: list[str]) -> Iterator[str]:
    """As people write it: "the AI Act", "Russian Federal Law No. 149-FZ"."""
    formal, number = _formal(act, "en"), (act.number or "").replace("ФЗ", "FZ")
    of = place(f"п. 1 {noun}", "en").of if noun else None
    if of or not formal:
        for alias in aliases:
            if _ENGLISH_NAME.match(alias) and (not of or alias.endswith(of.split()[-1])):
                article = "" if alias.startswith("Executive") else "the Russian " if formal else "the "
                yield f"{article}{alias}"
                break
    if of and formal:
        yield f"{of.removeprefix('of ')} (approved by {formal} No. {number})"
    elif formal:
        yield f"{formal} No. {number}"


def _formal(act: ActRow, lang: Lang) -> str:
    """The kind of an act, with its issuer where numbers repeat; "" where it is not called by its number."""
    formal = FORMAL_IN_SENTENCE[lang].get(act.kind, "")
    if not formal or not re.fullmatch(r"\d[\dА-Яа-я/-]{0,11}", act.number or ""):
        return ""
    if act.kind == "ministry_order" and act.in_catalogue and act.issuer:
        return f"{formal} {act.issuer}" if lang == "ru" else f"{formal} of {act.issuer_en or act.issuer}"
    return formal

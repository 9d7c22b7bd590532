"""The grammar of Russian acts: указ, постановление, распоряжение, приказ, закон, кодекс, стратегия.

CanonicalText -> provisions: articles with parts, points and sub-points; points with lettered sub-points;
attachments whose points restart at 1 (``att1/p5``); sections and chapters above them, which ids skip.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Para
from ingest.structure.outline import Outline
from ingest.structure.russian_candidates import first_provision, read_markers
from ingest.structure.russian_labels import dative, document_word, genitive
from ingest.structure.russian_markers import capital, is_first
from ingest.structure.russian_place import RANKS, Node
from ingest.structure.russian_walk import Walk
from ingest.structure.russian_zones import Zone, split_zones

_SAMPLE = 40_000
_CYRILLIC = re.compile(r"[а-яё]", re.I)
_LATIN = re.compile(r"[a-z]", re.I)
_ACT_WORDS = re.compile(
    r"федеральный закон|кодекс|указ|постановл|распоряжени|приказ|стратеги|концепци|программ|положение|"
    r"правила",
    re.I,
)
_PREAMBLE_ENDS = re.compile(
    r"(?:п\s?о\s?с\s?т\s?а\s?н\s?о\s?в\s?л\s?я|п\s?р\s?и\s?к\s?а\s?з\s?ы\s?в\s?а|решил|распоряжаюсь)"
    r".{0,12}:\s*$",
    re.I,
)
# «1.» in an article is a часть by default; some codes call it a пункт, and say so in their references.
_OWN_POINT = re.compile(r"пункт\w*\s+[\d.\-]+(?:(?:,|\s+и|\s*[-–])\s*[\d.\-]+)*\s+настоящей\s+статьи", re.I)
_OWN_PART = re.compile(r"част\w+\s+[\d.\-]+(?:(?:,|\s+и|\s*[-–])\s*[\d.\-]+)*\s+настоящей\s+статьи", re.I)
_BARE_PART = re.compile(
    r"част\w+\s+(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят)\w+"
    r"(?:(?:,|\s+и|\s*[-–])\s*[а-яё]+(?:ой|ей|ая|ья|ую|ью))*\s+настоящей\s+статьи",
    re.I,
)


@dataclass(frozen=True, slots=True)
class RussianAct:
    """See the module's docstring."""

    name: str = "russian_act"

    def score(self, canonical: CanonicalText, identity: Identity) -> float:
        """0 for a text that is not Russian; otherwise by the markers and act words at its beginning."""
        sample = canonical.text[:_SAMPLE]
        cyrillic, latin = len(_CYRILLIC.findall(sample)), len(_LATIN.findall(sample))
        if cyrillic <= latin or cyrillic < 20:
            return 0.0
        paras = [para for para in canonical.paras if para.start < _SAMPLE]
        marks = [m for m in read_markers(paras) if m and (m.type != "dot" or capital(m))]
        firsts = sum(is_first(m) or m.type == "article" for m in marks)
        sure = 0.2 + min(0.5, 0.05 * len(marks)) + (0.1 if firsts else 0.0)
        known = identity.jurisdiction == "ru" or bool(_ACT_WORDS.search(sample[:2000]))
        return round(min(1.0, sure + (0.2 if known else 0.0)), 3)

    def parse(self, canonical: CanonicalText, identity: Identity) -> Sequence[Provision]:
        """The outline in reading order."""
        outline = Outline(canonical, "ru")
        if not canonical.paras:
            return []
        zones = [zone for zone in split_zones(canonical.paras) if zone.last > zone.first]
        if identity.attachment:
            zones = _as_attachment(zones, identity)
        signatures = 0
        for zone in zones:
            if zone.kind == "signature":
                signatures += 1
                _open_signature(outline, canonical.paras, zone, signatures)
            elif zone.kind == "annex":
                _walk_annex(outline, canonical.paras, zone, _Annexes(zones))
            else:
                _walk_act(outline, canonical.paras, zone)
        return outline.finish()


@dataclass(frozen=True, slots=True)
class _Annexes:
    """The zones of the act: an annex is named by its word only if no other has the same."""

    zones: list[Zone]

    def name(self, zone: Zone) -> tuple[str, str]:
        """Label of the annex itself, and what the labels of its provisions end with."""
        if zone.depth:
            above = self.host(zone)
            to = f" к {dative(above.word)}" if above.word else ""
            several = sum(z.depth == 1 for z in self.zones) > 1
            short = f"прил. {zone.number}{to}" if several else f"прил.{to}"
            return short, short
        twins = sum(z.kind == "annex" and z.word == zone.word and not z.depth for z in self.zones)
        if zone.word and twins == 1:
            return zone.word.capitalize(), genitive(zone.word)
        return f"прил. {zone.number}", f"прил. {zone.number}"

    def host(self, zone: Zone) -> Zone:
        """The annex that an annex of an annex belongs to."""
        before = self.zones[: self.zones.index(zone)]
        return next(z for z in reversed(before) if z.kind == "annex" and not z.depth)


def _as_attachment(zones: list[Zone], identity: Identity) -> list[Zone]:
    """The whole text is attachment N of its act; the annexes in it are annexes of that attachment."""
    first = zones[0]
    for zone in zones[1:]:
        if zone.kind == "annex":
            zone.depth = 1
    first.kind, first.number, first.depth = "annex", identity.attachment, 0
    first.word = first.word or document_word(first.title) or document_word(identity.title or "")
    return zones


def _open_signature(outline: Outline, paras: Sequence[Para], zone: Zone, count: int) -> None:
    step = "sign" if count == 1 else f"sign{count}"
    start = paras[zone.first].start
    outline.open(RANKS["annex"], step, kind="signature", label="подпись", start=start, prefix="")


def _walk_act(outline: Outline, paras: Sequence[Para], zone: Zone) -> None:
    if zone.head > zone.first:
        start = paras[zone.first].start
        outline.open(
            RANKS["top"], "title", kind="title", label="заголовок", start=start, heading=zone.title,
            heading_end=zone.title_end, prefix="",
        )  # fmt: skip
    begin = _open_preamble(outline, paras, zone)
    _walk(outline, paras[begin : zone.last], Node("root", "", "", -1))


def _open_preamble(outline: Outline, paras: Sequence[Para], zone: Zone) -> int:
    """Open the preamble, if there is one, and give the index of the first paragraph after it."""
    first = first_provision(read_markers(paras[zone.head : zone.last]))
    until = zone.head + first if first is not None else zone.head
    for k in range(zone.head, until if first is not None else zone.last):
        if _PREAMBLE_ENDS.search(paras[k].text):
            until = k + 1
            break
    if until > zone.head:
        start = paras[zone.head].start
        outline.open(RANKS["top"], "pre", kind="preamble", label="преамбула", start=start, prefix="")
        outline.close(RANKS["top"], paras[until - 1].end)
    else:
        outline.close(RANKS["top"], paras[zone.head].start if zone.head < len(paras) else paras[-1].end)
    return until


def _walk_annex(outline: Outline, paras: Sequence[Para], zone: Zone, annexes: _Annexes) -> None:
    rank = RANKS["annex"] + zone.depth
    label, above = annexes.name(zone)
    prefix = ""
    if zone.depth:
        prefix = f"att{annexes.host(zone).number}"
    opened = outline.open(
        rank, f"att{zone.number}", kind="annex", number=str(zone.number), label=label,
        start=paras[zone.first].start, heading=zone.title or None,
        heading_end=zone.title_end if zone.title else None, prefix=prefix,
    )  # fmt: skip
    _walk(outline, paras[zone.head : zone.last], Node("annex", opened.id, above, rank, opened.id))


def _walk(outline: Outline, paras: Sequence[Para], root: Node) -> None:
    """Walk a zone; once more, with sections in the ids, where its points restart in every section."""
    if not paras:
        return
    text = outline.canonical.text[paras[0].start : paras[-1].end]
    points, numbered, bare = (len(rule.findall(text)) for rule in (_OWN_POINT, _OWN_PART, _BARE_PART))
    parts, bare_parts = numbered + bare >= points, bare >= 3 and bare > numbered
    trial = Walk(Outline(outline.canonical, "ru"), paras, replace(root, lists={}), parts=parts)
    if not trial.articles:
        trial.run()
    Walk(outline, paras, root, parts=parts, bare_parts=bare_parts, sections_in_ids=trial.restarted).run()


GRAMMAR = RussianAct()

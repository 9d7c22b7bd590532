"""An edition's text, outline and notes -> how its act bears on others and what they did to it.

Amendments stand in publishers' notes («(в ред. Федерального закона от … N …)», «(Дополнение подпунктом -
Указ … от … N …)», «Список изменяющих документов»), in repealed stubs («Утратила силу. - Федеральный закон
от … N …») and in announcements («С 01.09.2025 … вносятся изменения (ФЗ от … N …)»). What the act itself does
to others stands in its text: «признать утратившим силу», "is revoked", «Утвердить прилагаемые …».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.library.drafts import NoteDraft, RelationDraft
from assistant.model import Provision, RelationKind
from assistant.references import ActMention, act_ids, find_acts, find_references, reference_paths
from assistant.references_dates import iso_date, same_length

TEXT = "text"
SIDECAR = "sidecar"

# One amending act of a note: «… закона от 29.07.2017 N 276-ФЗ», «Указа … от 15 февраля 2024 г. № 124».
_DAY = r"(?:\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\s+[а-я]+\s+\d{4}(?:\s*(?:г\.?|года))?)"
_ACT = re.compile(rf"(?:от\s+)?(?P<day>{_DAY})\s*(?:N|№)\s*(?P<number>\d+(?:-[А-ЯЁа-яё]+)?)")
# The kind of act named before its date; the last one before a pair counts, also over the lines of a list.
_KINDS = (
    ("fkz", re.compile(r"федеральн\w+ конституционн\w+ закон|\bфкз\b", re.IGNORECASE)),
    ("fz", re.compile(r"федеральн\w+ закон|\bфз\b", re.IGNORECASE)),
    ("ukaz", re.compile(r"указ(?:а|ов|ом|у)?(?:\s+президента)?\b", re.IGNORECASE)),
    ("pp", re.compile(r"постановлени\w+(?:\s+правительства)?|\bпп рф\b", re.IGNORECASE)),
    ("rp", re.compile(r"распоряжени\w+(?:\s+правительства)?", re.IGNORECASE)),
    ("prikaz", re.compile(r"приказ\w*", re.IGNORECASE)),
)
# Words that make a note an edition mark.
_MARK = re.compile(
    r"(?<!\w)(?:ред\.|редакции|введен\w*|дополнен\w*|дополнение|изменен\w*|изменение|исключен\w*|утратил\w*|"
    r"изложен\w*|изменяющих документов|с изм\.)|см\. будущую редакцию",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"\s*(?:от\s+\d|\(в ред\.|\(с изм)", re.IGNORECASE)
# «С 01.09.2025 ст. 23 дополняется ч. 12 (ФЗ от … N …). См. будущую редакцию.»
_ANNOUNCED = re.compile(
    r"(?<!\w)[Сс]\s+(?P<day>\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\s+[а-я]+\s+\d{4}\s+года).*будущую редакцию"
)
_UNIT = re.compile(
    r"(?P<unit>пп|подпункт\w*|подп|п|пункт\w*|ч|част\w+|ст|стать\w+|абзац\w*|абз)\.?\s*\"?«?"
    r"(?P<number>\d+(?:[.-]\d+)*|[а-я](?:\.\d+)?)\"?»?(?!\w)",
    re.IGNORECASE,
)
_REPEALING = re.compile(
    r"призна(?:ть|ются|ны)\s+утратившим\w?\s+силу|(?:is|are)\s+(?:hereby\s+)?(?:repealed|revoked|rescinded)",
    re.IGNORECASE,
)
# «(Собрание законодательства …, 1995, N 8, ст. 609)»: where an act was published, no provision of it.
_PUBLISHED = re.compile(r"\((?:Собрание|Ведомости|Российская газета|OJ )[^()]*\)")
_LOST = re.compile(r"утратил\w*\s+силу(?:\s+с\s+(?P<since>\d{1,2}\s+[а-я]+\s+\d{4}))?", re.IGNORECASE)
_APPROVING = re.compile(r"(?<!\w)утвердить\s+(?:прилагаем\w+|следующ\w+)", re.IGNORECASE)
_WHOLE_REPEAL_CHARS = 6_000  # a list of repealed acts longer than this is a text that merely mentions them


@dataclass(frozen=True, slots=True)
class NotedAct:
    """An act as a note names it. ``date`` ISO; ``number`` as printed; ``act`` an id without wildcards."""

    act: str
    number: str
    date: str


def read_relations(
    act: str, text: str, provisions: Sequence[Provision], notes: Sequence[NoteDraft], lang: str
) -> list[RelationDraft]:
    """All relations an edition states, each (source, kind, target, provision) once."""
    found = [
        *amendments(act, text, provisions, notes),
        *_stubs(act, text, provisions),
        *_repeals(act, text, provisions, lang),
        *_approvals(act, text, provisions),
        *_citations(act, text, provisions),
    ]
    kept: dict[tuple[str, str, str, str | None], RelationDraft] = {}
    for relation in found:
        kept.setdefault((relation.source, relation.kind, relation.target, relation.provision), relation)
    repealed = {(entry.source, entry.target) for entry in kept.values() if entry.kind == RelationKind.REPEALS}
    return [
        entry
        for entry in kept.values()
        if entry.kind != RelationKind.CITES or (entry.source, entry.target) not in repealed
    ]


def amendments(
    act: str, text: str, provisions: Sequence[Provision], notes: Sequence[NoteDraft]
) -> Iterator[RelationDraft]:
    """What the notes of an edition say of the acts that changed it."""
    for note, head in edition_marks(notes):
        announced = _ANNOUNCED.search(same_length(note.text))
        if announced:
            provision = _announced_provision(note, provisions)
        else:
            provision = None if _in_list(note, head) else _noted_provision(note, text, provisions)
        for noted in noted_acts(note.text, head):
            if noted.act == act:
                continue
            yield RelationDraft(
                source=noted.act,
                kind=RelationKind.AMENDS,
                target=act,
                date=noted.date,
                in_force_from=iso_date(announced["day"]) if announced else None,
                number=noted.number,
                provision=provision,
                offset=note.offset,
                origin=TEXT,
            )


def edition_marks(notes: Sequence[NoteDraft]) -> Iterator[tuple[NoteDraft, str]]:
    """The notes that name amending acts, each with the words before it that say the kind of act.

    The lines of a list of amending acts name the kind once, in its first line.
    """
    head = ""
    for note in notes:
        plain = same_length(note.text)
        if _MARK.search(plain):
            head = plain if _opens_list(plain) else ""
            yield note, ""
        elif head and _CONTINUES.match(plain):
            yield note, head
            head = f"{head} {plain}"
        else:
            head = ""


def _opens_list(plain: str) -> bool:
    """A list's heading, or a bracket that its lines go on in."""
    return "изменяющих документов" in plain.lower() or plain.count("(") > plain.count(")")


def _in_list(note: NoteDraft, head: str) -> bool:
    return bool(head) or _opens_list(same_length(note.text))


def noted_acts(note: str, head: str = "") -> list[NotedAct]:
    """The acts a note names by date and number. ``head``: the words before it in the same list."""
    plain = same_length(note)
    found = []
    for match in _ACT.finditer(plain):
        noted = _noted(match["number"], match["day"], f"{head} {plain[: match.start()]}")
        if noted is not None:
            found.append(noted)
    return found


def _noted(number: str, day: str, before: str) -> NotedAct | None:
    """The act of a number and a day as printed; None where they or the words before make none."""
    date, step = iso_date(day), _kind_step(number, before)
    if date is None or step is None:
        return None
    return NotedAct(f"ru-{step}-{number.partition('-')[0]}-{date[:4]}", number, date)


def _kind_step(number: str, before: str) -> str | None:
    """The kind step of the act's id: by the number's ending, else by the last kind named before it."""
    ending = number.rpartition("-")[2].upper()
    if ending in ("ФЗ", "ФКЗ"):
        return "fz" if ending == "ФЗ" else "fkz"
    named = [(match.start(), step) for step, words in _KINDS for match in words.finditer(before)]
    if not named:
        return None
    step = max(named)[1]
    return f"prikaz-{_ministry(before)}" if step == "prikaz" else step


def _ministry(before: str) -> str:
    """The ministry's token of an order named as «Приказа ФСТЭК России»."""
    mentions = [mention for mention in find_acts(f"{before} от 01.01.2000 N 1") if mention.issuer]
    return (mentions[-1].issuer or "unknown") if mentions else "unknown"


def _noted_provision(note: NoteDraft, text: str, provisions: Sequence[Provision]) -> str | None:
    """The provision a mark stands at: the deepest that ends there, or the one above that the mark names."""
    at = max(0, note.offset - 1)
    while at > 0 and text[at].isspace():
        at -= 1
    deepest = _holder(at, provisions)
    if deepest is None:
        return None
    named = _UNIT.search(same_length(note.text))
    if named is None:
        return deepest.id
    number = named["number"].lower()
    inside = (node for node in reversed(provisions) if node.start <= at < node.end)
    return next((node.id for node in inside if (node.number or "").lower() == number), deepest.id)


def _announced_provision(note: NoteDraft, provisions: Sequence[Provision]) -> str | None:
    """The provision an announced change will touch; of one to be added, what it will stand in."""
    ids = {node.id for node in provisions}
    before_act = same_length(note.text).partition("(")[0]
    for reference in find_references(before_act):
        for path in reference_paths(reference):
            while path:
                if path in ids:
                    return path
                path = path.rpartition("/")[0]
    return None


def _stubs(act: str, text: str, provisions: Iterable[Provision]) -> Iterator[RelationDraft]:
    """«Статья 10.2. Утратила силу. - Федеральный закон от … N …»: the law that repealed the provision."""
    for node in provisions:
        if not node.repealed:
            continue
        said = same_length(text[node.start : node.end])
        lost = _LOST.search(said)
        since = iso_date(lost["since"]) if lost and lost["since"] else None
        for noted in noted_acts(said):
            yield RelationDraft(
                source=noted.act,
                kind=RelationKind.REPEALS,
                target=act,
                date=noted.date,
                in_force_from=since,
                number=noted.number,
                provision=node.id,
                offset=node.start,
                origin=TEXT,
            )


def _repeals(act: str, text: str, provisions: Sequence[Provision], lang: str) -> Iterator[RelationDraft]:
    """The acts that this one says are repealed, as a whole."""
    for match in _REPEALING.finditer(text):
        holder = _holder(match.start(), provisions)
        if holder is None or holder.repealed:
            continue
        russian = lang == "ru"
        start = match.end() if russian else _sentence_start(text, match.start(), holder.start)
        end = min(holder.end, start + _WHOLE_REPEAL_CHARS) if russian else match.start()
        listed = _PUBLISHED.sub(lambda match: " " * len(match.group()), text[start:end])
        for reference in find_references(listed):
            if reference.act is None or reference.steps:  # «пункт 3 Указа …» ends in part only
                continue
            target = _other_act(reference.act, act)
            if target is not None:
                place = start + reference.start
                yield _to(act, RelationKind.REPEALS, target, reference.act, holder.id, place)


def _holder(at: int, provisions: Iterable[Provision]) -> Provision | None:
    inside = [node for node in provisions if node.start <= at < node.end]
    return max(inside, key=lambda node: (node.start, -node.end)) if inside else None


def _sentence_start(text: str, at: int, floor: int) -> int:
    found = max(text.rfind(". ", floor, at), text.rfind("\n", floor, at))
    return found + 1 if found >= 0 else floor


def _approvals(act: str, text: str, provisions: Sequence[Provision]) -> Iterator[RelationDraft]:
    """«Утвердить прилагаемые …»: the attachments of the act itself."""
    attached = [node for node in provisions if node.parent is None and re.fullmatch(r"att\d+", node.id)]
    if not attached:
        return
    match = _APPROVING.search(text, 0, attached[0].start)
    if match is None:
        return
    for node in attached:
        yield RelationDraft(
            source=act,
            kind=RelationKind.APPROVES,
            target=act,
            provision=node.id,
            offset=match.start(),
            origin=TEXT,
        )


def _citations(act: str, text: str, provisions: Sequence[Provision]) -> Iterator[RelationDraft]:
    """The other acts the text names, each at the first place where it does; repealed stubs left out."""
    seen: set[str] = set()
    for mention in find_acts(text):
        target = _other_act(mention, act)
        if target is None or target in seen:
            continue
        holder = _holder(mention.start, provisions)
        if holder is not None and holder.repealed:
            continue
        seen.add(target)
        provision = holder.id if holder else None
        yield _to(act, RelationKind.CITES, target, mention, provision, mention.start)


def _other_act(mention: ActMention, act: str) -> str | None:
    """The one act a mention stands for, if it is another than ``act``."""
    ids = [found for found in act_ids(mention) if "%" not in found]
    return ids[0] if len(ids) == 1 and ids[0] != act else None


def _to(
    act: str, kind: RelationKind, target: str, mention: ActMention, provision: str | None, offset: int
) -> RelationDraft:
    return RelationDraft(
        source=act, kind=kind, target=target, number=mention.number, provision=provision, offset=offset,
        origin=TEXT,
    )  # fmt: skip


_KNOWN = re.compile(r"(?P<number>\d+(?:-[А-ЯЁ]+)?)\s+(?:от\s+)?(?P<day>\d{2}\.\d{2}\.\d{4})")
_IN_FORCE = re.compile(r"(?:in force|действует с|вступает в силу)\s*(?:с\s*)?(?P<day>\d{2}\.\d{2}\.\d{4})")


def sidecar_amendments(act: str, sidecar: dict[str, object] | None) -> list[RelationDraft]:
    """Later amendments a file's sidecar knows of: "568-ФЗ 29.12.2025 (in force 01.09.2026)".

    Entries of another shape are left out: they name no act.
    """
    entries = (sidecar or {}).get("known_later_amendments")
    found = []
    for entry in entries if isinstance(entries, list) else ():
        match = _KNOWN.search(str(entry))
        noted = _noted(match["number"], match["day"], str(entry)) if match else None
        if noted is None:
            continue
        begins = _IN_FORCE.search(str(entry))
        found.append(
            RelationDraft(
                source=noted.act,
                kind=RelationKind.AMENDS,
                target=act,
                date=noted.date,
                in_force_from=iso_date(begins["day"]) if begins else None,
                number=noted.number,
                origin=SIDECAR,
            )
        )
    return found

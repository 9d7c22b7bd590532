"""The first blocks of a document -> what its heading says: kind, number, date, issuer, title, edition.

Only headings are read as identity: a line of its own («от 1 ноября 2012 г. N 1119»), never a citation
inside a sentence. The rules follow how the acts of each publisher begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.model import ActKind, Identity
from assistant.references_dates import find_dates, iso_date
from assistant.references_language import detect_language
from assistant.references_names import ministry_name, ministry_token
from ingest.document import Document, Role
from ingest.identify_lines import (
    APPROVED,
    APPROVING,
    BODY_BEGINS,
    BRUSSELS,
    DATE_NUMBER,
    DATED_TAIL,
    EO_LINE,
    EO_TEXT,
    EU_COMMISSION,
    EU_DATE,
    EU_REG,
    FEDERAL,
    FLAGS,
    FROM_NUMBER,
    HEAD,
    KIND_LINES,
    LIST_OPENS,
    LIST_SPAN,
    LIST_STARTS,
    NIST,
    NOT_AMENDING,
    NOTE,
    OECD,
    OECD_DATE,
    ONE_LINE,
    ONLY_DATE,
    ONLY_NUMBER,
    PE_CONS,
    REGION,
    REGISTERED,
    REGISTRATION,
    SIGNED,
    SINCE,
    WHITE_HOUSE,
    plain_line,
)
from ingest.identify_sidecar import latest_date
from ingest.identify_titles import as_spelt, candidate_titles


@dataclass(slots=True)
class Heading:
    """What a document says of itself. ``identity.edition`` is set only where the text names an edition.

    ``titles``: headings to look up in the catalogue, likeliest first. ``signed``: number and date stand in
    one formula of the act's own («от … N …»), so they belong together.
    """

    identity: Identity = field(default_factory=Identity)
    titles: list[str] = field(default_factory=list)
    signed: bool = False


def _number(text: str) -> str:
    return text.rstrip(".,;").upper().replace("-Р", "-р")


def read_heading(document: Document) -> Heading:
    """Read the head (and, for a signed act, the signature) of ``document``."""
    blocks = [block for block in document.blocks if block.text.strip()]
    # Long paragraphs beyond the head are no heading, note or signature: left as they are.
    lines = [plain_line(b.text) if i < HEAD or len(b.text) < 300 else b.text for i, b in enumerate(blocks)]
    body = [line for block, line in zip(blocks, lines, strict=True) if block.role is Role.BODY]
    head = lines[:HEAD]
    lang = detect_language(" ".join(body[:HEAD])[:4000]) if body else None
    heading = Heading(Identity(lang=lang))
    for rule in (_russian, _european, _american, _oecd, _nist):
        found = rule(head, body)
        if found:
            heading = found
            heading.identity.lang = lang
            break
    if not heading.identity.edition:
        heading.identity.edition = amended_until(lines)
    titles = dict.fromkeys([*heading.titles, *candidate_titles(blocks, document)])
    heading.titles = as_spelt(
        titles, [document.metadata.get("title") or "", *(b.text for b in blocks[:HEAD])]
    )
    heading.identity.title = heading.titles[0] if heading.titles else None
    return heading


# ---- Russian acts --------------------------------------------------------------------------------------


def _russian(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    kind, at = _kind_line(head)
    approved = _approved(head[:4], head) if kind is None or at > 4 else None
    if approved:
        return approved
    one_line = next((m for line in head[:6] for m in [ONE_LINE.search(line)] if m), None)
    if one_line:
        return _from_one_line(one_line, head)
    dated = _dated_number(head, max(at, 0)) or (_signature(body) if kind else None)
    if kind is None:
        return None
    number, date = dated or (None, None)
    if kind is ActKind.FEDERAL_LAW and number and not number.upper().endswith(("ФЗ", "ФКЗ")):
        number = date = None
    found = _ru_heading(kind, number, date, " ".join(head[: at + 4]), signed=bool(number))
    if "кодекс" in head[at].lower():
        part = head[at + 1] if re.match(r"часть \w+$", head[at + 1], FLAGS) else ""
        found.titles.append(", ".join(filter(None, (head[at], part.lower()))))
    return found


def _ru_heading(kind: ActKind, number: str | None, date: str | None, around: str, *, signed: bool) -> Heading:
    kind, issuer = _issuer(kind, around)
    number = _number(number) if number else None
    return Heading(
        Identity(kind=kind, number=number, date=date, issuer=issuer, jurisdiction="ru"), signed=signed
    )


def _issuer(kind: ActKind, around: str) -> tuple[ActKind, str | None]:
    """The issuer named beside the kind; a region's act is a regional act whatever its name."""
    if kind is ActKind.FEDERAL_LAW:
        return kind, "Федеральное Собрание РФ"
    federal = FEDERAL.search(around)
    if kind is ActKind.MINISTRY_ORDER:
        token = ministry_token(REGISTRATION.sub(" ", around))
        return kind, ministry_name(token) if token else None
    if not federal and (region := REGION.search(around)):
        return ActKind.REGIONAL_ACT, around[max(0, region.start() - 40) : region.end() + 40].strip() or None
    if kind is ActKind.DECREE:
        return kind, "Президент РФ"
    return kind, "Правительство РФ" if federal else None


def _kind_line(head: Sequence[str]) -> tuple[ActKind | None, int]:
    for i, line in enumerate(head[:30]):
        if BODY_BEGINS.match(line):
            break
        if len(line) > 160:
            continue
        line = DATED_TAIL.sub("", line)  # «ПОСТАНОВЛЕНИЕ от 1 ноября 2012 г. N 1119» in one block
        for pattern, kind in KIND_LINES:
            if kind is ActKind.MINISTRY_ORDER and len(line) > 60:
                continue
            if re.fullmatch(pattern, line, FLAGS):
                return kind, i
    return None, -1


def _dated_number(head: Sequence[str], near: int) -> tuple[str, str] | None:
    """Number and date standing by themselves near the kind line, «от … N …» first."""
    around = range(max(0, near - 6), min(len(head), near + 8))
    for i in around:
        if (match := FROM_NUMBER.match(head[i])) and (date := iso_date(match["date"])):
            return match["number"], date
    for i in around:
        if i and REGISTERED.search(head[i - 1]):
            continue
        if (match := DATE_NUMBER.match(head[i])) and (date := iso_date(match["date"])):
            return match["number"], date
        date_line = ONLY_DATE.match(head[i])
        if date_line and (date := iso_date(date_line["date"])):
            following = next((m for line in head[i + 1 : i + 3] if (m := ONLY_NUMBER.match(line))), None)
            if following:
                return following["number"], date
    return None


def _signature(body: Sequence[str]) -> tuple[str, str] | None:
    """Number and date under the President's signature: «Москва, Кремль», the date, the number."""
    for i, line in enumerate(body):
        if line.lower().startswith("москва") and (match := SIGNED.search(" ".join(body[i : i + 3]))):
            date = iso_date(match["date"])
            return (match["number"], date) if date else None
    return None


def _from_one_line(match: re.Match[str], head: Sequence[str]) -> Heading:
    word = match["kind"].lower()
    kind = next(kind for pattern, kind in KIND_LINES if re.fullmatch(pattern, word, FLAGS))
    around = match["issuer"] if ministry_token(match["issuer"]) else f"{match['issuer']} {' '.join(head[:8])}"
    found = _ru_heading(kind, match["number"], iso_date(match["date"]), around, signed=True)
    found.identity.edition = iso_date(match["edition"]) if match["edition"] else None
    if match["title"]:
        found.titles.append(match["title"])
    return found


def _approved(first: Sequence[str], head: Sequence[str]) -> Heading | None:
    """An attachment by itself: «УТВЕРЖДЕНА Указом Президента … от … N …» in the ``first`` lines."""
    for i, line in enumerate(first):
        if not re.match(r"утвержден|одобрен|приложение", line, FLAGS):
            continue
        match = APPROVED.match(" ".join(head[i : i + 7]))
        if match and (date := iso_date(match["date"])):
            kind = APPROVING[match["kind"].lower()]
            found = _ru_heading(kind, match["number"], date, match["issuer"], signed=True)
            found.identity.attachment = int(match["annex"] or 1)
            return found
    return None


def amended_until(lines: Sequence[str]) -> str | None:
    """The edition the text names: the latest act in its list of amending acts, else in its notes.

    The list is «(в ред. … от 12.12.2023 N 588-ФЗ)» before the first provision; acts the text is only read
    «с учетом» of do not make an edition. «(с изменениями 2024 г.)» gives the year.
    """
    listed = _amendment_list(lines)
    if listed:
        return listed
    if year := next((m["year"] for line in lines[:10] if (m := SINCE.search(line))), None):
        return year
    notes = [latest_date(line) for line in lines if len(line) < 300 and NOTE.match(line)]
    return max((date for date in notes if date), default=None)


def _amendment_list(lines: Sequence[str]) -> str | None:
    for i, line in enumerate(lines[:HEAD]):
        if BODY_BEGINS.match(line):
            return None
        if not LIST_OPENS.search(line):
            continue
        text = ""
        for part in lines[i : i + LIST_SPAN]:
            text += f" {part}"
            opened = LIST_STARTS.search(text)
            if opened and text.count("(") <= text.count(")"):
                break
        opened = LIST_STARTS.search(text)
        if opened:
            return latest_date(NOT_AMENDING.split(text[opened.start() :])[0])
    return None


# ---- others --------------------------------------------------------------------------------------------


def _european(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    document = _eu_document(head)
    if document:
        return document
    for i, line in enumerate(head):
        match = EU_REG.match(line)
        dated = [d for later in head[i : i + 4] if (d := EU_DATE.search(later))] if match else []
        if match and (dated or match.group().isupper()):
            date = iso_date(dated[0]["date"] or dated[0]["inline"]) if dated else None
            return Heading(
                Identity(kind=ActKind.REGULATION, number=match["number"], date=date, jurisdiction="eu",
                         issuer="European Parliament and Council"),
                titles=[" ".join(head[i : i + 3])], signed=bool(date),
            )  # fmt: skip
    return None


def _eu_document(head: Sequence[str]) -> Heading | None:
    """A Commission communication or a text on its way through Parliament and Council."""
    dated = next((m for line in head if (m := BRUSSELS.match(line))), None)
    short = [line for line in head[:20] if len(line) < 120]
    number = next((m.group() for line in short if (m := EU_COMMISSION.search(line))), None)
    passing = next((m.group() for line in head if (m := PE_CONS.search(line))), None)
    if not dated or not (number or passing):
        return None
    issuer = "European Commission" if number else "European Parliament and Council"
    subject = next((i for i, line in enumerate(head) if line.startswith("Subject:")), None)
    titles = [] if subject is None else [" ".join(head[subject : subject + 4]).removeprefix("Subject: ")]
    guidelines = any(re.search(r"\bguidelines\b", line, FLAGS) for line in head[:20])
    return Heading(
        Identity(
            kind=ActKind.GUIDELINES if guidelines and number else None,
            number=number or passing,
            date=iso_date(dated["date"]),
            issuer=issuer,
            jurisdiction="eu",
        ),
        titles=titles,
    )


def _american(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    enacting = next((i for i, line in enumerate(head[:30]) if EO_TEXT.search(line)), None)
    # Orders cite each other: only what stands above the enacting words is the order's own number.
    above = head[:12] if enacting is None else head[:enacting]
    numbered = next((m for line in above if (m := EO_LINE.search(line))), None)
    if not numbered and enacting is None:
        return None
    signed = WHITE_HOUSE.search(" ".join(body[-12:]))
    spelled = numbered["date"] if numbered else signed["date"] if signed else None
    return Heading(
        Identity(
            kind=ActKind.EXECUTIVE_ORDER,
            number=numbered["number"] if numbered else None,
            date=iso_date(spelled) if spelled else None,
            issuer="President of the United States",
            jurisdiction="us",
        ),
        signed=bool(numbered),
    )


def _oecd(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    number = next((m.group() for line in head if (m := OECD.search(line))), None)
    if not number:
        return None
    dates = {m["what"].lower(): iso_date(m["date"]) for line in head for m in OECD_DATE.finditer(line)}
    return Heading(
        Identity(
            kind=ActKind.RECOMMENDATION,
            number=number,
            date=dates.get("adopted"),
            edition=dates.get("amended") or dates.get("adopted"),
            issuer="OECD",
            jurisdiction="oecd",
        )
    )


def _nist(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    match = next((m for line in head[:20] if (m := NIST.match(line))), None)
    if not match:
        return None
    dates = [d.value for line in head[:20] if len(line) < 40 for d in find_dates(line)]
    return Heading(
        Identity(
            kind=ActKind.FRAMEWORK,
            number=match["number"],
            date=dates[0] if dates else None,
            issuer="NIST",
            jurisdiction="us",
        )
    )

"""The first blocks of a document -> what its heading says: kind, number, date, issuer, title, edition.

Only headings are read as identity: a line of its own («от 1 ноября 2012 г. N 1119»), never a citation
inside a sentence. The rules follow how the acts of each publisher begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.model import ActKind, Identity
from assistant.references_acts import ministry_name, ministry_token
from assistant.references_dates import FULL_DATE, find_dates, iso_date, same_length
from assistant.references_language import detect_language
from ingest.document import Block, Document, Role
from ingest.identify_sidecar import latest_date

HEAD = 60  # blocks in which an act names itself
_LIST_SPAN = 60  # blocks a list of amending acts may run over
_DATE = rf"(?P<date>{FULL_DATE})"
_NUMBER = r"(?:№|N[oо]?\.?|No\.)\s*(?P<number>\d[\w./-]*?)"
_FLAGS = re.IGNORECASE

# A line that is a kind of act and nothing else (letter-spaced headings are closed up first).
_KIND_LINES: tuple[tuple[str, ActKind], ...] = (
    (r"указ(?:\s+(?:президента|губернатора|главы)\b.*)?", ActKind.DECREE),
    (r"(?:российская федерация\s+)?федеральный (?:конституционный )?закон", ActKind.FEDERAL_LAW),
    (r"(?:гражданский|налоговый|трудовой|бюджетный|уголовный|земельный|жилищный|семейный|водный|лесной)"
     r"(?:\s+процессуальный)?\s+кодекс\s+российской федерации(?:,? часть \w+)?"
     r"|кодекс российской федерации об .*",
     ActKind.FEDERAL_LAW),
    (r"(?:.*правительств\w российской федерации\s+)?постановление", ActKind.GOVERNMENT_RESOLUTION),
    (r"(?:.*правительств\w российской федерации\s+)?распоряжение", ActKind.GOVERNMENT_ORDER),
    (r"приказ(?:\s.*)?", ActKind.MINISTRY_ORDER),
)  # fmt: skip
_SPACED = re.compile(r"(?<!\w)(?:[А-ЯЁA-Z] ){2,}[А-ЯЁA-Z](?!\w)")
_RU_KIND_WORD = (
    r"(?:федеральн\w+ (?:конституционн\w+ )?закон\w?|указ\w?|постановлени\w|распоряжени\w|приказ\w?)"
)

# «Федеральный закон от 27.07.2006 N 152-ФЗ (ред. от 08.08.2024) "О персональных данных"»
_ONE_LINE = re.compile(
    rf"^\"?(?P<kind>федеральный (?:конституционный )?закон|указ|постановление|распоряжение|приказ)"
    rf"(?P<issuer>[^\d\"]{{0,120}}?)\s*от\s+{_DATE}\s*{_NUMBER}(?=\s|\(|\"|,|$)"
    rf"(?:\s*\(ред\.?\s+от\s+(?P<edition>{FULL_DATE})[^)]*\))?(?:\s*\"(?P<title>[^\"]{{5,400}})\")?",
    _FLAGS,
)
_FROM_NUMBER = re.compile(
    rf"^(?:[^\d]{{0,120}}?{_RU_KIND_WORD}[^\d]{{0,60}}?\s+)?от\s+{_DATE}\s*,?\s*{_NUMBER}"
    r"(?:\s+(?:г\.\s*)?москва)?$",
    _FLAGS,
)
_DATED_TAIL = re.compile(rf"\s+от\s+{_DATE}\s*,?\s*{_NUMBER}$", _FLAGS)
_DATE_NUMBER = re.compile(rf"^(?:москва,?\s*(?:кремль)?\s*)?{_DATE}\s*{_NUMBER}$", _FLAGS)
_ONLY_DATE = re.compile(rf"^(?:от\s+)?{_DATE}$", _FLAGS)
_ONLY_NUMBER = re.compile(rf"^{_NUMBER}$", _FLAGS)
_REGISTRATION = re.compile(r"зарегистрирован\w*\s+(?:в\s+)?минюст\w*(?:\s+России)?", _FLAGS)
_REGISTERED = re.compile(r"зарегистрирован|минюст", _FLAGS)
_SIGNED = re.compile(rf"москва,?\s*кремль\s+{_DATE}\s*{_NUMBER}(?=\s|$)", _FLAGS)
_APPROVED = re.compile(
    r"^(?:утвержден\w*|одобрен\w*|приложение(?:\s*(?:№|N)?\s*(?P<annex>\d+))?(?:\s+к)?)\s+"
    r"(?P<kind>указ|постановлени|распоряжени|приказ)\w*(?P<issuer>[^\d\"]{0,160}?)"
    rf"\s*от\s+{_DATE}\s*{_NUMBER}(?=\s|$)",
    _FLAGS,
)
_APPROVING = {
    "указ": ActKind.DECREE, "постановлени": ActKind.GOVERNMENT_RESOLUTION,
    "распоряжени": ActKind.GOVERNMENT_ORDER, "приказ": ActKind.MINISTRY_ORDER,
}  # fmt: skip
_FEDERAL = re.compile(r"(?:президент\w?|правительств\w)\s+(?:российской федерации|рф|россии)", _FLAGS)
_REGION = re.compile(
    r"губернатор|мэр\w?\b|глав[аы] республик|област[иь]\b|\bкра[йя]\b|республик[иа]\b|город[аа]? |округ"
    r"|москв[ыа]\b(?!,? кремль)",
    _FLAGS,
)

_LIST_OPENS = re.compile(r"список изменяющих документов|^\(?\s*(?:в ред\.|в редакции)", _FLAGS)
_LIST_STARTS = re.compile(r"\(?\s*(?:в ред\.|в редакции)", _FLAGS)
_NOT_AMENDING = re.compile(r"с изм\.|с изменениями, внесенными|с учетом", _FLAGS)
_BODY_BEGINS = re.compile(
    r"^(?:статья|глава|раздел|часть)\s+[\dIVX]|^\d+\.\s|^article\s+1$|^section\s+1\b", _FLAGS
)
_NOTE = re.compile(
    r"^\(?(?:(?:часть|пункт|статья|подпункт|абзац)[^()]{0,40} )?"
    r"(?:в ред\.|в редакции|введен|дополнен)",
    _FLAGS,
)
_SINCE = re.compile(
    r"\((?:с изменениями|в редакции|ред\.)\s+(?:на\s+|от\s+)?(?P<year>\d{4})\s*г(?:ода|\.)?\s*\)", _FLAGS
)

_EU_REG = re.compile(
    r"^(?:(?:commission|council)\s+)?(?:(?:implementing|delegated)\s+)?regulation\s+\((?:EU|EC)\)\s*(?:No\s*)?"
    r"(?P<number>\d{1,4}/\d{1,4})",
    _FLAGS,
)
_EU_DATE = re.compile(rf"^of\s+{_DATE}$|\bof\s+(?P<inline>\d{{1,2}} [A-Z][a-z]+ \d{{4}})$", _FLAGS)
_EU_COMMISSION = re.compile(r"(?<!\w)C\(\d{4}\)\s*\d+(?=\s+final|$)")
_BRUSSELS = re.compile(rf"^Brussels,\s*{_DATE}", _FLAGS)
_PE_CONS = re.compile(r"\bPE-CONS\s+\d+/\d+\b|\bPE-\d+-\d{4}-INIT\b")
_EO_LINE = re.compile(rf"executive order\s+(?:no\.?\s*)?(?P<number>1\d{{4}})\s+of\s+{_DATE}", _FLAGS)
_EO_TEXT = re.compile(r"by the authority vested in me as president by the constitution", _FLAGS)
_WHITE_HOUSE = re.compile(rf"the white house,?\s+{_DATE}", _FLAGS)
_OECD = re.compile(r"OECD/LEGAL/\d{4}")
_OECD_DATE = re.compile(r"(?P<what>adopted|amended)\s+on:?\s+(?P<date>\d{1,2}[/.]\d{1,2}[/.]\d{4})", _FLAGS)
_NIST = re.compile(r"^NIST\s+(?P<number>(?:AI|SP)\s+\d{3}-\d+(?:\.\d+)?)$", _FLAGS)


@dataclass(slots=True)
class Heading:
    """What a document says of itself. ``identity.edition`` is set only where the text names an edition.

    ``titles``: headings to look up in the catalogue, likeliest first. ``signed``: number and date stand in
    one formula of the act's own («от … N …»), so they belong together.
    """

    identity: Identity = field(default_factory=Identity)
    titles: list[str] = field(default_factory=list)
    signed: bool = False


def _plain(text: str) -> str:
    closed = _SPACED.sub(lambda m: m.group().replace(" ", ""), text.replace("\u00ad", ""))
    return re.sub(r"\s+", " ", same_length(closed)).strip()


def _number(text: str) -> str:
    return text.rstrip(".,;").upper().replace("-Р", "-р")


def read_heading(document: Document) -> Heading:
    """Read the head (and, for a signed act, the signature) of ``document``."""
    blocks = [block for block in document.blocks if block.text.strip()]
    # Long paragraphs beyond the head are no heading, note or signature: left as they are.
    lines = [_plain(b.text) if i < HEAD or len(b.text) < 300 else b.text for i, b in enumerate(blocks)]
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
    _add_titles(heading, blocks, document)
    return heading


# ---- Russian acts --------------------------------------------------------------------------------------


def _russian(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    kind, at = _kind_line(head)
    approved = _approved(head[:4], head) if kind is None or at > 4 else None
    if approved:
        return approved
    one_line = next((m for line in head[:6] for m in [_ONE_LINE.search(line)] if m), None)
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
        part = head[at + 1] if re.match(r"часть \w+$", head[at + 1], _FLAGS) else ""
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
    federal = _FEDERAL.search(around)
    if kind is ActKind.MINISTRY_ORDER:
        token = ministry_token(_REGISTRATION.sub(" ", around))
        return kind, ministry_name(token) if token else None
    if not federal and (region := _REGION.search(around)):
        return ActKind.REGIONAL_ACT, around[max(0, region.start() - 40) : region.end() + 40].strip() or None
    if kind is ActKind.DECREE:
        return kind, "Президент РФ"
    return kind, "Правительство РФ" if federal else None


def _kind_line(head: Sequence[str]) -> tuple[ActKind | None, int]:
    for i, line in enumerate(head[:30]):
        if _BODY_BEGINS.match(line):
            break
        if len(line) > 160:
            continue
        line = _DATED_TAIL.sub("", line)  # «ПОСТАНОВЛЕНИЕ от 1 ноября 2012 г. N 1119» in one block
        for pattern, kind in _KIND_LINES:
            if kind is ActKind.MINISTRY_ORDER and len(line) > 60:
                continue
            if re.fullmatch(pattern, line, _FLAGS):
                return kind, i
    return None, -1


def _dated_number(head: Sequence[str], near: int) -> tuple[str, str] | None:
    """Number and date standing by themselves near the kind line, «от … N …» first."""
    around = range(max(0, near - 6), min(len(head), near + 8))
    for i in around:
        if (match := _FROM_NUMBER.match(head[i])) and (date := iso_date(match["date"])):
            return match["number"], date
    for i in around:
        if i and _REGISTERED.search(head[i - 1]):
            continue
        if (match := _DATE_NUMBER.match(head[i])) and (date := iso_date(match["date"])):
            return match["number"], date
        date_line = _ONLY_DATE.match(head[i])
        if date_line and (date := iso_date(date_line["date"])):
            following = next((m for line in head[i + 1 : i + 3] if (m := _ONLY_NUMBER.match(line))), None)
            if following:
                return following["number"], date
    return None


def _signature(body: Sequence[str]) -> tuple[str, str] | None:
    """Number and date under the President's signature: «Москва, Кремль», the date, the number."""
    for i, line in enumerate(body):
        if line.lower().startswith("москва") and (match := _SIGNED.search(" ".join(body[i : i + 3]))):
            date = iso_date(match["date"])
            return (match["number"], date) if date else None
    return None


def _from_one_line(match: re.Match[str], head: Sequence[str]) -> Heading:
    word = match["kind"].lower()
    kind = next(kind for pattern, kind in _KIND_LINES if re.fullmatch(pattern, word, _FLAGS))
    around = match["issuer"] if ministry_token(match["issuer"]) else f"{match['issuer']} {' '.join(head[:8])}"
    found = _ru_heading(kind, match["number"], iso_date(match["date"]), around, signed=True)
    found.identity.edition = iso_date(match["edition"]) if match["edition"] else None
    if match["title"]:
        found.titles.append(match["title"])
    return found


def _approved(first: Sequence[str], head: Sequence[str]) -> Heading | None:
    """An attachment by itself: «УТВЕРЖДЕНА Указом Президента … от … N …» in the ``first`` lines."""
    for i, line in enumerate(first):
        if not re.match(r"утвержден|одобрен|приложение", line, _FLAGS):
            continue
        match = _APPROVED.match(" ".join(head[i : i + 7]))
        if match and (date := iso_date(match["date"])):
            kind = _APPROVING[match["kind"].lower()]
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
    if year := next((m["year"] for line in lines[:10] if (m := _SINCE.search(line))), None):
        return year
    notes = [latest_date(line) for line in lines if len(line) < 300 and _NOTE.match(line)]
    return max((date for date in notes if date), default=None)


def _amendment_list(lines: Sequence[str]) -> str | None:
    for i, line in enumerate(lines[:HEAD]):
        if _BODY_BEGINS.match(line):
            return None
        if not _LIST_OPENS.search(line):
            continue
        text = ""
        for part in lines[i : i + _LIST_SPAN]:
            text += f" {part}"
            opened = _LIST_STARTS.search(text)
            if opened and text.count("(") <= text.count(")"):
                break
        opened = _LIST_STARTS.search(text)
        if opened:
            return latest_date(_NOT_AMENDING.split(text[opened.start() :])[0])
    return None


# ---- others --------------------------------------------------------------------------------------------


def _european(head: Sequence[str], body: Sequence[str]) -> Heading | None:
    document = _eu_document(head)
    if document:
        return document
    for i, line in enumerate(head):
        match = _EU_REG.match(line)
        dated = [d for later in head[i : i + 4] if (d := _EU_DATE.search(later))] if match else []
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
    dated = next((m for line in head if (m := _BRUSSELS.match(line))), None)
    short = [line for line in head[:20] if len(line) < 120]
    number = next((m.group() for line in short if (m := _EU_COMMISSION.search(line))), None)
    passing = next((m.group() for line in head if (m := _PE_CONS.search(line))), None)
    if not dated or not (number or passing):
        return None
    issuer = "European Commission" if number else "European Parliament and Council"
    subject = next((i for i, line in enumerate(head) if line.startswith("Subject:")), None)
    titles = [] if subject is None else [" ".join(head[subject : subject + 4]).removeprefix("Subject: ")]
    guidelines = any(re.search(r"\bguidelines\b", line, _FLAGS) for line in head[:20])
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
    enacting = next((i for i, line in enumerate(head[:30]) if _EO_TEXT.search(line)), None)
    # Orders cite each other: only what stands above the enacting words is the order's own number.
    above = head[:12] if enacting is None else head[:enacting]
    numbered = next((m for line in above if (m := _EO_LINE.search(line))), None)
    if not numbered and enacting is None:
        return None
    signed = _WHITE_HOUSE.search(" ".join(body[-12:]))
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
    number = next((m.group() for line in head if (m := _OECD.search(line))), None)
    if not number:
        return None
    dates = {m["what"].lower(): iso_date(m["date"]) for line in head for m in _OECD_DATE.finditer(line)}
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
    match = next((m for line in head[:20] if (m := _NIST.match(line))), None)
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


# ---- titles --------------------------------------------------------------------------------------------

_NO_TITLE = re.compile(
    r"^(?:российская федерация|принят|одобрен|утвержден|зарегистрирован|список изменяющих"
    r"|государственной думой|советом федерации|федеральное собрание|президента? российской"
    r"|правительство российской|федеральн\w+ служб|министерств|документ предоставлен|гарант|консультантплюс"
    r"|приложение|\(текст"
    r"|official journal|of the european union|en$|l series|european(?: commission| union)?$|commission$"
    r"|brussels,|the european parliament|the council|communication from|contents|\(text with|c\(\d{4}\)"
    r"|\d{4}/\d{4}\(cod\)|pe-cons"
    r"|federal register|presidential documents|vol\. \d|(?:mon|tues|wednes|thurs|fri|satur|sun)day,"
    r"|by the authority vested|[a-z_]+: |-{3})",
    _FLAGS,
)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_JUNK_METADATA = re.compile(
    r"\.(?:docx?|pdf|xml|rtf|indd|sgm)\b|^microsoft|^untitled|^документ\d*$|^slide", _FLAGS
)
_ABOUT = re.compile(r"об?\s+\w", _FLAGS)
_LONGEST = 300


def _add_titles(heading: Heading, blocks: Sequence[Block], document: Document) -> None:
    """Candidate titles, and the likeliest as the title of an act whose heading named none."""
    own = [title for title in (_act_title(blocks),) if title]
    meta = (document.metadata.get("title") or "").strip()
    if meta and (_JUNK_METADATA.search(meta) or not _LETTERS.search(meta) or " " not in meta):
        meta = ""
    first = _first_title(blocks)
    heading.titles = list(dict.fromkeys([*heading.titles, *own, *([_plain(meta)] if meta else []), *first]))
    heading.identity.title = heading.titles[0] if heading.titles else None


def _is_furniture(line: str) -> bool:
    formulas = (_NO_TITLE, _BODY_BEGINS, _ONLY_DATE, _DATE_NUMBER, _FROM_NUMBER, _ONLY_NUMBER)
    return (
        any(formula.match(line) for formula in formulas)
        or bool(_REGISTERED.search(line))
        or not _LETTERS.search(line)
        or any(re.fullmatch(pattern, line, _FLAGS) for pattern, _ in _KIND_LINES)
    )


def _act_title(blocks: Sequence[Block]) -> str | None:
    """The title lines after the kind of a Russian act: capitals or centred, «О …», until something else."""
    lines = [(_plain(block.text), block) for block in blocks[:HEAD] if block.role is Role.BODY]
    named = (i for i, (line, _) in enumerate(lines[:25]) if _ABOUT.match(line) and len(line) < _LONGEST)
    start = next(named, None)
    if start is None:
        return None
    parts: list[str] = []
    for line, block in lines[start : start + 8]:
        looks = line.isupper() or block.align == "center" or block.bold
        if parts and (not looks or _is_furniture(line) or line.startswith("(")):
            break
        parts.append(line)
    return sentence_case(" ".join(parts))


def sentence_case(title: str) -> str:
    """A title in capitals as it is usually written; others unchanged."""
    if not title.isupper() or not re.search(r"[А-Я]{3}", title):
        return title
    lowered = title[:1] + title[1:].lower()
    return re.sub(r"российской федерации", "Российской Федерации", lowered)


def _first_title(blocks: Sequence[Block]) -> list[str]:
    """What stands out first: a marked heading, the largest type, centred or bold lines; else the first."""
    body = [block for block in blocks[:25] if block.role is Role.BODY]
    usable = [b for b in body if not _is_furniture(_plain(b.text)) and len(b.text) <= _LONGEST]
    found = [_run(body, block) for block in usable if block.heading in (1, 2)][:1]
    sizes = [b.size for b in body if b.size]
    if sizes and max(sizes) > 1.1 * sorted(sizes)[len(sizes) // 2]:
        found += [_run(body, b) for b in usable if b.size == max(sizes)][:1]
    found += [_run(body, block) for block in usable if block.align == "center" or block.bold][:1]
    found += [_plain(block.text) for block in usable[:3] if not block.text.rstrip().endswith((".", ";", ":"))]
    if not found and usable:
        found.append(_plain(usable[0].text))
    if not found:
        long = [line for line in map(_plain, (b.text for b in body)) if not _is_furniture(line)]
        found += [_opening(line) for line in long[:1]]
    return [sentence_case(title) for title in found]


def _run(blocks: Sequence[Block], first: Block) -> str:
    """``first`` with the lines of the same look after it."""
    at = next(i for i, block in enumerate(blocks) if block is first)
    look = (first.align, first.bold, first.size, first.heading)
    parts = [_plain(first.text)]
    for block in blocks[at + 1 : at + 5]:
        line = _plain(block.text)
        same = (block.align, block.bold, block.size, block.heading) == look
        if not same or _is_furniture(line) or line.startswith("("):
            break
        parts.append(line)
    return " ".join(parts)


def _opening(text: str) -> str:
    """The first words of a text without any heading."""
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= 120 else sentence[:120].rsplit(" ", 1)[0]

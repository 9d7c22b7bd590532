"""The lines by which the acts of each publisher name themselves: patterns over :func:`plain_line`."""

from __future__ import annotations

import re

from assistant.model import ActKind
from assistant.references_dates import FULL_DATE, same_length
from ingest.hidden import without_invisible

HEAD = 60  # blocks in which an act names itself
LIST_SPAN = 60  # blocks a list of amending acts may run over
DATE = rf"(?P<date>{FULL_DATE})"
NUMBER = r"(?:№|N[oо]?\.?|No\.)\s*(?P<number>\d[\w./-]*?)"
FLAGS = re.IGNORECASE

# A line that is a kind of act and nothing else (letter-spaced headings are closed up first).
KIND_LINES: tuple[tuple[str, ActKind], ...] = (
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
SPACED = re.compile(r"(?<!\w)(?:[А-ЯЁA-Z] ){2,}[А-ЯЁA-Z](?!\w)")
RU_KIND_WORD = (
    r"(?:федеральн\w+ (?:конституционн\w+ )?закон\w?|указ\w?|постановлени\w|распоряжени\w|приказ\w?)"
)

# «Федеральный закон от 27.07.2006 N 152-ФЗ (ред. от 08.08.2024) "О персональных данных"»
ONE_LINE = re.compile(
    rf"^\"?(?P<kind>федеральный (?:конституционный )?закон|указ|постановление|распоряжение|приказ)"
    rf"(?P<issuer>[^\d\"]{{0,120}}?)\s*от\s+{DATE}\s*{NUMBER}(?=\s|\(|\"|,|$)"
    rf"(?:\s*\(ред\.?\s+от\s+(?P<edition>{FULL_DATE})[^)]*\))?(?:\s*\"(?P<title>[^\"]{{5,400}})\")?",
    FLAGS,
)
FROM_NUMBER = re.compile(
    rf"^(?:[^\d]{{0,120}}?{RU_KIND_WORD}[^\d]{{0,60}}?\s+)?от\s+{DATE}\s*,?\s*{NUMBER}"
    r"(?:\s+(?:г\.\s*)?москва)?$",
    FLAGS,
)
DATED_TAIL = re.compile(rf"\s+от\s+{DATE}\s*,?\s*{NUMBER}$", FLAGS)
DATE_NUMBER = re.compile(rf"^(?:москва,?\s*(?:кремль)?\s*)?{DATE}\s*{NUMBER}$", FLAGS)
ONLY_DATE = re.compile(rf"^(?:от\s+)?{DATE}$", FLAGS)
ONLY_NUMBER = re.compile(rf"^{NUMBER}$", FLAGS)
REGISTRATION = re.compile(r"зарегистрирован\w*\s+(?:в\s+)?минюст\w*(?:\s+России)?", FLAGS)
REGISTERED = re.compile(r"зарегистрирован|минюст", FLAGS)
SIGNED = re.compile(rf"москва,?\s*кремль\s+{DATE}\s*{NUMBER}(?=\s|$)", FLAGS)
APPROVED = re.compile(
    r"^(?:утвержден\w*|одобрен\w*|приложение(?:\s*(?:№|N)?\s*(?P<annex>\d+))?(?:\s+к)?)\s+"
    r"(?P<kind>указ|постановлени|распоряжени|приказ)\w*(?P<issuer>[^\d\"]{0,160}?)"
    rf"\s*от\s+{DATE}\s*{NUMBER}(?=\s|$)",
    FLAGS,
)
APPROVING = {
    "указ": ActKind.DECREE, "постановлени": ActKind.GOVERNMENT_RESOLUTION,
    "распоряжени": ActKind.GOVERNMENT_ORDER, "приказ": ActKind.MINISTRY_ORDER,
}  # fmt: skip
FEDERAL = re.compile(r"(?:президент\w?|правительств\w)\s+(?:российской федерации|рф|россии)", FLAGS)
REGION = re.compile(
    r"губернатор|мэр\w?\b|глав[аы] республик|област[иь]\b|\bкра[йя]\b|республик[иа]\b|город[аа]? |округ"
    r"|москв[ыа]\b(?!,? кремль)",
    FLAGS,
)

LIST_OPENS = re.compile(r"список изменяющих документов|^\(?\s*(?:в ред\.|в редакции)", FLAGS)
LIST_STARTS = re.compile(r"\(?\s*(?:в ред\.|в редакции)", FLAGS)
NOT_AMENDING = re.compile(r"с изм\.|с изменениями, внесенными|с учетом", FLAGS)
BODY_BEGINS = re.compile(
    r"^(?:статья|глава|раздел|часть)\s+[\dIVX]|^\d+\.\s|^article\s+1$|^section\s+1\b", FLAGS
)
NOTE = re.compile(
    r"^\(?(?:(?:часть|пункт|статья|подпункт|абзац)[^()]{0,40} )?"
    r"(?:в ред\.|в редакции|введен|дополнен)",
    FLAGS,
)
SINCE = re.compile(
    r"\((?:с изменениями|в редакции|ред\.)\s+(?:на\s+|от\s+)?(?P<year>\d{4})\s*г(?:ода|\.)?\s*\)", FLAGS
)

EU_REG = re.compile(
    r"^(?:(?:commission|council)\s+)?(?:(?:implementing|delegated)\s+)?regulation\s+\((?:EU|EC)\)\s*(?:No\s*)?"
    r"(?P<number>\d{1,4}/\d{1,4})",
    FLAGS,
)
EU_DATE = re.compile(rf"^of\s+{DATE}$|\bof\s+(?P<inline>\d{{1,2}} [A-Z][a-z]+ \d{{4}})$", FLAGS)
EU_COMMISSION = re.compile(r"(?<!\w)C\(\d{4}\)\s*\d+(?=\s+final|$)")
BRUSSELS = re.compile(rf"^Brussels,\s*{DATE}", FLAGS)
PE_CONS = re.compile(r"\bPE-CONS\s+\d+/\d+\b|\bPE-\d+-\d{4}-INIT\b")
EO_LINE = re.compile(rf"executive order\s+(?:no\.?\s*)?(?P<number>1\d{{4}})\s+of\s+{DATE}", FLAGS)
EO_TEXT = re.compile(r"by the authority vested in me as president by the constitution", FLAGS)
WHITE_HOUSE = re.compile(rf"the white house,?\s+{DATE}", FLAGS)
OECD = re.compile(r"OECD/LEGAL/\d{4}")
OECD_DATE = re.compile(r"(?P<what>adopted|amended)\s+on:?\s+(?P<date>\d{1,2}[/.]\d{1,2}[/.]\d{4})", FLAGS)
NIST = re.compile(r"^NIST\s+(?P<number>(?:AI|SP)\s+\d{3}-\d+(?:\.\d+)?)$", FLAGS)


def plain_line(text: str) -> str:
    """A block as one line: letter-spaced words closed up, spaces, dashes and quotation marks unified."""
    return re.sub(r"\s+", " ", same_length(_closed(text))).strip()


def spelt_line(text: str) -> str:
    """As :func:`plain_line`, of the same length, but with every «ё» as it is written."""
    closed = _closed(text)
    spelt = (own if own in "ёЁ" else one for own, one in zip(closed, same_length(closed), strict=True))
    return re.sub(r"\s+", " ", "".join(spelt)).strip()


def _closed(text: str) -> str:
    """``text`` with letter-spaced words closed up."""
    return SPACED.sub(lambda m: m.group().replace(" ", ""), without_invisible(text))

"""A JSON sidecar (free text written by people) -> what it says of the act's identity.

Empty strings are nothing; the date of a file («PDF made …», «crawl …», «saved …») is no edition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.dates import earliest, is_partial_date
from assistant.model import ActKind, Identity
from assistant.references_dates import FULL_DATE, iso_date, same_length
from assistant.references_names import ministry_token

# The first pattern found in the sidecar's «kind» gives the kind.
KINDS: tuple[tuple[str, ActKind], ...] = (
    (r"strategy|стратеги", ActKind.STRATEGY),
    (r"executive order", ActKind.EXECUTIVE_ORDER),
    (r"presidential decree|указ", ActKind.DECREE),
    (r"government (?:decree|resolution)|постановлени", ActKind.GOVERNMENT_RESOLUTION),
    (r"government order|распоряжени", ActKind.GOVERNMENT_ORDER),
    (r"ministry order|приказ", ActKind.MINISTRY_ORDER),
    (r"draft law|законопроект", ActKind.DRAFT_LAW),
    (r"federal law|федеральный закон|\bcode\b(?! of)|кодекс|\bconstitution\b", ActKind.FEDERAL_LAW),
    (r"programme|program|программ", ActKind.PROGRAMME),
    (r"code of (?:ethics|conduct)", ActKind.CODE_OF_ETHICS),
    (r"regulation|регламент", ActKind.REGULATION),
    (r"guideline", ActKind.GUIDELINES),
    (r"framework", ActKind.FRAMEWORK),
    (r"recommendation", ActKind.RECOMMENDATION),
    (r"convention|treaty", ActKind.TREATY),
    (r"standard", ActKind.STANDARD),
    (r"regional", ActKind.REGIONAL_ACT),
)

# Whose acts: found in the sidecar's issuer (or kind).
JURISDICTIONS: tuple[tuple[str, str], ...] = (
    (r"OECD|ОЭСР", "oecd"),
    (r"Council of Europe|Совет\w? Европы", "coe"),
    (r"European|\bEU\b|\bEP and Council|ЕС\b", "eu"),
    (r"USA|United States|\bNIST\b|White House|США", "us"),
    (r"[А-Яа-я]|Russia", "ru"),
)

_FILE_DATE = re.compile(
    r"\([^)]*\)|(?:as of )?(?:PDF|DOCX?|HTML|file)\b[^,;]*"
    r"|(?:saved|crawl(?:ed)?|made|downloaded|сохран\w+)\b[^,;]*",
    re.IGNORECASE,
)
# «…, OJ L PDF», «(Federal Register PDF)» at the end of a title speak of the file, not of the act.
_FILE_FORMAT = re.compile(
    r"\s*[,(]\s*[^,()]*\b(?:PDF|X?HTML|DOCX?|TXT)\b[^,()]*\)?(?:\s*\([^()]*\))?\s*$", re.IGNORECASE
)
_ANY_DATE = re.compile(FULL_DATE, re.IGNORECASE)
_ADOPTED = re.compile(r"as adopted|original|первоначальн|в первоначальной редакции", re.IGNORECASE)
AS_ADOPTED = "as adopted"


def _text(sidecar: Mapping[str, Any], key: str) -> str | None:
    value = sidecar.get(key)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    return str(value).strip() or None


def _table(text: str | None, table: tuple[tuple[str, Any], ...]) -> Any:
    return next((v for pattern, v in table if text and re.search(pattern, text, re.IGNORECASE)), None)


def sidecar_date(text: str | None) -> str | None:
    """The date a sidecar's field begins with («2019-05-22 (am. 2024)»), partial ISO, None if it has none."""
    if not text:
        return None
    match = re.match(r"\d{4}(?:-\d{2}){0,2}(?!\d)", text.strip())
    if match and is_partial_date(match.group()):
        return match.group()
    spelled = _ANY_DATE.match(same_length(text.strip()))
    return iso_date(spelled.group()) if spelled else None


def latest_date(text: str) -> str | None:
    """The latest full date in ``text``, ISO."""
    dates = [iso for m in _ANY_DATE.finditer(same_length(text)) if (iso := iso_date(m.group()))]
    return max(dates, key=earliest, default=None)


def sidecar_edition(sidecar: Mapping[str, Any]) -> str | None:
    """The edition the sidecar names: an ISO date, :data:`AS_ADOPTED`, or None where it dates only a file."""
    text = _text(sidecar, "edition")
    if text and is_partial_date(text):
        return text
    if text and (date := latest_date(_FILE_DATE.sub(" ", text))):
        return date
    if text and _ADOPTED.search(text):
        return AS_ADOPTED
    amended = sidecar.get("amended_by")
    if isinstance(amended, list):
        return latest_date("; ".join(str(entry) for entry in amended))
    return None


def sidecar_identity(sidecar: Mapping[str, Any] | None) -> tuple[Identity, str | None]:
    """What the sidecar says, and its edition as :func:`sidecar_edition` gives it.

    ``attachment`` is 1 for a strategy or programme said to be approved by another act.
    """
    if not sidecar:
        return Identity(), None
    kind_text, issuer = _text(sidecar, "kind"), _text(sidecar, "issuer")
    kind: ActKind | None = _table(kind_text, KINDS)
    approved = kind in (ActKind.STRATEGY, ActKind.PROGRAMME) and "approved by" in (kind_text or "")
    language = _text(sidecar, "language")
    if kind is ActKind.MINISTRY_ORDER and not (issuer and ministry_token(issuer)):
        kind = kind if issuer else None
    found = Identity(
        act=_text(sidecar, "act"),
        title=_FILE_FORMAT.sub("", _text(sidecar, "title") or "") or None,
        number=_text(sidecar, "number"),
        date=sidecar_date(_text(sidecar, "date")),
        issuer=issuer,
        kind=kind,
        jurisdiction=_table(issuer or kind_text, JURISDICTIONS),
        attachment=1 if approved else None,
        lang="ru" if language == "ru" else "en" if language == "en" else None,
    )
    return found, sidecar_edition(sidecar)

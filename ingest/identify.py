"""A read file, its sidecar and the catalogue -> which act and which edition of it the file is.

Sources, the earlier before the later: what the user says, the JSON sidecar of the same stem, the text
itself, a title match in the catalogue. ``provenance`` keeps, field by field, which it was. What none of
them says stays None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.errors import IdentityError
from assistant.model import ActKind, Identity
from assistant.references_acts import act_id
from ingest.document import Document
from ingest.identify_sidecar import AS_ADOPTED, sidecar_identity
from ingest.identify_text import Heading, read_heading

__all__ = ["IDENTITY_SOURCES", "act_id", "identify", "slug"]

IDENTITY_SOURCES = ("argument", "sidecar", "text", "catalogue")
_FIELDS = ("title", "number", "date", "issuer", "kind", "jurisdiction", "attachment", "lang")


class KnownAct(Protocol):
    """What is used of a catalogue entry."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def attachment(self) -> int | None: ...


class ActCatalogue(Protocol):
    """What is used of the catalogue (:class:`ingest.catalogue.Catalogue`)."""

    def get(self, act_id: str | None) -> Any: ...
    def by_title(self, text: str) -> Any: ...
    def by_identity(self, kind: str | None, number: str | None, date: str | None) -> Any: ...


_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN_SPELLING = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya"
_LATIN = dict(zip(_RUSSIAN, _LATIN_SPELLING.split(" "), strict=True))


def slug(title: str, limit: int = 60) -> str:
    """A title as a part of an id: Latin letters, digits and hyphens; whole words up to ``limit``."""
    latin = "".join(_LATIN.get(letter, letter) for letter in title.lower())
    words = re.findall(r"[a-z0-9]+", latin)
    kept: list[str] = []
    for word in words:
        if kept and len("-".join([*kept, word])) > limit:
            break
        kept.append(word[:limit])
    return "-".join(kept)


def identify(
    path: Path | None,
    document: Document,
    *,
    overrides: Identity | None = None,
    sidecar: Mapping[str, Any] | None = None,
    catalogue: ActCatalogue,
) -> Identity:
    """The identity of the file at ``path`` (None for an upload without a name), read as ``document``.

    Raises IdentityError where neither an act nor any title can be told.
    """
    heading = read_heading(document)
    described, described_edition = sidecar_identity(sidecar)
    if path and described.title and slug(described.title, 200) == slug(path.stem, 200):
        described.title = None  # a file's name is no title
    identity = _merged(overrides or Identity(), described, heading)
    entry = _settle_act(identity, overrides, described, heading, catalogue)
    _settle_attachment(identity, entry)
    if entry is not None:
        _fill(identity, entry)
    _settle_edition(identity, overrides, described_edition, heading, entry)
    if identity.act is None:
        _name_by_title(identity, path)
    return identity


def _merged(overrides: Identity, described: Identity, heading: Heading) -> Identity:
    identity = Identity()
    sources = (("argument", overrides), ("sidecar", described), ("text", heading.identity))
    for name in _FIELDS:
        for source, values in sources:
            value = getattr(values, name)
            if value is not None:
                setattr(identity, name, value)
                identity.provenance[name] = source
                break
    if _text_date_wins(overrides, described, heading):
        identity.date = heading.identity.date
        identity.provenance["date"] = "text"
    return identity


def _text_date_wins(overrides: Identity, described: Identity, heading: Heading) -> bool:
    """A sidecar may give the day of publication, or only the year: the act's own formula knows better."""
    own = heading.identity
    if overrides.date or not own.date or not described.date:
        return False
    if own.date == described.date:
        return False
    if own.date.startswith(described.date):
        return True
    same = bool(own.number and described.number) and act_number(own.number) == act_number(described.number)
    return heading.signed and same


def act_number(number: str | None) -> str:
    """A number for comparison: digits only («149-ФЗ» and «N 149» alike)."""
    return "/".join(re.findall(r"\d+", number or ""))


def _settle_act(
    identity: Identity,
    overrides: Identity | None,
    described: Identity,
    heading: Heading,
    catalogue: ActCatalogue,
) -> Any:
    """Set ``identity.act`` and return its catalogue entry, None for an act not catalogued."""
    for source, stated in (("argument", overrides.act if overrides else None), ("sidecar", described.act)):
        if stated:
            identity.act, identity.provenance["act"] = stated, source
            _drop_contradicted(identity, stated)
            return catalogue.get(stated)
    built = act_id(identity.kind, identity.number, identity.date, identity.jurisdiction, identity.issuer)
    entry = catalogue.get(built) or (
        catalogue.by_identity(None, identity.number, identity.date) if _complete(identity) else None
    )
    if built and entry is None:
        entry = _by_titles(identity, heading, catalogue, must_agree=True)
    elif entry is None:
        entry = _by_titles(identity, heading, catalogue, must_agree=False)
    if entry is not None and (built is None or entry.id != built):
        identity.act, identity.provenance["act"] = entry.id, "catalogue"
    elif built:
        identity.act = built
        identity.provenance["act"] = identity.provenance.get("number", "text")
    return entry


def _complete(identity: Identity) -> bool:
    """Whether number and date were read of one act, so that the catalogue may be asked by them."""
    return bool(identity.number and identity.date) and identity.kind != ActKind.REGIONAL_ACT


def _drop_contradicted(identity: Identity, act: str) -> None:
    """Forget the number and date of another act than the one the user names."""
    built = act_id(identity.kind, identity.number, identity.date, identity.jurisdiction, identity.issuer)
    if built and built != act:
        for name in ("number", "date", "kind", "issuer", "jurisdiction", "attachment"):
            if identity.provenance.get(name) != "argument":
                setattr(identity, name, None)
                identity.provenance.pop(name, None)


def _by_titles(identity: Identity, heading: Heading, catalogue: ActCatalogue, *, must_agree: bool) -> Any:
    titles = [identity.title, *heading.titles]
    for title in titles:
        entry = catalogue.by_title(title) if title else None
        if entry is not None and _agrees(entry, identity, must_agree):
            return entry
    return None


def _agrees(entry: KnownAct, identity: Identity, must_agree: bool) -> bool:
    """Whether a title match may stand: it must not contradict the number and year the file gives."""
    if identity.number and entry.number and act_number(identity.number) != act_number(entry.number):
        return False
    if must_agree:
        return bool(identity.number and entry.number)
    if identity.number and identity.date and entry.number and entry.date:
        return identity.date[:4] == entry.date[:4]
    return True


def _settle_attachment(identity: Identity, entry: Any) -> None:
    """A strategy known by its title, not by the decree's own heading, is the attachment."""
    if identity.attachment is not None or entry is None or entry.attachment is None:
        return
    by_title = identity.provenance.get("act") == "catalogue" and "number" not in identity.provenance
    if by_title or identity.kind in (ActKind.STRATEGY, ActKind.PROGRAMME):
        identity.attachment, identity.provenance["attachment"] = entry.attachment, "catalogue"


def _fill(identity: Identity, entry: Any) -> None:
    """Take from the catalogue what no better source said."""
    russian = identity.lang == "ru"
    title = (getattr(entry, "title_ru", None) if russian else None) or getattr(entry, "title_en", None)
    if identity.attachment and getattr(entry, "attachment_title", None):
        title = entry.attachment_title
    values = {
        "title": title,
        "number": entry.number,
        "date": entry.date,
        "issuer": getattr(entry, "issuer", None),
        "kind": getattr(entry, "kind", None),
        "jurisdiction": getattr(entry, "jurisdiction", None),
    }
    # A heading picked by its looks is a guess; the catalogue's title is not.
    guessed = identity.provenance.get("title") == "text"
    for name, value in values.items():
        known = getattr(identity, name)
        vague = name == "date" and known and value and len(value) > len(known) and value.startswith(known)
        if value and (known is None or vague or (name == "title" and guessed)):
            setattr(identity, name, ActKind(value) if name == "kind" else value)
            identity.provenance[name] = "catalogue"


def _settle_edition(
    identity: Identity, overrides: Identity | None, described: str | None, heading: Heading, entry: Any
) -> None:
    if overrides and overrides.edition:
        edition, source = overrides.edition, "argument"
    elif described and described != AS_ADOPTED:
        edition, source = described, "sidecar"
    elif described == AS_ADOPTED and identity.date:
        edition, source = identity.date, "sidecar"
    elif heading.identity.edition:
        edition, source = heading.identity.edition, "text"
    elif identity.date:
        edition, source = identity.date, identity.provenance["date"]
    else:
        return
    refined = _amendment_in(edition, entry) if len(edition) < 10 else None
    identity.edition = refined or edition
    identity.provenance["edition"] = "catalogue" if refined else source


def _amendment_in(partial: str, entry: Any) -> str | None:
    """The one amendment the catalogue knows within a partial date («с изменениями 2024 г.»)."""
    known: Sequence[Any] = getattr(entry, "amended_by", None) or ()
    dates = {a.date for a in known if a.date and len(a.date) == 10 and a.date.startswith(partial)}
    return dates.pop() if len(dates) == 1 else None


def _name_by_title(identity: Identity, path: Path | None) -> None:
    """An id from the title, for a document that is no numbered act."""
    name = slug(identity.title) if identity.title else ""
    if not name:
        where = path.name if path else "the document"
        raise IdentityError(
            f"{where}: neither an act nor a title can be told from the file. Name the act: "
            "--act ru-ukaz-490-2019 (and --edition YYYY-MM-DD), or put a JSON sidecar with title, number and "
            "date beside it.",
            f"{path.name if path else 'Документ'}: в файле не видно ни акта, ни названия. Укажите акт: "
            "--act ru-ukaz-490-2019 (и --edition ГГГГ-ММ-ДД) или положите рядом JSON с полями title, "
            "number и date.",
        )
    identity.act = f"doc-{name}-{(identity.date or '')[:4] or 'nodate'}"
    identity.provenance["act"] = identity.provenance["title"]

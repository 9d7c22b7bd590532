"""corpus/catalogue.yaml -> the acts we know of: identity, standing, relations and how files name them.

The catalogue is reviewed data. Loading checks it as a whole: ids and aliases are unique, every act named
in a relation is catalogued or marked ``external``, dates and title patterns are well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.dates import is_partial_date
from assistant.errors import InputError
from assistant.library.drafts import ActDraft, RelationDraft
from assistant.model import ActKind, ActStatus, Confidence, RelationKind

ACT_ID = r"(?:ru|eu|us|oecd|coe)-[a-z0-9]+(?:-[a-z0-9]+)*"
UNIDENTIFIED = "unidentified"  # stands for an amending act whose number nobody has seen

_DROPPED = re.compile(r"[«»\"'“”„‘’]")
_NUMBER_MARKS = re.compile(r"^(?:№|n(?=[\s\d])|no\.?(?=\s))\s*|\s+|-?(?:фз|фкз|fz)$")
# What may stand before the name of an act in its heading and is no part of the name.
_GENRE = re.compile(
    r"^(?:российская федерация |федеральн\w+ закон |указ президента российской федерации "
    r"|постановление правительства российской федерации |приказ |кодекс:? )+"
)
_AMENDING = re.compile(r"о внесении изменени|\bamending\b|\bamendments to\b", re.IGNORECASE)


def _partial_date(value: str) -> str:
    if not is_partial_date(value):
        raise ValueError(f"'{value}' is not YYYY, YYYY-MM or YYYY-MM-DD")
    return value


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"'{value}' is not a regular expression: {error}") from None
    return value


PartialDate = Annotated[str, AfterValidator(_partial_date)]
ActId = Annotated[str, Field(pattern=f"^{ACT_ID}$")]
Pattern = Annotated[str, AfterValidator(_regex)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", use_enum_values=True)


class Amendment(_Entry):
    """An act that changed this one. ``act`` is None where its number is unknown.

    ``external``: the amending act has no entry of its own in the catalogue.
    """

    act: ActId | None = None
    number: str | None = None
    date: PartialDate | None = None
    in_force_from: PartialDate | None = None
    note: str | None = None
    confidence: Confidence | None = None
    external: bool = False


class Source(_Entry):
    """An address that the official text can be fetched from, and what it serves.

    ``edition``: the date of the text there, where the text itself does not say; ``attachment``: it is this
    attachment of the act.
    """

    url: str = Field(pattern=r"^https?://")
    format: Literal["html", "pdf", "docx", "rtf", "txt"]
    edition: PartialDate | None = None
    attachment: int | None = None


class ProvisionDate(_Entry):
    """A provision that starts to apply at a date of its own; holds for everything below it."""

    provision: str
    in_force_from: PartialDate


class CatalogueAct(_Entry):
    """One act. Dates are partial ISO; ``issuer`` is Russian, ``issuer_en`` English.

    ``amendments_checked``: up to when the list ``amended_by`` is known to be complete, None where nobody
    checked. ``attachment``: a file recognised by ``title_patterns`` is this attachment of the act.
    ``former_numbers``: numbers its texts bore before it was published (PE-CONS 30/26).
    """

    id: ActId
    title_ru: str
    title_en: str
    jurisdiction: Literal["ru", "eu", "us", "oecd", "coe"]
    region: str | None = None
    kind: ActKind
    number: str | None = None
    former_numbers: list[str] = Field(default_factory=list)
    date: PartialDate | None = None
    issuer: str | None = None
    issuer_en: str | None = None
    status: ActStatus = ActStatus.UNKNOWN
    status_note: str | None = None
    in_force_from: PartialDate | None = None
    in_force_to: PartialDate | None = None
    repealed_by: ActId | None = None
    official_url: str | None = Field(None, pattern=r"^https?://")
    secondary_urls: list[str] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    aliases: list[str] = Field(default_factory=list)
    attachment: int | None = None
    attachment_title: str | None = None
    title_patterns: list[Pattern] = Field(default_factory=list)
    amended_by: list[Amendment] = Field(default_factory=list)
    amends: list[ActId] = Field(default_factory=list)
    repeals: list[ActId] = Field(default_factory=list)
    approves: list[ActId] = Field(default_factory=list)
    amendments_checked: PartialDate | None = None
    provision_dates: list[ProvisionDate] = Field(default_factory=list)
    confidence: Confidence | None = None
    formats: list[str] = Field(default_factory=list)
    note: str | None = None

    def draft(self) -> ActDraft:
        """The act as the library stores it."""
        return ActDraft(
            id=self.id,
            kind=self.kind,
            title_ru=self.title_ru,
            title_en=self.title_en,
            number=self.number,
            date=self.date,
            issuer=self.issuer,
            issuer_en=self.issuer_en,
            jurisdiction=self.jurisdiction,
            status=self.status,
            status_note=self.status_note,
            in_force_from=self.in_force_from,
            in_force_to=self.in_force_to,
            repealed_by=self.repealed_by,
            official_url=self.official_url,
            amendments_checked=self.amendments_checked,
            aliases=list(self.aliases),
            provision_dates=[entry.model_dump() for entry in self.provision_dates],
            sources=[source.url for source in self.sources],
            in_catalogue=True,
        )


class Catalogue(_Entry):
    """All acts we know of. ``external``: ids that relations may name without an entry here."""

    acts: list[CatalogueAct]
    external: list[ActId] = Field(default_factory=list)

    @cached_property
    def _by_id(self) -> dict[str, CatalogueAct]:
        return {act.id: act for act in self.acts}

    @cached_property
    def _by_name(self) -> dict[str, CatalogueAct]:
        """Folded titles and aliases -> act; a title two acts share names neither."""
        titles: dict[str, CatalogueAct | None] = {}
        for act in self.acts:
            for title in {act.title_ru, act.title_en, act.attachment_title} - {None}:
                key = normalise_title(str(title))
                titles[key] = None if titles.get(key, act) is not act else act
        aliases = {normalise_title(alias): act for act in self.acts for alias in act.aliases}
        return {name: act for name, act in (titles | aliases).items() if act}

    @model_validator(mode="after")
    def _consistent(self) -> Catalogue:
        problems = [*_repeated_ids(self.acts), *_repeated_aliases(self.acts), *_unknown_acts(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def get(self, act_id: str | None) -> CatalogueAct | None:
        """The act of this id, or None."""
        return self._by_id.get(act_id) if act_id else None

    def by_title(self, text: str) -> CatalogueAct | None:
        """The act whose heading ``text`` is: a title pattern found in it, or a title or alias word for word.

        The heading of an amending act names the act it changes: no pattern is tried in it. Of several
        patterns the one found first counts, and of two at the same place the longer.
        """
        heading = normalise_title(text)
        named = self._by_name.get(heading) or self._by_name.get(_GENRE.sub("", heading))
        if named:
            return named
        found = [
            (match.start(), -len(match.group()), act.id)
            for act, pattern in self._patterns
            if (match := pattern.search(heading))
            and (act.amends or not _AMENDING.search(heading[: match.start()]))
        ]
        return self._by_id[min(found)[2]] if found else None

    @cached_property
    def _patterns(self) -> list[tuple[CatalogueAct, re.Pattern[str]]]:
        return [
            (act, re.compile(pattern, re.IGNORECASE)) for act in self.acts for pattern in act.title_patterns
        ]

    def by_identity(self, kind: str | None, number: str | None, date: str | None) -> CatalogueAct | None:
        """The one act of this number and year (and kind, where given); a number alone identifies none."""
        if not number or not date:
            return None
        wanted = normalise_number(number)
        found = [
            act
            for act in self.acts
            if act.number
            and act.date
            and wanted in map(normalise_number, (act.number, *act.former_numbers))
            and act.date[:4] == date[:4]
            and (kind is None or act.kind == kind)
        ]
        return found[0] if len(found) == 1 else None

    def drafts(self) -> list[ActDraft]:
        """All acts as the library stores them."""
        return [act.draft() for act in self.acts]

    def relations(self) -> list[RelationDraft]:
        """All relations, each stated once; an amendment's own dates win over a bare mention."""
        stated: dict[tuple[str, str, str], RelationDraft] = {}
        unidentified: list[RelationDraft] = []
        for relation in self._stated_relations():
            if relation.source == UNIDENTIFIED:
                unidentified.append(relation)
            else:
                stated.setdefault((relation.source, relation.kind, relation.target), relation)
        return [*stated.values(), *unidentified]

    def _stated_relations(self) -> Iterator[RelationDraft]:
        for act in self.acts:
            for entry in act.amended_by:
                yield RelationDraft(
                    source=entry.act or UNIDENTIFIED,
                    kind=RelationKind.AMENDS,
                    target=act.id,
                    date=entry.date,
                    in_force_from=entry.in_force_from,
                    note=entry.note,
                )
        for act in self.acts:
            if act.repealed_by:
                yield RelationDraft(
                    act.repealed_by, RelationKind.REPEALS, act.id, in_force_from=act.in_force_to
                )
            for kind, targets in (
                (RelationKind.AMENDS, act.amends),
                (RelationKind.REPEALS, act.repeals),
                (RelationKind.APPROVES, act.approves),
            ):
                for target in targets:
                    yield RelationDraft(act.id, kind, target, act.date, act.in_force_from)


def normalise_title(text: str) -> str:
    """A heading for comparison: lower case, ё as е, no quotation marks, single spaces."""
    folded = _DROPPED.sub("", text.lower().replace("ё", "е"))
    return " ".join(folded.split()).strip(" .,;:")


def normalise_number(number: str) -> str:
    """A number for comparison: «№ 149-ФЗ» and «149» alike."""
    return _NUMBER_MARKS.sub("", number.strip().lower())


def _repeated_ids(acts: list[CatalogueAct]) -> Iterator[str]:
    seen: set[str] = set()
    for act in acts:
        if act.id in seen:
            yield f"act {act.id} stands twice"
        seen.add(act.id)


def _repeated_aliases(acts: list[CatalogueAct]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for act in acts:
        for alias in act.aliases:
            key = normalise_title(alias)
            if key in owners:
                yield f"alias '{alias}' of {act.id} is also an alias of {owners[key]}"
            owners[key] = act.id


def _unknown_acts(catalogue: Catalogue) -> Iterator[str]:
    known = {act.id for act in catalogue.acts} | set(catalogue.external)
    for act in catalogue.acts:
        named = [*act.amends, *act.repeals, *act.approves, *([act.repealed_by] if act.repealed_by else ())]
        named += [entry.act for entry in act.amended_by if entry.act and not entry.external]
        for other in named:
            if other not in known:
                yield f"{act.id} names {other}, which is neither catalogued nor external"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file. Raises InputError naming the file."""
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}). Restore the file or give another path.",
            f"Не удалось прочитать {path} ({error.strerror}). Восстановите файл или укажите другой путь.",
        ) from None
    except yaml.YAMLError as error:
        raise InputError(
            f"{path} is not valid YAML ({error}). Mend the file.",
            f"{path} — некорректный YAML ({error}). Исправьте файл.",
        ) from None


def describe(error: ValidationError) -> str:
    """The first problems of a failed validation, each with the field it is in."""
    lines = [
        f"{'.'.join(str(step) for step in item['loc']) or 'whole'}: {item['msg']}"
        for item in error.errors(include_url=False)
    ]
    return "; ".join(lines[:5]) + (f"; and {len(lines) - 5} more" if len(lines) > 5 else "")


@lru_cache(maxsize=8)
def _load(path: Path, _stamp: int) -> Catalogue:
    content = read_yaml(path)
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        raise InputError(
            f"{path} does not hold a valid catalogue: {describe(error)}. Correct these fields.",
            f"{path}: каталог с ошибками: {describe(error)}. Исправьте эти поля.",
        ) from None


def load_catalogue(path: Path) -> Catalogue:
    """Read and check a catalogue (kept in memory until the file changes). Raises InputError."""
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _load(path, stamp)

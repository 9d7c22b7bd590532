"""corpus/digests/*.yaml (our restatements of acts, fact by fact) -> the text and provisions of an edition.

A digest is ours, in both languages; every fact names the provision it restates, its source and how sure we
are. Its one canonical text holds two title lines and, for each fact, a Russian and an English line.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.dates import earliest
from assistant.errors import InputError
from assistant.model import Confidence, Lang, Provision
from ingest.catalogue import ACT_ID, PartialDate, describe, read_yaml

# One step of a provision's id: att1, p27, st10.2-2, ch5, art99, annex3, sec4.2, or a letter or number below.
_STEP = r"(?:[a-z]+)?\d+(?:[.-]\d+)*|[a-zа-я]{1,3}"
PROVISION_ID = rf"(?:att\d+/)?(?:[a-z]+\d+(?:[.-]\d+)*)(?:/(?:{_STEP}))*|att\d+"

_SEEN = (Confidence.TEXT, Confidence.EXCERPT)
_LABELS: dict[Lang, str] = {"ru": "наше изложение: {}", "en": "our summary: {}"}


def _one_line(value: str) -> str:
    if not value or value != value.strip() or "\n" in value:
        raise ValueError("must be one line without spaces at its ends")
    if unicodedata.normalize("NFC", value) != value:
        raise ValueError("must be in Unicode normal form C")
    return value


Line = Annotated[str, AfterValidator(_one_line)]


class _Noted(BaseModel):
    """``note``/``note_en``: what a reader should know beside the statement, in both languages or in none."""

    model_config = ConfigDict(extra="forbid", use_enum_values=True)

    note: Line | None = None
    note_en: Line | None = None

    @model_validator(mode="after")
    def _note_in_both_languages(self) -> Self:
        if (self.note is None) != (self.note_en is None):
            raise ValueError("a note is given in both languages: note and note_en")
        return self


class DigestFact(_Noted):
    """One fact of an act, restated in our words.

    ``provision``/``provision_en``: what is restated, as printed. ``refs``: ids of the act's provisions where
    the label names them. ``source``: addresses or descriptions. ``note``: doubts, contradictions, what may
    have gone stale. ``draft``: the fact is about a draft, not a rule. ``source_id``: where the fact was
    carried over from. ``in_force_from``: when what it says begins to hold; ``in_force_to``: the first day on
    which it no longer does; None where the statement sets no limit of its own.
    """

    id: int = Field(ge=1)
    provision: Line
    provision_en: Line | None = None
    refs: list[Annotated[str, Field(pattern=f"^(?:{PROVISION_ID})$")]] = Field(default_factory=list)
    ru: Line
    en: Line
    confidence: Confidence
    source: list[Line] = Field(min_length=1)
    draft: bool = False
    source_id: str | None = Field(None, pattern=r"^[a-z0-9_]+#\d+$")
    in_force_from: PartialDate | None = None
    in_force_to: PartialDate | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        begins, ends = self.in_force_from, self.in_force_to
        if begins and ends and earliest(begins) >= earliest(ends):
            raise ValueError(f"in_force_from {begins} is not before in_force_to {ends}")
        return self


class Digest(_Noted):
    """Our restatement of one act. ``reviewed``: its partial date; ``note``/``note_en``: of all facts."""

    act: str = Field(pattern=f"^{ACT_ID}$")
    title_ru: Line
    title_en: Line
    reviewed: PartialDate
    official_url: str | None = Field(None, pattern=r"^https?://")
    facts: list[DigestFact] = Field(min_length=1)

    @model_validator(mode="after")
    def _facts_are_distinct(self) -> Digest:
        columns: tuple[tuple[str, list[str]], ...] = (
            ("fact id", [str(fact.id) for fact in self.facts]),
            ("Russian statement", [fact.ru for fact in self.facts]),
            ("English statement", [fact.en for fact in self.facts]),
        )
        for what, values in columns:
            twice = [value for value, count in Counter(values).items() if count > 1]
            if twice:
                raise ValueError(f"the same {what} stands twice: {twice[0]}")
        return self


def load_digest(path: Path) -> Digest:
    """Read one digest; the file is named after its act. Raises InputError naming the file and the field."""
    content = read_yaml(path)
    try:
        digest = Digest.model_validate(content)
    except ValidationError as error:
        raise InputError(
            f"{path} is not a valid digest: {describe(error)}. Correct these fields.",
            f"{path}: дайджест с ошибками: {describe(error)}. Исправьте эти поля.",
        ) from None
    if path.stem != digest.act:
        raise InputError(
            f"{path} holds the digest of {digest.act}. Name the file {digest.act}.yaml.",
            f"{path} содержит дайджест акта {digest.act}. Назовите файл {digest.act}.yaml.",
        )
    return digest


def load_digests(folder: Path) -> list[Digest]:
    """All digests of a folder, by act id. Raises InputError."""
    if not folder.is_dir():
        raise InputError(
            f"{folder} is not a folder. Give the folder of digests.",
            f"{folder} — не папка. Укажите папку с дайджестами.",
        )
    return [load_digest(path) for path in sorted(folder.glob("*.yaml"))]


def fact_url(fact: DigestFact, official_url: str | None) -> str | None:
    """Where to read about a fact: the official page if the act was seen, else the first source with one."""
    addresses = [entry.split()[0] for entry in fact.source if entry.startswith(("http://", "https://"))]
    if official_url and fact.confidence in _SEEN:
        return official_url
    return addresses[0] if addresses else official_url


def digest_edition(digest: Digest) -> tuple[str, list[Provision]]:
    """The canonical text of a digest and its provisions in reading order.

    ``digest/3`` spans both lines of fact 3; its children ``digest/3/ru`` and ``digest/3/en`` are the lines.
    """
    lines = [digest.title_ru, digest.title_en]
    at = sum(len(line) + 1 for line in lines)
    provisions: list[Provision] = []
    for fact in digest.facts:
        provisions.extend(_fact_provisions(digest, fact, at))
        lines += [fact.ru, fact.en]
        at += len(fact.ru) + len(fact.en) + 2
    return "\n".join(lines) + "\n", provisions


def _fact_provisions(digest: Digest, fact: DigestFact, start: int) -> Iterator[Provision]:
    name = f"digest/{fact.id}"
    url = fact_url(fact, digest.official_url)
    middle = start + len(fact.ru)
    end = middle + 1 + len(fact.en)
    yield Provision(
        id=name,
        kind="fact",
        number=str(fact.id),
        label=f"факт {fact.id} ({fact.provision})",
        start=start,
        end=end,
        own_end=start,
        lang="ru",
        confidence=fact.confidence,
        url=url,
    )
    spans: tuple[tuple[Lang, str, str | None, int, int], ...] = (
        ("ru", fact.provision, _notes(fact.note, digest.note), start, middle),
        ("en", fact.provision_en or fact.provision, _notes(fact.note_en, digest.note_en), middle + 1, end),
    )
    for lang, printed, note, first, last in spans:
        yield Provision(
            id=f"{name}/{lang}",
            parent=name,
            kind="statement",
            number=str(fact.id),
            label=_LABELS[lang].format(printed),
            start=first,
            end=last,
            own_end=last,
            lang=lang,
            confidence=fact.confidence,
            url=url,
            note=note,
        )


def _notes(*notes: str | None) -> str | None:
    """A fact's own note, then what holds for all facts of its digest."""
    return " ".join(note for note in notes if note) or None

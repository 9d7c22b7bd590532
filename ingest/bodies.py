"""corpus/bodies.yaml (bodies and programmes of AI policy) -> checked bodies, each property with its evidence.

A property holds what a program needs to know (people, date, act); its wording is that of the digest facts it
names, so that an answer stays a quotation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import InputError
from ingest.catalogue import ACT_ID, Catalogue, PartialDate, describe, read_yaml
from ingest.digest import Digest, DigestFact, Line

PropertyName = Literal[
    "set_up",
    "announced",
    "works_since",
    "chair",
    "functions",
    "members",
    "meets",
    "predecessor",
    "part_of",
    "supervised_by",
]
Evidence = Annotated[str, Field(pattern=rf"^(?:{ACT_ID})#digest/\d+$")]


class BodyProperty(BaseModel):
    """What is known of a body. ``evidence``: references to the digest facts that say it, best first."""

    model_config = ConfigDict(extra="forbid")

    name: PropertyName
    act: str | None = Field(None, pattern=f"^{ACT_ID}$")
    date: PartialDate | None = None
    office: Line | None = None
    office_en: Line | None = None
    people: list[Line] = Field(default_factory=list)
    people_en: list[Line] = Field(default_factory=list)
    part_of: str | None = None
    evidence: list[Evidence] = Field(min_length=1)


class Body(BaseModel):
    """A body or programme. ``coordinates``: it coordinates AI policy of the whole jurisdiction."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: Literal["commission", "regional_commission", "programme"]
    ru: Line
    en: Line
    aliases: list[Line] = Field(default_factory=list)
    jurisdiction: str
    region: Line | None = None
    coordinates: bool = False
    properties: list[BodyProperty] = Field(min_length=1)


class Bodies(BaseModel):
    """All bodies; ids and, within a body, property names are distinct."""

    model_config = ConfigDict(extra="forbid")

    bodies: list[Body]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> Bodies:
        ids = [body.id for body in self.bodies]
        names = [f"{body.id}: {known.name}" for body in self.bodies for known in body.properties]
        twice = [value for value, count in Counter([*ids, *names]).items() if count > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands twice")
        return self


def load_bodies(path: Path) -> list[Body]:
    """Read the bodies. Raises InputError naming the file and the field."""
    try:
        return Bodies.model_validate(read_yaml(path)).bodies
    except ValidationError as error:
        raise InputError(
            f"{path} is not a valid list of bodies: {describe(error)}. Correct these fields.",
            f"{path}: список органов с ошибками: {describe(error)}. Исправьте эти поля.",
        ) from None


def facts_by_ref(digests: Iterable[Digest]) -> dict[str, DigestFact]:
    """Reference (``ru-ukaz-116-2026#digest/3``) -> fact."""
    return {f"{digest.act}#digest/{fact.id}": fact for digest in digests for fact in digest.facts}


def check_bodies(bodies: Iterable[Body], digests: Iterable[Digest], catalogue: Catalogue) -> None:
    """Raise InputError where evidence, an act or a body that is referred to does not exist."""
    bodies = list(bodies)
    facts, ids = facts_by_ref(digests), {body.id for body in bodies}
    for body in bodies:
        for known in body.properties:
            missing = [ref for ref in known.evidence if ref not in facts]
            if known.act and catalogue.get(known.act) is None:
                missing.append(known.act)
            if known.part_of and known.part_of not in ids:
                missing.append(known.part_of)
            if missing:
                raise InputError(
                    f"{body.id}, {known.name}: there is no {missing[0]}. Correct the reference.",
                    f"{body.id}, {known.name}: нет {missing[0]}. Исправьте ссылку.",
                )

"""corpus/sites.yaml -> the official hosts a text may come from, and what each of them serves."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError
from ingest.catalogue import describe, read_yaml


class Site(BaseModel):
    """One official host. ``readable``: a program gets the text from it; ``note_*``: what to do otherwise.

    ``formats``: what it serves. ``container``: XPath of the element that holds the text of its pages; what
    stands around it is the site's.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = Field(pattern=r"^[a-z0-9.-]+$")
    body_ru: str
    body_en: str
    readable: bool = True
    formats: list[Literal["html", "pdf", "docx", "rtf", "txt"]] = Field(min_length=1)
    container: str | None = None
    note_ru: str | None = None
    note_en: str | None = None


class Sites(BaseModel):
    """The allow-list: only these hosts are asked, and redirects stay among them."""

    model_config = ConfigDict(extra="forbid")

    sites: list[Site]

    @cached_property
    def by_host(self) -> dict[str, Site]:
        """Host -> site."""
        return {site.host: site for site in self.sites}

    def of(self, url: str) -> Site | None:
        """The site of an address, or None for a host that is not on the list."""
        return self.by_host.get((urlsplit(url).hostname or "").lower())


def load_sites(path: Path) -> Sites:
    """Read and check the list of sites. Raises InputError naming the file and the field."""
    try:
        return Sites.model_validate(read_yaml(path))
    except ValidationError as error:
        raise InputError(
            f"{path} does not hold a valid list of sites: {describe(error)}. Correct these fields.",
            f"{path}: список сайтов с ошибками: {describe(error)}. Исправьте эти поля.",
        ) from None

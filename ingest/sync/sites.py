"""corpus/sites.yaml -> the official hosts a text may come from, and what each of them serves."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import InputError
from ingest.catalogue import describe, read_yaml


class Site(BaseModel):
    """One official host. ``readable``: a program gets the text from it; ``note_*``: what to do otherwise.

    ``formats``: what it serves. ``container``: XPath of the element that holds the text of its pages; what
    stands around it is the site's. ``next_page``: the address of the further pages of a text ({url}, {n} from
    2), which follow as long as the page before holds ``more``. ``headers``: what it wants to be asked with.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = Field(pattern=r"^[a-z0-9.-]+$")
    body_ru: str
    body_en: str
    readable: bool = True
    formats: list[Literal["html", "pdf", "docx", "rtf", "txt"]] = Field(min_length=1)
    container: str | None = None
    next_page: str | None = Field(None, pattern=r"^\{url\}.*\{n\}")
    more: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    note_ru: str | None = None
    note_en: str | None = None

    @model_validator(mode="after")
    def _pages_say_when_they_end(self) -> Self:
        if (self.next_page is None) != (self.more is None):
            raise ValueError(f"{self.host}: next_page and more are given together")
        return self


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

"""An act's search keys -> chunks that lead to its provisions.

People ask for a rule in words the rule does not use, or in another language. For the acts of the catalogue
the corpus holds such words: for a provision a few questions and phrases of ours, Russian and English. They
are embedded like text and lead to the provision; nothing of them is ever shown or quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

import corpus
from assistant.data_files import load_lines
from assistant.library.drafts import ChunkDraft
from assistant.model import Lang, Provision

Key = Annotated[str, Field(min_length=3)]

KEYS = Path(corpus.__file__).parent / "keys"


class ProvisionKeys(BaseModel):
    """The keys of one provision, by its id."""

    model_config = ConfigDict(extra="forbid")

    provision: str = Field(min_length=1)
    ru: list[Key] = Field(default_factory=list)
    en: list[Key] = Field(default_factory=list)

    def spoken(self) -> Iterator[tuple[Lang, str]]:
        """(language, key) of each."""
        yield from (("ru", key) for key in self.ru)
        yield from (("en", key) for key in self.en)


def load_keys(path: Path) -> list[ProvisionKeys]:
    """The keys of one act, a JSON object a line. Raises InputError naming the line."""
    return load_lines(path, ProvisionKeys)


@lru_cache(maxsize=64)
def keys_of(act: str) -> tuple[ProvisionKeys, ...]:
    """The keys the corpus holds for an act; none for most."""
    path = KEYS / f"{act}.jsonl"
    return tuple(load_keys(path)) if path.is_file() else ()


@lru_cache(maxsize=64)
def keys_content(act: str) -> str:
    """What the keys of an act say, to tell whether they have changed; empty without any."""
    entries = [entry.model_dump() for entry in keys_of(act)]
    return json.dumps(entries, ensure_ascii=False) if entries else ""


def key_chunks(act: str, provisions: Sequence[Provision]) -> list[ChunkDraft]:
    """A chunk for every key whose provision the outline has and has not repealed."""
    outline = {node.id: node for node in provisions if not node.repealed}
    return [
        ChunkDraft(node.id, node.start, node.own_end, "", node.lang, key=text, key_lang=lang)
        for entry in keys_of(act)
        for node in [outline.get(entry.provision)]
        if node is not None
        for lang, text in entry.spoken()
    ]

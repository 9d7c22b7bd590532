"""A question that asks for a certain thing -> whether the provisions that would be quoted speak of it at all.

Provisions on a commission that name no secretary do not say who its secretary is, however well the rest of
the question fits. asked_things.yaml lists things that no text can tell of without one of a few words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from assistant.answer.compose import Statement
from assistant.data_files import load_checked
from assistant.library.view import LibraryView
from assistant.model import Lang
from assistant.parts import split_question
from assistant.query import Reading

FILE = Path(__file__).parent / "asked_things.yaml"
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORD_END = re.compile(r"\w*")
_UNSAID: dict[Lang, str] = {
    "ru": "Ближайшие по смыслу положения об этом не говорят: «{}».",
    "en": "The provisions that come nearest do not speak of this: “{}”.",
}
_OTHER_LAW: dict[Lang, str] = {
    "ru": "Ближайшие по смыслу положения относятся к праву другой юрисдикции, чем та, о которой спрошено.",
    "en": "The provisions that come nearest are the law of another jurisdiction than the one asked about.",
}
LAWS = frozenset({"ru", "eu", "us"})  # the jurisdictions whose law is told from each other's


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asks: str
    says: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What may be asked for: the words that ask for it, and those a text that tells it must have."""

    asks: re.Pattern[str]
    says: re.Pattern[str]


@lru_cache(maxsize=1)
def _things() -> tuple[Thing, ...]:
    held = load_checked(FILE, TypeAdapter(dict[str, _Words]), "things asked for", "список спрашиваемого")
    return tuple(Thing(_beginning(words.asks), _beginning(words.says)) for words in held.values())


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE)


def thing_unsaid(reading: Reading, statements: Sequence[Statement], view: LibraryView) -> str:
    """Why statements are no answer, in the reader's language: what is asked for is not spoken of.

    The whole provisions, what stands above them and the titles of their acts are looked at. Empty where the
    statements may answer.
    """
    asking = asking_part(reading.question)
    asked = [(thing, found) for thing in _things() if (found := thing.asks.search(asking))]
    if not asked:
        return ""
    said = spoken(statements, view, _jurisdictions(reading.explicit, view))
    for thing, found in asked:
        if not thing.says.search(said):
            whole = _WORD_END.match(asking, found.end())
            end = whole.end() if whole else found.end()
            return _UNSAID[reading.lang].format(asking[found.start() : end])
    return ""


def other_law(reading: Reading, statements: Sequence[Statement], view: LibraryView) -> str:
    """Why statements are no answer: the question is about one of LAWS, all of them are of another.

    Empty where they may answer, or where the question names no law or one that is not told apart.
    """
    asked = set(reading.jurisdictions)
    if asked:
        asked |= _jurisdictions(reading.acts, view)
    if not asked or not asked <= LAWS:
        return ""
    quoted = {
        view.acts[view.edition(span.edition).row.act_id].jurisdiction
        for each in statements
        for span in each.spans
    }
    return "" if asked & quoted or not quoted <= LAWS else _OTHER_LAW[reading.lang]


def _jurisdictions(acts: Iterable[str], view: LibraryView) -> set[str]:
    return {law for act in acts if (law := view.acts[act].jurisdiction) is not None}


def spoken(statements: Sequence[Statement], view: LibraryView, jurisdictions: Collection[str] = ()) -> str:
    """The provisions quoted, with the headings and lead-ins above them and their acts' titles.

    ``jurisdictions``: whose acts count; empty for all.
    """
    places = {(span.edition, span.provision) for each in statements for span in each.spans}
    parts: list[str] = []
    for key, provision in sorted(places):
        edition = view.edition(key)
        node = edition.provisions[provision]
        act = view.acts[edition.row.act_id]
        if jurisdictions and act.jurisdiction not in jurisdictions:
            continue
        titles = (edition.row.title, act.title_ru, act.title_en)
        parts += [edition.text[node.start : node.end], *(title for title in titles if title)]
        parts += [edition.own_text(above) for above in islice(edition.lineage(node), 1, None)]
    return "\n".join(parts)


def asking_part(question: str) -> str:
    """What of a question asks: its interrogative sentences, of several parts of one the first."""
    sentences = _SENTENCE.split(question)
    asking = " ".join([each for each in sentences if each.endswith("?")] or sentences)
    start, end = split_question(asking)[0]
    return asking[start:end]

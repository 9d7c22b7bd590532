"""A question that names a region of Russia -> provisions of it or of all regions, and of no other one."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.named_places import places_in, regions
from assistant.library.view import LibraryView
from assistant.model import Answer
from assistant.ranked import Ranked


def of_region_asked(question: str, ranked: Sequence[Ranked], view: LibraryView) -> list[Ranked]:
    """Without provisions of other regions, where some are of one that the question names; else all.

    Where nothing is held of the region, that others come nearest is evidence that there is no answer.
    """
    asked = regions(places_in(question))
    held = asked and any(asked & regions(places_in(_told(entry, view))) for entry in ranked)
    return without_other_regions(question, ranked, view) if held else list(ranked)


def without_other_regions(question: str, ranked: Sequence[Ranked], view: LibraryView) -> list[Ranked]:
    """Without provisions of other regions than the question names; all of them where it names none.

    What a question names itself stays, and what is of no region.
    """
    asked = regions(places_in(question))
    if not asked:
        return list(ranked)
    of = [regions(places_in(_told(entry, view))) for entry in ranked]
    return [
        entry
        for entry, places in zip(ranked, of, strict=True)
        if entry.direct or not places or asked & places
    ]


def _told(entry: Ranked, view: LibraryView) -> str:
    """A provision's words with its act's names and issuer."""
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    act = view.acts[edition.row.act_id]
    names = (act.title_ru, act.title_en, act.issuer, edition.row.title)
    return " ; ".join([*(name for name in names if name), edition.text[node.start : node.end]])


def is_of_elsewhere(question: str, answer: Answer, view: LibraryView) -> bool:
    """Whether a question names a region that nothing cited names."""
    asked = regions(places_in(question))
    if not asked:
        return False
    acts = [view.acts[each.act] for each in answer.citations]
    told = [part for act in acts for part in (act.title_ru, act.title_en, act.issuer) if part]
    told += [part for each in answer.citations for part in (each.title, each.quote)]
    return not asked & places_in(" ; ".join(told))

"""Indexes that were complete once, and the library as it is -> the chunks that have come and gone since.

The scan is written last and tells what the indexes held when they were complete. Since keys of chunks grow
and chunks never change, what came has keys above its highest, and what went is missing among the others: no
more is read of the library than the count of each edition. Whether the indexes hold what they then should is
checked by their counts; where anything is not as expected, everything is to be compared.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

from assistant.index.indexes import DAMAGED, Indexes
from assistant.library import Library
from assistant.library.chunks import counts_up_to, keys_above, keys_of

log = logging.getLogger(__name__)

# Up to so many chunks everything is compared, and every file read through, at each change: a second or two.
FEW = 20_000
LOOKED_AT = 100  # vectors in the store


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of chunks that the indexes lack, and of those they hold though they are gone."""

    came: set[int]
    gone: set[int]
    left: int  # chunks, when both are done


def changes_since(indexes: Indexes, library: Library) -> Changes | None:
    """What has changed since the indexes were complete; None where that is not known, or not worth it."""
    scan = indexes.scan
    if scan is None or are_few(len(scan)) or not _were_complete(indexes, library):
        return None
    held: Counter[int] = Counter()
    for (edition, _), count in scan.counts.items():
        held[edition] += count
    highest = scan.highest
    there = counts_up_to(library, highest)
    gone: set[int] = set()
    for edition in held.keys() | there.keys():
        before, now = held[edition], there.get(edition, 0)
        if now > before:
            return None
        if now < before:
            gone |= scan.keys_of(edition) - keys_of(library, edition)
    if not (holds(indexes, len(scan)) and _vectors_of(indexes, scan.keys - gone)):
        return None
    came = keys_above(library, highest)
    return Changes(came, gone, len(scan) - len(gone) + len(came))


def are_few(chunks: int) -> bool:
    """Whether everything is compared and written anew at each change."""
    return chunks <= FEW


def _were_complete(indexes: Indexes, library: Library) -> bool:
    """Whether the indexes were completed for this library at some time, as they would be today.

    That is, for whatever it then held, by the present model and means; and nothing was found damaged.
    """
    state, wanted = indexes.state(), indexes.wanted_state(library)
    learnt = indexes.token_profile_file.is_file() or indexes.tokenless_file.is_file()
    if not (learnt and indexes.profile_file.is_file()) or (indexes.path / DAMAGED).exists():
        return False
    return "generation" in state and all(
        state.get(name) == value for name, value in wanted.items() if name not in ("generation", "words")
    )


def holds(indexes: Indexes, chunks: int) -> bool:
    """Whether words and token codes are held of so many chunks."""
    found = {"words": len(indexes.lexical)}
    if indexes.tokens is not None:
        found["token codes"] = len(indexes.tokens)
    wrong = {name: count for name, count in found.items() if count != chunks}
    if wrong:
        log.info("Of %d chunks %s are held: everything is compared.", chunks, wrong)
    return not wrong


def _vectors_of(indexes: Indexes, chunks: set[int]) -> bool:
    """Whether the store has the vectors of some of the chunks, drawn evenly: it takes long to count all."""
    ordered = sorted(chunks)
    asked = {*ordered[:: max(1, len(ordered) // LOOKED_AT)], *ordered[-1:]}
    return not asked or indexes.vectors.known(sorted(asked)) == asked

"""Indexes that were complete once, and the library as it is -> the chunks that have come and gone since.

The scan is written last and tells what the indexes held when they were complete. Since keys of chunks grow
and chunks never change, what came has keys above its highest, and what went is missing among the others:
counting the chunks of each edition tells in which. Whether the indexes hold what they then should is told by
their counts and highest keys and by some of the vectors; where anything is not as expected, everything is to
be compared.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

import numpy as np

from assistant.index.indexes import DAMAGED, Indexes
from assistant.index.scan import Scan
from assistant.index.shared import Shared
from assistant.index.vectors import BATCH
from assistant.library import Library
from assistant.library.chunks import counts_up_to, keys_above, keys_of

log = logging.getLogger(__name__)

# Up to so many chunks everything is compared, and every file read through, at each change: a second or two.
FEW = 20_000
LOOKED_AT = 100  # vectors in the store, beside those that came since everything was compared


@dataclass(frozen=True, slots=True)
class Changes:
    """Keys of chunks that the indexes lack, and of those they hold though they are gone."""

    came: set[int]
    gone: set[int]
    extends: bool  # whether the scan takes them, or is to be written anew


def changes_since(indexes: Indexes, library: Library, shared: Shared | None = None) -> Changes | None:
    """What has changed since the indexes were complete; None where that is not known, or not worth it.

    ``shared``: what machines that write to the same vectors have said of them.
    """
    scan = indexes.scan
    if scan is None or are_few(len(scan)) or not _were_complete(indexes, library, shared):
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
    if not (holds(indexes, scan) and _has_vectors(indexes, scan, gone)):
        return None
    came = keys_above(library, highest)
    return Changes(came, gone, scan.takes(len(came), len(gone)))


def are_few(chunks: int) -> bool:
    """Whether everything is compared and written anew at each change."""
    return chunks <= FEW


def _were_complete(indexes: Indexes, library: Library, shared: Shared | None) -> bool:
    """Whether the indexes were completed for this library at some time, as they would be today.

    That is, for whatever it then held, by the present model and means, and nothing was found damaged; vectors
    on a server have been left by all who write there as they then were.
    """
    state, wanted = indexes.state(), indexes.wanted_state(library)
    learnt = indexes.token_profile_file.is_file() or indexes.tokenless_file.is_file()
    if not (learnt and indexes.profile_file.is_file()) or (indexes.path / DAMAGED).exists():
        return False
    completed = state.get("generation")
    if not isinstance(completed, int) or completed > library.generation:
        return False
    if (
        shared is not None
        and indexes.server is not None
        and shared.complete(indexes.collection) not in (completed, library.generation)
    ):
        return False
    return all(
        state.get(name) == value for name, value in wanted.items() if name not in ("generation", "words")
    )


def holds(indexes: Indexes, scan: Scan) -> bool:
    """Whether words and token codes are held of as many chunks as the scan has, and the last of them."""
    found: dict[str, object] = {"words": len(indexes.lexical)}
    expected: dict[str, object] = {"words": len(scan)}
    if indexes.tokens is not None:
        found["token codes"] = len(indexes.tokens), indexes.tokens.highest()
        expected["token codes"] = len(scan), scan.highest
    if found != expected:
        log.info("Held are %s, and should be %s: everything is compared.", found, expected)
    return found == expected


def _has_vectors(indexes: Indexes, scan: Scan, gone: set[int]) -> bool:
    """Whether the store has the vectors of chunks drawn evenly, and of all that have come to the scan.

    It takes long to ask for all; what came last is what a power cut may have lost.
    """
    whole, *come = (part.keys for part in scan.parts)
    drawn = np.concatenate([whole[:: max(1, len(whole) // LOOKED_AT)], whole[-1:], *come])
    asked = sorted(set(drawn.tolist()) - gone)
    parts = (asked[first : first + BATCH] for first in range(0, len(asked), BATCH))
    return all(indexes.vectors.known(part) == set(part) for part in parts)

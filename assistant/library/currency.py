"""Standing of an edition, or of one of its provisions, at a date (DESIGN: Currency).

Old wording is never called current only because nothing newer is held: without a date up to which the
list of amendments is known to be complete, the answer is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.dates import earliest
from assistant.model import ActStatus, Authority, Currency

# A check of the list of amendments is trusted this long; after that some may have come unseen.
CHECK_HOLDS = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later act that changes this one: in force from a partial date, or None where unknown."""

    act: str
    date: str | None
    in_force_from: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an act and of the editions held of it."""

    status: str
    in_force_from: str | None
    in_force_to: str | None
    amendments_checked: str | None
    amendments: tuple[Amendment, ...]
    held: tuple[str, ...]  # edition dates of the held texts of the same authority


def _day(text: str | None) -> date | None:
    return earliest(text) if text else None


def edition_currency(
    standing: Standing,
    edition: str | None,
    valid_from: str | None,
    authority: str,
    as_of: date,
) -> Currency:
    """The currency of one edition of an act at ``as_of``."""
    ended = _day(standing.in_force_to)
    if standing.status == ActStatus.REPEALED and (ended is None or ended <= as_of):
        return Currency.REPEALED
    if ended and ended <= as_of:
        return Currency.REPEALED
    begins = _day(valid_from) or _day(standing.in_force_from)
    if standing.status in (ActStatus.NOT_YET_IN_FORCE, ActStatus.DRAFT) or (begins and begins > as_of):
        return Currency.NOT_YET_IN_FORCE
    if authority == Authority.DIGEST:
        return _digest_currency(standing)
    held = _day(edition)
    if held and any(held < (_day(other) or held) <= as_of for other in standing.held):
        return Currency.SUPERSEDED
    if _amended_since(standing.amendments, held, as_of):
        return Currency.AMENDED_TEXT_NOT_HELD
    checked = _day(standing.amendments_checked)
    if held is None or checked is None or checked < min(as_of, date.today()) - CHECK_HOLDS:
        return Currency.UNKNOWN
    return Currency.CURRENT


def _digest_currency(standing: Standing) -> Currency:
    current = (ActStatus.IN_FORCE, ActStatus.VOLUNTARY)
    return Currency.CURRENT if standing.status in current else Currency.UNKNOWN


def _amended_since(amendments: Sequence[Amendment], held: date | None, as_of: date) -> bool:
    for amendment in amendments:
        made = _day(amendment.date)
        applies = _day(amendment.in_force_from) or made
        if applies is None or applies > as_of:
            continue
        if held is None or (made or applies) > held:
            return True
    return False

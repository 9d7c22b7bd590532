"""Standing of an edition, or of one of its provisions, at a date (DESIGN: Currency).

Old wording is never called current only because nothing newer is held: without a date up to which the
list of amendments is known to be complete, the answer is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.dates import earliest
from assistant.model import ActStatus, Authority, Currency, stands_in

# A check of the list of amendments is trusted this long; after that some may have come unseen.
CHECK_HOLDS = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later act that changes this one: in force from a partial date, or None where unknown.

    ``number`` as printed. ``provision``: what alone it is known to change. ``announced``: the text held says
    itself that it will be changed from ``in_force_from``, so it does not hold the change.
    """

    act: str
    date: str | None
    in_force_from: str | None
    number: str | None = None
    provision: str | None = None
    announced: bool = False

    def touches(self, provision: str | None) -> bool:
        """Whether it may change the provision; None: any part of the act."""
        if self.provision is None or provision is None:
            return True
        return stands_in(provision, self.provision) or stands_in(self.provision, provision)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an act and of the editions held of it."""

    status: str
    in_force_from: str | None
    in_force_to: str | None
    amendments_checked: str | None
    amendments: tuple[Amendment, ...]
    held: tuple[str, ...]  # edition dates of the held texts of the same authority


def provision_date(dated: Mapping[str, str], provision: str) -> str | None:
    """The partial date of the nearest dated provision at or above ``provision``; None where none is dated."""
    above = [path for path in dated if stands_in(provision, path)]
    return dated[max(above, key=len)] if above else None


def _day(text: str | None) -> date | None:
    return earliest(text) if text else None


def edition_currency(
    standing: Standing,
    edition: str | None,
    valid_from: str | None,
    authority: str,
    as_of: date,
    provision: str | None = None,
) -> Currency:
    """The currency of one edition of an act, or of one of its provisions, at ``as_of``."""
    if _ended(standing, as_of):
        return Currency.REPEALED
    if _not_yet(standing, as_of):
        return Currency.NOT_YET_IN_FORCE
    if authority == Authority.DIGEST:
        return _digest_currency(standing, as_of)
    begins = _day(valid_from)
    if begins and begins > as_of:  # the act may be in force, these words are not yet
        return Currency.NOT_YET_IN_FORCE
    return _text_currency(standing, edition, as_of, provision)


def later_edition(standing: Standing, edition: str | None, as_of: date) -> str | None:
    """The latest held edition that has replaced this one by ``as_of``, or None."""
    held = _day(edition)
    later = [other for other in standing.held if held and held < (_day(other) or held) <= as_of]
    return max(later, default=None)


def _text_currency(standing: Standing, edition: str | None, as_of: date, provision: str | None) -> Currency:
    """Of a text whose act is in force: superseded, amended, current, or nobody knows."""
    if later_edition(standing, edition, as_of):
        return Currency.SUPERSEDED
    if amendments_since(standing, edition, as_of, provision):
        return Currency.AMENDED_TEXT_NOT_HELD
    undated = any(change.date is None and change.in_force_from is None for change in standing.amendments)
    checked = _day(standing.amendments_checked)
    if (
        _day(edition) is None
        or undated
        or checked is None
        or checked < min(as_of, date.today()) - CHECK_HOLDS
    ):
        return Currency.UNKNOWN
    return Currency.CURRENT


def _ended(standing: Standing, as_of: date) -> bool:
    ended = _day(standing.in_force_to)
    return ended <= as_of if ended else standing.status == ActStatus.REPEALED


def _not_yet(standing: Standing, as_of: date) -> bool:
    """Whether the act itself has not begun: a draft, or a day of entry into force still to come."""
    begins = _day(standing.in_force_from)
    if standing.status == ActStatus.DRAFT:
        return True
    if begins is not None:
        return begins > as_of
    return standing.status == ActStatus.NOT_YET_IN_FORCE


def _digest_currency(standing: Standing, as_of: date) -> Currency:
    """A digest says what was known when it was reviewed; for a year it counts as checked."""
    reviewed = max((earliest(edition) for edition in standing.held), default=None)
    if standing.status not in (ActStatus.IN_FORCE, ActStatus.VOLUNTARY) or reviewed is None:
        return Currency.UNKNOWN
    return Currency.CURRENT if reviewed >= min(as_of, date.today()) - CHECK_HOLDS else Currency.UNKNOWN


def amendments_since(
    standing: Standing, edition: str | None, as_of: date, provision: str | None = None
) -> list[Amendment]:
    """The amendments that apply at ``as_of`` and that the text of ``edition`` does not hold, latest last."""
    held = _day(edition)
    found: dict[str, Amendment] = {}
    for amendment in sorted(
        standing.amendments, key=lambda change: change.in_force_from or change.date or ""
    ):
        made = _day(amendment.date)
        applies = _day(amendment.in_force_from) or made
        if applies is None or applies > as_of or not amendment.touches(provision):
            continue
        known_from = applies if amendment.announced else (made or applies)
        if held is None or known_from > held:
            found[amendment.act] = amendment
    return list(found.values())

from datetime import date

import pytest

from assistant.library.currency import Amendment, Standing, edition_currency
from assistant.model import Currency

DAY = date(2026, 6, 1)


def standing(**changes):
    values = {
        "status": "in_force", "in_force_from": "2020-01-01", "in_force_to": None,
        "amendments_checked": "2026-05", "amendments": (), "held": ("2024-01-01",),
    }  # fmt: skip
    return Standing(**{**values, **changes})


def currency(known, edition="2024-01-01", day=DAY, authority="official"):
    return edition_currency(known, edition, edition, authority, day)


def test_a_text_whose_amendments_were_checked_lately_is_current():
    assert currency(standing()) == Currency.CURRENT


def test_a_text_nobody_checked_is_unknown_not_current():
    assert currency(standing(amendments_checked=None)) == Currency.UNKNOWN


def test_a_check_of_years_ago_is_not_trusted():
    assert currency(standing(amendments_checked="2024-01")) == Currency.UNKNOWN


def test_a_later_amendment_in_force_whose_text_is_not_held_is_named():
    known = standing(amendments=(Amendment("ru-fz-568-2025", "2025-12-29", "2026-03-01"),))
    assert currency(known) == Currency.AMENDED_TEXT_NOT_HELD


def test_an_amendment_not_yet_in_force_leaves_the_text_current():
    known = standing(amendments=(Amendment("ru-fz-568-2025", "2025-12-29", "2026-09-01"),))
    assert currency(known) == Currency.CURRENT
    assert currency(known, day=date(2026, 9, 1)) == Currency.AMENDED_TEXT_NOT_HELD


def test_an_amendment_the_held_text_already_contains_changes_nothing():
    assert currency(standing(amendments=(Amendment("x", "2023-12-01", None),))) == Currency.CURRENT


def test_an_earlier_edition_is_superseded_by_a_later_held_one_from_its_date_on():
    known = standing(held=("2023-01-01", "2024-01-01"))
    assert currency(known, "2023-01-01") == Currency.SUPERSEDED
    assert currency(known, "2023-01-01", date(2023, 6, 1)) == Currency.CURRENT


@pytest.mark.parametrize("ended", [None, "2025-01-20"])
def test_a_repealed_act_is_repealed(ended):
    assert currency(standing(status="repealed", in_force_to=ended)) == Currency.REPEALED


def test_a_repealed_act_was_in_force_before_its_end():
    known = standing(status="repealed", in_force_to="2025-01-20")
    assert currency(known, day=date(2024, 6, 1)) == Currency.CURRENT


def test_a_draft_and_an_act_that_begins_later_are_not_yet_in_force():
    assert currency(standing(status="draft")) == Currency.NOT_YET_IN_FORCE
    assert currency(standing(in_force_from="2027-01-01")) == Currency.NOT_YET_IN_FORCE
    assert currency(standing(in_force_from=None), "2027-01-01") == Currency.NOT_YET_IN_FORCE


def test_adopted_is_not_yet_in_force():
    known = standing(in_force_from="2026-08-01", held=("2026-06-13",))
    assert currency(known, "2026-06-13", date(2026, 7, 15)) == Currency.NOT_YET_IN_FORCE
    assert currency(known, "2026-06-13", date(2026, 8, 1)) == Currency.CURRENT


def test_a_status_written_before_the_day_of_entry_into_force_does_not_outlive_it():
    known = standing(status="not_yet_in_force", in_force_from="2026-05-01")
    assert currency(known) == Currency.CURRENT


def test_a_later_text_of_an_act_long_in_force_is_not_in_force_at_an_earlier_date():
    assert currency(standing(), "2024-01-01", date(2022, 1, 1)) == Currency.NOT_YET_IN_FORCE


def test_an_amendment_without_any_date_leaves_the_text_unknown():
    assert currency(standing(amendments=(Amendment("x", None, None),))) == Currency.UNKNOWN


def test_a_digest_of_an_act_of_unknown_status_is_unknown():
    assert currency(standing(status="unknown"), authority="digest") == Currency.UNKNOWN
    assert currency(standing(held=("2026-05",)), authority="digest") == Currency.CURRENT
    assert currency(standing(held=("2024-05",)), authority="digest") == Currency.UNKNOWN

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import as_of_date, earliest, is_partial_date, latest
from assistant.errors import InputError


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_full_date_means_one_day(day):
    assert earliest(day.isoformat()) == latest(day.isoformat()) == as_of_date(day.isoformat()) == day


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_a_month_spans_its_first_to_its_last_day(year, month):
    text = f"{year:04}-{month:02}"
    assert earliest(text).day == 1
    assert latest(text).day in (28, 29, 30, 31)
    assert (earliest(text).month, latest(text).month) == (month, month)


@pytest.mark.parametrize("text", ["", "вчера", "2026-13", "2026-02-30", "26-02-01", "2026/02/01", "2026-2-1"])
def test_what_is_no_date_is_refused_and_the_form_is_named(text):
    assert not is_partial_date(text)
    with pytest.raises(InputError) as caught:
        as_of_date(text)
    assert "YYYY-MM-DD" in caught.value.en
    assert "ГГГГ-ММ-ДД" in caught.value.ru

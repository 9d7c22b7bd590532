import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.words import holds, plain


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("лицензия", "Нужна «Лицензия»."),
        ("лицензи", "без лицензии нельзя"),
        ("учёт", "ведётся учет"),
        ("30 дней", "в течение 30 дней со дня"),
        ("1 900 000", "не более 1900000 рублей"),
        ("1900000", "не более 1 900 000 рублей"),
        ("30", "через 30, но не позже"),
        ("fifty|50", "at most 50 people"),
        ("fifty|50", "at most Fifty people"),
        ("ИИ", "технологии ИИ."),
        ("10-15", "от 10–15 лет"),
        ("№ 490", "Указ № 490"),
    ],
)
def test_words_that_stand_in_a_text(entry, text):
    assert holds(entry, plain(text))


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("лицензия", "нужна лицензию"),
        ("30", "300 дней"),
        ("30", "130 дней"),
        ("30", "в 1,30 раза"),
        ("30", "30,5 дня"),
        ("30", "30.2"),
        ("900", "1 900 000"),
        ("ИИ", "ИИС и другие"),
        ("не", "нельзя"),
        ("право", "неправо"),
        ("a|b", "c"),
        ("«»", "«»"),
    ],
)
def test_words_that_do_not(entry, text):
    assert not holds(entry, plain(text))


@given(st.text(alphabet="абвёе «»-– ", min_size=0, max_size=30), st.sampled_from(["рожь", "12", "to be"]))
def test_an_entry_stands_between_whatever_words_stand_around_it(around, entry):
    assert holds(entry, plain(f"{around} {entry} {around}"))

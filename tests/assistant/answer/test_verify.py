import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.verify import cuts_negation, disagreement, locate

TEXT = "Садовник не вправе лить более 300 литров. Объём «воды» — учитывается ежемесячно."


def found(quote):
    place = locate(quote, TEXT, 0, len(TEXT))
    return TEXT[place[0] : place[1]] if place else None


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("Садовник не вправе лить", "Садовник не вправе лить"),
        ('Объем "воды" - учитывается', "Объём «воды» — учитывается"),
        ("садовник  не\nвправе", "Садовник не вправе"),
        ("более 300 литров.", "более 300 литров"),
    ],
)
def test_typography_is_forgiven_and_the_words_of_the_text_come_back(quote, expected):
    assert found(quote) == expected


@pytest.mark.parametrize(
    "quote", ["Садовник вправе лить", "более 900 литров", "более 30 литров", "адовник не вправе", "", "не"]
)
def test_another_word_number_or_a_dropped_negation_is_another_text(quote):
    assert found(quote) is None


@given(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT)))
def test_what_is_located_is_the_quotation_up_to_typography(start, length):
    quote = TEXT[start : start + length]
    place = locate(quote, TEXT, 0, len(TEXT))
    if place:
        plain = "".join(c for c in quote.lower() if c.isalnum())
        assert "".join(c for c in TEXT[place[0] : place[1]].lower() if c.isalnum()) == plain


@pytest.mark.parametrize(
    ("claim", "quote", "fault"),
    [
        ("Up to 900 litres.", "до 300 литров", "number"),
        ("Полив разрешён.", "Полив не разрешён.", "negation"),
        ("Садовник обязан поливать.", "Садовник вправе поливать.", "duty"),
        ("The gardener may water.", "The gardener shall water.", "permission"),
    ],
)
def test_a_claim_that_says_other_than_its_quotation_is_named(claim, quote, fault):
    assert fault in (disagreement(claim, quote) or "")


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Садовник обязан поливать розы.", "Садовник должен поливать розы."),
        ("Взнос составляет 7,6 процента.", "Взнос составляет 7.6 процента."),
    ],
)
def test_a_true_restatement_passes(claim, quote):
    assert disagreement(claim, quote) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Выплата до 1 900 000 рублей.", "900 000 рублей"),
        ("Взнос 12,5 процента дохода.", "5 процента дохода"),
        ("Сумма 300 000 рублей.", "Сумма 300"),
    ],
)
def test_a_part_of_a_number_is_not_that_number(text, quote):
    assert locate(quote, text, 0, len(text)) is None


def test_a_quotation_cut_before_the_negation_is_noticed():
    text = "Субсидия не предоставляется организациям. Грант предоставляется всем."
    for quote, cut in (("предоставляется организациям", True), ("Грант предоставляется всем", False)):
        place = locate(quote, text, 0, len(text))
        assert cuts_negation(text, place, 0, len(text)) is cut

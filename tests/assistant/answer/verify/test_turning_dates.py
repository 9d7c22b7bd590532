import pytest

from assistant.answer.verify.turning_dates import turned_dates

BY = "Member States shall establish a sandbox, which shall be operational by 2 August 2027."


@pytest.mark.parametrize(
    "claim", ["Песочница работает не ранее 2 августа 2027 г.", "It opens from 2 August 2027."]
)
def test_a_date_until_which_is_no_date_from_which(claim):
    assert turned_dates(claim, BY)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Песочница должна работать не позднее 2 августа 2027 г.", BY),
        ("The sandbox of 2 August 2027 is national.", BY),
        ("Штрафы применяются с 2 августа 2025 г.", "penalties will not apply before 2 August 2025"),
        ("It applies from 2 August 2025.", "the chapters become applicable on 2 August 2025"),
        ("It applies from 1 May 2030.", BY),
    ],
)
def test_the_same_end_a_negation_or_another_date_turn_nothing(claim, quote):
    assert turned_dates(claim, quote) == []

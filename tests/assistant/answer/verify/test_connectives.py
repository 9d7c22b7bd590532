import pytest

from assistant.answer.verify import Quoted, faults

EITHER = "носители уничтожаются физически или информация на них стирается без возможности восстановления"
ALL = "для системы актуальны угрозы 2-го типа и система обрабатывает данные более чем 100000 субъектов"


def kinds(claim, quote):
    return {fault.kind for fault in faults(claim, [Quoted(quote)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "Носители одновременно уничтожаются физически, информация на них стирается без восстановления.",
            EITHER,
        ),
        ("Уровень нужен, если актуальны угрозы 2-го типа или система обрабатывает данные.", ALL),
        (
            "The plan rests on Union law and national law alike.",
            "the plan shall be based on Union law or national law",
        ),
    ],
)
def test_what_is_a_choice_is_not_demanded_together_nor_the_other_way_round(claim, quote):
    assert "restriction" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Носители уничтожают или стирают с них информацию без возможности восстановления.", EITHER),
        ("Уровень нужен, если актуальны угрозы 2-го типа и система обрабатывает данные.", ALL),
        (
            "Закон не действует для органов или операторов.",
            "закон не распространяется на органы и операторов",
        ),
    ],
)
def test_the_same_choice_and_a_list_that_is_denied_pass(claim, quote):
    assert "restriction" not in kinds(claim, quote)

import pytest

from assistant.answer.verify import Cited, Quoted, faults


def kinds(claim, quote, cited=None):
    return {fault.kind for fault in faults(claim, [Quoted(quote, cited)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Правила сада остаются в силе.", "признать утратившими силу правила сада"),
        ("The rules stop applying in May.", "The rules shall apply from May"),
        (
            "Совет принимает делегированный акт о саде.",
            "The Council shall adopt an implementing act on the garden",
        ),
        ("Полив идёт независимо от погоды.", "полив идет при необходимости"),
        ("The gardener works in isolation from the council.", "садовник взаимодействует с советом"),
        ("Введены менее строгие правила.", "more restrictive rules are introduced"),
    ],
)
def test_the_opposite_of_what_is_quoted_is_a_fault(claim, quote):
    assert "opposite" in kinds(claim, quote)


def test_a_condition_turned_round_with_a_negation_is_no_opposite():
    assert "opposite" not in kinds("Розы поливают, если не идёт дождь.", "Roses are watered unless it rains")
    assert "opposite" not in kinds("Полив не запрещён.", "полив разрешен")


def test_a_word_of_the_acts_own_name_is_no_opposite():
    named = Cited("ru-x-1-2020", "ru", "p1", ("О национальной программе садов",))
    quote = "местные сады поливают утром"
    claim = "По национальной программе сады поливают утром."
    assert "opposite" in kinds(claim, quote)
    assert "opposite" not in kinds(claim, quote, named)


def test_an_opposite_elsewhere_in_a_long_quotation_is_about_something_else():
    quote = (
        "Сады поливают утром. " + "Порядок учета воды и сроки отчетов определяет правление общества. " * 4
        + "Местные водопроводы ремонтирует подрядчик."
    )  # fmt: skip
    assert "opposite" not in kinds("Национальные сады поливают утром.", quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Совет применяет недоверенные машины для полива сада.", "совет применяет доверенные машины для полива сада"),
        ("The council uses compatible machines to water gardens.",
         "The council uses incompatible machines to water gardens"),
        ("The fine is three per cent or one million if that is less.",
         "a fine of three per cent or one million, whichever is higher"),
        ("Watering young roses falls under the rules.", "The rules say that young roses in watering are not covered by"),
    ],
)  # fmt: skip
def test_a_prefix_or_a_negation_makes_an_opposite(claim, quote):
    assert "opposite" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Совет применяет недоверенные машины для полива.", "совет применяет не доверенные машины для полива"),
        ("Information on the rose garden is kept.", "The formation of the rose garden is kept"),
        ("The council decides whether to ban roses.",
         "Решение о запрещении роз принимается уполномоченным советом"),
    ],
)  # fmt: skip
def test_words_that_only_begin_like_opposites_are_none(claim, quote):
    assert "opposite" not in kinds(claim, quote)


def test_a_part_of_an_article_is_no_part_of_a_whole():
    assert "opposite" not in kinds(
        "Over 50 % of all roses are watered.",
        "более 50 процентов роз, указанных в части 7 статьи 3, поливают",
    )


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The council shall grant the licence.", "The council shall deny the licence"),
        ("The operator shall connect the pump.", "The operator shall disconnect the pump"),
        ("The council may block access to the garden.", "The council may unblock access to the garden"),
        ("The gardener must activate the pump.", "The gardener must deactivate the pump"),
        ("The gardener may sell the roses.", "The gardener may buy the roses"),
        ("The gardener shall collect the records.", "The gardener shall destroy the records"),
    ],
)
def test_a_verb_after_a_modal_word_is_read_as_one_of_a_pair(claim, quote):
    assert "opposite" in kinds(claim, quote)

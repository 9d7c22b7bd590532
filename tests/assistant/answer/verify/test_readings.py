"""What a claim and its quotation say of need, permission, bearers, numbers and qualities, read together."""

import pytest

from assistant.answer.verify import Cited, Quoted, faults

MAY = "2. The Board advises the Commission. To that end, the Board may:"
LAW = Cited("ru-fz-149-2006", "ru", "st10.7/ch2", ("149-ФЗ", "Об информации", "fz149_10_2_2"))


def kinds(claim, quote, lead_in="", cited=None):
    return {each.kind for each in faults(claim, [Quoted(quote, cited, lead_in, lead_in=lead_in)])}


@pytest.mark.parametrize(
    ("claim", "quote", "lead_in"),
    [
        (
            "The Commission must ask for documents.",
            "the Commission may ask for documents where necessary",
            "",
        ),
        (
            "Governments are obliged to give people skills.",
            "governments should give people the necessary skills",
            "",
        ),
        ("The Board shall help the Commission build expertise.", "help the Commission build expertise", MAY),
        (
            "The Commission is required to lay down common rules.",
            "the Commission may lay down common rules for the obligations of Article 53",
            "",
        ),
    ],
)
def test_what_is_needed_for_something_makes_no_duty_of_a_permission(claim, quote, lead_in):
    assert "force" in kinds(claim, quote, lead_in)


@pytest.mark.parametrize(
    ("claim", "quote", "lead_in"),
    [
        (
            "The Board may help build the expertise needed to apply it.",
            "build expertise required for applying it",
            MAY,
        ),
        ("The report names limits on when AI may be used.", "the report names use limits for AI", ""),
        ("No penalties can apply until 2 August 2025.", "penalties will not apply before 2 August 2025", ""),
        ("Нужен действенный надзор.", "имеется действенный надзор", "допускается при соблюдении условий:"),
    ],
)
def test_questions_needs_and_conditions_are_read_as_such(claim, quote, lead_in):
    assert "force" not in kinds(claim, quote, lead_in)


def test_an_actor_from_above_does_not_take_the_place_of_the_one_quoted():
    quote = "по запросу уполномоченного органа оператор обязан представить документы"
    above = "Права субъекта персональных данных"
    true = "По запросу уполномоченного органа оператор обязан представить документы."
    false = "По запросу субъекта персональных данных оператор обязан представить документы."
    assert {each.kind for each in faults(false, [Quoted(quote, context=above)])} == {"actor"}
    assert faults(true, [Quoted(quote, context=above)]) == []


def test_names_of_files_lend_a_claim_no_numbers():
    quote = "информация предоставляется в течение двадцати дней"
    assert "number" in kinds("Информация предоставляется в течение 10 дней.", quote, cited=LAW)


def test_numbers_of_two_acts_are_not_mixed():
    quote = "Article 35 of Regulation (EU) 2016/679 and Article 39 of Regulation (EU) 2018/1725"
    assert "place" in kinds("Article 35 of Regulation 2018/679 applies.", quote, cited=LAW)
    assert "place" not in kinds("Article 35 of Regulation 2016/679 applies.", quote, cited=LAW)


def test_a_quality_with_a_negating_prefix_excuses_no_other_negation():
    quote = "провайдер обязан незамедлительно удалить недостоверную информацию"
    assert "negation" in kinds("Провайдер не удаляет недостоверную информацию.", quote)
    assert kinds("Провайдер удаляет недостоверную информацию.", quote) == set()


def test_not_affect_and_unaffected_are_one():
    quote = "This Article shall not affect the prohibitions of other Union law"
    assert "negation" not in kinds(
        "The prohibitions of other Union law remain unaffected by this Article.", quote
    )

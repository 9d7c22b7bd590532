import pytest

from assistant.answer.verify import Quoted, faults


def kinds(claim, quote, lead_in=""):
    return {fault.kind for fault in faults(claim, [Quoted(quote, context=lead_in, lead_in=lead_in)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Сад открывают, только если полив закончен.", "Сад открывается при законченном поливе"),
        ("The garden opens only if it is watered.", "For the garden to open, it must be watered"),
        ("Roses can be watered only if a law of the garden permits it.",
         "for roses to be watered, a law adopted in the garden must exist"),
        ("The beds can only be watered narrowly.", "The beds have a limited supply of water"),
    ],
)  # fmt: skip
def test_only_if_says_of_a_condition_what_the_rule_says(claim, quote):
    assert "restriction" not in kinds(claim, quote)


def test_what_is_demanded_for_an_action_is_a_condition_of_its_permission():
    claim = "Roses can be watered only if a law of the garden permits it."
    assert not kinds(claim, "for roses to be watered, a law adopted in the garden must exist")
    assert "force" in kinds(claim, "for a law of the garden to hold, roses must be watered")


def test_only_is_not_added_to_a_rule_without_a_condition():
    assert "restriction" in kinds("Сад поливает только садовник.", "Сад поливает садовник")
    assert "restriction" in kinds("Roses leave only after a year.", "Roses must leave at any time")


def test_an_item_is_read_with_the_numbers_of_its_lead_in():
    lead_in = "12. Полив 4-го уровня нужен хотя бы при одном из следующих условий:"
    assert not kinds("The fourth level of watering is needed for roses.", "для роз", lead_in) & {"number"}
    assert "number" in kinds("The third level of watering is needed for roses.", "для роз", lead_in)
    assert "number" in kinds("There are 12 levels of watering for roses.", "для роз", lead_in)


def test_what_a_lead_in_makes_a_duty_may_not_become_a_permission():
    lead_in = "Садовник обязан:"
    assert "force" in kinds("Садовник может поливать розы.", "поливать розы", lead_in)
    assert not kinds("Садовник должен поливать розы.", "поливать розы", lead_in)
    assert not kinds("Садовник может поливать розы.", "поливать розы", "Садовник вправе:")


def test_a_term_named_without_a_number_is_one():
    quote = "The gardener keeps the journal for at least six months"
    assert "number" in kinds("Садовник хранит журнал не менее месяца.", quote)
    assert not kinds("Садовник хранит журнал не менее полугода.", quote)


def test_not_before_a_term_is_not_within_it():
    quote = "The garden is watered within 60 days of the order"
    assert "bound" in kinds("Сад поливают не ранее чем через 60 дней после приказа.", quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Грант получают только вузы.", "Грант получают вузы и общества с ограниченной ответственностью"),
        ("Only universities receive the grant.",
         "The grant is received by universities and private limited companies"),
    ],
)  # fmt: skip
def test_a_company_with_limited_in_its_name_narrows_nothing(claim, quote):
    assert "restriction" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Передача допускается только после оплаты.", "Передача допускается. После передачи данные хранятся"),
        ("Передача допускается только после оплаты.", "Передача допускается. После оплаты журнал хранится"),
        (
            "Transfer is allowed only after payment.",
            "Transfer is allowed. After the transfer the data are kept",
        ),
        ("Сад поливают только с согласия владельца сада.", "При осмотре сада сад поливают"),
        ("Сад поливают, только если получено согласие.", "Согласие должно храниться. Сад поливают"),
    ],
)
def test_only_if_is_borne_out_by_no_condition_of_something_else(claim, quote):
    assert "restriction" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Сад поливают только при согласии владельца.", "Сад поливают при соблюдении условий: а) согласие владельца; б) вода"),
        ("The data are kept only after payment.", "После оплаты данные хранятся"),
        ("The garden opens only after 60 days.", "After 60 days the garden opens"),
    ],
)  # fmt: skip
def test_only_if_is_borne_out_by_a_list_of_conditions_and_in_the_other_language(claim, quote):
    assert "restriction" not in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Оператор вправе передавать данные только с согласия.", "При обработке оператор обязан передавать данные"),
        ("The operator may transfer data only with consent.", "When processing, the operator shall transfer data"),
        ("Оператор вправе передавать данные только с согласия.",
         "При получении согласия оператор обязан передавать данные"),
        ("Оператор вправе передать данные не ранее чем через 60 дней.",
         "Оператор обязан передать данные не ранее чем через 60 дней"),
    ],
)  # fmt: skip
def test_a_condition_or_a_term_makes_no_permission_of_a_duty(claim, quote):
    assert "force" in kinds(claim, quote)


@pytest.mark.parametrize(
    ("own", "wrong"),
    [("в течение 10 рабочих дней", True), ("в течение 10 дней", True), ("в течение одного дня", True), ("о 10 сортах", False)],
)  # fmt: skip
def test_the_term_of_a_lead_in_is_not_that_of_an_item_with_its_own(own, wrong):
    lead_in = "Садовник в течение 3 рабочих дней обязан:"
    claim = "Садовник представляет отчёт в течение 3 рабочих дней."
    assert ("number" in kinds(claim, f"б) представляет отчет {own}", lead_in)) is wrong

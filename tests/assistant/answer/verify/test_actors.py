import pytest

from assistant.answer.verify import Cited, Quoted, faults


def kinds(claim, quote, cited=None):
    return {fault.kind for fault in faults(claim, [Quoted(quote, cited)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Министр обороны готовит доклад.", "the Secretary of Defense shall prepare a report"),
        ("Физлица и юрлица платят взнос.", "физические и юридические лица платят взнос"),
        ("It is for the council to judge the roses.", "the council will assess the roses"),
        ("Граждане платят взнос.", "natural persons pay the contribution"),
        ("Эксплуатирующее лицо хранит журнал.", "the deployer keeps the logs"),
        ("Роскомнадзор ведёт реестр.",
         "федеральный орган исполнительной власти, осуществляющий функции по контролю и надзору в сфере средств "
         "массовой информации, массовых коммуникаций, информационных технологий и связи, ведет реестр"),
        ("Получатели грантов отчитываются.", "при получении ими грантов отчитываются"),
    ],
)  # fmt: skip
def test_a_body_or_role_under_another_name_passes(claim, quote):
    assert "actor" not in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("В Китае растут розы.", "в США растут розы"),
        ("Банк России ведёт реестр.", "уполномоченный орган ведет реестр"),
        ("Оператор вправе обжаловать действия оператора.", "субъект персональных данных вправе обжаловать действия оператора"),
        ("The operator must notify the data subject.", "субъект персональных данных обязан уведомить оператора"),
    ],
)  # fmt: skip
def test_another_body_or_a_swapped_bearer_is_a_fault(claim, quote):
    assert "actor" in kinds(claim, quote)


def test_the_issuer_known_from_the_cited_act_may_be_named():
    act = Cited("us-nist-x", "us", "s1", ("NIST X 1-1", "Framework"))
    quote = "Risk management should be continuous"
    assert "actor" not in kinds("NIST says that risk management should be continuous.", quote, act)
    assert "actor" in kinds("NIST says that risk management should be continuous.", quote)


@pytest.mark.parametrize(
    "named", ["Parliament", "court", "police", "government", "importer and to distributor"]
)
def test_a_body_named_without_an_article_after_to_is_no_verb(named):
    assert "actor" in kinds(
        f"The operator shall report to {named}.", "The operator shall report to the Commission"
    )

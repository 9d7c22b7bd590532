import pytest

from assistant.answer.verify import Cited, Quoted, faults

LAW = Cited("ru-fz-152-2006", "ru", "st21/ch3.1/p1", ("152-ФЗ", "О персональных данных"), ("2006-07-27",))
LEAK = (
    "в течение двадцати четырех часов оператор обязан уведомить уполномоченный орган о произошедшем инциденте"
)
FINE = "administrative fines of up to EUR 35 000 000 or up to 7 % of total worldwide annual turnover"


def kinds(claim, quote, cited=None, context=""):
    return {fault.kind for fault in faults(claim, [Quoted(quote, cited, context)])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Оператор должен сообщить об инциденте за 24 часа.", LEAK),
        ("Within 24 hours the operator must report the incident.", LEAK),
        ("The fine is up to 35 million euros or 7 per cent of turnover.", FINE),
        ("Штраф — до 35 млн евро или до семи процентов оборота.", FINE),
        ("Хранить журналы нужно не менее полугода.", "хранить журналы не менее шести месяцев"),
    ],
)
def test_a_true_statement_in_other_words_passes(claim, quote):
    assert kinds(claim, quote) == set()


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("Оператор должен сообщить об инциденте за 72 часа.", LEAK, "number"),
        ("Within 24 days the operator must report the incident.", LEAK, "number"),
        ("Оператор вправе сообщить об инциденте за 24 часа.", LEAK, "force"),
        ("The fine is at least 35 million euros or 7 per cent of turnover.", FINE, "bound"),
        ("Штраф — до 35 млн евро или до шести процентов оборота.", FINE, "number"),
        ("Банк России обязан уведомить уполномоченный орган за 24 часа.", LEAK, "actor"),
        ("Оператор не обязан сообщать об инциденте за 24 часа.", LEAK, "force"),
        ("Полив бывает реже.", "полив бывает чаще", "opposite"),
        ("Полив разрешён только утром.", "полив разрешен утром", "restriction"),
        ("Акт принят 1 мая 2023 года.", "акт принят 1 мая 2022 года", "date"),
    ],
)
def test_one_changed_fact_is_named(claim, quote, kind):
    assert kind in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("По ч. 3.1 ст. 21 закона 152-ФЗ на уведомление даётся 24 часа.", False),
        ("По ч. 3.1 ст. 22 закона 152-ФЗ на уведомление даётся 24 часа.", True),
        ("По ч. 3.1 ст. 21 закона 149-ФЗ на уведомление даётся 24 часа.", True),
    ],
)
def test_the_article_and_the_act_named_are_those_cited(claim, wrong):
    assert ("place" in kinds(claim, LEAK, LAW)) is wrong

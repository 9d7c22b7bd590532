import pytest

from assistant.answer.verify import Cited, Quoted, faults

LAW = Cited("ru-fz-152-2006", "ru", "st21/ch3.1/p1", ("152-ФЗ", "О персональных данных"), ("2006-07-27",))
GARDENS = Cited("ru-fz-1-2020", "ru", "st1", ("1-ФЗ", "О садах"))
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


@pytest.mark.parametrize(
    ("claim", "quote", "wrong"),
    [
        ("Оператор удаляет сведения за 24 часа.", "в течение суток оператор удаляет сведения", False),
        ("Журнал хранится год.", "журнал хранится шесть месяцев", True),
        ("Проверка проходит раз в год.", "проверка проводится раз в три года", True),
        ("Отчёт подают раз в год.", "отчет подается ежегодно, а план — раз в три года", False),
        ("Названы три условия.", "условия: а) вода; б) свет; в) тепло", False),
        ("Названы четыре условия.", "условия: а) вода; б) свет; в) тепло", True),
        ("Платят меньшую из двух величин.", "the percentage or the amount, whichever is lower", False),
    ],
)
def test_times_and_lists_are_counted_also_where_no_number_is_written(claim, quote, wrong):
    assert ("number" in kinds(claim, quote)) is wrong


def test_the_number_of_the_cited_item_is_no_quantity():
    item = Cited("ru-fz-1-2020", "ru", "st13/ch3/p2", ())
    assert "number" not in kinds("Item 2 names a pond.", "пруд", item)
    assert "number" in kinds("Item 4 names a pond.", "пруд", item)


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [("Закон о персональных данных требует согласия.", False), ("Закон о КИИ требует согласия.", True),
     ("The Information Law requires consent.", True), ("Налоговый кодекс требует согласия.", True)],
)  # fmt: skip
def test_an_act_called_by_another_name_is_a_fault(claim, wrong):
    assert ("place" in kinds(claim, "требуется согласие", LAW)) is wrong


@pytest.mark.parametrize(
    ("claim", "quote", "cited", "wrong"),
    [
        ("Закон об АПК требует копию.", "А подавать копию нужно в совет", LAW, True),
        ("Закон о ПД требует копию.", "нужна копия", LAW, False),
        ("Закон о ПД требует копию.", "по закону «О персональных данных» нужна копия", GARDENS, False),
        ("Закон о ПД требует копию.", "для передачи документов нужна копия", GARDENS, True),
    ],
)
def test_initials_of_an_act_are_those_of_its_title_and_of_no_other_words(claim, quote, cited, wrong):
    assert ("place" in kinds(claim, quote, cited)) is wrong

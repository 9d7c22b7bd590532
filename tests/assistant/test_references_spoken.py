import pytest

from assistant.references_spoken import in_digits


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("что требует указ двести пятьдесят?", "что требует указ 250?"),
        ("указ президента номер четыреста девяносто", "указ президента номер 490"),
        ("сто пятьдесят второй закон про согласие", "152 закон про согласие"),
        ("что в сто сорок девятом ФЗ", "что в 149 ФЗ"),
        ("пункт двадцать семь стратегии", "пункт 27 стратегии"),
        ("Article ninety-nine of the AI Act", "Article 99 of the AI Act"),
    ],
)
def test_a_number_said_beside_an_act_or_provision_becomes_digits(question, written):
    assert in_digits(question) == written


@pytest.mark.parametrize(
    "question",
    [
        "штраф двести пятьдесят рублей",
        "второй закон об ИИ",
        "два закона",
        "за двадцать четыре часа",
        "one law",
    ],
)
def test_amounts_stay_as_they_are(question):
    assert in_digits(question) == question

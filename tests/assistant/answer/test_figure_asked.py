"""A question for a figure is answered by a figure of its kind, or not at all."""

from __future__ import annotations

import pytest

from assistant.answer.figure_asked import kind_asked, states


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Какую ежегодную плату вносит садовник за вход в сад?", "money"),
        ("Сколько стоит членство в клубе?", "money"),
        ("Сколько всего денег даёт фонд?", "money"),
        ("What accuracy, in percent, must a shears model reach?", "share"),
        ("How often, in months, is the garden inspected?", "time"),
        ("What hourly rate may a gardener charge?", "money"),
        ("What rent per acre applies to the pond?", "money"),
        ("Какой процент затрат возмещает субсидия?", "share"),
        ("За сколько рабочих дней отвечает сторож?", "time"),
        ("How many working days do we get?", "time"),
        ("Сколько человек входит в совет?", "count"),
        ("What is the maximum number of guests?", "count"),
        ("Under the Act, how many days does it have?", "time"),
        ("When we publish the summary, how many domains must be listed?", "count"),
        ("Budget question from finance: how much does a notified body charge for it?", "money"),
        ("Какого размера президентская стипендия полагается учёным?", "money"),
        ("number of visas reserved for experts", "count"),
        ("Какие бюджетные учреждения подпадают под указ 250?", None),
        ("Какой орган утверждает бюджет программы?", None),
        ("Какие документы подтверждают стоимость оборудования?", None),
        ("Which authority sets the fees?", None),
        ("Which costs are reimbursed?", None),
        ("How much must be disclosed about training data?", None),
        ("How much does the AI Act differ from the Russian law?", None),
        ("Which bodies share incident data?", None),
        ("What must providers share with authorities?", None),
        ("Does the AI Act apply if a large number of people are affected?", None),
        ("Which body decides on the number of members of the panel?", None),
        ("Which systems process data in hours?", None),
        ("Какие две памятки бюджетного управления США велено переписать и за сколько дней?", None),
        ("Станут ли следить, сколько денег привлекают?", None),
        ("Nobody at our bank knows how many smart models we run. Which arrangement does NIST want?", None),
        ("Кто входит в совет и сколько стоит вход?", None),
        ("С какого числа открыт сад?", None),
        ("За какой период считают долю доходов?", None),
        ("What is the cost of compliance for and who pays it?", None),
        ("Какой сумме равен штраф и когда его платят?", None),
    ],
)
def test_what_kind_of_figure_is_asked_for(question, kind):
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "lang", "stated"),
    [
        ("Плата за вход составляет 300 рублей.", "money", "ru", True),
        ("Вход для малых предприятий бесплатный.", "money", "ru", True),
        ("Access is free of charge for small enterprises.", "money", "en", True),
        ("По статье 10.2 садовник уведомляет сторожа в течение 5 дней.", "money", "ru", False),
        ("Budget: 8.3 billion is set for the third wave.", "money", "en", True),
        ("Штраф составляет 3 % выручки.", "money", "ru", True),
        ("Доля доходов не менее 70 %.", "share", "ru", True),
        ("Доля доходов определена в пункте 4 статьи 7.", "share", "ru", False),
        ("Сторож отвечает в течение пяти рабочих дней.", "time", "ru", True),
        ("The report under Article 73(2) is sent immediately.", "time", "en", True),
        ("Отчёт подаётся в месячный срок.", "time", "ru", True),
        ("Реестр действует до 31 декабря 2030 г.", "time", "ru", True),
        ("The report under Article 73(2) is sent to the authority.", "time", "en", False),
        ("Возмещается одна треть затрат.", "share", "ru", True),
        ("В совет входят семь человек.", "count", "ru", True),
        ("Отчёт подаётся в течение 30 дней.", "count", "ru", False),
        ("Совет собирается два раза в год.", "count", "ru", True),
        ("Each Member State designates at least one authority.", "count", "en", True),
        ("Область создала совет в числе первых.", "count", "ru", False),
        ("The Region was among the first to form a council.", "count", "en", False),
        ("Во второй группе четыре участника.", "count", "ru", True),
        ("Совет создан указом от 3 февраля 2024 г. № 7.", "count", "ru", False),
    ],
)
def test_whether_a_text_states_such_a_figure(text, kind, lang, stated):
    assert states(text, kind, lang) is stated

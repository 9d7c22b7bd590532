"""Which questions ask whether a company can have a measure, and what is answered to them."""

from datetime import date

import pytest

from assistant.eligibility.asked import MOST_MEASURES, check_asked
from assistant.eligibility.measures import measures
from assistant.eligibility.profile import Profile

TODAY = date(2026, 11, 29)

CHECKS = [
    ("Может ли компания с долей ИТ-доходов 40 % получить аккредитацию?", "it_accreditation", {"it_income_share": "40"}),
    ("Можем ли мы получить ИТ-аккредитацию, если доля ИТ-доходов 25 %?", "it_accreditation", {"it_income_share": "25"}),
    ("Можно ли получить аккредитацию, если доля ИТ-доходов 31 %?", "it_accreditation", {"it_income_share": "31"}),
    ("Наша доля ИТ-доходов 28 %. Можем ли мы аккредитоваться?", "it_accreditation", {"it_income_share": "28"}),
    ("ООО, 12 человек, доля ИТ 65 %, Калининград. Можем ли мы получить аккредитацию?", "it_accreditation",
     {"org_form": "company", "staff": "12", "it_income_share": "65", "region": "Калининградская область"}),
    ("Сможем ли мы подтвердить аккредитацию, если доля госучастия 60 %?", "it_accreditation", {"state_share": "60"}),
    ("Хватит ли доли ИТ-доходов 29 % для аккредитации?", "it_accreditation", {"it_income_share": "29"}),
    ("Потеряем ли мы аккредитацию, если доля ИТ-доходов 20 %?", "it_accreditation", {"it_income_share": "20"}),
    ("Вправе ли мы получить аккредитацию, если доля ИТ 31 %, а доля государства 10 %?", "it_accreditation",
     {"it_income_share": "31", "state_share": "10"}),
    ("Достаточно ли доли ИТ-доходов 71 % для пониженного налога на прибыль?", "profit_tax_5", {"it_income_share": "71"}),
    ("Вправе ли мы применять пониженный налог на прибыль, если доля ИТ 69 %?", "profit_tax_5", {"it_income_share": "69"}),
    ("Имеем ли мы право на льготу по налогу на прибыль при доле ИТ 75 % по Налоговому кодексу?", "profit_tax_5",
     {"it_income_share_tax": "75"}),
    ("Подходит ли наша компания под освобождение от НДС, если программа в реестре?", "vat_exemption",
     {"registry_software": "yes"}),
    ("Можем ли мы применять освобождение от НДС?", "vat_exemption", {}),
    ("Доступна ли нам льгота по НДС?", "vat_exemption", {}),
    ("Положена ли нам отсрочка для ИТ-специалистов?", "it_deferral", {}),
    ("Можем ли мы претендовать на грант РФРИТ, если собственных средств 40 %?", "rfrit_ozp", {"own_share": "40"}),
    ("Можем ли мы включить программу в реестр отечественного ПО, если выплаты иностранцам 35 %?", "software_register",
     {"foreign_payments_share": "35"}),
    ("Можем ли мы участвовать в пилотах Сколково, если доля заказчика 30 %?", "skolkovo_pilot", {"customer_share": "30"}),
    ("Можно ли нам взять ИТ-ипотеку на 10 млн руб.?", "it_mortgage", {"loan_amount": "10000000"}),
    ("Распространяется ли на нас Указ 250?", "duty_infosec_250", {}),
    ("Обязаны ли мы соблюдать Указ № 250?", "duty_infosec_250", {}),
    ("Касаются ли нас рекомендательные технологии?", "duty_recommender", {}),
    ("Can our company get IT accreditation if the IT income share is 40%?", "it_accreditation", {"it_income_share": "40"}),
    ("Can a company with an IT share of 25% be accredited?", "it_accreditation", {"it_income_share": "25"}),
    ("Are we eligible for the reduced profit tax with an IT income share of 72% under the Tax Code?", "profit_tax_5",
     {"it_income_share_tax": "72"}),
    ("Do we qualify for the VAT exemption?", "vat_exemption", {}),
    ("Does Decree 250 apply to us?", "duty_infosec_250", {}),
    ("Подпадаем ли мы под Указ 250?", "duty_infosec_250", {}),
    ("Касаются ли нашей компании рекомендательные технологии?", "duty_recommender", {}),
    ("Must we comply with Decree 250?", "duty_infosec_250", {}),
    ("Доступна ли нашей компании ИТ-ипотека?", "it_mortgage", {}),
    ("Можем ли мы получить ИТ-ипотеку, если аккредитация есть?", "it_mortgage", {"accredited": "yes"}),
    ("Можем ли мы применять освобождение от НДС, если аккредитация есть?", "vat_exemption", {"accredited": "yes"}),
    ("Does our firm have to comply with Article 10.2-2 on recommender technologies?", "duty_recommender", {}),
    ("Can we get the IT mortgage for a loan of 8 mln roubles?", "it_mortgage", {"loan_amount": "8000000"}),
    ("Am I eligible for the IT mortgage if my down payment is 10%?", "it_mortgage", {"down_payment": "10"}),
    ("May we join the Skolkovo pilots if the customer pays 30%?", "skolkovo_pilot", {"customer_share": "30"}),
    ("Could we qualify for accreditation with an IT share of 31%?", "it_accreditation", {"it_income_share": "31"}),
    ("Would our company be eligible for accreditation with an IT share of 31%?", "it_accreditation", {"it_income_share": "31"}),
    ("Какие меры поддержки доступны компании с долей ИТ-доходов 65 % и штатом 12 человек?", None,
     {"it_income_share": "65", "staff": "12"}),
    ("Какие льготы доступны компании из Калининграда?", None, {"region": "Калининградская область"}),
    ("Какие льготы нам положены, если мы аккредитованы?", None, {"accredited": "yes"}),
    ("Какие льготы нам положены, если аккредитация есть?", None, {"accredited": "yes"}),
    ("На какие гранты мы можем претендовать, если доля ИТ-доходов 65 %?", None, {"it_income_share": "65"}),
    ("На какие гранты мы можем претендовать с выручкой 100 млн рублей?", None, {"revenue": "100000000"}),
    ("Какие меры поддержки может получить ООО с долей ИТ 65 %?", None, {"org_form": "company", "it_income_share": "65"}),
    ("На какие субсидии мы можем рассчитывать при доле ИТ-доходов 40 %?", None, {"it_income_share": "40"}),
    ("Which support measures can our company get with an IT share of 65%?", None, {"it_income_share": "65"}),
    ("What grants can we apply for if our IT income share is 65%?", None, {"it_income_share": "65"}),
]  # fmt: skip

OTHERS = """
Какие условия у аккредитации ИТ-компаний?
Что такое ИТ-аккредитация?
Какая доля ИТ-доходов нужна для аккредитации?
Кто проводит аккредитацию ИТ-компаний?
Кто может получить ИТ-аккредитацию?
Кому положена отсрочка?
Когда нужно подтвердить аккредитацию?
Когда мы получим ответ по аккредитации?
В какой срок рассматривают заявление об аккредитации?
Какие документы нужны для аккредитации?
Сколько платит аккредитованная компания налога на прибыль?
Сколько стоит аккредитация, если доля ИТ 40 %?
Какая ставка налога на прибыль у ИТ-компаний?
Какой налог на прибыль платит компания с долей ИТ 75 %?
Можно ли обжаловать отказ в аккредитации?
Может ли Минцифры аннулировать аккредитацию?
Кто решает, включить ли программу в реестр российского ПО?
Как получить аккредитацию?
Как нам получить аккредитацию, если доля ИТ-доходов 25 %?
Как подать заявку на грант РФРИТ?
Где посмотреть реестр отечественного ПО?
Почему аннулируют аккредитацию?
Почему нам отказали в аккредитации?
Что будет, если мы не подтвердим аккредитацию?
Чем мы рискуем, если не подтвердим аккредитацию?
Какой порядок подтверждения аккредитации?
Что изменилось в аккредитации в 2026 году?
Что обязан делать владелец рекомендательных технологий?
Что такое рекомендательные технологии?
Должны ли владельцы сайтов публиковать правила рекомендательных технологий?
Нужно ли согласие пользователя для рекомендательных технологий?
Может ли пользователь отключить рекомендательные технологии?
Какие обязанности устанавливает Указ 250?
Кто отвечает за информационную безопасность по Указу 250?
Распространяется ли Указ 250 на органы власти?
Может ли Правительство изменить Указ 250?
С какого дня действует запрет средств защиты по Указу 250?
Может ли иностранное лицо быть правообладателем программы из реестра российского ПО?
Можно ли исключить программу из реестра ПО?
Может ли ИИ быть автором произведения?
Можно ли использовать ИИ в медицине?
Может ли компания использовать персональные данные для обучения ИИ?
Наша компания аккредитована. Можем ли мы использовать ChatGPT?
Что такое экспериментальный правовой режим?
На какой срок устанавливают экспериментальный правовой режим?
Какие меры поддержки предусмотрены Стратегией развития ИИ?
Какие льготы есть у ИТ-компаний?
Какие меры поддержки получают ИТ-компании?
Какие субсидии можно получить на разработку ИИ?
Какие гранты даёт РФРИТ?
Отменят ли ИТ-ипотеку?
Действует ли ещё ИТ-ипотека?
Влияет ли аккредитация на ставку налога на прибыль?
Является ли аккредитация обязательной?
Какие меры поддержки можно получить в Казахстане?
Можем ли мы получить аккредитацию в Казахстане?
Может ли белорусская компания получить ИТ-аккредитацию?
Может ли компания в США получить налоговую льготу на ИИ?
Может ли стартап в ЕС участвовать в регуляторной песочнице?
Применяется ли Регламент об ИИ к нашей компании?
Распространяется ли AI Act на нас?
What is IT accreditation?
What share of IT income is needed for accreditation?
Who runs the accreditation of IT companies?
Who can get the IT mortgage?
When must accreditation be confirmed?
How long does the review of an accreditation application take?
What duties does Decree 250 set?
What are recommender technologies?
Which grants does RFRIT give?
What is the profit tax rate for IT companies?
Is the IT mortgage still available?
Can the ministry cancel accreditation?
Can a refusal be appealed?
Why was our accreditation cancelled?
What does the EU AI Act require of providers?
Does the EU AI Act apply to our company?
Does Executive Order 14110 apply to our startup?
Can we use emotion recognition at work under the EU AI Act?
Can a startup in Germany join a regulatory sandbox?
Can a company from Kazakhstan get IT accreditation?
May a provider place a high-risk AI system on the market?
Is our chatbot subject to the rules on recommender technologies in the EU?
Does the Strategy mention support measures?
Можем ли мы обжаловать отказ в аккредитации?
Могут ли нам отказать в аккредитации, если доля ИТ-доходов 40 %?
Могут ли нам отказать в гранте РФРИТ?
Можем ли мы отозвать заявление об аккредитации?
Должны ли мы уведомлять министерство об аккредитации?
Нужно ли нам подтверждать аккредитацию каждый год?
Обязаны ли мы ежегодно подтверждать аккредитацию?
Должны ли мы платить за аккредитацию?
Нужна ли нам аккредитация?
Можем ли мы потерять аккредитацию?
Как нам применить освобождение от НДС?
Что нам нужно, чтобы получить аккредитацию?
Где мы можем получить аккредитацию?
Какие документы нам нужны, чтобы получить ИТ-ипотеку?
Какая ответственность нам грозит по Указу 250?
Может ли компания получить аккредитацию?
Может ли ИТ-компания применять освобождение от НДС?
Can we appeal a refusal of accreditation?
Can they refuse us accreditation?
Can we lose accreditation?
Do we have to notify the ministry about recommender technologies?
Must our firm confirm accreditation every year?
How can we get accreditation?
What do we need to get accreditation?
Where can we get the IT mortgage?
Which documents do we need to get accreditation?
Can a company get accreditation?
""".strip().splitlines()


@pytest.mark.parametrize(("question", "measure", "said"), CHECKS, ids=[question for question, _, _ in CHECKS])
def test_a_question_whether_a_company_can_have_a_measure_is_a_check(question, measure, said):
    asked = check_asked(question, TODAY)
    assert asked is not None
    assert asked.measures == ((measure,) if measure else ())
    assert {name: value.text for name, value in asked.profile.values.items()} == said


@pytest.mark.parametrize("question", OTHERS)
def test_a_question_of_rules_days_people_or_other_countries_is_none(question):
    assert check_asked(question, TODAY) is None


def test_there_are_enough_of_both():
    assert len(CHECKS) >= 40 and len(OTHERS) >= 60


@pytest.mark.parametrize("name", list(measures()))
def test_every_measure_can_be_asked_for_by_its_title_and_other_names(name):
    held = measures()[name]
    for title in (held.title.ru, held.title.en, *held.aliases):
        asked = check_asked(wanted(title, held.kind), TODAY)
        if title not in ("Старт", "Start"):  # words of every day, which name a measure only beside another
            assert asked is not None and asked.measures == (name,), title


def wanted(title, kind):
    """A question without facts: whether a duty is ours, or we can have support."""
    if any("а" <= letter <= "я" for letter in title.lower()):
        return f"{'Распространяется ли на нас' if kind == 'duty' else 'Можем ли мы получить'}: {title}?"
    return f"{'Does this apply to us' if kind == 'duty' else 'Can we get this'}: {title}?"


def test_without_facts_support_is_asked_for_as_support_and_a_duty_as_a_duty():
    assert check_asked(wanted("Указ 250", "support"), TODAY) is None
    assert check_asked(wanted("Decree 250", "support"), TODAY) is None
    assert check_asked(wanted("ИТ-ипотека", "duty"), TODAY) is None
    assert check_asked(wanted("IT mortgage", "duty"), TODAY) is None


def test_what_a_question_says_of_the_company_names_no_measure():
    asked = check_asked("Можем ли мы получить ИТ-ипотеку, если аккредитации нет?", TODAY)
    assert asked.measures == ("it_mortgage",)
    assert asked.profile.values["accredited"].text == "no"


def test_what_nobody_could_place_is_kept():
    asked = check_asked(
        "Можем ли мы получить аккредитацию, если доля ИТ 40 %, а розы красные на 70 %?", TODAY
    )
    assert asked.profile.values["it_income_share"].text == "40"
    assert any("розы" in each for each in asked.unread)


def test_of_too_many_measures_at_once_none_is_checked():
    several = "аккредитацию, пониженный налог на прибыль, освобождение от НДС и ИТ-ипотеку"
    assert MOST_MEASURES == 3
    assert check_asked(f"Можем ли мы получить {several}?", TODAY) is None
    two = check_asked("Можем ли мы получить аккредитацию и освобождение от НДС?", TODAY)
    assert two.measures == ("it_accreditation", "vat_exemption")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("question", "measure", "said"), CHECKS, ids=[question for question, _, _ in CHECKS])
def test_a_check_written_out_as_a_question_is_read_back(question, measure, said, lang):
    asked = check_asked(question, TODAY)
    again = check_asked(asked.question(lang), TODAY)
    assert again.measures == asked.measures
    assert again.profile.values == asked.profile.values == Profile.of(said).values

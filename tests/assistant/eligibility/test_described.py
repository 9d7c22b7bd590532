"""A description of a company in plain words gives its facts, and nothing that it does not say."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.eligibility.described import MOST_CHARS, described
from assistant.eligibility.described_words import profile_words
from assistant.eligibility.facts import facts
from assistant.eligibility.profile import Profile
from assistant.eligibility.rules import day_of
from assistant.eligibility.values import read_value

TODAY = date(2026, 11, 29)
KALININGRAD = "Калининградская область"


def read(text):
    return {each.fact.id: each.value.text for each in described(text, TODAY).found}


SAYS = [
    # several facts in one line
    ("ООО, 12 человек, ОКВЭД 62.01, доля ИТ 65 %, Калининград",
     {"org_form": "company", "staff": "12", "main_okved": "62.01", "it_income_share": "65", "region": KALININGRAD}),
    ("ООО с долей ИТ 65 % и штатом 12 человек из Калининграда без аккредитации",
     {"org_form": "company", "staff": "12", "it_income_share": "65", "region": KALININGRAD, "accredited": "no"}),
    ("ооо. 12 чел. доля ит 65%. калининград. аккредитации нет",
     {"org_form": "company", "staff": "12", "it_income_share": "65", "region": KALININGRAD, "accredited": "no"}),
    ("Численность штата: 45; ОКВЭД: 62.09; регион: Калининградская область; аккредитация: есть",
     {"staff": "45", "main_okved": "62.09", "region": KALININGRAD, "accredited": "yes"}),
    ("Калининград\nООО\nдоля айти доходов 65 процентов\nштат — двенадцать человек",
     {"region": KALININGRAD, "org_form": "company", "it_income_share": "65", "staff": "12"}),
    ("АО \"Вектор\", ОКВЭД 62.02, численность 340 чел., госдоля 26%, доля ИТ-доходов 91%",
     {"org_form": "company", "main_okved": "62.02", "staff": "340", "state_share": "26", "it_income_share": "91"}),
    ("LLC in Kaliningrad, 12 employees, OKVED 62.01, IT income share 65%, accredited",
     {"org_form": "company", "region": KALININGRAD, "staff": "12", "main_okved": "62.01", "it_income_share": "65",
      "accredited": "yes"}),
    ("We are an LLC from Moscow with 25 employees and no state participation.",
     {"org_form": "company", "region": "Москва", "staff": "25", "state_share": "0"}),
    ("Employees: 22. Accreditation: no. IT share: 41%.",
     {"staff": "22", "accredited": "no", "it_income_share": "41"}),
    # shares
    ("доля ИТ-доходов 65,5 %", {"it_income_share": "65.5"}),
    ("Доля ИТ-доходов в 2025 году составила шестьдесят пять процентов", {"it_income_share": "65"}),
    ("65 % ИТ-доходов 10 % госучастия", {"it_income_share": "65", "state_share": "10"}),
    ("доля ИТ 65 % и госучастие 10 %", {"it_income_share": "65", "state_share": "10"}),
    ("доля ИТ-доходов в общей сумме доходов компании за прошлый год составила 65 %", {"it_income_share": "65"}),
    ("65% of our revenue comes from IT", {"it_income_share": "65"}),
    ("IT share 65, staff 12", {"it_income_share": "65", "staff": "12"}),
    ("25 % принадлежит государству", {"state_share": "25"}),
    ("доля государства 25 %, прямая доля государства 10 %", {"state_share": "25", "direct_state_share": "10"}),
    # the Tax Code's list is another
    ("доля ИТ-доходов по НК 75 %", {"it_income_share_tax": "75"}),
    ("доля ИТ-доходов 75 % по Налоговому кодексу", {"it_income_share_tax": "75"}),
    ("доля ИТ 75 % (по НК)", {"it_income_share_tax": "75"}),
    ("По Налоговому кодексу, доля ИТ 75 %", {"it_income_share_tax": "75"}),
    ("Доля ИТ-доходов у нас 72 процента, это по Налоговому кодексу.", {"it_income_share_tax": "72"}),
    ("доля ИТ 65 %, по НК 75 %", {"it_income_share": "65", "it_income_share_tax": "75"}),
    ("IT income share: 71% (Tax Code: 66%)", {"it_income_share": "71", "it_income_share_tax": "66"}),
    ("share of income from IT is 65.5 per cent under the Tax Code", {"it_income_share_tax": "65.5"}),
    # bounds and ranges
    ("более 100 человек", {"staff": "> 100"}),
    ("до 50 сотрудников", {"staff": "<= 50"}),
    ("не менее 50 сотрудников", {"staff": ">= 50"}),
    ("fewer than 10 employees", {"staff": "< 10"}),
    ("12-15 человек", {"staff": "12-15"}),
    ("доля ИТ-доходов от 60 до 70 %", {"it_income_share": "60-70"}),
    ("IT share between 60 and 70 per cent", {"it_income_share": "60-70"}),
    ("доля госучастия менее 50 процентов", {"state_share": "< 50"}),
    ("доля ИТ более 60 %, доля ИТ 65 %", {"it_income_share": "65"}),
    # money
    ("выручка 1,2 млн руб.", {"revenue": "1200000"}),
    ("выручка сто двадцать миллионов рублей", {"revenue": "120000000"}),
    ("годовая выручка не более 800 млн рублей", {"revenue": "<= 800000000"}),
    ("выручка от 5 до 7 млн руб.", {"revenue": "5000000-7000000"}),
    ("доход с момента создания 900 тыс. рублей", {"income_since_creation": "900000"}),
    ("грант 3 млн, выручка 20 млн р.", {"grant_requested": "3000000", "revenue": "20000000"}),
    ("Our revenue last year was RUB 45 million", {"revenue": "45000000"}),
    # yes and no
    ("Компания не аккредитована", {"accredited": "no"}),
    ("У нас пока нет действующей аккредитации Минцифры", {"accredited": "no"}),
    ("не только аккредитована, но и имеет программу в реестре", {"accredited": "yes", "registry_software": "yes"}),
    ("ни сайта, ни аккредитации", {"site_describes_it": "no", "accredited": "no"}),
    ("нет сайта и аккредитации", {"site_describes_it": "no", "accredited": "no"}),
    ("аккредитация есть, сайта нет", {"accredited": "yes", "site_describes_it": "no"}),
    ("аккредитации мы не получали", {"accredited": "no"}),
    ("Our accreditation was revoked", {"accredited": "no"}),
    ("We haven't been accredited yet", {"accredited": "no"}),
    ("without accreditation", {"accredited": "no"}),
    ("no state participation", {"state_share": "0"}),
    ("без иностранного участия и госучастия", {"foreign_share": "0", "state_share": "0"}),
    ("госучастие есть", {"state_share": "> 0"}),
    ("программа в реестре российского ПО", {"registry_software": "yes"}),
    ("программы в реестре ПО нет", {"registry_software": "no"}),
    ("software is not in the Russian software register", {"registry_software": "no"}),
    ("согласие на раскрытие налоговой тайны не подавали", {"tax_secrecy_consent": "no"}),
    ("не реорганизовывалась", {"reorganised_since_july_2022": "no"}),
    ("реорганизована в 2023 году", {"reorganised_since_july_2022": "yes"}),
    ("зарплата не ниже средней по региону", {"pay_not_below_average": "yes"}),
    # counts
    ("соглашения с двумя вузами", {"university_agreements": "2"}),
    ("We have agreements with three universities", {"university_agreements": "3"}),
    ("соглашений с вузами нет", {"university_agreements": "0"}),
    # dates
    ("Компания зарегистрирована 15 марта 2024 года", {"registered_on": "2024-03-15"}),
    ("основана в 2021 году", {"registered_on": "2021"}),
    ("аккредитована с марта 2023 года", {"accredited": "yes", "accredited_on": "2023-03"}),
    ("аккредитацию подтвердили 20.05.2026", {"confirmation_filed_on": "2026-05-20"}),
    ("компании 2 года", {"registered_on": "2023-11-30/2024-11-29"}),
    ("founded 2 years ago", {"registered_on": "2023-11-30/2025-11-29"}),
    ("стартап моложе 3 лет", {"registered_on": "2023-11-30/2026-11-29"}),
    ("аккредитована до 1 августа 2022 года", {"accredited": "yes", "accredited_on": "../2022-07-31"}),
    # questions state what they suppose, not what they ask
    ("может ли компания с долей ИТ-доходов 40 % получить аккредитацию?", {"it_income_share": "40"}),
    ("Can a company with IT income share of 40% get accreditation?", {"it_income_share": "40"}),
    ("нужно ли компании с долей ИТ 40 % подтверждать аккредитацию?", {"it_income_share": "40"}),
    ("Do we qualify if we have 15 employees and no accreditation?", {"staff": "15", "accredited": "no"}),
    ("Если компания не аккредитована, положены ли льготы?", {"accredited": "no"}),
    ("Can a company that is not accredited get tax benefits?", {"accredited": "no"}),
    # traps
    ("штат 100+ человек", {"staff": ">= 100"}),
    ("Доля ИТ-доходов 65 %, но не по НК, а для аккредитации", {"it_income_share": "65"}),
    ("Ни одной программы в реестре отечественного ПО у нас нет", {"registry_software": "no"}),
    ("Сайта нет и не планируется, сотрудников 6", {"site_describes_it": "no", "staff": "6"}),
    ("В аккредитации отказано, доля ИТ-доходов 29,9 %", {"it_income_share": "29.9"}),
    ("Мы дочерняя компания, доля ИТ 65 %", {"it_income_share": "65"}),
    ("у дочки 300 человек, у нас 20 человек", {"staff": "20"}),
    ("Нет сведений об аккредитации", {}),
    ("ни разу не реорганизовывались, аккредитованы с 2020",
     {"reorganised_since_july_2022": "no", "accredited": "yes", "accredited_on": "2020"}),
    ("We applied for accreditation, 12 employees", {"staff": "12"}),
    ("Revenue grew by 20%, IT share is 61%", {"it_income_share": "61"}),
    ("Платим налог на прибыль 5 %, доход от ИТ 75 % по НК", {"it_income_share_tax": "75"}),
    # codes, forms, regions
    ("основной ОКВЭД 62.01, дополнительные 62.02", {"main_okved": "62.01"}),
    ("оквэд-2: 62.01.1", {"main_okved": "62.01.1"}),
    ("код 63.11", {"main_okved": "63.11"}),
    ("не ООО, а ИП", {"org_form": "sole_trader"}),
    ("ООО «Доля 65 %», ИНН 3906123456", {"org_form": "company"}),
    ("Московская область", {"region": "Московская область"}),
    ("Ямало-Ненецкий автономный округ", {"region": "Ямало-Ненецкий автономный округ"}),
    ("registered in Kaliningrad in 2022", {"region": KALININGRAD, "registered_on": "2022"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SAYS, ids=[text[:50] for text, _ in SAYS])
def test_a_description_gives_these_facts_and_no_others(text, wanted):
    assert read(text) == wanted


SAYS_NOTHING = [
    # numbers of nobody knows what
    ("Доля 65 %", "unplaced"),
    ("выручка 120", "unplaced"),
    ("доля ИТ 0,65", "unplaced"),
    ("доля ИТ 165 %", "unplaced"),
    ("выручка 5 млн долларов", "unplaced"),
    ("доля ИТ-специалистов 65 %", "unplaced"),
    ("65 % доля ИТ-специалистов", "unplaced"),
    ("12 сотрудников получили премию", "unplaced"),
    ("обучили 300 человек", "unplaced"),
    ("ОКВЭД 62.01, 62.02", "unplaced"),
    ("программа создана в 2020 году", "unplaced"),
    ("реорганизована в 2020 году", "unplaced"),
    ("зарегистрирована в 2030 году", "unplaced"),
    ("филиал в Москве", "unplaced"),
    ("сайт есть", "unplaced"),
    ("нет сайта на английском языке", "unplaced"),
    ("аккредитация ФСТЭК есть", "unplaced"),
    ("доля ИТ 72 %, считали по НК", "unplaced"),
    ("из 40 сотрудников 30 программисты", "unplaced"),
    ("Штат вырос с 10 до 25 человек", "unplaced"),
    ("работаем в Калининграде", "unplaced"),
    ("We were accredited until 2023", "unplaced"),
    # not exact
    ("доля ИТ-доходов около 30 %", "approximate"),
    ("доля ИТ ~30 %", "approximate"),
    ("почти 40 % ИТ-доходов", "approximate"),
    ("IT income is roughly 65%", "approximate"),
    ("about a dozen employees", "approximate"),
    # of others, of rules, of other times
    ("У конкурента доля ИТ 80 %", "elsewhere"),
    ("our competitor is accredited", "elsewhere"),
    ("The parent company has 500 employees, IT share 65%", "elsewhere"),
    ("Порог доли ИТ-доходов 30 %", "elsewhere"),
    ("Нужна ли доля ИТ-доходов 30 % для аккредитации?", "elsewhere"),
    ("выручка за 2023 год 20 млн руб.", "another_time"),
    ("раньше доля ИТ была 20 %", "another_time"),
    ("доля ИТ-доходов была 65 %, стала 40 %", "another_time"),
    # of two statements none counts
    ("доля ИТ 65 %, а доля ИТ-доходов 40 %", "contradiction"),
    ("аккредитована, но аккредитации нет", "contradiction"),
    ("Калининград, Москва", "contradiction"),
    ("работаем с ИП и ООО", "contradiction"),
]


@pytest.mark.parametrize(("text", "reason"), SAYS_NOTHING, ids=[text[:50] for text, _ in SAYS_NOTHING])
def test_what_cannot_be_placed_is_left_with_the_reason(text, reason):
    found = described(text, TODAY)
    assert (read(text), found.left[0].reason) == ({}, reason)


@pytest.mark.parametrize(
    "text",
    [
        "Аккредитована ли компания?",
        "хотим получить аккредитацию",
        "Какой процент ИТ-доходов нужен для аккредитации?",
        "Как стать аккредитованной компанией?",
        "Is our company accredited?",
        "",
        " \n\t",
    ],
)
def test_what_is_asked_or_wanted_states_nothing_and_leaves_nothing(text):
    found = described(text, TODAY)
    assert (found.found, found.unread) == ((), ())


def test_both_statements_that_contradict_each_other_are_listed():
    found = described("ООО, доля ИТ 65 %, сайта нет, доля ИТ-доходов 40 %", TODAY)
    assert found.unread == ("доля ИТ 65 %", "доля ИТ-доходов 40 %")
    assert [each.fact.id for each in found.found] == ["org_form", "site_describes_it"]


def test_a_fact_rests_on_the_words_that_state_it():
    text = "Мы из Калининграда, у нас нет аккредитации, доля ИТ-доходов не менее 65 %."
    rests = {each.fact.id: text[each.start : each.end] for each in described(text, TODAY).found}
    assert rests["accredited"] == "нет аккредитации"
    assert rests["it_income_share"] == "доля ИТ-доходов не менее 65 %"


def test_what_is_left_is_told_without_what_was_read():
    found = described("ООО с госучастием 30 процентов и 4 патентами", TODAY)
    assert found.unread == ("и 4 патентами",)


def test_the_profile_holds_the_values_found():
    profile = described("ООО, доля ИТ 65 %, сайта нет", TODAY).profile()
    assert profile.content() == {"org_form": "company", "it_income_share": "65", "site_describes_it": "no"}
    assert profile == Profile.of(profile.content())


def test_an_age_is_the_days_on_which_the_company_may_have_been_registered():
    (found,) = described("компании 2 года", TODAY).found
    ((first, last),) = found.value.known.parts
    assert (day_of(first[0] + first[1]), day_of(last[0])) == (date(2023, 11, 30), date(2024, 11, 29))


def test_an_age_follows_the_day_it_is_said_on():
    (found,) = described("компании более 3 лет", date(2028, 2, 29)).found
    assert found.value.text == "../2025-02-27"


def test_another_reading_adds_only_what_is_neither_given_nor_contested_here():
    text = "доля ИТ 65 %, доля ИТ 40 %, штат 12, ООО"
    ours = described("доля ИТ 65 %, доля ИТ 40 %, штат 12", TODAY)
    theirs = described(text, TODAY)
    contested = described("доля ИТ 65 %", TODAY)
    assert [each.fact.id for each in ours.joined(theirs).found] == ["staff", "org_form"]
    assert ours.joined(contested).found == ours.found


def test_of_a_long_text_only_the_beginning_is_read_and_the_rest_is_left():
    text = "штат 12 человек. " + "я" * MOST_CHARS
    found = described(text, TODAY)
    assert found.profile().content() == {"staff": "12"}
    assert found.left[-1].end == len(text)


def test_every_form_of_words_names_a_fact_of_the_schema():
    assert set(profile_words().facts) <= set(facts())


# ── laws ──────────────────────────────────────────────────────────────────────────────────────────

PIECES = st.sampled_from(
    [word for text, _ in [*SAYS, *SAYS_NOTHING] for word in text.split()]
    + [",", ".", "?", "—", "не", "и", "нет", "\n", "«", "%", "62.01", "\0", "2 000 000", "или", "if"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_read_without_an_error_the_same_each_time_and_within_itself(text):
    found = described(text, TODAY)
    assert found == described(text, TODAY)
    for each in (*found.found, *found.left):
        assert 0 <= each.start < each.end <= len(text)
    names = [each.fact.id for each in found.found]
    assert len(names) == len(set(names))
    assert all(each.value.fact == each.fact for each in found.found)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_value_found_is_what_its_text_says_in_a_file(text):
    for each in described(text, TODAY).found:
        if "/" not in each.value.text:
            assert read_value(each.fact, each.value.text).known == each.value.known


@given(st.integers(2, 100))
def test_a_share_is_read_in_digits_of_any_value(share):
    assert read(f"доля ИТ-доходов {share} %") == {"it_income_share": str(share)}
    assert read(f"доля {share} %") == {}


@pytest.mark.parametrize(
    "piece", ["1 ", "не есть аккредитация ", "доля ИТ 5 % ", "ОКВЭД 62.01, ", "«", "9", "конкурент, "]
)
def test_the_longest_text_is_read_in_seconds(piece):
    began = time.process_time()
    described(piece * (MOST_CHARS // len(piece)), TODAY)
    assert time.process_time() - began < 60


@settings(deadline=None)
@given(st.permutations(["ООО", "12 человек", "ОКВЭД 62.01", "доля ИТ 65 %", "Калининград", "сайта нет"]))
def test_the_order_of_the_facts_does_not_matter(parts):
    wanted = {"org_form": "company", "staff": "12", "main_okved": "62.01", "it_income_share": "65",
              "region": KALININGRAD, "site_describes_it": "no"}  # fmt: skip
    assert read(", ".join(parts)) == read("; ".join(parts)) == read(". ".join(parts)) == wanted

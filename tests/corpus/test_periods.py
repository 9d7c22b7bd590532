"""The periods the embedded digests give their facts, and what questions on rates and periods get of them."""

import re

import pytest

from assistant.dates import earliest
from tests.corpus.test_digests import FACTS
from tests.corpus_assistant import over_corpus

TAX, ACCREDITATION, MORTGAGE = "ru-fz-117-2000", "ru-pp-1729-2022", "ru-pp-805-2022"
LIMITED = [(digest, fact) for digest, fact in FACTS if fact.in_force_from or fact.in_force_to]
# Ends and beginnings that another fact of the same digest, or the act's catalogue entry, states.
SAID_ELSEWHERE = {f"{TAX}#9", "ru-fz-258-2020#4", f"{ACCREDITATION}#15", "eu-omnibus-ai-2026#10"}


@pytest.mark.parametrize(
    ("digest", "fact"), LIMITED, ids=[f"{digest.act}#{fact.id}" for digest, fact in LIMITED]
)
def test_a_fact_is_limited_only_by_years_that_it_names(digest, fact):
    named = f"{fact.provision} {fact.ru} {fact.note or ''}"
    years = {int(year) for year in re.findall(r"(?<!\d)20\d\d(?!\d)", named)}
    if f"{digest.act}#{fact.id}" in SAID_ELSEWHERE:
        return
    if fact.in_force_from:
        assert earliest(fact.in_force_from).year in years
    if fact.in_force_to:  # «в 2025 г.» ends on the first day of 2026
        ends = earliest(fact.in_force_to)
        assert ends.year in years or (ends.year - 1 in years and (ends.month, ends.day) == (1, 1))


def test_a_fact_called_past_has_an_end():
    past = [fact for _, fact in FACTS if re.search("Историческая норма|устарел", f"{fact.note} {fact.ru}")]
    assert len(past) >= 3 and all(fact.in_force_to for fact in past if "данные" not in fact.ru)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """An Assistant over the embedded corpus, found by words alone."""
    with over_corpus(tmp_path_factory.mktemp("corpus")) as made:
        yield made


CASES = [
    ("Какой тариф страховых взносов для ИТ-организаций в 2024 году?", None, TAX, 22, {18, 21}),
    ("Какой тариф страховых взносов для ИТ-организаций?", "2024-06-01", TAX, 22, {18, 21}),
    ("Какой тариф страховых взносов для ИТ-организаций?", "2025-06-01", TAX, 21, {18, 22}),
    ("Какой тариф страховых взносов для ИТ-организаций в 2025 году?", None, TAX, 21, {18, 22}),
    ("Какой тариф страховых взносов для ИТ-организаций?", "2026-06-01", TAX, 18, {21, 22}),
    ("Insurance contributions of IT organisations within the limit and above it in 2024?", None, TAX, 22, {18, 21}),
    ("What is the insurance contribution tariff for IT organisations?", "2025-06-01", TAX, 21, {18, 22}),
    ("Какая ставка налога на прибыль для аккредитованных ИТ-организаций в 2023 году?", None, TAX, 8, {7, 9}),
    ("Какая ставка налога на прибыль для аккредитованных ИТ-организаций?", "2026-06-01", TAX, 7, {8, 9}),
    ("The profit-tax rate for accredited IT organisations in 2021", None, TAX, 9, {7, 8}),
    ("Когда принимали заявления о подтверждении аккредитации в 2024 году?", None, ACCREDITATION, 17, {18, 20}),
    ("Ставка по ИТ-ипотеке", "2026-06-01", MORTGAGE, 2, {6}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "as_of", "act", "right", "wrong"), CASES)
def test_a_question_at_a_date_or_about_a_year_gets_the_fact_of_that_time(
    assistant, question, as_of, act, right, wrong
):
    answer = assistant.ask(question, as_of=as_of)
    cited = [int(citation.provision.split("/")[1]) for citation in answer.citations if citation.act == act]
    assert right in cited and not wrong & set(cited), answer.answer


def test_a_rate_of_another_year_is_never_quoted_without_a_word_of_its_time(assistant):
    answer = assistant.ask("Ставка по ИТ-ипотеке в 2023 году")
    assert f"{MORTGAGE}#digest/2/ru" in {citation.ref for citation in answer.citations}
    said = "Внимание: «ставка» — не о том времени, о котором вопрос (применяется с 01.08.2024)."
    assert answer.answer.startswith(said) and answer.notes == [said]


def test_what_changed_brings_the_earlier_and_the_later_tariff(assistant):
    answer = assistant.ask("Что изменилось в тарифе страховых взносов для ИТ-организаций в 2026 году?")
    cited = {citation.provision: citation.currency for citation in answer.citations}
    assert cited["digest/18/ru"] == "current" and cited["digest/21/ru"] == "superseded"

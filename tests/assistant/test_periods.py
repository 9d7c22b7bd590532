"""Facts of a digest that hold for a time: which of them an answer at a date, or about a year, rests on."""

from datetime import date

import pytest

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.library import Library
from assistant.settings import RetrievalSettings, Settings
from assistant.standing import why
from ingest.catalogue import Catalogue
from ingest.digest import Digest
from ingest.embedded import draft_of
from tests.assistant.answer.test_support import Scripted
from tests.builders import StemEmbedder

RATE = "ru-fz-901-2020"
THIS = date.today().year
PAST, NOW, NEXT = f"{THIS - 2}-01-01", f"{THIS}-01-01", f"{THIS + 1}-01-01"


def fact(number, ru, en, refs=("st1",), **period):
    return {
        "id": number, "provision": f"ст. 1 ({number})", "provision_en": f"Article 1 ({number})",
        "refs": list(refs), "ru": ru, "en": en, "confidence": "press", "source": ["сообщение"], **period,
    }  # fmt: skip


FACTS = [
    fact(1, f"С {THIS} г. сбор за полив роз составляет 15 рублей с грядки.",
         f"From {THIS} the charge for watering roses is 15 roubles a bed.", in_force_from=NOW),
    fact(2, f"С {THIS - 2} г. сбор за полив роз составлял 7 рублей с грядки.",
         f"From {THIS - 2} the charge for watering roses was 7 roubles a bed.",
         in_force_from=PAST, in_force_to=NOW),
    fact(3, "Прежде сбор за полив роз составлял 3 рубля с грядки.",
         "Formerly the charge for watering roses was 3 roubles a bed.", in_force_to=PAST),
    fact(4, "Сбор за полив роз платят садовники и хозяева клумб.",
         "The charge for watering roses is paid by gardeners and owners of beds."),
    fact(5, "Лейки освобождены от проверок надзора на время опыта.",
         "Watering cans are free of inspections for the time of the trial.", ["st2"], in_force_to=NOW),
    fact(6, f"С {THIS + 1} г. шланги клеймят красной краской.",
         f"From {THIS + 1} hoses are stamped with red paint.", ["st3"], in_force_from=NEXT),
]  # fmt: skip


def library_of(folder, facts=FACTS, **act):
    """An Assistant over one digest, with the embedder that needs no model."""
    catalogue = Catalogue.model_validate({"acts": [
        {"id": RATE, "title_ru": "О сборе за полив", "title_en": "On the watering charge", "number": "901-ФЗ",
         "jurisdiction": "ru", "kind": "federal_law", "date": "2015-01-01", "status": "in_force", **act},
    ]})  # fmt: skip
    digest = Digest.model_validate(
        {"act": RATE, "title_ru": "О сборе за полив", "title_en": "On the watering charge",
         "reviewed": f"{THIS}-01", "facts": facts}
    )  # fmt: skip
    path = folder / f"{RATE}.yaml"
    path.write_text("facts", encoding="utf-8")
    settings = Settings(home=folder / "home", lang="ru")
    settings.home.mkdir()
    library = Library(settings.library_url)
    library.put_catalogue(catalogue.drafts(), catalogue.relations(), "catalogue")
    library.put_edition(draft_of(digest, catalogue, path))
    indexes = Indexes(settings.index_path, StemEmbedder(), VectorCache(settings.home / "vectors.sqlite"))
    reconcile(indexes, library)
    return Assistant(settings, library=library, indexes=indexes)


@pytest.fixture(scope="module")
def charges(tmp_path_factory):
    found = library_of(tmp_path_factory.mktemp("charges"))
    yield found
    found.indexes.vectors.close()
    found.library.close()


def cited(answer):
    """The numbers of the facts an answer cites."""
    return {int(citation.provision.split("/")[1]) for citation in answer.citations}


def first(hits):
    return int(hits[0].provision.split("/")[1])


def standing(assistant, number, day, lang="ru"):
    view = assistant.view
    row = view.of_act(RATE)[0]
    node = view.edition(row.id).provisions[f"digest/{number}/{lang}"]
    return view.currency(row.id, day, node), why(view, row.id, day, node, lang)


@pytest.mark.parametrize(
    ("question", "as_of", "expected"),
    [
        ("Какой сбор за полив роз с грядки?", None, 1),
        ("Какой сбор за полив роз с грядки?", f"{THIS - 1}-06-01", 2),
        ("Какой сбор за полив роз с грядки?", f"{THIS - 4}-06-01", 3),
        (f"Какой сбор за полив роз с грядки в {THIS - 1} году?", None, 2),
        (f"Какой сбор за полив роз с грядки до {THIS - 2} года?", None, 3),
        (f"Какой сбор за полив роз с грядки в {THIS - 4} году?", None, 3),
        ("What is the charge for watering roses a bed?", None, 1),
        (f"What was the charge for watering roses a bed in {THIS - 1}?", None, 2),
        (f"What was the charge for watering roses a bed before {THIS - 2}?", None, 3),
        (f"Какой сбор за полив роз с грядки по состоянию на 1 июня {THIS - 1} г.?", None, 2),
    ],
)
def test_the_fact_that_holds_then_comes_first_and_no_other_rate_is_quoted(charges, question, as_of, expected):
    assert first(charges.search(question, as_of=as_of)) == expected
    assert cited(charges.ask(question, as_of=as_of)) & {1, 2, 3} == {expected}


def test_the_date_of_a_request_counts_before_the_years_in_its_words(charges):
    question = f"Какой сбор за полив роз с грядки в {THIS} году?"
    assert cited(charges.ask(question, as_of=f"{THIS - 1}-06-01")) & {1, 2, 3} == {2}


def test_a_question_about_what_changed_gets_both_and_says_how_each_stands(charges):
    answer = charges.ask("Что изменилось в сборе за полив роз с грядки?")
    assert {1, 2} <= cited(answer)
    said = {citation.provision: citation.currency for citation in answer.citations}
    assert said["digest/1/ru"] == "current" and said["digest/2/ru"] == "superseded"
    assert f"действовало с 01.01.{THIS - 2} до 01.01.{THIS}" in answer.answer


def test_a_question_about_what_was_may_rest_on_what_no_longer_holds(charges):
    answer = charges.ask("Какой сбор за полив роз с грядки был раньше?")
    assert {2, 3} <= cited(answer)
    assert f"действовало до 01.01.{THIS - 2}" in answer.answer


def test_what_alone_answers_is_quoted_though_it_no_longer_holds_and_the_answer_says_so(charges):
    answer = charges.ask("Освобождены ли лейки от проверок надзора?")
    assert cited(answer) == {5}
    assert answer.citations[0].currency == "superseded"
    assert f"действовало до 01.01.{THIS}" in answer.answer


def test_a_rule_still_to_come_answers_a_question_of_today_and_says_when_it_begins(charges):
    answer = charges.ask("Какой краской клеймят шланги?")
    assert cited(answer) == {6}
    assert answer.citations[0].currency == "not_yet_in_force"
    assert f"применяется с 01.01.{THIS + 1}" in answer.answer


def test_a_fact_of_another_time_than_the_year_asked_about_is_announced_first(charges):
    answer = charges.ask(f"Какой краской клеймили шланги в {THIS - 3} году?")
    assert cited(answer) == {6}
    assert answer.answer.startswith("Внимание: «ст. 1 (6)» — не о том времени, о котором вопрос")
    assert answer.notes and f"01.01.{THIS + 1}" in answer.notes[0]


def test_without_the_part_the_facts_stay_as_the_search_found_them(charges):
    plain = charges.settings.model_copy(update={"retrieval": RetrievalSettings(periods=False)})
    other = Assistant(plain, library=charges.library, indexes=charges.indexes)
    assert {1, 2, 3} <= cited(other.ask("Какой сбор за полив роз с грядки?"))


def test_the_standing_of_a_fact_follows_its_period(charges):
    year_before = date(THIS - 1, 6, 1)
    assert standing(charges, 1, year_before) == ("not_yet_in_force", f"применяется с 01.01.{THIS}")
    assert standing(charges, 2, year_before) == ("current", None)
    assert standing(charges, 2, date(THIS, 1, 1), "en") == (
        "superseded", f"applied from {THIS - 2}-01-01 until {THIS}-01-01",
    )  # fmt: skip
    assert standing(charges, 3, year_before) == ("superseded", f"действовало до 01.01.{THIS - 2}")
    assert standing(charges, 4, year_before) == ("current", None)


def test_a_fact_that_ended_is_repealed_where_its_act_is(tmp_path):
    assistant = library_of(tmp_path, status="repealed", in_force_to=f"{THIS - 1}-01-01")
    assert standing(assistant, 2, date(THIS, 6, 1))[0] == "repealed"
    assistant.indexes.vectors.close()
    assistant.library.close()


def test_official_texts_do_not_heed_the_years_a_question_names(garden):
    plain = garden.search("Когда садовник обязан поливать розы?", authority="official")
    asked = garden.search("Когда садовник обязан поливать розы в 2021 году?", authority="official")
    assert {(hit.edition, hit.currency) for hit in asked} == {(hit.edition, hit.currency) for hit in plain}


def test_a_language_model_is_given_the_fact_that_holds_and_not_the_others(charges):
    model = Scripted(replies=['{"claims": []}'], asked=[])
    charges.ask("Какой сбор за полив роз с грядки?", llm=model)
    given = str(model.asked)
    assert "15 рублей" in given and "7 рублей" not in given and "3 рубля" not in given

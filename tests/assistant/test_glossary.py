import time

import pytest

from assistant.errors import InputError
from assistant.glossary import Glossary, Term, counterparts, expand, load_glossary, spelled_out

ROSE = Term(id="rose", ru=["роза"], en=["rose"], abbr_ru=["РЗ"], abbr_en=["RS"])
BUSH = Term(id="bush", ru=["куст роз"], en=["rose bush"], abbr_ru=["КР"], any_case=["КР"])


def test_abbreviations_are_spelled_out_in_the_language_of_the_question():
    assert expand("Что такое ИИ?", "ru") == ["искусственный интеллект"]
    assert expand("What is GPAI?", "en") == ["general-purpose AI model"]
    assert expand("гранты РФРИТ и ФСИ", "ru") == [
        "Российский фонд развития информационных технологий",
        "Фонд содействия инновациям",
    ]


def test_an_abbreviation_is_a_whole_word():
    assert expand("ИИшница и ПОезд", "ru") == []
    assert expand("ИИ-решения", "ru") == ["искусственный интеллект"]


def test_an_abbreviation_may_carry_a_case_ending():
    assert expand("мощность ЦОДов", "ru") == ["центр обработки данных"]


def test_words_written_small_are_not_taken_for_abbreviations():
    assert expand("по закону нк", "ru") == []
    assert expand("is it legal for us?", "en") == []
    assert expand("сколько ндс платит айтишник и что такое ии", "ru") == [
        "налог на добавленную стоимость",
        "искусственный интеллект",
    ]


def test_a_question_in_capitals_is_not_full_of_abbreviations():
    assert expand("КТО ОТВЕЧАЕТ ПО ЗАКОНУ", "ru") == []


def test_in_a_search_an_abbreviation_inside_a_longer_term_is_written_out_as_that_term():
    [written] = spelled_out("обязанности субъекта КИИ", "ru")
    assert written.startswith("субъект критической информационной инфраструктуры")
    assert spelled_out("AI ethics", "en") == []
    assert spelled_out("Что такое ИИ?", "ru") == ["искусственный интеллект"]


def test_an_abbreviation_inside_a_longer_term_is_spelled_out_too():
    assert expand("обязанности субъекта КИИ", "ru") == ["критическая информационная инфраструктура"]
    assert counterparts("обязанности субъекта КИИ", "ru") == [
        "subject of critical information infrastructure"
    ]


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("обязанности операторов персональных данных", "personal data controller"),
        ("владельцы рекомендательных систем", "recommender system"),
        ("в экспериментальном правовом режиме", "experimental legal regime"),
        ("о развитии искусственным интеллектом", "artificial intelligence"),
        (
            "принципы Национальной стратегии",
            "National Strategy for the Development of Artificial Intelligence",
        ),
    ],
)
def test_inflected_russian_terms_are_found(question, term):
    assert term in counterparts(question, "ru")


def test_english_terms_lead_to_russian_ones():
    found = counterparts("Which recommender systems process personal data?", "en")
    assert found == ["рекомендательная система", "персональные данные"]


def test_the_longest_term_wins():
    assert [hit.term.id for hit in Glossary([ROSE, BUSH]).find("кусты роз и розы")] == ["bush", "rose"]


def test_found_terms_say_where_they_stand():
    text = "Поливают кусты роз."
    (hit,) = Glossary([BUSH]).find(text)
    assert text[hit.start : hit.end] == "кусты роз"


def test_a_term_is_named_once():
    assert counterparts("ИИ, ИИ и искусственный интеллект", "ru") == ["artificial intelligence"]


def test_nothing_is_found_in_nothing():
    assert expand("", "ru") == counterparts("", "en") == []


def test_two_terms_may_not_share_an_abbreviation_or_a_form():
    with pytest.raises(InputError, match="РЗ"):
        Glossary([ROSE, BUSH.model_copy(update={"abbr_ru": ["РЗ"], "any_case": []})])
    with pytest.raises(InputError, match="роз"):
        Glossary([ROSE, Term(id="other", ru=["розы"], en=["roses of another kind"])])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- {id: rose, ru: [роза]}", "en"),
        ("- {id: rose, ru: [роза], en: [rose], any_case: [РЗ]}", "any_case"),
        ("- {id: rose, ru: [роза], en: [rose], colour: red}", "colour"),
        ("- [", "YAML"),
    ],
)
def test_a_faulty_glossary_is_refused_with_the_file_and_the_field(tmp_path, content, said):
    path = tmp_path / "glossary.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_glossary(path)
    assert said in error.value.en and str(path) in error.value.en


def test_a_very_long_question_stays_cheap():
    started = time.process_time()
    counterparts("персональные данные " * 5_000, "ru")
    assert time.process_time() - started < 10

import pytest

from assistant.scope_words import asks_for_changes, asks_for_past, jurisdictions_in


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("что обязан оператор по российскому закону", ("ru",)),
        ("What does Russian law say?", ("ru",)),
        ("Штраф в ЕС за нарушение", ("eu",)),
        ("Сравните РФ и Евросоюз", ("ru", "eu")),
        ("European AI Office", ("eu",)),
        ("the US order on AI", ("us",)),
        ("in the U.S. and elsewhere", ("us",)),
        ("tell us about fines", ()),
        ("в США", ("us",)),
        ("рекомендация ОЭСР", ("oecd",)),
        ("конвенция Совета Европы", ("eu", "coe")),
        ("кто возглавляет комиссию", ()),
        ("весело в лесу", ()),
    ],
)
def test_whose_law_a_question_means(question, expected):
    assert jurisdictions_in(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Что изменилось в статье 19?",
        "what changed in Article 6",
        "changes to 152-FZ since 2023",
        "что нового в законе",
    ],
)
def test_a_question_about_changes(question):
    assert asks_for_changes(question)


@pytest.mark.parametrize(
    "question", ["Кто может изменить категорию?", "climate change", "Какие права у субъекта?"]
)
def test_other_questions_do_not_ask_for_changes(question):
    assert not asks_for_changes(question)


@pytest.mark.parametrize(
    ("question", "past"),
    [
        ("Какой тариф действовал раньше?", True),
        ("What was the rate?", True),
        ("Какой тариф был до реформы?", True),
        ("Какой тариф?", False),
        ("What is the rate?", False),
        ("Что такое быль?", False),
    ],
)
def test_a_question_about_what_was(question, past):
    assert asks_for_past(question) is past

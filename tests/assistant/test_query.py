"""The words that name an act lead to it; what is searched in it is the rest of the question."""

from datetime import date

import pytest

from assistant.library import Library
from assistant.library.drafts import ActDraft
from assistant.library.view import Filters, LibraryView
from assistant.query import read_question, without_naming
from tests.builders import edition_draft

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Что должны сделать регионы по указу от 26 февраля 2026 года?", "Что должны сделать регионы ?"),
        ("Согласно Федеральному закону № 149-ФЗ кто ведёт реестр?", "кто ведёт реестр?"),
        ("Under Executive Order 14110, what reports are due?", "what reports are due?"),
        ("Кто ведёт реестр?", "Кто ведёт реестр?"),
        ("Which order repealed Executive Order 14110?", "Which order repealed Executive Order 14110?"),
        ("Что указ от 26.02.2026 поручает губернаторам?", "Что указ от 26.02.2026 поручает губернаторам?"),
    ],
)
def test_the_words_that_name_an_act_are_left_out(question, rest):
    assert without_naming(question) == rest


@pytest.fixture
def view(tmp_path):
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    laws = [
        ActDraft(id=f"ru-fz-{number}-2020", kind="federal_law", title_ru="О розах", number=f"{number}-ФЗ",
                 date="2020-01-01", jurisdiction="ru", status="in_force", in_catalogue=True)
        for number in (1, 2)
    ]  # fmt: skip
    library.put_catalogue(laws, [], "catalogue")
    library.put_edition(edition_draft("ru-fz-1-2020", "2020-01-01", path="a.txt"))
    yield LibraryView(library)
    library.close()


def searched(view, question):
    return read_question(question, view, Filters(as_of=DAY)).dense_texts[0]


def test_a_question_of_one_named_act_is_searched_by_its_other_words(view):
    assert searched(view, "Кто поливает розы по закону № 1-ФЗ?") == "Кто поливает розы ?"


@pytest.mark.parametrize(
    "question",
    [
        "О чём закон № 1-ФЗ?",  # nothing would be left
        "Кто поливает розы по закону № 1-ФЗ и по закону № 2-ФЗ?",
        "Кто поливает розы по статье 1 закона № 1-ФЗ?",
        "Кто поливает розы?",
    ],
)
def test_other_questions_are_searched_as_they_are(view, question):
    assert searched(view, question) == question


def test_the_act_is_named_still(view):
    reading = read_question("Кто поливает розы по закону № 1-ФЗ?", view, Filters(as_of=DAY))
    assert reading.acts == ("ru-fz-1-2020",)
    assert reading.question.endswith("№ 1-ФЗ?")

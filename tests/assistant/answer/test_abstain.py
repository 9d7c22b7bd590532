"""A terse question by the code of a form is answered where the best provision speaks of it."""

import pytest

from assistant.answer.abstain import speaks_of_code
from assistant.library import Library
from assistant.library.view import LibraryView
from tests.assistant.answer.conftest import ranked
from tests.builders import edition_draft, provision

ACT = "ru-fz-9-2024"
TEXT = "Статья 1. Формы\n1. О переносе камеры сообщают по форме МК-18 в течение 8 дней.\n2. Форма МК-1 не подаётся."


@pytest.fixture
def forms(tmp_path):
    nodes = [
        provision(
            TEXT, "st1", "Статья 1", None, kind="article", label="ст. 1", own_end=len("Статья 1. Формы")
        ),
        provision(TEXT, "st1/ch1", "1. О", "2. Форма", parent="st1", label="ч. 1 ст. 1"),
        provision(TEXT, "st1/ch2", "2. Форма", None, parent="st1", label="ч. 2 ст. 1"),
    ]
    library = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    library.put_edition(edition_draft(ACT, "2024-01-01", text=TEXT, provisions=nodes, path="forms.txt"))
    yield LibraryView(library)
    library.close()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("МК-18 срок", True),
        ("мк-18 когда подавать", True),
        ("МК-19 срок", False),  # another form
        ("МК-1 срок", False),  # begins alike
        ("срок подачи формы", False),  # no code
        ("МК-18 и ПР-7", False),  # one of the two is not there
        (
            "Какой штраф грозит владельцу за потерю формы МК-18 в отпуске?",
            False,
        ),  # asks for more than the code
    ],
)
def test_the_code_of_a_form_is_met_where_all_of_it_stands_and_little_else_is_asked(
    forms, reading, question, told
):
    (entry,) = ranked(forms, (ACT, "st1/ch1"))
    assert speaks_of_code(reading(question), entry, forms) is told

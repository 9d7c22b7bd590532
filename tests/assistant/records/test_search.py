import itertools

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.records import Owner, conversations
from assistant.records.wording import TITLE_SHOWN, clean, fold, title_of
from tests.assistant.records.sample import ANNA, answer

_numbers = itertools.count()
LETTERS = "аБЖжЁёЕеaBİıßſK%_/\\'\"\0\t ﬁ①й\u0306и—*[]"


def found(library, search, owner=ANNA):
    return [each.title for each in conversations.listed(library, owner, search=search).items]


@pytest.fixture
def kept(library):
    for title, question, said in (
        ("Розы", "Когда ПОЛИВАТЬ розы?", "Утром, ёмкостью 300 литров."),
        ("Налоги 100%", "What is due_date?", "Завтра"),
        ("Прочее", "Как быть с C:\\temp\\a/b?", "Никак; 10'0"),
    ):
        made = conversations.create(library, ANNA, title=title)
        conversations.append(library, ANNA, made.id, question, answer(question, said))
    return library


@pytest.mark.parametrize(
    ("search", "titles"),
    [
        ("РОЗЫ", ["Розы"]),
        ("поливать", ["Розы"]),
        ("ЕМКОСТЬЮ", ["Розы"]),
        ("утром налоги", []),
        ("литров роз", ["Розы"]),
        ("НАЛОГИ", ["Налоги 100%"]),
        ("what IS", ["Налоги 100%"]),
        ("%", ["Налоги 100%"]),
        ("100%", ["Налоги 100%"]),
        ("_", ["Налоги 100%"]),
        ("due_date", ["Налоги 100%"]),
        ("dueXdate", []),
        ("\\temp\\", ["Прочее"]),
        ("a/b", ["Прочее"]),
        ("10'0", ["Прочее"]),
        ("10%0", []),
        (" \0 ", ["Прочее", "Налоги 100%", "Розы"]),
    ],
)
def test_every_word_of_a_search_must_stand_in_a_conversation(kept, search, titles):
    assert found(kept, search) == titles


def test_a_new_title_is_found_and_the_old_one_no_longer(kept):
    key = conversations.listed(kept, ANNA, search="прочее").items[0].id
    conversations.rename(kept, ANNA, key, "Пути к файлам")
    assert found(kept, "ПУТИ") == ["Пути к файлам"] and found(kept, "прочее") == []


texts = st.text(st.sampled_from(LETTERS) | st.characters(), max_size=12)


@given(title=texts, question=texts, said=texts, search=texts)
@example(title="ё", question="", said="", search="Е")
@example(title="", question="100", said="% _", search="%_")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_what_the_folded_texts_hold_and_nothing_else(library, title, question, said, search):
    owner = Owner(f"owner{next(_numbers)}", "Кто-то")
    title = f"т {title}"
    made = conversations.create(library, owner, title=title)
    conversations.append(library, owner, made.id, question, answer(text=clean(said)))
    stored = [fold(title), fold(question), fold(said)]
    expected = all(any(word in text for text in stored) for word in fold(search).split())
    assert bool(found(library, search, owner)) == expected


@given(st.text())
def test_folding_twice_is_folding_once_and_case_does_not_matter(text):
    assert fold(fold(text)) == fold(text)
    assert fold(text.replace("ё", "е")) == fold(text)


@given(st.text(st.sampled_from("аб ,.—\n"), max_size=150))
def test_a_title_is_the_beginning_of_the_question_and_ends_between_words(question):
    whole = " ".join(question.split())
    title = title_of(question)
    assert len(title) <= TITLE_SHOWN
    if title == whole:
        return
    shown = title.removesuffix("…")
    assert title.endswith("…") and whole.startswith(shown)
    assert not whole[len(shown)].isalnum() or " " not in whole[: TITLE_SHOWN - 1]

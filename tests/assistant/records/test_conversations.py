from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.conversation import MAX_CHARS, MAX_TURNS
from assistant.conversation.turns import shortened
from assistant.errors import InputError, NotHeldError
from assistant.records import conversations
from tests.assistant.records.sample import ANNA, LAW, answer, citing


def titles(library, **asked):
    return [each.title for each in conversations.listed(library, ANNA, **asked).items]


def begun(library, *questions, title=None):
    made = conversations.create(library, ANNA, title=title)
    for question in questions:
        conversations.append(library, ANNA, made.id, question, answer(question))
    return made.id


def test_a_turn_comes_back_as_it_was_kept(library):
    made = conversations.create(library, ANNA)
    said = citing(library, "st1/ch1")
    conversations.append(library, ANNA, made.id, "Когда поливать розы?", said, as_of="2024-05-01")
    opened = conversations.get(library, ANNA, made.id)
    (turn,) = opened.turns
    assert (turn.question, turn.answer, turn.status, turn.as_of) == (
        "Когда поливать розы?", said, "answered", "2024-05-01",
    )  # fmt: skip
    assert opened.conversation.turns == 1
    asked = datetime.fromisoformat(turn.asked_at)
    assert asked.utcoffset() == timedelta(0) and datetime.now(UTC) - asked < timedelta(minutes=5)


def test_a_question_without_an_answer_is_kept_with_how_it_ended(library):
    made = conversations.create(library, ANNA)
    failed = conversations.append(library, ANNA, made.id, "Когда?", None)
    stopped = conversations.append(library, ANNA, made.id, "Когда?", None, status="cancelled")
    refused = conversations.append(library, ANNA, made.id, "Когда?", answer(status="abstained"))
    assert [turn.status for turn in (failed, stopped, refused)] == ["failed", "cancelled", "abstained"]
    assert conversations.get(library, ANNA, made.id).turns == [failed, stopped, refused]


def test_text_no_database_takes_is_kept_without_it(library):
    made = conversations.create(library, ANNA)
    said = answer(text="Утром\0 и вечером")
    conversations.append(library, ANNA, made.id, "Розы\0 и \ud800пионы", said)
    (turn,) = conversations.get(library, ANNA, made.id).turns
    assert (turn.question, turn.answer) == ("Розы  и  пионы", said)
    assert titles(library, search="вечером")


def test_the_first_question_gives_the_title_shortened_at_a_word(library):
    key = begun(
        library, "Какие обязанности возлагаются на садовника при вечернем поливе роз в парках?", "А утром?"
    )
    assert titles(library) == ["Какие обязанности возлагаются на садовника при вечернем…"]
    conversations.rename(library, ANNA, key, "  Полив \n роз ")
    conversations.append(library, ANNA, key, "И ещё?", answer())
    assert titles(library) == ["Полив роз"]


def test_a_title_given_at_the_beginning_stays(library):
    begun(library, "Когда поливать розы?", title="Розы")
    assert titles(library) == ["Розы"]


@pytest.mark.parametrize("title", ["", " \n ", "\0", "р" * 201])
def test_a_title_must_say_something_in_few_words(library, title):
    key = begun(library, "Когда?")
    with pytest.raises(InputError):
        conversations.rename(library, ANNA, key, title)
    assert titles(library) == ["Когда?"]


def test_the_last_used_conversation_comes_first(library):
    first, _ = begun(library, "Первый?"), begun(library, "Второй?")
    assert titles(library) == ["Второй?", "Первый?"]
    conversations.append(library, ANNA, first, "Ещё?", answer())
    assert titles(library) == ["Первый?", "Второй?"]


def test_pages_follow_on_without_gaps_while_new_conversations_are_begun(library):
    for number in range(7):
        begun(library, title=str(number))
    page = conversations.listed(library, ANNA, limit=3)
    begun(library, title="new")
    seen = [each.title for each in page.items]
    while page.next:
        page = conversations.listed(library, ANNA, limit=3, after=page.next)
        seen += [each.title for each in page.items]
    assert seen == list("6543210")


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 501}, {"after": "x"}, {"search": "р" * 201}])
def test_a_page_that_cannot_be_is_refused(library, asked):
    with pytest.raises(InputError):
        conversations.listed(library, ANNA, **asked)


def test_a_deleted_conversation_is_hidden_and_comes_back_whole(library):
    key = begun(library, "Когда поливать розы?")
    conversations.delete(library, ANNA, key)
    assert titles(library) == [] and titles(library, search="розы") == []
    assert titles(library, deleted=True) == ["Когда поливать розы?"]
    for refused in (
        lambda: conversations.get(library, ANNA, key),
        lambda: conversations.append(library, ANNA, key, "Ещё?", answer()),
        lambda: conversations.rename(library, ANNA, key, "Розы"),
        lambda: conversations.history(library, ANNA, key),
        lambda: conversations.delete(library, ANNA, key),
    ):
        with pytest.raises(NotHeldError):
            refused()
    assert conversations.restore(library, ANNA, key).turns == 1
    assert titles(library) == ["Когда поливать розы?"] and titles(library, deleted=True) == []
    with pytest.raises(NotHeldError):
        conversations.restore(library, ANNA, key)


def test_only_what_was_deleted_long_enough_ago_goes_for_good(library):
    kept, gone = begun(library, "Останется?"), begun(library, "Уйдёт?")
    conversations.delete(library, ANNA, gone)
    assert conversations.purge(library, ANNA, timedelta(days=30)) == 0
    assert conversations.purge(library, ANNA, timedelta(0)) == 1
    assert conversations.purge(library, ANNA, timedelta(0)) == 0
    assert titles(library, deleted=True) == [] and conversations.get(library, ANNA, kept).turns
    with pytest.raises(NotHeldError):
        conversations.restore(library, ANNA, gone)


def test_beyond_the_number_kept_the_oldest_deleted_go_and_none_else(library):
    keys = [begun(library, title=str(number)) for number in range(4)]
    for key in (keys[2], keys[0]):
        conversations.delete(library, ANNA, key)
    conversations.create(library, ANNA, title="4", kept=4)
    assert titles(library, deleted=True) == ["0"]
    conversations.create(library, ANNA, title="5", kept=1)
    assert titles(library, deleted=True) == []
    assert titles(library) == ["5", "4", "3", "1"]


def test_a_question_asked_anew_takes_the_place_of_all_from_it_on(library):
    key = begun(library, "Первый?", "Второй?", "Третий?")
    second = conversations.get(library, ANNA, key).turns[1]
    assert conversations.truncate(library, ANNA, key, second.id) == 2
    conversations.append(library, ANNA, key, "Второй иначе?", answer())
    assert [turn.question for turn in conversations.get(library, ANNA, key).turns] == [
        "Первый?",
        "Второй иначе?",
    ]
    assert titles(library, search="третий") == []
    with pytest.raises(NotHeldError):
        conversations.truncate(library, ANNA, key, second.id)


def test_an_edited_first_question_gives_a_title_of_its_own_unless_the_owner_gave_one(library):
    made, named = begun(library, "Розы?"), begun(library, "Пионы?", title="Цветы")
    for key in (made, named):
        conversations.truncate(library, ANNA, key, conversations.get(library, ANNA, key).turns[0].id)
        conversations.append(library, ANNA, key, "Тюльпаны?", answer())
    assert titles(library) == ["Цветы", "Тюльпаны?"]


def test_a_turn_of_another_conversation_is_not_taken_out_of_this_one(library):
    here, there = begun(library, "Здесь?"), begun(library, "Там?")
    turn = conversations.get(library, ANNA, there).turns[0]
    with pytest.raises(NotHeldError):
        conversations.truncate(library, ANNA, here, turn.id)
    with pytest.raises(NotHeldError):
        conversations.history(library, ANNA, here, before=turn.id)
    assert len(conversations.get(library, ANNA, there).turns) == 1


def test_the_history_says_what_the_next_question_leans_on(library):
    key = begun(library)
    said = citing(library, "st1/ch1", "st2/ch1")
    said.rewritten = "Когда садовнику поливать розы?"
    conversations.append(library, ANNA, key, "А когда?", said, as_of="2024-05-01")
    conversations.append(library, ANNA, key, "Сбой?", None)
    last = conversations.append(library, ANNA, key, "И кто следит?", answer())
    first, second = conversations.history(library, ANNA, key)
    assert (first.question, first.rewritten, first.answer) == ("А когда?", said.rewritten, said.answer)
    assert (first.refs, first.as_of) == ((f"{LAW}#st1/ch1", f"{LAW}#st2/ch1"), "2024-05-01")
    assert second.question == "И кто следит?"
    assert conversations.history(library, ANNA, key, before=last.id) == [first]


@given(st.lists(st.tuples(st.integers(1, 3000), st.booleans(), st.booleans()), max_size=9))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_history_is_the_latest_answered_turns_within_bounds(library, shape):
    key = begun(library)
    answered = []
    for number, (length, rewritten, failed) in enumerate(shape):
        question = f"{number} " + "р " * (length // 2)
        said = None if failed else answer(rewritten=f"{number} полностью " * 20 if rewritten else None)
        conversations.append(library, ANNA, key, question, said)
        if said:
            answered.append((question.strip(), said.rewritten))
    turns = conversations.history(library, ANNA, key)
    assert [(turn.question, turn.rewritten) for turn in turns] == answered[len(answered) - len(turns) :]
    sizes = [len(shortened(rewritten or question)) for question, rewritten in answered[-MAX_TURNS:]]
    assert len(turns) <= MAX_TURNS and sum(sizes[len(sizes) - len(turns) :]) <= MAX_CHARS
    if len(turns) < len(sizes):
        assert sum(sizes[len(sizes) - len(turns) - 1 :]) > MAX_CHARS


def test_records_leave_the_version_and_the_generation_of_the_library_alone(library):
    before = library.version, library.generation
    key = begun(library, "Когда?")
    conversations.rename(library, ANNA, key, "Розы")
    conversations.delete(library, ANNA, key)
    conversations.purge(library, ANNA, timedelta(0))
    assert (library.version, library.generation) == before

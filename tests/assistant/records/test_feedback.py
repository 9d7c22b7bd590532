from datetime import timedelta

import pytest

from assistant.errors import InputError, NotHeldError
from assistant.records import conversations, feedback
from tests.assistant.records.sample import ANNA, LAW, answer, citing


@pytest.fixture
def talk(library):
    return conversations.create(library, ANNA).id


@pytest.fixture
def turn(library, talk):
    return conversations.append(
        library, ANNA, talk, "Когда?", citing(library, "st1/ch1", "st2/ch1", "st1/ch1")
    ).id


def given(library, **asked):
    return [(each.thumb, each.reason, each.text) for each in feedback.listed(library, ANNA, **asked).items]


def test_a_second_thumb_takes_the_place_of_the_first(library, turn):
    feedback.rate(library, ANNA, turn, "up")
    assert given(library) == [("up", None, None)]
    feedback.rate(library, ANNA, turn, "down", "incomplete", " Нет срока ")
    assert given(library) == [("down", "incomplete", "Нет срока")]
    assert feedback.get(library, ANNA, turn).question == "Когда?"
    feedback.withdraw(library, ANNA, turn)
    assert given(library) == [] and feedback.get(library, ANNA, turn) is None
    with pytest.raises(NotHeldError):
        feedback.withdraw(library, ANNA, turn)


@pytest.mark.parametrize(
    "said",
    [("sideways",), ("up", "wrong"), ("down", "exact"), ("down", "nonsense"), ("up", None, "р" * 2001)],
)
def test_only_known_reasons_and_short_comments_are_taken(library, turn, said):
    with pytest.raises(InputError):
        feedback.rate(library, ANNA, turn, *said)
    assert given(library) == []


def test_every_reason_is_told_in_both_languages(library, turn):
    for thumb, reasons in feedback.REASONS.items():
        for code, told in reasons.items():
            assert set(told) == {"ru", "en"} and all(told.values())
            assert feedback.rate(library, ANNA, turn, thumb, code).reason == code


def test_what_was_said_of_an_answer_outlives_asking_anew(library, talk, turn):
    feedback.rate(library, ANNA, turn, "down", "wrong")
    conversations.truncate(library, ANNA, talk, turn)
    (kept,) = feedback.listed(library, ANNA).items
    assert (kept.turn, kept.replaced) == (turn, True)
    with pytest.raises(NotHeldError):
        feedback.rate(library, ANNA, turn, "up")


def test_feedback_is_listed_by_thumb_and_by_page(library, talk):
    for number in range(5):
        made = conversations.append(library, ANNA, talk, f"{number}?", answer())
        feedback.rate(library, ANNA, made.id, "down" if number % 2 else "up")
    assert len(given(library, thumb="down")) == 2
    first = feedback.listed(library, ANNA, limit=3)
    second = feedback.listed(library, ANNA, limit=3, after=first.next)
    assert [each.question for each in [*first.items, *second.items]] == ["4?", "3?", "2?", "1?", "0?"]
    assert second.next is None


def test_feedback_goes_with_its_conversation(library, talk, turn):
    feedback.rate(library, ANNA, turn, "up")
    conversations.delete(library, ANNA, talk)
    assert given(library) == []
    conversations.restore(library, ANNA, talk)
    assert len(given(library)) == 1
    conversations.delete(library, ANNA, talk)
    conversations.purge(library, ANNA, timedelta(0))
    assert given(library) == []


def test_a_turn_gives_the_beginning_of_an_evaluation_case(library, talk):
    said = citing(library, "st1/ch1", "st2/ch1", "st1/ch1", rewritten="Когда садовнику поливать розы?")
    turn = conversations.append(library, ANNA, talk, "А когда?", said).id
    feedback.rate(library, ANNA, turn, "down", "incomplete", "Нет срока")
    case = feedback.as_case(library, ANNA, turn)
    assert (case.question, case.asked, case.as_of) == (said.rewritten, "А когда?", said.as_of)
    assert case.refs == [f"{LAW}#st1/ch1", f"{LAW}#st2/ch1"]
    assert (case.thumb, case.reason, case.text) == ("down", "incomplete", "Нет срока")


def test_no_case_is_made_of_a_question_that_failed(library, talk):
    failed = conversations.append(library, ANNA, talk, "Когда?", None)
    with pytest.raises(InputError):
        feedback.as_case(library, ANNA, failed.id)

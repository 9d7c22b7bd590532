import pytest

from assistant.answer.verify.lexicon import words_of
from assistant.answer.verify.meanings import Beside, meant, senses


def laid(one, other):
    return Beside(meant(one, words_of(one)), meant(other, words_of(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("уведомляет", "notify"),
        ("уведомляет", "уведомление"),
        ("уничтожаются", "destroyed"),
        ("retain", "хранить"),
    ],
)
def test_words_that_say_the_same_share_a_meaning(one, other):
    assert senses(one) & senses(other)


@pytest.mark.parametrize(("one", "other"), [("use", "хранить"), ("контракт", "контроль"), ("user", "used")])
def test_words_that_say_something_else_share_none(one, other):
    assert not senses(one) & senses(other)


def test_of_several_counterparts_the_one_with_like_neighbours_counts():
    beside = laid(
        "хранить сведения оператора",
        "keep silence in the house at noon and at night while all of them are fast asleep there. "
        "The owner shall keep information of the operator",
    )
    (place,) = beside.counterparts(0)
    assert beside.other[place].word.start > 80


def test_a_word_with_a_negating_prefix_is_laid_beside_the_plain_one():
    beside = laid("неполные сведения", "complete information")
    assert [beside.other[at].word.folded for at in beside.counterparts(0, beside.one[0].opposite)] == [
        "complete"
    ]

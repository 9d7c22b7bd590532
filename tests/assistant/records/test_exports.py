from datetime import timedelta

import pytest

from assistant.errors import InputError, NotHeldError
from assistant.records import conversations, exports
from tests.assistant.records.sample import ANNA, answer


@pytest.fixture
def talk(library):
    return conversations.create(library, ANNA).id


def test_exports_of_a_conversation_and_of_one_turn_are_listed_newest_first(library, talk):
    other = conversations.create(library, ANNA).id
    turn = conversations.append(library, ANNA, talk, "Когда?", answer()).id
    whole = exports.record(library, ANNA, talk, "docx")
    one = exports.record(library, ANNA, talk, "md", turn=turn)
    elsewhere = exports.record(library, ANNA, other, "pdf")
    assert (whole.turn, one.turn, one.file_format) == (None, turn, "md")
    assert exports.listed(library, ANNA).items == [elsewhere, one, whole]
    assert exports.listed(library, ANNA, conversation=talk).items == [one, whole]
    first = exports.listed(library, ANNA, limit=2)
    assert exports.listed(library, ANNA, limit=2, after=first.next).items == [whole]


@pytest.mark.parametrize("name", ["", "DOCX", "docx ", "../x", "д", "a" * 11])
def test_only_what_names_a_format_is_recorded(library, talk, name):
    with pytest.raises(InputError):
        exports.record(library, ANNA, talk, name)
    assert exports.listed(library, ANNA).items == []


def test_a_turn_of_another_conversation_is_no_part_of_this_export(library, talk):
    other = conversations.create(library, ANNA).id
    turn = conversations.append(library, ANNA, other, "Когда?", answer()).id
    with pytest.raises(NotHeldError):
        exports.record(library, ANNA, talk, "md", turn=turn)


def test_exports_go_with_their_conversation(library, talk):
    made = exports.record(library, ANNA, talk, "docx")
    conversations.delete(library, ANNA, talk)
    assert exports.listed(library, ANNA).items == []
    conversations.restore(library, ANNA, talk)
    assert exports.listed(library, ANNA).items == [made]
    conversations.delete(library, ANNA, talk)
    conversations.purge(library, ANNA, timedelta(0))
    assert exports.listed(library, ANNA).items == []

import hashlib

import pytest
from sqlalchemy import select

from assistant.errors import InputError, NotHeldError
from assistant.records import conversations
from assistant.records.schema import ConversationRow
from tests.assistant.records.sample import ANNA, answer, citing


@pytest.fixture
def talk(library):
    made = conversations.create(library, ANNA)
    conversations.append(library, ANNA, made.id, "Когда поливать розы?", citing(library, "st1/ch1"))
    conversations.append(library, ANNA, made.id, "Сбой?", None)
    conversations.append(library, ANNA, made.id, "А кто следит?", answer())
    return made.id


def questions(library, token):
    return [turn.question for turn in conversations.shared(library, token, allowed=True).turns]


def is_dead(library, token, *, allowed=True):
    with pytest.raises(NotHeldError) as refused:
        conversations.shared(library, token, allowed=allowed)
    with pytest.raises(NotHeldError) as unknown:
        conversations.shared(library, "A" * 32, allowed=True)
    return refused.value.en == unknown.value.en


def test_a_link_shows_the_answers_and_nothing_of_the_owner(library, talk):
    token = conversations.share(library, ANNA, talk, allowed=True)
    seen = conversations.shared(library, token, allowed=True)
    assert [turn.question for turn in seen.turns] == ["Когда поливать розы?", "А кто следит?"]
    assert seen.turns[0].answer.citations and seen.title == "Когда поливать розы?"
    printed = seen.model_dump_json()
    assert talk not in printed and ANNA.id not in printed
    assert not any(turn.answer.usage or turn.answer.timings_ms for turn in seen.turns)
    assert conversations.get(library, ANNA, talk).conversation.shared


def test_only_the_hash_of_the_token_is_stored(library, talk):
    token = conversations.share(library, ANNA, talk, allowed=True)
    with library.session() as session:
        row = session.scalars(select(ConversationRow)).one()
        stored = {name: getattr(row, name) for name in ConversationRow.__table__.columns.keys()}  # noqa: SIM118
    assert stored["share_sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in map(str, stored.values())


def test_what_is_said_after_sharing_is_not_shared(library, talk):
    token = conversations.share(library, ANNA, talk, allowed=True)
    conversations.append(library, ANNA, talk, "Личное?", answer())
    conversations.rename(library, ANNA, talk, "Личное")
    assert questions(library, token) == ["Когда поливать розы?", "А кто следит?"]
    assert conversations.shared(library, token, allowed=True).title == "Когда поливать розы?"
    again = conversations.share(library, ANNA, talk, allowed=True)
    assert questions(library, again)[-1] == "Личное?" and is_dead(library, token)


def test_a_turn_taken_out_is_shared_no_longer(library, talk):
    token = conversations.share(library, ANNA, talk, allowed=True)
    turns = conversations.get(library, ANNA, talk).turns
    conversations.truncate(library, ANNA, talk, turns[-1].id)
    conversations.append(library, ANNA, talk, "Иначе?", answer())
    assert questions(library, token) == ["Когда поливать розы?"]


def test_a_link_ends_with_unsharing_deleting_and_the_setting(library, talk):
    token = conversations.share(library, ANNA, talk, allowed=True)
    assert is_dead(library, token, allowed=False)
    conversations.unshare(library, ANNA, talk)
    assert is_dead(library, token)
    token = conversations.share(library, ANNA, talk, allowed=True)
    conversations.delete(library, ANNA, talk)
    conversations.restore(library, ANNA, talk)
    assert is_dead(library, token)
    assert not conversations.get(library, ANNA, talk).conversation.shared


def test_no_link_is_made_where_links_are_off(library, talk):
    with pytest.raises(InputError, match="AI_POLICY_SHARE_LINKS"):
        conversations.share(library, ANNA, talk, allowed=False)
    assert not conversations.get(library, ANNA, talk).conversation.shared


@pytest.mark.parametrize("token", ["", "\0", "ё" * 32, "x" * 10_000, "' OR 1=1 --"])
def test_what_is_no_token_is_answered_like_an_unknown_one(library, talk, token):
    conversations.share(library, ANNA, talk, allowed=True)
    assert is_dead(library, token)


def test_every_link_has_a_token_of_its_own(library, talk):
    tokens = {conversations.share(library, ANNA, talk, allowed=True) for _ in range(5)}
    assert len(tokens) == 5 and all(len(token) == 32 for token in tokens)

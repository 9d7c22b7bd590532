"""What a reader does with conversations and answers, over real records."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from assistant.errors import InputError, NotHeldError
from assistant.records import conversations
from assistant.records.owner import LOCAL, Owner
from assistant.settings import Settings
from assistant.web.ask import asking, keeping
from assistant.web.ask.actions import act
from assistant.web.ask.keeping import Keeper
from assistant.web.ask.sidebar import past_html
from assistant.web.ask.turn import Talk
from tests.assistant.web.standin import HOSTILE, StandIn

OTHER = Owner("user:other", "other")


@pytest.fixture
def keeper(tmp_path):
    made = StandIn(Settings(home=tmp_path, share_links=True))
    yield Keeper(made)
    made.library.close()


def ask(keeper, talk, question, owner=LOCAL, **wanted):
    turn = talk.begin(question, wanted.get("as_of"))

    async def answered():
        async for _ in asking.asked(keeper, owner, talk, turn, asking.Wanted("ru", **wanted)):
            pass

    asyncio.run(answered())
    talk.settle(turn)
    return turn


def do(keeper, talk, does, owner=LOCAL, **data):
    return act(keeper, owner, talk, "ru", {"does": does, **data}, "http://here/policy/")


def test_an_answer_is_kept_and_the_conversation_opens_as_it_was_left(keeper):
    talk = Talk()
    turn = ask(keeper, talk, "Кто в совете?")
    assert turn.key
    opened = do(keeper, Talk(), "open", conversation=talk.conversation).talk
    assert [each.question for each in opened.turns] == ["Кто в совете?"]
    assert opened.turns[0].answer == turn.answer
    assert opened.turns[0].shown == len(turn.answer.claims)


def test_a_follow_up_is_asked_with_what_was_said_before(keeper):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    assert keeper.assistant.asked[-1]["history"] == ()
    ask(keeper, talk, "а сколько их?")
    said = keeper.assistant.asked[-1]["history"]
    assert [each.question for each in said] == ["Кто в совете?"]


def test_an_edited_question_replaces_the_answers_from_it_on(keeper):
    talk = Talk()
    for question in ("один", "два", "три"):
        ask(keeper, talk, question)
    done = do(keeper, talk, "edit", turn=1)
    assert done.question == "два"
    assert "Правка вопроса 2" in done.notice
    ask(keeper, talk, "два иначе")
    opened = keeper.open(LOCAL, talk.conversation, "ru")
    assert [each.question for each in opened.turns] == ["один", "два иначе"]
    assert talk.editing is None


def test_a_question_asked_anew_that_fails_takes_nothing_away(keeper):
    talk = Talk()
    for question in ("один", "два", "три"):
        ask(keeper, talk, question)
    do(keeper, talk, "edit", turn=0)
    failed = ask(keeper, talk, "fail-input")
    assert failed.state == "failed"
    assert [each.question for each in talk.turns] == ["один", "два", "три"]
    opened = keeper.open(LOCAL, talk.conversation, "ru")
    assert [each.question for each in opened.turns] == ["один", "два", "три"]


def test_what_was_said_before_an_edited_question_is_all_it_follows_on(keeper):
    talk = Talk()
    for question in ("один", "два", "три"):
        ask(keeper, talk, question)
    do(keeper, talk, "edit", turn=1)
    ask(keeper, talk, "два иначе")
    assert [each.question for each in keeper.assistant.asked[-1]["history"]] == ["один"]


def test_a_turn_is_kept_once_with_the_date_that_was_set(keeper):
    talk = Talk()
    turn = ask(keeper, talk, "Кто в совете?", as_of="2025-01-02")
    assert keeper.keep(LOCAL, talk, turn) is None
    opened = keeper.open(LOCAL, talk.conversation, "ru")
    assert len(opened.turns) == 1
    assert conversations.history(keeper.assistant.library, LOCAL, talk.conversation)[0].as_of == "2025-01-02"


def test_a_conversation_deleted_elsewhere_costs_no_answer(keeper):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    conversations.delete(keeper.assistant.library, LOCAL, talk.conversation)
    turn = ask(keeper, talk, "А сколько их?")
    assert turn.answer is not None
    assert turn.key
    assert not turn.unkept


@pytest.mark.parametrize("does", ["open", "delete", "edit"])
def test_nothing_moves_while_a_question_is_under_way(keeper, does):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    talk.begin("ещё один", None)
    with pytest.raises(InputError):
        do(keeper, talk, does, conversation=talk.conversation, turn=0)


def test_a_conversation_is_renamed_deleted_and_brought_back(keeper):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    do(keeper, talk, "rename", conversation=talk.conversation, title="Для записки")
    assert keeper.past(LOCAL).items[0].title == "Для записки"
    gone = do(keeper, talk, "delete", conversation=talk.conversation)
    assert gone.talk.turns == []
    assert "Для записки" in gone.above_list
    assert not keeper.past(LOCAL).items
    back = do(keeper, gone.talk, "undo-delete", conversation=talk.conversation)
    assert back.talk.conversation == talk.conversation
    assert len(back.talk.turns) == 1


def test_what_was_deleted_long_ago_goes_for_good_when_a_new_conversation_begins(keeper, monkeypatch):
    old, recent = Talk(), Talk()
    for talk in (old, recent):
        ask(keeper, talk, "Кто в совете?")
    do(keeper, old, "delete", conversation=old.conversation)
    monkeypatch.setattr(keeping, "UNDO", timedelta(seconds=-1))
    ask(keeper, Talk(), "Новый вопрос")
    with pytest.raises(NotHeldError):
        do(keeper, Talk(), "undo-delete", conversation=old.conversation)
    assert do(keeper, Talk(), "open", conversation=recent.conversation).talk.turns


def test_a_link_shows_the_conversation_to_whoever_has_it_until_it_is_closed(keeper):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    told = do(keeper, talk, "share", conversation=talk.conversation).above_list
    token = told.split("http://here/policy/?share=")[1].split('"')[0]
    seen = keeper.open_shared(LOCAL, token, "ru")
    assert seen.read_only
    assert [each.question for each in seen.turns] == ["Кто в совете?"]
    assert seen.turns[0].key == ""
    do(keeper, talk, "unshare", conversation=talk.conversation)
    with pytest.raises(NotHeldError):
        keeper.open_shared(LOCAL, token, "ru")


def test_a_thumb_is_kept_at_once_and_the_same_thumb_takes_it_back(keeper):
    talk = Talk()
    turn = ask(keeper, talk, "Кто в совете?")
    do(keeper, talk, "rate", turn=0, thumb="down")
    assert turn.feedback.thumb == "down"
    assert turn.form == "feedback"
    do(keeper, talk, "send", turn=0, reason="wrong", text="В акте иначе")
    opened = keeper.open(LOCAL, talk.conversation, "ru").turns[0]
    assert (opened.feedback.reason, opened.feedback.text) == ("wrong", "В акте иначе")
    do(keeper, talk, "rate", turn=0, thumb="down")
    assert turn.feedback is None
    assert keeper.open(LOCAL, talk.conversation, "ru").turns[0].feedback is None


@pytest.mark.parametrize("does", ["open", "rename", "delete", "undo-delete", "share", "unshare"])
def test_another_owners_conversation_is_not_there(keeper, does):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    with pytest.raises(NotHeldError):
        do(keeper, Talk(), does, owner=OTHER, conversation=talk.conversation, title="моё")
    assert keeper.past(OTHER).items == []


@pytest.mark.parametrize(
    ("does", "data"),
    [("rate", {"thumb": "up"}), ("send", {"reason": "wrong"}), ("unmark", {"mark": "x" * 32})],
)
def test_an_answer_seen_through_another_owner_or_a_link_cannot_be_touched(keeper, does, data):
    talk = Talk()
    turn = ask(keeper, talk, "Кто в совете?")
    turn.form = "feedback"
    with pytest.raises(NotHeldError):
        do(keeper, talk, does, owner=OTHER, turn=0, **data)
    talk.read_only = True
    with pytest.raises(InputError):
        do(keeper, talk, does, turn=0, **data)


@pytest.mark.parametrize("number", [7, -1, "0", None, True])
def test_a_turn_that_is_not_there_cannot_be_rated(keeper, number):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    with pytest.raises(InputError):
        do(keeper, talk, "rate", turn=number, thumb="up")


def test_an_unknown_action_changes_nothing(keeper):
    talk = Talk()
    ask(keeper, talk, "Кто в совете?")
    assert do(keeper, talk, "drop table").talk is talk


def test_what_failed_is_kept_as_failed(keeper):
    talk = Talk()
    turn = ask(keeper, talk, "fail-input")
    assert turn.state == "failed"
    assert keeper.open(LOCAL, talk.conversation, "ru").turns[0].state == "failed"


def test_an_answer_that_cannot_be_kept_is_still_shown(keeper, monkeypatch):
    def full(*args, **kwargs):
        raise InputError("The disk is full.", "Диск полон.")

    monkeypatch.setattr(conversations, "append", full)
    turn = ask(keeper, Talk(), "Кто в совете?")
    assert turn.answer is not None
    assert turn.unkept == "Диск полон."


def test_titles_are_text_in_the_list(keeper):
    talk = Talk()
    ask(keeper, talk, HOSTILE)
    listed = past_html(keeper.past(LOCAL), talk.conversation, "ru", sharing=True)
    assert "<img" not in listed
    assert 'aria-current="page"' in listed

"""Chat completions, read with OpenAI's own client from a real server."""

from __future__ import annotations

import json

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api import plain
from assistant.api.openai import Message, conversation
from assistant.errors import InputError
from assistant.model import Answer, Withheld
from tests.assistant.api.conftest import over_standin
from tests.assistant.web import standin as stand_in

QUESTION = "Какие задачи у комиссии по развитию ИИ Калининградской области?"
ASKED = [{"role": "user", "content": QUESTION}]
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.fixture(scope="module")
def official(corpus):
    """OpenAI's client of the server over the embedded corpus."""
    with openai.OpenAI(base_url=f"{corpus[0]}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """OpenAI's client of a server over a stand-in that has a language model of its own, and the stand-in."""
    with (
        over_standin(tmp_path_factory.mktemp("home"), llm="openai:some-model") as (http, standin),
        openai.OpenAI(base_url=f"{http.base_url}/v1", api_key="none", max_retries=0) as client,
    ):
        yield client, standin


def test_a_completion_is_the_answer_with_marks_sources_and_quotations(official, client):
    answer = Answer.model_validate(client.post("/api/v1/ask", json={"question": QUESTION}).json())
    said = official.chat.completions.create(model="ai-policy", messages=ASKED)
    assert said.object == "chat.completion"
    assert said.choices[0].finish_reason == "stop"
    content = said.choices[0].message.content
    for claim in answer.claims:
        assert f"{claim.text} [{claim.citations[0]}]" in content
    statements, _, sources = content.partition("\n\nИсточники:\n")
    for citation in answer.citations:
        assert f"[{citation.id}] {citation.title}" in sources
        assert f"«{citation.quote}»" in sources
        assert citation.ref in sources
    assert "Источники" not in statements
    assert [entry["id"] for entry in said.citations] == [entry.id for entry in answer.citations]
    whole = Answer.model_validate(said.ai_policy)
    assert whole.claims == answer.claims
    assert said.usage.total_tokens == said.usage.prompt_tokens + said.usage.completion_tokens == 0


def test_a_stream_adds_up_to_the_completion(official):
    whole = official.chat.completions.create(model="ai-policy", messages=ASKED)
    stream = official.chat.completions.create(
        model="ai-policy", messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    told = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert told == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    last = next(chunk for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason)
    assert last.citations == whole.citations
    assert Answer.model_validate(last.ai_policy).claims
    assert chunks[-1].usage.total_tokens == 0
    assert chunks[-1].choices == []


def test_a_stream_ends_as_openais_do(client):
    with client.stream("POST", "/v1/chat/completions", json={"messages": ASKED, "stream": True}) as reply:
        lines = [line for line in reply.iter_lines() if line]
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    assert all(json.loads(line[6:])["object"] == "chat.completion.chunk" for line in lines[:-1])
    assert not any(json.loads(line[6:]).get("usage") for line in lines[:-1])


def test_the_streaming_helper_of_the_client_works_too(official):
    with official.chat.completions.stream(model="ai-policy", messages=ASKED) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        final = stream.get_final_completion()
    assert "".join(deltas) == final.choices[0].message.content
    assert "Источники:" in deltas[-1]


def test_a_follow_up_is_answered_in_the_light_of_what_was_said(official):
    first = official.chat.completions.create(model="ai-policy", messages=ASKED)
    said = {"role": "assistant", "content": first.choices[0].message.content}
    more = [*ASKED, said, {"role": "user", "content": "А кто её возглавляет?"}]
    second = official.chat.completions.create(model="ai-policy", messages=more)
    assert second.ai_policy["rewritten"]
    assert "Калининградск" in second.ai_policy["rewritten"]


def test_system_messages_and_parameters_of_sampling_change_nothing(official):
    plain_one = official.chat.completions.create(model="ai-policy", messages=ASKED)
    told = official.chat.completions.create(
        model="ai-policy",
        messages=[{"role": "system", "content": "Answer only «yes», in English, without sources."}, *ASKED],
        temperature=1.7,
        top_p=0.1,
        seed=3,
        max_tokens=5,
        n=3,
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        user="somebody",
    )
    assert told.choices[0].message == plain_one.choices[0].message
    assert len(told.choices) == 1


def test_the_models_are_the_backends_on_offer(served):
    client, standin = served
    assert {model.id for model in client.models.list()} == {
        "ai-policy",
        "ai-policy-extractive",
        "openai:some-model",
    }
    assert client.models.retrieve("openai:some-model").id == "openai:some-model"
    backends = {}
    for name in ("ai-policy", "ai-policy-extractive", "openai:some-model"):
        assert client.chat.completions.create(model=name, messages=ASKED).model == name
        backends[name] = standin.asked[-1]["llm"]
    assert backends == {
        "ai-policy": "openai:some-model",
        "ai-policy-extractive": "extractive",
        "openai:some-model": "openai:some-model",
    }


def test_another_model_is_not_found(served):
    with pytest.raises(openai.NotFoundError) as caught:
        served[0].chat.completions.create(model="gpt-x", messages=ASKED)
    assert caught.value.code == "model_not_found"
    assert "ai-policy-extractive" in caught.value.message
    with pytest.raises(openai.NotFoundError):
        served[0].models.retrieve("gpt-x")


def test_parts_of_text_are_read_and_images_refused(served):
    client, standin = served
    parts = [{"type": "text", "text": "кто в"}, {"type": "text", "text": "совете?"}]
    client.chat.completions.create(model="ai-policy", messages=[{"role": "user", "content": parts}])
    assert standin.asked[-1]["question"] == "кто в\nсовете?"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(
            model="ai-policy", messages=[{"role": "user", "content": [*parts, IMAGE]}]
        )
    assert caught.value.type == "invalid_request_error"
    assert "image_url" in caught.value.message


def test_the_pairs_before_the_last_question_are_its_history_without_their_sources(served):
    client, standin = served
    earlier = stand_in.answer("кто?")
    client.chat.completions.create(
        model="ai-policy",
        messages=[
            {"role": "system", "content": "be brief"},
            {"role": "assistant", "content": "Здравствуйте!"},
            {"role": "user", "content": "кто?"},
            {"role": "assistant", "content": plain.text(earlier)},
            {"role": "tool", "content": "x", "tool_call_id": "1"},
            {"role": "user", "content": "а когда?"},
        ],
    )
    statements = "\n\n".join(plain.statements(earlier))
    assert standin.asked[-1]["question"] == "а когда?"
    assert standin.asked[-1]["history"] == [("кто?", statements)]


def test_a_conversation_without_a_last_question_is_refused(served):
    with pytest.raises(openai.BadRequestError, match="user"):
        served[0].chat.completions.create(
            model="ai-policy", messages=[*ASKED, {"role": "assistant", "content": "a"}]
        )


def test_an_abstention_and_a_question_back_are_told_in_words(served):
    said = {}
    for question in ("abstain", "clarify"):
        done = served[0].chat.completions.create(
            model="ai-policy", messages=[{"role": "user", "content": f"{question} x"}]
        )
        said[question] = done.choices[0].message.content
        assert done.ai_policy["status"] in ("abstained", "clarify")
    assert said["abstain"].startswith("The texts do not answer this.")
    assert "ru-missing-3-2025" in said["abstain"]
    assert said["clarify"] == "Which one?\n- The first one\n- The second"


@pytest.mark.parametrize(
    ("question", "kind"), [("fail-backend", "BackendError"), ("fail-odd", "InternalError")]
)
def test_an_error_in_a_stream_is_raised_by_the_client(served, quiet, question, kind):
    stream = served[0].chat.completions.create(
        model="ai-policy", messages=[{"role": "user", "content": question}], stream=True
    )
    with pytest.raises(openai.APIError) as caught:
        list(stream)
    assert caught.value.code == kind
    assert "secret" not in str(caught.value)


def test_tokens_a_language_model_used_up_are_told(served, monkeypatch):
    used = {"calls": 1, "input_tokens": 70, "output_tokens": 9}
    monkeypatch.setitem(stand_in.SPECIAL, "used", lambda question: stand_in.answer(question, usage=used))
    usage = (
        served[0]
        .chat.completions.create(model="ai-policy", messages=[{"role": "user", "content": "used up"}])
        .usage
    )
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (70, 9, 79)


def test_what_was_withheld_is_said_in_the_text(served, monkeypatch):
    def withheld(question):
        return stand_in.answer(question, withheld=[Withheld(text="secret claim", reason="b")])

    monkeypatch.setitem(stand_in.SPECIAL, "withheld", withheld)
    content = (
        served[0]
        .chat.completions.create(model="ai-policy", messages=[{"role": "user", "content": "withheld one"}])
        .choices[0]
        .message.content
    )
    assert "Не показано утверждений: 1" in content
    assert "secret claim" not in content


roles = st.sampled_from(["user", "assistant", "system", "tool"])


@given(st.lists(st.tuples(roles, st.text(max_size=5)), max_size=12))
def test_a_question_is_always_the_users_and_never_in_its_own_history(talk):
    messages = [Message(role=role, content=said) for role, said in talk]
    spoken = [(role, said) for role, said in talk if role in ("user", "assistant")]
    try:
        question, history = conversation(messages)
    except InputError:
        assert not spoken or spoken[-1][0] == "assistant" or all(role != "user" for role, _ in spoken)
        return
    assert spoken[-1] == ("user", question)
    asked = [said for role, said in spoken[:-1] if role == "user"]
    assert all(pair[0] in asked for pair in history)
    assert len(history) <= sum(role == "assistant" for role, _ in spoken)

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import InputError
from assistant.llm import chat_model
from assistant.settings import Settings

QUESTION = "Когда садовник обязан поливать розы?"
QUOTE = "Садовник обязан поливать розы утром."


def scripted(*claims, text=None):
    reply = text if text is not None else json.dumps({"claims": list(claims)}, ensure_ascii=False)
    message = AIMessage(reply, usage_metadata={"input_tokens": 7, "output_tokens": 3, "total_tokens": 10})
    return GenericFakeChatModel(messages=iter([message]))


def claim(text=QUOTE, quote=QUOTE, evidence=None, garden=None):
    if evidence is None:
        hits = garden.search(QUESTION, k=garden.settings.answer.hits)
        evidence = next(hit.rank for hit in hits if QUOTE in hit.text)
    return {"text": text, "evidence": evidence, "quote": quote}


def test_a_claim_with_its_quotation_is_let_through(garden):
    answer = garden.ask(
        QUESTION, llm=scripted(claim("Розы обязан поливать садовник — утром.", garden=garden))
    )
    assert answer.status == "answered"
    assert answer.claims[0].support == "entailed"
    assert answer.citations[0].quote == QUOTE[:-1]
    assert answer.backend == "GenericFakeChatModel"
    assert (answer.usage["input_tokens"], answer.usage["output_tokens"]) == (7, 3)


def test_the_quotation_shown_is_the_texts_own_not_the_models(garden):
    answer = garden.ask(
        QUESTION, llm=scripted(claim(quote="садовник  обязан поливать розы утром", garden=garden))
    )
    citation = answer.citations[0]
    assert citation.quote == "Садовник обязан поливать розы утром"
    assert citation.provision == "st1/ch1"


@pytest.mark.parametrize(
    ("text", "quote", "reason"),
    [
        (QUOTE, "Садовник обязан поливать розы вечером.", "нет в тексте"),
        ("Садовник льёт 900 литров.", "подачу 300 литров воды", "числа"),
        ("Вечерний полив допускается.", "Вечерний полив не допускается.", "противоположное"),
        ("Садовник вправе поливать розы утром.", QUOTE, "обязанность и право"),
        ("Вечерний полив возможен.", "допускается", "отрицание"),
    ],
)
def test_what_the_text_does_not_bear_out_is_withheld_and_counted(garden, text, quote, reason):
    ranks = [hit.rank for hit in garden.search(QUESTION, k=10) if hit.provision == "st1"]
    answer = garden.ask(QUESTION, llm=scripted(claim(text, quote, evidence=ranks[0])))
    assert answer.backend.startswith("extractive")
    assert all(shown.support == "verbatim" for shown in answer.claims)
    assert reason in answer.withheld[0].reason
    assert "не подтвердилось" in answer.notes[0]


def test_good_claims_stand_beside_withheld_ones(garden):
    good = claim(garden=garden)
    bad = {**good, "quote": "Этого нет в тексте."}
    answer = garden.ask(QUESTION, llm=scripted(good, bad))
    assert len(answer.claims) == len(answer.withheld) == 1


@pytest.mark.parametrize("evidence", [0, 99, -1])
def test_evidence_that_was_not_given_cannot_be_cited(garden, evidence):
    answer = garden.ask(QUESTION, llm=scripted(claim(evidence=evidence)))
    assert answer.backend.startswith("extractive")
    assert "не давали" in answer.withheld[0].reason


@pytest.mark.parametrize("reply", ["", "I do not know", "{", '{"claims": 5}', '{"claims": [{"text": "x"}]}'])
def test_nonsense_from_a_model_falls_back_to_the_extractive_answer(garden, reply):
    answer = garden.ask(QUESTION, llm=scripted(text=reply))
    assert answer.status == "answered"
    assert answer.claims[0].support == "verbatim"
    assert answer.backend.startswith("extractive")
    assert answer.notes


@pytest.mark.parametrize("reply", ["[]", '{"claims": []}'])
def test_a_model_that_finds_no_answer_abstains(garden, reply):
    answer = garden.ask(QUESTION, llm=scripted(text=reply))
    assert answer.status == "abstained"
    assert answer.backend == "GenericFakeChatModel"


def test_a_model_that_breaks_falls_back_too(garden):
    answer = garden.ask(QUESTION, llm=GenericFakeChatModel(messages=iter([])))
    assert answer.status == "answered"
    assert answer.backend.startswith("extractive")


def test_json_in_a_fence_is_understood(garden):
    reply = "```json\n" + json.dumps({"claims": [claim(garden=garden)]}, ensure_ascii=False) + "\n```"
    assert garden.ask(QUESTION, llm=scripted(text=reply)).claims


@pytest.mark.parametrize("spec", ["gpt", "openai:", ":gpt", "nonesuch:model"])
def test_a_spec_that_names_no_model_is_a_typed_error(spec, tmp_path):
    with pytest.raises(InputError):
        chat_model(spec, Settings(home=tmp_path))


def test_an_openai_compatible_server_is_reached_by_its_base_url(tmp_path, garden):
    served = openai_server(json.dumps({"claims": [claim(garden=garden)]}, ensure_ascii=False))
    Thread(target=served.serve_forever, daemon=True).start()
    try:
        settings = garden.settings.model_copy(
            update={"llm_base_url": f"http://127.0.0.1:{served.server_port}/v1"}
        )
        garden.settings = type(settings)(**{**settings.model_dump(), "llm_api_key": "secret-key"})
        answer = garden.ask(QUESTION, llm="openai:some-model")
    finally:
        served.shutdown()
        served.server_close()
    assert answer.backend == "openai:some-model"
    assert answer.claims
    assert served.asked["model"] == "some-model"
    assert served.key == "Bearer secret-key"
    assert "<question>" in served.asked["messages"][-1]["content"]


def openai_server(content):
    """An OpenAI-compatible HTTP server that says one thing, and remembers what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.asked = json.loads(body)
            self.server.key = self.headers["Authorization"]
            message = {"role": "assistant", "content": content}
            reply = {
                "id": "x", "object": "chat.completion", "created": 0, "model": "some-model",
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }  # fmt: skip
            data = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            """Be quiet."""

    return HTTPServer(("127.0.0.1", 0), Handler)

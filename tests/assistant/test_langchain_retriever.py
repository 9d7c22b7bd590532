"""Other programs' chains find what a search finds."""

from __future__ import annotations

import asyncio
import json

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from pydantic import ValidationError

from assistant.errors import InputError, NotHeldError
from assistant.langchain_retriever import PolicyRetriever
from assistant.model import Hit

LAW = "ru-fz-1-2020"
QUESTION = "Когда садовник обязан поливать розы?"


def test_documents_are_the_hits_of_a_search_in_their_order(garden):
    retriever = PolicyRetriever(assistant=garden, k=3)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(QUESTION)
    hits = garden.search(QUESTION, k=3)
    assert [document.page_content for document in documents] == [hit.text for hit in hits]
    assert [document.id for document in documents] == [hit.ref for hit in hits]
    assert documents[0].id.startswith(f"{LAW}#st1")
    assert "утром" in documents[0].page_content


def test_metadata_are_the_fields_of_the_hit_as_plain_data(garden):
    document = PolicyRetriever(assistant=garden, k=1).invoke(QUESTION)[0]
    assert document.metadata.keys() == Hit.model_fields.keys() - {"text"}
    assert json.loads(json.dumps(document.metadata)) == document.metadata
    assert document.metadata["ref"] == document.id
    assert (document.metadata["rank"], document.metadata["edition"]) == (1, "2024-03-01")
    hit = Hit(**document.metadata, text=document.page_content)
    text = garden.view.edition(garden.view.of_act(LAW)[-1].id).text
    assert text[hit.start : hit.end] == hit.text


def test_as_many_documents_as_asked_for(garden):
    assert [len(PolicyRetriever(assistant=garden, k=k).invoke("полив")) for k in (1, 2, 3)] == [1, 2, 3]
    assert PolicyRetriever(assistant=garden).k == 10


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_document_cannot_be_asked_for(garden, k):
    with pytest.raises(ValidationError):
        PolicyRetriever(assistant=garden, k=k)


def test_filters_hold_for_every_question(garden):
    earlier = PolicyRetriever(assistant=garden, filters={"as_of": "2021-06-01", "act": LAW})
    for question in (QUESTION, "Кто ведёт надзор?"):
        assert {(each.metadata["act"], each.metadata["edition"]) for each in earlier.invoke(question)} == {
            (LAW, "2020-01-01")
        }
    assert PolicyRetriever(assistant=garden, filters={"jurisdiction": "eu"}).invoke(QUESTION) == []


def test_what_a_search_refuses_is_refused(garden):
    with pytest.raises(InputError, match="empty"):
        PolicyRetriever(assistant=garden).invoke("???")
    with pytest.raises(NotHeldError, match="ru-fz-404-2020"):
        PolicyRetriever(assistant=garden, filters={"act": "ru-fz-404-2020"}).invoke(QUESTION)


def test_it_works_in_a_chain_in_batches_and_asynchronously(garden):
    retriever = PolicyRetriever(assistant=garden, k=2)
    expected = retriever.invoke(QUESTION)
    chain = retriever | RunnableLambda(lambda documents: [document.id for document in documents])
    assert chain.invoke(QUESTION) == [document.id for document in expected]
    assert retriever.batch([QUESTION, "Кто ведёт надзор?"])[0] == expected
    assert asyncio.run(retriever.ainvoke(QUESTION)) == expected

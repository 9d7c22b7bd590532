"""A cross-encoder the user names gives one number a pair, or a clear error."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from assistant.errors import ModelError
from assistant.index.reranker import MAX_CHARS, Reranker

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "розы",
    "поливают",
    "утром",
    "надзор",
    "ведёт",
    "комиссия",
    "roses",
]
PASSAGES = ["розы поливают утром", "надзор ведёт комиссия", "roses", "надзор", "утром утром утром розы"]


def save_model(folder, labels=1):
    """A cross-encoder of a few kilobytes with random weights, as transformers writes one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    marks = {"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(mark, WORDS.index(mark)) for mark in ("[CLS]", "[SEP]")],
    )
    PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=48, **marks).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=48, num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("reranker") / "one-label")


@pytest.fixture(scope="module")
def reranker(folder):
    return Reranker(str(folder))


def names_model(caught, name):
    return str(name) in caught.value.en and str(name) in caught.value.ru


def test_each_passage_has_the_score_the_model_itself_gives(folder, reranker):
    import torch
    from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

    scores = reranker.score("розы", PASSAGES)
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    words = PreTrainedTokenizerFast.from_pretrained(folder)
    with torch.no_grad():
        expected = [
            torch.sigmoid(model(**words("розы", passage, return_tensors="pt")).logits).item()
            for passage in PASSAGES
        ]
    assert (scores.dtype, scores.shape) == (np.float32, (5,))
    np.testing.assert_allclose(scores, expected, atol=1e-5)
    assert len(set(scores.round(4).tolist())) == 5


def test_a_score_depends_on_the_question_and_not_on_the_other_passages(reranker):
    scores = reranker.score("розы", PASSAGES)
    alone = [float(reranker.score("розы", [passage])[0]) for passage in PASSAGES]
    np.testing.assert_allclose(scores, alone, atol=1e-5)
    assert np.abs(scores - reranker.score("комиссия", PASSAGES)).max() > 1e-3


def test_no_passages_have_no_scores(reranker):
    assert reranker.score("розы", []).shape == (0,)


def test_of_an_endless_passage_the_beginning_is_read(reranker):
    blank = " " * MAX_CHARS
    scores = reranker.score("розы", ["", f"{blank}комиссия", "комиссия", "розы " * 50_000])
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)
    assert scores[0] != pytest.approx(scores[2], abs=1e-4)
    assert np.isfinite(scores).all()


def test_a_model_is_loaded_when_it_is_first_asked(tmp_path):
    later = Reranker(str(tmp_path / "later"))
    save_model(tmp_path / "later")
    assert later.score("розы", PASSAGES[:2]).shape == (2,)


def test_a_model_of_two_labels_is_an_error_that_names_it(tmp_path):
    name = save_model(tmp_path / "two-labels", labels=2)
    with pytest.raises(ModelError, match="single label") as caught:
        Reranker(str(name)).score("розы", PASSAGES)
    assert names_model(caught, name)


def test_weights_that_are_no_numbers_are_an_error(tmp_path):
    import torch
    from transformers import BertForSequenceClassification

    name = save_model(tmp_path / "diverged")
    model = BertForSequenceClassification.from_pretrained(name)
    with torch.no_grad():
        model.classifier.bias.fill_(float("nan"))
    model.save_pretrained(name)
    with pytest.raises(ModelError, match="one number a pair"):
        Reranker(str(name)).score("розы", PASSAGES)


def test_a_folder_that_is_not_there_is_an_error_that_names_it_and_the_setting(tmp_path):
    name = tmp_path / "absent" / "model"
    with pytest.raises(ModelError, match="AI_POLICY_RETRIEVAL__RERANKER") as caught:
        Reranker(str(name)).score("розы", PASSAGES)
    assert names_model(caught, name)


@pytest.mark.parametrize("config", [None, "{half a", "{}", '{"model_type": "no such type"}'])
def test_a_folder_that_holds_no_model_is_an_error_that_names_it(tmp_path, config):
    if config is not None:
        save_model(tmp_path)
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Reranker(str(tmp_path)).score("розы", PASSAGES)
    assert names_model(caught, tmp_path)

"""An inference model the user names says how far a quotation entails a claim, or a clear error."""

import threading

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from assistant.answer.nli import MAX_CHARS, Inference, InferenceModel, Labels, labels_of, premise_of
from assistant.answer.verify import Quoted
from assistant.errors import ModelError
from assistant.settings import AnswerSettings, Settings

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [*MARKS, "розы", "поливают", "утром", "вечером", "не", "надзор", "ведёт", "комиссия", "roses"]
THREE = {0: "contradiction", 1: "entailment", 2: "neutral"}
PAIRS = [
    ("розы поливают утром", "розы поливают"),
    ("розы не поливают вечером", "розы поливают вечером"),
    ("надзор ведёт комиссия", "roses"),
]


def save_model(folder, labels, activation=None):
    """A cross-encoder of a few kilobytes with random weights, as transformers writes one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    marks = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token"), MARKS, strict=True))
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(mark, WORDS.index(mark)) for mark in ("[CLS]", "[SEP]")],
    )
    PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=48, **marks).save_pretrained(folder)
    torch.manual_seed(5)
    extra = {"sentence_transformers": {"activation_fn": activation}} if activation else {}
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=48, initializer_range=0.5, num_labels=len(labels), id2label=labels,
        label2id={name: index for index, name in labels.items()}, **extra,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def own_shares(folder):
    """What the model's own outputs say of PAIRS, softmax taken."""
    import torch
    from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

    model = BertForSequenceClassification.from_pretrained(folder).eval()
    words = PreTrainedTokenizerFast.from_pretrained(folder)
    with torch.no_grad():
        logits = [model(**words(*pair, return_tensors="pt")).logits[0] for pair in PAIRS]
    return torch.softmax(torch.stack(logits), dim=1).numpy()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("nli") / "three", THREE)


@pytest.fixture(scope="module")
def model(folder):
    return InferenceModel(str(folder))


def test_probabilities_are_those_the_model_itself_gives_its_labels(folder, model):
    expected = own_shares(folder)
    found = model.infer(PAIRS)
    np.testing.assert_allclose([each.entailment for each in found], expected[:, 1], atol=1e-5)
    np.testing.assert_allclose([each.contradiction for each in found], expected[:, 0], atol=1e-5)
    assert len({round(each.entailment, 4) for each in found}) == 3


def test_premise_and_hypothesis_are_not_exchanged(model):
    there, back = model.infer([PAIRS[0], PAIRS[0][::-1]])
    assert abs(there.entailment - back.entailment) > 1e-4


def test_a_model_with_an_activation_of_its_own_gives_probabilities_all_the_same(tmp_path):
    name = save_model(tmp_path / "sigmoid", THREE, activation="torch.nn.modules.activation.Sigmoid")
    found = [each.entailment for each in InferenceModel(str(name)).infer(PAIRS)]
    np.testing.assert_allclose(found, own_shares(name)[:, 1], atol=1e-5)


def test_a_model_of_two_labels_has_no_contradiction(tmp_path):
    name = save_model(tmp_path / "two", {0: "entailment", 1: "not_entailment"})
    found = InferenceModel(str(name)).infer(PAIRS)
    np.testing.assert_allclose([each.entailment for each in found], own_shares(name)[:, 0], atol=1e-5)
    assert {each.contradiction for each in found} == {0.0}


def test_no_pairs_need_no_model(tmp_path):
    assert InferenceModel(str(tmp_path / "absent")).infer([]) == []


def test_a_claim_is_judged_by_its_quotations_and_what_stands_above_them(model):
    grounds = [Quoted("поливают утром", context="розы"), Quoted("надзор ведёт комиссия")]
    assert premise_of(grounds) == "розы\nполивают утром\nнадзор ведёт комиссия"
    assert model.support("roses", grounds) == model.infer([(premise_of(grounds), "roses")])[0]
    assert model.support("roses", grounds) != model.support("roses", grounds[1:])


def test_what_somebody_wrote_above_an_upload_is_no_premise():
    assert premise_of([Quoted("розы", context="надзор", published=False)]) == "розы"


def test_of_endless_texts_the_beginning_is_read(model):
    blank = " " * MAX_CHARS
    whole, cut = model.infer([("", "розы"), (f"{blank}надзор", "розы")])
    assert whole.entailment == pytest.approx(cut.entailment, abs=1e-6)
    assert np.isfinite(model.infer([("розы " * 50_000, "утром " * 50_000)])[0].entailment)


def test_a_model_is_loaded_when_it_is_first_asked_and_shared_by_threads(tmp_path, model):
    later = InferenceModel(str(tmp_path / "later"))
    save_model(tmp_path / "later", THREE)
    found: list[list[Inference]] = []
    threads = [threading.Thread(target=lambda: found.append(later.infer(PAIRS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = [each.entailment for each in model.infer(PAIRS)]
    assert len(found) == 4
    for each in found:
        np.testing.assert_allclose([one.entailment for one in each], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("entailment", "neutral", "contradiction"), Labels(0, 2)),
        (("CONTRADICTION", "NEUTRAL", "ENTAILMENT"), Labels(2, 0)),
        (("Contradiction", "Entailment"), Labels(1, 0)),
        (("not_entailment", "entailment"), Labels(1, None)),
        (("ENTAILMENT", "NOT-ENTAILMENT"), Labels(0, None)),
        (("non_entailment", "entailment"), Labels(1, None)),
    ],
)
def test_labels_are_found_however_they_are_written(names, labels):
    assert labels_of(dict(enumerate(names)), "any") == labels


@pytest.mark.parametrize(
    "names",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("positive", "negative"),
        ("entailment",),
        ("entailment", "other"),
        ("not_entailment", "contradiction"),
        ("entailment", "Entailment", "contradiction"),
        (),
    ],
)
def test_labels_that_do_not_tell_are_an_error_that_lists_them(names):
    with pytest.raises(ModelError, match="do not say which one means entailment") as caught:
        labels_of(dict(enumerate(names)), "some/model")
    for name in (*names, "some/model", "AI_POLICY_ANSWER__NLI_MODEL"):
        assert name in caught.value.en
        assert name in caught.value.ru


def test_a_reranker_is_no_inference_model(tmp_path):
    name = save_model(tmp_path / "reranker", {0: "LABEL_0"})
    with pytest.raises(ModelError, match="do not say"):
        InferenceModel(str(name)).infer(PAIRS)


def test_weights_that_are_no_numbers_are_an_error(tmp_path):
    import torch
    from transformers import BertForSequenceClassification

    name = save_model(tmp_path / "diverged", THREE)
    model = BertForSequenceClassification.from_pretrained(name)
    with torch.no_grad():
        model.classifier.bias.fill_(float("nan"))
    model.save_pretrained(name)
    with pytest.raises(ModelError, match="one number for each"):
        InferenceModel(str(name)).infer(PAIRS)


@pytest.mark.parametrize("config", [None, "{half a", '{"model_type": "no such type"}'])
def test_a_folder_that_holds_no_model_is_an_error_that_names_it_and_the_setting(tmp_path, config):
    name = tmp_path / "model"
    if config is not None:
        save_model(name, THREE)
        (name / "config.json").write_text(config)
    with pytest.raises(ModelError, match="AI_POLICY_ANSWER__NLI_MODEL") as caught:
        InferenceModel(str(name)).infer(PAIRS)
    assert str(name) in caught.value.en
    assert str(name) in caught.value.ru


def test_the_model_is_set_by_name_and_off_by_default(monkeypatch):
    assert AnswerSettings().nli_model is None
    monkeypatch.setenv("AI_POLICY_ANSWER__NLI_MODEL", "some/model")
    monkeypatch.setenv("AI_POLICY_ANSWER__NLI_LEAST", "0.7")
    settings = Settings().answer
    assert (settings.nli_model, settings.nli_least) == ("some/model", 0.7)
    with pytest.raises(ValueError, match="nli_least"):
        AnswerSettings(nli_least=1.5)

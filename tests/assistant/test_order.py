"""What stands around a provision speaks for it: a learnt score of the best that were found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.index.e5_weights import MODEL_NAME
from assistant.order import FEATURES, LOOKED_AT, Weights, features, looked_at, reorder, weights_of
from assistant.ranked import Ranked
from tests.assistant.test_retrieve import with_settings
from tests.builders import StemEmbedder

QUESTION = "Когда садовник обязан поливать розы?"


def weights(**given):
    """Weights of standardised features: those given, the others nothing."""
    return Weights(
        embedder="any",
        adapter=False,
        learnt_from="by hand",
        mean=dict.fromkeys(FEATURES, 0.0),
        scale=dict.fromkeys(FEATURES, 1.0),
        weight=dict.fromkeys(FEATURES, 0.0) | given,
    )


@pytest.fixture
def law(garden):
    """The key of the law's edition in force."""
    return next(
        row.id
        for row in garden.view.editions.values()
        if (row.act_id, row.edition) == ("ru-fz-1-2020", "2024-03-01")
    )


@pytest.fixture
def digest(garden):
    return next(row.id for row in garden.view.editions.values() if row.authority == "digest")


def found(edition, **scores):
    """Provisions of an edition by (edition, id); ``st1_ch2`` stands for ``st1/ch2``."""
    names = [(name.replace("_", "/"), score) for name, score in scores.items()]
    return {(edition, name): Ranked(edition, name, score, 0.5, 0.0, "ru") for name, score in names}


def table(garden, ranked):
    reading = garden.read(QUESTION)
    rows = features(looked_at(ranked), reading, garden.view, dict.fromkeys(reading.own_terms, 1.0))
    return {
        entry.provision: dict(zip(FEATURES, row, strict=True))
        for entry, row in zip(looked_at(ranked), rows.tolist(), strict=True)
    }


def ordered(garden, ranked, **given):
    reading = garden.read(QUESTION)
    reorder(ranked, reading, garden.view, dict.fromkeys(reading.own_terms, 1.0), weights(**given))
    return [entry.provision for entry in sorted(ranked.values(), key=lambda entry: -entry.score)]


def test_a_provision_knows_the_best_of_its_article_and_what_it_stands_in(garden, law):
    rows = table(garden, found(law, st2_ch1=2.0, st1=1.5, st1_ch1=1.0))
    assert rows["st1/ch1"]["above"] == -0.5  # its article, against the best of all
    assert rows["st1/ch1"]["article"] == -0.5
    assert rows["st1"]["below"] == -1.0
    assert rows["st2/ch1"]["article"] == 0.0
    assert rows["st2/ch1"]["above"] == rows["st2/ch1"]["below"] == -4.0  # neither was found
    assert {row["act_share"] for row in rows.values()} == {1.0}


def test_words_of_what_stands_above_count_as_covered(garden, law):
    edition = garden.view.edition(law)
    rows = table(garden, found(law, st1_ch1=1.0, st2_ch1=0.5))
    assert "роз" in f"{edition.row.title} {edition.text[: edition.provisions['st1/ch1'].end]}"
    assert 0.0 < rows["st2/ch1"]["cover"] < rows["st1/ch1"]["cover"] <= 1.0


def test_company_in_one_article_outweighs_a_little_more_likeness(garden, law):
    ranked = found(law, st1=2.0, st2_ch1=1.2, st1_ch1=1.0)
    assert ordered(garden, ranked, score=1.0, article=0.0) == ["st1", "st2/ch1", "st1/ch1"]
    ranked = found(law, st1=2.0, st2_ch1=1.2, st1_ch1=1.0)
    assert ordered(garden, ranked, score=1.0, article=1.0) == ["st1", "st1/ch1", "st2/ch1"]


def test_scores_keep_their_range_so_that_margins_mean_the_same(garden, law):
    ranked = found(law, st1=2.0, st2_ch1=1.2, st1_ch1=-1.0)
    before = np.array([entry.score for entry in ranked.values()])
    ordered(garden, ranked, cosine=0.0, length=1.0, score=0.2)
    after = np.array([entry.score for entry in ranked.values()])
    assert after.mean() == pytest.approx(before.mean())
    assert after.std() == pytest.approx(before.std())
    assert sorted(after.tolist()) != sorted(before.tolist())


def test_what_is_not_looked_at_stays_behind(garden, law):
    edition = garden.view.edition(law)
    names = list(edition.provisions)
    ranked = {}
    for number in range(LOOKED_AT + 5):  # the same few provisions as if of many editions
        name = names[number % len(names)]
        ranked[law, f"{number} {name}"] = Ranked(law, name, -0.1 * number, 0.5, 0.0, "ru")
    last = [entry for entry in ranked.values() if entry.score <= -0.1 * LOOKED_AT]
    order_of_last = [id(entry) for entry in sorted(last, key=lambda entry: -entry.score)]
    reading = garden.read(QUESTION)
    reorder(ranked, reading, garden.view, {}, weights(rank=5.0))  # turns the order of the others round
    by_score = sorted(ranked.values(), key=lambda entry: -entry.score)
    assert [id(entry) for entry in by_score[-5:]] == order_of_last


def test_statements_of_digests_keep_their_scores(garden, law, digest):
    statements = [name for name in garden.view.edition(digest).provisions if name.count("/") == 2][:2]
    assert len(statements) == 2
    ranked = found(law, st1=2.0, st2_ch1=0.3, st1_ch1=0.2)
    for name, score, cosine in zip(statements, (2.5, 0.9), (0.1, 0.9), strict=True):
        ranked[digest, name] = Ranked(digest, name, score, cosine, 0.0, "ru")
    names = ordered(garden, ranked, rank=5.0)  # turns the order of the others round
    assert [name for name in names if name not in statements] == ["st1/ch1", "st2/ch1", "st1"]
    assert [ranked[digest, name].score for name in statements] == [2.5, 0.9]
    official = [entry.score for entry in ranked.values() if entry.provision not in statements]
    assert np.mean(official) == pytest.approx(2.5 / 3)


def test_a_library_of_digests_alone_is_left_as_it_is(garden, digest):
    names = [name for name in garden.view.edition(digest).provisions if name.count("/") == 2][:2]
    ranked = {
        (digest, name): Ranked(digest, name, score, 0.5, 0.0, "ru")
        for name, score in zip(names, (1.0, 0.4), strict=True)
    }
    before = {key: replace(entry) for key, entry in ranked.items()}
    ordered(garden, ranked, rank=9.0)
    assert ranked == before


def test_nothing_and_a_single_provision_are_left_alone(garden, law):
    assert ordered(garden, {}, score=1.0) == []
    ranked = found(law, st1=0.7)
    ordered(garden, ranked, score=3.0)
    assert ranked[law, "st1"].score == 0.7


def test_weights_belong_to_one_model_with_its_adapter():
    assert weights_of(StemEmbedder()) is None


def test_the_shipped_weights_are_for_the_default_model():
    class Default:
        adapter = object()
        identity = type("Identity", (), {"name": MODEL_NAME})()

    shipped = weights_of(Default())
    assert shipped is not None
    assert set(shipped.weight) == set(shipped.mean) == set(shipped.scale) == set(FEATURES)
    assert shipped.weight["article"] > 0 > shipped.weight["repealed"]


def test_the_learnt_order_can_be_switched_off(garden, monkeypatch):
    monkeypatch.setattr("assistant.retrieve.weights_of", lambda embedder: weights(length=-9.0))
    on = [hit.ref for hit in with_settings(garden).search(QUESTION)]
    off = [hit.ref for hit in with_settings(garden, order=False).search(QUESTION)]
    assert set(on) == set(off)
    assert on != off

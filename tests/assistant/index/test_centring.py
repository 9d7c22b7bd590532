"""Centring takes the language out of vectors and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.index.centring import LANGS, ROLES, CentringProfile, compute_profile
from assistant.index.embedder import Embedder

PAIRS = [
    ("Совет собирается не реже одного раза в квартал.", "The council meets at least once a quarter."),
    ("Заявки на грант подают до 1 октября.", "Applications for the grant are filed before 1 October."),
    (
        "Оператор сообщает пользователю о сборе данных.",
        "The operator tells the user that data are collected.",
    ),
    ("Штраф составляет 300 тысяч рублей.", "The fine is 300 thousand roubles."),
    ("Школы получают оборудование для уроков.", "Schools receive equipment for lessons."),
    ("Лицензия действует пять лет.", "The licence is valid for five years."),
    ("Суд рассматривает жалобу за месяц.", "The court decides on a complaint within a month."),
    ("Врачу нужен диплом и опыт работы.", "A doctor needs a diploma and experience."),
]


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def random_profile(seed: int, dimension: int = 16) -> CentringProfile:
    rng = np.random.default_rng(seed)
    means = {(r, lang): rng.normal(0, 0.2, dimension).astype(np.float32) for r in ROLES for lang in LANGS}
    return CentringProfile("f" * 64, means)


@pytest.fixture(scope="module")
def profile(embedder: Embedder) -> CentringProfile:
    return compute_profile(embedder, PAIRS)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.lists(st.sampled_from(["ru", "en", None, "de"]), min_size=1, max_size=20))
def test_centred_vectors_have_unit_length_and_do_not_depend_on_their_company(
    seed: int, langs: list[str | None]
) -> None:
    profile = random_profile(seed)
    vectors = unit(np.random.default_rng(seed).normal(size=(len(langs), 16)))
    centred = profile.apply(vectors, langs, "passage")
    assert centred.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, atol=1e-5)
    alone = [profile.apply(vectors[i : i + 1], [lang], "passage")[0] for i, lang in enumerate(langs)]
    np.testing.assert_allclose(centred, alone, atol=1e-6)


def test_a_text_of_unknown_language_is_centred_between_the_two() -> None:
    profile = random_profile(1)
    middle = (profile.means["query", "ru"] + profile.means["query", "en"]) / 2
    np.testing.assert_allclose(profile.mean("query", None), middle, atol=1e-7)
    np.testing.assert_array_equal(profile.mean("query", "de"), profile.mean("query", None))


def test_a_profile_of_zeros_changes_nothing() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(4, 16)))
    centred = CentringProfile.zeros("x", 16).apply(vectors, ["ru", "en", None, "ru"], "query")
    np.testing.assert_allclose(centred, vectors, atol=1e-6)


def test_a_vector_that_is_its_languages_mean_is_kept() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(1, 16)))
    profile = CentringProfile("x", {(role, lang): vectors[0] for role in ROLES for lang in LANGS})
    np.testing.assert_allclose(profile.apply(vectors, ["ru"], "query"), vectors, atol=1e-6)


def test_no_vectors_stay_no_vectors_and_a_missing_language_is_a_mistake() -> None:
    assert random_profile(0).apply(np.empty((0, 16), np.float32), [], "query").shape == (0, 16)
    with pytest.raises(ValueError, match="languages"):
        random_profile(0).apply(np.ones((2, 16), np.float32), ["ru"], "query")


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_saving_and_loading_changes_no_bit(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    path = tmp_path_factory.mktemp("profile") / "deep" / "profile.npz"
    profile = random_profile(seed)
    profile.save(path)
    loaded = CentringProfile.load(path)
    assert loaded.fingerprint == profile.fingerprint
    for key, mean in profile.means.items():
        np.testing.assert_array_equal(loaded.means[key], mean)
    loaded.save(path)
    assert [file.name for file in path.parent.iterdir()] == ["profile.npz"]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04broken", b"\x93NUMPY"])
def test_a_file_that_is_no_profile_is_an_error_that_names_it(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "profile.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        CentringProfile.load(path)
    assert str(path) in caught.value.en
    assert str(path) in caught.value.ru


def test_means_are_of_the_embedder_and_differ_by_language_and_role(
    embedder: Embedder, profile: CentringProfile
) -> None:
    assert profile.fingerprint == embedder.identity.fingerprint
    means = list(profile.means.values())
    assert len(means) == 4
    for number, one in enumerate(means):
        assert all(np.abs(one - other).max() > 1e-3 for other in means[number + 1 :])


@pytest.mark.parametrize("lang", LANGS)
def test_the_mean_of_what_was_centred_is_near_zero(
    embedder: Embedder, profile: CentringProfile, lang: str
) -> None:
    raw = embedder.embed_passages([pair[LANGS.index(lang)] for pair in PAIRS])
    centred = profile.apply(raw, [lang] * len(raw), "passage")
    assert np.linalg.norm(raw.mean(axis=0)) > 0.85
    assert np.linalg.norm(centred.mean(axis=0)) < 0.1


def test_the_same_statement_in_the_other_language_comes_first_once_centred(
    embedder: Embedder, profile: CentringProfile
) -> None:
    texts = [text for pair in PAIRS for text in pair]
    langs = ["ru", "en"] * len(PAIRS)
    raw = embedder.embed_passages(texts)
    centred = profile.apply(raw, langs, "passage")

    def twins_first(vectors: np.ndarray) -> int:
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -2)
        return sum(int(best) == position ^ 1 for position, best in enumerate(scores.argmax(axis=1)))

    assert twins_first(centred) == len(texts)
    assert twins_first(centred) >= twins_first(raw)


def test_a_profile_of_nothing_is_a_mistake(embedder: Embedder) -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        compute_profile(embedder, [])

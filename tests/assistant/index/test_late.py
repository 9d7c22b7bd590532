"""Token vectors become small codes that score passages as the vectors themselves would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.index.centring import LANGS, ROLES
from assistant.index.embedder import Encoded
from assistant.index.late import DIRECTIONS, TokenCodes, TokenProfile, best_matches, learn_tokens, maxsim
from assistant.index.words import stems
from tests.builders import StemEmbedder

DIMENSION, KEPT = 32, 12
PAIRS = [
    ("Садовник поливает розы утром.", "The gardener waters roses in the morning."),
    ("Надзор ведёт комиссия по садам.", "A commission for gardens supervises."),
    ("Вечерний полив не допускается.", "Watering in the evening is not allowed."),
    ("Штраф составляет 300 рублей.", "The fine is 300 roubles."),
]


class TokenlessEmbedder(StemEmbedder):
    def encode(self, texts, role, on_done=None):
        return Encoded(self.embed_passages(texts), None)


def random_profile(seed=0, dimension=DIMENSION, kept=KEPT):
    rng = np.random.default_rng(seed)
    means = {(r, lang): rng.normal(0, 0.2, dimension).astype(np.float32) for r in ROLES for lang in LANGS}
    return TokenProfile("f" * 64, means, rng.normal(size=(dimension, kept)).astype(np.float32))


def vectors(seed, tokens, dimension=DIMENSION):
    return np.random.default_rng(seed).normal(size=(tokens, dimension)).astype(np.float32)


def unit(seed, tokens, dimension=KEPT):
    found = vectors(seed, tokens, dimension)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def restored(code):
    return code.codes.astype(np.float32) * code.scales[:, None]


def naive(question, passages):
    """MaxSim as the paper writes it, one number at a time."""
    scores = []
    for passage in passages:
        tokens = restored(passage)
        best = [max((float(asked @ token) for token in tokens), default=0.0) for asked in question]
        scores.append(sum(best) / len(best))
    return scores


# ── codes ─────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(["ru", "en", None]))
def test_a_code_is_never_further_from_its_vector_than_half_a_step(seed, tokens, lang):
    profile = random_profile(seed)
    raw = vectors(seed, tokens)
    code = profile.encode(raw, lang)
    assert (code.codes.dtype, code.codes.shape) == (np.int8, (tokens, KEPT))
    error = np.abs(restored(code) - profile.reduce(raw, lang, "passage"))
    assert (error <= code.scales[:, None] * 0.5 + 1e-6).all()
    assert (code.scales <= 1.001 / 127).all()  # of a unit vector no number is above 1


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_codes_come_back_from_their_bytes(seed, tokens):
    code = random_profile(seed).encode(vectors(seed, tokens), "ru")
    data = code.to_bytes()
    again = TokenCodes.from_bytes(data, KEPT)
    assert len(data) == tokens * (KEPT + 2)
    np.testing.assert_array_equal(again.codes, code.codes)
    np.testing.assert_allclose(again.scales, code.scales, rtol=2**-10)
    assert again.scales.dtype == np.float32
    assert again.to_bytes() == data


def test_bytes_add_less_than_a_tenth_of_a_step_to_the_error():
    profile = random_profile(3, 384, DIRECTIONS)
    raw = vectors(3, 200, 384)
    code = profile.encode(raw, "en")
    kept = TokenCodes.from_bytes(code.to_bytes(), DIRECTIONS)
    error = np.abs(restored(kept) - profile.reduce(raw, "en", "passage"))
    assert (error <= code.scales[:, None] * 0.6).all()


def test_a_token_that_is_its_languages_mean_is_zeros_and_no_error():
    profile = random_profile()
    code = profile.encode(profile.means["passage", "ru"][None], "ru")
    assert not restored(code).any()
    again = TokenCodes.from_bytes(code.to_bytes(), KEPT)
    assert maxsim(best_matches(unit(0, 2), [again])).tolist() == [0.0]


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["ru", "en", "de", None]), st.sampled_from(ROLES))
def test_reduced_tokens_have_unit_length_and_the_mean_of_their_own_language(seed, lang, role):
    profile = random_profile(seed)
    raw = vectors(seed, 5)
    mean = profile.means[role, lang] if lang in LANGS else sum(profile.means[role, one] for one in LANGS) / 2
    expected = (raw - mean) @ profile.projection
    reduced = profile.reduce(raw, lang, role)
    assert reduced.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(reduced, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(reduced, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)


# ── scores ────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(
    st.integers(0, 10_000), st.integers(1, 8), st.lists(st.integers(0, 12), max_size=10)
)  # lengths of passages, empty ones among them
def test_maxsim_is_what_a_naive_computation_gives(seed, asked, lengths):
    profile = random_profile(seed)
    passages = [profile.encode(vectors(seed + n, length), "ru") for n, length in enumerate(lengths)]
    question = unit(seed, asked)
    scores = maxsim(best_matches(question, passages))
    assert scores.shape == (len(lengths),)
    np.testing.assert_allclose(scores, naive(question, passages), atol=1e-5)
    assert (np.abs(scores) <= 1.01).all()


def test_codes_score_as_the_vectors_themselves_do():
    profile = random_profile(1, 384, DIRECTIONS)
    raw = [vectors(n, 60, 384) for n in range(20)]
    question = profile.reduce(vectors(99, 12, 384), "ru", "query")
    exact = [(question @ profile.reduce(each, "ru", "passage").T).max(axis=1).mean() for each in raw]
    scores = maxsim(best_matches(question, [profile.encode(each, "ru") for each in raw]))
    np.testing.assert_allclose(scores, exact, atol=0.01)


def test_a_passage_without_tokens_scores_nothing_and_moves_no_other():
    profile = random_profile()
    full = [profile.encode(vectors(n, 4), "ru") for n in range(3)]
    empty = profile.encode(vectors(0, 0), "ru")
    question = unit(5, 6)
    mixed = maxsim(best_matches(question, [empty, full[0], empty, full[1], full[2], empty]))
    np.testing.assert_array_equal(mixed[[0, 2, 5]], 0)
    np.testing.assert_allclose(mixed[[1, 3, 4]], maxsim(best_matches(question, full)), atol=1e-6)
    assert maxsim(best_matches(question, [empty, empty])).tolist() == [0.0, 0.0]
    assert maxsim(best_matches(question, [])).shape == (0,)


def test_a_question_without_tokens_scores_nothing_anywhere():
    passages = [random_profile().encode(vectors(n, 4), "ru") for n in range(3)]
    assert maxsim(best_matches(unit(0, 0), passages)).tolist() == [0.0] * 3
    assert best_matches(unit(0, 0), passages).shape == (3, 0)


def test_best_matches_tell_which_token_is_matched_where():
    directions = np.eye(4, dtype=np.float32)

    def passage(*rows):
        return TokenCodes((directions[list(rows)] * 127).astype(np.int8), np.full(len(rows), 1 / 127, "f4"))

    found = best_matches(directions[[0, 1]], [passage(0, 2), passage(3, 1), passage(0, 1, 3)])
    np.testing.assert_allclose(found, [[1, 0], [0, 1], [1, 1]], atol=1e-6)


# ── the profile ───────────────────────────────────────────────────────────────────────────────


def test_saving_and_loading_changes_no_bit(tmp_path):
    path = tmp_path / "deep" / "tokens.npz"
    profile = random_profile(4)
    profile.save(path)
    profile.save(path)  # over the old one
    loaded = TokenProfile.load(path)
    assert (loaded.fingerprint, loaded.directions) == (profile.fingerprint, KEPT)
    np.testing.assert_array_equal(loaded.projection, profile.projection)
    assert loaded.means.keys() == profile.means.keys()
    for key, mean in profile.means.items():
        np.testing.assert_array_equal(loaded.means[key], mean)
    assert [file.name for file in path.parent.iterdir()] == ["tokens.npz"]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04broken", b"\x93NUMPY"])
def test_a_file_that_is_no_profile_is_an_error_that_names_it(tmp_path, content):
    path = tmp_path / "tokens.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        TokenProfile.load(path)
    assert str(path) in caught.value.en
    assert str(path) in caught.value.ru


def test_half_a_profile_is_an_error_too(tmp_path):
    path = tmp_path / "tokens.npz"
    random_profile().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cannot be read"):
        TokenProfile.load(path)
    np.savez(path, fingerprint=np.array("x"), projection=np.eye(3, dtype=np.float32))  # no means
    with pytest.raises(ModelError, match="cannot be read"):
        TokenProfile.load(path)


# ── learning ──────────────────────────────────────────────────────────────────────────────────


def tokens_of(position, embedder):
    return np.concatenate([embedder._embed(stems(pair[position])) for pair in PAIRS])


def test_means_are_those_of_all_tokens_of_a_language():
    embedder = StemEmbedder()
    profile = learn_tokens(embedder, PAIRS)
    assert profile.fingerprint == embedder.identity.fingerprint
    for position, lang in enumerate(LANGS):
        for role in ROLES:
            np.testing.assert_allclose(
                profile.means[role, lang], tokens_of(position, embedder).mean(axis=0), atol=1e-6
            )


def test_learnt_directions_are_at_right_angles_and_keep_the_most_that_so_many_can():
    embedder = StemEmbedder()
    profile = learn_tokens(embedder, PAIRS)
    assert profile.projection.shape == (256, DIRECTIONS)
    assert profile.projection.dtype == np.float32
    np.testing.assert_allclose(profile.projection.T @ profile.projection, np.eye(DIRECTIONS), atol=1e-5)
    for position, lang in enumerate(LANGS):  # fewer different tokens than directions: nothing is lost
        centred = tokens_of(position, embedder) - profile.means["passage", lang]
        kept = np.linalg.norm(centred @ profile.projection, axis=1)
        np.testing.assert_allclose(kept, np.linalg.norm(centred, axis=1), atol=1e-4)


def test_the_adapters_directions_come_before_learnt_ones():
    class Adapted(StemEmbedder):
        token_projection = vectors(1, 256, 5)

    profile = learn_tokens(Adapted(), PAIRS)
    np.testing.assert_array_equal(profile.projection, Adapted.token_projection)
    assert profile.directions == 5


def test_a_model_without_token_vectors_has_no_profile():
    assert learn_tokens(TokenlessEmbedder(), PAIRS) is None


def test_the_passage_with_the_questions_words_comes_first():
    embedder = StemEmbedder()
    profile = learn_tokens(embedder, PAIRS)
    texts = [pair[0] for pair in PAIRS]
    codes = [profile.encode(each, "ru") for each in embedder.encode(texts, "passage").tokens]
    for number, asked in enumerate(
        ("поливать утром розу", "комиссии надзор", "вечером полив", "рубль штрафа")
    ):
        question = profile.reduce(embedder.encode([asked], "query").tokens[0], "ru", "query")
        assert int(maxsim(best_matches(question, codes)).argmax()) == number

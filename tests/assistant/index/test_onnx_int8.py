"""8-bit products come near those of 32 bits, overflow nowhere and depend on no other text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assistant.errors import ModelError
from assistant.index import embedder as embedder_module
from assistant.index import onnx_files
from assistant.index.embedder import Embedder
from assistant.index.onnx_files import OnnxSource
from assistant.index.onnx_int8 import divisors, rounded
from tests.assistant.index.test_onnx import TEXTS, held, tiny, tiny_adapter

__all__ = ["tiny"]  # a fixture

LARGEST_ACTIVATION = 255
MATRICES = arrays.arrays(np.float32, (8, 3), elements=st.floats(-8, 8, width=32))


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)


# ── the numbers ────────────────────────────────────────────────────────────────────────────────────


@given(MATRICES)
def test_two_neighbouring_products_always_fit_into_16_bits(columns: np.ndarray) -> None:
    pairs = rounded(columns)[0].astype(int).reshape(4, 2, 3)
    for sign in (1, -1):
        assert (np.maximum(sign * pairs, 0).sum(axis=1) * LARGEST_ACTIVATION <= np.iinfo(np.int16).max).all()


@given(MATRICES)
def test_no_weight_is_off_by_more_than_half_a_step(columns: np.ndarray) -> None:
    weights, scales = rounded(columns)
    assert (np.abs(weights * scales - columns) <= scales * 0.501 + 1e-12).all()


def test_a_weight_alone_gets_all_eight_bits() -> None:
    columns = np.array([[1.0, 0.1], [-1.0, 0.1]], np.float32)  # neighbours of two signs add up to nothing
    assert rounded(columns)[0][:, 0].tolist() == [127, -127]


@given(
    arrays.arrays(np.float32, 8, elements=st.floats(0, 1000, width=32)),
    MATRICES,
)
def test_inputs_are_divided_by_powers_of_two_and_larger_ones_by_more(
    largest: np.ndarray, columns: np.ndarray
) -> None:
    found = divisors(np.ones_like(columns), largest)
    assert (np.exp2(np.rint(np.log2(found))) == found).all()
    order = np.argsort(largest)
    assert (np.diff(found[order]) >= 0).all()
    assert np.isfinite(divisors(columns, largest)).all()


# ── the vectors ────────────────────────────────────────────────────────────────────────────────────


def test_eight_bits_come_near_and_depend_on_no_other_text(tiny: Path) -> None:
    int8 = Embedder(tiny, backend="onnx-int8")
    together = int8.embed_passages(TEXTS)
    exact = Embedder(tiny, backend="onnx-fp32").embed_passages(TEXTS)
    assert (cosines(together, exact) > 0.99).all()
    alone = np.concatenate([int8.embed_passages([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)


def test_the_default_models_passages_and_tokens_come_near_in_both_languages(embedder: Embedder) -> None:
    int8 = Embedder(Path(embedder.source), name=embedder.name, adapter=embedder.adapter, backend="onnx-int8")
    texts = [
        "Оператор обязан уведомить о сборе данных до его начала.",
        "The provider shall keep the logs for six months, Article 19(1).",
        "субсидия, 50 %",
        "слово " * 300,
    ]
    ours, theirs = int8.encode(texts, "passage"), embedder.encode(texts, "passage")
    assert (cosines(ours.vectors, theirs.vectors) > 0.995).all()
    for one, other in zip(ours.tokens or (), theirs.tokens or (), strict=True):
        assert (cosines(one, other) > 0.97).all()


# ── the file ───────────────────────────────────────────────────────────────────────────────────────


def test_another_rounding_makes_another_index_and_another_file(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: Embedder(tiny, backend=name).identity.fingerprint for name in ("onnx-int8", "onnx-fp32")}
    path = OnnxSource(tiny, None, "int8").path
    monkeypatch.setattr(embedder_module, "RECIPE", embedder_module.RECIPE + 1)
    monkeypatch.setattr(onnx_files, "RECIPE", onnx_files.RECIPE + 1)
    after = {name: Embedder(tiny, backend=name).identity.fingerprint for name in ("onnx-int8", "onnx-fp32")}
    assert after["onnx-int8"] != before["onnx-int8"]
    assert after["onnx-fp32"] == before["onnx-fp32"]
    assert OnnxSource(tiny, None, "int8").path != path


def test_the_same_weights_give_the_same_file(tiny: Path, tmp_path: Path) -> None:
    source = OnnxSource(tiny, tiny_adapter(tmp_path), "int8")
    first = source.obtain()
    source.path.unlink()
    assert source.obtain() == first
    assert held(tiny) == [source.path]


@pytest.mark.parametrize("damage", ["missing", "no tokenizer"])
def test_without_a_tokenizer_to_read_sentences_by_it_is_a_typed_error(tiny: Path, damage: str) -> None:
    path = tiny / "tokenizer.json"
    if damage == "missing":
        path.unlink()
    else:
        path.write_text("{}")
    with pytest.raises(ModelError, match="AI_POLICY_EMBEDDER_BACKEND=torch") as caught:
        OnnxSource(tiny, None, "int8").obtain()
    assert str(tiny) in caught.value.ru
    assert not held(tiny)

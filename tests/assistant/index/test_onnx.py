"""onnxruntime gives torch's vectors without torch, from a file that is made once and mended when damaged."""

from __future__ import annotations

import json
import logging
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError
from assistant.index import backends, e5_weights, onnx_files
from assistant.index.adapter import Adapter
from assistant.index.backends import resolve
from assistant.index.cores import allowed_cores
from assistant.index.embedder import Embedder
from assistant.index.onnx_encoder import OnnxEncoder, same_length
from assistant.index.onnx_files import OnnxSource, word_vectors
from tests.assistant.index.packed import HIDDEN, packed_file

TEXTS = [
    "",
    "мир",
    "привет мир",
    "world " * 100,
    "Кто, где и «когда» (п. 5)?",
    "The operator shall tell the user.",
    "a b c d e",
]


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of a model of a few kilobytes, of the default one's make."""
    folder = tmp_path / "tiny"
    e5_weights.unpack(packed_file()[0], folder, sha256=None)
    limits = folder / "sentence_bert_config.json"
    limits.write_text(json.dumps(json.loads(limits.read_text()) | {"max_seq_length": 12}))
    return folder


def tiny_adapter(folder: Path) -> Adapter:
    from safetensors.numpy import save_file

    source = np.random.default_rng(3)
    path = folder / "adapter.safetensors"
    name = "encoder.layer.0.attention.output.dense"
    tensors = {
        f"{name}.A": source.normal(size=(2, HIDDEN)),
        f"{name}.B": source.normal(size=(HIDDEN, 2)),
        "projection": source.normal(size=(HIDDEN, 3)),
    }
    save_file({key: value.astype(np.float32) for key, value in tensors.items()}, path)
    return Adapter(path)


def held(folder: Path) -> list[Path]:
    return sorted((folder / "onnx").glob("*.onnx"))


# ── the same vectors ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("adapted", [False, True])
@pytest.mark.parametrize("role", ["query", "passage"])
def test_vectors_and_token_vectors_are_torchs(tiny: Path, tmp_path: Path, role, adapted: bool) -> None:
    adapter = tiny_adapter(tmp_path) if adapted else None
    ours = Embedder(tiny, adapter=adapter, backend="onnx-fp32").encode(TEXTS, role)
    theirs = Embedder(tiny, adapter=adapter, backend="torch").encode(TEXTS, role)
    np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=1e-5)
    assert ours.tokens is not None
    assert theirs.tokens is not None
    for one, other in zip(ours.tokens, theirs.tokens, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-5)


def test_the_default_models_vectors_are_torchs_in_both_languages(embedder: Embedder) -> None:
    assert embedder.computes[0] == "onnx-fp32"
    texts = ["Оператор обязан уведомить о сборе данных.", "Article 5(1)(f)", "слово " * 600, ""]
    torchs = Embedder(Path(embedder.source), name=embedder.name, adapter=embedder.adapter, backend="torch")
    torchs._model = embedder.load()
    assert torchs.identity == embedder.identity
    ours, theirs = (each.encode(texts, "passage") for each in (embedder, torchs))
    np.testing.assert_allclose(ours.vectors, theirs.vectors, atol=5e-6)
    for one, other in zip(ours.tokens or (), theirs.tokens or (), strict=True):
        cosine = (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
        assert (cosine > 0.9999).all()


def test_only_eight_bits_make_another_index(tiny: Path) -> None:
    of = {backend: Embedder(tiny, backend=backend).identity.fingerprint for backend in backends.BACKENDS}
    assert of["auto"] == of["torch"] == of["onnx-fp32"] != of["onnx-int8"]


def test_threads_embed_side_by_side_without_harm(tiny: Path) -> None:
    embedder = Embedder(tiny, backend="onnx-fp32")
    wanted = embedder.embed_queries(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: embedder.embed_queries(TEXTS), range(16)):
            np.testing.assert_allclose(vectors, wanted, atol=1e-6)


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 200))
def test_batches_hold_every_text_once_and_texts_of_one_length_only(lengths: list[int], budget: int) -> None:
    made = list(same_length([[0] * length for length in lengths], budget))
    assert sorted(place for batch in made for place in batch) == list(range(len(lengths)))
    for batch in made:
        assert len({lengths[place] for place in batch}) == 1
        assert len(batch) == 1 or lengths[batch[0]] * len(batch) <= budget


def test_whoever_leaves_off_in_the_middle_is_let_go(tiny: Path) -> None:
    embedder = Embedder(tiny, backend="onnx-fp32")

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder.embed_passages([f"слово {'а ' * number}" for number in range(9)], on_done=stop)
    assert len(embedder.embed_passages(TEXTS)) == len(TEXTS)


# ── the file ───────────────────────────────────────────────────────────────────────────────────────


def test_the_file_is_made_once_and_says_what_of(tiny: Path) -> None:
    Embedder(tiny, backend="onnx-fp32").prepare()
    [path] = held(tiny)
    written = path.stat().st_mtime_ns
    note = json.loads(path.with_suffix(".json").read_text())
    assert note["size"] == path.stat().st_size
    assert {"recipe", "weights", "adapter", "precision", "sha256"} <= note.keys()
    Embedder(tiny, backend="onnx-fp32").embed_queries(["мир"])
    assert [each.stat().st_mtime_ns for each in held(tiny)] == [written]
    assert not list((tiny / "onnx").glob(".*"))


@pytest.mark.parametrize("damage", ["cut", "one bit", "empty", "no note", "another note"])
def test_a_damaged_file_is_made_anew(tiny: Path, damage: str) -> None:
    wanted = Embedder(tiny, backend="onnx-fp32").embed_queries(TEXTS)
    [path] = held(tiny)
    whole, note = path.read_bytes(), path.with_suffix(".json")
    if damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "one bit":
        at = len(whole) // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "no note":
        note.unlink()
    else:
        note.write_text("[]")
    np.testing.assert_allclose(Embedder(tiny, backend="onnx-fp32").embed_queries(TEXTS), wanted, atol=1e-7)
    assert path.read_bytes() == whole
    assert OnnxSource(tiny, None, "fp32").is_held()


def test_another_adapter_has_a_file_of_its_own(tiny: Path, tmp_path: Path) -> None:
    for adapter in (None, tiny_adapter(tmp_path)):
        Embedder(tiny, adapter=adapter, backend="onnx-fp32").prepare()
    assert len(held(tiny)) == 2


def test_where_it_cannot_be_kept_it_is_made_every_time(tiny: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tiny / "onnx").write_text("in the way")
    assert Embedder(tiny, backend="onnx-fp32").embed_queries(["мир"]).shape == (1, HIDDEN)
    assert "made anew at every start" in caplog.text


def test_a_file_that_is_written_by_two_at_once_is_whole(tiny: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: OnnxSource(tiny, None, "fp32").obtain(), range(4)))
    assert len(set(made)) == 1
    [path] = held(tiny)
    assert path.read_bytes() == made[0]


# ── what can go wrong ──────────────────────────────────────────────────────────────────────────────


def test_torch_takes_over_where_onnxruntime_is_missing(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = Embedder(tiny, backend="onnx-fp32").embed_queries(TEXTS)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    embedder = Embedder(tiny, backend="auto")
    with caplog.at_level(logging.WARNING):
        np.testing.assert_allclose(embedder.embed_queries(TEXTS), wanted, atol=1e-5)
    assert embedder.computes == ("torch", "cpu")
    assert "goes on with torch" in caplog.text


@pytest.mark.parametrize("backend", ["onnx-fp32", "onnx-int8"])
def test_whoever_asked_for_onnxruntime_is_told_that_it_is_missing(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, backend
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelError, match="AI_POLICY_EMBEDDER_BACKEND=torch") as caught:
        Embedder(tiny, backend=backend).embed_queries(["мир"])
    assert "AI_POLICY_EMBEDDER_BACKEND=torch" in caught.value.ru


def test_a_model_that_onnxruntime_does_not_take_is_a_typed_error(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_files, "encoder_model", lambda *_given: b"no model")
    with pytest.raises(ModelError, match="onnxruntime cannot be used"):
        OnnxEncoder(OnnxSource(tiny, None, "fp32"))


@pytest.mark.parametrize("damage", ["missing", "cut", "no header"])
def test_weights_that_cannot_be_read_are_a_typed_error(tiny: Path, damage: str) -> None:
    path = tiny / "model.safetensors"
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    else:
        path.write_bytes(b"\xff" * 100)
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        word_vectors(tiny)


def test_weights_that_are_none_of_an_encoder_are_a_typed_error(tiny: Path) -> None:
    config = json.loads((tiny / "config.json").read_text())
    (tiny / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 99}))
    with pytest.raises(ModelError, match=r"encoder\.layer\.") as caught:
        OnnxSource(tiny, None, "fp32").obtain()
    assert str(tiny) in caught.value.ru


# ── what computes ──────────────────────────────────────────────────────────────────────────────────


def test_a_gpu_is_used_where_there_is_one_and_32_bits_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backends, "has_gpu", lambda: True)
    assert [resolve(each) for each in ("auto", "torch")] == [("torch", "cuda")] * 2
    assert resolve("onnx-int8") == ("onnx-int8", "cpu")
    monkeypatch.setattr(backends, "has_gpu", lambda: False)
    assert resolve("auto") == ("onnx-fp32", "cpu")
    assert resolve("torch") == ("torch", "cpu")


def test_without_a_driver_nothing_is_imported_to_look_for_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "DRIVER", "no-such-driver.so")
    monkeypatch.setitem(sys.modules, "torch", None)
    assert backends.has_gpu() is False


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "100000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({"cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_as_many_threads_as_the_container_may_use_processors(
    tmp_path: Path, files: dict[str, str], most: int | None
) -> None:
    unlimited = allowed_cores(tmp_path / "nothing")
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert allowed_cores(tmp_path) == (unlimited if most is None else min(unlimited, most))


def test_a_copied_model_brings_its_file_along(tiny: Path, tmp_path: Path) -> None:
    Embedder(tiny, backend="onnx-fp32").prepare()
    shutil.copytree(tiny, tmp_path / "copy")
    assert OnnxSource(tmp_path / "copy", None, "fp32").is_held()

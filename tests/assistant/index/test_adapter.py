"""An adapter's file changes the layers it names by B·A, and nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.errors import ModelError
from assistant.index.adapter import Adapter, adapter_of

IN, OUT, RANK = 6, 4, 2
RANDOM = np.random.default_rng(5)
LOWER = RANDOM.normal(size=(RANK, IN)).astype(np.float32)
UPPER = RANDOM.normal(size=(OUT, RANK)).astype(np.float32)
PROJECTION = RANDOM.normal(size=(IN, 3)).astype(np.float16)
NAME = "layer.0.dense"


def encoder():
    """A module whose linear layer lies as deep as an encoder's do."""
    import torch
    from torch import nn

    torch.manual_seed(1)
    block = nn.ModuleDict(
        {"dense": nn.Linear(IN, OUT), "other": nn.Linear(IN, OUT), "norm": nn.LayerNorm(OUT)}
    )
    return nn.ModuleDict({"layer": nn.ModuleList([block]), "drop": nn.Dropout()})


def adapter(folder, **tensors):
    """Adapter of a file of ``projection`` and the given tensors; ``__`` stands for a dot."""
    path = folder / "tiny.safetensors"
    named = {name.replace("__", "."): np.ascontiguousarray(value) for name, value in tensors.items()}
    save_file({"projection": PROJECTION, **named}, path)
    return Adapter(path)


def names_file(caught, path):
    return str(path) in caught.value.en and str(path) in caught.value.ru


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_the_named_layers_weight_grows_by_the_product(tmp_path, kind):
    lower, upper = LOWER.astype(kind), UPPER.astype(kind)
    changed, before = encoder(), encoder()
    adapter(tmp_path, layer__0__dense__A=lower, layer__0__dense__B=upper).add_to(changed)
    growth = changed.get_submodule(NAME).weight - before.get_submodule(NAME).weight
    np.testing.assert_allclose(
        growth.detach().numpy(), upper.astype(np.float32) @ lower.astype(np.float32), atol=1e-6
    )


def test_nothing_but_the_named_layer_changes(tmp_path):
    import torch

    changed, before = encoder(), encoder()
    adapter(tmp_path, layer__0__dense__A=LOWER, layer__0__dense__B=UPPER).add_to(changed)
    assert [
        name
        for name, value in changed.state_dict().items()
        if not torch.equal(value, before.state_dict()[name])
    ] == [f"{NAME}.weight"]
    assert changed.get_submodule(NAME).weight.requires_grad  # still a parameter like any other


def test_a_weight_keeps_its_own_precision(tmp_path):
    import torch

    changed = encoder().to(torch.float64)
    adapter(tmp_path, layer__0__dense__A=LOWER, layer__0__dense__B=UPPER).add_to(changed)
    assert changed.get_submodule(NAME).weight.dtype == torch.float64


def test_an_adapter_of_a_projection_alone_changes_no_weight(tmp_path):
    import torch

    changed = encoder()
    one = adapter(tmp_path)
    one.add_to(changed)
    assert all(
        torch.equal(value, encoder().state_dict()[name]) for name, value in changed.state_dict().items()
    )
    assert one.projection.dtype == np.float32
    assert one.projection.flags.c_contiguous
    np.testing.assert_array_equal(one.projection, PROJECTION.astype(np.float32))


@pytest.mark.parametrize("name", ["layer.1.dense", "layer.0.nowhere", "dense", "drop", "layer"])
def test_a_layer_that_is_not_there_or_has_no_weight_is_an_error(tmp_path, name):
    one = adapter(tmp_path, **{f"{name}.A": LOWER, f"{name}.B": UPPER})
    with pytest.raises(ModelError) as caught:
        one.add_to(encoder())
    assert names_file(caught, one.path)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (LOWER, UPPER[:3]),  # fewer outputs
        (LOWER[:, :5], UPPER),  # fewer inputs
        (LOWER[:1], UPPER),  # ranks that differ
        (LOWER[0], UPPER),  # no matrix
    ],
)
def test_tensors_that_do_not_fit_the_layer_are_an_error(tmp_path, lower, upper):
    one = adapter(tmp_path, layer__0__dense__A=lower, layer__0__dense__B=upper)
    with pytest.raises(ModelError) as caught:
        one.add_to(encoder())
    assert names_file(caught, one.path)


@pytest.mark.parametrize("half", ["A", "B"])
def test_half_of_a_change_is_an_error(tmp_path, half):
    one = adapter(tmp_path, **{f"{NAME}.{half}": LOWER})
    with pytest.raises(ModelError, match="cannot be used"):
        one.add_to(encoder())


@pytest.mark.parametrize("content", [None, b"", b"not a tensor in sight", b"\x08\0\0\0\0\0\0\0{half a "])
def test_a_file_that_is_no_adapter_is_an_error_that_names_it(tmp_path, content):
    path = tmp_path / "tiny.safetensors"
    if content is not None:
        path.write_bytes(content)
    for use in (lambda one: one.tensors, lambda one: one.projection, lambda one: one.add_to(encoder())):
        with pytest.raises(ModelError) as caught:
            use(Adapter(path))
        assert names_file(caught, path)


def test_a_file_cut_short_is_an_error(tmp_path):
    path = adapter(tmp_path, layer__0__dense__A=LOWER, layer__0__dense__B=UPPER).path
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ModelError, match="cannot be used"):
        Adapter(path).add_to(encoder())


def test_the_fingerprint_is_the_files(tmp_path):
    one = adapter(tmp_path, layer__0__dense__A=LOWER, layer__0__dense__B=UPPER)
    assert one.fingerprint == hashlib.sha256(one.path.read_bytes()).hexdigest()
    other = adapter(tmp_path, layer__0__dense__A=LOWER * 2, layer__0__dense__B=UPPER)
    assert other.fingerprint != one.fingerprint


@pytest.mark.parametrize("model", ["no-such-model", "../adapters", ""])
def test_a_model_for_which_none_was_trained_has_no_adapter(model):
    assert adapter_of(model) is None

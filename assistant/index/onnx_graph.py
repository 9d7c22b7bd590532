"""The tensors of a BERT encoder -> an ONNX model that turns word vectors into token vectors.

The word embeddings stay outside: they are three quarters of the weights, and looking rows up needs no graph.
The nodes are those that onnxruntime would fuse the usual ones into (its ``com.microsoft`` operators), so
that nothing is left to be found when the model is loaded. There is no mask: texts of one batch have the same
number of tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

Precision = Literal["fp32", "int8"]
WORDS = "embeddings.word_embeddings.weight"
INPUT, OUTPUT = "words", "tokens"
OPSET, FUSED_OPSET, IR_VERSION = 18, 1, 9
FUSED = "com.microsoft"
# Of 8-bit weights only 7 bits are used: without VNNI the processor adds two products of 8 bits in 16, and
# 2 · 255 · 127 does not fit.
LARGEST_WEIGHT = 63
PARTS = ("query", "key", "value")


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the tensors do not say by their shapes. ``epsilon``: of layer normalisation."""

    layers: int
    heads: int
    epsilon: float


@dataclass
class _Graph:
    """Nodes and constants, gathered one after another."""

    weights: Mapping[str, np.ndarray]
    sizes: Sizes
    precision: Precision
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: np.ndarray) -> str:
        """A tensor of the model; its name."""
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        """A tensor of the checkpoint, as it is."""
        return self.constant(name, self.weights[name])

    def node(self, kind: str, inputs: Sequence[str], *outputs: str, domain: str = "", **options: Any) -> str:
        """An operation; its first output."""
        from onnx import helper

        made = helper.make_node(kind, list(inputs), list(outputs), name=outputs[0], domain=domain, **options)
        self.nodes.append(made)
        return outputs[0]

    def product(self, values: str, name: str, weight: np.ndarray) -> str:
        """``values`` · ``weight``ᵀ, [out, in], as torch keeps it; biases are added by what follows."""
        made, columns = f"{name}.product", weight.T
        if self.precision == "fp32":
            return self.node("MatMul", [values, self.constant(name, columns)], made)
        scales = np.maximum(np.abs(columns).max(axis=0) / LARGEST_WEIGHT, 1e-12).astype(np.float32)
        rounded = np.clip(np.rint(columns / scales), -LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.int8)
        inputs = [
            values,
            self.constant(f"{name}.int8", rounded),
            self.constant(f"{name}.scales", scales),
            self.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, made, domain=FUSED)

    def added_and_normalised(self, values: str, beside: str, bias: str, norm: str, made: str) -> str:
        """The layer norm of ``values`` + ``bias`` + ``beside``."""
        inputs = [values, beside, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias"), bias]
        return self.node("SkipLayerNormalization", inputs, made, domain=FUSED, epsilon=self.sizes.epsilon)

    def embeddings(self) -> str:
        """Word vectors and those of their positions, normalised."""
        positions = self.weights["embeddings.position_embeddings.weight"]
        kinds = self.weights["embeddings.token_type_embeddings.weight"]
        self.constant("positions", positions + kinds[0])
        self.constant("first", np.zeros(1, np.int64))
        self.node("Shape", [INPUT], "length", start=1, end=2)
        self.node("Slice", ["positions", "first", "length"], "places")
        self.node("Add", [INPUT, "places"], "placed")
        norm = [self.weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
        return self.node(
            "LayerNormalization", ["placed", *norm], "embedded", axis=-1, epsilon=self.sizes.epsilon
        )

    def layer(self, number: int, values: str, made: str) -> str:
        """One layer of the encoder: attention, then the two linear layers with GELU between."""
        at = f"encoder.layer.{number}"
        own = [f"{at}.attention.self.{part}" for part in PARTS]
        joined = np.concatenate([self.weights[f"{name}.weight"] for name in own])
        bias = self.constant(f"{at}.bias", np.concatenate([self.weights[f"{name}.bias"] for name in own]))
        parts = [f"{at}.{part}" for part in PARTS]
        self.node("Split", [self.product(values, f"{at}.joined", joined)], *parts, axis=-1, num_outputs=3)
        seen = self.node(
            "MultiHeadAttention", [*parts, bias], f"{at}.seen", domain=FUSED, num_heads=self.sizes.heads
        )
        attended = self.added_and_normalised(
            *(self.linear(seen, f"{at}.attention.output.dense", values)),
            f"{at}.attention.output.LayerNorm",
            f"{at}.attended",
        )
        wide, _, wide_bias = self.linear(attended, f"{at}.intermediate.dense", attended)
        active = self.node("BiasGelu", [wide, wide_bias], f"{at}.active", domain=FUSED)
        return self.added_and_normalised(
            *(self.linear(active, f"{at}.output.dense", attended)), f"{at}.output.LayerNorm", made
        )

    def linear(self, values: str, name: str, beside: str) -> tuple[str, str, str]:
        """A linear layer's product, what is added beside it, and its bias, not added yet."""
        made = self.product(values, f"{name}.weight", self.weights[f"{name}.weight"])
        return made, beside, self.weight(f"{name}.bias")


def encoder_model(
    weights: Mapping[str, np.ndarray], sizes: Sizes, precision: Precision, notes: Mapping[str, str]
) -> bytes:
    """The model, serialised: ``words`` [texts, tokens, dimension] -> ``tokens``, the same shape, float32.

    ``weights``: float32 by the names of a BERT checkpoint, the word embeddings not needed. ``precision``:
    int8 multiplies 8-bit weights, rounded column by column, with 8-bit activations, whose range is taken from
    the values of each call. ``notes``: written into the model. Raises KeyError where a tensor is missing.
    """
    from onnx import TensorProto, helper

    graph = _Graph(weights, sizes, precision)
    values = graph.embeddings()
    for number in range(sizes.layers):
        made = OUTPUT if number == sizes.layers - 1 else f"encoder.layer.{number}"
        values = graph.layer(number, values, made)
    dimension = len(weights["embeddings.LayerNorm.bias"])
    shape: list[str | int | None] = ["texts", "length", dimension]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape)],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)],
        ir_version=IR_VERSION,
        producer_name="ai-policy-assistant",
    )
    helper.set_model_props(model, dict(notes))
    return bytes(model.SerializeToString())

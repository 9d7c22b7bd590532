"""The tensors of a BERT encoder -> an ONNX model that turns word vectors into token vectors.

The word embeddings stay outside: they are three quarters of the weights, and looking rows up needs no graph.
The nodes are the ones to be run, so that nothing is to be fused when the model is loaded: onnxruntime's own
(``com.microsoft``) where they are faster than what they stand for. Its fused layer norm is not: two additions
and a layer norm take a third of its time. There is no mask: texts of one batch have equally many tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from assistant.index.onnx_int8 import AFTER_GELU, SIGNED, Levels, divisors, rounded

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

Precision = Literal["fp32", "int8"]
WORDS = "embeddings.word_embeddings.weight"
INPUT, EMBEDDED, OUTPUT = "words", "embedded", "tokens"
OPSET, FUSED_OPSET, IR_VERSION = 18, 1, 9
FUSED = "com.microsoft"
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
    ranges: Mapping[str, np.ndarray] | None
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

    def product(self, values: str, name: str, weight: np.ndarray, levels: Levels = SIGNED) -> str:
        """``values`` · ``weight``ᵀ, [out, in], as torch keeps it; biases are added by what follows."""
        columns = weight.T
        if self.ranges is None:
            return self.node("MatMul", [values, self.constant(name, columns)], f"{name}.product")
        if values in self.ranges:
            parts = divisors(columns, self.ranges[values])
            columns = columns * parts[:, None]
            values = self.node("Mul", [values, self.constant(f"{name}.parts", 1 / parts)], f"{name}.even")
        return self.product_in_8_bits(values, name, columns, levels)

    def product_in_8_bits(self, values: str, name: str, columns: np.ndarray, levels: Levels) -> str:
        """``values`` · ``columns``, both rounded, token by token and column by column."""
        weights, scales = rounded(columns)
        scale = self.constant(f"{name}.scale", np.array(levels.scale, np.float32))
        zero = self.constant(f"{name}.zero", np.array(levels.zero, np.uint8))
        floor = self.constant(f"{name}.floor", np.array(levels.floor, np.float32))
        axis = self.constant(f"{name}.axis", np.array([-1], np.int64))
        sizes = values if levels is AFTER_GELU else self.node("Abs", [values], f"{name}.sizes")
        self.node("ReduceMax", [sizes, axis], f"{name}.widest", keepdims=1)
        largest = self.node("Max", [f"{name}.widest", floor], f"{name}.largest")
        self.node("Div", [values, largest], f"{name}.divided")
        inputs = [
            self.node("QuantizeLinear", [f"{name}.divided", scale, zero], f"{name}.values"),
            self.constant(f"{name}.int8", weights),
            scale,
            self.constant(f"{name}.scales", scales),
            zero,
            self.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
        ]
        self.node("MatMulIntegerToFloat", inputs, f"{name}.whole", domain=FUSED)
        return self.node("Mul", [f"{name}.whole", largest], f"{name}.product")

    def added_and_normalised(self, values: str, beside: str, bias: str, norm: str, made: str) -> str:
        """The layer norm of ``values`` + ``beside`` + ``bias``."""
        self.node("Add", [values, beside], f"{made}.sum")
        self.node("Add", [f"{made}.sum", bias], f"{made}.biased")
        return self.normalised(f"{made}.biased", norm, made)

    def normalised(self, values: str, norm: str, made: str) -> str:
        """The layer norm of ``values``, with the weights named ``norm``."""
        inputs = [values, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias")]
        return self.node("LayerNormalization", inputs, made, axis=-1, epsilon=self.sizes.epsilon)

    def embeddings(self) -> str:
        """Word vectors and those of their positions, normalised."""
        positions = self.weights["embeddings.position_embeddings.weight"]
        kinds = self.weights["embeddings.token_type_embeddings.weight"]
        self.constant("positions", positions + kinds[0])
        self.constant("first", np.zeros(1, np.int64))
        self.node("Shape", [INPUT], "length", start=1, end=2)
        self.node("Slice", ["positions", "first", "length"], "places")
        self.node("Add", [INPUT, "places"], "placed")
        return self.normalised("placed", "embeddings.LayerNorm", EMBEDDED)

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
        product, bias = self.linear(seen, f"{at}.attention.output.dense")
        attended = self.added_and_normalised(
            product, values, bias, f"{at}.attention.output.LayerNorm", attended_of(number)
        )
        wide = self.linear(attended, f"{at}.intermediate.dense")
        active = self.node("BiasGelu", wide, f"{at}.active", domain=FUSED)
        product, bias = self.linear(active, f"{at}.output.dense", AFTER_GELU)
        return self.added_and_normalised(product, attended, bias, f"{at}.output.LayerNorm", made)

    def linear(self, values: str, name: str, levels: Levels = SIGNED) -> tuple[str, str]:
        """A linear layer's product and its bias, not added yet."""
        made = self.product(values, f"{name}.weight", self.weights[f"{name}.weight"], levels)
        return made, self.weight(f"{name}.bias")


def attended_of(number: int) -> str:
    """The name of a layer's values after its attention."""
    return f"encoder.layer.{number}.attended"


def normalised_values(layers: int) -> list[str]:
    """The names of the values that come out of a layer norm and go into a product."""
    inputs = [EMBEDDED, *(f"encoder.layer.{number}" for number in range(layers - 1))]
    return inputs + [attended_of(number) for number in range(layers)]


def encoder_model(
    weights: Mapping[str, np.ndarray],
    sizes: Sizes,
    notes: Mapping[str, str],
    ranges: Mapping[str, np.ndarray] | None = None,
    shown: Sequence[str] = (),
) -> bytes:
    """The model, serialised: ``words`` [texts, tokens, dimension] -> ``tokens``, the same shape, float32.

    ``weights``: float32 by the names of a BERT checkpoint, the word embeddings not needed. ``notes``: written
    into the model. ``ranges``: the largest absolute value of each column of :func:`normalised_values`; with
    them products are of 8 bits, without them of 32. ``shown``: values within it that are outputs, too. Raises
    KeyError where a tensor is missing.
    """
    from onnx import TensorProto, helper

    graph = _Graph(weights, sizes, ranges)
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
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in (OUTPUT, *shown)],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)],
        ir_version=IR_VERSION,
        producer_name="ai-policy-assistant",
    )
    helper.set_model_props(model, dict(notes))
    return bytes(model.SerializeToString())
